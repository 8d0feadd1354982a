#include <io/xml_file.hpp>

#include <io/text.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {
namespace {

void put_utf8(std::string& out, std::uint32_t c) {
  const auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(static_cast<unsigned char>(byte))); };
  if (c < 0x80U) {
    put(c);
  } else if (c < 0x800U) {
    put(0xC0U | c >> 6U);
    put(0x80U | (c & 0x3FU));
  } else if (c < 0x10000U) {
    put(0xE0U | c >> 12U);
    put(0x80U | (c >> 6U & 0x3FU));
    put(0x80U | (c & 0x3FU));
  } else {
    put(0xF0U | c >> 18U);
    put(0x80U | (c >> 12U & 0x3FU));
    put(0x80U | (c >> 6U & 0x3FU));
    put(0x80U | (c & 0x3FU));
  }
}

/// Text in UTF-16 (which begins with its mark) or bytes of another kind, as UTF-8. Half a pair becomes U+FFFD.
std::string as_utf8(std::string_view text) {
  const bool little = text.starts_with("\xFF\xFE");
  if (!little && !text.starts_with("\xFE\xFF")) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    return to_utf8(text);
  }
  const auto unit = [&](std::size_t i) {
    const auto first = static_cast<unsigned char>(text[i]);
    const auto second = static_cast<unsigned char>(text[i + 1]);
    return static_cast<std::uint32_t>(little ? first | second << 8 : first << 8 | second);
  };
  std::string out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 2; i + 1 < text.size(); i += 2) {
    const std::uint32_t c = unit(i);
    if (c < 0xD800U || c > 0xDFFFU) {
      put_utf8(out, c);
    } else if (c < 0xDC00U && i + 3 < text.size() && unit(i + 2) >= 0xDC00U && unit(i + 2) <= 0xDFFFU) {
      put_utf8(out, 0x10000U + ((c - 0xD800U) << 10U) + (unit(i + 2) - 0xDC00U));
      i += 2;
    } else {
      put_utf8(out, 0xFFFDU);
    }
  }
  return out;
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

}  // namespace

std::string_view local_name(std::string_view name) {
  const auto colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::string root_name(std::string_view head) {
  const std::string text = as_utf8(head);
  std::string_view rest = text;
  const auto skip_past = [&](std::string_view end) {
    const auto at = rest.find(end);
    rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + end.size());
  };
  while (true) {
    while (!rest.empty() && is_space(rest.front())) rest.remove_prefix(1);
    if (rest.size() < 2 || rest.front() != '<') return {};
    if (rest.starts_with("<?")) {
      skip_past("?>");
    } else if (rest.starts_with("<!--")) {
      skip_past("-->");
    } else if (rest.starts_with("<!")) {
      const auto subset = rest.find('[');
      if (subset < rest.find('>')) skip_past("]");
      skip_past(">");
    } else {
      const auto end = rest.find_first_of(" \t\r\n/>", 1);
      return std::string(local_name(rest.substr(1, end == std::string_view::npos ? rest.npos : end - 1)));
    }
  }
}

pugi::xml_node child(pugi::xml_node parent, std::string_view name) {
  for (const pugi::xml_node node : parent.children()) {
    if (node.type() == pugi::node_element && local_name(node.name()) == name) return node;
  }
  return {};
}

pugi::xml_node descend(pugi::xml_node parent, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) parent = child(parent, name);
  return parent;
}

std::vector<pugi::xml_node> children(pugi::xml_node parent, std::string_view name) {
  std::vector<pugi::xml_node> found;
  for (const pugi::xml_node node : parent.children()) {
    if (node.type() == pugi::node_element && local_name(node.name()) == name) found.push_back(node);
  }
  return found;
}

std::string text_of(pugi::xml_node node) {
  std::string text;
  for (const pugi::xml_node part : node.children()) {
    if (part.type() == pugi::node_pcdata || part.type() == pugi::node_cdata) text.append(part.value());
  }
  std::size_t begin = 0;
  while (begin < text.size() && is_space(text[begin])) ++begin;
  std::size_t end = text.size();
  while (end > begin && is_space(text[end - 1])) --end;
  return text.substr(begin, end - begin);
}

XmlFile::XmlFile(const Source& source) : source_(source) {
  constexpr std::uint64_t largest = std::uint64_t{1} << 30;
  if (source.size() > largest) fail(source.name(), "is larger than 1 GiB, which is not read as XML");
  text_ = as_utf8(read_text(source));
  // In place: names and values stay in text_, which must not move afterwards.
  const pugi::xml_parse_result result =
      document_.load_buffer_inplace(text_.data(), text_.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!result)
    fail_at_line(source.name(), line_of(result.offset), std::string("is not well-formed XML: ") + result.description());
}

std::size_t XmlFile::line_of(std::ptrdiff_t offset) const {
  const std::string text = as_utf8(read_text(source_));  // parsing has changed our own copy
  const auto end = text.begin() + std::clamp<std::ptrdiff_t>(offset, 0, static_cast<std::ptrdiff_t>(text.size()));
  return static_cast<std::size_t>(std::count(text.begin(), end, '\n')) + 1;
}

void XmlFile::fail_at(pugi::xml_node node, const std::string& what) const {
  fail_at_line(source_.name(), line_of(node.offset_debug()), what);
}

double XmlFile::number(pugi::xml_node node, std::string_view text, const char* what) const {
  const auto value = parse_number<double>(trim(text));
  if (!value || !std::isfinite(*value)) fail_at(node, std::string(what) + " is not a number");
  return *value;
}

std::optional<std::vector<std::byte>> decode_base64(std::string_view text) {
  std::vector<std::byte> bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  unsigned n_bits = 0;
  std::size_t n_characters = 0;
  std::size_t n_padding = 0;
  for (const char c : text) {
    if (is_space(c)) continue;
    ++n_characters;
    std::uint32_t value = 0;
    if (c == '=') {
      ++n_padding;
      continue;
    }
    if (n_padding > 0) return std::nullopt;
    if (c >= 'A' && c <= 'Z') {
      value = static_cast<std::uint32_t>(c - 'A');
    } else if (c >= 'a' && c <= 'z') {
      value = static_cast<std::uint32_t>(c - 'a') + 26U;
    } else if (c >= '0' && c <= '9') {
      value = static_cast<std::uint32_t>(c - '0') + 52U;
    } else if (c == '+' || c == '/') {
      value = c == '+' ? 62U : 63U;
    } else {
      return std::nullopt;
    }
    bits = (bits << 6U | value) & 0xFFFFU;
    n_bits += 6;
    if (n_bits >= 8) {
      n_bits -= 8;
      bytes.push_back(static_cast<std::byte>(bits >> n_bits & 0xFFU));
    }
  }
  // Unpadded text is common; one character in excess stands for no byte.
  if (n_padding > 2 || (n_padding > 0 && n_characters % 4 != 0) || (n_characters - n_padding) % 4 == 1) return std::nullopt;
  return bytes;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
