// Analyses one record with one bundle: example_analyze BUNDLE.heartsight RECORD
#include <heartsight/io/read_record.hpp>
#include <heartsight/pipeline/analyzer.hpp>

#include <cstdlib>
#include <iostream>

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: example_analyze BUNDLE RECORD\n";
    return EXIT_FAILURE;
  }
  try {
    const auto analyzer = heartsight::pipeline::Analyzer::load(argv[1]);
    const auto report = analyzer.analyze(heartsight::io::read_record(argv[2]));
    std::cout << report.id << ": " << to_string(report.status) << "\n";
    for (const auto& c : report.probabilities) {
      std::cout << "  " << c.name << " " << c.probability << " (" << c.low << " to " << c.high << ")\n";
    }
    for (const auto& action : report.actions) std::cout << "  " << to_string(action.urgency) << ": " << action.text << "\n";
    for (const auto& warning : report.warnings) std::cout << "  warning: " << warning << "\n";
    std::cout << heartsight::pipeline::disclaimer << "\n";
  } catch (const heartsight::Error& error) {
    std::cerr << error.what() << "\n";
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
