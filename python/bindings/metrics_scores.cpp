#include "array.hpp"
#include "bindings.hpp"
#include "scores.hpp"

#include <heartsight/metrics/class_measures.hpp>
#include <heartsight/metrics/curves.hpp>
#include <heartsight/metrics/decision_rates.hpp>
#include <heartsight/metrics/delong.hpp>
#include <heartsight/metrics/net_benefit.hpp>
#include <heartsight/metrics/threshold_choice.hpp>

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;
using hs::bindings::as_array;
using hs::bindings::as_matrix;
using hs::bindings::as_optional;
using hs::bindings::as_real_array;
using hs::bindings::as_span;
using hs::bindings::on_scores;
using hs::bindings::readable;
using hs::bindings::to_numpy;

namespace {

hs::metrics::ScoreMeasure measure_of(const std::string& name) {
  using enum hs::metrics::ScoreMeasure;
  if (name == "auroc") return auroc;
  if (name == "average_precision") return average_precision;
  if (name == "brier_score") return brier_score;
  if (name == "log_loss") return log_loss;
  hs::check::detail::fail<hs::DomainError>("class_measures", "measure", name,
                                           "must be auroc, average_precision, brier_score or log_loss");
}

hs::metrics::ThresholdRule rule_of(const std::string& name) {
  using enum hs::metrics::ThresholdRule;
  if (name == "utility") return utility;
  if (name == "sensitivity") return sensitivity;
  if (name == "specificity") return specificity;
  if (name == "f_beta") return f_beta;
  if (name == "youden") return youden;
  hs::check::detail::fail<hs::DomainError>("choose_threshold", "rule", name,
                                           "must be utility, sensitivity, specificity, f_beta or youden");
}

/// A read-only property that copies a vector into an array.
template <class C>
auto array_of(std::vector<double> C::* member) {
  return [member](const C& self) { return to_numpy(std::vector<double>(self.*member)); };
}

void bind_results(nb::module_& m) {
  using namespace hs::metrics;
  nb::class_<Estimate> estimate(m, "Estimate", "A figure with the limits of its confidence interval.");
  estimate.def(nb::init<double, double, double>(), "value"_a, "low"_a, "high"_a)
      .def_ro("value", &Estimate::value)
      .def_ro("low", &Estimate::low)
      .def_ro("high", &Estimate::high);
  readable(estimate);
  nb::class_<AurocInterval> auroc_interval(m, "AurocInterval",
                                           "An AUROC with DeLong's standard error and a confidence interval.");
  auroc_interval.def_ro("auroc", &AurocInterval::auroc)
      .def_ro("standard_error", &AurocInterval::standard_error, "NaN with fewer than two cases of a class.")
      .def_ro("low", &AurocInterval::low)
      .def_ro("high", &AurocInterval::high)
      .def_ro("n_positive", &AurocInterval::n_positive)
      .def_ro("n_negative", &AurocInterval::n_negative);
  readable(auroc_interval);
  nb::class_<AurocComparison> auroc_comparison(m, "AurocComparison", "Two scores of the same cases compared by AUROC.");
  auroc_comparison.def_ro("auroc_a", &AurocComparison::auroc_a)
      .def_ro("auroc_b", &AurocComparison::auroc_b)
      .def_ro("difference", &AurocComparison::difference, "a - b.")
      .def_ro("standard_error", &AurocComparison::standard_error)
      .def_ro("low", &AurocComparison::low)
      .def_ro("high", &AurocComparison::high)
      .def_ro("z", &AurocComparison::z)
      .def_ro("p_value", &AurocComparison::p_value, "Two-sided.");
  readable(auroc_comparison);
  nb::class_<RocCurve> roc_curve(m, "RocCurve", "Points of a ROC curve, from the highest threshold down.");
  roc_curve.def_prop_ro("false_positive_rate", array_of(&RocCurve::false_positive_rate), nb::rv_policy::automatic)
      .def_prop_ro("true_positive_rate", array_of(&RocCurve::true_positive_rate), nb::rv_policy::automatic)
      .def_prop_ro("threshold", array_of(&RocCurve::threshold), nb::rv_policy::automatic);
  readable(roc_curve);
  nb::class_<PrecisionRecallCurve> precision_recall_curve(m, "PrecisionRecallCurve",
                                                          "Points of a precision-recall curve, thresholds ascending.");
  precision_recall_curve.def_prop_ro("precision", array_of(&PrecisionRecallCurve::precision), nb::rv_policy::automatic)
      .def_prop_ro("recall", array_of(&PrecisionRecallCurve::recall), nb::rv_policy::automatic)
      .def_prop_ro("threshold", array_of(&PrecisionRecallCurve::threshold), nb::rv_policy::automatic);
  readable(precision_recall_curve);
  nb::class_<ClassMeasures> class_measures(m, "ClassMeasures",
                                           "A measure of each class alone (one-vs-rest) and its averages.");
  class_measures.def_prop_ro("per_class", array_of(&ClassMeasures::per_class), nb::rv_policy::automatic)
      .def_ro("macro", &ClassMeasures::macro, "The plain mean; NaN when a class is NaN.")
      .def_ro("weighted", &ClassMeasures::weighted, "The mean weighted with each class's positives.")
      .def_ro("micro", &ClassMeasures::micro, "All n * k decisions as one set.");
  readable(class_measures);
  nb::class_<DecisionRates> decision_rates(m, "DecisionRates",
                                           "What follows from the four counts of a decision, with intervals.");
  decision_rates.def_ro("prevalence", &DecisionRates::prevalence)
      .def_ro("sensitivity", &DecisionRates::sensitivity)
      .def_ro("specificity", &DecisionRates::specificity)
      .def_ro("positive_predictive_value", &DecisionRates::positive_predictive_value)
      .def_ro("negative_predictive_value", &DecisionRates::negative_predictive_value)
      .def_ro("accuracy", &DecisionRates::accuracy)
      .def_ro("call_rate", &DecisionRates::call_rate)
      .def_ro("balanced_accuracy", &DecisionRates::balanced_accuracy)
      .def_ro("youden_index", &DecisionRates::youden_index)
      .def_ro("f1", &DecisionRates::f1)
      .def_ro("positive_likelihood_ratio", &DecisionRates::positive_likelihood_ratio)
      .def_ro("negative_likelihood_ratio", &DecisionRates::negative_likelihood_ratio)
      .def_ro("matthews_correlation", &DecisionRates::matthews_correlation);
  readable(decision_rates);
  nb::class_<DecisionCurve> decision_curve(m, "DecisionCurve", "Net benefit over threshold probabilities.");
  decision_curve.def_prop_ro("threshold", array_of(&DecisionCurve::threshold), nb::rv_policy::automatic)
      .def_prop_ro("net_benefit", array_of(&DecisionCurve::net_benefit), nb::rv_policy::automatic)
      .def_prop_ro("low", array_of(&DecisionCurve::low), nb::rv_policy::automatic, "Empty when no interval was asked for.")
      .def_prop_ro("high", array_of(&DecisionCurve::high), nb::rv_policy::automatic)
      .def_prop_ro("treat_all", array_of(&DecisionCurve::treat_all), nb::rv_policy::automatic)
      .def_prop_ro("standardized", array_of(&DecisionCurve::standardized), nb::rv_policy::automatic)
      .def_ro("prevalence", &DecisionCurve::prevalence);
  readable(decision_curve);
  nb::class_<ThresholdChoice> threshold_choice(m, "ThresholdChoice",
                                               "A threshold with what it does on the cases it was chosen on.");
  threshold_choice
      .def_ro("threshold", &ThresholdChoice::threshold, "inf: calling no one is best; NaN: the rule has no answer.")
      .def_ro("objective", &ThresholdChoice::objective)
      .def_ro("low", &ThresholdChoice::low)
      .def_ro("high", &ThresholdChoice::high)
      .def_ro("counts", &ThresholdChoice::counts);
  readable(threshold_choice);
}

}  // namespace

void bind_metrics_scores(nb::module_& m) {
  bind_results(m);
  m.def(
      "roc_curve",
      [](nb::handle label, nb::handle score, nb::handle weight) {
        const auto w = as_optional<double>(weight, "weight");
        return on_scores(label, score, "score", [&](auto y, auto s) { return hs::metrics::roc_curve(y, s, w.span()); });
      },
      "label"_a, "score"_a, nb::kw_only(), "weight"_a = nb::none(),
      "The ROC curve with all its points; equal to scikit-learn's with drop_intermediate=False.\n\n"
      "label: (n,) integers 0 or 1. score: (n,). weight: (n,) or None. With one class the other's rate is NaN. Raises\n"
      "ShapeError, DomainError.");
  m.def(
      "precision_recall_curve",
      [](nb::handle label, nb::handle score, nb::handle weight) {
        const auto w = as_optional<double>(weight, "weight");
        return on_scores(label, score, "score",
                         [&](auto y, auto s) { return hs::metrics::precision_recall_curve(y, s, w.span()); });
      },
      "label"_a, "score"_a, nb::kw_only(), "weight"_a = nb::none(),
      "The precision-recall curve with all its points, in scikit-learn's order; the recall is NaN without a positive.\n\n"
      "Arguments and errors as roc_curve.");
  m.def(
      "auroc_interval",
      [](nb::handle label, nb::handle score, double level) {
        return on_scores(label, score, "score", [&](auto y, auto s) { return hs::metrics::auroc_interval(y, s, level); });
      },
      "label"_a, "score"_a, nb::kw_only(), "level"_a = 0.95,
      "AUROC with DeLong's standard error (DOI 10.2307/2531595) and an interval on the logit scale.\n\n"
      "label: (n,) integers 0 or 1. score: (n,), one case per patient. One class: NaN with limits 0 and 1. A perfect\n"
      "ranking: the far limit is Clopper and Pearson's for the smaller class. Raises ShapeError, DomainError.");
  m.def(
      "compare_auroc",
      [](nb::handle label, nb::handle score_a, nb::handle score_b, double level) {
        const auto labels = as_array<std::int64_t>(label, "label");
        const auto a = as_array<double>(score_a, "score_a");
        const auto b = as_array<double>(score_b, "score_b");
        const auto y = as_span(labels, "label");
        const auto a_span = as_span(a, "score_a");
        const auto b_span = as_span(b, "score_b");
        nb::gil_scoped_release release;
        return hs::metrics::compare_auroc(y, a_span, b_span, level);
      },
      "label"_a, "score_a"_a, "score_b"_a, nb::kw_only(), "level"_a = 0.95,
      "DeLong's paired comparison of two scores of the same cases.\n\n"
      "Rankings that agree in every pair give z = 0 and p = 1. Raises ShapeError, DomainError.");
  m.def(
      "one_hot",
      [](nb::handle class_index, std::size_t n_classes) {
        const auto index = as_array<std::int64_t>(class_index, "class_index");
        const auto span = as_span(index, "class_index");
        auto label = hs::metrics::one_hot(span, n_classes);
        return to_numpy(std::move(label), {span.size(), n_classes});
      },
      "class_index"_a, "n_classes"_a, "Class indices (n,) as columns (n, n_classes) of 0 and 1. Raises DomainError.");
  m.def(
      "class_measures",
      [](nb::handle label, nb::handle score, const std::string& measure, nb::handle weight) {
        const auto kind = measure_of(measure);
        const auto labels = as_array<std::int64_t>(label, "label");
        const auto scores = as_array<double>(score, "score");
        const auto y = as_matrix(labels, "label");
        const auto s = as_matrix(scores, "score");
        const auto w = as_optional<double>(weight, "weight");
        nb::gil_scoped_release release;
        return hs::metrics::class_measures(kind, y, s, w.span());
      },
      "label"_a, "score"_a, nb::kw_only(), "measure"_a = "auroc", "weight"_a = nb::none(),
      "A measure of each column (one-vs-rest) with macro, weighted and micro averages, as scikit-learn's.\n\n"
      "label: (n, k) integers 0 or 1 (one_hot makes them of class indices). score: (n, k). measure: 'auroc',\n"
      "'average_precision', 'brier_score' or 'log_loss'. weight: (n,) or None. Macro is NaN when a class is NaN.\n"
      "Raises ShapeError, DomainError.");
  const auto bind_multi_class = [&m](const char* name, auto function, const char* doc) {
    m.def(
        name,
        [function](nb::handle class_index, nb::handle probability, nb::handle weight) {
          const auto index = as_array<std::int64_t>(class_index, "class_index");
          const auto p = as_array<double>(probability, "probability");
          const auto span = as_span(index, "class_index");
          const auto matrix = as_matrix(p, "probability");
          const auto w = as_optional<double>(weight, "weight");
          nb::gil_scoped_release release;
          return function(span, matrix, w.span());
        },
        "class_index"_a, "probability"_a, nb::kw_only(), "weight"_a = nb::none(), doc);
  };
  bind_multi_class("multi_class_log_loss", hs::metrics::multi_class_log_loss,
                   "Mean of -ln of the probability (n, k) of the true class (n,). Raises ShapeError, DomainError.");
  bind_multi_class("multi_class_brier_score", hs::metrics::multi_class_brier_score,
                   "Mean squared distance of the probability vector (n, k) to the true corner, in [0, 2].");
  m.def(
      "decision_rates",
      [](const hs::metrics::ConfusionCounts& counts, double level, const std::string& method) {
        using enum hs::metrics::ProportionMethod;
        if (method != "wilson" && method != "clopper_pearson") {
          hs::check::detail::fail<hs::DomainError>("decision_rates", "method", method, "must be wilson or clopper_pearson");
        }
        return hs::metrics::decision_rates(counts,
                                           {.level = level, .method = method == "wilson" ? wilson : clopper_pearson});
      },
      "counts"_a, nb::kw_only(), "level"_a = 0.95, "method"_a = "wilson",
      "The rates of a decision with confidence intervals: proportions by Wilson or Clopper-Pearson, balanced accuracy and\n"
      "Youden's index by MOVER, F1 through TP / (TP + FP + FN), likelihood ratios by the log method. Raises DomainError.");
  m.def(
      "net_benefit",
      [](nb::handle label, nb::handle probability, double threshold) {
        return on_scores(label, probability, "probability",
                         [&](auto y, auto p) { return hs::metrics::net_benefit(y, p, threshold); });
      },
      "label"_a, "probability"_a, nb::kw_only(), "threshold"_a,
      "Net benefit of calling cases with probability >= threshold (Vickers and Elkin 2006, DOI\n"
      "10.1177/0272989X06295361): TP/n - FP/n * threshold / (1 - threshold). Raises ShapeError, DomainError.");
  m.def(
      "decision_curve",
      [](nb::handle label, nb::handle probability, nb::handle threshold, nb::handle group, double level,
         std::size_t n_resamples, std::uint64_t seed, std::size_t n_threads) {
        const auto thresholds = as_array<double>(threshold, "threshold");
        const auto t = as_span(thresholds, "threshold");
        const auto g = as_optional<std::int64_t>(group, "group");
        return on_scores(label, probability, "probability", [&](auto y, auto p) {
          return hs::metrics::decision_curve(
              y, p, t, g.span(), {.level = level, .n_resamples = n_resamples, .seed = seed, .n_threads = n_threads});
        });
      },
      "label"_a, "probability"_a, nb::kw_only(), "threshold"_a, "group"_a = nb::none(), "level"_a = 0.95,
      "n_resamples"_a = 0, "seed"_a = 0, "n_threads"_a = 1,
      "Net benefit over ascending thresholds in (0, 1), beside calling everyone; calling no one is 0.\n\n"
      "group: (n,) patients for the bootstrap, or None. n_resamples: 0 for no limits. Raises ShapeError, DomainError.");
  m.def(
      "choose_threshold",
      [](nb::handle label, nb::handle score, const std::string& rule, double target, nb::handle group, double level,
         std::size_t n_resamples, std::uint64_t seed, std::size_t n_threads) {
        const auto kind = rule_of(rule);
        const auto g = as_optional<std::int64_t>(group, "group");
        return on_scores(label, score, "score", [&](auto y, auto s) {
          return hs::metrics::choose_threshold(y, s, g.span(),
                                               {.rule = kind,
                                                .target = target,
                                                .level = level,
                                                .n_resamples = n_resamples,
                                                .seed = seed,
                                                .n_threads = n_threads});
        });
      },
      "label"_a, "score"_a, nb::kw_only(), "rule"_a = "youden", "target"_a = 1.0, "group"_a = nb::none(), "level"_a = 0.95,
      "n_resamples"_a = 0, "seed"_a = 0, "n_threads"_a = 1,
      "The threshold that suits a rule best; of equal ones the highest.\n\n"
      "rule: 'utility' (target = harm of a false alarm / benefit of a hit), 'sensitivity' or 'specificity' (at least\n"
      "target), 'f_beta' (beta = target) or 'youden'. n_resamples: 0 for no bootstrap limits. Figures on the cases that\n"
      "chose it flatter it. Raises ShapeError, DomainError.");
}
