#include <io/csv_table.hpp>

#include <heartsight/core/lead.hpp>
#include <io/csv_rows.hpp>
#include <io/source.hpp>
#include <io/text.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {
namespace {

constexpr std::size_t n_standard = standard_leads.size();

bool is_id(std::string_view column) {
  const std::string lower = to_lower(column);
  return lower == "ecg_id" || lower == "id";
}
bool is_dropped(std::string_view column) {
  return is_id(column) || to_lower(column) == "target";
}

/// N of "channel-N", "channel_N" or "channel N".
std::optional<std::size_t> channel_number(std::string_view column) {
  const std::string lower = to_lower(column);
  constexpr std::string_view word = "channel";
  if (!lower.starts_with(word) || lower.size() < word.size() + 2) return std::nullopt;
  const char mark = lower[word.size()];
  if (mark != '-' && mark != '_' && mark != ' ') return std::nullopt;
  const std::string_view digits = std::string_view(lower).substr(word.size() + 1);
  if (!std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
  return parse_number<std::size_t>(digits);
}

/// Position among the standard leads.
std::optional<std::size_t> standard_position(std::string_view column) {
  const auto name = standard_lead_name(column);
  if (!name) return std::nullopt;
  return static_cast<std::size_t>(std::find(standard_leads.begin(), standard_leads.end(), *name) - standard_leads.begin());
}

std::vector<std::string> standard_names() {
  return {standard_leads.begin(), standard_leads.end()};
}

/// A finite number, or the word nan in any case. Other spellings that from_chars knows ("inf", "nan(1)") are refused.
std::optional<double> parse_cell(std::string_view cell) {
  if (to_lower(cell) == "nan") return std::numeric_limits<double>::quiet_NaN();
  const auto value = parse_number<double>(cell);
  if (!value || !std::isfinite(*value)) return std::nullopt;
  return value;
}

// ---- strict ----------------------------------------------------------------------------------------------------------

constexpr std::size_t dropped = std::numeric_limits<std::size_t>::max();

struct StrictColumns {
  std::vector<std::string> names;    // of all columns, for messages
  std::vector<std::size_t> lead_of;  // column -> lead, or dropped
  std::vector<std::size_t> id_columns;
  std::vector<std::string> leads;
};

[[noreturn]] void fail_cell(std::string_view file, std::size_t line, const StrictColumns& columns, std::size_t column,
                            const std::string& what) {
  fail_at_line(file, line, "column " + std::to_string(column + 1) + " (" + printable(columns.names[column]) + "): " + what);
}

StrictColumns strict_columns(const CsvRows& rows, std::string_view file) {
  StrictColumns columns;
  for (const auto cell : rows.cells()) columns.names.emplace_back(trim(cell));
  columns.lead_of.assign(columns.names.size(), dropped);
  std::vector<std::size_t> numbered;  // column of channel-N
  std::vector<std::string> seen;
  for (std::size_t c = 0; c < columns.names.size(); ++c) {
    const std::string& name = columns.names[c];
    const auto number = channel_number(name);
    const auto position = standard_position(name);
    std::string key = to_lower(name);
    if (number) key = "channel-" + std::to_string(*number);
    if (position) key = standard_leads[*position];
    if (!number && !position && !is_dropped(name)) {
      fail_cell(
          file, rows.line(), columns, c,
          name.empty() ? "the column has no name" : "the column is not known: not a lead, channel-N, ecg_id, id or target");
    }
    if (std::find(seen.begin(), seen.end(), key) != seen.end())
      fail_cell(file, rows.line(), columns, c, "the column stands twice");
    seen.push_back(std::move(key));
    if (is_id(name)) columns.id_columns.push_back(c);
    if (number) {
      if (*number >= n_standard) fail_cell(file, rows.line(), columns, c, "channels are numbered 0 to 11");
      numbered.push_back(c);
      columns.lead_of[c] = *number;
    }
    if (position) {
      columns.lead_of[c] = columns.leads.size();
      columns.leads.emplace_back(standard_leads[*position]);
    }
    if (!numbered.empty() && !columns.leads.empty()) {
      fail_cell(file, rows.line(), columns, c, "lead names and channel numbers are mixed");
    }
  }
  if (!numbered.empty()) {
    for (std::size_t n = 0; n < n_standard; ++n) {
      if (std::find(columns.lead_of.begin(), columns.lead_of.end(), n) == columns.lead_of.end()) {
        fail_at_line(file, rows.line(),
                     "column channel-" + std::to_string(n) + " (lead " + std::string{standard_leads[n]} + ") is missing");
      }
    }
    columns.leads = standard_names();
  }
  if (columns.leads.empty()) fail_at_line(file, rows.line(), "the header row names no lead");
  return columns;
}

}  // namespace

CsvTable read_csv_strict(std::string_view text, std::string_view file) {
  CsvRows rows(text, file);
  if (!rows.next() || rows.is_empty()) fail_at_line(file, 1, "the header row is missing");
  const StrictColumns columns = strict_columns(rows, file);
  CsvTable table;
  table.leads = columns.leads;
  const std::size_t n_leads = table.leads.size();
  std::vector<std::string> ids;
  while (rows.next()) {
    const auto& cells = rows.cells();
    if (rows.is_empty()) {
      if (rows.at_end()) break;
      fail_at_line(file, rows.line(), "the line is empty");
    }
    if (cells.size() != columns.names.size()) {
      fail_at_line(
          file, rows.line(),
          "has " + std::to_string(cells.size()) + " columns, the header row has " + std::to_string(columns.names.size()));
    }
    const std::size_t base = table.values.size();
    table.values.resize(base + n_leads);
    for (std::size_t c = 0; c < cells.size(); ++c) {
      if (columns.lead_of[c] == dropped) continue;
      const auto value = parse_cell(cells[c]);
      // The cell itself is not shown: in a file with shifted columns it may be a name.
      if (!value)
        fail_cell(file, rows.line(), columns, c, cells[c].empty() ? "the cell is empty" : "the cell is not a number");
      table.values[base + columns.lead_of[c]] = *value;
    }
    for (std::size_t i = 0; i < columns.id_columns.size(); ++i) {
      const std::string_view id = cells[columns.id_columns[i]];
      if (base == 0) ids.emplace_back(id);
      if (id != ids[i])
        fail_cell(file, rows.line(), columns, columns.id_columns[i], "a second id: one file holds one recording");
    }
  }
  return table;
}

// ---- mlops_phase1 ----------------------------------------------------------------------------------------------------

namespace {

/// First run of digits in a name, 999 where there is none.
std::size_t first_integer(std::string_view name) {
  const auto begin = std::find_if(name.begin(), name.end(), is_digit);
  const auto end = std::find_if_not(begin, name.end(), is_digit);
  if (begin == end) return 999;
  return parse_number<std::size_t>(std::string_view(begin, end)).value_or(std::numeric_limits<std::size_t>::max());
}

std::optional<double> lenient_cell(std::string_view cell) {
  const auto value = parse_number<double>(cell);
  if (!value || !std::isfinite(*value)) return std::nullopt;
  return value;
}

/// The columns that feed lead 0, 1, ...; at most 12.
std::vector<std::size_t> mlops_columns(const std::vector<std::string>& names,
                                       const std::vector<std::string_view>& first_row) {
  std::vector<std::size_t> channels;
  for (std::size_t c = 0; c < names.size() && c < first_row.size(); ++c) {
    if (!is_dropped(names[c]) && lenient_cell(first_row[c])) channels.push_back(c);
  }
  const auto order_by = [&](auto key) {
    std::stable_sort(channels.begin(), channels.end(),
                     [&](std::size_t a, std::size_t b) { return key(names[a]) < key(names[b]); });
  };
  const auto is_standard = [&](std::size_t c) { return standard_position(names[c]).has_value(); };
  const auto is_numbered = [&](std::size_t c) { return channel_number(names[c]).has_value(); };
  if (std::any_of(channels.begin(), channels.end(), is_standard)) {
    order_by([](std::string_view name) { return standard_position(name).value_or(n_standard); });
  } else if (std::any_of(channels.begin(), channels.end(), is_numbered)) {
    std::erase_if(channels, [&](std::size_t c) { return !is_numbered(c); });
    order_by([](std::string_view name) { return channel_number(name).value_or(0); });
  } else {
    order_by(first_integer);
  }
  if (channels.size() > n_standard) channels.resize(n_standard);
  return channels;
}

}  // namespace

CsvTable read_csv_mlops_phase1(std::string_view text, std::string_view file) {
  CsvRows rows(text, file);
  if (!rows.next() || rows.is_empty()) fail_at_line(file, 1, "the header row is missing");
  std::vector<std::string> names;
  for (const auto cell : rows.cells()) names.emplace_back(trim(cell));
  std::size_t id_column = names.size();
  for (std::size_t c = 0; c < names.size(); ++c) {
    if (to_lower(names[c]) == "ecg_id" && id_column == names.size()) id_column = c;
  }
  CsvTable table;
  table.leads = standard_names();
  std::vector<std::size_t> channels;
  std::string first_id;
  bool is_first = true;
  while (rows.next()) {
    if (rows.is_empty()) continue;
    const auto& cells = rows.cells();
    const std::string_view id = id_column < cells.size() ? cells[id_column] : std::string_view{};
    if (is_first) {
      channels = mlops_columns(names, cells);
      if (channels.empty()) fail_at_line(file, rows.line(), "no column holds a number");
      first_id = std::string{id};
      is_first = false;
    }
    if (id_column < names.size() && id != first_id) continue;
    const std::size_t base = table.values.size();
    table.values.resize(base + n_standard, 0.0);
    for (std::size_t lead = 0; lead < channels.size(); ++lead) {
      if (channels[lead] < cells.size()) table.values[base + lead] = lenient_cell(cells[channels[lead]]).value_or(0.0);
    }
  }
  return table;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
