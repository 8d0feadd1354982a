#include <heartsight/core/random.hpp>
#include <heartsight/drift/compare.hpp>

#include "cpp/raises.hpp"

#include <cmath>
#include <limits>
#include <string_view>

namespace compare_test {

namespace drift = heartsight::drift;
using drift::Verdict;

namespace {

std::vector<double> normal(std::size_t n, std::uint64_t seed, double mean = 0.0, double sd = 1.0) {
  heartsight::Random random(seed);
  std::vector<double> values(n);
  for (double& value : values) value = random.normal(mean, sd);
  return values;
}

drift::NumericColumn column(const std::vector<double>& x, const std::vector<double>& y, std::string name = "x") {
  return {std::move(name), std::span<const double>(x), std::span<const double>(y)};
}

drift::ColumnDrift one(const std::vector<double>& x, const std::vector<double>& y,
                       const drift::CompareOptions& options = {}) {
  const drift::ComparedColumn columns[] = {column(x, y)};
  return drift::compare(columns, options).columns.front();
}

}  // namespace

TEST(Compare, VerdictsOfNumbers) {
  EXPECT_EQ(one(normal(500, 1), normal(500, 2)).verdict, Verdict::no_drift_shown);
  EXPECT_EQ(one(normal(500, 1), normal(500, 2, 0.5)).verdict, Verdict::drift);
  EXPECT_EQ(one(normal(200'000, 1), normal(200'000, 2, 0.03)).verdict, Verdict::negligible);
  EXPECT_EQ(one(normal(19, 1), normal(500, 2, 3.0)).verdict, Verdict::not_enough_data);
  const auto drifted = one(normal(500, 1), normal(500, 2, 0.5));
  EXPECT_NE(drifted.reason.find("margin 0.05"), std::string::npos);
  EXPECT_EQ(drifted.method, drift::DriftMethod::anderson_darling);
}

TEST(Compare, EveryMethodSeesAShiftAndNoneSeesNothing) {
  for (const char* name : {"kolmogorov_smirnov", "anderson_darling", "cramer_von_mises", "wasserstein",
                           "population_stability_index", "jensen_shannon", "hellinger"}) {
    drift::CompareOptions options;
    options.method = drift::parse_drift_method(name);
    for (const std::size_t n : {100U, 3000U}) {
      EXPECT_EQ(one(normal(n, 1), normal(n, 2, 0.8), options).verdict, Verdict::drift) << name << n;
      EXPECT_NE(one(normal(n, 5), normal(n, 6), options).verdict, Verdict::drift) << name << n;
    }
    const auto tiny_shift = one(normal(300'000, 1), normal(300'000, 2, 0.03), options);
    EXPECT_EQ(tiny_shift.verdict, Verdict::negligible) << name << " " << tiny_shift.p_value;
  }
}

TEST(Compare, TheSizeOfEveryMethodIsTheLevel) {
  for (const char* name : {"anderson_darling", "cramer_von_mises", "wasserstein", "population_stability_index",
                           "jensen_shannon", "hellinger"}) {
    drift::CompareOptions options;
    options.method = drift::parse_drift_method(name);
    options.n_resamples = 199;
    constexpr int n_runs = 500;
    int n_alarms = 0;
    for (int run = 0; run < n_runs; ++run) {
      options.seed = static_cast<std::uint64_t>(run);
      n_alarms += one(normal(60, options.seed * 2 + 1), normal(90, options.seed * 2 + 2), options).p_value < 0.05 ? 1 : 0;
    }
    EXPECT_NEAR(n_alarms / static_cast<double>(n_runs), 0.05, 4.0 * std::sqrt(0.05 * 0.95 / n_runs)) << name;
  }
}

TEST(Compare, Categories) {
  const auto verdict = [](std::vector<std::int64_t> a, std::vector<std::int64_t> b) {
    std::vector<std::string> names(a.size(), "c");
    const drift::ComparedColumn columns[] = {drift::CategoricalColumn{"c", names, std::move(a), std::move(b), 0, 0}};
    return drift::compare(columns).columns.front();
  };
  EXPECT_EQ(verdict({500, 500}, {505, 495}).verdict, Verdict::no_drift_shown);
  EXPECT_EQ(verdict({500, 500}, {600, 400}).verdict, Verdict::drift);
  EXPECT_EQ(verdict({5'000'000, 5'000'000}, {5'010'000, 4'990'000}).verdict, Verdict::negligible);
  EXPECT_EQ(verdict({100, 0}, {0, 100}).verdict, Verdict::drift);
  EXPECT_EQ(verdict({100}, {100}).p_value, 1.0);
  EXPECT_NEAR(verdict({500, 500}, {600, 400}).effect, 0.1, 1e-15);
  EXPECT_EQ(verdict({0}, {0}).verdict, Verdict::not_enough_data);
}

TEST(Compare, MissingValuesAreATestOfTheirOwn) {
  auto y = normal(500, 2);
  for (std::size_t i = 0; i < y.size(); i += 5) y[i] = std::nan("");
  const auto x = normal(500, 1);
  const drift::ComparedColumn columns[] = {column(x, y)};
  const auto report = drift::compare(columns);
  ASSERT_EQ(report.columns.size(), 2U);
  EXPECT_EQ(report.columns[0].verdict, Verdict::no_drift_shown);
  EXPECT_EQ(report.columns[1].kind, drift::ColumnKind::missing);
  EXPECT_EQ(report.columns[1].verdict, Verdict::drift);
  EXPECT_DOUBLE_EQ(report.columns[1].effect, 0.2);
  EXPECT_EQ(report.verdict, Verdict::drift);
}

TEST(Compare, CorrectionOverTheFamily) {
  const auto x = normal(300, 1);
  const auto y = normal(300, 2, 0.2);
  std::vector<drift::ComparedColumn> columns(20, column(x, y));
  const auto holm = drift::compare(columns);
  EXPECT_NEAR(holm.columns[0].adjusted_p_value, std::min(1.0, 20.0 * holm.columns[0].p_value), 1e-12);
  drift::CompareOptions options;
  options.correction = drift::Correction::benjamini_hochberg;
  EXPECT_NEAR(drift::compare(columns, options).columns[0].adjusted_p_value, holm.columns[0].p_value, 1e-12);
}

TEST(Compare, ThreadsDoNotMatter) {
  std::vector<std::vector<double>> data;
  for (std::uint64_t i = 0; i < 12; ++i) data.push_back(normal(400, i));
  std::vector<drift::ComparedColumn> columns;
  for (std::size_t i = 0; i < 6; ++i) columns.emplace_back(column(data[2 * i], data[2 * i + 1]));
  drift::CompareOptions options;
  options.method = drift::DriftMethod::wasserstein;
  const auto one_thread = drift::compare(columns, options);
  options.n_threads = 4;
  const auto four = drift::compare(columns, options);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(one_thread.columns[i].p_value, four.columns[i].p_value);
}

TEST(Compare, DegenerateColumns) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  const std::vector<double> constant(100, 2.0);
  EXPECT_EQ(one(constant, constant).verdict, Verdict::no_drift_shown);
  EXPECT_EQ(one(constant, std::vector<double>(100, 2.5)).verdict, Verdict::drift);
  EXPECT_EQ(one(std::vector<double>(50, std::nan("")), constant).verdict, Verdict::not_enough_data);
  EXPECT_EQ(one({}, constant).verdict, Verdict::not_enough_data);
  auto y = normal(300, 2);
  y[0] = inf;
  drift::CompareOptions options;
  options.method = drift::DriftMethod::wasserstein;
  EXPECT_EQ(one(normal(300, 1), y, options).verdict, Verdict::no_drift_shown);
  EXPECT_EQ(drift::compare({}).verdict, Verdict::not_enough_data);
}

TEST(Compare, PresetReference) {
  drift::CompareOptions options;
  options.preset = drift::Preset::reference;
  const auto small = one(normal(1000, 1), normal(800, 2, 0.2), options);
  EXPECT_EQ(small.rule, "K-S p_value");
  EXPECT_EQ(small.verdict, Verdict::drift);
  const auto large = one(normal(1001, 1), normal(800, 2, 0.05), options);
  EXPECT_EQ(large.rule, "Wasserstein distance (normed)");
  EXPECT_EQ(one({1, 1, 2, 2}, {1, 2, 2, 2}, options).rule, "Z-test p_value");
  EXPECT_EQ(one({1, 1, 2, 3}, {1, 2, 2, 3}, options).rule, "chi-square p_value");
}

TEST(Compare, Errors) {
  const auto fails = [](drift::CompareOptions options, const char* part) {
    return heartsight::test::raises<heartsight::DomainError>([&] { (void)drift::compare({}, options); }, {"compare", part});
  };
  EXPECT_TRUE(fails({.alpha = 0.0}, "alpha"));
  EXPECT_TRUE(fails({.margin = -1.0}, "margin"));
  EXPECT_TRUE(fails({.min_count = 0}, "min_count"));
  EXPECT_TRUE(fails({.n_resamples = 10}, "n_resamples"));
  EXPECT_TRUE(fails({.n_threads = 0}, "n_threads"));
  const drift::ComparedColumn columns[] = {drift::CategoricalColumn{"c", {"a"}, {1, 2}, {1, 2}, 0, 0}};
  EXPECT_TRUE(heartsight::test::raises<heartsight::ShapeError>([&] { (void)drift::compare(columns); }, {"categories"}));
}

TEST(Compare, HugeAndTinyValuesAreComparedAsOthers) {
  for (const char* name : {"automatic", "wasserstein"}) {
    drift::CompareOptions options;
    if (std::string_view(name) != "automatic") options.method = drift::parse_drift_method(name);
    const auto wanted = one(normal(300, 1), normal(300, 2, 0.5), options);
    for (const int exponent : {-700, 530, 1019}) {
      const double unit = std::ldexp(1.0, exponent);
      const auto row = one(normal(300, 1, 0.0, unit), normal(300, 2, 0.5 * unit, unit), options);
      EXPECT_EQ(row.verdict, Verdict::drift) << name << exponent;
      EXPECT_NEAR(row.p_value, wanted.p_value, 1e-9 * wanted.p_value) << name << exponent;
      EXPECT_NEAR(row.effect, wanted.effect, 1e-9) << name << exponent;
      EXPECT_NEAR(row.wasserstein_sd, wanted.wasserstein_sd, 1e-9) << name << exponent;
    }
  }
}

TEST(Compare, ARangeBeyondTheLargestNumberDoesNotEndTheComparison) {
  std::vector<double> x = normal(100, 1);
  std::vector<double> y = normal(100, 2);
  x[0] = y[1] = 1.7e308;
  x[2] = y[3] = -1.7e308;
  drift::CompareOptions options;
  options.method = drift::DriftMethod::wasserstein;
  EXPECT_NE(one(x, y, options).verdict, Verdict::drift);
}

TEST(Compare, ColumnsOfVeryManyCategoriesEndSoonAndKeepTheLevel) {
  const auto row = [](std::size_t n_categories, std::size_t n_rows, double share_moved, std::uint64_t seed,
                      drift::DriftMethod method, std::size_t n_resamples = 1999) {
    heartsight::Random random(seed);
    drift::CategoricalColumn made;
    made.name = "id";
    made.reference_counts.assign(n_categories, 0);
    made.current_counts.assign(n_categories, 0);
    for (std::size_t i = 0; i < n_categories; ++i) made.categories.push_back(std::to_string(i));
    for (std::size_t i = 0; i < n_rows; ++i) {
      ++made.reference_counts[random.below(n_categories)];
      ++made.current_counts[random.below(random.uniform() < share_moved ? n_categories / 2 : n_categories)];
    }
    drift::CompareOptions options;
    options.method = method;
    options.n_resamples = n_resamples;
    const drift::ComparedColumn columns[] = {std::move(made)};
    return drift::compare(columns, options).columns.front();
  };
  for (const auto method : {drift::DriftMethod::population_stability_index, drift::DriftMethod::jensen_shannon,
                            drift::DriftMethod::hellinger, drift::DriftMethod::chi_square}) {
    EXPECT_EQ(row(50'000, 50'000, 0.0, 1, method).verdict, Verdict::no_drift_shown);  // all of them rare
    EXPECT_EQ(row(5'000, 50'000, 0.0, 2, method).verdict, Verdict::no_drift_shown);   // few of them
    EXPECT_EQ(row(5'000, 50'000, 0.8, 3, method).verdict, Verdict::drift);
    int n_alarms = 0;
    constexpr int n_runs = 60;
    for (std::uint64_t run = 0; run < n_runs; ++run)
      n_alarms += row(400, 2'000, 0.0, 100 + run, method, 99).p_value < 0.05 ? 1 : 0;
    EXPECT_LE(n_alarms, 9) << static_cast<int>(method);  // within four standard errors
  }
}

}  // namespace compare_test
