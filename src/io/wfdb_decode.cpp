#include <io/wfdb_decode.hpp>

#include <limits>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {
namespace {

constexpr unsigned byte_at(const std::byte* bytes, std::size_t i) noexcept {
  return std::to_integer<unsigned>(bytes[i]);
}

/// The low `bits` bits as a two's complement number.
constexpr std::int32_t sign_extend(unsigned value, unsigned bits) noexcept {
  const unsigned sign = 1U << (bits - 1U);
  const unsigned low = value & ((sign << 1U) - 1U);
  return static_cast<std::int32_t>(low ^ sign) - static_cast<std::int32_t>(sign);
}

void decode_212_plain(const std::byte* bytes, std::size_t n, std::int32_t* out) noexcept {
  for (std::size_t i = 0; i + 1 < n; i += 2, bytes += 3) {
    out[i] = sign_extend(byte_at(bytes, 0) | (byte_at(bytes, 1) & 0x0FU) << 8U, 12);
    out[i + 1] = sign_extend(byte_at(bytes, 2) | (byte_at(bytes, 1) & 0xF0U) << 4U, 12);
  }
  if (n % 2 == 1) out[n - 1] = sign_extend(byte_at(bytes, 0) | (byte_at(bytes, 1) & 0x0FU) << 8U, 12);
}

#if defined(__x86_64__)
/// 16 values from 24 bytes at a time: a byte shuffle puts the two bytes of each value into one 16-bit word.
__attribute__((target("avx2"))) void decode_212_avx2(const std::byte* bytes, std::size_t n, std::int32_t* out) noexcept {
  const __m256i pick = _mm256_setr_epi8(0, 1, 2, 1, 3, 4, 5, 4, 6, 7, 8, 7, 9, 10, 11, 10,  //
                                        0, 1, 2, 1, 3, 4, 5, 4, 6, 7, 8, 7, 9, 10, 11, 10);
  const __m256i top_nibble = _mm256_set1_epi16(static_cast<short>(0xF000));
  const __m256i low_byte = _mm256_set1_epi16(0x00FF);
  std::size_t i = 0;
  // The second load reads 16 bytes from byte 12 on, 4 more than it uses: the last values are left to the plain loop.
  for (; i + 20 <= n; i += 16, bytes += 24) {
    const __m128i low = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
    const __m128i high = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + 12));
    const __m256i words = _mm256_shuffle_epi8(_mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1), pick);
    const __m256i first = _mm256_srai_epi16(_mm256_slli_epi16(words, 4), 4);
    const __m256i second =
        _mm256_or_si256(_mm256_srai_epi16(_mm256_and_si256(words, top_nibble), 4), _mm256_and_si256(words, low_byte));
    const __m256i values = _mm256_blend_epi16(first, second, 0xAA);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i), _mm256_cvtepi16_epi32(_mm256_castsi256_si128(values)));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i + 8), _mm256_cvtepi16_epi32(_mm256_extracti128_si256(values, 1)));
  }
  decode_212_plain(bytes, n - i, out + i);
}
#endif

void decode_212(const std::byte* bytes, std::size_t n, std::int32_t* out) noexcept {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return decode_212_avx2(bytes, n, out);
#endif
  decode_212_plain(bytes, n, out);
}

void decode_310(const std::byte* bytes, std::size_t n, std::int32_t* out) noexcept {
  for (std::size_t i = 0; i < n; i += 3, bytes += 4) {
    out[i] = sign_extend(byte_at(bytes, 0) >> 1U | (byte_at(bytes, 1) & 0x07U) << 7U, 10);
    if (i + 1 < n) out[i + 1] = sign_extend(byte_at(bytes, 2) >> 1U | (byte_at(bytes, 3) & 0x07U) << 7U, 10);
    if (i + 2 < n) out[i + 2] = sign_extend(byte_at(bytes, 1) >> 3U | (byte_at(bytes, 3) >> 3U) << 5U, 10);
  }
}

void decode_311(const std::byte* bytes, std::size_t n, std::int32_t* out) noexcept {
  for (std::size_t i = 0; i < n; i += 3, bytes += 4) {
    out[i] = sign_extend(byte_at(bytes, 0) | (byte_at(bytes, 1) & 0x03U) << 8U, 10);
    if (i + 1 < n) out[i + 1] = sign_extend(byte_at(bytes, 1) >> 2U | (byte_at(bytes, 2) & 0x0FU) << 6U, 10);
    if (i + 2 < n) out[i + 2] = sign_extend(byte_at(bytes, 2) >> 4U | (byte_at(bytes, 3) & 0x3FU) << 4U, 10);
  }
}

}  // namespace

bool is_packed(int format) noexcept {
  switch (format) {
    case 8:
    case 16:
    case 24:
    case 32:
    case 61:
    case 80:
    case 160:
    case 212:
    case 310:
    case 311:
      return true;
    default:
      return false;
  }
}

std::uint64_t packed_bytes(int format, std::uint64_t n) noexcept {
  switch (format) {
    case 8:
    case 80:
      return n;
    case 24:
      return 3 * n;
    case 32:
      return 4 * n;
    case 212:
      return n / 2 * 3 + (n % 2) * 2;
    case 310:  // the second value of a group lies in its bytes 2 and 3
      return n / 3 * 4 + (n % 3) * 2;
    case 311:
      return n / 3 * 4 + (n % 3 == 0 ? 0 : n % 3 + 1);
    default:
      return 2 * n;
  }
}

std::uint64_t packed_capacity(int format, std::uint64_t n) noexcept {
  switch (format) {
    case 8:
    case 80:
      return n;
    case 24:
      return n / 3;
    case 32:
      return n / 4;
    case 212:
      return n / 3 * 2 + n % 3 / 2;
    case 310:
      return n / 4 * 3 + n % 4 / 2;
    case 311:
      return n / 4 * 3 + (n % 4 < 2 ? 0 : n % 4 - 1);
    default:
      return n / 2;
  }
}

void decode_packed(int format, const std::byte* bytes, std::size_t n, std::int32_t* out) noexcept {
  switch (format) {
    case 8:
      for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<std::int8_t>(bytes[i]);
      break;
    case 16:
      for (std::size_t i = 0; i < n; ++i) {
        out[i] = static_cast<std::int16_t>(byte_at(bytes, 2 * i) | byte_at(bytes, 2 * i + 1) << 8U);
      }
      break;
    case 24:
      for (std::size_t i = 0; i < n; ++i) {
        out[i] = sign_extend(byte_at(bytes, 3 * i) | byte_at(bytes, 3 * i + 1) << 8U | byte_at(bytes, 3 * i + 2) << 16U, 24);
      }
      break;
    case 32:
      for (std::size_t i = 0; i < n; ++i) {
        out[i] = static_cast<std::int32_t>(byte_at(bytes, 4 * i) | byte_at(bytes, 4 * i + 1) << 8U |
                                           byte_at(bytes, 4 * i + 2) << 16U | byte_at(bytes, 4 * i + 3) << 24U);
      }
      break;
    case 61:
      for (std::size_t i = 0; i < n; ++i) {
        out[i] = static_cast<std::int16_t>(byte_at(bytes, 2 * i) << 8U | byte_at(bytes, 2 * i + 1));
      }
      break;
    case 80:
      for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<std::int32_t>(byte_at(bytes, i)) - 128;
      break;
    case 160:
      for (std::size_t i = 0; i < n; ++i) {
        out[i] = static_cast<std::int32_t>(byte_at(bytes, 2 * i) | byte_at(bytes, 2 * i + 1) << 8U) - 32768;
      }
      break;
    case 212:
      decode_212(bytes, n, out);
      break;
    case 310:
      decode_310(bytes, n, out);
      break;
    case 311:
      decode_311(bytes, n, out);
      break;
    default:
      break;
  }
}

std::optional<std::int32_t> missing_value(int format) noexcept {
  switch (format) {
    case 80:
    case 508:
      return -(1 << 7);
    case 310:
    case 311:
      return -(1 << 9);
    case 212:
      return -(1 << 11);
    case 16:
    case 61:
    case 160:
    case 516:
      return -(1 << 15);
    case 24:
    case 524:
      return -(1 << 23);
    case 32:
      return std::numeric_limits<std::int32_t>::min();
    default:
      return std::nullopt;
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
