#pragma once

#include <heartsight/core/recording.hpp>
#include <heartsight/features/detail/global_measurer.hpp>
#include <heartsight/features/recording_measurements.hpp>
#include <heartsight/features/standard_lead_index.hpp>
#include <heartsight/features/statement.hpp>
#include <heartsight/features/voltage_criteria.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features::detail {

namespace source {
inline constexpr auto bradycardia = "Kusumoto et al. 2018, DOI 10.1161/CIR.0000000000000628";
inline constexpr auto tachycardia = "Page et al. 2015, DOI 10.1161/CIR.0000000000000311";
inline constexpr auto conduction = "Surawicz et al. 2009, DOI 10.1161/CIRCULATIONAHA.108.191095";
inline constexpr auto qt = "Rautaharju et al. 2009, DOI 10.1161/CIRCULATIONAHA.108.191096";
inline constexpr auto infarction = "Thygesen et al. 2018, DOI 10.1161/CIR.0000000000000617";
inline constexpr auto sokolow_lyon = "Sokolow and Lyon 1949, DOI 10.1016/0002-8703(49)90562-1";
inline constexpr auto cornell = "Casale et al. 1987, DOI 10.1161/01.CIR.75.3.565";
inline constexpr auto cornell_product = "Molloy et al. 1992, J Am Coll Cardiol 20:1180";
inline constexpr auto peguero = "Peguero et al. 2017, DOI 10.1016/j.jacc.2017.01.037";
inline constexpr auto romhilt_estes = "Romhilt and Estes 1968, Am Heart J 75:752";
inline constexpr auto hypertrophy = "Hancock et al. 2009, DOI 10.1161/CIRCULATIONAHA.108.191097";
inline constexpr auto reversal = "Batchvarov et al. 2007, DOI 10.1093/europace/eum198";
inline constexpr auto own = "our own rule, docs/measurements.md";
}  // namespace source

class StatementRules {
 public:
  StatementRules(const Measurements& measurements, const StatementOptions& options)
      : m_(measurements),
        g_(measurements.global),
        options_(options),
        index_(measurements.leads),
        lead_(measurements.by_lead, index_),
        reversed_(measurements.global.limb_lead_reversal == 1.0) {}

  std::vector<Statement> all() {
    if (options_.age_years.value_or(18.0) < 18.0) {
      say("adult_limits", "The patient is under 18: the limits are those of adults, and nothing is judged.", {},
          source::own);
      return std::move(found_);
    }
    rate();
    const bool paced = g_.paced == 1.0;
    if (paced) say("paced", "Most beats follow a pacing spike; the shape of QRS, ST and T is not judged.", {}, source::own);
    if (reversed_) {
      say("limb_lead_reversal",
          "Limb electrodes may have been swapped (" + std::string(to_string(m_.limb_lead_reversal)) +
              "); axis, bundle branches and limb leads are not judged.",
          {lead_number("I", "qrs_area"), lead_number("V6", "qrs_area")}, source::reversal);
    }
    if (!paced) {
      atrioventricular();
      conduction();
      if (!reversed_) axis();
    }
    corrected_qt_interval();
    if (paced) return std::move(found_);
    voltage();
    if (!(g_.qrs_duration_ms >= 120.0)) infarction();
    return std::move(found_);
  }

 private:
  using L = LeadMeasurements;

  void say(std::string code, std::string text, std::vector<StatementNumber> because, const char* from) {
    found_.push_back({std::move(code), std::move(text), std::move(because), from});
  }
  [[nodiscard]] StatementNumber number(double GlobalMeasurements::* value) const {
    for (const auto& field : global_measurement_fields) {
      if (field.value == value) return {std::string(field.name), g_.*value, std::string(field.unit)};
    }
    return {};
  }
  [[nodiscard]] StatementNumber lead_number(std::string_view lead, std::string_view name) const {
    for (const auto& field : lead_measurement_fields) {
      if (field.name == name) {
        return {std::string(lead) + "_" + std::string(name), lead_(lead, field.value), std::string(field.unit)};
      }
    }
    return {};
  }
  /// The limit of men stands in where the sex is unknown; then it is not called theirs.
  [[nodiscard]] std::string men(const char* limit) const {
    return limit + std::string(m_.sex == Sex::male ? ", men)." : ").");
  }
  [[nodiscard]] bool female() const noexcept { return m_.sex == Sex::female; }

  void rate() {
    const auto bpm = number(&GlobalMeasurements::heart_rate_bpm);
    if (bpm.value < 50.0) say("bradycardia", "The heart rate is below 50 per minute.", {bpm}, source::bradycardia);
    if (bpm.value > 100.0) say("tachycardia", "The heart rate is above 100 per minute.", {bpm}, source::tachycardia);
  }

  void atrioventricular() {
    const auto pr = number(&GlobalMeasurements::pr_interval_ms);
    if (pr.value > 200.0) {
      say("first_degree_av_block", "The PR interval is above 200 ms, the criterion of first-degree AV block.", {pr},
          source::bradycardia);
    }
    if (pr.value < 120.0) say("short_pr", "The PR interval is below 120 ms.", {pr}, source::conduction);
  }

  /// A second positive wave that is the larger one, or a single positive one that comes late: rsR', rR' or a notched R.
  [[nodiscard]] bool terminal_r(std::string_view lead) const {
    const double late = lead_(lead, &L::r2_amplitude_mv);
    if (late > 0.0 && late > lead_(lead, &L::r_amplitude_mv)) return true;
    return lead_(lead, &L::r_share) > 0.5 && lead_(lead, &L::intrinsicoid_ms) > 50.0;
  }
  [[nodiscard]] bool wide_s(std::string_view lead) const {
    const double duration = lead_(lead, &L::s_duration_ms);
    return duration > 40.0 || (duration > 0.0 && duration > lead_(lead, &L::r_duration_ms));
  }
  [[nodiscard]] bool right_pattern() const { return (terminal_r("V1") || terminal_r("V2")) && wide_s("I") && wide_s("V6"); }
  [[nodiscard]] bool left_pattern() const {
    const bool no_q = lead_("I", &L::q_amplitude_mv) > -0.05 && lead_("V6", &L::q_amplitude_mv) > -0.05;
    const bool late = lead_("V5", &L::intrinsicoid_ms) > 60.0 || lead_("V6", &L::intrinsicoid_ms) > 60.0;
    const bool broad_r = lead_("I", &L::r_share) > 0.7 || lead_("V6", &L::r_share) > 0.7;
    return no_q && late && broad_r && lead_("V1", &L::r_share) < 0.35;
  }

  void conduction() {
    const auto qrs = number(&GlobalMeasurements::qrs_duration_ms);
    if (qrs.value >= 120.0) {
      if (reversed_) {
        say("wide_qrs", "The QRS complex is at least 120 ms wide.", {qrs}, source::conduction);
      } else if (left_pattern()) {
        say("lbbb_pattern", "The QRS complex is at least 120 ms wide with the pattern of left bundle branch block.",
            {qrs, lead_number("V6", "intrinsicoid"), lead_number("V1", "r_share")}, source::conduction);
      } else if (right_pattern()) {
        say("rbbb_pattern", "The QRS complex is at least 120 ms wide with the pattern of right bundle branch block.",
            {qrs, lead_number("V1", "r2_amplitude"), lead_number("V1", "intrinsicoid"), lead_number("V6", "s_duration")},
            source::conduction);
      } else {
        say("wide_qrs", "The QRS complex is at least 120 ms wide, with the pattern of neither bundle branch block.", {qrs},
            source::conduction);
      }
    } else if (qrs.value >= 110.0 && !reversed_ && right_pattern()) {
      say("incomplete_rbbb_pattern", "The QRS complex is 110 to 119 ms wide with the pattern of right bundle branch block.",
          {qrs, lead_number("V1", "r2_amplitude"), lead_number("V6", "s_duration")}, source::conduction);
    }
  }

  void axis() {
    const auto angle = number(&GlobalMeasurements::qrs_axis_deg);
    if (angle.value < -30.0 && angle.value >= -90.0) {
      say("left_axis_deviation", "The frontal QRS axis lies between -30 and -90 degrees.", {angle}, source::conduction);
      if (angle.value <= -45.0 && g_.qrs_duration_ms < 120.0 && lead_("aVL", &L::q_amplitude_mv) < 0.0 &&
          lead_("aVL", &L::intrinsicoid_ms) >= 45.0) {
        say("lafb_pattern",
            "The axis, a qR complex in aVL and its late R peak are the pattern of left anterior fascicular block.",
            {angle, lead_number("aVL", "intrinsicoid"), number(&GlobalMeasurements::qrs_duration_ms)}, source::conduction);
      }
    } else if (angle.value > 90.0) {
      say("right_axis_deviation", "The frontal QRS axis lies beyond 90 degrees.", {angle}, source::conduction);
    } else if (angle.value < -90.0) {
      say("extreme_axis_deviation", "The frontal QRS axis lies between -90 and -180 degrees.", {angle}, source::conduction);
    }
  }

  void corrected_qt_interval() {
    const auto qt = number(&GlobalMeasurements::qtc_fridericia_ms);
    const double limit = female() ? 460.0 : 450.0;
    const std::string who = female() ? "460 ms (women)" : (m_.sex == Sex::male ? "450 ms (men)" : "450 ms");
    if (qt.value >= limit) {
      std::string text = "The corrected QT interval (Fridericia) is at least " + who + ": prolonged.";
      if (g_.qrs_duration_ms >= 120.0) text += " The wide QRS complex contributes.";
      say("prolonged_qtc", std::move(text),
          {qt, number(&GlobalMeasurements::qt_ms), number(&GlobalMeasurements::rr_mean_ms)}, source::qt);
    }
    if (qt.value <= 390.0 && qt.value > 0.0) {
      say("short_qtc",
          "The corrected QT interval (Fridericia) is at most 390 ms, the limit for short of the same recommendations; many "
          "healthy people lie near it.",
          {qt, number(&GlobalMeasurements::qt_ms), number(&GlobalMeasurements::rr_mean_ms)}, source::qt);
    }
  }

  void voltage() {
    const bool narrow = !(g_.qrs_duration_ms >= 120.0);
    const auto sokolow = number(&GlobalMeasurements::sokolow_lyon_mv);
    const auto cornell = number(&GlobalMeasurements::cornell_mv);
    const auto product = number(&GlobalMeasurements::cornell_product_mv_ms);
    const auto peguero = number(&GlobalMeasurements::peguero_lo_presti_mv);
    const auto points = number(&GlobalMeasurements::romhilt_estes_points);
    if (narrow && sokolow.value >= 3.5) {
      say("lvh_sokolow_lyon", "Meets the Sokolow-Lyon voltage criterion of left ventricular hypertrophy (3.5 mV).",
          {sokolow, lead_number("V1", "qrs_min"), lead_number("V5", "qrs_max"), lead_number("V6", "qrs_max")},
          source::sokolow_lyon);
    }
    const bool limbs = !reversed_;
    if (narrow && limbs && cornell.value > (female() ? 2.0 : 2.8)) {
      say("lvh_cornell",
          std::string("Meets the Cornell voltage criterion of left ventricular hypertrophy (") +
              (female() ? "2.0 mV, women)." : men("2.8 mV")),
          {cornell, lead_number("aVL", "qrs_max"), lead_number("V3", "qrs_min")}, source::cornell);
    }
    if (narrow && limbs && product.value > 244.0) {
      say("lvh_cornell_product", "Meets the Cornell product criterion of left ventricular hypertrophy (244 mV ms).",
          {product, cornell, number(&GlobalMeasurements::qrs_duration_ms)}, source::cornell_product);
    }
    if (narrow && limbs && peguero.value >= (female() ? 2.3 : 2.8)) {
      say("lvh_peguero_lo_presti",
          std::string("Meets the Peguero-Lo Presti criterion of left ventricular hypertrophy (") +
              (female() ? "2.3 mV, women)." : men("2.8 mV")),
          {peguero, lead_number("V4", "qrs_min")}, source::peguero);
    }
    if (narrow && limbs && points.value >= 4.0) {
      say("lvh_romhilt_estes",
          points.value >= 5.0 ? "Romhilt-Estes points for definite left ventricular hypertrophy (5 or more)."
                              : "Romhilt-Estes points for probable left ventricular hypertrophy (4).",
          {points}, source::romhilt_estes);
    }
    const auto limb = number(&GlobalMeasurements::limb_peak_to_peak_mv);
    const auto chest = number(&GlobalMeasurements::chest_peak_to_peak_mv);
    if (limbs && limb.value < 0.5)
      say("low_voltage_limb", "All QRS complexes of the limb leads are below 0.5 mV.", {limb}, source::hypertrophy);
    if (chest.value < 1.0)
      say("low_voltage_chest", "All QRS complexes of the chest leads are below 1.0 mV.", {chest}, source::hypertrophy);
  }

  /// ST elevation at the J point from which on a lead counts: 0.1 mV, in V2 and V3 more, by sex and age.
  [[nodiscard]] double elevation_limit(std::string_view lead) const {
    if (lead != "V2" && lead != "V3") return 0.1;
    if (female()) return 0.15;
    return options_.age_years.value_or(40.0) < 40.0 ? 0.25 : 0.2;
  }

  /// The first two neighbouring leads that a rule holds in; empty where there are none.
  template <class Rule>
  [[nodiscard]] std::vector<std::string_view> neighbours(const Rule& rule) const {
    // In the order of the frontal plane, then of the chest: neighbours look at neighbouring walls.
    static constexpr std::array<std::array<std::string_view, 2>, 9> pairs = {{{"aVL", "I"},
                                                                              {"II", "aVF"},
                                                                              {"aVF", "III"},
                                                                              {"II", "III"},
                                                                              {"V1", "V2"},
                                                                              {"V2", "V3"},
                                                                              {"V3", "V4"},
                                                                              {"V4", "V5"},
                                                                              {"V5", "V6"}}};
    for (std::size_t i = reversed_ ? 4 : 0; i < pairs.size(); ++i) {  // the first four are of limb leads
      const auto& pair = pairs[i];
      if (rule(pair[0]) && rule(pair[1])) return {pair[0], pair[1]};
    }
    return {};
  }

  void infarction() {
    const auto elevated = neighbours([&](std::string_view lead) { return lead_(lead, &L::j_mv) >= elevation_limit(lead); });
    if (!elevated.empty()) {
      say("st_elevation",
          "ST elevation in " + std::string(elevated[0]) + " and " + std::string(elevated[1]) +
              " reaches the limits of the universal definition of myocardial infarction; it has other causes as well.",
          {lead_number(elevated[0], "j"), lead_number(elevated[1], "j")}, source::infarction);
    }
    const auto depressed = neighbours([&](std::string_view lead) {
      return lead_(lead, &L::j_mv) <= -0.05 && lead_(lead, &L::j60_mv) <= -0.05 && lead_(lead, &L::st_slope_mv_per_s) <= 0.1;
    });
    if (!depressed.empty()) {
      say("st_depression",
          "Horizontal or down-sloping ST depression in " + std::string(depressed[0]) + " and " + std::string(depressed[1]) +
              " reaches 0.05 mV, the limit of the universal definition.",
          {lead_number(depressed[0], "j60"), lead_number(depressed[1], "j60")}, source::infarction);
    }
    const auto q = neighbours([&](std::string_view lead) {
      const std::size_t row = index_.row(lead);
      return row != StandardLeadIndex::absent && lead != "V1" &&
             pathological_q(m_.by_lead[row], lead == "V2" || lead == "V3");
    });
    if (!q.empty()) {
      say("pathological_q",
          "Q waves in " + std::string(q[0]) + " and " + std::string(q[1]) +
              " are as long and deep as after an infarction by the universal definition.",
          {lead_number(q[0], "q_duration"), lead_number(q[0], "q_amplitude"), lead_number(q[1], "q_duration"),
           lead_number(q[1], "q_amplitude")},
          source::infarction);
    }
  }

  const Measurements& m_;
  const GlobalMeasurements& g_;
  const StatementOptions& options_;
  StandardLeadIndex index_;
  LeadValues lead_;
  bool reversed_;
  std::vector<Statement> found_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::features::detail
