#pragma once

#include <heartsight/calibration/detail/logistic_fit.hpp>
#include <heartsight/core/random.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace heartsight::test {

/// Scores and outcomes whose true probability is known.
struct TrainingCases {
  std::vector<double> score;
  std::vector<std::int64_t> label;
};

/// n cases: scores uniform on the logit within +-span, outcomes drawn with probability truth(score).
template <class Truth>
TrainingCases training_cases(std::size_t n, std::uint64_t seed, Truth&& truth, double span = 3.0) {
  Random random(seed);
  TrainingCases cases;
  for (std::size_t i = 0; i < n; ++i) {
    cases.score.push_back(calibration::detail::sigmoid(random.uniform(-span, span)));
    cases.label.push_back(random.uniform() < truth(cases.score.back()) ? 1 : 0);
  }
  return cases;
}

}  // namespace heartsight::test
