#include <heartsight/pipeline/report.hpp>

#include <heartsight/core/state_bytes.hpp>

#include <concepts>
#include <type_traits>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

namespace {

constexpr std::string_view state_kind = "REPT";
constexpr std::uint32_t state_version = 1;

// The fields of each part of a report, once for writing and reading: `archive` is a Writer or a Reader.

template <class Record, class Part>
concept PartOf = std::same_as<std::remove_const_t<Record>, Part>;

template <class Archive, PartOf<ClassProbability> Record>
void fields(Archive& archive, Record& c) {
  archive(c.name, c.probability, c.low, c.high, c.threshold);
}
template <class Archive, PartOf<LeadQuality> Record>
void fields(Archive& archive, Record& q) {
  archive(q.lead, q.verdict, q.reasons);
}
template <class Archive, PartOf<Quality> Record>
void fields(Archive& archive, Record& q) {
  archive(q.verdict, q.leads, q.reasons);
}
template <class Archive, PartOf<InputSummary> Record>
void fields(Archive& archive, Record& i) {
  archive(i.sampling_rate_hz, i.n_samples, i.duration_s, i.leads, i.model_sampling_rate_hz, i.resampling, i.window_start_s,
          i.window_stop_s);
}
template <class Archive, PartOf<ReportedMeasurement> Record>
void fields(Archive& archive, Record& m) {
  archive(m.name, m.value, m.unit, m.uncertainty);
}
template <class Archive, PartOf<features::StatementNumber> Record>
void fields(Archive& archive, Record& n) {
  archive(n.name, n.value, n.unit);
}
template <class Archive, PartOf<features::Statement> Record>
void fields(Archive& archive, Record& s) {
  archive(s.code, s.text, s.because, s.source);
}
template <class Archive, PartOf<Action> Record>
void fields(Archive& archive, Record& a) {
  archive(a.code, a.text, a.urgency, a.because, a.reason, a.probability);
}
template <class Archive, PartOf<Report> Record>
void fields(Archive& archive, Record& r) {
  archive(r.id, r.status, r.protocol, r.model_name, r.model_version, r.model_digest, r.input, r.quality, r.r_peaks_s,
          r.measurements, r.statements, r.probabilities, r.findings, r.actions, r.warnings);
}

template <class Enum>
constexpr Enum last_of = Enum{};
template <>
constexpr ReportStatus last_of<ReportStatus> = ReportStatus::not_analyzed;
template <>
constexpr Urgency last_of<Urgency> = Urgency::routine;

class Writer {
 public:
  explicit Writer(StateWriter& out) : out_(out) {}
  template <class... Values>
  void operator()(const Values&... values) {
    (put(values), ...);
  }

 private:
  void put(const std::string& text) { out_.text(text); }
  void put(double number) { out_.f64(number); }
  void put(std::size_t count) { out_.u64(count); }
  template <class Value>
  void put(const Value& value) {
    if constexpr (std::is_enum_v<Value>) {
      out_.u8(static_cast<std::uint8_t>(value));
    } else {
      fields(*this, value);
    }
  }
  template <class Value>
  void put(const std::optional<Value>& value) {
    out_.u8(value ? 1 : 0);
    if (value) put(*value);
  }
  template <class Value>
  void put(const std::vector<Value>& values) {
    out_.u64(values.size());
    for (const Value& value : values) put(value);
  }

  StateWriter& out_;
};

class Reader {
 public:
  explicit Reader(StateReader& in) : in_(in) {}
  template <class... Values>
  void operator()(Values&... values) {
    (get(values), ...);
  }

 private:
  void get(std::string& text) { text = in_.text(); }
  void get(double& number) { number = in_.f64(); }
  void get(std::size_t& count) { count = in_.u64(); }
  template <class Value>
  void get(Value& value) {
    if constexpr (std::is_enum_v<Value>) {
      const std::uint8_t number = in_.u8();
      if (number > static_cast<std::uint8_t>(last_of<Value>)) in_.fail("is no value of this field");
      value = static_cast<Value>(number);
    } else {
      fields(*this, value);
    }
  }
  template <class Value>
  void get(std::optional<Value>& value) {
    const std::uint8_t there = in_.u8();
    if (there > 1) in_.fail("must be 0 or 1");
    if (there == 1) get(value.emplace());
  }
  // A count is not believed: each element takes bytes, so that a false one ends where the bytes do.
  template <class Value>
  void get(std::vector<Value>& values) {
    const std::uint64_t n = in_.u64();
    for (std::uint64_t i = 0; i < n; ++i) get(values.emplace_back());
  }

  StateReader& in_;
};

}  // namespace

std::vector<std::byte> Report::to_bytes() const {
  StateWriter out(state_kind, state_version);
  Writer writer(out);
  fields(writer, *this);
  return out.finish();
}

Report Report::from_bytes(std::span<const std::byte> bytes) {
  StateReader in(bytes, state_kind, state_version);
  Reader reader(in);
  Report report;
  fields(reader, report);
  in.finish();
  return report;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
