#include "array.hpp"
#include "bindings.hpp"
#include "state_bytes.hpp"

#include <heartsight/calibration/calibration_state.hpp>
#include <heartsight/calibration/label_free_performance.hpp>

#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;
namespace hc = heartsight::calibration;
using hs::bindings::as_array;
using hs::bindings::as_span;

void bind_calibration_monitoring(nb::module_& m) {
  nb::class_<hc::CalibrationCell>(m, "CalibrationCell", "What has been seen in one bin.")
      .def_ro("n", &hc::CalibrationCell::n)
      .def_ro("n_positive", &hc::CalibrationCell::n_positive)
      .def_ro("mean_probability", &hc::CalibrationCell::mean_probability, "NaN in an empty bin.");
  nb::class_<hc::CalibrationState>(
      m, "CalibrationState",
      "How a model's calibration stands, kept while cases come; merges in any order with an exactly equal result.\n\n"
      "900 bins of equal width. Cases whose outcome is not known are counted apart.")
      .def(nb::init<>())
      .def(
          "update",
          [](hc::CalibrationState& self, nb::handle p, nb::handle y) -> hc::CalibrationState& {
            const auto probabilities = as_array<double>(p, "p");
            hs::bindings::ArrayView<std::int64_t> labels;
            std::span<const std::int64_t> label_span;
            if (!y.is_none()) {
              labels = as_array<std::int64_t>(y, "y");
              label_span = as_span(labels, "y");
              hs::check::same_size("CalibrationState.update", "p", as_span(probabilities, "p").size(), "y",
                                   label_span.size());
            }
            self.update(as_span(probabilities, "p"), label_span);
            return self;
          },
          "p"_a, "y"_a = nb::none(), nb::rv_policy::reference,
          "Cases with probabilities p (n,) in [0, 1] and labels y (n,): 0, 1, or -1 for unknown; None: all unknown. Returns "
          "self.\n\nA wrong value leaves the state as it was. Raises ShapeError, DomainError.")
      .def(
          "merge",
          [](hc::CalibrationState& self, const hc::CalibrationState& other) -> hc::CalibrationState& {
            self.merge(other);
            return self;
          },
          "other"_a, nb::rv_policy::reference, "Adds what the other has seen; returns self.")
      .def_prop_ro("n", &hc::CalibrationState::n, "Cases with a known outcome.")
      .def_prop_ro("n_positive", &hc::CalibrationState::n_positive)
      .def_prop_ro("n_unlabelled", &hc::CalibrationState::n_unlabelled)
      .def_prop_ro("mean_probability", &hc::CalibrationState::mean_probability)
      .def_prop_ro("mean_probability_unlabelled", &hc::CalibrationState::mean_probability_unlabelled)
      .def_prop_ro("observed_rate", &hc::CalibrationState::observed_rate)
      .def_prop_ro("brier_score", &hc::CalibrationState::brier_score, "Exact.")
      .def_prop_ro("auroc", &hc::CalibrationState::auroc,
                   "With cases of one bin taken as ties; within auroc_error of the true one.")
      .def_prop_ro("auroc_error", &hc::CalibrationState::auroc_error)
      .def("curve", &hc::CalibrationState::curve, "bins"_a = 15, "Cases in bins of equal width; bins must divide 900.")
      .def("expected_calibration_error", &hc::CalibrationState::expected_calibration_error, "bins"_a = 15)
      .def("line", &hc::CalibrationState::line, "level"_a = 0.95,
           "Calibration intercept and slope with intervals, from the mean probability of each bin.")
      .def(
          "to_bytes", [](const hc::CalibrationState& s) { return hs::bindings::to_bytes(s.to_bytes()); },
          "Versioned bytes, equal in C++ and Python.")
      .def_static(
          "from_bytes", [](const nb::bytes& b) { return hc::CalibrationState::from_bytes(hs::bindings::as_bytes(b)); },
          "data"_a, "Raises FormatError.")
      .def("__getstate__", [](const hc::CalibrationState& s) { return hs::bindings::to_bytes(s.to_bytes()); })
      .def("__setstate__",
           [](hc::CalibrationState& s, const nb::bytes& b) {
             new (&s) hc::CalibrationState(hc::CalibrationState::from_bytes(hs::bindings::as_bytes(b)));
           })
      .def("__eq__", [](const hc::CalibrationState& a, const hc::CalibrationState& b) { return a == b; })
      .def("__repr__", [](const hc::CalibrationState& s) {
        return "CalibrationState(" + std::to_string(s.n()) + " cases with, " + std::to_string(s.n_unlabelled()) +
               " without an outcome)";
      });

  nb::class_<hc::LabelFreePerformance>(
      m, "LabelFreePerformance",
      "Figures of a model expected without outcomes, with the intervals in which they should "
      "be found.")
      .def_ro("prevalence", &hc::LabelFreePerformance::prevalence)
      .def_ro("auroc", &hc::LabelFreePerformance::auroc)
      .def_ro("sensitivity", &hc::LabelFreePerformance::sensitivity)
      .def_ro("specificity", &hc::LabelFreePerformance::specificity)
      .def_ro("positive_predictive_value", &hc::LabelFreePerformance::positive_predictive_value)
      .def_ro("negative_predictive_value", &hc::LabelFreePerformance::negative_predictive_value)
      .def_ro("accuracy", &hc::LabelFreePerformance::accuracy)
      .def_ro("brier_score", &hc::LabelFreePerformance::brier_score)
      .def_ro("expected_observed_ratio", &hc::LabelFreePerformance::expected_observed_ratio)
      .def(
          "to_dict",
          [](const hc::LabelFreePerformance& e) {
            nb::dict all;
            const auto put = [&](const char* name, const hs::metrics::Estimate& of) {
              nb::dict one;
              one["value"] = of.value;
              one["low"] = of.low;
              one["high"] = of.high;
              all[name] = one;
            };
            put("prevalence", e.prevalence);
            put("auroc", e.auroc);
            put("sensitivity", e.sensitivity);
            put("specificity", e.specificity);
            put("positive_predictive_value", e.positive_predictive_value);
            put("negative_predictive_value", e.negative_predictive_value);
            put("accuracy", e.accuracy);
            put("brier_score", e.brier_score);
            put("expected_observed_ratio", e.expected_observed_ratio);
            return all;
          },
          nb::sig("def to_dict(self) -> dict[str, dict[str, float]]"), "Name to value, low and high.");
  m.def(
      "label_free_performance",
      [](nb::handle p, nb::handle reference_p, nb::handle reference_y, nb::handle reference_group, double threshold,
         double level, std::size_t n_simulations, std::uint64_t seed, std::size_t n_threads) {
        const auto scores = as_array<double>(p, "p");
        const auto s = as_span(scores, "p");
        const hc::LabelFreeOptions options{
            .threshold = threshold, .level = level, .n_simulations = n_simulations, .seed = seed, .n_threads = n_threads};
        if (reference_p.is_none() != reference_y.is_none()) {
          throw hs::ShapeError("label_free_performance: reference_p and reference_y: give both or none");
        }
        if (reference_p.is_none()) {
          nb::gil_scoped_release release;
          return hc::label_free_performance(s, options);
        }
        const auto reference = as_array<double>(reference_p, "reference_p");
        const auto labels = as_array<std::int64_t>(reference_y, "reference_y");
        const auto r = as_span(reference, "reference_p");
        const auto y = as_span(labels, "reference_y");
        hs::bindings::ArrayView<std::int64_t> groups;
        std::span<const std::int64_t> g;
        if (!reference_group.is_none()) {
          groups = as_array<std::int64_t>(reference_group, "reference_group");
          g = as_span(groups, "reference_group");
        }
        nb::gil_scoped_release release;
        return hc::label_free_performance(s, r, y, g, options);
      },
      "p"_a, "reference_p"_a = nb::none(), "reference_y"_a = nb::none(), "reference_group"_a = nb::none(), nb::kw_only(),
      "threshold"_a = 0.5, "level"_a = 0.95, "n_simulations"_a = 500, "seed"_a = 0, "n_threads"_a = 1,
      "AUROC, sensitivity, PPV and more of cases whose outcomes are not known, from calibrated probabilities p (n,).\n\n"
      "With a reference (scores and labels of the same model, and patients) p is recalibrated first, and the interval holds "
      "what\n"
      "the reference leaves open. It cannot see a change of the relation between score and outcome: where outcomes come "
      "late,\n"
      "compare. Raises ShapeError, DomainError.");
}
