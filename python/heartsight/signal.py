"""Signal processing."""

from __future__ import annotations

from heartsight._core.signal import (
    RealFft,
    autoregressive_spectrum,
    burg,
    fourier_resample,
    get_window,
    lomb_scargle,
    resample_poly,
    resample_ratio,
    stft,
    welch,
    yule_walker,
)

__all__ = [
    "RealFft",
    "autoregressive_spectrum",
    "burg",
    "fourier_resample",
    "get_window",
    "lomb_scargle",
    "resample_poly",
    "resample_ratio",
    "stft",
    "welch",
    "yule_walker",
]
