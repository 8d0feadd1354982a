#pragma once

#include <heartsight/core/check.hpp>

#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::calibration::detail {

inline void require_fitted(std::string_view where, bool is_fitted) {
  if (!is_fitted) throw NotFittedError(std::string(where) + ": call fit first");
}

template <std::floating_point T, class Calibrator>
std::vector<double> transform_all(const Calibrator& calibrator, std::span<const T> probability, std::string_view where) {
  require_fitted(where, calibrator.is_fitted());
  check::in_closed_range<T>(where, "probability", probability, T{0}, T{1});
  std::vector<double> result(probability.size());
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = calibrator.value_at(static_cast<double>(probability[i]));
  return result;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration::detail
