#pragma once

#include <heartsight/core/check.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

/// A digital filter as a cascade of second-order sections, in SciPy's layout.
///
/// A section is b0, b1, b2, a0, a1, a2 with a0 = 1: H(z) = (b0 + b1 / z + b2 / z^2) / (1 + a1 / z + a2 / z^2). The filter is
/// the product of its sections, applied from the first to the last. Unlike one polynomial of high order, whose poles
/// wander with the rounding of its coefficients, a cascade stays accurate for low cut-offs.
struct SecondOrderSections {
  std::vector<std::array<double, 6>> sections;

  [[nodiscard]] std::size_t size() const noexcept { return sections.size(); }
  friend bool operator==(const SecondOrderSections&, const SecondOrderSections&) = default;
};

/// Every precondition of a function that filters with sos.
/// @throws ShapeError sos has no section. @throws DomainError a coefficient is not finite, or an a0 is not 1.
inline void check_sections(std::string_view where, const SecondOrderSections& sos) {
  check::not_empty(where, "sos", sos.size());
  for (std::size_t s = 0; s < sos.size(); ++s) {
    const std::string name = check::detail::indexed("sos", s);
    check::all_finite<double>(where, name, sos.sections[s]);
    if (sos.sections[s][3] != 1.0) {
      check::detail::fail<DomainError>(where, check::detail::indexed(name, 3), check::detail::show(sos.sections[s][3]),
                                       "must be 1: divide the section by its a0");
    }
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
