#include <heartsight/signal/preprocess.hpp>

#include "cpp/raises.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace preprocess_test {

namespace hs = heartsight;
using hs::signal::preprocess;
using hs::signal::PreprocessChain;
using hs::signal::PreprocessOptions;
using hs::signal::PreprocessProtocol;
using hs::test::raises;

namespace {

constexpr PreprocessOptions detector{.chain = PreprocessChain::detector};
constexpr PreprocessOptions recommender{.protocol = PreprocessProtocol::clinical_recommender};
constexpr PreprocessOptions cpsc{.protocol = PreprocessProtocol::cpsc2019};

/// Beats of 1 mV every second, on a level and a slow swing.
std::vector<double> beats(double rate, double seconds, double sign = 1.0) {
  std::vector<double> x(static_cast<std::size_t>(rate * seconds));
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double t = static_cast<double>(i) / rate;
    x[i] = sign * std::exp(-0.5 * std::pow((t - std::floor(t) - 0.5) / 0.015, 2)) + 0.3 +
           0.2 * std::sin(2.0 * std::numbers::pi * 0.2 * t);
  }
  return x;
}

}  // namespace

TEST(Preprocess, ClassifierGoesByTheTrueRate) {
  for (const double rate : {125.0, 250.0, 360.0, 500.0, 1000.0}) {
    const auto result = preprocess(beats(rate, 10.0), rate);
    EXPECT_EQ(result.n_leads, 1U);
    ASSERT_EQ(result.n_samples, 5000U);
    const auto& x = result.samples;
    EXPECT_NEAR(static_cast<double>(std::max_element(x.begin() + 2000, x.begin() + 2500) - x.begin()), 2250.0, 2.0);
    double squares = 0.0;
    for (const double v : x) squares += v * v;
    EXPECT_NEAR(squares / 5000.0, 1.0, 1e-9);
  }
  EXPECT_EQ(preprocess(beats(500.0, 30.0), 500.0).n_samples, 15'000U);  // not squeezed into 10 s
  EXPECT_EQ(preprocess(beats(500.0, 10.0), 500.0, {.target_hz = 100.0}).n_samples, 1000U);
}

TEST(Preprocess, DetectorKeepsPolarityAndRange) {
  for (const double rate : {60.0, 250.0, 500.0, 1000.0}) {
    const auto up = preprocess(beats(rate, 10.0, 1.0), rate, detector);
    const auto down = preprocess(beats(rate, 10.0, -1.0), rate, detector);
    ASSERT_EQ(up.n_samples, beats(rate, 10.0).size());
    EXPECT_EQ(*std::max_element(up.samples.begin(), up.samples.end()), 1.0);
    EXPECT_EQ(*std::min_element(down.samples.begin(), down.samples.end()), -1.0);
    EXPECT_LT(std::abs(*std::max_element(down.samples.begin(), down.samples.end())), 0.6);
  }
  // The protocol divides an inverted signal by its smaller side.
  const auto inverted = preprocess(beats(500.0, 10.0, -1.0), 500.0, cpsc);
  EXPECT_LT(*std::min_element(inverted.samples.begin(), inverted.samples.end()), -1.5);
}

TEST(Preprocess, ASpikeOfOneSampleIsTakenOut) {
  auto x = beats(500.0, 4.0);
  const auto clean = preprocess(x, 500.0, detector);
  x[777] = 50.0;
  const auto spiked = preprocess(x, 500.0, detector);
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(spiked.samples[i], clean.samples[i], 1e-2);
}

TEST(Preprocess, FlatLeads) {
  const std::vector<double> flat(5000, 1.7);
  for (const double v : preprocess(flat, 500.0).samples) EXPECT_EQ(v, 0.0);
  for (const double v : preprocess(flat, 360.0).samples) EXPECT_EQ(v, 0.0);
  for (const double v : preprocess(flat, 500.0, detector).samples) EXPECT_EQ(v, 0.0);
  for (const double v : preprocess(std::vector<double>(5000, 0.0), 500.0, recommender).samples) EXPECT_EQ(v, 0.0);
  for (const double v : preprocess(std::vector<double>(5000, 0.0), 500.0, cpsc).samples) EXPECT_TRUE(std::isnan(v));
}

TEST(Preprocess, ClinicalRecommenderSqueezesWhateverComes) {
  const auto x = beats(500.0, 30.0);
  const auto result = preprocess(x, 123.0, recommender);
  EXPECT_EQ(result.n_samples, 5000U);
  EXPECT_EQ(result.samples, preprocess(x, 500.0, recommender).samples);
  const auto same = preprocess(beats(500.0, 10.0), 500.0, recommender);
  const auto corrected = preprocess(beats(500.0, 10.0), 500.0);
  for (std::size_t i = 0; i < 5000; ++i) EXPECT_NEAR(same.samples[i], corrected.samples[i], 1e-6);
}

TEST(Preprocess, LeadsAreTreatedApart) {
  auto x = beats(500.0, 4.0);
  const auto second = beats(500.0, 4.0, -1.0);
  x.insert(x.end(), second.begin(), second.end());
  x[100] = std::numeric_limits<double>::quiet_NaN();
  const hs::MatrixView<const double> leads(x.data(), 2, 2000);
  for (const auto& options : {PreprocessOptions{}, detector, recommender, cpsc}) {
    const auto both = preprocess(leads, 500.0, options);
    const auto alone = preprocess(second, 500.0, options);
    ASSERT_EQ(both.signal().n_rows(), 2U);
    for (std::size_t i = 0; i < both.n_samples; ++i) {
      EXPECT_TRUE(std::isnan(both.signal()(0, i)));
      EXPECT_NEAR(both.signal()(1, i), alone.samples[i], 1e-12);
    }
  }
}

TEST(Preprocess, EmptyAndErrors) {
  EXPECT_EQ(preprocess(std::vector<double>{}, 500.0).n_samples, 0U);
  EXPECT_EQ(preprocess(std::vector<double>{}, 500.0, detector).n_samples, 0U);
  EXPECT_EQ(preprocess(hs::MatrixView<const double>(nullptr, 0, 5), 500.0, detector).n_leads, 0U);
  EXPECT_TRUE(raises<hs::ShapeError>([] { (void)preprocess(std::vector<double>{}, 500.0, recommender); }, {"signal"}));
  const std::vector<double> x(100, 1.0);
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)preprocess(x, 0.0); }, {"SamplingRate"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)preprocess(x, 500.0, {.target_hz = 0.0}); }, {"to_hz"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)preprocess(x, 4.0, detector); }, {"high_hz = 2"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)preprocess(x, 80.0, cpsc); }, {"high_hz = 40"}));
}

TEST(Preprocess, CallableAsWritten) {
  const std::array<double, 3> array = {1, 2, 3};
  const float plain[] = {1, 2, 3};
  EXPECT_EQ(preprocess(array, 500.0).n_samples, 3U);
  static_assert(std::is_same_v<decltype(preprocess(plain, 500.0)), hs::signal::Preprocessed<float>>);
}

}  // namespace preprocess_test
