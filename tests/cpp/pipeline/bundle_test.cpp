#include <heartsight/pipeline/analyzer.hpp>
#include <heartsight/pipeline/bundle.hpp>
#include <heartsight/pipeline/safetensors.hpp>
#include <heartsight/simulate/ecg.hpp>

#include "cpp/pipeline/signed_file.hpp"
#include "cpp/pipeline/tiny_bundle.hpp"
#include "cpp/raises.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace bundle_test {

namespace hs = heartsight;
using namespace hs::pipeline;
using hs::test::raises;
using hs::test::tiny_bundle;

namespace {

void expect_refused(const std::string& field, const std::function<void(Bundle&)>& damage) {
  Bundle b = tiny_bundle();
  damage(b);
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)write_bundle(b); }, {"bundle", field})) << field;
}

/// One model of five classes, of which exactly one holds, calibrated together: softmax(0.5 ln p).
Bundle multi_class_bundle() {
  Bundle b = hs::test::tiny_ecg_bundle();
  const std::size_t k = b.classes.size();
  hs::models::TreeArrays a;
  a.tree_offset = {0};
  for (std::size_t c = 0; c < k; ++c) {
    a.tree_offset.push_back(static_cast<std::int64_t>(3 * (c + 1)));
    a.tree_group.push_back(static_cast<std::int32_t>(c));
    a.tree_weight.push_back(1.0);
    a.split_feature.insert(a.split_feature.end(), {static_cast<std::int32_t>(c), -1, -1});
    a.threshold.insert(a.threshold.end(), {0.1F, 0, 0});
    a.left_child.insert(a.left_child.end(), {1, -1, -1});
    a.right_child.insert(a.right_child.end(), {2, -1, -1});
    a.default_left.insert(a.default_left.end(), {1, 0, 0});
    a.node_id.insert(a.node_id.end(), {0, 1, 2});
    a.leaf_value.insert(a.leaf_value.end(), {-0.5 * static_cast<double>(c), 1.0});
    a.base_margin.push_back(0.0);
  }
  a.iteration_offset = {0, static_cast<std::int64_t>(k)};
  a.n_features = static_cast<std::int64_t>(b.features.names.size());
  a.n_classes = static_cast<std::int64_t>(k);
  a.transform = hs::models::Transform::softmax;
  a.objective = "multi:softprob";
  b.models = {{.classes = b.class_names(), .weight = 1.0, .ensemble = hs::models::TreeEnsemble(std::move(a))}};
  for (BundleClass& c : b.classes) c.calibrator = hs::calibration::Temperature(1.0);
  std::vector<double> matrix(k * k, 0.0);
  for (std::size_t c = 0; c < k; ++c) matrix[c * k + c] = 0.5;
  b.joint_calibrator.emplace(hs::calibration::SoftmaxCalibratorOptions{}, matrix, std::vector<double>(k, 0.0));
  add_golden(b, 2);
  return b;
}

std::vector<MonitoredCase> monitored_cases(const Bundle& bundle) {
  std::vector<MonitoredCase> cases(30);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto x = static_cast<double>(i);
    cases[i].profile.amplitude_mv = 1.0 + 0.01 * x;
    cases[i].analyzed = true;
    cases[i].probability.assign(bundle.classes.size(), 0.02 * x);
    cases[i].groups = {i % 2 == 0 ? "sex=female" : "sex=male"};
  }
  return cases;
}

}  // namespace

TEST(Bundle, WritingAndReadingGiveEqualBytes) {
  for (const Bundle& bundle : {tiny_bundle(), hs::test::tiny_ecg_bundle()}) {
    const auto bytes = write_bundle(bundle);
    const Bundle again = read_bundle(bytes);
    EXPECT_EQ(write_bundle(again), bytes);
    EXPECT_EQ(again.name, bundle.name);
    EXPECT_EQ(again.input, bundle.input);
    EXPECT_EQ(again.features, bundle.features);
    EXPECT_EQ(again.class_names(), bundle.class_names());
    EXPECT_EQ(again.actions, bundle.actions);
    EXPECT_EQ(again.subgroups, bundle.subgroups);
    EXPECT_EQ(again.data_licences, bundle.data_licences);
    EXPECT_EQ(again.provenance, bundle.provenance);
    EXPECT_EQ(again.golden.signal, bundle.golden.signal);
    EXPECT_EQ(again.golden.leaf, bundle.golden.leaf);
    EXPECT_EQ(again.drift_reference.quantile, bundle.drift_reference.quantile);
    for (std::size_t i = 0; i < bundle.models.size(); ++i) {
      EXPECT_EQ(again.models[i].ensemble.arrays(), bundle.models[i].ensemble.arrays());
    }
    EXPECT_EQ(again.manifest_digest.size(), 64U);
    EXPECT_TRUE(bundle.manifest_digest.empty());
  }
}

TEST(Bundle, HoldsAMonitorReferenceOrNone) {
  const Bundle plain = read_bundle(write_bundle(tiny_bundle()));
  EXPECT_EQ(plain.monitor_reference, nullptr);
  const Bundle bundle = with_monitor_reference(plain, monitored_cases(plain));
  EXPECT_TRUE(bundle.manifest_digest.empty());
  const auto bytes = write_bundle(bundle);
  const Bundle again = read_bundle(bytes);
  ASSERT_NE(again.monitor_reference, nullptr);
  EXPECT_EQ(again.monitor_reference->fingerprint(), bundle.monitor_reference->fingerprint());
  EXPECT_EQ(again.monitor_reference->n_cases(), 30);
  EXPECT_EQ(write_bundle(again), bytes);
  const Analyzer analyzer(again);
  EXPECT_EQ(analyzer.bundle().monitor_reference, again.monitor_reference);
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)with_monitor_reference(plain, {}); }, {"20"}));
}

TEST(Bundle, CalibratesTheScoresOfAllClassesTogether) {
  const Bundle bundle = read_bundle(write_bundle(multi_class_bundle()));
  ASSERT_TRUE(bundle.joint_calibrator.has_value());
  EXPECT_EQ(*bundle.joint_calibrator, *multi_class_bundle().joint_calibrator);
  const Analyzer analyzer(bundle);  // replays the golden inputs
  Bundle plain = multi_class_bundle();
  plain.joint_calibrator.reset();
  add_golden(plain, 2);
  const Analyzer without(plain);
  for (const std::uint64_t seed : {1U, 2U}) {
    hs::simulate::EcgOptions options;
    options.seed = seed;
    const auto recording = hs::simulate::ecg(hs::SamplingRate(100.0), options).recording;
    const auto before = without.analyze(recording);
    const auto after = analyzer.analyze(recording);
    ASSERT_EQ(after.probabilities.size(), 5U);
    // softmax(0.5 ln p): the ratio of two classes is the root of what it was.
    double total = 0.0;
    for (std::size_t k = 0; k < 5; ++k) {
      total += after.probabilities[k].probability;
      EXPECT_NEAR(after.probabilities[k].probability / after.probabilities[0].probability,
                  std::sqrt(before.probabilities[k].probability / before.probabilities[0].probability), 1e-9);
    }
    EXPECT_NEAR(total, 1.0, 1e-9);
    const auto explained = analyzer.explain(recording, {.classes = {"MI"}, .smallest_change = 0.0});
    EXPECT_EQ(explained.at(0).probability, after.probability("MI"));
  }
}

TEST(Bundle, AJointCalibratorHasToFitTheModels) {
  const auto refused = [](const std::string& rule, const std::function<void(Bundle&)>& damage) {
    Bundle b = multi_class_bundle();
    damage(b);
    EXPECT_TRUE(raises<hs::DomainError>([&] { (void)write_bundle(b); }, {"joint_calibrator", rule})) << rule;
  };
  refused("not fitted", [](Bundle& b) { b.joint_calibrator.emplace(); });
  refused("the classes of the bundle", [](Bundle& b) {
    b.joint_calibrator.emplace(hs::calibration::SoftmaxCalibratorOptions{}, std::vector<double>{1, 0, 0, 1},
                               std::vector<double>{0, 0});
  });
  refused("score every class", [](Bundle& b) {
    b.models.push_back(
        {.classes = {"MI"}, .weight = 1.0, .ensemble = hs::test::stump(b.features.names.size(), 0, 0.1F, -1, 1)});
  });
  // Whole by its digests, but no calibrator: what a faulty writer would make.
  hs::test::SignedFile file(write_bundle(multi_class_bundle()));
  Tensor& tensor = file.tensor("joint_calibrator");
  tensor.bytes.resize(20);
  tensor.shape = {20};
  file.sign_tensors();
  EXPECT_TRUE(raises<hs::FormatError>([&] { (void)read_bundle(file.bytes()); }, {"joint_calibrator", "SMAX"}));
}

TEST(Bundle, AJointCalibratorTakesScoresThatDoNotSumToOne) {
  // Leaves that are taken for probabilities: 0.25 or 0.5 of each of five classes.
  Bundle b = multi_class_bundle();
  hs::models::TreeArrays a = b.models[0].ensemble.arrays();
  for (std::size_t i = 0; i < a.leaf_value.size(); ++i) a.leaf_value[i] = i % 2 == 0 ? 0.25 : 0.5;
  a.transform = hs::models::Transform::identity;
  b.models[0].ensemble = hs::models::TreeEnsemble(std::move(a));
  add_golden(b, 2);
  const Analyzer analyzer(read_bundle(write_bundle(b)));
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    hs::simulate::EcgOptions options;
    options.seed = seed;
    const auto report = analyzer.analyze(hs::simulate::ecg(hs::SamplingRate(100.0), options).recording);
    double total = 0.0;
    for (const auto& c : report.probabilities) total += c.probability;
    EXPECT_NEAR(total, 1.0, 1e-9);
  }
}

TEST(Bundle, AMonitorReferenceThatIsDamagedOrOfAnotherModelIsRefused) {
  const Bundle bundle = with_monitor_reference(tiny_bundle(), monitored_cases(tiny_bundle()));
  Bundle other = bundle;
  other.classes[0].threshold = 0.25;
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)write_bundle(other); }, {"monitor_reference", "threshold"}));
  other = bundle;
  other.classes[0].name = "OTHER";
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)write_bundle(other); }, {"bundle"}));

  // Whole by its digests, but no reference: what a faulty writer would make.
  auto file = read_safetensors(write_bundle(bundle));
  const auto place =
      std::find_if(file.tensors.begin(), file.tensors.end(), [](const Tensor& t) { return t.name == "monitor.reference"; });
  ASSERT_NE(place, file.tensors.end());
  auto damaged = place->bytes;
  damaged.resize(damaged.size() / 2);
  EXPECT_TRUE(raises<hs::FormatError>([&] { (void)MonitorReference::from_bytes(damaged); }, {}));
  place->bytes[place->bytes.size() / 2] ^= std::byte{1};
  EXPECT_TRUE(
      raises<hs::FormatError>([&] { (void)read_bundle(write_safetensors(file)); }, {"monitor.reference", "SHA-256"}));
}

TEST(Bundle, NotANumberInAnAurocSurvives) {
  Bundle b = tiny_bundle();
  b.subgroups[0].auroc[1] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isnan(read_bundle(write_bundle(b)).subgroups[0].auroc[1]));
}

TEST(Bundle, FilesAreWrittenWholeAndErrorsNameThem) {
  const auto path = std::filesystem::temp_directory_path() / ("bundle_test_" + std::to_string(std::random_device{}()));
  write_bundle(tiny_bundle(), path);
  EXPECT_EQ(write_bundle(read_bundle(path)), write_bundle(tiny_bundle()));
  EXPECT_NE(read_manifest(path).find("\"schema_version\":1"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(path.string() + ".partial"));
  std::filesystem::resize_file(path, 100);
  EXPECT_TRUE(raises<hs::FormatError>([&] { (void)read_bundle(path); }, {path.string()}));
  std::filesystem::remove(path);
  EXPECT_TRUE(raises<hs::FormatError>([&] { (void)read_bundle(path); }, {path.string(), "cannot be opened"}));
  EXPECT_TRUE(raises<hs::FormatError>([&] { write_bundle(tiny_bundle(), path / "no" / "folder"); }, {"cannot be written"}));
}

TEST(Bundle, PartsThatContradictEachOtherCannotBeWritten) {
  constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
  expect_refused("name", [](Bundle& b) { b.name.clear(); });
  expect_refused("input.kind", [](Bundle& b) { b.input.kind = "pcg"; });
  expect_refused("input.units", [](Bundle& b) { b.input.units = "uV"; });
  expect_refused("input.leads", [](Bundle& b) { b.input.leads.clear(); });
  expect_refused("input.leads", [](Bundle& b) { b.input.leads = {"I", " i "}; });
  for (const double bad : {0.0, 19.0, 1e5, not_a_number}) {
    expect_refused("input.sampling_rate_hz", [&](Bundle& b) { b.input.sampling_rate_hz = bad; });
    expect_refused("input.duration_s", [&](Bundle& b) { b.input.duration_s = bad == 19.0 ? -1.0 : bad; });
  }
  expect_refused("features.names", [](Bundle& b) { b.features.names.clear(); });
  expect_refused("models[0]", [](Bundle& b) { b.features.names.pop_back(); });
  expect_refused("classes", [](Bundle& b) { b.classes.clear(); });
  expect_refused("classes[0].name", [](Bundle& b) { b.classes[0].name = "MI"; });
  expect_refused("classes[1].calibrator", [](Bundle& b) { b.classes[1].calibrator = hs::calibration::Platt(); });
  for (const double bad : {0.0, 1.1, not_a_number}) {
    expect_refused("classes[0].threshold", [&](Bundle& b) { b.classes[0].threshold = bad; });
  }
  expect_refused("classes[0].band", [](Bundle& b) { b.classes[0].band.low.pop_back(); });
  expect_refused("classes[0].band", [](Bundle& b) { b.classes[0].band.low[0] = 0.9; });
  expect_refused("classes[0].band.score", [](Bundle& b) { b.classes[0].band.score[2] = 0.5; });
  expect_refused("classes[0].band.score", [&](Bundle& b) { b.classes[0].band.score[0] = not_a_number; });
  for (const double bad : {0.0, 1.0, not_a_number}) expect_refused("band_level", [&](Bundle& b) { b.band_level = bad; });
  expect_refused("models", [](Bundle& b) { b.models.clear(); });
  expect_refused("models", [](Bundle& b) { b.models.pop_back(); });  // MI is scored by none
  expect_refused("models[0].weight", [](Bundle& b) { b.models[0].weight = 0.0; });
  expect_refused("models[0].classes", [](Bundle& b) { b.models[0].classes = {"HYP"}; });
  expect_refused("models[0].classes", [](Bundle& b) { b.models[0].classes = {"NORM", "MI", "MI"}; });
  expect_refused("actions.max", [](Bundle& b) { b.max_actions = 0; });
  expect_refused("actions", [](Bundle& b) { b.actions[0].finding = "CD"; });
  expect_refused("actions", [](Bundle& b) { b.actions[0].code.clear(); });
  expect_refused("drift_reference", [](Bundle& b) { b.drift_reference.quantile.pop_back(); });
  expect_refused("drift_reference.level", [](Bundle& b) { b.drift_reference.level[1] = 0.0; });
  expect_refused("drift_reference.quantile", [](Bundle& b) { b.drift_reference.quantile[1] = -2.0; });
  expect_refused("subgroups", [](Bundle& b) { b.subgroups[0].auroc.pop_back(); });
  expect_refused("subgroups", [](Bundle& b) { b.subgroups[0].n_positive[0] = 11; });
  expect_refused("subgroups", [](Bundle& b) { b.subgroups[0].auroc[0] = 1.5; });
  expect_refused("golden.signal", [](Bundle& b) { b.golden.signal.pop_back(); });
  expect_refused("golden.signal", [](Bundle& b) { b.golden.signal[0] = std::numeric_limits<float>::infinity(); });
  expect_refused("golden.probability", [](Bundle& b) { b.golden.probability.pop_back(); });
  expect_refused("golden.leaf", [](Bundle& b) { b.golden.leaf.pop_back(); });
  expect_refused("golden.probability_tolerance", [](Bundle& b) { b.golden.probability_tolerance = 0.1; });
  expect_refused("provenance", [](Bundle& b) { b.provenance = std::string("[]"); });
  expect_refused("provenance", [](Bundle& b) { b.provenance = std::string("{"); });
  expect_refused("UTF-8", [](Bundle& b) { b.intended_use = std::string("\xFF"); });
}

}  // namespace bundle_test
