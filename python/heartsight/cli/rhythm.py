"""`heartsight rhythm`: beats, rate, irregularity and heart rate variability of recordings."""

from __future__ import annotations

import math

import numpy as np

import heartsight
from heartsight.cli.console import printable
from heartsight.cli.descriptions import DescribeJob, Description, description_table, run_descriptions
from heartsight.cli.problem import UsageProblem
from heartsight.rhythm import Rhythm, describe_rhythm

_SHOWN = (("time", "sdnn_ms"), ("time", "rmssd_ms"))


def _cell(value: float | None, digits: int = 0) -> str:
    return "-" if value is None or math.isnan(value) else f"{value:.{digits}f}"


def _row(rhythm: Rhythm) -> list[str]:
    slow, fast = rhythm.rate_range_bpm
    hrv = rhythm.to_dict()["hrv"]
    return [
        printable(rhythm.id),
        str(len(rhythm.detection.r_peaks)),
        _cell(rhythm.heart_rate_bpm),
        f"{_cell(slow)}-{_cell(fast)}",
        _cell(rhythm.irregularity, 3),
        *(_cell(hrv[group].get(name)) for group, name in _SHOWN),
        f"{rhythm.unusable_s:.0f}/{rhythm.duration_s:.0f}",
    ]


def _page(rhythm: Rhythm, recording: heartsight.Recording | heartsight.RecordingFloat32) -> str:
    from heartsight.rhythm_page import render_rhythm

    leads = rhythm.detection.leads_used or [0]
    preferred = [i for i in leads if recording.leads[i] == "II"]
    lead = (preferred or leads)[0]
    return render_rhythm(rhythm, recording.leads[lead], np.asarray(recording.signal[lead]))


def run_rhythm(job: DescribeJob, *, method: str, preset: str) -> int:
    if method not in heartsight.detection.qrs_methods():
        raise UsageProblem(f"--method {method}: must be one of {', '.join(heartsight.detection.qrs_methods())}")
    try:
        heartsight.features.hrv([], preset=preset)
    except heartsight.DomainError as error:
        raise UsageProblem(f"--preset {preset}: {error}") from None

    def describe(recording: heartsight.Recording | heartsight.RecordingFloat32) -> Description:
        rhythm = describe_rhythm(recording, method=method, preset=preset)
        return Description(
            id=rhythm.id, row=_row(rhythm), document=rhythm.to_dict(), page=lambda: _page(rhythm, recording)
        )

    columns = ("recording", "beats", "bpm", "5-95 %", "irregular", "SDNN ms", "RMSSD ms", "unusable s")
    return run_descriptions(job, description_table(columns), describe)
