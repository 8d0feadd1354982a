#include <heartsight/signal/window.hpp>

#include "cpp/raises.hpp"

#include <cmath>
#include <limits>

namespace window_test {

namespace hs = heartsight;
using hs::signal::make_window;
using hs::signal::Window;
using hs::signal::WindowShape;
using hs::test::raises;

namespace {

void expect_values(const Window& window, const std::vector<double>& wanted) {
  const auto got = make_window(window, wanted.size());
  ASSERT_EQ(got.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_NEAR(got[i], wanted[i], 1e-12) << i;
}

}  // namespace

TEST(Window, HandComputed) {
  expect_values({WindowShape::hann, 0, true}, {0, 0.5, 1, 0.5, 0});
  expect_values({WindowShape::hann, 0, false}, {0, 0.5, 1, 0.5});
  expect_values({WindowShape::hamming, 0, true}, {0.08, 0.54, 1, 0.54, 0.08});
  expect_values({WindowShape::blackman, 0, true}, {0, 0.34, 1, 0.34, 0});
  expect_values({WindowShape::bartlett, 0, true}, {0, 0.5, 1, 0.5, 0});
  expect_values({WindowShape::boxcar}, {1, 1, 1});
  expect_values({WindowShape::cosine, 0, true}, {std::sqrt(0.5), std::sqrt(0.5)});
  expect_values({WindowShape::tukey, 0.5, true}, {0, 1, 1, 1, 0});
  expect_values({WindowShape::gaussian, 2.0, true}, {std::exp(-0.125), 1, std::exp(-0.125)});
  expect_values({WindowShape::kaiser, 0.0}, {1, 1, 1, 1});
}

/// Made with scipy.signal.get_window of SciPy 1.17.1.
TEST(Window, Golden) {
  expect_values({WindowShape::kaiser, 8.6, false},
                {0.0013325139979024198, 0.20105486954533092, 0.8494161890910448, 0.8494161890910448, 0.20105486954533092});
  expect_values({WindowShape::flattop, 0, false},
                {-0.0004210510000000013, -0.06771425207621193, 0.606872152576212, 0.606872152576212, -0.06771425207621193});
  expect_values({WindowShape::nuttall, 0, false},
                {0.0003628000000000381, 0.11051525304987181, 0.7982580969501283, 0.7982580969501283, 0.11051525304987181});
  expect_values({WindowShape::blackmanharris, 0, false},
                {6.0000000000001025e-05, 0.10301148934566379, 0.7938335106543363, 0.7938335106543363, 0.10301148934566379});
}

TEST(Window, PeriodicIsALongerSymmetricOneCutOff) {
  for (const auto shape : {WindowShape::hann, WindowShape::tukey, WindowShape::flattop, WindowShape::bartlett}) {
    auto longer = make_window({shape, 0.5, true}, 33);
    longer.pop_back();
    EXPECT_EQ(make_window({shape, 0.5, false}, 32), longer);
  }
}

TEST(Window, Degenerate) {
  for (const auto shape : {WindowShape::hann, WindowShape::tukey, WindowShape::kaiser, WindowShape::bartlett}) {
    EXPECT_TRUE(make_window({shape}, 0).empty());
    EXPECT_EQ(make_window({shape}, 1), std::vector<double>{1.0});
  }
}

TEST(Window, Errors) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double bad : {-1.0, 701.0, nan}) {
    EXPECT_TRUE(raises<hs::DomainError>([&] { (void)make_window({WindowShape::kaiser, bad}, 4); }, {"parameter"}));
  }
  for (const double bad : {-0.1, 1.1, nan}) {
    EXPECT_TRUE(raises<hs::DomainError>([&] { (void)make_window({WindowShape::tukey, bad}, 4); }, {"parameter"}));
  }
  for (const double bad : {0.0, -2.0, nan}) {
    EXPECT_TRUE(raises<hs::DomainError>([&] { (void)make_window({WindowShape::gaussian, bad}, 4); }, {"parameter"}));
  }
  EXPECT_NO_THROW((void)make_window({WindowShape::hann, nan}, 4));  // it has no parameter
}

}  // namespace window_test
