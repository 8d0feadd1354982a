#include <io/dicom_elements.hpp>

#include <io/text.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {
namespace {

constexpr std::uint32_t undefined_length = 0xFFFFFFFFU;
constexpr std::uint32_t item_tag = 0xFFFEE000U;
constexpr std::uint32_t item_end_tag = 0xFFFEE00DU;
constexpr std::uint32_t sequence_end_tag = 0xFFFEE0DDU;
constexpr std::uint32_t transfer_syntax_tag = 0x00020010U;

/// Implicit VR does not say what is a sequence: these are, of what is looked into.
bool is_known_sequence(std::uint32_t tag) {
  return tag == 0x54000100U || tag == 0x003A0200U || tag == 0x003A0208U || tag == 0x003A0211U;
}

bool has_long_length(std::string_view vr) {
  constexpr std::array<std::string_view, 13> known = {"OB", "OD", "OF", "OL", "OV", "OW", "SQ",
                                                      "SV", "UC", "UN", "UR", "UT", "UV"};
  return std::find(known.begin(), known.end(), vr) != known.end();
}

class ElementReader {
 public:
  explicit ElementReader(const Source& source) : source_(source) {}

  /// Elements from `at` to `end`; in an item of undefined length to its end mark. `at` is then behind what was read.
  DicomElements read(std::uint64_t& at, std::uint64_t end, bool is_explicit, bool to_mark, int depth) const {
    constexpr int deepest = 32;
    if (depth > deepest) fail_at_byte(source_.name(), at, "sequences are nested too deeply");
    DicomElements elements;
    while (at < end) {
      const std::uint64_t start = at;
      if (end - at < 8) fail_at_byte(source_.name(), at, "truncated: a data element has at least 8 bytes");
      std::array<std::byte, 8> head{};
      source_.read(at, head);
      DicomElement element;
      element.tag = word(head, 0) << 16U | word(head, 2);
      at += 8;
      std::uint64_t length = word(head, 4) | word(head, 6) << 16U;
      bool is_sequence = is_known_sequence(element.tag);
      bool items_are_explicit = is_explicit;
      if (element.tag == item_end_tag) {
        if (!to_mark) fail_at_byte(source_.name(), start, "an item ends that has not begun");
        return elements;
      }
      if ((element.tag >> 16U) == 0xFFFEU) fail_at_byte(source_.name(), start, "an item stands outside a sequence");
      if (is_explicit) {
        const std::string vr = {static_cast<char>(head[4]), static_cast<char>(head[5])};
        if (vr[0] < 'A' || vr[0] > 'Z' || vr[1] < 'A' || vr[1] > 'Z') {
          fail_at_byte(source_.name(), start + 4, "a data element has no value representation");
        }
        is_sequence = vr == "SQ";
        length = word(head, 6);
        if (has_long_length(vr)) {
          std::array<std::byte, 4> more{};
          if (end - at < more.size()) fail_at_byte(source_.name(), at, "truncated: a data element has no length");
          source_.read(at, more);
          at += more.size();
          length = word(more, 0) | word(more, 2) << 16U;
          // A sequence of unknown kind is encoded with implicit VR, whatever stands around it (PS3.5, 6.2.2).
          if (vr == "UN" && length == undefined_length) {
            is_sequence = true;
            items_are_explicit = false;
          }
        }
      } else if (length == undefined_length) {
        is_sequence = true;
      }
      element.value_at = at;
      if (length == undefined_length && !is_sequence) {
        fail_at_byte(source_.name(), start, "a value of undefined length, as in compressed data, is not read");
      }
      if (length != undefined_length && length > end - at) {
        fail_at_byte(source_.name(), start, "truncated: the data element has " + std::to_string(length) + " bytes");
      }
      if (is_sequence) {
        const bool items_to_mark = length == undefined_length;
        element.items = read_items(at, items_to_mark ? end : at + length, items_are_explicit, items_to_mark, depth);
      } else {
        at += length;
      }
      element.length = at - element.value_at;
      elements.push_back(std::move(element));
    }
    if (to_mark) fail_at_byte(source_.name(), at, "truncated: an item has no end");
    return elements;
  }

 private:
  static std::uint32_t word(std::span<const std::byte> bytes, std::size_t at) {
    return std::to_integer<std::uint32_t>(bytes[at]) | std::to_integer<std::uint32_t>(bytes[at + 1]) << 8U;
  }

  std::vector<DicomElements> read_items(std::uint64_t& at, std::uint64_t end, bool is_explicit, bool to_mark,
                                        int depth) const {
    std::vector<DicomElements> items;
    while (at < end) {
      const std::uint64_t start = at;
      std::array<std::byte, 8> head{};
      if (end - at < head.size()) fail_at_byte(source_.name(), at, "truncated: an item has at least 8 bytes");
      source_.read(at, head);
      at += head.size();
      const std::uint32_t tag = word(head, 0) << 16U | word(head, 2);
      const std::uint32_t length = word(head, 4) | word(head, 6) << 16U;
      if (tag == sequence_end_tag && to_mark) return items;
      if (tag != item_tag) fail_at_byte(source_.name(), start, "a sequence holds something that is no item");
      const bool item_to_mark = length == undefined_length;
      if (!item_to_mark && length > end - at) {
        fail_at_byte(source_.name(), start, "truncated: the item has " + std::to_string(length) + " bytes");
      }
      items.push_back(read(at, item_to_mark ? end : at + length, is_explicit, item_to_mark, depth + 1));
    }
    if (to_mark) fail_at_byte(source_.name(), at, "truncated: a sequence has no end");
    return items;
  }

  const Source& source_;
};

}  // namespace

DicomElements read_dicom_elements(const Source& source) {
  constexpr std::uint64_t preamble = 132;
  std::array<std::byte, 4> magic{};
  if (source.size() < preamble) fail_at_byte(source.name(), source.size(), "truncated: a DICOM file begins with 132 bytes");
  source.read(preamble - magic.size(), magic);
  if (magic != std::array{std::byte{'D'}, std::byte{'I'}, std::byte{'C'}, std::byte{'M'}}) {
    fail_at_byte(source.name(), preamble - magic.size(), "is not a DICOM file");
  }
  const ElementReader reader(source);
  // Group 0002 is explicit VR little endian and states its own length in its first element.
  std::uint64_t at = preamble;
  std::array<std::byte, 12> length_element{};
  if (source.size() - at < length_element.size()) fail_at_byte(source.name(), at, "truncated: no file meta information");
  source.read(at, length_element);
  constexpr std::array<unsigned, 8> expected = {0x02, 0, 0, 0, 'U', 'L', 4, 0};
  if (!std::equal(expected.begin(), expected.end(), length_element.begin(),
                  [](unsigned a, std::byte b) { return a == std::to_integer<unsigned>(b); })) {
    fail_at_byte(source.name(), at, "the file meta information does not begin with its length");
  }
  std::uint64_t length = 0;
  for (std::size_t i = 4; i-- > 0;) length = length << 8U | std::to_integer<std::uint64_t>(length_element[8 + i]);
  at += length_element.size();
  if (length > source.size() - at) fail_at_byte(source.name(), at, "truncated: the file meta information");
  const DicomElements meta = reader.read(at, at + length, true, false, 0);
  const std::string syntax = element_text(source, find_element(meta, transfer_syntax_tag));
  const bool is_implicit = syntax == "1.2.840.10008.1.2";
  if (!is_implicit && syntax != "1.2.840.10008.1.2.1") {
    const std::string shown = syntax == "1.2.840.10008.1.2.1.99" ? "deflated explicit VR little endian"
                              : syntax == "1.2.840.10008.1.2.2"  ? "explicit VR big endian"
                              : syntax.empty()                   ? "none"
                                                                 : printable(syntax);
    fail(source.name(), "the transfer syntax (" + shown + ") is not read: only explicit and implicit VR little endian are");
  }
  return reader.read(at, source.size(), !is_implicit, false, 0);
}

const DicomElement* find_element(const DicomElements& elements, std::uint32_t tag) noexcept {
  const auto found = std::find_if(elements.begin(), elements.end(), [&](const DicomElement& e) { return e.tag == tag; });
  return found == elements.end() ? nullptr : &*found;
}

std::string element_text(const Source& source, const DicomElement* element) {
  constexpr std::uint64_t longest = 1024;
  if (element == nullptr) return {};
  if (element->length > longest) fail_at_byte(source.name(), element->value_at, "a text is too long");
  std::string text(element->length, '\0');
  source.read(element->value_at, std::as_writable_bytes(std::span(text)));
  while (!text.empty() && (text.back() == '\0' || is_blank(text.back()))) text.pop_back();
  return to_utf8(trim(text));
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
