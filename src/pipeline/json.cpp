#include "pipeline/json.hpp"

#include <limits>
#include <set>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

Json parse_json(std::string_view text, std::string_view what) {
  constexpr int max_depth = 64;
  std::vector<std::set<std::string>> keys;
  const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > max_depth) throw FormatError(std::string(what) + ": nested deeper than " + std::to_string(max_depth));
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end && !keys.empty()) keys.pop_back();
    if (event == Json::parse_event_t::key && !keys.empty() && !keys.back().insert(parsed.get<std::string>()).second) {
      throw FormatError(std::string(what) + ": key \"" + parsed.get<std::string>() + "\" stands there twice");
    }
    return true;
  };
  try {
    return Json::parse(text.begin(), text.end(), watch);
  } catch (const Json::exception& error) {
    // The parser quotes what it read, which may be long and need not be UTF-8; a message is both short and readable.
    constexpr std::size_t longest = 200;
    std::string reason = error.what();
    if (reason.size() > longest) reason = reason.substr(0, longest) + " ...";
    for (char& c : reason) {
      if (c < ' ' || c > '~') c = '?';
    }
    throw FormatError(std::string(what) + ": " + reason);
  }
}

JsonView JsonView::at(const char* key) const {
  if (!value_.is_object()) fail("must be an object");
  const auto found = value_.find(key);
  if (found == value_.end()) fail("has no key \"" + std::string(key) + "\"");
  return {*found, path_ + "." + key};
}

JsonView JsonView::at(std::size_t index) const {
  if (index >= size()) fail("has no element " + std::to_string(index));
  return {value_[index], path_ + "[" + std::to_string(index) + "]"};
}

std::size_t JsonView::size() const {
  if (!value_.is_array()) fail("must be an array");
  return value_.size();
}

std::string JsonView::text() const {
  if (!value_.is_string()) fail("must be a text");
  return value_.get<std::string>();
}

double JsonView::number() const {
  if (value_.is_null()) return std::numeric_limits<double>::quiet_NaN();
  if (!value_.is_number()) fail("must be a number");
  return value_.get<double>();
}

std::int64_t JsonView::integer() const {
  if (value_.is_number_unsigned() && value_.get<std::uint64_t>() > std::uint64_t{1} << 62) fail("is too large");
  if (!value_.is_number_integer()) fail("must be a whole number");
  return value_.get<std::int64_t>();
}

bool JsonView::boolean() const {
  if (!value_.is_boolean()) fail("must be true or false");
  return value_.get<bool>();
}

std::vector<std::string> JsonView::texts() const {
  std::vector<std::string> result;
  for (std::size_t i = 0; i < size(); ++i) result.push_back(at(i).text());
  return result;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
