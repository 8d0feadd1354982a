"""The figures of docs/measurements.md: 100 against 500 Hz, normal limits, groups, rhythm, criteria beside labels.

    python bench/measurements_accuracy.py DATA

DATA holds ptbxl_waveforms, ludb, mitdb and cpsc2021.
"""

from __future__ import annotations

import ast
import csv
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import heartsight as hs
import numpy as np
import numpy.typing as npt

AMPLITUDES = (
    "p_amplitude", "q_amplitude", "r_amplitude", "s_amplitude", "r2_amplitude", "s2_amplitude", "qrs_max", "qrs_min",
    "j", "j40", "j60", "j80", "t_amplitude",
)  # fmt: skip
INTERVALS = (("qrs_duration", 6.0), ("qt", 10.0), ("pr_interval", 10.0))
LABELS = {
    "lbbb_pattern": ("CLBBB",),
    "rbbb_pattern": ("CRBBB",),
    "incomplete_rbbb_pattern": ("IRBBB",),
    "first_degree_av_block": ("1AVB",),
    "left_axis_deviation": ("LAFB",),
    "lafb_pattern": ("LAFB",),
    "lvh_sokolow_lyon": ("LVH", "VCLVH"),
    "lvh_cornell": ("LVH", "VCLVH"),
    "lvh_cornell_product": ("LVH", "VCLVH"),
    "lvh_peguero_lo_presti": ("LVH", "VCLVH"),
    "lvh_romhilt_estes": ("LVH", "VCLVH"),
    "prolonged_qtc": ("LNGQT",),
    "short_qtc": (),
    "short_pr": ("WPW",),
    "paced": ("PACE",),
    "bradycardia": ("SBRAD",),
    "tachycardia": ("STACH",),
    "low_voltage_limb": ("LVOLT",),
    "wide_qrs": ("IVCD",),
    "st_depression": ("STD_", "ISC_"),
    "st_elevation": ("INJAS", "INJAL"),
    "pathological_q": ("QWAVE", "IMI", "ASMI", "AMI"),
    "limb_lead_reversal": (),
}
Row = dict[str, Any]


def read(folder: Path, row: Row, rate: int) -> hs.Recording:
    name = f"{int(row['ecg_id']):05d}_{'hr' if rate == 500 else 'lr'}.hea"
    return hs.read_record(folder / f"records{rate}" / "00000" / name)


def two_rates(folder: Path, rows: list[Row]) -> None:
    pairs = [r for r in rows if r["has_500hz"] == "1"]
    for cutoff in (None, 40.0):
        values: dict[int, npt.NDArray[np.float64]] = {}
        names: list[str] = []
        for rate in (100, 500):
            measured = []
            for row in pairs:
                record = read(folder, row, rate)
                x = np.asarray(record.signal)
                if cutoff is not None:
                    x = np.asarray(hs.signal.sosfiltfilt(hs.signal.butterworth(4, rate, high_hz=cutoff), x))
                m = hs.features.measurements(x, float(rate), leads=record.leads)
                names = m.schema().names
                measured.append(m.values())
            values[rate] = np.array(measured)
        gap = np.abs(values[100] - values[500])
        print(
            f"100 against 500 Hz, {len(pairs)} records, {'as recorded' if cutoff is None else f'below {cutoff:g} Hz'}:"
        )
        for name, limit in INTERVALS:
            x = gap[:, names.index(name)]
            one_only = int((np.isfinite(values[100]) != np.isfinite(values[500]))[:, names.index(name)].sum())
            x = x[np.isfinite(x)]
            print(f"  {name:14s} within {limit:g} ms {np.mean(x <= limit):.3f} of {len(x)}; in one only: {one_only}")
        everything = []
        for kind in AMPLITUDES:
            columns = [k for k, n in enumerate(names) if "_" in n and n.split("_", 1)[1] == kind]
            x = gap[:, columns]
            x = x[np.isfinite(x)]
            everything.append(x)
            print(f"  {kind:14s} within 0.05 mV {np.mean(x <= 0.05):.3f}")
        print(f"  all amplitudes within 0.05 mV {np.mean(np.concatenate(everything) <= 0.05):.3f}")


def normal_limits_and_criteria(folder: Path, rows: list[Row]) -> None:
    normal: dict[str, list[float]] = {
        n: [] for n in ("heart_rate", "pr_interval", "qrs_duration", "qtc_fridericia", "qrs_axis")
    }
    met: dict[str, list[Row]] = {}
    for row in rows:
        sex = "male" if row["sex"] == "0" else "female"
        age = float(row["age"]) if row["age"] else None
        slow = read(folder, row, 100)
        best = read(folder, row, 500) if row["has_500hz"] == "1" else slow
        m = hs.features.measurements(best.signal, best.sampling_rate, leads=best.leads, sex=sex)
        for statement in hs.features.statements(m, age_years=None if age is None else min(age, 90.0)):
            met.setdefault(statement.code, []).append(row)
        if row["NORM"] == "1":
            overall = hs.features.measurements(slow).overall
            for name in normal:
                normal[name].append(overall[name])
    print(f"records labelled NORM ({len(normal['heart_rate'])}), 100 Hz, 2nd, 50th, 98th percentile:")
    for name, values in normal.items():
        print(f"  {name:16s}", np.nanpercentile(values, [2, 50, 98]).round(1))
    n_normal = sum(r["NORM"] == "1" for r in rows)
    print(f"criteria met in {len(rows)} records:")
    for code, labels in LABELS.items():
        hit = met.get(code, [])
        labelled = [r for r in rows if any(label in ast.literal_eval(r["scp_codes"]) for label in labels)]
        both = sum(any(r is q for q in labelled) for r in hit)
        false = sum(r["NORM"] == "1" for r in hit)
        print(
            f"  {code:24s} {len(hit):3d}; labelled {'/'.join(labels) or '-'}: {both} of {len(labelled)}; "
            f"NORM {false} of {n_normal}"
        )


def nearest(peaks: npt.NDArray[np.int64], samples: npt.NDArray[np.int64], tolerance: float) -> npt.NDArray[np.int64]:
    """Index of the nearest peak to each sample, -1 where none is within the tolerance."""
    if len(peaks) == 0:
        return np.full(len(samples), -1)
    right = (
        np.clip(np.searchsorted(peaks, samples), 1, len(peaks) - 1) if len(peaks) > 1 else np.zeros(len(samples), int)
    )
    left = np.maximum(right - 1, 0)
    best = np.where(np.abs(peaks[left] - samples) <= np.abs(peaks[right] - samples), left, right)
    return np.where(np.abs(peaks[best] - samples) <= tolerance, best, -1)


def groups(folder: Path) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for header in sorted(folder.glob("*.hea")):
        if header.stem in ("102", "104", "107", "217", "207"):  # paced, and ventricular flutter
            continue
        record = hs.read_record(header)
        peaks = hs.detection.detect_qrs(record.signal, record.sampling_rate).r_peaks
        found = hs.features.group_beats(record.signal, record.sampling_rate, peaks)
        beats = [(a.sample, a.symbol) for a in hs.io.read_annotation(header.with_suffix(".atr")) if a.is_beat]
        at = nearest(peaks, np.array([s for s, _ in beats]), 0.15 * record.sampling_rate)
        for (_, symbol), index in zip(beats, at, strict=True):
            if index < 0:
                continue
            group = int(found.group[index])
            kind = "none" if group < 0 else found.groups[group].kind
            name = "normal" if symbol in "NLR" else "ventricular" if symbol == "V" else "other"
            counts[name, kind] += 1
    print("groups, MIT-BIH without paced records and 207, both leads:")
    for name in ("normal", "ventricular"):
        total = sum(n for (label, _), n in counts.items() if label == name)
        kinds = ", ".join(f"{kind} {n}" for (label, kind), n in sorted(counts.items()) if label == name)
        print(f"  {name}: {total} beats: {kinds}")


def rhythm(folder: Path) -> None:
    total: Counter[str] = Counter()
    for header in sorted(folder.glob("*.hea")):
        record = hs.read_record(header)
        found = hs.features.rhythm(record.signal, record.sampling_rate)
        stretches = found.stretches
        counts: Counter[str] = Counter()
        truth = "(N"
        k = 0
        for a in hs.io.read_annotation(header.with_suffix(".atr")):
            if a.symbol == "+":
                truth = a.aux.strip("\0 ")
            if not a.is_beat:
                continue
            while k < len(stretches) and stretches[k]["last"] < a.sample:
                k += 1
            called = k < len(stretches) and stretches[k]["verdict"] == "atrial_fibrillation_suspected"
            label = "af" if truth.startswith("(AFIB") else "sinus" if truth in ("(N", "(SBR", "") else "other"
            counts[f"{label} {'called' if called else 'not called'}"] += 1
        total += counts
        print(f"  {header.stem}: {found.verdict}, {dict(counts)}")
    sensitivity = total["af called"] / (total["af called"] + total["af not called"])
    specificity = total["sinus not called"] / (total["sinus called"] + total["sinus not called"])
    ppv = total["af called"] / (total["af called"] + total["sinus called"])
    print(f"rhythm, {folder.name}: sensitivity {sensitivity:.4f}, specificity {specificity:.4f}, PPV {ppv:.4f}")


def short_rhythm(folder: Path, rows: list[Row]) -> None:
    called: dict[str, Counter[str]] = {}
    for row in rows:
        record = read(folder, row, 500 if row["has_500hz"] == "1" else 100)
        codes = ast.literal_eval(row["scp_codes"])
        label = next(
            (c for c in ("AFIB", "AFLT", "PACE", "SR", "SARRH", "SBRAD", "STACH") if c in codes), "none of these"
        )
        label = "sinus" if label in ("SR", "SARRH", "SBRAD", "STACH") else label
        verdict = hs.features.rhythm(record.signal, record.sampling_rate).verdict
        called.setdefault(label, Counter())[verdict] += 1
    print("rhythm of 10 s, PTB-XL, label: verdicts")
    for label, verdicts in sorted(called.items()):
        print(f"  {label}: {dict(verdicts)}")


def swapped_arms(folder: Path, rows: list[Row]) -> None:
    """Right and left arm swapped in every record: I upside down, II and III, aVR and aVL changing places."""
    order = [0, 2, 1, 4, 3, 5, 6, 7, 8, 9, 10, 11]
    seen = []
    before = []
    for row in rows:
        record = read(folder, row, 100)
        x = np.asarray(record.signal)[order].copy()
        x[0] = -x[0]
        before.append(hs.features.measurements(record).limb_lead_reversal)
        seen.append(hs.features.measurements(x, record.sampling_rate, leads=record.leads).limb_lead_reversal)
    print(f"arms swapped: {Counter(seen)}; as recorded: {Counter(before)}")


def annotated(folder: Path) -> None:
    """LUDB: quartiles of the annotated leads, median over beats, against the intervals measured."""
    names = ["i", "ii", "iii", "avr", "avl", "avf", "v1", "v2", "v3", "v4", "v5", "v6"]
    gaps: dict[str, list[float]] = {"qrs_duration": [], "qt": [], "pr_interval": []}
    for header in sorted((folder / "data").glob("*.hea")):
        overall = hs.features.measurements(hs.read_record(header)).overall
        waves: list[tuple[str, float, float, float]] = []
        centres: list[int] = []
        for name in names:
            marks = list(hs.io.read_annotation(header.with_suffix("." + name)))
            for before, mark, after in zip([None, *marks[:-1]], marks, [*marks[1:], None], strict=True):
                if mark.symbol not in ("p", "N", "t"):
                    continue
                onset = float(before.sample) if before is not None and before.symbol == "(" else np.nan
                end = float(after.sample) if after is not None and after.symbol == ")" else np.nan
                waves.append((mark.symbol, onset, float(mark.sample), end))
                if name == "ii" and mark.symbol == "N":
                    centres.append(mark.sample)
        found: dict[str, list[float]] = {name: [] for name in gaps}
        for r in centres:
            qrs = [w for w in waves if w[0] == "N" and abs(w[2] - r) < 50]
            t = [w[3] for w in waves if w[0] == "t" and 0 < w[2] - r < 300]
            p = [w[1] for w in waves if w[0] == "p" and 0 < r - w[2] < 150]
            if len(qrs) < 8:
                continue
            onset = float(np.nanquantile([w[1] for w in qrs], 0.25))
            found["qrs_duration"].append(2.0 * (float(np.nanquantile([w[3] for w in qrs], 0.75)) - onset))
            if len(t) >= 8:
                found["qt"].append(2.0 * (float(np.nanquantile(t, 0.75)) - onset))
            if len(p) >= 8:
                found["pr_interval"].append(2.0 * (onset - float(np.nanquantile(p, 0.25))))
        for name, values in found.items():
            if values and np.isfinite(overall[name]):
                gaps[name].append(overall[name] - float(np.median(values)))
    for name, differences in gaps.items():
        d = np.array(differences)
        print(
            f"LUDB {name}: n {len(d)}, mean {d.mean():.1f}, sd {d.std():.1f} ms, within 20 ms {np.mean(np.abs(d) <= 20):.2f}"
        )


def main() -> None:
    data = Path(sys.argv[1])
    ptbxl = data / "ptbxl_waveforms"
    rows = list(csv.DictReader((ptbxl / "manifest.csv").open()))
    two_rates(ptbxl, rows)
    normal_limits_and_criteria(ptbxl, rows)
    swapped_arms(ptbxl, rows)
    annotated(data / "ludb")
    groups(data / "mitdb")
    short_rhythm(ptbxl, rows)
    rhythm(data / "cpsc2021")
    rhythm(data / "mitdb")


if __name__ == "__main__":
    main()
