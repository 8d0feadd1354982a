#pragma once

#include <heartsight/io/edf.hpp>

#include <io/recording_file.hpp>
#include <io/source.hpp>

#include <memory>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// True for the first bytes of an EDF or BDF file.
[[nodiscard]] bool looks_like_edf(std::string_view head);

/// Opens an EDF or BDF file; the source must outlive it.
[[nodiscard]] std::unique_ptr<RecordingFile> open_edf(const Source& source, bool keep_header);

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
