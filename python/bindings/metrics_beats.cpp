#include "array.hpp"
#include "bindings.hpp"

#include <heartsight/metrics/beat_matching.hpp>
#include <heartsight/metrics/cpsc2019.hpp>
#include <heartsight/metrics/jitter_score.hpp>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;
namespace hm = heartsight::metrics;

namespace {

/// Calls measure(reference, detected) on spans, with the GIL released.
template <class Measure>
auto on_beats(nb::handle reference, nb::handle detected, Measure&& measure) {
  const auto a = hs::bindings::as_array<std::int64_t>(reference, "reference");
  const auto b = hs::bindings::as_array<std::int64_t>(detected, "detected");
  const auto reference_span = hs::bindings::as_span(a, "reference");
  const auto detected_span = hs::bindings::as_span(b, "detected");
  nb::gil_scoped_release release;
  return measure(reference_span, detected_span);
}

}  // namespace

void bind_metrics_beats(nb::module_& m) {
  nb::class_<hm::BeatMatch>(m, "BeatMatch", "Detected beats against reference beats, paired one to one.")
      .def_ro("n_matched", &hm::BeatMatch::n_matched, "Pairs (true positives).")
      .def_ro("n_extra", &hm::BeatMatch::n_extra, "Detections without a reference beat (false positives).")
      .def_ro("n_missed", &hm::BeatMatch::n_missed, "Reference beats without a detection (false negatives).")
      .def_prop_ro(
          "offset_samples",
          [](const hm::BeatMatch& match) {
            std::vector<std::int64_t> copy = match.offset_samples;
            return hs::bindings::to_numpy(std::move(copy));
          },
          nb::rv_policy::automatic, "(n_matched,) detection minus reference, in the order of time.")
      .def_prop_ro("sensitivity", &hm::BeatMatch::sensitivity, "NaN without reference beats.")
      .def_prop_ro("positive_predictive_value", &hm::BeatMatch::positive_predictive_value, "NaN without detections.")
      .def_prop_ro("f1", &hm::BeatMatch::f1, "Harmonic mean of the two; NaN when there is nothing on either side.");
  m.def(
      "match_beats",
      [](nb::handle reference, nb::handle detected, double tolerance_samples) {
        return on_beats(reference, detected, [&](auto r, auto d) { return hm::match_beats(r, d, tolerance_samples); });
      },
      "reference"_a, "detected"_a, "tolerance_samples"_a,
      nb::sig("def match_beats(reference: numpy.typing.ArrayLike, detected: numpy.typing.ArrayLike, "
              "tolerance_samples: float) -> BeatMatch"),
      "Pair reference beats and detections one to one, no further apart than the tolerance.\n\n"
      "The number of pairs is the largest possible; the nearer of two neighbours stands in a pair. Both series are\n"
      "ascending samples. Raises DomainError when one descends or the tolerance is negative. EC57 uses 150 ms.");
  nb::class_<hm::JitterScore>(m, "JitterScore", "How well beats are found and how steadily they are placed.")
      .def_ro("delay_s", &hm::JitterScore::delay_s, "Median of detection minus reference, taken out first.")
      .def_ro("jitter_s", &hm::JitterScore::jitter_s, "Median absolute deviation of the offsets.")
      .def_ro("f1", &hm::JitterScore::f1)
      .def_ro("score", &hm::JitterScore::score, "f1 / (1 + jitter / 10 ms), in [0, 1].");
  m.def(
      "jitter_score",
      [](nb::handle reference, nb::handle detected, double sampling_rate) {
        return on_beats(reference, detected, [&](auto r, auto d) { return hm::jitter_score(r, d, sampling_rate); });
      },
      "reference"_a, "detected"_a, "sampling_rate"_a,
      nb::sig("def jitter_score(reference: numpy.typing.ArrayLike, detected: numpy.typing.ArrayLike, "
              "sampling_rate: float) -> JitterScore"),
      "The JF score: F1 times 1 / (1 + J / 10 ms), J the temporal jitter (Porr and Macfarlane 2024, DOI\n"
      "10.1371/journal.pone.0309739). A constant delay is taken out first; pairs are made within 100 ms.");
  nb::class_<hm::Cpsc2019Score>(m, "Cpsc2019Score", "How one recording counts under the rule of CPSC2019.")
      .def_ro("qrs", &hm::Cpsc2019Score::qrs, "1 without error, 0.7 with one extra beat, 0.3 with one missed, else 0.")
      .def_ro("heart_rate", &hm::Cpsc2019Score::heart_rate, "1, 0.75, 0.5, 0.25 within 2, 5, 10, 20 %, else 0.")
      .def_ro("n_extra", &hm::Cpsc2019Score::n_extra)
      .def_ro("n_missed", &hm::Cpsc2019Score::n_missed)
      .def_ro("reference_bpm", &hm::Cpsc2019Score::reference_bpm, "NaN with fewer than two beats from 5.5 to 9.5 s.")
      .def_ro("detected_bpm", &hm::Cpsc2019Score::detected_bpm, "NaN likewise.");
  m.def(
      "cpsc2019_score",
      [](nb::handle reference, nb::handle detected, bool strict) {
        return on_beats(reference, detected, [&](auto r, auto d) { return hm::cpsc2019_score(r, d, {.strict = strict}); });
      },
      "reference"_a, "detected"_a, nb::kw_only(), "strict"_a = false,
      nb::sig("def cpsc2019_score(reference: numpy.typing.ArrayLike, detected: numpy.typing.ArrayLike, *, "
              "strict: bool = False) -> Cpsc2019Score"),
      "Score 10 s at 500 Hz by the rule of the China Physiological Signal Challenge 2019, tolerance 75 ms.\n\n"
      "Both series are ascending 0-based samples (the data set's files count from 1). strict: extra beats between the "
      "first\n"
      "two reference beats count too; the challenge's program overlooks them. Gao et al. 2019, DOI "
      "10.1166/jmihi.2019.2800.");
}
