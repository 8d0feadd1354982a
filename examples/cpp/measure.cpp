// Measures a simulated recording: example_measure.
#include <heartsight/features/measurements.hpp>
#include <heartsight/features/statements.hpp>
#include <heartsight/simulate/ecg.hpp>

#include <cmath>
#include <cstdlib>
#include <iostream>

int main() {
  using namespace heartsight;
  simulate::EcgOptions options;
  options.morphology = simulate::Morphology::conduction_disturbance;
  options.muscle_noise_mv = 0.02;
  const auto [recording, truth] = simulate::ecg(500.0, options);

  const features::Measurements m = features::measurements(recording);
  std::cout << m.beats.r_peaks.size() << " beats in " << m.groups.groups.size() << " groups, rate "
            << m.global.heart_rate_bpm << " per minute\n";
  std::cout << "PR " << m.global.pr_interval_ms << ", QRS " << m.global.qrs_duration_ms << ", QT " << m.global.qt_ms
            << " ms\n";
  for (const features::Statement& statement : features::statements(m)) {
    std::cout << statement.text << " (" << statement.source << ")\n";
  }
  std::cout << m.values().size() << " numbers, schema " << m.schema().fingerprint().substr(0, 12) << "\n";
  return std::isfinite(m.global.qrs_duration_ms) ? EXIT_SUCCESS : EXIT_FAILURE;
}
