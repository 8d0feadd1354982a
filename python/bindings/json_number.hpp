#pragma once

#include <nanobind/nanobind.h>

#include <cmath>

namespace heartsight::bindings {

/// None for what JSON has no number for.
inline nanobind::object json_number(double value) {
  return std::isfinite(value) ? nanobind::cast(value) : nanobind::none();
}

}  // namespace heartsight::bindings
