#include <heartsight/pipeline/bundle.hpp>

#include "pipeline/check_bundle.hpp"
#include "pipeline/json.hpp"
#include "pipeline/tree_tensors.hpp"

#include <heartsight/core/sha256.hpp>
#include <heartsight/pipeline/safetensors.hpp>
#include <heartsight/version.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

namespace {

constexpr const char* manifest_key = "heartsight.manifest";
constexpr const char* digest_key = "heartsight.manifest_sha256";
// A bundle without these is whole.
constexpr const char* joint_tensor = "joint_calibrator";
constexpr const char* monitor_tensor = "monitor.reference";

/// Name, dtype, shape and bytes: a tensor moved under another name or read in another shape is another tensor.
std::string tensor_digest(const Tensor& tensor) {
  Sha256 hash;
  hash.update(tensor.name);
  hash.update("\n");
  hash.update(to_string(tensor.dtype));
  for (const std::size_t extent : tensor.shape) hash.update("," + std::to_string(extent));
  hash.update("\n");
  hash.update(tensor.bytes);
  return hash.hex_digest();
}

std::string model_prefix(std::size_t index) {
  return "model." + std::to_string(index) + ".";
}

Tensor tensor_of_state(const char* name, const std::vector<std::byte>& bytes) {
  std::vector<std::uint8_t> values(bytes.size());
  std::transform(bytes.begin(), bytes.end(), values.begin(), [](std::byte v) { return std::to_integer<std::uint8_t>(v); });
  return make_tensor(name, values);
}

/// What from_bytes makes of the bytes of a tensor that may be there or not.
template <class State>
std::optional<State> state_of_tensor(const SafetensorsFile& file, const char* name) {
  const auto found =
      std::find_if(file.tensors.begin(), file.tensors.end(), [&](const Tensor& tensor) { return tensor.name == name; });
  if (found == file.tensors.end()) return std::nullopt;
  const auto values = tensor_values<std::uint8_t>(*found);
  try {
    return State::from_bytes(std::as_bytes(std::span(values)));
  } catch (const Error& error) {
    throw FormatError(std::string("tensor ") + name + ": " + error.what());
  }
}

std::vector<Tensor> tensors_of(const Bundle& b) {
  std::vector<Tensor> tensors;
  for (std::size_t i = 0; i < b.models.size(); ++i) {
    append_tree_tensors(b.models[i].ensemble.arrays(), model_prefix(i), tensors);
  }
  for (const BundleClass& c : b.classes) {
    tensors.push_back(make_tensor("calibrator." + c.name,
                                  std::visit([](const auto& fitted) { return fitted.parameters(); }, c.calibrator)));
    std::vector<double> band = c.band.score;
    band.insert(band.end(), c.band.low.begin(), c.band.low.end());
    band.insert(band.end(), c.band.high.begin(), c.band.high.end());
    tensors.push_back(make_tensor<double>("band." + c.name, band, {3, c.band.score.size()}));
  }
  tensors.push_back(make_tensor("drift.level", b.drift_reference.level));
  tensors.push_back(make_tensor<double>("drift.quantile", b.drift_reference.quantile,
                                        {b.features.names.size(), b.drift_reference.level.size()}));
  if (b.joint_calibrator) tensors.push_back(tensor_of_state(joint_tensor, b.joint_calibrator->to_bytes()));
  if (b.monitor_reference) tensors.push_back(tensor_of_state(monitor_tensor, b.monitor_reference->to_bytes()));
  tensors.push_back(
      make_tensor<float>("golden.signal", b.golden.signal, {b.golden.n, b.input.leads.size(), golden_length(b.input)}));
  tensors.push_back(make_tensor<double>("golden.probability", b.golden.probability, {b.golden.n, b.classes.size()}));
  tensors.push_back(make_tensor<std::int32_t>("golden.leaf", b.golden.leaf, {b.golden.n, n_trees(b)}));
  return tensors;
}

OrderedJson manifest_of(const Bundle& b, const std::vector<Tensor>& tensors) {
  OrderedJson m;
  m["schema_version"] = Bundle::schema_version;
  m["name"] = b.name;
  m["version"] = b.version;
  m["heartsight_version"] = HEARTSIGHT_VERSION;
  m["intended_use"] = b.intended_use;
  m["limits"] = b.limits;
  m["input"] = {{"kind", b.input.kind},
                {"units", b.input.units},
                {"leads", b.input.leads},
                {"sampling_rate_hz", b.input.sampling_rate_hz},
                {"duration_s", b.input.duration_s}};
  m["features"] = {
      {"definition", b.features.definition}, {"fingerprint", b.features.fingerprint()}, {"names", b.features.names}};
  m["classes"] = OrderedJson::array();
  for (const BundleClass& c : b.classes) {
    m["classes"].push_back(
        {{"name", c.name}, {"calibrator", calibration::kind_of(c.calibrator)}, {"threshold", c.threshold}});
  }
  m["threshold_rule"] = b.threshold_rule;
  m["band_level"] = b.band_level;
  m["models"] = OrderedJson::array();
  for (std::size_t i = 0; i < b.models.size(); ++i) {
    OrderedJson entry = {{"kind", "tree_ensemble"},
                         {"tensors", model_prefix(i)},
                         {"classes", b.models[i].classes},
                         {"weight", b.models[i].weight}};
    entry.update(tree_scalars(b.models[i].ensemble.arrays()));
    m["models"].push_back(std::move(entry));
  }
  m["actions"] = {{"max", b.max_actions}, {"rules", OrderedJson::array()}};
  for (const ActionRule& r : b.actions) {
    m["actions"]["rules"].push_back({{"finding", r.finding},
                                     {"code", r.code},
                                     {"text", r.text},
                                     {"reason", r.reason},
                                     {"urgency", to_string(r.urgency)},
                                     {"protocol_text", r.protocol_text},
                                     {"only_without_urgent", r.only_without_urgent}});
  }
  m["subgroups"] = OrderedJson::array();
  for (const SubgroupBaseline& g : b.subgroups) {
    m["subgroups"].push_back({{"group", g.group}, {"n", g.n}, {"n_positive", g.n_positive}, {"auroc", g.auroc}});
  }
  m["golden"] = {{"n", b.golden.n}, {"probability_tolerance", b.golden.probability_tolerance}};
  m["data_licences"] = OrderedJson::array();
  for (const DataLicence& d : b.data_licences) {
    m["data_licences"].push_back({{"name", d.name}, {"licence", d.licence}, {"source", d.source}});
  }
  m["provenance"] = OrderedJson::parse(b.provenance);
  m["tensors"] = OrderedJson::object();
  for (const Tensor& t : tensors) m["tensors"][t.name] = tensor_digest(t);
  return m;
}

Urgency urgency_from(const JsonView& view) {
  const std::string text = view.text();
  for (const Urgency u : {Urgency::immediate, Urgency::urgent, Urgency::routine}) {
    if (text == to_string(u)) return u;
  }
  view.fail("must be immediate, urgent or routine");
}

std::size_t count_from(const JsonView& view) {
  const std::int64_t value = view.integer();
  if (value < 0) view.fail("must not be negative");
  return static_cast<std::size_t>(value);
}

BundleClass class_from(const JsonView& entry, const SafetensorsFile& file) {
  BundleClass c;
  c.name = entry.at("name").text();
  c.threshold = entry.at("threshold").number();
  const auto parameters = tensor_values<double>(file.at("calibrator." + c.name));
  try {
    c.calibrator = calibration::make_calibrator(entry.at("calibrator").text(), parameters);
  } catch (const Error& error) {
    entry.fail(error.what());
  }
  const Tensor& band = file.at("band." + c.name);
  if (band.shape.size() != 2 || band.shape[0] != 3) throw FormatError("tensor " + band.name + ": must have shape (3, n)");
  const auto values = tensor_values<double>(band);
  const auto n = static_cast<std::ptrdiff_t>(band.shape[1]);
  c.band.score.assign(values.begin(), values.begin() + n);
  c.band.low.assign(values.begin() + n, values.begin() + 2 * n);
  c.band.high.assign(values.begin() + 2 * n, values.end());
  return c;
}

void check_digests(const JsonView& manifest, const SafetensorsFile& file) {
  const JsonView digests = manifest.at("tensors");
  if (!digests.raw().is_object()) digests.fail("must be an object");
  for (const auto& [name, digest] : digests.raw().items()) {
    const Tensor& tensor = file.at(name);
    const std::string wanted = JsonView(digest, "manifest.tensors." + name).text();
    if (tensor_digest(tensor) != wanted) throw FormatError("tensor " + name + ": its SHA-256 differs from the manifest's");
  }
  if (digests.raw().size() != file.tensors.size()) {
    for (const Tensor& tensor : file.tensors) {
      if (!digests.raw().contains(tensor.name)) throw FormatError("tensor " + tensor.name + ": is not in the manifest");
    }
  }
}

Bundle bundle_from(const JsonView& m, const SafetensorsFile& file) {
  Bundle b;
  b.name = m.at("name").text();
  b.version = m.at("version").text();
  b.intended_use = m.at("intended_use").text();
  b.limits = m.at("limits").texts();
  const JsonView input = m.at("input");
  b.input = {.kind = input.at("kind").text(),
             .units = input.at("units").text(),
             .leads = input.at("leads").texts(),
             .sampling_rate_hz = input.at("sampling_rate_hz").number(),
             .duration_s = input.at("duration_s").number()};
  const JsonView features = m.at("features");
  b.features = {.definition = features.at("definition").text(), .names = features.at("names").texts()};
  if (features.at("fingerprint").text() != b.features.fingerprint()) {
    features.fail("the fingerprint does not belong to these names and this definition");
  }
  const JsonView classes = m.at("classes");
  for (std::size_t i = 0; i < classes.size(); ++i) b.classes.push_back(class_from(classes.at(i), file));
  b.threshold_rule = m.at("threshold_rule").text();
  b.band_level = m.at("band_level").number();
  const JsonView models = m.at("models");
  for (std::size_t i = 0; i < models.size(); ++i) {
    const JsonView entry = models.at(i);
    if (entry.at("kind").text() != "tree_ensemble")
      entry.fail("kind " + entry.at("kind").text() + " is not known to this version");
    b.models.push_back({entry.at("classes").texts(), entry.at("weight").number(),
                        models::TreeEnsemble(tree_arrays_from(entry, entry.at("tensors").text(), file))});
  }
  b.max_actions = count_from(m.at("actions").at("max"));
  const JsonView rules = m.at("actions").at("rules");
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const JsonView r = rules.at(i);
    b.actions.push_back({.finding = r.at("finding").text(),
                         .code = r.at("code").text(),
                         .text = r.at("text").text(),
                         .reason = r.at("reason").text(),
                         .urgency = urgency_from(r.at("urgency")),
                         .protocol_text = r.at("protocol_text").text(),
                         .only_without_urgent = r.at("only_without_urgent").boolean()});
  }
  const JsonView groups = m.at("subgroups");
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const JsonView g = groups.at(i);
    SubgroupBaseline baseline{.group = g.at("group").text(), .n = g.at("n").integer(), .n_positive = {}, .auroc = {}};
    for (std::size_t k = 0; k < g.at("n_positive").size(); ++k)
      baseline.n_positive.push_back(g.at("n_positive").at(k).integer());
    for (std::size_t k = 0; k < g.at("auroc").size(); ++k) baseline.auroc.push_back(g.at("auroc").at(k).number());
    b.subgroups.push_back(std::move(baseline));
  }
  b.drift_reference = {tensor_values<double>(file.at("drift.level")), tensor_values<double>(file.at("drift.quantile"))};
  b.joint_calibrator = state_of_tensor<calibration::SoftmaxCalibrator>(file, joint_tensor);
  if (auto reference = state_of_tensor<MonitorReference>(file, monitor_tensor)) {
    b.monitor_reference = std::make_shared<const MonitorReference>(*std::move(reference));
  }
  b.golden = {.signal = tensor_values<float>(file.at("golden.signal")),
              .probability = tensor_values<double>(file.at("golden.probability")),
              .leaf = tensor_values<std::int32_t>(file.at("golden.leaf")),
              .n = count_from(m.at("golden").at("n")),
              .probability_tolerance = m.at("golden").at("probability_tolerance").number()};
  const JsonView licences = m.at("data_licences");
  for (std::size_t i = 0; i < licences.size(); ++i) {
    const JsonView d = licences.at(i);
    b.data_licences.push_back({d.at("name").text(), d.at("licence").text(), d.at("source").text()});
  }
  const JsonView provenance = m.at("provenance");
  if (!provenance.raw().is_object()) provenance.fail("must be an object");
  b.provenance = provenance.raw().dump();
  check_bundle<FormatError>(b);
  return b;
}

struct OpenedBundle {
  SafetensorsFile file;
  std::string manifest;
  std::string digest;
};

OpenedBundle open_container(std::span<const std::byte> bytes) {
  OpenedBundle opened{.file = read_safetensors(bytes), .manifest = {}, .digest = {}};
  const auto& metadata = opened.file.metadata;
  const auto manifest = metadata.find(manifest_key);
  const auto digest = metadata.find(digest_key);
  if (manifest == metadata.end())
    throw FormatError("bundle: has no " + std::string(manifest_key) + ": a safetensors file, but no bundle");
  if (digest == metadata.end()) throw FormatError("bundle: has no " + std::string(digest_key));
  opened.manifest = manifest->second;
  opened.digest = sha256_hex(opened.manifest);
  if (opened.digest != digest->second)
    throw FormatError("bundle: the manifest's SHA-256 differs from " + std::string(digest_key));
  return opened;
}

std::vector<std::byte> read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw FormatError(path.string() + ": cannot be opened");
  std::vector<char> text{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) throw FormatError(path.string() + ": cannot be read");
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

template <class Body>
auto with_path(const std::filesystem::path& path, Body&& body) {
  const auto bytes = read_file(path);
  try {
    return body(std::span<const std::byte>(bytes));
  } catch (const FormatError& error) {
    throw FormatError(path.string() + ": " + error.what());
  }
}

}  // namespace

Bundle with_monitor_reference(Bundle bundle, std::span<const MonitoredCase> cases) {
  std::vector<double> thresholds;
  for (const BundleClass& c : bundle.classes) thresholds.push_back(c.threshold);
  bundle.monitor_reference = std::make_shared<const MonitorReference>(bundle.class_names(), std::move(thresholds), cases);
  bundle.manifest_digest.clear();  // it is another bundle now
  return bundle;
}

std::vector<std::byte> write_bundle(const Bundle& bundle) {
  check_bundle<DomainError>(bundle);
  try {
    if (!parse_json(bundle.provenance, "bundle.provenance").is_object()) {
      throw DomainError("bundle: provenance: must be a JSON object");
    }
    SafetensorsFile file{.tensors = tensors_of(bundle), .metadata = {}};
    const std::string manifest = manifest_of(bundle, file.tensors).dump();
    file.metadata[manifest_key] = manifest;
    file.metadata[digest_key] = sha256_hex(manifest);
    return write_safetensors(file);
  } catch (const FormatError& error) {
    throw DomainError(error.what());
  } catch (const Json::exception&) {  // the one thing that JSON cannot hold
    throw DomainError("bundle: a text is not UTF-8");
  }
}

void write_bundle(const Bundle& bundle, const std::filesystem::path& path) {
  const auto bytes = write_bundle(bundle);
  // Written beside and moved into place: a reader never sees half a bundle.
  std::filesystem::path partial = path;
  partial += ".partial";
  {
    std::ofstream out(partial, std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!out.flush()) throw FormatError(path.string() + ": cannot be written");
  }
  std::error_code failure;
  std::filesystem::rename(partial, path, failure);
  if (failure) throw FormatError(path.string() + ": cannot be written: " + failure.message());
}

Bundle read_bundle(std::span<const std::byte> bytes) {
  const OpenedBundle opened = open_container(bytes);
  const Json document = parse_json(opened.manifest, "manifest");
  const JsonView manifest(document, "manifest");
  const std::int64_t version = manifest.at("schema_version").integer();
  if (version != Bundle::schema_version) {
    manifest.fail("schema_version " + std::to_string(version) + " is not known, this version reads " +
                  std::to_string(Bundle::schema_version));
  }
  check_digests(manifest, opened.file);
  Bundle bundle = bundle_from(manifest, opened.file);
  bundle.manifest_digest = opened.digest;
  return bundle;
}

Bundle read_bundle(const std::filesystem::path& path) {
  return with_path(path, [](std::span<const std::byte> bytes) { return read_bundle(bytes); });
}

std::string read_manifest(const std::filesystem::path& path) {
  return with_path(path, [](std::span<const std::byte> bytes) {
    (void)read_bundle(bytes);
    return open_container(bytes).manifest;
  });
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
