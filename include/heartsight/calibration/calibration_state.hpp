#pragma once

#include <heartsight/calibration/calibration_line.hpp>
#include <heartsight/core/check.hpp>
#include <heartsight/core/exact_sum.hpp>
#include <heartsight/core/state_bytes.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::calibration {

/// What has been seen in one bin of a CalibrationState.
struct CalibrationCell {
  std::int64_t n = 0;           ///< cases with a known outcome
  std::int64_t n_positive = 0;  ///< of those
  double mean_probability = std::numeric_limits<double>::quiet_NaN();
};

/// How a model's calibration stands, kept while cases come: add, merge, save, load.
///
/// Probabilities are counted in 900 bins of equal width with exact sums of each bin (in units of 2^-52) and of the squared
/// errors, so that any order and any split of the same cases give the same state and the same bytes. From it follow mean
/// probability and observed rate (exact), the Brier score (exact), ECE for any number of bins that divides 900, and, from
/// the bins, AUROC with its largest possible error and the calibration line. A case whose outcome is not known yet is
/// counted too. 72 KB of memory; bytes only for bins that are not empty, at most 40 KB.
class CalibrationState {
 public:
  static constexpr std::size_t n_bins = 900;
  static constexpr std::uint32_t newest_version = 1;

  /// One case. @param probability in [0, 1]. @param label 0, 1, or -1 when the outcome is not known. @throws DomainError.
  void update(double probability, std::int64_t label = -1) {
    constexpr auto where = "CalibrationState::update";
    check::in_closed_range(where, "probability", probability, 0.0, 1.0);
    if (label < -1 || label > 1) {
      check::detail::fail<DomainError>(where, "label", check::detail::show(label), "must be 0, 1, or -1 for unknown");
    }
    add(probability, label);
  }

  /// A batch: (n,) probabilities, and labels (n,) or empty when none is known. All or nothing.
  /// @throws ShapeError sizes differ. @throws DomainError as for one case.
  void update(std::span<const double> probability, std::span<const std::int64_t> label = {}) {
    constexpr auto where = "CalibrationState::update";
    check::in_closed_range<double>(where, "probability", probability, 0.0, 1.0);
    if (!label.empty()) {
      check::same_size(where, "probability", probability.size(), "label", label.size());
      for (std::size_t i = 0; i < label.size(); ++i) {
        if (label[i] < -1 || label[i] > 1) {
          check::detail::fail<DomainError>(where, check::detail::indexed("label", i), check::detail::show(label[i]),
                                           "must be 0, 1, or -1 for unknown");
        }
      }
    }
    for (std::size_t i = 0; i < probability.size(); ++i) add(probability[i], label.empty() ? -1 : label[i]);
  }

  /// Everything that the other has seen.
  void merge(const CalibrationState& other) noexcept {
    for (std::size_t b = 0; b < n_bins; ++b) {
      const Cell from = other.cells_[b];  // a copy: merging with itself doubles
      Cell& cell = cells_[b];
      cell.n_negative += from.n_negative;
      cell.n_positive += from.n_positive;
      cell.n_unlabelled += from.n_unlabelled;
      cell.labelled.add(from.labelled);
      cell.unlabelled.add(from.unlabelled);
    }
    const ExactSum errors = other.squared_errors_;
    squared_errors_.merge(errors);
  }

  [[nodiscard]] std::int64_t n() const noexcept { return total(&Cell::n_negative) + n_positive(); }
  [[nodiscard]] std::int64_t n_positive() const noexcept { return total(&Cell::n_positive); }
  [[nodiscard]] std::int64_t n_unlabelled() const noexcept { return total(&Cell::n_unlabelled); }

  /// Of the cases with a known outcome; NaN without one.
  [[nodiscard]] double mean_probability() const noexcept { return mean_of(&Cell::labelled, n()); }
  [[nodiscard]] double mean_probability_unlabelled() const noexcept { return mean_of(&Cell::unlabelled, n_unlabelled()); }
  [[nodiscard]] double observed_rate() const noexcept { return ratio(static_cast<double>(n_positive()), n()); }
  /// Mean squared difference of probability and outcome, exact; NaN without a case.
  [[nodiscard]] double brier_score() const noexcept { return ratio(squared_errors_.value(), n()); }

  /// Cases in `bins` bins of equal width. @throws DomainError bins does not divide 900.
  [[nodiscard]] std::vector<CalibrationCell> curve(std::size_t bins = 15) const {
    constexpr auto where = "CalibrationState::curve";
    if (bins == 0 || n_bins % bins != 0) {
      check::detail::fail<DomainError>(where, "bins", check::detail::show(bins), "must divide 900");
    }
    const std::size_t width = n_bins / bins;
    std::vector<CalibrationCell> result(bins);
    for (std::size_t b = 0; b < bins; ++b) {
      FixedSum sum;
      for (std::size_t k = b * width; k < (b + 1) * width; ++k) {
        result[b].n += cells_[k].n_negative + cells_[k].n_positive;
        result[b].n_positive += cells_[k].n_positive;
        sum.add(cells_[k].labelled);
      }
      result[b].mean_probability = ratio(sum.value(), result[b].n);
    }
    return result;
  }

  /// ECE with bins of equal width, as expected_calibration_error up to cases within rounding of an edge; NaN without a case.
  /// @throws DomainError as curve.
  [[nodiscard]] double expected_calibration_error(std::size_t bins = 15) const {
    double sum = 0.0;
    for (const CalibrationCell& c : curve(bins)) {
      if (c.n > 0) sum += std::abs(static_cast<double>(c.n_positive) - static_cast<double>(c.n) * c.mean_probability);
    }
    return ratio(sum, n());
  }

  /// AUROC with cases of one bin taken as ties; NaN when a class is missing. The true one is within auroc_error.
  [[nodiscard]] double auroc() const noexcept {
    double below = 0.0;
    double wins = 0.0;
    for (const Cell& c : cells_) {
      wins += static_cast<double>(c.n_positive) * (below + 0.5 * static_cast<double>(c.n_negative));
      below += static_cast<double>(c.n_negative);
    }
    return wins / pairs();
  }
  [[nodiscard]] double auroc_error() const noexcept {
    double ties = 0.0;
    for (const Cell& c : cells_) ties += static_cast<double>(c.n_positive) * static_cast<double>(c.n_negative);
    return 0.5 * ties / pairs();
  }

  /// Calibration intercept and slope from the mean probability of each bin. Close to calibration_line of the cases where the
  /// logit changes little within 1/900; most of the difference comes from risks below 1 in 100. @throws DomainError level.
  [[nodiscard]] CalibrationLine line(double level = 0.95) const {
    detail::RecalibrationData data;
    for (const Cell& c : cells_) {
      const std::int64_t cases = c.n_negative + c.n_positive;
      if (cases == 0) continue;
      const double z = detail::logit(std::clamp(c.labelled.value() / static_cast<double>(cases), 0.0, 1.0));
      for (const double target : {0.0, 1.0}) {
        const auto weight = static_cast<double>(target > 0.5 ? c.n_positive : c.n_negative);
        if (weight == 0.0) continue;
        data.logit.push_back(z);
        data.target.push_back(target);
        data.weight.push_back(weight);
      }
    }
    return detail::line_of(data, level);
  }

  [[nodiscard]] std::vector<std::byte> to_bytes() const {
    StateWriter writer("CALI", newest_version);
    writer.i64s(squared_errors_.words());
    std::uint32_t n_used = 0;
    for (const Cell& c : cells_) n_used += c == Cell{} ? 0 : 1;
    writer.u32(n_used);
    for (std::size_t b = 0; b < n_bins; ++b) {
      const Cell& c = cells_[b];
      if (c == Cell{}) continue;
      writer.u32(static_cast<std::uint32_t>(b));
      for (const std::int64_t value : c.numbers()) writer.i64(value);
    }
    return writer.finish();
  }

  /// @throws FormatError bytes that to_bytes did not write.
  [[nodiscard]] static CalibrationState from_bytes(std::span<const std::byte> bytes) {
    StateReader reader(bytes, "CALI", newest_version);
    CalibrationState state;
    state.squared_errors_ = ExactSum::from_words(reader.i64s());
    const std::uint32_t n_used = reader.u32();
    std::int64_t last = -1;
    for (std::uint32_t k = 0; k < n_used; ++k) {
      const std::uint32_t b = reader.u32();
      if (b >= n_bins || static_cast<std::int64_t>(b) <= last) reader.fail("the bins do not ascend");
      last = b;
      std::array<std::int64_t, 7> numbers;
      for (auto& value : numbers) value = reader.i64();
      for (const std::int64_t value : numbers) {
        if (value < 0 || value > (std::int64_t{1} << 56)) reader.fail("a count is out of range");
      }
      Cell& c = state.cells_[b];
      c = {numbers[0], numbers[1], numbers[2], {numbers[3], numbers[4]}, {numbers[5], numbers[6]}};
      const auto holds = [b](const FixedSum& sum, std::int64_t count) {
        // Each case adds from b/900 to (b + 1)/900, give or take a rounding.
        const auto cases = static_cast<double>(count);
        const double low = static_cast<double>(b) / n_bins * cases;
        const double high = static_cast<double>(b + 1) / n_bins * cases;
        return sum.fraction < FixedSum::one && sum.value() >= low - 1e-9 * cases && sum.value() <= high + 1e-9 * cases;
      };
      if (c == Cell{} || !holds(c.labelled, c.n_negative + c.n_positive) || !holds(c.unlabelled, c.n_unlabelled)) {
        reader.fail("a sum does not belong to its bin");
      }
    }
    reader.finish();
    const double errors = state.squared_errors_.value();
    const auto cases = static_cast<double>(state.n());
    if (!(errors >= 0.0 && errors <= cases) || cases > 0x1p56) reader.fail("the sum of squared errors is out of range");
    return state;
  }

  friend bool operator==(const CalibrationState&, const CalibrationState&) = default;

 private:
  /// A sum of numbers in [0, 1], each rounded to a multiple of 2^-52: order-free in two words.
  struct FixedSum {
    static constexpr std::int64_t one = std::int64_t{1} << 52;
    std::int64_t whole = 0;
    std::int64_t fraction = 0;  // below one

    void add(double value) noexcept { carry(std::llround(value * 0x1.0p52)); }
    void add(const FixedSum& other) noexcept {
      whole += other.whole;
      carry(other.fraction);
    }
    [[nodiscard]] double value() const noexcept {
      return static_cast<double>(whole) + static_cast<double>(fraction) * 0x1.0p-52;
    }
    friend bool operator==(const FixedSum&, const FixedSum&) = default;

   private:
    void carry(std::int64_t units) noexcept {
      fraction += units;
      whole += fraction >> 52;
      fraction &= one - 1;
    }
    friend class CalibrationState;
  };

  struct Cell {
    std::int64_t n_negative = 0;
    std::int64_t n_positive = 0;
    std::int64_t n_unlabelled = 0;
    FixedSum labelled;
    FixedSum unlabelled;

    [[nodiscard]] std::array<std::int64_t, 7> numbers() const noexcept {
      return {n_negative,        n_positive,       n_unlabelled,       labelled.whole,
              labelled.fraction, unlabelled.whole, unlabelled.fraction};
    }
    friend bool operator==(const Cell&, const Cell&) = default;
  };

  void add(double probability, std::int64_t label) noexcept {
    Cell& cell = cells_[detail::equal_width_bin(probability, n_bins)];
    if (label < 0) {
      ++cell.n_unlabelled;
      cell.unlabelled.add(probability);
      return;
    }
    ++(label == 1 ? cell.n_positive : cell.n_negative);
    cell.labelled.add(probability);
    const double error = probability - static_cast<double>(label);
    squared_errors_.add(error * error);
  }

  static double ratio(double part, std::int64_t whole) noexcept {
    return whole == 0 ? std::numeric_limits<double>::quiet_NaN() : part / static_cast<double>(whole);
  }
  [[nodiscard]] std::int64_t total(std::int64_t Cell::* count) const noexcept {
    std::int64_t sum = 0;
    for (const Cell& c : cells_) sum += c.*count;
    return sum;
  }
  [[nodiscard]] double mean_of(FixedSum Cell::* part, std::int64_t count) const noexcept {
    FixedSum sum;
    for (const Cell& c : cells_) sum.add(c.*part);
    return ratio(sum.value(), count);
  }
  [[nodiscard]] double pairs() const noexcept {
    const double product = static_cast<double>(n_positive()) * static_cast<double>(n() - n_positive());
    return product > 0.0 ? product : std::numeric_limits<double>::quiet_NaN();
  }

  std::vector<Cell> cells_ = std::vector<Cell>(n_bins);
  ExactSum squared_errors_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration
