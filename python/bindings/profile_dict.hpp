#pragma once

#include <nanobind/nanobind.h>

namespace heartsight::bindings {

/// The numbers of a profile by name, in the order of fields.
template <class Profile, class Fields>
nanobind::dict profile_dict(const Profile& profile, const Fields& fields) {
  nanobind::dict all;
  for (const auto& field : fields) all[nanobind::str(field.name.data(), field.name.size())] = profile.*field.value;
  return all;
}

}  // namespace heartsight::bindings
