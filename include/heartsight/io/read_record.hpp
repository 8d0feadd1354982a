#pragma once

#include <heartsight/core/export.hpp>
#include <heartsight/core/recording.hpp>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::io {

/// What of a file is read, and what a file that carries no header of its own must be told.
struct ReadOptions {
  std::vector<std::string> leads;                 ///< leads to read, in this order; empty: all of the group
  std::size_t start = 0;                          ///< first sample to read, counted at the rate of the group
  std::optional<std::size_t> stop;                ///< one past the last sample to read; absent: the end
  std::optional<std::size_t> group;               ///< index into Recording::groups; absent: see group_rate_hz
  std::optional<double> group_rate_hz;            ///< the group of this rate; absent: the highest rate that has all `leads`
  bool keep_header = false;                       ///< keep the free header text, which may identify the patient
  bool verify_checksums = false;                  ///< WFDB: compare every signal read with the checksum in the header
  std::optional<double> sampling_rate_hz;         ///< CSV, .npy, .npz without one: required there, and refused by the others
  std::vector<std::string> lead_names;            ///< .npy, .npz without `leads`: one name per row; refused by the others
  std::string protocol;                           ///< CSV: "" (strict) or "mlops_phase1"
  std::size_t max_values = std::size_t{1} << 31;  ///< refuse to make a larger recording (n_leads * n_samples)
};

/// Reads a recording; the format is told from the content, not from the file's name.
///
/// - WFDB: `path` is the header (.hea), the record name without extension, or a signal file whose header stands beside
///   it. Multi-segment records, all signal formats of the WFDB specification and several signal files are read.
/// - EDF, EDF+ with or without gaps, BDF, BDF+; see io/edf.hpp.
/// - HL7 annotated ECG (aECG); see io/aecg.hpp.
/// - DICOM waveforms; see io/dicom.hpp.
/// - GE MUSE XML exports; see io/muse.hpp.
/// - ISHNE Holter; see io/ishne.hpp.
/// - Philips Sierra XML; see io/sierra.hpp.
/// - SCP-ECG; see io/scp.hpp.
/// - CSV: a header row naming leads; see io/csv.hpp. `sampling_rate_hz` is required, for the file carries none.
/// - NumPy .npy and .npz: a (n_leads, n_samples) array; see io/npy.hpp.
///
/// Voltages are converted to mV (from nV, uV, mV or V; a WFDB signal without unit is in mV); other channels keep their
/// unit. Samples that the file marks as missing are NaN. Of a file of several rates one group of channels is read; all
/// are listed in Recording::groups, highest rate first.
///
/// Privacy: leads, rate, start offset, age and sex are kept; everything else in a header only with `keep_header`.
/// Recording::id is the file's stem.
///
/// @return n_leads x n_samples values, NaN where missing.
/// @throws FormatError  the file is missing, truncated or not what its format promises; names file and line or byte.
/// @throws DomainError  an option is out of range, names a lead that the file lacks, or does not fit the format.
///
/// Memory: bounded by what the file holds, never by what its header promises. Cost: linear in the range read; WFDB
/// range reads touch only the bytes of that range (format 8 stores differences, so it is read from its start).
/// Equality: WFDB samples are (digital - baseline) / gain in double, the same operations as wfdb-python: equal bits.
[[nodiscard]] HEARTSIGHT_EXPORT Recording read_record(const std::filesystem::path& path, const ReadOptions& options = {});

/// read_record() with float samples: each is computed in double and rounded once; no double copy of the record exists.
[[nodiscard]] HEARTSIGHT_EXPORT RecordingFloat32 read_record_float32(const std::filesystem::path& path,
                                                                     const ReadOptions& options = {});

/// read_record() of a file that lies in memory, as an upload brings it: every format but WFDB, whose records are several
/// files (see parse_wfdb_record). Recording::id is empty.
///
/// @param bytes  the file's content.
/// @param name   what messages call the file.
[[nodiscard]] HEARTSIGHT_EXPORT Recording parse_record(std::span<const std::byte> bytes, std::string_view name,
                                                       const ReadOptions& options = {});
[[nodiscard]] HEARTSIGHT_EXPORT RecordingFloat32 parse_record_float32(std::span<const std::byte> bytes,
                                                                      std::string_view name,
                                                                      const ReadOptions& options = {});

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
