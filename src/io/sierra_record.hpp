#pragma once

#include <heartsight/io/sierra.hpp>

#include <io/recording_file.hpp>
#include <io/source.hpp>

#include <memory>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// True for the first bytes of a Philips Sierra XML file.
[[nodiscard]] bool looks_like_sierra(std::string_view head);

[[nodiscard]] std::unique_ptr<RecordingFile> open_sierra(const Source& source, bool keep_header);

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
