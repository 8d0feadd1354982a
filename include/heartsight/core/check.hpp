#pragma once

#include <heartsight/core/error.hpp>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <sstream>
#include <string>
#include <string_view>

/// Named checks of preconditions. Each takes the calling function and the argument's name, so that every message reads
/// "function: argument[index] = value: rule". They are always on: a check that a release build drops protects nobody.
namespace heartsight::inline HEARTSIGHT_ABI::check {

namespace detail {

template <class T>
std::string show(const T& value) {
  std::ostringstream text;
  if constexpr (std::floating_point<T>) text.precision(std::numeric_limits<T>::max_digits10);
  text << value;
  return text.str();
}

template <class Exception>
[[noreturn]] void fail(std::string_view where, std::string_view name, const std::string& value, const std::string& rule) {
  std::string message{where};
  message.append(": ").append(name);
  if (!value.empty()) message.append(" = ").append(value);
  message.append(": ").append(rule);
  throw Exception(message);
}

inline std::string indexed(std::string_view name, std::size_t index) {
  return std::string{name} + "[" + std::to_string(index) + "]";
}

}  // namespace detail

/// @throws ShapeError when size is 0.
inline void not_empty(std::string_view where, std::string_view name, std::size_t size) {
  if (size == 0) detail::fail<ShapeError>(where, name, "", "must not be empty");
}

/// @throws ShapeError when the two sizes differ.
inline void same_size(std::string_view where, std::string_view name_a, std::size_t size_a, std::string_view name_b,
                      std::size_t size_b) {
  if (size_a != size_b) {
    detail::fail<ShapeError>(
        where, name_b, "",
        "has size " + std::to_string(size_b) + ", but " + std::string{name_a} + " has size " + std::to_string(size_a));
  }
}

/// @throws ShapeError when size is not what the rule wants.
inline void has_size(std::string_view where, std::string_view name, std::size_t size, std::size_t wanted) {
  if (size != wanted) {
    detail::fail<ShapeError>(where, name, "",
                             "has size " + std::to_string(size) + ", must have size " + std::to_string(wanted));
  }
}

/// @throws DomainError when value < low, or value is NaN.
template <class T>
void at_least(std::string_view where, std::string_view name, T value, std::type_identity_t<T> low) {
  if (!(value >= low)) {
    detail::fail<DomainError>(where, name, detail::show(value), "must be at least " + detail::show(low));
  }
}

/// @throws DomainError when value is not finite or not above 0.
template <std::floating_point T>
void positive(std::string_view where, std::string_view name, T value) {
  if (!(value > T{0}) || !std::isfinite(value)) {
    detail::fail<DomainError>(where, name, detail::show(value), "must be positive and finite");
  }
}

/// @throws DomainError when value is outside [low, high], or NaN.
template <class T>
void in_closed_range(std::string_view where, std::string_view name, T value, std::type_identity_t<T> low,
                     std::type_identity_t<T> high) {
  if (!(value >= low && value <= high)) {
    detail::fail<DomainError>(where, name, detail::show(value),
                              "must lie in [" + detail::show(low) + ", " + detail::show(high) + "]");
  }
}

/// @throws DomainError naming the first element outside [low, high]; NaN is outside.
template <class T>
void in_closed_range(std::string_view where, std::string_view name, std::span<const T> values, std::type_identity_t<T> low,
                     std::type_identity_t<T> high) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!(values[i] >= low && values[i] <= high)) {
      in_closed_range(where, detail::indexed(name, i), values[i], low, high);
    }
  }
}

/// @throws DomainError naming the first element that is NaN or infinite.
template <std::floating_point T>
void all_finite(std::string_view where, std::string_view name, std::span<const T> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) {
      detail::fail<DomainError>(where, detail::indexed(name, i), detail::show(values[i]), "must be finite");
    }
  }
}

/// @throws DomainError naming the first label that is not 0 or 1.
inline void binary_labels(std::string_view where, std::string_view name, std::span<const std::int64_t> labels) {
  in_closed_range<std::int64_t>(where, name, labels, 0, 1);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::check
