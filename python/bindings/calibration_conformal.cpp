#include "array.hpp"
#include "bindings.hpp"
#include "scores.hpp"
#include "state_bytes.hpp"

#include <heartsight/calibration/conformal.hpp>
#include <heartsight/calibration/softmax_calibrator.hpp>

#include <nanobind/stl/string.h>

#include <array>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;
using hs::bindings::as_array;
using hs::bindings::as_matrix;
using hs::bindings::as_optional;
using hs::bindings::as_span;
using hs::bindings::to_numpy;

namespace {

nb::object as_int8(const std::vector<hs::calibration::ConformalAnswer>& answer, std::size_t n_labels) {
  std::vector<std::int8_t> values;
  for (const auto a : answer) values.push_back(static_cast<std::int8_t>(a));
  const std::size_t rows = values.size() / n_labels;
  return nb::cast(to_numpy(std::move(values), {rows, n_labels}));
}

}  // namespace

void bind_calibration_conformal(nb::module_& m) {
  using namespace hs::calibration;
  nb::class_<SoftmaxCalibrator>(m, "SoftmaxCalibrator",
                                "Calibration of multi-class probabilities, softmax(W ln p + b).\n\n"
                                "scaling: 'temperature' (one factor; keeps the order of classes), 'vector' (a factor and an "
                                "intercept per class; both\n"
                                "Guo et al. 2017, arXiv 1706.04599) or 'dirichlet' (a full matrix, off-diagonal entries and "
                                "intercepts shrunk; Kull et\n"
                                "al. 2019, arXiv 1910.12656).")
      .def(
          "__init__",
          [](SoftmaxCalibrator* self, const std::string& scaling, double off_diagonal_penalty, double intercept_penalty) {
            new (self) SoftmaxCalibrator({.scaling = hs::calibration::softmax_scaling(scaling),
                                          .off_diagonal_penalty = off_diagonal_penalty,
                                          .intercept_penalty = intercept_penalty});
          },
          nb::kw_only(), "scaling"_a = "dirichlet", "off_diagonal_penalty"_a = 1e-3, "intercept_penalty"_a = 1e-3)
      .def(
          "fit",
          [](SoftmaxCalibrator& self, nb::handle p, nb::handle class_index, nb::handle weight) -> SoftmaxCalibrator& {
            const auto probability = as_array<double>(p, "p");
            const auto index = as_array<std::int64_t>(class_index, "class_index");
            const auto matrix = as_matrix(probability, "p");
            const auto span = as_span(index, "class_index");
            const auto w = as_optional<double>(weight, "weight");
            SoftmaxCalibrator fitted(self.options());
            {
              nb::gil_scoped_release release;
              fitted.fit(matrix, span, w.span());
            }
            self = std::move(fitted);
            return self;
          },
          "p"_a, "class_index"_a, nb::kw_only(), "weight"_a = nb::none(), nb::rv_policy::reference,
          "Fit to probabilities p (n, k) and true classes (n,), 0 .. k - 1; returns self. Raises ShapeError, DomainError.")
      .def(
          "transform",
          [](const SoftmaxCalibrator& self, nb::handle p) {
            const auto probability = as_array<double>(p, "p");
            const auto matrix = as_matrix(probability, "p");
            const SoftmaxCalibrator calibrator = self;
            std::vector<double> out;
            {
              nb::gil_scoped_release release;
              out = calibrator.transform(matrix);
            }
            return to_numpy(std::move(out), {matrix.n_rows(), matrix.n_cols()});
          },
          "p"_a, "Calibrated probabilities (n, k) of p (n, k). Raises NotFittedError, ShapeError, DomainError.")
      .def_prop_ro("is_fitted", &SoftmaxCalibrator::is_fitted)
      .def_prop_ro("scaling", [](const SoftmaxCalibrator& self) { return std::string(to_string(self.options().scaling)); })
      .def_prop_ro(
          "matrix",
          [](const SoftmaxCalibrator& self) {
            return to_numpy(std::vector<double>(self.matrix()), {self.n_classes(), self.n_classes()});
          },
          nb::rv_policy::automatic, "W (k, k).")
      .def_prop_ro(
          "intercept", [](const SoftmaxCalibrator& self) { return to_numpy(std::vector<double>(self.intercept())); },
          nb::rv_policy::automatic, "b (k,).");

  nb::class_<ConformalSets>(
      m, "ConformalSets",
      "Split conformal prediction sets for multi-class probabilities.\n\n"
      "A set holds the true class with probability at least 1 - alpha over exchangeable cases; in each group, and for each\n"
      "true class (class_conditional), where asked. score: 'lac' (1 - p; arXiv 1609.00451) or 'aps' (adaptive; arXiv\n"
      "2006.02544). Where cases are too few for alpha, sets hold every class. Nothing is promised for one given patient or\n"
      "under drift.")
      .def(
          "__init__",
          [](ConformalSets* self, const std::string& score, double alpha, bool class_conditional, bool randomized,
             std::uint64_t seed) {
            if (score != "lac" && score != "aps") {
              hs::check::detail::fail<hs::DomainError>("ConformalSets", "score", score, "must be lac or aps");
            }
            new (self) ConformalSets({.score = score == "lac" ? ConformalScore::lac : ConformalScore::aps,
                                      .alpha = alpha,
                                      .class_conditional = class_conditional,
                                      .randomized = randomized,
                                      .seed = seed});
          },
          nb::kw_only(), "score"_a = "lac", "alpha"_a = 0.1, "class_conditional"_a = false, "randomized"_a = true,
          "seed"_a = 0)
      .def(
          "fit",
          [](ConformalSets& self, nb::handle p, nb::handle class_index, nb::handle group) -> ConformalSets& {
            const auto probability = as_array<double>(p, "p");
            const auto index = as_array<std::int64_t>(class_index, "class_index");
            const auto matrix = as_matrix(probability, "p");
            const auto span = as_span(index, "class_index");
            const auto g = as_optional<std::int64_t>(group, "group");
            ConformalSets fitted(self.options());
            {
              nb::gil_scoped_release release;
              fitted.fit(matrix, span, g.span());
            }
            self = std::move(fitted);
            return self;
          },
          "p"_a, "class_index"_a, nb::kw_only(), "group"_a = nb::none(), nb::rv_policy::reference,
          "Thresholds from p (n, k) of cases that neither model nor calibrator has seen; returns self. Raises ShapeError,\n"
          "DomainError.")
      .def(
          "predict",
          [](const ConformalSets& self, nb::handle p, nb::handle group, std::uint64_t seed) {
            const auto probability = as_array<double>(p, "p");
            const auto matrix = as_matrix(probability, "p");
            const auto g = as_optional<std::int64_t>(group, "group");
            const ConformalSets sets = self;
            std::vector<std::uint8_t> member;
            {
              nb::gil_scoped_release release;
              member = sets.predict(matrix, g.span(), seed);
            }
            nb::object array = nb::cast(to_numpy(std::move(member), {matrix.n_rows(), matrix.n_cols()}));
            return array.attr("astype")("bool");
          },
          "p"_a, nb::kw_only(), "group"_a = nb::none(), "seed"_a = 1,
          nb::sig("def predict(self, p: object, *, group: object | None = None, seed: int = 1) -> "
                  "numpy.typing.NDArray[numpy.bool_]"),
          "Sets (m, k) of booleans; a set may be empty. Raises NotFittedError, ShapeError, DomainError (unknown group).")
      .def_prop_ro("alpha", [](const ConformalSets& self) { return self.options().alpha; })
      .def_prop_ro("score",
                   [](const ConformalSets& self) { return self.options().score == ConformalScore::lac ? "lac" : "aps"; })
      .def_prop_ro(
          "threshold",
          [](const ConformalSets& self) {
            const std::size_t k = self.n_classes();
            return to_numpy(std::vector<double>(self.threshold()), {k == 0 ? 0 : self.threshold().size() / k, k});
          },
          nb::rv_policy::automatic, "(groups, k); infinite where cases were too few.")
      .def_prop_ro(
          "groups", [](const ConformalSets& self) { return to_numpy(std::vector<std::int64_t>(self.groups())); },
          nb::rv_policy::automatic);

  nb::class_<ConformalDecisions>(
      m, "ConformalDecisions",
      "Decisions per label that abstain where they cannot hold their error rate (class-conditional split conformal).\n\n"
      "Of the positives at most alpha are called negative (or neither), of the negatives at most alpha positive (or "
      "neither),\n"
      "for every label, in each group where asked, over exchangeable cases.")
      .def(nb::init<double>(), nb::kw_only(), "alpha"_a = 0.1)
      .def(
          "fit",
          [](ConformalDecisions& self, nb::handle p, nb::handle y, nb::handle group) -> ConformalDecisions& {
            const auto probability = as_array<double>(p, "p");
            const auto label = as_array<std::int64_t>(y, "y");
            const auto p_matrix = as_matrix(probability, "p");
            const auto y_matrix = as_matrix(label, "y");
            const auto g = as_optional<std::int64_t>(group, "group");
            ConformalDecisions fitted(self.alpha());
            {
              nb::gil_scoped_release release;
              fitted.fit(p_matrix, y_matrix, g.span());
            }
            self = std::move(fitted);
            return self;
          },
          "p"_a, "y"_a, nb::kw_only(), "group"_a = nb::none(), nb::rv_policy::reference,
          "Thresholds from p (n, k) and labels y (n, k); returns self. Raises ShapeError, DomainError.")
      .def(
          "predict",
          [](const ConformalDecisions& self, nb::handle p, nb::handle group) {
            const auto probability = as_array<double>(p, "p");
            const auto matrix = as_matrix(probability, "p");
            const auto g = as_optional<std::int64_t>(group, "group");
            const ConformalDecisions decisions = self;
            std::vector<ConformalAnswer> answer;
            {
              nb::gil_scoped_release release;
              answer = decisions.predict(matrix, g.span());
            }
            return as_int8(answer, matrix.n_cols());
          },
          "p"_a, nb::kw_only(), "group"_a = nb::none(),
          nb::sig("def predict(self, p: object, *, group: object | None = None) -> numpy.typing.NDArray[numpy.int8]"),
          "Answers (m, k): 0 negative, 1 positive, 2 both and 3 neither (abstain). Raises NotFittedError, ShapeError,\n"
          "DomainError (unknown group).")
      .def_prop_ro("alpha", &ConformalDecisions::alpha)
      .def_prop_ro(
          "threshold",
          [](const ConformalDecisions& self) {
            const std::size_t k = self.n_labels();
            return to_numpy(std::vector<double>(self.threshold()), {k == 0 ? 0 : self.threshold().size() / (2 * k), k, 2});
          },
          nb::rv_policy::automatic,
          "(groups, k, 2): the largest p of a negative answer, the largest 1 - p of a positive one.");
  hs::bindings::bind_bytes<SoftmaxCalibrator>();
  hs::bindings::bind_bytes<ConformalSets>();
  hs::bindings::bind_bytes<ConformalDecisions>();
  m.def(
      "risk_controlling_threshold",
      [](nb::handle p, nb::handle y, double alpha) {
        const auto probability = as_array<double>(p, "p");
        const auto label = as_array<std::int64_t>(y, "y");
        const auto p_matrix = as_matrix(probability, "p");
        const auto y_matrix = as_matrix(label, "y");
        nb::gil_scoped_release release;
        return risk_controlling_threshold(p_matrix, y_matrix, alpha);
      },
      "p"_a, "y"_a, nb::kw_only(), "alpha"_a,
      "The highest threshold whose expected share of missed labels is at most alpha (conformal risk control, arXiv\n"
      "2208.02814). 0 where cases are too few. Raises ShapeError, DomainError.");
}
