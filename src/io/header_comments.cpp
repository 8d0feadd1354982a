#include <io/header_comments.hpp>
#include <io/text.hpp>

#include <string>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {
namespace {

/// The text behind "key:" where the comment starts with it, or behind "<key>:" anywhere; blanks around are ignored.
std::optional<std::string_view> value_of(std::string_view comment, std::string_view key) {
  const std::string lower = to_lower(comment);
  for (std::size_t at = lower.find(key); at != std::string::npos; at = lower.find(key, at + 1)) {
    std::size_t next = at + key.size();
    const bool angled = at > 0 && lower[at - 1] == '<' && next < lower.size() && lower[next] == '>';
    if (angled) ++next;
    if (!angled && !trim(std::string_view(lower).substr(0, at)).empty()) continue;
    while (next < lower.size() && is_blank(lower[next])) ++next;
    if (next < lower.size() && lower[next] == ':') return trim(comment.substr(next + 1));
  }
  return std::nullopt;
}

Sex parse_sex(std::string_view word) {
  const std::string lower = to_lower(word);
  if (lower == "m" || lower == "male") return Sex::male;
  if (lower == "f" || lower == "female") return Sex::female;
  return Sex::unknown;
}

/// A number of years; "3 months" and "n/a" are not.
std::optional<double> parse_age(std::string_view text) {
  const std::string_view number = next_token(text);
  const std::string unit = to_lower(next_token(text));
  const bool years = unit.empty() || unit == "y" || unit == "yr" || unit == "yrs" || unit == "year" || unit == "years" ||
                     unit.front() == '<';  // the next field of "<age>: 25 <sex>: M"
  const auto value = parse_number<double>(number);
  if (!value || !years || !(*value >= 0.0 && *value <= 1000.0)) return std::nullopt;
  return value;
}

}  // namespace

void Demographics::read(std::string_view comment) {
  if (!age_years) {
    if (const auto value = value_of(comment, "age")) age_years = parse_age(*value);
  }
  if (sex == Sex::unknown) {
    for (const std::string_view key : {"sex", "gender"}) {
      if (auto value = value_of(comment, key)) sex = parse_sex(next_token(*value));
    }
  }
  // The MIT-BIH database writes "69 M 1085 1629 x1": age (-1 where unknown), sex, two tape numbers, recorder.
  std::string_view rest = comment;
  const auto age = parse_number<int>(next_token(rest));
  const Sex letter = parse_sex(next_token(rest));
  if (age && letter != Sex::unknown && parse_number<int>(next_token(rest)) && parse_number<int>(next_token(rest)) &&
      next_token(rest).starts_with('x')) {
    if (!age_years && *age >= 0) age_years = *age;
    if (sex == Sex::unknown) sex = letter;
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
