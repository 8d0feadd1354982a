#pragma once

#include <heartsight/core/matrix_view.hpp>

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// Arrays across the border. Input is used in place when dtype and layout match; otherwise it is converted by NumPy, but
/// only by a safe cast (integers become double, a float label never becomes an integer). Output owns its memory.
namespace heartsight::bindings {

namespace nb = nanobind;

template <class T>
using ArrayView = nb::ndarray<const T, nb::c_contig, nb::device::cpu>;

namespace detail {

template <class T>
constexpr const char* dtype_name() {
  if constexpr (std::is_same_v<T, float>) return "float32";
  if constexpr (std::is_same_v<T, double>) return "float64";
  if constexpr (std::is_same_v<T, std::int64_t>) return "int64";
}

/// A contiguous, aligned array of T equal to object, of which NumPy makes an array first. `numpy.can_cast(..., "safe")`
/// decides what may be converted; Python lists are arrays of what NumPy makes of them. Throws TypeError otherwise, naming
/// the argument.
template <class T>
ArrayView<T> converted(nb::handle object, const char* name) {
  nb::module_ numpy = nb::module_::import_("numpy");
  nb::object array = numpy.attr("asarray")(object);
  // A column of a table is often an array of T in other clothes: used in place, too.
  ArrayView<T> view;
  if (nb::try_cast<ArrayView<T>>(array, view, false)) return view;
  nb::object dtype = array.attr("dtype");
  const bool is_list = !nb::hasattr(object, "dtype");
  const std::string kind = nb::cast<std::string>(dtype.attr("kind"));
  const bool empty_list = is_list && nb::cast<std::size_t>(array.attr("size")) == 0;
  const bool number = kind == "f" || kind == "i" || kind == "u" || kind == "b";
  // Narrowing float64 to float32 is not a safe cast: such input is computed in double instead.
  if (!empty_list && (!number || !nb::cast<bool>(numpy.attr("can_cast")(dtype, dtype_name<T>(), "safe")))) {
    const std::string message = std::string(name) + ": dtype " + nb::cast<std::string>(nb::str(dtype)) +
                                " cannot be converted safely to " + dtype_name<T>();
    throw nb::type_error(message.c_str());
  }
  nb::dict arguments;
  arguments["dtype"] = dtype_name<T>();
  arguments["order"] = "C";
  arguments["copy"] = true;  // always a fresh, aligned, native-endian array
  array = numpy.attr("array")(array, **arguments);
  return nb::cast<ArrayView<T>>(array);
}

}  // namespace detail

/// The array itself when it is a contiguous array of T, a safe conversion when not.
template <class T>
ArrayView<T> as_array(nb::handle object, const char* name) {
  ArrayView<T> view;
  if (nb::try_cast<ArrayView<T>>(object, view, false)) return view;
  return detail::converted<T>(object, name);
}

/// float32 input stays float32, all other real input becomes (or is) float64.
using RealArray = std::variant<ArrayView<double>, ArrayView<float>>;

inline RealArray as_real_array(nb::handle object, const char* name) {
  ArrayView<double> doubles;
  if (nb::try_cast<ArrayView<double>>(object, doubles, false)) return doubles;
  ArrayView<float> floats;
  if (nb::try_cast<ArrayView<float>>(object, floats, false)) return floats;
  if (nb::hasattr(object, "dtype") && nb::object(object.attr("dtype")).equal(nb::str("float32"))) {
    return detail::converted<float>(object, name);  // strided float32
  }
  return detail::converted<double>(object, name);
}

template <class T>
std::span<const T> as_span(const ArrayView<T>& array, const char* name) {
  if (array.ndim() != 1) {
    check::detail::fail<ShapeError>("heartsight", name, "", "must have 1 dimension, has " + std::to_string(array.ndim()));
  }
  return {array.data(), array.size()};
}

template <class T>
MatrixView<const T> as_matrix(const ArrayView<T>& array, const char* name) {
  if (array.ndim() != 2) {
    check::detail::fail<ShapeError>("heartsight", name, "", "must have 2 dimensions, has " + std::to_string(array.ndim()));
  }
  return {array.data(), array.shape(0), array.shape(1)};
}

/// A NumPy array that owns the vector's memory; nothing is copied.
template <class T>
using NumpyArray = nb::ndarray<nb::numpy, T>;

template <class T>
NumpyArray<T> to_numpy(std::vector<T>&& values, std::initializer_list<std::size_t> shape) {
  auto* owned = new std::vector<T>(std::move(values));
  nb::capsule owner(owned, [](void* p) noexcept { delete static_cast<std::vector<T>*>(p); });
  return NumpyArray<T>(owned->data(), shape.size(), shape.begin(), owner);
}

template <class T>
NumpyArray<T> to_numpy(std::vector<T>&& values) {
  const std::size_t size = values.size();
  return to_numpy(std::move(values), {size});
}

/// A new array that NumPy allocates, and its memory: for large results, whose pages NumPy asks for in a way that makes the
/// first write to them much cheaper than that to a vector's.
template <class T>
std::pair<nb::object, T*> new_numpy(const std::vector<std::size_t>& shape) {
  nb::list sizes;
  for (const std::size_t size : shape) sizes.append(size);
  nb::object array = nb::module_::import_("numpy").attr("empty")(nb::tuple(sizes), detail::dtype_name<T>());
  T* const data = nb::cast<nb::ndarray<T, nb::c_contig, nb::device::cpu>>(array).data();
  return {std::move(array), data};
}

}  // namespace heartsight::bindings
