#pragma once

#include <heartsight/version.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// How a unit reaches the unit in which the recording states it: x / divisor * factor, one of them 1.
struct UnitConversion {
  std::string unit;  ///< "mV" for every voltage, the file's own unit otherwise
  double divisor = 1.0;
  double factor = 1.0;
};

/// nV, uV (also written with a micro sign), mV and V become mV; others stay.
[[nodiscard]] UnitConversion convert_unit(std::string_view unit);

/// From digital to physical values: (digital - baseline) / gain, then the unit. The order of the operations is that of
/// wfdb-python, so that the results have the same bits.
struct Calibration {
  double gain = 1.0;
  double baseline = 0.0;
  std::optional<std::int32_t> missing;  ///< the digital value that becomes NaN
  UnitConversion unit;
};

void to_physical(const std::int32_t* digital, std::size_t n, const Calibration& calibration, double* out) noexcept;
void to_physical(const std::int32_t* digital, std::size_t n, const Calibration& calibration, float* out) noexcept;

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
