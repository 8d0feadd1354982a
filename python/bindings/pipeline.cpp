#include "array.hpp"
#include "bindings.hpp"
#include "state_bytes.hpp"

#include <heartsight/features/feature_schema.hpp>
#include <heartsight/pipeline/analyzer.hpp>

#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;
namespace hp = heartsight::pipeline;
using hs::bindings::to_numpy;

namespace {

nb::object nb_str(std::string_view text) {
  return nb::str(text.data(), text.size());
}

template <class... Arguments>
std::string format(const char* pattern, const Arguments&... arguments) {
  return nb::cast<std::string>(nb::str(pattern).attr("format")(arguments...));
}

void bind_report(nb::module_& m) {
  nb::class_<hp::ClassProbability>(m, "Finding",
                                   "One class: calibrated probability, its 95 % band, and the bundle's threshold.")
      .def_ro("name", &hp::ClassProbability::name)
      .def_ro("probability", &hp::ClassProbability::probability)
      .def_ro("low", &hp::ClassProbability::low, "Lower limit of the calibrator's band at this score.")
      .def_ro("high", &hp::ClassProbability::high, "Upper limit of the band.")
      .def_ro("threshold", &hp::ClassProbability::threshold)
      .def("__repr__", [](const hp::ClassProbability& c) {
        return format("Finding({!r}, probability={:.3f}, low={:.3f}, high={:.3f}, threshold={:.3f})", c.name, c.probability,
                      c.low, c.high, c.threshold);
      });
  nb::class_<hp::Action>(m, "Action", "An action to consider, and the findings that ask for it.")
      .def_ro("code", &hp::Action::code)
      .def_ro("text", &hp::Action::text)
      .def_prop_ro(
          "urgency", [](const hp::Action& a) { return nb_str(hp::to_string(a.urgency)); },
          nb::sig("def urgency(self) -> str"), "'immediate', 'urgent' or 'routine'.")
      .def_ro("because", &hp::Action::because, "Names of the findings that ask for it.")
      .def_ro("reason", &hp::Action::reason)
      .def_ro("probability", &hp::Action::probability)
      .def("__repr__", [](const hp::Action& a) {
        return format("Action({!r}, urgency={!r}, because={!r})", a.code, nb_str(hp::to_string(a.urgency)), a.because);
      });
  nb::class_<hp::LeadQuality>(m, "LeadQuality", "Verdict on one lead: 'usable', 'beats_only' or 'unusable', with reasons.")
      .def_ro("lead", &hp::LeadQuality::lead)
      .def_ro("verdict", &hp::LeadQuality::verdict)
      .def_ro("reasons", &hp::LeadQuality::reasons)
      .def("__repr__",
           [](const hp::LeadQuality& q) { return format("LeadQuality({!r}, {!r}, {!r})", q.lead, q.verdict, q.reasons); });
  nb::class_<hp::Quality>(m, "Quality", "Verdict on a recording: 'acceptable' or 'unacceptable', per lead and with reasons.")
      .def_ro("verdict", &hp::Quality::verdict)
      .def_ro("leads", &hp::Quality::leads)
      .def_ro("reasons", &hp::Quality::reasons)
      .def("__repr__", [](const hp::Quality& q) { return format("Quality({!r}, reasons={!r})", q.verdict, q.reasons); });
  nb::class_<hp::Report>(m, "Report", "The answer for one recording. Research software, not a medical device.")
      .def_ro("id", &hp::Report::id)
      .def_prop_ro(
          "status", [](const hp::Report& r) { return nb_str(hp::to_string(r.status)); }, nb::sig("def status(self) -> str"),
          "'findings', 'indeterminate' or 'not_analyzed'.")
      .def_ro("protocol", &hp::Report::protocol)
      .def_ro("model_name", &hp::Report::model_name)
      .def_ro("model_version", &hp::Report::model_version)
      .def_ro("model_digest", &hp::Report::model_digest)
      .def_ro("quality", &hp::Report::quality)
      .def_prop_ro(
          "probabilities",
          [](const hp::Report& r) {
            nb::dict d;
            for (const auto& c : r.probabilities) d[nb::str(c.name.c_str())] = c.probability;
            return d;
          },
          nb::sig("def probabilities(self) -> dict[str, float]"),
          "Calibrated probability by class name; empty when not analysed.")
      .def_prop_ro(
          "r_peaks_s", [](const hp::Report& r) { return hs::bindings::to_numpy(std::vector<double>(r.r_peaks_s)); },
          nb::rv_policy::automatic,
          "Seconds of the recording at which beats were found; empty where the model measures none.")
      .def_prop_ro(
          "measurements",
          [](const hp::Report& r) {
            nb::dict all;
            for (const auto& m : r.measurements) {
              nb::dict one;
              one["value"] = m.value;
              one["unit"] = m.unit;
              one["uncertainty"] = m.uncertainty ? nb::cast(*m.uncertainty) : nb::none();
              all[m.name.c_str()] = one;
            }
            return all;
          },
          nb::sig("def measurements(self) -> dict[str, dict[str, typing.Any]]"),
          "Rate, intervals and axes: name to value, unit and uncertainty (standard error or None), at the model's rate.")
      .def_ro("statements", &hp::Report::statements,
              "Published criteria that the measurements meet; they are no findings of the model.")
      .def_ro("classes", &hp::Report::probabilities, "Every class with its band and threshold, in the bundle's order.")
      .def_ro("findings", &hp::Report::findings, "Classes at or above their threshold, by falling probability.")
      .def_ro("actions", &hp::Report::actions)
      .def_ro("warnings", &hp::Report::warnings)
      .def("to_json", &hp::Report::to_json, "indent"_a = -1,
           "The report as JSON text; -1 for one line. The same text in C++.")
      .def(
          "to_dict", [](const hp::Report& r) { return nb::module_::import_("json").attr("loads")(r.to_json()); },
          nb::sig("def to_dict(self) -> dict[str, typing.Any]"),
          "The report as plain dicts and lists; the content of to_json.")
      .def("__repr__", [](const hp::Report& r) {
        std::vector<std::string> names;
        for (const auto& f : r.findings) names.push_back(f.name);
        return format("Report({!r}, {!r}, findings={!r})", r.id, nb_str(hp::to_string(r.status)), names);
      });
  hs::bindings::bind_bytes<hp::Report>();
}

/// A required entry of a dict. nanobind's own error would not name the key.
template <class T>
T entry(const nb::dict& d, const char* key) {
  if (!d.contains(key)) {
    const std::string message = std::string("make_bundle: missing key '") + key + "'";
    throw nb::value_error(message.c_str());
  }
  return nb::cast<T>(d[key]);
}

std::vector<double> doubles(nb::handle object, const char* name) {
  const auto array = hs::bindings::as_array<double>(object, name);
  return {array.data(), array.data() + array.size()};
}

hp::BundleClass class_from(const nb::dict& d) {
  return {.name = entry<std::string>(d, "name"),
          .calibrator = hs::calibration::make_calibrator(entry<std::string>(d, "calibrator"),
                                                         doubles(entry<nb::object>(d, "parameters"), "parameters")),
          .band = entry<hs::calibration::CalibrationBand>(d, "band"),
          .threshold = entry<double>(d, "threshold")};
}

hp::SubgroupBaseline subgroup_from(const nb::dict& d) {
  return {.group = entry<std::string>(d, "group"),
          .n = entry<std::int64_t>(d, "n"),
          .n_positive = entry<std::vector<std::int64_t>>(d, "n_positive"),
          .auroc = entry<std::vector<double>>(d, "auroc")};
}

template <class Recording>
std::vector<hp::Explanation> explain(const hp::Analyzer& self, const Recording& recording, std::vector<std::string> classes,
                                     std::size_t n_contributions, std::size_t n_features, double smallest_change) {
  nb::gil_scoped_release release;
  return self.explain(recording, {.classes = std::move(classes),
                                  .n_contributions = n_contributions,
                                  .n_features = n_features,
                                  .smallest_change = smallest_change});
}

void bind_make_bundle(nb::module_& m) {
  m.def(
      "make_bundle",
      [](std::string name, std::string version, std::vector<std::string> leads, double sampling_rate, double duration_s,
         const hs::features::FeatureSchema& features, const nb::list& classes, const nb::list& models,
         std::string threshold_rule, double band_level, nb::handle drift_level, nb::handle drift_quantile,
         const nb::list& subgroups, std::string intended_use, std::vector<std::string> limits,
         const std::vector<std::tuple<std::string, std::string, std::string>>& data_licences, std::string provenance,
         std::optional<hs::calibration::SoftmaxCalibrator> joint_calibrator) {
        hp::Bundle bundle;
        bundle.name = std::move(name);
        bundle.version = std::move(version);
        bundle.input = {.leads = std::move(leads), .sampling_rate_hz = sampling_rate, .duration_s = duration_s};
        bundle.features = features;
        for (const nb::handle item : classes) bundle.classes.push_back(class_from(nb::cast<nb::dict>(item)));
        for (const nb::handle item : models) {
          const auto d = nb::cast<nb::dict>(item);
          bundle.models.push_back({entry<std::vector<std::string>>(d, "classes"), entry<double>(d, "weight"),
                                   entry<hs::models::TreeEnsemble>(d, "ensemble")});
        }
        bundle.threshold_rule = std::move(threshold_rule);
        bundle.band_level = band_level;
        bundle.actions = hp::default_action_rules();
        bundle.drift_reference = {doubles(drift_level, "drift_level"), doubles(drift_quantile, "drift_quantile")};
        for (const nb::handle item : subgroups) bundle.subgroups.push_back(subgroup_from(nb::cast<nb::dict>(item)));
        bundle.intended_use = std::move(intended_use);
        bundle.limits = std::move(limits);
        for (const auto& [data, licence, source] : data_licences) bundle.data_licences.push_back({data, licence, source});
        bundle.provenance = std::move(provenance);
        bundle.joint_calibrator = std::move(joint_calibrator);
        nb::gil_scoped_release release;
        hp::add_golden(bundle);
        return hp::read_bundle(hp::write_bundle(bundle));
      },
      nb::kw_only(), "name"_a, "version"_a, "leads"_a, "sampling_rate"_a, "duration_s"_a, "features"_a, "classes"_a,
      "models"_a, "threshold_rule"_a, "band_level"_a, "drift_level"_a, "drift_quantile"_a, "subgroups"_a, "intended_use"_a,
      "limits"_a, "data_licences"_a, "provenance"_a, "joint_calibrator"_a = nb::none(),
      "Put a bundle together; golden inputs are simulated and their outputs stored.\n\n"
      "features: FeatureSchema, that of summary_statistics or of measurements for these leads.\n"
      "classes: dicts of name, calibrator (kind), parameters, band (CalibrationBand), threshold. models: dicts of classes\n"
      "(names), weight, ensemble (TreeEnsemble on the features). drift_quantile: (n_features * len(drift_level),).\n"
      "subgroups: dicts of group, n, n_positive, auroc. data_licences: tuples (name, licence, source). provenance: JSON "
      "text.\n"
      "joint_calibrator: a fitted SoftmaxCalibrator for classes of which exactly one holds, applied before the classes' "
      "own\n"
      "calibrators; its columns stand in the order of classes, and every model has to score every class.\n"
      "Raises DomainError where the parts contradict each other.");
  m.def(
      "write_bundle",
      [](const hp::Bundle& bundle, const std::filesystem::path& path) {
        nb::gil_scoped_release release;
        hp::write_bundle(bundle, path);
      },
      "bundle"_a, "path"_a,
      "Write a bundle file; equal bundles give equal bytes. Raises FormatError when it cannot be written.");
}

}  // namespace

void bind_pipeline(nb::module_& m) {
  bind_report(m);
  m.attr("disclaimer") = nb_str(hp::disclaimer);
  nb::class_<hp::Bundle>(m, "Bundle", "Everything between a recording and a report, in one file that holds no code.")
      .def_ro("name", &hp::Bundle::name)
      .def_ro("version", &hp::Bundle::version)
      .def_prop_ro("classes", &hp::Bundle::class_names, "Class names in their order.")
      .def_prop_ro(
          "thresholds",
          [](const hp::Bundle& b) {
            nb::dict d;
            for (const auto& c : b.classes) d[nb::str(c.name.c_str())] = c.threshold;
            return d;
          },
          nb::sig("def thresholds(self) -> dict[str, float]"))
      .def_ro("threshold_rule", &hp::Bundle::threshold_rule)
      .def_ro("features", &hp::Bundle::features, "FeatureSchema of the models.")
      .def_prop_ro("leads", [](const hp::Bundle& b) { return b.input.leads; })
      .def_prop_ro(
          "sampling_rate", [](const hp::Bundle& b) { return b.input.sampling_rate_hz; }, "Hz.")
      .def_prop_ro("duration_s", [](const hp::Bundle& b) { return b.input.duration_s; })
      .def_ro("intended_use", &hp::Bundle::intended_use)
      .def_ro("limits", &hp::Bundle::limits)
      .def_prop_ro(
          "provenance", [](const hp::Bundle& b) { return nb::module_::import_("json").attr("loads")(b.provenance); },
          nb::sig("def provenance(self) -> dict[str, typing.Any]"))
      .def_ro("joint_calibrator", &hp::Bundle::joint_calibrator,
              "Calibrates the scores of all classes together, before each class's own calibrator; None where there is none.")
      .def_prop_ro(
          "monitor_reference", [](const hp::Bundle& b) { return b.monitor_reference; },
          nb::sig("def monitor_reference(self) -> MonitorReference | None"),
          "What a Monitor behind this model compares with; None where the bundle has none.")
      .def(
          "with_monitor_reference",
          [](const hp::Bundle& b, const std::vector<hp::MonitoredCase>& cases) {
            nb::gil_scoped_release release;
            return hp::read_bundle(hp::write_bundle(hp::with_monitor_reference(b, cases)));
          },
          "cases"_a,
          "The same bundle with a monitor reference made from at least 20 cases, whose probabilities must be those of\n"
          "recordings that the model has not seen. Raises ShapeError, DomainError.")
      .def_ro("manifest_digest", &hp::Bundle::manifest_digest)
      .def("__getstate__", [](const hp::Bundle& b) { return hs::bindings::to_bytes(hp::write_bundle(b)); })
      .def("__setstate__",
           [](hp::Bundle& b, const nb::bytes& data) { new (&b) hp::Bundle(hp::read_bundle(hs::bindings::as_bytes(data))); })
      .def("__repr__", [](const hp::Bundle& b) {
        return format("Bundle({!r}, version={!r}, classes={!r}, {} models)", b.name, b.version, b.class_names(),
                      b.models.size());
      });
  bind_make_bundle(m);
  m.def(
      "read_bundle",
      [](const std::filesystem::path& path) {
        nb::gil_scoped_release release;
        return hp::read_bundle(path);
      },
      "path"_a, "Read a bundle file; structure, digests and indices are checked. Raises FormatError naming what differs.");
  m.def(
      "read_manifest",
      [](const std::filesystem::path& path) {
        nb::gil_scoped_release release;
        return hp::read_manifest(path);
      },
      "path"_a, "The manifest (JSON text) of a bundle file, after all checks. Raises FormatError.");
  nb::class_<hp::Analyzer>(m, "Analyzer", "Turns recordings into reports with one bundle; safe to call from many threads.")
      .def(nb::init<hp::Bundle>(), "bundle"_a, "An analyzer of a bundle in memory. Raises FormatError.")
      .def_static(
          "load",
          [](const std::filesystem::path& path) {
            nb::gil_scoped_release release;
            return hp::Analyzer::load(path);
          },
          "path"_a, "Load a bundle file and replay its golden inputs. Raises FormatError naming what differs.")
      .def(
          "analyze",
          [](const hp::Analyzer& self, const hs::Recording& recording, const std::string& protocol) {
            nb::gil_scoped_release release;
            return self.analyze(recording, {.protocol = protocol});
          },
          "recording"_a, nb::kw_only(), "protocol"_a = "",
          "The report on one Recording. A recording that cannot be analysed gives a report of status 'not_analyzed'.\n\n"
          "protocol: '' (default), 'mlops_phase1' or 'clinical_recommender'. Raises DomainError for another.")
      .def(
          "analyze",
          [](const hp::Analyzer& self, const hs::RecordingFloat32& recording, const std::string& protocol) {
            nb::gil_scoped_release release;
            return self.analyze(recording, {.protocol = protocol});
          },
          "recording"_a, nb::kw_only(), "protocol"_a = "")
      .def(
          "explain", &explain<hs::Recording>, "recording"_a, nb::kw_only(), "classes"_a = std::vector<std::string>(),
          "n_contributions"_a = 5, "n_features"_a = 3, "smallest_change"_a = 0.01,
          "What the probabilities rest on: a list of Explanation.\n\n"
          "For each of classes (empty: the findings, or the most probable class) the parts of the tracing that would change "
          "its\n"
          "probability most if their numbers were those of a typical recording, all others staying as they are. Changes do "
          "not\n"
          "add up, and what moved the model is no cause of disease. Empty for a recording that cannot be analysed. Raises\n"
          "DomainError.")
      .def("explain", &explain<hs::RecordingFloat32>, "recording"_a, nb::kw_only(), "classes"_a = std::vector<std::string>(),
           "n_contributions"_a = 5, "n_features"_a = 3, "smallest_change"_a = 0.01)
      .def_prop_ro("bundle", &hp::Analyzer::bundle, nb::rv_policy::reference_internal)
      .def("__getstate__", [](const hp::Analyzer& a) { return hs::bindings::to_bytes(hp::write_bundle(a.bundle())); })
      .def("__setstate__",
           [](hp::Analyzer& a, const nb::bytes& data) {
             new (&a) hp::Analyzer(hp::read_bundle(hs::bindings::as_bytes(data)));
           })
      .def("__repr__", [](const hp::Analyzer& a) { return "Analyzer(" + a.bundle().name + " " + a.bundle().version + ")"; });
}
