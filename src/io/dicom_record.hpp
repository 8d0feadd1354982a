#pragma once

#include <heartsight/io/dicom.hpp>

#include <io/recording_file.hpp>
#include <io/source.hpp>

#include <memory>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// True for the first bytes of a DICOM file.
[[nodiscard]] bool looks_like_dicom(std::string_view head);

/// Opens a DICOM waveform file; the source must outlive it.
[[nodiscard]] std::unique_ptr<RecordingFile> open_dicom(const Source& source, bool keep_header);

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
