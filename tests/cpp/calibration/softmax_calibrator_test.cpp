#include <heartsight/calibration/softmax_calibrator.hpp>

#include <heartsight/core/random.hpp>
#include <heartsight/core/state_bytes.hpp>

#include "cpp/raises.hpp"

namespace softmax_calibrator_test {

namespace hs = heartsight;
using namespace hs::calibration;
using hs::MatrixView;
using hs::test::raises;
using Labels = std::vector<std::int64_t>;
using Numbers = std::vector<double>;

namespace {

/// n cases of 3 classes; the class is drawn from softmax(W ln p + b).
void draw(std::size_t n, const SoftmaxCalibrator& truth, Numbers& p, Labels& y) {
  hs::Random random(1);
  p.clear();
  y.clear();
  for (std::size_t i = 0; i < n; ++i) {
    double e[3];
    double sum = 0.0;
    for (double& v : e) sum += v = std::exp(1.5 * random.normal());
    for (const double v : e) p.push_back(v / sum);
  }
  const Numbers q = truth.transform(MatrixView<const double>(p.data(), n, 3));
  for (std::size_t i = 0; i < n; ++i) {
    const double u = random.uniform();
    y.push_back(u < q[3 * i] ? 0 : (u < q[3 * i] + q[3 * i + 1] ? 1 : 2));
  }
}

}  // namespace

TEST(SoftmaxCalibrator, RecoversItsParameters) {
  Numbers p;
  Labels y;
  const std::size_t n = 40'000;
  draw(n, SoftmaxCalibrator({}, {0.5, 0, 0, 0, 0.5, 0, 0, 0, 0.5}, {0, 0, 0}), p, y);
  SoftmaxCalibrator temperature({.scaling = SoftmaxScaling::temperature});
  temperature.fit(MatrixView<const double>(p.data(), n, 3), y);
  EXPECT_NEAR(temperature.matrix()[0], 0.5, 0.02);
  EXPECT_EQ(temperature.matrix()[1], 0.0);
  EXPECT_EQ(temperature.intercept()[0], 0.0);
  draw(n, SoftmaxCalibrator({}, {0.8, 0, 0, 0, 1.2, 0, 0, 0, 1.0}, {0.3, -0.3, 0}), p, y);
  SoftmaxCalibrator vector({.scaling = SoftmaxScaling::vector, .intercept_penalty = 1e-6});
  vector.fit(MatrixView<const double>(p.data(), n, 3), y);
  EXPECT_NEAR(vector.matrix()[0], 0.8, 0.06);
  EXPECT_NEAR(vector.matrix()[4], 1.2, 0.06);
  EXPECT_NEAR(vector.intercept()[0] - vector.intercept()[1], 0.6, 0.06);
  const SoftmaxCalibrator truth({}, {1.0, -0.3, 0, 0.2, 0.8, 0, 0, 0, 1.3}, {0.2, -0.2, 0});
  draw(n, truth, p, y);
  SoftmaxCalibrator full({.off_diagonal_penalty = 1e-6, .intercept_penalty = 1e-6});
  full.fit(MatrixView<const double>(p.data(), n, 3), y);
  const MatrixView<const double> rows(p.data(), 100, 3);
  const Numbers a = full.transform(rows);
  const Numbers b = truth.transform(rows);
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 0.03);
}

TEST(SoftmaxCalibrator, TemperatureByHand) {
  // Two classes at (0.8, 0.2), right three times of four: sigmoid(t ln 4) = 3/4, so t = ln 3 / ln 4.
  const Numbers p = {0.8, 0.2, 0.8, 0.2, 0.8, 0.2, 0.8, 0.2};
  SoftmaxCalibrator c({.scaling = SoftmaxScaling::temperature});
  c.fit(MatrixView<const double>(p.data(), 4, 2), Labels{0, 0, 0, 1});
  EXPECT_NEAR(c.matrix()[0], std::log(3.0) / std::log(4.0), 1e-6);
  EXPECT_NEAR(c.transform(MatrixView<const double>(p.data(), 1, 2))[0], 0.75, 1e-6);
  // A weight is a repetition.
  SoftmaxCalibrator w({.scaling = SoftmaxScaling::temperature});
  w.fit(MatrixView<const double>(p.data(), 2, 2), Labels{0, 1}, Numbers{3, 1});
  EXPECT_NEAR(w.matrix()[0], c.matrix()[0], 1e-6);
}

TEST(SoftmaxCalibrator, SeparatedClassesAndZerosStayFinite) {
  const Numbers p = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  for (const auto scaling : {SoftmaxScaling::temperature, SoftmaxScaling::vector, SoftmaxScaling::dirichlet}) {
    SoftmaxCalibrator c({.scaling = scaling});
    c.fit(MatrixView<const double>(p.data(), 3, 3), Labels{0, 1, 2});
    const Numbers q = c.transform(MatrixView<const double>(p.data(), 3, 3));
    for (const double v : q) EXPECT_TRUE(v >= 0.0 && v <= 1.0);
    EXPECT_GT(q[0], 0.9);
  }
}

TEST(SoftmaxCalibrator, Errors) {
  const Numbers p = {0.8, 0.2, 0.5, 0.4};
  const MatrixView<const double> rows(p.data(), 2, 2);
  EXPECT_TRUE(raises<hs::DomainError>([&] { SoftmaxCalibrator().fit(rows, Labels{0, 1}); }, {"probability[1]", "sum to 1"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { SoftmaxCalibrator().fit(MatrixView<const double>(p.data(), 1, 2), Labels{2}); },
                                      {"class_index[0] = 2"}));
  EXPECT_TRUE(raises<hs::ShapeError>([&] { SoftmaxCalibrator().fit(rows, Labels{0}); }, {"probability"}));
  EXPECT_TRUE(
      raises<hs::NotFittedError>([&] { (void)SoftmaxCalibrator().transform(rows); }, {"SoftmaxCalibrator.transform"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { SoftmaxCalibrator({.intercept_penalty = -1.0}); }, {"intercept_penalty"}));
  EXPECT_TRUE(raises<hs::ShapeError>([] { SoftmaxCalibrator({}, {1, 0}, {0, 0}); }, {"matrix"}));
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)SoftmaxCalibrator({}, {1}, {0}).transform(rows); }, {"columns"}));
}

TEST(SoftmaxCalibrator, TravelsAsBytes) {
  Numbers p;
  Labels y;
  draw(500, SoftmaxCalibrator({}, {0.8, 0, 0, 0, 1.2, 0, 0, 0, 1.0}, {0.3, -0.3, 0}), p, y);
  const MatrixView<const double> matrix(p.data(), 500, 3);
  for (const auto scaling : {SoftmaxScaling::temperature, SoftmaxScaling::vector, SoftmaxScaling::dirichlet}) {
    SoftmaxCalibrator calibrator({.scaling = scaling, .intercept_penalty = 0.25});
    EXPECT_TRUE(SoftmaxCalibrator::from_bytes(calibrator.to_bytes()) == calibrator) << "not fitted";
    const auto unfitted = calibrator;
    calibrator.fit(matrix, y);
    const auto again = SoftmaxCalibrator::from_bytes(calibrator.to_bytes());
    EXPECT_TRUE(again == calibrator);
    EXPECT_FALSE(again == unfitted);
    EXPECT_EQ(again.to_bytes(), calibrator.to_bytes());
    EXPECT_EQ(again.transform(matrix), calibrator.transform(matrix));
    const auto bytes = calibrator.to_bytes();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      auto bad = bytes;
      bad[i] ^= std::byte{1};
      EXPECT_THROW((void)SoftmaxCalibrator::from_bytes(bad), hs::FormatError) << i;
      EXPECT_THROW((void)SoftmaxCalibrator::from_bytes(std::span(bytes).first(i)), hs::FormatError) << i;
    }
  }
}

TEST(SoftmaxCalibrator, SignedBytesThatSayNonsenseAreRefused) {
  const double nan = std::nan("");
  const auto bytes = [](std::uint8_t scaling, double off, double penalty, Numbers w, Numbers b, std::uint32_t version = 1) {
    hs::StateWriter writer("SMAX", version);
    writer.u8(scaling);
    writer.f64(off);
    writer.f64(penalty);
    writer.f64s(w);
    writer.f64s(b);
    return writer.finish();
  };
  const auto read = [](const std::vector<std::byte>& b) { return [b] { (void)SoftmaxCalibrator::from_bytes(b); }; };
  EXPECT_EQ(SoftmaxCalibrator::from_bytes(bytes(1, 0.0, 0.0, {1, 0, 0, 1}, {0, 1})).n_classes(), 2U);
  EXPECT_TRUE((raises<hs::FormatError>(read(bytes(3, 0.0, 0.0, {1, 0, 0, 1}, {0, 1})), {"scaling"})));
  EXPECT_TRUE((raises<hs::FormatError>(read(bytes(1, -1.0, 0.0, {1, 0, 0, 1}, {0, 1})), {"off_diagonal_penalty"})));
  EXPECT_TRUE((raises<hs::FormatError>(read(bytes(1, 0.0, nan, {1, 0, 0, 1}, {0, 1})), {"intercept_penalty"})));
  EXPECT_TRUE((raises<hs::FormatError>(read(bytes(1, 0.0, 0.0, {1, 0, 0}, {0, 1})), {"matrix"})));
  EXPECT_TRUE((raises<hs::FormatError>(read(bytes(1, 0.0, 0.0, {1}, {})), {"intercept"})));
  EXPECT_TRUE((raises<hs::FormatError>(read(bytes(1, 0.0, 0.0, {1, 0, nan, 1}, {0, 1})), {"matrix[2]"})));
  EXPECT_TRUE((raises<hs::FormatError>(read(bytes(1, 0.0, 0.0, {1, 0, 0, 1}, {0, 1}, 2)), {"version 2"})));
}

}  // namespace softmax_calibrator_test
