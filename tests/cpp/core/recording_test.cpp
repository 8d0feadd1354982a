#include <heartsight/core/recording.hpp>

#include "cpp/raises.hpp"

#include <limits>

namespace recording_test {

namespace hs = heartsight;
using hs::test::raises;

TEST(Recording, HoldsItsSignalLeadAfterLead) {
  hs::Recording r({1, 2, 3, 4, 5, 6}, 250.0, {"avr", " MLII "});
  EXPECT_EQ(r.n_leads(), 2U);
  EXPECT_EQ(r.n_samples(), 3U);
  EXPECT_EQ(r.leads(), (std::vector<std::string>{"aVR", "MLII"}));
  EXPECT_EQ(r.units, (std::vector<std::string>{"mV", "mV"}));
  EXPECT_EQ(r.sampling_rate(), hs::SamplingRate(250.0));
  EXPECT_DOUBLE_EQ(r.duration_s(), 0.012);
  EXPECT_EQ(r.signal()(1, 0), 4.0);
  EXPECT_EQ(r.lead(0)[2], 3.0);
  r.signal()(0, 0) = 9.0;
  EXPECT_EQ(r.lead(0)[0], 9.0);
  EXPECT_TRUE(r.id.empty());
  EXPECT_EQ(r.sex, hs::Sex::unknown);
  EXPECT_FALSE(r.age_years);
}

TEST(Recording, NoSamplesIsARecording) {
  const hs::RecordingFloat32 r({}, 500.0, {"I", "II"});
  EXPECT_EQ(r.n_samples(), 0U);
  EXPECT_EQ(r.duration_s(), 0.0);
  EXPECT_EQ(r.lead(1).size(), 0U);
}

TEST(Recording, WrongShapes) {
  EXPECT_TRUE(raises<hs::ShapeError>([] { hs::Recording({1, 2}, 250.0, {}); }, {"Recording: leads", "empty"}));
  EXPECT_TRUE(
      raises<hs::ShapeError>([] { hs::Recording({1, 2, 3}, 250.0, {"I", "II"}); }, {"samples", "size 3", "2 leads"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { hs::Recording({1}, 0.0, {"I"}); }, {"hz = 0"}));
}

TEST(Recording, AgesOver89AreCensored) {
  hs::Recording r({1}, 250.0, {"I"});
  const auto age = [&](double years) {
    r.set_age(years);
    return r.age_years;
  };
  EXPECT_EQ(age(64.5), 64.5);
  EXPECT_FALSE(r.age_censored);
  EXPECT_EQ(age(89.0), 89.0);
  EXPECT_FALSE(r.age_censored);
  EXPECT_EQ(age(300.0), 90.0);  // as PTB-XL writes it
  EXPECT_TRUE(r.age_censored);
  for (const double bad : {-1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    r.set_age(95.0);
    EXPECT_EQ(age(bad), std::nullopt);
    EXPECT_FALSE(r.age_censored);
  }
}

TEST(Recording, SexInWords) {
  EXPECT_EQ(hs::to_string(hs::Sex::male), "male");
  EXPECT_EQ(hs::to_string(hs::Sex::female), "female");
  EXPECT_EQ(hs::to_string(hs::Sex::unknown), "unknown");
}

}  // namespace recording_test
