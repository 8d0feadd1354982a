#include "array.hpp"
#include "bindings.hpp"
#include "signal_rows.hpp"

#include <heartsight/signal/filter_design.hpp>
#include <heartsight/signal/sos_filter.hpp>
#include <heartsight/signal/sosfilt.hpp>
#include <heartsight/signal/sosfiltfilt.hpp>

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <algorithm>
#include <optional>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;
using hs::bindings::as_leads;
using hs::bindings::map_signal;
using hs::signal::SecondOrderSections;
using hs::signal::SosFilter;

namespace {

SecondOrderSections as_sections(nb::handle object, const char* where) {
  const auto array = hs::bindings::as_array<double>(object, "sos");
  if (array.ndim() != 2 || array.shape(1) != 6) {
    hs::check::detail::fail<hs::ShapeError>(where, "sos", "", "must have shape (n_sections, 6)");
  }
  SecondOrderSections sos;
  sos.sections.resize(array.shape(0));
  for (std::size_t s = 0; s < sos.size(); ++s) std::copy_n(array.data() + 6 * s, 6, sos.sections[s].begin());
  return sos;
}

hs::bindings::NumpyArray<double> to_numpy(const SecondOrderSections& sos) {
  std::vector<double> values;
  for (const auto& section : sos.sections) values.insert(values.end(), section.begin(), section.end());
  return hs::bindings::to_numpy(std::move(values), {sos.size(), 6});
}

hs::signal::FilterPadding parse_padding(const std::optional<std::string>& name) {
  using enum hs::signal::FilterPadding;
  if (!name || *name == "none") return none;
  if (*name == "odd") return odd;
  if (*name == "even") return even;
  if (*name == "constant") return constant;
  hs::check::detail::fail<hs::DomainError>("sosfiltfilt", "padtype", *name, "must be odd, even, constant or none");
}

nb::object sosfilt(nb::handle sos_object, nb::handle signal, nb::handle zi) {
  const SecondOrderSections sos = as_sections(sos_object, "sosfilt");
  hs::signal::check_sections("sosfilt", sos);
  std::vector<double> state;
  const bool has_state = !zi.is_none();
  std::optional<hs::bindings::ArrayView<double>> given;
  if (has_state) given = hs::bindings::as_array<double>(zi, "zi");
  std::size_t n_dimensions = 0;
  std::size_t n_leads = 0;
  nb::object out = std::visit(
      [&](const auto& array) -> nb::object {
        using T = std::remove_const_t<typename std::decay_t<decltype(array)>::Scalar>;
        n_dimensions = array.ndim();
        n_leads = as_leads<T>(array, "sosfilt").n_rows();
        if (given) {
          const bool fits = given->ndim() == n_dimensions + 1 && given->shape(0) == sos.size() &&
                            (n_dimensions == 1 || given->shape(1) == n_leads) && given->shape(n_dimensions) == 2;
          if (!fits) {
            hs::check::detail::fail<hs::ShapeError>(
                "sosfilt", "zi", "",
                "must have shape (n_sections, 2), or (n_sections, n_leads, 2) for a signal of 2 dimensions");
          }
          state.assign(given->data(), given->data() + given->size());
        } else {
          state.assign(2 * sos.size() * n_leads, 0.0);
        }
        return map_signal(nb::cast(array), "sosfilt", [&](const auto& leads, const auto& result) {
          hs::signal::detail::sosfilt(sos, leads, std::span(state), result);
        });
      },
      hs::bindings::as_real_array(signal, "signal"));
  if (!has_state) return out;
  return nb::make_tuple(out, n_dimensions == 1 ? hs::bindings::to_numpy(std::move(state), {sos.size(), 2})
                                               : hs::bindings::to_numpy(std::move(state), {sos.size(), n_leads, 2}));
}

void bind_designs(nb::module_& m) {
  using OptionalHz = std::optional<double>;
  m.def(
      "butterworth",
      [](std::size_t order, double sampling_rate, OptionalHz low_hz, OptionalHz high_hz, bool stop) {
        return to_numpy(hs::signal::butterworth(order, sampling_rate, {.low_hz = low_hz, .high_hz = high_hz, .stop = stop}));
      },
      "order"_a, "sampling_rate"_a, nb::kw_only(), "low_hz"_a = nb::none(), "high_hz"_a = nb::none(), "stop"_a = false,
      nb::sig(
          "def butterworth(order: int, sampling_rate: float, *, low_hz: float | None = None, high_hz: float | None = None, "
          "stop: bool = False) -> numpy.typing.NDArray[numpy.float64]"),
      "Butterworth filter as second-order sections: the flattest pass band, gain 1 / sqrt(2) at an edge.\n\n"
      "order: 1 to 64. low_hz alone is a high-pass, high_hz alone a low-pass, both a band-pass, with stop=True a "
      "band-stop;\n"
      "edges lie between 0 and sampling_rate / 2. Returns (n_sections, 6): b0, b1, b2, a0 = 1, a1, a2, as SciPy's.\n"
      "Raises DomainError. Equal to scipy.signal.butter(..., output='sos') within 1e-10 relative.");
  m.def(
      "chebyshev1",
      [](std::size_t order, double sampling_rate, double ripple_db, OptionalHz low_hz, OptionalHz high_hz, bool stop) {
        return to_numpy(
            hs::signal::chebyshev1(order, sampling_rate, ripple_db, {.low_hz = low_hz, .high_hz = high_hz, .stop = stop}));
      },
      "order"_a, "sampling_rate"_a, nb::kw_only(), "ripple_db"_a, "low_hz"_a = nb::none(), "high_hz"_a = nb::none(),
      "stop"_a = false,
      nb::sig("def chebyshev1(order: int, sampling_rate: float, *, ripple_db: float, low_hz: float | None = None, high_hz: "
              "float | None = None, stop: bool = False) -> numpy.typing.NDArray[numpy.float64]"),
      "Chebyshev filter of type I: ripple_db (above 0, at most 100) within the pass band; edges are where it leaves the\n"
      "ripple. The rest as for butterworth. Equal to scipy.signal.cheby1(..., output='sos') within 1e-10 relative.");
  m.def(
      "chebyshev2",
      [](std::size_t order, double sampling_rate, double attenuation_db, OptionalHz low_hz, OptionalHz high_hz, bool stop) {
        return to_numpy(hs::signal::chebyshev2(order, sampling_rate, attenuation_db,
                                               {.low_hz = low_hz, .high_hz = high_hz, .stop = stop}));
      },
      "order"_a, "sampling_rate"_a, nb::kw_only(), "attenuation_db"_a, "low_hz"_a = nb::none(), "high_hz"_a = nb::none(),
      "stop"_a = false,
      nb::sig("def chebyshev2(order: int, sampling_rate: float, *, attenuation_db: float, low_hz: float | None = None, "
              "high_hz: float | None = None, stop: bool = False) -> numpy.typing.NDArray[numpy.float64]"),
      "Chebyshev filter of type II: the stop band lies attenuation_db (above 0, at most 300) below the pass band; edges "
      "are\n"
      "where the stop band begins. The rest as for butterworth. Equal to scipy.signal.cheby2(..., output='sos') within "
      "1e-10\n"
      "relative.");
  m.def(
      "notch",
      [](double frequency_hz, double sampling_rate, double quality) {
        return to_numpy(hs::signal::notch(frequency_hz, sampling_rate, quality));
      },
      "frequency_hz"_a, "sampling_rate"_a, nb::kw_only(), "quality"_a = 30.0,
      nb::sig("def notch(frequency_hz: float, sampling_rate: float, *, quality: float = 30.0) -> "
              "numpy.typing.NDArray[numpy.float64]"),
      "Notch filter of second order, for mains interference: gain 0 at frequency_hz, (1, 6).\n\n"
      "quality: frequency_hz over the width of the band that loses 3 dB or more. A high quality rings longer. Raises\n"
      "DomainError. Equal to scipy.signal.iirnotch within 1e-12 relative.");
}

}  // namespace

void bind_signal_filters(nb::module_& m) {
  bind_designs(m);
  m.def(
      "sosfilt_zi",
      [](nb::handle sos_object) {
        const SecondOrderSections sos = as_sections(sos_object, "sosfilt_zi");
        return hs::bindings::to_numpy(hs::signal::sosfilt_zi(sos), {sos.size(), 2});
      },
      "sos"_a, nb::sig("def sosfilt_zi(sos: numpy.typing.ArrayLike) -> numpy.typing.NDArray[numpy.float64]"),
      "The state in which a filter rests on a constant signal of 1, (n_sections, 2).\n\n"
      "Times the first sample it starts sosfilt as if that sample had stood for ever. Raises ShapeError, DomainError (a "
      "pole\n"
      "at zero frequency). Equal to scipy.signal.sosfilt_zi within 1e-10 relative.");
  m.def("sosfilt", &sosfilt, "sos"_a, "signal"_a, nb::kw_only(), "zi"_a = nb::none(),
        nb::sig(
            "def sosfilt(sos: numpy.typing.ArrayLike, signal: numpy.typing.ArrayLike, *, zi: numpy.typing.ArrayLike | None "
            "= None) -> typing.Any"),
        "Causal filtering with second-order sections, as scipy.signal.sosfilt along the last axis.\n\n"
        "sos: (n_sections, 6). signal: (n_samples,) or (n_leads, n_samples), any unit; float32 stays float32, computed in\n"
        "double. zi: the state before the first sample, (n_sections, 2) or (n_sections, n_leads, 2).\n"
        "Returns the filtered signal; with zi, a tuple of it and the state after the last sample.\n"
        "NaN propagates: all later samples of its lead are NaN. Raises ShapeError, DomainError (a0 is not 1, a coefficient "
        "is\n"
        "not finite). Equal to SciPy bit for bit on float64, but for numbers below 1e-300, which become 0.");
  m.def(
      "sosfiltfilt",
      [](nb::handle sos_object, nb::handle signal, const std::optional<std::string>& padtype,
         std::optional<std::size_t> padlen) {
        const SecondOrderSections sos = as_sections(sos_object, "sosfiltfilt");
        const auto padding = parse_padding(padtype);
        return map_signal(signal, "sosfiltfilt", [&](const auto& leads, const auto& out) {
          hs::signal::detail::sosfiltfilt(sos, leads, padding, padlen, out);
        });
      },
      "sos"_a, "signal"_a, nb::kw_only(), "padtype"_a.none() = "odd", "padlen"_a = nb::none(),
      nb::sig("def sosfiltfilt(sos: numpy.typing.ArrayLike, signal: numpy.typing.ArrayLike, *, padtype: str | None = 'odd', "
              "padlen: int | None = None) -> numpy.typing.NDArray[typing.Any]"),
      "Zero-phase filtering, forward and backward, as scipy.signal.sosfiltfilt along the last axis.\n\n"
      "sos: (n_sections, 6). signal: (n_samples,) or (n_leads, n_samples), any unit; float32 stays float32, computed in\n"
      "double. padtype: 'odd', 'even', 'constant', or 'none' (None). padlen: samples added at either end, at most\n"
      "n_samples - 1; default SciPy's 3 * (2 * n_sections + 1 - sections of order 1), or n_samples - 1 where that is less\n"
      "(SciPy refuses such a signal). The gain of sos applies twice.\n"
      "NaN propagates: its whole lead is NaN. Raises ShapeError, DomainError (padlen, or sos as for sosfilt, or a pole at "
      "zero\n"
      "frequency). Equal to SciPy within 1e-10 of the largest sample.");

  nb::class_<SosFilter>(
      m, "SosFilter",
      "sosfilt for a signal that arrives in chunks: however it is cut, the results in a row are sosfilt's of "
      "the whole, bit for bit.")
      .def(
          "__init__",
          [](SosFilter* self, nb::handle sos, std::size_t n_leads, bool settle) {
            new (self) SosFilter(as_sections(sos, "SosFilter"), n_leads, {.settle = settle});
          },
          "sos"_a, nb::kw_only(), "n_leads"_a = 1, "settle"_a = false,
          nb::sig("def __init__(self, sos: numpy.typing.ArrayLike, *, n_leads: int = 1, settle: bool = False) -> None"),
          "sos: (n_sections, 6). settle: start as if each lead's first sample had stood for ever, instead of on 0.\n"
          "Raises ShapeError, DomainError.")
      .def(
          "process",
          [](SosFilter& self, nb::handle chunk) {
            return std::visit(
                [&](const auto& array) -> nb::object {
                  using T = std::remove_const_t<typename std::decay_t<decltype(array)>::Scalar>;
                  const auto leads = as_leads<T>(array, "SosFilter.process", "chunk");
                  SosFilter work = self;  // another thread may call self once the GIL is released
                  std::vector<T> out;
                  {
                    nb::gil_scoped_release release;
                    out = work.process(leads);
                  }
                  self = std::move(work);
                  if (array.ndim() == 1) return nb::cast(hs::bindings::to_numpy(std::move(out)));
                  return nb::cast(hs::bindings::to_numpy(std::move(out), {leads.n_rows(), leads.n_cols()}));
                },
                hs::bindings::as_real_array(chunk, "chunk"));
          },
          "chunk"_a, nb::sig("def process(self, chunk: numpy.typing.ArrayLike) -> numpy.typing.NDArray[typing.Any]"),
          "The next samples, (n_samples,) for one lead or (n_leads, n_samples), filtered; any number, also none.\n\n"
          "float32 stays float32. Raises ShapeError when the number of leads differs.")
      .def("reset", &SosFilter::reset, "Back to the start, as newly made.")
      .def_prop_ro("n_leads", &SosFilter::n_leads)
      .def_prop_ro(
          "sos", [](const SosFilter& self) { return to_numpy(self.sos()); }, nb::rv_policy::automatic,
          nb::sig("def sos(self) -> numpy.typing.NDArray[numpy.float64]"), "The sections, (n_sections, 6), a copy.")
      .def_prop_ro(
          "state",
          [](const SosFilter& self) {
            return hs::bindings::to_numpy(std::vector<double>(self.state().begin(), self.state().end()),
                                          {self.sos().size(), self.n_leads(), 2});
          },
          nb::rv_policy::automatic, nb::sig("def state(self) -> numpy.typing.NDArray[numpy.float64]"),
          "The state after the last sample, (n_sections, n_leads, 2), a copy.")
      .def("__repr__", [](const SosFilter& self) {
        return "SosFilter(" + std::to_string(self.sos().size()) + " sections, n_leads=" + std::to_string(self.n_leads()) +
               ")";
      });
}
