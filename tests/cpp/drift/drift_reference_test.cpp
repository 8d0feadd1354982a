#include <heartsight/core/random.hpp>
#include <heartsight/drift/drift_reference.hpp>

#include "cpp/raises.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>

#include <cmath>

namespace drift_reference_test {

namespace drift = heartsight::drift;
using drift::DriftReference;
using heartsight::test::raises;

namespace {

std::vector<double> normal(std::size_t n, std::uint64_t seed) {
  heartsight::Random random(seed);
  std::vector<double> values(n);
  for (double& value : values) value = random.normal();
  return values;
}

DriftReference of(const std::vector<double>& values) {
  const drift::ReferenceColumn columns[] = {drift::NumericReference{"x", std::span<const double>(values)},
                                            drift::CategoricalReference{"c", {"a", "b"}, {3, 4}, 1}};
  return DriftReference(columns);
}

}  // namespace

TEST(DriftReference, BinsAreFewAndHoldEverything) {
  const auto values = normal(100'000, 1);
  const DriftReference reference = of(values);
  const auto& x = reference.features()[0];
  EXPECT_LE(x.counts.size(), 4098U);
  EXPECT_EQ(x.n_values(), 100'000);
  EXPECT_EQ(x.counts.front(), 0);
  EXPECT_EQ(x.counts.back(), 0);
  EXPECT_LE(*std::max_element(x.counts.begin(), x.counts.end()), 26);
  EXPECT_EQ(x.report_edges.size(), 9U);
  EXPECT_EQ(reference.features()[1].counts, (std::vector<std::int64_t>{3, 4, 0}));
  EXPECT_EQ(reference.code_of(1, "b"), 1);
  EXPECT_EQ(reference.code_of(1, "z"), 2);
}

TEST(DriftReference, FewDistinctValuesHaveABinEach) {
  std::vector<double> values;
  for (int i = 0; i < 30'000; ++i) values.push_back(i % 1000);
  const DriftReference reference = of(values);
  const auto& x = reference.features()[0];
  for (int v = 0; v < 1000; ++v) EXPECT_EQ(x.counts[reference.search(0).index_of(v)], 30);
  EXPECT_EQ(x.counts[reference.search(0).index_of(0.5)], 0);
}

TEST(DriftReference, SearchEqualsItsDefinition) {
  heartsight::Random random(2);
  for (const std::size_t n : {1U, 2U, 3U, 50U, 5000U}) {
    auto values = normal(n, n);
    for (std::size_t i = 0; i < n; i += 3) values[i] = std::round(values[i]);
    const DriftReference reference = of(values);
    const auto& edges = reference.features()[0].edges;
    std::array<double, 16> some;
    for (double& value : some) value = random.below(4) == 0 ? edges[random.below(edges.size())] : random.normal();
    some[3] = std::numeric_limits<double>::infinity();
    some[5] = -some[3];
    std::array<std::uint32_t, 16> index;
    reference.search(0).indices_of(std::span<const double, 16>(some), index);
    for (std::size_t i = 0; i < some.size(); ++i) {
      const auto wanted = std::upper_bound(edges.begin(), edges.end(), some[i]) - edges.begin();
      EXPECT_EQ(index[i], wanted);
      EXPECT_EQ(reference.search(0).index_of(some[i]), static_cast<std::size_t>(wanted));
    }
  }
}

TEST(DriftReference, BytesThereAndBack) {
  const DriftReference reference = of(normal(500, 3));
  const auto bytes = reference.to_bytes();
  const DriftReference again = DriftReference::from_bytes(bytes);
  EXPECT_EQ(again.to_bytes(), bytes);
  EXPECT_EQ(again.fingerprint(), reference.fingerprint());
  EXPECT_NE(of(normal(500, 4)).fingerprint(), reference.fingerprint());
  auto damaged = bytes;
  damaged[40] ^= std::byte{1};
  EXPECT_TRUE(raises<heartsight::FormatError>([&] { (void)DriftReference::from_bytes(damaged); }, {"DREF"}));
  for (std::size_t n = 0; n < bytes.size(); n += 97) {
    EXPECT_THROW((void)DriftReference::from_bytes(std::span(bytes).first(n)), heartsight::FormatError);
  }
}

TEST(DriftReference, Errors) {
  EXPECT_TRUE(raises<heartsight::DomainError>(
      [] {
        const std::int64_t most = std::int64_t{1} << 56;
        const drift::ReferenceColumn columns[] = {drift::CategoricalReference{"c", {"a"}, {1}, most}};
        DriftReference{columns};
      },
      {"DriftReference: c", "2^56"}));
  const std::vector<double> empty;
  const std::vector<double> one = {1.0};
  const drift::NumericReference a{"x", std::span<const double>(one)};
  EXPECT_TRUE(
      raises<heartsight::ShapeError>([] { DriftReference(std::span<const drift::ReferenceColumn>{}); }, {"columns"}));
  EXPECT_TRUE(raises<heartsight::ShapeError>(
      [&] {
        const drift::ReferenceColumn columns[] = {drift::NumericReference{"x", std::span<const double>(empty)}};
        DriftReference{columns};
      },
      {"DriftReference: x"}));
  EXPECT_TRUE(raises<heartsight::DomainError>(
      [&] {
        const drift::ReferenceColumn columns[] = {a, a};
        DriftReference{columns};
      },
      {"two columns"}));
  EXPECT_TRUE(raises<heartsight::DomainError>(
      [&] {
        const drift::ReferenceColumn columns[] = {drift::CategoricalReference{"c", {"a", "a"}, {1, 1}, 0}};
        DriftReference{columns};
      },
      {"two categories"}));
}

}  // namespace drift_reference_test
