#include "array.hpp"
#include "bindings.hpp"

#include <heartsight/features/heart_rate.hpp>
#include <heartsight/features/hrv.hpp>
#include <heartsight/features/rr_correction.hpp>
#include <heartsight/features/rr_intervals.hpp>

#include <nanobind/stl/array.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <array>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;
namespace ft = heartsight::features;
using hs::bindings::as_array;
using hs::bindings::as_real_array;
using hs::bindings::as_span;
using hs::bindings::to_numpy;

namespace {

template <class Enum, std::size_t N>
Enum named(const char* where, const char* argument, const std::string& name,
           const std::array<std::pair<const char*, Enum>, N>& choices) {
  std::string all;
  for (const auto& [text, value] : choices) {
    if (name == text) return value;
    all += (all.empty() ? "" : ", ") + std::string(text);
  }
  hs::check::detail::fail<hs::DomainError>(where, argument, name, "must be one of " + all);
}

template <class Enum, std::size_t N>
const char* name_of(Enum value, const std::array<std::pair<const char*, Enum>, N>& choices) {
  for (const auto& [text, choice] : choices) {
    if (choice == value) return text;
  }
  return "";
}

constexpr std::array presets = {
    std::pair{"task_force", ft::HrvPreset::task_force}, std::pair{"lomb_scargle", ft::HrvPreset::lomb_scargle},
    std::pair{"autoregressive", ft::HrvPreset::autoregressive}, std::pair{"kubios", ft::HrvPreset::kubios},
    std::pair{"kubios_autoregressive", ft::HrvPreset::kubios_autoregressive}};
constexpr std::array spectra = {std::pair{"welch", ft::HrvSpectrum::welch},
                                std::pair{"autoregressive", ft::HrvSpectrum::autoregressive},
                                std::pair{"lomb_scargle", ft::HrvSpectrum::lomb_scargle}};
constexpr std::array detrends = {std::pair{"constant", ft::NnDetrend::constant}, std::pair{"linear", ft::NnDetrend::linear},
                                 std::pair{"smoothness_priors", ft::NnDetrend::smoothness_priors}};
constexpr std::array artefacts = {std::pair{"none", ft::RrArtefact::none},
                                  std::pair{"ectopic", ft::RrArtefact::ectopic},
                                  std::pair{"missed", ft::RrArtefact::missed},
                                  std::pair{"extra", ft::RrArtefact::extra},
                                  std::pair{"long", ft::RrArtefact::long_interval},
                                  std::pair{"short", ft::RrArtefact::short_interval},
                                  std::pair{"gap", ft::RrArtefact::gap}};

/// R peaks as whole samples where they are integers, else as doubles.
template <class Use>
auto with_peaks(nb::handle r_peaks, const Use& use) {
  nb::object array = nb::module_::import_("numpy").attr("asarray")(r_peaks);
  const std::string kind = nb::cast<std::string>(array.attr("dtype").attr("kind"));
  const bool is_empty = nb::cast<std::size_t>(array.attr("size")) == 0;
  if (kind == "f" && !is_empty) {
    const auto peaks = as_array<double>(array, "r_peaks");
    return use(as_span(peaks, "r_peaks"));
  }
  const auto peaks = as_array<std::int64_t>(is_empty ? nb::object(nb::list()) : array, "r_peaks");
  return use(as_span(peaks, "r_peaks"));
}

/// A bool array as bytes; empty for None.
std::vector<std::uint8_t> as_mask(nb::handle mask, const char* name) {
  if (mask.is_none()) return {};
  nb::object array = nb::module_::import_("numpy").attr("asarray")(mask);
  if (nb::cast<std::string>(array.attr("dtype").attr("kind")) != "b") {
    const std::string message = std::string(name) + ": must be an array of bool";
    throw nb::type_error(message.c_str());
  }
  const auto bytes = nb::cast<nb::ndarray<const std::uint8_t, nb::c_contig, nb::device::cpu>>(array.attr("astype")("uint8"));
  if (bytes.ndim() != 1) hs::check::detail::fail<hs::ShapeError>("heartsight", name, "", "must have 1 dimension");
  return {bytes.data(), bytes.data() + bytes.size()};
}

nb::object as_bools(const std::vector<std::uint8_t>& mask) {
  nb::object array = nb::cast(to_numpy(std::vector<std::uint8_t>(mask)));
  return array.attr("astype")("bool");
}

/// An NN series of Python's arguments, built while the GIL is held.
ft::NnSeries as_series(nb::handle nn_ms, nb::handle is_nn) {
  const auto mask = as_mask(is_nn, "is_nn");
  return std::visit(
      [&](const auto& array) {
        using T = std::remove_const_t<typename std::decay_t<decltype(array)>::Scalar>;
        return ft::NnSeries(as_span<T>(array, "nn_ms"), mask);
      },
      as_real_array(nn_ms, "nn_ms"));
}

template <class Group, std::size_t N>
nb::dict as_dict(const Group& group, const std::array<ft::HrvField<Group>, N>& fields) {
  nb::dict d;
  for (const auto& field : fields) d[field.name.data()] = group.*field.value;
  return d;
}

template <class Group, std::size_t N>
nb::class_<Group> bind_group(nb::module_& m, const char* name, const char* doc,
                             const std::array<ft::HrvField<Group>, N>& fields) {
  nb::class_<Group> type(m, name, doc);
  for (const auto& field : fields) {
    type.def_prop_ro(
        field.name.data(), [value = field.value](const Group& g) { return g.*value; },
        std::string(field.description).c_str());
  }
  type.def("to_dict", [&fields](const Group& g) { return as_dict(g, fields); }, "Every index by its name.");
  type.def("__repr__", [name, &fields](const Group& g) {
    std::string text = std::string(name) + "(";
    for (const auto& field : fields) {
      char number[32];
      std::snprintf(number, sizeof number, "%.6g", g.*field.value);
      text += (&field == fields.data() ? "" : ", ") + std::string(field.name) + "=" + number;
    }
    return text + ")";
  });
  return type;
}

nb::dict settings_dict(const ft::HrvOptions& o) {
  nb::dict d;
  d["method"] = name_of(o.frequency.method, spectra);
  d["detrend"] = name_of(o.frequency.detrend, detrends);
  d["detrend_intervals"] = o.detrend_intervals;
  d["smoothness_lambda"] = o.frequency.smoothness_lambda;
  d["resample_hz"] = o.frequency.resample_hz;
  d["window_s"] = o.frequency.window_s;
  d["overlap"] = o.frequency.overlap;
  d["autoregressive_order"] = o.frequency.autoregressive_order;
  d["vlf_hz"] = nb::make_tuple(o.frequency.vlf_hz[0], o.frequency.vlf_hz[1]);
  d["lf_hz"] = nb::make_tuple(o.frequency.lf_hz[0], o.frequency.lf_hz[1]);
  d["hf_hz"] = nb::make_tuple(o.frequency.hf_hz[0], o.frequency.hf_hz[1]);
  d["histogram_bin_ms"] = o.time.histogram_bin_ms;
  d["entropy_dimension"] = o.nonlinear.entropy_dimension;
  d["entropy_tolerance"] = o.nonlinear.entropy_tolerance;
  d["alpha1_windows"] = nb::make_tuple(o.nonlinear.alpha1_windows[0], o.nonlinear.alpha1_windows[1]);
  d["alpha2_windows"] = nb::make_tuple(o.nonlinear.alpha2_windows[0], o.nonlinear.alpha2_windows[1]);
  d["minimum_lengths"] = o.frequency.minimum_lengths;
  return d;
}

/// A result and the name of the preset that it started from.
struct NamedHrv {
  ft::Hrv result;
  std::string preset;
};

void bind_intervals(nb::module_& m) {
  nb::class_<ft::RrIntervals>(m, "RrIntervals", "RR intervals: one entry per interval, none for the beat before the first.")
      .def_prop_ro(
          "rr_ms", [](const ft::RrIntervals& r) { return to_numpy(std::vector<double>(r.rr_ms)); }, nb::rv_policy::automatic,
          "(n_beats - 1,) intervals in ms.")
      .def_prop_ro(
          "time_s", [](const ft::RrIntervals& r) { return to_numpy(std::vector<double>(r.time_s)); },
          nb::rv_policy::automatic, "(n_beats - 1,) time of the beat that ends each interval, in s.")
      .def_prop_ro(
          "is_nn", [](const ft::RrIntervals& r) { return as_bools(r.is_nn); },
          nb::sig("def is_nn(self) -> numpy.typing.NDArray[numpy.bool_]"), "(n_beats - 1,) whether both beats are normal.")
      .def("__len__", [](const ft::RrIntervals& r) { return r.rr_ms.size(); })
      .def("__repr__",
           [](const ft::RrIntervals& r) { return "RrIntervals(" + std::to_string(r.rr_ms.size()) + " intervals)"; });
  m.def(
      "rr_intervals",
      [](nb::handle r_peaks, double sampling_rate, nb::handle beat_types) {
        std::string types;
        if (nb::isinstance<nb::str>(beat_types)) {
          types = nb::cast<std::string>(beat_types);
        } else if (!beat_types.is_none()) {
          for (nb::handle symbol : beat_types) {
            const std::string text = nb::cast<std::string>(nb::str(symbol));
            if (text.size() != 1) {
              hs::check::detail::fail<hs::DomainError>("rr_intervals",
                                                       hs::check::detail::indexed("beat_types", types.size()), text,
                                                       "must be one annotation symbol");
            }
            types += text;
          }
        }
        return with_peaks(r_peaks, [&](const auto& peaks) {
          if (!beat_types.is_none()) {
            hs::check::same_size("rr_intervals", "r_peaks", peaks.size(), "beat_types", types.size());
          }
          return ft::rr_intervals(peaks, sampling_rate, types);
        });
      },
      "r_peaks"_a, "sampling_rate"_a, nb::kw_only(), "beat_types"_a = nb::none(),
      nb::sig("def rr_intervals(r_peaks: numpy.typing.ArrayLike, sampling_rate: float, *, beat_types: str | "
              "collections.abc.Sequence[str] | numpy.typing.NDArray[numpy.str_] | None = None) -> RrIntervals"),
      "RR intervals of R peaks, and which of them are NN intervals.\n\n"
      "r_peaks: (n_beats,) samples, strictly increasing, whole or fractional. sampling_rate in Hz. beat_types: one WFDB "
      "symbol\n"
      "per beat; N, L, R and B are normal. Fewer than two beats give no interval.\n"
      "Raises DomainError (peaks not increasing, NaN), ShapeError (beat_types of another size).");
  m.def(
      "heart_rate",
      [](nb::handle r_peaks, double sampling_rate, const std::optional<std::string>& protocol) {
        constexpr std::array protocols = {std::pair{"cpsc2019", ft::HeartRateProtocol::cpsc2019}};
        const auto rule = protocol ? named("heart_rate", "protocol", *protocol, protocols) : ft::HeartRateProtocol::none;
        return with_peaks(r_peaks, [&](const auto& peaks) { return ft::heart_rate(peaks, sampling_rate, rule); });
      },
      "r_peaks"_a, "sampling_rate"_a, nb::kw_only(), "protocol"_a = nb::none(),
      nb::sig(
          "def heart_rate(r_peaks: numpy.typing.ArrayLike, sampling_rate: float, *, protocol: str | None = None) -> float"),
      "Beats per minute: 60 over the mean RR interval in s; NaN for fewer than two beats.\n\n"
      "protocol: None, or 'cpsc2019': beats with 5.5 s < t < 9.5 s, rounded to whole beats per minute, halves to even.\n"
      "Raises DomainError as rr_intervals does.");
  nb::class_<ft::RrCorrection>(m, "RrCorrection", "Corrected NN intervals, and what was wrong with the intervals given.")
      .def_prop_ro(
          "nn_ms", [](const ft::RrCorrection& r) { return to_numpy(std::vector<double>(r.nn_ms)); },
          nb::rv_policy::automatic, "(n_corrected,) intervals in ms; NaN in gaps.")
      .def_prop_ro(
          "source", [](const ft::RrCorrection& r) { return to_numpy(std::vector<std::int64_t>(r.source)); },
          nb::rv_policy::automatic, "(n_corrected,) index of the interval given that each comes from.")
      .def_prop_ro(
          "is_corrected", [](const ft::RrCorrection& r) { return as_bools(r.is_corrected); },
          nb::sig("def is_corrected(self) -> numpy.typing.NDArray[numpy.bool_]"),
          "(n_corrected,) whether it is another than the interval given.")
      .def_prop_ro(
          "artefact",
          [](const ft::RrCorrection& r) {
            std::vector<std::string> names;
            for (const auto a : r.artefact) names.emplace_back(name_of(a, artefacts));
            return names;
          },
          "(n,) one of none, ectopic, missed, extra, long, short, gap per interval given.")
      .def_prop_ro(
          "counts",
          [](const ft::RrCorrection& r) {
            nb::dict counts;
            for (const auto& [text, kind] : artefacts) {
              counts[text] = std::count(r.artefact.begin(), r.artefact.end(), kind);
            }
            return counts;
          },
          nb::sig("def counts(self) -> dict[str, int]"), "Intervals given by what was wrong with them.")
      .def("__repr__", [](const ft::RrCorrection& r) {
        return "RrCorrection(" + std::to_string(r.artefact.size()) + " intervals to " + std::to_string(r.nn_ms.size()) + ")";
      });
  const ft::RrCorrectionOptions defaults;
  m.def(
      "correct_rr",
      [](nb::handle rr_ms, double alpha, double slope, double intercept, double minimum_threshold_ms) {
        const ft::RrCorrectionOptions options{alpha, slope, intercept, minimum_threshold_ms};
        return std::visit(
            [&](const auto& array) {
              using T = std::remove_const_t<typename std::decay_t<decltype(array)>::Scalar>;
              const auto span = as_span<T>(array, "rr_ms");
              nb::gil_scoped_release release;
              return ft::correct_rr(span, options);
            },
            as_real_array(rr_ms, "rr_ms"));
      },
      "rr_ms"_a, nb::kw_only(), "alpha"_a = defaults.alpha, "slope"_a = defaults.slope, "intercept"_a = defaults.intercept,
      "minimum_threshold_ms"_a = defaults.minimum_threshold_ms,
      nb::sig("def correct_rr(rr_ms: numpy.typing.ArrayLike, *, alpha: float = 5.2, slope: float = 0.13, intercept: float = "
              "0.17, minimum_threshold_ms: float = 20.0) -> RrCorrection"),
      "Find and correct ectopic beats and errors of beat detection, after Lipponen and Tarvainen 2019\n"
      "(DOI 10.1080/03091902.2019.1640306).\n\n"
      "rr_ms: (n,) ms; NaN, below 10 ms or above 60 s is a gap. Missed beats are put back in the middle, extra ones taken "
      "out; "
      "ectopic,\n"
      "long and short intervals become a straight line between accepted neighbours. The defaults are the paper's, but for\n"
      "minimum_threshold_ms, below which no threshold falls. Raises DomainError (an interval is 0 or negative).");
}

void bind_indices(nb::module_& m) {
  bind_group(m, "HrvTime", "Time domain. NaN where an index does not exist; see hrv().", ft::hrv_time_fields);
  bind_group(m, "HrvFrequency", "Frequency domain. NaN where an index does not exist; see hrv().", ft::hrv_frequency_fields)
      .def_prop_ro(
          "frequency_hz", [](const ft::HrvFrequency& f) { return to_numpy(std::vector<double>(f.frequency_hz)); },
          nb::rv_policy::automatic, "(n_bins,) of the spectrum; empty where there is none.")
      .def_prop_ro(
          "power_ms2_per_hz", [](const ft::HrvFrequency& f) { return to_numpy(std::vector<double>(f.power_ms2_per_hz)); },
          nb::rv_policy::automatic, "(n_bins,) one-sided power spectral density.");
  bind_group(m, "HrvNonlinear", "Non-linear indices. NaN where an index does not exist; see hrv().",
             ft::hrv_nonlinear_fields);
  nb::class_<NamedHrv>(m, "Hrv", "Heart rate variability of one series, with the settings it was computed with.")
      .def_prop_ro("time", [](const NamedHrv& h) -> const ft::HrvTime& { return h.result.time; })
      .def_prop_ro("frequency", [](const NamedHrv& h) -> const ft::HrvFrequency& { return h.result.frequency; })
      .def_prop_ro("nonlinear", [](const NamedHrv& h) -> const ft::HrvNonlinear& { return h.result.nonlinear; })
      .def_prop_ro(
          "settings",
          [](const NamedHrv& h) {
            nb::dict d = settings_dict(h.result.settings);
            d["preset"] = h.preset;
            return d;
          },
          nb::sig("def settings(self) -> dict[str, typing.Any]"), "Every setting, and the preset that they started from.")
      .def(
          "to_dict",
          [](const NamedHrv& h) {
            nb::dict d;
            d["time"] = as_dict(h.result.time, ft::hrv_time_fields);
            d["frequency"] = as_dict(h.result.frequency, ft::hrv_frequency_fields);
            d["nonlinear"] = as_dict(h.result.nonlinear, ft::hrv_nonlinear_fields);
            d["settings"] = settings_dict(h.result.settings);
            d["settings"]["preset"] = h.preset;
            return d;
          },
          nb::sig("def to_dict(self) -> dict[str, dict[str, typing.Any]]"),
          "time, frequency, nonlinear and settings, without the spectrum.")
      .def("__repr__", [](const NamedHrv& h) {
        char text[160];
        std::snprintf(text, sizeof text, "Hrv(%s: %.0f NN intervals, %.1f s, SDNN %.4g ms, RMSSD %.4g ms)", h.preset.c_str(),
                      h.result.time.n_nn, h.result.time.duration_s, h.result.time.sdnn_ms, h.result.time.rmssd_ms);
        return std::string(text);
      });
  using Band = std::optional<std::array<double, 2>>;
  m.def(
      "hrv",
      [](nb::handle nn_ms, nb::handle is_nn, const std::string& preset, const std::optional<std::string>& method,
         const std::optional<std::string>& detrend, std::optional<bool> detrend_intervals,
         std::optional<double> smoothness_lambda, std::optional<double> resample_hz, std::optional<double> window_s,
         std::optional<double> overlap, std::optional<std::size_t> autoregressive_order, const Band& vlf_hz,
         const Band& lf_hz, const Band& hf_hz, std::optional<std::size_t> entropy_dimension,
         std::optional<double> entropy_tolerance, const std::optional<std::array<std::size_t, 2>>& alpha1_windows,
         const std::optional<std::array<std::size_t, 2>>& alpha2_windows, bool minimum_lengths) {
        ft::HrvOptions o = ft::hrv_preset(named("hrv", "preset", preset, presets));
        if (method) o.frequency.method = named("hrv", "method", *method, spectra);
        if (detrend) o.frequency.detrend = named("hrv", "detrend", *detrend, detrends);
        o.detrend_intervals = detrend_intervals.value_or(o.detrend_intervals);
        o.frequency.smoothness_lambda = smoothness_lambda.value_or(o.frequency.smoothness_lambda);
        o.frequency.resample_hz = resample_hz.value_or(o.frequency.resample_hz);
        o.frequency.window_s = window_s.value_or(o.frequency.window_s);
        o.frequency.overlap = overlap.value_or(o.frequency.overlap);
        o.frequency.autoregressive_order = autoregressive_order.value_or(o.frequency.autoregressive_order);
        o.frequency.vlf_hz = vlf_hz.value_or(o.frequency.vlf_hz);
        o.frequency.lf_hz = lf_hz.value_or(o.frequency.lf_hz);
        o.frequency.hf_hz = hf_hz.value_or(o.frequency.hf_hz);
        o.nonlinear.entropy_dimension = entropy_dimension.value_or(o.nonlinear.entropy_dimension);
        o.nonlinear.entropy_tolerance = entropy_tolerance.value_or(o.nonlinear.entropy_tolerance);
        o.nonlinear.alpha1_windows = alpha1_windows.value_or(o.nonlinear.alpha1_windows);
        o.nonlinear.alpha2_windows = alpha2_windows.value_or(o.nonlinear.alpha2_windows);
        o.time.minimum_lengths = o.frequency.minimum_lengths = o.nonlinear.minimum_lengths = minimum_lengths;
        const ft::NnSeries nn = as_series(nn_ms, is_nn);
        NamedHrv out{{}, preset};
        {
          nb::gil_scoped_release release;
          out.result = ft::hrv(nn, o);
        }
        return out;
      },
      "nn_ms"_a, nb::kw_only(), "is_nn"_a = nb::none(), "preset"_a = "task_force", "method"_a = nb::none(),
      "detrend"_a = nb::none(), "detrend_intervals"_a = nb::none(), "smoothness_lambda"_a = nb::none(),
      "resample_hz"_a = nb::none(), "window_s"_a = nb::none(), "overlap"_a = nb::none(),
      "autoregressive_order"_a = nb::none(), "vlf_hz"_a = nb::none(), "lf_hz"_a = nb::none(), "hf_hz"_a = nb::none(),
      "entropy_dimension"_a = nb::none(), "entropy_tolerance"_a = nb::none(), "alpha1_windows"_a = nb::none(),
      "alpha2_windows"_a = nb::none(), "minimum_lengths"_a = true,
      nb::sig("def hrv(nn_ms: numpy.typing.ArrayLike, *, is_nn: numpy.typing.ArrayLike | None = None, preset: str = "
              "'task_force', method: str | None = None, detrend: str | None = None, detrend_intervals: bool | None = None, "
              "smoothness_lambda: float | None = None, resample_hz: float | None = None, window_s: float | None = None, "
              "overlap: float | None = None, autoregressive_order: int | None = None, vlf_hz: tuple[float, float] | None = "
              "None, lf_hz: tuple[float, float] | None = None, hf_hz: tuple[float, float] | None = None, entropy_dimension: "
              "int | None = None, entropy_tolerance: float | None = None, alpha1_windows: tuple[int, int] | None = None, "
              "alpha2_windows: tuple[int, int] | None = None, minimum_lengths: bool = True) -> Hrv"),
      "Heart rate variability of NN intervals: .time, .frequency, .nonlinear and .settings.\n\n"
      "nn_ms: (n,) ms. NaN or more than 60 s is a gap, and so is an interval whose is_nn (bool, (n,)) is False: "
      "differences,\n"
      "templates and windows never cross one. preset: 'task_force', 'lomb_scargle', 'autoregressive', 'kubios' or\n"
      "'kubios_autoregressive'; any other argument overrides its setting. method: 'welch', 'lomb_scargle', "
      "'autoregressive'.\n"
      "detrend: 'constant', 'linear', 'smoothness_priors'. minimum_lengths: NaN where a recording is too short for an "
      "index\n"
      "(docs/hrv.md has the table); False computes what can be computed.\n"
      "Empty, short, constant and gappy series give NaN. Raises DomainError (an interval is 0 or negative, an option is out "
      "of\n"
      "range), ShapeError (is_nn of another size).");
  m.def(
      "sample_entropy",
      [](nb::handle nn_ms, std::size_t dimension, double tolerance_ms, nb::handle is_nn) {
        const ft::NnSeries nn = as_series(nn_ms, is_nn);
        nb::gil_scoped_release release;
        return ft::sample_entropy(nn, dimension, tolerance_ms);
      },
      "nn_ms"_a, nb::kw_only(), "dimension"_a = 2, "tolerance_ms"_a, "is_nn"_a = nb::none(),
      nb::sig("def sample_entropy(nn_ms: numpy.typing.ArrayLike, *, dimension: int = 2, tolerance_ms: float, is_nn: "
              "numpy.typing.ArrayLike | None = None) -> float"),
      "-ln(A / B) of Richman and Moorman 2000: B pairs of templates of dimension intervals match within tolerance_ms, A of "
      "one\n"
      "more. NaN where B is 0, infinity where A is. Beyond 131,072 templates pairs are counted within equal blocks.");
  m.def(
      "approximate_entropy",
      [](nb::handle nn_ms, std::size_t dimension, double tolerance_ms, nb::handle is_nn) {
        const ft::NnSeries nn = as_series(nn_ms, is_nn);
        nb::gil_scoped_release release;
        return ft::approximate_entropy(nn, dimension, tolerance_ms);
      },
      "nn_ms"_a, nb::kw_only(), "dimension"_a = 2, "tolerance_ms"_a, "is_nn"_a = nb::none(),
      nb::sig("def approximate_entropy(nn_ms: numpy.typing.ArrayLike, *, dimension: int = 2, tolerance_ms: float, is_nn: "
              "numpy.typing.ArrayLike | None = None) -> float"),
      "Approximate entropy of Pincus 1991, self-matches included. Arguments as of sample_entropy.");
  m.def(
      "fluctuation_exponent",
      [](nb::handle nn_ms, std::size_t shortest, std::size_t longest, nb::handle is_nn) {
        const ft::NnSeries nn = as_series(nn_ms, is_nn);
        nb::gil_scoped_release release;
        return ft::fluctuation_exponent(nn, shortest, longest);
      },
      "nn_ms"_a, nb::kw_only(), "shortest"_a, "longest"_a, "is_nn"_a = nb::none(),
      nb::sig("def fluctuation_exponent(nn_ms: numpy.typing.ArrayLike, *, shortest: int, longest: int, is_nn: "
              "numpy.typing.ArrayLike | None = None) -> float"),
      "Exponent of detrended fluctuation analysis (Peng et al. 1995) over windows of shortest to longest beats, which do "
      "not\n"
      "overlap. NaN where two window lengths do not fit.");
}

}  // namespace

void bind_features_hrv(nb::module_& m) {
  bind_intervals(m);
  bind_indices(m);
}
