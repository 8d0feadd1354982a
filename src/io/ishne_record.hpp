#pragma once

#include <heartsight/io/ishne.hpp>

#include <io/recording_file.hpp>
#include <io/source.hpp>

#include <memory>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// True for the first bytes of an ISHNE Holter file.
[[nodiscard]] bool looks_like_ishne(std::string_view head);

/// Opens an ISHNE Holter file; the source must outlive it.
[[nodiscard]] std::unique_ptr<RecordingFile> open_ishne(const Source& source, bool keep_header);

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
