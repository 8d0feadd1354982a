"""`heartsight rhythm`: beats, rate, irregularity and heart rate variability of recordings."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
from rich import box
from rich.table import Table

import heartsight
from heartsight.cli import ALL_ANALYZED, NONE_ANALYZED, SOME_FAILED
from heartsight.cli.analyze import Pages, write_output
from heartsight.cli.console import out, printable, say
from heartsight.cli.inputs import Inputs, read_input
from heartsight.cli.problem import UsageProblem, read_error
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


def run_rhythm(
    paths: list[str],
    *,
    method: str,
    preset: str,
    sampling_rate: float | None,
    lead_names: list[str] | None,
    json_target: str | None,
    html: Path | None,
) -> int:
    if method not in heartsight.detection.qrs_methods():
        raise UsageProblem(f"--method {method}: must be one of {', '.join(heartsight.detection.qrs_methods())}")
    try:
        heartsight.features.hrv([], preset=preset)
    except heartsight.DomainError as error:
        raise UsageProblem(f"--preset {preset}: {error}") from None
    inputs = Inputs(paths)
    several = len(inputs.files) > 1 or (html is not None and not html.suffix)
    if html is not None and several and html.suffix:
        raise UsageProblem(f"--html {html}: several recordings need a folder")
    pages = Pages(html, several) if html is not None else None
    failed = list(inputs.failed)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    heads = ("recording", "beats", "bpm", "5-95 %", "irregular", "SDNN ms", "RMSSD ms", "unusable s")
    for i, head in enumerate(heads):
        table.add_column(head, justify="left" if i == 0 else "right")
    documents = []
    for file in inputs.files:
        try:
            recording = read_input(file, sampling_rate=sampling_rate, lead_names=lead_names)
            rhythm = describe_rhythm(recording, method=method, preset=preset)
        except Exception as error:
            reason = read_error(error)
            if reason is None:
                raise
            failed.append((str(file), reason))
            continue
        table.add_row(*_row(rhythm))
        documents.append(rhythm.to_dict())
        if pages is not None:
            _write_page(pages.path_for(rhythm.id), rhythm, recording)
    data_on_stdout = json_target == "-"
    if documents and not data_on_stdout:
        out().print(table)
    for name, reason in failed:
        say(f"not read: {name}: {reason}")
    if json_target is not None:
        text = json.dumps(documents, indent=2, allow_nan=False, ensure_ascii=False) + "\n"
        write_output(json_target, lambda file: file.write(text))
    if not data_on_stdout:  # the JSON carries it
        out().print(heartsight.pipeline.disclaimer)
    if failed:
        return SOME_FAILED if documents else NONE_ANALYZED
    return ALL_ANALYZED


def _write_page(path: Path, rhythm: Rhythm, recording: heartsight.Recording | heartsight.RecordingFloat32) -> None:
    from heartsight.rhythm_page import render_rhythm

    leads = rhythm.detection.leads_used or [0]
    preferred = [i for i in leads if recording.leads[i] == "II"]
    lead = (preferred or leads)[0]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render_rhythm(rhythm, recording.leads[lead], np.asarray(recording.signal[lead])), encoding="utf-8")
    say(f"written: {path}")
