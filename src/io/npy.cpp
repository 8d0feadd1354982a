#include <heartsight/io/npy.hpp>

#include <io/npy_array.hpp>
#include <io/npy_record.hpp>
#include <io/selection.hpp>
#include <io/zip_archive.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

namespace heartsight::inline HEARTSIGHT_ABI::io {
namespace detail {
namespace {

[[noreturn]] void refuse(const char* name, const std::string& rule) {
  check::detail::fail<DomainError>("read_record", name, "", rule);
}

template <class T>
BasicRecording<T> read_array(const NpyArray& array, double rate, std::vector<std::string> names,
                             const ReadOptions& options) {
  const std::string& file = array.source().name();
  if (array.shape().size() != 2 || array.kind() == 'U' || array.kind() == 'S') {
    fail(file, "a signal is a two-dimensional array of numbers (n_leads, n_samples)");
  }
  const std::size_t n_rows = array.shape()[0];
  const std::size_t n_samples = array.shape()[1];
  if (names.size() != n_rows) {
    fail(file, "the signal has " + std::to_string(n_rows) + " rows, but " + std::to_string(names.size()) +
                   " leads are named; a signal is (n_leads, n_samples), and axes are never swapped");
  }
  if (names.empty()) fail(file, "the signal has no lead");
  for (auto& name : names) name = canonical_lead_name(name);
  std::vector<ChannelGroup> groups = {{rate, n_samples, names}};
  const std::vector<std::size_t> leads = select_leads(options, groups[select_group(options, groups)].leads);
  const Range range = select_range(options, n_samples);
  check_n_values(options, leads.size(), range.size());

  std::vector<T> samples(leads.size() * range.size());
  if (!array.fortran_order()) {
    for (std::size_t l = 0; l < leads.size(); ++l) {
      array.read(leads[l] * n_samples + range.start, range.size(), samples.data() + l * range.size());
    }
  } else {
    // Sample after sample: blocks of whole columns are read and turned.
    const std::size_t block = std::max<std::size_t>(1, 16384 / n_rows);
    std::vector<T> columns(std::min(block, range.size()) * n_rows);
    for (std::size_t first = range.start; first < range.stop; first += block) {
      const std::size_t n = std::min(block, range.stop - first);
      array.read(first * n_rows, n * n_rows, columns.data());
      for (std::size_t l = 0; l < leads.size(); ++l) {
        T* out = samples.data() + l * range.size() + (first - range.start);
        for (std::size_t i = 0; i < n; ++i) out[i] = columns[i * n_rows + leads[l]];
      }
    }
  }
  std::vector<std::string> selected;
  for (const std::size_t lead : leads) selected.push_back(names[lead]);
  BasicRecording<T> recording(std::move(samples), rate, std::move(selected));
  recording.start_s = static_cast<double>(range.start) / rate;
  recording.groups = std::move(groups);
  return recording;
}

/// A member, parsed, with the bytes that it reads from.
struct Member {
  std::vector<std::byte> bytes;
  std::unique_ptr<MemorySource> source;
  std::unique_ptr<NpyArray> array;

  Member(const ZipArchive& archive, const std::string& file, const char* key)
      : bytes(archive.read(std::string(key) + ".npy")) {
    source = std::make_unique<MemorySource>(bytes, file + "[" + key + "]");
    array = std::make_unique<NpyArray>(*source);
  }
};

template <class T>
BasicRecording<T> read_npz(const Source& source, const ReadOptions& options) {
  const ZipArchive archive(source);
  double rate = 0.0;
  if (archive.has("sampling_rate.npy")) {
    const Member member(archive, source.name(), "sampling_rate");
    const NpyArray& array = *member.array;
    if (array.size() != 1 || array.kind() == 'U' || array.kind() == 'S') fail(member.source->name(), "must be one number");
    array.read(0, 1, &rate);
    if (!(rate > 0.0) || !std::isfinite(rate)) fail(member.source->name(), "must be positive and finite");
    if (options.sampling_rate_hz && *options.sampling_rate_hz != rate) refuse("sampling_rate", "contradicts the file");
  } else {
    rate = required_rate(options, "an .npz file without sampling_rate");
  }
  std::vector<std::string> names = options.lead_names;
  if (archive.has("leads.npy")) {
    const Member member(archive, source.name(), "leads");
    const NpyArray& array = *member.array;
    if (array.shape().size() != 1 || (array.kind() != 'U' && array.kind() != 'S')) {
      fail(member.source->name(), "must be a list of strings");
    }
    names = array.read_strings();
    if (!options.lead_names.empty() && options.lead_names != names) refuse("lead_names", "contradicts the file");
  } else if (names.empty()) {
    refuse("lead_names", "must be given: the .npz file has no member leads");
  }
  if (!archive.has("signal.npy")) fail(source.name(), "has no member signal.npy");
  const Member member(archive, source.name(), "signal");
  return read_array<T>(*member.array, rate, std::move(names), options);
}

}  // namespace

template <std::floating_point T>
BasicRecording<T> read_npy_record(const Source& source, const ReadOptions& options) {
  refuse_option(!options.protocol.empty(), "protocol", "NumPy files");
  refuse_option(options.verify_checksums, "verify_checksums", "NumPy files, whose checksums are always verified");
  std::array<std::byte, 2> start{};
  if (source.size() >= start.size()) source.read(0, start);
  if (start[0] == std::byte{'P'} && start[1] == std::byte{'K'}) return read_npz<T>(source, options);
  const NpyArray array(source);
  const double rate = required_rate(options, "an .npy file");
  if (options.lead_names.empty()) refuse("lead_names", "must be given, one per row: an .npy file carries none");
  return read_array<T>(array, rate, options.lead_names, options);
}

template BasicRecording<double> read_npy_record(const Source&, const ReadOptions&);
template BasicRecording<float> read_npy_record(const Source&, const ReadOptions&);

}  // namespace detail

Recording parse_npy(std::span<const std::byte> bytes, std::string_view name, const ReadOptions& options) {
  return detail::read_npy_record<double>(detail::MemorySource(bytes, std::string{name}), options);
}
RecordingFloat32 parse_npy_float32(std::span<const std::byte> bytes, std::string_view name, const ReadOptions& options) {
  return detail::read_npy_record<float>(detail::MemorySource(bytes, std::string{name}), options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
