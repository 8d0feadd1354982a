"""ECG folders as data sets: PTB-XL as PhysioNet ships it, a folder with manifest.csv, or one of the CinC Challenge 2021."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from heartsight import Error, FormatError, __version__
from heartsight.features import (
    FeatureSchema,
    measurement_schema,
    measurements,
    summary_statistics,
    summary_statistics_schema,
)
from heartsight.io import read_record
from heartsight.signal import resample_poly, resample_ratio
from heartsight.training import cinc2021
from heartsight.training.checkpoint import Checkpoint
from heartsight.training.superclasses import CLASSES, SUPERCLASS_OF, parse_scp_codes, superclass_labels

LEADS = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
MODEL_RATE_HZ = 100.0

Progress = Callable[[int, int], None]
"""Called with (records done, records in all)."""


@dataclass(frozen=True)
class EcgRow:
    """One record of a data set, without its signal."""

    ecg_id: int
    path: Path
    patient: int
    labels: tuple[int, ...]
    fold: int
    age_years: float  # NaN where unknown; over 89 is 90
    sex: str  # "male", "female", "unknown"


@dataclass(frozen=True)
class DataSource:
    """Whose recordings a folder holds: what a bundle trained on them has to say."""

    licence: tuple[str, str, str]  # name, licence, DOI
    population: str  # "of ..."
    limits: tuple[str, ...] = ()


PTBXL = DataSource(
    ("PTB-XL (Wagner et al. 2020)", "CC BY 4.0", "10.1038/s41597-020-0495-6"), "one country and a few devices"
)
CINC2021 = DataSource(
    ("PhysioNet/CinC Challenge 2021 (Reyna et al. 2021)", "CC BY 4.0", "10.13026/JZ9P-0M02"),
    "the sources of the CinC Challenge 2021 that were in the folder",
    (
        "Its labels are SNOMED CT codes of several sources, put into PTB-XL's superclasses by heartsight's own grouping.",
        "The recordings name no patient: several of one may stand on both sides of a split, and figures may be too good.",
    ),
)


@dataclass(frozen=True)
class EcgDataset:
    """Features and labels of the records that could be read; `failed` lists the others with the reason."""

    features: npt.NDArray[np.float64]  # (n, length of the schema); NaN where something cannot be measured
    labels: npt.NDArray[np.int64]  # (n, 5), 0 or 1
    patient: npt.NDArray[np.int64]  # (n,)
    fold: npt.NDArray[np.int64]  # (n,) PTB-XL's strat_fold, 0 where there is none
    age_years: npt.NDArray[np.float64]
    sex: list[str]
    ecg_id: npt.NDArray[np.int64]
    failed: list[tuple[int, str]]
    name: str
    definition: str = "measurements"  # or "summary_statistics"
    records: list[Path] = field(default_factory=list)  # (n,) the files; empty where there are none
    source: DataSource = PTBXL

    def __len__(self) -> int:
        return len(self.patient)


def _age(text: str) -> float:
    try:
        age = float(text)
    except ValueError:
        return float("nan")
    return min(age, 90.0) if age >= 0 else float("nan")


def _read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def _integer(row: dict[str, str], key: str, path: Path, line: int, default: int | None = None) -> int:
    text = row.get(key) or ""
    try:
        return int(float(text))
    except ValueError:
        if default is not None:
            return default
        raise FormatError(f"{path}: line {line}: column {key!r} is not a number") from None


def _superclass_map(folder: Path) -> dict[str, str]:
    """The map of scp_statements.csv where the folder has one: the 44 statements with diagnostic = 1."""
    path = folder / "scp_statements.csv"
    if not path.exists():
        return SUPERCLASS_OF
    rows = _read_csv(path)
    if not rows or "diagnostic_class" not in rows[0]:
        raise FormatError(f"{path}: has no column 'diagnostic_class'")
    code_column = next(iter(rows[0]))  # the first column has no name in the published file
    return {r[code_column]: r["diagnostic_class"] for r in rows if (r.get("diagnostic") or "").startswith("1")}


def _table(folder: Path) -> Path | None:
    """The table of PTB-XL's kind that a folder has; None for one of the challenge."""
    return next((p for p in (folder / "ptbxl_database.csv", folder / "manifest.csv") if p.exists()), None)


def _challenge_records(folder: Path) -> list[EcgRow]:
    """Records have no number there and no patient is known: each counts as its own."""
    return [
        EcgRow(
            ecg_id=number,
            path=path,
            patient=number,
            labels=tuple(cinc2021.labels(header.codes)),
            fold=0,
            age_years=header.age_years,
            sex=header.sex,
        )
        for number, (path, header) in enumerate(cinc2021.headers(folder), start=1)
    ]


def list_records(folder: Path, sampling_rate: int = 100) -> list[EcgRow]:
    """The records of a folder, from ptbxl_database.csv or manifest.csv, or else from headers as in the CinC Challenge 2021.

    Records without a file at this rate are left out (a sample of PTB-XL may hold only some at 500 Hz); the challenge's are
    taken at whatever rate they have. Raises FormatError naming file, line and column.
    """
    path = _table(folder)
    if path is None:
        return _challenge_records(folder)
    superclass_of = _superclass_map(folder)
    suffix = "lr" if sampling_rate == 100 else "hr"
    rows = []
    for line, row in enumerate(_read_csv(path), start=2):
        ecg_id = _integer(row, "ecg_id", path, line)
        if row.get(f"filename_{suffix}"):
            record = folder / row[f"filename_{suffix}"]
        else:
            thousand = ecg_id // 1000 * 1000
            record = folder / f"records{sampling_rate}" / f"{thousand:05d}" / f"{ecg_id:05d}_{suffix}"
        record = record.with_name(record.name + ".hea")
        if not record.exists():
            continue
        if all(name in row for name in CLASSES):
            labels = [_integer(row, name, path, line) for name in CLASSES]
        elif "scp_codes" in row:
            try:
                labels = superclass_labels(parse_scp_codes(row["scp_codes"]), superclass_of)
            except (ValueError, SyntaxError) as error:
                raise FormatError(f"{path}: line {line}: column 'scp_codes': {error}") from None
        else:
            raise FormatError(f"{path}: has neither the five class columns nor scp_codes")
        if any(label not in (0, 1) for label in labels):
            raise FormatError(f"{path}: line {line}: a class column is neither 0 nor 1")
        sex = {"0": "male", "1": "female"}.get((row.get("sex") or "").split(".")[0], "unknown")  # PTB-XL: 0 = male
        rows.append(
            EcgRow(
                ecg_id=ecg_id,
                path=record,
                patient=_integer(row, "patient_id", path, line),
                labels=tuple(labels),
                fold=_integer(row, "strat_fold", path, line, default=0),
                age_years=_age(row.get("age") or ""),
                sex=sex,
            )
        )
    if not rows:
        raise FormatError(f"{path}: none of its records is in {folder} at {sampling_rate} Hz")
    return rows


def feature_schema(definition: str) -> FeatureSchema:
    """The schema of "measurements" or "summary_statistics" on the twelve leads."""
    return (measurement_schema if definition == "measurements" else summary_statistics_schema)(list(LEADS))


def record_features(path: Path, definition: str = "measurements") -> npt.NDArray[np.float64]:
    """The features of one 12-lead record at 100 Hz. Raises FormatError where a lead is missing or has NaN."""
    recording = read_record(path)
    if set(recording.leads) != set(LEADS) or len(recording.leads) != 12:
        raise FormatError(f"{path}: leads are {', '.join(recording.leads)}, the 12 standard leads are needed")
    signal = recording.signal[[recording.leads.index(lead) for lead in LEADS]]
    if not np.isfinite(signal).all():
        raise FormatError(f"{path}: has missing samples")
    if recording.sampling_rate != MODEL_RATE_HZ:
        up, down = resample_ratio(recording.sampling_rate, MODEL_RATE_HZ)
        signal = resample_poly(signal, up, down, padding="line")
    if definition == "measurements":
        return np.asarray(measurements(signal, MODEL_RATE_HZ, leads=list(LEADS)).values())
    features: npt.NDArray[np.float64] = summary_statistics(signal, nan_policy="propagate")
    return features


CHUNK = 256  # records between two checkpoints


def _chunk_key(rows: list[EcgRow], definition: str) -> dict[str, object]:
    """What the features of these records depend on: a changed file is another key."""
    files = []
    for row in rows:
        for path in sorted(row.path.parent.glob(row.path.stem + ".*")):
            status = path.stat()
            files.append([row.ecg_id, path.name, status.st_size, status.st_mtime_ns])
    schema = feature_schema(definition).fingerprint()
    return {"files": files, "schema": schema, "rate_hz": MODEL_RATE_HZ, "version": __version__}


def load_dataset(
    folder: Path,
    *,
    sampling_rate: int = 100,
    definition: str = "measurements",
    n_threads: int = 0,
    progress: Progress | None = None,
    cache: Path | None = None,
) -> EcgDataset:
    """Reads every record of a folder and computes its features, in parallel; signals are not kept.

    A record that cannot be read is listed in `failed`; the rest goes on. cache: a folder where the features are kept, every
    256 records, so that a run that was killed does not compute them again. Raises FormatError when none can be read.
    """
    rows = list_records(folder, sampling_rate)

    def one(row: EcgRow) -> npt.NDArray[np.float64] | str:
        try:
            return record_features(row.path, definition)
        except (Error, OSError) as error:
            return str(error)

    features = np.full((len(rows), len(feature_schema(definition).names)), np.nan)
    reasons: dict[int, str] = {}
    with ThreadPoolExecutor(n_threads or os.cpu_count() or 1) as pool:

        def chunk(start: int) -> dict[str, npt.NDArray[Any]]:
            block = np.full((len(rows[start : start + CHUNK]), features.shape[1]), np.nan)
            texts = []
            for i, result in enumerate(pool.map(one, rows[start : start + CHUNK], chunksize=1)):
                texts.append(result if isinstance(result, str) else "")
                if not isinstance(result, str):
                    block[i] = result
                if progress is not None:
                    progress(start + i + 1, len(rows))
            return {"features": block, "reasons": np.array(texts, dtype=np.str_)}

        for start in range(0, len(rows), CHUNK):
            of_chunk = rows[start : start + CHUNK]
            key = _chunk_key(of_chunk, definition) if cache is not None else {}
            done = Checkpoint(cache, key).step("features", partial(chunk, start))
            features[start : start + CHUNK] = done["features"]
            reasons.update({start + i: str(text) for i, text in enumerate(done["reasons"]) if text})
            if progress is not None:
                progress(start + len(of_chunk), len(rows))
    kept = [(i, row) for i, row in enumerate(rows) if i not in reasons]
    failed = [(rows[i].ecg_id, text) for i, text in reasons.items()]
    if not kept:
        raise FormatError(f"{folder}: no record could be read; the first: {failed[0][1]}")
    return EcgDataset(
        features=features[[i for i, _ in kept]] if failed else features,
        labels=np.array([row.labels for _, row in kept], dtype=np.int64),
        patient=_int_array(row.patient for _, row in kept),
        fold=_int_array(row.fold for _, row in kept),
        age_years=np.array([row.age_years for _, row in kept]),
        sex=[row.sex for _, row in kept],
        ecg_id=_int_array(row.ecg_id for _, row in kept),
        failed=failed,
        name=folder.name,
        definition=definition,
        records=[row.path for _, row in kept],
        source=CINC2021 if _table(folder) is None else PTBXL,
    )


def _int_array(values: Iterable[int]) -> npt.NDArray[np.int64]:
    return np.array(list(values), dtype=np.int64)
