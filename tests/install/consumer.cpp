// What a program that uses the library does: simulate, read features, analyse, catch by type.
#include <heartsight/heartsight.hpp>

#include <array>
#include <cstdio>
#include <span>
#include <vector>

int main(int argc, char** argv) {
  namespace hs = heartsight;
  const auto simulated = hs::simulate::ecg(500.0, {.seed = 7});
  const auto features = hs::features::summary_statistics(std::as_const(simulated.recording).signal());
  if (features.size() != 108) return 1;

  // Public functions take vectors, spans and arrays of float and double as they are.
  const std::vector<double> p = {0.1, 0.4, 0.35, 0.8};
  const std::array<std::int64_t, 4> y = {0, 0, 1, 1};
  if (hs::metrics::auroc(y, p) != 0.75) return 2;
  const float few[] = {0.1F, 0.4F, 0.35F, 0.8F};
  if (hs::metrics::auroc(y, few) != 0.75) return 3;

  try {
    (void)hs::io::read_record("no_such_record.hea");
    return 4;
  } catch (const hs::FormatError&) {
  }
  if (argc > 1) {
    const auto analyzer = hs::pipeline::Analyzer::load(argv[1]);
    const auto report = analyzer.analyze(simulated.recording);
    if (report.probabilities.size() != 5) return 5;
    std::puts(report.to_json().c_str());
  }
  return 0;
}
