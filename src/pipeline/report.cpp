#include <heartsight/pipeline/report.hpp>

#include "pipeline/json.hpp"

#include <heartsight/core/check.hpp>
#include <heartsight/version.hpp>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

namespace {

OrderedJson class_json(const ClassProbability& c) {
  return {{"name", c.name}, {"probability", c.probability}, {"low", c.low}, {"high", c.high}, {"threshold", c.threshold}};
}

}  // namespace

double Report::probability(std::string_view name) const {
  for (const auto& c : probabilities) {
    if (c.name == name) return c.probability;
  }
  check::detail::fail<DomainError>("Report.probability", "name", std::string(name),
                                   probabilities.empty() ? "the recording was not analysed" : "no such class in this model");
}

std::string Report::to_json(int indent) const {
  OrderedJson json;
  json["id"] = id;
  json["status"] = to_string(status);
  json["protocol"] = protocol.empty() ? OrderedJson(nullptr) : OrderedJson(protocol);
  json["model"] = {{"name", model_name}, {"version", model_version}, {"digest", model_digest}};
  json["heartsight_version"] = HEARTSIGHT_VERSION;
  json["input"] = {{"sampling_rate_hz", input.sampling_rate_hz},
                   {"n_samples", input.n_samples},
                   {"duration_s", input.duration_s},
                   {"leads", input.leads},
                   {"model_sampling_rate_hz", input.model_sampling_rate_hz},
                   {"resampling", input.resampling.empty() ? OrderedJson(nullptr) : OrderedJson(input.resampling)},
                   {"window_start_s", input.window_start_s},
                   {"window_stop_s", input.window_stop_s}};
  OrderedJson leads = OrderedJson::array();
  for (const auto& lead : quality.leads) {
    leads.push_back({{"lead", lead.lead}, {"verdict", lead.verdict}, {"reasons", lead.reasons}});
  }
  json["quality"] = {{"verdict", quality.verdict}, {"reasons", quality.reasons}, {"leads", std::move(leads)}};
  json["r_peaks_s"] = r_peaks_s;
  json["measurements"] = OrderedJson::object();
  for (const auto& m : measurements) {
    json["measurements"][m.name] = {{"value", m.value},
                                    {"unit", m.unit},
                                    {"uncertainty", m.uncertainty ? OrderedJson(*m.uncertainty) : OrderedJson(nullptr)}};
  }
  json["statements"] = OrderedJson::array();
  for (const auto& statement : statements) {
    OrderedJson because = OrderedJson::array();
    for (const auto& number : statement.because) {
      because.push_back({{"name", number.name}, {"value", number.value}, {"unit", number.unit}});
    }
    json["statements"].push_back(
        {{"code", statement.code}, {"text", statement.text}, {"because", because}, {"source", statement.source}});
  }
  OrderedJson probability_map = OrderedJson::object();
  OrderedJson classes = OrderedJson::array();
  for (const auto& c : probabilities) {
    probability_map[c.name] = c.probability;
    classes.push_back(class_json(c));
  }
  json["probabilities"] = std::move(probability_map);
  json["classes"] = std::move(classes);
  json["findings"] = OrderedJson::array();
  for (const auto& f : findings) json["findings"].push_back(class_json(f));
  json["actions"] = OrderedJson::array();
  for (const auto& a : actions) {
    json["actions"].push_back({{"code", a.code},
                               {"text", a.text},
                               {"urgency", to_string(a.urgency)},
                               {"because", a.because},
                               {"reason", a.reason},
                               {"probability", a.probability}});
  }
  json["warnings"] = warnings;
  json["disclaimer"] = disclaimer;
  // Lead names and ids come from files: bytes that are not UTF-8 are replaced, not an exception.
  return json.dump(indent, ' ', false, OrderedJson::error_handler_t::replace);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
