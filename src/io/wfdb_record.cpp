#include <io/wfdb_record.hpp>

#include <heartsight/io/wfdb_header.hpp>
#include <heartsight/io/wfdb_record.hpp>
#include <io/convert.hpp>
#include <io/recording_file.hpp>
#include <io/sample_buffer.hpp>
#include <io/segment_reader.hpp>
#include <io/selection.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {
namespace {

constexpr std::size_t absent = std::numeric_limits<std::size_t>::max();

/// A header with the files it speaks of. Files are named relative to the header, which may lie in a subfolder.
class OpenHeader final : public Folder {
 public:
  OpenHeader(const Folder& root, const std::string& header_name, bool keep_header) : root_(root) {
    if (const auto slash = header_name.rfind('/'); slash != std::string::npos) prefix_ = header_name.substr(0, slash + 1);
    const auto source = root.open(header_name);
    name_ = source->name();
    header_ = parse_wfdb_header(read_text(*source), name_, keep_header);
  }
  [[nodiscard]] std::unique_ptr<Source> open(const std::string& file_name) const override {
    return root_.open(prefix_ + file_name);
  }
  [[nodiscard]] const WfdbHeader& header() const noexcept { return header_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::string segment_header(const std::string& segment) const { return prefix_ + segment + ".hea"; }

 private:
  const Folder& root_;
  std::string prefix_;
  std::string name_;
  WfdbHeader header_;
};

/// What the whole record offers, whether it is one segment or many.
struct Channel {
  std::string name;
  std::string unit;  // as the recording states it
  std::size_t samples_per_frame = 1;
};

/// A run of frames of the record; header_name is empty in a gap.
struct Piece {
  std::string header_name;
  std::size_t first_frame = 0;
  std::size_t n_frames = 0;
};

/// A piece that holds a part of what is to be read.
struct OpenPiece {
  const Piece* piece = nullptr;
  std::unique_ptr<OpenHeader> header;       // null: the record's own header
  std::unique_ptr<SegmentReader> reader;    // null: the record's own reader, or closed until it is read
  std::vector<std::size_t> signal_of_lead;  // absent where the segment lacks the lead
  Range range;                              // samples of the piece
  std::size_t out_offset = 0;
};

class RecordReader {
 public:
  RecordReader(const Folder& folder, const std::string& header_name, const ReadOptions& options)
      : folder_(folder), options_(options), top_(folder, header_name, options.keep_header) {
    if (top_.header().is_multi_segment) {
      lay_out_segments();
    } else {
      own_reader_ = std::make_unique<SegmentReader>(top_.header(), top_, top_.name());
      set_channels(top_.header());
      n_frames_ = own_reader_->n_frames();
      pieces_.push_back({"", 0, n_frames_});
    }
    if (channels_.empty()) fail(top_.name(), "the record has no signal");
    list_groups();
  }

  template <class T>
  BasicRecording<T> read();

 private:
  void set_channels(const WfdbHeader& header) {
    for (const WfdbSignal& signal : header.signals) {
      channels_.push_back({signal.name, convert_unit(signal.units).unit, signal.samples_per_frame});
    }
  }
  void lay_out_segments();
  void list_groups();
  OpenPiece open_piece(const Piece& piece) const;
  std::vector<std::size_t> map_leads(const OpenHeader& segment) const;
  std::size_t n_backed(const OpenPiece& open) const;

  const Folder& folder_;
  const ReadOptions& options_;
  OpenHeader top_;
  std::unique_ptr<SegmentReader> own_reader_;
  bool variable_layout_ = false;
  std::vector<Channel> channels_;
  std::vector<Piece> pieces_;
  std::size_t n_frames_ = 0;
  std::vector<ChannelGroup> groups_;
  std::vector<std::vector<std::size_t>> channels_of_group_;
  std::vector<std::size_t> leads_;  // channels that are read
};

void RecordReader::lay_out_segments() {
  const WfdbHeader& header = top_.header();
  constexpr std::size_t longest = std::size_t{1} << 46;
  variable_layout_ = header.segments.front().n_samples == 0 && header.segments.front().name != "~";
  std::string describing;  // the segment whose header lists the signals
  for (std::size_t i = 0; i < header.segments.size(); ++i) {
    const WfdbSegment& segment = header.segments[i];
    const bool is_layout = variable_layout_ && i == 0;
    const std::string file = segment.name == "~" ? "" : top_.segment_header(segment.name);
    if (describing.empty()) describing = file;
    if (is_layout) continue;
    if (segment.n_samples > longest - n_frames_) fail(top_.name(), "the segments are too long together");
    pieces_.push_back({file, n_frames_, segment.n_samples});
    n_frames_ += segment.n_samples;
  }
  if (header.n_samples && *header.n_samples != n_frames_) {
    fail(top_.name(), "the record is said to have " + std::to_string(*header.n_samples) + " samples, its segments have " +
                          std::to_string(n_frames_));
  }
  if (describing.empty()) fail(top_.name(), "all segments are gaps");
  const OpenHeader first(folder_, describing, false);
  if (first.header().is_multi_segment) fail(first.name(), "a segment may not have segments itself");
  if (first.header().frame_rate_hz != header.frame_rate_hz)
    fail(first.name(), "has another sampling frequency than the record");
  if (first.header().signals.size() != header.n_signals) {
    fail(first.name(), "has " + std::to_string(first.header().signals.size()) + " signals, the record has " +
                           std::to_string(header.n_signals));
  }
  set_channels(first.header());
}

void RecordReader::list_groups() {
  std::vector<std::size_t> rates;  // in samples per frame
  for (const Channel& channel : channels_) rates.push_back(channel.samples_per_frame);
  std::sort(rates.rbegin(), rates.rend());
  rates.erase(std::unique(rates.begin(), rates.end()), rates.end());
  for (const std::size_t rate : rates) {
    ChannelGroup group;
    group.sampling_rate_hz = top_.header().frame_rate_hz * static_cast<double>(rate);
    group.n_samples = n_frames_ * rate;
    std::vector<std::size_t> members;
    for (std::size_t c = 0; c < channels_.size(); ++c) {
      if (channels_[c].samples_per_frame != rate) continue;
      group.leads.push_back(canonical_lead_name(channels_[c].name));
      members.push_back(c);
    }
    groups_.push_back(std::move(group));
    channels_of_group_.push_back(std::move(members));
  }
}

/// For each lead that is read, the segment's signal: the same position in a record of fixed layout, the same name (the
/// k-th of several equal ones) in one of variable layout.
std::vector<std::size_t> RecordReader::map_leads(const OpenHeader& segment) const {
  const auto& signals = segment.header().signals;
  std::vector<std::size_t> signal_of_channel(channels_.size(), absent);
  if (!variable_layout_) {
    if (signals.size() != channels_.size()) fail(segment.name(), "has another number of signals than the first segment");
    for (std::size_t s = 0; s < signals.size(); ++s) {
      if (signals[s].name != channels_[s].name) {
        fail(segment.name(), "signal " + std::to_string(s) + " has another name than in the first segment");
      }
      signal_of_channel[s] = s;
    }
  } else {
    for (std::size_t s = 0; s < signals.size(); ++s) {
      std::size_t c = 0;
      while (c < channels_.size() && (signal_of_channel[c] != absent || channels_[c].name != signals[s].name)) ++c;
      if (c == channels_.size()) fail(segment.name(), "signal " + std::to_string(s) + " is not in the layout of the record");
      signal_of_channel[c] = s;
    }
  }
  std::vector<std::size_t> signal_of_lead;
  for (const std::size_t c : leads_) {
    const std::size_t s = signal_of_channel[c];
    if (s != absent && signals[s].format != 0) {
      if (signals[s].samples_per_frame != channels_[c].samples_per_frame) {
        fail(segment.name(), "signal " + std::to_string(s) + " has other samples per frame than in the record");
      }
      if (convert_unit(signals[s].units).unit != channels_[c].unit) {
        fail(segment.name(), "signal " + std::to_string(s) + " has another unit than in the record");
      }
    }
    signal_of_lead.push_back(s);
  }
  return signal_of_lead;
}

OpenPiece RecordReader::open_piece(const Piece& piece) const {
  OpenPiece open;
  open.header = std::make_unique<OpenHeader>(folder_, piece.header_name, false);
  const WfdbHeader& header = open.header->header();
  const std::string& name = open.header->name();
  if (header.is_multi_segment) fail(name, "a segment may not have segments itself");
  if (header.frame_rate_hz != top_.header().frame_rate_hz) fail(name, "has another sampling frequency than the record");
  open.signal_of_lead = map_leads(*open.header);
  open.reader = std::make_unique<SegmentReader>(header, *open.header, name);
  if (header.n_samples ? open.reader->n_frames() != piece.n_frames : open.reader->n_frames() < piece.n_frames) {
    fail(name,
         "has " + std::to_string(open.reader->n_frames()) + " samples, the record says " + std::to_string(piece.n_frames));
  }
  return open;
}

/// Values of the range that files hold.
std::size_t RecordReader::n_backed(const OpenPiece& open) const {
  const SegmentReader& reader = open.reader ? *open.reader : *own_reader_;
  std::size_t n = 0;
  for (const std::size_t s : open.signal_of_lead) {
    if (s != absent && reader.has_samples(s)) n += open.range.size();
  }
  return n;
}

template <class T>
BasicRecording<T> RecordReader::read() {
  const std::size_t group = select_group(options_, groups_);
  for (const std::size_t lead : select_leads(options_, groups_[group].leads)) {
    leads_.push_back(channels_of_group_[group][lead]);
  }
  const Range range = select_range(options_, groups_[group].n_samples);
  check_n_values(options_, leads_.size(), range.size());
  const std::size_t per_frame = channels_[leads_.front()].samples_per_frame;

  constexpr std::size_t most_open = 64;  // file descriptors are scarce; later segments are closed and opened again
  std::vector<OpenPiece> open;
  std::size_t backed = 0;
  for (const Piece& piece : pieces_) {
    const std::size_t first = piece.first_frame * per_frame;
    const std::size_t stop = first + piece.n_frames * per_frame;
    const Range part{std::clamp(range.start, first, stop), std::clamp(range.stop, first, stop)};
    if (part.start >= part.stop || (top_.header().is_multi_segment && piece.header_name.empty())) continue;
    OpenPiece one;
    if (own_reader_) {
      one.signal_of_lead = leads_;
    } else {
      one = open_piece(piece);
    }
    one.piece = &piece;
    one.range = {part.start - first, part.stop - first};
    one.out_offset = part.start - range.start;
    backed += n_backed(one);
    if (open.size() >= most_open) {
      one.reader.reset();
      one.header.reset();
    }
    open.push_back(std::move(one));
  }
  check_backing(top_.name(), backed, leads_.size() * range.size() - backed);

  const T unread = own_reader_ ? T{0} : std::numeric_limits<T>::quiet_NaN();  // gaps between segments stay missing
  std::vector<T> samples = make_samples<T>(leads_.size() * range.size(), unread);
  for (const OpenPiece& piece : open) {
    OpenPiece again;
    if (!own_reader_ && !piece.reader) again = open_piece(*piece.piece);
    const SegmentReader& reader = own_reader_ ? *own_reader_ : piece.reader ? *piece.reader : *again.reader;
    std::vector<SignalTarget<T>> targets;
    std::vector<std::size_t> signals;
    for (std::size_t l = 0; l < leads_.size(); ++l) {
      if (piece.signal_of_lead[l] == absent) continue;
      targets.push_back({piece.signal_of_lead[l], samples.data() + l * range.size() + piece.out_offset});
      signals.push_back(piece.signal_of_lead[l]);
    }
    if (options_.verify_checksums) {
      std::sort(signals.begin(), signals.end());
      signals.erase(std::unique(signals.begin(), signals.end()), signals.end());
      reader.verify_checksums(signals);
    }
    reader.read(std::span<const SignalTarget<T>>(targets), piece.range.start, piece.range.stop);
  }

  std::vector<std::string> names;
  std::vector<std::string> units;
  for (const std::size_t c : leads_) {
    names.push_back(channels_[c].name);
    units.push_back(channels_[c].unit);
  }
  const double rate = groups_[group].sampling_rate_hz;
  BasicRecording<T> recording(std::move(samples), rate, std::move(names));
  recording.units = std::move(units);
  recording.start_s = static_cast<double>(range.start) / rate;
  recording.groups = std::move(groups_);
  recording.age_years = top_.header().age_years;
  recording.age_censored = top_.header().age_censored;
  recording.sex = top_.header().sex;
  recording.header_text = top_.header().text;
  return recording;
}

}  // namespace

template <std::floating_point T>
BasicRecording<T> read_wfdb_record(const Folder& folder, const std::string& header_name, const ReadOptions& options) {
  constexpr auto format = "WFDB, whose header states it";
  refuse_option(options.sampling_rate_hz.has_value(), "sampling_rate", format);
  refuse_option(!options.lead_names.empty(), "lead_names", format);
  refuse_option(!options.protocol.empty(), "protocol", "WFDB");
  return RecordReader(folder, header_name, options).read<T>();
}

template BasicRecording<double> read_wfdb_record(const Folder&, const std::string&, const ReadOptions&);
template BasicRecording<float> read_wfdb_record(const Folder&, const std::string&, const ReadOptions&);

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail

namespace heartsight::inline HEARTSIGHT_ABI::io {
namespace {

template <class T>
BasicRecording<T> read_from_memory(const WfdbFiles& files, const std::string& header_name, const ReadOptions& options) {
  BasicRecording<T> recording = detail::read_wfdb_record<T>(detail::MemoryFolder(files), header_name, options);
  recording.id = detail::to_utf8(std::filesystem::path(header_name).stem().string());
  return recording;
}

}  // namespace

Recording parse_wfdb_record(const WfdbFiles& files, const std::string& header_name, const ReadOptions& options) {
  return read_from_memory<double>(files, header_name, options);
}
RecordingFloat32 parse_wfdb_record_float32(const WfdbFiles& files, const std::string& header_name,
                                           const ReadOptions& options) {
  return read_from_memory<float>(files, header_name, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
