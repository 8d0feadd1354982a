#include <heartsight/core/random.hpp>
#include <heartsight/fairness/group_state.hpp>

#include "cpp/raises.hpp"

#include <cmath>

namespace group_state_test {

namespace hf = heartsight::fairness;
using heartsight::DomainError;
using heartsight::FormatError;
using heartsight::test::raises;
using hf::GroupState;

TEST(GroupState, CountsLabelledAndUnlabelledCases) {
  GroupState state(0.5);
  state.update("sex=female", 0.9, 1);
  state.update("sex=female", 0.2, 1);
  state.update("sex=female", 0.5);
  state.update("sex=male", 0.4);
  state.update("sex=male", 0.7, 0);
  const auto& female = state.cells().at("sex=female");
  EXPECT_EQ(female.labelled, (heartsight::metrics::ConfusionCounts{1, 0, 0, 1}));
  EXPECT_EQ(female.n_unlabelled, 1);
  EXPECT_EQ(female.n_unlabelled_called, 1);
  EXPECT_EQ(female.n(), 3);
  EXPECT_EQ(female.n_called(), 2);
  EXPECT_EQ(state.n(), 5);
}

TEST(GroupState, AnyOrderAndAnySplitGiveTheSameBytes) {
  heartsight::Random random(17);
  const std::vector<std::string> names = {"a", "b", "c", "d"};
  std::vector<std::size_t> order(2000);
  std::vector<std::int64_t> group(order.size());
  std::vector<std::int64_t> label(order.size());
  std::vector<double> score(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
    group[i] = static_cast<std::int64_t>(random.below(4));
    label[i] = static_cast<std::int64_t>(random.below(3)) - 1;
    score[i] = random.uniform();
  }
  GroupState once;
  once.update(group, names, score, label);
  const auto bytes = once.to_bytes();
  for (int round = 0; round < 10; ++round) {
    random.shuffle(std::span(order));
    std::vector<GroupState> parts(1 + random.below(5));
    for (const std::size_t i : order) {
      parts[random.below(parts.size())].update(names[static_cast<std::size_t>(group[i])], score[i], label[i]);
    }
    GroupState merged;
    for (const auto& part : parts) merged.merge(part);
    EXPECT_EQ(merged.to_bytes(), bytes);
  }
  EXPECT_TRUE(GroupState::from_bytes(bytes) == once);
  once.merge(once);
  EXPECT_EQ(once.n(), 4000);
}

TEST(GroupState, AWrongBatchLeavesTheStateAsItWas) {
  GroupState state;
  state.update("a", 0.5, 1);
  const auto before = state.to_bytes();
  const std::vector<std::string> names = {"a", "b"};
  const std::vector<double> score = {0.1, std::nan("")};
  EXPECT_TRUE((raises<DomainError>([&] { state.update(std::vector<std::int64_t>{0, 1}, names, score); }, {"score"})));
  EXPECT_TRUE((raises<DomainError>(
      [&] { state.update(std::vector<std::int64_t>{0, 2}, names, std::vector<double>{0.1, 0.2}); }, {"group[1] = 2"})));
  EXPECT_TRUE((raises<heartsight::ShapeError>(
      [&] { state.update(std::vector<std::int64_t>{0}, names, std::vector<double>{0.1, 0.2}); }, {"score"})));
  EXPECT_EQ(state.to_bytes(), before);
}

TEST(GroupState, Errors) {
  GroupState state;
  EXPECT_TRUE((raises<DomainError>([&] { state.update("", 0.5, 1); }, {"must have a name"})));
  EXPECT_TRUE((raises<DomainError>([&] { state.update("a", 0.5, 2); }, {"label = 2"})));
  EXPECT_TRUE((raises<DomainError>([&] { state.merge(GroupState(0.3)); }, {"another threshold"})));
  EXPECT_TRUE((raises<DomainError>([&] { GroupState{std::nan("")}; }, {"threshold"})));
  for (std::size_t i = 0; i < GroupState::max_groups; ++i) state.update(std::to_string(i), 0.5);
  EXPECT_TRUE((raises<DomainError>([&] { state.update("one more", 0.5); }, {"more than 200 groups", "identifier"})));
  GroupState other;
  other.update("one more", 0.5);
  EXPECT_TRUE((raises<DomainError>([&] { state.merge(other); }, {"more than 200 groups"})));
  EXPECT_EQ(state.cells().size(), GroupState::max_groups);
  EXPECT_TRUE((raises<DomainError>([] { GroupState().update(std::string(201, 'x'), 0.5); }, {"at most 200 bytes"})));
  EXPECT_EQ(GroupState(-0.0).to_bytes(), GroupState(0.0).to_bytes());
}

TEST(GroupState, BytesThatItDidNotWriteAreRefused) {
  const auto refused = [](auto&& write) {
    heartsight::StateWriter writer("GRUP", 1);
    write(writer);
    const auto bytes = writer.finish();
    try {
      (void)GroupState::from_bytes(bytes);
    } catch (const FormatError&) {
      return true;
    }
    return false;
  };
  const auto cell = [](heartsight::StateWriter& w, const char* name, std::int64_t count) {
    w.text(name);
    for (int i = 0; i < 6; ++i) w.i64(count);
  };
  EXPECT_FALSE(refused([&](auto& w) { w.f64(0.5), w.u64(2), cell(w, "a", 1), cell(w, "b", 0); }));
  EXPECT_TRUE(refused([&](auto& w) { w.f64(std::nan("")), w.u64(0); }));
  EXPECT_TRUE(refused([&](auto& w) { w.f64(0.5), w.u64(2), cell(w, "b", 1), cell(w, "a", 1); }));
  EXPECT_TRUE(refused([&](auto& w) { w.f64(0.5), w.u64(1), cell(w, "a", -1); }));
  EXPECT_TRUE(refused([&](auto& w) { w.f64(0.5), w.u64(1), cell(w, "", 1); }));
  EXPECT_TRUE(refused([&](auto& w) { w.f64(0.5), w.u64(2), cell(w, "a", 1); }));
  EXPECT_TRUE(refused([&](auto& w) { w.f64(0.5), w.u64(201); }));
  EXPECT_TRUE(refused([&](auto& w) { w.f64(0.5), w.u64(0), w.u8(1); }));
}

}  // namespace group_state_test
