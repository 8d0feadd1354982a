#include <io/scp_record.hpp>

#include <io/calendar.hpp>
#include <io/checksum.hpp>
#include <io/decoded_file.hpp>
#include <io/scp_huffman.hpp>
#include <io/scp_leads.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <string>
#include <utility>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {
namespace {

constexpr std::size_t section_header_size = 16;
constexpr std::size_t n_sections = 12;

/// A section without its header; at is 0 where the file has none.
struct Section {
  std::size_t at = 0;
  std::size_t size = 0;
};

struct ScpLead {
  std::int64_t first = 1;  // sample numbers count from 1
  std::int64_t last = 0;
  std::string name;
};

/// Samples of section 5 or 6, before any subtraction is undone.
struct Waveforms {
  std::int64_t multiplier_nv = 0;
  std::int64_t interval_us = 0;
  std::vector<std::vector<std::int64_t>> leads;
};

class ScpReader {
 public:
  ScpReader(const Source& source, DecodedFile& file) : source_(source), bytes_(source.read_all()), file_(file) {
    read_sections();
    if (const Section* section = find(2); section != nullptr) {
      huffman_ = ScpHuffman::parse(std::span(bytes_).subspan(section->at, section->size));
      if (!huffman_) refuse(section->at, "the Huffman tables are damaged");
    }
    read_leads();
    const Section& rhythm = need(6, "rhythm data");
    if (rhythm.size > 5 && number(rhythm, 5, 1) != 0) refuse(rhythm.at + 5, "bimodal compression is not read");
    std::vector<std::size_t> counts;
    for (const ScpLead& lead : leads_) counts.push_back(static_cast<std::size_t>(lead.last - lead.first + 1));
    Waveforms waveforms = read_waveforms(rhythm, counts);
    double unit_mv = static_cast<double>(waveforms.multiplier_nv);
    if (uses_subtraction_) unit_mv = static_cast<double>(add_reference_beats(waveforms));
    std::vector<TimedLead> leads;
    for (std::size_t l = 0; l < leads_.size(); ++l) {
      std::vector<double> values(waveforms.leads[l].size());
      std::transform(waveforms.leads[l].begin(), waveforms.leads[l].end(), values.begin(),
                     [&](std::int64_t sample) { return static_cast<double>(sample) * unit_mv / 1.0e6; });
      leads.push_back({{leads_[l].name, "mV"}, static_cast<std::size_t>(leads_[l].first), std::move(values)});
    }
    file_.add_group(1.0e6 / static_cast<double>(waveforms.interval_us), align_leads(source_.name(), std::move(leads)));
    read_person();
  }

 private:
  [[noreturn]] void refuse(std::size_t byte, const std::string& what) const { fail_at_byte(source_.name(), byte, what); }
  [[nodiscard]] std::uint32_t number_at(std::size_t at, std::size_t size) const {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value |= std::to_integer<std::uint32_t>(bytes_[at + i]) << (8 * i);
    return value;
  }
  /// A number inside a section. @throws FormatError the section ends before.
  [[nodiscard]] std::uint32_t number(const Section& section, std::size_t at, std::size_t size) const {
    if (at > section.size || size > section.size - at) refuse(section.at + section.size, "truncated: the section ends here");
    return number_at(section.at + at, size);
  }
  [[nodiscard]] const Section* find(std::size_t id) const { return sections_[id].at == 0 ? nullptr : &sections_[id]; }
  [[nodiscard]] const Section& need(std::size_t id, const char* what) const {
    const Section* section = find(id);
    if (section == nullptr) fail(source_.name(), "section " + std::to_string(id) + " (" + what + ") is missing");
    return *section;
  }

  void check_sum(std::size_t at, std::size_t size, const char* what) const {
    const std::uint32_t stated = number_at(at, 2);
    if (stated != 0 && crc_ccitt(std::span(bytes_).subspan(at + 2, size - 2)) != stated) {
      refuse(at, std::string(what) + " does not have its checksum");
    }
  }

  void read_sections() {
    constexpr std::size_t prologue = 6;
    constexpr std::size_t pointer_size = 10;
    if (bytes_.size() < prologue + section_header_size) {
      refuse(bytes_.size(), "truncated: an SCP-ECG file has at least 22 bytes");
    }
    if (number_at(2, 4) != bytes_.size()) {
      refuse(2, "the file is said to have " + std::to_string(number_at(2, 4)) + " bytes, it has " +
                    std::to_string(bytes_.size()));
    }
    check_sum(0, bytes_.size(), "the file");
    const std::size_t pointers_size = number_at(prologue + 4, 4);
    if (number_at(prologue + 2, 2) != 0) refuse(prologue + 2, "is not an SCP-ECG file: section 0 is missing");
    if (pointers_size < section_header_size || pointers_size > bytes_.size() - prologue) {
      refuse(prologue + 4, "section 0 is said to have " + std::to_string(pointers_size) + " bytes");
    }
    for (std::size_t at = prologue + section_header_size; at + pointer_size <= prologue + pointers_size;
         at += pointer_size) {
      const std::size_t id = number_at(at, 2);
      const std::size_t size = number_at(at + 2, 4);
      const std::size_t index = number_at(at + 6, 4);  // counts from 1
      if (size == 0 || id >= n_sections) continue;     // absent, or of a manufacturer
      const std::string shown = "section " + std::to_string(id);
      if (index == 0 || size < section_header_size || index - 1 > bytes_.size() || size > bytes_.size() - (index - 1)) {
        refuse(at, shown + " is said to be where the file has none");
      }
      if (number_at(index + 1, 2) != id || number_at(index + 3, 4) != size) {
        refuse(index - 1, shown + " does not have the number and size that section 0 states");
      }
      check_sum(index - 1, size, shown.c_str());
      sections_[id] = {index - 1 + section_header_size, size - section_header_size};
    }
  }

  void read_leads() {
    constexpr std::size_t entry_size = 9;
    const Section& section = need(3, "leads");
    const std::size_t n = number(section, 0, 1);
    uses_subtraction_ = (number(section, 1, 1) & 1U) != 0;
    if (n == 0) refuse(section.at, "the file has no lead");
    for (std::size_t l = 0; l < n; ++l) {
      const std::size_t at = 2 + l * entry_size;
      ScpLead lead{number(section, at, 4), number(section, at + 4, 4), scp_lead_name(number(section, at + 8, 1))};
      // Sample numbers count from 1; some writers begin at 0 and still end at the number of samples.
      if (lead.first == 0) lead.first = 1;
      if (lead.last < lead.first) refuse(section.at + at, "a lead ends before it begins");
      leads_.push_back(std::move(lead));
    }
  }

  [[nodiscard]] Waveforms read_waveforms(const Section& section, const std::vector<std::size_t>& counts) const {
    constexpr std::size_t fixed_size = 6;
    Waveforms waveforms{number(section, 0, 2), number(section, 2, 2), {}};
    const std::uint32_t differences = number(section, 4, 1);
    if (waveforms.multiplier_nv == 0) refuse(section.at, "the amplitude multiplier is 0");
    if (waveforms.interval_us == 0) refuse(section.at + 2, "the sample interval is 0");
    if (differences > 2) refuse(section.at + 4, "differences of a higher order than 2 are not read");
    std::size_t at = fixed_size + 2 * leads_.size();
    for (std::size_t l = 0; l < leads_.size(); ++l) {
      const std::size_t size = number(section, fixed_size + 2 * l, 2);
      if (at > section.size || size > section.size - at) {
        refuse(section.at + fixed_size + 2 * l,
               "truncated: lead " + std::to_string(l + 1) + " is said to have " + std::to_string(size) + " bytes");
      }
      const std::span<const std::byte> stored = std::span(bytes_).subspan(section.at + at, size);
      std::optional<std::vector<std::int64_t>> samples;
      if (huffman_) {
        samples = huffman_->decode(stored, counts[l]);
      } else if (size == 2 * counts[l]) {
        samples.emplace(counts[l]);
        for (std::size_t i = 0; i < counts[l]; ++i) {
          (*samples)[i] = static_cast<std::int16_t>(static_cast<std::uint16_t>(number_at(section.at + at + 2 * i, 2)));
        }
      }
      if (!samples) {
        refuse(section.at + at, "lead " + std::to_string(l + 1) + " does not hold its " + std::to_string(counts[l]) +
                                    " samples in " + std::to_string(size) + " bytes");
      }
      undo_differences(*samples, differences);
      waveforms.leads.push_back(std::move(*samples));
      at += size;
    }
    return waveforms;
  }

  /// The first sample, or the first two, stand as they are. Samples have 16 bits, and writers rely on sums that wrap.
  static void undo_differences(std::vector<std::int64_t>& samples, std::uint32_t order) {
    const auto wrapped = [](std::int64_t value) {
      return static_cast<std::int64_t>(static_cast<std::int16_t>(static_cast<std::uint16_t>(value & 0xFFFF)));
    };
    for (std::size_t i = order; order > 0 && i < samples.size(); ++i) {
      samples[i] = wrapped(samples[i] + (order == 1 ? samples[i - 1] : 2 * samples[i - 1] - samples[i - 2]));
    }
  }

  /// Adds the reference beat to every QRS complex of type 0. Both are then in units of the returned multiplier, in nV.
  std::int64_t add_reference_beats(Waveforms& rhythm) const {
    const Section& locations = need(4, "QRS locations, which reference beat subtraction needs");
    const Section& section = need(5, "reference beat, which reference beat subtraction needs");
    const std::int64_t length_ms = number(locations, 0, 2);
    const std::int64_t fiducial = number(locations, 2, 2);
    const std::int64_t interval = number(section, 2, 2);
    if (interval != rhythm.interval_us)
      refuse(section.at + 2, "a reference beat of another rate than the rhythm's is not read");
    const auto beat_size = static_cast<std::size_t>((length_ms * 1000 + interval / 2) / interval);
    const Waveforms beats = read_waveforms(section, std::vector<std::size_t>(leads_.size(), beat_size));
    const std::int64_t common = std::gcd(rhythm.multiplier_nv, beats.multiplier_nv);
    for (auto& lead : rhythm.leads) {
      for (std::int64_t& sample : lead) sample *= rhythm.multiplier_nv / common;
    }
    constexpr std::size_t fixed_size = 6;
    constexpr std::size_t entry_size = 14;
    const std::size_t n_qrs = number(locations, 4, 2);
    std::int64_t last_zone = 0;
    for (std::size_t q = 0; q < n_qrs; ++q) {
      const std::size_t at = fixed_size + q * entry_size;
      const bool is_type_0 = number(locations, at, 2) == 0;
      const std::int64_t zone_first = number(locations, at + 2, 4);
      const std::int64_t centre = number(locations, at + 6, 4);
      const std::int64_t zone_last = number(locations, at + 10, 4);
      if (!is_type_0) continue;
      // Zones that overlap would add a beat twice, and a short file could ask for endless work.
      if (zone_first <= last_zone) refuse(locations.at + at + 2, "the zones of subtraction overlap");
      last_zone = std::max(last_zone, zone_last);
      const std::int64_t beat_first = centre - fiducial + 1;  // the sample number on which the beat begins
      for (std::size_t l = 0; l < leads_.size(); ++l) {
        const std::int64_t first = std::max({zone_first, leads_[l].first, beat_first});
        const std::int64_t last =
            std::min({zone_last, leads_[l].last, beat_first + static_cast<std::int64_t>(beat_size) - 1});
        for (std::int64_t i = first; i <= last; ++i) {
          rhythm.leads[l][static_cast<std::size_t>(i - leads_[l].first)] +=
              beats.leads[l][static_cast<std::size_t>(i - beat_first)] * (beats.multiplier_nv / common);
        }
      }
    }
    return common;
  }

  void read_person() {
    const Section* section = find(1);
    if (section == nullptr) return;
    constexpr std::uint32_t end_tag = 255;
    std::optional<std::chrono::year_month_day> birth;
    std::optional<std::chrono::year_month_day> acquired;
    for (std::size_t at = 0; at < section->size && number(*section, at, 1) != end_tag;) {
      const std::uint32_t tag = number(*section, at, 1);
      const std::size_t size = number(*section, at + 1, 2);
      at += 3;
      if (size > section->size - at) refuse(section->at + at, "truncated: a field of section 1");
      const auto day = [&] {
        return calendar_day(static_cast<int>(number(*section, at, 2)), number(*section, at + 2, 1),
                            number(*section, at + 3, 1));
      };
      if (tag == 4 && size == 3) {
        constexpr std::string_view units = " ymwd";
        const std::uint32_t unit = number(*section, at + 2, 1);
        if (unit >= 1 && unit < units.size()) file_.age_years = age_in_years(number(*section, at, 2), units[unit]);
      } else if (tag == 5 && size == 4) {
        birth = day();
      } else if (tag == 8 && size == 1) {
        const std::uint32_t code = number(*section, at, 1);
        file_.sex = code == 1 ? Sex::male : code == 2 ? Sex::female : Sex::unknown;
      } else if (tag == 25 && size == 4) {
        acquired = day();
      }
      at += size;
    }
    if (!file_.age_years) file_.age_years = whole_years(birth, acquired);
  }

  const Source& source_;
  std::vector<std::byte> bytes_;
  DecodedFile& file_;
  std::array<Section, n_sections> sections_{};
  std::optional<ScpHuffman> huffman_;
  std::vector<ScpLead> leads_;
  bool uses_subtraction_ = false;
};

}  // namespace

bool looks_like_scp(std::string_view head) {
  constexpr std::size_t mark_at = 16;  // in the header of section 0
  return head.size() >= mark_at + 6 && head.substr(mark_at, 6) == "SCPECG";
}

std::unique_ptr<RecordingFile> open_scp(const Source& source, bool) {
  auto file = std::make_unique<DecodedFile>();
  const ScpReader reader(source, *file);
  return file;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail

namespace heartsight::inline HEARTSIGHT_ABI::io {

Recording parse_scp(std::span<const std::byte> bytes, std::string_view name, const ReadOptions& options) {
  return detail::parse_recording<double>(detail::open_scp, "SCP-ECG", bytes, name, options);
}
RecordingFloat32 parse_scp_float32(std::span<const std::byte> bytes, std::string_view name, const ReadOptions& options) {
  return detail::parse_recording<float>(detail::open_scp, "SCP-ECG", bytes, name, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
