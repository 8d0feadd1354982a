#include "array.hpp"
#include "bindings.hpp"
#include "signal_rows.hpp"

#include <heartsight/signal/preprocess.hpp>
#include <heartsight/signal/remove_baseline.hpp>
#include <heartsight/signal/robust_scale.hpp>
#include <heartsight/signal/zscore.hpp>

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <optional>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;
using hs::bindings::map_signal;

namespace {

hs::NanPolicy parse_nan_policy(const char* where, const std::string& name) {
  if (name == "propagate") return hs::NanPolicy::propagate;
  if (name == "omit") return hs::NanPolicy::omit;
  if (name == "reject") return hs::NanPolicy::reject;
  hs::check::detail::fail<hs::DomainError>(where, "nan_policy", name, "must be propagate, omit or reject");
}

hs::signal::BaselineMethod parse_method(const std::string& name) {
  if (name == "highpass") return hs::signal::BaselineMethod::highpass;
  if (name == "median") return hs::signal::BaselineMethod::median;
  hs::check::detail::fail<hs::DomainError>("remove_baseline", "method", name, "must be highpass or median");
}

hs::signal::RobustSpread parse_spread(const std::string& name) {
  if (name == "iqr") return hs::signal::RobustSpread::iqr;
  if (name == "mad") return hs::signal::RobustSpread::mad;
  hs::check::detail::fail<hs::DomainError>("robust_scale", "spread", name, "must be iqr or mad");
}

hs::signal::PreprocessOptions as_options(const std::string& chain, const std::optional<std::string>& protocol,
                                         double target_hz) {
  hs::signal::PreprocessOptions options{.target_hz = target_hz};
  if (chain == "detector") {
    options.chain = hs::signal::PreprocessChain::detector;
  } else if (chain != "classifier") {
    hs::check::detail::fail<hs::DomainError>("preprocess", "chain", chain, "must be classifier or detector");
  }
  if (protocol == "clinical_recommender") {
    options.protocol = hs::signal::PreprocessProtocol::clinical_recommender;
  } else if (protocol == "cpsc2019") {
    options.protocol = hs::signal::PreprocessProtocol::cpsc2019;
  } else if (protocol) {
    hs::check::detail::fail<hs::DomainError>("preprocess", "protocol", *protocol,
                                             "must be clinical_recommender or cpsc2019");
  }
  return options;
}

}  // namespace

void bind_signal_scaling(nb::module_& m) {
  m.def(
      "remove_baseline",
      [](nb::handle signal, double sampling_rate, const std::string& method, double cutoff_hz, std::size_t order,
         double first_window_s, double second_window_s) {
        const hs::signal::RemoveBaselineOptions options{.method = parse_method(method),
                                                        .cutoff_hz = cutoff_hz,
                                                        .order = order,
                                                        .first_window_s = first_window_s,
                                                        .second_window_s = second_window_s};
        return map_signal(signal, "remove_baseline", [&](const auto& leads, const auto& out) {
          hs::signal::detail::remove_baseline(leads, sampling_rate, options, out);
        });
      },
      "signal"_a, "sampling_rate"_a, nb::kw_only(), "method"_a = "highpass", "cutoff_hz"_a = 0.5, "order"_a = 2,
      "first_window_s"_a = 0.2, "second_window_s"_a = 0.6,
      nb::sig("def remove_baseline(signal: numpy.typing.ArrayLike, sampling_rate: float, *, method: str = 'highpass', "
              "cutoff_hz: "
              "float = 0.5, order: int = 2, first_window_s: float = 0.2, second_window_s: float = 0.6) -> "
              "numpy.typing.NDArray[typing.Any]"),
      "Takes out baseline wander, the slow swing under an ECG.\n\n"
      "signal: (n_samples,) or (n_leads, n_samples), any unit; float32 stays float32. sampling_rate in Hz.\n"
      "method 'highpass': a Butterworth high-pass of this order and cutoff_hz, forward and backward, so that the ST segment "
      "stays\n"
      "in place. 'median': minus a running median of second_window_s over one of first_window_s (de Chazal 2004, DOI\n"
      "10.1109/TBME.2004.827359).\n"
      "NaN: highpass makes the whole lead NaN, median the windows that hold it. Raises ShapeError, DomainError.");
  m.def(
      "zscore",
      [](nb::handle signal, double min_scale, const std::string& nan_policy) {
        const hs::signal::ZscoreOptions options{.min_scale = min_scale,
                                                .nan_policy = parse_nan_policy("zscore", nan_policy)};
        return map_signal(signal, "zscore",
                          [&](const auto& leads, const auto& out) { hs::signal::detail::zscore(leads, options, out); });
      },
      "signal"_a, nb::kw_only(), "min_scale"_a = 1e-9, "nan_policy"_a = "propagate",
      nb::sig("def zscore(signal: numpy.typing.ArrayLike, *, min_scale: float = 1e-9, nan_policy: str = 'propagate') -> "
              "numpy.typing.NDArray[typing.Any]"),
      "Each lead minus its mean, over its standard deviation (divisor n).\n\n"
      "signal: (n_samples,) or (n_leads, n_samples); float32 stays float32. A lead whose deviation is not above min_scale "
      "(in the\n"
      "unit of the signal), or is no more than the rounding of its level, is flat: zeros.\n"
      "nan_policy: 'propagate' (the whole lead is NaN), 'omit' (statistics of the other samples), 'reject' (DomainError).\n"
      "Raises ShapeError, DomainError. Equal to scipy.stats.zscore within 1e-12.");
  m.def(
      "robust_scale",
      [](nb::handle signal, const std::string& spread, bool unit_variance, double min_scale, const std::string& nan_policy) {
        const hs::signal::RobustScaleOptions options{.spread = parse_spread(spread),
                                                     .unit_variance = unit_variance,
                                                     .min_scale = min_scale,
                                                     .nan_policy = parse_nan_policy("robust_scale", nan_policy)};
        return map_signal(signal, "robust_scale", [&](const auto& leads, const auto& out) {
          hs::signal::detail::robust_scale(leads, options, out);
        });
      },
      "signal"_a, nb::kw_only(), "spread"_a = "iqr", "unit_variance"_a = false, "min_scale"_a = 1e-9,
      "nan_policy"_a = "propagate",
      nb::sig(
          "def robust_scale(signal: numpy.typing.ArrayLike, *, spread: str = 'iqr', unit_variance: bool = False, min_scale: "
          "float = 1e-9, nan_policy: str = 'propagate') -> numpy.typing.NDArray[typing.Any]"),
      "Each lead minus its median, over its spread: what a few spikes do not move.\n\n"
      "signal: (n_samples,) or (n_leads, n_samples); float32 stays float32. spread: 'iqr' (interquartile range) or 'mad' "
      "(median\n"
      "absolute deviation). unit_variance: divide by the spread over that of a standard normal distribution. min_scale and\n"
      "nan_policy as for zscore. Raises ShapeError, DomainError.");
  m.def(
      "preprocess",
      [](nb::handle signal, double sampling_rate, const std::string& chain, const std::optional<std::string>& protocol,
         double target_hz) {
        const auto options = as_options(chain, protocol, target_hz);
        return std::visit(
            [&](const auto& array) -> nb::object {
              using T = std::remove_const_t<typename std::decay_t<decltype(array)>::Scalar>;
              const auto leads = hs::bindings::as_leads<T>(array, "preprocess");
              hs::signal::Preprocessed<T> result;
              {
                nb::gil_scoped_release release;
                result = hs::signal::preprocess(leads, sampling_rate, options);
              }
              if (array.ndim() == 1) return nb::cast(hs::bindings::to_numpy(std::move(result.samples)));
              return nb::cast(hs::bindings::to_numpy(std::move(result.samples), {result.n_leads, result.n_samples}));
            },
            hs::bindings::as_real_array(signal, "signal"));
      },
      "signal"_a, "sampling_rate"_a, nb::kw_only(), "chain"_a = "classifier", "protocol"_a = nb::none(),
      "target_hz"_a = 500.0,
      nb::sig("def preprocess(signal: numpy.typing.ArrayLike, sampling_rate: float, *, chain: str = 'classifier', protocol: "
              "str | "
              "None = None, target_hz: float = 500.0) -> numpy.typing.NDArray[typing.Any]"),
      "Makes a signal ready for a classifier or a beat detector.\n\n"
      "signal: (n_samples,) or (n_leads, n_samples); leads are treated apart; float32 stays float32. sampling_rate in Hz.\n"
      "chain 'classifier': resampled to target_hz by its true rate, then zscore. 'detector': a median over 6 ms, a "
      "zero-phase\n"
      "low-pass at 40 Hz, minus that at 2 Hz, minus the mean, over the largest absolute value; for finding beats, not for "
      "ST\n"
      "segments. protocol, in place of chain: 'clinical_recommender' or 'cpsc2019', published chains with their defects, "
      "for\n"
      "comparison only (docs/protocols.md).\n"
      "A flat lead gives zeros by both chains; a NaN makes its lead NaN. Raises ShapeError, DomainError.");
}
