#include <io/source.hpp>

#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

std::string printable(std::string_view text) {
  constexpr std::size_t longest = 80;
  constexpr char digits[] = "0123456789abcdef";
  std::string shown;
  for (const char c : text.substr(0, longest)) {
    if (c >= ' ' && c <= '~') {
      shown.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      shown.append("\\x").push_back(digits[byte >> 4]);
      shown.push_back(digits[byte & 15]);
    }
  }
  if (text.size() > longest) shown.append("...");
  return shown;
}

std::string in_quotes(std::string_view text) {
  return std::string("'").append(printable(text)).append("'");
}

namespace {

/// A path is shown whole where it is UTF-8: it is what the user typed.
std::string shown_file(std::string_view file) {
  std::string utf8 = to_utf8(file);
  for (char& c : utf8) {
    if (c == '\n' || c == '\r') c = '?';
  }
  return utf8;
}

}  // namespace

void fail(std::string_view file, const std::string& what) {
  throw FormatError(shown_file(file) + ": " + what);
}

void fail_at_line(std::string_view file, std::size_t line, const std::string& what) {
  throw FormatError(shown_file(file) + ": line " + std::to_string(line) + ": " + what);
}

void fail_at_byte(std::string_view file, std::uint64_t byte, const std::string& what) {
  throw FormatError(shown_file(file) + ": byte " + std::to_string(byte) + ": " + what);
}

std::vector<std::byte> Source::read_all() const {
  std::vector<std::byte> bytes(size());
  read(0, bytes);
  return bytes;
}

void MemorySource::read(std::uint64_t offset, std::span<std::byte> out) const {
  if (offset > bytes_.size() || out.size() > bytes_.size() - offset) {
    fail_at_byte(
        name_, bytes_.size(),
        "the file ends here, " + std::to_string(out.size()) + " bytes were expected at byte " + std::to_string(offset));
  }
  if (!out.empty()) std::memcpy(out.data(), bytes_.data() + offset, out.size());
}

PartSource::PartSource(const Source& whole, std::uint64_t offset, std::uint64_t size, std::string name)
    : whole_(whole), offset_(offset), size_(size), name_(std::move(name)) {
  if (offset > whole.size() || size > whole.size() - offset) fail_at_byte(whole.name(), offset, "truncated: " + name_);
}

void PartSource::read(std::uint64_t offset, std::span<std::byte> out) const {
  if (offset > size_ || out.size() > size_ - offset) {
    fail_at_byte(name_, size_,
                 "it ends here, " + std::to_string(out.size()) + " bytes were expected at byte " + std::to_string(offset));
  }
  whole_.read(offset_ + offset, out);
}

namespace {

class FileSource final : public Source {
 public:
  explicit FileSource(const std::filesystem::path& path) : name_(path.string()) {
    // O_NONBLOCK: opening a pipe that nobody writes to must not hang.
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor_ < 0) fail(name_, "cannot be opened: " + std::generic_category().message(errno));
    struct stat status{};
    if (::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) {
      ::close(descriptor_);
      fail(name_, "is not a regular file");
    }
    size_ = static_cast<std::uint64_t>(status.st_size);
  }
  ~FileSource() override { ::close(descriptor_); }

  [[nodiscard]] std::uint64_t size() const noexcept override { return size_; }
  [[nodiscard]] const std::string& name() const noexcept override { return name_; }

  void read(std::uint64_t offset, std::span<std::byte> out) const override {
    std::size_t done = 0;
    while (done < out.size()) {
      const auto got = ::pread(descriptor_, out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) fail_at_byte(name_, offset + done, "cannot be read: " + std::generic_category().message(errno));
      if (got == 0) fail_at_byte(name_, offset + done, "the file ends here, more bytes were expected");
      done += static_cast<std::size_t>(got);
    }
  }

 private:
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  std::string name_;
};

}  // namespace

std::unique_ptr<Source> open_file(const std::filesystem::path& path) {
  return std::make_unique<FileSource>(path);
}

std::unique_ptr<Source> DiskFolder::open(const std::string& file_name) const {
  return open_file(path_ / file_name);
}

std::unique_ptr<Source> MemoryFolder::open(const std::string& file_name) const {
  const auto found = files_.find(file_name);
  if (found == files_.end()) fail(file_name, "cannot be opened: No such file or directory");
  return std::make_unique<MemorySource>(found->second, file_name);
}

std::string read_text(const Source& source) {
  std::string text(source.size(), '\0');
  source.read(0, std::as_writable_bytes(std::span(text)));
  return text;
}

std::string to_utf8(std::string_view text) {
  bool valid = true;
  for (std::size_t i = 0; i < text.size() && valid;) {
    const auto at = [&](std::size_t k) -> unsigned { return k < text.size() ? static_cast<unsigned char>(text[k]) : 0U; };
    const auto tail = [&](std::size_t k) { return (at(k) & 0xC0U) == 0x80U; };
    const unsigned c = at(i);
    if (c < 0x80U) {
      i += 1;
    } else if (c >= 0xC2U && c <= 0xDFU) {
      valid = tail(i + 1);
      i += 2;
    } else if (c >= 0xE0U && c <= 0xEFU) {
      // no overlong forms, no surrogates
      valid = tail(i + 1) && tail(i + 2) && !(c == 0xE0U && at(i + 1) < 0xA0U) && !(c == 0xEDU && at(i + 1) > 0x9FU);
      i += 3;
    } else if (c >= 0xF0U && c <= 0xF4U) {
      valid = tail(i + 1) && tail(i + 2) && tail(i + 3) && !(c == 0xF0U && at(i + 1) < 0x90U) &&
              !(c == 0xF4U && at(i + 1) > 0x8FU);
      i += 4;
    } else {
      valid = false;
    }
  }
  if (valid) return std::string{text};
  std::string utf8;
  utf8.reserve(text.size() + text.size() / 8);
  for (const char character : text) {
    const auto c = static_cast<unsigned char>(character);
    if (c < 0x80U) {
      utf8.push_back(character);
    } else {
      utf8.push_back(static_cast<char>(0xC0U | (c >> 6U)));
      utf8.push_back(static_cast<char>(0x80U | (c & 0x3FU)));
    }
  }
  return utf8;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
