"""The page of a beat-detector evaluation: tables, and the worst stretches drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heartsight.beat_strip import beat_strip
from heartsight.pipeline import disclaimer
from heartsight.qrs_evaluation import TOLERANCES_MS, AnnotatedRecord, Beats, Evaluation, Signal
from heartsight.report_page import document, section, table
from heartsight.svg import element, escape

STRETCH_S = 10.0


@dataclass(frozen=True)
class Stretch:
    """Ten seconds with their errors."""

    method: str
    record: str
    lead: str
    start: int
    n_errors: int
    drawing_signal: Signal
    sampling_rate: float
    found: Beats
    reference: Beats


class WorstStretches:
    """Keeps, per method, the stretch with the most errors of each signal, and of those the worst few."""

    def __init__(self, n_kept: int = 8) -> None:
        self.n_kept = n_kept
        self.kept: dict[str, list[Stretch]] = {}

    def __call__(self, method: str, record: AnnotatedRecord, lead: str, signal: Signal, found: Beats) -> None:
        rate = record.sampling_rate
        errors = _error_positions(record.beats, found, 0.1 * rate)
        if not len(errors):
            return
        length = int(STRETCH_S * rate)
        counts = np.searchsorted(errors, errors + length) - np.arange(len(errors))
        best = int(np.argmax(counts))
        start = max(0, min(int(errors[best]) - length // 10, signal.shape[1] - length))
        part = signal[0, start : start + length].copy()
        inside = (found >= start) & (found < start + length)
        reference = record.beats[(record.beats >= start) & (record.beats < start + length)]
        worst = self.kept.setdefault(method, [])
        worst.append(
            Stretch(
                method,
                record.name,
                lead,
                start,
                int(counts[best]),
                part,
                rate,
                found[inside] - start,
                reference - start,
            )
        )
        worst.sort(key=lambda s: -s.n_errors)
        del worst[self.n_kept :]


def _error_positions(reference: Beats, found: Beats, tolerance: float) -> npt.NDArray[np.int64]:
    """Missed and extra beats, ascending."""

    def lonely(these: Beats, others: Beats) -> Beats:
        if not len(others):
            return these
        after = np.clip(np.searchsorted(others, these), 1, max(1, len(others) - 1))
        nearest = np.minimum(
            np.abs(these - others[np.minimum(after, len(others) - 1)]), np.abs(these - others[after - 1])
        )
        far: Beats = these[nearest > tolerance]
        return far

    return np.sort(np.concatenate([lonely(reference, found), lonely(found, reference)]))


def summary_rows(evaluations: list[Evaluation], n_resamples: int, seed: int) -> list[list[str]]:
    rows = []
    for e in evaluations:
        low, high = e.gross_f1_interval(100, n_resamples, seed)
        per_signal = e.per_signal(100)
        offsets = [s.offset_mean_ms for s in e.scores if s.offset_mean_ms == s.offset_mean_ms]
        spreads = [s.offset_sd_ms for s in e.scores if s.offset_sd_ms == s.offset_sd_ms]
        sensitivity, ppv, _ = e.gross(100)
        rows.append(
            [
                e.method,
                *(f"{e.gross(ms)[2]:.4f}" for ms in TOLERANCES_MS),
                f"[{low:.4f}, {high:.4f}]",
                f"{sensitivity:.4f}",
                f"{ppv:.4f}",
                *(f"{per_signal[k]:.4f}" for k in ("median", "lower_quartile", "worst")),
                f"{np.mean(offsets):.1f} ± {np.mean(spreads):.1f}" if offsets else "",
                f"{np.nanmean([s.jitter for s in e.scores]):.3f}" if e.scores else "",
            ]
        )
    return rows


SUMMARY_HEADER = [
    "method",
    *(f"F1 {ms} ms" for ms in TOLERANCES_MS),
    "95 % of 100",
    "sens.",
    "PPV",
    "median",
    "quartile",
    "worst",
    "offset ms",
    "JF",
]


def cpsc_rows(evaluations: list[Evaluation]) -> list[list[str]]:
    rows = []
    for e in evaluations:
        scores = e.cpsc()
        if scores:
            values = (scores["qrs"], scores["heart_rate"], scores["qrs_strict"], e.gross(75)[2])
            rows.append([e.method, *(f"{v:.3f}" for v in values)])
    return rows


CPSC_HEADER = ["method", "QRS_acc", "HR_acc", "QRS_acc, strict", "F1 75 ms"]


def record_rows(evaluation: Evaluation) -> list[list[str]]:
    return [
        [
            s.record,
            s.lead,
            str(s.n_beats),
            str(s.matches[100].n_missed),
            str(s.matches[100].n_extra),
            *(f"{s.f1(ms):.4f}" for ms in TOLERANCES_MS),
            f"{s.offset_mean_ms:.1f} ± {s.offset_sd_ms:.1f}",
            f"{s.jitter:.3f}",
        ]
        for s in evaluation.scores
    ]


RECORD_HEADER = [
    "record",
    "lead",
    "beats",
    "missed",
    "extra",
    *(f"F1 {ms} ms" for ms in TOLERANCES_MS),
    "offset ms",
    "JF",
]


def render_qrs_page(
    title: str, evaluations: list[Evaluation], worst: WorstStretches, n_resamples: int, seed: int
) -> str:
    body = [element("h1", escape(title)), element("p", escape(disclaimer), class_="notice")]
    numeric = range(1, len(SUMMARY_HEADER))
    caption = (
        "All beats together (gross): F1 at five tolerances, sensitivity and PPV at 100 ms; median, lower quartile and worst F1 "
        "of the signals at 100 ms; interval: percentile bootstrap of records, "
        f"{n_resamples} resamples; offset: detection minus reference, mean and standard deviation averaged over signals; "
        "JF: Porr and Macfarlane 2024"
    )
    content = table(SUMMARY_HEADER, summary_rows(evaluations, n_resamples, seed), caption, list(numeric))
    cpsc = cpsc_rows(evaluations)
    if cpsc:
        rule = "By the challenge's own rule, and strictly (its program overlooks extra beats between the first two)"
        content += table(CPSC_HEADER, cpsc, rule, list(range(1, len(CPSC_HEADER))))
    body.append(section("Methods", content, "methods"))
    for e in evaluations:
        strips = "".join(
            element(
                "div",
                beat_strip(
                    s.drawing_signal,
                    s.sampling_rate,
                    0,
                    len(s.drawing_signal),
                    s.found,
                    s.reference,
                    title=f"{s.record} {s.lead} from {s.start / s.sampling_rate:.0f} s: {s.n_errors} errors",
                    name=f"worst-{e.method}-{i}",
                ),
                class_="scroll",
            )
            for i, s in enumerate(worst.kept.get(e.method, []))
        )
        note = element(
            "p", "Triangles above the trace: beats found. Below: reference beats. Ten seconds each.", class_="muted"
        )
        body.append(section(f"Worst stretches: {e.method}", note + (strips or "<p>No error.</p>"), f"worst-{e.method}"))
        rows = table(RECORD_HEADER, record_rows(e), f"Signals: {e.method}", list(range(2, len(RECORD_HEADER))))
        body.append(section(f"Every signal: {e.method}", rows, f"signals-{e.method}"))
    return document(title, "".join(body))
