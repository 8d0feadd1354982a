#include "array.hpp"
#include "bindings.hpp"
#include "scores.hpp"

#include <heartsight/calibration/brier_decomposition.hpp>
#include <heartsight/calibration/calibration_curve.hpp>
#include <heartsight/calibration/calibration_line.hpp>
#include <heartsight/calibration/expected_calibration_error.hpp>
#include <heartsight/calibration/expected_observed_ratio.hpp>
#include <heartsight/calibration/measure.hpp>
#include <heartsight/calibration/reliability_curve.hpp>
#include <heartsight/calibration/reliability_test.hpp>
#include <heartsight/calibration/smooth_calibration_error.hpp>

#include <nanobind/stl/string.h>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;
using hs::bindings::as_array;
using hs::bindings::as_optional;
using hs::bindings::as_span;
using hs::bindings::readable;
using hs::bindings::to_numpy;

namespace {

/// Calls measure(probability, label) on spans, with the GIL released.
template <class Measure>
auto on_probabilities(nb::handle p, nb::handle y, Measure&& measure) {
  return hs::bindings::on_scores(y, p, "p", [&](auto label, auto probability) { return measure(probability, label); }, "y");
}

hs::calibration::Binning binning_of(const char* where, const std::string& name) {
  using enum hs::calibration::Binning;
  if (name == "equal_width") return equal_width;
  if (name == "equal_mass") return equal_mass;
  hs::check::detail::fail<hs::DomainError>(where, "binning", name, "must be equal_width or equal_mass");
}

template <class C>
auto array_of(std::vector<double> C::* member) {
  return [member](const C& self) { return to_numpy(std::vector<double>(self.*member)); };
}

/// One column of the bins of a curve.
template <class Number, class Member>
auto column_of(Member member) {
  return [member](const hs::calibration::ReliabilityCurve& self) {
    std::vector<Number> column;
    for (const auto& bin : self.bins) column.push_back(bin.*member);
    return to_numpy(std::move(column));
  };
}

void bind_results(nb::module_& m) {
  using namespace hs::calibration;
  nb::class_<ReliabilityCurve> reliability_curve(
      m, "ReliabilityCurve", "Observed shares beside mean probabilities; one entry per bin that holds a case.");
  reliability_curve.def_prop_ro("n", column_of<std::int64_t>(&ReliabilityBin::n), nb::rv_policy::automatic)
      .def_prop_ro("n_positive", column_of<std::int64_t>(&ReliabilityBin::n_positive), nb::rv_policy::automatic)
      .def_prop_ro("mean_probability", column_of<double>(&ReliabilityBin::mean_probability), nb::rv_policy::automatic)
      .def_prop_ro("observed", column_of<double>(&ReliabilityBin::observed), nb::rv_policy::automatic)
      .def_prop_ro("low", column_of<double>(&ReliabilityBin::low), nb::rv_policy::automatic, "Wilson limits.")
      .def_prop_ro("high", column_of<double>(&ReliabilityBin::high), nb::rv_policy::automatic)
      .def_ro("expected_calibration_error", &ReliabilityCurve::expected_calibration_error)
      .def_ro("maximum_calibration_error", &ReliabilityCurve::maximum_calibration_error);
  readable(reliability_curve);
  nb::class_<CalibrationLine> calibration_line(m, "CalibrationLine", "Calibration intercept and slope with intervals.");
  calibration_line.def_ro("intercept", &CalibrationLine::intercept, "With the slope held at 1; 0 is right.")
      .def_ro("slope", &CalibrationLine::slope, "1 is right, below 1 the risks are too extreme.")
      .def_ro("intercept_at_slope", &CalibrationLine::intercept_at_slope);
  readable(calibration_line);
  nb::class_<CalibrationCurve> calibration_curve(m, "CalibrationCurve",
                                                 "The flexible calibration curve with a pointwise band.");
  calibration_curve.def_prop_ro("probability", array_of(&CalibrationCurve::probability), nb::rv_policy::automatic)
      .def_prop_ro("observed", array_of(&CalibrationCurve::observed), nb::rv_policy::automatic)
      .def_prop_ro("low", array_of(&CalibrationCurve::low), nb::rv_policy::automatic)
      .def_prop_ro("high", array_of(&CalibrationCurve::high), nb::rv_policy::automatic)
      .def_ro("integrated_calibration_index", &CalibrationCurve::integrated_calibration_index, "ICI.")
      .def_ro("median_error", &CalibrationCurve::median_error, "E50.")
      .def_ro("ninetieth_error", &CalibrationCurve::ninetieth_error, "E90.")
      .def_ro("maximum_error", &CalibrationCurve::maximum_error, "Emax.");
  readable(calibration_curve);
  nb::class_<BrierDecomposition> brier_decomposition(
      m, "BrierDecomposition",
      "brier = reliability - resolution + uncertainty + within_bin_variance - within_bin_covariance.");
  brier_decomposition.def_ro("brier", &BrierDecomposition::brier)
      .def_ro("reliability", &BrierDecomposition::reliability)
      .def_ro("resolution", &BrierDecomposition::resolution)
      .def_ro("uncertainty", &BrierDecomposition::uncertainty)
      .def_ro("within_bin_variance", &BrierDecomposition::within_bin_variance)
      .def_ro("within_bin_covariance", &BrierDecomposition::within_bin_covariance);
  readable(brier_decomposition);
  nb::class_<SpiegelhalterTest> spiegelhalter_test(m, "SpiegelhalterTest", "Spiegelhalter's test of calibration.");
  spiegelhalter_test.def_ro("z", &SpiegelhalterTest::z).def_ro("p_value", &SpiegelhalterTest::p_value, "Two-sided.");
  readable(spiegelhalter_test);
  nb::class_<ReliabilityTest> reliability_test(m, "ReliabilityTest",
                                               "A calibration error beside that of a perfect model of the same size.");
  reliability_test.def_ro("statistic", &ReliabilityTest::statistic)
      .def_ro("expected", &ReliabilityTest::expected, "Mean of a perfectly calibrated model.")
      .def_ro("low", &ReliabilityTest::low, "Range of a perfectly calibrated model.")
      .def_ro("high", &ReliabilityTest::high)
      .def_ro("p_value", &ReliabilityTest::p_value)
      .def_ro("n_simulations", &ReliabilityTest::n_simulations);
  readable(reliability_test);
  using hs::metrics::BootstrapInterval;
  nb::class_<BootstrapInterval> bootstrap_interval(m, "BootstrapInterval", "A figure with its bootstrap interval.");
  bootstrap_interval.def_ro("value", &BootstrapInterval::value)
      .def_ro("low", &BootstrapInterval::low)
      .def_ro("high", &BootstrapInterval::high)
      .def_ro("standard_error", &BootstrapInterval::standard_error)
      .def_ro("n_groups", &BootstrapInterval::n_groups, "What was drawn: patients, or cases.")
      .def_ro("n_undefined", &BootstrapInterval::n_undefined, "Resamples in which the figure does not exist.");
  readable(bootstrap_interval);
}

}  // namespace

void bind_calibration_measures(nb::module_& m) {
  using namespace hs::calibration;
  bind_results(m);
  m.def(
      "expected_calibration_error",
      [](nb::handle p, nb::handle y, std::size_t n_bins, const std::string& binning, nb::handle protocol) {
        const auto kind = binning_of("expected_calibration_error", binning);
        if (!protocol.is_none()) {
          const auto name = nb::cast<std::string>(protocol);
          if (name != "clinical_recommender") {
            hs::check::detail::fail<hs::DomainError>("expected_calibration_error", "protocol", name,
                                                     "must be clinical_recommender");
          }
          return on_probabilities(p, y, [](auto ps, auto ys) { return clinical_recommender_calibration_error(ps, ys); });
        }
        return on_probabilities(
            p, y, [&](auto ps, auto ys) { return expected_calibration_error(ps, ys, {.n_bins = n_bins, .binning = kind}); });
      },
      "p"_a, "y"_a, nb::kw_only(), "n_bins"_a = 15, "binning"_a = "equal_width", "protocol"_a = nb::none(),
      "Expected calibration error with n_bins bins (Naeini et al. 2015, DOI 10.1609/aaai.v29i1.9602).\n\n"
      "p: (n,) in [0, 1]; y: (n,) integers 0 or 1. binning: 'equal_width' or 'equal_mass'. Biased upwards for small n: see\n"
      "reliability_test. protocol='clinical_recommender': that system's figure with its fault (the weights slip at empty\n"
      "bins), ten bins, for comparison only. Raises ShapeError, DomainError.");
  m.def(
      "debiased_calibration_error",
      [](nb::handle p, nb::handle y, std::size_t n_bins, const std::string& binning) {
        const auto kind = binning_of("debiased_calibration_error", binning);
        return on_probabilities(
            p, y, [&](auto ps, auto ys) { return debiased_calibration_error(ps, ys, {.n_bins = n_bins, .binning = kind}); });
      },
      "p"_a, "y"_a, nb::kw_only(), "n_bins"_a = 15, "binning"_a = "equal_mass",
      "Root-mean-square calibration error less each bin's sampling variance (Kumar et al. 2019, arXiv 1909.10155).\n\n"
      "Arguments and errors as expected_calibration_error.");
  m.def(
      "reliability_curve",
      [](nb::handle p, nb::handle y, std::size_t n_bins, const std::string& binning, double level) {
        const auto kind = binning_of("reliability_curve", binning);
        return on_probabilities(p, y, [&](auto ps, auto ys) {
          return reliability_curve(ps, ys, {.n_bins = n_bins, .binning = kind, .level = level});
        });
      },
      "p"_a, "y"_a, nb::kw_only(), "n_bins"_a = 15, "binning"_a = "equal_width", "level"_a = 0.95,
      "The binned reliability curve with ECE and maximum error, in one pass. Raises ShapeError, DomainError.");
  m.def(
      "smooth_calibration_error",
      [](nb::handle p, nb::handle y, nb::handle weight) {
        const auto w = as_optional<double>(weight, "weight");
        return on_probabilities(p, y, [&](auto ps, auto ys) { return smooth_calibration_error(ps, ys, w.span()); });
      },
      "p"_a, "y"_a, nb::kw_only(), "weight"_a = nb::none(),
      "Smooth calibration error, smECE (Blasiok and Nakkiran 2023, arXiv 2309.12236): no bins. Raises ShapeError,\n"
      "DomainError.");
  m.def(
      "calibration_line",
      [](nb::handle p, nb::handle y, double level) {
        return on_probabilities(p, y, [&](auto ps, auto ys) { return calibration_line(ps, ys, level); });
      },
      "p"_a, "y"_a, nb::kw_only(), "level"_a = 0.95,
      "Calibration intercept (slope held at 1; robust interval) and slope (profile-likelihood interval).\n\n"
      "One class: NaN with infinite limits. Raises ShapeError, DomainError.");
  m.def(
      "expected_observed_ratio",
      [](nb::handle p, nb::handle y, double level) {
        return on_probabilities(p, y, [&](auto ps, auto ys) { return expected_observed_ratio(ps, ys, level); });
      },
      "p"_a, "y"_a, nb::kw_only(), "level"_a = 0.95,
      "Expected over observed events with its interval; infinite without an event. Raises ShapeError, DomainError.");
  m.def(
      "calibration_curve",
      [](nb::handle p, nb::handle y, const std::string& method, double span, std::size_t n_points, double level) {
        if (method != "loess" && method != "spline") {
          hs::check::detail::fail<hs::DomainError>("calibration_curve", "method", method, "must be loess or spline");
        }
        const auto kind = method == "loess" ? CurveMethod::loess : CurveMethod::spline;
        return on_probabilities(p, y, [&](auto ps, auto ys) {
          return calibration_curve(ps, ys, {.method = kind, .span = span, .n_points = n_points, .level = level});
        });
      },
      "p"_a, "y"_a, nb::kw_only(), "method"_a = "loess", "span"_a = 0.75, "n_points"_a = 100, "level"_a = 0.95,
      "The flexible calibration curve with a pointwise band, and ICI, E50, E90, Emax (Austin and Steyerberg 2019, DOI\n"
      "10.1002/sim.8281).\n\n"
      "method: 'loess' (local quadratic) or 'spline' (logistic, restricted cubic, four knots). Raises ShapeError,\n"
      "DomainError.");
  m.def(
      "brier_decomposition",
      [](nb::handle p, nb::handle y, std::size_t n_bins, const std::string& binning) {
        const auto kind = binning_of("brier_decomposition", binning);
        return on_probabilities(p, y, [&](auto ps, auto ys) { return brier_decomposition(ps, ys, n_bins, kind); });
      },
      "p"_a, "y"_a, nb::kw_only(), "n_bins"_a = 15, "binning"_a = "equal_width",
      "The Brier score taken apart exactly, within-bin terms included (Stephenson et al. 2008, DOI\n"
      "10.1175/2007WAF2006116.1). Raises ShapeError, DomainError.");
  m.def(
      "spiegelhalter_test",
      [](nb::handle p, nb::handle y) {
        return on_probabilities(p, y, [](auto ps, auto ys) { return spiegelhalter_test(ps, ys); });
      },
      "p"_a, "y"_a,
      "Spiegelhalter's z (1986, DOI 10.1002/sim.4780050506), normal approximation. Raises ShapeError, DomainError.");
  m.def(
      "reliability_test",
      [](nb::handle p, nb::handle y, const std::string& statistic, std::size_t n_bins, const std::string& binning,
         double level, std::size_t n_simulations, std::uint64_t seed, std::size_t n_threads) {
        using enum ReliabilityStatistic;
        if (statistic != "expected_calibration_error" && statistic != "smooth_calibration_error") {
          hs::check::detail::fail<hs::DomainError>("reliability_test", "statistic", statistic,
                                                   "must be expected_calibration_error or smooth_calibration_error");
        }
        const auto kind = binning_of("reliability_test", binning);
        const auto of = statistic == "smooth_calibration_error" ? smooth_calibration_error : expected_calibration_error;
        return on_probabilities(p, y, [&](auto ps, auto ys) {
          return reliability_test(ps, ys,
                                  {.statistic = of,
                                   .n_bins = n_bins,
                                   .binning = kind,
                                   .level = level,
                                   .n_simulations = n_simulations,
                                   .seed = seed,
                                   .n_threads = n_threads});
        });
      },
      "p"_a, "y"_a, nb::kw_only(), "statistic"_a = "expected_calibration_error", "n_bins"_a = 15,
      "binning"_a = "equal_width", "level"_a = 0.95, "n_simulations"_a = 999, "seed"_a = 0, "n_threads"_a = 1,
      "Tests calibration by simulating outcomes from the probabilities; holds its size at any n.\n\n"
      "`expected` is the error that a perfect model of this size shows. statistic: 'expected_calibration_error' or\n"
      "'smooth_calibration_error'. Raises ShapeError, DomainError.");
  m.def(
      "measure_interval",
      [](const std::string& name, nb::handle p, nb::handle y, nb::handle group, double level, std::size_t n_resamples,
         const std::string& method, std::uint64_t seed, std::size_t n_threads) {
        if (method != "bca" && method != "percentile" && method != "basic") {
          hs::check::detail::fail<hs::DomainError>("measure_interval", "method", method, "must be bca, basic or percentile");
        }
        const auto probability = as_array<double>(p, "p");
        const auto label = as_array<std::int64_t>(y, "y");
        const auto p_span = as_span(probability, "p");
        const auto y_span = as_span(label, "y");
        const auto g = as_optional<std::int64_t>(group, "group");
        nb::gil_scoped_release release;
        using enum hs::metrics::BootstrapMethod;
        return measure_interval(name, p_span, y_span, g.span(),
                                {.level = level,
                                 .n_resamples = n_resamples,
                                 .method = method == "bca" ? bca : (method == "basic" ? basic : percentile),
                                 .seed = seed,
                                 .n_threads = n_threads});
      },
      "name"_a, "p"_a, "y"_a, nb::kw_only(), "group"_a = nb::none(), "level"_a = 0.95, "n_resamples"_a = 1000,
      "method"_a = "bca", "seed"_a = 0, "n_threads"_a = 1,
      "A measure with its bootstrap interval, drawing whole groups (patients); equal for any n_threads.\n\n"
      "name: 'auroc', 'average_precision', 'brier_score', 'scaled_brier_score', 'log_loss', 'expected_calibration_error',\n"
      "'smooth_calibration_error', 'integrated_calibration_index', 'calibration_intercept', 'calibration_slope' or\n"
      "'expected_observed_ratio'. Limits are NaN when over a tenth of the resamples have no value. Raises ShapeError,\n"
      "DomainError.");
}
