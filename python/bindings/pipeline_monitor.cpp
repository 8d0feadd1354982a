#include "array.hpp"
#include "bindings.hpp"
#include "json_number.hpp"
#include "profile_dict.hpp"
#include "scores.hpp"
#include "state_bytes.hpp"

#include <heartsight/core/check.hpp>
#include <heartsight/pipeline/monitor.hpp>
#include <heartsight/signal/signal_profile.hpp>

#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;
namespace hp = heartsight::pipeline;

using heartsight::bindings::json_number;

namespace {

nb::dict dict_of(const hs::signal::SignalProfile& profile) {
  return hs::bindings::profile_dict(profile, hs::signal::signal_profile_fields);
}

nb::dict dict_of(const hs::signal::HeartSoundProfile& profile) {
  return hs::bindings::profile_dict(profile, hs::signal::heart_sound_profile_fields);
}

template <class Recording>
void bind_case_of(nb::module_& m) {
  m.def(
      "monitored_case",
      [](const Recording& recording, const hp::Report& report, nb::handle label) {
        if (label.is_none()) {
          nb::gil_scoped_release release;
          return hp::monitored_case(recording, report);
        }
        const auto labels = hs::bindings::as_array<std::int64_t>(label, "label");
        const auto span = hs::bindings::as_span(labels, "label");
        nb::gil_scoped_release release;
        return hp::monitored_case(recording, report, span);
      },
      "recording"_a, "report"_a, "label"_a = nb::none(),
      "What a monitor keeps of a recording and its report: numbers and groups, no signal, no identifier.\n\n"
      "label: (n_classes,) integers 0, 1 or -1 for unknown, in the order of the report's probabilities; None: none is "
      "known.\n"
      "Groups: 'sex=female' and so on, 'age=<18', '18-39', '40-64', '65-79', '>=80'. Raises ShapeError, DomainError.");
}

template <class Recording>
void bind_sounds_of(nb::module_& m) {
  m.def(
      "monitored_heart_sounds",
      [](const Recording& recording, nb::handle probability, nb::handle label) {
        const auto p = hs::bindings::as_optional<double>(probability, "probability");
        const auto y = hs::bindings::as_optional<std::int64_t>(label, "label");
        nb::gil_scoped_release release;
        return hp::monitored_heart_sounds(recording, p.span(), y.span());
      },
      "recording"_a, nb::kw_only(), "probability"_a = nb::none(), "label"_a = nb::none(),
      "What a monitor keeps of a recording of heart sounds (one channel, 1000 Hz or more) and of a model's answer.\n\n"
      "probability: (n_classes,) in the order of the reference's classes; None: not analysed. label: (n_classes,) integers "
      "0, 1\n"
      "or -1 for unknown. Groups as in monitored_case. Raises ShapeError, DomainError.");
}

hp::MonitorOptions options_of(double alpha, double calibration_margin, double group_margin, std::int64_t min_cases) {
  return {.alpha = alpha, .calibration_margin = calibration_margin, .group_margin = group_margin, .min_cases = min_cases};
}

constexpr const char* result_doc =
    "What was seen against the reference: a MonitorResult.\n\n"
    "alpha: chance of any false alert, drift, calibration and groups together. An alert needs a significant difference and "
    "one "
    "beyond the margin; below min_cases nothing is said. Raises DomainError.";

}  // namespace

void bind_pipeline_monitor(nb::module_& m) {
  const auto profile_of = [](const auto& signal, double sampling_rate) {
    hs::signal::SignalProfile profile;
    {
      nb::gil_scoped_release release;
      profile = hs::signal::signal_profile(signal, sampling_rate);
    }
    return dict_of(profile);
  };
  m.def(
      "signal_profile", [profile_of](const hs::Recording& r) { return profile_of(r.signal(), r.sampling_rate().hz()); },
      "recording"_a, nb::sig("def signal_profile(recording: heartsight._core.Recording) -> dict[str, float]"));
  m.def(
      "signal_profile",
      [profile_of](const hs::RecordingFloat32& r) { return profile_of(r.signal(), r.sampling_rate().hz()); }, "recording"_a,
      nb::sig("def signal_profile(recording: heartsight._core.RecordingFloat32) -> dict[str, float]"),
      "An ECG as a signal in eleven numbers: amplitude, noise, wander, mains, steepness (mV), shares of missing, flat and\n"
      "clipped samples and of usable seconds, centroid and 95 % edge of the spectrum (Hz). NaN where nothing can be "
      "measured.");

  nb::class_<hp::MonitoredCase>(m, "MonitoredCase", "What a monitor keeps of one analysed recording until it is counted.")
      .def_prop_ro(
          "profile", [](const hp::MonitoredCase& c) { return dict_of(c.profile); },
          nb::sig("def profile(self) -> dict[str, float]"), "Of an ECG; all NaN for heart sounds.")
      .def_prop_ro(
          "heart_sounds",
          [](const hp::MonitoredCase& c) -> nb::object {
            if (!c.heart_sounds) return nb::none();
            return dict_of(*c.heart_sounds);
          },
          nb::sig("def heart_sounds(self) -> dict[str, float] | None"))
      .def_ro("heart_rate_bpm", &hp::MonitoredCase::heart_rate_bpm)
      .def_ro("analyzed", &hp::MonitoredCase::analyzed)
      .def_prop_ro("probability", [](const hp::MonitoredCase& c) { return c.probability; })
      .def_prop_ro("label", [](const hp::MonitoredCase& c) { return c.label; })
      .def_prop_ro("groups", [](const hp::MonitoredCase& c) { return c.groups; })
      .def(
          "with_probability",
          [](const hp::MonitoredCase& c, std::vector<double> probability) {
            hp::MonitoredCase other = c;
            if (other.analyzed)
              hs::check::same_size("with_probability", "probability", probability.size(), "the case's",
                                   c.probability.size());
            other.probability = c.analyzed ? std::move(probability) : std::vector<double>{};
            return other;
          },
          "probability"_a,
          "The case with other probabilities, such as those of a model that did not see it; a case that was not analysed\n"
          "has none and is given back as it is. Raises ShapeError.")
      .def("__eq__", [](const hp::MonitoredCase& a, const hp::MonitoredCase& b) { return a == b; });
  bind_case_of<hs::Recording>(m);
  bind_case_of<hs::RecordingFloat32>(m);
  bind_sounds_of<hs::Recording>(m);
  bind_sounds_of<hs::RecordingFloat32>(m);

  nb::class_<hp::MonitorReference>(
      m, "MonitorReference",
      "What later cases are compared with: counts of the signals, outputs and groups of earlier ones.")
      .def(
          "__init__",
          [](hp::MonitorReference* self, const std::vector<std::string>& classes, const std::vector<double>& thresholds,
             const std::vector<hp::MonitoredCase>& cases) {
            nb::gil_scoped_release release;
            new (self) hp::MonitorReference(classes, thresholds, cases);
          },
          nb::kw_only(), "classes"_a, "thresholds"_a, "cases"_a,
          "classes (k,) names and thresholds (k,) as in the bundle; cases: at least 20. Raises ShapeError, DomainError.")
      .def_prop_ro("classes", [](const hp::MonitorReference& r) { return r.classes(); })
      .def_prop_ro("thresholds", [](const hp::MonitorReference& r) { return r.thresholds(); })
      .def_prop_ro("n_cases", &hp::MonitorReference::n_cases)
      .def_prop_ro("fingerprint", &hp::MonitorReference::fingerprint)
      .def("to_bytes", [](const hp::MonitorReference& r) { return hs::bindings::to_bytes(r.to_bytes()); })
      .def_static(
          "from_bytes", [](const nb::bytes& b) { return hp::MonitorReference::from_bytes(hs::bindings::as_bytes(b)); },
          "data"_a, "Raises FormatError.")
      .def("__getstate__", [](const hp::MonitorReference& r) { return hs::bindings::to_bytes(r.to_bytes()); })
      .def("__setstate__",
           [](hp::MonitorReference& r, const nb::bytes& b) {
             new (&r) hp::MonitorReference(hp::MonitorReference::from_bytes(hs::bindings::as_bytes(b)));
           })
      .def("__repr__", [](const hp::MonitorReference& r) {
        return "MonitorReference(" + std::to_string(r.n_cases()) + " cases, " + std::to_string(r.classes().size()) +
               " classes)";
      });

  nb::class_<hp::MonitorAlert>(m, "MonitorAlert", "Something a person should look at.")
      .def_ro("kind", &hp::MonitorAlert::kind, "'signal', 'output', 'quality', 'calibration' or 'group'.")
      .def_ro("subject", &hp::MonitorAlert::subject)
      .def_ro("reason", &hp::MonitorAlert::reason)
      .def_ro("p_value", &hp::MonitorAlert::p_value, "Corrected.")
      .def("__repr__", [](const hp::MonitorAlert& a) { return a.kind + ": " + a.subject + ": " + a.reason; });
  nb::class_<hp::MonitoredClass>(m, "MonitoredClass", "How the model does on one class, where outcomes are known.")
      .def_ro("name", &hp::MonitoredClass::name)
      .def_ro("n_with_outcome", &hp::MonitoredClass::n_with_outcome)
      .def_ro("mean_probability", &hp::MonitoredClass::mean_probability)
      .def_ro("observed_rate", &hp::MonitoredClass::observed_rate)
      .def_ro("brier_score", &hp::MonitoredClass::brier_score)
      .def_ro("expected_calibration_error", &hp::MonitoredClass::expected_calibration_error)
      .def_ro("auroc", &hp::MonitoredClass::auroc);
  nb::class_<hp::MonitorResult>(m, "MonitorResult",
                                "What a monitor says. Without enough cases it says nothing, which is no all-clear.")
      .def_ro("n_cases", &hp::MonitorResult::n_cases)
      .def_ro("n_analyzed", &hp::MonitorResult::n_analyzed)
      .def_ro("enough", &hp::MonitorResult::enough)
      .def_ro("alerts", &hp::MonitorResult::alerts)
      .def_ro("not_compared", &hp::MonitorResult::not_compared,
              "Classes without enough outcomes, groups without enough cases here or in the reference.")
      .def_ro("drift", &hp::MonitorResult::drift,
              "Every column; heartsight.drift.DriftReport(result.drift) prints and draws it.")
      .def_ro("classes", &hp::MonitorResult::classes)
      .def(
          "to_dict",
          [](const hp::MonitorResult& r) {
            nb::list alerts;
            for (const auto& a : r.alerts) {
              nb::dict one;
              one["kind"] = a.kind;
              one["subject"] = a.subject;
              one["reason"] = a.reason;
              one["p_value"] = a.p_value;
              alerts.append(one);
            }
            nb::list classes;
            for (const auto& c : r.classes) {
              nb::dict one;
              one["name"] = c.name;
              one["n_with_outcome"] = c.n_with_outcome;
              one["mean_probability"] = json_number(c.mean_probability);
              one["observed_rate"] = json_number(c.observed_rate);
              one["brier_score"] = json_number(c.brier_score);
              one["expected_calibration_error"] = json_number(c.expected_calibration_error);
              one["auroc"] = json_number(c.auroc);
              classes.append(one);
            }
            nb::dict all;
            all["n_cases"] = r.n_cases;
            all["n_analyzed"] = r.n_analyzed;
            all["enough"] = r.enough;
            all["alerts"] = alerts;
            all["not_compared"] = r.not_compared;
            all["classes"] = classes;
            return all;
          },
          nb::sig("def to_dict(self) -> dict[str, typing.Any]"), "Alerts and classes, JSON-ready.")
      .def("__repr__", [](const hp::MonitorResult& r) {
        std::string text = std::to_string(r.n_cases) + " cases, " + std::to_string(r.n_analyzed) + " analysed";
        if (!r.enough) return text + ": not enough to say anything";
        if (r.alerts.empty()) text += ": no alert";
        for (const auto& a : r.alerts) text += "\n" + a.kind + ": " + a.subject + ": " + a.reason;
        for (const auto& what : r.not_compared) text += "\nnot compared: " + what;
        return text;
      });

  nb::class_<hp::MonitorState>(
      m, "MonitorState",
      "What has been seen since it was made: counts that merge in any order with an exactly equal result, over workers too.")
      .def(nb::init<std::shared_ptr<const hp::MonitorReference>>(), "reference"_a)
      .def(
          "add",
          [](hp::MonitorState& self, const hp::MonitoredCase& one) -> hp::MonitorState& {
            self.add(one);  // the GIL guards the state from a second thread
            return self;
          },
          "case"_a, nb::rv_policy::reference, "Counts a case; returns self. Raises ShapeError, DomainError.")
      .def("add_outcome", &hp::MonitorState::add_outcome, "class_index"_a, "probability"_a, "label"_a,
           "An outcome that became known after its case was counted. Raises DomainError.")
      .def(
          "merge",
          [](hp::MonitorState& self, const hp::MonitorState& other) -> hp::MonitorState& {
            self.merge(other);
            return self;
          },
          "other"_a, nb::rv_policy::reference,
          "Adds what the other has seen; returns self. Raises DomainError (another reference).")
      .def_prop_ro("n_cases", &hp::MonitorState::n_cases)
      .def_prop_ro("n_analyzed", &hp::MonitorState::n_analyzed)
      .def_prop_ro(
          "calibration", [](const hp::MonitorState& s) { return s.calibration(); }, "A CalibrationState per class.")
      .def_prop_ro(
          "groups", [](const hp::MonitorState& s) { return s.groups(); }, "A GroupState per class.")
      .def(
          "result",
          [](const hp::MonitorState& self, double alpha, double calibration_margin, double group_margin,
             std::int64_t min_cases) { return self.result(options_of(alpha, calibration_margin, group_margin, min_cases)); },
          nb::kw_only(), "alpha"_a = 0.05, "calibration_margin"_a = 0.05, "group_margin"_a = 0.1, "min_cases"_a = 20,
          result_doc)
      .def("to_bytes", [](const hp::MonitorState& s) { return hs::bindings::to_bytes(s.to_bytes()); })
      .def_static(
          "from_bytes",
          [](const nb::bytes& b, std::shared_ptr<const hp::MonitorReference> reference) {
            return hp::MonitorState::from_bytes(hs::bindings::as_bytes(b), std::move(reference));
          },
          "data"_a, "reference"_a, "Raises FormatError, DomainError (another reference).");

  nb::class_<hp::Monitor>(m, "Monitor", "The latest cases, as a ring of states; the oldest is dropped as a whole.")
      .def(
          "__init__",
          [](hp::Monitor* self, std::shared_ptr<const hp::MonitorReference> reference, std::optional<std::int64_t> window,
             std::optional<double> duration, std::size_t n_slots) {
            if (window && duration) {
              throw hs::DomainError("Monitor: give window (cases) or duration (time), not both");
            }
            if (duration) {
              new (self) hp::Monitor(hp::Monitor::by_time(std::move(reference), *duration, n_slots));
            } else {
              new (self) hp::Monitor(std::move(reference), window.value_or(1000), n_slots);
            }
          },
          "reference"_a, nb::kw_only(), "window"_a = nb::none(), "duration"_a = nb::none(), "n_slots"_a = 10,
          "window: cases looked at, a multiple of n_slots (1000 when neither is given); it moves on by a slot. Or duration: "
          "time\n"
          "looked at, in the unit of the times that add is given. Nothing here reads a clock. Raises DomainError.")
      .def(
          "add",
          [](hp::Monitor& self, const hp::MonitoredCase& one, std::optional<double> time) {
            time ? self.add(one, *time) : self.add(one);
          },
          "case"_a, nb::kw_only(), "time"_a = nb::none(),
          "Counts a case. time: when it was, for a window by duration; it may go back within the present slot alone.\n\n"
          "Raises ShapeError, DomainError; the window stays where it was then.")
      .def(
          "add_outcome",
          [](hp::Monitor& self, std::size_t class_index, double probability, std::int64_t label,
             std::optional<double> time) {
            time ? self.add_outcome(class_index, probability, label, *time)
                 : self.add_outcome(class_index, probability, label);
          },
          "class_index"_a, "probability"_a, "label"_a, nb::kw_only(), "time"_a = nb::none(),
          "An outcome that became known after its case was counted; it counts from now on, or from its time. Raises "
          "DomainError.")
      .def("advance", &hp::Monitor::advance, "time"_a,
           "Nothing came until this time: a window by duration forgets what is older. Raises DomainError.")
      .def("state", &hp::Monitor::state, "The cases of the window as one MonitorState.")
      .def(
          "result",
          [](const hp::Monitor& self, double alpha, double calibration_margin, double group_margin, std::int64_t min_cases) {
            return self.result(options_of(alpha, calibration_margin, group_margin, min_cases));
          },
          nb::kw_only(), "alpha"_a = 0.05, "calibration_margin"_a = 0.05, "group_margin"_a = 0.1, "min_cases"_a = 20,
          result_doc);
}
