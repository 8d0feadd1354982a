#pragma once

#include <heartsight/io/read_record.hpp>

#include <io/source.hpp>

#include <concepts>
#include <string>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// Reads the record whose header is `header_name` in `folder`; id is not set.
template <std::floating_point T>
[[nodiscard]] BasicRecording<T> read_wfdb_record(const Folder& folder, const std::string& header_name,
                                                 const ReadOptions& options);

extern template BasicRecording<double> read_wfdb_record(const Folder&, const std::string&, const ReadOptions&);
extern template BasicRecording<float> read_wfdb_record(const Folder&, const std::string&, const ReadOptions&);

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
