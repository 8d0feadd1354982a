#include <heartsight/io/csv.hpp>

#include <io/csv_table.hpp>
#include <io/selection.hpp>
#include <io/source.hpp>

#include <concepts>
#include <utility>

namespace heartsight::inline HEARTSIGHT_ABI::io {
namespace {

template <std::floating_point T>
BasicRecording<T> read_csv(std::string_view text, std::string_view name, const ReadOptions& options) {
  detail::refuse_option(!options.lead_names.empty(), "lead_names", "CSV, whose header row names the leads");
  detail::refuse_option(options.verify_checksums, "verify_checksums", "CSV");
  const bool is_mlops = options.protocol == "mlops_phase1";
  if (!options.protocol.empty() && !is_mlops) {
    check::detail::fail<DomainError>("read_record", "protocol", detail::in_quotes(options.protocol),
                                     "must be '' or 'mlops_phase1'");
  }
  // The system behind the protocol never asks for a rate; its data are at 100 Hz.
  const double rate = is_mlops && !options.sampling_rate_hz ? 100.0 : detail::required_rate(options, "CSV");

  const detail::CsvTable table = is_mlops ? detail::read_csv_mlops_phase1(text, name) : detail::read_csv_strict(text, name);
  std::vector<ChannelGroup> groups = {{rate, table.n_rows(), table.leads}};
  const std::vector<std::size_t> leads = detail::select_leads(options, groups[detail::select_group(options, groups)].leads);
  const detail::Range range = detail::select_range(options, table.n_rows());
  detail::check_n_values(options, leads.size(), range.size());

  std::vector<T> samples(leads.size() * range.size());
  std::vector<std::string> names;
  for (std::size_t l = 0; l < leads.size(); ++l) {
    names.push_back(table.leads[leads[l]]);
    for (std::size_t i = 0; i < range.size(); ++i) {
      samples[l * range.size() + i] = static_cast<T>(table.values[(range.start + i) * table.leads.size() + leads[l]]);
    }
  }
  BasicRecording<T> recording(std::move(samples), rate, std::move(names));
  recording.start_s = static_cast<double>(range.start) / rate;
  recording.groups = std::move(groups);
  return recording;
}

}  // namespace

Recording parse_csv(std::string_view text, std::string_view name, const ReadOptions& options) {
  return read_csv<double>(text, name, options);
}
RecordingFloat32 parse_csv_float32(std::string_view text, std::string_view name, const ReadOptions& options) {
  return read_csv<float>(text, name, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
