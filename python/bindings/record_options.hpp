#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/io/read_record.hpp>

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// What every function that reads a recording takes and gives.
namespace heartsight::bindings {

namespace nb = nanobind;

inline bool wants_float32(const std::string& dtype) {
  if (dtype == "float32") return true;
  if (dtype == "float64") return false;
  check::detail::fail<DomainError>("read_record", "dtype", "'" + dtype + "'", "must be 'float64' or 'float32'");
}

/// Options as Python names them. A group is an index (int) or a rate in Hz (float).
inline io::ReadOptions read_options(std::optional<std::vector<std::string>> leads, std::size_t start,
                                    std::optional<std::size_t> stop, nb::handle group, bool keep_header,
                                    bool verify_checksums, std::optional<double> sampling_rate, const std::string& protocol,
                                    std::optional<std::vector<std::string>> lead_names,
                                    std::optional<std::size_t> max_values) {
  io::ReadOptions options;
  if (leads && leads->empty()) {
    check::detail::fail<DomainError>("read_record", "leads", "", "must name a lead; None reads all");
  }
  if (leads) options.leads = std::move(*leads);
  options.start = start;
  options.stop = stop;
  if (!group.is_none()) {
    std::size_t index = 0;
    double rate = 0.0;
    if (nb::isinstance<nb::int_>(group) && nb::try_cast(group, index)) {
      options.group = index;
    } else if (nb::isinstance<nb::float_>(group) && nb::try_cast(group, rate)) {
      options.group_rate_hz = rate;
    } else {
      throw nb::type_error("group: must be an index (int, at least 0) or a rate in Hz (float)");
    }
  }
  options.keep_header = keep_header;
  options.verify_checksums = verify_checksums;
  options.sampling_rate_hz = sampling_rate;
  options.protocol = protocol;
  if (lead_names) options.lead_names = std::move(*lead_names);
  if (max_values) options.max_values = *max_values;
  return options;
}

inline std::span<const std::byte> as_bytes(const nb::bytes& data) {
  return {static_cast<const std::byte*>(data.data()), data.size()};
}

/// Runs read for double or float without the GIL and returns the recording.
template <class Read64, class Read32>
std::variant<Recording, RecordingFloat32> read_as(const std::string& dtype, Read64 read64, Read32 read32) {
  const bool float32 = wants_float32(dtype);
  nb::gil_scoped_release release;
  if (float32) return read32();
  return read64();
}

}  // namespace heartsight::bindings
