"""The rhythm of a recording: beats, rate, irregularity and heart rate variability, and what could not be said."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

import heartsight
from heartsight.detection import QrsDetection
from heartsight.plain_values import without_nan

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Rhythm:
    """What the beats of one recording say. Intervals across unusable stretches are left out everywhere."""

    id: str
    sampling_rate: float
    duration_s: float
    detection: QrsDetection
    rr_ms: FloatArray
    """(n_beats - 1,) intervals between successive beats; NaN where the stretch between them is not usable."""
    nn_ms: FloatArray
    """Intervals after ectopic beats and detection errors have been corrected."""
    corrected: dict[str, int]
    """How many intervals were wrong in which way."""
    hrv: dict[str, dict[str, Any]]

    @property
    def heart_rate_bpm(self) -> float:
        """60,000 over the mean usable interval; NaN without one."""
        usable = self.rr_ms[np.isfinite(self.rr_ms)]
        return float(60_000.0 / usable.mean()) if len(usable) else math.nan

    @property
    def rate_range_bpm(self) -> tuple[float, float]:
        """5th and 95th percentile of the rate over single intervals."""
        usable = self.rr_ms[np.isfinite(self.rr_ms)]
        if not len(usable):
            return math.nan, math.nan
        slow, fast = np.quantile(60_000.0 / usable, [0.05, 0.95])
        return float(slow), float(fast)

    @property
    def irregularity(self) -> float:
        """Median absolute difference of successive intervals over their median: about 0.02 to 0.05 in sinus rhythm at rest,
        above 0.1 in atrial fibrillation; robust to single ectopic beats. NaN with fewer than three usable intervals."""
        differences = np.diff(self.rr_ms)
        differences = differences[np.isfinite(differences)]
        usable = self.rr_ms[np.isfinite(self.rr_ms)]
        return float(np.median(np.abs(differences)) / np.median(usable)) if len(differences) >= 2 else math.nan

    @property
    def unusable_s(self) -> float:
        return sum(float(last - first) for first, last in self.detection.unusable) / self.sampling_rate

    def to_dict(self) -> dict[str, Any]:
        """Plain values; None where a value is not defined."""
        slow, fast = self.rate_range_bpm
        document = {
            "id": self.id,
            "sampling_rate_hz": self.sampling_rate,
            "duration_s": self.duration_s,
            "n_beats": len(self.detection.r_peaks),
            "heart_rate_bpm": self.heart_rate_bpm,
            "heart_rate_5th_to_95th_percentile_bpm": [slow, fast],
            "irregularity": self.irregularity,
            "corrected_intervals": self.corrected,
            "hrv": self.hrv,
            "unusable_s": self.unusable_s,
            "unusable": (self.detection.unusable / self.sampling_rate).tolist(),
            "r_peaks": self.detection.r_peaks.tolist(),
            "confidence": self.detection.confidence.tolist(),
            "polarity": list(self.detection.polarity),
            "method": self.detection.method,
            "disclaimer": heartsight.pipeline.disclaimer,
        }
        cleaned = without_nan(document)
        assert isinstance(cleaned, dict)
        return cleaned


def describe_rhythm(
    recording: heartsight.Recording | heartsight.RecordingFloat32,
    *,
    method: str = "heartsight",
    preset: str = "task_force",
) -> Rhythm:
    """Beats of all leads together, their intervals, corrected, and heart rate variability by the named preset.

    method: of detect_qrs. preset: of features.hrv. A recording without beats has a rhythm without numbers, not an error.
    """
    rate = recording.sampling_rate
    detection = heartsight.detection.detect_qrs(recording.signal, rate, method=method)
    peaks = detection.r_peaks
    rr = np.diff(peaks) * (1000.0 / rate)
    for first, last in detection.unusable:
        # Intervals that begin before its end and end after its begin.
        rr[max(0, int(np.searchsorted(peaks, first, "right")) - 1) : int(np.searchsorted(peaks, last, "left"))] = np.nan
    correction = heartsight.features.correct_rr(rr)
    # What the correction cannot bridge stays a gap: no difference is taken across it.
    nn = np.asarray(correction.nn_ms, float)
    return Rhythm(
        id=recording.id,
        sampling_rate=rate,
        duration_s=recording.signal.shape[1] / rate,
        detection=detection,
        rr_ms=rr,
        nn_ms=nn,
        corrected={kind: n for kind, n in correction.counts.items() if kind not in ("none", "gap")},
        hrv=heartsight.features.hrv(nn, preset=preset).to_dict(),
    )
