#pragma once

#include <heartsight/core/sha256.hpp>
#include <heartsight/pipeline/safetensors.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace heartsight::test {

/// Opens a bundle's parts and puts them together again with digests that fit. Damage that is signed gets past the digests
/// to the checks behind them, as a file that somebody made wrongly would.
class SignedFile {
 public:
  explicit SignedFile(std::span<const std::byte> bytes) : file(pipeline::read_safetensors(bytes)) {
    manifest = nlohmann::ordered_json::parse(file.metadata.at("heartsight.manifest"));
  }

  pipeline::SafetensorsFile file;
  nlohmann::ordered_json manifest;

  pipeline::Tensor& tensor(const std::string& name) {
    for (auto& t : file.tensors) {
      if (t.name == name) return t;
    }
    throw std::out_of_range(name);
  }

  /// The manifest's digests of all tensors, as they are now.
  void sign_tensors() {
    auto digests = nlohmann::ordered_json::object();
    for (const auto& t : file.tensors) {
      Sha256 hash;
      hash.update(t.name);
      hash.update("\n");
      hash.update(to_string(t.dtype));
      for (const std::size_t extent : t.shape) {
        hash.update(",");
        hash.update(std::to_string(extent));
      }
      hash.update("\n");
      hash.update(t.bytes);
      digests[t.name] = hash.hex_digest();
    }
    manifest["tensors"] = std::move(digests);
  }

  /// The file with this text as its manifest, under a digest that fits.
  [[nodiscard]] std::vector<std::byte> with_manifest(const std::string& text) const {
    pipeline::SafetensorsFile out = file;
    out.metadata["heartsight.manifest"] = text;
    out.metadata["heartsight.manifest_sha256"] = sha256_hex(text);
    return pipeline::write_safetensors(out);
  }
  [[nodiscard]] std::vector<std::byte> bytes() const { return with_manifest(manifest.dump()); }
};

}  // namespace heartsight::test
