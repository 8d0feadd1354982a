#include <io/source.hpp>
#include <io/write_file.hpp>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

void write_file(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  // Written beside and renamed: a reader never sees half a file, and a failure leaves the old one.
  // Opened with 0666, so that the kernel takes off what the process's umask forbids.
  static std::atomic<unsigned> counter{0};
  std::string temporary;
  int file = -1;
  do {
    temporary = path.string() + "." + std::to_string(::getpid()) + "-" + std::to_string(counter.fetch_add(1));
    file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  } while (file < 0 && errno == EEXIST);
  if (file < 0) fail(path.string(), "cannot be written: " + std::generic_category().message(errno));
  std::size_t done = 0;
  int error = 0;
  while (done < bytes.size() && error == 0) {
    const auto n = ::write(file, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno != EINTR) error = errno;
    if (n > 0) done += static_cast<std::size_t>(n);
  }
  std::error_code none;
  const auto status = std::filesystem::status(path, none);
  if (error == 0 && std::filesystem::exists(status) && ::fchmod(file, static_cast<mode_t>(status.permissions())) != 0) {
    error = errno;
  }
  if (::close(file) != 0 && error == 0) error = errno;
  if (error == 0 && std::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(temporary.c_str());
    fail(path.string(), "cannot be written: " + std::generic_category().message(error));
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
