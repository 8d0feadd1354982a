#include <heartsight/io/read_record.hpp>

#include <gtest/gtest.h>

#include "cpp/io/temporary_folder.hpp"

namespace hs = heartsight;

TEST(ReadRecord, BytesOfAnyFormatButWfdb) {
  hs::io::ReadOptions options;
  options.sampling_rate_hz = 250.0;
  const auto recording = hs::io::parse_record(bytes_of("I,II\n1,2\n3,4\n"), "upload", options);
  EXPECT_EQ(recording.n_leads(), 2U);
  EXPECT_EQ(recording.id, "");
  EXPECT_EQ(hs::io::parse_record_float32(bytes_of("I,II\n1,2\n3,4\n"), "upload", options).signal()(1, 1), 4.0F);
  EXPECT_EQ(message_of<hs::FormatError>([] { (void)hs::io::parse_record({}, "upload"); }), "upload: is empty");
  EXPECT_NE(message_of<hs::FormatError>([] {
              (void)hs::io::parse_record(bytes_of("\x01\x02\x03"), "upload");
            }).find("upload: is not in a format that can be read"),
            std::string::npos);
}

TEST(ReadRecord, NamesTheFileThatIsNotThere) {
  const TemporaryFolder folder;
  const std::string message = message_of<hs::FormatError>([&] { (void)hs::io::read_record(folder.path() / "absent"); });
  EXPECT_NE(message.find("absent: cannot be opened"), std::string::npos) << message;
}
