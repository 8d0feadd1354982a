#pragma once

#include <heartsight/version.hpp>

#include <cstdint>

namespace heartsight::inline HEARTSIGHT_ABI {

/// What a statistic does with NaN, under SciPy's names.
enum class NanPolicy : std::uint8_t {
  propagate,  ///< a NaN in a lead makes every statistic of that lead NaN
  omit,       ///< statistics of the values that are there; NaN when none is
  reject,     ///< a NaN is a DomainError that names its place
};

}  // namespace heartsight::inline HEARTSIGHT_ABI
