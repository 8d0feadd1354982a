"""`heartsight monitor recordings`: are these recordings, and what the model says of them, like those of its reference?"""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import heartsight
from heartsight.cli.analyze import in_order, load_bundle, progress_bar, write_output
from heartsight.cli.console import out, printable, say
from heartsight.cli.descriptions import description_table
from heartsight.cli.inputs import Inputs, read_input
from heartsight.cli.problem import UsageProblem, read_error
from heartsight.monitor_page import monitor_verdict
from heartsight.pipeline import MonitoredCase, MonitorReference, MonitorResult, MonitorState, monitored_case

NO_ALERT = 0
ALERT = 1
NOT_ENOUGH = 3
SHOWN = 10  # of what was not compared; the rest is in the files


@dataclass(frozen=True)
class MonitorJob:
    """The options of `heartsight monitor recordings`."""

    paths: list[str]
    bundle: Path | None = None
    state: Path | None = None
    alpha: float = 0.05
    min_cases: int = 20
    sampling_rate: float | None = None
    lead_names: list[str] | None = None
    json: str | None = None
    html: Path | None = None
    n_threads: int = 0
    quiet: bool = False


def _earlier(path: Path | None, reference: MonitorReference) -> MonitorState:
    """What earlier runs have counted, where there were any."""
    if path is None or not path.exists():
        return MonitorState(reference)
    try:
        return MonitorState.from_bytes(path.read_bytes(), reference)
    except (heartsight.Error, OSError) as error:
        raise UsageProblem(f"--state {path}: {error}") from None


def _check(job: MonitorJob, state: MonitorState) -> None:
    """Raises UsageProblem for what would otherwise be told when every recording has been analysed."""
    for option, target in (("--state", job.state), ("--html", job.html), ("--json", job.json)):
        if target is None or target == "-":
            continue
        if not Path(target).resolve().parent.is_dir():
            raise UsageProblem(f"{option} {target}: its folder does not exist")
        if Path(target).is_dir():
            raise UsageProblem(f"{option} {target}: is a folder")
    try:
        state.result(alpha=job.alpha, min_cases=job.min_cases)
    except heartsight.DomainError as error:
        raise UsageProblem(str(error)) from None


def _keep(path: Path, state: MonitorState) -> None:
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(state.to_bytes())
    partial.replace(path)  # a reader never sees half a state


def _count(job: MonitorJob, inputs: Inputs, analyzer: heartsight.Analyzer, state: MonitorState) -> int:
    """Counts every file that can be read; returns how many could not."""

    def one(path: Path) -> MonitoredCase | str:
        try:
            recording = read_input(path, sampling_rate=job.sampling_rate, lead_names=job.lead_names, protocol="")
            return monitored_case(recording, analyzer.analyze(recording))
        except Exception as error:  # one bad file never stops the others
            return f"{os.fsdecode(path)}: {read_error(error) or f'{type(error).__name__}: {error}'}"

    failed = [f"{file}: {reason}" for file, reason in inputs.failed]
    n_threads = job.n_threads or os.cpu_count() or 1
    with progress_bar("Analysing", quiet=job.quiet) as tell, ThreadPoolExecutor(n_threads) as pool:
        for done, case in enumerate(in_order(pool, one, inputs.files, 4 * n_threads), start=1):
            if isinstance(case, str):
                failed.append(case)
            else:
                state.add(case)
            tell(done, len(inputs.files))
    for reason in failed:
        say(f"not read: {reason}", "red")
    return len(failed)


def _print(result: MonitorResult) -> None:
    if result.alerts:
        table = description_table(("kind", "subject", "what was seen", "p"), words=("kind", "subject", "what was seen"))
        for alert in result.alerts:
            table.add_row(alert.kind, printable(alert.subject), printable(alert.reason), f"{alert.p_value:.2g}")
        out().print(table)
    for what in result.not_compared[:SHOWN]:
        out().print(f"not compared: {printable(what)}")
    if len(result.not_compared) > SHOWN:
        out().print(f"not compared: {len(result.not_compared) - SHOWN} more, in --json and --html")
    out().print(f"{result.n_cases} cases, {result.n_analyzed} analysed: {monitor_verdict(result)}")


def run_monitor_recordings(job: MonitorJob) -> int:
    """Runs the command; returns its exit code."""
    inputs = Inputs(job.paths)
    analyzer = load_bundle(job.bundle)
    reference = analyzer.bundle.monitor_reference
    if reference is None:
        raise UsageProblem(
            f"the bundle {analyzer.bundle.name} has no monitor reference: train it again, or add one with "
            "Bundle.with_monitor_reference"
        )
    state = _earlier(job.state, reference)
    _check(job, state)
    n_failed = _count(job, inputs, analyzer, state)
    result = state.result(alpha=job.alpha, min_cases=job.min_cases)
    if job.json != "-":
        _print(result)
        out().print(heartsight.pipeline.disclaimer)
    if job.json is not None:
        document = {
            "model": analyzer.bundle.name,
            "model_version": analyzer.bundle.version,
            "verdict": monitor_verdict(result),
            "n_not_read": n_failed,
            **result.to_dict(),
        }
        text = json.dumps(document, indent=2, allow_nan=False, ensure_ascii=False) + "\n"
        write_output(job.json, lambda file: file.write(text))
    if job.html is not None:
        title = f"{analyzer.bundle.name} {analyzer.bundle.version}"
        result.to_html(job.html, title=title)
        say(f"written: {job.html}")
    if job.state is not None:  # last: a run whose output failed is not counted, so that it can be repeated
        _keep(job.state, state)
    if not result.enough:
        return NOT_ENOUGH
    return ALERT if result.alerts else NO_ALERT
