#include <heartsight/fairness/group_counts.hpp>

#include "cpp/raises.hpp"

#include <cmath>

namespace group_counts_test {

namespace hf = heartsight::fairness;
using heartsight::test::raises;

TEST(GroupCounts, ByHandAndWithoutACopyOfFloats) {
  const std::vector<std::int64_t> label = {1, 0, 1, 0, 1, 0};
  const std::vector<std::int64_t> group = {0, 0, 2, 2, 0, 2};
  const std::vector<double> score = {0.9, 0.5, 0.4, 0.6, 0.1, 0.2};
  const auto counts = hf::group_counts(label, score, group, 3, 0.5);
  ASSERT_EQ(counts.size(), 3U);
  EXPECT_EQ(counts[0], (heartsight::metrics::ConfusionCounts{1, 1, 0, 1}));
  EXPECT_EQ(counts[1], heartsight::metrics::ConfusionCounts{}) << "a group without a case is still a group";
  EXPECT_EQ(counts[2], (heartsight::metrics::ConfusionCounts{0, 1, 1, 1}));
  const std::vector<float> narrow(score.begin(), score.end());
  EXPECT_EQ(hf::group_counts(label, narrow, group, 3, 0.5), counts);
  EXPECT_TRUE(hf::group_counts({}, std::span<const double>{}, {}, 0, 0.5).empty());
}

TEST(GroupCounts, Errors) {
  const std::vector<std::int64_t> label = {1, 0};
  const std::vector<std::int64_t> group = {0, 1};
  const std::vector<double> score = {0.9, 0.5};
  using heartsight::DomainError;
  using heartsight::ShapeError;
  const auto call = [](auto l, auto s, auto g, std::size_t n, double t) {
    return [=] { (void)hf::group_counts(l, s, g, n, t); };
  };
  EXPECT_TRUE((raises<ShapeError>(call(label, std::vector<double>{0.1}, group, 2, 0.5), {"group_counts", "score"})));
  EXPECT_TRUE((raises<ShapeError>(call(label, score, std::vector<std::int64_t>{0}, 2, 0.5), {"group"})));
  EXPECT_TRUE((raises<DomainError>(call(label, score, group, 1, 0.5), {"group[1] = 1"})));
  EXPECT_TRUE((raises<DomainError>(call(label, score, std::vector<std::int64_t>{0, -1}, 2, 0.5), {"group[1] = -1"})));
  EXPECT_TRUE((raises<DomainError>(call(std::vector<std::int64_t>{1, 2}, score, group, 2, 0.5), {"label"})));
  EXPECT_TRUE((raises<DomainError>(call(label, std::vector<double>{0.1, std::nan("")}, group, 2, 0.5), {"score[1]"})));
  EXPECT_TRUE((raises<DomainError>(call(label, score, group, 2, std::nan("")), {"threshold"})));
  EXPECT_TRUE((raises<DomainError>(call(label, score, group, std::size_t{1} << 62, 0.5), {"n_groups"})));
}

}  // namespace group_counts_test
