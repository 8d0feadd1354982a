#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/state_bytes.hpp>
#include <heartsight/metrics/confusion.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::fairness {

/// What has been seen of one group.
struct GroupCell {
  metrics::ConfusionCounts labelled;     ///< cases whose outcome is known
  std::int64_t n_unlabelled = 0;         ///< cases whose outcome is not
  std::int64_t n_unlabelled_called = 0;  ///< of those, called positive

  [[nodiscard]] std::int64_t n() const noexcept {
    return labelled.true_positive + labelled.false_positive + labelled.true_negative + labelled.false_negative +
           n_unlabelled;
  }
  [[nodiscard]] std::int64_t n_called() const noexcept {
    return labelled.true_positive + labelled.false_positive + n_unlabelled_called;
  }
  friend bool operator==(const GroupCell&, const GroupCell&) = default;
};

/// Counts of a decision in every group, kept while cases come: add, merge, save, load. Counts only, so that any order and
/// any split of the same cases give the same state and the same bytes.
///
/// A group is its name, such as "sex=female" or "sex=female, age=65-79"; at most max_groups of them, so that a column with
/// a value per patient cannot fill the memory. Names are stored as they are: give categories, never identifiers.
class GroupState {
 public:
  static constexpr std::size_t max_groups = 200;
  static constexpr std::size_t max_name_length = 200;
  static constexpr std::uint32_t newest_version = 1;

  /// @param threshold a case is called positive from this score on. @throws DomainError NaN.
  explicit GroupState(double threshold = 0.5) : threshold_(threshold + 0.0) {  // no -0, whose bytes differ
    if (std::isnan(threshold)) check::detail::fail<DomainError>("GroupState", "threshold", "nan", "must not be NaN");
  }

  /// One case of a group. @param label 0, 1, or -1 when the outcome is not known. @throws DomainError another label, a score
  /// of NaN, an empty name, or more than max_groups groups.
  void update(std::string_view group, double score, std::int64_t label = -1) {
    constexpr auto where = "GroupState::update";
    if (std::isnan(score)) check::detail::fail<DomainError>(where, "score", "nan", "must not be NaN");
    if (label < -1 || label > 1) {
      check::detail::fail<DomainError>(where, "label", check::detail::show(label), "must be 0, 1, or -1 for unknown");
    }
    GroupCell& cell = cell_of(where, group);
    const bool called = score >= threshold_;
    if (label < 0) {
      ++cell.n_unlabelled;
      cell.n_unlabelled_called += called ? 1 : 0;
    } else if (label == 1) {
      ++(called ? cell.labelled.true_positive : cell.labelled.false_negative);
    } else {
      ++(called ? cell.labelled.false_positive : cell.labelled.true_negative);
    }
  }

  /// A batch: (n,) codes into `names`, scores, and labels (n,) or empty when none is known. All or nothing: a wrong value
  /// leaves the state as it was. @throws ShapeError sizes differ. @throws DomainError as update, a code out of range.
  void update(std::span<const std::int64_t> group, std::span<const std::string> names, std::span<const double> score,
              std::span<const std::int64_t> label = {}) {
    constexpr auto where = "GroupState::update";
    check::same_size(where, "group", group.size(), "score", score.size());
    if (!label.empty()) check::same_size(where, "group", group.size(), "label", label.size());
    GroupState fresh(threshold_);
    for (std::size_t i = 0; i < group.size(); ++i) {
      if (group[i] < 0 || static_cast<std::size_t>(group[i]) >= names.size()) {
        check::detail::fail<DomainError>(where, check::detail::indexed("group", i), check::detail::show(group[i]),
                                         "must be from 0 to the number of names - 1");
      }
      fresh.update(names[static_cast<std::size_t>(group[i])], score[i], label.empty() ? -1 : label[i]);
    }
    merge(fresh);
  }

  /// Everything that the other has seen. @throws DomainError another threshold, or more than max_groups groups together.
  void merge(const GroupState& other) {
    constexpr auto where = "GroupState::merge";
    if (other.threshold_ != threshold_) {
      check::detail::fail<DomainError>(where, "other", check::detail::show(other.threshold_),
                                       "has another threshold than " + check::detail::show(threshold_));
    }
    std::size_t n_new = 0;
    for (const auto& [name, cell] : other.cells_) n_new += cells_.count(name) == 0 ? 1 : 0;
    if (cells_.size() + n_new > max_groups) too_many(where);
    for (const auto& [name, cell] : std::map(other.cells_)) {  // a copy: merging with itself must not change what it reads
      GroupCell& mine = cells_[name];
      mine.labelled.true_positive += cell.labelled.true_positive;
      mine.labelled.false_positive += cell.labelled.false_positive;
      mine.labelled.true_negative += cell.labelled.true_negative;
      mine.labelled.false_negative += cell.labelled.false_negative;
      mine.n_unlabelled += cell.n_unlabelled;
      mine.n_unlabelled_called += cell.n_unlabelled_called;
    }
  }

  [[nodiscard]] double threshold() const noexcept { return threshold_; }
  /// Groups in the order of their names.
  [[nodiscard]] const std::map<std::string, GroupCell>& cells() const noexcept { return cells_; }
  [[nodiscard]] std::int64_t n() const noexcept {
    std::int64_t sum = 0;
    for (const auto& [name, cell] : cells_) sum += cell.n();
    return sum;
  }

  [[nodiscard]] std::vector<std::byte> to_bytes() const {
    StateWriter writer("GRUP", newest_version);
    writer.f64(threshold_);
    writer.u64(cells_.size());
    for (const auto& [name, c] : cells_) {
      writer.text(name);
      for (const std::int64_t count : {c.labelled.true_positive, c.labelled.false_positive, c.labelled.true_negative,
                                       c.labelled.false_negative, c.n_unlabelled, c.n_unlabelled_called}) {
        writer.i64(count);
      }
    }
    return writer.finish();
  }

  /// @throws FormatError bytes that to_bytes did not write.
  [[nodiscard]] static GroupState from_bytes(std::span<const std::byte> bytes) {
    StateReader reader(bytes, "GRUP", newest_version);
    const double threshold = reader.f64();
    if (std::isnan(threshold)) reader.fail("the threshold is NaN");
    GroupState state(threshold);
    const std::uint64_t n_groups = reader.u64();
    if (n_groups > max_groups) reader.fail("more groups than a state holds");
    std::string last;
    for (std::uint64_t g = 0; g < n_groups; ++g) {
      std::string name = reader.text();
      if (name.empty() || name.size() > max_name_length || (g > 0 && name <= last))
        reader.fail("the groups' names do not ascend");
      GroupCell c;
      for (std::int64_t* count : {&c.labelled.true_positive, &c.labelled.false_positive, &c.labelled.true_negative,
                                  &c.labelled.false_negative, &c.n_unlabelled, &c.n_unlabelled_called}) {
        *count = reader.i64();
        if (*count < 0 || *count > (std::int64_t{1} << 56)) reader.fail("a count is out of range");
      }
      if (c.n_unlabelled_called > c.n_unlabelled) reader.fail("more called than there are");
      if (c.n() > (std::int64_t{1} << 56) || state.n() > (std::int64_t{1} << 56)) reader.fail("a count is out of range");
      last = name;
      state.cells_.emplace(std::move(name), c);
    }
    reader.finish();
    return state;
  }

  friend bool operator==(const GroupState&, const GroupState&) = default;

 private:
  [[noreturn]] static void too_many(const char* where) {
    check::detail::fail<DomainError>(where, "group", "",
                                     "more than " + std::to_string(max_groups) + " groups: is it an identifier?");
  }

  GroupCell& cell_of(const char* where, std::string_view group) {
    if (group.empty() || group.size() > max_name_length) {
      check::detail::fail<DomainError>(where, "group", "", "must have a name of at most 200 bytes");
    }
    const auto found = cells_.find(std::string(group));
    if (found != cells_.end()) return found->second;
    if (cells_.size() >= max_groups) too_many(where);
    return cells_[std::string(group)];
  }

  double threshold_;
  std::map<std::string, GroupCell> cells_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::fairness
