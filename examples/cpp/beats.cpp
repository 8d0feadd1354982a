// Finds the beats of a simulated recording as its samples come in: example_beats.
#include <heartsight/detection/detect_qrs.hpp>
#include <heartsight/detection/qrs_stream.hpp>
#include <heartsight/simulate/ecg.hpp>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <vector>

int main() {
  using namespace heartsight;
  simulate::EcgOptions options;
  options.duration_s = 60.0;
  options.muscle_noise_mv = 0.03;
  const auto [recording, truth] = simulate::ecg(360.0, options);
  const std::size_t n = recording.n_samples();

  detection::QrsStream stream(360.0, recording.n_leads());
  std::vector<detection::Beat> beats;
  const auto keep = [&](const std::vector<detection::Beat>& decided) {
    beats.insert(beats.end(), decided.begin(), decided.end());
  };
  for (std::size_t first = 0; first < n; first += 360) {  // a second at a time
    keep(stream.push({recording.signal().data() + first, recording.n_leads(), std::min<std::size_t>(360, n - first), n}));
  }
  keep(stream.finish());

  const auto offline = detection::detect_qrs(recording.signal(), 360.0);
  std::cout << beats.size() << " beats of " << truth.r_peaks.size() << "; offline " << offline.r_peaks.size() << "\n";
  std::cout << "the first at sample " << beats.at(0).r_peak << ", confidence " << beats.at(0).confidence << "\n";
  return beats.size() == offline.r_peaks.size() ? EXIT_SUCCESS : EXIT_FAILURE;
}
