#include <io/convert.hpp>
#include <io/text.hpp>

#include <array>
#include <limits>
#include <type_traits>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

UnitConversion convert_unit(std::string_view unit) {
  // "MV" and "mv" differ in physics by nine orders; "mv" is a common misspelling of mV, megavolts do not occur.
  if (unit == "mV" || unit == "mv" || unit == "MV" || unit == "millivolt" || unit == "millivolts") return {"mV", 1.0, 1.0};
  if (unit == "uV" || unit == "uv" || unit == "\xC2\xB5V" || unit == "\xCE\xBCV" || unit == "microvolt" ||
      unit == "microvolts") {
    return {"mV", 1000.0, 1.0};
  }
  if (unit == "nV" || unit == "nv") return {"mV", 1.0e6, 1.0};
  if (unit == "V" || unit == "volt" || unit == "volts") return {"mV", 1.0, 1000.0};
  return {std::string{unit}, 1.0, 1.0};
}

namespace {

// Compiled twice. It holds no multiply-add that could be fused, so both give the same bits. The loops have no branch, so
// that they become vector instructions: missing samples are set afterwards, in the few blocks that hold any.
template <class T>
__attribute__((always_inline)) inline void convert_loop(const std::int32_t* digital, std::size_t n, double baseline,
                                                        double gain, std::int64_t missing, double divisor, double factor,
                                                        T* out) noexcept {
  constexpr std::size_t block = 1024;
  const bool may_miss = missing >= std::numeric_limits<std::int32_t>::min();
  const auto sentinel = static_cast<std::int32_t>(may_miss ? missing : 0);
  for (std::size_t done = 0; done < n; done += block) {
    const std::size_t m = n - done < block ? n - done : block;
    const std::int32_t* from = digital + done;
    T* to = out + done;
    std::array<double, std::is_same_v<T, double> ? 1 : block> rounded_later;
    double* values = rounded_later.data();
    if constexpr (std::is_same_v<T, double>) values = to;
    for (std::size_t i = 0; i < m; ++i) values[i] = (static_cast<double>(from[i]) - baseline) / gain;
    if (divisor != 1.0 || factor != 1.0) {
      for (std::size_t i = 0; i < m; ++i) values[i] = values[i] / divisor * factor;
    }
    if constexpr (!std::is_same_v<T, double>) {
      for (std::size_t i = 0; i < m; ++i) to[i] = static_cast<T>(values[i]);
    }
    if (!may_miss) continue;
    int any = 0;
    for (std::size_t i = 0; i < m; ++i) any |= from[i] == sentinel ? 1 : 0;
    if (any == 0) continue;
    for (std::size_t i = 0; i < m; ++i) {
      if (from[i] == sentinel) to[i] = std::numeric_limits<T>::quiet_NaN();
    }
  }
}

template <class T>
void convert_plain(const std::int32_t* digital, std::size_t n, double baseline, double gain, std::int64_t missing,
                   double divisor, double factor, T* out) noexcept {
  convert_loop(digital, n, baseline, gain, missing, divisor, factor, out);
}

#if defined(__x86_64__)
template <class T>
__attribute__((target("avx2"))) void convert_avx2(const std::int32_t* digital, std::size_t n, double baseline, double gain,
                                                  std::int64_t missing, double divisor, double factor, T* out) noexcept {
  convert_loop(digital, n, baseline, gain, missing, divisor, factor, out);
}
#endif

template <class T>
void convert(const std::int32_t* digital, std::size_t n, const Calibration& c, T* out) noexcept {
  const std::int64_t missing = c.missing ? *c.missing : std::numeric_limits<std::int64_t>::min();
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) {
    return convert_avx2(digital, n, c.baseline, c.gain, missing, c.unit.divisor, c.unit.factor, out);
  }
#endif
  convert_plain(digital, n, c.baseline, c.gain, missing, c.unit.divisor, c.unit.factor, out);
}

}  // namespace

void to_physical(const std::int32_t* digital, std::size_t n, const Calibration& calibration, double* out) noexcept {
  convert(digital, n, calibration, out);
}
void to_physical(const std::int32_t* digital, std::size_t n, const Calibration& calibration, float* out) noexcept {
  convert(digital, n, calibration, out);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
