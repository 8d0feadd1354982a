#include <heartsight/metrics/proportion_interval.hpp>

#include "cpp/raises.hpp"

namespace proportion_interval_test {

namespace hm = heartsight::metrics;
using heartsight::test::raises;

TEST(ProportionInterval, EqualsSciPy) {  // scipy 1.17.1, binomtest(k, n).proportion_ci
  struct Case {
    std::int64_t k, n;
    double wilson_low, wilson_high, exact_low, exact_high;
  };
  for (const Case& c :
       {Case{0, 10, 0.0, 0.27753279986288926, 0.0, 0.30849710781876294},
        Case{3, 10, 0.10779126740630102, 0.6032218525388546, 0.06673951117773447, 0.652452850060008},
        Case{10, 10, 0.7224672001371109, 1.0, 0.6915028921812371, 1.0}, Case{1, 1, 0.20654931437723745, 1.0, 0.025, 1.0},
        Case{50, 1000, 0.03813026239274881, 0.06531382024425081, 0.03733539760466063, 0.06539048791549365},
        Case{123456, 1000000, 0.12281269653142284, 0.12410219641400437, 0.12281184162963026, 0.1241023402768027}}) {
    const auto wilson = hm::wilson_interval(c.k, c.n);
    const auto exact = hm::clopper_pearson_interval(c.k, c.n);
    EXPECT_NEAR(wilson.low, c.wilson_low, 1e-14) << c.k << "/" << c.n;
    EXPECT_NEAR(wilson.high, c.wilson_high, 1e-14) << c.k << "/" << c.n;
    EXPECT_NEAR(exact.low, c.exact_low, 1e-12) << c.k << "/" << c.n;
    EXPECT_NEAR(exact.high, c.exact_high, 1e-12) << c.k << "/" << c.n;
  }
}

TEST(ProportionInterval, WithoutATrialNothingIsKnown) {
  EXPECT_EQ(hm::wilson_interval(0, 0).low, 0.0);
  EXPECT_EQ(hm::wilson_interval(0, 0).high, 1.0);
  EXPECT_EQ(hm::clopper_pearson_interval(0, 0).high, 1.0);
}

TEST(ProportionInterval, Errors) {
  EXPECT_TRUE((raises<heartsight::DomainError>([] { (void)hm::wilson_interval(2, 1); }, {"wilson_interval: trials = 1"})));
  EXPECT_TRUE((raises<heartsight::DomainError>([] { (void)hm::wilson_interval(-1, 1); }, {"successes"})));
  EXPECT_TRUE((raises<heartsight::DomainError>([] { (void)hm::clopper_pearson_interval(0, -1); }, {"trials"})));
  EXPECT_TRUE((raises<heartsight::DomainError>([] { (void)hm::clopper_pearson_interval(0, 1, 1.0); }, {"level"})));
}

}  // namespace proportion_interval_test
