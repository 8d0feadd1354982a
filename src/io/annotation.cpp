#include <heartsight/io/annotation.hpp>

#include <heartsight/core/check.hpp>
#include <io/source.hpp>
#include <io/text.hpp>
#include <io/write_file.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

namespace heartsight::inline HEARTSIGHT_ABI::io {
namespace {

// https://physionet.org/physiotools/wag/annot-5.htm: the position is the code; empty where the format defines none.
constexpr std::array<std::string_view, 50> symbols = {"",  "N", "L",  "R", "a", "V", "F", "J", "A", "S",  //
                                                      "E", "j", "/",  "Q", "~", "",  "|", "",  "s", "T",  //
                                                      "*", "D", "\"", "=", "p", "B", "^", "t", "+", "u",  //
                                                      "?", "!", "[",  "]", "e", "n", "@", "x", "f", "(",  //
                                                      ")", "r", "",   "",  "",  "",  "",  "",  "",  ""};

enum Code : int { note = 22, skip = 59, num_field = 60, sub_field = 61, chan_field = 62, aux_field = 63 };

constexpr std::string_view resolution_note = "## time resolution: ";
constexpr std::string_view definitions_note = "## annotation type definitions";
constexpr std::string_view definitions_end_note = "## end of definitions";

std::string symbol_of(int code, const std::vector<CustomSymbol>& custom) {
  for (const CustomSymbol& one : custom) {
    if (one.code == code) return one.symbol;
  }
  if (const auto known = annotation_symbol(code)) return std::string{*known};
  std::string text = "[";
  return text.append(std::to_string(code)).append("]");
}

std::optional<int> code_of(std::string_view symbol, const std::vector<CustomSymbol>& custom) {
  for (const CustomSymbol& one : custom) {
    if (one.symbol == symbol) return one.code;
  }
  if (const auto known = annotation_code(symbol)) return known;
  if (symbol.size() > 2 && symbol.front() == '[' && symbol.back() == ']') {
    const auto code = detail::parse_number<int>(symbol.substr(1, symbol.size() - 2));
    if (code && *code >= 1 && *code < static_cast<int>(symbols.size())) return code;
  }
  return std::nullopt;
}

/// Reads the 16-bit words of an annotation file.
class AnnotationParser {
 public:
  AnnotationParser(std::span<const std::byte> bytes, std::string_view name) : bytes_(bytes), name_(name) {}

  AnnotationList parse();

 private:
  [[noreturn]] void fail(const std::string& what) const { detail::fail_at_byte(name_, at_, what); }
  unsigned byte(std::size_t i) const { return std::to_integer<unsigned>(bytes_[i]); }
  void need(std::size_t n) const {
    if (n > bytes_.size() - at_) detail::fail_at_byte(name_, bytes_.size(), "truncated: the annotations have no end mark");
  }
  /// A word: the code in its upper 6 bits, a time or a value in its lower 10.
  unsigned word() {
    need(2);
    const unsigned value = byte(at_) | byte(at_ + 1) << 8U;
    at_ += 2;
    return value;
  }
  void add_time(std::int64_t interval) {
    // Intervals have 32 bits each; a file of less than 2^40 bytes cannot overflow 63.
    sample_ += interval;
  }
  void define(const Annotation& annotation);
  void finish(const Annotation& annotation, int code);

  std::span<const std::byte> bytes_;
  std::string_view name_;
  std::size_t at_ = 0;
  std::int64_t sample_ = 0;
  bool in_definitions_ = false;
  std::vector<int> codes_;
  AnnotationList list_;
};

AnnotationList AnnotationParser::parse() {
  int chan = 0;
  int num = 0;
  bool has_one = false;  // an annotation whose fields are still being read
  int code = 0;
  Annotation current;
  while (true) {
    const std::size_t begin = at_;
    const unsigned value = word();
    const int field = static_cast<int>(value >> 10U);
    const unsigned low = value & 0xFFU;
    if (field == sub_field || field == chan_field || field == num_field || field == aux_field) {
      if (!has_one) {
        at_ = begin;
        fail("a field stands before the first annotation");
      }
      if (field == sub_field) current.subtype = static_cast<std::int8_t>(low);
      if (field == chan_field) current.chan = chan = static_cast<int>(low);
      if (field == num_field) current.num = num = static_cast<std::int8_t>(low);
      if (field == aux_field) {
        const std::size_t padded = low + low % 2;
        need(padded);
        current.aux.assign(reinterpret_cast<const char*>(bytes_.data()) + at_, low);
        while (!current.aux.empty() && current.aux.back() == '\0') current.aux.pop_back();
        at_ += padded;
      }
      continue;
    }
    if (has_one) finish(current, code);
    has_one = false;
    if (value == 0) break;
    if (field == skip) {
      need(4);  // the upper 16 bits of the interval come first
      const unsigned interval = byte(at_) << 16U | byte(at_ + 1) << 24U | byte(at_ + 2) | byte(at_ + 3) << 8U;
      at_ += 4;
      add_time(static_cast<std::int32_t>(interval));
      continue;
    }
    if (field >= static_cast<int>(symbols.size())) {
      at_ = begin;
      fail("code " + std::to_string(field) + " is not defined");
    }
    add_time(static_cast<std::int64_t>(value & 0x3FFU));
    current = Annotation{};
    current.sample = sample_;
    current.chan = chan;
    current.num = num;
    code = field;
    has_one = true;
  }
  for (std::size_t i = at_; i < bytes_.size(); ++i) {
    if (bytes_[i] != std::byte{0}) {
      at_ = i;
      fail("data after the end mark");
    }
  }
  if (in_definitions_) fail("the annotation type definitions have no end");
  for (std::size_t i = 0; i < list_.items.size(); ++i) list_.items[i].symbol = symbol_of(codes_[i], list_.custom_symbols);
  return std::move(list_);
}

/// One of the notes at sample 0 that describe the file.
void AnnotationParser::define(const Annotation& annotation) {
  const std::string& aux = annotation.aux;
  if (in_definitions_) {
    if (aux == definitions_end_note) {
      in_definitions_ = false;
      return;
    }
    // "42 % description"
    std::string_view rest = aux;
    const auto code = detail::parse_number<int>(detail::next_token(rest));
    const std::string_view symbol = detail::next_token(rest);
    if (!code || *code < 1 || *code >= static_cast<int>(symbols.size()) || symbol.empty()) {
      fail("a note is not a definition of an annotation type");
    }
    list_.custom_symbols.push_back({*code, std::string{symbol}, std::string{detail::trim(rest)}});
    if (list_.custom_symbols.size() > symbols.size()) fail("too many annotation types are defined");
  } else if (aux.starts_with(resolution_note)) {
    std::string_view rest = std::string_view(aux).substr(resolution_note.size());
    const auto rate = detail::parse_number<double>(detail::next_token(rest));
    if (!rate || !std::isfinite(*rate) || !(*rate > 0.0)) fail("the time resolution is not a positive number");
    list_.sampling_rate_hz = rate;
  } else {
    in_definitions_ = true;
  }
}

void AnnotationParser::finish(const Annotation& annotation, int code) {
  if (code == 0) return;  // only carries time
  if (annotation.sample == 0 && code == note &&
      (in_definitions_ || annotation.aux.starts_with(resolution_note) || annotation.aux == definitions_note)) {
    define(annotation);
    return;
  }
  if (annotation.sample < 0) fail("an annotation lies before the beginning of the record");
  list_.items.push_back(annotation);
  codes_.push_back(code);
}

/// Writes the words of an annotation file.
class AnnotationWriter {
 public:
  void put(int code, unsigned low) {
    const unsigned word = static_cast<unsigned>(code) << 10U | low;
    bytes.push_back(static_cast<std::byte>(word & 0xFFU));
    bytes.push_back(static_cast<std::byte>(word >> 8U));
  }
  void put_time_and_code(std::int64_t interval, int code) {
    while (interval > 1023) {
      const auto part =
          static_cast<std::uint32_t>(std::min<std::int64_t>(interval, std::numeric_limits<std::int32_t>::max()));
      put(skip, 0);
      for (const unsigned shift : {16U, 24U, 0U, 8U}) bytes.push_back(static_cast<std::byte>(part >> shift & 0xFFU));
      interval -= part;
    }
    put(code, static_cast<unsigned>(interval));
  }
  void put_aux(std::string_view aux) {
    put(aux_field, static_cast<unsigned>(aux.size()));
    for (const char c : aux) bytes.push_back(static_cast<std::byte>(c));
    if (aux.size() % 2 == 1) bytes.push_back(std::byte{0});
  }
  void put_note(std::string_view aux) {
    put(note, 0);
    put_aux(aux);
  }

  std::vector<std::byte> bytes;
};

constexpr const char* where = "format_annotations";

void check_custom_symbols(const std::vector<CustomSymbol>& custom) {
  for (const CustomSymbol& one : custom) {
    check::in_closed_range<int>(where, "custom_symbols.code", one.code, 1, static_cast<int>(symbols.size()) - 1);
    const std::string text = one.symbol + one.description;
    const bool plain = text.find_first_of(std::string_view("\0\r\n", 3)) == std::string::npos &&
                       one.symbol.find_first_of(" \t") == std::string::npos && !one.symbol.empty() &&
                       detail::trim(one.description).size() == one.description.size() && text.size() < 240;
    if (!plain) {
      check::detail::fail<DomainError>(where, "custom_symbols", detail::in_quotes(one.symbol),
                                       "a symbol is one word, and fits 240 bytes with its description");
    }
  }
}

}  // namespace

bool Annotation::is_beat() const noexcept {
  return symbol.size() == 1 && std::string_view("NLRBAaJSVrFejnE/fQ?").find(symbol.front()) != std::string_view::npos;
}

std::vector<std::int64_t> AnnotationList::beats() const {
  std::vector<std::int64_t> samples;
  for (const Annotation& item : items) {
    if (item.is_beat()) samples.push_back(item.sample);
  }
  return samples;
}

std::optional<std::string_view> annotation_symbol(int code) noexcept {
  if (code < 0 || code >= static_cast<int>(symbols.size())) return std::nullopt;
  const std::string_view symbol = symbols[static_cast<std::size_t>(code)];
  if (symbol.empty()) return std::nullopt;
  return symbol;
}

std::optional<int> annotation_code(std::string_view symbol) noexcept {
  if (symbol.empty()) return std::nullopt;
  for (std::size_t code = 0; code < symbols.size(); ++code) {
    if (symbols[code] == symbol) return static_cast<int>(code);
  }
  return std::nullopt;
}

AnnotationList parse_annotations(std::span<const std::byte> bytes, std::string_view name) {
  return AnnotationParser(bytes, name).parse();
}

AnnotationList read_annotation(const std::filesystem::path& path) {
  const auto source = detail::open_file(path);
  return parse_annotations(source->read_all(), source->name());
}

std::vector<std::byte> format_annotations(const AnnotationList& list) {
  check_custom_symbols(list.custom_symbols);
  AnnotationWriter writer;
  if (list.sampling_rate_hz) {
    check::positive(where, "sampling_rate", *list.sampling_rate_hz);
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), *list.sampling_rate_hz).ptr;
    writer.put_note(std::string{resolution_note} + std::string(digits.data(), end));
  }
  if (!list.custom_symbols.empty()) {
    writer.put_note(definitions_note);
    for (const CustomSymbol& one : list.custom_symbols) {
      writer.put_note(std::to_string(one.code) + " " + one.symbol + " " + one.description);
    }
    writer.put_note(definitions_end_note);
  }
  std::int64_t sample = 0;
  int chan = 0;
  int num = 0;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const Annotation& item = list.items[i];
    const std::string name = check::detail::indexed("items", i);
    const auto code = code_of(item.symbol, list.custom_symbols);
    if (!code) {
      check::detail::fail<DomainError>(where, name + ".symbol", detail::in_quotes(item.symbol),
                                       "is not an annotation symbol");
    }
    check::at_least(where, name + ".sample", item.sample, sample);
    check::in_closed_range<int>(where, name + ".subtype", item.subtype, -128, 127);
    check::in_closed_range<int>(where, name + ".chan", item.chan, 0, 255);
    check::in_closed_range<int>(where, name + ".num", item.num, -128, 127);
    check::in_closed_range<std::size_t>(where, name + ".aux size", item.aux.size(), 0, 255);
    if (!item.aux.empty() && item.aux.back() == '\0') {
      check::detail::fail<DomainError>(where, name + ".aux", "", "ends with a zero byte, which readers drop");
    }
    if (item.sample == 0 && *code == note && (item.aux.starts_with(resolution_note) || item.aux == definitions_note)) {
      check::detail::fail<DomainError>(where, name + ".aux", "", "would be read as a definition, not as an annotation");
    }
    writer.put_time_and_code(item.sample - sample, *code);
    sample = item.sample;
    if (item.subtype != 0) writer.put(sub_field, static_cast<std::uint8_t>(item.subtype));
    if (item.chan != chan) writer.put(chan_field, static_cast<unsigned>(item.chan));
    if (item.num != num) writer.put(num_field, static_cast<std::uint8_t>(item.num));
    if (!item.aux.empty()) writer.put_aux(item.aux);
    chan = item.chan;
    num = item.num;
  }
  writer.put(0, 0);
  return std::move(writer.bytes);
}

void write_annotation(const std::filesystem::path& path, const AnnotationList& list) {
  detail::write_file(path, format_annotations(list));
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
