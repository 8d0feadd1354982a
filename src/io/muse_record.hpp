#pragma once

#include <heartsight/io/muse.hpp>

#include <io/recording_file.hpp>
#include <io/source.hpp>

#include <memory>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// True for the first bytes of a GE MUSE XML export.
[[nodiscard]] bool looks_like_muse(std::string_view head);

[[nodiscard]] std::unique_ptr<RecordingFile> open_muse(const Source& source, bool keep_header);

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
