// Simulates a noisy ECG and writes it as a WFDB record: example_simulate PATH gives PATH.hea and PATH.dat.
#include <heartsight/simulate/ecg.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: example_simulate PATH\n";
    return EXIT_FAILURE;
  }
  heartsight::simulate::EcgOptions options;
  options.baseline_wander_mv = 0.1;
  options.muscle_noise_mv = 0.01;
  options.seed = 1;
  const auto [recording, truth] = heartsight::simulate::ecg(500.0, options);

  const std::filesystem::path path = argv[1];
  const std::string name = path.filename().string();
  std::ofstream header(path.string() + ".hea");
  header << name << " 12 500 " << recording.n_samples() << "\n";
  for (const auto& lead : recording.leads()) header << name << ".dat 16 1000 16 0 0 0 0 " << lead << "\n";

  // Format 16: little-endian 16-bit samples, one of each lead after the other, here 1000 per mV.
  std::ofstream data(path.string() + ".dat", std::ios::binary);
  for (std::size_t i = 0; i < recording.n_samples(); ++i) {
    for (std::size_t lead = 0; lead < recording.n_leads(); ++lead) {
      const auto value = static_cast<std::uint16_t>(std::lround(1000.0 * recording.lead(lead)[i]));
      data.put(static_cast<char>(value & 255U)).put(static_cast<char>(value >> 8U));
    }
  }
  std::cout << truth.r_peaks.size() << " beats, the first R peak at sample " << truth.r_peaks.at(0) << "\n";
  return header && data ? EXIT_SUCCESS : EXIT_FAILURE;
}
