#include "array.hpp"
#include "bindings.hpp"
#include "profile_dict.hpp"
#include "signal_rows.hpp"

#include <heartsight/signal/heart_sound_profile.hpp>
#include <heartsight/signal/quality.hpp>

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

#include <optional>
#include <string>
#include <vector>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;
using hs::signal::LeadSummary;
using hs::signal::QualityGrade;
using hs::signal::QualityReason;
using hs::signal::SignalQuality;

namespace {

/// A QualityReason of Python, which is a flag and may hold several bits.
nb::object as_flag(hs::signal::QualityReasons reasons) {
  return nb::type<QualityReason>()(reasons);
}

nb::dict lead_dict(const LeadSummary& lead) {
  nb::dict d;
  d["verdict"] = hs::signal::to_string(lead.verdict);
  d["reasons"] = hs::signal::reason_names(lead.reasons);
  d["usable_share"] = lead.usable_share;
  d["unusable_share"] = lead.unusable_share;
  return d;
}

nb::dict quality_dict(const SignalQuality& q) {
  nb::list leads;
  nb::list grades;
  nb::list reasons;
  for (std::size_t lead = 0; lead < q.n_leads; ++lead) {
    leads.append(lead_dict(q.leads[lead]));
    nb::list grade_row;
    nb::list reason_row;
    for (std::size_t k = 0; k < q.n_seconds; ++k) {
      grade_row.append(hs::signal::to_string(q.grade_of(lead, k)));
      reason_row.append(hs::signal::reason_names(q.reasons_of(lead, k)));
    }
    grades.append(grade_row);
    reasons.append(reason_row);
  }
  nb::dict d;
  d["verdict"] = q.verdict();
  d["score"] = q.score;
  d["reasons"] = hs::signal::reason_names(q.verdict_reasons);
  d["leads"] = leads;
  d["grade"] = grades;
  d["reasons_by_second"] = reasons;
  return d;
}

}  // namespace

void bind_signal_quality(nb::module_& m) {
  nb::enum_<QualityGrade>(m, "QualityGrade", nb::is_arithmetic(), "What a second of a lead, or a whole lead, is good for.")
      .value("usable", QualityGrade::usable, "Amplitudes and intervals can be measured.")
      .value("beats_only", QualityGrade::beats_only, "Beats can be found; waves and amplitudes should not be trusted.")
      .value("unusable", QualityGrade::unusable, "Neither.");
  nb::enum_<QualityReason>(m, "QualityReason", nb::is_arithmetic(), nb::is_flag(),
                           "Bits that say why something is not simply usable.")
      .value("flat", QualityReason::flat, "No change within 0.01 mV for 0.8 s and more.")
      .value("clipped", QualityReason::clipped, "Samples sit at the lead's extreme value.")
      .value("mains", QualityReason::mains, "50 or 60 Hz.")
      .value("wander", QualityReason::wander, "The baseline moves.")
      .value("muscle", QualityReason::muscle, "Broad-band noise, or noise in which no heart can be seen.")
      .value("loose", QualityReason::loose, "Jumps and movements that no heart makes: a loose electrode.")
      .value("missing", QualityReason::missing, "Samples are NaN or infinite.")
      .value("reversed_limb_leads", QualityReason::reversed_limb_leads,
             "Of a recording: limb electrodes may be swapped; alone it does not make it unacceptable.");
  nb::class_<LeadSummary>(m, "LeadSummary", "One lead over its whole length.")
      .def_ro("verdict", &LeadSummary::verdict)
      .def_prop_ro(
          "reasons", [](const LeadSummary& s) { return as_flag(s.reasons); }, nb::sig("def reasons(self) -> QualityReason"),
          "All that were found in any of its seconds.")
      .def_ro("usable_share", &LeadSummary::usable_share, "Of its seconds.")
      .def_ro("unusable_share", &LeadSummary::unusable_share, "Of its seconds.")
      .def("to_dict", &lead_dict, nb::sig("def to_dict(self) -> dict[str, typing.Any]"))
      .def("__repr__", [](const LeadSummary& s) {
        std::string reasons;
        for (const auto& name : hs::signal::reason_names(s.reasons)) reasons += (reasons.empty() ? "" : ", ") + name;
        return "LeadSummary(" + std::string(hs::signal::to_string(s.verdict)) + (reasons.empty() ? "" : ": ") + reasons +
               ")";
      });
  nb::class_<SignalQuality>(m, "SignalQuality", "The quality of a recording: by lead and second, by lead, and as a whole.")
      .def_prop_ro(
          "grade",
          [](const SignalQuality& q) {
            std::vector<std::uint8_t> values;
            values.reserve(q.grade.size());
            for (const QualityGrade g : q.grade) values.push_back(static_cast<std::uint8_t>(g));
            return hs::bindings::to_numpy(std::move(values), {q.n_leads, q.n_seconds});
          },
          nb::rv_policy::automatic, nb::sig("def grade(self) -> numpy.typing.NDArray[numpy.uint8]"),
          "(n_leads, n_seconds): values of QualityGrade.")
      .def_prop_ro(
          "reasons",
          [](const SignalQuality& q) {
            return hs::bindings::to_numpy(std::vector<std::uint32_t>(q.reasons), {q.n_leads, q.n_seconds});
          },
          nb::rv_policy::automatic, nb::sig("def reasons(self) -> numpy.typing.NDArray[numpy.uint32]"),
          "(n_leads, n_seconds): bits of QualityReason.")
      .def_ro("leads", &SignalQuality::leads, nb::rv_policy::copy, "One LeadSummary per lead.")
      .def_prop_ro("acceptable", [](const SignalQuality& q) { return q.acceptable; })
      .def_prop_ro(
          "verdict", [](const SignalQuality& q) { return q.verdict(); }, "'acceptable' or 'unacceptable'.")
      .def_prop_ro(
          "verdict_reasons", [](const SignalQuality& q) { return as_flag(q.verdict_reasons); },
          nb::sig("def verdict_reasons(self) -> QualityReason"),
          "Why unacceptable; reversed_limb_leads may stand beside 'acceptable'.")
      .def_ro("score", &SignalQuality::score, "In [0, 1]; acceptable is score >= 0.5.")
      .def("to_dict", &quality_dict, nb::sig("def to_dict(self) -> dict[str, typing.Any]"),
           "All of it as plain Python values, enumerators by name.")
      .def("__repr__", [](const SignalQuality& q) {
        std::string reasons;
        for (const auto& name : hs::signal::reason_names(q.verdict_reasons)) reasons += (reasons.empty() ? "" : ", ") + name;
        return "SignalQuality(" + std::string(q.verdict()) + (reasons.empty() ? "" : ": ") + reasons + ", " +
               std::to_string(q.n_leads) + " leads, " + std::to_string(q.n_seconds) + " s)";
      });
  m.def(
      "quality",
      [](nb::handle signal, double sampling_rate, std::optional<std::vector<std::string>> leads, bool amplitude_in_mv) {
        return std::visit(
            [&](const auto& array) {
              using T = std::remove_const_t<typename std::decay_t<decltype(array)>::Scalar>;
              const auto view = hs::bindings::as_leads<T>(array, "quality");
              nb::gil_scoped_release release;
              return hs::signal::quality(
                  view, sampling_rate,
                  {.leads = std::move(leads).value_or(std::vector<std::string>{}), .amplitude_in_mv = amplitude_in_mv});
            },
            hs::bindings::as_real_array(signal, "signal"));
      },
      "signal"_a, "sampling_rate"_a, nb::kw_only(), "leads"_a = nb::none(), "amplitude_in_mv"_a = true,
      nb::sig("def quality(signal: numpy.typing.ArrayLike, sampling_rate: float, *, leads: collections.abc.Sequence[str] | "
              "None = None, amplitude_in_mv: bool = True) -> SignalQuality"),
      "Whether a recording can be read: per lead and second, per lead, and as a whole.\n\n"
      "signal: (n_leads, n_samples) or (n_samples,), in mV, any offset; NaN and infinities are missing. sampling_rate: Hz "
      "in\n"
      "[20, 100000], meant for 50 to 2000. leads: one name per lead; only with names can swapped limb electrodes be\n"
      "suspected. amplitude_in_mv=False where the unit is not known: the median lead's median range within a second then\n"
      "stands for 1 mV.\n"
      "A lead is unusable where more than a quarter of its seconds are; the recording is unacceptable when a lead is, or "
      "when\n"
      "the mean cost of all seconds (unusable 1, beats_only 0.5) is above 0.2. score falls with trouble and is 0.5 at the\n"
      "limit; its slope is chosen, not fitted. Without a lead or a sample: unacceptable, missing, score 0.\n"
      "Raises DomainError (rate) and ShapeError (names). The limits and what they were checked on: docs/quality.md.");
  m.def(
      "heart_sound_profile",
      [](nb::handle sound, double sampling_rate) {
        return std::visit(
            [&](const auto& array) {
              using T = std::remove_const_t<typename std::decay_t<decltype(array)>::Scalar>;
              const auto span = hs::bindings::as_span<T>(array, "sound");
              hs::signal::HeartSoundProfile profile;
              {
                nb::gil_scoped_release release;
                profile = hs::signal::heart_sound_profile(span, sampling_rate);
              }
              return hs::bindings::profile_dict(profile, hs::signal::heart_sound_profile_fields);
            },
            hs::bindings::as_real_array(sound, "sound"));
      },
      "sound"_a, "sampling_rate"_a,
      nb::sig("def heart_sound_profile(sound: numpy.typing.ArrayLike, sampling_rate: float) -> dict[str, float]"),
      "One channel of heart sounds as a signal in sixteen numbers, by name.\n\n"
      "sound: (n_samples,), any unit; what is not finite is missing. sampling_rate: Hz in [1000, 200000].\n"
      "heart_rate_bpm (33 to 167) and periodicity (0 to 1): the period of the homomorphic envelope and its\n"
      "autocorrelation there (Schmidt et al. 2010, DOI 10.1088/0967-3334/31/4/004; Springer et al. 2016, DOI\n"
      "10.1109/TBME.2015.2475278); rms, in the signal's unit; crest_factor; envelope_range_db: 95 % over 20 % quantile;\n"
      "shares of missing, flat and clipped samples; of the power above 2 Hz rumble_share (below 25 Hz), hiss_share (from\n"
      "400 Hz), spectral_centroid_hz and spectral_edge_hz (95 %); of the power from 25 to 400 Hz the shares of four bands.\n"
      "NaN where nothing can be measured: spectrum and envelope below 1 s, of a constant, or with more than half missing;\n"
      "heart rate below 3 s. The rate describes the recording and may be off by a factor of two where systole and diastole\n"
      "sound alike. Raises DomainError (rate), ShapeError (more than one dimension). Linear in the number of samples.");
}
