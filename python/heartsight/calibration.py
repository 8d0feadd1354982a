"""Calibrators, their uncertainty, and calibration error."""

from __future__ import annotations

from heartsight._core.calibration import (
    Beta,
    CalibrationBand,
    Isotonic,
    Platt,
    Temperature,
    calibration_band,
    cross_fit,
    expected_calibration_error,
)

__all__ = [
    "Beta",
    "CalibrationBand",
    "Isotonic",
    "Platt",
    "Temperature",
    "calibration_band",
    "cross_fit",
    "expected_calibration_error",
]
