#pragma once

#include <heartsight/pipeline/bundle.hpp>

#include <cstddef>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

/// What has to hold between the parts of a bundle, wherever it comes from: sizes, ranges, names.
/// Exception is DomainError for a bundle made in memory, FormatError for one that was read.
/// @throws Exception "bundle: <field>: <rule>".
template <class Exception>
void check_bundle(const Bundle& bundle);

/// Samples per lead of a golden input.
[[nodiscard]] std::size_t golden_length(const InputSpec& input);

/// Trees of all models of a bundle.
[[nodiscard]] std::size_t n_trees(const Bundle& bundle);

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
