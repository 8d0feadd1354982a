// Watches an analyzer, example_monitor BUNDLE: a reference of recordings that are as they should be, then others whose gain
// has changed.
#include <heartsight/pipeline/analyzer.hpp>
#include <heartsight/pipeline/monitor.hpp>
#include <heartsight/simulate/ecg.hpp>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace hs = heartsight;

namespace {

hs::pipeline::MonitoredCase one_case(const hs::pipeline::Analyzer& analyzer, std::uint64_t seed, double gain) {
  const auto simulated = hs::simulate::ecg(250.0, {.heart_rate_bpm = 60.0 + static_cast<double>(seed % 40), .seed = seed});
  const auto signal = simulated.recording.signal();
  std::vector<double> samples;
  for (std::size_t lead = 0; lead < signal.n_rows(); ++lead) {
    for (const double v : signal.row(lead)) samples.push_back(gain * v);
  }
  const hs::Recording recording(std::move(samples), 250.0, simulated.recording.leads());
  return hs::pipeline::monitored_case(recording, analyzer.analyze(recording));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: example_monitor BUNDLE\n";
    return EXIT_FAILURE;
  }
  const auto analyzer = hs::pipeline::Analyzer::load(argv[1]);
  std::vector<std::string> classes;
  std::vector<double> thresholds;
  const auto first = analyzer.analyze(hs::simulate::ecg(250.0).recording);
  for (const auto& c : first.probabilities) {
    classes.push_back(c.name);
    thresholds.push_back(c.threshold);
  }
  std::vector<hs::pipeline::MonitoredCase> cases;
  for (std::uint64_t seed = 0; seed < 60; ++seed) cases.push_back(one_case(analyzer, seed, 1.0));
  const auto reference = std::make_shared<const hs::pipeline::MonitorReference>(classes, thresholds, cases);

  hs::pipeline::Monitor monitor(reference, 60, 6);
  for (std::uint64_t seed = 100; seed < 160; ++seed) monitor.add(one_case(analyzer, seed, 1.7));
  const auto result = monitor.result();
  std::cout << result.n_cases << " cases, " << result.alerts.size() << " alerts\n";
  for (const auto& alert : result.alerts) std::cout << alert.kind << ": " << alert.subject << ": " << alert.reason << '\n';
  return result.alerts.empty() ? EXIT_FAILURE : EXIT_SUCCESS;
}
