#include <heartsight/io/sierra.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>

#include "cpp/io/base64.hpp"
#include "cpp/io/temporary_folder.hpp"

namespace sierra_test {

namespace hs = heartsight;

namespace {

/// LZW with codes of 10 bits, most significant bit first, ended by 1023: the textbook's compressor.
std::string lzw(const std::string& bytes) {
  std::map<std::string, unsigned> codes;
  for (unsigned c = 0; c < 256; ++c) codes[std::string(1, static_cast<char>(c))] = c;
  std::vector<unsigned> out;
  std::string current;
  for (const char c : bytes) {
    const std::string longer = current + c;
    if (codes.contains(longer)) {
      current = longer;
      continue;
    }
    out.push_back(codes[current]);
    const auto next = static_cast<unsigned>(codes.size());
    if (next < 1023) codes[longer] = next;
    current = std::string(1, c);
  }
  out.push_back(codes[current]);
  out.push_back(1023);
  std::string packed;
  unsigned bits = 0;
  unsigned n_bits = 0;
  for (const unsigned code : out) {
    bits = bits << 10U | code;
    for (n_bits += 10; n_bits >= 8; n_bits -= 8) packed.push_back(static_cast<char>(bits >> (n_bits - 8) & 255U));
  }
  packed.push_back(static_cast<char>(bits << (8 - n_bits) & 255U));
  return packed;
}

/// A chunk of one lead: header, then all upper and all lower bytes of the first two samples and the later differences.
std::string chunk(const std::vector<int>& samples) {
  const std::size_t n = samples.size();
  std::vector<int> stored(samples.begin(), samples.begin() + 2);
  int start = 0;
  for (std::size_t i = 2; i < n; ++i) {
    // samples[i] = 2 samples[i-1] - samples[i-2] - d, where d stands one place earlier, or is the start value.
    const int d = 2 * samples[i - 1] - samples[i - 2] - samples[i];
    if (i == 2) {
      start = d;
    } else {
      stored.push_back(d + 64);
    }
  }
  if (n > 2) stored.push_back(64);  // the last one has no successor
  std::string bytes;
  for (const int value : stored) bytes.push_back(static_cast<char>(value >> 8 & 255));
  for (const int value : stored) bytes.push_back(static_cast<char>(value & 255));
  const std::string packed = lzw(bytes);
  return little_endian_words({static_cast<int>(packed.size() & 0xFFFFU), static_cast<int>(packed.size() >> 16U), 1, start}) +
         packed;
}

struct Settings {
  std::string version = "1.04";
  std::string attributes =
      "numberofleads=\"3\" leadlabels=\"I II III\" durationperchannel=\"10\" samplespersecond=\"500\" "
      "resolution=\"5\" bitspersample=\"16\"";
  std::string coding = "dataencoding=\"Base64\" compression=\"XLI\"";
  std::string age = "<years>50</years>";
  std::string data;
};

std::string document(const Settings& s) {
  return "<?xml version=\"1.0\"?>\n<restingecgdata xmlns=\"http://www3.medical.philips.com\">\n<documentinfo><documenttype>"
         "PhilipsECG</documenttype><documentversion>" +
         s.version +
         "</documentversion></documentinfo>\n<dataacquisition date=\"2020-08-01\"><signalcharacteristics>"
         "<acquisitiontype>STD-12</acquisitiontype></signalcharacteristics></dataacquisition>\n<patient>"
         "<generalpatientdata><name><lastname>Doe</lastname></name><age>" +
         s.age + "</age><sex>Female</sex></generalpatientdata></patient>\n<waveforms>\n<parsedwaveforms " + s.attributes +
         " " + s.coding + ">\n" + base64(s.data) + "\n</parsedwaveforms></waveforms></restingecgdata>\n";
}

/// I, II and what is left of III = II - I; five samples.
const std::string three_leads = chunk({10, 12, -3, 40, 41}) + chunk({100, 200, 300, 400, 500}) + chunk({1, 0, -1, 0, 2});

Settings good() {
  Settings s;
  s.data = three_leads;
  return s;
}

hs::Recording parse(const Settings& s) {
  return hs::io::parse_sierra(bytes_of(document(s)), "f.xml");
}
std::string error(const Settings& s) {
  return message_of<hs::FormatError>([&] { (void)parse(s); });
}

}  // namespace

TEST(Sierra, ValuesLimbLeadsAgeAndSex) {
  const auto recording = parse(good());
  EXPECT_EQ(recording.leads(), (std::vector<std::string>{"I", "II", "III"}));
  EXPECT_EQ(recording.sampling_rate().hz(), 500.0);
  ASSERT_EQ(recording.n_samples(), 5U);
  EXPECT_EQ(recording.signal()(0, 3), 0.2);
  EXPECT_EQ(recording.signal()(1, 4), 2.5);
  EXPECT_EQ(recording.signal()(2, 0), (100 - 10 - 1) * 5.0 / 1000);
  EXPECT_EQ(recording.signal()(2, 4), (500 - 41 - 2) * 5.0 / 1000);
  EXPECT_EQ(recording.age_years, 50.0);
  EXPECT_EQ(recording.sex, hs::Sex::female);
  EXPECT_EQ(recording.id, "");
  Settings born = good();
  born.age = "<dateofbirth>1951-08-02</dateofbirth>";
  EXPECT_EQ(parse(born).age_years, 68.0);
  born.age = "<years>0</years><months>6</months>";
  EXPECT_EQ(parse(born).age_years, 0.5);
  born.age = "<years>0</years><days>0</days>";
  EXPECT_EQ(parse(born).age_years, 0.0);
}

TEST(Sierra, AugmentedLeadsAreRoundedDown) {
  Settings s = good();
  s.attributes.replace(s.attributes.find("\"3\""), 3, "\"6\"");
  s.attributes.replace(s.attributes.find("I II III"), 8, "I II III aVR aVL aVF");
  s.data = chunk({1, 1}) + chunk({-4, 2}) + chunk({0, 0}) + chunk({0, 3}) + chunk({0, 0}) + chunk({0, 1});
  s.attributes.replace(s.attributes.find("=\"10\""), 5, "=\"4\"");
  const auto recording = parse(s);
  ASSERT_EQ(recording.n_samples(), 2U);
  const auto steps = [&](std::size_t lead, std::size_t i) { return recording.signal()(lead, i) * 200.0; };
  EXPECT_EQ(steps(2, 0), -5.0) << "III = II - I";
  EXPECT_EQ(steps(3, 0), 2.0) << "aVR = -floor(-3 / 2)";
  EXPECT_EQ(steps(3, 1), -4.0) << "-3 - floor(3 / 2)";
  EXPECT_EQ(steps(4, 0), 3.0) << "aVL = floor((1 + 5) / 2)";
  EXPECT_EQ(steps(5, 0), -5.0) << "aVF = floor((-4 - 5) / 2)";
}

TEST(Sierra, RepeatedBytesUseEveryKindOfCode) {
  std::vector<int> ramp;  // long runs and more than 767 strings: a full dictionary, and codes used as they are defined
  for (int i = 0; i < 5000; ++i) ramp.push_back((i * i / 7) % 997 - (i % 13) * 3);
  Settings s = good();
  s.attributes =
      "durationperchannel=\"10000\" samplespersecond=\"500\" resolution=\"2.5\" bitspersample=\"16\" "
      "numberofleads=\"2\" leadlabels=\"V1 V2\"";
  s.data = chunk(ramp) + chunk(std::vector<int>(5000, 7));
  const auto recording = parse(s);
  for (std::size_t i = 0; i < 5000; ++i) ASSERT_EQ(recording.signal()(0, i), ramp[i] * 2.5 / 1000) << i;
  EXPECT_EQ(recording.signal()(1, 4999), 0.0175);
}

TEST(Sierra, EveryFaultNamesTheLine) {
  const auto with = [](const auto& change) {
    Settings s = good();
    change(s);
    return error(s);
  };
  EXPECT_EQ(with([](Settings& s) { s.version = "2.0"; }),
            "f.xml: line 2: documents of type 'PhilipsECG', version '2.0', are not read");
  EXPECT_EQ(with([](Settings& s) { s.coding = "dataencoding=\"Base64\""; }),
            "f.xml: line 7: waveforms of encoding 'Base64' and compression '' are not read: only XLI in Base64 is");
  EXPECT_EQ(with([](Settings& s) { s.data.resize(s.data.size() - 6); }), "f.xml: line 7: the compressed lead 3 is damaged");
  EXPECT_EQ(with([](Settings& s) { s.data[4] = 2; }), "f.xml: line 7: the compressed lead 1 is damaged");
  EXPECT_EQ(with([](Settings& s) { s.attributes.replace(s.attributes.find("=\"10\""), 5, "=\"12\""); }),
            "f.xml: line 7: the compressed lead 1 is damaged")
      << "six samples promised";
  EXPECT_EQ(with([](Settings& s) { s.attributes.replace(s.attributes.find("=\"10\""), 5, "=\"11\""); }),
            "f.xml: line 7: the duration is not that of a whole number of samples, at least 2");
  EXPECT_EQ(with([](Settings& s) { s.attributes.replace(s.attributes.find("=\"10\""), 5, "=\"40000000\""); }),
            "f.xml: line 7: the duration is not that of a whole number of samples, at least 2")
      << "eleven hours of a resting tracing";
  EXPECT_EQ(with([](Settings& s) { s.attributes.replace(s.attributes.find("=\"500\""), 6, "=\"0\""); }),
            "f.xml: line 7: the sampling rate is not positive");
  EXPECT_EQ(with([](Settings& s) { s.attributes.replace(s.attributes.find("=\"5\""), 4, "=\"nan\""); }),
            "f.xml: line 7: the resolution is not a number");
  EXPECT_EQ(with([](Settings& s) { s.attributes.replace(s.attributes.find("=\"16\""), 5, "=\"8\""); }),
            "f.xml: line 7: samples of other than 16 bits are not read");
  EXPECT_EQ(with([](Settings& s) { s.attributes.replace(s.attributes.find("II III"), 6, "V1 III"); }),
            "f.xml: line 7: limb leads are stored as differences from I, II and III, which are not all there");
  EXPECT_EQ(with([](Settings& s) { s.attributes.replace(s.attributes.find("\"3\""), 3, "\"1e9\""); }),
            "f.xml: line 7: the number of leads is not 1 to 64");
  EXPECT_EQ(message_of<hs::FormatError>([] { (void)hs::io::parse_sierra(bytes_of("<a/>"), "f.xml"); }),
            "f.xml: line 1: the document is not a Sierra restingecgdata");
}

TEST(Sierra, ReadFromDiskByItsContent) {
  const TemporaryFolder folder;
  EXPECT_EQ(hs::io::read_record(folder.write("p.xml", document(good()))).id, "p");
  EXPECT_EQ(hs::io::parse_sierra_float32(bytes_of(document(good())), "f").signal()(1, 4), 2.5F);
}

}  // namespace sierra_test
