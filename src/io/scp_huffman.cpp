#include <io/scp_huffman.hpp>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {
namespace {

constexpr std::uint32_t default_tables = 19999;
constexpr std::size_t code_size = 9;
constexpr unsigned longest_prefix = 32;
constexpr unsigned longest_extra = 24;

std::uint32_t number_at(std::span<const std::byte> bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value |= std::to_integer<std::uint32_t>(bytes[at + i]) << (8 * i);
  return value;
}

}  // namespace

/// @param reversed  the prefix with its first bit lowest, as the standard writes it.
bool ScpHuffman::add(Table& table, unsigned prefix_bits, unsigned all_bits, bool is_switch, std::int64_t value,
                     std::uint32_t reversed) {
  if (prefix_bits < 1 || prefix_bits > longest_prefix || all_bits < prefix_bits || all_bits - prefix_bits > longest_extra) {
    return false;
  }
  std::uint32_t code = 0;
  for (unsigned bit = 0; bit < prefix_bits; ++bit) code = code << 1U | (reversed >> bit & 1U);
  return table.emplace(std::pair{prefix_bits, code}, Code{all_bits - prefix_bits, is_switch, value}).second;
}

ScpHuffman::ScpHuffman() : tables_(1) {
  Table& table = tables_.front();
  add(table, 1, 1, false, 0, 0);
  std::uint32_t ones = 1;  // 100 is 1, 101 is -1, 1100 is 2, 1101 is -2, ...
  for (unsigned size = 1; size <= 8; ++size, ones = ones << 1U | 1U) {
    add(table, size + 2, size + 2, false, size, ones);
    add(table, size + 2, size + 2, false, -static_cast<std::int64_t>(size), ones | 1U << (size + 1));
  }
  add(table, 10, 18, false, 0, 0x1FF);
  add(table, 10, 26, false, 0, 0x3FF);
}

std::optional<ScpHuffman> ScpHuffman::parse(std::span<const std::byte> section) {
  if (section.size() < 2) return std::nullopt;
  const std::uint32_t n_tables = number_at(section, 0, 2);
  if (n_tables == default_tables) return ScpHuffman();
  std::vector<Table> tables;
  std::size_t at = 2;
  for (std::uint32_t t = 0; t < n_tables; ++t) {
    if (section.size() - at < 2) return std::nullopt;
    const std::uint32_t n_codes = number_at(section, at, 2);
    at += 2;
    if (n_codes == 0 || (section.size() - at) / code_size < n_codes) return std::nullopt;
    Table table;
    for (std::uint32_t c = 0; c < n_codes; ++c, at += code_size) {
      const auto value = static_cast<std::int16_t>(static_cast<std::uint16_t>(number_at(section, at + 3, 2)));
      if (!add(table, number_at(section, at, 1), number_at(section, at + 1, 1), number_at(section, at + 2, 1) == 0, value,
               number_at(section, at + 5, 4))) {
        return std::nullopt;
      }
    }
    tables.push_back(std::move(table));
  }
  if (tables.empty()) return std::nullopt;
  return ScpHuffman(std::move(tables));
}

std::optional<std::vector<std::int64_t>> ScpHuffman::decode(std::span<const std::byte> data, std::size_t n) const {
  const std::size_t n_bits = data.size() * 8;
  if (n > n_bits) return std::nullopt;  // a code has at least one bit
  std::vector<std::int64_t> values;
  values.reserve(n);
  std::size_t at = 0;
  const auto next_bit = [&] { return std::to_integer<std::uint32_t>(data[at / 8]) >> (7 - at % 8) & 1U; };
  const Table* table = &tables_.front();
  while (values.size() < n) {
    std::uint32_t prefix = 0;
    auto found = table->end();
    for (unsigned length = 1; found == table->end(); ++length) {
      if (at == n_bits || length > longest_prefix) return std::nullopt;
      prefix = prefix << 1U | next_bit();
      ++at;
      found = table->find({length, prefix});
    }
    const Code& code = found->second;
    if (code.is_switch) {
      if (code.value < 1 || code.value > static_cast<std::int64_t>(tables_.size())) return std::nullopt;
      table = &tables_[static_cast<std::size_t>(code.value - 1)];
      continue;
    }
    if (code.extra_bits > n_bits - at) return std::nullopt;
    std::int64_t extra = 0;
    for (unsigned bit = 0; bit < code.extra_bits; ++bit, ++at) extra = extra * 2 + next_bit();
    if (code.extra_bits > 0 && extra >= std::int64_t{1} << (code.extra_bits - 1))
      extra -= std::int64_t{1} << code.extra_bits;
    values.push_back(code.value + extra);
  }
  return values;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
