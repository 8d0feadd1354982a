#pragma once

#include <io/source.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// Reads one array in the NumPy .npy format (versions 1 to 3) piece by piece:
/// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
class NpyArray {
 public:
  /// Parses the header and checks that the elements are there. The source must outlive the array.
  explicit NpyArray(const Source& source);

  [[nodiscard]] const std::vector<std::size_t>& shape() const noexcept { return shape_; }
  /// Number of elements: the product of the shape.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool fortran_order() const noexcept { return fortran_order_; }
  /// 'f', 'i' or 'u' for numbers, 'U' or 'S' for strings.
  [[nodiscard]] char kind() const noexcept { return kind_; }

  /// Elements first .. first + n - 1 in the order of the file, as double.
  void read(std::size_t first, std::size_t n, double* out) const;
  void read(std::size_t first, std::size_t n, float* out) const;
  /// All elements of an array of strings, without padding.
  [[nodiscard]] std::vector<std::string> read_strings() const;

  [[nodiscard]] const Source& source() const noexcept { return source_; }

 private:
  void parse_header(std::string_view text, std::size_t offset);
  void parse_descr(std::string_view descr, std::size_t offset);
  template <class T>
  void read_numbers(std::size_t first, std::size_t n, T* out) const;

  const Source& source_;
  std::vector<std::size_t> shape_;
  std::size_t size_ = 1;
  bool fortran_order_ = false;
  bool big_endian_ = false;
  char kind_ = 'f';
  std::size_t item_size_ = 8;  // bytes
  std::uint64_t data_ = 0;     // offset of the first element
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
