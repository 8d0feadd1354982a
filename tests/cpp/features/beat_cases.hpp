#pragma once

#include <heartsight/simulate/ecg.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace heartsight::test {

/// One lead with Gaussian beats of a given height and width, at exact and possibly fractional places.
struct GaussianBeats {
  double sampling_rate = 500.0;
  std::vector<double> signal;
  std::vector<std::int64_t> r_peaks;

  GaussianBeats(double rate, double duration_s) : sampling_rate(rate), signal(static_cast<std::size_t>(rate * duration_s)) {}

  void add(double centre_s, double height_mv, double width_s = 0.010) {
    wave(centre_s, height_mv, width_s);
    r_peaks.push_back(std::llround(centre_s * sampling_rate));
  }
  void wave(double centre_s, double height_mv, double width_s) {
    for (std::size_t i = 0; i < signal.size(); ++i) {
      const double u = (static_cast<double>(i) / sampling_rate - centre_s) / width_s;
      signal[i] += height_mv * std::exp(-0.5 * u * u);
    }
  }
  [[nodiscard]] MatrixView<const double> view() const { return {signal.data(), 1, signal.size()}; }
};

inline MatrixView<const double> view_of(const simulate::SimulatedEcg& ecg) {
  return ecg.recording.signal();
}

}  // namespace heartsight::test
