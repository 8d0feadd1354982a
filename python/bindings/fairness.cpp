#include "array.hpp"
#include "bindings.hpp"
#include "state_bytes.hpp"

#include <heartsight/fairness/disparity.hpp>
#include <heartsight/fairness/group_calibration.hpp>
#include <heartsight/fairness/group_counts.hpp>
#include <heartsight/fairness/group_state.hpp>
#include <heartsight/fairness/group_table.hpp>
#include <heartsight/fairness/urgent_rate_parity.hpp>

#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;
namespace hf = heartsight::fairness;
using hs::bindings::as_array;
using hs::bindings::as_real_array;
using hs::bindings::as_span;
using hs::metrics::ConfusionCounts;

namespace {

std::vector<ConfusionCounts> counts_of(nb::handle object) {
  const auto array = as_array<std::int64_t>(object, "counts");
  const auto matrix = hs::bindings::as_matrix(array, "counts");
  hs::check::has_size("heartsight", "counts (columns: TP, FP, TN, FN)", matrix.n_cols(), 4);
  std::vector<ConfusionCounts> counts;
  for (std::size_t g = 0; g < matrix.n_rows(); ++g) {
    for (std::size_t k = 0; k < 4; ++k) hs::check::at_least<std::int64_t>("heartsight", "counts", matrix(g, k), 0);
    counts.push_back({matrix(g, 0), matrix(g, 1), matrix(g, 2), matrix(g, 3)});
  }
  return counts;
}

std::vector<hf::Share> shares_of(nb::handle part, nb::handle whole) {
  const auto parts = as_array<std::int64_t>(part, "part");
  const auto wholes = as_array<std::int64_t>(whole, "whole");
  const auto part_span = as_span(parts, "part");
  const auto whole_span = as_span(wholes, "whole");
  hs::check::same_size("heartsight", "part", part_span.size(), "whole", whole_span.size());
  std::vector<hf::Share> shares;
  for (std::size_t i = 0; i < part_span.size(); ++i) shares.push_back({part_span[i], whole_span[i]});
  return shares;
}

nb::tuple pair(hs::metrics::Interval interval) {
  return nb::make_tuple(interval.low, interval.high);
}

hf::SmallCells small_cells_of(const std::string& name) {
  if (name == "keep") return hf::SmallCells::keep;
  if (name == "suppress") return hf::SmallCells::suppress;
  if (name == "shrink") return hf::SmallCells::shrink;
  throw hs::DomainError("group_estimates: small_cells = " + name + ": must be keep, suppress or shrink");
}

}  // namespace

void bind_fairness(nb::module_& m) {
  constexpr const char* interval_type = "def interval(self) -> tuple[float, float]";
  m.def(
      "group_counts",
      [](nb::handle label, nb::handle score, nb::handle group, std::size_t n_groups, double threshold) {
        const auto labels = as_array<std::int64_t>(label, "label");
        const auto groups = as_array<std::int64_t>(group, "group");
        const auto y = as_span(labels, "label");
        const auto g = as_span(groups, "group");
        const auto counts = std::visit(
            [&](const auto& array) {
              using T = std::remove_const_t<typename std::decay_t<decltype(array)>::Scalar>;
              const auto s = as_span<T>(array, "score");
              nb::gil_scoped_release release;
              return hf::group_counts(y, s, g, n_groups, threshold);
            },
            as_real_array(score, "score"));
        std::vector<std::int64_t> flat;
        for (const auto& c : counts) {
          for (const auto cell : {c.true_positive, c.false_positive, c.true_negative, c.false_negative})
            flat.push_back(cell);
        }
        return hs::bindings::to_numpy(std::move(flat), {counts.size(), 4});
      },
      "label"_a, "score"_a, "group"_a, nb::kw_only(), "n_groups"_a, "threshold"_a,
      "Counts (n_groups, 4) of TP, FP, TN, FN in each group, positive when score >= threshold.\n\n"
      "label: (n,) integers 0 or 1. score: (n,). group: (n,) integers from 0 to n_groups - 1. Raises ShapeError, "
      "DomainError.");

  nb::class_<hf::GroupEstimate>(m, "GroupEstimate",
                                "A rate in a group: counts, value, interval, and whether they are enough.")
      .def_prop_ro(
          "part", [](const hf::GroupEstimate& e) { return e.share.part; }, "-1 when suppressed.")
      .def_prop_ro("whole", [](const hf::GroupEstimate& e) { return e.share.whole; })
      .def_ro("value", &hf::GroupEstimate::value, "NaN without a case, or suppressed.")
      .def_prop_ro(
          "interval", [](const hf::GroupEstimate& e) { return pair(e.interval); }, nb::sig(interval_type))
      .def_ro("enough", &hf::GroupEstimate::enough, "At least min_cases cases.");
  m.def(
      "group_estimates",
      [](const std::string& rate, nb::handle counts, double level, std::int64_t min_cases, const std::string& small_cells,
         bool exact) {
        return hf::group_estimates(
            hf::group_rate_of(rate), counts_of(counts),
            {.level = level, .min_cases = min_cases, .small_cells = small_cells_of(small_cells), .exact = exact});
      },
      "rate"_a, "counts"_a, nb::kw_only(), "level"_a = 0.95, "min_cases"_a = 10, "small_cells"_a = "keep", "exact"_a = false,
      "One rate in every group, with Wilson's (or exact) interval.\n\n"
      "rate: 'selection_rate', 'prevalence', 'sensitivity', 'specificity', 'false_positive_rate', 'false_negative_rate',\n"
      "'positive_predictive_value', 'negative_predictive_value' or 'accuracy'. counts: (n_groups, 4) as group_counts "
      "gives.\n"
      "small_cells: 'keep', 'suppress' or 'shrink' what has fewer than min_cases cases. Raises ShapeError, DomainError.");

  nb::class_<hf::Disparity>(m, "Disparity", "How far groups are from what one criterion asks to be equal.")
      .def_prop_ro("criterion", [](const hf::Disparity& d) { return std::string(hf::name_of(d.criterion)); })
      .def_prop_ro(
          "rate", [](const hf::Disparity& d) { return std::string(hf::name_of(d.rate)); },
          "The rate compared, or the worse of two.")
      .def_ro("difference", &hf::Disparity::difference, "Largest rate minus smallest.")
      .def_prop_ro(
          "difference_interval", [](const hf::Disparity& d) { return pair(d.difference_interval); },
          nb::sig("def difference_interval(self) -> tuple[float, float]"), "Percentile bootstrap.")
      .def_ro("ratio", &hf::Disparity::ratio, "Smallest rate by largest; 1 when all are 0.")
      .def_prop_ro(
          "ratio_interval", [](const hf::Disparity& d) { return pair(d.ratio_interval); },
          nb::sig("def ratio_interval(self) -> tuple[float, float]"))
      .def_ro("highest", &hf::Disparity::highest, "Index of the group with the largest rate.")
      .def_ro("lowest", &hf::Disparity::lowest)
      .def_ro("p_value", &hf::Disparity::p_value, "Of equal rates.")
      .def_ro("adjusted_p_value", &hf::Disparity::adjusted_p_value, "Holm's, over the family.")
      .def_prop_ro(
          "verdict", [](const hf::Disparity& d) { return std::string(hf::name_of(d.verdict)); },
          "'disparity', 'within margin', 'undecided' or 'not enough data'.")
      .def_ro("left_out", &hf::Disparity::left_out, "Indices of the groups with fewer than min_cases cases.");
  nb::class_<hf::GroupCalibration>(m, "GroupCalibration", "Observed against predicted in a group.")
      .def_ro("n", &hf::GroupCalibration::n)
      .def_ro("n_positive", &hf::GroupCalibration::n_positive)
      .def_ro("mean_probability", &hf::GroupCalibration::mean_probability)
      .def_ro("observed_rate", &hf::GroupCalibration::observed_rate)
      .def_ro("gap", &hf::GroupCalibration::gap, "Observed rate minus mean probability.")
      .def_prop_ro(
          "interval", [](const hf::GroupCalibration& c) { return pair(c.interval); }, nb::sig(interval_type),
          "Wilson's of the observed rate, minus the mean probability.")
      .def_ro("p_value", &hf::GroupCalibration::p_value, "Of 'the probabilities are right on average in this group'.")
      .def_ro("adjusted_p_value", &hf::GroupCalibration::adjusted_p_value, "Holm's, over the groups.")
      .def_prop_ro("verdict", [](const hf::GroupCalibration& c) { return std::string(hf::name_of(c.verdict)); });
  nb::class_<hf::GroupComparison>(m, "GroupComparison", "One group's rate against that of all others together.")
      .def_prop_ro("rate", [](const hf::GroupComparison& c) { return std::string(hf::name_of(c.rate)); })
      .def_ro("group", &hf::GroupComparison::group, "Index of the group.")
      .def_ro("difference", &hf::GroupComparison::difference, "Group minus rest.")
      .def_prop_ro(
          "interval", [](const hf::GroupComparison& c) { return pair(c.interval); }, nb::sig(interval_type),
          "Newcombe's, widened for the number of comparisons.")
      .def_ro("p_value", &hf::GroupComparison::p_value)
      .def_ro("adjusted_p_value", &hf::GroupComparison::adjusted_p_value, "Holm's, over the family.")
      .def_prop_ro("verdict", [](const hf::GroupComparison& c) { return std::string(hf::name_of(c.verdict)); });
  m.def(
      "disparities",
      [](nb::handle counts, const std::vector<std::string>& criteria, double level, std::int64_t min_cases, double margin,
         std::size_t n_resamples, std::uint64_t seed, std::size_t n_threads) {
        const auto cells = counts_of(counts);
        std::vector<hf::FairnessCriterion> wanted;
        for (const auto& name : criteria) wanted.push_back(hf::fairness_criterion_of(name));
        nb::gil_scoped_release release;
        return hf::disparities(cells, wanted,
                               {.level = level,
                                .min_cases = min_cases,
                                .margin = margin,
                                .n_resamples = n_resamples,
                                .seed = seed,
                                .n_threads = n_threads});
      },
      "counts"_a, "criteria"_a, nb::kw_only(), "level"_a = 0.95, "min_cases"_a = 10, "margin"_a = 0.1,
      "n_resamples"_a = 1000, "seed"_a = 0, "n_threads"_a = 1,
      "How far the groups are from each criterion, with bootstrap intervals, p-values (Holm) and verdicts.\n\n"
      "counts: (n_groups, 4) as group_counts gives. criteria: 'demographic_parity', 'equal_opportunity',\n"
      "'predictive_equality', 'equalized_odds', 'predictive_parity', 'accuracy_equality'. Raises ShapeError, DomainError.");
  m.def(
      "compare_groups",
      [](nb::handle counts, const std::vector<std::string>& rates, double level, std::int64_t min_cases, double margin) {
        const auto cells = counts_of(counts);
        std::vector<hf::GroupRate> wanted;
        for (const auto& name : rates) wanted.push_back(hf::group_rate_of(name));
        return hf::compare_groups(cells, wanted, {.level = level, .min_cases = min_cases, .margin = margin});
      },
      "counts"_a, "rates"_a, nb::kw_only(), "level"_a = 0.95, "min_cases"_a = 10, "margin"_a = 0.1,
      "Each group's rates against those of all others, with Newcombe's intervals and Holm's p-values over all of them.");
  m.def(
      "judge",
      [](std::vector<hf::Disparity> family, double level, double margin) {
        hf::judge(family, level, margin);
        return family;
      },
      "family"_a, nb::kw_only(), "level"_a = 0.95, "margin"_a = 0.1,
      "The same disparities with p-values corrected over all of them, and the verdicts that follow.");
  m.def(
      "judge_calibration",
      [](std::vector<hf::GroupCalibration> family, double level, double margin) {
        hf::judge(family, level, margin);
        return family;
      },
      "family"_a, nb::kw_only(), "level"_a = 0.95, "margin"_a = 0.05,
      "The same groups with p-values corrected over all of them, and the verdicts that follow.");
  m.def(
      "judge_comparisons",
      [](std::vector<hf::GroupComparison> family, double level, double margin) {
        hf::judge(family, level, margin);
        return family;
      },
      "family"_a, nb::kw_only(), "level"_a = 0.95, "margin"_a = 0.1,
      "The same comparisons with p-values and intervals corrected over all of them, and the verdicts that follow.");
  m.def(
      "equal_rates_p_value",
      [](nb::handle part, nb::handle whole, std::size_t n_simulations, std::uint64_t seed) {
        return hf::equal_rates_p_value(shares_of(part, whole), {.n_simulations = n_simulations, .seed = seed});
      },
      "part"_a, "whole"_a, nb::kw_only(), "n_simulations"_a = 2000, "seed"_a = 0,
      "p-value of 'all groups have one rate', from part (n_groups,) of whole (n_groups,).\n\n"
      "Pearson's chi-square; Fisher's exact test for two groups, simulation for more, where fewer than five cases are "
      "expected.");

  m.def(
      "group_calibration",
      [](nb::handle label, nb::handle probability, nb::handle group, std::size_t n_groups, double level,
         std::int64_t min_cases, double margin) {
        const auto labels = as_array<std::int64_t>(label, "label");
        const auto groups = as_array<std::int64_t>(group, "group");
        const auto y = as_span(labels, "label");
        const auto g = as_span(groups, "group");
        return std::visit(
            [&](const auto& array) {
              using T = std::remove_const_t<typename std::decay_t<decltype(array)>::Scalar>;
              const auto p = as_span<T>(array, "probability");
              nb::gil_scoped_release release;
              return hf::group_calibration(y, p, g, n_groups, {.level = level, .min_cases = min_cases, .margin = margin});
            },
            as_real_array(probability, "probability"));
      },
      "label"_a, "probability"_a, "group"_a, nb::kw_only(), "n_groups"_a, "level"_a = 0.95, "min_cases"_a = 10,
      "margin"_a = 0.05,
      "Observed rate against mean probability in each group: calibration in the large, with intervals and Holm's p-values.");

  nb::class_<hf::UrgentRateParity>(m, "UrgentRateParity", "What the published system says of group rates.")
      .def_ro("ratio", &hf::UrgentRateParity::ratio)
      .def_ro("passes", &hf::UrgentRateParity::passes)
      .def_ro("n_cases", &hf::UrgentRateParity::n_cases)
      .def_ro("sufficient", &hf::UrgentRateParity::sufficient);
  m.def(
      "urgent_rate_parity", [](nb::handle part, nb::handle whole) { return hf::urgent_rate_parity(shares_of(part, whole)); },
      "part"_a, "whole"_a,
      "The bias check of the published system clinical_recommender, with its defects; for comparison only.\n\n"
      "part of whole (n_groups,): urgent cases of all cases, in its order of groups.");

  nb::class_<hf::GroupCell>(m, "GroupCell", "What has been seen of one group.")
      .def_prop_ro(
          "counts",
          [](const hf::GroupCell& c) {
            return nb::make_tuple(c.labelled.true_positive, c.labelled.false_positive, c.labelled.true_negative,
                                  c.labelled.false_negative);
          },
          nb::sig("def counts(self) -> tuple[int, int, int, int]"), "TP, FP, TN, FN of the cases with a known outcome.")
      .def_ro("n_unlabelled", &hf::GroupCell::n_unlabelled)
      .def_ro("n_unlabelled_called", &hf::GroupCell::n_unlabelled_called)
      .def_prop_ro("n", &hf::GroupCell::n)
      .def_prop_ro("n_called", &hf::GroupCell::n_called);
  nb::class_<hf::GroupState>(
      m, "GroupState",
      "Counts of a decision in every group, kept while cases come; merges in any order with an exactly equal result.\n\n"
      "At most 200 groups, each by its name such as 'sex=female'.")
      .def(nb::init<double>(), nb::kw_only(), "threshold"_a = 0.5)
      .def(
          "update",
          [](hf::GroupState& self, const std::vector<std::string>& groups, nb::handle score,
             nb::handle label) -> hf::GroupState& {
            const auto scores = as_array<double>(score, "score");
            const auto s = as_span(scores, "score");
            hs::bindings::ArrayView<std::int64_t> labels;
            std::span<const std::int64_t> y;
            if (!label.is_none()) {
              labels = as_array<std::int64_t>(label, "label");
              y = as_span(labels, "label");
              hs::check::same_size("GroupState.update", "groups", groups.size(), "label", y.size());
            }
            std::vector<std::int64_t> code(groups.size());
            for (std::size_t i = 0; i < code.size(); ++i) code[i] = static_cast<std::int64_t>(i);
            self.update(code, groups, s, y);
            return self;
          },
          "groups"_a, "score"_a, "label"_a = nb::none(), nb::rv_policy::reference,
          "Cases of groups (n,) names with score (n,) and label (n,): 0, 1, or -1 for unknown; None: all unknown. Returns "
          "self.\n\n"
          "A wrong value leaves the state as it was. Raises ShapeError, DomainError.")
      .def(
          "merge",
          [](hf::GroupState& self, const hf::GroupState& other) -> hf::GroupState& {
            self.merge(other);
            return self;
          },
          "other"_a, nb::rv_policy::reference, "Adds what the other has seen; returns self. Raises DomainError.")
      .def_prop_ro("threshold", &hf::GroupState::threshold)
      .def_prop_ro(
          "cells", [](const hf::GroupState& s) { return s.cells(); }, "Name to GroupCell.")
      .def_prop_ro("n", &hf::GroupState::n)
      .def(
          "to_bytes", [](const hf::GroupState& s) { return hs::bindings::to_bytes(s.to_bytes()); },
          "Versioned bytes, equal in C++ and Python.")
      .def_static(
          "from_bytes", [](const nb::bytes& b) { return hf::GroupState::from_bytes(hs::bindings::as_bytes(b)); }, "data"_a,
          "Raises FormatError.")
      .def("__getstate__", [](const hf::GroupState& s) { return hs::bindings::to_bytes(s.to_bytes()); })
      .def("__setstate__",
           [](hf::GroupState& s, const nb::bytes& b) {
             new (&s) hf::GroupState(hf::GroupState::from_bytes(hs::bindings::as_bytes(b)));
           })
      .def("__eq__", [](const hf::GroupState& a, const hf::GroupState& b) { return a == b; })
      .def("__repr__", [](const hf::GroupState& s) {
        return "GroupState(" + std::to_string(s.cells().size()) + " groups, " + std::to_string(s.n()) + " cases)";
      });
}
