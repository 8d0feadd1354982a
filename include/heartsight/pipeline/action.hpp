#pragma once

#include <heartsight/core/export.hpp>
#include <heartsight/version.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

enum class Urgency : std::uint8_t { immediate, urgent, routine };

[[nodiscard]] constexpr std::string_view to_string(Urgency urgency) noexcept {
  constexpr std::string_view names[] = {"immediate", "urgent", "routine"};
  return names[static_cast<std::size_t>(urgency)];
}

/// One row of an action table: what a clinician may consider when a finding is there.
struct ActionRule {
  std::string finding;  ///< name of the class that asks for it
  std::string code;     ///< identity: rules of one code are one action
  std::string text;     ///< a prompt to a clinician, without doses
  std::string reason;   ///< why, in a few words
  Urgency urgency = Urgency::routine;
  std::string protocol_text;         ///< wording under protocol "clinical_recommender"; empty: not part of it
  bool only_without_urgent = false;  ///< (discharge) never stands beside an action of another rule without this mark

  friend bool operator==(const ActionRule&, const ActionRule&) = default;
};

/// An action that a recording asks for.
struct Action {
  std::string code;
  std::string text;
  Urgency urgency = Urgency::routine;
  std::vector<std::string> because;  ///< the findings that ask for it, most probable first
  std::string reason;
  double probability = 0.0;  ///< of the most probable of these findings

  friend bool operator==(const Action&, const Action&) = default;
};

/// A finding as far as actions are concerned.
struct FindingScore {
  std::string name;
  double probability = 0.0;
};

/// The eleven rows of the published action table "clinical_recommender", in corrected wording and with its own beside it.
[[nodiscard]] HEARTSIGHT_EXPORT std::vector<ActionRule> default_action_rules();

/// The actions that findings ask for, ordered by urgency and then by falling probability.
///
/// Rules of one code are one action: the more urgent rule gives text and urgency, and every finding that asks is named. A
/// rule marked only_without_urgent is left out as soon as any rule without the mark asks for an action. No finding, no
/// action.
/// @param max_actions  at most this many are kept, from the top.
[[nodiscard]] HEARTSIGHT_EXPORT std::vector<Action> recommend_actions(std::span<const ActionRule> rules,
                                                                      std::span<const FindingScore> findings,
                                                                      std::size_t max_actions = 5);

/// The actions as protocol "clinical_recommender" gives them: rows of the table in the order of the findings, equal texts
/// once, its own wording; with no finding, the row of NORM.
[[nodiscard]] HEARTSIGHT_EXPORT std::vector<Action> recommend_actions_clinical_recommender(
    std::span<const ActionRule> rules, std::span<const FindingScore> findings);

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
