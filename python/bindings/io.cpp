#include "array.hpp"
#include "bindings.hpp"
#include "record_options.hpp"

#include <heartsight/io/annotation.hpp>
#include <heartsight/io/csv.hpp>
#include <heartsight/io/npy.hpp>
#include <heartsight/io/read_record.hpp>
#include <heartsight/io/wfdb_header.hpp>
#include <heartsight/io/wfdb_record.hpp>
#include <heartsight/io/wfdb_samples.hpp>

#include <nanobind/make_iterator.h>
#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;
using hs::bindings::as_bytes;
using hs::bindings::read_as;
using hs::bindings::read_options;

namespace {

// Annotation files store bytes, which are Latin-1 by custom: every byte is a character, and writing gives it back.
nb::str from_latin1(const std::string& text) {
  return nb::steal<nb::str>(PyUnicode_DecodeLatin1(text.data(), static_cast<Py_ssize_t>(text.size()), nullptr));
}

std::string to_latin1(const nb::str& text) {
  const nb::object encoded = nb::steal(PyUnicode_AsLatin1String(text.ptr()));
  if (!encoded.is_valid()) throw nb::python_error();
  const auto bytes = nb::borrow<nb::bytes>(encoded);
  return {bytes.c_str(), bytes.size()};
}

hs::io::Annotation make_annotation(std::int64_t sample, const nb::str& symbol, int subtype, int chan, int num,
                                   const nb::str& aux) {
  return {sample, to_latin1(symbol), subtype, chan, num, to_latin1(aux)};
}

void bind_header(nb::module_& m) {
  using Signal = hs::io::WfdbSignal;
  nb::class_<Signal>(m, "WfdbSignal", "One signal line of a WFDB header; defaults are those of the specification.")
      .def_ro("file_name", &Signal::file_name, "'~' for a signal without samples.")
      .def_ro("format", &Signal::format)
      .def_ro("samples_per_frame", &Signal::samples_per_frame)
      .def_ro("skew", &Signal::skew, "Frames.")
      .def_ro("byte_offset", &Signal::byte_offset)
      .def_ro("gain", &Signal::gain, "Digital units per physical unit.")
      .def_ro("baseline", &Signal::baseline, "Digital value of physical 0.")
      .def_ro("units", &Signal::units)
      .def_ro("adc_resolution", &Signal::adc_resolution, "Bits; 0 where the header does not say.")
      .def_ro("adc_zero", &Signal::adc_zero)
      .def_ro("initial_value", &Signal::initial_value)
      .def_ro("checksum", &Signal::checksum, "16-bit sum of all samples, or None.")
      .def_ro("block_size", &Signal::block_size)
      .def_ro("name", &Signal::name)
      .def("__repr__", [](const Signal& s) {
        return "WfdbSignal(name=" + nb::cast<std::string>(nb::repr(nb::cast(s.name))) +
               ", format=" + std::to_string(s.format) + ")";
      });

  using Segment = hs::io::WfdbSegment;
  nb::class_<Segment>(m, "WfdbSegment", "One segment of a multi-segment record.")
      .def_ro("name", &Segment::name, "'~' for a gap.")
      .def_ro("n_samples", &Segment::n_samples)
      .def("__repr__", [](const Segment& s) {
        return "WfdbSegment(name=" + nb::cast<std::string>(nb::repr(nb::cast(s.name))) +
               ", n_samples=" + std::to_string(s.n_samples) + ")";
      });

  using Header = hs::io::WfdbHeader;
  nb::class_<Header>(m, "WfdbHeader", "A WFDB header; comments, date and time only with keep_header.")
      .def_ro("record_name", &Header::record_name)
      .def_ro("n_signals", &Header::n_signals)
      .def_ro("frame_rate", &Header::frame_rate_hz, "Frames per second; 250 where the header is silent.")
      .def_ro("counter_rate", &Header::counter_rate_hz, "Hz; 0 where the header does not say.")
      .def_ro("base_counter", &Header::base_counter)
      .def_ro("n_samples", &Header::n_samples, "Frames per signal, or None.")
      .def_ro("base_time", &Header::base_time)
      .def_ro("base_date", &Header::base_date)
      .def_ro("signals", &Header::signals)
      .def_ro("segments", &Header::segments)
      .def_ro("is_multi_segment", &Header::is_multi_segment)
      .def_ro("age_years", &Header::age_years)
      .def_ro("age_censored", &Header::age_censored)
      .def_prop_ro(
          "sex", [](const Header& h) { return std::string(hs::to_string(h.sex)); }, "'male', 'female' or 'unknown'.")
      .def_ro("comments", &Header::comments)
      .def_ro("text", &Header::text)
      .def("__repr__", [](const Header& h) {
        return "WfdbHeader(" + nb::cast<std::string>(nb::repr(nb::cast(h.record_name))) + ", " +
               std::to_string(h.n_signals) + " signals)";
      });

  m.def("read_header", &hs::io::read_wfdb_header, "path"_a, nb::kw_only(), "keep_header"_a = false,
        nb::call_guard<nb::gil_scoped_release>(),
        "The header of a WFDB record, every field typed; the extension .hea may be left out.\n\n"
        "Comments, date and time may identify the patient and are kept only with keep_header=True.\n"
        "Raises FormatError naming file and line.");
  m.def(
      "parse_header",
      [](const nb::bytes& data, const std::string& name, bool keep_header) {
        return hs::io::parse_wfdb_header({data.c_str(), data.size()}, name, keep_header);
      },
      "data"_a, nb::kw_only(), "name"_a = "bytes", "keep_header"_a = false,
      "read_header() of bytes; name is what messages call them.");
}

void bind_annotations(nb::module_& m) {
  using Annotation = hs::io::Annotation;
  nb::class_<Annotation>(m, "Annotation", "One annotation of a recording.")
      .def(
          "__init__",
          [](Annotation* self, std::int64_t sample, const nb::str& symbol, int subtype, int chan, int num,
             const nb::str& aux) { new (self) Annotation(make_annotation(sample, symbol, subtype, chan, num, aux)); },
          "sample"_a, "symbol"_a, nb::kw_only(), "subtype"_a = 0, "chan"_a = 0, "num"_a = 0, "aux"_a = "")
      .def_ro("sample", &Annotation::sample, "0-based sample index at the rate of the annotation file.")
      .def_prop_ro(
          "symbol", [](const Annotation& a) { return from_latin1(a.symbol); }, "'N', 'V', '+', '(' ...")
      .def_ro("subtype", &Annotation::subtype)
      .def_ro("chan", &Annotation::chan)
      .def_ro("num", &Annotation::num)
      .def_prop_ro(
          "aux", [](const Annotation& a) { return from_latin1(a.aux); }, "Rhythm label, wave note, ...")
      .def_prop_ro("is_beat", &Annotation::is_beat, "True for N L R B A a J S V r F e j n E / f Q ?")
      .def(
          "__eq__", [](const Annotation& a, const Annotation& b) { return a == b; }, nb::is_operator())
      .def("__hash__", [](const Annotation& a) { return nb::hash(nb::make_tuple(a.sample, from_latin1(a.symbol))); })
      .def("__repr__", [](const Annotation& a) {
        return "Annotation(" + std::to_string(a.sample) + ", " + nb::cast<std::string>(nb::repr(from_latin1(a.symbol))) +
               ")";
      });

  using Custom = hs::io::CustomSymbol;
  nb::class_<Custom>(m, "CustomSymbol", "A symbol that an annotation file defines for itself.")
      .def(
          "__init__",
          [](Custom* self, int code, const nb::str& symbol, const nb::str& description) {
            new (self) Custom{code, to_latin1(symbol), to_latin1(description)};
          },
          "code"_a, "symbol"_a, "description"_a = "")
      .def_ro("code", &Custom::code)
      .def_prop_ro("symbol", [](const Custom& c) { return from_latin1(c.symbol); })
      .def_prop_ro("description", [](const Custom& c) { return from_latin1(c.description); })
      .def("__eq__", [](const Custom& a, const Custom& b) { return a == b; }, nb::is_operator());

  using List = hs::io::AnnotationList;
  nb::class_<List>(m, "AnnotationList", "All annotations of a file, in time order: a sequence of Annotation.")
      .def(
          "__init__",
          [](List* self, std::vector<Annotation> items, std::optional<double> sampling_rate,
             std::vector<Custom> custom_symbols) {
            new (self) List{std::move(items), sampling_rate, std::move(custom_symbols)};
          },
          "items"_a, nb::kw_only(), "sampling_rate"_a = nb::none(), "custom_symbols"_a = std::vector<Custom>{})
      .def("__len__", [](const List& l) { return l.items.size(); })
      .def(
          "__getitem__",
          [](const List& l, Py_ssize_t index) {
            const auto n = static_cast<Py_ssize_t>(l.items.size());
            if (index < -n || index >= n) throw nb::index_error("annotation index out of range");
            return l.items[static_cast<std::size_t>(index < 0 ? index + n : index)];
          },
          "index"_a)
      .def(
          "__iter__",
          [](const List& l) {
            return nb::make_iterator<nb::rv_policy::copy>(nb::type<List>(), "AnnotationIterator", l.items.begin(),
                                                          l.items.end());
          },
          nb::keep_alive<0, 1>())
      .def_ro("sampling_rate", &List::sampling_rate_hz, "Hz where the file states its own time resolution, else None.")
      .def_ro("custom_symbols", &List::custom_symbols)
      .def_prop_ro(
          "beats", [](const List& l) { return hs::bindings::to_numpy(l.beats()); }, nb::rv_policy::automatic,
          "Sample indices of the beats, an int64 array.")
      .def_prop_ro(
          "samples",
          [](const List& l) {
            std::vector<std::int64_t> samples;
            for (const auto& item : l.items) samples.push_back(item.sample);
            return hs::bindings::to_numpy(std::move(samples));
          },
          nb::rv_policy::automatic, "Sample indices of all annotations, an int64 array.")
      .def_prop_ro(
          "symbols",
          [](const List& l) {
            nb::list symbols;
            for (const auto& item : l.items) symbols.append(from_latin1(item.symbol));
            return symbols;
          },
          "Symbols of all annotations.")
      .def(
          "__eq__", [](const List& a, const List& b) { return a == b; }, nb::is_operator())
      .def("__repr__", [](const List& l) { return "AnnotationList(" + std::to_string(l.items.size()) + " annotations)"; });

  m.def("read_annotation", &hs::io::read_annotation, "path"_a, nb::call_guard<nb::gil_scoped_release>(),
        "The annotations of a file in the MIT format, such as 100.atr.\n\n"
        "aux texts (rhythm labels) are kept, without trailing zero bytes. Raises FormatError naming file and byte.");
  m.def(
      "parse_annotations",
      [](const nb::bytes& data, const std::string& name) {
        const auto bytes = as_bytes(data);
        return hs::io::parse_annotations(bytes, name);
      },
      "data"_a, nb::kw_only(), "name"_a = "bytes", "read_annotation() of bytes; name is what messages call them.");
  m.def("write_annotation", &hs::io::write_annotation, "path"_a, "annotations"_a, nb::call_guard<nb::gil_scoped_release>(),
        "Writes annotations in the MIT format; the file is replaced whole or not at all, and reading it gives an equal "
        "list.\n\n"
        "Raises DomainError when times decrease, a symbol is unknown or a field does not fit, FormatError when the file\n"
        "cannot be written.");
  m.def(
      "format_annotations",
      [](const hs::io::AnnotationList& annotations) {
        const auto bytes = hs::io::format_annotations(annotations);
        return nb::bytes(bytes.data(), bytes.size());
      },
      "annotations"_a, "The bytes that write_annotation() writes.");
}

}  // namespace

void bind_io(nb::module_& m) {
  m.def(
      "read_record",
      [](const std::filesystem::path& path, const std::string& dtype, std::optional<std::vector<std::string>> leads,
         std::size_t start, std::optional<std::size_t> stop, nb::object group, bool keep_header,
         std::optional<double> sampling_rate, const std::string& protocol,
         std::optional<std::vector<std::string>> lead_names, bool verify_checksums, std::optional<std::size_t> max_values) {
        const auto options = read_options(std::move(leads), start, stop, group, keep_header, verify_checksums, sampling_rate,
                                          protocol, std::move(lead_names), max_values);
        return read_as(
            dtype, [&] { return hs::io::read_record(path, options); },
            [&] { return hs::io::read_record_float32(path, options); });
      },
      "path"_a, nb::kw_only(), "dtype"_a = "float64", "leads"_a = nb::none(), "start"_a = 0, "stop"_a = nb::none(),
      "group"_a = nb::none(), "keep_header"_a = false, "sampling_rate"_a = nb::none(), "protocol"_a = "",
      "lead_names"_a = nb::none(), "verify_checksums"_a = false, "max_values"_a = nb::none(),
      "Reads a recording; the format is told from the content.\n\n"
      "WFDB (header, record name or signal file), EDF and BDF, HL7 aECG, DICOM waveforms, GE MUSE XML, Philips Sierra XML, "
      "ISHNE Holter, SCP-ECG, CSV, "
      ".npy, .npz.\n\n"
      "Voltages come in mV, other channels in their own unit, as (n_leads, n_samples); missing samples are NaN.\n\n"
      "dtype: 'float64' (a Recording) or 'float32' (a RecordingFloat32).\n"
      "leads: names to read, in this order; None reads all of the group.\n"
      "start, stop: range in samples of the group; stop=None reads to the end.\n"
      "group: of a file of several rates, an index into Recording.groups (int) or a rate in Hz (float); None takes the\n"
      "    highest rate that has all leads asked for.\n"
      "keep_header: keep free header text, which may identify the patient.\n"
      "sampling_rate: Hz; required by CSV and .npy, which carry none, and refused by formats that state it.\n"
      "protocol: for CSV, '' (strict) or 'mlops_phase1' (that system's upload rules, 100 Hz unless sampling_rate is "
      "given).\n"
      "lead_names: for .npy, one name per row.\n"
      "verify_checksums: for WFDB, compare every signal read with the checksum in the header.\n"
      "max_values: refuse to make a larger recording (default 2**31 values).\n\n"
      "Raises FormatError (naming file and line, row or byte) when the file is missing, damaged or not understood,\n"
      "DomainError when an option is out of range or does not fit the format.");
  m.def(
      "parse_wfdb_record",
      [](const nb::dict& files, const std::string& header_name, const std::string& dtype,
         std::optional<std::vector<std::string>> leads, std::size_t start, std::optional<std::size_t> stop, nb::object group,
         bool keep_header, bool verify_checksums) {
        const auto options = read_options(std::move(leads), start, stop, group, keep_header, verify_checksums, std::nullopt,
                                          "", std::nullopt, std::nullopt);
        std::vector<nb::bytes> kept;  // another thread may change the dict while the GIL is released
        hs::io::WfdbFiles views;
        for (const auto& [name, content] : files) {
          kept.push_back(nb::cast<nb::bytes>(content));
          views[nb::cast<std::string>(name)] = as_bytes(kept.back());
        }
        return read_as(
            dtype, [&] { return hs::io::parse_wfdb_record(views, header_name, options); },
            [&] { return hs::io::parse_wfdb_record_float32(views, header_name, options); });
      },
      "files"_a, "header_name"_a, nb::kw_only(), "dtype"_a = "float64", "leads"_a = nb::none(), "start"_a = 0,
      "stop"_a = nb::none(), "group"_a = nb::none(), "keep_header"_a = false, "verify_checksums"_a = false,
      "read_record() of a WFDB record in memory: files maps the names of all its files to their bytes.");
  m.def(
      "parse_csv",
      [](const nb::bytes& data, const std::string& name, const std::string& dtype,
         std::optional<std::vector<std::string>> leads, std::size_t start, std::optional<std::size_t> stop,
         std::optional<double> sampling_rate, const std::string& protocol) {
        const auto options = read_options(std::move(leads), start, stop, nb::none(), false, false, sampling_rate, protocol,
                                          std::nullopt, std::nullopt);
        const std::string_view text(data.c_str(), data.size());
        return read_as(
            dtype, [&] { return hs::io::parse_csv(text, name, options); },
            [&] { return hs::io::parse_csv_float32(text, name, options); });
      },
      "data"_a, nb::kw_only(), "name"_a = "bytes", "dtype"_a = "float64", "leads"_a = nb::none(), "start"_a = 0,
      "stop"_a = nb::none(), "sampling_rate"_a = nb::none(), "protocol"_a = "",
      "read_record() of the bytes of a CSV file; name is what messages call them.");
  m.def(
      "parse_npy",
      [](const nb::bytes& data, const std::string& name, const std::string& dtype,
         std::optional<std::vector<std::string>> leads, std::size_t start, std::optional<std::size_t> stop,
         std::optional<double> sampling_rate, std::optional<std::vector<std::string>> lead_names) {
        const auto options = read_options(std::move(leads), start, stop, nb::none(), false, false, sampling_rate, "",
                                          std::move(lead_names), std::nullopt);
        const auto bytes = as_bytes(data);
        return read_as(
            dtype, [&] { return hs::io::parse_npy(bytes, name, options); },
            [&] { return hs::io::parse_npy_float32(bytes, name, options); });
      },
      "data"_a, nb::kw_only(), "name"_a = "bytes", "dtype"_a = "float64", "leads"_a = nb::none(), "start"_a = 0,
      "stop"_a = nb::none(), "sampling_rate"_a = nb::none(), "lead_names"_a = nb::none(),
      "read_record() of the bytes of an .npy or .npz file; name is what messages call them.");
  m.def(
      "decode_wfdb_samples",
      [](const nb::bytes& data, int format, std::optional<std::size_t> n_values) {
        const auto bytes = as_bytes(data);
        auto values = [&] {
          nb::gil_scoped_release release;
          return hs::io::decode_wfdb_samples(bytes, format, n_values);
        }();
        return hs::bindings::to_numpy(std::move(values));
      },
      "data"_a, "format"_a, nb::kw_only(), "n_values"_a = nb::none(),
      "Digital values (int32) of the bytes of a WFDB signal file, in the order of the file.\n\n"
      "Raises FormatError when fewer bytes than n_values need are there, DomainError for an unknown format.");
  bind_header(m);
  bind_annotations(m);
}
