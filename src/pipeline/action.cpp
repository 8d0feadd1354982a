#include <heartsight/pipeline/action.hpp>

#include <algorithm>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

std::vector<ActionRule> default_action_rules() {
  using enum Urgency;
  return {
      {"MI", "reperfusion", "Consider immediate assessment for reperfusion (catheter laboratory), per local protocol.",
       "ECG pattern of myocardial infarction, whose age the model cannot tell", immediate, "Activate cath lab", false},
      {"MI", "antiplatelet", "Consider antiplatelet therapy after checking contraindications, per local protocol.",
       "antiplatelet therapy is part of the care of suspected acute infarction", immediate, "Administer aspirin 325mg",
       false},
      {"MI", "troponin", "Consider serial troponin now, per local protocol.", "biomarkers confirm or rule out injury",
       immediate, "Order troponin stat", false},
      {"STTC", "troponin", "Consider troponin, per local protocol.", "ST-T changes can mean ischaemia", urgent,
       "Order troponin levels", false},
      {"STTC", "repeat_ecg", "Consider a repeat 12-lead ECG in about 6 hours, or at once with new symptoms.",
       "ST-T changes that move matter more than those that stand", routine, "12-lead ECG in 6 hours", false},
      {"STTC", "cardiology_consult", "Consider a cardiology consultation.", "ST-T changes need a specialist's reading",
       urgent, "Cardiology consult", false},
      {"CD", "medication_review", "Consider a review of medication that slows conduction or prolongs QT.",
       "drugs are a common, reversible cause", routine, "Review medications", false},
      {"CD", "holter", "Consider ambulatory ECG monitoring (24 hours or longer).",
       "conduction disturbances can be intermittent", routine, "Consider 24-hour Holter monitor", false},
      {"HYP", "echocardiogram", "Consider an echocardiogram.", "structure and function tell hypertrophy from voltage alone",
       routine, "Order echocardiogram", false},
      {"HYP", "blood_pressure", "Consider blood pressure monitoring.", "hypertension is the most common cause", routine,
       "Blood pressure monitoring", false},
      {"NORM", "discharge", "No abnormality suggested by the model: consider routine follow-up as clinically indicated.",
       "the recording resembles those read as normal", routine, "Normal ECG - discharge with instructions", true},
  };
}

namespace {

void sort_and_cut(std::vector<Action>& actions, std::size_t max_actions) {
  std::stable_sort(actions.begin(), actions.end(), [](const Action& a, const Action& b) {
    if (a.urgency != b.urgency) return a.urgency < b.urgency;
    return a.probability > b.probability;
  });
  if (actions.size() > max_actions) actions.resize(max_actions);
}

}  // namespace

std::vector<Action> recommend_actions(std::span<const ActionRule> rules, std::span<const FindingScore> findings,
                                      std::size_t max_actions) {
  std::vector<FindingScore> sorted(findings.begin(), findings.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const FindingScore& a, const FindingScore& b) { return a.probability > b.probability; });
  std::vector<Action> actions;
  std::vector<bool> yields;  // left out beside anything else
  for (const FindingScore& finding : sorted) {
    for (const ActionRule& rule : rules) {
      if (rule.finding != finding.name) continue;
      const auto same = std::find_if(actions.begin(), actions.end(), [&](const Action& a) { return a.code == rule.code; });
      if (same == actions.end()) {
        actions.push_back({rule.code, rule.text, rule.urgency, {finding.name}, rule.reason, finding.probability});
        yields.push_back(rule.only_without_urgent);
        continue;
      }
      // What one rule asks for without reserve stays, whoever else asks.
      const auto place = static_cast<std::size_t>(same - actions.begin());
      yields[place] = yields[place] && rule.only_without_urgent;
      if (std::find(same->because.begin(), same->because.end(), finding.name) == same->because.end()) {
        same->because.push_back(finding.name);
      }
      if (rule.urgency < same->urgency) {
        same->urgency = rule.urgency;
        same->text = rule.text;
        same->reason = rule.reason;
      }
    }
  }
  const bool anything_else = std::find(yields.begin(), yields.end(), false) != yields.end();
  std::vector<Action> kept;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    if (!(anything_else && yields[i])) kept.push_back(std::move(actions[i]));
  }
  sort_and_cut(kept, max_actions);
  return kept;
}

std::vector<Action> recommend_actions_clinical_recommender(std::span<const ActionRule> rules,
                                                           std::span<const FindingScore> findings) {
  std::vector<FindingScore> sorted(findings.begin(), findings.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const FindingScore& a, const FindingScore& b) { return a.probability > b.probability; });
  if (sorted.empty()) sorted.push_back({"NORM", 0.0});
  std::vector<Action> actions;
  for (const FindingScore& finding : sorted) {
    for (const ActionRule& rule : rules) {
      if (rule.finding != finding.name || rule.protocol_text.empty()) continue;
      const bool there =
          std::any_of(actions.begin(), actions.end(), [&](const Action& a) { return a.text == rule.protocol_text; });
      if (!there) {
        actions.push_back({rule.code, rule.protocol_text, rule.urgency, {finding.name}, rule.reason, finding.probability});
      }
    }
  }
  sort_and_cut(actions, 5);
  return actions;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
