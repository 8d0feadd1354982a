#include <heartsight/core/random.hpp>
#include <heartsight/core/state_bytes.hpp>
#include <heartsight/drift/compare.hpp>
#include <heartsight/drift/drift_state.hpp>

#include "cpp/raises.hpp"

#include <cmath>
#include <limits>
#include <memory>

namespace drift_state_test {

namespace drift = heartsight::drift;
using drift::BatchColumn;
using drift::DriftReference;
using drift::DriftState;
using heartsight::test::raises;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

struct Rows {
  std::vector<double> x;
  std::vector<std::int64_t> c;
  std::vector<BatchColumn> part(std::size_t from, std::size_t to) const {
    return {std::span<const double>(x).subspan(from, to - from), std::span<const std::int64_t>(c).subspan(from, to - from)};
  }
};

Rows rows(std::size_t n, std::uint64_t seed, double mean = 0.0) {
  heartsight::Random random(seed);
  Rows made;
  for (std::size_t i = 0; i < n; ++i) {
    const double value = random.normal(mean, 1.0) * (random.below(50) == 0 ? 1e12 : 1.0);
    made.x.push_back(random.below(30) == 0 ? std::nan("") : random.below(10) == 0 ? 0.25 : value);
    made.c.push_back(static_cast<std::int64_t>(random.below(4)) - 1);
  }
  return made;
}

std::shared_ptr<const DriftReference> reference_of(const std::vector<double>& x) {
  const drift::ReferenceColumn columns[] = {drift::NumericReference{"x", std::span<const double>(x)},
                                            drift::CategoricalReference{"c", {"a", "b"}, {50, 60}, 3}};
  return std::make_shared<const DriftReference>(columns);
}

}  // namespace

TEST(DriftState, AnySplitAndAnyOrderGiveTheSameBytes) {
  const auto reference = reference_of(rows(3000, 1).x);
  const Rows data = rows(4001, 2);
  DriftState whole(reference);
  whole.update(data.part(0, 4001));
  heartsight::Random random(3);
  for (int run = 0; run < 20; ++run) {
    std::vector<std::size_t> cuts = {0, 4001};
    for (int k = 0; k < 9; ++k) cuts.push_back(random.below(4002));
    std::sort(cuts.begin(), cuts.end());
    std::vector<DriftState> parts;
    for (std::size_t k = 0; k + 1 < cuts.size(); ++k) {
      parts.emplace_back(reference);
      parts.back().update(data.part(cuts[k], cuts[k + 1]));
    }
    random.shuffle(std::span(parts));
    while (parts.size() > 1) {  // in a random tree
      const std::size_t a = random.below(parts.size() - 1);
      parts[a].merge(parts.back());
      parts.pop_back();
      std::swap(parts[a], parts[random.below(parts.size())]);
    }
    ASSERT_EQ(parts[0].to_bytes(), whole.to_bytes());
  }
  DriftState one_by_one(reference);
  for (std::size_t i = 0; i < 4001; ++i) one_by_one.update(data.part(i, i + 1));
  EXPECT_EQ(one_by_one.to_bytes(), whole.to_bytes());
  EXPECT_EQ(whole.n_rows(), 4001);
}

TEST(DriftState, BytesThereAndBack) {
  const auto reference = reference_of(rows(3000, 1).x);
  DriftState state(reference);
  state.update(rows(500, 5).part(0, 500));
  const auto bytes = state.to_bytes();
  EXPECT_LT(bytes.size(), 64U * 1024 * 2);
  EXPECT_EQ(DriftState::from_bytes(bytes, reference).to_bytes(), bytes);
  const auto other = reference_of(rows(3000, 9).x);
  EXPECT_TRUE(raises<heartsight::DomainError>([&] { (void)DriftState::from_bytes(bytes, other); }, {"another reference"}));
  EXPECT_TRUE(raises<heartsight::DomainError>([&] { state.merge(DriftState(other)); }, {"another reference"}));
  for (std::size_t n = 0; n < bytes.size(); n += 499) {
    EXPECT_THROW((void)DriftState::from_bytes(std::span(bytes).first(n), reference), heartsight::FormatError);
  }
}

TEST(DriftState, SignedBytesThatSayNonsenseAreRefused) {
  const std::vector<double> x = {1, 2, 3, 4, 5, 6};
  const drift::ReferenceColumn columns[] = {drift::NumericReference{"x", std::span<const double>(x)}};
  const auto reference = std::make_shared<const DriftReference>(columns);
  using Words = std::vector<std::int64_t>;
  const auto read = [&](std::int64_t n_rows, const Words& low, const Words& high, std::int64_t n_missing = 0) {
    heartsight::StateWriter writer("DRFT", 1);
    writer.u64(reference->fingerprint());
    writer.i64(n_rows);
    writer.u64(1);
    Words counts(reference->features()[0].counts.size(), 0);
    counts[0] = n_rows;
    writer.i64s(counts);
    writer.i64(n_missing);
    writer.i64s(low);
    writer.i64s(high);
    const auto bytes = writer.finish();
    return [bytes, reference] { (void)DriftState::from_bytes(bytes, reference); };
  };
  const Words none = {0, 0, 0, 0};
  EXPECT_NO_THROW(read(3, {0, 0, 2, 0}, none)());
  const auto refused = [&](std::int64_t n_rows, const Words& low, const Words& high, const char* why) {
    return raises<heartsight::FormatError>(read(n_rows, low, high), {why});
  };
  EXPECT_TRUE(refused(3, {0, 0, 4, 0}, none, "contradicts the number of rows"));
  EXPECT_TRUE(refused(3, none, {0, 4, 0, 0}, "contradicts the number of rows"));
  EXPECT_TRUE(refused(3, {1, 0, 0, 0}, none, "contradicts the number of rows"));
  EXPECT_TRUE(refused(3, {0, 0, -1, 0}, none, "contradicts the number of rows"));
  EXPECT_TRUE(refused(3, {0, 0, std::int64_t{1} << 62, 0}, none, "words that no sum gives"));
  EXPECT_TRUE(refused((std::int64_t{1} << 56) + 1, none, none, "number of rows"));
  EXPECT_TRUE(refused(-1, none, none, "number of rows"));
  for (const std::int64_t missing : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1}, std::int64_t{4}}) {
    EXPECT_TRUE(raises<heartsight::FormatError>(read(3, none, none, missing), {"the counts of a column"})) << missing;
  }
}

TEST(DriftState, ItsResultIsThatOfTheArraysWithinItsBounds) {
  heartsight::Random random(7);
  for (const std::size_t n : {40U, 900U, 20'000U}) {
    for (const double shift : {0.0, 0.3, 5.0}) {
      for (const bool rounded : {false, true}) {
        std::vector<double> x(n);
        std::vector<double> y(n + 13);
        for (double& value : x) value = random.normal();
        for (double& value : y) value = random.normal(shift, 1.0);
        if (rounded) {
          for (auto* side : {&x, &y}) {
            for (double& value : *side) value = std::round(4.0 * value) / 4.0;
          }
        }
        const auto reference = reference_of(x);
        DriftState state(reference);
        const std::vector<std::int64_t> c(y.size(), 0);
        state.update(std::vector<BatchColumn>{std::span<const double>(y), std::span<const std::int64_t>(c)});
        const auto got = state.result().columns[0];
        const drift::ComparedColumn columns[] = {
            drift::NumericColumn{"x", std::span<const double>(x), std::span<const double>(y)}};
        const auto exact = drift::compare(columns).columns[0];
        EXPECT_EQ(got.population_stability_index, exact.population_stability_index);
        EXPECT_EQ(got.jensen_shannon, exact.jensen_shannon);
        EXPECT_EQ(got.current_counts, exact.current_counts);
        EXPECT_LE(got.kolmogorov_smirnov, exact.kolmogorov_smirnov);
        EXPECT_GE(got.kolmogorov_smirnov + got.kolmogorov_smirnov_error, exact.kolmogorov_smirnov - 1e-12);
        double largest = 0.0;  // bin of either side, without the tails, where the distance is exact
        const auto& a = reference->features()[0].counts;
        const auto& b = state.features()[0].counts();
        for (std::size_t i = 1; i + 1 < a.size(); ++i) {
          largest = std::max({largest, static_cast<double>(a[i]) / static_cast<double>(x.size()),
                              static_cast<double>(b[i]) / static_cast<double>(y.size())});
        }
        EXPECT_LE(got.kolmogorov_smirnov_error, largest + 1e-12);
        EXPECT_NEAR(got.wasserstein, exact.wasserstein, got.wasserstein_error + 1e-9);
        EXPECT_EQ(got.verdict, exact.verdict) << n << " " << shift << " " << got.reason << " / " << exact.reason;
      }
    }
  }
}

TEST(DriftState, TailsAndInfinities) {
  const std::vector<double> x = {1, 2, 3, 4};
  const auto reference = reference_of(x);
  DriftState state(reference);
  const std::vector<double> y = {0, 0.5, 9, 4};
  const std::vector<std::int64_t> c(4, 1);
  state.update(std::vector<BatchColumn>{std::span<const double>(y), std::span<const std::int64_t>(c)});
  const auto r = state.result({.min_count = 1}).columns[0];
  EXPECT_NEAR(r.wasserstein, 1.0 / 4 + 1.5 / 4 + 1.0 / 4 + 5.0 / 4, 1e-12);  // 0->1, 0.5->2, 4->3, 9->4
  const std::vector<double> far = {inf, -inf, std::nan(""), 2};
  state.update(std::vector<BatchColumn>{std::span<const double>(far), std::span<const std::int64_t>(c)});
  const auto rows_after = state.result({.min_count = 1}).columns;
  EXPECT_TRUE(std::isinf(rows_after[0].wasserstein));
  EXPECT_EQ(rows_after[1].kind, drift::ColumnKind::missing);
}

TEST(DriftState, RowsOfAMatrix) {
  const std::vector<double> x = {1, 2, 3, 4};
  const drift::ReferenceColumn columns[] = {drift::NumericReference{"x", std::span<const double>(x)},
                                            drift::NumericReference{"y", std::span<const double>(x)}};
  const auto reference = std::make_shared<const DriftReference>(columns);
  const double rows_of_two[] = {1, 2, 3, 4};
  DriftState a(reference);
  a.update(heartsight::MatrixView<const double>(rows_of_two, 2, 2));
  DriftState b(reference);
  b.update(heartsight::MatrixView<const double>(rows_of_two + 2, 1, 2));
  b.update(heartsight::MatrixView<const double>(rows_of_two, 1, 2));
  EXPECT_EQ(a.to_bytes(), b.to_bytes());
}

TEST(DriftState, WhatIsWrongAddsNothing) {
  const auto reference = reference_of({1, 2, 3});
  DriftState state(reference);
  const auto empty = state.to_bytes();
  const std::vector<double> y = {1, 2};
  const std::vector<std::int64_t> c = {0, 3};
  const std::vector<std::int64_t> one = {0};
  const std::span<const double> numbers(y);
  const std::span<const std::int64_t> codes(c);
  const std::span<const std::int64_t> short_codes(one);
  EXPECT_TRUE(raises<heartsight::ShapeError>([&] { state.update(std::vector<BatchColumn>{numbers}); }, {"batch"}));
  EXPECT_TRUE(raises<heartsight::ShapeError>([&] { state.update(std::vector<BatchColumn>{numbers, short_codes}); }, {"c"}));
  EXPECT_TRUE(
      raises<heartsight::DomainError>([&] { state.update(std::vector<BatchColumn>{numbers, codes}); }, {"c[1] = 3"}));
  EXPECT_TRUE(raises<heartsight::DomainError>([&] { state.update(std::vector<BatchColumn>{numbers, numbers}); },
                                              {"is categorical"}));
  EXPECT_EQ(state.to_bytes(), empty);
  EXPECT_EQ(state.result().verdict, drift::Verdict::not_enough_data);
  EXPECT_THROW((void)state.result({.preset = drift::Preset::reference}), heartsight::DomainError);
}

TEST(DriftState, InfinitiesInTheReferenceLeaveTheWassersteinDistanceUsable) {
  const auto judged = [](const std::vector<double>& x, const std::vector<double>& y) {
    const drift::ReferenceColumn columns[] = {drift::NumericReference{"x", std::span<const double>(x)}};
    DriftState state(std::make_shared<const DriftReference>(columns));
    const BatchColumn batch[] = {std::span<const double>(y)};
    state.update(batch);
    drift::CompareOptions options;
    options.method = drift::DriftMethod::wasserstein;
    return state.result(options).columns.front();
  };
  const auto with = [](std::size_t n, std::uint64_t seed, double mean, std::vector<double> more) {
    heartsight::Random random(seed);
    for (std::size_t i = 0; i < n; ++i) more.push_back(random.normal(mean, 1.0));
    return more;
  };
  for (const std::size_t n : {1000U, 20'000U}) {  // a bin for each value, and quantiles
    for (const std::vector<double>& more : {std::vector{inf}, std::vector{-inf}, std::vector{inf, -inf}}) {
      for (const double mean : {5.0, -5.0}) {
        const auto moved = judged(with(n, 1, 0.0, more), with(n, 2, mean, more));
        EXPECT_EQ(moved.verdict, drift::Verdict::drift) << n << " " << more[0] << " " << mean;
        EXPECT_GT(moved.wasserstein, 1.0);
        EXPECT_LE(moved.p_value, 0.001);
      }
      const auto same = judged(with(n, 1, 0.0, more), with(n, 3, 0.0, more));
      EXPECT_EQ(same.verdict, drift::Verdict::no_drift_shown) << n << " " << more[0];
      EXPECT_LT(same.wasserstein, 0.2);
    }
  }
  EXPECT_EQ(judged(with(1000, 1, 0.0, {inf}), with(1000, 2, 0.0, {})).wasserstein, inf);
  EXPECT_EQ(judged(with(1000, 1, 0.0, {-inf}), with(1000, 2, 0.0, {})).wasserstein, inf);
  EXPECT_EQ(judged(with(1000, 1, 0.0, {}), with(1000, 2, 0.0, {inf})).wasserstein, inf);
  EXPECT_EQ(judged({inf, inf}, {1.0, 2.0}).wasserstein, inf);
  EXPECT_EQ(judged({-inf, -inf}, {1.0}).wasserstein, inf);
  EXPECT_EQ(judged({inf, inf}, {inf}).wasserstein, 0.0);
}

}  // namespace drift_state_test
