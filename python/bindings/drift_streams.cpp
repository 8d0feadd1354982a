#include "array.hpp"
#include "bindings.hpp"

#include <heartsight/drift/adwin.hpp>
#include <heartsight/drift/cusum.hpp>
#include <heartsight/drift/page_hinkley.hpp>

#include <string>
#include <vector>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;

namespace {

/// update takes one value; update_many gives the positions of the alarms.
template <class Detector>
void bind_updates(nb::class_<Detector>& detector) {
  detector
      .def(
          "update", [](Detector& self, double value) { return self.update(value); }, "value"_a,
          "Takes one value; True when it raises the alarm.")
      .def(
          "update_many",
          [](Detector& self, nb::handle values) {
            const auto array = hs::bindings::as_array<double>(values, "values");
            const auto span = hs::bindings::as_span(array, "values");
            std::vector<std::int64_t> alarms;
            for (std::size_t i = 0; i < span.size(); ++i) {
              if (self.update(span[i])) alarms.push_back(static_cast<std::int64_t>(i));
            }
            return hs::bindings::to_numpy(std::move(alarms));
          },
          "values"_a, "Takes values (n,) in order; positions of the alarms, int64.");
}

hs::drift::ChangeDirection direction_of(const std::string& name) {
  using hs::drift::ChangeDirection;
  if (name == "up") return ChangeDirection::up;
  if (name == "down") return ChangeDirection::down;
  if (name == "both") return ChangeDirection::both;
  hs::check::detail::fail<hs::DomainError>("PageHinkley", "direction", name, "must be one of up, down, both");
}

}  // namespace

void bind_drift_streams(nb::module_& m) {
  using hs::drift::Adwin;
  using hs::drift::Cusum;
  using hs::drift::PageHinkley;
  auto page_hinkley = nb::class_<PageHinkley>(
      m, "PageHinkley", "Page-Hinkley test for a change of a stream's mean (Page 1954, DOI 10.1093/biomet/41.1-2.100).");
  page_hinkley
      .def(
          "__init__",
          [](PageHinkley* self, double delta, double threshold, double forgetting, std::int64_t min_count,
             const std::string& direction) {
            new (self) PageHinkley({.delta = delta,
                                    .threshold = threshold,
                                    .forgetting = forgetting,
                                    .min_count = min_count,
                                    .direction = direction_of(direction)});
          },
          nb::kw_only(), "delta"_a = 0.005, "threshold"_a = 50.0, "forgetting"_a = 1.0, "min_count"_a = 30,
          "direction"_a = "up",
          "delta: tolerated change, threshold: of the cumulated excess, both in the unit of the values. NaN is skipped.\n"
          "Raises DomainError.")
      .def_prop_ro("count", &PageHinkley::count)
      .def_prop_ro("mean", &PageHinkley::mean)
      .def_prop_ro("statistic", &PageHinkley::statistic);
  bind_updates(page_hinkley);
  auto cusum = nb::class_<Cusum>(m, "Cusum",
                                 "Two-sided CUSUM for a shift of a stream's mean, with a stated run length in control (Page "
                                 "1954; Brook and Evans 1972,\n"
                                 "DOI 10.1093/biomet/59.3.539).");
  cusum
      .def(
          "__init__",
          [](Cusum* self, double mean, double sd, double reference, double threshold) {
            new (self) Cusum({.mean = mean, .sd = sd, .reference = reference, .threshold = threshold});
          },
          nb::kw_only(), "mean"_a = 0.0, "sd"_a = 1.0, "reference"_a = 0.5, "threshold"_a = 5.0,
          "mean, sd: in control; reference: half the shift to be found quickly, threshold: both in sd. Raises DomainError.")
      .def_static(
          "with_run_length",
          [](double run_length, double mean, double sd, double reference) {
            return Cusum::with_run_length(run_length, {.mean = mean, .sd = sd, .reference = reference});
          },
          "run_length"_a, nb::kw_only(), "mean"_a = 0.0, "sd"_a = 1.0, "reference"_a = 0.5,
          "The Cusum with this average number of values between false alarms, 10 to 1e6. Raises DomainError.")
      .def_prop_ro("threshold", [](const Cusum& self) { return self.options().threshold; })
      .def_prop_ro("high", &Cusum::high)
      .def_prop_ro("low", &Cusum::low)
      .def_prop_ro("count", &Cusum::count)
      .def("in_control_run_length", &Cusum::in_control_run_length, "For independent normal values.")
      .def("run_length", &Cusum::run_length, "shift"_a,
           "Average number of values until the alarm when the mean is off by shift standard deviations.");
  bind_updates(cusum);
  auto adwin =
      nb::class_<Adwin>(m, "Adwin",
                        "ADWIN: a window that drops its older part when the mean has changed (Bifet and Gavalda 2007, DOI\n"
                        "10.1137/1.9781611972771.42).");
  adwin
      .def(
          "__init__",
          [](Adwin* self, double delta, std::size_t max_buckets, std::int64_t min_length, std::int64_t check_every) {
            new (self)
                Adwin({.delta = delta, .max_buckets = max_buckets, .min_length = min_length, .check_every = check_every});
          },
          nb::kw_only(), "delta"_a = 0.002, "max_buckets"_a = 5, "min_length"_a = 5, "check_every"_a = 32,
          "delta: bound on the false alarms of one cut. Raises DomainError.")
      .def_prop_ro("size", &Adwin::size)
      .def_prop_ro("mean", &Adwin::mean)
      .def_prop_ro("variance", &Adwin::variance);
  bind_updates(adwin);
}
