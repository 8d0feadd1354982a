#include <heartsight/pipeline/analyzer.hpp>

#include "cpp/pipeline/signed_file.hpp"
#include "cpp/pipeline/tiny_bundle.hpp"
#include "cpp/raises.hpp"

#include <cstring>
#include <functional>

namespace bundle_damage_test {

// Every part of a bundle damaged: each time a FormatError that names it, never a crash, a hang or another meaning.
namespace hs = heartsight;
using namespace hs::pipeline;
using hs::test::raises;
using hs::test::SignedFile;

namespace {

const std::vector<std::byte>& tiny() {
  static const auto bytes = write_bundle(hs::test::tiny_bundle());
  return bytes;
}

/// Reads and replays, as every use of a bundle does.
void load(std::span<const std::byte> bytes) {
  const Analyzer analyzer(read_bundle(bytes));
}

void expect_refused(std::span<const std::byte> bytes, const std::vector<std::string>& parts, const std::string& what) {
  EXPECT_TRUE(raises<hs::FormatError>([&] { load(bytes); }, parts)) << what;
}

/// Damage that is signed again, so that only the check behind the digests can find it.
void expect_refused_signed(const std::string& what, const std::vector<std::string>& parts,
                           const std::function<void(SignedFile&)>& damage) {
  SignedFile file(tiny());
  damage(file);
  file.sign_tensors();
  const auto bytes = file.bytes();
  expect_refused(bytes, parts, what);
}

template <class T>
void set_value(Tensor& tensor, std::size_t index, T value) {
  ASSERT_LE((index + 1) * sizeof(T), tensor.bytes.size());
  std::memcpy(tensor.bytes.data() + index * sizeof(T), &value, sizeof(T));
}

std::uint64_t header_size() {
  std::uint64_t length = 0;
  std::memcpy(&length, tiny().data(), 8);
  return 8 + length;
}

}  // namespace

TEST(BundleDamage, TheUndamagedOneLoads) {
  EXPECT_NO_THROW(load(tiny()));
  SignedFile file(tiny());
  const nlohmann::json before = file.manifest;
  file.sign_tensors();
  EXPECT_EQ(nlohmann::json(file.manifest), before);  // the signing here is the signing there
  EXPECT_NO_THROW(load(file.bytes()));
}

TEST(BundleDamage, EveryByteOfTheHeader) {
  auto bytes = tiny();
  const std::size_t n_header = header_size();
  // All of the container's own words at the start, then a sample.
  for (std::size_t i = 0; i < n_header; i += i < 64 ? 1 : 13) {
    const std::byte kept = bytes[i];
    for (const unsigned flip : {0x01U, 0xFFU}) {
      bytes[i] = kept ^ static_cast<std::byte>(flip);
      try {
        load(bytes);
        // Blanks that pad the header may become other white space; nothing else may change unnoticed.
        ADD_FAILURE() << "byte " << i << " of the header changed unnoticed";
      } catch (const hs::FormatError& error) {
        EXPECT_GT(std::string(error.what()).size(), 10U);
      }
    }
    bytes[i] = kept;
  }
}

TEST(BundleDamage, OneByteOfEveryTensor) {
  const SignedFile file(tiny());
  for (std::size_t k = 0; k < file.file.tensors.size(); ++k) {
    auto damaged = file.file;
    auto& tensor = damaged.tensors[k];
    if (tensor.bytes.empty()) continue;
    for (const std::size_t at : {std::size_t{0}, tensor.bytes.size() / 2, tensor.bytes.size() - 1}) {
      tensor.bytes[at] ^= std::byte{1};
      expect_refused(write_safetensors(damaged), {"tensor " + tensor.name + ": its SHA-256"}, tensor.name);
      tensor.bytes[at] ^= std::byte{1};
    }
  }
}

TEST(BundleDamage, CutOffAnywhere) {
  for (std::size_t size = 0; size < tiny().size(); size += 64) {
    expect_refused(std::span(tiny()).first(size), {"safetensors header"}, std::to_string(size));
  }
  auto longer = tiny();
  longer.push_back(std::byte{0});
  expect_refused(longer, {"safetensors header"}, "one byte more");
}

TEST(BundleDamage, Digests) {
  SignedFile file(tiny());
  auto damaged = file.file;
  damaged.metadata["heartsight.manifest"] += " ";
  expect_refused(write_safetensors(damaged), {"manifest's SHA-256"}, "manifest");
  damaged = file.file;
  damaged.metadata["heartsight.manifest_sha256"][0] ^= 1;
  expect_refused(write_safetensors(damaged), {"manifest's SHA-256"}, "digest");
  damaged = file.file;
  damaged.metadata.erase("heartsight.manifest_sha256");
  expect_refused(write_safetensors(damaged), {"has no heartsight.manifest_sha256"}, "no digest");
  damaged = file.file;
  damaged.metadata.erase("heartsight.manifest");
  expect_refused(write_safetensors(damaged), {"has no heartsight.manifest"}, "no manifest");
  file.manifest["tensors"]["band.MI"] = std::string(64, '0');
  expect_refused(file.bytes(), {"band.MI", "SHA-256"}, "tensor digest");
  file.manifest["tensors"]["band.MI"] = 3;
  expect_refused(file.bytes(), {"band.MI"}, "tensor digest of another type");
  file.manifest["tensors"] = nlohmann::ordered_json::array();
  expect_refused(file.bytes(), {"manifest.tensors", "object"}, "digests are no object");
}

TEST(BundleDamage, TensorsAddedRenamedRemoved) {
  SignedFile file(tiny());
  auto damaged = file.file;
  damaged.tensors.push_back(make_tensor("stowaway", std::vector<double>{1}));
  expect_refused(write_safetensors(damaged), {"tensor stowaway", "not in the manifest"}, "added");
  for (const auto& tensor : file.file.tensors) {
    damaged = file.file;
    for (auto& t : damaged.tensors) {
      if (t.name == tensor.name) t.name = "renamed";
    }
    expect_refused(write_safetensors(damaged), {"tensor " + tensor.name, "missing"}, tensor.name);
    SignedFile removed(tiny());
    std::erase_if(removed.file.tensors, [&](const Tensor& t) { return t.name == tensor.name; });
    removed.sign_tensors();
    expect_refused(removed.bytes(), {"tensor " + tensor.name, "missing"}, tensor.name);
  }
}

TEST(BundleDamage, EveryTensorWithAnotherDtype) {
  const SignedFile original(tiny());
  for (const auto& tensor : original.file.tensors) {
    if (tensor.bytes.empty()) continue;
    SignedFile file(tiny());
    auto& t = file.tensor(tensor.name);
    const std::size_t n = t.bytes.size();
    t.dtype = DType::U8;
    t.shape = {n};
    if (tensor.dtype == DType::U8) {
      t.dtype = DType::I32;
      t.shape = {1};
      t.bytes.resize(4);
    }
    file.sign_tensors();
    expect_refused(file.bytes(), {"tensor " + tensor.name}, tensor.name);
  }
}

TEST(BundleDamage, TreesThatLeadNowhere) {
  const auto tree = [](const char* tensor, std::size_t index, auto value, const char* part) {
    expect_refused_signed(tensor, {part},
                          [&](SignedFile& f) { set_value(f.tensor(std::string("model.0.") + tensor), index, value); });
  };
  tree("left_child", 0, std::int32_t{99}, "child 99");
  tree("left_child", 0, std::int32_t{-5}, "child -5");
  tree("left_child", 0, std::int32_t{0}, "child 0");  // a cycle
  tree("right_child", 0, std::int32_t{1}, "reached twice");
  tree("left_child", 1, std::int32_t{2}, "a leaf has a child");
  tree("split_feature", 0, std::int32_t{18}, "feature 18");
  tree("split_feature", 0, std::int32_t{-7}, "feature -7");
  tree("split_feature", 0, std::int32_t{-1}, "");
  tree("threshold", 0, std::numeric_limits<float>::quiet_NaN(), "threshold is NaN");
  tree("default_left", 0, std::uint8_t{2}, "default_left");
  tree("node_id", 1, std::int32_t{-1}, "node_id");
  tree("tree_offset", 1, std::int64_t{4}, "tree_offset");
  tree("tree_offset", 0, std::int64_t{1}, "tree_offset");
  tree("tree_group", 0, std::int32_t{1}, "group 1");
  tree("tree_weight", 0, std::numeric_limits<double>::infinity(), "weight");
  tree("leaf_value", 0, std::numeric_limits<double>::quiet_NaN(), "leaf_value[0]");
  tree("leaf_value", 0, 1e-50, "float32");
  tree("base_margin", 0, std::numeric_limits<double>::infinity(), "base_margin");
  tree("iteration_offset", 1, std::int64_t{9}, "iteration_offset");
}

TEST(BundleDamage, OutputsThatAreNotTheGoldenOnes) {
  expect_refused_signed("leaf value", {"golden sample", "probability of NORM"}, [](SignedFile& f) {
    set_value(f.tensor("model.0.leaf_value"), 0, 0.25);
    set_value(f.tensor("model.0.leaf_value"), 1, 0.25);
  });
  expect_refused_signed("stored probability", {"golden sample 1", "probability of MI"},
                        [](SignedFile& f) { set_value(f.tensor("golden.probability"), 3, 0.123); });
  expect_refused_signed("stored leaf", {"golden sample 0", "tree 1", "leaf"},
                        [](SignedFile& f) { set_value(f.tensor("golden.leaf"), 1, std::int32_t{0}); });
  expect_refused_signed("golden NaN", {"golden"}, [](SignedFile& f) {
    set_value(f.tensor("golden.probability"), 0, std::numeric_limits<double>::quiet_NaN());
  });
  expect_refused_signed("golden signal NaN", {"golden.signal"}, [](SignedFile& f) {
    set_value(f.tensor("golden.signal"), 0, std::numeric_limits<float>::quiet_NaN());
  });
  expect_refused_signed("node numbers", {"golden sample", "leaf"}, [](SignedFile& f) {
    set_value(f.tensor("model.0.node_id"), 1, std::int32_t{7});
    set_value(f.tensor("model.0.node_id"), 2, std::int32_t{8});
  });
}

TEST(BundleDamage, CalibratorsAndBandsOutOfRange) {
  expect_refused_signed("a < 0", {"manifest.classes[0]", "Beta: a"},
                        [](SignedFile& f) { set_value(f.tensor("calibrator.NORM"), 0, -1.0); });
  expect_refused_signed("c NaN", {"manifest.classes[0]", "Beta"}, [](SignedFile& f) {
    set_value(f.tensor("calibrator.NORM"), 2, std::numeric_limits<double>::quiet_NaN());
  });
  expect_refused_signed("knots fall", {"manifest.classes[1]", "Isotonic"},
                        [](SignedFile& f) { set_value(f.tensor("calibrator.MI"), 5, 0.1); });
  expect_refused_signed("kind", {"manifest.classes[0]", "kind"},
                        [](SignedFile& f) { f.manifest["classes"][0]["calibrator"] = "spline"; });
  expect_refused_signed("other kind", {"manifest.classes[0]", "size"},
                        [](SignedFile& f) { f.manifest["classes"][0]["calibrator"] = "platt"; });
  expect_refused_signed("band above 1", {"classes[0].band"},
                        [](SignedFile& f) { set_value(f.tensor("band.NORM"), 8, 1.5); });
  expect_refused_signed("band score", {"classes[0].band.score"},
                        [](SignedFile& f) { set_value(f.tensor("band.NORM"), 0, 0.7); });
  expect_refused_signed("band shape", {"band.NORM", "(3, n)"}, [](SignedFile& f) { f.tensor("band.NORM").shape = {9}; });
}

TEST(BundleDamage, EveryFieldOfTheManifestMissingOrOfAnotherType) {
  const SignedFile original(tiny());
  // Every path of the manifest, but for what is free text of its maker (provenance) and the digests, tested above.
  std::vector<nlohmann::ordered_json::json_pointer> paths;
  const auto flat = original.manifest.flatten();
  for (const auto& [path, value] : flat.items()) {
    nlohmann::ordered_json::json_pointer pointer(path);
    while (!pointer.empty()) {
      if (std::find(paths.begin(), paths.end(), pointer) == paths.end()) paths.push_back(pointer);
      pointer = pointer.parent_pointer();
    }
  }
  std::size_t n_damages = 0;
  for (const auto& path : paths) {
    const std::string text = path.to_string();
    if (text.starts_with("/provenance/") || text.starts_with("/tensors") || text == "/heartsight_version") continue;
    const auto refused = [&](const nlohmann::ordered_json& value, const std::string& what) {
      SignedFile file(tiny());
      file.manifest[path] = value;
      try {
        load(file.bytes());
        ADD_FAILURE() << text << " " << what << " was accepted";
      } catch (const hs::FormatError& error) {
        const std::string message = error.what();
        EXPECT_TRUE(message.starts_with("manifest") || message.starts_with("bundle") || message.starts_with("tensor") ||
                    message.find("tree") != std::string::npos)
            << text << " " << what << ": " << message;
      }
      ++n_damages;
    };
    const auto& value = original.manifest[path];
    refused(value.is_string() ? nlohmann::ordered_json(17) : nlohmann::ordered_json("seventeen"), "of another type");
    if (text != "/provenance") refused(nlohmann::ordered_json::object(), "as an object");
    if (text.find("/auroc") == std::string::npos) refused(nullptr, "null");
    if (value.is_number()) {
      refused(1e300, "huge");
      refused(-1.5, "negative");
      if (value.is_number_integer()) refused(std::uint64_t{1} << 63, "beyond 63 bits");
    }
    SignedFile file(tiny());
    auto& parent = file.manifest[path.parent_pointer()];
    if (parent.is_object()) {
      parent.erase(path.back());
      const auto bytes = file.bytes();
      expect_refused(bytes, {"has no key \"" + path.back() + "\""}, text);
    }
  }
  EXPECT_GT(n_damages, 200U);
}

TEST(BundleDamage, ManifestsThatAreNotJson) {
  const SignedFile file(tiny());
  const std::string good = file.manifest.dump();
  for (const auto& [text, part] : std::vector<std::pair<std::string, std::string>>{
           {"", "manifest"},
           {"null", "must be an object"},
           {"[]", "must be an object"},
           {good + "{}", "manifest"},
           {good.substr(0, good.size() / 2), "manifest"},
           {"{\"schema_version\":NaN}", "manifest"},
           {"{\"schema_version\":1e999}", "manifest"},
           {std::string(100'000, '['), "nested deeper"},
           {"{\"name\":\"other\"," + good.substr(1), "\"name\" stands there twice"},
       }) {
    expect_refused(file.with_manifest(text), {part}, text.substr(0, 40));
  }
}

TEST(BundleDamage, AnotherMeaningOfThings) {
  expect_refused_signed("schema version", {"schema_version 2"}, [](SignedFile& f) { f.manifest["schema_version"] = 2; });
  expect_refused_signed("fingerprint", {"manifest.features", "fingerprint"},
                        [](SignedFile& f) { f.manifest["features"]["fingerprint"] = std::string(64, 'a'); });
  expect_refused_signed("features reordered", {"manifest.features", "fingerprint"}, [](SignedFile& f) {
    std::swap(f.manifest["features"]["names"][0], f.manifest["features"]["names"][1]);
  });
  expect_refused_signed("leads reordered", {"features"},
                        [](SignedFile& f) { std::swap(f.manifest["input"]["leads"][0], f.manifest["input"]["leads"][1]); });
  expect_refused_signed("unknown features", {"features", "lead_entropy/1"}, [](SignedFile& f) {
    const std::vector<std::string> names = f.manifest["features"]["names"];
    f.manifest["features"]["definition"] = "lead_entropy/1";
    f.manifest["features"]["fingerprint"] = hs::features::FeatureSchema{"lead_entropy/1", names}.fingerprint();
  });
  expect_refused_signed("classes exchanged", {"golden"}, [](SignedFile& f) {
    std::swap(f.manifest["models"][0]["classes"], f.manifest["models"][1]["classes"]);
  });
  expect_refused_signed("model kind", {"models[0]", "torch"},
                        [](SignedFile& f) { f.manifest["models"][0]["kind"] = "torch"; });
  expect_refused_signed("transform", {"transform"}, [](SignedFile& f) { f.manifest["models"][0]["transform"] = "softmax"; });
  expect_refused_signed("no golden", {"golden"}, [](SignedFile& f) { f.manifest["golden"]["n"] = 0; });
  expect_refused_signed("urgency", {"urgency"}, [](SignedFile& f) { f.manifest["actions"]["rules"][0]["urgency"] = "now"; });
}

}  // namespace bundle_damage_test
