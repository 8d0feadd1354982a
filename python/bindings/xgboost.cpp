#include "array.hpp"
#include "bindings.hpp"

#include <heartsight/xgboost/booster.hpp>

#include <nanobind/stl/array.h>
#include <nanobind/stl/string.h>

#include <cstddef>
#include <string>
#include <vector>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;
namespace hb = heartsight::bindings;

void bind_xgboost(nb::module_& m) {
  m.doc() = "The bridge to libxgboost.";
  nb::class_<hs::xgboost::Library>(m, "Library", "libxgboost, loaded from a file.")
      .def(
          "__init__", [](hs::xgboost::Library* self, const std::string& path) { new (self) hs::xgboost::Library(path); },
          "path"_a, "Raises BackendError when it cannot be loaded or is older than 1.7.")
      .def_prop_ro("version", &hs::xgboost::Library::version, "[major, minor, patch].");
  nb::class_<hs::xgboost::Booster>(m, "Booster",
                                   "A booster of libxgboost, called through its C API; not for several threads at once.")
      .def(
          "__init__",
          [](hs::xgboost::Booster* self, const hs::xgboost::Library& library, nb::bytes model, int n_threads) {
            new (self) hs::xgboost::Booster(library, {static_cast<const std::byte*>(model.data()), model.size()}, n_threads);
          },
          "library"_a, "model"_a, nb::kw_only(), "n_threads"_a = 1,
          "model: bytes of a JSON or UBJSON model. Raises BackendError with XGBoost's own message.")
      .def_prop_ro("n_features", &hs::xgboost::Booster::n_features)
      .def_prop_ro("n_outputs", &hs::xgboost::Booster::n_outputs)
      .def(
          "predict_margin",
          [](const hs::xgboost::Booster& self, nb::handle X) {
            const auto array = hb::as_array<float>(X, "X");
            const auto rows = hb::as_matrix(array, "X");
            std::vector<float> out(rows.n_rows() * self.n_outputs());
            self.predict_margin(rows, hs::MatrixView<float>(out.data(), rows.n_rows(), self.n_outputs()));
            return hb::to_numpy(std::move(out), {rows.n_rows(), self.n_outputs()});
          },
          "X"_a,
          "Margins of all rounds, float32 (n_rows, n_outputs). X: float32 (n_rows, n_features), at least one row; NaN is "
          "missing.");
}
