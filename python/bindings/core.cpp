#include "array.hpp"
#include "bindings.hpp"

#include <heartsight/core/recording.hpp>

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;

namespace {

hs::Sex parse_sex(const std::string& text) {
  if (text == "male" || text == "M" || text == "m" || text == "Male") return hs::Sex::male;
  if (text == "female" || text == "F" || text == "f" || text == "Female") return hs::Sex::female;
  if (text.empty() || text == "unknown") return hs::Sex::unknown;
  hs::check::detail::fail<hs::DomainError>("Recording", "sex", text, "must be male, female or unknown");
}

template <class T>
void bind_recording(nb::module_& m, const char* name, const char* doc) {
  using Class = hs::BasicRecording<T>;
  nb::class_<Class>(m, name, doc)
      .def(
          "__init__",
          [](Class* self, nb::object signal, double sampling_rate, std::vector<std::string> leads, std::string id,
             std::optional<double> age_years, const std::string& sex, std::optional<std::vector<std::string>> units) {
            const auto array = hs::bindings::as_array<T>(signal, "signal");
            const auto matrix = hs::bindings::as_matrix(array, "signal");
            hs::check::same_size("Recording", "leads", leads.size(), "signal", matrix.n_rows());
            if (units) hs::check::same_size("Recording", "leads", leads.size(), "units", units->size());
            const hs::Sex parsed_sex = parse_sex(sex);
            new (self) Class(std::vector<T>(array.data(), array.data() + array.size()), sampling_rate, std::move(leads));
            self->id = std::move(id);
            self->sex = parsed_sex;
            if (age_years) self->set_age(*age_years);
            if (units) self->units = std::move(*units);
          },
          "signal"_a, "sampling_rate"_a, nb::kw_only(), "leads"_a, "id"_a = "", "age_years"_a = nb::none(),
          "sex"_a = "unknown", "units"_a = nb::none(),
          "A recording from an array (n_leads, n_samples), in mV unless units says otherwise; the rate is in Hz.\n\n"
          "Raises ShapeError when leads and signal do not fit, DomainError when the rate is not positive and finite.")
      .def_prop_ro(
          "signal",
          [](nb::handle self) {
            const auto& recording = nb::cast<const Class&>(self);
            return nb::ndarray<nb::numpy, const T>(recording.signal().data(), {recording.n_leads(), recording.n_samples()},
                                                   self);
          },
          "Read-only array (n_leads, n_samples); a view, not a copy.")
      .def_prop_ro(
          "sampling_rate", [](const Class& r) { return r.sampling_rate().hz(); }, "Sampling rate in Hz.")
      .def_prop_ro(
          "leads", [](const Class& r) { return r.leads(); }, "Lead names in canonical spelling.")
      .def_prop_ro(
          "units", [](const Class& r) { return r.units; }, "Unit of each lead.")
      .def_prop_ro(
          "id", [](const Class& r) { return r.id; }, "The file's stem; never a patient's number or name.")
      .def_prop_ro(
          "age_years", [](const Class& r) { return r.age_years; }, "Age in years; over 89 it is 90.")
      .def_prop_ro(
          "age_censored", [](const Class& r) { return r.age_censored; }, "True where the age was over 89.")
      .def_prop_ro(
          "sex", [](const Class& r) { return std::string(hs::to_string(r.sex)); }, "'male', 'female' or 'unknown'.")
      .def_prop_ro(
          "start_s", [](const Class& r) { return r.start_s; }, "Offset of the first sample in the file, in s.")
      .def_prop_ro(
          "duration_s", [](const Class& r) { return r.duration_s(); }, "Length in s.")
      .def_prop_ro(
          "groups", [](const Class& r) { return r.groups; }, "All groups of channels of equal rate in the file.")
      .def_prop_ro(
          "header_text", [](const Class& r) { return r.header_text; }, "Free header text, if it was asked for.")
      .def("__getstate__",
           [](nb::handle self) {
             const auto& r = nb::cast<const Class&>(self);
             nb::list groups;
             for (const auto& g : r.groups) groups.append(nb::make_tuple(g.sampling_rate_hz, g.n_samples, g.leads));
             return nb::make_tuple(self.attr("signal"), r.sampling_rate().hz(), r.leads(), r.units, r.id, r.age_years,
                                   r.age_censored, std::string(hs::to_string(r.sex)), r.start_s, groups, r.header_text);
           })
      .def("__setstate__",
           [](Class& self, const nb::tuple& state) {
             if (state.size() != 11) throw nb::value_error("Recording: not the state of one");
             const auto array = hs::bindings::as_array<T>(state[0], "signal");
             Class r(std::vector<T>(array.data(), array.data() + array.size()), nb::cast<double>(state[1]),
                     nb::cast<std::vector<std::string>>(state[2]));
             r.units = nb::cast<std::vector<std::string>>(state[3]);
             r.id = nb::cast<std::string>(state[4]);
             r.age_years = nb::cast<std::optional<double>>(state[5]);
             r.age_censored = nb::cast<bool>(state[6]);
             r.sex = parse_sex(nb::cast<std::string>(state[7]));
             r.start_s = nb::cast<double>(state[8]);
             for (const nb::handle group : nb::cast<nb::list>(state[9])) {
               const auto g = nb::cast<nb::tuple>(group);
               r.groups.push_back(
                   {nb::cast<double>(g[0]), nb::cast<std::size_t>(g[1]), nb::cast<std::vector<std::string>>(g[2])});
             }
             r.header_text = nb::cast<std::vector<std::string>>(state[10]);
             new (&self) Class(std::move(r));
           })
      .def("__repr__", [name = std::string(name)](const Class& r) {
        return name + "(" + std::to_string(r.n_leads()) + " leads x " + std::to_string(r.n_samples()) + " samples, " +
               nb::cast<std::string>(nb::str(nb::cast(r.sampling_rate().hz()))) + " Hz" +
               (r.id.empty() ? "" : ", id='" + r.id + "'") + ")";
      });
}

}  // namespace

void bind_core(nb::module_& m) {
  nb::class_<hs::ChannelGroup>(m, "ChannelGroup", "Channels of one file that share a sampling rate.")
      .def_ro("sampling_rate", &hs::ChannelGroup::sampling_rate_hz, "Hz.")
      .def_ro("n_samples", &hs::ChannelGroup::n_samples)
      .def_ro("leads", &hs::ChannelGroup::leads)
      .def("__repr__", [](const hs::ChannelGroup& g) {
        return "ChannelGroup(" + nb::cast<std::string>(nb::str(nb::cast(g.sampling_rate_hz))) + " Hz, " +
               nb::cast<std::string>(nb::repr(nb::cast(g.leads))) + ")";
      });
  bind_recording<double>(m, "Recording",
                         "One recording: signal (n_leads, n_samples), sampling rate, leads, and age and sex where known.");
  bind_recording<float>(m, "RecordingFloat32", "A Recording whose samples are float32.");
  m.attr("standard_leads") =
      nb::tuple(nb::cast(std::vector<std::string>(hs::standard_leads.begin(), hs::standard_leads.end())));
}
