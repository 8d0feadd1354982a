#include "models/document.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

namespace heartsight::inline HEARTSIGHT_ABI::models::detail {

namespace {

const char* kind_name(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::null:
      return "null";
    case Value::Kind::boolean:
      return "a boolean";
    case Value::Kind::number:
      return "a number";
    case Value::Kind::text:
      return "a string";
    case Value::Kind::array:
      return "an array";
    case Value::Kind::object:
      return "an object";
  }
  return "unknown";
}

template <class Unsigned>
Unsigned big_endian(const std::byte* p) {
  Unsigned value = 0;
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
    value = static_cast<Unsigned>(static_cast<Unsigned>(value << 8U) | static_cast<Unsigned>(p[i]));
  }
  return value;
}

/// Packed elements of wire type Bits, reinterpreted as Number, into out. Returns false where one does not fit T.
template <class Number, class Bits, class T>
bool convert(std::span<const std::byte> packed, std::vector<T>& out) {
  const std::size_t count = packed.size() / sizeof(Bits);
  const std::size_t old = out.size();
  out.resize(old + count);
  T* target = out.data() + old;
  bool fits = true;
  for (std::size_t i = 0; i < count; ++i) {
    const auto value = std::bit_cast<Number>(big_endian<Bits>(packed.data() + i * sizeof(Bits)));
    if constexpr (std::is_floating_point_v<T>) {
      target[i] = static_cast<T>(value);
    } else if constexpr (std::is_floating_point_v<Number>) {
      fits = false;
    } else {
      fits &= std::in_range<T>(value);
      target[i] = static_cast<T>(value);
    }
  }
  return fits;
}

template <class T>
bool append_packed(char type, std::span<const std::byte> packed, std::vector<T>& out) {
  switch (type) {
    case 'i':
      return convert<std::int8_t, std::uint8_t>(packed, out);
    case 'U':
      return convert<std::uint8_t, std::uint8_t>(packed, out);
    case 'I':
      return convert<std::int16_t, std::uint16_t>(packed, out);
    case 'l':
      return convert<std::int32_t, std::uint32_t>(packed, out);
    case 'L':
      return convert<std::int64_t, std::uint64_t>(packed, out);
    case 'd':
      return convert<float, std::uint32_t>(packed, out);
    case 'D':
      return convert<double, std::uint64_t>(packed, out);
    default:
      return false;
  }
}

template <class T>
bool append_doubles(const std::vector<double>& numbers, std::vector<T>& out) {
  for (const double number : numbers) {
    if constexpr (!std::is_floating_point_v<T>) {
      // 2^63 itself does not fit, but is the nearest double below which everything does.
      if (!(number >= static_cast<double>(std::numeric_limits<T>::min()) &&
            number < static_cast<double>(std::numeric_limits<T>::max()) + 1.0) ||
          number != std::trunc(number)) {
        return false;
      }
    }
    out.push_back(static_cast<T>(number));
  }
  return true;
}

}  // namespace

std::string quoted(std::string_view text) {
  constexpr std::size_t longest = 60;
  std::string out = "'";
  for (const char c : text.substr(0, longest)) out += (c >= ' ' && c < 127) ? c : '?';
  return out + (text.size() > longest ? "...'" : "'");
}

std::size_t packed_size(char type) noexcept {
  switch (type) {
    case 'i':
    case 'U':
      return 1;
    case 'I':
      return 2;
    case 'l':
    case 'd':
      return 4;
    case 'L':
    case 'D':
      return 8;
    default:
      return 0;
  }
}

void format_error(const std::string& where, const std::string& what) {
  throw FormatError(where + ": " + what);
}

void check_keys(const Value& value, std::initializer_list<std::string_view> known, const std::string& where) {
  if (value.kind != Value::Kind::object)
    format_error(where, std::string("is ") + kind_name(value.kind) + ", must be an object");
  for (const std::string_view key : value.keys) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      format_error(where, "key " + quoted(key) + " is not understood; it might change predictions, so the model is refused");
    }
  }
}

const Value* find(const Value& object, std::string_view key) noexcept {
  for (std::size_t i = 0; i < object.keys.size(); ++i) {
    if (object.keys[i] == key) return &object.items[i];
  }
  return nullptr;
}

const Value& member(const Value& object, std::string_view key, Value::Kind kind, const std::string& where) {
  const Value* value = find(object, key);
  if (value == nullptr) format_error(where, "key " + quoted(key) + " is missing");
  if (value->kind != kind) {
    format_error(where, quoted(key) + " is " + kind_name(value->kind) + ", must be " + kind_name(kind));
  }
  return *value;
}

std::int64_t integer_member(const Value& object, std::string_view key, const std::string& where) {
  const Value* value = find(object, key);
  if (value == nullptr) format_error(where, "key " + quoted(key) + " is missing");
  if (value->kind == Value::Kind::number && value->number == std::trunc(value->number) && std::abs(value->number) < 9e15) {
    return static_cast<std::int64_t>(value->number);
  }
  std::int64_t result = 0;
  const char* const end = value->text.data() + value->text.size();
  if (value->kind == Value::Kind::text) {
    const auto [stop, error] = std::from_chars(value->text.data(), end, result);
    if (error == std::errc{} && stop == end && !value->text.empty()) return result;
  }
  format_error(where, quoted(key) + " is no integer");
}

std::string_view text_member(const Value& object, std::string_view key, const std::string& where) {
  return member(object, key, Value::Kind::text, where).text;
}

std::size_t array_size(const Value& array) noexcept {
  if (array.packed_type != 0) return array.packed.size() / packed_size(array.packed_type);
  return std::max(array.numbers.size(), array.items.size());
}

template <class T>
void append_numbers(const Value& object, std::string_view key, std::size_t wanted, std::vector<T>& out,
                    const std::string& where) {
  const Value& array = member(object, key, Value::Kind::array, where);
  const std::size_t size = array_size(array);
  if (wanted != any_size && size != wanted) {
    format_error(where, quoted(key) + " has " + std::to_string(size) + " elements, must have " + std::to_string(wanted));
  }
  if (!array.items.empty()) format_error(where, quoted(key) + " is not an array of numbers");
  const bool fits =
      array.packed_type != 0 ? append_packed(array.packed_type, array.packed, out) : append_doubles(array.numbers, out);
  if (!fits) format_error(where, quoted(key) + " has an element that is no integer in range");
}

template void append_numbers(const Value&, std::string_view, std::size_t, std::vector<float>&, const std::string&);
template void append_numbers(const Value&, std::string_view, std::size_t, std::vector<std::int32_t>&, const std::string&);
template void append_numbers(const Value&, std::string_view, std::size_t, std::vector<std::int64_t>&, const std::string&);
template void append_numbers(const Value&, std::string_view, std::size_t, std::vector<std::uint8_t>&, const std::string&);

}  // namespace heartsight::inline HEARTSIGHT_ABI::models::detail
