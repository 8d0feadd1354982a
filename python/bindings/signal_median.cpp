#include "array.hpp"
#include "bindings.hpp"
#include "signal_rows.hpp"

#include <heartsight/signal/median_filter.hpp>
#include <heartsight/signal/median_stream.hpp>

#include <nanobind/stl/string.h>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;
using hs::bindings::as_leads;
using hs::bindings::map_signal;
using hs::bindings::to_numpy;
using hs::signal::MedianStream;

namespace {

hs::signal::MedianFilterOptions as_options(const char* where, const std::string& mode, double cval) {
  using enum hs::signal::MedianEdge;
  if (mode == "reflect") return {.edge = reflect};
  if (mode == "mirror") return {.edge = mirror};
  if (mode == "nearest") return {.edge = nearest};
  if (mode == "constant") return {.edge = constant, .constant_value = cval};
  hs::check::detail::fail<hs::DomainError>(where, "mode", mode, "must be reflect, mirror, nearest or constant");
}

}  // namespace

void bind_signal_median(nb::module_& m) {
  m.def(
      "median_filter",
      [](nb::handle signal, std::size_t width, const std::string& mode, double cval) {
        const auto options = as_options("median_filter", mode, cval);
        return map_signal(signal, "median_filter", [&](const auto& leads, const auto& out) {
          hs::signal::detail::median_filter(leads, width, options, out);
        });
      },
      "signal"_a, "width"_a, nb::kw_only(), "mode"_a = "reflect", "cval"_a = 0.0,
      nb::sig(
          "def median_filter(signal: numpy.typing.ArrayLike, width: int, *, mode: str = 'reflect', cval: float = 0.0) -> "
          "numpy.typing.NDArray[typing.Any]"),
      "Running median along the last axis: every sample becomes the median of the `width` samples around it.\n\n"
      "signal: (n_samples,) or (n_leads, n_samples), any unit; float32 stays float32. width: 1 to 2**24 samples; an even "
      "window\n"
      "reaches one sample further back and gives the greater of its two middle samples. mode: what lies beyond the ends,\n"
      "'reflect', 'mirror', 'nearest' or 'constant' (cval).\n"
      "A NaN makes the windows that hold it NaN. Raises ShapeError, DomainError. Equal to scipy.ndimage.median_filter of "
      "the same\n"
      "mode, and with mode='constant' to scipy.signal.medfilt, exactly. The cost per sample does not grow with the width.");
  nb::class_<MedianStream>(
      m, "MedianStream",
      "median_filter for a signal that arrives in chunks: what process and, at the end, finish return in a "
      "row is median_filter of the whole, exactly.")
      .def(
          "__init__",
          [](MedianStream* self, std::size_t width, std::size_t n_leads, const std::string& mode, double cval) {
            new (self) MedianStream(width, n_leads, as_options("MedianStream", mode, cval));
          },
          "width"_a, nb::kw_only(), "n_leads"_a = 1, "mode"_a = "reflect", "cval"_a = 0.0,
          "width, mode, cval: as median_filter. Raises ShapeError, DomainError.")
      .def(
          "process",
          [](MedianStream& self, nb::handle chunk) {
            return std::visit(
                [&](const auto& array) -> nb::object {
                  using T = std::remove_const_t<typename std::decay_t<decltype(array)>::Scalar>;
                  const auto leads = as_leads<T>(array, "MedianStream.process", "chunk");
                  MedianStream work = self;  // another thread may call self once the GIL is released
                  std::vector<T> out;
                  {
                    nb::gil_scoped_release release;
                    out = work.process(leads);
                  }
                  self = std::move(work);
                  if (array.ndim() == 1) return nb::cast(to_numpy(std::move(out)));
                  const std::size_t n_results = out.size() / self.n_leads();
                  return nb::cast(to_numpy(std::move(out), {self.n_leads(), n_results}));
                },
                hs::bindings::as_real_array(chunk, "chunk"));
          },
          "chunk"_a, nb::sig("def process(self, chunk: numpy.typing.ArrayLike) -> numpy.typing.NDArray[typing.Any]"),
          "Takes the next samples, (n_samples,) for one lead or (n_leads, n_samples), and returns the results that they "
          "complete.\n\n"
          "float32 stays float32. Raises ShapeError when the number of leads differs.")
      .def(
          "finish",
          [](MedianStream& self) {
            auto out = self.finish();
            const std::size_t n_results = out.size() / self.n_leads();
            return to_numpy(std::move(out), {self.n_leads(), n_results});
          },
          nb::sig("def finish(self) -> numpy.typing.NDArray[numpy.float64]"),
          "The results still owed, (n_leads, n_results), with the signal's end as edge. The object is then as newly made.")
      .def("reset", &MedianStream::reset, "Forgets all samples.")
      .def_prop_ro("width", &MedianStream::width)
      .def_prop_ro("n_leads", &MedianStream::n_leads)
      .def_prop_ro("delay", &MedianStream::delay, "How many samples later a result comes: (width - 1) // 2.")
      .def("__repr__", [](const MedianStream& self) {
        return "MedianStream(" + std::to_string(self.width()) + ", n_leads=" + std::to_string(self.n_leads()) + ")";
      });
}
