#include "array.hpp"
#include "bindings.hpp"

#include <heartsight/drift/anderson_darling.hpp>
#include <heartsight/drift/chi_square.hpp>
#include <heartsight/drift/cramer_von_mises.hpp>
#include <heartsight/drift/hellinger.hpp>
#include <heartsight/drift/jensen_shannon.hpp>
#include <heartsight/drift/kolmogorov_smirnov.hpp>
#include <heartsight/drift/population_stability_index.hpp>
#include <heartsight/drift/reference_bins.hpp>
#include <heartsight/drift/two_proportions.hpp>
#include <heartsight/drift/wasserstein.hpp>

#include <array>
#include <string>
#include <string_view>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;
using hs::bindings::as_array;
using hs::bindings::as_real_array;
using hs::bindings::as_span;
using hs::bindings::to_numpy;

namespace {

/// Calls test(x, y) on two spans of one type, with the GIL released; float32 with float64 is taken as float64.
template <class Test>
auto on_pair(nb::handle reference, nb::handle current, Test&& test) {
  const auto x = as_real_array(reference, "reference");
  const auto y = as_real_array(current, "current");
  if (std::holds_alternative<hs::bindings::ArrayView<float>>(x) &&
      std::holds_alternative<hs::bindings::ArrayView<float>>(y)) {
    const auto a = as_span(std::get<hs::bindings::ArrayView<float>>(x), "reference");
    const auto b = as_span(std::get<hs::bindings::ArrayView<float>>(y), "current");
    nb::gil_scoped_release release;
    return test(a, b);
  }
  const auto x_double = as_array<double>(reference, "reference");
  const auto y_double = as_array<double>(current, "current");
  const auto a = as_span(x_double, "reference");
  const auto b = as_span(y_double, "current");
  nb::gil_scoped_release release;
  return test(a, b);
}

hs::drift::PValueMethod p_value_method(const char* where, std::string_view name) {
  using hs::drift::PValueMethod;
  if (name == "auto") return PValueMethod::automatic;
  if (name == "exact") return PValueMethod::exact;
  if (name == "asymptotic") return PValueMethod::asymptotic;
  hs::check::detail::fail<hs::DomainError>(where, "method", std::string(name), "must be one of auto, exact, asymptotic");
}

template <class Function>
void bind_binned(nb::module_& m, const char* name, Function function, const char* doc) {
  m.def(
      name,
      [function](nb::handle reference, nb::handle current, std::size_t n_bins, double smoothing, std::size_t n_resamples,
                 std::uint64_t seed) {
        const hs::drift::BinnedOptions options{
            .n_bins = n_bins, .smoothing = smoothing, .n_resamples = n_resamples, .seed = seed};
        return on_pair(reference, current, [&](auto x, auto y) { return function(x, y, options); });
      },
      "reference"_a, "current"_a, nb::kw_only(), "n_bins"_a = 10, "smoothing"_a = 0.5, "n_resamples"_a = 1999, "seed"_a = 0,
      doc);
  m.def((std::string(name) + "_of_counts").c_str(),
        [function](nb::handle reference, nb::handle current, double smoothing, std::size_t n_resamples, std::uint64_t seed) {
          const hs::drift::BinnedOptions options{.smoothing = smoothing, .n_resamples = n_resamples, .seed = seed};
          const auto x = as_array<std::int64_t>(reference, "reference");
          const auto y = as_array<std::int64_t>(current, "current");
          const auto a = as_span(x, "reference");
          const auto b = as_span(y, "current");
          nb::gil_scoped_release release;
          return function(a, b, options);
        },
        "reference"_a, "current"_a, nb::kw_only(), "smoothing"_a = 0.5, "n_resamples"_a = 1999, "seed"_a = 0,
        "The same of counts (k,) on the same k bins or categories, which do not depend on either sample.");
}

}  // namespace

void bind_drift(nb::module_& m) {
  using hs::drift::TestResult;
  nb::class_<TestResult>(m, "TestResult",
                         "A statistic of two samples and its p-value under the hypothesis of one distribution.")
      .def_ro("statistic", &TestResult::statistic)
      .def_ro("p_value", &TestResult::p_value)
      .def("__iter__", [](const TestResult& r) { return nb::iter(nb::make_tuple(r.statistic, r.p_value)); })
      .def("__repr__", [](const TestResult& r) {
        return "TestResult(statistic=" + nb::cast<std::string>(nb::repr(nb::cast(r.statistic))) +
               ", p_value=" + nb::cast<std::string>(nb::repr(nb::cast(r.p_value))) + ")";
      });

  m.def(
      "kolmogorov_smirnov",
      [](nb::handle reference, nb::handle current, const std::string& method) {
        const hs::drift::KolmogorovSmirnovOptions options{p_value_method("kolmogorov_smirnov", method)};
        return on_pair(reference, current, [&](auto x, auto y) { return hs::drift::kolmogorov_smirnov(x, y, options); });
      },
      "reference"_a, "current"_a, nb::kw_only(), "method"_a = "auto",
      "Two-sample Kolmogorov-Smirnov test: D = sup |F - G| and its two-sided p-value.\n\n"
      "reference (n,), current (m,), in any order; NaN are omitted, infinities are values. method: 'exact' (ties taken as\n"
      "untied: conservative), 'asymptotic', or 'auto': exact up to 10,000 values a side. NaN and NaN when a side is empty.\n"
      "Equal to scipy.stats.ks_2samp. Source: Hodges 1958, DOI 10.1007/BF02589501.");
  m.def(
      "wasserstein",
      [](nb::handle reference, nb::handle current) {
        return on_pair(reference, current, [](auto x, auto y) { return hs::drift::wasserstein(x, y); });
      },
      "reference"_a, "current"_a,
      "First Wasserstein distance: the integral of |F - G|, in the unit of the values.\n\n"
      "NaN are omitted; NaN when a side is empty. Equal to scipy.stats.wasserstein_distance.");
  m.def(
      "cramer_von_mises",
      [](nb::handle reference, nb::handle current, const std::string& method) {
        const hs::drift::CramerVonMisesOptions options{p_value_method("cramer_von_mises", method)};
        return on_pair(reference, current, [&](auto x, auto y) { return hs::drift::cramer_von_mises(x, y, options); });
      },
      "reference"_a, "current"_a, nb::kw_only(), "method"_a = "auto",
      "Two-sample Cramer-von Mises test with midranks; 'auto' is exact up to 20 values a side, 'exact' goes to 60.\n\n"
      "NaN are omitted; NaN and NaN when a side is empty. Equal to scipy.stats.cramervonmises_2samp. Source: Anderson "
      "1962,\n"
      "DOI 10.1214/aoms/1177704477. Raises DomainError (exact with more than 60 values).");
  m.def(
      "anderson_darling",
      [](nb::handle reference, nb::handle current) {
        return on_pair(reference, current, [](auto x, auto y) { return hs::drift::anderson_darling(x, y); });
      },
      "reference"_a, "current"_a,
      "Two-sample Anderson-Darling test with midranks (Scholz and Stephens 1987, DOI 10.1080/01621459.1987.10478517).\n\n"
      "The statistic equals scipy.stats.anderson_ksamp(midrank=True); the p-value is that of the limit law, out to the far\n"
      "tail, where SciPy's is interpolated and cut to [0.001, 0.25]. NaN are omitted; NaN and NaN when a side is empty.");
  m.def(
      "two_proportions", &hs::drift::two_proportions, "reference_successes"_a, "reference_trials"_a, "current_successes"_a,
      "current_trials"_a,
      "z test of two proportions with pooled variance, two-sided; z is that of current less reference. Raises DomainError.");
  m.def("fisher_exact", &hs::drift::fisher_exact, "reference_successes"_a, "reference_trials"_a, "current_successes"_a,
        "current_trials"_a,
        "Fisher's exact test of two proportions, two-sided; the statistic is the odds ratio of current to reference.\n\n"
        "p equals scipy.stats.fisher_exact. Raises DomainError.");
  m.def(
      "chi_square",
      [](nb::handle reference, nb::handle current, double smallest_expected, std::size_t n_resamples, std::uint64_t seed) {
        const auto x = as_array<std::int64_t>(reference, "reference");
        const auto y = as_array<std::int64_t>(current, "current");
        const auto a = as_span(x, "reference");
        const auto b = as_span(y, "current");
        nb::gil_scoped_release release;
        return hs::drift::chi_square(a, b,
                                     {.smallest_expected = smallest_expected, .n_resamples = n_resamples, .seed = seed});
      },
      "reference"_a, "current"_a, nb::kw_only(), "smallest_expected"_a = 5.0, "n_resamples"_a = 1999, "seed"_a = 0,
      "Pearson's chi-square test of two rows of counts (k,) of the same categories, without continuity correction.\n\n"
      "Where an expected count is below smallest_expected, p is the share of random splits with a statistic as large.\n"
      "Equal to scipy.stats.chi2_contingency(correction=False). Raises ShapeError, DomainError.");
  bind_binned(
      m, "population_stability_index",
      [](auto x, auto y, const auto& options) { return hs::drift::population_stability_index(x, y, options); },
      "Population stability index on n_bins bins at quantiles of the reference, the outer two open, and its p-value.\n\n"
      "smoothing is added to each count; 0 is the plain definition, infinite for an empty bin. Without drift the mean is\n"
      "about (1/n + 1/m)(n_bins - 1), so that the customary limit 0.1 means nothing for small samples: go by the p-value\n"
      "(Yurdakul and Naranjo 2020, DOI 10.21314/JRMV.2020.227; simulated for small counts). NaN are omitted.");
  bind_binned(
      m, "jensen_shannon", [](auto x, auto y, const auto& options) { return hs::drift::jensen_shannon(x, y, options); },
      "Jensen-Shannon distance in nats on bins at quantiles of the reference, and its p-value; smoothing is not used.\n\n"
      "Equal to scipy.spatial.distance.jensenshannon of the same shares. NaN are omitted.");
  bind_binned(
      m, "hellinger", [](auto x, auto y, const auto& options) { return hs::drift::hellinger(x, y, options); },
      "Hellinger distance, in [0, 1], on bins at quantiles of the reference, and its p-value; smoothing is not used.\n\n"
      "NaN are omitted.");

  nb::class_<hs::drift::ReferenceBins>(
      m, "ReferenceBins",
      "Bins between quantiles of a reference (n,), the first and the last open; a frequent value has a bin to itself.")
      .def(
          "__init__",
          [](hs::drift::ReferenceBins* self, nb::handle reference, std::size_t n_bins) {
            const auto values = as_array<double>(reference, "reference");
            new (self) hs::drift::ReferenceBins(as_span(values, "reference"), n_bins);
          },
          "reference"_a, "n_bins"_a = 10)
      .def_prop_ro(
          "edges", [](const hs::drift::ReferenceBins& self) { return to_numpy(std::vector<double>(self.edges())); },
          nb::rv_policy::automatic)
      .def("__len__", &hs::drift::ReferenceBins::size)
      .def(
          "counts",
          [](const hs::drift::ReferenceBins& self, nb::handle values) {
            const auto array = as_array<double>(values, "values");
            return to_numpy(self.counts(as_span(array, "values")));
          },
          "values"_a, "Counts (len(self),) of values (n,); NaN are left out.");
}
