#pragma once

#include <heartsight/core/check.hpp>

#include <cmath>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// The QT interval as it would be at 60 beats per minute, by four formulas, in ms.
struct CorrectedQt {
  double bazett_ms;      ///< QT / RR^(1/2), @cite bazett1920, reprinted as DOI 10.1111/j.1542-474X.1997.tb00325.x
  double fridericia_ms;  ///< QT / RR^(1/3), @cite fridericia1920, translated as DOI 10.1046/j.1542-474X.2003.08413.x
  double framingham_ms;  ///< QT + 154 (1 - RR), @cite sagie1992, DOI 10.1016/0002-9149(92)90562-D
  double hodges_ms;      ///< QT + 1.75 (heart rate - 60), @cite hodges1983
};

/// Corrects a QT interval for the heart rate.
///
/// @param qt_ms  the QT interval in ms; NaN gives NaN.
/// @param rr_ms  the RR interval in ms; NaN gives NaN.
/// @return the four corrected intervals in ms; at RR = 1000 ms all equal qt_ms.
/// @throws DomainError  qt_ms or rr_ms is 0, negative or infinite.
///
/// Bazett's formula corrects too much above 90 beats per minute and too little below 60; recommendations prefer the linear
/// ones (@cite rautaharju2009, DOI 10.1161/CIRCULATIONAHA.108.191096). O(1).
[[nodiscard]] inline CorrectedQt corrected_qt(double qt_ms, double rr_ms) {
  if (!std::isnan(qt_ms)) check::positive("corrected_qt", "qt_ms", qt_ms);
  if (!std::isnan(rr_ms)) check::positive("corrected_qt", "rr_ms", rr_ms);
  const double rr_s = rr_ms / 1000.0;
  return {.bazett_ms = qt_ms / std::sqrt(rr_s),
          .fridericia_ms = qt_ms / std::cbrt(rr_s),
          .framingham_ms = qt_ms + 154.0 * (1.0 - rr_s),
          .hodges_ms = qt_ms + 1.75 * (60.0 / rr_s - 60.0)};
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
