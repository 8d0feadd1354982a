#include <heartsight/metrics/group_folds.hpp>

#include "cpp/raises.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace group_folds_test {

namespace hs = heartsight;
using hs::metrics::group_folds;
using hs::test::raises;

using Ids = std::vector<std::int64_t>;

TEST(GroupFolds, NeverSplitsAGroupAndLeavesNoFoldEmpty) {
  std::mt19937_64 random(8);
  for (int repeat = 0; repeat < 100; ++repeat) {
    Ids group(5 + random() % 200);
    Ids stratum(group.size());
    for (std::size_t i = 0; i < group.size(); ++i) {
      group[i] = static_cast<std::int64_t>(random() % 40) - 20;
      stratum[i] = static_cast<std::int64_t>(random() % 3) * 1'000'000'007;
    }
    const std::size_t n_groups = std::set<std::int64_t>(group.begin(), group.end()).size();
    const std::size_t n_folds = 2 + random() % std::max<std::size_t>(1, n_groups / 4);
    if (n_folds > n_groups) continue;
    const auto fold = group_folds(group, stratum, n_folds, random());
    std::map<std::int64_t, std::int64_t> fold_of;
    for (std::size_t i = 0; i < group.size(); ++i) {
      ASSERT_TRUE(fold[i] >= 0 && fold[i] < static_cast<std::int64_t>(n_folds));
      ASSERT_EQ(fold_of.emplace(group[i], fold[i]).first->second, fold[i]) << "group " << group[i] << " is split";
    }
  }
}

TEST(GroupFolds, SpreadsTheStrataEvenly) {
  Ids group(100);
  Ids stratum(100);
  for (std::size_t i = 0; i < 100; ++i) {
    group[i] = static_cast<std::int64_t>(i);
    stratum[i] = i % 10 == 0 ? 1 : 0;
  }
  const auto fold = group_folds(group, stratum, 5, 3);
  for (std::int64_t f = 0; f < 5; ++f) {
    EXPECT_EQ(std::count(fold.begin(), fold.end(), f), 20);
    int rare = 0;
    for (std::size_t i = 0; i < 100; ++i) rare += fold[i] == f && stratum[i] == 1 ? 1 : 0;
    EXPECT_EQ(rare, 2);
  }
}

TEST(GroupFolds, SeededGolden) {
  const Ids group = {0, 1, 2, 3, 4, 5, 6, 7};
  EXPECT_EQ(group_folds(group, {}, 4, 1), group_folds(group, {}, 4, 1));
  EXPECT_NE(group_folds(group, {}, 4, 1), group_folds(group, {}, 4, 2));
  EXPECT_EQ(group_folds(group, {}, 4, 1), (Ids{0, 1, 2, 3, 1, 3, 2, 0})) << "folds of a seed must never change";
}

TEST(GroupFolds, Errors) {
  EXPECT_TRUE(raises<hs::ShapeError>([] { (void)group_folds(Ids{}, Ids{}, 2, 0); }, {"group_folds: group", "empty"}));
  EXPECT_TRUE(raises<hs::ShapeError>([] { (void)group_folds(Ids{1, 2}, Ids{1}, 2, 0); }, {"stratum", "size 1"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)group_folds(Ids{1, 2}, {}, 1, 0); }, {"n_folds = 1"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)group_folds(Ids{1, 2, 2}, {}, 3, 0); }, {"n_folds = 3"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)group_folds(Ids{7, 7}, {}, 2, 0); }, {"n_folds = 2"}));
}

}  // namespace group_folds_test
