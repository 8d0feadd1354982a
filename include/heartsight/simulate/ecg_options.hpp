#pragma once

#include <heartsight/version.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::simulate {

/// Shapes that stand for the five diagnostic superclasses of PTB-XL.
enum class Morphology : std::uint8_t {
  normal,                  ///< NORM
  myocardial_infarction,   ///< MI: anterior Q waves, ST elevation and T inversion in V1 to V4
  st_t_change,             ///< STTC: ST depression and T inversion, lateral
  conduction_disturbance,  ///< CD: left bundle branch block pattern, QRS about 150 ms
  hypertrophy,             ///< HYP: high left ventricular voltages with strain
};

enum class Rhythm : std::uint8_t {
  sinus,                ///< P before each beat, two-band variability
  atrial_fibrillation,  ///< irregular intervals, no P, fibrillatory waves of 4 to 9 Hz
};

/// The nine electrodes that make the 12 leads.
enum class Electrode : std::uint8_t { RA, LA, LL, V1, V2, V3, V4, V5, V6 };

/// One electrode is off the skin: every lead that needs it is a flat line meanwhile.
struct ElectrodeLoss {
  Electrode electrode = Electrode::RA;
  double start_s = 0.0;
  double stop_s = 0.0;  ///< exclusive; beyond the end of the recording means until its end
};

struct EcgOptions {
  double duration_s = 10.0;      ///< 0 to 172,800 (48 h)
  double heart_rate_bpm = 70.0;  ///< mean rate, 20 to 300
  double rr_sd_s = 0.03;         ///< standard deviation of the beat intervals, 0 to 0.5
  double lf_hf_ratio = 0.5;      ///< power at 0.1 Hz over power at 0.25 Hz, 0 to 100
  Rhythm rhythm = Rhythm::sinus;
  Morphology morphology = Morphology::normal;
  double ventricular_ectopic_rate = 0.0;  ///< share of beats that are premature ventricular, 0 to 0.9
  double atrial_ectopic_rate = 0.0;       ///< share of beats that are premature atrial, 0 to 0.9
  double baseline_wander_mv = 0.0;        ///< amplitude of the slow drift at each electrode
  double mains_mv = 0.0;                  ///< amplitude of the mains at each electrode
  double mains_hz = 50.0;                 ///< 0 to half the sampling rate where mains_mv > 0
  double muscle_noise_mv = 0.0;           ///< standard deviation of the muscle noise (above 20 Hz) at each electrode
  double white_noise_mv = 0.0;            ///< standard deviation of white noise at each electrode
  std::vector<ElectrodeLoss> electrode_loss = {};
  double subject_variation = 1.0;  ///< 0: every seed has the same heart; 1: amplitudes and axis vary as between people
  bool inverted = false;           ///< every lead upside down, as with a wrong cable or unit
  std::uint64_t seed = 0;
};

/// One wave of one beat in samples (0-based, fractional). NaN where the beat has no such wave.
struct WaveTruth {
  double onset;
  double peak;
  double offset;
};

/// What is true of a simulated recording. One entry per beat whose R peak lies inside it.
struct EcgTruth {
  std::vector<std::int64_t> r_peaks;  ///< sample at which the QRS dipole is longest, one for all leads
  std::vector<char> beat_type;        ///< 'N' normal, 'V' premature ventricular, 'A' premature atrial
  std::vector<WaveTruth> p;           ///< onset and offset 2.5 standard deviations outside the outer kernels' centres
  std::vector<WaveTruth> qrs;
  std::vector<WaveTruth> t;
  std::array<int, 12> lead_polarity{};  ///< +1 or -1: sign of the dominant deflection of normal beats in each lead
  std::vector<std::array<std::int64_t, 12>> lead_peaks;  ///< per beat and lead: sample of the dominant QRS deflection
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::simulate
