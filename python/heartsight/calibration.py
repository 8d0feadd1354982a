"""Calibrators, their uncertainty, calibration error; what stands of both where a model is used."""

from __future__ import annotations

from heartsight._core.calibration import (
    Beta,
    CalibrationBand,
    CalibrationCell,
    CalibrationState,
    Isotonic,
    LabelFreePerformance,
    Platt,
    Temperature,
    calibration_band,
    cross_fit,
    expected_calibration_error,
    label_free_performance,
)

__all__ = [
    "Beta",
    "CalibrationBand",
    "CalibrationCell",
    "CalibrationState",
    "Isotonic",
    "LabelFreePerformance",
    "Platt",
    "Temperature",
    "calibration_band",
    "cross_fit",
    "expected_calibration_error",
    "label_free_performance",
]
