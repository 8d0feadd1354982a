"""`heartsight evaluate ecg`: the figures of a bundle on labelled recordings, as a table, files and a page with plots."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import heartsight
from heartsight.cli.analyze import load_bundle, progress_bar
from heartsight.cli.console import out, say
from heartsight.cli.inputs import write_csv
from heartsight.cli.inspect import figures_table
from heartsight.cli.problem import UsageProblem


def parse_folds(text: str | None) -> tuple[int, ...] | None:
    """'9,10' as numbers."""
    if text is None:
        return None
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise UsageProblem(f"--folds {text}: must be numbers separated by commas, such as 9,10") from None


def overlap_warning(provenance: dict[str, Any], folder: str, folds: tuple[int, ...] | None) -> str | None:
    """What to say when the bundle may have been trained on these very records; None when nothing hints at it."""
    if provenance.get("data") != folder:
        return None
    if str(provenance.get("split", "")).startswith("official") and folds is not None and set(folds) <= {10}:
        return None  # the test fold of the official split
    return (
        f"WARNING: this bundle was trained on a data set that is called {folder!r} too. If these are records it was "
        "trained on, the figures below are NOT its performance: they are far too good. `heartsight inspect` shows the "
        "figures on records it had not seen."
    )


def run_evaluate(
    data: Path,
    bundle: Path | None,
    folds_text: str | None,
    out_folder: Path | None,
    *,
    sampling_rate: int,
    n_resamples: int,
    seed: int,
    quiet: bool,
) -> None:
    from heartsight.evaluation_page import render_evaluation
    from heartsight.training.evaluation import METRICS, ScoredRecords, evaluate_ecg

    if sampling_rate not in (100, 500):
        raise UsageProblem(f"--sampling-rate {sampling_rate}: must be 100 or 500")
    if not data.is_dir():
        raise UsageProblem(f"--data {data}: is not a folder")
    folds = parse_folds(folds_text)
    analyzer = load_bundle(bundle)
    warning = overlap_warning(analyzer.bundle.provenance, data.resolve().name, folds)
    if warning:
        say(warning, "bold")
    scored: list[ScoredRecords] = []
    with progress_bar("Analysing", quiet=quiet) as tell:
        evaluation = evaluate_ecg(
            analyzer,
            data,
            sampling_rate=sampling_rate,
            folds=folds,
            n_resamples=n_resamples,
            seed=seed,
            progress=tell,
            on_scores=scored.append,
        )
    rows = [*evaluation.per_class.items(), ("macro", evaluation.macro)]
    values = evaluation.as_dict()
    out().print(figures_table({**values["per_class"], "macro": values["macro"]}, evaluation.n_positive))
    out().print(
        f"{evaluation.n} records of {evaluation.n_patients} patients; intervals: 95 % percentile bootstrap of patients, "
        f"{n_resamples} resamples"
    )
    for name, reason in evaluation.not_analyzed:
        say(f"not analysed: {name}: {reason}")
    out().print(heartsight.pipeline.disclaimer)
    if out_folder is None:
        return
    out_folder.mkdir(parents=True, exist_ok=True)
    b = analyzer.bundle
    document = {
        "bundle": {"name": b.name, "version": b.version, "digest": b.manifest_digest},
        "data": data.resolve().name,
        "folds": list(folds) if folds else None,
        "sampling_rate_hz": sampling_rate,
        "thresholds": dict(b.thresholds),
        "warning": warning,
        **evaluation.as_dict(),
        "not_analyzed": [{"record": name, "reason": reason} for name, reason in evaluation.not_analyzed],
    }
    text = json.dumps(document, indent=2, allow_nan=False, ensure_ascii=False)
    (out_folder / "evaluation.json").write_text(text + "\n", encoding="utf-8")
    lines: list[list[object]] = [
        ["class", "n", "n_positive", *(f"{m}{s}" for m in METRICS for s in ("", "_low", "_high"))]
    ]
    for name, figures in rows:
        cells = [v if v == v else "" for m in METRICS for v in (figures[m].value, figures[m].low, figures[m].high)]
        lines.append([name, evaluation.n, evaluation.n_positive.get(name, ""), *cells])
    with (out_folder / "evaluation.csv").open("w", encoding="utf-8", newline="") as file:
        write_csv(lines, file)
    page = render_evaluation(evaluation, scored[0], document)
    (out_folder / "evaluation.html").write_text(page, encoding="utf-8")
    say(f"written: {out_folder / 'evaluation.html'}, evaluation.json, evaluation.csv")
