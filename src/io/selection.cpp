#include <io/selection.hpp>
#include <io/source.hpp>

#include <cmath>
#include <numeric>
#include <optional>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {
namespace {

constexpr const char* where = "read_record";

[[noreturn]] void refuse(const char* name, const std::string& value, const std::string& rule) {
  check::detail::fail<DomainError>(where, name, value, rule);
}

std::string join(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text.append(text.empty() ? "" : ", ").append(printable(name));
  return text;
}

std::string describe(const std::vector<ChannelGroup>& groups) {
  std::string text;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    text.append(text.empty() ? "" : "; ").append(std::to_string(g)).append(": ");
    text.append(check::detail::show(groups[g].sampling_rate_hz)).append(" Hz (").append(join(groups[g].leads)).append(")");
  }
  return text;
}

}  // namespace

Range select_range(const ReadOptions& options, std::size_t n_samples) {
  const std::size_t stop = options.stop.value_or(n_samples);
  check::in_closed_range<std::size_t>(where, "stop", stop, 0, n_samples);
  check::in_closed_range<std::size_t>(where, "start", options.start, 0, stop);
  return {options.start, stop};
}

std::vector<std::size_t> select_leads(const ReadOptions& options, const std::vector<std::string>& available) {
  std::vector<std::size_t> selected;
  if (options.leads.empty()) {
    selected.resize(available.size());
    std::iota(selected.begin(), selected.end(), std::size_t{0});
    return selected;
  }
  for (std::size_t i = 0; i < options.leads.size(); ++i) {
    const auto found = find_lead(available, options.leads[i]);
    if (!found) {
      refuse(check::detail::indexed("leads", i).c_str(), in_quotes(options.leads[i]),
             "is not a lead of the file, which has " + join(available));
    }
    selected.push_back(*found);
  }
  return selected;
}

std::size_t select_group(const ReadOptions& options, const std::vector<ChannelGroup>& groups) {
  if (options.group && options.group_rate_hz) refuse("group", "", "give an index or a rate, not both");
  if (options.group) {
    if (*options.group >= groups.size()) {
      refuse("group", std::to_string(*options.group), "is not an index of the file's groups: " + describe(groups));
    }
    return *options.group;
  }
  for (std::size_t g = 0; g < groups.size(); ++g) {
    if (options.group_rate_hz) {
      // Rates that are no decimal fraction (999.56 Hz / 16) are typed rounded.
      const double rate = groups[g].sampling_rate_hz;
      if (std::abs(rate - *options.group_rate_hz) <= 1.0e-6 * rate) return g;
      continue;
    }
    bool has_all = true;
    for (const auto& lead : options.leads) has_all = has_all && find_lead(groups[g].leads, lead).has_value();
    if (has_all) return g;
  }
  if (options.group_rate_hz) {
    refuse("group", check::detail::show(*options.group_rate_hz) + " Hz", "is not a rate of the file: " + describe(groups));
  }
  if (groups.size() == 1) return 0;  // select_leads names the lead that is missing
  refuse("leads", join(options.leads), "are not all in one group of the file: " + describe(groups));
}

void check_n_values(const ReadOptions& options, std::size_t n_leads, std::size_t n_samples) {
  if (n_samples != 0 && n_leads > options.max_values / n_samples) {
    refuse("max_values", std::to_string(options.max_values),
           std::to_string(n_leads) + " leads x " + std::to_string(n_samples) +
               " samples are more; read a range, fewer leads, or raise the limit");
  }
}

void refuse_option(bool given, const char* option, const char* format) {
  if (given) refuse(option, "", std::string("does not apply to ") + format);
}

double required_rate(const ReadOptions& options, const char* format) {
  if (!options.sampling_rate_hz) {
    refuse("sampling_rate", "", std::string("must be given in Hz: ") + format + " carries none, and it is never guessed");
  }
  return SamplingRate(*options.sampling_rate_hz).hz();
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
