#include "array.hpp"
#include "bindings.hpp"

#include <heartsight/metrics/multiple_testing.hpp>
#include <heartsight/metrics/proportion_interval.hpp>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;
namespace hm = heartsight::metrics;

void bind_metrics_intervals(nb::module_& m) {
  m.def(
      "wilson_interval",
      [](std::int64_t successes, std::int64_t trials, double level) {
        const auto interval = hm::wilson_interval(successes, trials, level);
        return nb::make_tuple(interval.low, interval.high);
      },
      "successes"_a, "trials"_a, nb::kw_only(), "level"_a = 0.95,
      nb::sig("def wilson_interval(successes: int, trials: int, *, level: float = 0.95) -> tuple[float, float]"),
      "Wilson's score interval of a proportion (1927, DOI 10.1080/01621459.1927.10502953); [0, 1] without a trial.\n\n"
      "Raises DomainError (successes not in 0 .. trials, level not in (0, 1)).");
  m.def(
      "clopper_pearson_interval",
      [](std::int64_t successes, std::int64_t trials, double level) {
        const auto interval = hm::clopper_pearson_interval(successes, trials, level);
        return nb::make_tuple(interval.low, interval.high);
      },
      "successes"_a, "trials"_a, nb::kw_only(), "level"_a = 0.95,
      nb::sig("def clopper_pearson_interval(successes: int, trials: int, *, level: float = 0.95) -> tuple[float, float]"),
      "The exact interval of Clopper and Pearson (1934, DOI 10.1093/biomet/26.4.404): never below its level.\n\n"
      "Arguments and errors as wilson_interval.");
  m.def(
      "holm",
      [](nb::handle p) {
        const auto array = hs::bindings::as_array<double>(p, "p");
        return hs::bindings::to_numpy(hm::holm(hs::bindings::as_span(array, "p")));
      },
      "p"_a,
      "Holm's adjusted p-values (n,) of p (n,): the chance of any false alarm in the family stays below alpha.\n\n"
      "NaN marks a test that could not be made: it stays NaN and does not count. Raises DomainError (outside [0, 1]).");
  m.def(
      "benjamini_hochberg",
      [](nb::handle p) {
        const auto array = hs::bindings::as_array<double>(p, "p");
        return hs::bindings::to_numpy(hm::benjamini_hochberg(hs::bindings::as_span(array, "p")));
      },
      "p"_a,
      "Benjamini and Hochberg's adjusted p-values (n,): the expected share of false alarms among the alarms stays below\n"
      "alpha. NaN and errors as holm.");
}
