#include <heartsight/features/qt_correction.hpp>

#include "cpp/raises.hpp"

#include <limits>

namespace qt_correction_test {

namespace hs = heartsight;
using hs::features::corrected_qt;
using hs::test::raises;

TEST(QtCorrection, HandComputed) {
  const auto c = corrected_qt(360.0, 640.0);  // root 0.8, cube root 0.861774
  EXPECT_NEAR(c.bazett_ms, 450.0, 1e-9);
  EXPECT_NEAR(c.fridericia_ms, 360.0 / 0.8617738760, 1e-6);
  EXPECT_NEAR(c.framingham_ms, 360.0 + 154.0 * 0.36, 1e-9);
  EXPECT_NEAR(c.hodges_ms, 360.0 + 1.75 * 33.75, 1e-9);
}

TEST(QtCorrection, SixtyBeatsPerMinuteChangeNothing) {
  const auto c = corrected_qt(401.0, 1000.0);
  for (const double v : {c.bazett_ms, c.fridericia_ms, c.framingham_ms, c.hodges_ms}) EXPECT_DOUBLE_EQ(v, 401.0);
}

TEST(QtCorrection, NanAndErrors) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isnan(corrected_qt(nan, 800.0).bazett_ms));
  EXPECT_TRUE(std::isnan(corrected_qt(400.0, nan).hodges_ms));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)corrected_qt(0.0, 800.0); }, {"corrected_qt: qt_ms"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)corrected_qt(400.0, -1.0); }, {"corrected_qt: rr_ms"}));
}

}  // namespace qt_correction_test
