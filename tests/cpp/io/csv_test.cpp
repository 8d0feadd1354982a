#include <heartsight/io/csv.hpp>

#include <gtest/gtest.h>

#include <clocale>
#include <cmath>

#include "cpp/io/temporary_folder.hpp"

namespace csv_test {

namespace hs = heartsight;
using hs::io::ReadOptions;

namespace {

ReadOptions at_500_hz() {
  ReadOptions options;
  options.sampling_rate_hz = 500.0;
  return options;
}
ReadOptions mlops() {
  ReadOptions options;
  options.protocol = "mlops_phase1";
  return options;
}
hs::Recording strict(std::string_view text) {
  return hs::io::parse_csv(text, "f.csv", at_500_hz());
}
std::string error(std::string_view text) {
  return message_of<hs::FormatError>([&] { (void)strict(text); });
}

std::string channels(std::string_view prefix = "", int n = 12) {
  std::string text{prefix};
  for (int i = 0; i < n; ++i) text += (i == 0 ? "channel-" : ",channel-") + std::to_string(i);
  return text;
}

}  // namespace

TEST(Csv, LeadsInTheFilesOrder) {
  const auto recording = strict("V2,avr,id\n0.5,-1e-3,x\n+2,nan,x\n");
  EXPECT_EQ(recording.leads(), (std::vector<std::string>{"V2", "aVR"}));
  EXPECT_EQ(recording.signal()(0, 1), 2.0);
  EXPECT_EQ(recording.signal()(1, 0), -1e-3);
  EXPECT_TRUE(std::isnan(recording.signal()(1, 1)));
  EXPECT_EQ(recording.sampling_rate().hz(), 500.0);
  EXPECT_EQ(recording.units.at(0), "mV");
}

TEST(Csv, ChannelsByNumber) {
  const auto recording = strict("channel-1,channel-0" + channels().substr(19) + "\n1,0,2,3,4,5,6,7,8,9,10,11\n");
  ASSERT_EQ(recording.n_leads(), 12U);
  for (std::size_t i = 0; i < 12; ++i) {
    EXPECT_EQ(recording.leads()[i], hs::standard_leads[i]);
    EXPECT_EQ(recording.signal()(i, 0), static_cast<double>(i));
  }
}

TEST(Csv, DelimitersQuotesAndLineEnds) {
  EXPECT_EQ(strict("\xEF\xBB\xBF\"I\";II\r\n1;\"2\"\r\n").signal()(1, 0), 2.0);
  EXPECT_EQ(strict("I\tII\n1\t2").signal()(1, 0), 2.0);
  EXPECT_EQ(strict("I\n1\n2\n\n \n").n_samples(), 2U) << "empty lines at the end";
  EXPECT_EQ(strict("I\r1\r2\r").n_samples(), 2U);
  EXPECT_EQ(strict("I\n").n_samples(), 0U);
}

TEST(Csv, NumbersDoNotDependOnTheLocale) {
  const std::string kept = std::setlocale(LC_ALL, nullptr);
  if (std::setlocale(LC_ALL, "de_DE.UTF-8") == nullptr) GTEST_SKIP() << "the locale de_DE.UTF-8 is not installed";
  const double value = strict("I\n1.5\n").signal()(0, 0);
  std::setlocale(LC_ALL, kept.c_str());
  EXPECT_EQ(value, 1.5);
}

TEST(Csv, EveryFaultNamesRowAndColumn) {
  EXPECT_EQ(error("I,II\n1,2\n3,x1\n"), "f.csv: line 3: column 2 (II): the cell is not a number");
  EXPECT_EQ(error("I,II\n1,\n"), "f.csv: line 2: column 2 (II): the cell is empty");
  EXPECT_EQ(error("I,II\n1,2\n3\n"), "f.csv: line 3: has 1 columns, the header row has 2");
  EXPECT_EQ(error("I,II\n1,2,3\n"), "f.csv: line 2: has 3 columns, the header row has 2");
  EXPECT_EQ(error("I,II\n\n1,2\n"), "f.csv: line 2: the line is empty");
  EXPECT_EQ(error("ecg_id,I\n7,1\n7,1\n8,1\n"),
            "f.csv: line 4: column 1 (ecg_id): a second id: one file holds one recording");
  EXPECT_EQ(error("I,V7\n1,2\n"),
            "f.csv: line 1: column 2 (V7): the column is not known: not a lead, channel-N, ecg_id, id or target");
  EXPECT_EQ(error("I,lead I\n1,2\n"), "f.csv: line 1: column 2 (lead I): the column stands twice");
  EXPECT_EQ(error(channels("", 11) + "\n"), "f.csv: line 1: column channel-11 (lead V6) is missing");
  EXPECT_EQ(error(channels("", 13) + "\n"), "f.csv: line 1: column 13 (channel-12): channels are numbered 0 to 11");
  EXPECT_EQ(error("channel-0,I\n"), "f.csv: line 1: column 2 (I): lead names and channel numbers are mixed");
  EXPECT_EQ(error("ecg_id\n1\n"), "f.csv: line 1: the header row names no lead");
  EXPECT_EQ(error("I,\n1,2\n"), "f.csv: line 1: column 2 (): the column has no name");
  EXPECT_EQ(error(""), "f.csv: line 1: the header row is missing");
  EXPECT_EQ(error("I;II,V1\n"), "f.csv: line 1: the header row mixes commas, semicolons or tabs as delimiters");
  EXPECT_EQ(error("I\n\"1\n"), "f.csv: line 2: a quote is not closed");
  EXPECT_EQ(error("I\n1\"\n"), "f.csv: line 2: a quote stands inside an unquoted cell");
  for (const char* cell : {"inf", "-Infinity", "1e999", "0x10", "1,5", "nan(1)", "--1", "+-1", "1 2"}) {
    EXPECT_NE(error(std::string("I\n") + cell + "\n"), "") << cell;
  }
  EXPECT_EQ(error("I\nJane Doe\n").find("Jane"), std::string::npos) << "the content of a cell is never shown";
}

TEST(Csv, OptionsThatDoNotFit) {
  EXPECT_THROW((void)hs::io::parse_csv("I\n1\n", "f", {}), hs::DomainError) << "the rate is never guessed";
  auto options = at_500_hz();
  options.protocol = "mlops_phase2";
  EXPECT_THROW((void)hs::io::parse_csv("I\n1\n", "f", options), hs::DomainError);
  options = at_500_hz();
  options.leads = {"V1"};
  EXPECT_THROW((void)hs::io::parse_csv("I\n1\n", "f", options), hs::DomainError);
  options.sampling_rate_hz = 0.0;
  EXPECT_THROW((void)hs::io::parse_csv("I\n1\n", "f", options), hs::DomainError);
}

TEST(Csv, RangeAndLeads) {
  auto options = at_500_hz();
  options.leads = {"II"};
  options.start = 1;
  options.stop = 2;
  const auto part = hs::io::parse_csv_float32("I,II\n1,2\n3,4\n5,6\n", "f", options);
  ASSERT_EQ(part.n_samples(), 1U);
  EXPECT_EQ(part.signal()(0, 0), 4.0F);
  EXPECT_EQ(part.start_s, 0.002);
}

// Rules of the system: reference table "CSV upload".
TEST(Csv, MlopsPhase1) {
  const auto read = [](std::string_view text) { return hs::io::parse_csv(text, "f", mlops()); };
  const auto by_number = read("ECG_ID,channel-10,channel-2,note,target\n5,1,2,n,1\n5,x,,n,1\n6,9,9,n,1\n5,3\n");
  EXPECT_EQ(by_number.n_leads(), 12U);
  EXPECT_EQ(by_number.n_samples(), 3U) << "rows of the first id only";
  EXPECT_EQ(by_number.sampling_rate().hz(), 100.0);
  EXPECT_EQ(by_number.signal()(0, 0), 2.0) << "sorted by N: channel-2 first";
  EXPECT_EQ(by_number.signal()(1, 0), 1.0);
  EXPECT_EQ(by_number.signal()(1, 1), 0.0) << "a cell that does not parse is 0";
  EXPECT_EQ(by_number.signal()(0, 2), 0.0) << "a cell that is absent is 0";
  EXPECT_EQ(by_number.signal()(11, 0), 0.0) << "missing leads are zeros";

  const auto by_name = read("extra,V1,I\n7,8,9\n");
  EXPECT_EQ(by_name.signal()(0, 0), 9.0);
  EXPECT_EQ(by_name.signal()(1, 0), 8.0);
  EXPECT_EQ(by_name.signal()(2, 0), 7.0) << "other numeric columns follow the standard leads";

  const auto by_integer = read("x,b2,a1\n1,2,3\n");
  EXPECT_EQ(by_integer.signal()(0, 0), 3.0);
  EXPECT_EQ(by_integer.signal()(2, 0), 1.0) << "no integer in the name counts as 999";

  EXPECT_EQ(read(channels("", 14) + "\n1,2,3,4,5,6,7,8,9,10,11,12,13,14\n").signal()(11, 0), 12.0);
  EXPECT_THROW((void)read("a,b\nx,y\n"), hs::FormatError);
  auto options = mlops();
  options.sampling_rate_hz = 250.0;
  EXPECT_EQ(hs::io::parse_csv("I\n1\n", "f", options).sampling_rate().hz(), 250.0);
}

TEST(Csv, FileIsKnownByItsContent) {
  const TemporaryFolder folder;
  const auto recording = hs::io::read_record(folder.write("upload.dat", "I,II\n1,2\n"), at_500_hz());
  EXPECT_EQ(recording.id, "upload");
  EXPECT_EQ(recording.n_leads(), 2U);
}

}  // namespace csv_test
