#pragma once

#include <heartsight/models/tree_ensemble.hpp>

#include <cstddef>
#include <filesystem>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::models {

/// Reads a tree model: XGBoost JSON or UBJSON (versions 1.7 to 3.4), or LightGBM text (v3, v4). The content decides which.
///
/// What could change a prediction and is not understood is refused by its name: unknown keys of a tree or of the model's
/// parameters, boosters and objectives that are not listed in docs/trees.md. Nothing in a file is run or trusted: every
/// size and index is checked, nesting is at most 64 deep, duplicate keys are refused, and memory stays within a small
/// multiple of the file's size.
/// @throws FormatError naming the file, the place in it, and what is wrong; also when the file cannot be read.
[[nodiscard]] HEARTSIGHT_EXPORT TreeEnsemble load_tree_ensemble(const std::filesystem::path& path);
[[nodiscard]] HEARTSIGHT_EXPORT TreeEnsemble load_tree_ensemble(std::span<const std::byte> bytes);

/// The arrays alone, as they stand in the file; TreeEnsemble's constructor checks them.
[[nodiscard]] HEARTSIGHT_EXPORT TreeArrays load_tree_arrays(std::span<const std::byte> bytes);

}  // namespace heartsight::inline HEARTSIGHT_ABI::models
