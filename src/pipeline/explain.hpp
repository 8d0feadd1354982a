#pragma once

#include <heartsight/pipeline/bundle.hpp>
#include <heartsight/pipeline/explanation.hpp>

#include <cstddef>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

/// What the calibrated probability of a class rests on, for one row of the bundle's features.
[[nodiscard]] Explanation explain_class(const Bundle& bundle, std::span<const double> features, std::size_t class_index,
                                        const ExplainOptions& options);

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
