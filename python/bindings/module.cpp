#include "bindings.hpp"

#include <heartsight/version.hpp>

#include <utility>

namespace nb = nanobind;

NB_MODULE(_core, m) {
  m.doc() = "The native core of heartsight. Import the package, not this module.";
  m.attr("version") = heartsight::version;
  bind_errors(m);
  bind_core(m);
  // Order matters for signatures: a domain comes after those whose types it names.
  // clang-format off
  const std::pair<const char*, void (*)(nb::module_&)> domains[] = {
      // One pair per line: two branches that add a domain do not collide.
      {"signal", bind_signal},
      {"signal", bind_signal_spectral},
      {"metrics", bind_metrics},
      {"metrics", bind_metrics_intervals},
      {"io", bind_io},
      {"io", bind_io_files},
      {"simulate", bind_simulate},
      {"detection", bind_detection},
      {"detection", bind_delineation},
      {"features", bind_features},
      {"features", bind_features_hrv},
      {"features", bind_features_measurements},
      {"models", bind_models},
      {"xgboost", bind_xgboost},
      {"calibration", bind_calibration},
      {"calibration", bind_calibration_monitoring},
      {"fairness", bind_fairness},
      {"drift", bind_drift},
      {"drift", bind_drift_compare},
      {"drift", bind_drift_state},
      {"drift", bind_drift_streams},
      {"drift", bind_drift_tables},
      {"pipeline", bind_pipeline_explanation},
      {"pipeline", bind_pipeline},
      {"pipeline", bind_pipeline_monitor},
  };
  // clang-format on
  for (const auto& [name, bind] : domains) {
    nb::module_ domain = m.def_submodule(name);
    bind(domain);
  }
}
