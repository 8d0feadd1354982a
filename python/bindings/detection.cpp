#include "array.hpp"
#include "bindings.hpp"
#include "shared_stream.hpp"
#include "signal_rows.hpp"

#include <heartsight/detection/decode_cells.hpp>
#include <heartsight/detection/detail/lead_scorer.hpp>
#include <heartsight/detection/detail/wave_track.hpp>
#include <heartsight/detection/detect_qrs.hpp>
#include <heartsight/detection/qrs_stream.hpp>

#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;
namespace hd = heartsight::detection;

namespace {

template <class T>
std::vector<T> copied(const std::vector<T>& values) {
  return values;
}

hs::bindings::NumpyArray<std::int64_t> ranges_array(const std::vector<hd::SampleRange>& ranges) {
  std::vector<std::int64_t> flat;
  for (const auto& range : ranges) {
    flat.push_back(range.first);
    flat.push_back(range.last);
  }
  return hs::bindings::to_numpy(std::move(flat), {ranges.size(), 2});
}

nb::tuple beats_tuple(const std::vector<hd::Beat>& beats) {
  std::vector<std::int64_t> peaks;
  std::vector<double> confidence;
  for (const hd::Beat& beat : beats) {
    peaks.push_back(beat.r_peak);
    confidence.push_back(beat.confidence);
  }
  return nb::make_tuple(hs::bindings::to_numpy(std::move(peaks)), hs::bindings::to_numpy(std::move(confidence)));
}

using SharedStream = hs::bindings::SharedStream<hd::QrsStream>;

hd::detail::LeadScorer scored(nb::handle signal, double sampling_rate) {
  hs::check::in_closed_range("beat_candidates", "sampling_rate", sampling_rate, 25.0, 20000.0);
  hd::detail::LeadScorer lead(sampling_rate);
  std::visit(
      [&](const auto& array) {
        const auto view = hs::bindings::as_leads(array, "beat_candidates");
        hs::check::has_size("beat_candidates", "signal", view.n_rows(), 1);
        lead.push(view.data(), static_cast<std::int64_t>(view.n_cols()));
      },
      hs::bindings::as_real_array(signal, "signal"));
  lead.update(true);
  return lead;
}

void bind_training(nb::module_& m) {
  m.def(
      "_beat_candidates",
      [](nb::handle signal, double sampling_rate) {
        const auto lead = scored(signal, sampling_rate);
        std::vector<std::int64_t> t;
        std::vector<float> energy;
        for (std::int64_t i = 0; i < lead.candidates().end(); ++i) {
          t.push_back(lead.candidates()[i].t);
          energy.push_back(lead.candidates()[i].energy);
        }
        const std::size_t n = t.size();
        return nb::make_tuple(hs::bindings::to_numpy(std::move(t)), hs::bindings::to_numpy(std::move(energy)),
                              hs::bindings::to_numpy(lead.all_shape_features(), {n, hd::detail::n_shape_features}));
      },
      "signal"_a, "sampling_rate"_a,
      nb::sig("def _beat_candidates(signal: numpy.typing.ArrayLike, sampling_rate: float) -> tuple[typing.Any, typing.Any, "
              "typing.Any]"),
      "For training: times at 125 Hz, energies and (n, 66) shape features of one lead's candidates.");
  m.def(
      "_beat_rhythm_features",
      [](nb::handle signal, double sampling_rate, nb::handle first_margins) {
        auto lead = scored(signal, sampling_rate);
        const auto margins = hs::bindings::as_array<float>(first_margins, "first_margins");
        const auto view = hs::bindings::as_span(margins, "first_margins");
        hs::check::has_size("_beat_rhythm_features", "first_margins", view.size(),
                            static_cast<std::size_t>(lead.candidates().end()));
        return hs::bindings::to_numpy(lead.all_rhythm_features(view), {view.size(), hd::detail::n_rhythm_features});
      },
      "signal"_a, "sampling_rate"_a, "first_margins"_a,
      nb::sig("def _beat_rhythm_features(signal: numpy.typing.ArrayLike, sampling_rate: float, first_margins: "
              "numpy.typing.ArrayLike) -> typing.Any"),
      "For training: (n, 26) rhythm features of the same candidates, given the first stage's margins.");
  m.def(
      "_wave_track",
      [](nb::handle signal, double sampling_rate) {
        hs::check::in_closed_range("_wave_track", "sampling_rate", sampling_rate, 25.0, 20000.0);
        const hd::detail::WorkingRateResampler resampler(sampling_rate);
        std::vector<float> track;
        std::visit(
            [&](const auto& array) {
              const auto view = hs::bindings::as_leads(array, "_wave_track");
              hs::check::has_size("_wave_track", "signal", view.n_rows(), 1);
              const auto samples = hd::detail::wave_track(view.row(0), resampler);
              for (std::int64_t i = 0; i < samples.end(); ++i) track.push_back(samples[i]);
            },
            hs::bindings::as_real_array(signal, "signal"));
        return hs::bindings::to_numpy(std::move(track));
      },
      "signal"_a, "sampling_rate"_a,
      nb::sig("def _wave_track(signal: numpy.typing.ArrayLike, sampling_rate: float) -> typing.Any"),
      "For training: one lead at 125 Hz as the delineator sees it.");
}

}  // namespace

void bind_detection(nb::module_& m) {
  nb::class_<hd::QrsDetection>(m, "QrsDetection", "What detect_qrs found.")
      .def_prop_ro(
          "r_peaks", [](const hd::QrsDetection& d) { return hs::bindings::to_numpy(copied(d.r_peaks)); },
          nb::rv_policy::automatic, "(n_beats,) ascending samples from 0, each at the dominant deflection of its lead.")
      .def_prop_ro(
          "confidence", [](const hd::QrsDetection& d) { return hs::bindings::to_numpy(copied(d.confidence)); },
          nb::rv_policy::automatic, "(n_beats,) probability of a beat in [0, 1]; NaN where the method has none.")
      .def_ro("polarity", &hd::QrsDetection::polarity,
              "Per lead: 1 where most beats point up, -1 where down, 0 where the lead showed none.")
      .def_ro("leads_used", &hd::QrsDetection::leads_used, "Indices of the leads that took part.")
      .def_prop_ro(
          "unusable", [](const hd::QrsDetection& d) { return ranges_array(d.unusable); }, nb::rv_policy::automatic,
          "(n, 2) stretches first .. last - 1, in samples, where nothing could be said.")
      .def_ro("method", &hd::QrsDetection::method)
      .def_ro("sampling_rate", &hd::QrsDetection::sampling_rate, "Hz")
      .def_ro("n_samples", &hd::QrsDetection::n_samples)
      .def(
          "__eq__", [](const hd::QrsDetection& a, const hd::QrsDetection& b) { return a == b; }, nb::is_operator())
      .def("__len__", [](const hd::QrsDetection& d) { return d.r_peaks.size(); })
      .def("__repr__", [](const hd::QrsDetection& d) {
        return "QrsDetection(" + std::to_string(d.r_peaks.size()) + " beats, " + std::to_string(d.unusable.size()) +
               " unusable stretches, method='" + d.method + "', sampling_rate=" + hs::check::detail::show(d.sampling_rate) +
               ")";
      });
  m.def(
      "detect_qrs",
      [](nb::handle signal, double sampling_rate, const std::string& method, double least_confidence, std::size_t lead) {
        const hd::DetectQrsOptions options{
            .method = hd::qrs_method(method), .least_confidence = least_confidence, .lead = lead};
        return std::visit(
            [&](const auto& array) {
              const auto view = hs::bindings::as_leads(array, "detect_qrs");
              nb::gil_scoped_release release;
              return hd::detect_qrs(view, sampling_rate, options);
            },
            hs::bindings::as_real_array(signal, "signal"));
      },
      "signal"_a, "sampling_rate"_a, nb::kw_only(), "method"_a = "heartsight", "least_confidence"_a = 0.4, "lead"_a = 0,
      nb::sig("def detect_qrs(signal: numpy.typing.ArrayLike, sampling_rate: float, *, method: str = 'heartsight', "
              "least_confidence: float = 0.4, lead: int = 0) -> QrsDetection"),
      "Find the heart beats (QRS complexes) of one lead or of simultaneous leads.\n\n"
      "signal: (n_samples,) or (n_leads, n_samples), any unit, either polarity; NaN and infinities are gaps. sampling_rate: "
      "Hz,\n"
      "in [25, 20000]. least_confidence: the default method reports what is at least this likely. method: 'heartsight' "
      "(all\n"
      "leads together), or for comparison, on `lead` alone, 'pantompkins1985', 'hamilton2002', 'elgendi2010' or\n"
      "'khamis2016'.\n"
      "A bad signal is a result: empty, constant or missing signals have no beats, noise is reported as unusable.\n"
      "Raises DomainError (sampling_rate, method, least_confidence) and ShapeError. Linear in n_samples. Not a medical "
      "device.");
  m.def(
      "qrs_methods",
      [] {
        std::vector<std::string> names;
        for (const auto& [name, method] : hd::detail::qrs_method_names) {
          if (hd::name_of(method) == name) names.emplace_back(name);
        }
        return names;
      },
      "The methods of detect_qrs, each under its first name.");
  nb::class_<SharedStream>(m, "QrsStream",
                           "Finds beats while the signal comes in: exactly those that detect_qrs finds, however it is cut.")
      .def(nb::init<double, std::size_t, double>(), "sampling_rate"_a, "n_leads"_a = 1, nb::kw_only(),
           "least_confidence"_a = 0.4)
      .def(
          "push",
          [](SharedStream& shared, nb::handle samples) {
            return std::visit(
                [&](const auto& array) {
                  const auto view = hs::bindings::as_leads(array, "QrsStream");
                  return beats_tuple(shared.with([&](hd::QrsStream& stream) { return stream.push(view); }));
                },
                hs::bindings::as_real_array(samples, "samples"));
          },
          "samples"_a,
          nb::sig("def push(self, samples: numpy.typing.ArrayLike) -> tuple[numpy.typing.NDArray[numpy.int64], "
                  "numpy.typing.NDArray[numpy.float64]]"),
          "Take the next samples, (n_samples,) or (n_leads, n_samples); returns (r_peaks, confidence) of the beats decided.")
      .def(
          "finish",
          [](SharedStream& shared) {
            return beats_tuple(shared.with([](hd::QrsStream& stream) { return stream.finish(); }));
          },
          nb::sig("def finish(self) -> tuple[numpy.typing.NDArray[numpy.int64], numpy.typing.NDArray[numpy.float64]]"),
          "The recording has ended: returns the beats that were waiting.")
      .def_prop_ro(
          "latency_s", [](const SharedStream&) { return hd::QrsStream::latency_s(); },
          "The longest that a beat waits, in seconds.")
      .def_prop_ro(
          "sampling_rate", [](const SharedStream& shared) { return shared.stream.sampling_rate(); }, "Hz")
      .def_prop_ro("n_leads", [](const SharedStream& shared) { return shared.stream.n_leads(); })
      .def_prop_ro(
          "n_samples",
          [](SharedStream& shared) { return shared.with([](hd::QrsStream& stream) { return stream.n_samples(); }); },
          "Samples taken so far.")
      .def(
          "polarity",
          [](SharedStream& shared, std::size_t lead) {
            return shared.with([&](hd::QrsStream& stream) { return stream.polarity(lead); });
          },
          "lead"_a, "1 where most beats of the lead point up, -1 down, 0 none.")
      .def_prop_ro(
          "unusable",
          [](SharedStream& shared) {
            return ranges_array(shared.with([](hd::QrsStream& stream) { return stream.unusable(); }));
          },
          nb::rv_policy::automatic, "(n, 2) stretches about which nothing could be said, as far as decided.");
  m.def(
      "decode_cells",
      [](nb::handle offset, nb::handle confidence, std::vector<std::size_t> cells_per_scale, double n_samples,
         double first_sample, double last_sample, double least_confidence, double suppression_samples) {
        const auto offsets = hs::bindings::as_array<double>(offset, "offset");
        const auto confidences = hs::bindings::as_array<double>(confidence, "confidence");
        return hs::bindings::to_numpy(hd::decode_cells(hs::bindings::as_span(offsets, "offset"),
                                                       hs::bindings::as_span(confidences, "confidence"),
                                                       {.cells_per_scale = std::move(cells_per_scale),
                                                        .n_samples = n_samples,
                                                        .first_sample = first_sample,
                                                        .last_sample = last_sample,
                                                        .least_confidence = least_confidence,
                                                        .suppression_samples = suppression_samples}));
      },
      "offset"_a, "confidence"_a, nb::kw_only(), "cells_per_scale"_a = hd::DecodeCellsOptions{}.cells_per_scale,
      "n_samples"_a = 5000.0, "first_sample"_a = 250.0, "last_sample"_a = 4750.0, "least_confidence"_a = 0.4,
      "suppression_samples"_a = 80.0,
      nb::sig("def decode_cells(offset: numpy.typing.ArrayLike, confidence: numpy.typing.ArrayLike, *, cells_per_scale: "
              "collections.abc.Sequence[int] = [79, 157, 313, 625], n_samples: float = 5000.0, first_sample: float = 250.0, "
              "last_sample: float = 4750.0, least_confidence: float = 0.4, suppression_samples: float = 80.0) -> "
              "numpy.typing.NDArray[numpy.float64]"),
      "Beats of a network that looks for them in cells at several scales, as the CPSC2019 system decodes them.\n\n"
      "offset, confidence: (n_cells,) of all scales in their order. Cell c of a scale with n cells stands for\n"
      "(c + offset) / n * n_samples; the most confident suppress what is within suppression_samples of them.\n"
      "Returns ascending fractional samples (that system counts from 1). Raises ShapeError and DomainError.");
  bind_training(m);
}
