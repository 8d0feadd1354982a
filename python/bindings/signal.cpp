#include "array.hpp"
#include "bindings.hpp"
#include "signal_rows.hpp"

#include <heartsight/signal/resample.hpp>

#include <nanobind/stl/string.h>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;

void bind_signal(nb::module_& m) {
  m.def(
      "resample_poly",
      [](nb::handle signal, std::size_t up, std::size_t down, double kaiser_beta, const std::string& padding) {
        hs::signal::ResamplePolyOptions options{.kaiser_beta = kaiser_beta};
        if (padding == "line") {
          options.padding = hs::signal::ResamplePadding::line;
        } else if (padding != "constant") {
          hs::check::detail::fail<hs::DomainError>("resample_poly", "padding", padding, "must be constant or line");
        }
        return std::visit(
            [&](const auto& array) -> nb::object {
              using T = std::remove_const_t<typename std::decay_t<decltype(array)>::Scalar>;
              const auto leads = hs::bindings::as_leads<T>(array, "resample_poly");
              hs::signal::detail::PolyphaseFilter filter = [&] {
                nb::gil_scoped_release release;
                return hs::signal::detail::PolyphaseFilter(up, down, options.kaiser_beta);
              }();
              const bool with_line = options.padding == hs::signal::ResamplePadding::line;
              const std::size_t n_out = filter.n_out(leads.n_cols());
              auto [result, data] = hs::bindings::new_numpy<T>(array.ndim() == 1 ? std::vector<std::size_t>{n_out}
                                                                                 : std::vector{leads.n_rows(), n_out});
              {
                nb::gil_scoped_release release;
                for (std::size_t lead = 0; lead < leads.n_rows(); ++lead) {
                  filter.run<T>(leads.row(lead), with_line, std::span<T>(data + lead * n_out, n_out));
                }
              }
              return std::move(result);
            },
            hs::bindings::as_real_array(signal, "signal"));
      },
      "signal"_a, "up"_a, "down"_a, nb::kw_only(), "kaiser_beta"_a = 5.0, "padding"_a = "constant",
      nb::sig("def resample_poly(signal: numpy.typing.ArrayLike, up: int, down: int, *, kaiser_beta: float = 5.0, "
              "padding: str = 'constant') -> numpy.typing.NDArray[typing.Any]"),
      "Resample by up / down with a zero-phase polyphase FIR filter, as scipy.signal.resample_poly does.\n\n"
      "signal: (n_samples,) or (n_leads, n_samples), any unit; float32 stays float32. The filter is a Kaiser-windowed sinc\n"
      "of 20 * max(up, down) + 1 taps. padding: 'constant' (zeros beyond the ends, SciPy's default) or 'line'.\n"
      "Returns ceil(n_samples * up / down) samples per lead. NaN propagates over the filter's length.\n"
      "Raises DomainError when up or down is 0. Equal to SciPy within 1e-10 relative.");
  m.def(
      "resample_ratio",
      [](double from_hz, double to_hz) {
        const auto ratio = hs::signal::resample_ratio(from_hz, to_hz);
        return nb::make_tuple(ratio.up, ratio.down);
      },
      "from_hz"_a, "to_hz"_a, nb::sig("def resample_ratio(from_hz: float, to_hz: float) -> tuple[int, int]"),
      "The ratio of two sampling rates in whole numbers, (up, down). Raises DomainError.");
  bind_signal_filters(m);
  bind_signal_median(m);
  bind_signal_quality(m);
  bind_signal_scaling(m);
}
