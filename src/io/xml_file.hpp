#pragma once

#include <heartsight/version.hpp>

#include <io/source.hpp>

#include <pugixml.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// The name of the first element of XML text, without a namespace prefix; empty where the text is not XML.
[[nodiscard]] std::string root_name(std::string_view head);

/// A name without its namespace prefix.
[[nodiscard]] std::string_view local_name(std::string_view name);

/// The first child element of that local name; a null node where there is none.
[[nodiscard]] pugi::xml_node child(pugi::xml_node parent, std::string_view name);
/// child() of child() ...: one step per name.
[[nodiscard]] pugi::xml_node descend(pugi::xml_node parent, std::initializer_list<std::string_view> names);
/// All child elements of that local name.
[[nodiscard]] std::vector<pugi::xml_node> children(pugi::xml_node parent, std::string_view name);
/// The character data of a node, trimmed of blanks and line ends.
[[nodiscard]] std::string text_of(pugi::xml_node node);

/// An XML file in UTF-8, UTF-16 or Latin-1. Entities that a file defines are not expanded, nothing outside it is opened, and
/// memory is a small multiple of its size.
class XmlFile {
 public:
  /// @throws FormatError naming the line: the text is not well-formed, or larger than 1 GiB.
  explicit XmlFile(const Source& source);

  [[nodiscard]] pugi::xml_node root() const { return document_.document_element(); }
  /// @throws FormatError naming the line on which the node stands.
  [[noreturn]] void fail_at(pugi::xml_node node, const std::string& what) const;
  /// A number in an attribute or text of the node. @throws FormatError it is none, or not finite.
  [[nodiscard]] double number(pugi::xml_node node, std::string_view text, const char* what) const;

 private:
  [[nodiscard]] std::size_t line_of(std::ptrdiff_t offset) const;

  const Source& source_;
  std::string text_;
  pugi::xml_document document_;
};

/// The bytes that base64 text stands for; blanks and line ends are ignored.
[[nodiscard]] std::optional<std::vector<std::byte>> decode_base64(std::string_view text);

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
