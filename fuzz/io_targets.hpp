#pragma once

#include "target.hpp"

#include <heartsight/io/aecg.hpp>
#include <heartsight/io/annotation.hpp>
#include <heartsight/io/csv.hpp>
#include <heartsight/io/dicom.hpp>
#include <heartsight/io/edf.hpp>
#include <heartsight/io/ishne.hpp>
#include <heartsight/io/muse.hpp>
#include <heartsight/io/npy.hpp>
#include <heartsight/io/scp.hpp>
#include <heartsight/io/sierra.hpp>
#include <heartsight/io/wfdb_header.hpp>
#include <heartsight/io/wfdb_record.hpp>
#include <heartsight/io/wfdb_samples.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

/// What each fuzzer does with one input. The fuzzers call these, and so does the test that replays the corpus.
namespace heartsight::fuzz {

inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Small enough that no input takes long, large enough to reach every branch.
inline io::ReadOptions limited() {
  io::ReadOptions options;
  options.max_values = std::size_t{1} << 20;
  return options;
}

/// A range read gives what the same range of a whole read holds.
template <class Read>
void check_ranges(const Read& read, const io::ReadOptions& whole_options) {
  const Recording whole = read(whole_options);
  const std::size_t n = whole.n_samples();
  for (const auto& [start, stop] :
       {std::pair{n / 3, n - n / 4}, std::pair{n / 2, n}, std::pair{n - std::min<std::size_t>(n, 1), n}}) {
    io::ReadOptions options = whole_options;
    options.start = start;
    options.stop = stop;
    options.leads = {whole.leads().back()};
    const auto lead = find_lead(whole.leads(), whole.leads().back());
    const Recording part = read(options);
    promise(part.n_leads() == 1 && part.n_samples() == stop - start);
    for (std::size_t i = 0; i < part.n_samples(); ++i) {
      const double a = part.signal()(0, i);
      const double b = whole.signal()(*lead, start + i);
      promise(a == b || (std::isnan(a) && std::isnan(b)));
    }
  }
}

inline void wfdb_header(Bytes input) {
  refuse_or_succeed([&] {
    const io::WfdbHeader header = io::parse_wfdb_header(as_text(input), "input", true);
    promise(header.is_multi_segment ? header.signals.empty() : header.signals.size() == header.n_signals);
  });
}

/// Three headers, each ended by a zero byte, then the content of the signal file "d". The first header is the record's,
/// "a" and "b" can be its segments.
inline void wfdb_record(Bytes input) {
  std::array<Bytes, 3> headers;
  for (Bytes& header : headers) {
    const auto end = std::find(input.begin(), input.end(), std::byte{0});
    header = input.first(static_cast<std::size_t>(end - input.begin()));
    input = input.subspan(std::min(header.size() + 1, input.size()));
  }
  const io::WfdbFiles files = {{"r.hea", headers[0]}, {"a.hea", headers[1]}, {"b.hea", headers[2]}, {"d", input}};
  const auto read = [&](const io::ReadOptions& options) { return io::parse_wfdb_record(files, "r.hea", options); };
  for (const std::size_t group : {std::size_t{0}, std::size_t{1}}) {
    refuse_or_succeed([&] {
      io::ReadOptions options = limited();
      options.group = group;
      check_ranges(read, options);
    });
  }
  refuse_or_succeed([&] {
    io::ReadOptions options = limited();
    options.verify_checksums = true;
    promise(io::parse_wfdb_record_float32(files, "r.hea", options).n_leads() > 0);
  });
}

/// The first byte picks the format, the rest are the samples.
inline void wfdb_samples(Bytes input) {
  constexpr std::array<int, 13> formats = {8, 16, 24, 32, 61, 80, 160, 212, 310, 311, 508, 516, 524};
  if (input.empty() || input.size() > 65536) return;
  const int format = formats[std::to_integer<std::size_t>(input[0]) % formats.size()];
  refuse_or_succeed([&] {
    const auto values = io::decode_wfdb_samples(input.subspan(1), format);
    const auto half = io::decode_wfdb_samples(input.subspan(1), format, values.size() / 2);
    promise(std::equal(half.begin(), half.end(), values.begin()));
  });
}

inline void annotation(Bytes input) {
  refuse_or_succeed([&] {
    const io::AnnotationList list = io::parse_annotations(input, "input");
    const auto written = io::format_annotations(list);  // refuses times that decrease
    promise(io::parse_annotations(written, "written") == list);
  });
}

inline void csv(Bytes input) {
  io::ReadOptions options = limited();
  options.sampling_rate_hz = 100.0;
  const auto read = [&](const io::ReadOptions& o) { return io::parse_csv(as_text(input), "input", o); };
  refuse_or_succeed([&] { check_ranges(read, options); });
  options.protocol = "mlops_phase1";
  refuse_or_succeed([&] { check_ranges(read, options); });
}

inline void npy(Bytes input) {
  io::ReadOptions options = limited();
  const auto read = [&](const io::ReadOptions& o) { return io::parse_npy(input, "input", o); };
  refuse_or_succeed([&] { check_ranges(read, options); });
  options.sampling_rate_hz = 100.0;
  options.lead_names = {"I", "II"};
  refuse_or_succeed([&] { check_ranges(read, options); });
}

/// A file that knows its rate and leads: every group of it, then what a caller may ask beside.
template <class Parse>
void check_groups(const Parse& parse, Bytes input) {
  const auto read = [&](const io::ReadOptions& options) { return parse(input, "input", options); };
  for (const std::size_t group : {std::size_t{0}, std::size_t{1}}) {
    refuse_or_succeed([&] {
      io::ReadOptions options = limited();
      options.group = group;
      options.keep_header = true;
      check_ranges(read, options);
    });
  }
}

inline void edf(Bytes input) {
  check_groups(io::parse_edf, input);
  refuse_or_succeed([&] {
    const auto annotations = io::parse_edf_annotations(input, "input");
    const Recording recording({0.0, 1.0}, 1.0, {"I"});
    promise(io::parse_edf_annotations(io::format_edf(recording, annotations), "written") == annotations);
  });
}

inline void aecg(Bytes input) {
  check_groups(io::parse_aecg, input);
}

inline void dicom(Bytes input) {
  check_groups(io::parse_dicom, input);
}

inline void muse(Bytes input) {
  check_groups(io::parse_muse, input);
}

inline void ishne(Bytes input) {
  check_groups(io::parse_ishne, input);
}

inline void sierra(Bytes input) {
  check_groups(io::parse_sierra, input);
}

inline void scp(Bytes input) {
  check_groups(io::parse_scp, input);
}

inline constexpr std::array<Target, 13> io_targets = {{{"wfdb_header", wfdb_header},
                                                       {"wfdb_record", wfdb_record},
                                                       {"wfdb_samples", wfdb_samples},
                                                       {"annotation", annotation},
                                                       {"csv", csv},
                                                       {"npy", npy},
                                                       {"edf", edf},
                                                       {"aecg", aecg},
                                                       {"dicom", dicom},
                                                       {"muse", muse},
                                                       {"ishne", ishne},
                                                       {"sierra", sierra},
                                                       {"scp", scp}}};

}  // namespace heartsight::fuzz
