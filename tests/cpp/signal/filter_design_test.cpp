#include <heartsight/signal/filter_design.hpp>

#include "cpp/raises.hpp"

#include <cmath>
#include <complex>
#include <limits>
#include <numbers>

namespace filter_design_test {

namespace hs = heartsight;
using hs::signal::butterworth;
using hs::signal::chebyshev1;
using hs::signal::chebyshev2;
using hs::signal::FilterBand;
using hs::signal::notch;
using hs::signal::SecondOrderSections;
using hs::test::raises;

namespace {

void expect_equal(const SecondOrderSections& got, const SecondOrderSections& wanted) {
  ASSERT_EQ(got.size(), wanted.size());
  for (std::size_t s = 0; s < got.size(); ++s) {
    for (std::size_t k = 0; k < 6; ++k) {
      EXPECT_NEAR(got.sections[s][k], wanted.sections[s][k], 1e-10 * std::abs(wanted.sections[s][k])) << s << " " << k;
    }
  }
}

double gain(const SecondOrderSections& sos, double frequency_hz, double sampling_rate) {
  const auto delay = std::polar(1.0, -2.0 * std::numbers::pi * frequency_hz / sampling_rate);
  std::complex<double> response = 1.0;
  for (const auto& [b0, b1, b2, a0, a1, a2] : sos.sections) {
    response *= (b0 + delay * (b1 + delay * b2)) / (a0 + delay * (a1 + delay * a2));
  }
  return std::abs(response);
}

}  // namespace

// Golden values: scipy.signal.butter, cheby1, cheby2 and iirnotch of SciPy 1.17.1, output="sos".
TEST(FilterDesign, EqualsScipy) {
  expect_equal(
      butterworth(4, 500.0, {.low_hz = 0.5, .high_hz = 40.0}),
      {{{0.0021387987326912015, 0.004277597465382403, 0.0021387987326912015, 1.0, -1.22787587909828, 0.39352306024517103},
        {1.0, 2.0, 1.0, 1.0, -1.486663673168146, 0.6949675580253452},
        {1.0, -2.0, 1.0, 1.0, -1.9882154714982394, 0.9882564156624591},
        {1.0, -2.0, 1.0, 1.0, -1.995246749028118, 0.9952864068099667}}});
  expect_equal(butterworth(3, 360.0, {.low_hz = 0.5}),
               {{{0.9913112929462766, -0.9913112929462766, 0.0, 1.0, -0.9913112105949783, 0.0},
                 {1.0, -2.0, 1.0, 1.0, -1.991235552262123, 0.9913113752975752}}});
  expect_equal(butterworth(2, 500.0, {.low_hz = 48.0, .high_hz = 52.0, .stop = true}),
               {{{0.9650809863447337, -1.5620271427134977, 0.9650809863447339, 1.0, -1.5685816307007312, 0.9642413838690725},
                 {1.0, -1.618545142651407, 1.0, 1.0, -1.6110035772714708, 0.965921705610354}}});
  expect_equal(chebyshev1(5, 500.0, 0.5, {.high_hz = 40.0}),
               {{{0.00013727440507145462, 0.00027454881014290925, 0.00013727440507145462, 1.0, -0.8297795129758537, 0.0},
                 {1.0, 2.0, 1.0, 1.0, -1.638931589324179, 0.7452989949976611},
                 {1.0, 1.0, 0.0, 1.0, -1.6552424874540952, 0.897858328070337}}});
  expect_equal(chebyshev2(3, 360.0, 40.0, {.low_hz = 5.0, .high_hz = 15.0}),
               {{{0.002499639281648999, 0.0, -0.002499639281648999, 1.0, -1.9180214508070366, 0.9401987791789058},
                 {1.0, -1.9208674443815026, 1.0, 1.0, -1.9359933810925185, 0.9676201995148977},
                 {1.0, -1.9934623601830217, 1.0, 1.0, -1.9607697019883021, 0.9768275385487656}}});
  expect_equal(
      notch(50.0, 500.0, 30.0),
      {{{0.9896361753628921, -1.6012649682336106, 0.9896361753628921, 1.0, -1.6012649682336106, 0.9792723507257841}}});
}

TEST(FilterDesign, GainsAreTheDefinition) {
  const double half_power = std::sqrt(0.5);
  for (const std::size_t order : {1, 2, 3, 4, 7, 10}) {
    const auto low = butterworth(order, 500.0, {.high_hz = 40.0});
    EXPECT_EQ(low.size(), (order + 1) / 2);
    EXPECT_NEAR(gain(low, 0.0, 500.0), 1.0, 1e-9);
    EXPECT_NEAR(gain(low, 40.0, 500.0), half_power, 1e-9);
    EXPECT_LT(gain(low, 249.9, 500.0), 1e-2);
    const auto high = butterworth(order, 500.0, {.low_hz = 40.0});
    EXPECT_NEAR(gain(high, 40.0, 500.0), half_power, 1e-9);
    EXPECT_NEAR(gain(high, 250.0, 500.0), 1.0, 1e-9);
    EXPECT_EQ(gain(high, 0.0, 500.0), 0.0);
    const auto pass = butterworth(order, 500.0, {.low_hz = 5.0, .high_hz = 40.0});
    EXPECT_EQ(pass.size(), order);
    const auto stop = butterworth(order, 500.0, {.low_hz = 5.0, .high_hz = 40.0, .stop = true});
    for (const double edge : {5.0, 40.0}) {
      EXPECT_NEAR(gain(pass, edge, 500.0), half_power, 1e-6);
      EXPECT_NEAR(gain(stop, edge, 500.0), half_power, 1e-6);
    }
    EXPECT_NEAR(gain(stop, 0.0, 500.0), 1.0, 1e-6);
    EXPECT_NEAR(gain(chebyshev1(order, 500.0, 3.0, {.high_hz = 40.0}), 40.0, 500.0), std::pow(10.0, -0.15), 1e-9);
    EXPECT_NEAR(gain(chebyshev2(order, 500.0, 40.0, {.high_hz = 40.0}), 40.0, 500.0), 0.01, 1e-9);
  }
  const auto mains = notch(50.0, 500.0, 25.0);
  EXPECT_NEAR(gain(mains, 50.0, 500.0), 0.0, 1e-12);
  EXPECT_NEAR(gain(mains, 0.0, 500.0), 1.0, 1e-12);
  EXPECT_NEAR(gain(mains, 49.0, 500.0), half_power, 5e-3);
}

TEST(FilterDesign, SectionsAreStable) {
  for (const double low : {0.05, 0.5, 5.0}) {
    for (const auto& [b0, b1, b2, a0, a1, a2] : butterworth(4, 1000.0, {.low_hz = low, .high_hz = 150.0}).sections) {
      EXPECT_EQ(a0, 1.0);
      EXPECT_LT(std::abs(a2), 1.0);
      EXPECT_LT(std::abs(a1), 1.0 + a2);
    }
  }
}

TEST(FilterDesign, Errors) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)butterworth(0, 500.0, {.low_hz = 1.0}); }, {"butterworth: order = 0"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)butterworth(65, 500.0, {.low_hz = 1.0}); }, {"order", "64"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)butterworth(2, 500.0, {}); }, {"low_hz, high_hz", "at least one"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)butterworth(2, 500.0, {.high_hz = 1.0, .stop = true}); }, {"stop"}));
  for (const double bad : {0.0, -1.0, 250.0, 300.0, nan}) {
    EXPECT_TRUE(raises<hs::DomainError>([&] { (void)butterworth(2, 500.0, {.low_hz = bad}); }, {"low_hz", "250 Hz"}));
    EXPECT_TRUE(raises<hs::DomainError>([&] { (void)butterworth(2, 500.0, {.high_hz = bad}); }, {"high_hz", "250 Hz"}));
    EXPECT_TRUE(raises<hs::DomainError>([&] { (void)notch(bad, 500.0); }, {"notch: frequency_hz", "250 Hz"}));
  }
  for (const double high : {5.0, 4.0}) {
    EXPECT_TRUE(raises<hs::DomainError>([&] { (void)butterworth(2, 500.0, {.low_hz = 5.0, .high_hz = high}); },
                                        {"low_hz = 5", "below high_hz"}));
  }
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)butterworth(2, 500.0, {.low_hz = 1e-14}); }, {"no stable filter"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)butterworth(2, 0.0, {.low_hz = 1.0}); }, {"SamplingRate"}));
  for (const double bad : {0.0, -1.0, 1e9, nan}) {
    EXPECT_TRUE(raises<hs::DomainError>([&] { (void)chebyshev1(2, 500.0, bad, {.low_hz = 1.0}); }, {"ripple_db"}));
    EXPECT_TRUE(raises<hs::DomainError>([&] { (void)chebyshev2(2, 500.0, bad, {.low_hz = 1.0}); }, {"attenuation_db"}));
  }
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)chebyshev1(0, 500.0, 1.0, {.low_hz = 1.0}); }, {"chebyshev1: order"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)chebyshev2(0, 500.0, 1.0, {.low_hz = 1.0}); }, {"chebyshev2: order"}));
  for (const double bad : {0.0, -1.0, nan, 0.1}) {
    EXPECT_TRUE(raises<hs::DomainError>([&] { (void)notch(50.0, 500.0, bad); }, {"quality"}));
  }
}

}  // namespace filter_design_test
