#include <io/csv_rows.hpp>
#include <io/source.hpp>
#include <io/text.hpp>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

CsvRows::CsvRows(std::string_view text, std::string_view name) : rest_(text), name_(name) {
  if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
  bool quoted = false;
  bool found = false;
  for (const char c : rest_) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n' || c == '\r') break;
    if (c != ',' && c != ';' && c != '\t') continue;
    if (found && c != delimiter_) fail_at_line(name_, 1, "the header row mixes commas, semicolons or tabs as delimiters");
    delimiter_ = c;
    found = true;
  }
}

/// The cell behind an opening quote, which has been taken off.
std::string_view CsvRows::quoted_cell() {
  was_quoted_ = true;
  std::size_t end = 0;
  bool doubled = false;
  while (true) {
    end = rest_.find('"', end);
    if (end == std::string_view::npos) fail_at_line(name_, line_, "a quote is not closed");
    if (end + 1 >= rest_.size() || rest_[end + 1] != '"') break;
    doubled = true;
    end += 2;
  }
  std::string_view cell = rest_.substr(0, end);
  rest_.remove_prefix(end + 1);
  for (std::size_t i = 0; i < cell.size(); ++i) {
    if (cell[i] == '\n' || (cell[i] == '\r' && (i + 1 == cell.size() || cell[i + 1] != '\n'))) ++next_line_;
  }
  if (!doubled) return cell;
  std::string text;
  for (std::size_t i = 0; i < cell.size(); ++i) {
    text.push_back(cell[i]);
    if (cell[i] == '"') ++i;
  }
  return unquoted_.emplace_back(std::move(text));
}

bool CsvRows::next() {
  if (rest_.empty()) return false;
  cells_.clear();
  unquoted_.clear();
  was_quoted_ = false;
  line_ = next_line_;
  while (true) {
    while (!rest_.empty() && is_blank(rest_.front()) && rest_.front() != delimiter_) rest_.remove_prefix(1);
    if (!rest_.empty() && rest_.front() == '"') {
      rest_.remove_prefix(1);
      cells_.push_back(quoted_cell());
      while (!rest_.empty() && is_blank(rest_.front()) && rest_.front() != delimiter_) rest_.remove_prefix(1);
      if (!rest_.empty() && rest_.front() != delimiter_ && rest_.front() != '\n' && rest_.front() != '\r') {
        fail_at_line(name_, line_, "text follows a closing quote");
      }
    } else {
      std::size_t end = 0;
      while (end < rest_.size() && rest_[end] != delimiter_ && rest_[end] != '\n' && rest_[end] != '\r') {
        if (rest_[end] == '"') fail_at_line(name_, line_, "a quote stands inside an unquoted cell");
        ++end;
      }
      cells_.push_back(trim(rest_.substr(0, end)));
      rest_.remove_prefix(end);
    }
    if (rest_.empty()) return true;
    const char mark = rest_.front();
    rest_.remove_prefix(1);
    if (mark == delimiter_) continue;
    if (mark == '\r' && !rest_.empty() && rest_.front() == '\n') rest_.remove_prefix(1);
    ++next_line_;
    return true;
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
