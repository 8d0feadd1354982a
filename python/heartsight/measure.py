"""What is measured of one recording, for the command line and the page: measurements, rhythm and statements together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

import heartsight
from heartsight.features import Measurements, Rhythm, Statement
from heartsight.plain_values import without_nan


@dataclass(frozen=True)
class MeasuredRecording:
    """One recording, measured."""

    id: str
    sampling_rate: float
    duration_s: float
    measurements: Measurements
    rhythm: Rhythm
    statements: list[Statement]
    left_out: list[str]
    """Channels that are not in mV: not measured."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values; None where a value is not defined."""
        document = {
            "id": self.id,
            "sampling_rate_hz": self.sampling_rate,
            "duration_s": self.duration_s,
            "left_out": self.left_out,
            "statements": [s.to_dict() for s in self.statements],
            "rhythm": self.rhythm.to_dict(),
            "measurements": self.measurements.to_dict(),
            "schema": self.measurements.schema().fingerprint(),
            "disclaimer": heartsight.pipeline.disclaimer,
        }
        cleaned = without_nan(document)
        assert isinstance(cleaned, dict)
        return cleaned


def measure_recording(recording: heartsight.Recording | heartsight.RecordingFloat32) -> MeasuredRecording:
    """Measurements, rhythm and statements of the channels in mV.

    Raises DomainError when no channel is in mV. A recording without beats is measured all the same: its numbers are NaN.
    """
    rows = [i for i, unit in enumerate(recording.units) if unit == "mV"]
    if not rows:
        raise heartsight.DomainError("measure: no channel is in mV")
    signal = np.asarray(recording.signal)[rows]
    leads = [recording.leads[i] for i in rows]
    rate = recording.sampling_rate
    measured = heartsight.features.measurements(signal, rate, leads=leads, sex=recording.sex)
    return MeasuredRecording(
        id=recording.id,
        sampling_rate=rate,
        duration_s=signal.shape[1] / rate,
        measurements=measured,
        rhythm=heartsight.features.rhythm(signal, rate, beats=measured.beats),
        statements=heartsight.features.statements(measured, age_years=recording.age_years),
        left_out=[lead for i, lead in enumerate(recording.leads) if i not in rows],
    )
