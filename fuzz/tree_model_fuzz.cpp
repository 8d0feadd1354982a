// Any bytes: JSON, UBJSON or LightGBM text, by their content. What loads must predict, and come back out as it went in.
#include <heartsight/models/load.hpp>

#include <cstdint>
#include <cstdlib>
#include <limits>
#include <span>
#include <vector>

namespace hs = heartsight;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto model = hs::models::load_tree_ensemble(std::as_bytes(std::span(data, size)));
    if (model.n_features() > 4096) return 0;
    constexpr std::size_t n_rows = 9;  // a block of eight and a single row
    std::vector<float> X(n_rows * model.n_features());
    for (std::size_t i = 0; i < X.size(); ++i) {
      X[i] = i % 7 == 3 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(i % 13) - 6.0F;
    }
    std::vector<double> out(n_rows * model.n_outputs());
    model.predict_margin({X.data(), n_rows, model.n_features()}, {out.data(), n_rows, model.n_outputs()});
    if (!(hs::models::TreeEnsemble(model.arrays()).arrays() == model.arrays())) std::abort();
  } catch (const hs::FormatError&) {
  }
  return 0;
}
