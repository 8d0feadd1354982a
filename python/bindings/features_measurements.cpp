#include "array.hpp"
#include "bindings.hpp"

#include <heartsight/core/recording.hpp>
#include <heartsight/detection/detect_qrs.hpp>
#include <heartsight/features/beat_groups.hpp>
#include <heartsight/features/frontal_axis.hpp>
#include <heartsight/features/kors_vcg.hpp>
#include <heartsight/features/measurement_part.hpp>
#include <heartsight/features/measurement_schema.hpp>
#include <heartsight/features/measurements.hpp>
#include <heartsight/features/median_beat.hpp>
#include <heartsight/features/pacing_spikes.hpp>
#include <heartsight/features/qt_correction.hpp>
#include <heartsight/features/rhythm.hpp>
#include <heartsight/features/statements.hpp>

#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;
namespace hd = heartsight::detection;
namespace ft = heartsight::features;
using hs::bindings::as_array;
using hs::bindings::as_matrix;
using hs::bindings::as_real_array;
using hs::bindings::as_span;
using hs::bindings::to_numpy;

namespace {

hs::Sex parse_sex(const std::string& name) {
  for (const hs::Sex sex : {hs::Sex::unknown, hs::Sex::male, hs::Sex::female}) {
    if (name == hs::to_string(sex)) return sex;
  }
  hs::check::detail::fail<hs::DomainError>("measurements", "sex", name, "must be male, female or unknown");
}

template <class Group, std::size_t N>
nb::dict as_dict(const Group& group, const std::array<ft::MeasurementField<Group>, N>& fields) {
  nb::dict out;
  for (const auto& field : fields) out[nb::str(field.name.data(), field.name.size())] = group.*field.value;
  return out;
}

nb::dict as_dict(const hd::WaveFiducials& f) {
  nb::dict out;
  out["p_onset"] = f.p_onset;
  out["p_peak"] = f.p_peak;
  out["p_offset"] = f.p_offset;
  out["qrs_onset"] = f.qrs_onset;
  out["qrs_peak"] = f.qrs_peak;
  out["qrs_offset"] = f.qrs_offset;
  out["t_onset"] = f.t_onset;
  out["t_peak"] = f.t_peak;
  out["t_offset"] = f.t_offset;
  return out;
}

template <class T>
std::vector<T> copied(const std::vector<T>& values) {
  return values;
}

std::vector<std::int64_t> widened(const std::vector<std::int32_t>& values) {
  return {values.begin(), values.end()};
}

/// Calls with a matrix view, and without the GIL.
template <class Call>
auto with_signal(nb::handle signal, const Call& call) {
  return std::visit(
      [&](const auto& array) {
        using T = std::remove_const_t<typename std::decay_t<decltype(array)>::Scalar>;
        const auto matrix = as_matrix<T>(array, "signal");
        nb::gil_scoped_release release;
        return call(matrix);
      },
      as_real_array(signal, "signal"));
}

std::vector<std::int64_t> peaks_of(nb::handle r_peaks) {
  const auto array = as_array<std::int64_t>(r_peaks, "r_peaks");
  const auto span = as_span<std::int64_t>(array, "r_peaks");
  return {span.begin(), span.end()};
}

void bind_beats(nb::module_& m) {
  nb::class_<ft::BeatGroup>(m, "BeatGroup", "Beats of one shape.")
      .def_prop_ro(
          "kind", [](const ft::BeatGroup& g) { return std::string(ft::to_string(g.kind)); },
          "'dominant', 'ectopic', 'paced' or 'other'.")
      .def_ro("paced", &ft::BeatGroup::paced, "True where at least half of its beats follow a pacing spike.")
      .def_ro("n_beats", &ft::BeatGroup::n_beats)
      .def_ro("share", &ft::BeatGroup::share, "Of all beats.")
      .def_ro("prematurity", &ft::BeatGroup::prematurity,
              "Median of the RR interval before its beats over the median of the intervals around; NaN without.")
      .def_ro("onset_s", &ft::BeatGroup::onset_s, "First steep slope of its complex, from the R peak.")
      .def_ro("end_s", &ft::BeatGroup::end_s, "Last steep slope of its complex, from the R peak.")
      .def("__repr__", [](const ft::BeatGroup& g) {
        return "BeatGroup('" + std::string(ft::to_string(g.kind)) + "', " + std::to_string(g.n_beats) + " beats)";
      });
  nb::class_<ft::BeatGroups>(m, "BeatGroups", "What group_beats found.")
      .def_ro("groups", &ft::BeatGroups::groups, "The dominant group first, then by size.")
      .def_prop_ro(
          "group", [](const ft::BeatGroups& g) { return to_numpy(widened(g.group)); }, nb::rv_policy::automatic,
          "(n_beats,) index in groups, or -1.")
      .def_prop_ro(
          "shift_samples", [](const ft::BeatGroups& g) { return to_numpy(copied(g.shift_samples)); },
          nb::rv_policy::automatic, "(n_beats,) what to add to the R peak to align the beat; NaN without a group.")
      .def_prop_ro(
          "similarity", [](const ft::BeatGroups& g) { return to_numpy(copied(g.similarity)); }, nb::rv_policy::automatic,
          "(n_beats,) to the mean of its group, in [-1, 1]; NaN without.")
      .def("__len__", [](const ft::BeatGroups& g) { return g.groups.size(); })
      .def("__repr__", [](const ft::BeatGroups& g) {
        return "BeatGroups(" + std::to_string(g.groups.size()) + " groups, " + std::to_string(g.group.size()) + " beats)";
      });
  nb::class_<ft::MedianBeat>(m, "MedianBeat", "The typical beat of a group in every lead.")
      .def_prop_ro(
          "samples", [](const ft::MedianBeat& b) { return to_numpy(copied(b.samples), {b.n_leads, b.n_window}); },
          nb::rv_policy::automatic, "(n_leads, n_window) in mV; NaN where no beat is.")
      .def_ro("sampling_rate", &ft::MedianBeat::sampling_rate, "Hz, of the window: a whole multiple of the signal's.")
      .def_ro("r_index", &ft::MedianBeat::r_index, "Sample of the window at which the R peaks were aligned.")
      .def_ro("n_beats", &ft::MedianBeat::n_beats, "Averaged.")
      .def_ro("rr_before_s", &ft::MedianBeat::rr_before_s, "Median of the intervals before those beats; NaN without.")
      .def_ro("rr_after_s", &ft::MedianBeat::rr_after_s, "Median of the intervals after them; NaN without.")
      .def_prop_ro(
          "noise_mv", [](const ft::MedianBeat& b) { return to_numpy(copied(b.noise_mv)); }, nb::rv_policy::automatic,
          "(n_leads,) root mean square of single beats about it.")
      .def_prop_ro(
          "standard_error_mv", [](const ft::MedianBeat& b) { return to_numpy(copied(b.standard_error_mv)); },
          nb::rv_policy::automatic, "(n_leads,) of one of its samples.")
      .def("__repr__", [](const ft::MedianBeat& b) {
        return "MedianBeat(" + std::to_string(b.n_leads) + " leads x " + std::to_string(b.n_window) + " samples, " +
               std::to_string(b.n_beats) + " beats)";
      });
  m.def(
      "group_beats",
      [](nb::handle signal, double sampling_rate, nb::handle r_peaks, double least_similarity, std::size_t max_groups) {
        const auto peaks = peaks_of(r_peaks);
        const ft::BeatGroupOptions options{.least_similarity = least_similarity, .max_groups = max_groups};
        return with_signal(signal, [&](const auto& view) { return ft::group_beats(view, sampling_rate, peaks, options); });
      },
      "signal"_a, "sampling_rate"_a, "r_peaks"_a, nb::kw_only(),
      "least_similarity"_a = ft::BeatGroupOptions{}.least_similarity, "max_groups"_a = ft::BeatGroupOptions{}.max_groups,
      nb::sig("def group_beats(signal: numpy.typing.ArrayLike, sampling_rate: float, r_peaks: numpy.typing.ArrayLike, *, "
              "least_similarity: float = 0.85, max_groups: int = 12) -> BeatGroups"),
      "Sort the beats of a recording into groups of equal shape, and align each with its group.\n\n"
      "signal: (n_leads, n_samples) in mV. sampling_rate: Hz, in [50, 20000]. r_peaks: samples, ascending, inside the "
      "signal.\n"
      "A beat joins the group whose mean its complex correlates with best over all leads, from least_similarity on; else "
      "it\n"
      "founds one. The dominant group is the largest, or a narrower one of at least half its size. Linear in the number of\n"
      "beats. Raises DomainError.");
  m.def(
      "median_beat",
      [](nb::handle signal, double sampling_rate, nb::handle r_peaks, const ft::BeatGroups& groups, std::size_t group,
         double before_s, double after_s, double target_rate_hz, std::size_t max_beats) {
        const auto peaks = peaks_of(r_peaks);
        const ft::MedianBeatOptions options{
            .before_s = before_s, .after_s = after_s, .target_rate_hz = target_rate_hz, .max_beats = max_beats};
        return with_signal(
            signal, [&](const auto& view) { return ft::median_beat(view, sampling_rate, peaks, groups, group, options); });
      },
      "signal"_a, "sampling_rate"_a, "r_peaks"_a, "groups"_a, nb::kw_only(), "group"_a = 0,
      "before_s"_a = ft::MedianBeatOptions{}.before_s, "after_s"_a = ft::MedianBeatOptions{}.after_s,
      "target_rate_hz"_a = ft::MedianBeatOptions{}.target_rate_hz, "max_beats"_a = ft::MedianBeatOptions{}.max_beats,
      nb::sig(
          "def median_beat(signal: numpy.typing.ArrayLike, sampling_rate: float, r_peaks: numpy.typing.ArrayLike, groups: "
          "BeatGroups, *, group: int = 0, before_s: float = 0.5, after_s: float = 0.75, target_rate_hz: float = 500.0, "
          "max_beats: int = 64) -> MedianBeat"),
      "The typical beat of a group in each lead: sample by sample the mean of the middle half of its aligned beats.\n\n"
      "signal, sampling_rate, r_peaks: as given to group_beats, whose result groups is. Level and drift of each beat are "
      "taken\n"
      "out: 0 is the PR segment. Slow signals get a finer grid (100 Hz becomes 500 Hz). The window ends before the P wave "
      "of\n"
      "the next beat. No beat gives an empty result. Raises DomainError and ShapeError.");
  m.def(
      "pacing_spikes",
      [](nb::handle signal, double sampling_rate, nb::handle r_peaks) {
        const auto peaks = peaks_of(r_peaks);
        const auto spikes =
            with_signal(signal, [&](const auto& view) { return ft::pacing_spikes(view, sampling_rate, peaks); });
        std::vector<std::int64_t> samples;
        std::vector<double> amplitudes;
        for (const ft::PacingSpike& spike : spikes) {
          samples.push_back(spike.sample);
          amplitudes.push_back(spike.amplitude_mv);
        }
        return nb::make_tuple(to_numpy(std::move(samples)), to_numpy(std::move(amplitudes)));
      },
      "signal"_a, "sampling_rate"_a, "r_peaks"_a,
      nb::sig("def pacing_spikes(signal: numpy.typing.ArrayLike, sampling_rate: float, r_peaks: numpy.typing.ArrayLike) -> "
              "tuple[numpy.typing.NDArray[numpy.int64], numpy.typing.NDArray[numpy.float64]]"),
      "Pacemaker impulses within 160 ms before the given beats: (samples, amplitudes in mV), -1 and 0 where there is "
      "none.\n\n"
      "Below 200 Hz a spike cannot be told from a wave, and none is found. Raises DomainError.");
}

void bind_formulas(nb::module_& m) {
  m.def(
      "corrected_qt",
      [](double qt_ms, double rr_ms) {
        const ft::CorrectedQt c = ft::corrected_qt(qt_ms, rr_ms);
        nb::dict out;
        out["bazett_ms"] = c.bazett_ms;
        out["fridericia_ms"] = c.fridericia_ms;
        out["framingham_ms"] = c.framingham_ms;
        out["hodges_ms"] = c.hodges_ms;
        return out;
      },
      "qt_ms"_a, "rr_ms"_a, nb::sig("def corrected_qt(qt_ms: float, rr_ms: float) -> dict[str, float]"),
      "The QT interval corrected for the heart rate by Bazett, Fridericia, Framingham and Hodges, in ms.\n\n"
      "NaN gives NaN. Raises DomainError (0, negative or infinite).");
  m.def("frontal_axis", &ft::frontal_axis, "lead_i"_a, "lead_avf"_a,
        "Direction of a wave in the frontal plane from its area or amplitude in I and aVF, in degrees, in (-180, 180].\n\n"
        "NaN where there is none.");
  m.def(
      "kors_vector",
      [](nb::handle leads) {
        const auto array = as_array<double>(leads, "leads");
        const bool one = array.ndim() == 1;
        if (array.ndim() == 0 || array.ndim() > 2 || array.shape(0) != ft::kors_leads.size()) {
          hs::check::detail::fail<hs::ShapeError>("kors_vector", "leads", "", "must be (8,) or (8, n_samples)");
        }
        const std::size_t n = one ? 1 : array.shape(1);
        std::vector<double> out(3 * n);
        {
          nb::gil_scoped_release release;
          for (std::size_t i = 0; i < n; ++i) {
            std::array<double, 8> sample{};
            for (std::size_t k = 0; k < sample.size(); ++k) sample[k] = array.data()[k * n + i];
            const ft::HeartVector v = ft::kors_vector(sample);
            out[i] = v.x;
            out[n + i] = v.y;
            out[2 * n + i] = v.z;
          }
        }
        return one ? to_numpy(std::move(out)) : to_numpy(std::move(out), {3, n});
      },
      "leads"_a, nb::sig("def kors_vector(leads: numpy.typing.ArrayLike) -> numpy.typing.NDArray[numpy.float64]"),
      "Frank's vectorcardiogram of I, II, V1 to V6, (8,) or (8, n_samples), by the matrix of Kors et al. 1990\n"
      "(DOI 10.1093/oxfordjournals.eurheartj.a059647): (3,) or (3, n_samples), x to the left, y to the feet, z to the "
      "back.\n\n"
      "Raises ShapeError.");
  m.def(
      "measurement_schema", [](const std::vector<std::string>& leads) { return ft::measurement_schema(leads); }, "leads"_a,
      "FeatureSchema of the measurements for these leads: 'I_p_amplitude', ..., 'noise_max'.");
  m.def(
      "measurement_place",
      [](const std::string& name) {
        const auto place = ft::measurement_place(name);
        return std::pair(std::string(to_string(place.part)), std::string(to_string(place.region)));
      },
      "name"_a,
      "Part of the tracing and group of leads of a column of measurement_schema: ('ST segment', 'V1, V2, V3, V4') for\n"
      "'V1_j40'.");
  m.def(
      "describe_measurements",
      [](const std::vector<std::string>& leads) {
        nb::list out;
        for (const auto& column : ft::describe_measurements(leads)) {
          out.append(nb::make_tuple(column.name, column.unit, column.definition));
        }
        return out;
      },
      "leads"_a, nb::sig("def describe_measurements(leads: collections.abc.Sequence[str]) -> list[tuple[str, str, str]]"),
      "(name, unit, definition) of every measurement for these leads, in the order of the vector.");
}

nb::list stretches_of(const ft::Rhythm& r) {
  nb::list out;
  for (const ft::RhythmStretch& s : r.stretches) {
    nb::dict stretch;
    stretch["first"] = s.first;
    stretch["last"] = s.last;
    stretch["verdict"] = std::string(ft::to_string(s.verdict));
    stretch["af_probability"] = s.af_probability;
    out.append(stretch);
  }
  return out;
}

nb::list pauses_of(const ft::Rhythm& r) {
  nb::list out;
  for (const ft::Pause& p : r.pauses) {
    nb::dict pause;
    pause["after"] = p.after;
    pause["duration_s"] = p.duration_s;
    out.append(pause);
  }
  return out;
}

nb::dict rhythm_dict(const ft::Rhythm& r) {
  nb::dict out;
  out["verdict"] = std::string(ft::to_string(r.verdict));
  out["af_probability"] = r.af_probability;
  out["af_share"] = r.af_share;
  out["irregularity"] = r.irregularity;
  out["large_steps"] = r.large_steps;
  out["p_coherence"] = r.p_coherence;
  out["ectopic_share"] = r.ectopic_share;
  out["stretches"] = stretches_of(r);
  out["pauses"] = pauses_of(r);
  return out;
}

void bind_rhythm(nb::module_& m) {
  nb::class_<ft::Rhythm>(m, "Rhythm", "The rhythm of a recording.")
      .def_prop_ro(
          "verdict", [](const ft::Rhythm& r) { return std::string(ft::to_string(r.verdict)); },
          "'sinus', 'atrial_fibrillation_suspected', 'other' or 'not_enough'.")
      .def_ro("af_probability", &ft::Rhythm::af_probability, "Mean over the beats that could be judged; NaN without.")
      .def_ro("af_share", &ft::Rhythm::af_share, "Share of those beats in suspected fibrillation.")
      .def_ro("irregularity", &ft::Rhythm::irregularity,
              "Median absolute difference of successive intervals over their median, ectopic beats left out.")
      .def_ro("large_steps", &ft::Rhythm::large_steps, "Share of those differences above a tenth of the median interval.")
      .def_ro("p_coherence", &ft::Rhythm::p_coherence, "Likeness of the beats where P waves lie, 0 to 1.")
      .def_ro("ectopic_share", &ft::Rhythm::ectopic_share, "Share of beats in ectopic groups.")
      .def_prop_ro("stretches", &stretches_of, nb::sig("def stretches(self) -> list[dict[str, typing.Any]]"),
                   "Beats in a row of one rhythm: first and last R peak (samples), verdict, af_probability.")
      .def_prop_ro("pauses", &pauses_of, nb::sig("def pauses(self) -> list[dict[str, typing.Any]]"),
                   "after (R peak, samples) and duration_s.")
      .def("to_dict", &rhythm_dict, nb::sig("def to_dict(self) -> dict[str, typing.Any]"), "Everything as plain values.")
      .def("__repr__", [](const ft::Rhythm& r) {
        return "Rhythm('" + std::string(ft::to_string(r.verdict)) + "', " + std::to_string(r.stretches.size()) +
               " stretches)";
      });
  m.def(
      "rhythm",
      [](nb::handle signal, double sampling_rate, const std::optional<hd::QrsDetection>& beats, double pause_s,
         std::size_t min_beats) {
        const ft::RhythmOptions options{.pause_s = pause_s, .min_beats = min_beats};
        return with_signal(signal, [&](const auto& view) {
          const hd::QrsDetection found = beats ? *beats : hd::detect_qrs(view, sampling_rate);
          return ft::rhythm(view, sampling_rate, found, ft::group_beats(view, sampling_rate, found.r_peaks), options);
        });
      },
      "signal"_a, "sampling_rate"_a, nb::kw_only(), "beats"_a = nb::none(), "pause_s"_a = ft::RhythmOptions{}.pause_s,
      "min_beats"_a = ft::RhythmOptions{}.min_beats,
      nb::sig("def rhythm(signal: numpy.typing.ArrayLike, sampling_rate: float, *, beats: "
              "heartsight._core.detection.QrsDetection "
              "| None = None, pause_s: float = 2.0, min_beats: int = 6) -> Rhythm"),
      "Which rhythm the beats keep: sinus, suspected atrial fibrillation, another, or too little to say.\n\n"
      "signal: (n_leads, n_samples) in mV. beats: of detect_qrs on this signal; found here when None. pause_s: intervals "
      "from\n"
      "this length on are pauses. Judged in stretches of 20 beats from the irregularity of the intervals, ectopic beats "
      "left\n"
      "out, and the likeness of the beats where P waves lie. Not a diagnosis. Raises DomainError.");
}

nb::dict to_dict(const ft::Measurements& m) {
  nb::dict out;
  out["leads"] = m.leads;
  out["sex"] = std::string(hs::to_string(m.sex));
  out["r_peaks"] = m.beats.r_peaks;
  nb::list groups;
  for (const ft::BeatGroup& group : m.groups.groups) {
    nb::dict g;
    g["kind"] = std::string(ft::to_string(group.kind));
    g["n_beats"] = group.n_beats;
    g["share"] = group.share;
    g["paced"] = group.paced;
    groups.append(g);
  }
  out["groups"] = groups;
  out["overall"] = as_dict(m.global, ft::global_measurement_fields);
  out["overall_uncertainty"] = as_dict(m.global_uncertainty, ft::global_measurement_fields);
  nb::list by_lead;
  for (const auto& lead : m.by_lead) by_lead.append(as_dict(lead, ft::lead_measurement_fields));
  out["by_lead"] = by_lead;
  nb::list lead_errors;
  for (const auto& lead : m.by_lead_uncertainty) lead_errors.append(as_dict(lead, ft::lead_measurement_fields));
  out["by_lead_uncertainty"] = lead_errors;
  out["fiducials"] = as_dict(m.fiducials);
  out["limb_lead_reversal"] = std::string(ft::to_string(m.limb_lead_reversal));
  return out;
}

void bind_measured(nb::module_& m) {
  nb::class_<ft::StatementNumber>(m, "StatementNumber", "A number that a statement rests on.")
      .def_ro("name", &ft::StatementNumber::name)
      .def_ro("value", &ft::StatementNumber::value)
      .def_ro("unit", &ft::StatementNumber::unit)
      .def("__repr__", [](const ft::StatementNumber& n) {
        return "StatementNumber('" + n.name + "', " + hs::check::detail::show(n.value) + ", '" + n.unit + "')";
      });
  nb::class_<ft::Statement>(m, "Statement", "A published criterion that measurements meet. Not a diagnosis.")
      .def_ro("code", &ft::Statement::code, "Stable, snake_case.")
      .def_ro("text", &ft::Statement::text, "One sentence for a reader.")
      .def_ro("because", &ft::Statement::because, "The numbers it rests on.")
      .def_ro("source", &ft::Statement::source, "Of the criterion.")
      .def(
          "to_dict",
          [](const ft::Statement& s) {
            nb::dict out;
            out["code"] = s.code;
            out["text"] = s.text;
            nb::dict because;
            for (const auto& n : s.because) because[nb::str(n.name.c_str())] = n.value;
            out["because"] = because;
            out["source"] = s.source;
            return out;
          },
          nb::sig("def to_dict(self) -> dict[str, typing.Any]"))
      .def("__repr__", [](const ft::Statement& s) { return "Statement('" + s.code + "': " + s.text + ")"; });
  nb::class_<ft::Measurements>(m, "Measurements", "Everything that was measured of one recording; see measurements().")
      .def_ro("leads", &ft::Measurements::leads, "Canonical names, one per row.")
      .def_prop_ro("sex", [](const ft::Measurements& x) { return std::string(hs::to_string(x.sex)); })
      .def_ro("beats", &ft::Measurements::beats, "QrsDetection.")
      .def_ro("groups", &ft::Measurements::groups, "BeatGroups.")
      .def_ro("median_beat", &ft::Measurements::median_beat, "MedianBeat of the dominant group.")
      .def_prop_ro(
          "fiducials", [](const ft::Measurements& x) { return as_dict(x.fiducials); },
          nb::sig("def fiducials(self) -> dict[str, float]"),
          "Waves of all leads together, in samples of the median beat's window; NaN where absent.")
      .def_prop_ro(
          "lead_fiducials",
          [](const ft::Measurements& x) {
            nb::list out;
            for (const auto& f : x.lead_fiducials) out.append(as_dict(f));
            return out;
          },
          nb::sig("def lead_fiducials(self) -> list[dict[str, float]]"), "The same for each lead.")
      .def_prop_ro(
          "by_lead",
          [](const ft::Measurements& x) {
            nb::list out;
            for (const auto& lead : x.by_lead) out.append(as_dict(lead, ft::lead_measurement_fields));
            return out;
          },
          nb::sig("def by_lead(self) -> list[dict[str, float]]"), "Per lead: name of the measurement to value.")
      .def_prop_ro(
          "overall", [](const ft::Measurements& x) { return as_dict(x.global, ft::global_measurement_fields); },
          nb::sig("def overall(self) -> dict[str, float]"), "What concerns all leads: name to value.")
      .def_prop_ro(
          "limb_lead_reversal", [](const ft::Measurements& x) { return std::string(ft::to_string(x.limb_lead_reversal)); },
          "'none', 'unknown', or which electrodes seem to be swapped.")
      .def(
          "values", [](const ft::Measurements& x) { return to_numpy(x.values()); },
          nb::sig("def values(self) -> numpy.typing.NDArray[numpy.float64]"),
          "All numbers, in the order of schema().names; NaN where not measurable.")
      .def(
          "uncertainties", [](const ft::Measurements& x) { return to_numpy(x.uncertainties()); },
          nb::sig("def uncertainties(self) -> numpy.typing.NDArray[numpy.float64]"),
          "Their standard errors; NaN where there is none.")
      .def("schema", &ft::Measurements::schema, "FeatureSchema of values().")
      .def("to_dict", &to_dict, nb::sig("def to_dict(self) -> dict[str, typing.Any]"),
           "Plain values: leads, beats, groups, overall, by_lead and their uncertainties, fiducials.")
      .def(
          "to_frame",
          [](const ft::Measurements& x) {
            nb::list names;
            nb::list units;
            nb::list definitions;
            for (const auto& column : ft::describe_measurements(x.leads)) {
              names.append(column.name);
              units.append(column.unit);
              definitions.append(column.definition);
            }
            nb::dict columns;
            columns["name"] = names;
            columns["value"] = to_numpy(x.values());
            columns["uncertainty"] = to_numpy(x.uncertainties());
            columns["unit"] = units;
            columns["definition"] = definitions;
            return nb::module_::import_("pandas").attr("DataFrame")(columns);
          },
          nb::sig("def to_frame(self) -> typing.Any"),
          "A pandas.DataFrame with name, value, uncertainty, unit and definition; raises ImportError without pandas.")
      .def("__repr__", [](const ft::Measurements& x) {
        return "Measurements(" + std::to_string(x.leads.size()) + " leads, " + std::to_string(x.beats.r_peaks.size()) +
               " beats, QRS " + hs::check::detail::show(x.global.qrs_duration_ms) + " ms, QT " +
               hs::check::detail::show(x.global.qt_ms) + " ms)";
      });
  constexpr auto doc =
      "What a cardiologist measures: beats, groups of beats, median beat, waves, and the measurements of each lead and of "
      "all.\n\n"
      "Of a Recording (with its sex), or of signal: (n_leads, n_samples) in mV, sampling_rate: Hz, in [50, 20000], leads: "
      "one\n"
      "name per row, sex: for the Cornell product. Measured at the band that is given; only level and drift are taken out.\n"
      "A bad signal is a result: what cannot be measured is NaN. Research software, not a medical device.\n"
      "Raises ShapeError and DomainError (a channel of a Recording is not in mV).";
  const auto of_recording = [](const auto& recording) {
    nb::gil_scoped_release release;
    return ft::measurements(recording);
  };
  m.def("measurements", [of_recording](const hs::Recording& r) { return of_recording(r); }, "recording"_a, doc);
  m.def("measurements", [of_recording](const hs::RecordingFloat32& r) { return of_recording(r); }, "recording"_a);
  m.def(
      "measurements",
      [](nb::handle signal, double sampling_rate, const std::vector<std::string>& leads, const std::string& sex) {
        const ft::MeasurementOptions options{.sex = parse_sex(sex)};
        return with_signal(signal, [&](const auto& view) { return ft::measurements(view, sampling_rate, leads, options); });
      },
      "signal"_a, "sampling_rate"_a, nb::kw_only(), "leads"_a, "sex"_a = "unknown",
      nb::sig(
          "def measurements(signal: numpy.typing.ArrayLike, sampling_rate: float, *, leads: collections.abc.Sequence[str], "
          "sex: str = 'unknown') -> Measurements"));
  m.def(
      "statements",
      [](const ft::Measurements& measured, std::optional<double> age_years) {
        return ft::statements(measured, {.age_years = age_years});
      },
      "measurements"_a, nb::kw_only(), "age_years"_a = nb::none(),
      "Which published criteria measurements meet, with the numbers and the source of each; docs/measurements.md lists "
      "them.\n\n"
      "age_years decides the limits of ST elevation in men; None takes those from 40 on. A criterion is not a diagnosis.");
}

}  // namespace

void bind_features_measurements(nb::module_& m) {
  bind_beats(m);
  bind_formulas(m);
  bind_rhythm(m);
  bind_measured(m);
}
