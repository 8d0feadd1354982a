#include <heartsight/core/random.hpp>
#include <heartsight/drift/page_hinkley.hpp>

#include "cpp/raises.hpp"

#include <cmath>
#include <limits>

namespace page_hinkley_test {

namespace drift = heartsight::drift;
using drift::ChangeDirection;
using drift::PageHinkley;

namespace {

int first_alarm(PageHinkley detector, double shift) {
  heartsight::Random random(2);
  for (int i = 0; i < 2000; ++i) {
    if (detector.update(random.normal(i < 1000 ? 0.0 : shift, 1.0))) return i;
  }
  return -1;
}

}  // namespace

TEST(PageHinkley, FindsARiseAndAFall) {
  const drift::PageHinkleyOptions up{.delta = 0.1, .threshold = 30.0};
  EXPECT_EQ(first_alarm(PageHinkley(up), 0.0), -1);
  const int rise = first_alarm(PageHinkley(up), 1.0);
  EXPECT_GT(rise, 1000);
  EXPECT_LT(rise, 1100);
  EXPECT_EQ(first_alarm(PageHinkley(up), -1.0), -1);
  drift::PageHinkleyOptions both = up;
  both.direction = ChangeDirection::both;
  EXPECT_GT(first_alarm(PageHinkley(both), -1.0), 1000);
}

TEST(PageHinkley, MissingValuesAndErrors) {
  PageHinkley detector;
  EXPECT_FALSE(detector.update(std::nan("")));
  EXPECT_EQ(detector.count(), 0);
  EXPECT_TRUE(std::isnan(detector.mean()));
  EXPECT_THROW(detector.update(std::numeric_limits<double>::infinity()), heartsight::DomainError);
  using heartsight::test::raises;
  EXPECT_TRUE(raises<heartsight::DomainError>([] { PageHinkley({.delta = -1.0}); }, {"delta"}));
  EXPECT_TRUE(raises<heartsight::DomainError>([] { PageHinkley({.forgetting = 1.5}); }, {"forgetting"}));
  EXPECT_TRUE(raises<heartsight::DomainError>([] { PageHinkley({.min_count = 0}); }, {"min_count"}));
}

}  // namespace page_hinkley_test
