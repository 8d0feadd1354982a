#include <io/flac.hpp>

#include <FLAC/stream_decoder.h>

#include <algorithm>
#include <array>
#include <exception>
#include <limits>
#include <new>
#include <utility>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// Owns the libFLAC decoder. Its callbacks are C: an exception is kept and thrown again after libFLAC has returned.
struct FlacStream::Decoder {
  explicit Decoder(const Source& from) : source(from), handle(FLAC__stream_decoder_new()) {
    if (handle == nullptr) throw std::bad_alloc();
  }
  ~Decoder() { FLAC__stream_decoder_delete(handle); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  void open();
  bool step();
  void rewind();
  void throw_failure();

  const Source& source;
  FLAC__StreamDecoder* handle;
  std::uint64_t position = 0;  // of the next byte that libFLAC asks for
  bool has_info = false;
  std::uint64_t stated_samples = 0;
  std::uint64_t counted_samples = 0;
  bool is_counted = false;
  std::size_t n_channels = 0;
  unsigned bits_per_sample = 0;

  std::uint64_t next = 0;  // first sample that has not been delivered
  std::uint64_t stop = 0;
  const Block* block = nullptr;
  const char* problem = nullptr;
  std::exception_ptr exception;

  static FLAC__StreamDecoderReadStatus on_read(const FLAC__StreamDecoder*, FLAC__byte buffer[], std::size_t* bytes,
                                               void* self);
  static FLAC__StreamDecoderSeekStatus on_seek(const FLAC__StreamDecoder*, FLAC__uint64 offset, void* self);
  static FLAC__StreamDecoderTellStatus on_tell(const FLAC__StreamDecoder*, FLAC__uint64* offset, void* self);
  static FLAC__StreamDecoderLengthStatus on_length(const FLAC__StreamDecoder*, FLAC__uint64* length, void* self);
  static FLAC__bool on_eof(const FLAC__StreamDecoder*, void* self);
  static FLAC__StreamDecoderWriteStatus on_write(const FLAC__StreamDecoder*, const FLAC__Frame* frame,
                                                 const FLAC__int32* const buffer[], void* self);
  static void on_metadata(const FLAC__StreamDecoder*, const FLAC__StreamMetadata* metadata, void* self);
  static void on_error(const FLAC__StreamDecoder*, FLAC__StreamDecoderErrorStatus status, void* self);
};

FLAC__StreamDecoderReadStatus FlacStream::Decoder::on_read(const FLAC__StreamDecoder*, FLAC__byte buffer[],
                                                           std::size_t* bytes, void* self) {
  auto& my = *static_cast<Decoder*>(self);
  const std::uint64_t left = my.source.size() - std::min(my.position, my.source.size());
  *bytes = static_cast<std::size_t>(std::min<std::uint64_t>(*bytes, left));
  if (*bytes == 0) return FLAC__STREAM_DECODER_READ_STATUS_END_OF_STREAM;
  try {
    my.source.read(my.position, {reinterpret_cast<std::byte*>(buffer), *bytes});
  } catch (...) {
    my.exception = std::current_exception();
    return FLAC__STREAM_DECODER_READ_STATUS_ABORT;
  }
  my.position += *bytes;
  return FLAC__STREAM_DECODER_READ_STATUS_CONTINUE;
}

FLAC__StreamDecoderSeekStatus FlacStream::Decoder::on_seek(const FLAC__StreamDecoder*, FLAC__uint64 offset, void* self) {
  auto& my = *static_cast<Decoder*>(self);
  if (offset > my.source.size()) return FLAC__STREAM_DECODER_SEEK_STATUS_ERROR;
  my.position = offset;
  return FLAC__STREAM_DECODER_SEEK_STATUS_OK;
}

FLAC__StreamDecoderTellStatus FlacStream::Decoder::on_tell(const FLAC__StreamDecoder*, FLAC__uint64* offset, void* self) {
  *offset = static_cast<Decoder*>(self)->position;
  return FLAC__STREAM_DECODER_TELL_STATUS_OK;
}

FLAC__StreamDecoderLengthStatus FlacStream::Decoder::on_length(const FLAC__StreamDecoder*, FLAC__uint64* length,
                                                               void* self) {
  *length = static_cast<Decoder*>(self)->source.size();
  return FLAC__STREAM_DECODER_LENGTH_STATUS_OK;
}

FLAC__bool FlacStream::Decoder::on_eof(const FLAC__StreamDecoder*, void* self) {
  const auto& my = *static_cast<Decoder*>(self);
  return my.position >= my.source.size() ? 1 : 0;
}

FLAC__StreamDecoderWriteStatus FlacStream::Decoder::on_write(const FLAC__StreamDecoder*, const FLAC__Frame* frame,
                                                             const FLAC__int32* const buffer[], void* self) {
  auto& my = *static_cast<Decoder*>(self);
  const std::uint64_t first = frame->header.number.sample_number;
  const std::uint64_t n = frame->header.blocksize;
  if (frame->header.channels != my.n_channels || frame->header.bits_per_sample > my.bits_per_sample) {
    my.problem = "a FLAC frame contradicts the stream information";
    return FLAC__STREAM_DECODER_WRITE_STATUS_ABORT;
  }
  // After a seek the first frame may begin before the sample that is wanted; later ones follow without a gap.
  if (first > my.next || first + n <= my.next) {
    my.problem = "FLAC frames are out of order";
    return FLAC__STREAM_DECODER_WRITE_STATUS_ABORT;
  }
  const std::uint64_t end = std::min(first + n, my.stop);
  if (my.block != nullptr && end > my.next) {
    std::array<const std::int32_t*, FLAC__MAX_CHANNELS> channels{};
    for (std::size_t c = 0; c < my.n_channels; ++c) channels[c] = buffer[c] + (my.next - first);
    try {
      (*my.block)(my.next, static_cast<std::size_t>(end - my.next), channels.data());
    } catch (...) {
      my.exception = std::current_exception();
      return FLAC__STREAM_DECODER_WRITE_STATUS_ABORT;
    }
  }
  my.next = first + n;
  return FLAC__STREAM_DECODER_WRITE_STATUS_CONTINUE;
}

void FlacStream::Decoder::on_metadata(const FLAC__StreamDecoder*, const FLAC__StreamMetadata* metadata, void* self) {
  auto& my = *static_cast<Decoder*>(self);
  if (metadata->type != FLAC__METADATA_TYPE_STREAMINFO) return;
  my.has_info = true;
  my.stated_samples = metadata->data.stream_info.total_samples;
  my.n_channels = metadata->data.stream_info.channels;
  my.bits_per_sample = metadata->data.stream_info.bits_per_sample;
}

void FlacStream::Decoder::on_error(const FLAC__StreamDecoder*, FLAC__StreamDecoderErrorStatus status, void* self) {
  auto& my = *static_cast<Decoder*>(self);
  if (my.problem == nullptr) my.problem = FLAC__StreamDecoderErrorStatusString[status];
}

void FlacStream::Decoder::throw_failure() {
  if (exception) std::rethrow_exception(std::exchange(exception, nullptr));
  fail_at_byte(source.name(), position, std::string("damaged FLAC stream") + (problem ? std::string(": ") + problem : ""));
}

void FlacStream::Decoder::open() {
  if (FLAC__stream_decoder_init_stream(handle, on_read, on_seek, on_tell, on_length, on_eof, on_write, on_metadata, on_error,
                                       this) != FLAC__STREAM_DECODER_INIT_STATUS_OK) {
    throw std::bad_alloc();
  }
  rewind();
}

void FlacStream::Decoder::rewind() {
  if (has_info) {
    problem = nullptr;
    position = 0;
    if (!FLAC__stream_decoder_reset(handle)) throw std::bad_alloc();
  }
  std::array<std::byte, 4> magic{};
  if (source.size() < magic.size()) fail(source.name(), "is not a FLAC file");
  source.read(0, magic);
  if (magic != std::array{std::byte{'f'}, std::byte{'L'}, std::byte{'a'}, std::byte{'C'}}) {
    fail_at_byte(source.name(), 0, "is not a FLAC file");
  }
  const bool done = FLAC__stream_decoder_process_until_end_of_metadata(handle);
  if (!done || !has_info || problem != nullptr || exception) throw_failure();
  if (n_channels == 0 || n_channels > FLAC__MAX_CHANNELS) throw_failure();
}

/// Decodes one frame; false at the end of the stream.
bool FlacStream::Decoder::step() {
  const bool done = FLAC__stream_decoder_process_single(handle);
  if (!done || problem != nullptr || exception) throw_failure();
  return FLAC__stream_decoder_get_state(handle) != FLAC__STREAM_DECODER_END_OF_STREAM;
}

FlacStream::FlacStream(const Source& source) : decoder_(std::make_unique<Decoder>(source)) {
  decoder_->open();
}
FlacStream::~FlacStream() = default;

std::size_t FlacStream::n_channels() const noexcept {
  return decoder_->n_channels;
}
unsigned FlacStream::bits_per_sample() const noexcept {
  return decoder_->bits_per_sample;
}

std::uint64_t FlacStream::n_samples() {
  // A frame of 65,535 equal samples takes 12 bytes, so size alone bounds little. Real signals keep below `plausible`
  // values per byte; flat ones, in the encoder's usual frames of 4,096, below `possible`.
  constexpr std::uint64_t plausible = 64;
  constexpr std::uint64_t possible = 2048;
  auto& my = *decoder_;
  if (my.is_counted) return my.counted_samples;
  const std::uint64_t size_in_values = my.source.size() / my.n_channels;
  if (my.stated_samples != 0 && my.stated_samples / plausible <= size_in_values) return my.stated_samples;
  if (my.stated_samples / possible > size_in_values) {
    fail(my.source.name(), "damaged FLAC stream: " + std::to_string(my.stated_samples) +
                               " samples are stated, but the file has " + std::to_string(my.source.size()) + " bytes");
  }
  my.rewind();
  my.next = 0;
  my.stop = std::numeric_limits<std::uint64_t>::max();
  my.block = nullptr;
  while (my.step()) {
    if (my.next / possible > size_in_values) fail(my.source.name(), "damaged FLAC stream: too many samples for its size");
  }
  if (my.stated_samples != 0 && my.next < my.stated_samples) {
    fail_at_byte(my.source.name(), my.source.size(),
                 "truncated: the FLAC stream states " + std::to_string(my.stated_samples) + " samples and holds " +
                     std::to_string(my.next));
  }
  my.counted_samples = my.stated_samples != 0 ? my.stated_samples : my.next;
  my.is_counted = true;
  my.rewind();
  return my.counted_samples;
}

void FlacStream::decode(std::uint64_t first, std::uint64_t stop, const Block& block) {
  auto& my = *decoder_;
  if (first >= stop) return;
  my.stop = stop;
  my.block = &block;
  if (first == 0 || my.stated_samples == 0) {
    // From the beginning; without a stated length libFLAC cannot seek, and what comes before `first` is passed over.
    my.rewind();
    my.next = 0;
    const Block skip = [&](std::uint64_t at, std::size_t n, const std::int32_t* const* channels) {
      if (at + n <= first) return;
      const std::size_t ahead = at < first ? static_cast<std::size_t>(first - at) : 0;
      std::array<const std::int32_t*, FLAC__MAX_CHANNELS> shifted{};
      for (std::size_t c = 0; c < my.n_channels; ++c) shifted[c] = channels[c] + ahead;
      block(at + ahead, n - ahead, shifted.data());
    };
    if (first != 0) my.block = &skip;
    while (my.next < stop && my.step()) {
    }
  } else {
    my.problem = nullptr;
    my.next = first;
    if (!FLAC__stream_decoder_seek_absolute(my.handle, first) || my.exception) my.throw_failure();
    my.problem = nullptr;  // libFLAC reports false synchronisations while it searches
    while (my.next < stop && my.step()) {
    }
  }
  my.block = nullptr;
  if (my.next < stop) {
    fail_at_byte(my.source.name(), my.source.size(),
                 "truncated: the FLAC stream ends at sample " + std::to_string(my.next) + " of " + std::to_string(stop));
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
