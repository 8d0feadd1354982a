#pragma once

#include <heartsight/version.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI {

/// The leads of the standard 12-lead ECG, in the order in which they are printed and stored.
inline constexpr std::array<std::string_view, 12> standard_leads = {"I",  "II", "III", "aVR", "aVL", "aVF",
                                                                    "V1", "V2", "V3",  "V4",  "V5",  "V6"};

/// The canonical spelling of a lead name, or nothing when the name is not one of the twelve.
///
/// Letter case, surrounding blanks and the prefixes "lead" and "ecg" are ignored: "AVR", "avr", "Lead aVR", "ECG V1" and
/// "MDC_ECG_LEAD_AVR" are all known. MLII (the modified lead II of ambulatory recorders) is not lead II and is not
/// renamed.
[[nodiscard]] inline std::optional<std::string> standard_lead_name(std::string_view name) {
  std::string key;
  for (const char c : name) {
    const char lower = (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
    if (lower != ' ' && lower != '\t' && lower != '_' && lower != '-' && lower != '\r') key.push_back(lower);
  }
  for (const std::string_view prefix : {"mdc", "ecg", "lead"}) {
    if (key.size() > prefix.size() && key.starts_with(prefix)) key.erase(0, prefix.size());
  }
  for (const std::string_view lead : standard_leads) {
    std::string lower;
    for (const char c : lead) lower.push_back((c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c);
    if (key == lower) return std::string{lead};
  }
  return std::nullopt;
}

/// standard_lead_name(name) where it is known, the name itself without surrounding blanks where not.
[[nodiscard]] inline std::string canonical_lead_name(std::string_view name) {
  if (auto standard = standard_lead_name(name)) return *standard;
  const auto first = name.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return std::string{name.substr(first, name.find_last_not_of(" \t\r\n") - first + 1)};
}

/// Position of a lead in a list, names compared in their canonical spelling; nothing when it is absent.
[[nodiscard]] inline std::optional<std::size_t> find_lead(const std::vector<std::string>& leads, std::string_view name) {
  const std::string wanted = canonical_lead_name(name);
  for (std::size_t i = 0; i < leads.size(); ++i) {
    if (canonical_lead_name(leads[i]) == wanted) return i;
  }
  return std::nullopt;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI
