"""Beat detectors against annotated recordings: what `heartsight evaluate qrs` computes.

Two layouts are read: a folder of WFDB records with their .atr files, and that of CPSC2019 (data/*.mat, ref/*.mat; its
reference counts from 1 and is converted here).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import heartsight
from heartsight.mat5 import read_mat
from heartsight.metrics import BeatMatch, cpsc2019_score, jitter_score, match_beats

TOLERANCES_MS = (150, 100, 75, 50, 25)
CPSC_TOLERANCE_MS = 75

Signal = npt.NDArray[np.floating[Any]]
Beats = npt.NDArray[np.int64]
Detector = Callable[[Signal, float], Beats]
"""Signal (n_leads, n_samples) and sampling rate in Hz to R peaks (samples from 0)."""


@dataclass(frozen=True)
class AnnotatedRecord:
    name: str
    signal: Signal  # (n_leads, n_samples)
    leads: list[str]
    sampling_rate: float
    beats: Beats


@dataclass(frozen=True)
class RecordScore:
    """One detector on one signal of one record."""

    record: str
    lead: str
    n_beats: int
    matches: dict[int, BeatMatch]  # by tolerance in ms
    offset_mean_ms: float
    offset_sd_ms: float
    jitter: float  # the JF score
    cpsc: dict[str, float] | None = None

    def f1(self, tolerance_ms: int) -> float:
        return self.matches[tolerance_ms].f1


@dataclass
class Evaluation:
    method: str
    scores: list[RecordScore] = field(default_factory=list)
    seconds_of_signal: float = 0.0
    seconds_taken: float = 0.0

    def gross(self, tolerance_ms: int) -> tuple[float, float, float]:
        """Sensitivity, positive predictive value and F1 of all beats together."""
        matches = [s.matches[tolerance_ms] for s in self.scores]
        matched = sum(m.n_matched for m in matches)
        missed, extra = sum(m.n_missed for m in matches), sum(m.n_extra for m in matches)
        nan = float("nan")
        return (
            matched / (matched + missed) if matched + missed else nan,
            matched / (matched + extra) if matched + extra else nan,
            2 * matched / (2 * matched + missed + extra) if matched + missed + extra else nan,
        )

    def per_signal(self, tolerance_ms: int) -> dict[str, float]:
        """Median, lower quartile and worst F1 of the signals."""
        values = np.array([s.f1(tolerance_ms) for s in self.scores])
        values = values[~np.isnan(values)]
        if not len(values):
            return {"median": float("nan"), "lower_quartile": float("nan"), "worst": float("nan")}
        return {
            "median": float(np.median(values)),
            "lower_quartile": float(np.quantile(values, 0.25)),
            "worst": float(values.min()),
        }

    def gross_f1_interval(self, tolerance_ms: int, n_resamples: int, seed: int) -> tuple[float, float]:
        """95 % interval of the gross F1: percentile bootstrap of records, all signals of one together."""
        names = {name: i for i, name in enumerate(sorted({s.record for s in self.scores}))}
        counts = np.zeros((len(names), 2))
        for s in self.scores:
            m = s.matches[tolerance_ms]
            counts[names[s.record]] += (2 * m.n_matched, m.n_extra + m.n_missed)
        if not len(names):
            return float("nan"), float("nan")
        draws = np.random.default_rng(seed).integers(0, len(names), (n_resamples, len(names)))
        hits, errors = counts[draws].sum(axis=1).T
        with np.errstate(invalid="ignore"):
            low, high = np.nanquantile(hits / (hits + errors), [0.025, 0.975])
        return float(low), float(high)

    def cpsc(self) -> dict[str, float] | None:
        """Means of the challenge's scores, by its rule and strictly; F1 of the beats that its rule counts."""
        scores = [s.cpsc for s in self.scores if s.cpsc is not None]
        if not scores:
            return None
        return {key: float(np.mean([s[key] for s in scores])) for key in ("qrs", "heart_rate", "qrs_strict")}


def is_cpsc2019(folder: Path) -> bool:
    return (folder / "data").is_dir() and (folder / "ref").is_dir() and any((folder / "data").glob("data_*.mat"))


def record_names(folder: Path) -> list[Path]:
    """What there is to read, in order: .mat files of CPSC2019, else .hea files that have an .atr file."""
    if is_cpsc2019(folder):
        return sorted((folder / "data").glob("data_*.mat"))
    return sorted(p for p in folder.rglob("*.hea") if p.with_suffix(".atr").exists())


def read_annotated(path: Path) -> AnnotatedRecord:
    """One record with its reference beats. Raises FormatError."""
    if path.suffix == ".mat":
        number = path.stem.removeprefix("data_")
        data, reference = read_mat(path), read_mat(path.parent.parent / "ref" / f"R_{number}.mat")
        if "ecg" not in data or "R_peak" not in reference:
            raise heartsight.FormatError(f"{path.name}: no 'ecg', or no 'R_peak' in its reference")
        peaks = reference["R_peak"].ravel().astype(float)
        if not np.isfinite(peaks).all() or (np.abs(peaks) > 1e12).any():
            raise heartsight.FormatError(f"{path.name}: an R peak of its reference is no sample number")
        beats = peaks.astype(np.int64) - 1  # the files count from 1
        return AnnotatedRecord(number, data["ecg"].astype(float).reshape(1, -1), ["ECG"], 500.0, np.sort(beats))
    record = heartsight.read_record(path)
    beats = np.sort(np.asarray(heartsight.io.read_annotation(path.with_suffix(".atr")).beats, np.int64))
    return AnnotatedRecord(path.stem, record.signal, list(record.leads), record.sampling_rate, beats)


def score_record(record: AnnotatedRecord, lead: str, found: Beats, *, with_cpsc: bool = False) -> RecordScore:
    reference, rate = record.beats, record.sampling_rate
    cpsc = None
    scored, scored_found = reference, found
    if with_cpsc:
        plain, strict = cpsc2019_score(reference, found), cpsc2019_score(reference, found, strict=True)
        cpsc = {"qrs": plain.qrs, "heart_rate": plain.heart_rate, "qrs_strict": strict.qrs}
        # The rule leaves out the first and the last half second; a detection within the tolerance of a beat there is no error.
        margin = CPSC_TOLERANCE_MS / 1000 * rate
        scored = reference[(reference >= 249) & (reference <= 4749)]
        scored_found = found[(found > 249 - margin) & (found < 4749 + margin)]
    matches = {ms: match_beats(scored, scored_found, ms / 1000 * rate) for ms in TOLERANCES_MS}
    offsets = matches[150].offset_samples / rate * 1000
    return RecordScore(
        record=record.name,
        lead=lead,
        n_beats=len(scored),
        matches=matches,
        offset_mean_ms=float(offsets.mean()) if len(offsets) else float("nan"),
        offset_sd_ms=float(offsets.std()) if len(offsets) else float("nan"),
        jitter=jitter_score(scored, scored_found, rate).score,
        cpsc=cpsc,
    )


def signals_of(record: AnnotatedRecord, which: str) -> Iterator[tuple[str, Signal]]:
    """What a detector is run on: 'each' lead alone, the 'first' one, or all leads 'together'."""
    if which == "together":
        yield "+".join(record.leads), record.signal
        return
    for i in range(1 if which == "first" else len(record.leads)):
        yield record.leads[i], record.signal[i : i + 1]


def evaluate_detectors(
    folder: Path,
    detectors: dict[str, Detector],
    *,
    which: str = "each",
    progress: Callable[[int, int], None] = lambda done, total: None,
    on_unread: Callable[[str, str], None] = lambda name, reason: None,
    on_signal: Callable[[str, AnnotatedRecord, str, Signal, Beats], None] = lambda *_: None,
) -> list[Evaluation]:
    """Every detector on every record of the folder. A detector that raises on a signal has found no beat in it."""
    evaluations = [Evaluation(method) for method in detectors]
    paths = record_names(folder)
    for done, path in enumerate(paths):
        progress(done, len(paths))
        try:
            record = read_annotated(path)
        except (heartsight.Error, OSError) as error:
            on_unread(path.name, str(error))
            continue
        for evaluation, (method, detect) in zip(evaluations, detectors.items(), strict=True):
            for lead, signal in signals_of(record, which):
                start = time.perf_counter()
                try:
                    found = np.asarray(detect(signal, record.sampling_rate), np.int64)
                except Exception as error:
                    on_unread(f"{record.name} {lead}", f"{method}: {type(error).__name__}: {error}")
                    found = np.zeros(0, np.int64)
                evaluation.seconds_taken += time.perf_counter() - start
                evaluation.seconds_of_signal += signal.shape[1] / record.sampling_rate
                evaluation.scores.append(score_record(record, lead, np.sort(found), with_cpsc=path.suffix == ".mat"))
                on_signal(method, record, lead, signal, found)
    progress(len(paths), len(paths))
    return evaluations


def detector(method: str) -> Detector:
    """detect_qrs with a method, as a Detector."""
    return lambda signal, rate: heartsight.detection.detect_qrs(signal, rate, method=method).r_peaks
