#include <heartsight/signal/sos.hpp>

#include "cpp/raises.hpp"

#include <limits>

namespace sos_test {

namespace hs = heartsight;
using hs::signal::check_sections;
using hs::signal::SecondOrderSections;
using hs::test::raises;

TEST(SecondOrderSections, Equality) {
  const SecondOrderSections one{{{1, 0, 0, 1, 0, 0}}};
  EXPECT_EQ(one.size(), 1U);
  EXPECT_EQ(one, (SecondOrderSections{{{1, 0, 0, 1, 0, 0}}}));
  EXPECT_NE(one, (SecondOrderSections{{{1, 0, 0, 1, 0, 0.5}}}));
}

TEST(SecondOrderSections, Errors) {
  EXPECT_NO_THROW(check_sections("f", {{{1, 0, 0, 1, 0, 0}}}));
  EXPECT_TRUE(raises<hs::ShapeError>([] { check_sections("f", {}); }, {"f: sos"}));
  EXPECT_TRUE(
      raises<hs::DomainError>([] { check_sections("f", {{{1, 0, 0, 1, 0, 0}, {1, 0, 0, 2, 0, 0}}}); }, {"sos[1][3] = 2"}));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(raises<hs::DomainError>([&] { check_sections("f", {{{1, nan, 0, 1, 0, 0}}}); }, {"sos[0][1]", "finite"}));
}

}  // namespace sos_test
