#include <heartsight/metrics/beat_matching.hpp>

#include <heartsight/core/random.hpp>

#include "cpp/raises.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace beat_matching_test {

namespace hs = heartsight;
using hs::metrics::match_beats;
using hs::test::raises;
using Beats = std::vector<std::int64_t>;

namespace {

/// The largest number of pairs, by trying every choice.
int most_pairs(const Beats& reference, const Beats& detected, double tolerance, std::size_t r, std::vector<char>& taken) {
  if (r == reference.size()) return 0;
  int best = most_pairs(reference, detected, tolerance, r + 1, taken);
  for (std::size_t d = 0; d < detected.size(); ++d) {
    if (taken[d] != 0 || std::abs(static_cast<double>(detected[d] - reference[r])) > tolerance) continue;
    taken[d] = 1;
    best = std::max(best, 1 + most_pairs(reference, detected, tolerance, r + 1, taken));
    taken[d] = 0;
  }
  return best;
}

}  // namespace

TEST(MatchBeats, ByHand) {
  const auto match = match_beats(Beats{100, 200, 300, 400}, Beats{95, 203, 260, 390, 500}, 10.0);
  EXPECT_EQ(match.n_matched, 3);
  EXPECT_EQ(match.n_extra, 2);
  EXPECT_EQ(match.n_missed, 1);
  EXPECT_EQ(match.offset_samples, (Beats{-5, 3, -10}));
  EXPECT_DOUBLE_EQ(match.sensitivity(), 0.75);
  EXPECT_DOUBLE_EQ(match.positive_predictive_value(), 0.6);
  EXPECT_DOUBLE_EQ(match.f1(), 6.0 / 9.0);
}

TEST(MatchBeats, TheToleranceIsInclusiveAndMayBeZeroOrInfinite) {
  EXPECT_EQ(match_beats(Beats{100}, Beats{110}, 10.0).n_matched, 1);
  EXPECT_EQ(match_beats(Beats{100}, Beats{110}, 9.99).n_matched, 0);
  EXPECT_EQ(match_beats(Beats{100, 100}, Beats{100}, 0.0).n_matched, 1);
  EXPECT_EQ(match_beats(Beats{1, 2, 3}, Beats{1000, 2000}, std::numeric_limits<double>::infinity()).n_matched, 2);
}

TEST(MatchBeats, TheNearerOfTwoStandsInThePair) {
  EXPECT_EQ(match_beats(Beats{100}, Beats{92, 99, 107}, 10.0).offset_samples, Beats{-1});
  EXPECT_EQ(match_beats(Beats{92, 100, 109}, Beats{99}, 10.0).offset_samples, Beats{-1});
  EXPECT_EQ(match_beats(Beats{100, 110}, Beats{90, 101, 111}, 15.0).offset_samples, (Beats{1, 1}));
}

TEST(MatchBeats, NothingOnASide) {
  EXPECT_EQ(match_beats(Beats{}, Beats{5}, 1.0).n_extra, 1);
  EXPECT_EQ(match_beats(Beats{5}, Beats{}, 1.0).n_missed, 1);
  EXPECT_EQ(match_beats(Beats{5}, Beats{}, 1.0).f1(), 0.0);
  EXPECT_TRUE(std::isnan(match_beats(Beats{5}, Beats{}, 1.0).positive_predictive_value()));
  EXPECT_TRUE(std::isnan(match_beats(Beats{}, Beats{5}, 1.0).sensitivity()));
  EXPECT_TRUE(std::isnan(match_beats(Beats{}, Beats{}, 1.0).f1()));
}

TEST(MatchBeats, AsManyPairsAsThereCanBe) {
  hs::Random random(1);
  for (int round = 0; round < 300; ++round) {
    const auto draw = [&] {
      Beats beats(random.below(7));
      for (auto& b : beats) b = static_cast<std::int64_t>(random.below(40));
      std::sort(beats.begin(), beats.end());
      return beats;
    };
    const Beats reference = draw();
    const Beats detected = draw();
    const double tolerance = static_cast<double>(random.below(12));
    const auto match = match_beats(reference, detected, tolerance);
    std::vector<char> taken(detected.size(), 0);
    EXPECT_EQ(match.n_matched, most_pairs(reference, detected, tolerance, 0, taken));
    EXPECT_EQ(match.n_matched + match.n_missed, static_cast<std::int64_t>(reference.size()));
    EXPECT_EQ(match.n_matched + match.n_extra, static_cast<std::int64_t>(detected.size()));
    for (const auto offset : match.offset_samples) EXPECT_LE(std::abs(static_cast<double>(offset)), tolerance);
  }
}

TEST(MatchBeats, RefusesWhatDescendsAndBadTolerances) {
  EXPECT_TRUE(
      raises<hs::DomainError>([] { (void)match_beats(Beats{2, 1}, Beats{}, 1.0); }, {"match_beats", "reference[1]"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)match_beats(Beats{}, Beats{1, 2, 0}, 1.0); }, {"detected[2]"}));
  const std::int64_t far = std::numeric_limits<std::int64_t>::max();
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)match_beats(Beats{-far}, Beats{far}, 1.0); }, {"reference[0]"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)match_beats(Beats{}, Beats{}, -1.0); }, {"tolerance_samples"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)match_beats(Beats{}, Beats{}, std::nan("")); }, {"tolerance_samples"}));
}

}  // namespace beat_matching_test
