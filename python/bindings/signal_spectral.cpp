#include "array.hpp"
#include "bindings.hpp"

#include <heartsight/signal/autoregressive.hpp>
#include <heartsight/signal/fft.hpp>
#include <heartsight/signal/fourier_resample.hpp>
#include <heartsight/signal/lomb_scargle.hpp>
#include <heartsight/signal/stft.hpp>
#include <heartsight/signal/welch.hpp>
#include <heartsight/signal/window.hpp>

#include <nanobind/stl/complex.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include <array>
#include <complex>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;
namespace sig = heartsight::signal;
using hs::bindings::as_array;
using hs::bindings::as_real_array;
using hs::bindings::as_span;
using hs::bindings::to_numpy;

namespace {

/// A window as SciPy's users name it: "hann", or ("kaiser", 8.6).
using WindowName = std::variant<std::string, std::pair<std::string, double>>;

template <class Enum>
Enum named(const char* where, const char* argument, const std::string& name,
           std::initializer_list<std::pair<const char*, Enum>> choices) {
  std::string all;
  for (const auto& [text, value] : choices) {
    if (name == text) return value;
    all += (all.empty() ? "" : ", ") + std::string(text);
  }
  hs::check::detail::fail<hs::DomainError>(where, argument, name, "must be one of " + all);
}

sig::Window parse_window(const char* where, const WindowName& window, bool symmetric = false) {
  using S = sig::WindowShape;
  const bool has_parameter = std::holds_alternative<std::pair<std::string, double>>(window);
  const std::string& name = has_parameter ? std::get<1>(window).first : std::get<0>(window);
  sig::Window parsed;
  parsed.symmetric = symmetric;
  parsed.shape = named<S>(where, "window", name,
                          {{"boxcar", S::boxcar},
                           {"bartlett", S::bartlett},
                           {"cosine", S::cosine},
                           {"hann", S::hann},
                           {"hamming", S::hamming},
                           {"blackman", S::blackman},
                           {"nuttall", S::nuttall},
                           {"blackmanharris", S::blackmanharris},
                           {"flattop", S::flattop},
                           {"tukey", S::tukey},
                           {"kaiser", S::kaiser},
                           {"gaussian", S::gaussian}});
  const bool needs = parsed.shape == S::kaiser || parsed.shape == S::gaussian;
  if (has_parameter) {
    if (!needs && parsed.shape != S::tukey) {
      hs::check::detail::fail<hs::DomainError>(where, "window", name, "has no parameter");
    }
    parsed.parameter = std::get<1>(window).second;
  } else if (needs) {
    hs::check::detail::fail<hs::DomainError>(where, "window", name, "needs its parameter: ('" + name + "', number)");
  }
  return parsed;
}

sig::Detrend parse_detrend(const char* where, const std::optional<std::string>& detrend) {
  return named<sig::Detrend>(
      where, "detrend", detrend.value_or("none"),
      {{"constant", sig::Detrend::constant}, {"linear", sig::Detrend::linear}, {"none", sig::Detrend::none}});
}

sig::SpectrumScaling parse_scaling(const char* where, const std::string& scaling) {
  return named<sig::SpectrumScaling>(
      where, "scaling", scaling, {{"density", sig::SpectrumScaling::density}, {"spectrum", sig::SpectrumScaling::spectrum}});
}

template <class Array>
using ElementOf = std::remove_const_t<typename std::decay_t<Array>::Scalar>;

/// (n_samples,) as one row, (n_leads, n_samples) as it is.
template <class Array>
auto rows_of(const char* where, const Array& array) {
  using T = ElementOf<Array>;
  if (array.ndim() == 1) return hs::MatrixView<const T>(array.data(), 1, array.shape(0));
  if (array.ndim() == 2) return hs::MatrixView<const T>(array.data(), array.shape(0), array.shape(1));
  hs::check::detail::fail<hs::ShapeError>(where, "signal", "", "must have 1 or 2 dimensions");
}

/// A contiguous complex array, converted by a safe cast where it is none.
template <class T>
nb::ndarray<const std::complex<T>, nb::c_contig, nb::device::cpu> as_complex(nb::handle object) {
  nb::ndarray<const std::complex<T>, nb::c_contig, nb::device::cpu> view;
  if (nb::try_cast(object, view, false)) return view;
  nb::module_ numpy = nb::module_::import_("numpy");
  nb::dict arguments;
  arguments["dtype"] = sizeof(T) == sizeof(double) ? "complex128" : "complex64";
  arguments["order"] = "C";
  return nb::cast<decltype(view)>(numpy.attr("array")(object, **arguments));
}

template <class T>
nb::object inverse_rows(const sig::RealFft& fft, nb::handle spectrum) {
  const auto array = as_complex<T>(spectrum);
  if (array.ndim() != 1 && array.ndim() != 2) {
    hs::check::detail::fail<hs::ShapeError>("RealFft.inverse", "spectrum", "", "must have 1 or 2 dimensions");
  }
  const std::size_t n_rows = array.ndim() == 2 ? array.shape(0) : 1;
  const std::size_t n = array.shape(array.ndim() - 1);
  std::vector<T> out;
  {
    nb::gil_scoped_release release;
    out.reserve(n_rows * fft.size());
    for (std::size_t row = 0; row < n_rows; ++row) {
      const auto part = fft.inverse(std::span<const std::complex<T>>(array.data() + row * n, n));
      out.insert(out.end(), part.begin(), part.end());
    }
  }
  if (array.ndim() == 1) return nb::cast(to_numpy(std::move(out)));
  return nb::cast(to_numpy(std::move(out), {n_rows, fft.size()}));
}

void bind_transforms(nb::module_& m) {
  m.def(
      "get_window",
      [](const WindowName& window, std::size_t n, bool symmetric) {
        return to_numpy(sig::make_window(parse_window("get_window", window, symmetric), n));
      },
      "window"_a, "n"_a, nb::kw_only(), "symmetric"_a = false,
      nb::sig("def get_window(window: str | tuple[str, float], n: int, *, symmetric: bool = False) -> "
              "numpy.typing.NDArray[numpy.float64]"),
      "The n values of a window, periodic (for spectra) or symmetric (for filters).\n\n"
      "window: 'boxcar', 'bartlett', 'cosine', 'hann', 'hamming', 'blackman', 'nuttall', 'blackmanharris', 'flattop', "
      "'tukey' "
      "or\n('tukey', alpha), ('kaiser', beta), ('gaussian', std_in_samples). Equal to scipy.signal.get_window within "
      "1e-14.\n"
      "Raises DomainError for another name, or a parameter that is missing or out of range.");

  nb::class_<sig::RealFft>(m, "RealFft",
                           "The discrete Fourier transform of n real values, planned once. Any n in O(n log n); safe to use "
                           "from many threads.")
      .def(nb::init<std::size_t>(), "n"_a, "Plan for n real values. Raises DomainError when n is 0.")
      .def_prop_ro("size", &sig::RealFft::size, "Real values: n.")
      .def_prop_ro("spectrum_size", &sig::RealFft::spectrum_size, "Bins: n // 2 + 1.")
      .def(
          "forward",
          [](const sig::RealFft& fft, nb::handle signal) {
            return std::visit(
                [&](const auto& array) -> nb::object {
                  using T = ElementOf<decltype(array)>;
                  const auto rows = rows_of("RealFft.forward", array);
                  std::vector<std::complex<T>> out;
                  {
                    nb::gil_scoped_release release;
                    out.reserve(rows.n_rows() * fft.spectrum_size());
                    for (std::size_t row = 0; row < rows.n_rows(); ++row) {
                      const auto part = fft.forward(rows.row(row));
                      out.insert(out.end(), part.begin(), part.end());
                    }
                  }
                  if (array.ndim() == 1) return nb::cast(to_numpy(std::move(out)));
                  return nb::cast(to_numpy(std::move(out), {rows.n_rows(), fft.spectrum_size()}));
                },
                as_real_array(signal, "signal"));
          },
          "signal"_a, nb::sig("def forward(self, signal: numpy.typing.ArrayLike) -> numpy.typing.NDArray[typing.Any]"),
          "The n // 2 + 1 bins of signal (n,) or (n_leads, n), as numpy.fft.rfft has them; float32 gives complex64.\n\n"
          "Raises ShapeError for another size. One NaN makes every bin NaN.")
      .def(
          "inverse",
          [](const sig::RealFft& fft, nb::handle spectrum) {
            const bool single =
                nb::hasattr(spectrum, "dtype") && nb::object(spectrum.attr("dtype")).equal(nb::str("complex64"));
            return single ? inverse_rows<float>(fft, spectrum) : inverse_rows<double>(fft, spectrum);
          },
          "spectrum"_a, nb::sig("def inverse(self, spectrum: numpy.typing.ArrayLike) -> numpy.typing.NDArray[typing.Any]"),
          "The n real values of a spectrum (n // 2 + 1,) or (n_leads, n // 2 + 1), as numpy.fft.irfft has them.")
      .def("__repr__", [](const sig::RealFft& fft) { return "RealFft(" + std::to_string(fft.size()) + ")"; });

  m.def(
      "fourier_resample",
      [](nb::handle signal, std::size_t n_out) {
        return std::visit(
            [&](const auto& array) -> nb::object {
              using T = ElementOf<decltype(array)>;
              const auto rows = rows_of("fourier_resample", array);
              std::vector<T> out;
              {
                nb::gil_scoped_release release;
                out = sig::fourier_resample(rows, n_out);
              }
              if (array.ndim() == 1) return nb::cast(to_numpy(std::move(out)));
              return nb::cast(to_numpy(std::move(out), {rows.n_rows(), n_out}));
            },
            as_real_array(signal, "signal"));
      },
      "signal"_a, "n_out"_a,
      nb::sig("def fourier_resample(signal: numpy.typing.ArrayLike, n_out: int) -> numpy.typing.NDArray[typing.Any]"),
      "Resample to n_out samples by cutting or extending the Fourier spectrum, as scipy.signal.resample does.\n\n"
      "signal: (n_samples,) or (n_leads, n_samples), any unit; float32 stays float32. Exact for a signal that is periodic "
      "in\n"
      "its length; one that ends elsewhere than it starts rings at both ends. NaN makes its lead NaN.\n"
      "Raises DomainError (n_out = 0) and ShapeError (no sample). Equal to SciPy within 1e-10 relative.");
}

void bind_spectra(nb::module_& m) {
  m.def(
      "welch",
      [](nb::handle signal, double sampling_rate, const WindowName& window, std::size_t nperseg,
         std::optional<std::size_t> noverlap, std::optional<std::size_t> nfft, const std::optional<std::string>& detrend,
         const std::string& scaling, const std::string& average) {
        sig::WelchOptions options{.window = parse_window("welch", window),
                                  .nperseg = nperseg,
                                  .noverlap = noverlap,
                                  .nfft = nfft,
                                  .detrend = parse_detrend("welch", detrend),
                                  .scaling = parse_scaling("welch", scaling)};
        options.average = named<sig::SpectrumAverage>(
            "welch", "average", average, {{"mean", sig::SpectrumAverage::mean}, {"median", sig::SpectrumAverage::median}});
        return std::visit(
            [&](const auto& array) -> nb::tuple {
              using T = ElementOf<decltype(array)>;
              const auto rows = rows_of("welch", array);
              sig::PowerSpectrum<T> out;
              {
                nb::gil_scoped_release release;
                out = sig::welch(rows, sampling_rate, options);
              }
              const std::size_t n_bins = out.frequency_hz.size();
              auto power = array.ndim() == 1 ? to_numpy(std::move(out.power))
                                             : to_numpy(std::move(out.power), {rows.n_rows(), n_bins});
              return nb::make_tuple(to_numpy(std::move(out.frequency_hz)), std::move(power));
            },
            as_real_array(signal, "signal"));
      },
      "signal"_a, "sampling_rate"_a, nb::kw_only(), "window"_a = "hann", "nperseg"_a = 256, "noverlap"_a = nb::none(),
      "nfft"_a = nb::none(), "detrend"_a = "constant", "scaling"_a = "density", "average"_a = "mean",
      nb::sig("def welch(signal: numpy.typing.ArrayLike, sampling_rate: float, *, window: str | tuple[str, float] = 'hann', "
              "nperseg: int = 256, noverlap: int | None = None, nfft: int | None = None, detrend: str | None = 'constant', "
              "scaling: str = 'density', average: str = 'mean') -> "
              "tuple[numpy.typing.NDArray[numpy.float64], numpy.typing.NDArray[typing.Any]]"),
      "Power spectral density by Welch's method: (frequency_hz, power).\n\n"
      "signal: (n_samples,) or (n_leads, n_samples), any unit u; float32 gives float32 power. sampling_rate in Hz.\n"
      "window: see get_window, periodic. nperseg: samples of a segment, shrunk to a shorter signal. noverlap: nperseg // 2 "
      "by\n"
      "default. nfft: nperseg by default. detrend: 'constant', 'linear' or None, per segment. scaling: 'density' (u^2 / Hz) "
      "or\n"
      "'spectrum' (u^2). average: 'mean' or 'median'. power is one-sided, (nfft // 2 + 1,) per lead; NaN for no sample.\n"
      "Raises DomainError for an option out of range. NaN propagates. Equal to scipy.signal.welch within 1e-10 of its "
      "maximum.");
  m.def(
      "stft",
      [](nb::handle signal, double sampling_rate, const WindowName& window, std::size_t nperseg,
         std::optional<std::size_t> noverlap, std::optional<std::size_t> nfft, const std::optional<std::string>& detrend,
         const std::string& scaling, const std::optional<std::string>& boundary, bool padded) {
        sig::StftOptions options{.window = parse_window("stft", window),
                                 .nperseg = nperseg,
                                 .noverlap = noverlap,
                                 .nfft = nfft,
                                 .detrend = parse_detrend("stft", detrend),
                                 .scaling = parse_scaling("stft", scaling)};
        options.padded = padded;
        options.boundary = named<sig::StftBoundary>("stft", "boundary", boundary.value_or("none"),
                                                    {{"zeros", sig::StftBoundary::zeros},
                                                     {"none", sig::StftBoundary::none},
                                                     {"even", sig::StftBoundary::even},
                                                     {"odd", sig::StftBoundary::odd},
                                                     {"constant", sig::StftBoundary::constant}});
        return std::visit(
            [&](const auto& array) -> nb::tuple {
              using T = ElementOf<decltype(array)>;
              const auto rows = rows_of("stft", array);
              std::vector<double> frequency;
              std::vector<double> time;
              std::vector<std::complex<T>> spectra;
              {
                nb::gil_scoped_release release;
                for (std::size_t row = 0; row < rows.n_rows(); ++row) {
                  auto part = sig::stft(rows.row(row), sampling_rate, options);
                  if (rows.n_rows() == 1) {
                    spectra = std::move(part.spectrum);
                  } else {
                    spectra.insert(spectra.end(), part.spectrum.begin(), part.spectrum.end());
                  }
                  frequency = std::move(part.frequency_hz);
                  time = std::move(part.time_s);
                }
              }
              const std::size_t n_bins = frequency.size();
              const std::size_t n_times = time.size();
              auto spectrum = array.ndim() == 1 ? to_numpy(std::move(spectra), {n_bins, n_times})
                                                : to_numpy(std::move(spectra), {rows.n_rows(), n_bins, n_times});
              return nb::make_tuple(to_numpy(std::move(frequency)), to_numpy(std::move(time)), std::move(spectrum));
            },
            as_real_array(signal, "signal"));
      },
      "signal"_a, "sampling_rate"_a, nb::kw_only(), "window"_a = "hann", "nperseg"_a = 256, "noverlap"_a = nb::none(),
      "nfft"_a = nb::none(), "detrend"_a = nb::none(), "scaling"_a = "spectrum", "boundary"_a = "zeros", "padded"_a = true,
      nb::sig("def stft(signal: numpy.typing.ArrayLike, sampling_rate: float, *, window: str | tuple[str, float] = 'hann', "
              "nperseg: int = 256, noverlap: int | None = None, nfft: int | None = None, detrend: str | None = None, "
              "scaling: str = 'spectrum', boundary: str | None = 'zeros', padded: bool = True) -> "
              "tuple[numpy.typing.NDArray[numpy.float64], numpy.typing.NDArray[numpy.float64], "
              "numpy.typing.NDArray[typing.Any]]"),
      "Short-time Fourier transform: (frequency_hz, time_s, spectrum), with the conventions of scipy.signal.stft.\n\n"
      "signal: (n_samples,) or (n_leads, n_samples), any unit u; float32 gives complex64. spectrum: (n_bins, n_segments) "
      "per\n"
      "lead, one-sided, in u ('spectrum') or u / sqrt(Hz) ('density'; SciPy calls it 'psd'). boundary: 'zeros', 'even', "
      "'odd',\n"
      "'constant' or None, half a segment on each side. Other options as of welch. NaN stays in the segments that cover "
      "it.\n"
      "Raises DomainError for an option out of range. Equal to SciPy within 1e-10 of the largest value.");
  m.def(
      "lomb_scargle",
      [](nb::handle times_s, nb::handle values, nb::handle frequencies_hz, const std::string& scaling, bool floating_mean) {
        using S = sig::LombScargleScaling;
        const sig::LombScargleOptions options{
            .scaling = named<S>(
                "lomb_scargle", "scaling", scaling,
                {{"power", S::power}, {"normalized", S::normalized}, {"amplitude", S::amplitude}, {"density", S::density}}),
            .floating_mean = floating_mean};
        const auto times = as_array<double>(times_s, "times_s");
        const auto frequencies = as_array<double>(frequencies_hz, "frequencies_hz");
        const auto time_span = as_span(times, "times_s");
        const auto frequency_span = as_span(frequencies, "frequencies_hz");
        return std::visit(
            [&](const auto& array) {
              const auto value_span = as_span<ElementOf<decltype(array)>>(array, "values");
              std::vector<double> out;
              {
                nb::gil_scoped_release release;
                out = sig::lomb_scargle(time_span, value_span, frequency_span, options);
              }
              return to_numpy(std::move(out));
            },
            as_real_array(values, "values"));
      },
      "times_s"_a, "values"_a, "frequencies_hz"_a, nb::kw_only(), "scaling"_a = "power", "floating_mean"_a = false,
      nb::sig("def lomb_scargle(times_s: numpy.typing.ArrayLike, values: numpy.typing.ArrayLike, frequencies_hz: "
              "numpy.typing.ArrayLike, *, scaling: str = 'power', floating_mean: bool = False) -> "
              "numpy.typing.NDArray[numpy.float64]"),
      "Lomb-Scargle periodogram of values (n,) at times_s (n,), evenly spaced or not, at frequencies_hz.\n\n"
      "scaling: 'power' (A^2 n / 4 for a sine of amplitude A; SciPy's normalize=False), 'normalized' (share of the mean "
      "square,\n"
      "0 to 1), 'amplitude' (A), 'density' (one-sided unit^2 / Hz, integral = variance). floating_mean: fit an offset at "
      "every\n"
      "frequency; without it take the mean off first. SciPy takes 2 pi times these frequencies.\n"
      "Raises ShapeError (sizes differ), DomainError (a time or frequency is not finite). NaN values make the result NaN.\n"
      "O(n * n_frequencies); evenly spaced frequencies are quicker. Equal to scipy.signal.lombscargle within 1e-10 of its "
      "maximum.");
}

template <class Fit>
auto fit_autoregression(nb::handle signal, const Fit& fit) {
  return std::visit(
      [&](const auto& array) {
        const auto span = as_span<ElementOf<decltype(array)>>(array, "signal");
        sig::AutoregressiveModel model;
        {
          nb::gil_scoped_release release;
          model = fit(span);
        }
        return nb::make_tuple(to_numpy(std::move(model.coefficients)), model.noise_variance);
      },
      as_real_array(signal, "signal"));
}

void bind_autoregressive(nb::module_& m) {
  m.def(
      "burg",
      [](nb::handle signal, std::size_t order) {
        return fit_autoregression(signal, [order](const auto& span) { return sig::burg(span, order); });
      },
      "signal"_a, "order"_a,
      nb::sig("def burg(signal: numpy.typing.ArrayLike, order: int) -> tuple[numpy.typing.NDArray[numpy.float64], float]"),
      "Autoregressive model by Burg's method: (coefficients (order,), noise_variance) of\n"
      "x[t] = sum of coefficients[k - 1] * x[t - k] + e[t].\n\n"
      "signal: (n_samples,), its mean taken off beforehand. Raises DomainError unless 1 <= order < n_samples. NaN "
      "propagates.");
  m.def(
      "yule_walker",
      [](nb::handle signal, std::size_t order) {
        return fit_autoregression(signal, [order](const auto& span) { return sig::yule_walker(span, order); });
      },
      "signal"_a, "order"_a,
      nb::sig("def yule_walker(signal: numpy.typing.ArrayLike, order: int) -> "
              "tuple[numpy.typing.NDArray[numpy.float64], float]"),
      "Autoregressive model by the Yule-Walker equations with the biased autocovariance; arguments and result as of burg.");
  m.def(
      "autoregressive_spectrum",
      [](nb::handle coefficients, double noise_variance, double sampling_rate, nb::handle frequencies_hz) {
        const auto a = as_array<double>(coefficients, "coefficients");
        const auto a_span = as_span(a, "coefficients");
        const auto frequencies = as_array<double>(frequencies_hz, "frequencies_hz");
        const auto f_span = as_span(frequencies, "frequencies_hz");
        const sig::AutoregressiveModel model{{a_span.begin(), a_span.end()}, noise_variance};
        std::vector<double> out;
        {
          nb::gil_scoped_release release;
          out = sig::autoregressive_spectrum(model, sampling_rate, f_span);
        }
        return to_numpy(std::move(out));
      },
      "coefficients"_a, "noise_variance"_a, "sampling_rate"_a, "frequencies_hz"_a,
      nb::sig(
          "def autoregressive_spectrum(coefficients: numpy.typing.ArrayLike, noise_variance: float, sampling_rate: float, "
          "frequencies_hz: numpy.typing.ArrayLike) -> numpy.typing.NDArray[numpy.float64]"),
      "One-sided power spectral density (unit^2 / Hz) of an autoregressive model at frequencies_hz, meant to lie in\n"
      "[0, sampling_rate / 2]. Raises DomainError when sampling_rate is not positive and finite.");
}

}  // namespace

void bind_signal_spectral(nb::module_& m) {
  bind_transforms(m);
  bind_spectra(m);
  bind_autoregressive(m);
}
