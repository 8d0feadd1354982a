"""Beat detectors side by side on annotated recordings: ours, and those of other libraries as their users call them.

    python bench/qrs.py DATA [--markdown] [--only NAME ...]

DATA holds mitdb, nstdb and cpsc2019. The classifier of heartsight's default method was trained on the visible records of
MIT-BIH: its row there is no test. `tools/train_beat_classifier.py --cv 3` measures it on records it has not seen; NSTDB
(record 119, which is in MIT-BIH) is nearly seen; CPSC2019 trained nothing.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import heartsight as hs
import numpy as np
from heartsight.qrs_evaluation import Detector, Evaluation, detector, evaluate_detectors


def one_lead(find: Callable[[Any, float], Any]) -> Detector:
    def detect(signal: Any, rate: float) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return np.asarray(find(np.ascontiguousarray(signal[0], float), rate)).astype(np.int64)

    return detect


def peers() -> dict[str, Detector]:
    """Each library that is installed, with its defaults; the others are named on stderr."""
    found: dict[str, Detector] = {}

    def add(name: str, load: Callable[[], Callable[[Any, float], Any]]) -> None:
        try:
            found[name] = one_lead(load())
        except ImportError as error:
            print(f"SKIPPED {name}: {error}", file=sys.stderr)

    def neurokit(method: str, clean: bool = True) -> Callable[[], Callable[[Any, float], Any]]:
        def load() -> Callable[[Any, float], Any]:
            import neurokit2 as nk

            def find(x: Any, rate: float) -> Any:
                cleaned = nk.ecg_clean(x, int(rate), method=method) if clean else x
                return nk.ecg_peaks(cleaned, int(rate), method=method)[1]["ECG_R_Peaks"]

            return find

        return load

    def sleepecg() -> Callable[[Any, float], Any]:
        import sleepecg

        return lambda x, rate: sleepecg.detect_heartbeats(x, rate)

    def xqrs() -> Callable[[Any, float], Any]:
        from wfdb import processing

        return lambda x, rate: processing.xqrs_detect(x, rate, verbose=False)

    def hamilton() -> Callable[[Any, float], Any]:
        from biosppy.signals import ecg

        return lambda x, rate: ecg.hamilton_segmenter(x, rate)["rpeaks"]

    add("neurokit2 default", neurokit("neurokit"))
    add("neurokit2 khamis2016, raw", neurokit("khamis2016", clean=False))
    for method in ("pantompkins1985", "hamilton2002", "elgendi2010", "kalidas2017", "rodrigues2021"):
        add(f"neurokit2 {method}", neurokit(method))
    add("sleepecg", sleepecg)
    add("wfdb xqrs", xqrs)
    add("biosppy hamilton", hamilton)
    return found


def rows(title: str, evaluations: list[Evaluation], tolerance_ms: int) -> None:
    print(f"\n{title}\n")
    print("| method | median F1 | lower quartile | worst | F1 150 ms | 100 | 50 | 25 | offset ms | s |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for e in evaluations:
        signal = e.per_signal(tolerance_ms)
        gross = [f"{e.gross(ms)[2]:.4f}" for ms in (150, 100, 50, 25)]
        offset = np.nanmean([s.offset_mean_ms for s in e.scores])
        spread = np.nanmean([s.offset_sd_ms for s in e.scores])
        cells = [f"{signal[k]:.4f}" for k in ("median", "lower_quartile", "worst")] + gross
        print(f"| {e.method} | {' | '.join(cells)} | {offset:.1f} ± {spread:.1f} | {e.seconds_taken:.1f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--only", nargs="*", help="methods to run")
    arguments = parser.parse_args()
    detectors = {m: detector(m) for m in hs.detection.qrs_methods()} | peers()
    if arguments.only:
        detectors = {name: d for name, d in detectors.items() if name in arguments.only}
    for which, title in (("each", "MIT-BIH, each lead alone"), ("first", "MIT-BIH, first lead")):
        rows(
            f"{title}; F1 per signal at 100 ms",
            evaluate_detectors(arguments.data / "mitdb", detectors, which=which),
            100,
        )
    for which in ("first", "together"):
        noise = evaluate_detectors(arguments.data / "nstdb", detectors, which=which)
        print(f"\nNSTDB 119, {which} lead{'s' if which == 'together' else ''}: F1 at 150 ms by signal-to-noise ratio\n")
        names = sorted((s.record for s in noise[0].scores), key=lambda n: -int(n[4:].replace("_", "-")))
        print("| method | " + " | ".join(f"{int(n[4:].replace('_', '-'))} dB" for n in names) + " |")
        print("|---" * (len(names) + 1) + "|")
        for e in noise:
            values = {s.record: s.f1(150) for s in e.scores}
            print(f"| {e.method} | " + " | ".join(f"{values[n]:.3f}" for n in names) + " |", flush=True)
    print("\nCPSC2019\n\n| method | QRS_acc | HR_acc | QRS_acc, strict | F1 75 ms |\n|---|---|---|---|---|")
    for e in evaluate_detectors(arguments.data / "cpsc2019", detectors):
        scores = e.cpsc()
        assert scores is not None
        values = (scores["qrs"], scores["heart_rate"], scores["qrs_strict"], e.gross(75)[2])
        print(f"| {e.method} | " + " | ".join(f"{v:.3f}" for v in values) + " |", flush=True)


if __name__ == "__main__":
    main()
