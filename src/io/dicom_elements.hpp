#pragma once

#include <heartsight/version.hpp>

#include <io/source.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

struct DicomElement;
using DicomElements = std::vector<DicomElement>;

/// Where one data element stands. Only sequences are looked into; values are read when they are asked for.
struct DicomElement {
  std::uint32_t tag = 0;  ///< group in the upper half
  std::uint64_t value_at = 0;
  std::uint64_t length = 0;
  std::vector<DicomElements> items;  ///< of a sequence
};

/// The data set of a DICOM file in explicit or implicit VR little endian.
/// @throws FormatError naming file and byte: not DICOM, a transfer syntax that is not read, an element that is cut short,
///                     sequences nested deeper than 32.
[[nodiscard]] DicomElements read_dicom_elements(const Source& source);

/// The element of a tag, or null.
[[nodiscard]] const DicomElement* find_element(const DicomElements& elements, std::uint32_t tag) noexcept;
/// The value of an element as text without padding, as UTF-8; empty where the element is null.
/// @throws FormatError it is longer than a text of this kind can be.
[[nodiscard]] std::string element_text(const Source& source, const DicomElement* element);

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
