#include "array.hpp"
#include "bindings.hpp"

#include <heartsight/calibration/calibration_band.hpp>
#include <heartsight/calibration/cross_fit.hpp>

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;
using hs::bindings::as_array;
using hs::bindings::as_real_array;
using hs::bindings::as_span;
using hs::bindings::to_numpy;

namespace {

template <class C>
nb::class_<C> bind_calibrator(nb::module_& m, const char* name, const char* doc) {
  return nb::class_<C>(m, name, doc)
      .def(nb::init<>(), "An unfitted calibrator.")
      .def(
          "fit",
          [](C& self, nb::handle p, nb::handle y, nb::handle weight) -> C& {
            const auto labels = as_array<std::int64_t>(y, "y");
            const auto label_span = as_span(labels, "y");
            hs::bindings::ArrayView<double> weights;
            std::span<const double> weight_span;
            if (!weight.is_none()) {
              weights = as_array<double>(weight, "weight");
              weight_span = as_span(weights, "weight");
            }
            std::visit(
                [&](const auto& array) {
                  using T = std::remove_const_t<typename std::decay_t<decltype(array)>::Scalar>;
                  const auto span = as_span<T>(array, "p");
                  C fitted;  // fitted aside: another thread may be reading self
                  {
                    nb::gil_scoped_release release;
                    fitted.fit(span, label_span, weight_span);
                  }
                  self = std::move(fitted);
                },
                as_real_array(p, "p"));
            return self;
          },
          "p"_a, "y"_a, nb::kw_only(), "weight"_a = nb::none(), nb::rv_policy::reference,
          "Fit to probabilities p (n,) in [0, 1] and labels y (n,), integers 0 or 1, with optional weights (n,); returns "
          "self.\n\n"
          "Raises ShapeError (n = 0, sizes differ), DomainError (out of range, NaN, or only one class).")
      .def(
          "transform",
          [](const C& self, nb::handle p) {
            return std::visit(
                [&](const auto& array) {
                  using T = std::remove_const_t<typename std::decay_t<decltype(array)>::Scalar>;
                  const auto span = as_span<T>(array, "p");
                  const C calibrator = self;  // another thread may fit self once the GIL is released
                  std::vector<double> out;
                  {
                    nb::gil_scoped_release release;
                    out = calibrator.transform(span);
                  }
                  return to_numpy(std::move(out));
                },
                as_real_array(p, "p"));
          },
          "p"_a, "Calibrated probabilities (n,) of p (n,). Raises NotFittedError, DomainError.")
      .def_prop_ro("is_fitted", &C::is_fitted)
      .def_prop_ro(
          "parameters", [](const C& self) { return to_numpy(self.parameters()); }, nb::rv_policy::automatic,
          "The fitted numbers, for storage.")
      .def("__getstate__", [](const C& self) { return self.is_fitted() ? self.parameters() : std::vector<double>{}; })
      .def("__setstate__",
           [](C& self, const std::vector<double>& parameters) {
             new (&self) C();
             if (!parameters.empty()) self = std::get<C>(hs::calibration::make_calibrator(C::kind, parameters));
           })
      .def("__repr__", [name = std::string(name)](const C& self) {
        if (!self.is_fitted()) return name + "(not fitted)";
        std::string text = name + "(";
        const auto parameters = self.parameters();
        if (parameters.size() > 3) return text + std::to_string(parameters.size() / 2) + " knots)";
        for (std::size_t i = 0; i < parameters.size(); ++i) {
          text += (i == 0 ? "" : ", ") + nb::cast<std::string>(nb::str(nb::cast(parameters[i])));
        }
        return text + ")";
      });
}

}  // namespace

void bind_calibration(nb::module_& m) {
  bind_calibration_measures(m);
  using hs::calibration::Beta;
  using hs::calibration::CalibrationBand;
  using hs::calibration::Isotonic;
  using hs::calibration::Platt;
  using hs::calibration::Temperature;
  bind_calibrator<Beta>(m, "Beta",
                        "Beta calibration, sigmoid(a ln p - b ln(1 - p) + c), a and b not negative (Kull et al. 2017, DOI\n"
                        "10.1214/17-EJS1338SI). The default: it mends over- and under-confidence and a shifted prevalence.")
      .def(nb::init<double, double, double>(), "a"_a, "b"_a, "c"_a);
  bind_calibrator<Platt>(
      m, "Platt",
      "Platt scaling, sigmoid(slope logit p + intercept), fitted to Platt's smoothed targets (Platt 1999; Lin et\n"
      "al. 2007, DOI 10.1007/s10994-007-5018-6).")
      .def(nb::init<double, double>(), "slope"_a, "intercept"_a);
  bind_calibrator<Isotonic>(
      m, "Isotonic",
      "Isotonic calibration by pool adjacent violators, linear between knots (Zadrozny and Elkan 2002, DOI\n"
      "10.1145/775047.775151). Equal to scikit-learn's IsotonicRegression(out_of_bounds='clip').")
      .def(nb::init<std::vector<double>, std::vector<double>>(), "knot_scores"_a, "knot_probabilities"_a);
  bind_calibrator<Temperature>(
      m, "Temperature",
      "Temperature scaling of a binary score, sigmoid(logit p / temperature) (Guo et al. 2017, arXiv\n"
      "1706.04599). It cannot mend a shifted prevalence.")
      .def(nb::init<double>(), "temperature"_a);

  using hs::calibration::HistogramBinning;
  using hs::calibration::VennAbers;
  bind_calibrator<HistogramBinning>(m, "HistogramBinning",
                                    "Histogram binning: observed shares in at most 15 bins of equal weight (Zadrozny and\n"
                                    "Elkan 2001). Makes ties, and need not rise with the score.")
      .def(nb::init<std::vector<double>, std::vector<double>>(), "edges"_a, "shares"_a);
  bind_calibrator<VennAbers>(
      m, "VennAbers",
      "Inductive Venn-Abers calibration (Vovk et al. 2015, arXiv 1511.00213): two probabilities that\n"
      "bracket a calibrated one under exchangeability alone; transform gives the one between.")
      .def(nb::init<std::vector<double>, std::vector<double>, std::vector<double>>(), "scores"_a, "low"_a, "high"_a)
      .def(
          "interval",
          [](const VennAbers& self, nb::handle p) {
            const auto array = as_array<double>(p, "p");
            const auto span = as_span(array, "p");
            std::vector<double> low;
            std::vector<double> high;
            for (const double value : span) {
              const auto limits = self.interval(value);
              low.push_back(limits.low);
              high.push_back(limits.high);
            }
            return nb::make_tuple(to_numpy(std::move(low)), to_numpy(std::move(high)));
          },
          "p"_a,
          nb::sig("def interval(self, p: object) -> tuple[numpy.typing.NDArray[numpy.float64], "
                  "numpy.typing.NDArray[numpy.float64]]"),
          "The two probabilities (n,), (n,) of scores p (n,). Raises NotFittedError, DomainError.");

  m.def(
      "cross_fit",
      [](const std::string& kind, nb::handle p, nb::handle y, nb::handle group, std::size_t n_folds, std::uint64_t seed) {
        const auto probability = as_array<double>(p, "p");
        const auto labels = as_array<std::int64_t>(y, "y");
        const auto y_span = as_span(labels, "y");
        hs::bindings::ArrayView<std::int64_t> groups;
        std::span<const std::int64_t> group_span;
        if (!group.is_none()) {
          groups = as_array<std::int64_t>(group, "group");
          group_span = as_span(groups, "group");
        }
        const hs::calibration::CrossFitOptions options{.n_folds = n_folds, .seed = seed};
        const bool one_class = probability.ndim() == 1;
        const auto rows = one_class ? hs::MatrixView<const double>() : hs::bindings::as_matrix(probability, "p");
        std::vector<double> out;
        {
          nb::gil_scoped_release release;
          out = one_class ? hs::calibration::cross_fit(kind, as_span(probability, "p"), y_span, group_span, options)
                          : hs::calibration::cross_fit({.scaling = hs::calibration::softmax_scaling(kind)}, rows, y_span,
                                                       group_span, options);
        }
        if (one_class) return to_numpy(std::move(out));
        return to_numpy(std::move(out), {rows.n_rows(), rows.n_cols()});
      },
      "kind"_a, "p"_a, "y"_a, nb::kw_only(), "group"_a = nb::none(), "n_folds"_a = 5, "seed"_a = 0,
      "Calibrated probabilities in which no case has calibrated itself; groups (patients) stay in one fold.\n\n"
      "p (n,), y 0 or 1: kind is 'beta', 'platt', 'isotonic', 'temperature', 'histogram_binning' or 'venn_abers'.\n"
      "p (n, k), rows sum to 1, y 0 .. k - 1: 'temperature', 'vector' or 'dirichlet' scaling of all classes together.\n"
      "Raises ShapeError, DomainError.");

  nb::class_<CalibrationBand>(m, "CalibrationBand", "How uncertain a calibrator is at each score, from resampling.")
      .def_prop_ro(
          "score", [](const CalibrationBand& b) { return to_numpy(std::vector<double>(b.score)); }, nb::rv_policy::automatic)
      .def_prop_ro(
          "low", [](const CalibrationBand& b) { return to_numpy(std::vector<double>(b.low)); }, nb::rv_policy::automatic)
      .def_prop_ro(
          "high", [](const CalibrationBand& b) { return to_numpy(std::vector<double>(b.high)); }, nb::rv_policy::automatic)
      .def(
          "at",
          [](const CalibrationBand& b, double score) {
            const auto [low, high] = b.at(score);
            return nb::make_tuple(low, high);
          },
          "score"_a, nb::sig("def at(self, score: float) -> tuple[float, float]"),
          "Limits (low, high) at one score, linear between grid points.");
  m.def(
      "calibration_band",
      [](const std::string& kind, nb::handle p, nb::handle y, nb::handle grid, nb::handle group, double level,
         std::size_t n_resamples, std::uint64_t seed, std::size_t n_threads) {
        const auto probability = as_array<double>(p, "p");
        const auto labels = as_array<std::int64_t>(y, "y");
        const auto scores = as_array<double>(grid, "grid");
        const auto p_span = as_span(probability, "p");
        const auto y_span = as_span(labels, "y");
        const auto grid_span = as_span(scores, "grid");
        hs::bindings::ArrayView<std::int64_t> groups;
        std::span<const std::int64_t> group_span;
        if (!group.is_none()) {
          groups = as_array<std::int64_t>(group, "group");
          group_span = as_span(groups, "group");
        }
        nb::gil_scoped_release release;
        return hs::calibration::calibration_band(
            kind, p_span, y_span, group_span, grid_span,
            {.level = level, .n_resamples = n_resamples, .seed = seed, .n_threads = n_threads});
      },
      "kind"_a, "p"_a, "y"_a, nb::kw_only(), "grid"_a, "group"_a = nb::none(), "level"_a = 0.95, "n_resamples"_a = 500,
      "seed"_a = 0, "n_threads"_a = 1,
      "Pointwise percentile-bootstrap band of a calibrator at the scores of grid, resampling whole groups (patients).\n\n"
      "Sampling uncertainty only: a wrong model or another population is not in it. Raises ShapeError, DomainError.");
  bind_calibration_conformal(m);
}
