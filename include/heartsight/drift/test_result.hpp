#pragma once

#include <heartsight/version.hpp>

namespace heartsight::inline HEARTSIGHT_ABI::drift {

/// A statistic of two samples and its p-value under the hypothesis that both come from one distribution.
struct TestResult {
  double statistic;
  double p_value;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
