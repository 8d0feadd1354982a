#pragma once

#include <heartsight/core/export.hpp>
#include <heartsight/io/read_record.hpp>

#include <cstddef>
#include <map>
#include <span>
#include <string>

namespace heartsight::inline HEARTSIGHT_ABI::io {

/// The files of one WFDB record by name, as an upload brings them.
using WfdbFiles = std::map<std::string, std::span<const std::byte>>;

/// read_record() of a WFDB record that lies in memory; Recording::id is the header's stem.
///
/// @param files        all headers and signal files of the record; nothing else is looked at.
/// @param header_name  which of them is the record's header.
/// @throws FormatError, DomainError as read_record() does.
[[nodiscard]] HEARTSIGHT_EXPORT Recording parse_wfdb_record(const WfdbFiles& files, const std::string& header_name,
                                                            const ReadOptions& options = {});
[[nodiscard]] HEARTSIGHT_EXPORT RecordingFloat32 parse_wfdb_record_float32(const WfdbFiles& files,
                                                                           const std::string& header_name,
                                                                           const ReadOptions& options = {});

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
