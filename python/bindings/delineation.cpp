#include "array.hpp"
#include "bindings.hpp"
#include "shared_stream.hpp"
#include "signal_rows.hpp"

#include <heartsight/detection/delineate.hpp>
#include <heartsight/detection/delineation_stream.hpp>

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <array>
#include <optional>
#include <tuple>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;
namespace hd = heartsight::detection;

namespace {

using Mark = double hd::WaveFiducials::*;

/// name, member, description; the order is that of time.
const std::array<std::tuple<const char*, Mark, const char*>, 9> marks{{
    {"p_onset", &hd::WaveFiducials::p_onset, "Where the P wave begins, in samples from 0; NaN where there is none."},
    {"p_peak", &hd::WaveFiducials::p_peak, "The crest of the P wave."},
    {"p_offset", &hd::WaveFiducials::p_offset, "Where the P wave ends."},
    {"qrs_onset", &hd::WaveFiducials::qrs_onset, "Where the QRS complex begins."},
    {"qrs_peak", &hd::WaveFiducials::qrs_peak, "The dominant deflection of the complex in its lead."},
    {"qrs_offset", &hd::WaveFiducials::qrs_offset, "Where the QRS complex ends: the J point."},
    {"t_onset", &hd::WaveFiducials::t_onset, "Where the T wave begins."},
    {"t_peak", &hd::WaveFiducials::t_peak, "The crest of the T wave."},
    {"t_offset", &hd::WaveFiducials::t_offset, "Where the T wave ends."},
}};

/// A delineation, and whether it is of a signal that came as (n_samples,): its arrays have one dimension then.
struct PyDelineation {
  hd::Delineation found;
  bool one_lead;

  template <class T, class Pick>
  [[nodiscard]] hs::bindings::NumpyArray<T> array(const Pick& pick) const {
    std::vector<T> values;
    values.reserve(found.waves.size());
    for (const hd::BeatWaves& waves : found.waves) values.push_back(pick(waves));
    if (one_lead) return hs::bindings::to_numpy(std::move(values));
    return hs::bindings::to_numpy(std::move(values), {found.n_leads, found.n_beats()});
  }
  /// One list of names per lead, or a plain list for one lead.
  template <class Pick>
  [[nodiscard]] nb::list names(const Pick& pick) const {
    nb::list rows;
    for (std::size_t lead = 0; lead < found.n_leads; ++lead) {
      nb::list row;
      for (std::size_t beat = 0; beat < found.n_beats(); ++beat)
        row.append(nb::cast(std::string(pick(found.of(lead, beat)))));
      if (one_lead) return row;
      rows.append(row);
    }
    return rows;
  }
};

struct Consensus {
  std::vector<hd::WaveFiducials> beats;
};

}  // namespace

void bind_delineation(nb::module_& m) {
  nb::class_<Consensus> consensus(
      m, "WaveConsensus",
      "Per beat, the lower quartile of the leads' onsets, the upper quartile of their offsets and "
      "the median of their crests: arrays (n_beats,), in samples from 0.");
  nb::class_<PyDelineation> delineation(m, "Delineation",
                                        "The waves that delineate found: arrays (n_leads, n_beats), or (n_beats,) where the "
                                        "signal was (n_samples,).");
  for (const auto& [name, mark, doc] : marks) {
    consensus.def_prop_ro(
        name,
        [mark = mark](const Consensus& c) {
          std::vector<double> values;
          for (const auto& beat : c.beats) values.push_back(beat.*mark);
          return hs::bindings::to_numpy(std::move(values));
        },
        nb::rv_policy::automatic, doc);
    delineation.def_prop_ro(
        name,
        [mark = mark](const PyDelineation& d) {
          return d.array<double>([mark](const hd::BeatWaves& waves) { return waves.at.*mark; });
        },
        nb::rv_policy::automatic, doc);
  }
  consensus.def("__len__", [](const Consensus& c) { return c.beats.size(); });
  delineation
      .def_prop_ro(
          "r_peaks",
          [](const PyDelineation& d) { return hs::bindings::to_numpy(std::vector<std::int64_t>(d.found.r_peaks)); },
          nb::rv_policy::automatic, "(n_beats,) as given, or as detect_qrs found them.")
      .def_prop_ro(
          "p_confidence",
          [](const PyDelineation& d) { return d.array<double>([](const hd::BeatWaves& w) { return w.p_confidence; }); },
          nb::rv_policy::automatic, "Probability of a P wave, in [0, 1]; NaN where the lead shows no beat.")
      .def_prop_ro(
          "t_confidence",
          [](const PyDelineation& d) { return d.array<double>([](const hd::BeatWaves& w) { return w.t_confidence; }); },
          nb::rv_policy::automatic, "Probability of a T wave, in [0, 1]; NaN where the lead shows no beat.")
      .def_prop_ro(
          "qrs_shape", [](const PyDelineation& d) { return d.names([](const hd::BeatWaves& w) { return w.qrs_shape; }); },
          "The deflections of each complex, such as 'qRs' or 'QS' (small letters: less than half the largest).")
      .def_prop_ro(
          "p_shape",
          [](const PyDelineation& d) { return d.names([](const hd::BeatWaves& w) { return hd::to_string(w.p_shape); }); },
          "'upright', 'inverted', 'biphasic up-down', 'biphasic down-up' or 'absent'.")
      .def_prop_ro(
          "t_shape",
          [](const PyDelineation& d) { return d.names([](const hd::BeatWaves& w) { return hd::to_string(w.t_shape); }); },
          "'upright', 'inverted', 'biphasic up-down', 'biphasic down-up' or 'absent'.")
      .def_prop_ro(
          "paced",
          [](const PyDelineation& d) {
            // std::vector<bool> has no data().
            std::vector<std::uint8_t> flags(d.found.paced.begin(), d.found.paced.end());
            return nb::cast(hs::bindings::to_numpy(std::move(flags))).attr("astype")("bool");
          },
          nb::sig("def paced(self) -> numpy.typing.NDArray[numpy.bool_]"),
          "(n_beats,) whether a pacing spike was seen (from 200 Hz on).")
      .def_prop_ro(
          "consensus", [](const PyDelineation& d) { return Consensus{d.found.consensus}; }, "All leads together.")
      .def_prop_ro("method", [](const PyDelineation& d) { return d.found.method; })
      .def_prop_ro(
          "sampling_rate", [](const PyDelineation& d) { return d.found.sampling_rate; }, "Hz")
      .def_prop_ro("n_samples", [](const PyDelineation& d) { return d.found.n_samples; })
      .def("__len__", [](const PyDelineation& d) { return d.found.n_beats(); })
      .def("__repr__", [](const PyDelineation& d) {
        return "Delineation(" + std::to_string(d.found.n_leads) + " leads, " + std::to_string(d.found.n_beats()) +
               " beats, method='" + d.found.method + "', sampling_rate=" + hs::check::detail::show(d.found.sampling_rate) +
               ")";
      });
  m.def(
      "delineate",
      [](nb::handle signal, double sampling_rate, nb::object r_peaks, const std::string& method) {
        hd::DelineateOptions options{.method = hd::delineation_method(method), .r_peaks = std::nullopt};
        if (!r_peaks.is_none()) {
          const auto array = hs::bindings::as_array<std::int64_t>(r_peaks, "r_peaks");
          const auto span = hs::bindings::as_span(array, "r_peaks");
          options.r_peaks.emplace(span.begin(), span.end());
        }
        return std::visit(
            [&](const auto& array) {
              const auto view = hs::bindings::as_leads(array, "delineate");
              nb::gil_scoped_release release;
              return PyDelineation{hd::delineate(view, sampling_rate, options), array.ndim() == 1};
            },
            hs::bindings::as_real_array(signal, "signal"));
      },
      "signal"_a, "sampling_rate"_a, nb::kw_only(), "r_peaks"_a = nb::none(), "method"_a = "heartsight",
      nb::sig(
          "def delineate(signal: numpy.typing.ArrayLike, sampling_rate: float, *, r_peaks: numpy.typing.ArrayLike | None "
          "= None, method: str = 'heartsight') -> Delineation"),
      "Find onset, peak and end of P wave, QRS complex and T wave, per beat and lead and for the leads together.\n\n"
      "signal: (n_samples,) or (n_leads, n_samples), any unit, either polarity; NaN and infinities are gaps. "
      "sampling_rate:\n"
      "Hz, in [25, 20000]. r_peaks: ascending samples from 0; None: detect_qrs finds them. method: 'heartsight', or for\n"
      "comparison 'martinez2004' (alias 'dwt'), each lead for itself by the slopes of a spline wavelet; without "
      "probabilities.\n"
      "Times are in samples from 0 with fractions, NaN where a wave is absent. A bad signal is a result: no beats, no\n"
      "columns. Raises DomainError (sampling_rate, r_peaks, method) and ShapeError. Not a medical device.");
  using Stream = hs::bindings::SharedStream<hd::DelineationStream>;
  nb::class_<Stream>(
      m, "DelineationStream",
      "Finds the waves of each beat while the signal comes in: exactly those that delineate finds, however it is "
      "cut.")
      .def(nb::init<double, std::size_t, double>(), "sampling_rate"_a, "n_leads"_a = 1, nb::kw_only(),
           "least_confidence"_a = 0.4)
      .def(
          "push",
          [](Stream& shared, nb::handle samples) {
            return std::visit(
                [&](const auto& array) {
                  const auto view = hs::bindings::as_leads(array, "DelineationStream");
                  return PyDelineation{shared.with([&](hd::DelineationStream& stream) { return stream.push(view); }), false};
                },
                hs::bindings::as_real_array(samples, "samples"));
          },
          "samples"_a, nb::sig("def push(self, samples: numpy.typing.ArrayLike) -> Delineation"),
          "Take the next samples, (n_samples,) or (n_leads, n_samples); returns the beats that they decide, often none.\n\n"
          "Times count from the first sample of the stream; arrays are (n_leads, n_beats). Raises ShapeError, DomainError.")
      .def(
          "finish",
          [](Stream& shared) {
            return PyDelineation{shared.with([](hd::DelineationStream& stream) { return stream.finish(); }), false};
          },
          "The recording has ended: returns the beats that were waiting.")
      .def_prop_ro_static(
          "beats_behind", [](nb::handle) { return hd::DelineationStream::beats_behind(); },
          "How many beats have to follow one before it is given out.")
      .def_prop_ro(
          "sampling_rate", [](const Stream& shared) { return shared.stream.sampling_rate(); }, "Hz")
      .def_prop_ro("n_leads", [](const Stream& shared) { return shared.stream.n_leads(); })
      .def_prop_ro(
          "n_samples",
          [](Stream& shared) { return shared.with([](hd::DelineationStream& stream) { return stream.n_samples(); }); },
          "Samples taken so far.");
  m.def(
      "delineation_methods",
      [] {
        std::vector<std::string> names;
        for (const auto& [name, method] : hd::detail::delineation_method_names) {
          if (hd::name_of(method) == name) names.emplace_back(name);
        }
        return names;
      },
      "The methods of delineate, each under its first name.");
}
