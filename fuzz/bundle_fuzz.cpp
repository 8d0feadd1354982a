// Any bytes as a bundle; then the same bytes with digests made to fit, so that mutations reach what lies behind them.
// What reads must write, read again to the same bytes, and analyse.
#include "../tests/cpp/pipeline/signed_file.hpp"

#include <heartsight/pipeline/analyzer.hpp>
#include <heartsight/simulate/ecg.hpp>

#include <cstdint>
#include <cstdlib>
#include <span>

namespace hs = heartsight;

namespace {

void read(std::span<const std::byte> bytes) {
  try {
    const auto bundle = hs::pipeline::read_bundle(bytes);
    const auto written = hs::pipeline::write_bundle(bundle);
    if (hs::pipeline::write_bundle(hs::pipeline::read_bundle(written)) != written) std::abort();
    const hs::pipeline::Analyzer analyzer(bundle);
    static const auto simulated = hs::simulate::ecg(100.0, {.duration_s = 2.0});
    (void)analyzer.analyze(simulated.recording).to_json();
  } catch (const hs::FormatError&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  read(bytes);
  try {
    hs::test::SignedFile file(bytes);
    file.sign_tensors();
    read(file.bytes());
  } catch (const hs::FormatError&) {
  } catch (const nlohmann::json::exception&) {  // of the signing, not of the library
  } catch (const std::out_of_range&) {
  }
  return 0;
}
