#include <heartsight/metrics/class_measures.hpp>

#include "cpp/raises.hpp"

namespace class_measures_test {

namespace hs = heartsight;
using namespace hs::metrics;
using hs::MatrixView;
using hs::test::raises;
using Labels = std::vector<std::int64_t>;
using Numbers = std::vector<double>;

TEST(OneHot, ByHand) {
  EXPECT_EQ(one_hot(Labels{0, 2}, 3), (Labels{1, 0, 0, 0, 0, 1}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)one_hot(Labels{3}, 3); }, {"class_index[0] = 3"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)one_hot(Labels{0}, 0); }, {"n_classes"}));
}

TEST(ClassMeasures, AveragesOfColumns) {
  const Labels y = {1, 0, 0, 1, 1, 1, 0, 0};
  const Numbers s = {0.9, 0.1, 0.2, 0.8, 0.6, 0.3, 0.7, 0.4};
  const MatrixView<const std::int64_t> labels(y.data(), 4, 2);
  const MatrixView<const double> scores(s.data(), 4, 2);
  const auto got = class_measures(ScoreMeasure::auroc, labels, scores);
  const Numbers first = {auroc(Labels{1, 0, 1, 0}, Numbers{0.9, 0.2, 0.6, 0.7}),
                         auroc(Labels{0, 1, 1, 0}, Numbers{0.1, 0.8, 0.3, 0.4})};
  EXPECT_EQ(got.per_class, first);
  EXPECT_EQ(got.macro, (first[0] + first[1]) / 2);
  EXPECT_EQ(got.weighted, got.macro);  // two positives each
  EXPECT_EQ(got.micro, auroc(y, s));
  const auto weighted = class_measures(ScoreMeasure::brier_score, labels, scores, Numbers{1, 0, 0, 0});
  EXPECT_NEAR(weighted.per_class[0], 0.01, 1e-15);
  EXPECT_NEAR(weighted.weighted, 0.01, 1e-15);  // only the first class has a positive with weight
  EXPECT_NEAR(class_measures(ScoreMeasure::log_loss, labels, scores).micro, log_loss(y, s), 1e-15);
  EXPECT_EQ(class_measures(ScoreMeasure::average_precision, labels, scores).micro, average_precision(y, s));
}

TEST(ClassMeasures, AClassWithoutPositives) {
  const Labels y = {1, 0, 0, 0};
  const Numbers s = {0.9, 0.1, 0.2, 0.8};
  const auto got = class_measures(ScoreMeasure::auroc, MatrixView<const std::int64_t>(y.data(), 2, 2),
                                  MatrixView<const double>(s.data(), 2, 2));
  EXPECT_TRUE(std::isnan(got.per_class[1]) && std::isnan(got.macro));
  EXPECT_EQ(got.weighted, 1.0);
}

TEST(ClassMeasures, Errors) {
  const Labels y = {1, 0};
  const Numbers s = {0.9, 0.1};
  const MatrixView<const std::int64_t> labels(y.data(), 2, 1);
  EXPECT_TRUE(raises<hs::ShapeError>(
      [&] { (void)class_measures(ScoreMeasure::auroc, labels, MatrixView<const double>(s.data(), 1, 2)); }, {"score"}));
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)class_measures(ScoreMeasure::auroc, {}, {}); }, {"label"}));
  EXPECT_TRUE(raises<hs::ShapeError>(
      [&] { (void)class_measures(ScoreMeasure::auroc, labels, MatrixView<const double>(s.data(), 2, 1), Numbers{1}); },
      {"weight"}));
}

TEST(MultiClass, LossesByHand) {
  const Numbers p = {0.5, 0.3, 0.2, 0.1, 0.8, 0.1};
  const MatrixView<const double> rows(p.data(), 2, 3);
  EXPECT_NEAR(multi_class_log_loss(Labels{0, 1}, rows), -(std::log(0.5) + std::log(0.8)) / 2, 1e-15);
  EXPECT_NEAR(multi_class_brier_score(Labels{0, 1}, rows), ((0.25 + 0.09 + 0.04) + (0.01 + 0.04 + 0.01)) / 2, 1e-15);
  EXPECT_NEAR(multi_class_log_loss(Labels{0, 1}, rows, Numbers{1, 0}), -std::log(0.5), 1e-15);
  EXPECT_TRUE(std::isnan(multi_class_log_loss(Labels{0, 1}, rows, Numbers{0, 0})));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)multi_class_log_loss(Labels{0, 3}, rows); }, {"class_index[1] = 3"}));
  EXPECT_TRUE(raises<hs::DomainError>(
      [&] { (void)multi_class_brier_score(Labels{0}, MatrixView<const double>(p.data(), 1, 2)); }, {"sum to 1"}));
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)multi_class_brier_score(Labels{0}, rows); }, {"probability"}));
}

}  // namespace class_measures_test
