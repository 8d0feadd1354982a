#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

/// Base64 of bytes, as a writer of XML files would store them.
inline std::string base64(std::string_view bytes) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned bits = 0;
    for (std::size_t b = 0; b < 3; ++b) {
      bits = bits << 8U | (i + b < bytes.size() ? static_cast<unsigned char>(bytes[i + b]) : 0U);
    }
    for (std::size_t c = 0; c < 4; ++c) {
      text.push_back(c <= bytes.size() - i ? letters[bits >> (18 - 6 * c) & 63U] : '=');
    }
  }
  return text;
}

/// 16-bit samples, least significant byte first.
inline std::string little_endian_words(std::initializer_list<int> values) {
  std::string bytes;
  for (const int value : values) {
    bytes.push_back(static_cast<char>(value & 255));
    bytes.push_back(static_cast<char>(value >> 8 & 255));
  }
  return bytes;
}
