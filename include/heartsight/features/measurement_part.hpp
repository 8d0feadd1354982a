#pragma once

#include <heartsight/version.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// What part of a tracing a measurement is about.
enum class MeasurementPart : std::uint8_t { rhythm, noise, axes, voltage, p_wave, qrs, st_segment, t_wave };

inline constexpr std::array<MeasurementPart, 8> measurement_parts = {
    MeasurementPart::rhythm, MeasurementPart::noise, MeasurementPart::axes,       MeasurementPart::voltage,
    MeasurementPart::p_wave, MeasurementPart::qrs,   MeasurementPart::st_segment, MeasurementPart::t_wave};

[[nodiscard]] constexpr std::string_view to_string(MeasurementPart part) noexcept {
  constexpr std::string_view names[] = {"rhythm and rate", "noise", "axes and vectors", "voltage criteria",
                                        "P wave and PR",   "QRS",   "ST segment",       "T wave and QT"};
  return names[static_cast<std::size_t>(part)];
}

/// Where it was measured: leads that look at one wall of the heart, or all of them together. The text names the leads.
enum class LeadRegion : std::uint8_t { all, inferior, lateral, anterior, avr };

[[nodiscard]] constexpr std::string_view to_string(LeadRegion region) noexcept {
  constexpr std::string_view names[] = {"all leads", "II, III, aVF", "I, aVL, V5, V6", "V1, V2, V3, V4", "aVR"};
  return names[static_cast<std::size_t>(region)];
}

/// Part and region of one column of the vector of measurements.
struct MeasurementPlace {
  MeasurementPart part;
  LeadRegion region;

  friend bool operator==(const MeasurementPlace&, const MeasurementPlace&) = default;
};

namespace detail {

/// The region of a lead; `all` for a name that is none of the twelve.
[[nodiscard]] constexpr LeadRegion region_of(std::string_view lead) noexcept {
  constexpr std::array<std::string_view, 3> inferior = {"II", "III", "aVF"};
  constexpr std::array<std::string_view, 4> lateral = {"I", "aVL", "V5", "V6"};
  constexpr std::array<std::string_view, 4> anterior = {"V1", "V2", "V3", "V4"};
  const auto in = [lead](const auto& names) { return std::find(names.begin(), names.end(), lead) != names.end(); };
  if (in(inferior)) return LeadRegion::inferior;
  if (in(lateral)) return LeadRegion::lateral;
  if (in(anterior)) return LeadRegion::anterior;
  return lead == "aVR" ? LeadRegion::avr : LeadRegion::all;
}

/// The part of a measurement whose name has no lead.
[[nodiscard]] constexpr MeasurementPart part_of(std::string_view name) noexcept {
  using enum MeasurementPart;
  const auto is = [name](auto... names) { return ((name == names) || ...); };
  const auto has = [name](std::string_view text) { return name.find(text) != std::string_view::npos; };
  if (is("n_beats", "dominant_share", "ectopic_share", "n_groups", "paced", "heart_rate", "p_present", "p_coherence") ||
      name.starts_with("rr_")) {
    return rhythm;
  }
  if (name.starts_with("noise") || is("limb_lead_reversal")) return noise;
  if (has("_axis") || has("_angle") || has("_vector") || has("azimuth") || has("elevation") || is("gradient")) return axes;
  if (is("sokolow_lyon", "peguero_lo_presti", "romhilt_estes", "transition_zone", "r_progression", "limb_peak_to_peak",
         "chest_peak_to_peak", "total_peak_to_peak") ||
      name.starts_with("cornell")) {
    return voltage;
  }
  if (name.starts_with("p_") || name.starts_with("pr_")) return p_wave;
  if (name.starts_with("st_") || is("j", "j40", "j60", "j80")) return st_segment;
  if (name.starts_with("t_") || name.starts_with("qt") || is("jt")) return t_wave;
  return qrs;
}

}  // namespace detail

/// The place of a column of measurement_schema, such as "V1_j40" or "qrs_duration".
[[nodiscard]] constexpr MeasurementPlace measurement_place(std::string_view name) noexcept {
  const std::size_t end = name.find('_');
  if (end != std::string_view::npos) {
    const LeadRegion region = detail::region_of(name.substr(0, end));
    if (region != LeadRegion::all) return {detail::part_of(name.substr(end + 1)), region};
  }
  LeadRegion region = LeadRegion::all;
  if (name.ends_with("_inferior") || name == "p_amplitude_ii") region = LeadRegion::inferior;
  if (name.ends_with("_lateral") || name == "intrinsicoid_v5_v6") region = LeadRegion::lateral;
  if (name.ends_with("_anterior") || name == "p_terminal_force_v1") region = LeadRegion::anterior;
  return {detail::part_of(name), region};
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
