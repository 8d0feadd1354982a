#include <heartsight/calibration/calibration_state.hpp>
#include <heartsight/calibration/expected_calibration_error.hpp>
#include <heartsight/core/random.hpp>
#include <heartsight/metrics/probability_scores.hpp>
#include <heartsight/metrics/ranking.hpp>

#include "cpp/raises.hpp"

#include <cmath>

namespace calibration_state_test {

namespace hc = heartsight::calibration;
using hc::CalibrationState;
using heartsight::DomainError;
using heartsight::FormatError;
using heartsight::test::raises;

namespace {

struct Cases {
  std::vector<double> p;
  std::vector<std::int64_t> y;
};

Cases simulated(std::size_t n, std::uint64_t seed) {
  heartsight::Random random(seed);
  Cases cases;
  for (std::size_t i = 0; i < n; ++i) {
    const double risk = 0.02 + 0.96 * std::pow(random.uniform(), 2.0);
    cases.p.push_back(hc::detail::sigmoid(1.3 * hc::detail::logit(risk) + 0.2));
    cases.y.push_back(random.uniform() < risk ? 1 : 0);
  }
  return cases;
}

}  // namespace

TEST(CalibrationState, AgreesWithTheFunctionsOnArrays) {
  const auto cases = simulated(5000, 3);
  CalibrationState state;
  state.update(cases.p, cases.y);
  EXPECT_EQ(state.n(), 5000);
  double sum = 0.0;
  std::int64_t positive = 0;
  for (std::size_t i = 0; i < cases.p.size(); ++i) sum += cases.p[i], positive += cases.y[i];
  EXPECT_EQ(state.n_positive(), positive);
  EXPECT_NEAR(state.mean_probability(), sum / 5000, 1e-14);
  EXPECT_NEAR(state.brier_score(), heartsight::metrics::brier_score(cases.y, cases.p), 1e-14);
  for (const std::size_t bins : {1, 10, 15, 20, 30}) {
    EXPECT_NEAR(state.expected_calibration_error(bins), hc::expected_calibration_error(cases.p, cases.y, {.n_bins = bins}),
                1e-13);
  }
  EXPECT_NEAR(state.auroc(), heartsight::metrics::auroc(cases.y, cases.p), state.auroc_error());
  EXPECT_LT(state.auroc_error(), 0.001);
  const auto line = hc::calibration_line(cases.p, cases.y);
  EXPECT_NEAR(state.line().slope.value, line.slope.value, 0.002);
  EXPECT_NEAR(state.line().slope.low, line.slope.low, 0.002);
  EXPECT_NEAR(state.line().intercept.value, line.intercept.value, 0.002);
}

TEST(CalibrationState, AnyOrderAndAnySplitGiveTheSameBytes) {
  auto cases = simulated(3000, 4);
  heartsight::Random random(5);
  std::vector<std::size_t> order(cases.p.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
    if (i % 5 == 0) cases.y[i] = -1;
  }
  CalibrationState once;
  once.update(cases.p, cases.y);
  EXPECT_EQ(once.n_unlabelled(), 600);
  for (int round = 0; round < 8; ++round) {
    random.shuffle(std::span(order));
    std::vector<CalibrationState> parts(1 + random.below(6));
    for (const std::size_t i : order) parts[random.below(parts.size())].update(cases.p[i], cases.y[i]);
    CalibrationState merged;
    for (const auto& part : parts) merged.merge(part);
    EXPECT_EQ(merged.to_bytes(), once.to_bytes());
    EXPECT_EQ(merged.brier_score(), once.brier_score());
    EXPECT_EQ(merged.mean_probability(), once.mean_probability());
  }
  EXPECT_TRUE(CalibrationState::from_bytes(once.to_bytes()) == once);
  EXPECT_LT(once.to_bytes().size(), 65536U);
  CalibrationState twice = once;
  twice.merge(twice);
  EXPECT_EQ(twice.n(), 2 * once.n());
  EXPECT_EQ(twice.brier_score(), once.brier_score());
}

TEST(CalibrationState, EmptyAndOneSided) {
  CalibrationState state;
  EXPECT_EQ(state.n(), 0);
  for (const double value : {state.mean_probability(), state.observed_rate(), state.brier_score(), state.auroc(),
                             state.expected_calibration_error(), state.line().slope.value}) {
    EXPECT_TRUE(std::isnan(value));
  }
  EXPECT_TRUE(CalibrationState::from_bytes(state.to_bytes()) == state);
  state.update(1.0, 1);
  state.update(0.0, 1);
  EXPECT_EQ(state.brier_score(), 0.5);
  EXPECT_TRUE(std::isnan(state.auroc()));
  EXPECT_EQ(state.curve(1)[0].mean_probability, 0.5);
  state.update(0.25);
  EXPECT_EQ(state.mean_probability_unlabelled(), 0.25);
  EXPECT_EQ(state.n(), 2);
}

TEST(CalibrationState, AWrongBatchLeavesTheStateAsItWas) {
  CalibrationState state;
  state.update(0.5, 1);
  const auto before = state.to_bytes();
  EXPECT_TRUE((raises<DomainError>([&] { state.update(std::vector<double>{0.1, 1.5}); }, {"probability[1]"})));
  EXPECT_TRUE((raises<DomainError>([&] { state.update(std::vector<double>{0.1, 0.5}, std::vector<std::int64_t>{0, 2}); },
                                   {"label[1] = 2"})));
  EXPECT_TRUE((raises<heartsight::ShapeError>(
      [&] { state.update(std::vector<double>{0.1, 0.5}, std::vector<std::int64_t>{0}); }, {"label"})));
  EXPECT_TRUE((raises<DomainError>([&] { state.update(std::nan("")); }, {"probability"})));
  EXPECT_TRUE((raises<DomainError>([&] { state.update(0.5, -2); }, {"label"})));
  EXPECT_TRUE((raises<DomainError>([&] { (void)state.curve(7); }, {"must divide 900"})));
  EXPECT_TRUE((raises<DomainError>([&] { (void)state.curve(0); }, {"must divide 900"})));
  EXPECT_EQ(state.to_bytes(), before);
}

TEST(CalibrationState, BytesThatItDidNotWriteAreRefused) {
  const auto accepted = [](std::uint32_t n_used,
                           const std::vector<std::pair<std::uint32_t, std::vector<std::int64_t>>>& bins) {
    heartsight::StateWriter writer("CALI", 1);
    writer.i64s(heartsight::ExactSum().words());
    writer.u32(n_used);
    for (const auto& [bin, numbers] : bins) {
      writer.u32(bin);
      for (const auto value : numbers) writer.i64(value);
    }
    const auto bytes = writer.finish();
    try {
      (void)CalibrationState::from_bytes(bytes);
    } catch (const FormatError&) {
      return false;
    }
    return true;
  };
  const std::int64_t half = std::int64_t{1} << 51;
  EXPECT_TRUE(accepted(1, {{450, {0, 1, 0, 0, half, 0, 0}}}));
  EXPECT_FALSE(accepted(1, {{451, {0, 1, 0, 0, half, 0, 0}}})) << "0.5 is not in that bin";
  EXPECT_FALSE(accepted(1, {{900, {0, 1, 0, 1, 0, 0, 0}}}));
  EXPECT_FALSE(accepted(2, {{450, {0, 1, 0, 0, half, 0, 0}}, {450, {0, 1, 0, 0, half, 0, 0}}}));
  EXPECT_FALSE(accepted(1, {{450, {0, -1, 0, 0, half, 0, 0}}}));
  EXPECT_FALSE(accepted(1, {{450, {0, 0, 0, 0, 0, 0, 0}}})) << "an empty bin is not written";
  EXPECT_FALSE(accepted(2, {{450, {0, 1, 0, 0, half, 0, 0}}}));
  EXPECT_FALSE(accepted(0, {{450, {0, 1, 0, 0, half, 0, 0}}}));
}

}  // namespace calibration_state_test
