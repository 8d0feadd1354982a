#include <heartsight/calibration/conformal.hpp>
#include <heartsight/core/random.hpp>
#include <heartsight/core/state_bytes.hpp>

#include "cpp/raises.hpp"

namespace conformal_test {

namespace hs = heartsight;
using namespace hs::calibration;
using hs::MatrixView;
using hs::test::raises;
using Labels = std::vector<std::int64_t>;
using Numbers = std::vector<double>;

namespace {

struct Cases {
  Numbers p;
  Labels y;
  Labels group;
};

/// Three classes; the model is wrong on purpose: it sharpens, and is worse for group 1.
Cases draw(std::size_t n, hs::Random& random) {
  Cases c;
  for (std::size_t i = 0; i < n; ++i) {
    c.group.push_back(static_cast<std::int64_t>(random.below(2)));
    c.y.push_back(static_cast<std::int64_t>(random.below(3)));
    double e[3];
    double sum = 0.0;
    for (int k = 0; k < 3; ++k) {
      e[k] = std::exp(2.0 * ((k == c.y.back() ? 1.5 : 0.0) + random.normal() * (c.group.back() == 1 ? 1.5 : 0.7)));
      sum += e[k];
    }
    for (const double v : e) c.p.push_back(v / sum);
  }
  return c;
}

}  // namespace

TEST(ConformalQuantile, ByHand) {
  Numbers s = {0.4, 0.1, 0.3, 0.2};
  EXPECT_EQ(detail::conformal_quantile(s, 0.2), 0.4);  // ceil(5 * 0.8) = 4
  EXPECT_EQ(detail::conformal_quantile(s, 0.4), 0.3);
  EXPECT_TRUE(std::isinf(detail::conformal_quantile(s, 0.1)));  // 5 * 0.9 > 4
  Numbers none;
  EXPECT_TRUE(std::isinf(detail::conformal_quantile(none, 0.5)));
}

TEST(ConformalSets, CoverageOverallInGroupsAndByClass) {
  // 400 pairs of calibration (99) and test (50) sets: coverage of split conformal with n = 99, alpha = 0.1 is exactly 0.9
  // on average when scores have no ties; its Monte Carlo error here is about 0.003.
  hs::Random random(1);
  for (const auto score : {ConformalScore::lac, ConformalScore::aps}) {
    double hits = 0.0;
    double total = 0.0;
    double by_group[2] = {0.0, 0.0};
    double in_group[2] = {0.0, 0.0};
    for (int repeat = 0; repeat < 400; ++repeat) {
      const Cases fit = draw(99, random);
      const Cases test = draw(50, random);
      ConformalSets sets({.score = score, .seed = random.bits()});
      sets.fit(MatrixView<const double>(fit.p.data(), 99, 3), fit.y);
      const auto member = sets.predict(MatrixView<const double>(test.p.data(), 50, 3), {}, random.bits());
      ConformalSets grouped({.score = score, .seed = random.bits()});
      grouped.fit(MatrixView<const double>(fit.p.data(), 99, 3), fit.y, fit.group);
      const auto in = grouped.predict(MatrixView<const double>(test.p.data(), 50, 3), test.group, random.bits());
      for (std::size_t i = 0; i < 50; ++i) {
        const auto truth = 3 * i + static_cast<std::size_t>(test.y[i]);
        hits += member[truth];
        total += 1.0;
        by_group[test.group[i]] += in[truth];
        in_group[test.group[i]] += 1.0;
      }
    }
    EXPECT_NEAR(hits / total, 0.9, 0.015);
    for (int g = 0; g < 2; ++g) {  // groups of about 50: between 0.9 and 0.9 + 1 / 51
      EXPECT_GT(by_group[g] / in_group[g], 0.885);
      EXPECT_LT(by_group[g] / in_group[g], 0.93);
    }
  }
}

TEST(ConformalSets, RandomizedRowByRowEqualsAllAtOnce) {
  // One call per case, the same seed in each: the coverage is that of one call, not that of one number for every patient.
  hs::Random random(6);
  double hits = 0.0;
  double whole = 0.0;
  bool seeds_matter = false;
  for (int repeat = 0; repeat < 10; ++repeat) {
    const Cases fit = draw(999, random);
    const Cases test = draw(500, random);
    ConformalSets sets({.score = ConformalScore::aps});
    sets.fit(MatrixView<const double>(fit.p.data(), 999, 3), fit.y);
    const auto member = sets.predict(MatrixView<const double>(test.p.data(), 500, 3));
    for (std::size_t i = 0; i < 500; ++i) {
      const auto one = sets.predict(MatrixView<const double>(test.p.data() + 3 * i, 1, 3));
      for (std::size_t c = 0; c < 3; ++c) ASSERT_EQ(one[c], member[3 * i + c]);
      hits += one[static_cast<std::size_t>(test.y[i])];
      whole += 1.0;
    }
    seeds_matter = seeds_matter || member != sets.predict(MatrixView<const double>(test.p.data(), 500, 3), {}, 2);
  }
  EXPECT_NEAR(hits / whole, 0.9, 0.02);
  EXPECT_TRUE(seeds_matter);
}

TEST(ConformalSets, NumbersOfRowsAreUniform) {
  hs::Random random(7);
  const Cases cases = draw(4000, random);
  const MatrixView<const double> rows(cases.p.data(), 4000, 3);
  Numbers u;
  for (std::size_t i = 0; i < 4000; ++i) u.push_back(detail::uniform_of_row(rows, i, 1));
  std::sort(u.begin(), u.end());
  double distance = 0.0;
  for (std::size_t i = 0; i < u.size(); ++i)
    distance = std::max(distance, std::abs(u[i] - (static_cast<double>(i) + 0.5) / 4000.0));
  EXPECT_LT(distance, 1.63 / std::sqrt(4000.0));  // Kolmogorov-Smirnov at 1 %
  const Numbers zero = {0.0, 1.0, -0.0, 1.0};
  const MatrixView<const double> signs(zero.data(), 2, 2);
  EXPECT_EQ(detail::uniform_of_row(signs, 0, 1), detail::uniform_of_row(signs, 1, 1));
  EXPECT_NE(detail::uniform_of_row(signs, 0, 1), detail::uniform_of_row(signs, 0, 2));
}

TEST(ConformalSets, ClassConditional) {
  hs::Random random(2);
  double hits[3] = {};
  double n[3] = {};
  for (int repeat = 0; repeat < 300; ++repeat) {
    const Cases fit = draw(120, random);
    const Cases test = draw(50, random);
    ConformalSets sets({.class_conditional = true});
    sets.fit(MatrixView<const double>(fit.p.data(), 120, 3), fit.y);
    const auto member = sets.predict(MatrixView<const double>(test.p.data(), 50, 3));
    for (std::size_t i = 0; i < 50; ++i) {
      hits[test.y[i]] += member[3 * i + static_cast<std::size_t>(test.y[i])];
      n[test.y[i]] += 1.0;
    }
  }
  for (int k = 0; k < 3; ++k) {
    EXPECT_GT(hits[k] / n[k], 0.885);
    EXPECT_LT(hits[k] / n[k], 0.94);
  }
}

TEST(ConformalSets, TooFewCasesHoldEveryClass) {
  hs::Random random(3);
  const Cases fit = draw(8, random);
  ConformalSets sets({.alpha = 0.1});
  sets.fit(MatrixView<const double>(fit.p.data(), 8, 3), fit.y);
  for (const auto m : sets.predict(MatrixView<const double>(fit.p.data(), 8, 3))) EXPECT_EQ(m, 1);
  EXPECT_TRUE(std::isinf(sets.threshold()[0]));
}

TEST(ConformalDecisions, ErrorsPerClassAreHeld) {
  hs::Random random(4);
  double wrong[2] = {};
  double n[2] = {};
  for (int repeat = 0; repeat < 400; ++repeat) {
    Numbers p;
    Labels y;
    for (int i = 0; i < 200; ++i) {
      y.push_back(random.uniform() < 0.3 ? 1 : 0);
      p.push_back(1.0 / (1.0 + std::exp(-random.normal(static_cast<double>(y.back()) * 2.0 - 1.0, 1.0))));
    }
    ConformalDecisions d(0.1);
    d.fit(MatrixView<const double>(p.data(), 150, 1), MatrixView<const std::int64_t>(y.data(), 150, 1));
    const auto answer = d.predict(MatrixView<const double>(p.data() + 150, 50, 1));
    for (std::size_t i = 0; i < 50; ++i) {
      const auto truth = y[150 + i];
      const auto right = truth == 1 ? ConformalAnswer::positive : ConformalAnswer::negative;
      if (answer[i] != right && answer[i] != ConformalAnswer::both) wrong[truth] += 1.0;
      n[truth] += 1.0;
    }
  }
  for (int c = 0; c < 2; ++c) {
    EXPECT_LT(wrong[c] / n[c], 0.11);
    EXPECT_GT(wrong[c] / n[c], 0.06);
  }
}

TEST(ConformalDecisions, ByHand) {
  Numbers p;
  Labels y;
  for (int i = 1; i <= 9; ++i) {
    p.push_back(0.05 * i);  // negatives 0.05 .. 0.45
    y.push_back(0);
    p.push_back(0.35 + 0.05 * i);  // positives 0.40 .. 0.80
    y.push_back(1);
  }
  ConformalDecisions d(0.1);
  d.fit(MatrixView<const double>(p.data(), 18, 1), MatrixView<const std::int64_t>(y.data(), 18, 1));
  const Numbers at = {0.1, 0.42, 0.9};
  const auto got = d.predict(MatrixView<const double>(at.data(), 3, 1));
  EXPECT_EQ(got[0], ConformalAnswer::negative);
  EXPECT_EQ(got[1], ConformalAnswer::both);
  EXPECT_EQ(got[2], ConformalAnswer::positive);
  ConformalDecisions loose(0.5);
  loose.fit(MatrixView<const double>(p.data(), 18, 1), MatrixView<const std::int64_t>(y.data(), 18, 1));
  EXPECT_EQ(loose.predict(MatrixView<const double>(at.data(), 3, 1))[1], ConformalAnswer::neither);
}

TEST(RiskControllingThreshold, ByHandAndBySimulation) {
  const Numbers p = {0.9, 0.2, 0.8, 0.7, 0.3, 0.6};
  const Labels y = {1, 0, 1, 1, 0, 1};  // 3 cases x 2 labels
  const MatrixView<const double> probability(p.data(), 3, 2);
  const MatrixView<const std::int64_t> label(y.data(), 3, 2);
  EXPECT_EQ(risk_controlling_threshold(probability, label, 0.1), 0.0);  // 4 * 0.1 < 1
  EXPECT_EQ(risk_controlling_threshold(probability, label, 0.3), 0.6);  // 0.2 allowed: losses 1 (0.6)
  EXPECT_EQ(risk_controlling_threshold(probability, label, 0.5), 0.7);  // 1 allowed: 1 at 0.6, then 0.5 at 0.7
  hs::Random random(5);
  double loss = 0.0;
  const int n_repeats = 1000;
  for (int repeat = 0; repeat < n_repeats; ++repeat) {
    Numbers q;
    Labels z;
    for (int i = 0; i < 51 * 4; ++i) {
      z.push_back(random.uniform() < 0.4 ? 1 : 0);
      q.push_back(1.0 / (1.0 + std::exp(-random.normal(static_cast<double>(z.back()), 1.0))));
    }
    const double t = risk_controlling_threshold(MatrixView<const double>(q.data(), 50, 4),
                                                MatrixView<const std::int64_t>(z.data(), 50, 4), 0.2);
    double n_labels = 0.0;
    double missed = 0.0;
    for (std::size_t c = 200; c < 204; ++c) {
      n_labels += static_cast<double>(z[c]);
      if (z[c] == 1 && q[c] < t) missed += 1.0;
    }
    loss += n_labels > 0.0 ? missed / n_labels : 0.0;
  }
  EXPECT_LT(loss / n_repeats, 0.2 + 0.03);  // at most 0.2; three standard errors
  EXPECT_GT(loss / n_repeats, 0.12);
}

TEST(Conformal, Errors) {
  const Numbers p = {0.9, 0.1, 0.4, 0.6};
  const MatrixView<const double> rows(p.data(), 2, 2);
  EXPECT_TRUE(raises<hs::DomainError>([] { ConformalSets({.alpha = 0.0}); }, {"alpha"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { ConformalDecisions(1.0); }, {"alpha"}));
  EXPECT_TRUE(raises<hs::NotFittedError>([&] { (void)ConformalSets().predict(rows); }, {"ConformalSets.predict"}));
  EXPECT_TRUE(raises<hs::NotFittedError>([&] { (void)ConformalDecisions().predict(rows); }, {"ConformalDecisions.predict"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { ConformalSets().fit(rows, Labels{0, 2}); }, {"class_index[1] = 2"}));
  EXPECT_TRUE(raises<hs::ShapeError>([&] { ConformalSets().fit(rows, Labels{0}); }, {"class_index"}));
  ConformalSets sets;
  sets.fit(rows, Labels{0, 1}, Labels{7, 8});
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)sets.predict(rows, Labels{7, 9}); }, {"group[1] = 9"}));
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)sets.predict(rows); }, {"group"}));
  const Labels y = {0, 1, 2, 0};
  EXPECT_TRUE(raises<hs::DomainError>(
      [&] { ConformalDecisions().fit(rows, MatrixView<const std::int64_t>(y.data(), 2, 2)); }, {"label = 2"}));
  EXPECT_TRUE(raises<hs::DomainError>(
      [&] { (void)risk_controlling_threshold(rows, MatrixView<const std::int64_t>(y.data(), 2, 2), 0.1); }, {"label = 2"}));
}

TEST(ConformalSets, TravelAsBytes) {
  hs::Random random(4);
  const Cases c = draw(60, random);
  const MatrixView<const double> p(c.p.data(), 60, 3);
  for (const auto score : {ConformalScore::lac, ConformalScore::aps}) {
    for (const bool grouped : {false, true}) {
      // 30 cases a group and alpha = 0.02: thresholds are infinite.
      for (const double alpha : {0.02, 0.3}) {
        ConformalSets sets({.score = score, .alpha = alpha, .class_conditional = grouped, .seed = 9});
        EXPECT_TRUE(ConformalSets::from_bytes(sets.to_bytes()) == sets) << "not fitted";
        sets.fit(p, c.y, grouped ? std::span<const std::int64_t>(c.group) : std::span<const std::int64_t>());
        const auto again = ConformalSets::from_bytes(sets.to_bytes());
        EXPECT_TRUE(again == sets);
        EXPECT_FALSE(again == ConformalSets(sets.options()));
        const auto group = grouped ? std::span<const std::int64_t>(c.group) : std::span<const std::int64_t>();
        EXPECT_EQ(again.predict(p, group), sets.predict(p, group));
        const auto bytes = sets.to_bytes();
        for (std::size_t i = 0; i < bytes.size(); ++i) {
          auto bad = bytes;
          bad[i] ^= std::byte{16};
          EXPECT_THROW((void)ConformalSets::from_bytes(bad), hs::FormatError) << i;
          EXPECT_THROW((void)ConformalSets::from_bytes(std::span(bytes).first(i)), hs::FormatError) << i;
        }
        EXPECT_THROW((void)ConformalDecisions::from_bytes(bytes), hs::FormatError);
      }
    }
  }
}

TEST(ConformalSets, SignedBytesThatSayNonsenseAreRefused) {
  const double nan = std::nan("");
  const double infinity = std::numeric_limits<double>::infinity();
  struct Content {
    std::uint8_t score = 0;
    double alpha = 0.1;
    std::uint8_t conditional = 0;
    std::uint64_t n_classes = 2;
    Labels groups = {};
    Numbers threshold = {0.5, 0.5};
  };
  const auto read = [](const Content& c) {
    hs::StateWriter writer("CSET", 1);
    writer.u8(c.score);
    writer.f64(c.alpha);
    writer.u8(c.conditional);
    writer.u8(1);
    writer.u64(0);
    writer.u64(c.n_classes);
    writer.i64s(c.groups);
    writer.f64s(c.threshold);
    const auto bytes = writer.finish();
    return [bytes] { (void)ConformalSets::from_bytes(bytes); };
  };
  EXPECT_NO_THROW(read({})());
  EXPECT_NO_THROW(read({.groups = {-3, 8}, .threshold = {0.5, 0.5, infinity, 0.0}})());
  EXPECT_TRUE((raises<hs::FormatError>(read({.score = 2}), {"score"})));
  EXPECT_TRUE((raises<hs::FormatError>(read({.alpha = 1.0}), {"alpha"})));
  EXPECT_TRUE((raises<hs::FormatError>(read({.alpha = nan}), {"alpha"})));
  EXPECT_TRUE((raises<hs::FormatError>(read({.conditional = 2}), {"flag"})));
  EXPECT_TRUE((raises<hs::FormatError>(read({.n_classes = 3}), {"number of thresholds"})));
  EXPECT_TRUE((raises<hs::FormatError>(read({.n_classes = 0}), {"number of thresholds"})));
  EXPECT_TRUE((raises<hs::FormatError>(read({.n_classes = 0, .groups = {1}, .threshold = {}}), {"groups"})));
  EXPECT_TRUE((raises<hs::FormatError>(read({.n_classes = std::uint64_t{1} << 63, .groups = {1, 2}}), {"number"})));
  EXPECT_TRUE((raises<hs::FormatError>(read({.groups = {8, 8}, .threshold = {1, 1, 1, 1}}), {"ascend"})));
  EXPECT_TRUE((raises<hs::FormatError>(read({.threshold = {0.5, nan}}), {"threshold"})));
  EXPECT_TRUE((raises<hs::FormatError>(read({.threshold = {0.5, -0.5}}), {"threshold"})));
  EXPECT_TRUE((raises<hs::FormatError>(read({.threshold = {0.5, 4.0}}), {"threshold"})));
}

TEST(ConformalDecisions, TravelAsBytes) {
  hs::Random random(5);
  Numbers p;
  Labels y;
  Labels group;
  for (int i = 0; i < 80; ++i) {
    group.push_back(i % 2 == 0 ? -7 : 7);
    for (int c = 0; c < 2; ++c) {
      y.push_back(static_cast<std::int64_t>(random.below(2)));
      p.push_back(0.3 * random.uniform() + 0.5 * static_cast<double>(y.back()));
    }
  }
  const MatrixView<const double> probability(p.data(), 80, 2);
  ConformalDecisions decisions(0.2);
  EXPECT_TRUE(ConformalDecisions::from_bytes(decisions.to_bytes()) == decisions) << "not fitted";
  decisions.fit(probability, MatrixView<const std::int64_t>(y.data(), 80, 2), group);
  const auto bytes = decisions.to_bytes();
  const auto again = ConformalDecisions::from_bytes(bytes);
  EXPECT_TRUE(again == decisions);
  EXPECT_EQ(again.predict(probability, group), decisions.predict(probability, group));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto bad = bytes;
    bad[i] ^= std::byte{2};
    EXPECT_THROW((void)ConformalDecisions::from_bytes(bad), hs::FormatError) << i;
  }
  const auto read = [](double alpha, std::uint64_t n_labels, Numbers threshold) {
    hs::StateWriter writer("CDEC", 1);
    writer.f64(alpha);
    writer.u64(n_labels);
    writer.i64s({});
    writer.f64s(threshold);
    const auto signed_bytes = writer.finish();
    return [signed_bytes] { (void)ConformalDecisions::from_bytes(signed_bytes); };
  };
  EXPECT_NO_THROW(read(0.1, 1, {0.2, 0.3})());
  EXPECT_TRUE((raises<hs::FormatError>(read(0.0, 1, {0.2, 0.3}), {"alpha"})));
  EXPECT_TRUE((raises<hs::FormatError>(read(0.1, 1, {0.2, 0.3, 0.4}), {"number of thresholds"})));
  EXPECT_TRUE((raises<hs::FormatError>(read(0.1, 2, {0.2, 0.3}), {"number of thresholds"})));
}

}  // namespace conformal_test
