#pragma once

#include "target.hpp"

#include <heartsight/calibration/calibration_state.hpp>
#include <heartsight/calibration/conformal.hpp>
#include <heartsight/calibration/softmax_calibrator.hpp>
#include <heartsight/core/state_bytes.hpp>
#include <heartsight/drift/drift_state.hpp>
#include <heartsight/fairness/group_state.hpp>
#include <heartsight/pipeline/monitor.hpp>
#include <heartsight/pipeline/report.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

/// What each fuzzer of states does with one input: the bytes as they came, and once more with checksums made to fit, so that
/// mutations reach what lies behind them. What reads must write, read again to the same bytes, merge, and answer.
namespace heartsight::fuzz {

namespace detail {

inline constexpr std::size_t checksum_size = heartsight::detail::state_checksum_size;
inline constexpr std::size_t smallest_state = 12 + checksum_size;

inline bool begins_state(const std::vector<std::byte>& bytes, std::size_t at, std::string_view kind = "") {
  if (at + 12 > bytes.size()) return false;
  const std::string_view head(reinterpret_cast<const char*>(&bytes[at]), 8);
  return head.starts_with(heartsight::detail::state_magic) && head.substr(4).starts_with(kind);
}

/// Where the state that begins at `at` ends: at the end of all, or after the length that stands before it.
inline std::size_t end_of_state(const std::vector<std::byte>& bytes, std::size_t at) {
  if (at < 8) return bytes.size();
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < 8; ++i) length |= static_cast<std::uint64_t>(bytes[at - 8 + i]) << (8 * i);
  return length >= smallest_state && length <= bytes.size() - at ? at + static_cast<std::size_t>(length) : bytes.size();
}

/// Checksums of all states within, the innermost first.
inline std::vector<std::byte> with_checksums(std::vector<std::byte> bytes) {
  for (std::size_t at = bytes.size(); at-- > 0;) {
    if (!begins_state(bytes, at)) continue;
    const std::size_t end = end_of_state(bytes, at);
    if (end - at < smallest_state) continue;
    const auto sum = heartsight::detail::state_checksum(Bytes(bytes).subspan(at, end - at - checksum_size));
    std::copy(sum.begin(), sum.end(), bytes.begin() + static_cast<std::ptrdiff_t>(end - checksum_size));
  }
  return bytes;
}

/// Every state of a kind begins with the fingerprint of its reference: puts this one there.
inline void set_fingerprint(std::vector<std::byte>& bytes, std::string_view kind, std::uint64_t fingerprint) {
  for (std::size_t at = 0; at + 20 <= bytes.size(); ++at) {
    if (!begins_state(bytes, at, kind)) continue;
    for (std::size_t i = 0; i < 8; ++i) bytes[at + 12 + i] = static_cast<std::byte>(fingerprint >> (8 * i) & 0xff);
  }
}

/// A reference, and a state that follows it: cut where the first state of this kind begins.
inline std::pair<std::vector<std::byte>, std::vector<std::byte>> cut(Bytes input, std::string_view kind) {
  const std::vector<std::byte> all(input.begin(), input.end());
  std::size_t at = 0;
  while (at < all.size() && !begins_state(all, at, kind)) ++at;
  const auto middle = all.begin() + static_cast<std::ptrdiff_t>(at);
  return {{all.begin(), middle}, {middle, all.end()}};
}

template <class State, class Use>
void read_and_use(Bytes input, Use use) {
  const std::vector<std::byte> as_it_came(input.begin(), input.end());
  for (const auto& bytes : {as_it_came, with_checksums(as_it_came)}) {
    refuse_or_succeed([&] {
      State state = State::from_bytes(bytes);
      const auto written = state.to_bytes();
      promise(State::from_bytes(written).to_bytes() == written);
      use(state);
    });
  }
}

inline void use_drift(const drift::DriftState& state) {
  drift::CompareOptions options;
  options.n_resamples = 99;
  for (const auto method :
       {drift::DriftMethod::automatic, drift::DriftMethod::wasserstein, drift::DriftMethod::population_stability_index}) {
    options.method = method;
    for (const auto& row : state.result(options).columns) promise(!(row.p_value < 0.0) && !(row.p_value > 1.0));
  }
}

}  // namespace detail

inline void calibration_state(Bytes input) {
  detail::read_and_use<calibration::CalibrationState>(input, [](calibration::CalibrationState& state) {
    promise(!(state.brier_score() < 0.0) && !(state.brier_score() > 1.0));
    promise(!(state.auroc() < 0.0) && !(state.auroc() > 1.0));
    promise(!(state.expected_calibration_error() > 1.0 + 1e-9));
    (void)state.line();
    const auto n = state.n();
    state.merge(calibration::CalibrationState(state));
    promise(state.n() == 2 * n);
  });
}

inline void group_state(Bytes input) {
  detail::read_and_use<fairness::GroupState>(input, [](fairness::GroupState& state) {
    const auto n = state.n();
    state.merge(fairness::GroupState(state));
    promise(state.n() == 2 * n);
    state.update("one more", 0.5, 1);
  });
}

inline void softmax_calibrator(Bytes input) {
  detail::read_and_use<calibration::SoftmaxCalibrator>(input, [](const calibration::SoftmaxCalibrator& calibrator) {
    const std::size_t k = calibrator.n_classes();
    if (k == 0) return;
    const std::vector<double> p(k, 1.0 / static_cast<double>(k));
    (void)calibrator.transform(MatrixView<const double>(p.data(), 1, k));
  });
}

inline void conformal_sets(Bytes input) {
  detail::read_and_use<calibration::ConformalSets>(input, [](const calibration::ConformalSets& sets) {
    const std::size_t k = sets.n_classes();
    const std::vector<double> p(k, 0.5);
    const auto group = std::span(sets.groups()).first(std::min<std::size_t>(sets.groups().size(), 1));
    promise(sets.predict(MatrixView<const double>(p.data(), 1, k), group).size() == k);
  });
}

inline void conformal_decisions(Bytes input) {
  detail::read_and_use<calibration::ConformalDecisions>(input, [](const calibration::ConformalDecisions& decisions) {
    const std::size_t k = decisions.n_labels();
    const std::vector<double> p(k, 0.5);
    const auto group = std::span(decisions.groups()).first(std::min<std::size_t>(decisions.groups().size(), 1));
    promise(decisions.predict(MatrixView<const double>(p.data(), 1, k), group).size() == k);
  });
}

inline void drift_reference(Bytes input) {
  detail::read_and_use<drift::DriftReference>(input, [](const drift::DriftReference& read) {
    drift::DriftState state(std::make_shared<const drift::DriftReference>(read));
    const std::array<double, 5> numbers = {-1e308, 0.0, 1.5, std::numeric_limits<double>::quiet_NaN(),
                                           std::numeric_limits<double>::infinity()};
    const std::array<std::int64_t, 5> codes = {0, 0, 0, 0, -1};
    std::vector<drift::BatchColumn> batch;
    for (const auto& feature : read.features()) {
      if (feature.kind == drift::ColumnKind::numeric) {
        batch.emplace_back(std::span<const double>(numbers));
      } else {
        batch.emplace_back(std::span<const std::int64_t>(codes));
      }
    }
    for (int i = 0; i < 6; ++i) state.update(batch);
    detail::use_drift(state);
  });
}

inline void drift_state(Bytes input) {
  auto [reference_bytes, state_bytes] = detail::cut(input, "DRFT");
  refuse_or_succeed([&] {
    const auto reference = std::make_shared<const drift::DriftReference>(
        drift::DriftReference::from_bytes(detail::with_checksums(reference_bytes)));
    detail::set_fingerprint(state_bytes, "DRFT", reference->fingerprint());
    auto state = drift::DriftState::from_bytes(detail::with_checksums(state_bytes), reference);
    const auto written = state.to_bytes();
    promise(drift::DriftState::from_bytes(written, reference).to_bytes() == written);
    detail::use_drift(state);
    const auto n = state.n_rows();
    state.merge(drift::DriftState(state));
    promise(state.n_rows() == 2 * n);
  });
}

inline void monitor_reference(Bytes input) {
  detail::read_and_use<pipeline::MonitorReference>(input, [](const pipeline::MonitorReference& read) {
    pipeline::MonitorState state(std::make_shared<const pipeline::MonitorReference>(read));
    pipeline::MonitoredCase one;
    one.groups = {"sex=female"};
    for (int i = 0; i < 3; ++i) state.add(one);
    one.analyzed = true;
    one.probability.assign(read.classes().size(), 0.25);
    one.profile.amplitude_mv = 1.0;
    one.heart_sounds.emplace().rms = 0.1;
    for (int i = 0; i < 30; ++i) state.add(one);
    (void)state.result();
  });
}

inline void monitor_state(Bytes input) {
  auto [reference_bytes, state_bytes] = detail::cut(input, "MNTR");
  refuse_or_succeed([&] {
    const auto reference = std::make_shared<const pipeline::MonitorReference>(
        pipeline::MonitorReference::from_bytes(detail::with_checksums(reference_bytes)));
    detail::set_fingerprint(state_bytes, "MNTR", reference->fingerprint());
    detail::set_fingerprint(state_bytes, "DRFT", reference->drift()->fingerprint());
    auto state = pipeline::MonitorState::from_bytes(detail::with_checksums(state_bytes), reference);
    const auto written = state.to_bytes();
    promise(pipeline::MonitorState::from_bytes(written, reference).to_bytes() == written);
    (void)state.result();
    const auto n = state.n_cases();
    state.merge(pipeline::MonitorState(state));
    promise(state.n_cases() == 2 * n);
  });
}

inline void report(Bytes input) {
  detail::read_and_use<pipeline::Report>(input, [](const pipeline::Report& read) { promise(!read.to_json().empty()); });
}

inline constexpr std::array<Target, 10> state_targets = {{{"calibration_state", calibration_state},
                                                          {"group_state", group_state},
                                                          {"softmax_calibrator", softmax_calibrator},
                                                          {"conformal_sets", conformal_sets},
                                                          {"conformal_decisions", conformal_decisions},
                                                          {"drift_reference", drift_reference},
                                                          {"drift_state", drift_state},
                                                          {"monitor_reference", monitor_reference},
                                                          {"monitor_state", monitor_state},
                                                          {"report", report}}};

}  // namespace heartsight::fuzz
