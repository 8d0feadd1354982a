#pragma once

#include <heartsight/core/export.hpp>
#include <heartsight/io/read_record.hpp>

#include <cstddef>
#include <span>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::io {

/// Parses a recording from the bytes of a GE MUSE XML export (root element RestingECG).
///
/// Every waveform is a group: rhythms first, highest rate first, then medians and anything else. The rate is SampleBase *
/// 10^SampleExponent. A value is sample * LeadAmplitudeUnitsPerBit in LeadAmplitudeUnits, in double, as mV. A lead begins
/// at its LeadOffsetFirstSample; where other leads of the waveform have samples and it has none, it is NaN. Of III, aVR,
/// aVL and aVF, which MUSE does not store, those that are absent are computed from I and II where both are there:
/// III = II - I, aVR = -(I + II) / 2, aVL = I - II / 2, aVF = II - I / 2. Age and sex are kept, nothing else of the patient.
///
/// @param bytes  the file's content: UTF-8, UTF-16 or Latin-1.
/// @param name   what messages call the file.
/// @throws FormatError naming file and line: not well-formed, no waveform with leads, base64 that is damaged, a number of
///                     samples that the data do not have, samples of other than 2 bytes, units other than volts, a lead
///                     that stands twice, a rate or scale that is not positive.
/// @throws DomainError an option does not fit.
/// The format has no public specification; this follows what its exports hold, as several open readers agree on.
[[nodiscard]] HEARTSIGHT_EXPORT Recording parse_muse(std::span<const std::byte> bytes, std::string_view name,
                                                     const ReadOptions& options = {});
[[nodiscard]] HEARTSIGHT_EXPORT RecordingFloat32 parse_muse_float32(std::span<const std::byte> bytes, std::string_view name,
                                                                    const ReadOptions& options = {});

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
