#pragma once

#include <heartsight/version.hpp>

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// Splits CSV text into rows of cells. A cell is a view of the text, or of a buffer when it holds doubled quotes; views are
/// valid until the next row.
class CsvRows {
 public:
  /// Finds the delimiter (comma, semicolon or tab) in the first row; a byte order mark is passed over.
  /// @throws FormatError more than one of them stands in the first row outside quotes.
  CsvRows(std::string_view text, std::string_view name);

  /// Reads the next row into cells(); false at the end of the text.
  /// @throws FormatError a quote is not closed or stands inside an unquoted cell.
  bool next();

  [[nodiscard]] const std::vector<std::string_view>& cells() const noexcept { return cells_; }
  /// Line number at which the current row begins; the first is 1.
  [[nodiscard]] std::size_t line() const noexcept { return line_; }
  /// True for a row of nothing but blanks.
  [[nodiscard]] bool is_empty() const noexcept { return cells_.size() == 1 && cells_.front().empty() && !was_quoted_; }
  /// True when only empty lines follow.
  [[nodiscard]] bool at_end() const noexcept { return rest_.find_first_not_of(" \t\r\n") == std::string_view::npos; }

 private:
  std::string_view quoted_cell();

  std::string_view rest_;
  std::string_view name_;
  char delimiter_ = ',';
  std::size_t line_ = 0;
  std::size_t next_line_ = 1;
  bool was_quoted_ = false;
  std::vector<std::string_view> cells_;
  std::deque<std::string> unquoted_;  // cells whose doubled quotes were undone; a deque, for views must not move
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
