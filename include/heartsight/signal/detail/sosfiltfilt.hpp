#pragma once

#include <heartsight/core/matrix_view.hpp>
#include <heartsight/signal/detail/sos_lanes.hpp>
#include <heartsight/signal/detail/sosfilt.hpp>
#include <heartsight/signal/sos.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

/// What stands beyond the ends of a signal while it is filtered forward and backward, under SciPy's names.
enum class FilterPadding : std::uint8_t {
  odd,       ///< the signal turned by 180 degrees about its end, which keeps level and slope
  even,      ///< the signal mirrored
  constant,  ///< the end sample repeated
  none,      ///< nothing
};

namespace detail {

/// 3 * (2 n_sections + 1 - sections of order 1), SciPy's default.
inline std::size_t default_padding(const SecondOrderSections& sos) {
  std::size_t no_b2 = 0;
  std::size_t no_a2 = 0;
  for (const auto& section : sos.sections) {
    no_b2 += section[2] == 0.0 ? 1 : 0;
    no_a2 += section[5] == 0.0 ? 1 : 0;
  }
  return 3 * (2 * sos.size() + 1 - std::min(no_b2, no_a2));
}

/// The pole farthest from 0.
inline double largest_pole(const SecondOrderSections& sos) {
  double largest = 0.0;
  for (const auto& section : sos.sections) {
    const double half = -section[4] / 2.0;
    const double under_root = half * half - section[5];
    largest = std::max(largest, under_root < 0.0 ? std::sqrt(section[5]) : std::abs(half) + std::sqrt(under_root));
  }
  return largest;
}

/// How far a state is followed: to this part of where it began.
inline constexpr double dead_state = 1e-25;

/// Whether one long signal is better filtered as four pieces side by side. It depends on the filter and the length alone, so
/// that every machine gives the same digits.
inline bool is_worth_splitting(const SecondOrderSections& sos, std::size_t n) {
  const double pole = largest_pole(sos);
  if (!(pole < 1.0)) return false;
  const double memory = pole > 0.0 ? std::log(dead_state) / std::log(pole) : 0.0;  // samples until a state is dead
  return static_cast<double>(n) > 16.0 * std::max(memory, 256.0);
}

/// One lane in four pieces at once. Three of them start from a guess, the state at rest on their first sample; a filter is
/// linear, so what the guess missed is the response of the same filter to nothing but the difference of states, which dies
/// away soon and is added then.
inline void filter_in_pieces(const SecondOrderSections& sos, const double* in, double* out, std::size_t n,
                             std::ptrdiff_t step, std::span<const double> at_rest, std::span<double> states) {
  const std::size_t length = n / n_sos_lanes;
  LaneRows rows;
  std::vector<double> together(states.size());
  for (std::size_t lane = 0; lane < n_sos_lanes; ++lane) {
    const std::ptrdiff_t start = static_cast<std::ptrdiff_t>(lane * length) * step;
    rows.in[lane] = in + start;
    rows.out[lane] = out + start;
    for (std::size_t s = 0; s < sos.size(); ++s) {
      for (std::size_t k = 0; k < 2; ++k) {
        together[lane_state(s, k, lane)] = lane == 0 ? states[lane_state(s, k, 0)] : at_rest[2 * s + k] * *rows.in[lane];
      }
    }
  }
  const std::vector<double> guessed = together;
  filter_rows(sos, rows, n_sos_lanes, length, step, together);

  const auto largest = [](std::span<const double> missed) {
    double result = 0.0;
    for (std::size_t at = 0; at < missed.size(); at += n_sos_lanes) {
      const double size = std::abs(missed[at]);
      if (!(size <= result)) result = size;  // keeps a NaN
    }
    return result;
  };
  constexpr std::size_t block = 256;
  const std::vector<double> nothing(block, 0.0);
  std::vector<double> response(block);
  std::vector<double> missed(states.size());
  for (std::size_t at = 0; at < states.size(); at += n_sos_lanes) states[at] = together[at];
  for (std::size_t lane = 1; lane < n_sos_lanes; ++lane) {
    for (std::size_t at = 0; at < states.size(); at += n_sos_lanes) missed[at] = states[at] - guessed[at + lane];
    const double dead = dead_state * largest(missed);
    std::size_t done = 0;
    while (done < length && !(largest(missed) <= dead)) {
      const std::size_t count = std::min(block, length - done);
      filter_rows(sos, {{nothing.data()}, {response.data()}}, 1, count, 1, missed);
      for (std::size_t i = 0; i < count; ++i) {
        rows.out[lane][static_cast<std::ptrdiff_t>(done + i) * step] += response[i];
      }
      done += count;
    }
    const bool reached_end = done == length;
    for (std::size_t at = 0; at < states.size(); at += n_sos_lanes) {
      states[at] = together[at + lane] + (reached_end ? missed[at] : 0.0);
    }
  }
  const std::ptrdiff_t rest = static_cast<std::ptrdiff_t>(n_sos_lanes * length) * step;
  filter_rows(sos, {{in + rest}, {out + rest}}, 1, n % n_sos_lanes, step, states);
}

/// Up to four leads, forward and backward. in and out may be the same.
class ZeroPhaseFilter {
 public:
  ZeroPhaseFilter(const SecondOrderSections& sos, std::size_t n_samples, FilterPadding extension, std::size_t padding)
      : sos_(sos),
        at_rest_(sosfilt_zi("sosfiltfilt", sos)),
        states_(2 * sos.size() * n_sos_lanes),
        n_(n_samples),
        padding_(extension == FilterPadding::none ? 0 : padding),
        extension_(extension),
        is_split_(is_worth_splitting(sos, n_samples)),
        before_(padding_ * n_sos_lanes),
        after_(padding_ * n_sos_lanes) {}

  void run(const LaneRows& rows, std::size_t n_lanes) {
    LaneRows before;
    LaneRows after;
    LaneRows after_backward;
    LaneRows backward;
    for (std::size_t lane = 0; lane < n_lanes; ++lane) {
      double* const left = before_.data() + lane * padding_;
      double* const right = after_.data() + lane * padding_;
      extend(rows.in[lane], left, right);
      before.in[lane] = before.out[lane] = left;
      after.in[lane] = after.out[lane] = right;
      after_backward.in[lane] = after_backward.out[lane] = padding_ > 0 ? right + padding_ - 1 : nullptr;
      backward.in[lane] = backward.out[lane] = rows.out[lane] + n_ - 1;
      settle(lane, padding_ > 0 ? left[0] : rows.in[lane][0]);
    }
    filter_rows(sos_, before, n_lanes, padding_, 1, states_);
    main_part(rows, n_lanes, 1);
    filter_rows(sos_, after, n_lanes, padding_, 1, states_);
    for (std::size_t lane = 0; lane < n_lanes; ++lane) {
      settle(lane, padding_ > 0 ? after.out[lane][padding_ - 1] : rows.out[lane][n_ - 1]);
    }
    filter_rows(sos_, after_backward, n_lanes, padding_, -1, states_);
    main_part(backward, n_lanes, -1);  // what lies before the signal is not asked for
  }

 private:
  void extend(const double* x, double* left, double* right) const {
    const double first = x[0];
    const double last = x[n_ - 1];
    for (std::size_t k = 1; k <= padding_; ++k) {
      double& l = left[padding_ - k];
      double& r = right[k - 1];
      if (extension_ == FilterPadding::constant) {
        l = first;
        r = last;
      } else if (extension_ == FilterPadding::even) {
        l = x[k];
        r = x[n_ - 1 - k];
      } else {
        l = 2.0 * first - x[k];
        r = 2.0 * last - x[n_ - 1 - k];
      }
    }
  }

  void settle(std::size_t lane, double level) {
    for (std::size_t s = 0; s < sos_.size(); ++s) {
      for (std::size_t k = 0; k < 2; ++k) states_[lane_state(s, k, lane)] = at_rest_[2 * s + k] * level;
    }
  }

  void main_part(const LaneRows& rows, std::size_t n_lanes, std::ptrdiff_t step) {
    if (n_lanes == 1 && is_split_) {
      filter_in_pieces(sos_, rows.in[0], rows.out[0], n_, step, at_rest_, states_);
    } else {
      filter_rows(sos_, rows, n_lanes, n_, step, states_);
    }
  }

  const SecondOrderSections& sos_;
  std::vector<double> at_rest_;
  std::vector<double> states_;
  std::size_t n_;
  std::size_t padding_;
  FilterPadding extension_;
  bool is_split_;
  std::vector<double> before_;
  std::vector<double> after_;
};

/// Writes to out, of the shape of signal.
template <std::floating_point T>
void sosfiltfilt(const SecondOrderSections& sos, const MatrixView<const T>& signal, FilterPadding padtype,
                 std::optional<std::size_t> padlen, const MatrixView<T>& out) {
  constexpr auto where = "sosfiltfilt";
  check_sections(where, sos);
  const std::size_t n_leads = signal.n_rows();
  const std::size_t n = signal.n_cols();
  if (padlen && padtype != FilterPadding::none && *padlen > 0) {
    check::in_closed_range<std::size_t>(where, "padlen", *padlen, 0, n == 0 ? 0 : n - 1);
  }
  if (n == 0) return;
  ZeroPhaseFilter filter(sos, n, padtype, padlen.value_or(std::min(default_padding(sos), n - 1)));
  std::vector<double> work(std::is_same_v<T, double> ? 0 : n * std::min(n_leads, n_sos_lanes));
  for (std::size_t lead = 0; lead < n_leads; lead += n_sos_lanes) {
    const std::size_t n_lanes = std::min(n_sos_lanes, n_leads - lead);
    LaneRows rows;
    for (std::size_t lane = 0; lane < n_lanes; ++lane) {
      if constexpr (std::is_same_v<T, double>) {
        rows.in[lane] = signal.row(lead + lane).data();
        rows.out[lane] = out.row(lead + lane).data();
      } else {
        rows.out[lane] = work.data() + lane * n;
        rows.in[lane] = rows.out[lane];
        std::copy_n(signal.row(lead + lane).data(), n, rows.out[lane]);
      }
    }
    filter.run(rows, n_lanes);
    if constexpr (!std::is_same_v<T, double>) {
      for (std::size_t lane = 0; lane < n_lanes; ++lane) {
        T* const to = out.row(lead + lane).data();
        for (std::size_t i = 0; i < n; ++i) to[i] = static_cast<T>(work[lane * n + i]);
      }
    }
  }
}

template <std::floating_point T>
std::vector<T> sosfiltfilt(const SecondOrderSections& sos, const MatrixView<const T>& signal, FilterPadding padtype,
                           std::optional<std::size_t> padlen) {
  std::vector<T> out(signal.n_rows() * signal.n_cols());
  sosfiltfilt<T>(sos, signal, padtype, padlen, MatrixView<T>(out.data(), signal.n_rows(), signal.n_cols()));
  return out;
}

}  // namespace detail

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
