#include <heartsight/pipeline/action.hpp>

#include <gtest/gtest.h>

#include <algorithm>

namespace action_test {

using namespace heartsight::pipeline;
using enum Urgency;

namespace {

std::vector<std::string> codes(const std::vector<Action>& actions) {
  std::vector<std::string> result;
  for (const auto& a : actions) result.push_back(a.code);
  return result;
}

std::vector<std::string> texts(const std::vector<Action>& actions) {
  std::vector<std::string> result;
  for (const auto& a : actions) result.push_back(a.text);
  return result;
}

using Names = std::vector<std::string>;
using Findings = std::vector<FindingScore>;

}  // namespace

TEST(Actions, TheTableHasElevenRowsWithoutDoses) {
  const auto rules = default_action_rules();
  ASSERT_EQ(rules.size(), 11U);
  for (const auto& rule : rules) {
    EXPECT_TRUE(rule.text.find("onsider") != std::string::npos) << rule.text;
    EXPECT_EQ(rule.text.find("mg"), std::string::npos) << rule.text;
    EXPECT_FALSE(rule.protocol_text.empty());
  }
}

TEST(Actions, UrgencyThenProbability) {
  const auto rules = default_action_rules();
  const auto actions = recommend_actions(rules, Findings{{"HYP", 0.9}, {"STTC", 0.4}, {"CD", 0.6}}, 10);
  EXPECT_EQ(codes(actions), (Names{"troponin", "cardiology_consult", "echocardiogram", "blood_pressure", "medication_review",
                                   "holter", "repeat_ecg"}));
  EXPECT_EQ(actions[0].urgency, urgent);
  EXPECT_EQ(actions[2].probability, 0.9);
  EXPECT_EQ(actions[2].because, (Names{"HYP"}));
}

TEST(Actions, AtMostAsManyAsAsked) {
  const auto rules = default_action_rules();
  const Findings all = {{"MI", 0.9}, {"STTC", 0.8}, {"CD", 0.7}, {"HYP", 0.6}, {"NORM", 0.5}};
  EXPECT_EQ(recommend_actions(rules, all).size(), 5U);
  EXPECT_EQ(recommend_actions(rules, all, 2).size(), 2U);
  EXPECT_EQ(recommend_actions(rules, all, 2)[0].urgency, immediate);
  EXPECT_TRUE(recommend_actions(rules, all, 0).empty());
}

TEST(Actions, OneCodeIsOneActionAndTheMoreUrgentWins) {
  const auto rules = default_action_rules();
  for (const Findings& findings : {Findings{{"MI", 0.9}, {"STTC", 0.8}}, Findings{{"MI", 0.6}, {"STTC", 0.8}}}) {
    const auto actions = recommend_actions(rules, findings, 10);
    const auto troponin = std::find_if(actions.begin(), actions.end(), [](const Action& a) { return a.code == "troponin"; });
    ASSERT_NE(troponin, actions.end());
    EXPECT_EQ(std::count_if(actions.begin(), actions.end(), [](const Action& a) { return a.code == "troponin"; }), 1);
    EXPECT_EQ(troponin->urgency, immediate);
    EXPECT_EQ(troponin->text, "Consider serial troponin now, per local protocol.");
    EXPECT_EQ(troponin->because, findings[0].probability > 0.8 ? (Names{"MI", "STTC"}) : (Names{"STTC", "MI"}));
    EXPECT_EQ(troponin->probability, std::max(findings[0].probability, 0.8));
  }
}

TEST(Actions, DischargeNeverStandsBesideAnythingUrgent) {
  const auto rules = default_action_rules();
  EXPECT_EQ(codes(recommend_actions(rules, Findings{{"NORM", 0.9}})), (Names{"discharge"}));
  for (const char* other : {"MI", "STTC"}) {
    const auto actions = codes(recommend_actions(rules, Findings{{"NORM", 0.99}, {other, 0.5}}, 20));
    EXPECT_EQ(std::count(actions.begin(), actions.end(), "discharge"), 0) << other;
    EXPECT_FALSE(actions.empty());
  }
  // The urgent action is cut off by the maximum, and still keeps discharge away.
  EXPECT_TRUE(codes(recommend_actions(rules, Findings{{"NORM", 0.99}, {"MI", 0.5}}, 1)) != Names{"discharge"});
}

TEST(Actions, WhatAnotherFindingAsksForWithoutReserveStays) {
  const std::vector<ActionRule> rules = {{"A", "follow_up", "a", "", routine, "", true},
                                         {"B", "follow_up", "b", "", routine, "", false},
                                         {"B", "call", "c", "", urgent, "", false}};
  EXPECT_EQ(codes(recommend_actions(rules, Findings{{"A", 0.9}, {"B", 0.5}})), (Names{"call", "follow_up"}));
  EXPECT_EQ(codes(recommend_actions(rules, Findings{{"B", 0.9}, {"A", 0.5}})), (Names{"call", "follow_up"}));
  const std::vector<ActionRule> alone = {{"A", "x", "a", "", urgent, "", true}};
  EXPECT_EQ(codes(recommend_actions(alone, Findings{{"A", 0.9}})), (Names{"x"}));  // it yields to others only
}

TEST(Actions, NothingFoundAsksForNothing) {
  EXPECT_TRUE(recommend_actions(default_action_rules(), Findings{}).empty());
  EXPECT_TRUE(recommend_actions({}, Findings{{"MI", 1.0}}).empty());
  EXPECT_TRUE(recommend_actions(default_action_rules(), Findings{{"UNKNOWN", 1.0}}).empty());
}

TEST(ActionsClinicalRecommender, ItsOwnWordsAndTheNormFallback) {
  const auto rules = default_action_rules();
  EXPECT_EQ(texts(recommend_actions_clinical_recommender(rules, Findings{{"MI", 0.9}})),
            (Names{"Activate cath lab", "Administer aspirin 325mg", "Order troponin stat"}));
  EXPECT_EQ(texts(recommend_actions_clinical_recommender(rules, {})), (Names{"Normal ECG - discharge with instructions"}));
  // Its table asks for troponin twice, in two wordings, and keeps both; it gives five at most.
  const auto both = texts(recommend_actions_clinical_recommender(rules, Findings{{"MI", 0.9}, {"STTC", 0.8}}));
  EXPECT_EQ(both.size(), 5U);
  EXPECT_EQ(std::count(both.begin(), both.end(), "Order troponin stat"), 1);
  EXPECT_EQ(std::count(both.begin(), both.end(), "Order troponin levels"), 1);
  // Discharge beside an infarction: its defect, kept under its name.
  const auto odd = texts(recommend_actions_clinical_recommender(rules, Findings{{"NORM", 0.5}, {"MI", 0.4}}));
  EXPECT_EQ(std::count(odd.begin(), odd.end(), "Normal ECG - discharge with instructions"), 1);
}

TEST(Action, ANormalResultAdvisesNothingBesideAnotherFinding) {
  const auto rules = default_action_rules();
  for (const std::string other : {"MI", "STTC", "CD", "HYP"}) {
    const std::vector<FindingScore> findings = {{"NORM", 0.9}, {other, 0.5}};
    const auto actions = recommend_actions(rules, findings);
    EXPECT_FALSE(actions.empty());
    for (const auto& action : actions) EXPECT_NE(action.code, "discharge") << other;
  }
  const std::vector<FindingScore> alone = {{"NORM", 0.9}};
  EXPECT_EQ(recommend_actions(rules, alone).at(0).code, "discharge");
}

TEST(Actions, UrgencyInWords) {
  EXPECT_EQ(to_string(immediate), "immediate");
  EXPECT_EQ(to_string(urgent), "urgent");
  EXPECT_EQ(to_string(routine), "routine");
}

}  // namespace action_test
