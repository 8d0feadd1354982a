#include <heartsight/xgboost/booster.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace booster_test {

namespace hs = heartsight;

// Parity with a real libxgboost is tested from Python, which knows where it is.
TEST(XGBoostLibrary, MissingAndWrongLibrariesAreNamed) {
  EXPECT_THROW(hs::xgboost::Library("/nowhere/libxgboost.so"), hs::BackendError);
  const std::vector<std::filesystem::path> candidates = {"/nowhere/libxgboost.so", "libm.so.6"};
  try {
    (void)hs::xgboost::Library::find(candidates);
    FAIL();
  } catch (const hs::BackendError& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("/nowhere/libxgboost.so"), std::string::npos);
    EXPECT_NE(message.find("XGBoostVersion"), std::string::npos);
  }
  EXPECT_THROW((void)hs::xgboost::Library::find({}), hs::BackendError);
}

}  // namespace booster_test
