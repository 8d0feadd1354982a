#include <heartsight/io/annotation.hpp>
#include <heartsight/io/read_record.hpp>
#include <heartsight/io/wfdb_header.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

namespace wfdb_records_data_test {

// Every record of the data folder against the checksums and first samples that its own header states: no peer needed.
namespace hs = heartsight;
namespace fs = std::filesystem;

namespace {

fs::path data_folder() {
  const char* folder = std::getenv("HEARTSIGHT_DATA");
  return folder == nullptr ? fs::path{} : fs::path{folder};
}

}  // namespace

TEST(WfdbRecordsData, ChecksumsAndFirstSamples) {
  const fs::path root = data_folder();
  if (root.empty()) GTEST_SKIP() << "HEARTSIGHT_DATA is not set: no real recordings to read";
  std::size_t n_records = 0;
  std::size_t n_signals = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".hea") continue;
    const auto header = hs::io::read_wfdb_header(entry.path());
    if (header.is_multi_segment) continue;
    if (!fs::exists(entry.path().parent_path() / header.signals.at(0).file_name)) continue;  // header variants of record 100
    ++n_records;
    hs::io::ReadOptions options;
    options.verify_checksums = true;
    const auto first = hs::io::read_record(entry.path(), options);
    for (std::size_t g = 0; g < first.groups.size(); ++g) {
      options.group = g;
      const auto recording = hs::io::read_record(entry.path(), options);
      std::size_t row = 0;
      for (const auto& signal : header.signals) {
        if (header.frame_rate_hz * static_cast<double>(signal.samples_per_frame) != recording.sampling_rate().hz()) continue;
        ++n_signals;
        const double value = recording.signal()(row++, 0);
        // Some writers leave the initial value at the ADC zero or at 0; then there is nothing to compare with.
        if (std::isnan(value) || signal.initial_value == signal.adc_zero || signal.format == 8 || signal.units != "mV")
          continue;
        EXPECT_EQ(value, (static_cast<double>(signal.initial_value) - static_cast<double>(signal.baseline)) / signal.gain)
            << entry.path() << " " << signal.name;
      }
    }
  }
  EXPECT_GT(n_records, 0U);
  EXPECT_GT(n_signals, n_records);
}

TEST(WfdbRecordsData, AnnotationsOfTheMitBihDatabase) {
  const fs::path root = data_folder();
  if (root.empty()) GTEST_SKIP() << "HEARTSIGHT_DATA is not set: no real recordings to read";
  const fs::path file = root / "mitdb" / "100.atr";
  if (!fs::exists(file)) GTEST_SKIP() << "the data folder has no mitdb/100.atr";
  const auto list = hs::io::read_annotation(file);
  EXPECT_EQ(list.items.size(), 2274U);
  EXPECT_EQ(list.beats().size(), 2273U) << "the published number of beats of record 100";
  EXPECT_EQ(list.items.at(0), (hs::io::Annotation{18, "+", 0, 0, 0, "(N"}));
  EXPECT_EQ(hs::io::parse_annotations(hs::io::format_annotations(list), "x"), list);
}

}  // namespace wfdb_records_data_test
