"""What `rhythm` and `measure` have in common: one description per recording, as a table, as JSON and as pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich import box
from rich.table import Table

import heartsight
from heartsight.cli import ALL_ANALYZED, NONE_ANALYZED, SOME_FAILED
from heartsight.cli.analyze import Pages, write_output
from heartsight.cli.console import out, say
from heartsight.cli.inputs import Inputs, read_input
from heartsight.cli.problem import UsageProblem, read_error


@dataclass(frozen=True)
class Description:
    """What is said of one recording."""

    id: str
    row: list[str]
    document: dict[str, Any]
    page: Callable[[], str]
    lines: Sequence[str] = ()
    """Below the table."""


@dataclass(frozen=True)
class DescribeJob:
    """The options that both commands have."""

    paths: list[str]
    sampling_rate: float | None = None
    lead_names: list[str] | None = None
    json: str | None = None
    html: Path | None = None


MAX_LINES = 40  # printed


def run_descriptions(
    job: DescribeJob,
    table: Table,
    describe: Callable[[heartsight.Recording | heartsight.RecordingFloat32], Description],
    *,
    lines_are: str = "lines",
) -> int:
    """Every input is described, or told why not; returns the exit code. `table` has its columns, not its rows."""
    inputs = Inputs(job.paths)
    several = len(inputs.files) > 1 or (job.html is not None and not job.html.suffix)
    if job.html is not None and several and job.html.suffix:
        raise UsageProblem(f"--html {job.html}: several recordings need a folder")
    pages = Pages(job.html, several) if job.html is not None else None
    failed = list(inputs.failed)
    documents: list[dict[str, Any]] = []
    lines: list[str] = []
    for file in inputs.files:
        try:
            recording = read_input(file, sampling_rate=job.sampling_rate, lead_names=job.lead_names)
            description = describe(recording)
        except Exception as error:
            reason = read_error(error)
            if reason is None:
                raise
            failed.append((str(file), reason))
            continue
        table.add_row(*description.row)
        documents.append(description.document)
        lines += description.lines
        if pages is not None:
            path = pages.path_for(description.id)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(description.page(), encoding="utf-8")
            say(f"written: {path}")
    data_on_stdout = job.json == "-"
    if documents and not data_on_stdout:
        out().print(table)
        for line in lines[:MAX_LINES]:
            out().print(line)
        if len(lines) > MAX_LINES:
            out().print(f"and {len(lines) - MAX_LINES} more {lines_are}; --json and --html give all")
    for name, reason in failed:
        say(f"not read: {name}: {reason}")
    if job.json is not None:
        text = json.dumps(documents, indent=2, allow_nan=False, ensure_ascii=False) + "\n"
        write_output(job.json, lambda file: file.write(text))
    if not data_on_stdout:  # the JSON carries it
        out().print(heartsight.pipeline.disclaimer)
    if failed:
        return SOME_FAILED if documents else NONE_ANALYZED
    return ALL_ANALYZED


def description_table(columns: Sequence[str], *, words: Sequence[str] = ()) -> Table:
    """Names to the left and folded, numbers to the right, other words to the left."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for i, name in enumerate(columns):
        table.add_column(name, justify="left" if i == 0 or name in words else "right", overflow="fold")
    return table
