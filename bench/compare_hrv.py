"""Heart rate variability of the same NN series by heartsight, NeuroKit2, BioSPPy and HeartPy: the table of docs/hrv.md.

    PYTHONPATH=python python bench/compare_hrv.py "$HEARTSIGHT_DATA"

The series are the annotated normal beats of the first 15 minutes of records of the MIT-BIH Arrhythmia Database, paced records
and 207 left out; intervals that are not NN become a straight line, because the other programs know no gaps. Runs where
neurokit2==0.2.13, biosppy==2.2.4 and heartpy==1.2.7 are installed; each is left out, and said to be, where it is not.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import heartsight as hs
import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
DURATION_MS = 900_000.0  # of each record; NeuroKit2 and BioSPPy take 20 to 40 s for half an hour of beats
LEFT_OUT = {"102", "104", "107", "217", "207"}
INDICES = [
    "mean_nn_ms",
    "sdnn_ms",
    "rmssd_ms",
    "sdsd_ms",
    "pnn50_percent",
    "mad_nn_ms",
    "iqr_nn_ms",
    "sdann_ms",
    "sdnn_index_ms",
    "triangular_index",
    "tinn_ms",
    "vlf_ms2",
    "lf_ms2",
    "hf_ms2",
    "lf_nu",
    "lf_hf_ratio",
    "sd1_ms",
    "sd2_ms",
    "cvi",
    "guzik_index_percent",
    "porta_index_percent",
    "inflection_percent",
    "sample_entropy",
    "approximate_entropy",
    "dfa_alpha1",
    "dfa_alpha2",
]


def heartsight(nn: FloatArray, preset: str = "task_force") -> dict[str, float]:
    groups = hs.features.hrv(nn, preset=preset, minimum_lengths=False).to_dict()
    return {**groups["time"], **groups["frequency"], **groups["nonlinear"]}


def neurokit2(nn: FloatArray) -> dict[str, float]:
    import neurokit2 as nk

    peaks = {"RRI": nn, "RRI_Time": np.cumsum(nn) / 1000}
    both = {**nk.hrv_time(peaks).iloc[0], **nk.hrv_frequency(peaks).iloc[0], **nk.hrv_nonlinear(peaks).iloc[0]}
    names = {
        "mean_nn_ms": "MeanNN",
        "sdnn_ms": "SDNN",
        "rmssd_ms": "RMSSD",
        "sdsd_ms": "SDSD",
        "pnn50_percent": "pNN50",
        "mad_nn_ms": "MadNN",
        "iqr_nn_ms": "IQRNN",
        "sdann_ms": "SDANN5",
        "sdnn_index_ms": "SDNNI5",
        "triangular_index": "HTI",
        "tinn_ms": "TINN",
        "vlf_ms2": "VLF",
        "lf_ms2": "LF",
        "hf_ms2": "HF",
        "lf_hf_ratio": "LFHF",
        "sd1_ms": "SD1",
        "sd2_ms": "SD2",
        "cvi": "CVI",
        "guzik_index_percent": "GI",
        "porta_index_percent": "PI",
        "sample_entropy": "SampEn",
        "approximate_entropy": "ApEn",
        "dfa_alpha1": "DFA_alpha1",
        "dfa_alpha2": "DFA_alpha2",
    }
    out = {ours: float(both["HRV_" + theirs]) for ours, theirs in names.items()}
    out["lf_nu"] = 100 * float(both["HRV_LFn"])
    out["inflection_percent"] = 100 * float(both["HRV_PIP"])
    return out


def biosppy(nn: FloatArray) -> dict[str, float]:
    from biosppy.signals import hrv

    t, f, n = (g(nn).as_dict() for g in (hrv.hrv_timedomain, hrv.hrv_frequencydomain, hrv.hrv_nonlinear))
    return {
        "mean_nn_ms": t["rr_mean"],
        "sdnn_ms": t["sdnn"],
        "rmssd_ms": t["rmssd"],
        "pnn50_percent": t["pnn50"],
        "triangular_index": t["hti"],
        "tinn_ms": t["tinn"],
        "vlf_ms2": f["vlf_pwr"],
        "lf_ms2": f["lf_pwr"],
        "hf_ms2": f["hf_pwr"],
        "lf_nu": 100 * f["lf_nu"],
        "lf_hf_ratio": f["lf_hf"],
        "sd1_ms": n["sd1"],
        "sd2_ms": n["sd2"],
        "sample_entropy": n["sampen"],
        "approximate_entropy": n.get("appen", np.nan),  # from 800 intervals on
    }


def heartpy(nn: FloatArray) -> dict[str, float]:
    from heartpy import analysis

    difference = np.abs(np.diff(nn))  # as HeartPy does before
    _, m = analysis.calc_ts_measures(nn, difference, difference**2, {}, {})
    return {
        "mean_nn_ms": m["ibi"],
        "sdnn_ms": m["sdnn"],
        "rmssd_ms": m["rmssd"],
        "sdsd_ms": m["sdsd"],
        "pnn50_percent": 100 * m["pnn50"],
        "mad_nn_ms": m["hr_mad"],
    }


def series(folder: Path) -> dict[str, FloatArray]:
    found = {}
    for path in sorted(folder.glob("*.atr")):
        if path.stem in LEFT_OUT:
            continue
        beats = [(a.sample, a.symbol) for a in hs.io.read_annotation(path) if a.is_beat]
        samples = np.array([sample for sample, _ in beats])
        rr = hs.features.rr_intervals(samples, 360.0, beat_types="".join(symbol for _, symbol in beats))
        at = np.arange(len(rr))
        nn = np.interp(at, at[rr.is_nn], rr.rr_ms[rr.is_nn])
        found[path.stem] = nn[np.cumsum(nn) <= DURATION_MS]
    return found


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("HEARTSIGHT_DATA", "")) / "mitdb"
    if not folder.is_dir():
        print("compare_hrv: SKIPPED, HEARTSIGHT_DATA names no folder with mitdb")
        return
    warnings.simplefilter("ignore")
    programs: dict[str, Callable[[FloatArray], dict[str, Any]]] = {
        "kubios": lambda nn: heartsight(nn, "kubios"),
        "lomb_scargle": lambda nn: heartsight(nn, "lomb_scargle"),
        "NeuroKit2": neurokit2,
        "BioSPPy": biosppy,
        "HeartPy": heartpy,
    }
    data = series(folder)
    ours: dict[str, dict[str, float]] = {}
    theirs: dict[str, dict[str, dict[str, float]]] = {name: {} for name in programs}
    seconds = dict.fromkeys(["heartsight", *programs], 0.0)
    for record, nn in data.items():
        print(f"compare_hrv: record {record}", file=sys.stderr, flush=True)
        start = time.perf_counter()
        ours[record] = heartsight(nn)
        seconds["heartsight"] += time.perf_counter() - start
        for name, compute in list(programs.items()):
            start = time.perf_counter()
            try:
                with contextlib.redirect_stdout(io.StringIO()):
                    theirs[name][record] = compute(nn)
            except ImportError as error:
                print(f"compare_hrv: {name} is left out: {error}", file=sys.stderr)
                del programs[name]
            seconds[name] += time.perf_counter() - start
    print(f"{len(data)} records, {sum(map(len, data.values()))} intervals\n")
    print("| Index | heartsight, median | " + " | ".join(programs) + " |")
    print("|---|---|" + "---|" * len(programs))
    for index in INDICES:
        cells = []
        for name in programs:
            pairs = [(theirs[name][r][index], ours[r][index]) for r in data if index in theirs[name][r]]
            percent = np.array([100 * (a / b - 1) for a, b in pairs if np.isfinite(a) and np.isfinite(b) and b != 0])
            if not len(percent):
                cells.append("")
            elif np.abs(percent).max() < 1e-6:
                cells.append("equal")
            else:
                # Three digits of what is small and large alike.
                cells.append(f"{np.median(percent):+.3g} % ({percent.min():+.3g} to {percent.max():+.3g})")
        value = np.nanmedian([ours[r][index] for r in data])
        print(f"| `{index}` | {value:.4g} | " + " | ".join(cells) + " |")
    print(
        "\nSeconds for all: "
        + ", ".join(f"{name} {s:.2f}" for name, s in seconds.items() if name in (*programs, "heartsight"))
    )


if __name__ == "__main__":
    main()
