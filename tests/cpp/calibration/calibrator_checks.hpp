#pragma once

#include "cpp/calibration/training_cases.hpp"
#include "cpp/raises.hpp"

#include <heartsight/calibration/calibrator.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <string>

namespace heartsight::test {

enum class Monotone { yes, no };

/// What every calibrator owes: errors by name, probabilities that are probabilities, monotony, weights as repetition.
template <class C>
void check_calibrator(const std::string& name, Monotone monotone = Monotone::yes) {
  const std::vector<double> p = {0.2, 0.4, 0.6, 0.8};
  const std::vector<std::int64_t> y = {0, 1, 0, 1};
  const double not_a_number = std::numeric_limits<double>::quiet_NaN();
  using Labels = std::vector<std::int64_t>;
  using Scores = std::vector<double>;

  EXPECT_FALSE(C().is_fitted());
  EXPECT_TRUE(raises<NotFittedError>([] { (void)C().transform(0.5); }, {name + ".transform", "fit"}));
  EXPECT_TRUE(raises<NotFittedError>([&] { (void)C().transform(p); }, {name + ".transform"}));
  EXPECT_TRUE(raises<ShapeError>([] { C().fit(Scores{}, Labels{}); }, {name + ".fit: probability", "empty"}));
  EXPECT_TRUE(raises<ShapeError>([&] { C().fit(p, Labels{1}); }, {name + ".fit: label", "size 1"}));
  EXPECT_TRUE(raises<ShapeError>([&] { C().fit(p, y, Scores{1.0}); }, {"weight", "size 1"}));
  EXPECT_TRUE(raises<DomainError>([&] { C().fit(Scores{0.1, 1.1}, Labels{0, 1}); }, {"probability[1] = 1.1"}));
  EXPECT_TRUE(raises<DomainError>([&] { C().fit(Scores{not_a_number, 1}, Labels{0, 1}); }, {"probability[0] = nan"}));
  EXPECT_TRUE(raises<DomainError>([&] { C().fit(p, Labels{0, 1, 2, 1}); }, {"label[2] = 2"}));
  EXPECT_TRUE(raises<DomainError>([&] { C().fit(p, Labels{1, 1, 1, 1}); }, {"label", "both classes"}));
  EXPECT_TRUE(raises<DomainError>([&] { C().fit(p, y, Scores{1, 0, 1, 0}); }, {"both classes"}));
  for (const double w : {-1.0, not_a_number, std::numeric_limits<double>::infinity()}) {
    EXPECT_TRUE(raises<DomainError>([&] { C().fit(p, y, Scores{1, 1, w, 1}); }, {"weight[2]"}));
  }

  C fitted;
  EXPECT_EQ(&fitted.fit(p, y), &fitted);
  EXPECT_TRUE(fitted.is_fitted());
  EXPECT_TRUE(raises<DomainError>([&] { (void)fitted.transform(1.5); }, {name + ".transform: probability = 1.5"}));
  EXPECT_TRUE(raises<DomainError>([&] { (void)fitted.transform(Scores{0.5, not_a_number}); }, {"probability[1] = nan"}));
  EXPECT_TRUE(fitted.transform(Scores{}).empty());

  // A failed fit must not spoil what is there.
  const auto before = fitted.parameters();
  EXPECT_THROW(fitted.fit(p, Labels{1, 1, 1, 1}), DomainError);
  EXPECT_EQ(fitted.parameters(), before);

  // Monotone, within [0, 1], and equal however it is called.
  const auto cases = training_cases(500, 3, [](double s) { return s * s; });
  C c;
  c.fit(cases.score, cases.label);
  double last = 0.0;
  for (int i = 0; i <= 1000; ++i) {
    const double score = i / 1000.0;
    const double value = c.transform(score);
    EXPECT_TRUE((monotone == Monotone::no || value >= last) && value >= 0.0 && value <= 1.0) << name << " at " << score;
    EXPECT_EQ(c.transform(std::span<const double>(&score, 1))[0], value);
    last = value;
  }
  const std::array<float, 2> floats = {0.25F, 0.75F};
  const double doubles[] = {0.25, 0.75};
  EXPECT_EQ(c.transform(floats), c.transform(doubles));
  C from_floats;
  from_floats.fit(floats, Labels{0, 1});
  EXPECT_EQ(from_floats.parameters(), C().fit(doubles, Labels{0, 1}).parameters());

  // A weight of 3 is three cases; a weight of 0 is none.
  Scores repeated;
  Labels repeated_labels;
  Scores weight;
  for (std::size_t i = 0; i < cases.score.size(); ++i) {
    weight.push_back(static_cast<double>(i % 4));
    for (std::size_t k = 0; k < i % 4; ++k) {
      repeated.push_back(cases.score[i]);
      repeated_labels.push_back(cases.label[i]);
    }
  }
  C weighted;
  weighted.fit(cases.score, cases.label, weight);
  C copies;
  copies.fit(repeated, repeated_labels);
  for (double score = 0.0; score <= 1.0; score += 0.05) {
    EXPECT_NEAR(weighted.transform(score), copies.transform(score), 1e-7) << name << " at " << score;
  }

  // Stored and made again.
  const auto again = calibration::make_calibrator(C::kind, c.parameters());
  EXPECT_EQ(std::get<C>(again).parameters(), c.parameters());
  EXPECT_EQ(std::get<C>(again).transform(0.3), c.transform(0.3));
}

}  // namespace heartsight::test
