#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/sampling_rate.hpp>
#include <heartsight/signal/detail/analog_prototype.hpp>
#include <heartsight/signal/detail/pair_roots.hpp>
#include <heartsight/signal/sos.hpp>

#include <cmath>
#include <cstddef>
#include <numbers>
#include <optional>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

/// What a filter lets pass: low_hz alone is a high-pass, high_hz alone a low-pass, both a band-pass.
struct FilterBand {
  std::optional<double> low_hz{};   ///< lower edge, above 0 and below high_hz and the Nyquist rate
  std::optional<double> high_hz{};  ///< upper edge, below the Nyquist rate
  bool stop = false;                ///< with both edges: stops what lies between them and lets the rest pass
};

namespace detail {

inline SecondOrderSections design(std::string_view where, const ZerosPolesGain& prototype, SamplingRate sampling_rate,
                                  const FilterBand& band) {
  const double nyquist_hz = sampling_rate.hz() / 2.0;
  const auto edge = [&](std::string_view name, double hz) {
    if (!(hz > 0.0 && hz < nyquist_hz)) {
      check::detail::fail<DomainError>(
          where, name, check::detail::show(hz),
          "must lie between 0 and half the sampling rate, " + check::detail::show(nyquist_hz) + " Hz, both excluded");
    }
    return 4.0 * std::tan(std::numbers::pi * hz / sampling_rate.hz());  // the bilinear transform brings it back to hz
  };
  ZerosPolesGain analog;
  if (band.low_hz && band.high_hz) {
    const double low = edge("low_hz", *band.low_hz);
    const double high = edge("high_hz", *band.high_hz);
    if (!(*band.low_hz < *band.high_hz)) {
      check::detail::fail<DomainError>(where, "low_hz", check::detail::show(*band.low_hz),
                                       "must be below high_hz, " + check::detail::show(*band.high_hz) + " Hz");
    }
    const double center = std::sqrt(low * high);
    analog = band.stop ? to_bandstop(prototype, center, high - low) : to_bandpass(prototype, center, high - low);
  } else if (band.stop) {
    check::detail::fail<DomainError>(where, "stop", "true", "needs both low_hz and high_hz");
  } else if (band.low_hz) {
    analog = to_highpass(prototype, edge("low_hz", *band.low_hz));
  } else if (band.high_hz) {
    analog = to_lowpass(prototype, edge("high_hz", *band.high_hz));
  } else {
    check::detail::fail<DomainError>(where, "low_hz, high_hz", "", "at least one must be given");
  }
  const ZerosPolesGain digital = to_digital(analog);
  for (const auto& pole : digital.poles) {
    // An edge very near to 0 or to the Nyquist rate drives poles onto the unit circle: the filter would ring for ever.
    if (!(std::abs(pole) < 1.0)) {
      check::detail::fail<DomainError>(where, "low_hz, high_hz", "",
                                       "no stable filter of this order and band can be written in double precision");
    }
  }
  return pair_roots(digital);
}

}  // namespace detail

/// Butterworth filter: the flattest pass band; the gain at an edge is 1 / sqrt(2) (-3.01 dB).
///
/// The analog prototype is moved to the band, with edges pre-warped, and made digital by the bilinear transform; roots are
/// paired into sections by SciPy's rule "nearest".
///
/// @param order          1 .. 64; a band-pass or band-stop filter has twice as many poles.
/// @param sampling_rate  in Hz.
/// @param band           {.low_hz = 0.5} high-pass, {.high_hz = 40.0} low-pass, both band-pass, with .stop = true band-stop.
/// @return ceil(order / 2) sections, for a band-pass or band-stop `order` sections.
/// @throws DomainError order is out of range; an edge lies outside (0, sampling_rate / 2); low_hz >= high_hz; no edge; stop
///   without both edges; or rounding leaves no stable filter (an edge very near to 0).
///
/// Equal to scipy.signal.butter(..., output="sos") within 1e-10 relative (tests/python/test_signal_filters.py). Where two
/// poles lie equally near to the unit circle, rounding decides which section comes first, there and here. O(order^2).
/// Source: S. Butterworth, "On the theory of filter amplifiers", 1930.
[[nodiscard]] inline SecondOrderSections butterworth(std::size_t order, SamplingRate sampling_rate, const FilterBand& band) {
  check::in_closed_range<std::size_t>("butterworth", "order", order, 1, 64);
  return detail::design("butterworth", detail::butterworth_prototype(order), sampling_rate, band);
}

/// Chebyshev filter of type I: ripples in the pass band, falls faster than Butterworth; edges are where it leaves the
/// ripple.
///
/// @param ripple_db  how far the gain falls within the pass band; above 0 and at most 100 dB.
/// The rest as for butterworth. Equal to scipy.signal.cheby1(..., output="sos") within 1e-10 relative.
/// @throws DomainError as butterworth, and ripple_db is out of range.
[[nodiscard]] inline SecondOrderSections chebyshev1(std::size_t order, SamplingRate sampling_rate, double ripple_db,
                                                    const FilterBand& band) {
  check::in_closed_range<std::size_t>("chebyshev1", "order", order, 1, 64);
  check::positive("chebyshev1", "ripple_db", ripple_db);
  check::in_closed_range("chebyshev1", "ripple_db", ripple_db, 0.0, 100.0);
  return detail::design("chebyshev1", detail::chebyshev1_prototype(order, ripple_db), sampling_rate, band);
}

/// Chebyshev filter of type II: flat in the pass band, ripples in the stop band; edges are where the stop band begins.
///
/// @param attenuation_db  how far the stop band lies below the pass band; above 0 and at most 300 dB.
/// The rest as for butterworth. Equal to scipy.signal.cheby2(..., output="sos") within 1e-10 relative.
/// @throws DomainError as butterworth, and attenuation_db is out of range.
[[nodiscard]] inline SecondOrderSections chebyshev2(std::size_t order, SamplingRate sampling_rate, double attenuation_db,
                                                    const FilterBand& band) {
  check::in_closed_range<std::size_t>("chebyshev2", "order", order, 1, 64);
  check::positive("chebyshev2", "attenuation_db", attenuation_db);
  check::in_closed_range("chebyshev2", "attenuation_db", attenuation_db, 0.0, 300.0);
  return detail::design("chebyshev2", detail::chebyshev2_prototype(order, attenuation_db), sampling_rate, band);
}

/// Notch filter of second order: gain 0 at frequency_hz, 1 at zero and at the Nyquist rate, for mains interference.
///
/// @param frequency_hz   above 0 and below half the sampling rate; 50 or 60 Hz for mains.
/// @param sampling_rate  in Hz.
/// @param quality        frequency_hz over the width of the band that loses 3 dB or more; positive. 30 takes 1.7 Hz out
/// around
///                       50 Hz. A high quality rings longer: about quality / frequency_hz seconds.
/// @return one section.
/// @throws DomainError frequency_hz lies outside (0, sampling_rate / 2), quality is not positive and finite, or the notch is
///   wider than the sampling rate holds (frequency_hz / quality >= sampling_rate / 2).
///
/// Equal to scipy.signal.iirnotch within 1e-12 relative. Source: S. J. Orfanidis, Introduction to Signal Processing, 1996.
[[nodiscard]] inline SecondOrderSections notch(double frequency_hz, SamplingRate sampling_rate, double quality = 30.0) {
  constexpr auto where = "notch";
  const double nyquist_hz = sampling_rate.hz() / 2.0;
  if (!(frequency_hz > 0.0 && frequency_hz < nyquist_hz)) {
    check::detail::fail<DomainError>(
        where, "frequency_hz", check::detail::show(frequency_hz),
        "must lie between 0 and half the sampling rate, " + check::detail::show(nyquist_hz) + " Hz, both excluded");
  }
  check::positive(where, "quality", quality);
  if (!(frequency_hz / quality < nyquist_hz)) {
    check::detail::fail<DomainError>(where, "quality", check::detail::show(quality),
                                     "the notch would be wider than half the sampling rate");
  }
  const double angle = 2.0 * std::numbers::pi * frequency_hz / sampling_rate.hz();
  const double gain = 1.0 / (1.0 + std::tan(angle / quality / 2.0));
  const double middle = -2.0 * gain * std::cos(angle);
  return {{{gain, middle, gain, 1.0, middle, 2.0 * gain - 1.0}}};
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
