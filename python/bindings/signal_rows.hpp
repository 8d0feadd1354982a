#pragma once

#include "array.hpp"

#include <string>
#include <type_traits>
#include <vector>

namespace heartsight::bindings {

/// A signal (n_samples,) or (n_leads, n_samples) as a matrix of one or more leads.
template <class T>
MatrixView<const T> as_leads(const ArrayView<T>& array, const char* where, const char* name = "signal") {
  if (array.ndim() == 1) return {array.data(), 1, array.shape(0)};
  if (array.ndim() == 2) return {array.data(), array.shape(0), array.shape(1)};
  check::detail::fail<ShapeError>(where, name, "", "must have 1 or 2 dimensions, has " + std::to_string(array.ndim()));
}

/// Calls body(leads, out) with the GIL released, out being the matrix of a new array of signal's shape and dtype (float32
/// stays float32, all else is float64). Returns that array.
template <class Body>
nb::object map_signal(nb::handle signal, const char* where, Body&& body) {
  return std::visit(
      [&](const auto& array) -> nb::object {
        using T = std::remove_const_t<typename std::decay_t<decltype(array)>::Scalar>;
        const MatrixView<const T> leads = as_leads<T>(array, where);
        std::vector<std::size_t> shape;
        for (std::size_t k = 0; k < array.ndim(); ++k) shape.push_back(array.shape(k));
        auto [result, data] = new_numpy<T>(shape);
        {
          nb::gil_scoped_release release;
          body(leads, MatrixView<T>(data, leads.n_rows(), leads.n_cols()));
        }
        return std::move(result);
      },
      as_real_array(signal, "signal"));
}

}  // namespace heartsight::bindings
