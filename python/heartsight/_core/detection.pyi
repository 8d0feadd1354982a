from collections.abc import Sequence
from typing import Final

import numpy
import numpy.typing
from numpy.typing import NDArray

class QrsDetection:
    """What detect_qrs found."""

    @property
    def r_peaks(self) -> NDArray[numpy.int64]:
        """
        (n_beats,) ascending samples from 0, each at the dominant deflection of its lead.
        """

    @property
    def confidence(self) -> NDArray[numpy.float64]:
        """
        (n_beats,) probability of a beat in [0, 1]; NaN where the method has none.
        """

    @property
    def polarity(self) -> list[int]:
        """
        Per lead: 1 where most beats point up, -1 where down, 0 where the lead showed none.
        """

    @property
    def leads_used(self) -> list[int]:
        """Indices of the leads that took part."""

    @property
    def unusable(self) -> NDArray[numpy.int64]:
        """
        (n, 2) stretches first .. last - 1, in samples, where nothing could be said.
        """

    @property
    def method(self) -> str: ...
    @property
    def sampling_rate(self) -> float:
        """Hz"""

    @property
    def n_samples(self) -> int: ...
    def __eq__(self, arg: QrsDetection, /) -> bool: ...
    def __len__(self) -> int: ...
    def __repr__(self) -> str: ...

def detect_qrs(
    signal: numpy.typing.ArrayLike,
    sampling_rate: float,
    *,
    method: str = "heartsight",
    least_confidence: float = 0.4,
    lead: int = 0,
) -> QrsDetection:
    """
    Find the heart beats (QRS complexes) of one lead or of simultaneous leads.

    signal: (n_samples,) or (n_leads, n_samples), any unit, either polarity; NaN and infinities are gaps. sampling_rate: Hz,
    in [25, 20000]. least_confidence: the default method reports what is at least this likely. method: 'heartsight' (all
    leads together), or for comparison, on `lead` alone, 'pantompkins1985', 'hamilton2002', 'elgendi2010' or
    'khamis2016'.
    A bad signal is a result: empty, constant or missing signals have no beats, noise is reported as unusable.
    Raises DomainError (sampling_rate, method, least_confidence) and ShapeError. Linear in n_samples. Not a medical device.
    """

def qrs_methods() -> list[str]:
    """The methods of detect_qrs, each under its first name."""

class QrsStream:
    """
    Finds beats while the signal comes in: exactly those that detect_qrs finds, however it is cut.
    """

    def __init__(self, sampling_rate: float, n_leads: int = 1, *, least_confidence: float = 0.4) -> None: ...
    def push(
        self, samples: numpy.typing.ArrayLike
    ) -> tuple[numpy.typing.NDArray[numpy.int64], numpy.typing.NDArray[numpy.float64]]:
        """
        Take the next samples, (n_samples,) or (n_leads, n_samples); returns (r_peaks, confidence) of the beats decided.
        """

    def finish(self) -> tuple[numpy.typing.NDArray[numpy.int64], numpy.typing.NDArray[numpy.float64]]:
        """The recording has ended: returns the beats that were waiting."""

    @property
    def latency_s(self) -> float:
        """The longest that a beat waits, in seconds."""

    @property
    def sampling_rate(self) -> float:
        """Hz"""

    @property
    def n_leads(self) -> int: ...
    @property
    def n_samples(self) -> int:
        """Samples taken so far."""

    def polarity(self, lead: int) -> int:
        """1 where most beats of the lead point up, -1 down, 0 none."""

    @property
    def unusable(self) -> NDArray[numpy.int64]:
        """(n, 2) stretches about which nothing could be said, as far as decided."""

def decode_cells(
    offset: numpy.typing.ArrayLike,
    confidence: numpy.typing.ArrayLike,
    *,
    cells_per_scale: Sequence[int] = [79, 157, 313, 625],
    n_samples: float = 5000.0,
    first_sample: float = 250.0,
    last_sample: float = 4750.0,
    least_confidence: float = 0.4,
    suppression_samples: float = 80.0,
) -> numpy.typing.NDArray[numpy.float64]:
    """
    Beats of a network that looks for them in cells at several scales, as the CPSC2019 system decodes them.

    offset, confidence: (n_cells,) of all scales in their order. Cell c of a scale with n cells stands for
    (c + offset) / n * n_samples; the most confident suppress what is within suppression_samples of them.
    Returns ascending fractional samples (that system counts from 1). Raises ShapeError and DomainError.
    """

class WaveConsensus:
    """
    Per beat, the lower quartile of the leads' onsets, the upper quartile of their offsets and the median of their crests: arrays (n_beats,), in samples from 0.
    """

    @property
    def p_onset(self) -> NDArray[numpy.float64]:
        """Where the P wave begins, in samples from 0; NaN where there is none."""

    @property
    def p_peak(self) -> NDArray[numpy.float64]:
        """The crest of the P wave."""

    @property
    def p_offset(self) -> NDArray[numpy.float64]:
        """Where the P wave ends."""

    @property
    def qrs_onset(self) -> NDArray[numpy.float64]:
        """Where the QRS complex begins."""

    @property
    def qrs_peak(self) -> NDArray[numpy.float64]:
        """The dominant deflection of the complex in its lead."""

    @property
    def qrs_offset(self) -> NDArray[numpy.float64]:
        """Where the QRS complex ends: the J point."""

    @property
    def t_onset(self) -> NDArray[numpy.float64]:
        """Where the T wave begins."""

    @property
    def t_peak(self) -> NDArray[numpy.float64]:
        """The crest of the T wave."""

    @property
    def t_offset(self) -> NDArray[numpy.float64]:
        """Where the T wave ends."""

    def __len__(self) -> int: ...

class Delineation:
    """
    The waves that delineate found: arrays (n_leads, n_beats), or (n_beats,) where the signal was (n_samples,).
    """

    @property
    def p_onset(self) -> NDArray[numpy.float64]:
        """Where the P wave begins, in samples from 0; NaN where there is none."""

    @property
    def p_peak(self) -> NDArray[numpy.float64]:
        """The crest of the P wave."""

    @property
    def p_offset(self) -> NDArray[numpy.float64]:
        """Where the P wave ends."""

    @property
    def qrs_onset(self) -> NDArray[numpy.float64]:
        """Where the QRS complex begins."""

    @property
    def qrs_peak(self) -> NDArray[numpy.float64]:
        """The dominant deflection of the complex in its lead."""

    @property
    def qrs_offset(self) -> NDArray[numpy.float64]:
        """Where the QRS complex ends: the J point."""

    @property
    def t_onset(self) -> NDArray[numpy.float64]:
        """Where the T wave begins."""

    @property
    def t_peak(self) -> NDArray[numpy.float64]:
        """The crest of the T wave."""

    @property
    def t_offset(self) -> NDArray[numpy.float64]:
        """Where the T wave ends."""

    @property
    def r_peaks(self) -> NDArray[numpy.int64]:
        """(n_beats,) as given, or as detect_qrs found them."""

    @property
    def p_confidence(self) -> NDArray[numpy.float64]:
        """Probability of a P wave, in [0, 1]; NaN where the lead shows no beat."""

    @property
    def t_confidence(self) -> NDArray[numpy.float64]:
        """Probability of a T wave, in [0, 1]; NaN where the lead shows no beat."""

    @property
    def qrs_shape(self) -> list:
        """
        The deflections of each complex, such as 'qRs' or 'QS' (small letters: less than half the largest).
        """

    @property
    def p_shape(self) -> list:
        """
        'upright', 'inverted', 'biphasic up-down', 'biphasic down-up' or 'absent'.
        """

    @property
    def t_shape(self) -> list:
        """
        'upright', 'inverted', 'biphasic up-down', 'biphasic down-up' or 'absent'.
        """

    @property
    def paced(self) -> numpy.typing.NDArray[numpy.bool_]:
        """(n_beats,) whether a pacing spike was seen (from 200 Hz on)."""

    @property
    def consensus(self) -> WaveConsensus:
        """All leads together."""

    @property
    def method(self) -> str: ...
    @property
    def sampling_rate(self) -> float:
        """Hz"""

    @property
    def n_samples(self) -> int: ...
    def __len__(self) -> int: ...
    def __repr__(self) -> str: ...

def delineate(
    signal: numpy.typing.ArrayLike,
    sampling_rate: float,
    *,
    r_peaks: numpy.typing.ArrayLike | None = None,
    method: str = "heartsight",
) -> Delineation:
    """
    Find onset, peak and end of P wave, QRS complex and T wave, per beat and lead and for the leads together.

    signal: (n_samples,) or (n_leads, n_samples), any unit, either polarity; NaN and infinities are gaps. sampling_rate:
    Hz, in [25, 20000]. r_peaks: ascending samples from 0; None: detect_qrs finds them. method: 'heartsight', or for
    comparison 'martinez2004' (alias 'dwt'), each lead for itself by the slopes of a spline wavelet; without probabilities.
    Times are in samples from 0 with fractions, NaN where a wave is absent. A bad signal is a result: no beats, no
    columns. Raises DomainError (sampling_rate, r_peaks, method) and ShapeError. Not a medical device.
    """

class DelineationStream:
    """
    Finds the waves of each beat while the signal comes in: exactly those that delineate finds, however it is cut.
    """

    def __init__(self, sampling_rate: float, n_leads: int = 1, *, least_confidence: float = 0.4) -> None: ...
    def push(self, samples: numpy.typing.ArrayLike) -> Delineation:
        """
        Take the next samples, (n_samples,) or (n_leads, n_samples); returns the beats that they decide, often none.

        Times count from the first sample of the stream; arrays are (n_leads, n_beats). Raises ShapeError, DomainError.
        """

    def finish(self) -> Delineation:
        """The recording has ended: returns the beats that were waiting."""

    beats_behind: Final[int] = ...
    """How many beats have to follow one before it is given out."""

    @property
    def sampling_rate(self) -> float:
        """Hz"""

    @property
    def n_leads(self) -> int: ...
    @property
    def n_samples(self) -> int:
        """Samples taken so far."""

def delineation_methods() -> list[str]:
    """The methods of delineate, each under its first name."""
