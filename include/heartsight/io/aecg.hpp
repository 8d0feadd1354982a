#pragma once

#include <heartsight/core/export.hpp>
#include <heartsight/io/read_record.hpp>

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::io {

/// Parses a recording from the bytes of an HL7 annotated ECG (aECG, PORT_MT020001).
///
/// Every sequence set of a series is a group: first those of the rhythm series, highest rate first, then representative
/// beats of derived series. So the rhythm is what is read by default. A value is digit * scale + origin, each in its own
/// unit, in double; voltages become mV. Leads lose the prefix MDC_ECG_LEAD_. Sex is kept, and age in whole years where the
/// birth time and the time of the series are stated; identifiers, names and dates are left behind.
///
/// @param bytes  the file's content: UTF-8, UTF-16 or Latin-1.
/// @param name   what messages call the file.
/// @throws FormatError naming file and line: not well-formed, no series with leads, no or two time sequences in a set,
///                     leads of unequal length, an increment that is not positive, a digit that is no whole number.
/// @throws DomainError an option does not fit.
/// Source: HL7 v3 annotated ECG, release 1 (ANSI/HL7 V3 ECG, R1-2004); Brown B, Badilini F. HL7 aECG implementation guide
/// (2005).
[[nodiscard]] HEARTSIGHT_EXPORT Recording parse_aecg(std::span<const std::byte> bytes, std::string_view name,
                                                     const ReadOptions& options = {});
[[nodiscard]] HEARTSIGHT_EXPORT RecordingFloat32 parse_aecg_float32(std::span<const std::byte> bytes, std::string_view name,
                                                                    const ReadOptions& options = {});

/// The bytes of an aECG document of one rhythm series.
///
/// Values are stored in steps of 0.1 microvolt, so they change by at most 0.05. Time is relative to the first sample. The
/// sex is written; id, age, date and time are not: identifiers are nil.
///
/// @param recording  finite values in mV, below 100 V; lead names of printable ASCII.
/// @throws DomainError a unit is not mV, a value is not finite or too large, a lead name does not fit.
/// @throws ShapeError  the recording is empty.
[[nodiscard]] HEARTSIGHT_EXPORT std::vector<std::byte> format_aecg(const Recording& recording);
[[nodiscard]] HEARTSIGHT_EXPORT std::vector<std::byte> format_aecg(const RecordingFloat32& recording);

/// Writes format_aecg() to a file, which is replaced whole or not at all.
/// @throws DomainError see format_aecg().
/// @throws FormatError the file cannot be written.
HEARTSIGHT_EXPORT void write_aecg(const std::filesystem::path& path, const Recording& recording);
HEARTSIGHT_EXPORT void write_aecg(const std::filesystem::path& path, const RecordingFloat32& recording);

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
