"""Signal processing."""

from __future__ import annotations

from heartsight._core.signal import (
    SosFilter,
    butterworth,
    chebyshev1,
    chebyshev2,
    notch,
    resample_poly,
    resample_ratio,
    sosfilt,
    sosfilt_zi,
    sosfiltfilt,
)

__all__ = [
    "SosFilter",
    "butterworth",
    "chebyshev1",
    "chebyshev2",
    "notch",
    "resample_poly",
    "resample_ratio",
    "sosfilt",
    "sosfilt_zi",
    "sosfiltfilt",
]
