#include <heartsight/core/error.hpp>
#include <heartsight/core/export.hpp>

#include <gtest/gtest.h>

#include <type_traits>

namespace error_test {

namespace hs = heartsight;

template <class E>
class ErrorType : public testing::Test {};
using Errors = testing::Types<hs::ShapeError, hs::DomainError, hs::FormatError, hs::NotFittedError, hs::BackendError>;
TYPED_TEST_SUITE(ErrorType, Errors);

TYPED_TEST(ErrorType, IsCaughtAsErrorAndKeepsItsMessage) {
  static_assert(std::is_base_of_v<hs::Error, TypeParam> && std::is_base_of_v<std::runtime_error, TypeParam>);
  try {
    throw TypeParam("what went wrong");
  } catch (const hs::Error& error) {
    EXPECT_STREQ(error.what(), "what went wrong");
  }
}

}  // namespace error_test
