#pragma once

#include <heartsight/core/export.hpp>
#include <heartsight/io/read_record.hpp>

#include <cstddef>
#include <span>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::io {

/// Parses a recording from the bytes of a Philips Sierra ECG XML file (root element restingecgdata), versions 1.03, 1.04,
/// 1.04.01 and 1.04.02.
///
/// The waveforms are unpacked from their XLI compression (LZW of 10 bits over second differences), and the limb leads III,
/// aVR, aVL and aVF, which are stored as what is left of their prediction from I and II, are restored. A value is sample *
/// resolution (microvolts), in double, as mV. Representative beats are not read. Age and sex are kept, nothing else of the
/// patient.
///
/// @param bytes  the file's content: UTF-8, UTF-16 or Latin-1.
/// @param name   what messages call the file.
/// @throws FormatError naming file and line: not well-formed, another version, waveforms that are not XLI in base64 (whether
///                     the limb leads of uncompressed ones are differences is not documented), damaged compression, a
///                     number of samples that is not what duration and rate say, a rate or resolution that is not positive.
/// @throws DomainError an option does not fit.
/// Source: the format as described by C. Watford, Sierra ECG Tools.
[[nodiscard]] HEARTSIGHT_EXPORT Recording parse_sierra(std::span<const std::byte> bytes, std::string_view name,
                                                       const ReadOptions& options = {});
[[nodiscard]] HEARTSIGHT_EXPORT RecordingFloat32 parse_sierra_float32(std::span<const std::byte> bytes,
                                                                      std::string_view name,
                                                                      const ReadOptions& options = {});

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
