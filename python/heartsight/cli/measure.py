"""`heartsight measure`: intervals, axes, voltages, rhythm and the criteria that they meet, of recordings."""

from __future__ import annotations

import json
import math
from pathlib import Path

from rich import box
from rich.table import Table

import heartsight
from heartsight.cli import ALL_ANALYZED, NONE_ANALYZED, SOME_FAILED
from heartsight.cli.analyze import Pages, write_output
from heartsight.cli.console import out, printable, say
from heartsight.cli.inputs import Inputs, read_input
from heartsight.cli.problem import UsageProblem, read_error
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


MAX_CRITERIA = 40  # printed


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


def run_measure(
    paths: list[str],
    *,
    sampling_rate: float | None,
    lead_names: list[str] | None,
    json_target: str | None,
    html: Path | None,
) -> int:
    inputs = Inputs(paths)
    several = len(inputs.files) > 1 or (html is not None and not html.suffix)
    if html is not None and several and html.suffix:
        raise UsageProblem(f"--html {html}: several recordings need a folder")
    pages = Pages(html, several) if html is not None else None
    failed = list(inputs.failed)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("recording", overflow="fold")
    for head in ("beats", *(head for head, _ in _SHOWN)):
        table.add_column(head, justify="right")
    table.add_column("rhythm")
    table.add_column("criteria", justify="right")
    documents = []
    criteria = []
    for file in inputs.files:
        try:
            measured = measure_recording(read_input(file, sampling_rate=sampling_rate, lead_names=lead_names))
        except Exception as error:
            reason = read_error(error)
            if reason is None:
                raise
            failed.append((str(file), reason))
            continue
        table.add_row(*_row(measured))
        documents.append(measured.to_dict())
        criteria += [f"{printable(measured.id)}: {s.text}" for s in measured.statements]
        if pages is not None:
            _write_page(pages.path_for(measured.id), measured)
    data_on_stdout = json_target == "-"
    if documents and not data_on_stdout:
        out().print(table)
        for line in criteria[:MAX_CRITERIA]:
            out().print(line)
        if len(criteria) > MAX_CRITERIA:
            out().print(f"and {len(criteria) - MAX_CRITERIA} more criteria that are met; --json and --html give all")
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


def _write_page(path: Path, measured: MeasuredRecording) -> None:
    from heartsight.measure_page import render_measured

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render_measured(measured), encoding="utf-8")
    say(f"written: {path}")
