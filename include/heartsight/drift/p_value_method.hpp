#pragma once

#include <heartsight/version.hpp>

#include <cstdint>

namespace heartsight::inline HEARTSIGHT_ABI::drift {

/// How the p-value of a rank test is found.
enum class PValueMethod : std::uint8_t {
  automatic,   ///< exact for small samples, asymptotic for the others
  exact,       ///< over all orders of the pooled values
  asymptotic,  ///< from the limit law
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
