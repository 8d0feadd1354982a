"""detect_qrs and QrsStream from Python."""

from __future__ import annotations

import threading

import heartsight as hs
import numpy as np
import pytest


def simulated(
    duration_s: float = 30.0, rate: float = 360.0, **options: float
) -> tuple[np.ndarray, hs.simulate.EcgTruth]:
    record, truth = hs.simulate.ecg(rate, duration_s=duration_s, muscle_noise_mv=0.01, seed=3, **options)  # type: ignore[arg-type]
    return record.signal, truth


def test_by_keyword_and_what_comes_back() -> None:
    signal, truth = simulated()
    found = hs.detection.detect_qrs(signal=signal[1], sampling_rate=360.0, method="heartsight", least_confidence=0.4)
    np.testing.assert_allclose(found.r_peaks, truth.lead_peaks[:, 1], atol=3)
    assert found.r_peaks.dtype == np.int64
    assert found.confidence.shape == found.r_peaks.shape
    assert (found.confidence >= 0.4).all()
    assert found.polarity == [truth.lead_polarity[1]]
    assert found.leads_used == [0]
    assert found.unusable.shape == (0, 2)
    assert (found.method, found.sampling_rate, found.n_samples) == ("heartsight", 360.0, signal.shape[1])
    assert len(found) == len(truth.r_peaks)
    assert "beats" in repr(found)
    assert hs.detection.qrs_methods() == ["heartsight", "pantompkins1985", "hamilton2002", "elgendi2010", "khamis2016"]


def test_twelve_leads_at_once() -> None:
    signal, truth = simulated()
    found = hs.detection.detect_qrs(signal, 360.0)
    match = hs.metrics.match_beats(truth.r_peaks, found.r_peaks, 0.06 * 360)
    assert (match.n_missed, match.n_extra) == (0, 0)
    assert found.polarity == list(truth.lead_polarity)


def test_layouts_and_dtypes_give_the_same() -> None:
    signal, _ = simulated()
    wanted = hs.detection.detect_qrs(signal[1], 360.0)
    for same in (
        np.asfortranarray(signal)[1],
        np.repeat(signal[1], 2)[::2],
        signal[1][::-1].copy()[::-1],
        signal[1].tolist(),
    ):
        assert hs.detection.detect_qrs(same, 360.0) == wanted
    read_only = signal[1].copy()
    read_only.setflags(write=False)
    assert hs.detection.detect_qrs(read_only, 360.0) == wanted
    counts = np.round(signal[1] * 1000).astype(np.int16)
    np.testing.assert_array_equal(hs.detection.detect_qrs(counts, 360.0).r_peaks.size, wanted.r_peaks.size)
    np.testing.assert_array_equal(hs.detection.detect_qrs(signal[1].astype(np.float32), 360.0).r_peaks, wanted.r_peaks)


@pytest.mark.parametrize(
    "signal", [np.zeros(0), np.zeros(1), np.full(5000, np.nan), np.full(5000, 2.0), np.zeros((3, 0))]
)
def test_a_signal_without_beats_has_none(signal: np.ndarray) -> None:
    found = hs.detection.detect_qrs(signal, 500.0)
    assert found.r_peaks.size == 0
    assert sum(b - a for a, b in found.unusable) == (signal.shape[-1] if signal.ndim == 1 else 0)


def test_refuses() -> None:
    signal = np.zeros(1000)
    with pytest.raises(hs.DomainError, match="sampling_rate"):
        hs.detection.detect_qrs(signal, 0.0)
    with pytest.raises(hs.DomainError, match=r"wavelet.*heartsight"):
        hs.detection.detect_qrs(signal, 360.0, method="wavelet")
    with pytest.raises(hs.DomainError, match="least_confidence"):
        hs.detection.detect_qrs(signal, 360.0, least_confidence=1.5)
    with pytest.raises(hs.ShapeError, match="signal"):
        hs.detection.detect_qrs(np.zeros((1, 1, 10)), 360.0)
    with pytest.raises(TypeError):
        hs.detection.detect_qrs(signal)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="signal"):
        hs.detection.detect_qrs(np.array(["a"]), 360.0)


def test_a_stream_equals_the_whole() -> None:
    signal, _ = simulated(90.0, ventricular_ectopic_rate=0.2)
    signal = signal[:2].copy()
    signal[:, 9000:11000] = np.nan
    whole = hs.detection.detect_qrs(signal, 360.0)
    stream = hs.detection.QrsStream(sampling_rate=360.0, n_leads=2)
    peaks, confidence = [], []
    rng = np.random.default_rng(0)
    start = 0
    while start < signal.shape[1]:
        stop = start + int(rng.integers(1, 3000))
        p, c = stream.push(signal[:, start:stop])
        assert (p >= start - stream.latency_s * 360).all()
        peaks.append(p)
        confidence.append(c)
        start = stop
    p, c = stream.finish()
    np.testing.assert_array_equal(np.concatenate([*peaks, p]), whole.r_peaks)
    np.testing.assert_array_equal(np.concatenate([*confidence, c]), whole.confidence)
    np.testing.assert_array_equal(stream.unusable, whole.unusable)
    assert stream.n_samples == signal.shape[1]
    with pytest.raises(hs.DomainError, match="finished"):
        stream.push(signal[:, :10])


def test_from_many_threads() -> None:
    signal, _ = simulated()
    wanted = hs.detection.detect_qrs(signal, 360.0)
    found: list[hs.detection.QrsDetection] = []
    threads = [threading.Thread(target=lambda: found.append(hs.detection.detect_qrs(signal, 360.0))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert all(f == wanted for f in found)


def test_decoding_of_cells() -> None:
    offset, confidence = np.zeros(1174), np.zeros(1174)
    confidence[[10, 79 + 60]] = 0.9, 0.5
    np.testing.assert_allclose(
        hs.detection.decode_cells(offset=offset, confidence=confidence), [10 / 79 * 5000, 60 / 157 * 5000]
    )
    assert hs.detection.decode_cells(np.zeros(5), np.ones(5), cells_per_scale=[5], n_samples=5000.0).size == 4
    with pytest.raises(hs.ShapeError, match="1174"):
        hs.detection.decode_cells(np.zeros(3), np.zeros(3))


@pytest.mark.parametrize(
    ("method", "alias"),
    [
        ("pantompkins1985", "pantompkins"),
        ("hamilton2002", "hamilton"),
        ("elgendi2010", "elgendi"),
        ("khamis2016", "khamis"),
    ],
)
def test_the_classical_methods(method: str, alias: str) -> None:
    signal, truth = simulated()
    found = hs.detection.detect_qrs(signal, 360.0, method=method, lead=1)
    assert hs.metrics.match_beats(truth.lead_peaks[:, 1], found.r_peaks, 12).f1 > 0.97
    assert found.method == method
    assert np.isnan(found.confidence).all()
    np.testing.assert_array_equal(hs.detection.detect_qrs(signal[1], 360.0, method=alias).r_peaks, found.r_peaks)


def test_a_stream_may_be_shared_by_threads() -> None:
    signal, _ = simulated(60.0)
    stream = hs.detection.QrsStream(360.0)
    lead = signal[1]

    def push() -> None:
        for start in range(0, len(lead), 200):
            stream.push(lead[start : start + 200])
            _ = stream.unusable, stream.n_samples, stream.polarity(0)

    threads = [threading.Thread(target=push) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stream.finish()
    assert stream.n_samples == 4 * len(lead)
