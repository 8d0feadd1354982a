#include "array.hpp"
#include "bindings.hpp"

#include <heartsight/metrics/confusion.hpp>
#include <heartsight/metrics/group_folds.hpp>
#include <heartsight/metrics/probability_scores.hpp>
#include <heartsight/metrics/ranking.hpp>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;

namespace {

/// Calls measure(label, score) on spans, with the GIL released.
template <class Measure>
auto on_scores(nb::handle label, nb::handle score, const char* score_name, Measure&& measure) {
  const auto labels = hs::bindings::as_array<std::int64_t>(label, "label");
  const auto label_span = hs::bindings::as_span(labels, "label");
  return std::visit(
      [&](const auto& array) {
        using T = std::remove_const_t<typename std::decay_t<decltype(array)>::Scalar>;
        const auto score_span = hs::bindings::as_span<T>(array, score_name);
        nb::gil_scoped_release release;
        return measure(label_span, score_span);
      },
      hs::bindings::as_real_array(score, score_name));
}

}  // namespace

void bind_metrics(nb::module_& m) {
  using hs::metrics::ConfusionCounts;
  m.def(
      "auroc",
      [](nb::handle label, nb::handle score) {
        return on_scores(label, score, "score", [](auto y, auto s) { return hs::metrics::auroc(y, s); });
      },
      "label"_a, "score"_a,
      "Area under the ROC curve, ties counting a half.\n\n"
      "label: (n,) integers 0 or 1. score: (n,), higher means more likely positive. NaN when only one class is there.\n"
      "Raises ShapeError (n = 0, sizes differ), DomainError (label not 0 or 1, score NaN). Equal to scikit-learn.");
  m.def(
      "average_precision",
      [](nb::handle label, nb::handle score) {
        return on_scores(label, score, "score", [](auto y, auto s) { return hs::metrics::average_precision(y, s); });
      },
      "label"_a, "score"_a,
      "Average precision, the area under the precision-recall curve without interpolation.\n\n"
      "Arguments and errors as auroc; NaN without a positive. Equal to scikit-learn.");
  m.def(
      "brier_score",
      [](nb::handle label, nb::handle probability) {
        return on_scores(label, probability, "probability", [](auto y, auto p) { return hs::metrics::brier_score(y, p); });
      },
      "label"_a, "probability"_a,
      "Brier score: mean squared difference of probability (n,) in [0, 1] and label (n,).\n\n"
      "Raises ShapeError (n = 0, sizes differ), DomainError (out of range or NaN).");
  nb::class_<ConfusionCounts>(m, "ConfusionCounts", "The four counts of a binary decision and the rates that follow.")
      .def_ro("true_positive", &ConfusionCounts::true_positive)
      .def_ro("false_positive", &ConfusionCounts::false_positive)
      .def_ro("true_negative", &ConfusionCounts::true_negative)
      .def_ro("false_negative", &ConfusionCounts::false_negative)
      .def_prop_ro("sensitivity", &ConfusionCounts::sensitivity, "NaN without a positive.")
      .def_prop_ro("specificity", &ConfusionCounts::specificity, "NaN without a negative.")
      .def_prop_ro("positive_predictive_value", &ConfusionCounts::positive_predictive_value, "NaN when nothing was called.")
      .def_prop_ro("negative_predictive_value", &ConfusionCounts::negative_predictive_value,
                   "NaN when everything was called.");
  m.def(
      "confusion_counts",
      [](nb::handle label, nb::handle score, double threshold) {
        return on_scores(label, score, "score",
                         [&](auto y, auto s) { return hs::metrics::confusion_counts(y, s, threshold); });
      },
      "label"_a, "score"_a, nb::kw_only(), "threshold"_a,
      "Counts of the decision 'positive when score >= threshold'. Raises ShapeError, DomainError.");
  m.def(
      "group_folds",
      [](nb::handle group, nb::handle stratum, std::size_t n_folds, std::uint64_t seed) {
        const auto groups = hs::bindings::as_array<std::int64_t>(group, "group");
        const auto group_span = hs::bindings::as_span(groups, "group");
        hs::bindings::ArrayView<std::int64_t> strata;
        std::span<const std::int64_t> stratum_span;
        if (!stratum.is_none()) {
          strata = hs::bindings::as_array<std::int64_t>(stratum, "stratum");
          stratum_span = hs::bindings::as_span(strata, "stratum");
        }
        std::vector<std::int64_t> fold;
        {
          nb::gil_scoped_release release;
          fold = hs::metrics::group_folds(group_span, stratum_span, n_folds, seed);
        }
        return hs::bindings::to_numpy(std::move(fold));
      },
      "group"_a, "stratum"_a = nb::none(), nb::kw_only(), "n_folds"_a, "seed"_a = 0,
      "Fold (n,) of each row such that no group is in two folds and strata are spread evenly; seeded.\n\n"
      "group: (n,) integers, such as patients. stratum: (n,) integers or None. Raises ShapeError, DomainError.");
  bind_metrics_beats(m);
}
