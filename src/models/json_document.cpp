#include "models/document.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace heartsight::inline HEARTSIGHT_ABI::models::detail {

namespace {

/// Receives nlohmann's events. The stack holds the open containers only; a container is added to while nothing inside
/// it is open, so the pointers stay good.
class Handler : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Handler(Document& document) : document_(document) {}

  bool null() override { return add(Value{}); }
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
    std::vector<std::pair<std::string_view, Value>>& members = stack_.back()->members;
    if (members.size() >= most_members) format_error("JSON", "an object has too many keys");
    for (const auto& [known, unused] : members) {
      if (known == name) format_error("JSON", "duplicate key '" + name.substr(0, 60) + "'");
    }
    members.emplace_back(keep(name), Value{});
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
      parent.members.back().second = std::move(value);
      return &parent.members.back().second;
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

}  // namespace

Document read_json(std::span<const std::byte> bytes) {
  Document document;
  Handler handler(document);
  const char* const begin = reinterpret_cast<const char*>(bytes.data());
  if (!nlohmann::json::sax_parse(begin, begin + bytes.size(), &handler)) format_error("JSON", "syntax error");
  return document;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::models::detail
