#pragma once

#include <nanobind/nanobind.h>

// One registration function per domain, each in <domain>.cpp.
void bind_errors(nanobind::module_& m);
void bind_core(nanobind::module_& m);
void bind_signal(nanobind::module_& m);
void bind_signal_filters(nanobind::module_& m);
void bind_signal_median(nanobind::module_& m);
void bind_signal_quality(nanobind::module_& m);
void bind_signal_scaling(nanobind::module_& m);
void bind_signal_spectral(nanobind::module_& m);
void bind_metrics(nanobind::module_& m);
void bind_metrics_beats(nanobind::module_& m);  // part of metrics
void bind_metrics_intervals(nanobind::module_& m);
void bind_metrics_scores(nanobind::module_& m);  // part of metrics
void bind_io(nanobind::module_& m);
void bind_io_files(nanobind::module_& m);  // part of io
void bind_simulate(nanobind::module_& m);
void bind_detection(nanobind::module_& m);
void bind_delineation(nanobind::module_& m);  // part of detection
void bind_features(nanobind::module_& m);
void bind_features_hrv(nanobind::module_& m);
void bind_features_measurements(nanobind::module_& m);
void bind_fairness(nanobind::module_& m);
void bind_models(nanobind::module_& m);
void bind_xgboost(nanobind::module_& m);
void bind_calibration(nanobind::module_& m);
void bind_calibration_monitoring(nanobind::module_& m);
void bind_calibration_measures(nanobind::module_& m);   // part of calibration
void bind_calibration_conformal(nanobind::module_& m);  // part of calibration
void bind_drift(nanobind::module_& m);
void bind_drift_compare(nanobind::module_& m);  // part of drift
void bind_drift_state(nanobind::module_& m);    // part of drift
void bind_drift_streams(nanobind::module_& m);  // part of drift
void bind_drift_tables(nanobind::module_& m);   // part of drift
void bind_pipeline(nanobind::module_& m);
void bind_pipeline_explanation(nanobind::module_& m);
void bind_pipeline_monitor(nanobind::module_& m);
