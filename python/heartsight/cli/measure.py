"""`heartsight measure`: intervals, axes, voltages, rhythm and the criteria that they meet, of recordings."""

from __future__ import annotations

import math

import heartsight
from heartsight.cli.console import printable
from heartsight.cli.descriptions import DescribeJob, Description, description_table, run_descriptions
from heartsight.measure import MeasuredRecording, measure_recording

_SHOWN = (
    ("bpm", "heart_rate"), ("PR ms", "pr_interval"), ("QRS ms", "qrs_duration"), ("QT ms", "qt"),
    ("QTcF ms", "qtc_fridericia"), ("axis", "qrs_axis"),
)  # fmt: skip
_RHYTHM = {
    "sinus": "sinus",
    "atrial_fibrillation_suspected": "AF?",
    "other": "other",
    "not_enough": "-",
}


def _cell(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.0f}"


def _row(measured: MeasuredRecording) -> list[str]:
    overall = measured.measurements.overall
    return [
        printable(measured.id),
        str(len(measured.measurements.beats.r_peaks)),
        *(_cell(overall[name]) for _, name in _SHOWN),
        _RHYTHM[measured.rhythm.verdict],
        str(len(measured.statements)),
    ]


def _page(measured: MeasuredRecording) -> str:
    from heartsight.measure_page import render_measured

    return render_measured(measured)


def run_measure(job: DescribeJob) -> int:
    def describe(recording: heartsight.Recording | heartsight.RecordingFloat32) -> Description:
        measured = measure_recording(recording)
        return Description(
            id=measured.id,
            row=_row(measured),
            document=measured.to_dict(),
            page=lambda: _page(measured),
            lines=[f"{printable(measured.id)}: {s.text}" for s in measured.statements],
        )

    columns = ("recording", "beats", *(head for head, _ in _SHOWN), "rhythm", "criteria")
    return run_descriptions(
        job, description_table(columns, words=("rhythm",)), describe, lines_are="criteria that are met"
    )
