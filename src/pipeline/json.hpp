#pragma once

#include <heartsight/core/error.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

using Json = nlohmann::json;                 ///< for reading: finding a key costs a logarithm, whatever a file holds
using OrderedJson = nlohmann::ordered_json;  ///< for writing, in the order in which keys were set

/// Parses one JSON text: nesting at most 64, no duplicate key, nothing after it.
/// @throws FormatError naming `what` and the place.
Json parse_json(std::string_view text, std::string_view what);

/// A place in a JSON document that knows its path, so that each error names it.
class JsonView {
 public:
  JsonView(const Json& value, std::string path) : value_(value), path_(std::move(path)) {}

  [[nodiscard]] JsonView at(const char* key) const;
  [[nodiscard]] JsonView at(std::size_t index) const;
  [[nodiscard]] bool has(const char* key) const { return value_.is_object() && value_.contains(key); }
  [[nodiscard]] std::size_t size() const;  ///< of an array

  [[nodiscard]] std::string text() const;
  [[nodiscard]] double number() const;  ///< null is NaN
  [[nodiscard]] std::int64_t integer() const;
  [[nodiscard]] bool boolean() const;
  [[nodiscard]] std::vector<std::string> texts() const;
  [[nodiscard]] const Json& raw() const noexcept { return value_; }

  [[noreturn]] void fail(const std::string& rule) const { throw FormatError(path_ + ": " + rule); }

 private:
  const Json& value_;
  std::string path_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
