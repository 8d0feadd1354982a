#include "bindings.hpp"
#include "record_options.hpp"

#include <heartsight/io/aecg.hpp>
#include <heartsight/io/dicom.hpp>
#include <heartsight/io/edf.hpp>
#include <heartsight/io/read_record.hpp>

#include <nanobind/stl/filesystem.h>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;
using hs::bindings::as_bytes;

namespace {

/// Calls write with the recording as the type that it is, without the GIL.
template <class Write>
auto with_recording(nb::handle recording, Write write) {
  if (nb::isinstance<hs::RecordingFloat32>(recording)) {
    const auto& typed = nb::cast<const hs::RecordingFloat32&>(recording);
    nb::gil_scoped_release release;
    return write(typed);
  }
  if (!nb::isinstance<hs::Recording>(recording)) throw nb::type_error("recording: must be a Recording or RecordingFloat32");
  const auto& typed = nb::cast<const hs::Recording&>(recording);
  nb::gil_scoped_release release;
  return write(typed);
}

void bind_edf(nb::module_& m) {
  using Annotation = hs::io::EdfAnnotation;
  nb::class_<Annotation>(m, "EdfAnnotation", "One annotation of an EDF+ or BDF+ file.")
      .def(
          "__init__",
          [](Annotation* self, double onset_s, std::string text, std::optional<double> duration_s) {
            new (self) Annotation{onset_s, duration_s, std::move(text)};
          },
          "onset_s"_a, "text"_a, nb::kw_only(), "duration_s"_a = nb::none())
      .def_ro("onset_s", &Annotation::onset_s, "Seconds from the first sample of the file.")
      .def_ro("duration_s", &Annotation::duration_s, "Seconds, or None where the file states no duration.")
      .def_ro("text", &Annotation::text, "As stored; a file may put anything there.")
      .def(
          "__eq__", [](const Annotation& a, const Annotation& b) { return a == b; }, nb::is_operator())
      .def("__hash__", [](const Annotation& a) { return nb::hash(nb::make_tuple(a.onset_s, a.duration_s, a.text)); })
      .def("__repr__", [](const Annotation& a) {
        return "EdfAnnotation(" + nb::cast<std::string>(nb::repr(nb::cast(a.onset_s))) + ", " +
               nb::cast<std::string>(nb::repr(nb::cast(a.text))) + ")";
      });
  m.def("read_edf_annotations", &hs::io::read_edf_annotations, "path"_a, nb::call_guard<nb::gil_scoped_release>(),
        "The annotations of an EDF+ or BDF+ file, a list of EdfAnnotation in the order of their onsets.\n\n"
        "A plain EDF or BDF file has none. Raises FormatError naming file and byte.");
  m.def(
      "parse_edf_annotations",
      [](const nb::bytes& data, const std::string& name) {
        const auto bytes = as_bytes(data);
        nb::gil_scoped_release release;
        return hs::io::parse_edf_annotations(bytes, name);
      },
      "data"_a, nb::kw_only(), "name"_a = "bytes", "read_edf_annotations() of bytes; name is what messages call them.");
  m.def(
      "write_edf",
      [](const std::filesystem::path& path, nb::object recording, const std::vector<Annotation>& annotations) {
        with_recording(recording, [&](const auto& typed) { hs::io::write_edf(path, typed, annotations); });
      },
      "path"_a, "recording"_a, nb::kw_only(), "annotations"_a = std::vector<Annotation>{},
      "Writes a recording as a continuous EDF+ file, which is replaced whole or not at all.\n\n"
      "16 bits per sample: a value changes by at most the lead's largest magnitude / 65534. A length that no record\n"
      "length divides is filled up to whole records by repeating the last sample. The sex is written; id, age, date and\n"
      "time are not.\n\n"
      "annotations: EdfAnnotation items, onsets from the first sample.\n\n"
      "Raises DomainError when a value is not finite (EDF cannot mark a missing sample), a name, unit or text does not\n"
      "fit or 8 characters cannot state the rate; FormatError when the file cannot be written.");
  m.def(
      "format_edf",
      [](nb::object recording, const std::vector<Annotation>& annotations) {
        const auto bytes =
            with_recording(recording, [&](const auto& typed) { return hs::io::format_edf(typed, annotations); });
        return nb::bytes(bytes.data(), bytes.size());
      },
      "recording"_a, nb::kw_only(), "annotations"_a = std::vector<Annotation>{}, "The bytes that write_edf() writes.");
}

void bind_aecg(nb::module_& m) {
  m.def(
      "write_aecg",
      [](const std::filesystem::path& path, nb::object recording) {
        with_recording(recording, [&](const auto& typed) { hs::io::write_aecg(path, typed); });
      },
      "path"_a, "recording"_a,
      "Writes a recording as an HL7 annotated ECG of one rhythm series; the file is replaced whole or not at all.\n\n"
      "Values are stored in steps of 0.1 microvolt. The sex is written; id, age, date and time are not.\n\n"
      "Raises DomainError when a unit is not mV, a value is not finite or a lead name does not fit, FormatError when the\n"
      "file cannot be written.");
  m.def(
      "format_aecg",
      [](nb::object recording) {
        const auto bytes = with_recording(recording, [&](const auto& typed) { return hs::io::format_aecg(typed); });
        return nb::bytes(bytes.data(), bytes.size());
      },
      "recording"_a, "The bytes that write_aecg() writes.");
}

void bind_dicom(nb::module_& m) {
  m.def(
      "write_dicom",
      [](const std::filesystem::path& path, nb::object recording) {
        with_recording(recording, [&](const auto& typed) { hs::io::write_dicom(path, typed); });
      },
      "path"_a, "recording"_a,
      "Writes a recording as a DICOM General ECG (200 to 1000 Hz, at most 24 leads) or Ambulatory ECG (50 to 1000 Hz, at "
      "most\n"
      "12); the file is replaced whole or not at all.\n\n"
      "16 bits per sample; NaN is the padding value. Sex and age are written; id, name, date and time are not. The unique\n"
      "identifiers are made of the content.\n\n"
      "Raises DomainError when a unit is not mV, a value is infinite, a lead has no code or rate and leads fit no DICOM "
      "ECG,\n"
      "FormatError when the file cannot be written.");
  m.def(
      "format_dicom",
      [](nb::object recording) {
        const auto bytes = with_recording(recording, [&](const auto& typed) { return hs::io::format_dicom(typed); });
        return nb::bytes(bytes.data(), bytes.size());
      },
      "recording"_a, "The bytes that write_dicom() writes.");
}

}  // namespace

void bind_io_files(nb::module_& m) {
  m.def(
      "parse_record",
      [](const nb::bytes& data, const std::string& name, const std::string& dtype,
         std::optional<std::vector<std::string>> leads, std::size_t start, std::optional<std::size_t> stop, nb::object group,
         bool keep_header, std::optional<double> sampling_rate, const std::string& protocol,
         std::optional<std::vector<std::string>> lead_names, std::optional<std::size_t> max_values) {
        const auto options = hs::bindings::read_options(std::move(leads), start, stop, group, keep_header, false,
                                                        sampling_rate, protocol, std::move(lead_names), max_values);
        const auto bytes = as_bytes(data);
        return hs::bindings::read_as(
            dtype, [&] { return hs::io::parse_record(bytes, name, options); },
            [&] { return hs::io::parse_record_float32(bytes, name, options); });
      },
      "data"_a, nb::kw_only(), "name"_a = "bytes", "dtype"_a = "float64", "leads"_a = nb::none(), "start"_a = 0,
      "stop"_a = nb::none(), "group"_a = nb::none(), "keep_header"_a = false, "sampling_rate"_a = nb::none(),
      "protocol"_a = "", "lead_names"_a = nb::none(), "max_values"_a = nb::none(),
      "read_record() of a file in memory, as an upload brings it; the format is told from the content.\n\n"
      "Every format but WFDB, whose records are several files (see parse_wfdb_record); name is what messages call the\n"
      "bytes. The recording has no id.");
  bind_edf(m);
  bind_aecg(m);
  bind_dicom(m);
}
