#pragma once

#include <heartsight/core/check.hpp>

namespace heartsight::inline HEARTSIGHT_ABI::metrics {

/// A figure with the limits of its confidence interval.
struct Estimate {
  double value;
  double low;
  double high;
};

namespace detail {

inline void check_level(const char* where, double level) {
  if (!(level > 0.0 && level < 1.0)) {
    check::detail::fail<DomainError>(where, "level", check::detail::show(level), "must be between 0 and 1");
  }
}

}  // namespace detail

}  // namespace heartsight::inline HEARTSIGHT_ABI::metrics
