// Reads a record and prints what is in it: example_read_wfdb RECORD.hea
#include <heartsight/core/order_statistics.hpp>
#include <heartsight/io/read_record.hpp>

#include <cstdlib>
#include <iostream>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: example_read_wfdb RECORD\n";
    return EXIT_FAILURE;
  }
  try {
    const auto recording = heartsight::io::read_record(argv[1]);
    std::cout << recording.id << ": " << recording.duration_s() << " s at " << recording.sampling_rate().hz() << " Hz\n";
    for (std::size_t i = 0; i < recording.n_leads(); ++i) {
      const auto x = recording.lead(i);
      std::cout << recording.leads()[i] << ": median " << heartsight::median(x) << ", 1 % to 99 % "
                << heartsight::quantile(x, 0.01) << " to " << heartsight::quantile(x, 0.99) << " " << recording.units[i]
                << "\n";
    }
  } catch (const heartsight::Error& error) {
    std::cerr << error.what() << "\n";
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
