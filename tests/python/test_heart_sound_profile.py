"""Heart sounds as a signal in numbers, and the monitor that watches them."""

from __future__ import annotations

import csv
import os
import wave
from pathlib import Path

import heartsight as hs
import numpy as np
import pytest
from heartsight import drift, pipeline
from heartsight.signal import heart_sound_profile

NAMES = [
    "heart_rate_bpm", "periodicity", "rms", "crest_factor", "envelope_range_db", "missing_share", "flat_share",
    "clipped_share", "rumble_share", "hiss_share", "spectral_centroid_hz", "spectral_edge_hz", "band_25_45_share",
    "band_45_80_share", "band_80_200_share", "band_200_400_share",
]  # fmt: skip
SHARES = {"missing_share", "flat_share", "clipped_share"}


def sounds(
    rate: float = 2000.0, *, bpm: float = 72.0, seconds: float = 12.0, noise: float = 0.02, seed: int = 0
) -> np.ndarray:
    """S1 at 50 Hz and a softer S2 at 80 Hz, 0.32 s later, in white noise."""
    t = np.arange(int(seconds * rate)) / rate
    phase = t % (60.0 / bpm)

    def burst(at: float, hz: float, width: float) -> np.ndarray:
        return np.exp(-0.5 * ((phase - at) / width) ** 2) * np.sin(2 * np.pi * hz * (phase - at))

    quiet = noise * np.random.default_rng(seed).standard_normal(t.size)
    return burst(0.1, 50, 0.025) + 0.7 * burst(0.42, 80, 0.018) + quiet


def test_names_order_and_known_values() -> None:
    p = heart_sound_profile(sound=sounds(), sampling_rate=2000.0)
    assert list(p) == NAMES
    assert p["heart_rate_bpm"] == pytest.approx(72.0, abs=0.7)
    assert 0.7 < p["periodicity"] <= 1.0
    assert p["rms"] == pytest.approx(sounds().std())
    assert p["crest_factor"] == pytest.approx(np.abs(sounds() - sounds().mean()).max() / sounds().std())
    assert sum(p[n] for n in NAMES[-4:]) == pytest.approx(1.0)


@pytest.mark.parametrize("dtype", [np.float32, np.int16, np.int32])
def test_any_unit_and_dtype(dtype: type) -> None:
    x = sounds() * 8000
    ours = heart_sound_profile(x.astype(dtype), 2000.0)
    plain = heart_sound_profile(x, 2000.0)
    for name in NAMES:
        assert ours[name] == pytest.approx(plain[name], rel=1e-3, abs=1e-3), name


def test_hostile_input_is_an_answer() -> None:
    good = sounds()
    for x, left in (
        (np.array([]), set()),
        (np.full(9000, np.nan), SHARES),
        (np.full(9000, np.inf), SHARES),
        (np.zeros(9000), SHARES | {"rms"}),
        (np.full(9000, -1e308), SHARES | {"rms"}),
        (good[:1], SHARES | {"rms"}),
        (good[:1999], SHARES | {"rms", "crest_factor"}),
        (np.where(np.arange(good.size) <= good.size // 2, np.nan, good), SHARES | {"rms", "crest_factor"}),
    ):
        p = heart_sound_profile(x, 2000.0)
        assert {n for n in NAMES if not np.isnan(p[n])} == left
    strided = heart_sound_profile(np.repeat(good, 2)[::2], 2000.0)
    assert strided == heart_sound_profile(good, 2000.0)
    clipped = heart_sound_profile(np.clip(good, -0.3, 0.3), 2000.0)
    assert clipped["clipped_share"] > 0.01
    for rate in (0.0, 999.0, 200_001.0, np.nan, -2000.0):
        with pytest.raises(hs.DomainError, match="sampling_rate"):
            heart_sound_profile(good, rate)
    with pytest.raises(hs.ShapeError, match="sound"):
        heart_sound_profile(good.reshape(2, -1), 2000.0)
    with pytest.raises(TypeError):
        heart_sound_profile(["a", "b"], 2000.0)  # type: ignore[list-item]


def case(seed: int, *, gain: float = 1.0, noise: float = 0.02) -> pipeline.MonitoredCase:
    rng = np.random.default_rng(seed)
    x = sounds(bpm=60 + seed % 40, seconds=5, noise=noise, seed=seed) * np.exp(rng.normal(0, 0.2)) * gain
    recording = hs.Recording(x[np.newaxis], 2000.0, leads=["PCG"], sex="female", age_years=50.0)
    return pipeline.monitored_heart_sounds(recording, probability=[rng.random()])


def test_the_monitor_watches_heart_sounds() -> None:
    one = case(3)
    assert one.heart_sounds is not None
    assert list(one.heart_sounds) == NAMES
    assert np.isnan(one.profile["amplitude_mv"])
    assert one.groups == ["sex=female", "age=40-64"]
    reference = pipeline.MonitorReference(classes=["murmur"], thresholds=[0.5], cases=[case(s) for s in range(80)])
    same, changed = pipeline.MonitorState(reference), pipeline.MonitorState(reference)
    for seed in range(100, 180):
        same.add(case(seed))
        changed.add(case(seed, gain=3.0, noise=0.1))
    assert same.result().alerts == []
    found = {a.subject for a in changed.result().alerts if a.kind == "signal"}
    assert {"sound_rms", "sound_hiss_share", "sound_envelope_range_db"} <= found
    assert "sound_heart_rate_bpm" not in found
    assert pipeline.MonitorState.from_bytes(same.to_bytes(), reference).n_cases == 80

    unanswered = pipeline.monitored_heart_sounds(
        hs.RecordingFloat32(sounds()[np.newaxis].astype(np.float32), 2000.0, leads=["PCG"])
    )
    assert not unanswered.analyzed
    assert unanswered.heart_sounds is not None
    ecg, _ = hs.simulate.ecg(1000.0, seed=1)
    with pytest.raises(hs.ShapeError, match="channels"):
        pipeline.monitored_heart_sounds(ecg)
    with pytest.raises(hs.DomainError, match="sampling_rate"):
        pipeline.monitored_heart_sounds(hs.Recording(sounds()[np.newaxis], 500.0, leads=["PCG"]))
    with pytest.raises(hs.ShapeError, match="label"):
        pipeline.monitored_heart_sounds(hs.Recording(sounds()[np.newaxis], 2000.0, leads=["PCG"]), label=[1])


def read_wav(path: Path) -> tuple[np.ndarray, float]:
    with wave.open(str(path)) as file:
        assert (file.getsampwidth(), file.getnchannels()) == (2, 1)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768.0, float(file.getframerate())


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def profiles(folder: Path, files: list[str]) -> dict[str, np.ndarray]:
    rows = [heart_sound_profile(*read_wav(folder / file)) for file in files]
    return {name: np.array([row[name] for row in rows]) for name in NAMES}


@pytest.fixture(scope="module")
def sources() -> dict[str, dict[str, np.ndarray]]:
    """Profiles of the recordings of each source: CinC 2016's six, and PASCAL's two."""
    if "HEARTSIGHT_DATA" not in os.environ:
        pytest.skip("HEARTSIGHT_DATA names no folder")
    cinc = Path(os.environ["HEARTSIGHT_DATA"]) / "cinc2016_pcg"
    pascal = Path(os.environ["HEARTSIGHT_DATA"]) / "pascal_heartbeat"
    if not cinc.is_dir() or not pascal.is_dir():
        pytest.skip("HEARTSIGHT_DATA has no heart sounds")
    files: dict[str, list[str]] = {}
    for row in rows_of(cinc / "labels.csv"):
        files.setdefault(row["source"], []).append(f"wav/{row['record']}.wav")
    found = {source: profiles(cinc, names) for source, names in files.items()}
    for row in rows_of(pascal / "labels.csv"):
        files.setdefault(row["file"][:5], []).append(row["file"])
    return found | {source: profiles(pascal, files[source]) for source in ("set_a", "set_b")}


@pytest.mark.data
def test_another_source_is_drift_and_half_of_one_is_not(sources: dict[str, dict[str, np.ndarray]]) -> None:
    for one, other in (("training-a", "training-e"), ("training-b", "training-c"), ("training-e", "training-d")):
        report = drift.compare(sources[one], sources[other])
        assert report.verdict == "drift", f"{one} {other}"
        signal = {"rumble_share", "hiss_share", "spectral_centroid_hz", "spectral_edge_hz", "rms", *NAMES[-4:]}
        assert signal & set(report.drifted)
    phones = drift.compare(sources["set_b"], sources["set_a"], min_count=5)
    assert {"rumble_share", "spectral_centroid_hz", "band_25_45_share"} <= set(phones.drifted)
    rng = np.random.default_rng(5)
    n_false = 0
    for _ in range(40):
        table = sources["training-b"]
        order = rng.permutation(len(table["rms"]))
        halves = [{n: v[part] for n, v in table.items()} for part in np.array_split(order, 2)]
        n_false += drift.compare(*halves).verdict == "drift"
    assert n_false <= 5, "2 of 40 are expected at alpha = 0.05"


@pytest.mark.data
def test_rates_of_real_recordings_are_those_of_hearts(sources: dict[str, dict[str, np.ndarray]]) -> None:
    rate = np.concatenate([table["heart_rate_bpm"] for name, table in sources.items() if name.startswith("training")])
    assert np.mean((rate >= 40) & (rate <= 160)) >= 0.95
    assert 60 <= np.nanmedian(rate) <= 85
    folder = Path(os.environ["HEARTSIGHT_DATA"]) / "pascal_heartbeat"
    marks: dict[str, list[int]] = {}
    for row in rows_of(folder / "set_a_timing.csv"):
        if row["sound"] == "S1":
            marks.setdefault(row["fname"], []).append(int(row["location"]))
    assert len(marks) == 3
    for file, samples in marks.items():
        beat = np.median(np.diff(samples)) / 44100
        assert heart_sound_profile(*read_wav(folder / file))["heart_rate_bpm"] == pytest.approx(60 / beat, rel=0.1)
