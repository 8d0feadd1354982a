"""The verdict of signal.quality on a folder in the layout of the CinC 2011 challenge, and its speed.

The folder holds set-a/<id>.txt (row number and twelve leads, 500 Hz, about 5 uV per unit) and RECORDS-acceptable and
RECORDS-unacceptable. The peer of the verdict is the rule "no lead is constant", that of the time is one Welch spectrum.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import heartsight as hs
import numpy as np
import numpy.typing as npt
import scipy
import scipy.signal

LEADS = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]
MV_PER_UNIT = 0.005


def confusion(name: str, truth: list[bool], answer: list[bool]) -> None:
    t, a = np.array(truth), np.array(answer)
    print(
        f"  {name:24s} accuracy {np.mean(t == a):.3f}, acceptable called so {np.sum(t & a)} of {np.sum(t)}, "
        f"unacceptable called so {np.sum(~t & ~a)} of {np.sum(~t)}"
    )


def verdicts(folder: Path) -> None:
    truth, ours, unit_free, flat = [], [], [], []
    for label in ("acceptable", "unacceptable"):
        for name in (folder / f"RECORDS-{label}").read_text().split():
            units = np.loadtxt(folder / "set-a" / f"{name}.txt", delimiter=",")[:, 1:].T
            truth.append(label == "acceptable")
            q = hs.signal.quality(MV_PER_UNIT * units, 500, leads=LEADS)
            ours.append(q.acceptable)
            unit_free.append(hs.signal.quality(units, 500, leads=LEADS, amplitude_in_mv=False).acceptable)
            flat.append(bool(np.ptp(units, axis=1).min() > 0))
            if ours[-1] != truth[-1]:
                print(f"  {name}: {label}, called {q.verdict} ({q.verdict_reasons!r}, score {q.score:.2f})")
    print(f"{len(truth)} recordings of {folder.name}:")
    confusion("quality", truth, ours)
    confusion("quality, unit unknown", truth, unit_free)
    confusion("no lead is constant", truth, flat)


def seconds(function: object, repeats: int) -> float:
    start = time.perf_counter()
    for _ in range(repeats):
        function()  # type: ignore[operator]
    return (time.perf_counter() - start) / repeats


def speed() -> None:
    for rate in (100, 500):
        x: npt.NDArray[np.float64] = hs.simulate.ecg(rate, seed=1, muscle_noise_mv=0.02)[0].signal.copy()
        pairs = [
            (
                seconds(lambda x=x, rate=rate: hs.signal.quality(x, rate, leads=LEADS), 20),
                seconds(lambda x=x, rate=rate: scipy.signal.welch(x, rate, nperseg=rate), 20),
            )
            for _ in range(15)
        ]
        times = np.array(pairs)
        print(
            f"12 x {x.shape[1]} samples: quality {1e3 * times[:, 0].min():.2f} ms at best, SciPy {scipy.__version__} welch "
            f"{1e3 * times[:, 1].min():.2f} ms, median ratio {np.median(times[:, 1] / times[:, 0]):.2f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", nargs="?", type=Path, help="a folder that holds cinc2011/, or one of its layout")
    data = parser.parse_args().data
    speed()
    if data is None:
        print("verdicts: SKIPPED, no folder given", file=sys.stderr)
        return
    verdicts(data / "cinc2011" if (data / "cinc2011").is_dir() else data)


if __name__ == "__main__":
    main()
