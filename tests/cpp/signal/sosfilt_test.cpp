#include <heartsight/signal/sosfilt.hpp>

#include "cpp/raises.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <random>

namespace sosfilt_test {

namespace hs = heartsight;
using hs::signal::SecondOrderSections;
using hs::signal::sosfilt;
using hs::signal::sosfilt_zi;
using hs::test::raises;

namespace {

// scipy.signal.butter(2, [5, 15], "bandpass", fs=100, output="sos"), SciPy 1.17.1
const SecondOrderSections band{
    {{0.06745527388907191, 0.13491054777814382, 0.06745527388907191, 1.0, -1.0246612719312358, 0.5441183540527813},
     {1.0, -2.0, 1.0, 1.0, -1.6489176331890314, 0.7586614107417984}}};
const std::vector<double> samples = {1, -2, 3, 0.5, 0, 4, -1, 2.5, 0.25, -3};

std::vector<double> noise(std::size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> result(n);
  for (double& x : result) x = normal(random);
  return result;
}

/// The difference equations as they stand in a textbook, section after section.
std::vector<double> naive(const SecondOrderSections& sos, std::vector<double> x) {
  for (const auto& [b0, b1, b2, a0, a1, a2] : sos.sections) {
    std::vector<double> y(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      y[i] = b0 * x[i];
      if (i >= 1) y[i] += b1 * x[i - 1] - a1 * y[i - 1];
      if (i >= 2) y[i] += b2 * x[i - 2] - a2 * y[i - 2];
    }
    x = y;
  }
  return x;
}

}  // namespace

TEST(Sosfilt, EqualsScipy) {  // scipy.signal.sosfilt, SciPy 1.17.1
  const std::vector<double> wanted = {0.06745527388907191, 0.045436449530788806, -0.012917378194494018, 0.24600987796659463,
                                      0.4073451226364214,  0.3799866511408436,   0.3492057316015247,    0.039872797981445496,
                                      -0.3184081469415365, -0.812511338706636};
  const auto got = sosfilt(band, samples);
  ASSERT_EQ(got.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_NEAR(got[i], wanted[i], 1e-15);
}

TEST(Sosfilt, EqualsItsDefinition) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> number(-0.9, 0.9);
  for (std::size_t n_sections = 1; n_sections <= 10; ++n_sections) {
    SecondOrderSections sos;
    for (std::size_t s = 0; s < n_sections; ++s) {
      const double pole = number(random);
      sos.sections.push_back(
          {number(random), number(random), number(random), 1.0, number(random) * 0.2 - 2 * pole, pole * pole});
      sos.sections.back()[4] = -2.0 * pole * 0.7;  // radius |pole|, inside the unit circle
    }
    const std::size_t n = 400;
    for (const std::size_t n_leads : {1, 2, 3, 4, 5, 9}) {
      const auto x = noise(n_leads * n, 3);
      const auto y = sosfilt(sos, hs::MatrixView<const double>(x, n_leads, n));
      for (std::size_t lead = 0; lead < n_leads; ++lead) {
        const std::span<const double> row(x.data() + lead * n, n);
        const auto wanted = naive(sos, {row.begin(), row.end()});
        const auto alone = sosfilt(sos, row);
        for (std::size_t i = 0; i < n; ++i) {
          ASSERT_NEAR(y[lead * n + i], wanted[i], 1e-12) << n_sections << " " << n_leads;
          ASSERT_EQ(y[lead * n + i], alone[i]);  // leads side by side have the same bits as alone
        }
      }
    }
  }
}

TEST(Sosfilt, EveryVectorWidthGivesTheSameBits) {
  if (!hs::signal::detail::has_wide_lanes()) GTEST_SKIP() << "this processor has no AVX2";
  const std::size_t n = 777;
  const auto x = noise(4 * n, 5);
  for (const std::size_t n_sections : {1, 2, 3, 4, 6}) {
    SecondOrderSections sos;
    for (std::size_t s = 0; s < n_sections; ++s) sos.sections.push_back(band.sections[s % 2]);
    for (const std::ptrdiff_t step : {1, -1}) {
      std::array<std::vector<double>, 2> out;
      std::array<std::vector<double>, 2> states;
      for (const bool wide : {false, true}) {
        out[wide].resize(4 * n);
        states[wide].assign(8 * n_sections, 0.25);
        hs::signal::detail::LaneRows rows;
        for (std::size_t lane = 0; lane < 4; ++lane) {
          const std::size_t start = lane * n + (step < 0 ? n - 1 : 0);
          rows.in[lane] = x.data() + start;
          rows.out[lane] = out[wide].data() + start;
        }
        hs::signal::detail::filter_rows(sos, rows, 4, n, step, states[wide], wide);
      }
      EXPECT_EQ(out[0], out[1]);
      EXPECT_EQ(states[0], states[1]);
    }
  }
}

TEST(Sosfilt, StateCarriesOver) {
  const std::size_t n = 500;
  const auto x = noise(3 * n, 1);
  const hs::MatrixView<const double> all(x, 3, n);
  std::vector<double> whole_state(2 * 2 * 3, 0.0);
  const auto whole = sosfilt(band, all, whole_state);
  for (const std::size_t cut : {0, 1, 250, 499, 500}) {
    std::vector<double> state(2 * 2 * 3, 0.0);
    const auto first = sosfilt(band, hs::MatrixView<const double>(x.data(), 3, cut, n), state);
    const auto second = sosfilt(band, hs::MatrixView<const double>(x.data() + cut, 3, n - cut, n), state);
    for (std::size_t lead = 0; lead < 3; ++lead) {
      for (std::size_t i = 0; i < n; ++i) {
        ASSERT_EQ(i < cut ? first[lead * cut + i] : second[lead * (n - cut) + i - cut], whole[lead * n + i]);
      }
    }
    EXPECT_EQ(state, whole_state);
  }
}

TEST(Sosfilt, AConstantStaysOneFromItsRest) {
  const SecondOrderSections low{{{0.25, 0.5, 0.25, 1.0, -0.2, 0.1}, {0.5, 0.25, 0.0, 1.0, -0.5, 0.0}}};
  auto state = sosfilt_zi(low);
  ASSERT_EQ(state.size(), 4U);
  const double gain = 1.0 / 0.9 * 0.75 / 0.5;
  for (double& z : state) z *= 3.0;
  for (const double y : sosfilt(low, std::vector<double>(50, 3.0), state)) EXPECT_NEAR(y, 3.0 * gain, 1e-14);
  // scipy.signal.sosfilt_zi, SciPy 1.17.1
  const std::vector<double> wanted = {0.45197377009334005, -0.21517560256984783, -0.5194290439824117, 0.5194290439824119};
  const auto zi = sosfilt_zi(band);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(zi[i], wanted[i], 1e-14);
}

TEST(Sosfilt, FloatIsComputedInDouble) {
  const auto doubles = noise(3 * 3000, 9);
  const std::vector<float> floats(doubles.begin(), doubles.end());
  const std::vector<double> same(floats.begin(), floats.end());
  const auto y = sosfilt(band, hs::MatrixView<const float>(floats, 3, 3000));
  const auto wanted = sosfilt(band, hs::MatrixView<const double>(same, 3, 3000));
  static_assert(std::is_same_v<decltype(y), const std::vector<float>>);
  for (std::size_t i = 0; i < y.size(); ++i) ASSERT_EQ(y[i], static_cast<float>(wanted[i]));
}

TEST(Sosfilt, DegenerateInput) {
  EXPECT_TRUE(sosfilt(band, std::vector<double>{}).empty());
  EXPECT_TRUE(sosfilt(band, hs::MatrixView<const double>(nullptr, 0, 5)).empty());
  EXPECT_TRUE(sosfilt(band, hs::MatrixView<const double>(samples.data(), 5, 0)).empty());
  EXPECT_EQ(sosfilt(band, std::vector<double>{2.0}).at(0), 2.0 * band.sections[0][0]);
  for (const double y : sosfilt(band, std::vector<double>(100, 0.0))) EXPECT_EQ(y, 0.0);
  auto gap = noise(300, 2);
  gap[100] = std::numeric_limits<double>::quiet_NaN();
  const auto y = sosfilt(band, gap);
  for (std::size_t i = 0; i < 300; ++i) EXPECT_EQ(std::isnan(y[i]), i >= 100);
}

TEST(Sosfilt, AStateThatDiesAwayBecomesZero) {
  std::vector<double> x(200'000, 0.0);
  x[0] = 1.0;
  const auto y = sosfilt(band, x);
  EXPECT_EQ(y.back(), 0.0);
  for (const double value : y) EXPECT_TRUE(value == 0.0 || std::abs(value) >= std::numeric_limits<double>::min());
  volatile double tiny = 1e-300;  // this thread's own arithmetic is as it was
  EXPECT_GT(tiny * 1e-10, 0.0);
}

TEST(Sosfilt, Errors) {
  EXPECT_TRUE(raises<hs::ShapeError>([] { (void)sosfilt({}, samples); }, {"sosfilt: sos"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)sosfilt({{{1, 0, 0, 2, 0, 0}}}, samples); }, {"sos[0][3]"}));
  std::vector<double> state(3);
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)sosfilt(band, samples, state); }, {"state", "size 4"}));
  EXPECT_TRUE(raises<hs::ShapeError>([] { (void)sosfilt_zi({}); }, {"sosfilt_zi: sos"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)sosfilt_zi({{{1, 0, 0, 1, -1, 0}}}); }, {"pole at zero frequency"}));
}

TEST(Sosfilt, CallableAsWritten) {
  const std::vector<float> vector = {1, 2, 3, 4};
  const std::array<double, 4> array = {1, 2, 3, 4};
  const double plain[] = {1, 2, 3, 4};
  EXPECT_NEAR(sosfilt(band, vector)[3], sosfilt(band, array)[3], 1e-6);
  EXPECT_EQ(sosfilt(band, plain), sosfilt(band, array));
}

}  // namespace sosfilt_test
