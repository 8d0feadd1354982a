#include <heartsight/core/random.hpp>
#include <heartsight/drift/adwin.hpp>

#include "cpp/raises.hpp"

#include <cmath>
#include <limits>

namespace adwin_test {

namespace drift = heartsight::drift;
using drift::Adwin;

TEST(Adwin, KeepsTheWindowWhileNothingChangesAndCutsItWhenItDoes) {
  heartsight::Random random(3);
  Adwin adwin;
  for (int i = 0; i < 5000; ++i) EXPECT_FALSE(adwin.update(random.uniform() < 0.2 ? 1.0 : 0.0));
  EXPECT_EQ(adwin.size(), 5000);
  EXPECT_NEAR(adwin.mean(), 0.2, 0.03);
  EXPECT_NEAR(adwin.variance(), 0.16, 0.02);
  int cut_at = -1;
  for (int i = 0; i < 2000 && cut_at < 0; ++i) {
    if (adwin.update(random.uniform() < 0.6 ? 1.0 : 0.0)) cut_at = i;
  }
  EXPECT_GT(cut_at, 0);
  EXPECT_LT(cut_at, 300);
  for (int i = 0; i < 2000; ++i) adwin.update(random.uniform() < 0.6 ? 1.0 : 0.0);
  EXPECT_NEAR(adwin.mean(), 0.6, 0.05);
  EXPECT_LT(adwin.size(), 2500);
}

TEST(Adwin, FalseAlarmsAreRarerThanItsBound) {
  heartsight::Random random(4);
  Adwin adwin({.delta = 0.05});
  int n_cuts = 0;
  for (int i = 0; i < 100'000; ++i) n_cuts += adwin.update(random.normal()) ? 1 : 0;
  EXPECT_LE(n_cuts, 40);  // 3,125 looks: a quarter of the bound per look
}

TEST(Adwin, MomentsEqualThoseOfTheWindow) {
  heartsight::Random random(5);
  Adwin adwin;
  double sum = 0.0;
  double squares = 0.0;
  for (int i = 0; i < 777; ++i) {
    const double value = random.uniform();
    sum += value;
    squares += value * value;
    adwin.update(value);
  }
  ASSERT_EQ(adwin.size(), 777);
  EXPECT_NEAR(adwin.mean(), sum / 777, 1e-12);
  EXPECT_NEAR(adwin.variance(), squares / 777 - sum / 777 * sum / 777, 1e-10);
}

TEST(Adwin, MissingValuesAndErrors) {
  Adwin adwin;
  EXPECT_FALSE(adwin.update(std::nan("")));
  EXPECT_TRUE(std::isnan(adwin.mean()));
  EXPECT_THROW(adwin.update(std::numeric_limits<double>::infinity()), heartsight::DomainError);
  using heartsight::test::raises;
  EXPECT_TRUE(raises<heartsight::DomainError>([] { Adwin({.delta = 0.0}); }, {"delta"}));
  EXPECT_TRUE(raises<heartsight::DomainError>([] { Adwin({.max_buckets = 1}); }, {"max_buckets"}));
}

}  // namespace adwin_test
