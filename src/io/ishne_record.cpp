#include <io/ishne_record.hpp>

#include <io/calendar.hpp>
#include <io/checksum.hpp>
#include <io/interleaved.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {
namespace {

constexpr std::string_view magic = "ISHNE1.0";
constexpr std::size_t fixed_size = 522;
constexpr std::size_t most_leads = 12;

std::string lead_name(int code, std::size_t index) {
  constexpr std::array<std::string_view, 18> names = {"X",  "Y",  "Z",  "I",  "II", "III", "aVR", "aVL", "aVF",
                                                      "V1", "V2", "V3", "V4", "V5", "V6",  "ES",  "AS",  "AI"};
  constexpr int first = 2;  // 0 is unknown, 1 generic
  if (code >= first && code < first + static_cast<int>(names.size())) {
    return std::string{names[static_cast<std::size_t>(code - first)]};
  }
  return "lead " + std::to_string(index + 1);
}

class IshneFile final : public RecordingFile {
 public:
  explicit IshneFile(const Source& source) : source_(source) {
    header_.resize(std::min<std::uint64_t>(source.size(), fixed_size));
    source.read(0, header_);
    if (header_.size() < magic.size() || !std::equal(magic.begin(), magic.end(), header_.begin(), [](char a, std::byte b) {
          return std::byte(static_cast<unsigned char>(a)) == b;
        })) {
      refuse(0, "is not an ISHNE Holter file");
    }
    if (header_.size() < fixed_size) refuse(header_.size(), "truncated: the header has 522 bytes");
    layout_.data_at = whole(22);
    layout_.sample_bytes = 2;
    if (layout_.data_at < fixed_size || layout_.data_at > source.size()) {
      refuse(22, "the samples are said to begin at byte " + std::to_string(layout_.data_at));
    }
    check_header_sum();
    const int n_leads = small(156);
    if (n_leads < 1 || n_leads > static_cast<int>(most_leads)) refuse(156, "the number of leads is not 1 to 12");
    layout_.n_channels = static_cast<std::size_t>(n_leads);
    const int rate = small(272);
    if (rate <= 0) refuse(272, "the sampling rate is not positive");

    const std::uint64_t n_stored = (source.size() - layout_.data_at) / 2;
    const std::uint64_t stated = whole(14);
    const bool is_total = stated == n_stored && stated % layout_.n_channels == 0;
    if ((!is_total && stated * layout_.n_channels != n_stored) || (source.size() - layout_.data_at) % 2 != 0) {
      refuse(14, "the number of samples is said to be " + std::to_string(stated) + ", the file has " +
                     std::to_string(source.size() - layout_.data_at) + " bytes of " + std::to_string(n_leads) + " leads");
    }
    FileGroup group{static_cast<double>(rate), n_stored / layout_.n_channels, {}};
    for (std::size_t l = 0; l < layout_.n_channels; ++l) {
      group.channels.push_back({lead_name(small(158 + 2 * l), l), "mV"});
      resolution_nv_.push_back(small(206 + 2 * l));
    }
    groups.push_back(std::move(group));
    sex = small(128) == 1 ? Sex::male : small(128) == 2 ? Sex::female : Sex::unknown;
    age_years = whole_years(date(132), date(138));
  }

  void read(std::size_t, std::span<const std::size_t> channels, std::size_t start, std::size_t n,
            double* out) const override {
    for (const std::size_t c : channels) {
      if (resolution_nv_[c] <= 0) refuse(206 + 2 * c, "the resolution of the lead is not positive");
    }
    read_interleaved(source_, layout_, channels, start, n, out, [&](std::size_t c, const std::byte* sample) {
      const auto word =
          static_cast<std::uint16_t>(std::to_integer<unsigned>(sample[0]) | std::to_integer<unsigned>(sample[1]) << 8U);
      return static_cast<std::int16_t>(word) * static_cast<double>(resolution_nv_[c]) / 1.0e6;
    });
  }

 private:
  [[noreturn]] void refuse(std::size_t byte, const std::string& what) const { fail_at_byte(source_.name(), byte, what); }
  [[nodiscard]] std::uint32_t unsigned_at(std::size_t at, std::size_t size) const {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value |= std::to_integer<std::uint32_t>(header_[at + i]) << (8 * i);
    return value;
  }
  [[nodiscard]] int small(std::size_t at) const {
    return static_cast<std::int16_t>(static_cast<std::uint16_t>(unsigned_at(at, 2)));
  }
  [[nodiscard]] std::uint64_t whole(std::size_t at) const { return unsigned_at(at, 4); }
  [[nodiscard]] std::optional<std::chrono::year_month_day> date(std::size_t at) const {
    return calendar_day(small(at + 4), static_cast<unsigned>(std::max(0, small(at + 2))),
                        static_cast<unsigned>(std::max(0, small(at))));
  }

  /// Everything behind the checksum, up to the samples.
  void check_header_sum() const {
    const std::uint32_t stated = unsigned_at(8, 2);
    if (stated == 0) return;
    constexpr std::size_t first = 10;
    std::vector<std::byte> covered(layout_.data_at - first);
    source_.read(first, covered);
    if (crc_ccitt(covered) != stated) refuse(8, "the header does not have its checksum");
  }

  const Source& source_;
  std::vector<std::byte> header_;
  InterleavedLayout layout_;
  std::vector<int> resolution_nv_;
};

}  // namespace

bool looks_like_ishne(std::string_view head) {
  return head.starts_with(magic);
}

std::unique_ptr<RecordingFile> open_ishne(const Source& source, bool) {
  return std::make_unique<IshneFile>(source);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail

namespace heartsight::inline HEARTSIGHT_ABI::io {

Recording parse_ishne(std::span<const std::byte> bytes, std::string_view name, const ReadOptions& options) {
  return detail::parse_recording<double>(detail::open_ishne, "ISHNE", bytes, name, options);
}
RecordingFloat32 parse_ishne_float32(std::span<const std::byte> bytes, std::string_view name, const ReadOptions& options) {
  return detail::parse_recording<float>(detail::open_ishne, "ISHNE", bytes, name, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
