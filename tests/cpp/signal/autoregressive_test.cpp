#include <heartsight/signal/autoregressive.hpp>

#include "cpp/raises.hpp"
#include "cpp/signal/naive_dft.hpp"

#include <Eigen/Dense>

#include <array>
#include <cmath>
#include <limits>

namespace autoregressive_test {

namespace hs = heartsight;
using hs::signal::autoregressive_spectrum;
using hs::signal::AutoregressiveModel;
using hs::signal::burg;
using hs::signal::yule_walker;
using hs::test::noise;
using hs::test::raises;

namespace {

std::vector<double> process(std::size_t n) {
  auto x = noise(n + 200);
  for (std::size_t i = 2; i < x.size(); ++i) x[i] += 1.3 * x[i - 1] - 0.7 * x[i - 2];
  return {x.begin() + 200, x.end()};
}

/// Sum of squares of the forward and backward errors of a predictor, over the samples that have all their neighbours.
double error_energy(const std::vector<double>& x, const std::vector<double>& a) {
  double sum = 0.0;
  for (std::size_t i = a.size(); i < x.size(); ++i) {
    double forward = x[i];
    double backward = x[i - a.size()];
    for (std::size_t k = 0; k < a.size(); ++k) {
      forward -= a[k] * x[i - 1 - k];
      backward -= a[k] * x[i - a.size() + 1 + k];
    }
    sum += forward * forward + backward * backward;
  }
  return sum;
}

}  // namespace

TEST(Burg, EachOrderMinimisesTheErrorsOfBothDirections) {
  const auto x = process(120);
  std::vector<double> shorter;
  for (std::size_t order = 1; order <= 6; ++order) {
    const auto model = burg(x, order);
    ASSERT_EQ(model.coefficients.size(), order);
    const double reflection = model.coefficients.back();
    const double least = error_energy(x, model.coefficients);
    for (const double off : {-1e-3, 1e-3}) {
      auto other = shorter;
      hs::signal::detail::extend_autoregression(other, reflection + off);
      EXPECT_GT(error_energy(x, other), least);
    }
    shorter = model.coefficients;
  }
}

TEST(Burg, HandComputed) {
  const auto model = burg(std::vector<double>{1, 2, 3}, 1);  // 2 (2 * 1 + 3 * 2) / (4 + 1 + 9 + 4)
  EXPECT_DOUBLE_EQ(model.coefficients[0], 16.0 / 18.0);
  EXPECT_DOUBLE_EQ(model.noise_variance, 14.0 / 3.0 * (1.0 - 64.0 / 81.0));
}

TEST(YuleWalker, SolvesItsEquations) {
  const auto x = process(200);
  constexpr Eigen::Index order = 8;
  Eigen::VectorXd r = Eigen::VectorXd::Zero(order + 1);
  for (Eigen::Index lag = 0; lag <= order; ++lag) {
    for (std::size_t i = static_cast<std::size_t>(lag); i < x.size(); ++i)
      r[lag] += x[i] * x[i - static_cast<std::size_t>(lag)] / 200.0;
  }
  Eigen::MatrixXd toeplitz(order, order);
  for (Eigen::Index i = 0; i < order; ++i) {
    for (Eigen::Index j = 0; j < order; ++j) toeplitz(i, j) = r[std::abs(i - j)];
  }
  const Eigen::VectorXd wanted = toeplitz.ldlt().solve(r.tail(order));
  const auto got = yule_walker(x, order);
  for (Eigen::Index k = 0; k < order; ++k) EXPECT_NEAR(got.coefficients[static_cast<std::size_t>(k)], wanted[k], 1e-12);
  EXPECT_NEAR(got.noise_variance, r[0] - wanted.dot(r.tail(order)), 1e-12);
}

TEST(Autoregression, FindsTheProcess) {
  const auto x = process(100'000);
  for (const auto& model : {burg(x, 2), yule_walker(x, 2)}) {
    EXPECT_NEAR(model.coefficients[0], 1.3, 0.02);
    EXPECT_NEAR(model.coefficients[1], -0.7, 0.02);
    EXPECT_NEAR(model.noise_variance, 1.0, 0.02);
  }
}

TEST(AutoregressiveSpectrum, OfOrderOneInClosedForm) {
  const AutoregressiveModel model{{0.5}, 3.0};
  const std::vector<double> f = {0.0, 1.0, 2.0};
  const auto power = autoregressive_spectrum(model, 4.0, f);
  EXPECT_NEAR(power[0], 2.0 * 3.0 / 4.0 / 0.25, 1e-14);
  EXPECT_NEAR(power[1], 2.0 * 3.0 / 4.0 / 1.25, 1e-14);
  EXPECT_NEAR(power[2], 2.0 * 3.0 / 4.0 / 2.25, 1e-14);
}

TEST(AutoregressiveSpectrum, IntegralIsTheVariance) {
  const auto x = process(5000);
  double variance = 0.0;
  for (const double v : x) variance += v * v / 5000.0;
  std::vector<double> f(4000);
  for (std::size_t i = 0; i < f.size(); ++i) f[i] = (static_cast<double>(i) + 0.5) / 4000.0 * 2.0;
  double integral = 0.0;
  for (const double p : autoregressive_spectrum(yule_walker(x, 4), 4.0, f)) integral += p * 2.0 / 4000.0;
  EXPECT_NEAR(integral, variance, 1e-9 * variance);
}

TEST(Autoregression, Degenerate) {
  const std::vector<double> zeros(20, 0.0);
  for (const auto& model : {burg(zeros, 3), yule_walker(zeros, 3)}) {
    EXPECT_EQ(model.coefficients, (std::vector<double>{0, 0, 0}));
    EXPECT_EQ(model.noise_variance, 0.0);
  }
  const auto sine = [] {  // predictable without error
    std::vector<double> x(200);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = i % 2 == 0 ? 1.0 : -1.0;
    return x;
  }();
  for (const double a : burg(sine, 5).coefficients) EXPECT_TRUE(std::isfinite(a));
  EXPECT_EQ(burg(sine, 5).noise_variance, 0.0);
  auto gap = noise(50);
  gap[9] = std::numeric_limits<double>::quiet_NaN();
  for (const auto& model : {burg(gap, 3), yule_walker(gap, 3)}) {
    EXPECT_TRUE(std::isnan(model.coefficients[0]));
    EXPECT_TRUE(std::isnan(model.noise_variance));
  }
}

TEST(Autoregression, Errors) {
  const auto x = noise(10);
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)burg(x, 0); }, {"burg: order = 0"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)burg(x, 10); }, {"order = 10", "less than"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)yule_walker(x, 10); }, {"yule_walker: order = 10"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)yule_walker(std::vector<double>{}, 1); }, {"order"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)autoregressive_spectrum({}, 0.0, {}); }, {"sampling_rate"}));
}

TEST(Autoregression, CallableAsWritten) {
  const std::vector<float> floats = {1, 2, 3, 1};
  const std::array<double, 4> array = {1, 2, 3, 1};
  EXPECT_EQ(burg(floats, 2).coefficients, burg(array, 2).coefficients);
  EXPECT_EQ(yule_walker(floats, 2).coefficients, yule_walker(array, 2).coefficients);
}

}  // namespace autoregressive_test
