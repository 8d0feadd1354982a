#include "array.hpp"
#include "bindings.hpp"
#include "scores.hpp"

#include <heartsight/metrics/confusion.hpp>
#include <heartsight/metrics/group_folds.hpp>
#include <heartsight/metrics/probability_scores.hpp>
#include <heartsight/metrics/ranking.hpp>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;

using hs::bindings::as_optional;
using hs::bindings::on_scores;

void bind_metrics(nb::module_& m) {
  using hs::metrics::ConfusionCounts;
  m.def(
      "auroc",
      [](nb::handle label, nb::handle score, nb::handle weight) {
        const auto w = as_optional<double>(weight, "weight");
        return on_scores(label, score, "score", [&](auto y, auto s) { return hs::metrics::auroc(y, s, w.span()); });
      },
      "label"_a, "score"_a, nb::kw_only(), "weight"_a = nb::none(),
      "Area under the ROC curve, ties counting a half.\n\n"
      "label: (n,) integers 0 or 1. score: (n,), higher means more likely positive. NaN when only one class is there.\n"
      "Raises ShapeError (n = 0, sizes differ), DomainError (label not 0 or 1, score NaN). Equal to scikit-learn.");
  m.def(
      "average_precision",
      [](nb::handle label, nb::handle score, nb::handle weight) {
        const auto w = as_optional<double>(weight, "weight");
        return on_scores(label, score, "score",
                         [&](auto y, auto s) { return hs::metrics::average_precision(y, s, w.span()); });
      },
      "label"_a, "score"_a, nb::kw_only(), "weight"_a = nb::none(),
      "Average precision, the area under the precision-recall curve without interpolation.\n\n"
      "Arguments and errors as auroc; NaN without a positive. Equal to scikit-learn.");
  m.def(
      "brier_score",
      [](nb::handle label, nb::handle probability, nb::handle weight) {
        const auto w = as_optional<double>(weight, "weight");
        return on_scores(label, probability, "probability",
                         [&](auto y, auto p) { return hs::metrics::brier_score(y, p, w.span()); });
      },
      "label"_a, "probability"_a, nb::kw_only(), "weight"_a = nb::none(),
      "Brier score: mean squared difference of probability (n,) in [0, 1] and label (n,).\n\n"
      "Raises ShapeError (n = 0, sizes differ), DomainError (out of range or NaN).");
  m.def(
      "log_loss",
      [](nb::handle label, nb::handle probability, nb::handle weight) {
        const auto w = as_optional<double>(weight, "weight");
        return on_scores(label, probability, "probability",
                         [&](auto y, auto p) { return hs::metrics::log_loss(y, p, w.span()); });
      },
      "label"_a, "probability"_a, nb::kw_only(), "weight"_a = nb::none(),
      "Logarithmic loss: mean of -ln of the probability given to what happened; clipped to the type's epsilon, equal to\n"
      "scikit-learn. Arguments and errors as brier_score.");
  nb::class_<ConfusionCounts>(m, "ConfusionCounts", "The four counts of a binary decision and the rates that follow.")
      .def(
          "__init__",
          [](ConfusionCounts* self, std::int64_t tp, std::int64_t fp, std::int64_t tn, std::int64_t fn) {
            new (self) ConfusionCounts{tp, fp, tn, fn};
          },
          "true_positive"_a, "false_positive"_a, "true_negative"_a, "false_negative"_a)
      .def_ro("true_positive", &ConfusionCounts::true_positive)
      .def_ro("false_positive", &ConfusionCounts::false_positive)
      .def_ro("true_negative", &ConfusionCounts::true_negative)
      .def_ro("false_negative", &ConfusionCounts::false_negative)
      .def_prop_ro("sensitivity", &ConfusionCounts::sensitivity, "NaN without a positive.")
      .def_prop_ro("specificity", &ConfusionCounts::specificity, "NaN without a negative.")
      .def_prop_ro("positive_predictive_value", &ConfusionCounts::positive_predictive_value, "NaN when nothing was called.")
      .def_prop_ro("negative_predictive_value", &ConfusionCounts::negative_predictive_value,
                   "NaN when everything was called.")
      .def_prop_ro("accuracy", &ConfusionCounts::accuracy)
      .def_prop_ro("balanced_accuracy", &ConfusionCounts::balanced_accuracy)
      .def_prop_ro("youden_index", &ConfusionCounts::youden_index)
      .def("f_beta", &ConfusionCounts::f_beta, "beta"_a = 1.0, "NaN when nothing is positive and nothing was called.")
      .def_prop_ro("matthews_correlation", &ConfusionCounts::matthews_correlation, "NaN when a row or column is empty.")
      .def_prop_ro("positive_likelihood_ratio", &ConfusionCounts::positive_likelihood_ratio)
      .def_prop_ro("negative_likelihood_ratio", &ConfusionCounts::negative_likelihood_ratio)
      .def("__repr__", [](const ConfusionCounts& c) {
        return "ConfusionCounts(true_positive=" + std::to_string(c.true_positive) +
               ", false_positive=" + std::to_string(c.false_positive) +
               ", true_negative=" + std::to_string(c.true_negative) +
               ", false_negative=" + std::to_string(c.false_negative) + ")";
      });
  using hs::metrics::ConfusionWeights;
  nb::class_<ConfusionWeights>(m, "ConfusionWeights", "Sums of weights of a binary decision and the rates that follow.")
      .def_ro("true_positive", &ConfusionWeights::true_positive)
      .def_ro("false_positive", &ConfusionWeights::false_positive)
      .def_ro("true_negative", &ConfusionWeights::true_negative)
      .def_ro("false_negative", &ConfusionWeights::false_negative)
      .def_prop_ro("sensitivity", &ConfusionWeights::sensitivity)
      .def_prop_ro("specificity", &ConfusionWeights::specificity)
      .def_prop_ro("positive_predictive_value", &ConfusionWeights::positive_predictive_value)
      .def_prop_ro("negative_predictive_value", &ConfusionWeights::negative_predictive_value)
      .def_prop_ro("accuracy", &ConfusionWeights::accuracy)
      .def_prop_ro("balanced_accuracy", &ConfusionWeights::balanced_accuracy)
      .def_prop_ro("youden_index", &ConfusionWeights::youden_index)
      .def("f_beta", &ConfusionWeights::f_beta, "beta"_a = 1.0)
      .def_prop_ro("matthews_correlation", &ConfusionWeights::matthews_correlation)
      .def_prop_ro("positive_likelihood_ratio", &ConfusionWeights::positive_likelihood_ratio)
      .def_prop_ro("negative_likelihood_ratio", &ConfusionWeights::negative_likelihood_ratio);
  m.def(
      "confusion_weights",
      [](nb::handle label, nb::handle score, nb::handle weight, double threshold) {
        const auto w = as_optional<double>(weight, "weight");
        return on_scores(label, score, "score",
                         [&](auto y, auto s) { return hs::metrics::confusion_weights(y, s, threshold, w.span()); });
      },
      "label"_a, "score"_a, "weight"_a, nb::kw_only(), "threshold"_a,
      "Sums of weights (n,) of the decision 'positive when score >= threshold'. Raises ShapeError, DomainError.");
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
  bind_metrics_scores(m);
  bind_metrics_beats(m);
}
