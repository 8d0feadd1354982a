#include <heartsight/signal/fft.hpp>

#include "cpp/raises.hpp"
#include "cpp/signal/naive_dft.hpp"

#include <array>
#include <cmath>
#include <limits>

namespace fft_test {

namespace hs = heartsight;
using hs::signal::RealFft;
using hs::test::naive_dft;
using hs::test::noise;
using hs::test::raises;

namespace {

namespace detail = hs::signal::detail;

/// One transform in W lanes, each lane with a signal of its own; runs in whatever instruction set it is called for.
struct LaneJob {
  const detail::ComplexPlan<detail::SmoothPlan>* plan;
  const std::vector<double>* x;  // 4 signals, interleaved: x[4 (2 j + part) + lane]
  std::vector<double>* out;

  template <int W>
  HEARTSIGHT_FFT_INLINE void run() {
    const std::size_t n = plan->size();
    const auto buffer = detail::lane_buffer<W>(2 * plan->capacity());
    for (std::size_t first = 0; first < 4; first += W) {
      for (std::size_t j = 0; j < n; ++j) {
        const double* at = x->data() + 8 * j + first;
        detail::gather_lanes<W>(buffer[j].re, [&](int l) { return at[l]; });
        detail::gather_lanes<W>(buffer[j].im, [&](int l) { return at[4 + l]; });
      }
      const auto* result = plan->template transform<W>(buffer.get(), buffer.get() + plan->capacity());
      for (std::size_t j = 0; j < n; ++j) {
        for (int l = 0; l < W; ++l) {
          (*out)[8 * j + first + static_cast<std::size_t>(l)] = detail::lane<W>(result[j].re, l);
          (*out)[8 * j + first + 4 + static_cast<std::size_t>(l)] = detail::lane<W>(result[j].im, l);
        }
      }
    }
  }
};

}  // namespace

TEST(RealFft, EqualsItsDefinition) {
  for (std::size_t n = 1; n <= 130; ++n) {
    const auto x = noise(n);
    const auto wanted = naive_dft(x, n / 2 + 1);
    const RealFft fft(n);
    const auto got = fft.forward(x);
    ASSERT_EQ(got.size(), wanted.size());
    ASSERT_EQ(got.size(), fft.spectrum_size());
    for (std::size_t k = 0; k < got.size(); ++k)
      ASSERT_LT(std::abs(got[k] - wanted[k]), 2e-14 * std::sqrt(n)) << n << " " << k;
    const auto back = fft.inverse(got);
    for (std::size_t j = 0; j < n; ++j) ASSERT_NEAR(back[j], x[j], 1e-14) << n << " " << j;
  }
}

TEST(RealFft, EqualsItsDefinitionWhereItSplitsAndWhereItChirps) {
  for (const std::size_t n : {128U, 200U, 360U, 509U, 1000U, 1009U, 1024U, 1155U, 2018U, 2431U, 2500U}) {
    const auto x = noise(n);
    const auto wanted = naive_dft(x, n / 2 + 1);
    const auto got = RealFft(n).forward(x);
    for (std::size_t k = 0; k < got.size(); ++k)
      ASSERT_LT(std::abs(got[k] - wanted[k]), 1e-14 * static_cast<double>(n)) << n;
  }
}

TEST(RealFft, EveryWidthGivesTheSameDigits) {
  for (const std::size_t n : {1U, 2U, 12U, 35U, 97U, 143U, 256U, 1000U}) {
    const detail::ComplexPlan<detail::SmoothPlan> plan(n);
    const auto x = noise(8 * n);
    std::vector<double> one(8 * n);
    LaneJob job{&plan, &x, &one};
    job.run<1>();
#if defined(__GNUC__)
    std::vector<double> two(8 * n);
    job.out = &two;
    job.run<2>();
    ASSERT_EQ(one, two) << n;
#endif
#if defined(HEARTSIGHT_FFT_WIDE)
    if (__builtin_cpu_supports("avx2")) {
      std::vector<double> four(8 * n);
      job.out = &four;
      detail::run_avx2(job);
      ASSERT_EQ(one, four) << n;
    }
#endif
  }
}

TEST(RealFft, HandComputed) {
  using C = std::complex<double>;
  EXPECT_EQ(RealFft(4).forward(std::vector<double>{1, 2, 3, 4}), (std::vector<C>{{10, 0}, {-2, 2}, {-2, 0}}));
  EXPECT_EQ(RealFft(1).forward(std::vector<double>{5}), (std::vector<C>{{5, 0}}));
  EXPECT_EQ(RealFft(2).forward(std::vector<double>{5, 3}), (std::vector<C>{{8, 0}, {2, 0}}));
  // Imaginary parts that no real signal has are ignored.
  EXPECT_EQ(RealFft(2).inverse(std::vector<C>{{8, 7}, {2, 7}}), (std::vector<double>{5, 3}));
}

TEST(RealFft, NanAndInfinity) {
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    for (const std::size_t n : {8U, 17U, 1000U}) {
      auto x = noise(n);
      x[3] = bad;
      for (const auto& bin : RealFft(n).forward(x)) ASSERT_FALSE(std::isfinite(bin.real())) << n;
    }
  }
}

TEST(RealFft, Errors) {
  EXPECT_TRUE(raises<hs::DomainError>([] { RealFft fft(0); }, {"RealFft", "n = 0"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { RealFft fft(std::size_t{1} << 41); }, {"RealFft", "n ="}));
  const RealFft fft(8);
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)fft.forward(std::vector<double>(7)); }, {"RealFft.forward", "size 7"}));
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)fft.inverse(std::vector<std::complex<double>>(8)); },
                                     {"RealFft.inverse", "size 8"}));
}

TEST(RealFft, CallableAsWritten) {
  const RealFft fft(4);
  const std::vector<float> floats = {1, 2, 3, 4};
  const std::array<double, 4> array = {1, 2, 3, 4};
  const double plain[] = {1, 2, 3, 4};
  const auto single = fft.forward(floats);
  static_assert(std::is_same_v<decltype(single), const std::vector<std::complex<float>>>);
  EXPECT_EQ(single[1], (std::complex<float>{-2, 2}));
  EXPECT_EQ(fft.forward(plain), fft.forward(array));
  EXPECT_EQ(fft.inverse(single), floats);
}

}  // namespace fft_test
