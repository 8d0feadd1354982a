#include <io/source.hpp>
#include <io/write_file.hpp>

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

void write_file(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  // Written beside and renamed: a reader never sees half a file, and a failure leaves the old one.
  std::string temporary = path.string() + ".XXXXXX";
  const int file = ::mkstemp(temporary.data());
  if (file < 0) fail(path.string(), "cannot be written: " + std::generic_category().message(errno));
  std::size_t done = 0;
  int error = 0;
  while (done < bytes.size() && error == 0) {
    const auto n = ::write(file, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno != EINTR) error = errno;
    if (n > 0) done += static_cast<std::size_t>(n);
  }
  // mkstemp makes files private; ours gets the mode of the file it replaces, or what any reader may have.
  std::error_code none;
  const auto status = std::filesystem::status(path, none);
  const auto mode = std::filesystem::exists(status) ? status.permissions() : std::filesystem::perms{0644};
  if (error == 0 && ::fchmod(file, static_cast<mode_t>(mode)) != 0) error = errno;
  if (::close(file) != 0 && error == 0) error = errno;
  if (error == 0 && std::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(temporary.c_str());
    fail(path.string(), "cannot be written: " + std::generic_category().message(error));
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
