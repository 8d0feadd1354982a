#include <heartsight/calibration/beta.hpp>
#include <heartsight/features/summary_statistics.hpp>
#include <heartsight/simulate/ecg.hpp>

int main() {
  const auto simulated = heartsight::simulate::ecg(100.0);
  return heartsight::features::summary_statistics(simulated.recording.signal()).size() == 108 ? 0 : 1;
}
