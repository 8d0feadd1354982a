#pragma once

#include <heartsight/core/export.hpp>
#include <heartsight/version.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::io {

/// One annotation of a recording.
struct Annotation {
  std::int64_t sample = 0;  ///< 0-based, at the rate of the annotation file
  std::string symbol;       ///< "N", "V", "+", "(" ...; "[42]" for a code that has no symbol
  int subtype = 0;          ///< -128 .. 127
  int chan = 0;             ///< 0 .. 255
  int num = 0;              ///< -128 .. 127
  std::string aux;          ///< rhythm labels, wave notes; bytes as stored (Latin-1), without trailing zeros

  /// True for the beat codes N L R B A a J S V r F e j n E / f Q ?
  [[nodiscard]] HEARTSIGHT_EXPORT bool is_beat() const noexcept;

  friend bool operator==(const Annotation&, const Annotation&) = default;
};

/// A symbol that the file itself defines.
struct CustomSymbol {
  int code = 0;
  std::string symbol;
  std::string description;

  friend bool operator==(const CustomSymbol&, const CustomSymbol&) = default;
};

/// All annotations of a file, in time order as stored.
struct AnnotationList {
  std::vector<Annotation> items;
  std::optional<double> sampling_rate_hz;    ///< only where the file states its own time resolution
  std::vector<CustomSymbol> custom_symbols;  ///< only where the file defines some

  /// Sample indices of the annotations that are beats.
  [[nodiscard]] HEARTSIGHT_EXPORT std::vector<std::int64_t> beats() const;

  friend bool operator==(const AnnotationList&, const AnnotationList&) = default;
};

/// The symbol of a code 0 .. 49 of the MIT format, or nothing where the format defines none.
[[nodiscard]] HEARTSIGHT_EXPORT std::optional<std::string_view> annotation_symbol(int code) noexcept;
/// The code of a symbol, or nothing.
[[nodiscard]] HEARTSIGHT_EXPORT std::optional<int> annotation_code(std::string_view symbol) noexcept;

/// Parses annotations in the MIT format: https://physionet.org/physiotools/wag/annot-5.htm
///
/// num and chan carry over from one annotation to the next, subtype and aux do not. Notes at sample 0 that state the time
/// resolution or define symbols fill sampling_rate_hz and custom_symbols and are not annotations; code 0 is none either.
///
/// @throws FormatError naming file and byte: cut short, no end mark, data after the end mark, a time before the record.
[[nodiscard]] HEARTSIGHT_EXPORT AnnotationList parse_annotations(std::span<const std::byte> bytes, std::string_view name);

/// parse_annotations() of a file.
[[nodiscard]] HEARTSIGHT_EXPORT AnnotationList read_annotation(const std::filesystem::path& path);

/// The bytes of an annotation file; parse_annotations() of them gives an equal list.
/// @throws DomainError a sample is negative or earlier than the one before, a symbol is unknown, a field does not fit its
/// byte
///                     (aux: 255 bytes, no trailing zero), or a note at sample 0 could be taken for a definition.
[[nodiscard]] HEARTSIGHT_EXPORT std::vector<std::byte> format_annotations(const AnnotationList& list);

/// Writes format_annotations() to a file, which is replaced whole or not at all.
/// @throws DomainError see format_annotations().
/// @throws FormatError the file cannot be written.
HEARTSIGHT_EXPORT void write_annotation(const std::filesystem::path& path, const AnnotationList& list);

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
