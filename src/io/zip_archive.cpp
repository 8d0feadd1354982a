#include <io/zip_archive.hpp>

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>

// APPNOTE.TXT, the .ZIP file format specification, https://support.pkware.com/pkzip/appnote
namespace heartsight::inline HEARTSIGHT_ABI::io::detail {
namespace {

constexpr std::uint64_t end_record_size = 22;
constexpr std::uint64_t member_record_size = 46;
constexpr std::uint64_t local_header_size = 30;

std::uint64_t little_endian(std::span<const std::byte> bytes, std::size_t at, std::size_t n) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < n; ++i) value |= std::to_integer<std::uint64_t>(bytes[at + i]) << (8 * i);
  return value;
}

std::vector<std::byte> inflate_raw(std::span<const std::byte> packed, std::uint64_t size, const std::string& file,
                                   const std::string& member) {
  std::vector<std::byte> out(size + 1);  // one byte more shows a stream that is longer than it says
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
  std::uint64_t in_done = 0;
  std::uint64_t out_done = 0;
  int status = Z_OK;
  while (status == Z_OK) {
    constexpr std::uint64_t most = std::numeric_limits<uInt>::max();
    const auto in_now = static_cast<uInt>(std::min<std::uint64_t>(packed.size() - in_done, most));
    const auto out_now = static_cast<uInt>(std::min<std::uint64_t>(out.size() - out_done, most));
    // zlib does not change its input; its interface only lacks the const.
    stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data() + in_done));
    stream.avail_in = in_now;
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + out_done);
    stream.avail_out = out_now;
    status = inflate(&stream, Z_NO_FLUSH);
    in_done += in_now - stream.avail_in;
    out_done += out_now - stream.avail_out;
    if (in_now == stream.avail_in && out_now == stream.avail_out && status == Z_OK) status = Z_BUF_ERROR;
  }
  inflateEnd(&stream);
  if (status != Z_STREAM_END || out_done != size) fail(file, "member '" + printable(member) + "' is damaged or truncated");
  out.resize(size);
  return out;
}

}  // namespace

ZipArchive::ZipArchive(const Source& source) : source_(source) {
  const std::string& name = source.name();
  if (source.size() < end_record_size) fail_at_byte(name, source.size(), "truncated: not a whole zip archive");
  // The end record is the last thing in the file, behind it only a comment of at most 65,535 bytes.
  const std::uint64_t tail_size = std::min<std::uint64_t>(source.size(), end_record_size + 65535);
  const std::uint64_t tail_at = source.size() - tail_size;
  std::vector<std::byte> tail(tail_size);
  source.read(tail_at, tail);
  std::uint64_t end = tail_size - end_record_size;
  while (little_endian(tail, end, 4) != 0x06054B50U) {
    if (end == 0) fail_at_byte(name, source.size(), "truncated: the zip archive has no end record");
    --end;
  }
  std::uint64_t n_members = little_endian(tail, end + 10, 2);
  std::uint64_t size = little_endian(tail, end + 12, 4);
  std::uint64_t at = little_endian(tail, end + 16, 4);
  if (n_members == 0xFFFFU || size == 0xFFFFFFFFU || at == 0xFFFFFFFFU) {
    fail_at_byte(name, tail_at + end, "zip archives of more than 4 GiB are not read");
  }
  if (at > source.size() || size > source.size() - at)
    fail_at_byte(name, tail_at + end, "the zip directory lies outside the file");
  std::vector<std::byte> directory(size);
  source.read(at, directory);
  std::uint64_t offset = 0;
  for (std::uint64_t i = 0; i < n_members; ++i) {
    if (directory.size() - offset < member_record_size || little_endian(directory, offset, 4) != 0x02014B50U) {
      fail_at_byte(name, at + offset, "the zip directory is damaged");
    }
    const std::uint64_t length = member_record_size + little_endian(directory, offset + 28, 2) +
                                 little_endian(directory, offset + 30, 2) + little_endian(directory, offset + 32, 2);
    if (length > directory.size() - offset) fail_at_byte(name, at + offset, "the zip directory is damaged");
    add_member(std::span(directory).subspan(offset, length), at + offset);
    offset += length;
  }
}

void ZipArchive::add_member(std::span<const std::byte> record, std::uint64_t offset) {
  Member member;
  member.name.assign(reinterpret_cast<const char*>(record.data()) + member_record_size, little_endian(record, 28, 2));
  member.method = static_cast<unsigned>(little_endian(record, 10, 2));
  member.crc = static_cast<std::uint32_t>(little_endian(record, 16, 4));
  member.packed = little_endian(record, 20, 4);
  member.size = little_endian(record, 24, 4);
  member.header = little_endian(record, 42, 4);
  const bool is_encrypted = (little_endian(record, 8, 2) & 1U) != 0;
  if (is_encrypted) fail_at_byte(source_.name(), offset, "the zip archive is encrypted");
  if (find(member.name) != nullptr) {
    fail_at_byte(source_.name(), offset, "member '" + printable(member.name) + "' stands twice");
  }
  if (members_.size() == 1024) fail_at_byte(source_.name(), offset, "more than 1024 members");
  members_.push_back(std::move(member));
}

const ZipArchive::Member* ZipArchive::find(std::string_view name) const {
  const auto found = std::find_if(members_.begin(), members_.end(), [&](const Member& m) { return m.name == name; });
  return found == members_.end() ? nullptr : &*found;
}

bool ZipArchive::has(std::string_view name) const {
  return find(name) != nullptr;
}

std::vector<std::byte> ZipArchive::read(std::string_view name) const {
  const Member* member = find(name);
  if (member == nullptr) fail(source_.name(), "has no member '" + printable(name) + "'");
  const std::string what = "member '" + printable(name) + "'";
  if (member->packed == 0xFFFFFFFFU || member->size == 0xFFFFFFFFU || member->header == 0xFFFFFFFFU) {
    fail(source_.name(), what + " has more than 4 GiB, which is not read");
  }
  const PartSource header(source_, member->header, local_header_size, what);
  std::array<std::byte, local_header_size> local{};
  header.read(0, local);
  if (little_endian(local, 0, 4) != 0x04034B50U) fail_at_byte(source_.name(), member->header, what + " has no header");
  const std::uint64_t data = member->header + local_header_size + little_endian(local, 26, 2) + little_endian(local, 28, 2);
  const PartSource part(source_, data, member->packed, what);
  const bool stored = member->method == 0;
  if (!stored && member->method != 8) fail_at_byte(source_.name(), member->header, what + " is packed in an unknown way");
  if (stored ? member->size != member->packed : member->size / 1032 > member->packed) {
    fail_at_byte(source_.name(), member->header, what + " cannot have the size that the directory states");
  }
  std::vector<std::byte> content = part.read_all();
  if (!stored) content = inflate_raw(content, member->size, source_.name(), member->name);
  uLong crc = crc32(0, nullptr, 0);
  for (std::size_t done = 0; done < content.size();) {
    const auto n = static_cast<uInt>(std::min<std::size_t>(content.size() - done, std::numeric_limits<uInt>::max()));
    crc = crc32(crc, reinterpret_cast<const Bytef*>(content.data() + done), n);
    done += n;
  }
  if (crc != member->crc) fail_at_byte(source_.name(), data, what + " does not have its checksum");
  return content;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
