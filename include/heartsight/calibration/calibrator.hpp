#pragma once

#include <heartsight/calibration/beta.hpp>
#include <heartsight/calibration/histogram_binning.hpp>
#include <heartsight/calibration/isotonic.hpp>
#include <heartsight/calibration/platt.hpp>
#include <heartsight/calibration/temperature.hpp>
#include <heartsight/calibration/venn_abers.hpp>

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::calibration {

/// Any of the calibrators, chosen at run time: what a bundle holds per class.
using Calibrator = std::variant<Beta, Platt, Isotonic, Temperature, HistogramBinning, VennAbers>;

/// An unfitted calibrator by its name: "beta", "platt", "isotonic", "temperature", "histogram_binning" or "venn_abers".
/// @throws DomainError another name.
[[nodiscard]] inline Calibrator make_calibrator(std::string_view kind) {
  if (kind == Beta::kind) return Beta{};
  if (kind == Platt::kind) return Platt{};
  if (kind == Isotonic::kind) return Isotonic{};
  if (kind == Temperature::kind) return Temperature{};
  if (kind == HistogramBinning::kind) return HistogramBinning{};
  if (kind == VennAbers::kind) return VennAbers{};
  check::detail::fail<DomainError>("make_calibrator", "kind", std::string(kind),
                                   "must be beta, platt, isotonic, temperature, histogram_binning or venn_abers");
}

/// A fitted calibrator from its name and stored parameters.
/// @throws DomainError another name, or parameters out of range. @throws ShapeError a wrong number of parameters.
[[nodiscard]] inline Calibrator make_calibrator(std::string_view kind, std::span<const double> parameters) {
  constexpr auto where = "make_calibrator";
  if (kind == Isotonic::kind) {
    if (parameters.size() % 2 != 0) check::has_size(where, "parameters", parameters.size(), parameters.size() + 1);
    const auto half = parameters.size() / 2;
    const auto scores = parameters.first(half);
    const auto probabilities = parameters.last(half);
    return Isotonic({scores.begin(), scores.end()}, {probabilities.begin(), probabilities.end()});
  }
  if (kind == HistogramBinning::kind) {
    if (parameters.size() % 2 == 0) check::has_size(where, "parameters", parameters.size(), parameters.size() + 1);
    const auto edges = parameters.first(parameters.size() / 2);
    const auto shares = parameters.subspan(parameters.size() / 2);
    return HistogramBinning({edges.begin(), edges.end()}, {shares.begin(), shares.end()});
  }
  if (kind == VennAbers::kind) {
    const auto third = parameters.size() / 3;
    if (parameters.size() % 3 != 0) check::has_size(where, "parameters", parameters.size(), 3 * (third + 1));
    const auto scores = parameters.first(third);
    const auto low = parameters.subspan(third, third);
    const auto high = parameters.last(third);
    return VennAbers({scores.begin(), scores.end()}, {low.begin(), low.end()}, {high.begin(), high.end()});
  }
  const Calibrator unfitted = make_calibrator(kind);
  const std::size_t wanted = std::visit([](const auto& c) { return c.parameters().size(); }, unfitted);
  check::has_size(where, "parameters", parameters.size(), wanted);
  if (kind == Beta::kind) return Beta(parameters[0], parameters[1], parameters[2]);
  if (kind == Platt::kind) return Platt(parameters[0], parameters[1]);
  return Temperature(parameters[0]);
}

[[nodiscard]] inline std::string_view kind_of(const Calibrator& calibrator) {
  return std::visit([](const auto& c) { return std::string_view(c.kind); }, calibrator);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration
