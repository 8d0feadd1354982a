#include <heartsight/models/load.hpp>

#include "models/tree_models.hpp"

#include <fstream>
#include <string_view>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::models {

namespace {

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

}  // namespace

TreeArrays load_tree_arrays(std::span<const std::byte> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.starts_with("tree\n") || text.starts_with("tree\r\n")) return detail::read_lightgbm(text);
  std::size_t first = 0;
  while (first < text.size() && is_space(text[first])) ++first;
  if (first == text.size() || text[first] != '{') {
    throw FormatError("tree model: neither XGBoost JSON or UBJSON nor LightGBM text");
  }
  // After the brace JSON has a quote, UBJSON the type of a key's length.
  const char second = first + 1 < text.size() ? text[first + 1] : '\0';
  const bool is_json = second == '"' || second == '}' || is_space(second);
  const detail::Document document = is_json ? detail::read_json(bytes) : detail::read_ubjson(bytes);
  return detail::read_xgboost(document.root);
}

TreeEnsemble load_tree_ensemble(std::span<const std::byte> bytes) {
  return TreeEnsemble(load_tree_arrays(bytes));
}

TreeEnsemble load_tree_ensemble(const std::filesystem::path& path) {
  try {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    const std::streamoff size = file ? static_cast<std::streamoff>(file.tellg()) : -1;
    if (size < 0 || std::filesystem::is_directory(path)) throw FormatError("cannot be read");
    std::vector<std::byte> bytes(static_cast<std::size_t>(size));
    file.seekg(0);
    file.read(reinterpret_cast<char*>(bytes.data()), size);
    if (file.gcount() != size) throw FormatError("cannot be read");
    return load_tree_ensemble(bytes);
  } catch (const FormatError& error) {
    throw FormatError(path.string() + ": " + error.what());
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::models
