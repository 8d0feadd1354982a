#include "bindings.hpp"

#include <heartsight/version.hpp>

namespace nb = nanobind;

NB_MODULE(_core, m) {
  m.doc() = "The native core of heartsight. Import the package, not this module.";
  m.attr("__version__") = heartsight::version;
  bind_errors(m);
  bind_core(m);
  auto models = m.def_submodule("models");
  bind_models(models);
  auto xgboost = m.def_submodule("xgboost");
  bind_xgboost(xgboost);
}
