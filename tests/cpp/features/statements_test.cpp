#include <heartsight/features/statements.hpp>

#include "cpp/features/lead_cases.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>

namespace statements_test {

namespace hs = heartsight;
namespace ft = heartsight::features;
using hs::test::TwelveLeads;

namespace {

/// Measurements of an unremarkable ECG, to be changed by a test.
struct Case {
  TwelveLeads leads;
  ft::Measurements m;
  ft::StatementOptions options;

  Case() {
    m.leads = leads.names;
    m.sex = hs::Sex::male;
    m.global.heart_rate_bpm = 70.0;
    m.global.pr_interval_ms = 160.0;
    m.global.qrs_duration_ms = 90.0;
    m.global.qrs_axis_deg = 40.0;
    m.global.qtc_fridericia_ms = 410.0;
    m.global.sokolow_lyon_mv = 2.0;
    m.global.cornell_mv = 1.0;
    m.global.cornell_product_mv_ms = 90.0;
    m.global.peguero_lo_presti_mv = 1.5;
    m.global.romhilt_estes_points = 0.0;
    m.global.limb_peak_to_peak_mv = 1.0;
    m.global.chest_peak_to_peak_mv = 2.0;
    m.global.paced = 0.0;
    m.global.limb_lead_reversal = 0.0;
  }
  [[nodiscard]] std::vector<ft::Statement> found() {
    m.by_lead = leads.leads;
    return ft::statements(m, options);
  }
  [[nodiscard]] std::vector<std::string> codes() {
    std::vector<std::string> all;
    for (const auto& s : found()) all.push_back(s.code);
    return all;
  }
};

using Codes = std::vector<std::string>;

}  // namespace

TEST(Statements, NothingToSay) {
  EXPECT_EQ(Case().codes(), Codes{});
  EXPECT_TRUE(ft::statements(ft::Measurements{}).empty());  // nothing was measured
}

TEST(Statements, EachHasNumbersAndASource) {
  Case c;
  c.m.global.heart_rate_bpm = 45.0;
  c.m.global.sokolow_lyon_mv = 4.2;
  const auto found = c.found();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].code, "bradycardia");
  ASSERT_EQ(found[0].because.size(), 1U);
  EXPECT_EQ(found[0].because[0], (ft::StatementNumber{"heart_rate", 45.0, "1/min"}));
  EXPECT_NE(found[0].source.find("10.1161/CIR.0000000000000628"), std::string::npos);
  EXPECT_EQ(found[1].code, "lvh_sokolow_lyon");
  EXPECT_EQ(found[1].because[0].value, 4.2);
  EXPECT_EQ(found[1].because[1].name, "V1_qrs_min");
}

TEST(Statements, LimitsOfSingleNumbers) {
  struct Limit {
    double ft::GlobalMeasurements::* value;
    double below;
    double beyond;
    std::string code;
  };
  using G = ft::GlobalMeasurements;
  for (const Limit& limit :
       {Limit{&G::heart_rate_bpm, 100.0, 100.1, "tachycardia"}, Limit{&G::heart_rate_bpm, 50.0, 49.9, "bradycardia"},
        Limit{&G::pr_interval_ms, 200.0, 201.0, "first_degree_av_block"},
        Limit{&G::pr_interval_ms, 120.0, 119.0, "short_pr"}, Limit{&G::qrs_duration_ms, 119.0, 120.0, "wide_qrs"},
        Limit{&G::qrs_axis_deg, -30.0, -31.0, "left_axis_deviation"},
        Limit{&G::qrs_axis_deg, 90.0, 91.0, "right_axis_deviation"},
        Limit{&G::qrs_axis_deg, 90.0, -91.0, "extreme_axis_deviation"},
        Limit{&G::qtc_fridericia_ms, 449.0, 450.0, "prolonged_qtc"}, Limit{&G::qtc_fridericia_ms, 391.0, 390.0, "short_qtc"},
        Limit{&G::sokolow_lyon_mv, 3.49, 3.5, "lvh_sokolow_lyon"}, Limit{&G::cornell_mv, 2.8, 2.81, "lvh_cornell"},
        Limit{&G::cornell_product_mv_ms, 244.0, 244.1, "lvh_cornell_product"},
        Limit{&G::peguero_lo_presti_mv, 2.79, 2.8, "lvh_peguero_lo_presti"},
        Limit{&G::romhilt_estes_points, 3.0, 4.0, "lvh_romhilt_estes"},
        Limit{&G::limb_peak_to_peak_mv, 0.5, 0.49, "low_voltage_limb"},
        Limit{&G::chest_peak_to_peak_mv, 1.0, 0.99, "low_voltage_chest"}}) {
    Case c;
    c.m.global.*limit.value = limit.below;
    EXPECT_EQ(c.codes(), Codes{}) << limit.code;
    c.m.global.*limit.value = limit.beyond;
    EXPECT_EQ(c.codes(), Codes{limit.code});
  }
}

TEST(Statements, WomenHaveOtherLimits) {
  Case c;
  c.m.sex = hs::Sex::female;
  c.m.global.qtc_fridericia_ms = 455.0;
  c.m.global.cornell_mv = 2.1;
  c.m.global.peguero_lo_presti_mv = 2.4;
  EXPECT_EQ(c.codes(), (Codes{"lvh_cornell", "lvh_peguero_lo_presti"}));
  c.m.global.qtc_fridericia_ms = 460.0;
  EXPECT_EQ(c.codes().front(), "prolonged_qtc");
}

TEST(Statements, BundleBranchBlocks) {
  Case right;
  right.m.global.qrs_duration_ms = 140.0;
  right.leads.complex("V1", 0.3, -0.3);
  right.leads["V1"].r2_amplitude_mv = 0.9;
  for (const char* lead : {"I", "V6"}) right.leads[lead].s_duration_ms = 60.0;
  EXPECT_EQ(right.codes(), Codes{"rbbb_pattern"});
  right.m.global.qrs_duration_ms = 114.0;
  EXPECT_EQ(right.codes(), Codes{"incomplete_rbbb_pattern"});
  Case left;
  left.m.global.qrs_duration_ms = 150.0;
  left.leads.complex("V1", 0.1, -1.5);
  left.leads.complex("V6", 1.2, -0.05);
  left.leads["V6"].intrinsicoid_ms = 80.0;
  EXPECT_EQ(left.codes(), Codes{"lbbb_pattern"});
  left.leads["I"].q_amplitude_mv = -0.2;
  EXPECT_EQ(left.codes(), Codes{"wide_qrs"});
}

TEST(Statements, LeftAnteriorFascicularBlock) {
  Case c;
  c.m.global.qrs_axis_deg = -50.0;
  c.leads["aVL"].q_amplitude_mv = -0.06;
  c.leads["aVL"].intrinsicoid_ms = 46.0;
  EXPECT_EQ(c.codes(), (Codes{"left_axis_deviation", "lafb_pattern"}));
}

TEST(Statements, StElevationDependsOnSexAgeAndLead) {
  Case c;
  c.leads["V2"].j_mv = 0.22;
  c.leads["V3"].j_mv = 0.22;
  EXPECT_EQ(c.codes(), Codes{"st_elevation"});
  c.options.age_years = 30.0;
  EXPECT_EQ(c.codes(), Codes{});  // 0.25 mV in men below 40
  c.m.sex = hs::Sex::female;
  EXPECT_EQ(c.codes(), Codes{"st_elevation"});  // 0.15 mV
  Case inferior;
  inferior.leads["II"].j_mv = 0.12;
  EXPECT_EQ(inferior.codes(), Codes{});  // one lead is not enough
  inferior.leads["aVF"].j_mv = 0.1;
  EXPECT_EQ(inferior.codes(), Codes{"st_elevation"});
  inferior.m.global.qrs_duration_ms = 130.0;
  EXPECT_EQ(inferior.codes(), Codes{"wide_qrs"});
}

TEST(Statements, DepressionAndQ) {
  Case c;
  for (const char* lead : {"V5", "V6"}) {
    c.leads[lead].j_mv = c.leads[lead].j60_mv = -0.06;
    c.leads[lead].st_slope_mv_per_s = -0.1;
  }
  EXPECT_EQ(c.codes(), Codes{"st_depression"});
  Case q;
  for (const char* lead : {"III", "aVF"}) {
    q.leads[lead].q_amplitude_mv = -0.3;
    q.leads[lead].q_duration_ms = 34.0;
  }
  EXPECT_EQ(q.codes(), Codes{"pathological_q"});
}

TEST(Statements, PacedAndReversedLeaveOutWhatTheyWouldFake) {
  Case c;
  c.m.global.paced = 1.0;
  c.m.global.qrs_duration_ms = 160.0;
  c.m.global.sokolow_lyon_mv = 5.0;
  c.m.global.pr_interval_ms = 240.0;
  EXPECT_EQ(c.codes(), Codes{"paced"});
  Case r;
  r.m.global.limb_lead_reversal = 1.0;
  r.m.limb_lead_reversal = ft::LimbLeadReversal::arms;
  r.m.global.qrs_axis_deg = 170.0;
  EXPECT_EQ(r.codes(), Codes{"limb_lead_reversal"});
  EXPECT_NE(r.found()[0].text.find("right and left arm"), std::string::npos);
}

TEST(Statements, SwappedElectrodesFakeNoInfarctionNorHypertrophy) {
  Case c;
  for (const char* lead : {"I", "aVL"}) {  // of swapped arms: inverted complexes look like Q waves
    c.leads[lead].q_amplitude_mv = -0.8;
    c.leads[lead].q_duration_ms = 60.0;
    c.leads[lead].qrs_max_mv = 0.2;
  }
  c.m.global.cornell_mv = 3.5;
  c.m.global.peguero_lo_presti_mv = 3.5;
  c.m.global.limb_peak_to_peak_mv = 0.3;
  EXPECT_NE(c.codes(), Codes{});
  c.m.global.limb_lead_reversal = 1.0;
  EXPECT_EQ(c.codes(), Codes{"limb_lead_reversal"});
  c.m.global.qrs_duration_ms = 140.0;
  EXPECT_EQ(c.codes(), (Codes{"limb_lead_reversal", "wide_qrs"}));
}

TEST(Statements, AdultLimitsAreForAdults) {
  Case c;
  c.m.global.heart_rate_bpm = 130.0;
  c.options.age_years = 1.0;
  EXPECT_EQ(c.codes(), Codes{"adult_limits"});
  c.options.age_years = 18.0;
  EXPECT_EQ(c.codes(), Codes{"tachycardia"});
  for (const double age : {-1.0, std::numeric_limits<double>::quiet_NaN(), 1e9}) {
    c.options.age_years = age;
    EXPECT_THROW((void)c.found(), hs::DomainError);
  }
}

TEST(Statements, ALimitIsCalledMensOnlyWhereTheSexIsKnown) {
  Case c;
  c.m.global.cornell_mv = 3.0;
  EXPECT_NE(c.found().at(0).text.find("men"), std::string::npos);
  c.m.sex = hs::Sex::unknown;
  EXPECT_EQ(c.found().at(0).text.find("men"), std::string::npos) << c.found().at(0).text;
}

}  // namespace statements_test
