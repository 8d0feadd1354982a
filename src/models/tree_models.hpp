#pragma once

#include <heartsight/models/tree_arrays.hpp>

#include "models/document.hpp"

#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::models::detail {

/// A model from XGBoost's JSON schema, whichever of the two encodings it came in.
/// @throws FormatError
TreeArrays read_xgboost(const Value& root);

/// A model from LightGBM's text format.
/// @throws FormatError
TreeArrays read_lightgbm(std::string_view text);

}  // namespace heartsight::inline HEARTSIGHT_ABI::models::detail
