"""Steps of a run that are kept in a folder, so that a run that was killed goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Arrays = dict[str, npt.NDArray[Any]]


class Checkpoint:
    """Results by the name of their step. Steps must be deterministic in `key`: another key is another folder."""

    def __init__(self, folder: Path | None, key: Mapping[str, object]) -> None:
        """folder: None keeps nothing. key: JSON-ready, everything that the results depend on."""
        self.folder: Path | None = None
        if folder is not None:
            text = json.dumps(key, sort_keys=True, allow_nan=False)
            self.folder = folder / hashlib.sha256(text.encode()).hexdigest()[:16]
            self.folder.mkdir(parents=True, exist_ok=True)

    def step(self, name: str, compute: Callable[[], Arrays]) -> Arrays:
        """The arrays of a step: those of an earlier run where they are there, whole and readable."""
        if self.folder is None:
            return compute()
        path = self.folder / f"{name}.npz"
        try:
            with path.open("rb") as stored, np.load(stored, allow_pickle=False) as kept:
                return {key: kept[key] for key in kept.files}
        except (OSError, ValueError, EOFError, zipfile.BadZipFile):
            pass  # not there, or cut off
        arrays = compute()
        partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
        with partial.open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
        partial.replace(path)  # a killed run leaves no half file under the name
        return arrays


def digest(*arrays: npt.NDArray[Any]) -> str:
    """SHA-256 of arrays, with their types and shapes."""
    whole = hashlib.sha256()
    for array in arrays:
        whole.update(f"{array.dtype.str}{array.shape}".encode())
        whole.update(np.ascontiguousarray(array).tobytes())
    return whole.hexdigest()
