from collections.abc import Sequence

import numpy
from numpy.typing import NDArray

import heartsight._core

class EcgTruth:
    """
    What is true of a simulated ECG: one entry per beat whose R peak lies inside it.
    """

    @property
    def r_peaks(self) -> NDArray[numpy.int64]:
        """(n_beats,) int64 sample of each R peak, common to all leads."""

    @property
    def beat_type(self) -> list[str]:
        """'N', 'V' (premature ventricular) or 'A' (premature atrial) per beat."""

    @property
    def p(self) -> NDArray[numpy.float64]:
        """(n_beats, 3) onset, peak, offset of P in samples; NaN without P."""

    @property
    def qrs(self) -> NDArray[numpy.float64]:
        """(n_beats, 3) onset, peak, offset of QRS in samples."""

    @property
    def t(self) -> NDArray[numpy.float64]:
        """(n_beats, 3) onset, peak, offset of T in samples."""

    @property
    def lead_polarity(self) -> NDArray[numpy.int64]:
        """(12,) +1 or -1: sign of the dominant QRS deflection of each lead."""

    @property
    def lead_peaks(self) -> NDArray[numpy.int64]:
        """
        (n_beats, 12) int64 sample of the dominant QRS deflection in each lead.
        """

def ecg(
    sampling_rate: float,
    *,
    duration_s: float = 10.0,
    heart_rate_bpm: float = 70.0,
    rr_sd_s: float = 0.03,
    lf_hf_ratio: float = 0.5,
    rhythm: str = "sinus",
    morphology: str = "normal",
    ventricular_ectopic_rate: float = 0.0,
    atrial_ectopic_rate: float = 0.0,
    baseline_wander_mv: float = 0.0,
    mains_mv: float = 0.0,
    mains_hz: float = 50.0,
    muscle_noise_mv: float = 0.0,
    white_noise_mv: float = 0.0,
    electrode_loss: Sequence[tuple[str, float, float]] = (),
    subject_variation: float = 1.0,
    inverted: bool = False,
    seed: int = 0,
) -> tuple[heartsight._core.Recording, EcgTruth]:
    """
    A simulated 12-lead ECG with known truth: (Recording, EcgTruth).

    A moving dipole of Gaussian kernels (Sameni et al. 2007, DOI 10.1155/2007/43407, after McSharry et al. 2003, DOI
    10.1109/TBME.2003.808805), projected by Dower's matrix; noise enters at the nine electrodes.
    sampling_rate: Hz, 20 to 10,000. morphology: 'normal', 'myocardial_infarction', 'st_t_change',
    'conduction_disturbance' or 'hypertrophy'. rhythm: 'sinus' or 'atrial_fibrillation'. electrode_loss: tuples
    (electrode, start_s, stop_s). Amplitudes in mV. The same seed gives the same bits as the C++ function.
    Raises DomainError when an option is out of range.
    """
