"""Signal processing."""

from __future__ import annotations

from heartsight._core.signal import (
    MedianStream,
    SosFilter,
    butterworth,
    chebyshev1,
    chebyshev2,
    median_filter,
    notch,
    remove_baseline,
    resample_poly,
    resample_ratio,
    robust_scale,
    sosfilt,
    sosfilt_zi,
    sosfiltfilt,
    zscore,
)

__all__ = [
    "MedianStream",
    "SosFilter",
    "butterworth",
    "chebyshev1",
    "chebyshev2",
    "median_filter",
    "notch",
    "remove_baseline",
    "resample_poly",
    "resample_ratio",
    "robust_scale",
    "sosfilt",
    "sosfilt_zi",
    "sosfiltfilt",
    "zscore",
]
