#pragma once

#include <heartsight/core/matrix_view.hpp>
#include <heartsight/signal/detail/sos_lanes.hpp>
#include <heartsight/signal/sos.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal::detail {

inline std::vector<double> sosfilt_zi(std::string_view where, const SecondOrderSections& sos) {
  check_sections(where, sos);
  std::vector<double> states(2 * sos.size());
  double level = 1.0;  // what a constant 1 has become before section s
  for (std::size_t s = 0; s < sos.size(); ++s) {
    const auto& [b0, b1, b2, a0, a1, a2] = sos.sections[s];
    const double denominator = 1.0 + a1 + a2;
    if (denominator == 0.0) {
      check::detail::fail<DomainError>(where, check::detail::indexed("sos", s), "",
                                       "has a pole at zero frequency, so that a constant never settles");
    }
    const double first = ((b1 - a1 * b0) + (b2 - a2 * b0)) / denominator;
    states[2 * s] = level * first;
    states[2 * s + 1] = level * ((1.0 + a1) * first - (b1 - a1 * b0));
    level *= (b0 + b1 + b2) / denominator;
  }
  return states;
}

/// state is (n_sections, n_leads, 2), before and after.
template <std::floating_point T>
void sosfilt(const SecondOrderSections& sos, const MatrixView<const T>& signal, std::span<double> state,
             const MatrixView<T>& out) {
  const std::size_t n_leads = signal.n_rows();
  const std::size_t n = signal.n_cols();
  std::vector<double> lane_states(2 * sos.size() * n_sos_lanes);
  constexpr std::size_t block = 1024;
  std::vector<double> buffer(std::is_same_v<T, double> ? 0 : block * n_sos_lanes);
  for (std::size_t lead = 0; lead < n_leads; lead += n_sos_lanes) {
    const std::size_t n_lanes = std::min(n_sos_lanes, n_leads - lead);
    const auto each_state = [&](auto&& body) {
      for (std::size_t s = 0; s < sos.size(); ++s) {
        for (std::size_t lane = 0; lane < n_lanes; ++lane) {
          for (std::size_t k = 0; k < 2; ++k) {
            body(state[(s * n_leads + lead + lane) * 2 + k], lane_states[lane_state(s, k, lane)]);
          }
        }
      }
    };
    each_state([](const double& given, double& used) { used = given; });
    LaneRows rows;
    if constexpr (std::is_same_v<T, double>) {
      for (std::size_t lane = 0; lane < n_lanes; ++lane) {
        rows.in[lane] = signal.row(lead + lane).data();
        rows.out[lane] = out.row(lead + lane).data();
      }
      filter_rows(sos, rows, n_lanes, n, 1, lane_states);
    } else {
      for (std::size_t lane = 0; lane < n_lanes; ++lane) {
        rows.out[lane] = buffer.data() + lane * block;
        rows.in[lane] = rows.out[lane];
      }
      for (std::size_t begin = 0; begin < n; begin += block) {
        const std::size_t length = std::min(block, n - begin);
        for (std::size_t lane = 0; lane < n_lanes; ++lane) {
          std::copy_n(signal.row(lead + lane).data() + begin, length, rows.out[lane]);
        }
        filter_rows(sos, rows, n_lanes, length, 1, lane_states);
        for (std::size_t lane = 0; lane < n_lanes; ++lane) {
          T* const to = out.row(lead + lane).data() + begin;
          for (std::size_t i = 0; i < length; ++i) to[i] = static_cast<T>(rows.out[lane][i]);
        }
      }
    }
    each_state([](double& given, const double& used) { given = used; });
  }
}

template <std::floating_point T>
std::vector<T> sosfilt(const SecondOrderSections& sos, const MatrixView<const T>& signal, std::span<double> state) {
  check_sections("sosfilt", sos);
  std::vector<T> out(signal.n_rows() * signal.n_cols());
  const MatrixView<T> out_view(out.data(), signal.n_rows(), signal.n_cols());
  if (state.empty()) {
    std::vector<double> at_rest(2 * sos.size() * signal.n_rows());
    sosfilt<T>(sos, signal, at_rest, out_view);
  } else {
    check::has_size("sosfilt", "state", state.size(), 2 * sos.size() * signal.n_rows());
    sosfilt<T>(sos, signal, state, out_view);
  }
  return out;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal::detail
