#pragma once

#include <heartsight/io/read_record.hpp>

#include <io/source.hpp>

#include <concepts>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// Reads an .npy or .npz source, told apart by their first bytes; id is not set. Of an uncompressed .npy only the range
/// that is wanted is read.
template <std::floating_point T>
[[nodiscard]] BasicRecording<T> read_npy_record(const Source& source, const ReadOptions& options);

extern template BasicRecording<double> read_npy_record(const Source&, const ReadOptions&);
extern template BasicRecording<float> read_npy_record(const Source&, const ReadOptions&);

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
