"""Filters, medians and resampling against SciPy on one record and on one hour of one lead, alternating in one run."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import heartsight as hs
import numpy as np
import numpy.typing as npt
import scipy
import scipy.ndimage
import scipy.signal

FloatArray = npt.NDArray[np.float64]


def seconds(function: Callable[[], Any], repeats: int) -> float:
    start = time.perf_counter()
    for _ in range(repeats):
        function()
    return (time.perf_counter() - start) / repeats


def compare(name: str, n_samples: int, ours: Callable[[], FloatArray], peer: Callable[[], FloatArray]) -> None:
    got, wanted = ours(), peer()
    np.testing.assert_allclose(got, wanted, rtol=0, atol=1e-10 * np.abs(wanted).max())
    repeats = max(1, int(0.02 / seconds(peer, 1)))
    rounds = int(np.clip(3.0 / (repeats * seconds(peer, 1)), 3, 25))
    times = np.array([(seconds(ours, repeats), seconds(peer, repeats)) for _ in range(rounds)])
    rates = n_samples / times.min(axis=0) / 1e6
    ratio = float(np.median(times[:, 1] / times[:, 0]))
    print(f"  {name:38s} {rates[0]:8.1f} against {rates[1]:7.2f} Msample/s best, median ratio {ratio:6.1f}")


def compare_all(x: FloatArray, fs: float) -> None:
    sos = hs.signal.butterworth(4, fs, low_hz=0.5, high_hz=40.0)
    n = x.size
    compare("sosfilt, 4 sections", n, partial(hs.signal.sosfilt, sos, x), partial(scipy.signal.sosfilt, sos, x))
    compare(
        "sosfiltfilt, 4 sections", n, partial(hs.signal.sosfiltfilt, sos, x), partial(scipy.signal.sosfiltfilt, sos, x)
    )
    for up, down in ((25, 18), (1, 5)):
        peer = partial(scipy.signal.resample_poly, x, up, down, axis=-1)
        compare(f"resample_poly {up} / {down}", n, partial(hs.signal.resample_poly, x, up, down), peer)
    for width in (3, 5, 101):
        peer = partial(scipy.ndimage.median_filter, x, size=(1, width) if x.ndim == 2 else width)
        compare(f"median_filter, width {width}", n, partial(hs.signal.median_filter, x, width), peer)
    if x.ndim == 1:  # the general path of ndimage, which its n-dimensional calls take
        row = x[None, :100_000]
        peer = partial(scipy.ndimage.median_filter, row, size=(1, 101))
        compare("median_filter, width 101, as (1, n)", row.size, partial(hs.signal.median_filter, row, 101), peer)


def main() -> None:
    record = hs.simulate.ecg(500, seed=1, muscle_noise_mv=0.02, baseline_wander_mv=0.1)[0].signal.copy()
    ten_seconds = hs.simulate.ecg(360, seed=2, muscle_noise_mv=0.02, baseline_wander_mv=0.1)[0].signal[1]
    hour = np.tile(ten_seconds, 360) + 0.01 * np.random.default_rng(0).normal(size=1_296_000)
    for title, x, fs in (("12 x 5000 at 500 Hz", record, 500), ("1 x 1,296,000 at 360 Hz", hour, 360)):
        print(f"{title}, heartsight against SciPy {scipy.__version__}:")
        compare_all(x, fs)


if __name__ == "__main__":
    main()
