#pragma once

#include <heartsight/core/lead.hpp>
#include <heartsight/core/matrix_view.hpp>
#include <heartsight/core/sampling_rate.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI {

enum class Sex : std::uint8_t { unknown, male, female };

[[nodiscard]] constexpr std::string_view to_string(Sex sex) noexcept {
  switch (sex) {
    case Sex::male:
      return "male";
    case Sex::female:
      return "female";
    case Sex::unknown:
      break;
  }
  return "unknown";
}

/// Channels of one file that share a sampling rate. A file of several rates has several; one of them is read.
struct ChannelGroup {
  double sampling_rate_hz = 0.0;
  std::size_t n_samples = 0;
  std::vector<std::string> leads;

  friend bool operator==(const ChannelGroup&, const ChannelGroup&) = default;
};

/// One recording: the signal of all leads and what is needed to read it. It carries no identity of a patient.
///
/// The samples are (n_leads, n_samples), row-major, in the unit of each lead (mV for voltages, full scale = 1 for heart
/// sounds). NaN marks samples that the file marks as missing.
template <std::floating_point T>
class BasicRecording {
 public:
  /// @param samples        n_leads * n_samples values, lead after lead.
  /// @param sampling_rate  Hz.
  /// @param leads          one name per lead; canonical spelling is applied (AVR becomes aVR).
  /// @throws ShapeError    samples is not a multiple of the number of leads, or there is no lead.
  BasicRecording(std::vector<T> samples, SamplingRate sampling_rate, std::vector<std::string> leads)
      : samples_(std::move(samples)), sampling_rate_(sampling_rate), leads_(std::move(leads)) {
    check::not_empty("Recording", "leads", leads_.size());
    if (samples_.size() % leads_.size() != 0) {
      check::detail::fail<ShapeError>(
          "Recording", "samples", "",
          "has size " + std::to_string(samples_.size()) + ", not a multiple of " + std::to_string(leads_.size()) + " leads");
    }
    for (auto& lead : leads_) lead = canonical_lead_name(lead);
    units.assign(leads_.size(), "mV");
  }

  [[nodiscard]] std::size_t n_leads() const noexcept { return leads_.size(); }
  [[nodiscard]] std::size_t n_samples() const noexcept { return samples_.size() / leads_.size(); }
  [[nodiscard]] SamplingRate sampling_rate() const noexcept { return sampling_rate_; }
  [[nodiscard]] double duration_s() const noexcept { return static_cast<double>(n_samples()) / sampling_rate_.hz(); }
  [[nodiscard]] const std::vector<std::string>& leads() const noexcept { return leads_; }

  /// The samples as a (n_leads, n_samples) matrix.
  [[nodiscard]] MatrixView<const T> signal() const noexcept { return {samples_.data(), n_leads(), n_samples()}; }
  [[nodiscard]] MatrixView<T> signal() noexcept { return {samples_.data(), n_leads(), n_samples()}; }
  [[nodiscard]] std::span<const T> lead(std::size_t index) const noexcept { return signal().row(index); }

  std::string id;                   ///< the file's stem, never a patient's number or name
  std::vector<std::string> units;   ///< one per lead, "mV" by default
  std::optional<double> age_years;  ///< ages over 89 are 90, see age_censored
  bool age_censored = false;        ///< the age was over 89 and is reported as 90
  Sex sex = Sex::unknown;
  double start_s = 0.0;              ///< offset of the first sample within the file, in seconds
  std::vector<ChannelGroup> groups;  ///< every group of equal rate in the file, highest rate first; empty if made in memory
  std::vector<std::string> header_text;  ///< free header text, only when it was asked for with keep_header

  /// Stores an age: over 89 becomes 90 and censored; negative or not finite is unknown.
  void set_age(double years) {
    age_censored = years > 89.0;
    if (years >= 0.0 && years <= 1.0e6) {
      age_years = age_censored ? 90.0 : years;
    } else {
      age_years.reset();
      age_censored = false;
    }
  }

 private:
  std::vector<T> samples_;
  SamplingRate sampling_rate_;
  std::vector<std::string> leads_;
};

using Recording = BasicRecording<double>;
using RecordingFloat32 = BasicRecording<float>;

}  // namespace heartsight::inline HEARTSIGHT_ABI
