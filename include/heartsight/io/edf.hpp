#pragma once

#include <heartsight/core/export.hpp>
#include <heartsight/io/read_record.hpp>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::io {

/// One annotation of an EDF+ or BDF+ file.
struct EdfAnnotation {
  double onset_s = 0.0;              ///< from the first sample of the file
  std::optional<double> duration_s;  ///< only where the file states one
  std::string text;                  ///< UTF-8, as stored; a file may put anything there

  friend bool operator==(const EdfAnnotation&, const EdfAnnotation&) = default;
};

/// Parses a recording from the bytes of an EDF, EDF+ (continuous or with gaps), BDF or BDF+ file.
///
/// Values are gain * (offset + digital) with gain = (physical maximum - minimum) / (digital maximum - minimum) and
/// offset = physical maximum / gain - digital maximum, in double: the operations of EDFlib, whose bits are equal
/// where the header's numbers are (it reads some decimal fractions a unit in the last place off); then a voltage becomes mV.
/// Gaps of a discontinuous file are NaN: record r begins at sample round(onset_r * rate). Annotation signals are not
/// channels; see parse_edf_annotations(). Age (at the start of the recording, in whole years) and sex come from the patient
/// field of EDF+ and BDF+; name, code and birth date are left behind.
///
/// @param bytes  the file's content.
/// @param name   what messages call the file.
/// @throws FormatError naming file and byte: a header field that is no number, a length that is not what the header
///                     promises, records that overlap, digital minimum not below the maximum, a lead that is read whose
///                     physical minimum and maximum are equal.
/// @throws DomainError an option does not fit.
/// Source: Kemp B et al. Electroenceph clin Neurophysiol 82:391-393 (1992), DOI 10.1016/0013-4694(92)90009-7;
/// Kemp B, Olivan J. Clin Neurophysiol 114:1755-1761 (2003), DOI 10.1016/S1388-2457(03)00123-8.
[[nodiscard]] HEARTSIGHT_EXPORT Recording parse_edf(std::span<const std::byte> bytes, std::string_view name,
                                                    const ReadOptions& options = {});
[[nodiscard]] HEARTSIGHT_EXPORT RecordingFloat32 parse_edf_float32(std::span<const std::byte> bytes, std::string_view name,
                                                                   const ReadOptions& options = {});

/// The annotations of an EDF+ or BDF+ file in the order of their onsets, without the marks that date its records; none of
/// a plain EDF or BDF file.
/// @throws FormatError naming file and byte: as parse_edf(), or an annotation list that is malformed.
[[nodiscard]] HEARTSIGHT_EXPORT std::vector<EdfAnnotation> parse_edf_annotations(std::span<const std::byte> bytes,
                                                                                 std::string_view name);

/// parse_edf_annotations() of a file.
[[nodiscard]] HEARTSIGHT_EXPORT std::vector<EdfAnnotation> read_edf_annotations(const std::filesystem::path& path);

/// The bytes of a continuous EDF+ file of a recording.
///
/// Each lead is stored in 16 bits, digital 0 being 0 in its unit and 32767 its largest magnitude, so a value changes by at
/// most the magnitude / 65534; the header has 8 characters for a range, so magnitudes count in steps of 1e-6 or more.
/// Records last what 8 characters can state without changing the rate, at most 1 s where there is a choice; a length that is
/// no multiple of it is filled up by repeating the last sample. The sex is written; id, age, date and time are not: name,
/// code and birth date are "X", the date is 1 January 1985, as EDF+ asks of anonymous files.
///
/// @param recording    finite values; lead names and units of printable ASCII, at most 16 and 8 characters.
/// @param annotations  onsets from the first sample; texts without control characters.
/// @throws DomainError a value is not finite (EDF cannot mark a missing sample), a name, unit or text does not fit, a
///                     rate that 8 characters cannot state, an onset or duration that is negative or not finite.
[[nodiscard]] HEARTSIGHT_EXPORT std::vector<std::byte> format_edf(const Recording& recording,
                                                                  const std::vector<EdfAnnotation>& annotations = {});
[[nodiscard]] HEARTSIGHT_EXPORT std::vector<std::byte> format_edf(const RecordingFloat32& recording,
                                                                  const std::vector<EdfAnnotation>& annotations = {});

/// Writes format_edf() to a file, which is replaced whole or not at all.
/// @throws DomainError see format_edf().
/// @throws FormatError the file cannot be written.
HEARTSIGHT_EXPORT void write_edf(const std::filesystem::path& path, const Recording& recording,
                                 const std::vector<EdfAnnotation>& annotations = {});
HEARTSIGHT_EXPORT void write_edf(const std::filesystem::path& path, const RecordingFloat32& recording,
                                 const std::vector<EdfAnnotation>& annotations = {});

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
