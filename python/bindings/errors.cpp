#include "bindings.hpp"

#include <heartsight/core/error.hpp>

namespace nb = nanobind;

void bind_errors(nb::module_& m) {
  auto base = nb::exception<heartsight::Error>(m, "Error");
  base.attr("__doc__") = "Base of every exception that heartsight raises.";

  // A wrong shape or value is a ValueError for whoever does not know heartsight's own names.
  const nb::object value_error = nb::make_tuple(base, nb::handle(PyExc_ValueError));
  nb::exception<heartsight::ShapeError>(m, "ShapeError", value_error).attr("__doc__") =
      "Sizes do not fit: wrong number of leads, lengths that differ, an empty array where a value is needed.";
  nb::exception<heartsight::DomainError>(m, "DomainError", value_error).attr("__doc__") =
      "A value lies outside what the function is defined for.";
  nb::exception<heartsight::FormatError>(m, "FormatError", base).attr("__doc__") =
      "A file or block of bytes is not what its format promises; the message names file and line or offset.";
  nb::exception<heartsight::NotFittedError>(m, "NotFittedError", base).attr("__doc__") =
      "A transform or prediction was asked of an object that has not been fitted.";
  nb::exception<heartsight::BackendError>(m, "BackendError", base).attr("__doc__") =
      "An optional backend (XGBoost, torch) is missing, too old, or failed.";
}
