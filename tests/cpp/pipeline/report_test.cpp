#include <heartsight/core/error.hpp>
#include <heartsight/core/state_bytes.hpp>
#include <heartsight/pipeline/report.hpp>

#include "cpp/raises.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <span>

namespace report_test {

namespace hs = heartsight;
using namespace hs::pipeline;
using hs::test::raises;

namespace {

Report report() {
  Report r;
  r.id = "r1";
  r.status = ReportStatus::findings;
  r.model_name = "m";
  r.probabilities = {{"NORM", 0.1, 0.05, 0.2, 0.5}, {"MI", 0.9, 0.8, 0.95, 0.5}};
  r.findings = {r.probabilities[1]};
  r.actions = {{"call", "Consider a call.", Urgency::immediate, {"MI"}, "because", 0.9}};
  r.warnings = {"noise"};
  return r;
}

}  // namespace

TEST(Report, ProbabilityByName) {
  EXPECT_EQ(report().probability("MI"), 0.9);
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)report().probability("XX"); }, {"XX", "no such class"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)Report().probability("MI"); }, {"not analysed"}));
}

TEST(Report, JsonHoldsEverythingInAFixedOrder) {
  const auto json = nlohmann::ordered_json::parse(report().to_json());
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  EXPECT_EQ(keys, (std::vector<std::string>{"id", "status", "protocol", "model", "heartsight_version", "input", "quality",
                                            "r_peaks_s", "measurements", "statements", "probabilities", "classes",
                                            "findings", "actions", "warnings", "disclaimer"}));
  EXPECT_EQ(json["probabilities"]["MI"], 0.9);
  EXPECT_EQ(json["findings"][0]["name"], "MI");
  EXPECT_EQ(json["actions"][0]["urgency"], "immediate");
  EXPECT_TRUE(json["protocol"].is_null());
  EXPECT_EQ(nlohmann::ordered_json::parse(report().to_json(2)), json);
  EXPECT_EQ(report().to_json().find('\n'), std::string::npos);
}

TEST(Report, MeasurementsCarryUnitAndUncertainty) {
  Report r = report();
  r.r_peaks_s = {0.5, 1.25};
  r.measurements = {{"qt", 401.5, "ms", 3.25}, {"qrs_axis", -20.0, "degrees", std::nullopt}};
  r.statements = {
      {.code = "left_axis_deviation", .text = "The axis.", .because = {{"qrs_axis", -20.0, "degrees"}}, .source = "S"}};
  const auto json = nlohmann::ordered_json::parse(r.to_json());
  EXPECT_EQ(json["r_peaks_s"][1], 1.25);
  EXPECT_EQ(json["measurements"]["qt"]["uncertainty"], 3.25);
  EXPECT_TRUE(json["measurements"]["qrs_axis"]["uncertainty"].is_null());
  EXPECT_EQ(json["statements"][0]["because"][0]["value"], -20.0);
}

TEST(Report, NumbersComeBackToTheBit) {
  Report r = report();
  r.probabilities[0].probability = 0.1 + 0.2;
  EXPECT_EQ(nlohmann::json::parse(r.to_json())["classes"][0]["probability"].get<double>(), 0.1 + 0.2);
}

TEST(Report, HostileTextsStayInsideTheirQuotes) {
  for (const std::string& hostile :
       {std::string("\"},\"status\":\"findings"), std::string("</script><script>alert(1)</script>"),
        std::string("\xFF\xFE\x80"), std::string("a\0b", 3), std::string("\n\r\t\x01\x7F"),
        std::string("\xE2\x80\xA8 \xF0\x9F\x92\x94"), std::string(100'000, '\\')}) {
    Report r = report();
    r.id = hostile;
    r.warnings = {hostile};
    r.input.leads = {hostile};
    r.quality.leads = {{hostile, "usable", {}}};
    const auto json = nlohmann::json::parse(r.to_json());
    EXPECT_EQ(json["status"], "findings");
    EXPECT_EQ(json["id"], json["warnings"][0]);
    if (hostile.find('\xFF') == std::string::npos) {
      EXPECT_EQ(json["id"].get<std::string>(), hostile);
    }
  }
}

TEST(Report, StatusInWords) {
  EXPECT_EQ(to_string(ReportStatus::findings), "findings");
  EXPECT_EQ(to_string(ReportStatus::indeterminate), "indeterminate");
  EXPECT_EQ(to_string(ReportStatus::not_analyzed), "not_analyzed");
}

TEST(Report, BytesHoldAllOfIt) {
  Report r = report();
  r.protocol = "mlops_phase1";
  r.model_digest = "ab";
  r.input = {.sampling_rate_hz = 500.0,
             .n_samples = 5000,
             .duration_s = 10.0,
             .leads = {"I", "II"},
             .model_sampling_rate_hz = 100.0,
             .resampling = "by 5",
             .window_start_s = 0.0,
             .window_stop_s = 10.0};
  r.quality = {.verdict = "acceptable", .leads = {{"I", "beats_only", {"noisy", "gaps"}}}, .reasons = {}};
  r.r_peaks_s = {0.5, 1.25};
  r.measurements = {{"qt", 401.5, "ms", 3.25}, {"qrs_axis", -20.0, "degrees", std::nullopt}};
  r.statements = {{.code = "c", .text = "T.", .because = {{"qrs_axis", -20.0, "degrees"}}, .source = "S"}};
  const auto bytes = r.to_bytes();
  const Report again = Report::from_bytes(bytes);
  EXPECT_EQ(again, r);
  EXPECT_EQ(again.to_json(), r.to_json());
  EXPECT_EQ(again.to_bytes(), bytes);
  EXPECT_EQ(Report::from_bytes(Report().to_bytes()), Report());
}

TEST(Report, BytesThatAreNoReportAreRefused) {
  const auto bytes = report().to_bytes();
  for (std::size_t n = 0; n < bytes.size(); n += 7) {
    EXPECT_TRUE(raises<hs::FormatError>([&] { (void)Report::from_bytes(std::span(bytes).first(n)); }, {"REPT"})) << n;
  }
  // Sound checksums, false content: a status that there is not, and a list said to be longer than the bytes.
  for (const std::uint64_t count : {std::uint64_t{1}, ~std::uint64_t{0}}) {
    hs::StateWriter out("REPT", 1);
    out.text("id");
    out.u8(count == 1 ? 7 : 0);
    for (int i = 0; i < 4; ++i) out.text("");
    out.f64(1.0);
    out.u64(1);
    out.f64(1.0);
    out.u64(count);
    const auto false_bytes = out.finish();
    EXPECT_TRUE(raises<hs::FormatError>([&] { (void)Report::from_bytes(false_bytes); },
                                        {"REPT", count == 1 ? "no value" : "ends early"}));
  }
}

}  // namespace report_test
