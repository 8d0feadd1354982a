#include <io/recording_file.hpp>

#include <io/sample_buffer.hpp>
#include <io/selection.hpp>

#include <algorithm>
#include <utility>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

template <std::floating_point T>
BasicRecording<T> read_recording(const RecordingFile& file, const ReadOptions& options) {
  std::vector<ChannelGroup> groups;
  for (const FileGroup& group : file.groups) {
    ChannelGroup shown{group.sampling_rate_hz, group.n_samples, {}};
    for (const FileChannel& channel : group.channels) shown.leads.push_back(canonical_lead_name(channel.name));
    groups.push_back(std::move(shown));
  }
  const std::size_t g = select_group(options, groups);
  const std::vector<std::size_t> leads = select_leads(options, groups[g].leads);
  const Range range = select_range(options, groups[g].n_samples);
  check_n_values(options, leads.size(), range.size());

  std::vector<T> samples = make_samples<T>(leads.size() * range.size(), T{0});
  // In blocks, so that no second copy of the record exists; a block of values is computed in double and rounded once.
  constexpr std::size_t block_values = std::size_t{1} << 18;
  const std::size_t block = std::max<std::size_t>(1, std::min(range.size(), block_values / leads.size()));
  std::vector<double> values(leads.size() * block);
  for (std::size_t done = 0; done < range.size(); done += block) {
    const std::size_t n = std::min(block, range.size() - done);
    file.read(g, leads, range.start + done, n, values.data());
    for (std::size_t l = 0; l < leads.size(); ++l) {
      T* out = samples.data() + l * range.size() + done;
      std::transform(values.data() + l * n, values.data() + (l + 1) * n, out, [](double v) { return static_cast<T>(v); });
    }
  }

  std::vector<std::string> names;
  std::vector<std::string> units;
  for (const std::size_t lead : leads) {
    names.push_back(groups[g].leads[lead]);
    units.push_back(file.groups[g].channels[lead].unit);
  }
  const double rate = groups[g].sampling_rate_hz;
  BasicRecording<T> recording(std::move(samples), rate, std::move(names));
  recording.units = std::move(units);
  recording.start_s = static_cast<double>(range.start) / rate;
  recording.groups = std::move(groups);
  if (file.age_years) recording.set_age(*file.age_years);
  recording.sex = file.sex;
  recording.header_text = file.header_text;
  return recording;
}

template BasicRecording<double> read_recording(const RecordingFile&, const ReadOptions&);
template BasicRecording<float> read_recording(const RecordingFile&, const ReadOptions&);

template <std::floating_point T>
BasicRecording<T> parse_recording(OpenRecordingFile open, const char* format, std::span<const std::byte> bytes,
                                  std::string_view name, const ReadOptions& options) {
  refuse_foreign_options(options, format);
  const MemorySource source(bytes, std::string{name});
  return read_recording<T>(*open(source, options.keep_header), options);
}

template BasicRecording<double> parse_recording(OpenRecordingFile, const char*, std::span<const std::byte>, std::string_view,
                                                const ReadOptions&);
template BasicRecording<float> parse_recording(OpenRecordingFile, const char*, std::span<const std::byte>, std::string_view,
                                               const ReadOptions&);

void refuse_foreign_options(const ReadOptions& options, const char* format) {
  refuse_option(options.sampling_rate_hz.has_value(), "sampling_rate", format);
  refuse_option(!options.lead_names.empty(), "lead_names", format);
  refuse_option(!options.protocol.empty(), "protocol", format);
  refuse_option(options.verify_checksums, "verify_checksums", format);
}

void check_backing(std::string_view file, std::size_t n_backed, std::size_t n_unbacked) {
  constexpr std::size_t allowance = std::size_t{1} << 24;
  constexpr std::size_t ratio = 256;
  if (n_unbacked > allowance && n_unbacked / ratio > n_backed) {
    fail(file, std::to_string(n_unbacked) + " samples are promised that no signal file holds");
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
