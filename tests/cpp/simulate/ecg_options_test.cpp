#include <heartsight/simulate/ecg.hpp>
#include <heartsight/simulate/ecg_options.hpp>

#include "cpp/raises.hpp"

#include <cmath>
#include <limits>

namespace ecg_options_test {

namespace hs = heartsight;
using hs::simulate::EcgOptions;
using hs::test::raises;

namespace {

void expect_refused(const char* name, const EcgOptions& options) {
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)hs::simulate::ecg(250.0, options); }, {"simulate.ecg: ", name})) << name;
}

}  // namespace

TEST(EcgOptions, EachOptionOutOfRangeIsNamed) {
  const double not_a_number = std::nan("");
  for (const double bad : {-1.0, 1e9, not_a_number}) {
    expect_refused("duration_s", {.duration_s = bad});
    expect_refused("heart_rate_bpm", {.heart_rate_bpm = bad});
    expect_refused("rr_sd_s", {.rr_sd_s = bad});
    expect_refused("lf_hf_ratio", {.lf_hf_ratio = bad});
    expect_refused("ventricular_ectopic_rate", {.ventricular_ectopic_rate = bad});
    expect_refused("atrial_ectopic_rate", {.atrial_ectopic_rate = bad});
    expect_refused("baseline_wander_mv", {.baseline_wander_mv = bad});
    expect_refused("mains_mv", {.mains_mv = bad});
    expect_refused("mains_hz", {.mains_hz = bad});
    expect_refused("muscle_noise_mv", {.muscle_noise_mv = bad});
    expect_refused("white_noise_mv", {.white_noise_mv = bad});
    expect_refused("subject_variation", {.subject_variation = bad});
  }
  expect_refused("electrode_loss.start_s", {.electrode_loss = {{.start_s = -1.0, .stop_s = 1.0}}});
  expect_refused("electrode_loss.stop_s", {.electrode_loss = {{.start_s = 2.0, .stop_s = 1.0}}});
  expect_refused("electrode_loss.stop_s", {.electrode_loss = {{.start_s = 2.0, .stop_s = not_a_number}}});
  expect_refused("mains_hz", {.mains_mv = 0.1, .mains_hz = 126.0});
  for (const double rate : {19.0, 10'001.0}) {
    EXPECT_TRUE(raises<hs::DomainError>([&] { (void)hs::simulate::ecg(rate); }, {"sampling_rate"}));
  }
}

TEST(EcgOptions, TheMainsFrequencyMattersOnlyWhereThereIsMains) {
  EXPECT_NO_THROW((void)hs::simulate::ecg(50.0));
  EXPECT_NO_THROW((void)hs::simulate::ecg(250.0, {.mains_mv = 0.1, .mains_hz = 125.0}));
}

}  // namespace ecg_options_test
