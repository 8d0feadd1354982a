"""Delineators against marks made by people: what `heartsight evaluate delineation` computes.

Two layouts are read: LUDB's, with one annotation file per lead, and QTDB's, with one (.q1c) for all leads.
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
from heartsight.metrics import match_beats

MARKS = ("p_onset", "p_peak", "p_offset", "qrs_onset", "qrs_peak", "qrs_offset", "t_onset", "t_peak", "t_offset")
NEAR_MS = 40
"""F1 is told within it: 150 ms is reached by fixed distances from the R peak."""
FAR_MS = 150
"""Errors within it have a mean and a standard deviation."""
CONSENSUS = "consensus"

Signal = npt.NDArray[np.floating[Any]]
Times = npt.NDArray[np.float64]
Waves = dict[str, Times]
"""Mark to ascending times, in samples. In what people marked, 'unmarked qrs_onset' and the like hold the crests of waves of
which they left that boundary out: what is found there is neither right nor wrong."""
Delineator = Callable[[Signal, float], dict[int | str, Waves]]
"""Signal (n_leads, n_samples) and sampling rate in Hz to the waves of each lead, by its number, and of CONSENSUS."""


@dataclass(frozen=True)
class MarkedRecord:
    name: str
    signal: Signal  # (n_leads, n_samples)
    leads: list[str]
    sampling_rate: float
    waves: dict[int | str, Waves]  # by number of the lead; CONSENSUS

    def stretch(self, lead: int | str) -> tuple[float, float]:
        """First and last marked complex: what is found outside and belongs to no mark is no error."""
        peaks = self.waves[lead]["qrs_peak"]
        return (float(peaks[0]), float(peaks[-1])) if len(peaks) else (np.inf, -np.inf)


@dataclass(frozen=True)
class MarkScore:
    """One mark of one lead of one record."""

    n_hit: int  # within NEAR_MS
    n_missed: int
    n_extra: int
    errors_ms: Times  # found minus marked, of those within FAR_MS


@dataclass
class DelineationEvaluation:
    method: str
    scores: dict[tuple[str, str], dict[str, MarkScore]] = field(default_factory=dict)  # by (record, lead)
    seconds_taken: float = 0.0
    n_leads_read: int = 0

    def chosen(self, leads: list[str] | None) -> list[tuple[str, dict[str, MarkScore]]]:
        wanted = None if leads is None else {name.upper() for name in leads}
        return [
            (record, marks)
            for (record, lead), marks in self.scores.items()
            if (lead.upper() in wanted if wanted is not None else lead != CONSENSUS)
        ]

    def summary(self, mark: str, leads: list[str] | None = None, *, n_resamples: int = 0, seed: int = 0) -> MarkSummary:
        """Of all leads, or of those named; with a 95 % interval of F1 (bootstrap of records) if resamples are asked for."""
        chosen = self.chosen(leads)
        names = {name: i for i, name in enumerate(sorted({record for record, _ in chosen}))}
        counts = np.zeros((len(names), 3))
        for record, marks in chosen:
            s = marks[mark]
            counts[names[record]] += (s.n_hit, s.n_missed, s.n_extra)
        hit, missed, extra = counts.sum(axis=0)
        errors = np.concatenate([marks[mark].errors_ms for _, marks in chosen]) if chosen else np.zeros(0)
        interval = (float("nan"), float("nan"))
        if n_resamples and counts.any():
            draws = np.random.default_rng(seed).integers(0, len(names), (n_resamples, len(names)))
            drawn = counts[draws].sum(axis=1)
            with np.errstate(invalid="ignore"):
                low, high = np.nanquantile(
                    2 * drawn[:, 0] / (2 * drawn[:, 0] + drawn[:, 1] + drawn[:, 2]), [0.025, 0.975]
                )
            interval = (float(low), float(high))
        return MarkSummary(
            n_marked=int(hit + missed),
            sensitivity=ratio(hit, hit + missed),
            ppv=ratio(hit, hit + extra),
            f1=ratio(2 * hit, 2 * hit + missed + extra),
            f1_interval=interval,
            mean_ms=float(errors.mean()) if len(errors) else float("nan"),
            sd_ms=float(errors.std()) if len(errors) else float("nan"),
            median_absolute_ms=float(np.median(np.abs(errors))) if len(errors) else float("nan"),
        )


@dataclass(frozen=True)
class MarkSummary:
    n_marked: int
    sensitivity: float
    ppv: float
    f1: float
    f1_interval: tuple[float, float]
    mean_ms: float
    sd_ms: float
    median_absolute_ms: float


def ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")


# ---- reading -------------------------------------------------------------------------------------------------------------

LUDB_LEADS = ("i", "ii", "iii", "avr", "avl", "avf", "v1", "v2", "v3", "v4", "v5", "v6")


def record_paths(folder: Path) -> list[Path]:
    """The headers that have LUDB's .ii or QTDB's .q1c beside them, in order."""
    return sorted(p for p in folder.rglob("*.hea") if p.with_suffix(".ii").exists() or p.with_suffix(".q1c").exists())


def read_waves(path: Path) -> Waves:
    """The marks of one annotation file: '(' onset, 'p', 'N' or 't' peak, ')' end. Raises FormatError."""
    times: dict[str, list[float]] = {name: [] for mark in MARKS for name in (mark, f"unmarked {mark}")}
    annotations = [(a.symbol, float(a.sample)) for a in heartsight.io.read_annotation(path)]
    for i, (symbol, sample) in enumerate(annotations):
        wave = {"p": "p", "N": "qrs", "t": "t"}.get(symbol)
        if wave is None:
            continue
        times[f"{wave}_peak"].append(sample)
        for part, neighbour, bracket in (("onset", i - 1, "("), ("offset", i + 1, ")")):
            if 0 <= neighbour < len(annotations) and annotations[neighbour][0] == bracket:
                times[f"{wave}_{part}"].append(annotations[neighbour][1])
            else:
                times[f"unmarked {wave}_{part}"].append(sample)
    return {name: np.sort(np.array(values)) for name, values in times.items()}


def read_marked(path: Path) -> MarkedRecord:
    """One record with its marks. Raises FormatError."""
    record = heartsight.read_record(path)
    waves: dict[int | str, Waves] = {}
    together = path.with_suffix(".q1c")
    if together.exists():
        marks = read_waves(together)
        waves = {**dict.fromkeys(range(len(record.leads)), marks), CONSENSUS: marks}
    else:
        for lead, name in enumerate(record.leads):
            if name.lower() in LUDB_LEADS:
                waves[lead] = read_waves(path.with_suffix(f".{name.lower()}"))
    return MarkedRecord(path.stem, record.signal, list(record.leads), record.sampling_rate, waves)


# ---- delineators ---------------------------------------------------------------------------------------------------------


def ours(method: str) -> Delineator:
    """delineate with a method, all given leads in one call."""

    def delineate(signal: Signal, rate: float) -> dict[int | str, Waves]:
        found = heartsight.detection.delineate(np.ascontiguousarray(signal), rate, method=method)

        def present(times: Times) -> Times:
            return np.sort(times[~np.isnan(times)])

        result: dict[int | str, Waves] = {
            lead: {mark: present(np.asarray(getattr(found, mark))[lead]) for mark in MARKS}
            for lead in range(len(signal))
        }
        result[CONSENSUS] = {mark: present(np.asarray(getattr(found.consensus, mark))) for mark in MARKS}
        return result

    return delineate


def neurokit(method: str) -> Delineator:
    """NeuroKit2 as its users call it: clean, peaks, delineate, lead by lead."""
    import neurokit2 as nk

    names = {"p": "P", "qrs": "R", "t": "T"}

    def delineate(signal: Signal, rate: float) -> dict[int | str, Waves]:
        result: dict[int | str, Waves] = {}
        for lead, samples in enumerate(signal):
            cleaned = nk.ecg_clean(samples, sampling_rate=int(rate))
            _, peaks = nk.ecg_peaks(cleaned, sampling_rate=int(rate))
            _, found = nk.ecg_delineate(cleaned, peaks, sampling_rate=int(rate), method=method)
            waves: Waves = {}
            for wave, theirs in names.items():
                for part, suffix in (("onset", "Onsets"), ("peak", "Peaks"), ("offset", "Offsets")):
                    key = f"ECG_{theirs}_{suffix}"
                    values = peaks["ECG_R_Peaks"] if key == "ECG_R_Peaks" else found.get(key, [])
                    numbers = np.asarray(values, float)
                    waves[f"{wave}_{part}"] = np.sort(numbers[~np.isnan(numbers)])
            result[lead] = waves
        return result

    return delineate


def prominence_delineator() -> Delineator:
    """prominence-delineator, lead by lead, with our beats: it finds none itself."""
    from prominence_delineator import ProminenceDelineator

    names = {"p_onset": "P_on", "p_peak": "P", "p_offset": "P_off", "qrs_onset": "R_on", "qrs_peak": "R"}
    names |= {"qrs_offset": "R_off", "t_onset": "T_on", "t_peak": "T", "t_offset": "T_off"}

    def delineate(signal: Signal, rate: float) -> dict[int | str, Waves]:
        result: dict[int | str, Waves] = {}
        for lead, samples in enumerate(signal):
            r_peaks = heartsight.detection.detect_qrs(np.ascontiguousarray(samples), rate).r_peaks
            found = ProminenceDelineator(sampling_frequency=rate).find_waves(np.asarray(samples, float), r_peaks)
            result[lead] = {mark: np.sort(np.asarray(found.get(key, []), float)) for mark, key in names.items()}
        return result

    return delineate


PEERS: dict[str, Callable[[], Delineator]] = {
    "neurokit-dwt": lambda: neurokit("dwt"),
    "neurokit-prominence": lambda: neurokit("prominence"),
    "prominence-delineator": prominence_delineator,
}
"""Other libraries, for comparison; each raises ImportError where it is not installed."""


# ---- scoring -------------------------------------------------------------------------------------------------------------


def near_any(times_us: npt.NDArray[np.int64], others_us: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which of the times have one of the others, which ascend, within FAR_MS."""
    near = np.zeros(len(times_us), dtype=np.bool_)
    if len(others_us):
        after = np.searchsorted(others_us, times_us)
        for neighbour in (after - 1, after):
            distance = np.abs(times_us - others_us[np.clip(neighbour, 0, len(others_us) - 1)])
            near |= distance <= FAR_MS * 1000
    return near


def score_mark(marked: Times, unmarked: Times, found: Times, stretch: tuple[float, float], rate: float) -> MarkScore:
    """One-to-one matching. What is found outside the marked stretch, or near a wave of which people left the boundary out
    (unmarked: its crest), counts only where it meets a mark."""

    def microseconds(times: Times) -> npt.NDArray[np.int64]:
        return np.round(times / rate * 1e6).astype(np.int64)

    reference, detected = np.unique(microseconds(marked)), np.unique(microseconds(found))
    inside = (detected >= stretch[0] / rate * 1e6) & (detected <= stretch[1] / rate * 1e6)
    inside &= ~near_any(detected, microseconds(unmarked))
    detected = detected[inside | near_any(detected, reference)]
    near = match_beats(reference, detected, NEAR_MS * 1000)
    far = match_beats(reference, detected, FAR_MS * 1000)
    return MarkScore(near.n_matched, near.n_missed, near.n_extra, np.asarray(far.offset_samples, float) / 1000)


def parts_of(record: MarkedRecord, which: str) -> Iterator[list[int]]:
    """The leads that go into one call: each alone, or all together."""
    leads = list(range(len(record.leads)))
    if which == "together":
        yield leads
    else:
        for lead in leads:
            yield [lead]


def evaluate_delineators(
    folder: Path,
    delineators: dict[str, Delineator],
    *,
    which: str = "each",
    progress: Callable[[int, int], None] = lambda done, total: None,
    on_unread: Callable[[str, str], None] = lambda name, reason: None,
) -> list[DelineationEvaluation]:
    """Every delineator on every record of the folder. One that raises on a signal has found no wave in it."""
    evaluations = [DelineationEvaluation(method) for method in delineators]
    paths = record_paths(folder)
    for done, path in enumerate(paths):
        progress(done, len(paths))
        try:
            record = read_marked(path)
            name = path.relative_to(folder).with_suffix("").as_posix()  # folders may hold records of one name
        except (heartsight.Error, OSError) as error:
            on_unread(path.name, str(error))
            continue
        for evaluation, (method, delineate) in zip(evaluations, delineators.items(), strict=True):
            for leads in parts_of(record, which):
                start = time.perf_counter()
                try:
                    found = delineate(record.signal[leads], record.sampling_rate)
                except Exception as error:
                    names = "+".join(record.leads[lead] for lead in leads)
                    on_unread(f"{record.name} {names}", f"{method}: {type(error).__name__}: {error}")
                    found = {}
                evaluation.seconds_taken += time.perf_counter() - start
                evaluation.n_leads_read += len(leads)
                places: list[tuple[int | str, int | str]] = [(lead, i) for i, lead in enumerate(leads)]
                if which == "together" and CONSENSUS in found:
                    places.append((CONSENSUS, CONSENSUS))
                for lead, of in places:
                    if lead not in record.waves:
                        continue
                    waves = found.get(of, {})
                    evaluation.scores[name, lead if isinstance(lead, str) else record.leads[lead]] = {
                        mark: score_mark(
                            record.waves[lead][mark],
                            record.waves[lead][f"unmarked {mark}"],
                            waves.get(mark, np.zeros(0)),
                            record.stretch(lead),
                            record.sampling_rate,
                        )
                        for mark in MARKS
                    }
    progress(len(paths), len(paths))
    return evaluations
