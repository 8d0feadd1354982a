#pragma once

#include <heartsight/version.hpp>

#include <chrono>
#include <optional>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// A day that exists, of a plausible year, or nothing.
[[nodiscard]] inline std::optional<std::chrono::year_month_day> calendar_day(int year, unsigned month, unsigned day) {
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  if (year < 1850 || year > 2200 || !date.ok()) return std::nullopt;
  return date;
}

/// Whole years between two days; nothing when either is unknown or the birth is the later one.
[[nodiscard]] inline std::optional<double> whole_years(const std::optional<std::chrono::year_month_day>& birth,
                                                       const std::optional<std::chrono::year_month_day>& at) {
  if (!birth || !at || *birth > *at) return std::nullopt;
  const int years = static_cast<int>(at->year()) - static_cast<int>(birth->year());
  const bool before_birthday = at->month() < birth->month() || (at->month() == birth->month() && at->day() < birth->day());
  return years - (before_birthday ? 1 : 0);
}

/// An age in years of a number of years, months, weeks or days ('y', 'm', 'w', 'd'); nothing for another unit.
[[nodiscard]] inline std::optional<double> age_in_years(double number, char unit) {
  switch (unit) {
    case 'y':
      return number;
    case 'm':
      return number / 12.0;
    case 'w':
      return number / 52.1775;
    case 'd':
      return number / 365.2425;
    default:
      return std::nullopt;
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
