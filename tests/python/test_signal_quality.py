"""Signal quality: simulated truth, and where HEARTSIGHT_DATA is set, the public recordings that can be seen."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import heartsight as hs
import numpy as np
import pytest
from heartsight.signal import QualityGrade, QualityReason, quality

LEADS = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]


def data_folder(name: str) -> Path:
    folder = os.environ.get("HEARTSIGHT_DATA")
    if not folder:
        pytest.skip("HEARTSIGHT_DATA is not set: no real recordings to judge")
    path = Path(folder) / name
    if not path.is_dir():
        pytest.skip(f"{path} is not there: no real recordings to judge")
    return path


def clean(rate: float = 500, **options: object) -> np.ndarray:
    return hs.simulate.ecg(rate, white_noise_mv=0.005, seed=3, **options)[0].signal.copy()


def test_a_clean_recording() -> None:
    q = quality(signal=clean(), sampling_rate=500, leads=LEADS)
    assert q.verdict == "acceptable"
    assert q.acceptable
    assert q.score > 0.95
    assert q.verdict_reasons == QualityReason(0)
    assert q.grade.shape == q.reasons.shape == (12, 10)
    assert q.grade.dtype == np.uint8
    assert q.reasons.dtype == np.uint32
    assert np.mean(q.grade == QualityGrade.usable) > 0.95
    assert [lead.verdict for lead in q.leads] == [QualityGrade.usable] * 12
    assert "acceptable" in repr(q)


def test_a_lost_electrode_in_its_seconds() -> None:
    x = clean()
    x[8, 1000:2500] = 0.1
    q = quality(x, 500)
    np.testing.assert_array_equal(q.grade[8] == QualityGrade.unusable, (np.arange(10) >= 2) & (np.arange(10) < 5))
    np.testing.assert_array_equal(q.reasons[8, 2:5], int(QualityReason.flat))
    assert not q.acceptable
    assert q.verdict_reasons == QualityReason.flat
    assert q.leads[8].verdict == QualityGrade.unusable
    assert q.leads[8].unusable_share == 0.3
    assert q.leads[8].reasons == QualityReason.flat
    d = q.to_dict()
    assert d["verdict"] == "unacceptable"
    assert d["reasons"] == ["flat"]
    assert d["leads"][8] == q.leads[8].to_dict()
    assert d["grade"][8][2] == "unusable"
    assert d["reasons_by_second"][8][2] == ["flat"]
    assert d["score"] == q.score


@pytest.mark.parametrize("rate", [100, 250, 500, 1000])
def test_noise_alone_is_unacceptable(rate: int) -> None:
    random = np.random.default_rng(1)
    white = random.normal(size=(12, 10 * rate))
    assert not quality(white, rate).acceptable
    assert not quality(0.01 * white, rate).acceptable
    assert not quality(0.1 * np.cumsum(white, axis=1) * (100 / rate) ** 0.5, rate).acceptable
    t = np.arange(10 * rate) / rate
    assert not quality(np.tile(0.5 * np.sin(2 * np.pi * 50 * t + 1), (12, 1)), rate).acceptable


def test_the_sampling_rate_does_not_matter() -> None:
    for noise in (0.0, 0.01, 0.3):
        verdicts = set()
        for rate in (100, 250, 360, 500, 1000):
            x = hs.simulate.ecg(rate, muscle_noise_mv=noise, baseline_wander_mv=0.1, seed=5)[0].signal
            verdicts.add(quality(x, rate).verdict)
        assert len(verdicts) == 1, noise


def test_swapped_arm_electrodes_are_suspected_by_name_only() -> None:
    x = clean()
    swapped = x[[0, 2, 1, 4, 3, 5, 6, 7, 8, 9, 10, 11]]
    swapped[0] *= -1
    q = quality(swapped, 500, leads=LEADS)
    assert q.verdict_reasons == QualityReason.reversed_limb_leads
    assert q.acceptable
    assert quality(swapped, 500).verdict_reasons == QualityReason(0)
    assert quality(x, 500, leads=LEADS).verdict_reasons == QualityReason(0)


def test_unknown_unit() -> None:
    x = clean()
    wanted = quality(x, 500, amplitude_in_mv=False)
    for factor in (0.001, 200.0):
        np.testing.assert_array_equal(quality(factor * x, 500, amplitude_in_mv=False).grade, wanted.grade)
    assert not quality(200 * x, 500).acceptable  # 200 mV are no heart
    integers = np.round(200 * x).astype(np.int16)
    assert quality(integers, 500, amplitude_in_mv=False).acceptable


def test_dtypes_strides_and_threads() -> None:
    x = clean().astype(np.float32)
    wanted = quality(x.astype(float), 500)
    big = np.zeros((12, 10_000), np.float32)
    big[:, ::2] = x
    read_only = x.copy()
    read_only.flags.writeable = False
    for same in (x, big[:, ::2], read_only, np.asfortranarray(x), x.astype(">f4")):
        np.testing.assert_array_equal(quality(same, 500).reasons, wanted.reasons)
    assert quality(x[1], 500).grade.shape == (1, 10)
    with ThreadPoolExecutor(4) as pool:
        for q in pool.map(lambda _: quality(x, 500), range(16)):
            np.testing.assert_array_equal(q.grade, wanted.grade)
    with pytest.raises(TypeError, match="signal"):
        quality(np.array([["a"]]), 500)


def test_degenerate_input_and_errors() -> None:
    for shape in ((12, 0), (0,), (0, 100)):
        q = quality(np.zeros(shape), 100)
        assert (q.verdict, q.score, q.verdict_reasons) == ("unacceptable", 0.0, QualityReason.missing)
    for value, reason in ((0.0, "flat"), (np.nan, "missing"), (np.inf, "missing"), (-1e300, "missing")):
        for n in (1, 2, 30, 1000):
            q = quality(np.full((3, n), value), 100)
            assert q.to_dict()["reasons"] == [reason]
    with pytest.raises(hs.DomainError, match="sampling_rate"):
        quality(np.zeros(10), 10)
    with pytest.raises(hs.DomainError):
        quality(np.zeros(10), np.nan)
    with pytest.raises(hs.ShapeError, match="leads"):
        quality(np.zeros((2, 10)), 100, leads=["I"])
    with pytest.raises(hs.ShapeError):
        quality(np.zeros((2, 2, 10)), 100)


def test_the_visible_recordings_of_cinc2011() -> None:
    folder = data_folder("cinc2011")
    right = []
    for label in ("acceptable", "unacceptable"):
        for name in (folder / f"RECORDS-{label}").read_text().split():
            units = np.loadtxt(folder / "set-a" / f"{name}.txt", delimiter=",")[:, 1:].T
            right.append(quality(0.005 * units, 500, leads=LEADS).verdict == label)
            right.append(quality(units, 500, amplitude_in_mv=False).verdict == label)
    assert len(right) == 32
    assert np.mean(right) >= 0.95


def test_clinical_recordings_of_ptbxl_are_acceptable_at_either_rate() -> None:
    folder = data_folder("ptbxl_waveforms")
    acceptable, reversed_limbs, same = [], [], []
    for header in sorted(folder.glob("records100/*/*.hea")):
        rec = hs.read_record(header)
        q = quality(rec.signal, rec.sampling_rate, leads=rec.leads)
        acceptable.append(q.acceptable)
        reversed_limbs.append(QualityReason.reversed_limb_leads in q.verdict_reasons)
        fine = Path(str(header).replace("records100", "records500").replace("_lr", "_hr"))
        if fine.exists():
            rec = hs.read_record(fine)
            same.append(quality(rec.signal, rec.sampling_rate).acceptable == q.acceptable)
    assert len(acceptable) > 400
    assert np.mean(acceptable) >= 0.99
    assert np.mean(reversed_limbs) <= 0.01
    assert np.mean(same) >= 0.99


def test_noise_stress_recordings_fall_with_the_signal_to_noise_ratio() -> None:
    folder = data_folder("nstdb")
    cost = []
    for name in ("119e24", "119e18", "119e12", "119e06", "119e00", "119e_6"):
        rec = hs.read_record(folder / name)
        grade = quality(rec.signal, rec.sampling_rate).grade
        t = np.arange(grade.shape[1])
        noisy = (t >= 300) & ((t - 300) // 120 % 2 == 0)
        cost.append(grade[:, noisy].mean() / 2)
        assert grade[:, ~noisy].mean() / 2 < 0.03, name
    assert np.all(np.diff(cost) > 0), cost
    assert cost[0] < 0.05
    assert cost[-1] > 0.5
