// One executable per target: HEARTSIGHT_FUZZ_TARGET is the function of state_targets.hpp.
#include "state_targets.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  heartsight::fuzz::HEARTSIGHT_FUZZ_TARGET(std::as_bytes(std::span(data, size)));
  return 0;
}
