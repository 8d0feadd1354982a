"""Signal processing."""

from __future__ import annotations

from heartsight._core.signal import resample_poly, resample_ratio

__all__ = ["resample_poly", "resample_ratio"]
