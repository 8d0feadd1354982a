#include "array.hpp"
#include "bindings.hpp"

#include <heartsight/features/summary_statistics.hpp>

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;

namespace {

hs::NanPolicy parse_nan_policy(const std::string& name) {
  if (name == "propagate") return hs::NanPolicy::propagate;
  if (name == "omit") return hs::NanPolicy::omit;
  if (name == "reject") return hs::NanPolicy::reject;
  hs::check::detail::fail<hs::DomainError>("summary_statistics", "nan_policy", name, "must be propagate, omit or reject");
}

hs::bindings::NumpyArray<double> summary_statistics(nb::handle signal, const std::string& nan_policy,
                                                    std::size_t n_threads) {
  const hs::features::SummaryStatisticsOptions options{.nan_policy = parse_nan_policy(nan_policy)};
  return std::visit(
      [&](const auto& array) {
        using T = std::remove_const_t<typename std::decay_t<decltype(array)>::Scalar>;
        std::vector<double> out;
        if (array.ndim() == 2) {
          const auto matrix = hs::bindings::as_matrix<T>(array, "signal");
          {
            nb::gil_scoped_release release;
            out = hs::features::summary_statistics(matrix, options);
          }
          return hs::bindings::to_numpy(std::move(out));
        }
        if (array.ndim() != 3) {
          hs::check::detail::fail<hs::ShapeError>("summary_statistics", "signal", "",
                                                  "must be (n_leads, n_samples) or (n_records, n_leads, n_samples), has " +
                                                      std::to_string(array.ndim()) + " dimensions");
        }
        const std::size_t n_records = array.shape(0);
        const std::size_t n_features = 9 * array.shape(1);
        {
          nb::gil_scoped_release release;
          out = hs::features::summary_statistics(std::span<const T>(array.data(), array.size()), n_records, array.shape(1),
                                                 array.shape(2), options, n_threads);
        }
        return hs::bindings::to_numpy(std::move(out), {n_records, n_features});
      },
      hs::bindings::as_real_array(signal, "signal"));
}

}  // namespace

void bind_features(nb::module_& m) {
  nb::class_<hs::features::FeatureSchema>(m, "FeatureSchema", "Names of a feature vector in their order; see fingerprint().")
      .def_ro("definition", &hs::features::FeatureSchema::definition, "Name and version of the extractor.")
      .def_ro("names", &hs::features::FeatureSchema::names, "One name per column.")
      .def("fingerprint", &hs::features::FeatureSchema::fingerprint,
           "SHA-256 over definition and names; changes when a name, the order or the definition changes.")
      .def("__len__", [](const hs::features::FeatureSchema& s) { return s.names.size(); })
      .def("__eq__",
           [](const hs::features::FeatureSchema& a, nb::handle b) {
             return nb::isinstance<hs::features::FeatureSchema>(b) && a == nb::cast<const hs::features::FeatureSchema&>(b);
           })
      .def("__repr__", [](const hs::features::FeatureSchema& s) {
        return "FeatureSchema('" + s.definition + "', " + std::to_string(s.names.size()) + " features, fingerprint " +
               s.fingerprint().substr(0, 12) + ")";
      });
  m.def("summary_statistics", &summary_statistics, "signal"_a, nb::kw_only(), "nan_policy"_a = "propagate",
        "n_threads"_a = 1,
        "Nine statistics of each lead: mean, std, min, max, p25, p50, p75, range, variance, lead after lead.\n\n"
        "signal: (n_leads, n_samples), or a batch (n_records, n_leads, n_samples); float32 or float64 in place, other real\n"
        "dtypes converted. Returns float64 of shape (9 * n_leads,) or (n_records, 9 * n_leads): 108 numbers for 12 leads.\n"
        "std and variance have divisor n, quartiles interpolate linearly; equal to NumPy within 1e-12.\n"
        "nan_policy: 'propagate' (a NaN makes its lead NaN), 'omit', or 'reject' (DomainError naming the place).\n"
        "n_threads: threads for a batch, started and joined within the call.\n"
        "Raises ShapeError when signal has no lead or another number of dimensions.");
  m.def(
      "summary_statistics_schema",
      [](const std::vector<std::string>& leads) { return hs::features::summary_statistics_schema(leads); }, "leads"_a,
      "FeatureSchema of summary_statistics for these leads: 'I_mean', 'I_std', ..., 'V6_variance'.");
}
