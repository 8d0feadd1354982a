#pragma once

#include <heartsight/version.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// The Huffman codes of an SCP-ECG file: one or more tables, between which a code may switch.
class ScpHuffman {
 public:
  /// The default table of the standard: values -8 to 8 have codes of their own, others follow a mark in 8 or 16 bits.
  ScpHuffman();
  /// The tables of a file: the content of its section 2 without the section's header.
  /// @return nothing where the section is malformed.
  [[nodiscard]] static std::optional<ScpHuffman> parse(std::span<const std::byte> section);

  /// @return n values; nothing where the data end before or hold a code that no table has.
  [[nodiscard]] std::optional<std::vector<std::int64_t>> decode(std::span<const std::byte> data, std::size_t n) const;

 private:
  struct Code {
    unsigned extra_bits = 0;  // behind the prefix, a signed number that adds to the value
    bool is_switch = false;   // to the table whose number (from 1) is the value
    std::int64_t value = 0;
  };
  using Table = std::map<std::pair<unsigned, std::uint32_t>, Code>;  // by length and bits, the first one on top

  explicit ScpHuffman(std::vector<Table> tables) : tables_(std::move(tables)) {}
  static bool add(Table& table, unsigned prefix_bits, unsigned all_bits, bool is_switch, std::int64_t value,
                  std::uint32_t reversed);

  std::vector<Table> tables_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
