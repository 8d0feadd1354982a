"""`heartsight evaluate delineation`: delineators on marked recordings, as tables and files."""

from __future__ import annotations

import json
from pathlib import Path

import heartsight
from heartsight.cli.analyze import progress_bar
from heartsight.cli.console import out, say
from heartsight.cli.inputs import write_csv
from heartsight.cli.problem import UsageProblem
from heartsight.cli.tables import print_table
from heartsight.delineation_evaluation import (
    CONSENSUS,
    FAR_MS,
    MARKS,
    NEAR_MS,
    PEERS,
    DelineationEvaluation,
    Delineator,
    evaluate_delineators,
    ours,
    record_paths,
)
from heartsight.plain_values import without_nan

HEADER = ["mark", "method", "F1", "low", "high", "Se", "PPV", "mean", "sd", "med.", "n"]
LEGEND = (
    f"F1 with its 95 % interval, sensitivity (Se) and PPV within {NEAR_MS} ms; mean and standard deviation of found minus "
    f"marked, and median absolute error (med.), in ms, within {FAR_MS} ms."
)


def chosen_delineators(methods: list[str]) -> dict[str, Delineator]:
    """By name; 'all' takes ours and every peer that is installed. Raises UsageProblem."""
    own = heartsight.detection.delineation_methods()
    chosen: dict[str, Delineator] = {}
    for method in [*own, *PEERS] if methods == ["all"] else methods:
        if method in own:
            chosen[method] = ours(method)
        elif method in PEERS:
            try:
                chosen[method] = PEERS[method]()
            except ImportError as error:
                if methods != ["all"]:
                    raise UsageProblem(f"--method {method}: {error}") from error
                say(f"left out: {method}: {error}")
        else:
            raise UsageProblem(f"--method {method}: must be all or one of {', '.join([*own, *PEERS])}")
    return chosen


def summary_rows(
    evaluations: list[DelineationEvaluation], leads: list[str] | None, n_resamples: int, seed: int
) -> list[list[str]]:
    rows = []
    for mark in MARKS:
        for e in evaluations:
            s = e.summary(mark, leads, n_resamples=n_resamples, seed=seed)
            if s.n_marked == 0:
                continue
            numbers = (s.f1, *s.f1_interval, s.sensitivity, s.ppv)
            errors = (f"{s.mean_ms:+.1f}", f"{s.sd_ms:.1f}", f"{s.median_absolute_ms:.1f}")
            rows.append([mark, e.method, *(f"{v:.3f}" for v in numbers), *errors, str(s.n_marked)])
    return rows


def evaluation_document(
    evaluations: list[DelineationEvaluation], data: str, which: str, n_resamples: int, seed: int
) -> dict[str, object]:
    def of(e: DelineationEvaluation) -> dict[str, object]:
        leads = sorted({lead for _, lead in e.scores})
        groups: dict[str, list[str] | None] = {"all": None} | {lead: [lead] for lead in leads}
        tables: dict[str, dict[str, dict[str, float]]] = {}
        for name, chosen in groups.items():
            tables[name] = {}
            for mark in MARKS:
                s = e.summary(mark, chosen, n_resamples=n_resamples if chosen is None else 0, seed=seed)
                tables[name][mark] = {
                    "n": s.n_marked,
                    "sensitivity": s.sensitivity,
                    "positive_predictive_value": s.ppv,
                    "f1": s.f1,
                    "f1_low": s.f1_interval[0],
                    "f1_high": s.f1_interval[1],
                    "error_mean_ms": s.mean_ms,
                    "error_sd_ms": s.sd_ms,
                    "median_absolute_error_ms": s.median_absolute_ms,
                }
        milliseconds = e.seconds_taken / e.n_leads_read * 1000 if e.n_leads_read else None
        return {"method": e.method, "milliseconds_per_lead": milliseconds, "leads": tables}

    document: dict[str, object] = {
        "data": data,
        "leads": which,
        "f1_within_ms": NEAR_MS,
        "errors_within_ms": FAR_MS,
        "interval": f"95 % percentile bootstrap of records, {n_resamples} resamples, seed {seed}",
        "methods": [of(e) for e in evaluations],
        "heartsight": heartsight.__version__,
    }
    cleaned: dict[str, object] = without_nan(document)
    return cleaned


def run_evaluate_delineation(
    data: Path,
    methods: list[str],
    which: str,
    report_leads: str,
    out_folder: Path | None,
    *,
    n_resamples: int,
    seed: int,
    quiet: bool,
) -> None:
    if not data.is_dir():
        raise UsageProblem(f"--data {data}: is not a folder")
    if which not in ("each", "together"):
        raise UsageProblem(f"--leads {which}: must be each or together")
    delineators = chosen_delineators(methods)
    if not record_paths(data):
        raise UsageProblem(f"--data {data}: has neither LUDB's records (.ii beside .hea) nor QTDB's (.q1c) in it")
    if out_folder is not None:
        out_folder.mkdir(parents=True, exist_ok=True)  # a folder that cannot be made is told before the work
    with progress_bar("Delineating", quiet=quiet) as tell:
        evaluations = evaluate_delineators(
            data,
            delineators,
            which=which,
            progress=tell,
            on_unread=lambda name, reason: say(f"not read: {name}: {reason}"),
        )
    if not evaluations[0].scores:
        raise UsageProblem(f"--data {data}: no record could be read")
    named = [name.strip() for name in report_leads.split(",") if name.strip()]
    groups: list[tuple[str, list[str] | None]] = [("all leads", None)]
    if named:
        groups.append((", ".join(named), named))
    if any(lead == CONSENSUS for _, lead in evaluations[0].scores):
        groups.append((CONSENSUS, [CONSENSUS]))
    for title, leads in groups:
        if evaluations[0].chosen(leads):
            out().print(title)
            summary = summary_rows(evaluations, leads, n_resamples, seed)
            shown = [i for i, name in enumerate(HEADER) if name != "method" or len(evaluations) > 1]
            print_table([HEADER[i] for i in shown], [[row[i] for i in shown] for row in summary])
    out().print(LEGEND)
    speeds = ", ".join(f"{e.method} {e.seconds_taken / e.n_leads_read * 1000:.2f}" for e in evaluations)
    out().print(
        f"{len({record for record, _ in evaluations[0].scores})} records; ms per lead, beats included: {speeds}"
    )
    out().print(heartsight.pipeline.disclaimer)
    if out_folder is None:
        return
    document = evaluation_document(evaluations, data.resolve().name, which, n_resamples, seed)
    text = json.dumps(document, indent=2, allow_nan=False) + "\n"
    (out_folder / "delineation.json").write_text(text, encoding="utf-8")
    with (out_folder / "delineation.csv").open("w", encoding="utf-8", newline="") as file:
        rows: list[list[object]] = [["record", "lead", "method", "mark", "hit", "missed", "extra", "mean_error_ms"]]
        for e in evaluations:
            for (record, lead), marks in e.scores.items():
                for mark, s in marks.items():
                    mean = f"{s.errors_ms.mean():.2f}" if len(s.errors_ms) else ""
                    rows.append([record, lead, e.method, mark, s.n_hit, s.n_missed, s.n_extra, mean])
        write_csv(rows, file)
    say(f"written: {out_folder / 'delineation.json'}, delineation.csv")
