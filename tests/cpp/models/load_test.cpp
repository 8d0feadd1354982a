#include <heartsight/models/load.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

namespace load_test {

namespace hs = heartsight;
namespace fs = std::filesystem;

namespace {

const fs::path golden = fs::path(HEARTSIGHT_SOURCE_DIR) / "tests/golden";

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::span<const std::byte> bytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

/// Loads, or says why not; whatever loads must also predict.
std::string outcome(const std::string& text) {
  try {
    const auto model = hs::models::load_tree_ensemble(bytes(text));
    if (model.n_features() < 10'000) {
      std::vector<float> row(model.n_features(), 0.5F);
      if (!row.empty()) row[0] = std::numeric_limits<float>::quiet_NaN();
      std::vector<double> out(model.n_outputs());
      model.predict_margin_row(row, out);
    }
    return "loaded";
  } catch (const hs::FormatError& error) {
    return error.what();
  }
}

std::vector<fs::path> corpus() {
  std::vector<fs::path> files;
  for (const char* const folder : {"xgboost/1.7.6", "xgboost/2.0.3", "xgboost/3.2.0", "xgboost/3.4.0", "lightgbm"}) {
    for (const auto& entry : fs::directory_iterator(golden / folder)) {
      const std::string extension = entry.path().extension();
      const bool is_model =
          extension == ".ubj" || extension == ".txt" || (extension == ".json" && entry.path().stem() != "cases");
      if (is_model) files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST(LoadTreeEnsemble, EveryGoldenModelLoads) {
  const auto files = corpus();
  ASSERT_GT(files.size(), 100U);
  for (const auto& file : files) EXPECT_EQ(outcome(read(file)), "loaded") << file;
}

TEST(LoadTreeEnsemble, EveryTruncationIsAnError) {
  for (const auto& file : corpus()) {
    const std::string whole = read(file);
    const bool is_text = file.extension() == ".txt";
    // LightGBM's trees end before its last paragraphs, which say nothing about prediction.
    const std::size_t end = is_text ? whole.find("end of trees") : whole.find_last_not_of(" \n");
    const std::size_t stride = std::max<std::size_t>(end / 150, 1);
    for (std::size_t size = 0; size < end; size += stride) {
      ASSERT_NE(outcome(whole.substr(0, size)), "loaded") << file << " cut to " << size << " bytes";
    }
  }
}

TEST(LoadTreeEnsemble, FlippedBytesLoadOrAreAnError) {
  unsigned state = 12345;
  for (const auto& file : corpus()) {
    const std::string whole = read(file);
    for (int i = 0; i < 120; ++i) {
      std::string damaged = whole;
      for (int k = 0; k <= i % 3; ++k) {
        state = state * 1664525U + 1013904223U;
        damaged[(state >> 8U) % damaged.size()] = static_cast<char>(state >> 24U);
      }
      EXPECT_FALSE(outcome(damaged).empty());
    }
  }
}

TEST(LoadTreeEnsemble, WhatIsNotUnderstoodIsRefusedByName) {
  const std::string model = read(golden / "xgboost/3.2.0/logistic.json");
  const auto refused = [&](const std::string& from, const std::string& to, const std::string& message) {
    const std::string got = outcome(replaced(model, from, to));
    EXPECT_NE(got.find(message), std::string::npos) << got << "\nwanted: " << message;
  };
  refused("\"left_children\"", "\"left_kids\"", "left_kids");
  refused("\"split_type\"", "\"twist\":1,\"split_type\"", "'twist' is not understood");
  refused("\"num_target\"", "\"intercept_scale\":\"2\",\"num_target\"", "intercept_scale");
  refused("\"name\":\"gbtree\"", "\"name\":\"gbforest\"", "gbforest");
  refused("\"name\":\"binary:logistic\"", "\"name\":\"binary:other\"", "binary:other");
  refused("\"version\":[3,2,0]", "\"version\":[4,0,0]", "version 4.0");
  refused("\"tree_info\":[0,", "\"tree_info\":[1,", "group 1");
  refused("\"tree_info\":[0,", "\"tree_info\":[0,0,", "'tree_info' has 4 elements");
  refused("\"num_trees\":\"3\"", "\"num_trees\":\"2\"", "num_trees is 2");
  refused("\"left_children\":[1,", "\"left_children\":[0,", "child 0");
  refused("\"left_children\":[1,", "\"left_children\":[2,", "reached twice");
  refused("\"left_children\":[1,", "\"left_children\":[1000000,", "child 1000000");
  refused("\"left_children\":[1,", "\"left_children\":[1.5,", "no integer");
  refused("\"left_children\":[1,", "\"left_children\":[1e300,", "no integer");
  refused("\"left_children\":[1,", "\"left_children\":[1,1,", "'left_children' has");
  refused("\"default_left\":[", "\"default_left\":[7,", "'default_left' has");
  refused("\"split_conditions\":[", "\"split_conditions\":[NaN,", "'split_conditions' has");
  refused("\"base_score\":\"[", "\"base_score\":\"[x", "base_score");
  refused("\"num_feature\":\"4\"", "\"num_feature\":\"-4\"", "num_feature");
  refused("\"num_class\":\"0\"", "\"num_class\":\"3000000000\"", "num_class");
  refused("\"id\":0,", "\"id\":0,\"id\":0,", "duplicate key 'id'");
  refused("\"learner\":{", "\"learner\":{\"a\":[[1],2],", "mixes");
}

TEST(LoadTreeEnsemble, NestingIsBounded) {
  for (const std::string start : {"{\"learner\":", "{i\x07learner"}) {
    std::string text = start;
    text.append(100'000, '[').append(100'000, ']').append("}");
    EXPECT_NE(outcome(text).find("64 deep"), std::string::npos);
  }
}

TEST(LoadTreeEnsemble, CountsAreBoundedByTheBytesLeft) {
  using namespace std::string_literals;
  const std::string start = "{i\x01"s + "a";
  EXPECT_NE(outcome(start + "[$d#L\x7f\xff\xff\xff\xff\xff\xff\xff"s).find("longer than the file"), std::string::npos);
  EXPECT_NE(outcome(start + "[#L\x7f\xff\xff\xff\xff\xff\xff\xff"s).find("longer than the file"), std::string::npos);
  EXPECT_NE(outcome(start + "[$Z#l\x7f\xff\xff\xff"s).find("no number"), std::string::npos);
  EXPECT_NE(outcome(start + "{#l\x7f\xff\xff\xff"s).find("longer than the file"), std::string::npos);
  EXPECT_NE(outcome(start + "{$i#i\x01"s).find("packed object"), std::string::npos);
  EXPECT_NE(outcome(start + "SL\xff\xff\xff\xff\xff\xff\xff\xff"s).find("negative length"), std::string::npos);
  EXPECT_NE(outcome(start + "i\x01i\x01"s + "ai\x01}"s).find("duplicate key"), std::string::npos);
}

}  // namespace load_test
