#pragma once

#include <io/recording_file.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// A file of minutes at most, decoded whole when it is opened. Groups stand in the order in which they are added.
class DecodedFile : public RecordingFile {
 public:
  /// One channel of a group that is being put together.
  struct Channel {
    FileChannel description;
    std::vector<double> values;
  };

  /// @param channels  at least one, all of equal length.
  void add_group(double sampling_rate_hz, std::vector<Channel> channels) {
    FileGroup group{sampling_rate_hz, channels.front().values.size(), {}};
    values_.emplace_back();
    for (Channel& channel : channels) {
      group.channels.push_back(std::move(channel.description));
      values_.back().push_back(std::move(channel.values));
    }
    groups.push_back(std::move(group));
  }

  void read(std::size_t group, std::span<const std::size_t> channels, std::size_t start, std::size_t n,
            double* out) const override {
    for (std::size_t c = 0; c < channels.size(); ++c) {
      std::copy_n(values_[group][channels[c]].data() + start, n, out + c * n);
    }
  }

 private:
  std::vector<std::vector<std::vector<double>>> values_;  // by group and channel
};

/// A lead that begins somewhere in the time of its recording.
struct TimedLead {
  FileChannel description;
  std::size_t first_sample = 0;
  std::vector<double> values;
};

/// Leads of one length, from where the first begins to where the last ends; NaN where a lead has no sample.
/// @throws FormatError the leads have no sample, or next to none of what their times span.
[[nodiscard]] inline std::vector<DecodedFile::Channel> align_leads(std::string_view file, std::vector<TimedLead> leads) {
  std::size_t first = std::numeric_limits<std::size_t>::max();
  std::size_t end = 0;
  std::size_t n_stored = 0;
  for (const TimedLead& lead : leads) {
    first = std::min(first, lead.first_sample);
    end = std::max(end, lead.first_sample + lead.values.size());
    n_stored += lead.values.size();
  }
  if (n_stored == 0) fail(file, "the leads have no samples");
  // These are formats of minutes, whose leads begin together: a short file must not ask for much memory by an offset.
  constexpr std::size_t longest_unbacked = std::size_t{1} << 18;
  constexpr std::size_t ratio = 16;
  const std::size_t n_missing = leads.size() * (end - first) - n_stored;
  if (n_missing > longest_unbacked && n_missing / ratio > n_stored) {
    fail(file, "the leads lie " + std::to_string(end - first) + " samples apart and have next to none of them");
  }
  std::vector<DecodedFile::Channel> channels;
  for (TimedLead& lead : leads) {
    std::vector<double> values(end - first, std::numeric_limits<double>::quiet_NaN());
    std::copy(lead.values.begin(), lead.values.end(),
              values.begin() + static_cast<std::ptrdiff_t>(lead.first_sample - first));
    channels.push_back({std::move(lead.description), std::move(values)});
  }
  return channels;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
