// One row through a tree model: our kernel, which does not allocate, against libxgboost's C API with a kept proxy.
//
//   trees_bench LIBXGBOOST MODEL.ubj [MODEL.ubj ...]
//
// Runs of the two alternate; the best and the median of each are printed with their ratio.
#include <heartsight/models/load.hpp>
#include <heartsight/xgboost/booster.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace hs = heartsight;

namespace {

using Clock = std::chrono::steady_clock;

template <class Call>
double microseconds(Call call, int n_calls) {
  const auto start = Clock::now();
  for (int i = 0; i < n_calls; ++i) call(i);
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count() / n_calls;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void compare(const hs::xgboost::Library& library, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> text{std::istreambuf_iterator<char>(file), {}};
  const std::span<const std::byte> bytes = std::as_bytes(std::span(text));
  const hs::models::TreeEnsemble model = hs::models::load_tree_ensemble(bytes);
  const hs::xgboost::Booster booster(library, bytes);

  constexpr std::size_t n_rows = 64;  // fresh rows for every call, as a service sees them
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> X(n_rows * model.n_features());
  for (float& x : X) x = normal(random);
  const hs::MatrixView<const float> rows(X.data(), n_rows, model.n_features());
  std::vector<double> ours(model.n_outputs());
  std::vector<float> theirs(model.n_outputs());
  const auto run_ours = [&](int i) { model.predict_margin_row(rows.row(static_cast<std::size_t>(i) % n_rows), ours); };
  const auto run_theirs = [&](int i) {
    booster.predict_margin(rows.rows(static_cast<std::size_t>(i) % n_rows, 1), {theirs.data(), 1, theirs.size()});
  };
  std::vector<double> time_ours, time_theirs;
  for (int round = 0; round < 15; ++round) {
    time_ours.push_back(microseconds(run_ours, 640));
    time_theirs.push_back(microseconds(run_theirs, 64));
  }
  for (std::size_t g = 0; g < ours.size(); ++g) {
    run_ours(5);
    run_theirs(5);
    if (static_cast<float>(ours[g]) != theirs[g]) std::printf("MARGINS DIFFER: %.9g %.9g\n", ours[g], double{theirs[g]});
  }
  const double best_ours = *std::min_element(time_ours.begin(), time_ours.end());
  const double best_theirs = *std::min_element(time_theirs.begin(), time_theirs.end());
  std::printf("%-24s %9zu %10.2f %10.2f %10.1f %10.1f %8.1f %8.1f\n", std::filesystem::path(path).stem().c_str(),
              model.n_nodes(), best_ours, median(time_ours), best_theirs, median(time_theirs), best_theirs / best_ours,
              median(time_theirs) / median(time_ours));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: trees_bench LIBXGBOOST MODEL.ubj [MODEL.ubj ...]\n");
    return 2;
  }
  try {
    const hs::xgboost::Library library(argv[1]);
    const auto version = library.version();
    std::printf("one row, microseconds; xgboost %d.%d.%d through its C API, proxy kept, one thread\n", version[0],
                version[1], version[2]);
    std::printf("%-24s %9s %10s %10s %10s %10s %8s %8s\n", "model", "nodes", "ours best", "median", "xgb best", "median",
                "x best", "median");
    for (int i = 2; i < argc; ++i) compare(library, argv[i]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
