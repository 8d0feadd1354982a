#include "array.hpp"
#include "bindings.hpp"

#include <heartsight/simulate/ecg.hpp>

#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <map>
#include <tuple>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;
using hs::bindings::to_numpy;
using hs::simulate::EcgTruth;

namespace {

template <class Enum>
Enum parse(const std::map<std::string, Enum>& names, const std::string& text, const char* argument) {
  const auto found = names.find(text);
  if (found != names.end()) return found->second;
  std::string known;
  for (const auto& [name, value] : names) known += (known.empty() ? "" : ", ") + name;
  hs::check::detail::fail<hs::DomainError>("simulate.ecg", argument, text, "must be one of " + known);
}

const std::map<std::string, hs::simulate::Morphology> morphologies = {
    {"normal", hs::simulate::Morphology::normal},
    {"myocardial_infarction", hs::simulate::Morphology::myocardial_infarction},
    {"st_t_change", hs::simulate::Morphology::st_t_change},
    {"conduction_disturbance", hs::simulate::Morphology::conduction_disturbance},
    {"hypertrophy", hs::simulate::Morphology::hypertrophy}};
const std::map<std::string, hs::simulate::Rhythm> rhythms = {
    {"sinus", hs::simulate::Rhythm::sinus}, {"atrial_fibrillation", hs::simulate::Rhythm::atrial_fibrillation}};
const std::map<std::string, hs::simulate::Electrode> electrodes = {
    {"RA", hs::simulate::Electrode::RA}, {"LA", hs::simulate::Electrode::LA}, {"LL", hs::simulate::Electrode::LL},
    {"V1", hs::simulate::Electrode::V1}, {"V2", hs::simulate::Electrode::V2}, {"V3", hs::simulate::Electrode::V3},
    {"V4", hs::simulate::Electrode::V4}, {"V5", hs::simulate::Electrode::V5}, {"V6", hs::simulate::Electrode::V6}};

hs::bindings::NumpyArray<double> wave_array(const std::vector<hs::simulate::WaveTruth>& waves) {
  std::vector<double> values;
  for (const auto& w : waves) values.insert(values.end(), {w.onset, w.peak, w.offset});
  return to_numpy(std::move(values), {waves.size(), 3});
}

}  // namespace

void bind_simulate(nb::module_& m) {
  nb::class_<EcgTruth>(m, "EcgTruth", "What is true of a simulated ECG: one entry per beat whose R peak lies inside it.")
      .def_prop_ro(
          "r_peaks", [](const EcgTruth& t) { return to_numpy(std::vector<std::int64_t>(t.r_peaks)); },
          nb::rv_policy::automatic, "(n_beats,) int64 sample of each R peak, common to all leads.")
      .def_prop_ro(
          "beat_type",
          [](const EcgTruth& t) {
            return std::vector<std::string>([&] {
              std::vector<std::string> types;
              for (const char c : t.beat_type) types.emplace_back(1, c);
              return types;
            }());
          },
          "'N', 'V' (premature ventricular) or 'A' (premature atrial) per beat.")
      .def_prop_ro(
          "p", [](const EcgTruth& t) { return wave_array(t.p); }, nb::rv_policy::automatic,
          "(n_beats, 3) onset, peak, offset of P in samples; NaN without P.")
      .def_prop_ro(
          "qrs", [](const EcgTruth& t) { return wave_array(t.qrs); }, nb::rv_policy::automatic,
          "(n_beats, 3) onset, peak, offset of QRS in samples.")
      .def_prop_ro(
          "t", [](const EcgTruth& t) { return wave_array(t.t); }, nb::rv_policy::automatic,
          "(n_beats, 3) onset, peak, offset of T in samples.")
      .def_prop_ro(
          "lead_polarity",
          [](const EcgTruth& t) {
            return to_numpy(std::vector<std::int64_t>(t.lead_polarity.begin(), t.lead_polarity.end()));
          },
          nb::rv_policy::automatic, "(12,) +1 or -1: sign of the dominant QRS deflection of each lead.")
      .def_prop_ro(
          "lead_peaks",
          [](const EcgTruth& t) {
            std::vector<std::int64_t> values;
            for (const auto& row : t.lead_peaks) values.insert(values.end(), row.begin(), row.end());
            return to_numpy(std::move(values), {t.lead_peaks.size(), 12});
          },
          nb::rv_policy::automatic, "(n_beats, 12) int64 sample of the dominant QRS deflection in each lead.");
  m.def(
      "ecg",
      [](double sampling_rate, double duration_s, double heart_rate_bpm, double rr_sd_s, double lf_hf_ratio,
         const std::string& rhythm, const std::string& morphology, double ventricular_ectopic_rate,
         double atrial_ectopic_rate, double baseline_wander_mv, double mains_mv, double mains_hz, double muscle_noise_mv,
         double white_noise_mv, const std::vector<std::tuple<std::string, double, double>>& electrode_loss,
         double subject_variation, bool inverted, std::uint64_t seed) {
        hs::simulate::EcgOptions options{.duration_s = duration_s,
                                         .heart_rate_bpm = heart_rate_bpm,
                                         .rr_sd_s = rr_sd_s,
                                         .lf_hf_ratio = lf_hf_ratio,
                                         .rhythm = parse(rhythms, rhythm, "rhythm"),
                                         .morphology = parse(morphologies, morphology, "morphology"),
                                         .ventricular_ectopic_rate = ventricular_ectopic_rate,
                                         .atrial_ectopic_rate = atrial_ectopic_rate,
                                         .baseline_wander_mv = baseline_wander_mv,
                                         .mains_mv = mains_mv,
                                         .mains_hz = mains_hz,
                                         .muscle_noise_mv = muscle_noise_mv,
                                         .white_noise_mv = white_noise_mv,
                                         .electrode_loss = {},
                                         .subject_variation = subject_variation,
                                         .inverted = inverted,
                                         .seed = seed};
        for (const auto& [name, start_s, stop_s] : electrode_loss) {
          options.electrode_loss.push_back({parse(electrodes, name, "electrode_loss"), start_s, stop_s});
        }
        const hs::SamplingRate rate(sampling_rate);
        auto simulated = [&] {
          nb::gil_scoped_release release;
          return hs::simulate::ecg(rate, options);
        }();
        return nb::make_tuple(std::move(simulated.recording), std::move(simulated.truth));
      },
      "sampling_rate"_a, nb::kw_only(), "duration_s"_a = 10.0, "heart_rate_bpm"_a = 70.0, "rr_sd_s"_a = 0.03,
      "lf_hf_ratio"_a = 0.5, "rhythm"_a = "sinus", "morphology"_a = "normal", "ventricular_ectopic_rate"_a = 0.0,
      "atrial_ectopic_rate"_a = 0.0, "baseline_wander_mv"_a = 0.0, "mains_mv"_a = 0.0, "mains_hz"_a = 50.0,
      "muscle_noise_mv"_a = 0.0, "white_noise_mv"_a = 0.0,
      "electrode_loss"_a = std::vector<std::tuple<std::string, double, double>>{}, "subject_variation"_a = 1.0,
      "inverted"_a = false, "seed"_a = 0,
      nb::sig(
          "def ecg(sampling_rate: float, *, duration_s: float = 10.0, heart_rate_bpm: float = 70.0, rr_sd_s: float = 0.03, "
          "lf_hf_ratio: float = 0.5, rhythm: str = 'sinus', morphology: str = 'normal', ventricular_ectopic_rate: float = "
          "0.0, "
          "atrial_ectopic_rate: float = 0.0, baseline_wander_mv: float = 0.0, mains_mv: float = 0.0, mains_hz: float = "
          "50.0, "
          "muscle_noise_mv: float = 0.0, white_noise_mv: float = 0.0, "
          "electrode_loss: collections.abc.Sequence[tuple[str, float, float]] = (), subject_variation: float = 1.0, "
          "inverted: bool = False, seed: int = 0) -> tuple[heartsight._core.Recording, EcgTruth]"),
      "A simulated 12-lead ECG with known truth: (Recording, EcgTruth).\n\n"
      "A moving dipole of Gaussian kernels (Sameni et al. 2007, DOI 10.1155/2007/43407, after McSharry et al. 2003, DOI\n"
      "10.1109/TBME.2003.808805), projected by Dower's matrix; noise enters at the nine electrodes.\n"
      "sampling_rate: Hz, 20 to 10,000. morphology: 'normal', 'myocardial_infarction', 'st_t_change',\n"
      "'conduction_disturbance' or 'hypertrophy'. rhythm: 'sinus' or 'atrial_fibrillation'. electrode_loss: tuples\n"
      "(electrode, start_s, stop_s). Amplitudes in mV. The same seed gives the same bits as the C++ function.\n"
      "Raises DomainError when an option is out of range.");
}
