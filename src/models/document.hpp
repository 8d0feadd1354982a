#pragma once

#include <heartsight/core/error.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// What JSON and UBJSON files are read into before a model is built from them. Both readers keep the same limits:
/// 64 levels, no duplicate keys, no element that the remaining bytes cannot hold.
namespace heartsight::inline HEARTSIGHT_ABI::models::detail {

inline constexpr std::size_t most_levels = 64;

struct Value {
  enum class Kind : std::uint8_t { null, boolean, number, text, array, object };

  Kind kind = Kind::null;
  char packed_type = 0;                ///< arrays: UBJSON type marker of the packed elements, 0 when not packed
  double number = 0.0;                 ///< numbers and booleans
  std::string_view text;               ///< in the file's bytes, or in Document::texts
  std::span<const std::byte> packed;   ///< big-endian elements, in the file's bytes
  std::vector<double> numbers;         ///< arrays of numbers
  std::vector<std::string_view> keys;  ///< objects, in file order; their values are the items
  std::vector<Value> items;            ///< values of an object, elements of an array of anything but numbers
};

struct Document {
  Value root;
  std::deque<std::string> texts;  ///< what JSON strings and keys point into
};

/// The bytes must outlive the document.
/// @throws FormatError
Document read_json(std::span<const std::byte> bytes);
Document read_ubjson(std::span<const std::byte> bytes);

/// Elements of a packed UBJSON type; 0 when it is no packable number.
std::size_t packed_size(char type) noexcept;

/// In quotes, cut to 60 characters, with a ? for what is not printable.
std::string quoted(std::string_view text);

[[noreturn]] void format_error(const std::string& where, const std::string& what);

/// @throws FormatError when value is no object, or has a key that is not in the list.
void check_keys(const Value& value, std::initializer_list<std::string_view> known, const std::string& where);
/// nullptr when there is no such key.
const Value* find(const Value& object, std::string_view key) noexcept;
/// @throws FormatError when it is not there or of another kind.
const Value& member(const Value& object, std::string_view key, Value::Kind kind, const std::string& where);
/// An integer that XGBoost writes as a string, or a number.
std::int64_t integer_member(const Value& object, std::string_view key, const std::string& where);
std::string_view text_member(const Value& object, std::string_view key, const std::string& where);
std::size_t array_size(const Value& array) noexcept;

/// Appends the elements of a numeric array to out; exact, or a FormatError.
template <class T>
void append_numbers(const Value& object, std::string_view key, std::size_t wanted, std::vector<T>& out,
                    const std::string& where);

extern template void append_numbers(const Value&, std::string_view, std::size_t, std::vector<float>&, const std::string&);
extern template void append_numbers(const Value&, std::string_view, std::size_t, std::vector<std::int32_t>&,
                                    const std::string&);
extern template void append_numbers(const Value&, std::string_view, std::size_t, std::vector<std::int64_t>&,
                                    const std::string&);
extern template void append_numbers(const Value&, std::string_view, std::size_t, std::vector<std::uint8_t>&,
                                    const std::string&);

inline constexpr std::size_t any_size = std::numeric_limits<std::size_t>::max();

}  // namespace heartsight::inline HEARTSIGHT_ABI::models::detail
