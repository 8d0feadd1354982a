#pragma once

/// Everything of heartsight but the backends. Programs that want a quick build include the headers they use.

#include <heartsight/calibration/calibration_band.hpp>
#include <heartsight/calibration/calibrator.hpp>
#include <heartsight/calibration/cross_fit.hpp>
#include <heartsight/calibration/expected_calibration_error.hpp>
#include <heartsight/core/eigen.hpp>
#include <heartsight/core/error.hpp>
#include <heartsight/core/lead.hpp>
#include <heartsight/core/matrix_view.hpp>
#include <heartsight/core/nan_policy.hpp>
#include <heartsight/core/order_statistics.hpp>
#include <heartsight/core/parallel_for.hpp>
#include <heartsight/core/random.hpp>
#include <heartsight/core/recording.hpp>
#include <heartsight/core/running_statistics.hpp>
#include <heartsight/core/sampling_rate.hpp>
#include <heartsight/core/sha256.hpp>
#include <heartsight/features/feature_schema.hpp>
#include <heartsight/features/summary_statistics.hpp>
#include <heartsight/io/annotation.hpp>
#include <heartsight/io/read_record.hpp>
#include <heartsight/metrics/confusion.hpp>
#include <heartsight/metrics/group_folds.hpp>
#include <heartsight/metrics/probability_scores.hpp>
#include <heartsight/metrics/ranking.hpp>
#include <heartsight/models/load.hpp>
#include <heartsight/models/tree_ensemble.hpp>
#include <heartsight/pipeline/analyzer.hpp>
#include <heartsight/signal/filter_design.hpp>
#include <heartsight/signal/resample.hpp>
#include <heartsight/signal/sos_filter.hpp>
#include <heartsight/signal/sosfilt.hpp>
#include <heartsight/signal/sosfiltfilt.hpp>
#include <heartsight/simulate/ecg.hpp>
#include <heartsight/version.hpp>
