#include "pipeline/explain.hpp"

#include "pipeline/scoring.hpp"

#include <heartsight/features/measurement_part.hpp>
#include <heartsight/features/measurement_schema.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Quantiles of one feature over the training data, ascending; NaN where it never had a value.
std::span<const double> quantiles_of(const DriftReference& reference, std::size_t feature) {
  return std::span(reference.quantile).subspan(feature * reference.level.size(), reference.level.size());
}

/// The value at a level, linear between the levels that the bundle holds.
double at_level(const DriftReference& reference, std::size_t feature, double wanted) {
  const auto quantile = quantiles_of(reference, feature);
  const auto& level = reference.level;
  const auto above = static_cast<std::size_t>(std::lower_bound(level.begin(), level.end(), wanted) - level.begin());
  if (above == level.size()) return quantile.back();
  if (above == 0 || level[above] == wanted) return quantile[above];
  const double share = (wanted - level[above - 1]) / (level[above] - level[above - 1]);
  return quantile[above - 1] + share * (quantile[above] - quantile[above - 1]);
}

/// Percent of the training data below a value; in the middle of those equal to it.
double percentile_of(const DriftReference& reference, std::size_t feature, double value) {
  const auto quantile = quantiles_of(reference, feature);
  const auto& level = reference.level;
  if (std::isnan(value) || std::isnan(quantile.front())) return nan;
  const auto low = static_cast<std::size_t>(std::lower_bound(quantile.begin(), quantile.end(), value) - quantile.begin());
  const auto high = static_cast<std::size_t>(std::upper_bound(quantile.begin(), quantile.end(), value) - quantile.begin());
  if (low == quantile.size()) return 100.0;
  if (high == 0) return 0.0;
  if (high > low) return 50.0 * (level[low] + level[high - 1]);
  const double share = (value - quantile[low - 1]) / (quantile[low] - quantile[low - 1]);
  return 100.0 * (level[low - 1] + share * (level[low] - level[low - 1]));
}

struct Place {
  std::string part;
  std::string leads;

  friend auto operator<=>(const Place&, const Place&) = default;
};

Place place_of(const std::string& name, bool measured) {
  if (!measured) return {"statistics", name.substr(0, name.find('_'))};  // one lead's mean, spread and so on
  const auto place = features::measurement_place(name);
  return {std::string(to_string(place.part)), std::string(to_string(place.region))};
}

std::string short_number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3g", value);
  return text.data();
}

}  // namespace

Explanation explain_class(const Bundle& bundle, std::span<const double> features, std::size_t class_index,
                          const ExplainOptions& options) {
  const auto columns = features::describe_measurements(bundle.input.leads);
  const bool measured = bundle.features.definition == features::measurement_schema({}).definition;
  const auto& calibrator = bundle.classes[class_index].calibrator;
  const auto probability = [&](std::span<const double> row) {
    const double score = class_score(bundle, row, class_index);
    return std::visit([&](const auto& fitted) { return fitted.transform(score); }, calibrator);
  };
  Explanation result{bundle.classes[class_index].name, probability(features), {}};

  std::map<Place, std::vector<std::size_t>> places;
  for (std::size_t i = 0; i < features.size(); ++i) places[place_of(bundle.features.names[i], measured)].push_back(i);
  std::vector<double> row(features.begin(), features.end());
  // A place's numbers go to their medians together: what is measured in one wave hardly ever changes alone.
  const auto without = [&](std::span<const std::size_t> which) {
    for (const std::size_t i : which) row[i] = at_level(bundle.drift_reference, i, 0.5);
    const double p = probability(row);
    for (const std::size_t i : which) row[i] = features[i];
    return p;
  };

  std::vector<std::pair<double, const std::pair<const Place, std::vector<std::size_t>>*>> moved;
  for (const auto& place : places) {
    const double p = without(place.second);
    if (std::abs(result.probability - p) >= options.smallest_change) moved.emplace_back(p, &place);
  }
  std::stable_sort(moved.begin(), moved.end(), [&](const auto& a, const auto& b) {
    return std::abs(result.probability - a.first) > std::abs(result.probability - b.first);
  });
  if (moved.size() > options.n_contributions) moved.resize(options.n_contributions);

  for (const auto& [p, place] : moved) {
    Contribution contribution{place->first.part, place->first.leads, p, {}};
    std::vector<std::pair<double, std::size_t>> alone;  // change in the direction of the whole place
    const double sign = p < result.probability ? 1.0 : -1.0;
    for (const std::size_t i : place->second) {
      const double change = sign * (result.probability - without(std::span(&i, 1)));
      if (change > 0.0) alone.emplace_back(change, i);
    }
    std::stable_sort(alone.begin(), alone.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    if (alone.size() > options.n_features) alone.resize(options.n_features);
    for (const auto& [change, i] : alone) {
      contribution.features.push_back({bundle.features.names[i], measured ? columns[i].unit : std::string(), features[i],
                                       at_level(bundle.drift_reference, i, 0.5),
                                       percentile_of(bundle.drift_reference, i, features[i])});
    }
    result.contributions.push_back(std::move(contribution));
  }
  return result;
}

std::string Explanation::to_text() const {
  std::string text = name + " " + short_number(probability);
  if (contributions.empty()) return text + ": no part of the tracing moves it by itself";
  for (const Contribution& c : contributions) {
    text += "\n  " + c.part + ", " + c.leads + ": " + short_number(c.probability_without) + " if typical";
    for (const ExplainedFeature& f : c.features) {
      const std::string unit = f.unit.empty() || f.unit == "1" ? "" : " " + f.unit;
      text += "; " + f.name + " ";
      text += std::isnan(f.value) ? "not measured" : short_number(f.value) + unit;
      if (!std::isnan(f.typical)) text += " (typical " + short_number(f.typical);
      if (!std::isnan(f.percentile)) text += ", above " + short_number(std::round(f.percentile)) + " % of recordings";
      if (!std::isnan(f.typical)) text += ")";
    }
  }
  return text;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
