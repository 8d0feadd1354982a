#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace heartsight::test {

/// Whether body throws exactly Exception with a message that holds every one of these parts.
template <class Exception, class Body>
testing::AssertionResult raises(Body&& body, const std::vector<std::string>& parts) {
  try {
    body();
  } catch (const std::exception& error) {
    if (dynamic_cast<const Exception*>(&error) == nullptr) {
      return testing::AssertionFailure() << "another exception: " << error.what();
    }
    const std::string message = error.what();
    for (const auto& part : parts) {
      if (message.find(part) == std::string::npos) {
        return testing::AssertionFailure() << "\"" << message << "\" does not name \"" << part << "\"";
      }
    }
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << "nothing was thrown";
}

}  // namespace heartsight::test
