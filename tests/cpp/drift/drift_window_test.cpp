#include <heartsight/core/random.hpp>
#include <heartsight/drift/drift_window.hpp>

#include "cpp/raises.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>

namespace drift_window_test {

namespace drift = heartsight::drift;
using drift::BatchColumn;
using drift::DriftReference;
using drift::DriftState;
using drift::DriftWindow;
using heartsight::test::raises;

namespace {

std::shared_ptr<const DriftReference> reference() {
  static const std::vector<double> x = {1, 2, 3, 4, 5, 6};
  const drift::ReferenceColumn columns[] = {drift::NumericReference{"x", std::span<const double>(x)}};
  return std::make_shared<const DriftReference>(columns);
}
std::vector<BatchColumn> batch(const std::vector<double>& x, std::size_t from, std::size_t to) {
  return {std::span<const double>(x).subspan(from, to - from)};
}

}  // namespace

TEST(DriftWindow, ByCountHoldsTheLatestRowsHoweverTheyCome) {
  heartsight::Random random(1);
  std::vector<double> x(100);
  for (double& value : x) value = random.uniform(0.0, 8.0);
  for (const std::size_t step : {1U, 7U, 100U}) {
    auto window = DriftWindow::by_count(reference(), 30, 3);
    for (std::size_t i = 0; i < x.size(); i += step) window.update(batch(x, i, std::min(i + step, x.size())));
    DriftState wanted(reference());
    wanted.update(batch(x, 70, 100));
    EXPECT_EQ(window.n_rows(), 30);
    EXPECT_EQ(window.state().to_bytes(), wanted.to_bytes());
  }
}

TEST(DriftWindow, ByTimeForgetsWhatIsOld) {
  const std::vector<double> x = {1, 2, 3, 4, 5};
  auto window = DriftWindow::by_time(reference(), 10.0, 2);
  window.update(batch(x, 0, 1), 0.0);
  window.update(batch(x, 1, 3), 4.9);
  window.update(batch(x, 3, 4), 5.0);
  EXPECT_EQ(window.n_rows(), 4);
  window.update(batch(x, 4, 5), 10.0);
  EXPECT_EQ(window.n_rows(), 2);
  EXPECT_TRUE(raises<heartsight::DomainError>([&] { window.update(batch(x, 0, 1), 9.9); }, {"time", "before"}));
  window.update(batch(x, 0, 1), 1e9);
  EXPECT_EQ(window.n_rows(), 1);
  EXPECT_THROW(window.update(batch(x, 0, 1), std::nan("")), heartsight::DomainError);
  EXPECT_THROW(window.update(batch(x, 0, 1)), heartsight::DomainError);
}

TEST(DriftWindow, TimePassesWithoutRows) {
  const std::vector<double> x = {1, 2, 3};
  auto window = DriftWindow::by_time(reference(), 10.0, 2);
  window.update(batch(x, 0, 1), 1.0);
  window.update(batch(x, 1, 2), 6.0);
  window.advance(11.0);
  EXPECT_EQ(window.n_rows(), 1);
  EXPECT_TRUE(raises<heartsight::DomainError>([&] { window.advance(9.0); }, {"DriftWindow::advance: time", "before"}));
  window.advance(100.0);
  EXPECT_EQ(window.n_rows(), 0);
  auto by_count = DriftWindow::by_count(reference(), 4, 2);
  EXPECT_THROW(by_count.advance(1.0), heartsight::DomainError);
}

TEST(DriftWindow, ABatchThatIsRefusedMovesNothing) {
  const std::vector<double> x = {1, 2, 3};
  auto window = DriftWindow::by_time(reference(), 10.0, 2);
  window.update(batch(x, 0, 3), 1.0);
  EXPECT_THROW(window.update({}, 100.0), heartsight::ShapeError);
  EXPECT_EQ(window.n_rows(), 3);
  window.update(batch(x, 0, 1), 1.5);
  EXPECT_EQ(window.n_rows(), 4);
}

TEST(DriftWindow, LargeTimesEnd) {
  const std::vector<double> x = {1, 2, 3};
  auto window = DriftWindow::by_time(reference(), 10.0, 10);
  window.update(batch(x, 0, 1), -0x1p53 + 1.0);
  window.update(batch(x, 1, 2), 0x1p53 - 8.0);
  window.update(batch(x, 2, 3), 0x1p53 - 1.0);
  EXPECT_EQ(window.n_rows(), 2);
  EXPECT_TRUE(raises<heartsight::DomainError>([&] { window.update(batch(x, 0, 1), 0x1p53 + 8.0); }, {"time", "too large"}));
  EXPECT_EQ(window.n_rows(), 2);
}

TEST(DriftWindow, TimeMayGoBackWithinASlot) {
  const std::vector<double> x = {1, 2};
  auto window = DriftWindow::by_time(reference(), 10.0, 2);
  window.update(batch(x, 0, 1), 9.0);
  window.update(batch(x, 1, 2), 6.0);
  EXPECT_EQ(window.n_rows(), 2);
  EXPECT_THROW(window.update(batch(x, 1, 2), 4.9), heartsight::DomainError);
}

TEST(DriftWindow, Errors) {
  EXPECT_TRUE(raises<heartsight::DomainError>([] { (void)DriftWindow::by_count(reference(), 10, 3); }, {"multiple"}));
  EXPECT_TRUE(raises<heartsight::DomainError>([] { (void)DriftWindow::by_count(reference(), 10, 0); }, {"n_slots"}));
  EXPECT_TRUE(raises<heartsight::DomainError>([] { (void)DriftWindow::by_time(reference(), 0.0, 3); }, {"duration"}));
  auto window = DriftWindow::by_count(reference(), 4, 2);
  EXPECT_THROW(window.update({}), heartsight::ShapeError);
  EXPECT_THROW(window.update(batch({1.0}, 0, 1), 1.0), heartsight::DomainError);
}

}  // namespace drift_window_test
