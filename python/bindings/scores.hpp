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
