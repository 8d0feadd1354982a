#pragma once

#include <nanobind/nanobind.h>

#include <cstddef>
#include <span>
#include <vector>

/// States as Python bytes.
namespace heartsight::bindings {

inline nanobind::bytes to_bytes(const std::vector<std::byte>& bytes) {
  return nanobind::bytes(bytes.data(), bytes.size());
}

inline std::span<const std::byte> as_bytes(const nanobind::bytes& bytes) {
  return {static_cast<const std::byte*>(bytes.data()), bytes.size()};
}

/// Gives a class that is bound already, and whose bytes hold all of it, to_bytes, from_bytes, pickling and equality.
template <class C>
void bind_bytes() {
  namespace nb = nanobind;
  auto type = nb::borrow<nb::class_<C>>(nb::type<C>());
  type.def(
          "to_bytes", [](const C& self) { return to_bytes(self.to_bytes()); }, "Versioned bytes, equal in C++ and Python.")
      .def_static(
          "from_bytes", [](const nb::bytes& data) { return C::from_bytes(as_bytes(data)); }, nb::arg("data"),
          "Raises FormatError.")
      .def("__getstate__", [](const C& self) { return to_bytes(self.to_bytes()); })
      .def("__setstate__", [](C& self, const nb::bytes& data) { new (&self) C(C::from_bytes(as_bytes(data))); })
      .def("__eq__", [](const C& a, const C& b) { return a == b; }, nb::is_operator());
  type.attr("__hash__") = nb::none();  // equal states would have unequal identities
}

}  // namespace heartsight::bindings
