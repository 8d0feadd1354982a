#pragma once

#include <io/recording_file.hpp>

#include <algorithm>
#include <span>
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

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
