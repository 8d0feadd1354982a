#pragma once

#include <heartsight/io/scp.hpp>

#include <io/recording_file.hpp>
#include <io/source.hpp>

#include <memory>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// True for the first bytes of an SCP-ECG file.
[[nodiscard]] bool looks_like_scp(std::string_view head);

[[nodiscard]] std::unique_ptr<RecordingFile> open_scp(const Source& source, bool keep_header);

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
