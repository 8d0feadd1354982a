"""Spectra and Fourier resampling against SciPy, alternating in one run."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import heartsight as hs
import numpy as np
import scipy.signal


def seconds(function: Callable[[], Any]) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def compare(title: str, ours: Callable[[], Any], scipys: Callable[[], Any], repeats: int) -> None:
    got, wanted = ours(), scipys()
    np.testing.assert_allclose(got, wanted, rtol=0, atol=1e-10 * np.abs(wanted).max())
    times = np.array([[seconds(ours), seconds(scipys)] for _ in range(repeats)])
    best, median = times.min(axis=0) * 1e3, np.median(times, axis=0) * 1e3
    ratio = np.median(times[:, 1] / times[:, 0])
    print(
        f"{title:44s} ours {best[0]:8.3f} ms (median {median[0]:8.3f}), SciPy {best[1]:8.3f} ms (median {median[1]:8.3f}), "
        f"{best[1] / best[0]:5.1f} x by best, {ratio:5.1f} x by median"
    )


def main() -> None:
    random = np.random.default_rng(0)
    hour = random.normal(size=1_296_000)  # one lead at 360 Hz
    leads = random.normal(size=(12, 5000))
    compare(
        "welch, 1 h at 360 Hz, nperseg 1024",
        lambda: hs.signal.welch(hour, 360.0, nperseg=1024)[1],
        lambda: scipy.signal.welch(hour, 360.0, nperseg=1024)[1],
        20,
    )
    compare(
        "welch, 12 x 5000, nperseg 1024",
        lambda: hs.signal.welch(leads, 500.0, nperseg=1024)[1],
        lambda: scipy.signal.welch(leads, 500.0, nperseg=1024)[1],
        200,
    )
    compare(
        "welch median, 1 h at 360 Hz, nperseg 1024",
        lambda: hs.signal.welch(hour, 360.0, nperseg=1024, average="median")[1],
        lambda: scipy.signal.welch(hour, 360.0, nperseg=1024, average="median")[1],
        10,
    )
    compare(
        "stft, 1 h at 360 Hz, nperseg 1024",
        lambda: hs.signal.stft(hour, 360.0, nperseg=1024)[2],
        lambda: scipy.signal.stft(hour, 360.0, nperseg=1024)[2],
        10,
    )
    for n_out, rate in ((3600, 360), (2500, 250), (1000, 100)):
        compare(
            f"fourier_resample, 12 x 5000, 500 to {rate} Hz",
            lambda n_out=n_out: hs.signal.fourier_resample(leads, n_out),  # type: ignore[misc]
            lambda n_out=n_out: scipy.signal.resample(leads, n_out, axis=1),  # type: ignore[misc]
            200,
        )
    compare(
        "fourier_resample, 1 h, 360 to 250 Hz",
        lambda: hs.signal.fourier_resample(hour, 900_000),
        lambda: scipy.signal.resample(hour, 900_000),
        15,
    )
    compare(
        "fourier_resample, prime length 100003 to 69444",
        lambda: hs.signal.fourier_resample(hour[:100_003], 69_444),
        lambda: scipy.signal.resample(hour[:100_003], 69_444),
        20,
    )
    times = np.cumsum(random.uniform(0.6, 1.0, 375))  # five minutes of beats
    values = random.normal(size=375)
    frequencies = np.linspace(0.003, 0.5, 500)
    compare(
        "lomb_scargle, 375 beats, 500 frequencies",
        lambda: hs.signal.lomb_scargle(times, values, frequencies),
        lambda: scipy.signal.lombscargle(times, values, 2 * np.pi * frequencies),
        30,
    )


if __name__ == "__main__":
    main()
