#include <io/segment_reader.hpp>

#include <io/flac.hpp>
#include <io/wfdb_decode.hpp>

#include <algorithm>
#include <limits>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// Consecutive signals of the header that share one file, one format and one offset.
struct SegmentReader::SignalFile {
  std::size_t first_signal = 0;
  std::size_t n_signals = 0;
  std::size_t samples_per_frame = 0;  // of all its signals together
  std::vector<std::size_t> place;     // per signal: where its samples begin within a frame
  int format = 0;
  std::uint64_t offset = 0;
  std::unique_ptr<Source> source;
  std::unique_ptr<FlacStream> flac;
};

SegmentReader::~SegmentReader() = default;

SegmentReader::SegmentReader(const WfdbHeader& header, const Folder& folder, std::string name)
    : header_(header), name_(std::move(name)) {
  group_files(folder);
  if (header_.n_samples) {
    n_frames_ = *header_.n_samples;
    for (const SignalFile& file : files_) check_length(file);
  } else if (!files_.empty()) {
    std::uint64_t shortest = std::numeric_limits<std::uint64_t>::max();
    for (const SignalFile& file : files_) shortest = std::min(shortest, capacity_frames(file));
    n_frames_ = static_cast<std::size_t>(shortest);
  }
}

void SegmentReader::group_files(const Folder& folder) {
  constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
  file_of_signal_.assign(header_.signals.size(), none);
  std::vector<std::string> seen;
  for (std::size_t s = 0; s < header_.signals.size(); ++s) {
    const WfdbSignal& signal = header_.signals[s];
    if (signal.format == 0) continue;
    const bool same_file = s > 0 && file_of_signal_[s - 1] != none && header_.signals[s - 1].file_name == signal.file_name;
    if (!same_file) {
      if (std::find(seen.begin(), seen.end(), signal.file_name) != seen.end()) {
        fail(name_, "the signals of file '" + printable(signal.file_name) + "' are not listed together");
      }
      // Opened files are kept for reading; a limit keeps a hostile header from using up the process's descriptors.
      if (files_.size() == 512) fail(name_, "more than 512 signal files");
      seen.push_back(signal.file_name);
      SignalFile file;
      file.first_signal = s;
      file.format = signal.format;
      file.offset = signal.byte_offset;
      file.source = folder.open(signal.file_name);
      if (is_flac(file.format)) file.flac = std::make_unique<FlacStream>(*file.source);
      files_.push_back(std::move(file));
    }
    SignalFile& file = files_.back();
    if (file.format != signal.format || file.offset != signal.byte_offset) {
      fail(name_, "signals of file '" + printable(signal.file_name) + "' differ in format or byte offset");
    }
    if (file.flac && file.n_signals > 0 &&
        header_.signals[file.first_signal].samples_per_frame != signal.samples_per_frame) {
      fail(name_, "signals of FLAC file '" + printable(signal.file_name) + "' differ in samples per frame");
    }
    file.place.push_back(file.samples_per_frame);
    file.samples_per_frame += signal.samples_per_frame;
    ++file.n_signals;
    file_of_signal_[s] = files_.size() - 1;
  }
  for (const SignalFile& file : files_) {
    if (!file.flac) continue;
    if (file.flac->n_channels() != file.n_signals) {
      fail(file.source->name(), "the FLAC stream has " + std::to_string(file.flac->n_channels()) +
                                    " channels, the header lists " + std::to_string(file.n_signals) + " signals");
    }
    if (file.flac->bits_per_sample() > static_cast<unsigned>(file.format - 500)) {
      fail(file.source->name(), "the FLAC stream has " + std::to_string(file.flac->bits_per_sample()) +
                                    " bits per sample, more than format " + std::to_string(file.format) + " holds");
    }
  }
}

std::uint64_t SegmentReader::capacity_frames(const SignalFile& file) const {
  if (file.flac) {
    const std::uint64_t n_samples = file.flac->n_samples();
    return n_samples < file.offset ? 0 : (n_samples - file.offset) / header_.signals[file.first_signal].samples_per_frame;
  }
  const std::uint64_t size = file.source->size();
  return size < file.offset ? 0 : packed_capacity(file.format, size - file.offset) / file.samples_per_frame;
}

void SegmentReader::check_length(const SignalFile& file) const {
  const std::uint64_t capacity = capacity_frames(file);
  if (capacity < n_frames_) {
    fail_at_byte(file.source->name(), file.source->size(),
                 "truncated: the header promises " + std::to_string(n_frames_) + " frames, the file holds " +
                     std::to_string(capacity));
  }
}

template <class Sink>
void SegmentReader::decode_packed_file(const SignalFile& file, std::span<const std::size_t> signals, std::uint64_t first,
                                       std::uint64_t stop, const Sink& sink) const {
  const std::size_t width = file.samples_per_frame;
  const bool differences = file.format == 8;
  const std::uint64_t wanted_first = first;
  // Format 8 stores differences: it has to be summed from the first sample on. Others begin at a group boundary.
  first = differences ? 0 : first - first % packing_period;
  // Blocks fit the second-level cache and hold whole groups.
  constexpr std::size_t block_values = 16384;
  const std::uint64_t period_frames = std::max<std::uint64_t>(block_values / width / packing_period, 1) * packing_period;
  const auto block_frames = static_cast<std::size_t>(std::min<std::uint64_t>(period_frames, stop - first));
  std::vector<std::byte> bytes(packed_bytes(file.format, block_frames * width));
  std::vector<std::int32_t> values(block_frames * width);
  std::vector<std::int32_t> one_signal;
  std::vector<std::uint32_t> sums(differences ? file.n_signals : 0);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    sums[i] = static_cast<std::uint32_t>(header_.signals[file.first_signal + i].initial_value);
  }

  for (std::uint64_t frame = first; frame < stop; frame += block_frames) {
    const auto n_frames = static_cast<std::size_t>(std::min<std::uint64_t>(block_frames, stop - frame));
    const std::span<std::byte> packed(bytes.data(), packed_bytes(file.format, n_frames * width));
    file.source->read(file.offset + packed_bytes(file.format, frame * width), packed);
    decode_packed(file.format, packed.data(), n_frames * width, values.data());
    if (differences) {
      for (std::size_t i = 0; i < file.n_signals; ++i) {
        const std::size_t per_frame = header_.signals[file.first_signal + i].samples_per_frame;
        for (std::size_t f = 0; f < n_frames; ++f) {
          for (std::size_t k = 0; k < per_frame; ++k) {
            std::int32_t& value = values[f * width + file.place[i] + k];
            sums[i] += static_cast<std::uint32_t>(value);  // wraps, as 32-bit readers do
            value = static_cast<std::int32_t>(sums[i]);
          }
        }
      }
      if (frame + n_frames <= wanted_first) continue;
    }
    for (const std::size_t signal : signals) {
      const std::size_t per_frame = header_.signals[signal].samples_per_frame;
      if (per_frame == width) {
        sink(signal, frame * per_frame, n_frames * per_frame, values.data());
        continue;
      }
      one_signal.resize(n_frames * per_frame);
      const std::int32_t* from = values.data() + file.place[signal - file.first_signal];
      if (per_frame == 1) {
        for (std::size_t f = 0; f < n_frames; ++f) one_signal[f] = from[f * width];
      } else {
        for (std::size_t f = 0; f < n_frames; ++f) {
          for (std::size_t k = 0; k < per_frame; ++k) one_signal[f * per_frame + k] = from[f * width + k];
        }
      }
      sink(signal, frame * per_frame, n_frames * per_frame, one_signal.data());
    }
  }
}

template <class Sink>
void SegmentReader::decode_flac_file(const SignalFile& file, std::span<const std::size_t> signals, std::uint64_t first,
                                     std::uint64_t stop, const Sink& sink) const {
  const std::size_t per_frame = header_.signals[file.first_signal].samples_per_frame;
  // The stream is interleaved sample by sample, whatever the samples per frame are.
  file.flac->decode(file.offset + first * per_frame, file.offset + stop * per_frame,
                    [&](std::uint64_t at, std::size_t n, const std::int32_t* const* channels) {
                      for (const std::size_t signal : signals) {
                        sink(signal, at - file.offset, n, channels[signal - file.first_signal]);
                      }
                    });
}

template <class T>
void SegmentReader::read(std::span<const SignalTarget<T>> targets, std::size_t start, std::size_t stop) const {
  if (start >= stop) return;
  std::vector<Calibration> calibrations(header_.signals.size());
  std::vector<std::vector<T*>> outputs(header_.signals.size());  // a lead may be asked for twice
  for (const auto& target : targets) {
    const WfdbSignal& signal = header_.signals[target.signal];
    outputs[target.signal].push_back(target.out);
    calibrations[target.signal] = {signal.gain, static_cast<double>(signal.baseline), missing_value(signal.format),
                                   convert_unit(signal.units)};
    // Skew: sample i of the signal is stored `skew` frames later. What would lie behind the end of the file is missing.
    const std::size_t per_frame = signal.samples_per_frame;
    const std::size_t stored = signal.skew >= n_frames_ ? 0 : (n_frames_ - signal.skew) * per_frame;
    const std::size_t known = has_samples(target.signal) ? std::clamp(stored, start, stop) : start;
    std::fill(target.out + (known - start), target.out + (stop - start), std::numeric_limits<T>::quiet_NaN());
  }

  for (const SignalFile& file : files_) {
    std::vector<std::size_t> wanted;
    std::uint64_t first_frame = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t stop_frame = 0;
    for (std::size_t s = file.first_signal; s < file.first_signal + file.n_signals; ++s) {
      if (outputs[s].empty()) continue;
      const WfdbSignal& signal = header_.signals[s];
      if (signal.skew >= n_frames_) continue;
      wanted.push_back(s);
      first_frame = std::min<std::uint64_t>(first_frame, start / signal.samples_per_frame + signal.skew);
      const std::uint64_t last = (stop - 1) / signal.samples_per_frame + 1 + signal.skew;
      stop_frame = std::max(stop_frame, std::min<std::uint64_t>(last, n_frames_));
    }
    if (wanted.empty() || first_frame >= stop_frame) continue;

    const auto sink = [&](std::size_t s, std::uint64_t at, std::size_t n, const std::int32_t* values) {
      const WfdbSignal& signal = header_.signals[s];
      const std::uint64_t shift = signal.skew * signal.samples_per_frame;
      const std::uint64_t begin = std::max<std::uint64_t>(at, start + shift);
      const std::uint64_t end = std::min<std::uint64_t>(at + n, stop + shift);
      if (begin >= end) return;
      for (T* out : outputs[s]) {
        to_physical(values + (begin - at), static_cast<std::size_t>(end - begin), calibrations[s],
                    out + (begin - shift - start));
      }
    };
    if (file.flac) {
      decode_flac_file(file, wanted, first_frame, stop_frame, sink);
    } else {
      decode_packed_file(file, wanted, first_frame, stop_frame, sink);
    }
  }
}

template void SegmentReader::read(std::span<const SignalTarget<double>>, std::size_t, std::size_t) const;
template void SegmentReader::read(std::span<const SignalTarget<float>>, std::size_t, std::size_t) const;

void SegmentReader::verify_checksums(std::span<const std::size_t> signals) const {
  if (n_frames_ == 0) return;
  for (const SignalFile& file : files_) {
    std::vector<std::size_t> wanted;
    for (const std::size_t s : signals) {
      if (s >= file.first_signal && s < file.first_signal + file.n_signals && header_.signals[s].checksum)
        wanted.push_back(s);
    }
    if (wanted.empty()) continue;
    std::vector<std::uint32_t> sums(header_.signals.size());
    const auto sink = [&](std::size_t s, std::uint64_t, std::size_t n, const std::int32_t* values) {
      for (std::size_t i = 0; i < n; ++i) sums[s] += static_cast<std::uint32_t>(values[i]);
    };
    if (file.flac) {
      decode_flac_file(file, wanted, 0, n_frames_, sink);
    } else {
      decode_packed_file(file, wanted, 0, n_frames_, sink);
    }
    for (const std::size_t s : wanted) {
      if (((sums[s] ^ static_cast<std::uint32_t>(*header_.signals[s].checksum)) & 0xFFFFU) != 0) {
        fail(file.source->name(), "the samples of signal " + std::to_string(s) + " do not have the checksum of the header");
      }
    }
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
