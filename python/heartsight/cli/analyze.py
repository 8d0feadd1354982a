"""`heartsight analyze`: many files, one after the other failing or not, and every form of output."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

import heartsight
from heartsight import Analyzer
from heartsight.cli import ALL_ANALYZED, NONE_ANALYZED, SOME_FAILED
from heartsight.cli.console import err, out, say
from heartsight.cli.inputs import Inputs, read_input, write_csv
from heartsight.cli.problem import UsageProblem, read_error
from heartsight.cli.tables import print_reports, summary_line

PROTOCOLS = ("", "mlops_phase1", "clinical_recommender")


@dataclass(frozen=True)
class AnalyzeJob:
    """The options of `heartsight analyze`."""

    paths: list[str]
    bundle: Path | None = None
    protocol: str = ""
    sampling_rate: float | None = None
    lead_names: list[str] | None = None
    json: str | None = None
    csv: str | None = None
    html: Path | None = None
    n_threads: int = 0
    quiet: bool = False


@dataclass
class Outcome:
    """What became of one file: a report as its JSON text and as plain values, or the reason that there is none."""

    file: str
    text: str = ""
    report: dict[str, Any] | None = None
    page: Path | None = None
    error: str = ""

    @property
    def analyzed(self) -> bool:
        return self.report is not None and self.report["status"] != "not_analyzed"


@contextmanager
def progress_bar(what: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr while the block runs; told (done, in all). Silent when stderr is no terminal."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err(), transient=True, disable=quiet or not sys.stderr.isatty()) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def load_bundle(path: Path | None) -> Analyzer:
    """The analyzer of a bundle, or a UsageProblem that says what is wrong with it."""
    try:
        return heartsight.load(path)
    except Exception as error:
        message = read_error(error)
        if message is None:
            raise
        if path is None:
            message += " (the default bundle is missing or damaged: name one with --bundle)"
        raise UsageProblem(message) from None


class Pages:
    """Where the page of each recording goes: names from ids, which may be anything, each once."""

    def __init__(self, target: Path, several: bool) -> None:
        self.target, self.several = target, several
        self._taken: set[str] = {"index"}

    def path_for(self, recording_id: str) -> Path:
        if not self.several:
            return self.target
        stem = re.sub(r"[^A-Za-z0-9_-]+", "_", recording_id)[:80].strip("_") or "recording"
        name, n = stem, 1
        while name.lower() in self._taken:
            n += 1
            name = f"{stem}-{n}"
        self._taken.add(name.lower())
        return self.target / f"{name}.html"


def _check(job: AnalyzeJob, inputs: Inputs) -> None:
    if job.protocol not in PROTOCOLS:
        raise UsageProblem(f"--protocol {job.protocol}: must be mlops_phase1 or clinical_recommender")
    if job.sampling_rate is not None and not 0 < job.sampling_rate < float("inf"):
        raise UsageProblem(f"--sampling-rate {job.sampling_rate}: must be positive")
    if job.json == "-" and job.csv == "-":
        raise UsageProblem("--json - and --csv - cannot both have the standard output")
    several = len(inputs.files) > 1 or any(Path(p).is_dir() for p in job.paths)
    if job.html is not None and several and job.html.suffix.lower() in (".html", ".htm") and not job.html.is_dir():
        raise UsageProblem(f"--html {job.html}: several recordings need a folder; this names one page")


def _analyze_files(job: AnalyzeJob, inputs: Inputs, analyzer: Analyzer) -> list[Outcome]:
    several = len(inputs.files) > 1 or any(Path(p).is_dir() for p in job.paths)
    if job.html is not None:
        several = several or job.html.is_dir()
        (job.html if several else job.html.parent).mkdir(parents=True, exist_ok=True)
    pages = Pages(job.html, several) if job.html is not None else None
    card = None
    if pages is not None:
        from heartsight.model_card import ModelCard

        card = ModelCard.from_file(job.bundle or heartsight.bundle_path())

    def one(path: Path) -> tuple[Outcome, str]:
        outcome = Outcome(os.fsdecode(path))
        try:
            recording = read_input(
                path, sampling_rate=job.sampling_rate, lead_names=job.lead_names, protocol=job.protocol
            )
            report = analyzer.analyze(recording, protocol=job.protocol)
            outcome.text = report.to_json()
            outcome.report = report.to_dict()
            if pages is None:
                return outcome, ""
            from heartsight.report_page import render_page

            return outcome, render_page(report, recording, card=card, analyzer=analyzer)
        except Exception as error:  # one bad file never stops the others
            outcome.error = read_error(error) or f"{type(error).__name__}: {error}"
            return outcome, ""

    outcomes = [Outcome(file, error=reason) for file, reason in inputs.failed]
    n_threads = job.n_threads or os.cpu_count() or 1
    with progress_bar("Analysing", quiet=job.quiet) as tell, ThreadPoolExecutor(n_threads) as pool:
        for done, (outcome, page) in enumerate(in_order(pool, one, inputs.files, 4 * n_threads), start=1):
            if page and pages is not None and outcome.report is not None:
                outcome.page = pages.path_for(outcome.report["id"])
                outcome.page.write_text(page, encoding="utf-8", errors="backslashreplace")
            outcomes.append(outcome)
            tell(done, len(inputs.files))
    if pages is not None and several:
        from heartsight.report_page import render_index

        index = job.html / "index.html"  # type: ignore[operator]
        entries = [(o.file, o.report, o.page.name if o.page else "", o.error) for o in outcomes]
        index.write_text(render_index(entries), encoding="utf-8", errors="backslashreplace")
    return outcomes


def in_order(pool: ThreadPoolExecutor, work: Callable[[Path], Any], items: list[Path], ahead: int) -> Iterator[Any]:
    """Results in order, with at most `ahead` under way: pages of a large batch must not pile up in memory."""
    from collections import deque

    running: deque[Any] = deque()
    for item in items:
        running.append(pool.submit(work, item))
        if len(running) >= ahead:
            yield running.popleft().result()
    while running:
        yield running.popleft().result()


def json_text(texts: list[str], *, lines: bool) -> str:
    """Reports as JSON lines, or as an array with one report a line; every report is its to_json(), digit for digit."""
    if lines:
        return "".join(t + "\n" for t in texts)
    return "[\n" + ",\n".join(texts) + "\n]\n" if texts else "[]\n"


def csv_rows(outcomes: list[Outcome], classes: list[str]) -> list[list[object]]:
    """A header and one row per file. Probabilities have the digits of the JSON."""
    header: list[object] = ["file", "id", "status", "quality", *classes]
    header += [f"{c}_{limit}" for c in classes for limit in ("low", "high")]
    rows = [[*header, "findings", "actions", "warnings", "reasons", "model", "model_version", "protocol", "error"]]
    for o in outcomes:
        if o.report is None:
            rows.append([o.file, "", "not_read", "", *[""] * (3 * len(classes)), *[""] * 7, o.error])
            continue
        r = o.report
        by_name = {c["name"]: c for c in r["classes"]}
        row: list[object] = [o.file, r["id"], r["status"], r["quality"]["verdict"]]
        row += [repr(by_name[c]["probability"]) if c in by_name else "" for c in classes]
        row += [repr(by_name[c][limit]) if c in by_name else "" for c in classes for limit in ("low", "high")]
        row += ["; ".join(f["name"] for f in r["findings"]), "; ".join(a["text"] for a in r["actions"])]
        row += ["; ".join(r["warnings"]), "; ".join(r["quality"]["reasons"])]
        row += [r["model"]["name"], r["model"]["version"], r["protocol"] or "", ""]
        rows.append(row)
    return rows


def write_output(target: str, write: Callable[[Any], object]) -> None:
    """Calls write with the file of this name, or with the standard output for '-'."""
    if target == "-":
        write(sys.stdout)
        sys.stdout.flush()
        return
    with open(target, "w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        write(file)


def run_analyze(job: AnalyzeJob) -> int:
    """Runs the command; returns its exit code."""
    inputs = Inputs(job.paths)
    _check(job, inputs)
    analyzer = load_bundle(job.bundle)
    started = time.perf_counter()
    outcomes = _analyze_files(job, inputs, analyzer)
    seconds = time.perf_counter() - started

    if job.json is not None:
        text = json_text([o.text for o in outcomes if o.text], lines=job.json.endswith(".jsonl"))
        write_output(job.json, lambda file: file.write(text))
    if job.csv is not None:
        rows = csv_rows(outcomes, list(analyzer.bundle.classes))
        write_output(job.csv, lambda file: write_csv(rows, file))
    data_on_stdout = "-" in (job.json, job.csv)
    reports = [o.report for o in outcomes if o.report is not None]
    if not job.quiet and not data_on_stdout and reports:
        print_reports(reports, out())
    if not job.quiet:
        say(summary_line(reports, len(outcomes) - len(reports), seconds))
    if inputs.n_tables and not job.quiet:
        say(f"{inputs.n_tables} CSV file(s) without a column of a lead were left out: tables, not recordings")
    for o in outcomes:
        if o.report is None:
            message = o.error.removeprefix(f"{o.file}: ")
            say(f"not read: {o.file}: {message}", "red")
    if job.html is not None and any(o.page for o in outcomes):
        pages = [o.page for o in outcomes if o.page]
        say(f"pages: {job.html / 'index.html'}" if pages[0] != job.html else f"page: {job.html}")
    if not data_on_stdout and not job.quiet:
        out().print(heartsight.pipeline.disclaimer)
    else:
        say(heartsight.pipeline.disclaimer)
    n_analyzed = sum(o.analyzed for o in outcomes)
    if n_analyzed == len(outcomes):
        return ALL_ANALYZED
    return SOME_FAILED if n_analyzed else NONE_ANALYZED
