#include "models/document.hpp"

#include <bit>

// Universal Binary JSON, draft 12, as far as XGBoost writes it: plain and counted containers, packed arrays of numbers.
namespace heartsight::inline HEARTSIGHT_ABI::models::detail {

namespace {

class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  Value document() {
    Value root = value(marker(), 0);
    if (position_ != bytes_.size()) fail("bytes follow the end of the document");
    return root;
  }

 private:
  static constexpr std::size_t most_members = 1024;

  [[noreturn]] void fail(const std::string& what) const {
    format_error("UBJSON", what + " at byte " + std::to_string(position_));
  }

  [[nodiscard]] std::size_t left() const noexcept { return bytes_.size() - position_; }

  std::span<const std::byte> take(std::size_t count) {
    if (count > left()) fail("file ends early");
    position_ += count;
    return bytes_.subspan(position_ - count, count);
  }

  char peek() const {
    if (left() == 0) fail("file ends early");
    return static_cast<char>(bytes_[position_]);
  }

  /// The next type marker; no-ops are skipped.
  char marker() {
    char type = 'N';
    while (type == 'N') type = static_cast<char>(take(1)[0]);
    return type;
  }

  template <class Bits>
  Bits bits() {
    std::uint64_t result = 0;
    for (const std::byte b : take(sizeof(Bits))) result = result << 8U | static_cast<std::uint64_t>(b);
    return static_cast<Bits>(result);
  }

  std::int64_t integer(char type) {
    switch (type) {
      case 'i':
        return static_cast<std::int8_t>(bits<std::uint8_t>());
      case 'U':
        return bits<std::uint8_t>();
      case 'I':
        return static_cast<std::int16_t>(bits<std::uint16_t>());
      case 'l':
        return static_cast<std::int32_t>(bits<std::uint32_t>());
      case 'L':
        return static_cast<std::int64_t>(bits<std::uint64_t>());
      default:
        fail("a length is no integer");
    }
  }

  std::size_t length() {
    const std::int64_t value = integer(marker());
    if (value < 0) fail("negative length");
    return static_cast<std::size_t>(value);
  }

  std::string_view text() {
    const auto span = take(length());
    return {reinterpret_cast<const char*>(span.data()), span.size()};
  }

  /// True and the number, when type is a number's.
  bool number(char type, double& result) {
    switch (type) {
      case 'i':
      case 'U':
      case 'I':
      case 'l':
        result = static_cast<double>(integer(type));
        return true;
      case 'L': {
        const std::int64_t value = integer(type);
        result = static_cast<double>(value);
        if (value > (std::int64_t{1} << 53) || value < -(std::int64_t{1} << 53)) fail("integer beyond 2^53");
        return true;
      }
      case 'd':
        result = static_cast<double>(std::bit_cast<float>(bits<std::uint32_t>()));
        return true;
      case 'D':
        result = std::bit_cast<double>(bits<std::uint64_t>());
        return true;
      default:
        return false;
    }
  }

  Value value(char type, std::size_t level) {
    Value result;
    if (number(type, result.number)) {
      result.kind = Value::Kind::number;
      return result;
    }
    switch (type) {
      case 'Z':
        return result;
      case 'T':
      case 'F':
        result.kind = Value::Kind::boolean;
        result.number = type == 'T' ? 1.0 : 0.0;
        return result;
      case 'S':
        result.kind = Value::Kind::text;
        result.text = text();
        return result;
      case 'C': {
        const auto span = take(1);
        result.kind = Value::Kind::text;
        result.text = {reinterpret_cast<const char*>(span.data()), 1};
        return result;
      }
      case '[':
        if (level >= most_levels) fail("nested more than 64 deep");
        read_array(result, level);
        return result;
      case '{':
        if (level >= most_levels) fail("nested more than 64 deep");
        read_object(result, level);
        return result;
      default:
        fail("unknown type marker " + std::to_string(static_cast<unsigned char>(type)));
    }
  }

  void read_array(Value& array, std::size_t level) {
    array.kind = Value::Kind::array;
    if (peek() == '$') {
      take(1);
      const char type = static_cast<char>(take(1)[0]);
      const std::size_t size = packed_size(type);
      // Types without a payload would let a few bytes stand for any number of elements.
      if (size == 0) fail("packed array of a type that is no number");
      if (static_cast<char>(take(1)[0]) != '#') fail("packed array without a count");
      const std::size_t count = length();
      if (count > left() / size) fail("array of " + std::to_string(count) + " elements is longer than the file");
      array.packed_type = type;
      array.packed = take(count * size);
      return;
    }
    bool counted = false;
    std::size_t count = 0;
    if (peek() == '#') {
      take(1);
      counted = true;
      count = length();
      if (count > left()) fail("array of " + std::to_string(count) + " elements is longer than the file");
    }
    for (std::size_t i = 0; !counted || i < count; ++i) {
      const char type = marker();
      if (!counted && type == ']') return;
      double element = 0.0;
      if (number(type, element)) {
        if (!array.items.empty()) fail("array mixes numbers and other values");
        array.numbers.push_back(element);
      } else {
        if (!array.numbers.empty()) fail("array mixes numbers and other values");
        array.items.push_back(value(type, level + 1));
      }
    }
  }

  void read_object(Value& object, std::size_t level) {
    object.kind = Value::Kind::object;
    bool counted = false;
    std::size_t count = 0;
    if (peek() == '$') fail("packed object");
    if (peek() == '#') {
      take(1);
      counted = true;
      count = length();
      if (count > left()) fail("object of " + std::to_string(count) + " members is longer than the file");
    }
    for (std::size_t i = 0; !counted || i < count; ++i) {
      while (peek() == 'N') take(1);
      if (!counted && peek() == '}') {
        take(1);
        return;
      }
      const std::string_view key = text();
      if (object.keys.size() >= most_members) fail("object with too many keys");
      for (const std::string_view known : object.keys) {
        if (known == key) fail("duplicate key '" + std::string(key.substr(0, 60)) + "'");
      }
      object.keys.push_back(key);
      object.items.push_back(value(marker(), level + 1));
    }
  }

  std::span<const std::byte> bytes_;
  std::size_t position_ = 0;
};

}  // namespace

Document read_ubjson(std::span<const std::byte> bytes) {
  Document document;
  document.root = Reader(bytes).document();
  return document;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::models::detail
