#include <heartsight/core/check.hpp>

#include "cpp/raises.hpp"

#include <array>
#include <limits>

namespace check_test {

namespace hs = heartsight;
namespace check = hs::check;
using hs::test::raises;

namespace {
constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
}  // namespace

TEST(Check, Sizes) {
  EXPECT_NO_THROW(check::not_empty("f", "x", 1));
  EXPECT_TRUE(raises<hs::ShapeError>([] { check::not_empty("f", "x", 0); }, {"f: x", "must not be empty"}));
  EXPECT_NO_THROW(check::same_size("f", "x", 3, "y", 3));
  EXPECT_TRUE(raises<hs::ShapeError>([] { check::same_size("f", "x", 3, "y", 4); }, {"f: y", "size 4", "x has size 3"}));
  EXPECT_NO_THROW(check::has_size("f", "x", 2, 2));
  EXPECT_TRUE(raises<hs::ShapeError>([] { check::has_size("f", "x", 1, 2); }, {"f: x", "size 1", "size 2"}));
}

TEST(Check, Ranges) {
  EXPECT_NO_THROW(check::at_least("f", "n", 2, 2));
  EXPECT_TRUE(raises<hs::DomainError>([] { check::at_least("f", "n", 1, 2); }, {"f: n = 1", "at least 2"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { check::at_least("f", "n", missing, 0.0); }, {"n = nan"}));
  EXPECT_NO_THROW(check::positive("f", "x", 1e-300));
  for (const double bad : {0.0, -1.0, missing, infinity}) {
    EXPECT_TRUE(raises<hs::DomainError>([&] { check::positive("f", "x", bad); }, {"f: x", "positive"})) << bad;
  }
  EXPECT_NO_THROW(check::in_closed_range("f", "p", 1.0, 0.0, 1.0));
  EXPECT_TRUE(raises<hs::DomainError>([] { check::in_closed_range("f", "p", 1.5, 0.0, 1.0); }, {"p = 1.5", "[0, 1]"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { check::in_closed_range("f", "p", missing, 0.0, 1.0); }, {"p = nan"}));
}

TEST(Check, ArraysNameTheFirstBadElement) {
  const std::array<double, 4> values = {0.5, 1.0, 2.0, missing};
  EXPECT_TRUE(raises<hs::DomainError>(
      [&] { check::in_closed_range<double>("f", "p", std::span<const double>(values), 0.0, 1.0); }, {"p[2] = 2"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { check::all_finite<double>("f", "p", std::span<const double>(values)); },
                                      {"p[3] = nan", "finite"}));
  const std::array<std::int64_t, 3> labels = {0, 1, -1};
  EXPECT_TRUE(raises<hs::DomainError>([&] { check::binary_labels("f", "y", labels); }, {"y[2] = -1"}));
  EXPECT_NO_THROW(check::binary_labels("f", "y", std::span(labels).first(2)));
}

TEST(Check, ShowsEnoughDigitsToTellDoublesApart) {
  EXPECT_TRUE(raises<hs::DomainError>([] { check::in_closed_range("f", "p", 1.0 + 0x1p-52, 0.0, 1.0); },
                                      {"p = 1.0000000000000002"}));
}

}  // namespace check_test
