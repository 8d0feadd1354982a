#pragma once

#include "array.hpp"

#include <string>

/// Labels beside scores, as metrics and calibration take them.
namespace heartsight::bindings {

/// An array that may be None: its span is empty then.
template <class T>
struct Optional {
  ArrayView<T> array;
  std::span<const T> values;
  [[nodiscard]] std::span<const T> span() const noexcept { return values; }
};

template <class T>
Optional<T> as_optional(nb::handle object, const char* name) {
  Optional<T> result;
  if (object.is_none()) return result;
  result.array = as_array<T>(object, name);
  result.values = as_span(result.array, name);
  return result;
}

/// Gives a result class a repr and to_dict() of its properties, in the order of their definition.
template <class C>
void readable(nb::class_<C>& result) {
  const auto for_each_property = [](nb::handle self, auto&& use) {
    nb::object property = nb::module_::import_("builtins").attr("property");
    nb::object members = nb::object(self.type().attr("__dict__")).attr("items")();
    for (nb::handle item : nb::list(members)) {
      const auto name = nb::cast<std::string>(item[0]);
      if (name[0] != '_' && nb::isinstance(item[1], property)) use(name, nb::object(self.attr(name.c_str())));
    }
  };
  result.def(
      "to_dict",
      [for_each_property](nb::handle self) {
        nb::dict values;
        for_each_property(self, [&](const std::string& name, nb::object value) {
          for (const char* convert : {"to_dict", "tolist"}) {
            if (nb::hasattr(value, convert)) value = value.attr(convert)();
          }
          values[name.c_str()] = value;
        });
        return values;
      },
      nb::sig("def to_dict(self) -> dict[str, typing.Any]"), "The same as plain values.");
  result.def("__repr__", [for_each_property](nb::handle self) {
    std::string text = nb::cast<std::string>(self.type().attr("__name__")) + "(";
    bool first = true;
    for_each_property(self, [&](const std::string& name, const nb::object& value) {
      std::string words;
      if (nb::hasattr(value, "ndim")) {
        words = "array of " + std::to_string(nb::len(value));
      } else if (nb::isinstance<nb::float_>(value)) {
        words = nb::cast<std::string>(value.attr("__format__")(".5g"));
      } else {
        words = nb::cast<std::string>(nb::repr(value));
      }
      text += (first ? "" : ", ") + name + "=" + words;
      first = false;
    });
    return text + ")";
  });
}

/// Calls measure(label, score) on spans, with the GIL released.
template <class Measure>
auto on_scores(nb::handle label, nb::handle score, const char* score_name, Measure&& measure,
               const char* label_name = "label") {
  const auto labels = as_array<std::int64_t>(label, label_name);
  const auto label_span = as_span(labels, label_name);
  return std::visit(
      [&](const auto& array) {
        using T = std::remove_const_t<typename std::decay_t<decltype(array)>::Scalar>;
        const auto score_span = as_span<T>(array, score_name);
        nb::gil_scoped_release release;
        return measure(label_span, score_span);
      },
      as_real_array(score, score_name));
}

}  // namespace heartsight::bindings
