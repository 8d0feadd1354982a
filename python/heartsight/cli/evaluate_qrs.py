"""`heartsight evaluate qrs`: beat detectors on annotated recordings, as tables, files and a page."""

from __future__ import annotations

import json
from pathlib import Path

import heartsight
from heartsight.cli.analyze import progress_bar
from heartsight.cli.console import out, say
from heartsight.cli.inputs import write_csv
from heartsight.cli.problem import UsageProblem
from heartsight.cli.tables import print_table
from heartsight.plain_values import without_nan
from heartsight.qrs_evaluation import TOLERANCES_MS, Evaluation, detector, evaluate_detectors, is_cpsc2019, record_names
from heartsight.qrs_page import (
    CPSC_HEADER,
    RECORD_HEADER,
    SUMMARY_HEADER,
    WorstStretches,
    cpsc_rows,
    record_rows,
    render_qrs_page,
    summary_rows,
)


def evaluation_document(
    evaluations: list[Evaluation], data: str, which: str, n_resamples: int, seed: int
) -> dict[str, object]:
    """Everything that was measured, without NaN, for JSON."""

    def of(e: Evaluation) -> dict[str, object]:
        gross = {}
        for ms in TOLERANCES_MS:
            sensitivity, ppv, f1 = e.gross(ms)
            low, high = e.gross_f1_interval(ms, n_resamples, seed)
            gross[f"{ms}_ms"] = {
                "sensitivity": sensitivity,
                "positive_predictive_value": ppv,
                "f1": f1,
                "f1_low": low,
                "f1_high": high,
            }
        signals = [
            {
                "record": s.record,
                "lead": s.lead,
                "n_beats": s.n_beats,
                "f1": {f"{ms}_ms": s.f1(ms) for ms in TOLERANCES_MS},
                "n_missed_100_ms": s.matches[100].n_missed,
                "n_extra_100_ms": s.matches[100].n_extra,
                "offset_mean_ms": s.offset_mean_ms,
                "offset_sd_ms": s.offset_sd_ms,
                "jf": s.jitter,
                "cpsc2019": s.cpsc,
            }
            for s in e.scores
        ]
        per_signal = {f"{ms}_ms": e.per_signal(ms) for ms in TOLERANCES_MS}
        return {
            "method": e.method,
            "gross": gross,
            "per_signal": per_signal,
            "cpsc2019": e.cpsc(),
            "seconds_of_signal": e.seconds_of_signal,
            "seconds_taken": e.seconds_taken,
            "signals": signals,
        }

    document: dict[str, object] = {
        "data": data,
        "leads": which,
        "interval": f"95 % percentile bootstrap of records, {n_resamples} resamples, seed {seed}",
        "methods": [of(e) for e in evaluations],
        "heartsight": heartsight.__version__,
    }
    cleaned: dict[str, object] = without_nan(document)
    return cleaned


def run_evaluate_qrs(
    data: Path, methods: list[str], which: str, out_folder: Path | None, *, n_resamples: int, seed: int, quiet: bool
) -> None:
    if not data.is_dir():
        raise UsageProblem(f"--data {data}: is not a folder")
    if which not in ("each", "first", "together"):
        raise UsageProblem(f"--leads {which}: must be each, first or together")
    known = heartsight.detection.qrs_methods()
    wanted = known if methods == ["all"] else methods
    for method in wanted:
        if method not in known:
            raise UsageProblem(f"--method {method}: must be all or one of {', '.join(known)}")
    names = record_names(data)
    if not names:
        raise UsageProblem(
            f"--data {data}: has neither WFDB records with .atr files nor data/*.mat with ref/*.mat in it"
        )
    if out_folder is not None:
        out_folder.mkdir(parents=True, exist_ok=True)  # a folder that cannot be made is told before the work
    worst = WorstStretches()
    with progress_bar("Detecting", quiet=quiet) as tell:
        evaluations = evaluate_detectors(
            data,
            {m: detector(m) for m in wanted},
            which=which,
            progress=tell,
            on_unread=lambda name, reason: say(f"not read: {name}: {reason}"),
            on_signal=worst,
        )
    if not evaluations[0].scores:
        raise UsageProblem(f"--data {data}: no record could be read")
    summary = summary_rows(evaluations, n_resamples, seed)
    # Two tables: one of fourteen columns fits no terminal.
    for columns in ([*range(7)], [0, *range(7, len(SUMMARY_HEADER))]):
        print_table([SUMMARY_HEADER[i] for i in columns], [[row[i] for i in columns] for row in summary])
    if is_cpsc2019(data):
        print_table(CPSC_HEADER, cpsc_rows(evaluations))
    n_signals = len(evaluations[0].scores)
    rates = ", ".join(
        f"{e.method} {e.seconds_of_signal / e.seconds_taken:,.0f} x" for e in evaluations if e.seconds_taken > 0
    )
    out().print(
        f"{n_signals} signals of {len({s.record for s in evaluations[0].scores})} records; faster than real time: {rates}"
    )
    out().print(heartsight.pipeline.disclaimer)
    if out_folder is None:
        return
    document = evaluation_document(evaluations, data.resolve().name, which, n_resamples, seed)
    (out_folder / "qrs.json").write_text(json.dumps(document, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    with (out_folder / "qrs.csv").open("w", encoding="utf-8", newline="") as file:
        rows: list[list[object]] = [["method", *RECORD_HEADER]]
        rows += [[e.method, *row] for e in evaluations for row in record_rows(e)]
        write_csv(rows, file)
    page = render_qrs_page(f"Beat detection on {data.resolve().name}", evaluations, worst, n_resamples, seed)
    (out_folder / "qrs.html").write_text(page, encoding="utf-8")
    say(f"written: {out_folder / 'qrs.html'}, qrs.json, qrs.csv")
