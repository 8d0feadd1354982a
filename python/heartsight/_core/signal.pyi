from typing import Any

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
