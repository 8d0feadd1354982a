#pragma once

#include <heartsight/core/export.hpp>
#include <heartsight/io/read_record.hpp>

#include <cstddef>
#include <span>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::io {

/// Parses a recording from the bytes of an ISHNE Holter file (ISHNE1.0).
///
/// A value is sample * resolution (nV) / 10^6, in double, as mV. Leads are named by their code; an unknown or generic one
/// is "lead N". The number of samples in the header may be that of one lead or of all together: it has to be what the file
/// holds, one way or the other. Sex is kept, and age in whole years at the date of the recording; names, id and birth date
/// are left behind.
///
/// @param bytes  the file's content.
/// @param name   what messages call the file.
/// @throws FormatError naming file and byte: cut short, a number of leads outside 1 .. 12, a rate that is not positive, a
///                     length that is not what the header states, a checksum that is neither 0 (not stated) nor that of
///                     the header, a lead that is read whose resolution is not positive.
/// @throws DomainError an option does not fit.
/// Source: Badilini F. Ann Noninvasive Electrocardiol 3(3):263-266 (1998), DOI 10.1111/j.1542-474X.1998.tb00353.x.
[[nodiscard]] HEARTSIGHT_EXPORT Recording parse_ishne(std::span<const std::byte> bytes, std::string_view name,
                                                      const ReadOptions& options = {});
[[nodiscard]] HEARTSIGHT_EXPORT RecordingFloat32 parse_ishne_float32(std::span<const std::byte> bytes, std::string_view name,
                                                                     const ReadOptions& options = {});

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
