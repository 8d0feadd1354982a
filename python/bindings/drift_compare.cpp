#include "array.hpp"
#include "bindings.hpp"

#include <heartsight/drift/compare.hpp>

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <string>
#include <vector>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;
using hs::bindings::as_array;
using hs::bindings::as_real_array;
using hs::bindings::as_span;
using hs::bindings::to_numpy;

namespace {

using Side = std::variant<std::span<const double>, std::span<const float>>;

}  // namespace

void bind_drift_compare(nb::module_& m) {
  using hs::drift::ColumnDrift;
  using hs::drift::CompareOptions;
  using hs::drift::DriftReport;
  nb::class_<ColumnDrift>(m, "ColumnDrift", "One test of one column.")
      .def_ro("name", &ColumnDrift::name)
      .def_prop_ro("kind", [](const ColumnDrift& c) { return std::string(to_string(c.kind)); })
      .def_prop_ro("method", [](const ColumnDrift& c) { return std::string(to_string(c.method)); })
      .def_ro("rule", &ColumnDrift::rule)
      .def_ro("n_reference", &ColumnDrift::n_reference)
      .def_ro("n_current", &ColumnDrift::n_current)
      .def_ro("missing_reference", &ColumnDrift::missing_reference)
      .def_ro("missing_current", &ColumnDrift::missing_current)
      .def_ro("statistic", &ColumnDrift::statistic)
      .def_ro("p_value", &ColumnDrift::p_value)
      .def_ro("adjusted_p_value", &ColumnDrift::adjusted_p_value)
      .def_ro("effect", &ColumnDrift::effect)
      .def_ro("effect_name", &ColumnDrift::effect_name)
      .def_ro("margin", &ColumnDrift::margin)
      .def_prop_ro("verdict", [](const ColumnDrift& c) { return std::string(to_string(c.verdict)); })
      .def_ro("reason", &ColumnDrift::reason)
      .def_ro("kolmogorov_smirnov", &ColumnDrift::kolmogorov_smirnov)
      .def_ro("wasserstein", &ColumnDrift::wasserstein)
      .def_ro("wasserstein_sd", &ColumnDrift::wasserstein_sd)
      .def_ro("population_stability_index", &ColumnDrift::population_stability_index)
      .def_ro("jensen_shannon", &ColumnDrift::jensen_shannon)
      .def_ro("hellinger", &ColumnDrift::hellinger)
      .def_ro("total_variation", &ColumnDrift::total_variation)
      .def_ro("kolmogorov_smirnov_error", &ColumnDrift::kolmogorov_smirnov_error)
      .def_ro("wasserstein_error", &ColumnDrift::wasserstein_error)
      .def_ro("edges", &ColumnDrift::edges)
      .def_ro("categories", &ColumnDrift::categories)
      .def_ro("reference_counts", &ColumnDrift::reference_counts)
      .def_ro("current_counts", &ColumnDrift::current_counts);
  nb::class_<CompareOptions>(m, "CompareOptions", "How two tables are compared; see compare.")
      .def(
          "__init__",
          [](CompareOptions* self, const std::string& method, double alpha, const std::string& correction, double margin,
             const std::string& preset, std::int64_t min_count, std::size_t n_resamples, std::uint64_t seed,
             std::size_t n_threads) {
            new (self) CompareOptions{.method = hs::drift::parse_drift_method(method),
                                      .alpha = alpha,
                                      .correction = hs::drift::parse_correction(correction),
                                      .margin = margin,
                                      .preset = hs::drift::parse_preset(preset),
                                      .min_count = min_count,
                                      .n_resamples = n_resamples,
                                      .seed = seed,
                                      .n_threads = n_threads};
          },
          nb::kw_only(), "method"_a = "default", "alpha"_a = 0.05, "correction"_a = "holm", "margin"_a = ColumnDrift::nan,
          "preset"_a = "default", "min_count"_a = 20, "n_resamples"_a = 1999, "seed"_a = 0, "n_threads"_a = 1)
      .def_prop_ro("method", [](const CompareOptions& o) { return std::string(to_string(o.method)); })
      .def_ro("alpha", &CompareOptions::alpha)
      .def_prop_ro("correction", [](const CompareOptions& o) { return std::string(to_string(o.correction)); })
      .def_ro("margin", &CompareOptions::margin)
      .def_prop_ro("preset", [](const CompareOptions& o) { return std::string(to_string(o.preset)); })
      .def_ro("min_count", &CompareOptions::min_count)
      .def_ro("n_resamples", &CompareOptions::n_resamples)
      .def_ro("seed", &CompareOptions::seed)
      .def_ro("n_threads", &CompareOptions::n_threads);
  nb::class_<DriftReport>(m, "DriftReport", "All columns of a comparison.")
      .def_ro("columns", &DriftReport::columns)
      .def_ro("options", &DriftReport::options)
      .def_prop_ro("verdict", [](const DriftReport& r) { return std::string(to_string(r.verdict)); })
      .def_ro("drift_share", &DriftReport::drift_share);

  m.def(
      "compare",
      [](const nb::list& numeric, const nb::list& categorical, const std::vector<std::size_t>& order,
         const CompareOptions& options) {
        // Arrays that the spans point into are kept alive until the call is over.
        std::vector<hs::bindings::RealArray> arrays;
        arrays.reserve(2 * numeric.size());
        const auto side = [&](nb::handle values, const char* name) -> Side {
          arrays.push_back(as_real_array(values, name));
          return std::visit([&](const auto& array) -> Side { return as_span(array, name); }, arrays.back());
        };
        std::vector<hs::drift::ComparedColumn> columns;
        for (nb::handle item : numeric) {
          const auto part = nb::cast<nb::tuple>(item);
          columns.emplace_back(hs::drift::NumericColumn{nb::cast<std::string>(part[0]), side(part[1], "reference"),
                                                        side(part[2], "current")});
        }
        for (nb::handle item : categorical) {
          const auto part = nb::cast<nb::tuple>(item);
          columns.emplace_back(hs::drift::CategoricalColumn{
              nb::cast<std::string>(part[0]), nb::cast<std::vector<std::string>>(part[1]),
              nb::cast<std::vector<std::int64_t>>(part[2]), nb::cast<std::vector<std::int64_t>>(part[3]),
              nb::cast<std::int64_t>(part[4]), nb::cast<std::int64_t>(part[5])});
        }
        hs::check::same_size("compare", "columns", columns.size(), "order", order.size());
        std::vector<hs::drift::ComparedColumn> ordered;
        for (const std::size_t index : order) {
          hs::check::in_closed_range<std::size_t>("compare", "order", index, 0, columns.size() - 1);
          ordered.push_back(columns[index]);
        }
        nb::gil_scoped_release release;
        return hs::drift::compare(ordered, options);
      },
      "numeric"_a, "categorical"_a, "order"_a, "options"_a,
      "Compares columns. numeric: tuples (name, reference, current); categorical: tuples (name, categories, reference\n"
      "counts, current counts, missing in reference, missing in current); order: positions in the two lists put together,\n"
      "in the order of the report. heartsight.drift.compare makes these from tables. Raises ShapeError, DomainError.");
}
