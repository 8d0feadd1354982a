#pragma once

#include <heartsight/core/export.hpp>
#include <heartsight/io/read_record.hpp>

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::io {

/// Parses a recording from the bytes of a DICOM waveform file (12-lead, general and ambulatory ECG, and any other object
/// with a waveform sequence).
///
/// Every multiplex group is a group: original ones first, highest rate first, then derived ones such as median beats. A
/// value is sample * (sensitivity * correction factor) + baseline in the channel's unit, in double; voltages become mV, and
/// a channel without sensitivity keeps its sample values and has no unit. The padding value is NaN. Leads are told by
/// their SCP-ECG or MDC code, else by the channel label, else by the meaning of the code. Filters and skews are not
/// applied. Age and sex are kept (the age from the age field, else from birth date and study date); nothing else of the
/// patient is.
///
/// Explicit and implicit VR little endian are read; deflated, big endian and compressed transfer syntaxes, and mu-law and
/// A-law samples, are refused by name. The 128-byte preamble and the file meta information are required.
///
/// @param bytes  the file's content.
/// @param name   what messages call the file.
/// @throws FormatError naming file and byte: no waveform, an element that is cut short or missing, counts that do not fit
///                     the data, a sensitivity of 0.
/// @throws DomainError an option does not fit.
/// Source: DICOM PS3.3 C.10.9 (waveform module), PS3.5 (encoding), PS3.10 (file format).
[[nodiscard]] HEARTSIGHT_EXPORT Recording parse_dicom(std::span<const std::byte> bytes, std::string_view name,
                                                      const ReadOptions& options = {});
[[nodiscard]] HEARTSIGHT_EXPORT RecordingFloat32 parse_dicom_float32(std::span<const std::byte> bytes, std::string_view name,
                                                                     const ReadOptions& options = {});

/// The bytes of a DICOM file of one waveform, in explicit VR little endian: a General ECG where rate and number of leads
/// allow it, else an Ambulatory ECG.
///
/// 16 bits per sample: a value changes by at most the lead's largest magnitude / 65534. NaN is the padding value. Sex and
/// age (whole years) are written; id, name, date and time are not: the dates that may not be empty are 1 January 1985. The
/// unique identifiers are made of the content, so equal waveforms have equal ones.
///
/// @param recording  in mV, no infinity; 1 to 24 leads of 200 to 1000 Hz or 1 to 12 of 50 to 1000 Hz, each one that ISO/IEEE
///                   11073-10102 has a code for (the twelve, V7 to V9, right chest leads, X, Y, Z ...).
/// @throws DomainError one of these is not so.
/// @throws ShapeError  the recording is empty.
/// Source: DICOM PS3.3 A.34.4 and A.34.5 (ECG objects).
[[nodiscard]] HEARTSIGHT_EXPORT std::vector<std::byte> format_dicom(const Recording& recording);
[[nodiscard]] HEARTSIGHT_EXPORT std::vector<std::byte> format_dicom(const RecordingFloat32& recording);

/// Writes format_dicom() to a file, which is replaced whole or not at all.
/// @throws DomainError see format_dicom().
/// @throws FormatError the file cannot be written.
HEARTSIGHT_EXPORT void write_dicom(const std::filesystem::path& path, const Recording& recording);
HEARTSIGHT_EXPORT void write_dicom(const std::filesystem::path& path, const RecordingFloat32& recording);

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
