#pragma once

#include <heartsight/core/export.hpp>
#include <heartsight/io/read_record.hpp>

#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::io {

/// Parses a recording from CSV text, in mV, one row per sample.
///
/// Default: a header row, then numbers. The delimiter is the one of comma, semicolon and tab that the header row uses.
/// Cells may be quoted; a byte order mark, LF and CRLF are accepted; numbers have a decimal point whatever the locale.
/// Columns are leads of the standard twelve, any number of them in any order (the recording keeps the file's order), or
/// channel-0 .. channel-11, which are I, II, III, aVR, aVL, aVF, V1 .. V6. Columns ecg_id, id and target are left behind;
/// an id may not change. A cell "nan" is a missing sample. Every other column name, a duplicate, a missing channel, a
/// cell that is empty or does not parse, infinity, a short or long row and an empty line are errors.
///
/// protocol "mlops_phase1": the upload rules of the system of that name. ecg_id, id and target are dropped; a column is
/// a channel when its first cell is a number; standard leads first in their order and then the others, else channel-N by
/// N, else by the first integer in the name; rows of the first ecg_id only; a cell that does not parse is 0; missing
/// leads are zeros at the end, leads after the twelfth are dropped. 12 leads at 100 Hz, or at sampling_rate_hz.
///
/// @param text  the file's content.
/// @param name  what messages call the file.
/// @throws FormatError naming file, row (line number, the header is 1) and column; never the content of a cell.
/// @throws DomainError sampling_rate_hz is missing, or an option does not fit.
[[nodiscard]] HEARTSIGHT_EXPORT Recording parse_csv(std::string_view text, std::string_view name,
                                                    const ReadOptions& options);
[[nodiscard]] HEARTSIGHT_EXPORT RecordingFloat32 parse_csv_float32(std::string_view text, std::string_view name,
                                                                   const ReadOptions& options);

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
