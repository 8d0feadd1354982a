#include <heartsight/pipeline/analyzer.hpp>
#include <heartsight/pipeline/bundle.hpp>
#include <heartsight/pipeline/safetensors.hpp>

#include "cpp/pipeline/tiny_bundle.hpp"
#include "cpp/raises.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>
#include <random>

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
