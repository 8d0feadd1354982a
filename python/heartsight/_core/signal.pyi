from collections.abc import Sequence
import enum
from typing import Any

import numpy
import numpy.typing

def resample_poly(
    signal: numpy.typing.ArrayLike, up: int, down: int, *, kaiser_beta: float = 5.0, padding: str = "constant"
) -> numpy.typing.NDArray[Any]:
    """
    Resample by up / down with a zero-phase polyphase FIR filter, as scipy.signal.resample_poly does.

    signal: (n_samples,) or (n_leads, n_samples), any unit; float32 stays float32. The filter is a Kaiser-windowed sinc
    of 20 * max(up, down) + 1 taps. padding: 'constant' (zeros beyond the ends, SciPy's default) or 'line'.
    Returns ceil(n_samples * up / down) samples per lead. NaN propagates over the filter's length.
    Raises DomainError when up or down is 0. Equal to SciPy within 1e-10 relative.
    """

def resample_ratio(from_hz: float, to_hz: float) -> tuple[int, int]:
    """
    The ratio of two sampling rates in whole numbers, (up, down). Raises DomainError.
    """

def butterworth(
    order: int, sampling_rate: float, *, low_hz: float | None = None, high_hz: float | None = None, stop: bool = False
) -> numpy.typing.NDArray[numpy.float64]:
    """
    Butterworth filter as second-order sections: the flattest pass band, gain 1 / sqrt(2) at an edge.

    order: 1 to 64. low_hz alone is a high-pass, high_hz alone a low-pass, both a band-pass, with stop=True a band-stop;
    edges lie between 0 and sampling_rate / 2. Returns (n_sections, 6): b0, b1, b2, a0 = 1, a1, a2, as SciPy's.
    Raises DomainError. Equal to scipy.signal.butter(..., output='sos') within 1e-10 relative.
    """

def chebyshev1(
    order: int,
    sampling_rate: float,
    *,
    ripple_db: float,
    low_hz: float | None = None,
    high_hz: float | None = None,
    stop: bool = False,
) -> numpy.typing.NDArray[numpy.float64]:
    """
    Chebyshev filter of type I: ripple_db (above 0, at most 100) within the pass band; edges are where it leaves the
    ripple. The rest as for butterworth. Equal to scipy.signal.cheby1(..., output='sos') within 1e-10 relative.
    """

def chebyshev2(
    order: int,
    sampling_rate: float,
    *,
    attenuation_db: float,
    low_hz: float | None = None,
    high_hz: float | None = None,
    stop: bool = False,
) -> numpy.typing.NDArray[numpy.float64]:
    """
    Chebyshev filter of type II: the stop band lies attenuation_db (above 0, at most 300) below the pass band; edges are
    where the stop band begins. The rest as for butterworth. Equal to scipy.signal.cheby2(..., output='sos') within 1e-10
    relative.
    """

def notch(frequency_hz: float, sampling_rate: float, *, quality: float = 30.0) -> numpy.typing.NDArray[numpy.float64]:
    """
    Notch filter of second order, for mains interference: gain 0 at frequency_hz, (1, 6).

    quality: frequency_hz over the width of the band that loses 3 dB or more. A high quality rings longer. Raises
    DomainError. Equal to scipy.signal.iirnotch within 1e-12 relative.
    """

def sosfilt_zi(sos: numpy.typing.ArrayLike) -> numpy.typing.NDArray[numpy.float64]:
    """
    The state in which a filter rests on a constant signal of 1, (n_sections, 2).

    Times the first sample it starts sosfilt as if that sample had stood for ever. Raises ShapeError, DomainError (a pole
    at zero frequency). Equal to scipy.signal.sosfilt_zi within 1e-10 relative.
    """

def sosfilt(
    sos: numpy.typing.ArrayLike, signal: numpy.typing.ArrayLike, *, zi: numpy.typing.ArrayLike | None = None
) -> Any:
    """
    Causal filtering with second-order sections, as scipy.signal.sosfilt along the last axis.

    sos: (n_sections, 6). signal: (n_samples,) or (n_leads, n_samples), any unit; float32 stays float32, computed in
    double. zi: the state before the first sample, (n_sections, 2) or (n_sections, n_leads, 2).
    Returns the filtered signal; with zi, a tuple of it and the state after the last sample.
    NaN propagates: all later samples of its lead are NaN. Raises ShapeError, DomainError (a0 is not 1, a coefficient is
    not finite). Equal to SciPy bit for bit on float64, but for numbers below 1e-300, which become 0.
    """

def sosfiltfilt(
    sos: numpy.typing.ArrayLike,
    signal: numpy.typing.ArrayLike,
    *,
    padtype: str | None = "odd",
    padlen: int | None = None,
) -> numpy.typing.NDArray[Any]:
    """
    Zero-phase filtering, forward and backward, as scipy.signal.sosfiltfilt along the last axis.

    sos: (n_sections, 6). signal: (n_samples,) or (n_leads, n_samples), any unit; float32 stays float32, computed in
    double. padtype: 'odd', 'even', 'constant', or 'none' (None). padlen: samples added at either end, at most
    n_samples - 1; default SciPy's 3 * (2 * n_sections + 1 - sections of order 1), or n_samples - 1 where that is less
    (SciPy refuses such a signal). The gain of sos applies twice.
    NaN propagates: its whole lead is NaN. Raises ShapeError, DomainError (padlen, or sos as for sosfilt, or a pole at zero
    frequency). Equal to SciPy within 1e-10 of the largest sample.
    """

class SosFilter:
    """
    sosfilt for a signal that arrives in chunks: however it is cut, the results in a row are sosfilt's of the whole, bit for bit.
    """

    def __init__(self, sos: numpy.typing.ArrayLike, *, n_leads: int = 1, settle: bool = False) -> None:
        """
        sos: (n_sections, 6). settle: start as if each lead's first sample had stood for ever, instead of on 0.
        Raises ShapeError, DomainError.
        """

    def process(self, chunk: numpy.typing.ArrayLike) -> numpy.typing.NDArray[Any]:
        """
        The next samples, (n_samples,) for one lead or (n_leads, n_samples), filtered; any number, also none.

        float32 stays float32. Raises ShapeError when the number of leads differs.
        """

    def reset(self) -> None:
        """Back to the start, as newly made."""

    @property
    def n_leads(self) -> int: ...
    @property
    def sos(self) -> numpy.typing.NDArray[numpy.float64]:
        """The sections, (n_sections, 6), a copy."""

    @property
    def state(self) -> numpy.typing.NDArray[numpy.float64]:
        """The state after the last sample, (n_sections, n_leads, 2), a copy."""

    def __repr__(self) -> str: ...

def median_filter(
    signal: numpy.typing.ArrayLike, width: int, *, mode: str = "reflect", cval: float = 0.0
) -> numpy.typing.NDArray[Any]:
    """
    Running median along the last axis: every sample becomes the median of the `width` samples around it.

    signal: (n_samples,) or (n_leads, n_samples), any unit; float32 stays float32. width: 1 to 2**24 samples; an even window
    reaches one sample further back and gives the greater of its two middle samples. mode: what lies beyond the ends,
    'reflect', 'mirror', 'nearest' or 'constant' (cval).
    A NaN makes the windows that hold it NaN. Raises ShapeError, DomainError. Equal to scipy.ndimage.median_filter of the same
    mode, and with mode='constant' to scipy.signal.medfilt, exactly. The cost per sample does not grow with the width.
    """

class MedianStream:
    """
    median_filter for a signal that arrives in chunks: what process and, at the end, finish return in a row is median_filter of the whole, exactly.
    """

    def __init__(self, width: int, *, n_leads: int = 1, mode: str = "reflect", cval: float = 0.0) -> None:
        """width, mode, cval: as median_filter. Raises ShapeError, DomainError."""

    def process(self, chunk: numpy.typing.ArrayLike) -> numpy.typing.NDArray[Any]:
        """
        Takes the next samples, (n_samples,) for one lead or (n_leads, n_samples), and returns the results that they complete.

        float32 stays float32. Raises ShapeError when the number of leads differs.
        """

    def finish(self) -> numpy.typing.NDArray[numpy.float64]:
        """
        The results still owed, (n_leads, n_results), with the signal's end as edge. The object is then as newly made.
        """

    def reset(self) -> None:
        """Forgets all samples."""

    @property
    def width(self) -> int: ...
    @property
    def n_leads(self) -> int: ...
    @property
    def delay(self) -> int:
        """How many samples later a result comes: (width - 1) // 2."""

    def __repr__(self) -> str: ...

class QualityGrade(enum.IntEnum):
    """What a second of a lead, or a whole lead, is good for."""

    usable = 0
    """Amplitudes and intervals can be measured."""

    beats_only = 1
    """Beats can be found; waves and amplitudes should not be trusted."""

    unusable = 2
    """Neither."""

class QualityReason(enum.IntFlag):
    """Bits that say why something is not simply usable."""

    flat = 1
    """No change within 0.01 mV for 0.8 s and more."""

    clipped = 2
    """Samples sit at the lead's extreme value."""

    mains = 4
    """50 or 60 Hz."""

    wander = 8
    """The baseline moves."""

    muscle = 16
    """Broad-band noise, or noise in which no heart can be seen."""

    loose = 32
    """Jumps and movements that no heart makes: a loose electrode."""

    missing = 64
    """Samples are NaN or infinite."""

    reversed_limb_leads = 128
    """
    Of a recording: limb electrodes may be swapped; alone it does not make it unacceptable.
    """

class LeadSummary:
    """One lead over its whole length."""

    @property
    def verdict(self) -> QualityGrade: ...
    @property
    def reasons(self) -> QualityReason:
        """All that were found in any of its seconds."""

    @property
    def usable_share(self) -> float:
        """Of its seconds."""

    @property
    def unusable_share(self) -> float:
        """Of its seconds."""

    def to_dict(self) -> dict[str, Any]: ...
    def __repr__(self) -> str: ...

class SignalQuality:
    """
    The quality of a recording: by lead and second, by lead, and as a whole.
    """

    @property
    def grade(self) -> numpy.typing.NDArray[numpy.uint8]:
        """(n_leads, n_seconds): values of QualityGrade."""

    @property
    def reasons(self) -> numpy.typing.NDArray[numpy.uint32]:
        """(n_leads, n_seconds): bits of QualityReason."""

    @property
    def leads(self) -> list[LeadSummary]:
        """One LeadSummary per lead."""

    @property
    def acceptable(self) -> bool: ...
    @property
    def verdict(self) -> str:
        """'acceptable' or 'unacceptable'."""

    @property
    def verdict_reasons(self) -> QualityReason:
        """Why unacceptable; reversed_limb_leads may stand beside 'acceptable'."""

    @property
    def score(self) -> float:
        """In [0, 1]; acceptable is score >= 0.5."""

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain Python values, enumerators by name."""

    def __repr__(self) -> str: ...

def quality(
    signal: numpy.typing.ArrayLike,
    sampling_rate: float,
    *,
    leads: Sequence[str] | None = None,
    amplitude_in_mv: bool = True,
) -> SignalQuality:
    """
    Whether a recording can be read: per lead and second, per lead, and as a whole.

    signal: (n_leads, n_samples) or (n_samples,), in mV, any offset; NaN and infinities are missing. sampling_rate: Hz in
    [20, 100000], meant for 50 to 2000. leads: one name per lead; only with names can swapped limb electrodes be
    suspected. amplitude_in_mv=False where the unit is not known: the median lead's median range within a second then
    stands for 1 mV.
    A lead is unusable where more than a quarter of its seconds are; the recording is unacceptable when a lead is, or when
    the mean cost of all seconds (unusable 1, beats_only 0.5) is above 0.2. score falls with trouble and is 0.5 at the
    limit; its slope is chosen, not fitted. Without a lead or a sample: unacceptable, missing, score 0.
    Raises DomainError (rate) and ShapeError (names). The limits and what they were checked on: docs/quality.md.
    """

def heart_sound_profile(sound: numpy.typing.ArrayLike, sampling_rate: float) -> dict[str, float]:
    """
    One channel of heart sounds as a signal in sixteen numbers, by name.

    sound: (n_samples,), any unit; what is not finite is missing. sampling_rate: Hz in [1000, 200000].
    heart_rate_bpm (33 to 167) and periodicity (0 to 1): the period of the homomorphic envelope and its
    autocorrelation there (Schmidt et al. 2010, DOI 10.1088/0967-3334/31/4/004; Springer et al. 2016, DOI
    10.1109/TBME.2015.2475278); rms, in the signal's unit; crest_factor; envelope_range_db: 95 % over 20 % quantile;
    shares of missing, flat and clipped samples; of the power above 2 Hz rumble_share (below 25 Hz), hiss_share (from
    400 Hz), spectral_centroid_hz and spectral_edge_hz (95 %); of the power from 25 to 400 Hz the shares of four bands.
    NaN where nothing can be measured: spectrum and envelope below 1 s, of a constant, or with more than half missing;
    heart rate below 3 s. The rate describes the recording and may be off by a factor of two where systole and diastole
    sound alike. Raises DomainError (rate), ShapeError (more than one dimension). Linear in the number of samples.
    """

def remove_baseline(
    signal: numpy.typing.ArrayLike,
    sampling_rate: float,
    *,
    method: str = "highpass",
    cutoff_hz: float = 0.5,
    order: int = 2,
    first_window_s: float = 0.2,
    second_window_s: float = 0.6,
) -> numpy.typing.NDArray[Any]:
    """
    Takes out baseline wander, the slow swing under an ECG.

    signal: (n_samples,) or (n_leads, n_samples), any unit; float32 stays float32. sampling_rate in Hz.
    method 'highpass': a Butterworth high-pass of this order and cutoff_hz, forward and backward, so that the ST segment stays
    in place. 'median': minus a running median of second_window_s over one of first_window_s (de Chazal 2004, DOI
    10.1109/TBME.2004.827359).
    NaN: highpass makes the whole lead NaN, median the windows that hold it. Raises ShapeError, DomainError.
    """

def zscore(
    signal: numpy.typing.ArrayLike, *, min_scale: float = 1e-9, nan_policy: str = "propagate"
) -> numpy.typing.NDArray[Any]:
    """
    Each lead minus its mean, over its standard deviation (divisor n).

    signal: (n_samples,) or (n_leads, n_samples); float32 stays float32. A lead whose deviation is not above min_scale (in the
    unit of the signal), or is no more than the rounding of its level, is flat: zeros.
    nan_policy: 'propagate' (the whole lead is NaN), 'omit' (statistics of the other samples), 'reject' (DomainError).
    Raises ShapeError, DomainError. Equal to scipy.stats.zscore within 1e-12.
    """

def robust_scale(
    signal: numpy.typing.ArrayLike,
    *,
    spread: str = "iqr",
    unit_variance: bool = False,
    min_scale: float = 1e-9,
    nan_policy: str = "propagate",
) -> numpy.typing.NDArray[Any]:
    """
    Each lead minus its median, over its spread: what a few spikes do not move.

    signal: (n_samples,) or (n_leads, n_samples); float32 stays float32. spread: 'iqr' (interquartile range) or 'mad' (median
    absolute deviation). unit_variance: divide by the spread over that of a standard normal distribution. min_scale and
    nan_policy as for zscore. Raises ShapeError, DomainError.
    """

def preprocess(
    signal: numpy.typing.ArrayLike,
    sampling_rate: float,
    *,
    chain: str = "classifier",
    protocol: str | None = None,
    target_hz: float = 500.0,
) -> numpy.typing.NDArray[Any]:
    """
    Makes a signal ready for a classifier or a beat detector.

    signal: (n_samples,) or (n_leads, n_samples); leads are treated apart; float32 stays float32. sampling_rate in Hz.
    chain 'classifier': resampled to target_hz by its true rate, then zscore. 'detector': a median over 6 ms, a zero-phase
    low-pass at 40 Hz, minus that at 2 Hz, minus the mean, over the largest absolute value; for finding beats, not for ST
    segments. protocol, in place of chain: 'clinical_recommender' or 'cpsc2019', published chains with their defects, for
    comparison only (docs/protocols.md).
    A flat lead gives zeros by both chains; a NaN makes its lead NaN. Raises ShapeError, DomainError.
    """

def get_window(
    window: str | tuple[str, float], n: int, *, symmetric: bool = False
) -> numpy.typing.NDArray[numpy.float64]:
    """
    The n values of a window, periodic (for spectra) or symmetric (for filters).

    window: 'boxcar', 'bartlett', 'cosine', 'hann', 'hamming', 'blackman', 'nuttall', 'blackmanharris', 'flattop', 'tukey' or
    ('tukey', alpha), ('kaiser', beta), ('gaussian', std_in_samples). Equal to scipy.signal.get_window within 1e-14.
    Raises DomainError for another name, or a parameter that is missing or out of range.
    """

class RealFft:
    """
    The discrete Fourier transform of n real values, planned once. Any n in O(n log n); safe to use from many threads.
    """

    def __init__(self, n: int) -> None:
        """Plan for n real values. Raises DomainError when n is 0."""

    @property
    def size(self) -> int:
        """Real values: n."""

    @property
    def spectrum_size(self) -> int:
        """Bins: n // 2 + 1."""

    def forward(self, signal: numpy.typing.ArrayLike) -> numpy.typing.NDArray[Any]:
        """
        The n // 2 + 1 bins of signal (n,) or (n_leads, n), as numpy.fft.rfft has them; float32 gives complex64.

        Raises ShapeError for another size. One NaN makes every bin NaN.
        """

    def inverse(self, spectrum: numpy.typing.ArrayLike) -> numpy.typing.NDArray[Any]:
        """
        The n real values of a spectrum (n // 2 + 1,) or (n_leads, n // 2 + 1), as numpy.fft.irfft has them.
        """

    def __repr__(self) -> str: ...

def fourier_resample(signal: numpy.typing.ArrayLike, n_out: int) -> numpy.typing.NDArray[Any]:
    """
    Resample to n_out samples by cutting or extending the Fourier spectrum, as scipy.signal.resample does.

    signal: (n_samples,) or (n_leads, n_samples), any unit; float32 stays float32. Exact for a signal that is periodic in
    its length; one that ends elsewhere than it starts rings at both ends. NaN makes its lead NaN.
    Raises DomainError (n_out = 0) and ShapeError (no sample). Equal to SciPy within 1e-10 relative.
    """

def welch(
    signal: numpy.typing.ArrayLike,
    sampling_rate: float,
    *,
    window: str | tuple[str, float] = "hann",
    nperseg: int = 256,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: str | None = "constant",
    scaling: str = "density",
    average: str = "mean",
) -> tuple[numpy.typing.NDArray[numpy.float64], numpy.typing.NDArray[Any]]:
    """
    Power spectral density by Welch's method: (frequency_hz, power).

    signal: (n_samples,) or (n_leads, n_samples), any unit u; float32 gives float32 power. sampling_rate in Hz.
    window: see get_window, periodic. nperseg: samples of a segment, shrunk to a shorter signal. noverlap: nperseg // 2 by
    default. nfft: nperseg by default. detrend: 'constant', 'linear' or None, per segment. scaling: 'density' (u^2 / Hz) or
    'spectrum' (u^2). average: 'mean' or 'median'. power is one-sided, (nfft // 2 + 1,) per lead; NaN for no sample.
    Raises DomainError for an option out of range. NaN propagates. Equal to scipy.signal.welch within 1e-10 of its maximum.
    """

def stft(
    signal: numpy.typing.ArrayLike,
    sampling_rate: float,
    *,
    window: str | tuple[str, float] = "hann",
    nperseg: int = 256,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: str | None = None,
    scaling: str = "spectrum",
    boundary: str | None = "zeros",
    padded: bool = True,
) -> tuple[numpy.typing.NDArray[numpy.float64], numpy.typing.NDArray[numpy.float64], numpy.typing.NDArray[Any]]:
    """
    Short-time Fourier transform: (frequency_hz, time_s, spectrum), with the conventions of scipy.signal.stft.

    signal: (n_samples,) or (n_leads, n_samples), any unit u; float32 gives complex64. spectrum: (n_bins, n_segments) per
    lead, one-sided, in u ('spectrum') or u / sqrt(Hz) ('density'; SciPy calls it 'psd'). boundary: 'zeros', 'even', 'odd',
    'constant' or None, half a segment on each side. Other options as of welch. NaN stays in the segments that cover it.
    Raises DomainError for an option out of range. Equal to SciPy within 1e-10 of the largest value.
    """

def lomb_scargle(
    times_s: numpy.typing.ArrayLike,
    values: numpy.typing.ArrayLike,
    frequencies_hz: numpy.typing.ArrayLike,
    *,
    scaling: str = "power",
    floating_mean: bool = False,
) -> numpy.typing.NDArray[numpy.float64]:
    """
    Lomb-Scargle periodogram of values (n,) at times_s (n,), evenly spaced or not, at frequencies_hz.

    scaling: 'power' (A^2 n / 4 for a sine of amplitude A; SciPy's normalize=False), 'normalized' (share of the mean square,
    0 to 1), 'amplitude' (A), 'density' (one-sided unit^2 / Hz, integral = variance). floating_mean: fit an offset at every
    frequency; without it take the mean off first. SciPy takes 2 pi times these frequencies.
    Raises ShapeError (sizes differ), DomainError (a time or frequency is not finite). NaN values make the result NaN.
    O(n * n_frequencies); evenly spaced frequencies are quicker. Equal to scipy.signal.lombscargle within 1e-10 of its maximum.
    """

def burg(signal: numpy.typing.ArrayLike, order: int) -> tuple[numpy.typing.NDArray[numpy.float64], float]:
    """
    Autoregressive model by Burg's method: (coefficients (order,), noise_variance) of
    x[t] = sum of coefficients[k - 1] * x[t - k] + e[t].

    signal: (n_samples,), its mean taken off beforehand. Raises DomainError unless 1 <= order < n_samples. NaN propagates.
    """

def yule_walker(signal: numpy.typing.ArrayLike, order: int) -> tuple[numpy.typing.NDArray[numpy.float64], float]:
    """
    Autoregressive model by the Yule-Walker equations with the biased autocovariance; arguments and result as of burg.
    """

def autoregressive_spectrum(
    coefficients: numpy.typing.ArrayLike,
    noise_variance: float,
    sampling_rate: float,
    frequencies_hz: numpy.typing.ArrayLike,
) -> numpy.typing.NDArray[numpy.float64]:
    """
    One-sided power spectral density (unit^2 / Hz) of an autoregressive model at frequencies_hz, meant to lie in
    [0, sampling_rate / 2]. Raises DomainError when sampling_rate is not positive and finite.
    """
