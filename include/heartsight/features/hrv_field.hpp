#pragma once

#include <heartsight/version.hpp>

#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// One index of a group of indices: its name, its value and what it is. Lists of these make dictionaries and tables.
template <class Group>
struct HrvField {
  std::string_view name;
  double Group::* value;
  std::string_view description;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
