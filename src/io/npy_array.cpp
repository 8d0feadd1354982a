#include <io/npy_array.hpp>
#include <io/text.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {
namespace {

constexpr std::string_view magic = "\x93NUMPY";

/// Walks over the header, a Python literal such as {'descr': '<f8', 'fortran_order': False, 'shape': (12, 5000), }.
class Literal {
 public:
  Literal(std::string_view text, std::string_view file, std::size_t offset) : text_(text), file_(file), offset_(offset) {}

  [[noreturn]] void fail(const std::string& what) const {
    fail_at_byte(file_, offset_ + at_, "in the .npy header: " + what);
  }

  bool accept(std::string_view token) {
    while (at_ < text_.size() && (is_blank(text_[at_]) || text_[at_] == '\n')) ++at_;
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  void expect(std::string_view token) {
    if (!accept(token)) fail("'" + std::string{token} + "' is expected");
  }
  std::string_view string() {
    const bool is_double = accept("\"");
    if (!is_double) expect("'");
    const std::size_t end = text_.find(is_double ? '"' : '\'', at_);
    if (end == std::string_view::npos) fail("a string has no end");
    const std::string_view value = text_.substr(at_, end - at_);
    at_ = end + 1;
    return value;
  }
  std::size_t integer() {
    accept("");  // passes over blanks
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    const auto value = parse_number<std::size_t>(text_.substr(begin, at_ - begin));
    if (!value) fail("a size is expected");
    accept("L");  // written by Python 2
    return *value;
  }
  bool at_end() {
    accept("");
    return at_ == text_.size();
  }

 private:
  std::string_view text_;
  std::string_view file_;
  std::size_t offset_;
  std::size_t at_ = 0;
};

double half_to_double(std::uint16_t half) noexcept {
  const int exponent = half >> 10U & 0x1F;
  const double fraction = half & 0x3FFU;
  const double sign = (half & 0x8000U) != 0 ? -1.0 : 1.0;
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  if (exponent == 31)
    return fraction != 0.0 ? std::numeric_limits<double>::quiet_NaN() : sign * std::numeric_limits<double>::infinity();
  return sign * std::ldexp(1024.0 + fraction, exponent - 25);
}

template <class Stored, class T>
void convert(const std::byte* bytes, std::size_t n, bool swap, T* out) noexcept {
  for (std::size_t i = 0; i < n; ++i) {
    std::array<std::byte, sizeof(Stored)> raw;
    std::memcpy(raw.data(), bytes + i * sizeof(Stored), sizeof(Stored));
    if (swap) std::reverse(raw.begin(), raw.end());
    out[i] = static_cast<T>(std::bit_cast<Stored>(raw));
  }
}

}  // namespace

NpyArray::NpyArray(const Source& source) : source_(source) {
  std::array<std::byte, 12> start{};
  if (source.size() < 10) fail_at_byte(source.name(), source.size(), "truncated: not a whole .npy header");
  source.read(0, std::span(start).first(10));
  const auto byte = [&](std::size_t i) { return std::to_integer<std::size_t>(start[i]); };
  if (std::memcmp(start.data(), magic.data(), magic.size()) != 0) fail_at_byte(source.name(), 0, "is not an .npy array");
  const std::size_t version = byte(6);
  if (version < 1 || version > 3 || byte(7) != 0) fail_at_byte(source.name(), 6, ".npy version is not 1.0, 2.0 or 3.0");
  std::size_t offset = 10;
  std::size_t length = byte(8) | byte(9) << 8U;
  if (version > 1) {
    offset = 12;
    if (source.size() < offset) fail_at_byte(source.name(), source.size(), "truncated: not a whole .npy header");
    source.read(0, start);
    length |= byte(10) << 16U | byte(11) << 24U;
  }
  constexpr std::size_t longest = 65536;  // what NumPy itself writes is far shorter
  if (length > longest) fail_at_byte(source.name(), 8, "the .npy header is too long");
  if (length > source.size() - offset) fail_at_byte(source.name(), source.size(), "truncated: not a whole .npy header");
  std::string header(length, '\0');
  source.read(offset, std::as_writable_bytes(std::span(header)));
  parse_header(header, offset);
  data_ = offset + length;

  const std::uint64_t held = (source.size() - data_) / item_size_;
  for (const std::size_t n : shape_) {
    // Zero-sized axes first, so that (10^18, 0) is no overflow.
    if (n == 0) size_ = 0;
  }
  for (const std::size_t n : shape_) {
    if (size_ != 0 && n > held / size_) {
      fail_at_byte(source.name(), source.size(),
                   "truncated: the header promises more elements than the file's " + std::to_string(held));
    }
    size_ *= n;
  }
}

void NpyArray::parse_header(std::string_view text, std::size_t offset) {
  Literal literal(text, source_.name(), offset);
  std::optional<std::string> descr;
  bool has_order = false;
  bool has_shape = false;
  literal.expect("{");
  while (!literal.accept("}")) {
    const std::string_view key = literal.string();
    literal.expect(":");
    if (key == "descr" && !descr) {
      if (literal.accept("[")) literal.fail("structured arrays are not read");
      descr = std::string{literal.string()};
    } else if (key == "fortran_order" && !has_order) {
      fortran_order_ = literal.accept("True");
      if (!fortran_order_) literal.expect("False");
      has_order = true;
    } else if (key == "shape" && !has_shape) {
      literal.expect("(");
      while (!literal.accept(")")) {
        shape_.push_back(literal.integer());
        if (shape_.size() > 32) literal.fail("too many dimensions");
        if (!literal.accept(",")) {
          literal.expect(")");
          break;
        }
      }
      has_shape = true;
    } else {
      literal.fail("key '" + printable(key) + "' is unknown or stands twice");
    }
    if (!literal.accept(",")) {
      literal.expect("}");
      break;
    }
  }
  if (!literal.at_end()) literal.fail("text follows the closing brace");
  if (!descr || !has_order || !has_shape) literal.fail("descr, fortran_order or shape is missing");
  parse_descr(*descr, offset);
}

void NpyArray::parse_descr(std::string_view descr, std::size_t offset) {
  const auto refuse = [&]() {
    fail_at_byte(source_.name(), offset, "dtype '" + printable(descr) + "' is not a real number or a string");
  };
  if (descr.size() < 3) refuse();
  const char order = descr[0];
  kind_ = descr[1];
  const auto size = parse_number<std::size_t>(descr.substr(2));
  if (!size || (order != '<' && order != '>' && order != '|' && order != '=')) refuse();
  big_endian_ = order == '>';
  item_size_ = *size;
  const bool is_integer = (kind_ == 'i' || kind_ == 'u') && (*size == 1 || *size == 2 || *size == 4 || *size == 8);
  const bool is_real = kind_ == 'f' && (*size == 2 || *size == 4 || *size == 8);
  const bool is_string = (kind_ == 'U' || kind_ == 'S') && *size >= 1 && *size <= 4096;
  if (!is_integer && !is_real && !is_string) refuse();
  if (kind_ == 'U') item_size_ *= 4;
}

template <class T>
void NpyArray::read_numbers(std::size_t first, std::size_t n, T* out) const {
  constexpr std::size_t block = 16384;
  std::vector<std::byte> bytes(std::min(n, block) * item_size_);
  const bool swap = big_endian_;
  for (std::size_t done = 0; done < n; done += block) {
    const std::size_t m = std::min(block, n - done);
    source_.read(data_ + (first + done) * item_size_, std::span(bytes).first(m * item_size_));
    const std::byte* from = bytes.data();
    T* to = out + done;
    if (kind_ == 'f' && item_size_ == 8) convert<double>(from, m, swap, to);
    if (kind_ == 'f' && item_size_ == 4) convert<float>(from, m, swap, to);
    if (kind_ == 'f' && item_size_ == 2) {
      for (std::size_t i = 0; i < m; ++i) {
        const auto low = std::to_integer<unsigned>(from[2 * i + (swap ? 1 : 0)]);
        const auto high = std::to_integer<unsigned>(from[2 * i + (swap ? 0 : 1)]);
        to[i] = static_cast<T>(half_to_double(static_cast<std::uint16_t>(low | high << 8U)));
      }
    }
    if (kind_ == 'i' && item_size_ == 1) convert<std::int8_t>(from, m, swap, to);
    if (kind_ == 'i' && item_size_ == 2) convert<std::int16_t>(from, m, swap, to);
    if (kind_ == 'i' && item_size_ == 4) convert<std::int32_t>(from, m, swap, to);
    if (kind_ == 'i' && item_size_ == 8) convert<std::int64_t>(from, m, swap, to);
    if (kind_ == 'u' && item_size_ == 1) convert<std::uint8_t>(from, m, swap, to);
    if (kind_ == 'u' && item_size_ == 2) convert<std::uint16_t>(from, m, swap, to);
    if (kind_ == 'u' && item_size_ == 4) convert<std::uint32_t>(from, m, swap, to);
    if (kind_ == 'u' && item_size_ == 8) convert<std::uint64_t>(from, m, swap, to);
  }
}

void NpyArray::read(std::size_t first, std::size_t n, double* out) const {
  read_numbers(first, n, out);
}
void NpyArray::read(std::size_t first, std::size_t n, float* out) const {
  read_numbers(first, n, out);
}

std::vector<std::string> NpyArray::read_strings() const {
  std::vector<std::byte> bytes(size_ * item_size_);
  source_.read(data_, bytes);
  std::vector<std::string> strings(size_);
  for (std::size_t i = 0; i < size_; ++i) {
    const std::byte* item = bytes.data() + i * item_size_;
    const std::size_t step = kind_ == 'U' ? 4 : 1;
    for (std::size_t at = 0; at < item_size_; at += step) {
      std::uint32_t point = 0;
      for (std::size_t k = 0; k < step; ++k) {
        point |= std::to_integer<std::uint32_t>(item[at + (big_endian_ ? step - 1 - k : k)]) << (8 * k);
      }
      // Lead names are plain text; anything else in them is damage, not a name.
      if (point != 0 && (point < 0x20 || point > 0x7E)) {
        fail_at_byte(source_.name(), data_ + i * item_size_ + at,
                     "a lead name holds a character that is not printable ASCII");
      }
      if (point != 0) strings[i].push_back(static_cast<char>(point));
    }
  }
  return strings;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
