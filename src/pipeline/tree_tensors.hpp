#pragma once

#include "pipeline/json.hpp"

#include <heartsight/models/tree_arrays.hpp>
#include <heartsight/pipeline/safetensors.hpp>

#include <string>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

/// The arrays of an ensemble as tensors named prefix + field.
void append_tree_tensors(const models::TreeArrays& arrays, const std::string& prefix, std::vector<Tensor>& tensors);

/// What of an ensemble is no array, for the manifest.
[[nodiscard]] OrderedJson tree_scalars(const models::TreeArrays& arrays);

/// The ensemble again; its indices are checked by TreeEnsemble. @throws FormatError
[[nodiscard]] models::TreeArrays tree_arrays_from(const JsonView& scalars, const std::string& prefix,
                                                  const SafetensorsFile& file);

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
