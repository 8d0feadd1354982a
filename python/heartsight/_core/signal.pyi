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
