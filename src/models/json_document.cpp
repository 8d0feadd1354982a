#include "models/document.hpp"

#include <nlohmann/json.hpp>

#include <limits>
#include <string>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::models::detail {

namespace {

/// Receives nlohmann's events. The stack holds the open containers only; a container is added to while nothing inside
/// it is open, so the pointers stay good.
class Handler : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Handler(Document& document) : document_(document) {}

  bool null() override {
    // In an array of numbers null stands for what JSON cannot write: see without_nan.
    if (!stack_.empty() && stack_.back()->kind == Value::Kind::array && stack_.back()->items.empty()) {
      return add_number(std::numeric_limits<double>::quiet_NaN());
    }
    return add(Value{});
  }
  bool boolean(bool value) override {
    if (!stack_.empty() && stack_.back()->kind == Value::Kind::array) return add_number(value ? 1.0 : 0.0);
    Value result;
    result.kind = Value::Kind::boolean;
    result.number = value ? 1.0 : 0.0;
    return add(std::move(result));
  }
  bool number_integer(number_integer_t value) override { return add_number(static_cast<double>(value)); }
  bool number_unsigned(number_unsigned_t value) override { return add_number(static_cast<double>(value)); }
  bool number_float(number_float_t value, const string_t&) override { return add_number(value); }
  bool string(string_t& value) override {
    Value result;
    result.kind = Value::Kind::text;
    result.text = keep(value);
    return add(std::move(result));
  }
  bool binary(binary_t&) override { format_error("JSON", "binary value"); }
  bool start_object(std::size_t) override { return open(Value::Kind::object); }
  bool key(string_t& name) override {
    // XGBoost's objects have a dozen keys; a hostile one with very many must not cost quadratic time.
    Value& object = *stack_.back();
    if (object.keys.size() >= most_members) format_error("JSON", "an object has too many keys");
    for (const std::string_view known : object.keys) {
      if (known == name) format_error("JSON", "duplicate key '" + name.substr(0, 60) + "'");
    }
    object.keys.push_back(keep(name));
    object.items.emplace_back();
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Value::Kind::array); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) override {
    format_error("JSON", "syntax error at byte " + std::to_string(position));
  }

 private:
  static constexpr std::size_t most_members = 1024;

  std::string_view keep(std::string& text) { return document_.texts.emplace_back(std::move(text)); }

  bool add_number(double number) {
    if (!stack_.empty() && stack_.back()->kind == Value::Kind::array) {
      if (!stack_.back()->items.empty()) format_error("JSON", "an array mixes numbers and other values");
      stack_.back()->numbers.push_back(number);
      return true;
    }
    Value result;
    result.kind = Value::Kind::number;
    result.number = number;
    return add(std::move(result));
  }

  Value* place(Value&& value) {
    if (stack_.empty()) {
      document_.root = std::move(value);
      return &document_.root;
    }
    Value& parent = *stack_.back();
    if (parent.kind == Value::Kind::object) {
      parent.items.back() = std::move(value);
      return &parent.items.back();
    }
    if (!parent.numbers.empty()) format_error("JSON", "an array mixes numbers and other values");
    return &parent.items.emplace_back(std::move(value));
  }

  bool add(Value&& value) {
    place(std::move(value));
    return true;
  }

  bool open(Value::Kind kind) {
    if (stack_.size() >= most_levels) format_error("JSON", "nested more than 64 deep");
    Value value;
    value.kind = kind;
    stack_.push_back(place(std::move(value)));
    return true;
  }

  bool close() {
    stack_.pop_back();
    return true;
  }

  Document& document_;
  std::vector<Value*> stack_;
};

/// XGBoost until 2.1 writes NaN, which is no JSON, as the split condition of a categorical split. Outside strings it becomes
/// null; the model refuses it wherever it matters.
std::string without_nan(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!in_string && text.substr(i, 3) == "NaN") {
      out += "null";
      i += 2;
      continue;
    }
    if (in_string && text[i] == '\\' && i + 1 < text.size()) out += text[i++];
    if (text[i] == '"') in_string = !in_string;
    out += text[i];
  }
  return out;
}

}  // namespace

Document read_json(std::span<const std::byte> bytes) {
  Document document;
  Handler handler(document);
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::string cleaned;
  if (text.find("NaN") != std::string_view::npos) {
    cleaned = without_nan(text);
    text = cleaned;
  }
  const char* const begin = text.data();
  if (!nlohmann::json::sax_parse(begin, begin + text.size(), &handler)) format_error("JSON", "syntax error");
  return document;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::models::detail
