#include "array.hpp"
#include "bindings.hpp"

#include <heartsight/drift/domain_classifier.hpp>
#include <heartsight/drift/maximum_mean_discrepancy.hpp>
#include <heartsight/drift/pca_reconstruction.hpp>

#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;

namespace {

/// Calls test(reference, current) on two matrices with the GIL released.
template <class Test>
auto on_matrices(nb::handle reference, nb::handle current, Test&& test) {
  const auto x = hs::bindings::as_array<double>(reference, "reference");
  const auto y = hs::bindings::as_array<double>(current, "current");
  const auto a = hs::bindings::as_matrix(x, "reference");
  const auto b = hs::bindings::as_matrix(y, "current");
  nb::gil_scoped_release release;
  return test(a, b);
}

}  // namespace

void bind_drift_tables(nb::module_& m) {
  using hs::drift::DomainClassifierResult;
  using hs::drift::MaximumMeanDiscrepancyResult;
  using hs::drift::PcaReconstructionResult;
  nb::class_<DomainClassifierResult>(m, "DomainClassifierResult", "How well a classifier tells current from reference rows.")
      .def_ro("auroc", &DomainClassifierResult::auroc)
      .def_ro("low", &DomainClassifierResult::low)
      .def_ro("high", &DomainClassifierResult::high)
      .def_ro("p_value", &DomainClassifierResult::p_value)
      .def_ro("coefficients", &DomainClassifierResult::coefficients)
      .def("__repr__", [](const DomainClassifierResult& r) {
        return nb::str("DomainClassifierResult(auroc={:.3f} [{:.3f}, {:.3f}], p_value={:.3g})")
            .format(r.auroc, r.low, r.high, r.p_value);
      });
  m.def(
      "domain_classifier",
      [](nb::handle reference, nb::handle current, double penalty, bool squares, std::size_t n_folds,
         std::size_t n_resamples, std::uint64_t seed, double level) {
        return on_matrices(reference, current, [&](auto x, auto y) {
          return hs::drift::domain_classifier(x, y,
                                              {.penalty = penalty,
                                               .squares = squares,
                                               .n_folds = n_folds,
                                               .n_resamples = n_resamples,
                                               .seed = seed,
                                               .level = level});
        });
      },
      "reference"_a, "current"_a, nb::kw_only(), "penalty"_a = 1.0, "squares"_a = true, "n_folds"_a = 5,
      "n_resamples"_a = 199, "seed"_a = 0, "level"_a = 0.95,
      "Cross-fitted L2-regularised logistic regression between the rows of two tables: AUROC, interval and p-value.\n\n"
      "reference (n, k), current (m, k), finite. squares: the squares of the columns are features too. 0.5 when the tables\n"
      "look alike. Raises ShapeError, DomainError. Source: Lopez-Paz and Oquab 2017, arXiv 1610.06545.");
  nb::class_<MaximumMeanDiscrepancyResult>(m, "MaximumMeanDiscrepancyResult", "A kernel two-sample test.")
      .def_ro("statistic", &MaximumMeanDiscrepancyResult::statistic)
      .def_ro("p_value", &MaximumMeanDiscrepancyResult::p_value)
      .def_ro("bandwidth", &MaximumMeanDiscrepancyResult::bandwidth)
      .def_ro("block_size", &MaximumMeanDiscrepancyResult::block_size)
      .def("__repr__", [](const MaximumMeanDiscrepancyResult& r) {
        return nb::str("MaximumMeanDiscrepancyResult(statistic={:.3g}, p_value={:.3g})").format(r.statistic, r.p_value);
      });
  m.def(
      "maximum_mean_discrepancy",
      [](nb::handle reference, nb::handle current, double bandwidth, std::size_t block_size, std::size_t n_resamples,
         std::uint64_t seed) {
        return on_matrices(reference, current, [&](auto x, auto y) {
          return hs::drift::maximum_mean_discrepancy(
              x, y, {.bandwidth = bandwidth, .block_size = block_size, .n_resamples = n_resamples, .seed = seed});
        });
      },
      "reference"_a, "current"_a, nb::kw_only(), "bandwidth"_a = 0.0, "block_size"_a = 0, "n_resamples"_a = 499,
      "seed"_a = 0,
      "Maximum mean discrepancy with a Gaussian kernel on standardised columns (Gretton et al. 2012).\n\n"
      "bandwidth 0: the median distance. block_size 0: all pairs and permutations up to 2,000 rows together, blocks of\n"
      "sqrt(n) above; 2: the linear-time statistic. Raises ShapeError, DomainError.");
  nb::class_<PcaReconstructionResult>(m, "PcaReconstructionResult", "Reconstruction errors by the reference's components.")
      .def_ro("reference_error", &PcaReconstructionResult::reference_error)
      .def_ro("current_error", &PcaReconstructionResult::current_error)
      .def_ro("n_components", &PcaReconstructionResult::n_components)
      .def_ro("statistic", &PcaReconstructionResult::statistic)
      .def_ro("p_value", &PcaReconstructionResult::p_value)
      .def("__repr__", [](const PcaReconstructionResult& r) {
        return nb::str(
                   "PcaReconstructionResult(reference_error={:.3g}, current_error={:.3g}, n_components={}, p_value={:.3g})")
            .format(r.reference_error, r.current_error, r.n_components, r.p_value);
      });
  m.def(
      "pca_reconstruction",
      [](nb::handle reference, nb::handle current, double variance, std::uint64_t seed) {
        return on_matrices(reference, current, [&](auto x, auto y) {
          return hs::drift::pca_reconstruction(x, y, {.variance = variance, .seed = seed});
        });
      },
      "reference"_a, "current"_a, nb::kw_only(), "variance"_a = 0.65, "seed"_a = 0,
      "How well principal components of half of the reference reconstruct current rows, against the other half.\n\n"
      "A change of the correlations between columns raises the error; a shift along the kept components does not.\n"
      "Raises ShapeError, DomainError.");
}
