#pragma once

#include <heartsight/version.hpp>

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

/// Small pieces of text parsing that do not depend on the locale.
namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

[[nodiscard]] inline bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t';
}
[[nodiscard]] inline bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
[[nodiscard]] inline char to_lower(char c) noexcept {
  return (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
}

[[nodiscard]] inline std::string to_lower(std::string_view text) {
  std::string lower{text};
  for (char& c : lower) c = to_lower(c);
  return lower;
}

[[nodiscard]] inline std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// The whole text as a number; a leading plus sign is accepted.
template <class Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view text) noexcept {
  if (text.size() > 1 && text.front() == '+' && text[1] != '-' && text[1] != '+') text.remove_prefix(1);
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Takes the next token, separated by blanks, off the front of `rest`; empty at the end.
[[nodiscard]] inline std::string_view next_token(std::string_view& rest) noexcept {
  rest = trim(rest);
  std::size_t length = 0;
  while (length < rest.size() && !is_blank(rest[length])) ++length;
  const std::string_view token = rest.substr(0, length);
  rest.remove_prefix(length);
  return token;
}

/// Takes the next line off the front of `rest`, without its end (LF, CRLF or CR).
[[nodiscard]] inline std::string_view next_line(std::string_view& rest) noexcept {
  const std::size_t end = rest.find_first_of("\r\n");
  if (end == std::string_view::npos) {
    const std::string_view line = rest;
    rest = {};
    return line;
  }
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + ((rest[end] == '\r' && end + 1 < rest.size() && rest[end + 1] == '\n') ? 2 : 1));
  return line;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
