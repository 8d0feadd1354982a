"""A small PTB-XL-like folder of simulated recordings, and a bundle that is trained on it: nothing here is a patient's."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import heartsight as hs
import numpy as np
import pytest

CLASSES = ("NORM", "MI", "STTC", "CD", "HYP")
MORPHOLOGY = {
    "NORM": "normal",
    "MI": "myocardial_infarction",
    "STTC": "st_t_change",
    "CD": "conduction_disturbance",
    "HYP": "hypertrophy",
}


def write_wfdb(path: Path, signal: np.ndarray, rate: float, leads: Sequence[str]) -> None:
    """A WFDB record in format 16 with 1000 units per mV; `path` has no extension."""
    digital = np.clip(np.round(signal * 1000), -32767, 32767).astype("<i2")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_name(path.name + ".dat").write_bytes(digital.T.tobytes())
    lines = [f"{path.name} {len(leads)} {rate:g} {signal.shape[1]}"]
    lines += [f"{path.name}.dat 16 1000/mV 16 0 {row[0]} 0 0 {lead}" for lead, row in zip(leads, digital, strict=True)]
    path.with_name(path.name + ".hea").write_text("\n".join(lines) + "\n")


def write_dataset(folder: Path, *, n_per_class: int = 12, n_folds: int = 10) -> Path:
    """A folder with manifest.csv and records100, two records to a patient; the fold is the patient's."""
    rows = []
    n = n_per_class * len(CLASSES)
    for ecg_id in range(1, n + 1):
        name = CLASSES[(ecg_id - 1) // 2 % len(CLASSES)]
        patient = (ecg_id - 1) // 2
        recording, _ = hs.simulate.ecg(
            100, morphology=MORPHOLOGY[name], seed=ecg_id, heart_rate_bpm=60 + ecg_id % 30, muscle_noise_mv=0.01
        )
        write_wfdb(folder / "records100" / "00000" / f"{ecg_id:05d}_lr", recording.signal, 100, recording.leads)
        rows.append(
            {
                "ecg_id": ecg_id,
                "patient_id": patient,
                "age": 30 + ecg_id % 60,
                "sex": patient % 2,
                "strat_fold": patient // len(CLASSES) % n_folds + 1,
                **{c: int(c == name) for c in CLASSES},
            }
        )
    with (folder / "manifest.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder


@pytest.fixture(scope="session")
def dataset_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 recordings of 30 patients, no fold above 6."""
    return write_dataset(tmp_path_factory.mktemp("data") / "small", n_per_class=12)


@pytest.fixture(scope="session")
def quick_settings() -> dict[str, object]:
    """A training run of a second."""
    return {
        "features": "summary_statistics",
        "candidates": [{"max_depth": 2, "eta": 0.3, "rounds": 8}],
        "n_seeds": 1,
        "outer_folds": 2,
        "inner_folds": 2,
        "band_resamples": 20,
        "metric_resamples": 20,
        "n_threads": 1,
        "name": "small",
    }


@pytest.fixture(scope="session")
def bundle_file(
    tmp_path_factory: pytest.TempPathFactory, dataset_folder: Path, quick_settings: dict[str, object]
) -> Path:
    """A bundle trained on the small folder. Needs the training extra."""
    pytest.importorskip("xgboost", reason="the bundle of these tests is trained, which needs heartsight[train]")
    from heartsight.training import TrainingConfig, load_dataset, train_ecg

    result = train_ecg(
        load_dataset(dataset_folder, definition="summary_statistics", n_threads=1),
        TrainingConfig.from_dict(quick_settings),
    )
    path = tmp_path_factory.mktemp("bundle") / "small.heartsight"
    hs.pipeline.write_bundle(result.bundle, path)
    return path


@pytest.fixture(scope="session")
def analyzer(bundle_file: Path) -> hs.Analyzer:
    return hs.Analyzer.load(bundle_file)
