#pragma once

#include <heartsight/io/read_record.hpp>

#include <cstddef>
#include <string>
#include <vector>

/// What the options select from what a file offers; the rules are the same for every format.
namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

struct Range {
  std::size_t start = 0;
  std::size_t stop = 0;
  [[nodiscard]] std::size_t size() const noexcept { return stop - start; }
};

/// @throws DomainError start or stop lies outside the n samples.
[[nodiscard]] Range select_range(const ReadOptions& options, std::size_t n_samples);

/// Indices of the leads that options.leads names, all in order when it names none.
/// @throws DomainError a name is not among them.
[[nodiscard]] std::vector<std::size_t> select_leads(const ReadOptions& options, const std::vector<std::string>& available);

/// Index of the group that options.group, options.group_rate_hz or options.leads ask for; the first otherwise.
/// @throws DomainError there is no such group.
[[nodiscard]] std::size_t select_group(const ReadOptions& options, const std::vector<ChannelGroup>& groups);

/// @throws DomainError n_leads * n_samples is more than options.max_values.
void check_n_values(const ReadOptions& options, std::size_t n_leads, std::size_t n_samples);

/// @throws DomainError the option was given though the format has no use for it.
void refuse_option(bool given, const char* option, const char* format);

/// @throws DomainError no rate was given to a format that carries none, or it is not positive.
[[nodiscard]] double required_rate(const ReadOptions& options, const char* format);

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
