#pragma once

#include <heartsight/core/export.hpp>
#include <heartsight/io/read_record.hpp>

#include <cstddef>
#include <span>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::io {

/// Parses a recording from the bytes of an SCP-ECG file (EN 1064 / ISO 11073-91064, versions 1.0 to 2.x): its rhythm data.
///
/// Raw samples, the default Huffman table and tables of the file, amplitudes, first and second differences, and reference
/// beat subtraction at one rate are read; bimodal compression and a reference beat of another rate are refused by name. A
/// value is sample * amplitude multiplier (nV) / 10^6, in double, as mV; with subtraction both multipliers apply to their
/// parts. A lead begins at its first sample number; where other leads have samples and it has none, it is NaN. Reference
/// beats are not a group. Age and sex are kept (the age from the age tag, else from birth date and acquisition date);
/// nothing else of the patient is.
///
/// @param bytes  the file's content.
/// @param name   what messages call the file.
/// @throws FormatError naming file and byte: a size or checksum (other than 0, which states none) that is not the file's, a
///                     section that is missing, cut short or outside the file, compressed data that end early or hold an
///                     unknown code, numbers of samples that the data do not have, a multiplier or interval of 0.
/// @throws DomainError an option does not fit.
/// Source: CEN EN 1064:2005+A1:2007; Zywietz C, Fischer R. Computers in Cardiology 31:609-612 (2004).
[[nodiscard]] HEARTSIGHT_EXPORT Recording parse_scp(std::span<const std::byte> bytes, std::string_view name,
                                                    const ReadOptions& options = {});
[[nodiscard]] HEARTSIGHT_EXPORT RecordingFloat32 parse_scp_float32(std::span<const std::byte> bytes, std::string_view name,
                                                                   const ReadOptions& options = {});

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
