#include <heartsight/features/statement.hpp>

#include <gtest/gtest.h>

namespace statement_test {

namespace ft = heartsight::features;

TEST(Statement, EqualWhenAllIsEqual) {
  const ft::Statement a{"code", "Text.", {{"qt", 400.0, "ms"}}, "source"};
  ft::Statement b = a;
  EXPECT_EQ(a, b);
  b.because[0].value = 401.0;
  EXPECT_NE(a, b);
  EXPECT_FALSE(ft::StatementOptions{}.age_years.has_value());
}

}  // namespace statement_test
