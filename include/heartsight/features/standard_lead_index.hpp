#pragma once

#include <heartsight/core/lead.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// Where each of the twelve standard leads stands in a list of lead names; looked up once, asked often.
class StandardLeadIndex {
 public:
  static constexpr std::size_t absent = static_cast<std::size_t>(-1);

  /// @param names  one per row of a signal, in any spelling that standard_lead_name knows; of a name that comes twice the
  ///               first counts, other names are ignored.
  explicit StandardLeadIndex(std::span<const std::string> names) {
    rows_.fill(absent);
    for (std::size_t row = 0; row < names.size(); ++row) {
      const auto standard = standard_lead_name(names[row]);
      if (!standard) continue;
      const std::size_t place = place_of(*standard);
      if (rows_[place] == absent) rows_[place] = row;
    }
  }

  /// Row of a standard lead by its place in standard_leads (I is 0, V1 is 6), or absent.
  [[nodiscard]] std::size_t row(std::size_t place) const noexcept { return rows_[place]; }
  /// Row of a standard lead by its canonical name, or absent.
  [[nodiscard]] std::size_t row(std::string_view name) const noexcept {
    const std::size_t place = place_of(name);
    return place < rows_.size() ? rows_[place] : absent;
  }

  /// Place of a canonical name in standard_leads; their number when it is none of them.
  [[nodiscard]] static constexpr std::size_t place_of(std::string_view name) noexcept {
    std::size_t place = 0;
    while (place < standard_leads.size() && standard_leads[place] != name) ++place;
    return place;
  }

 private:
  std::array<std::size_t, standard_leads.size()> rows_{};
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
