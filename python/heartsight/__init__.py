"""heartsight: cardiac recordings in, decisions that can be trusted out.

Research software, not a medical device: its output supports a clinician's reading and never replaces it.
"""

from __future__ import annotations

from pathlib import Path

from heartsight import (
    calibration,
    detection,
    drift,
    fairness,
    features,
    io,
    metrics,
    models,
    pipeline,
    signal,
    simulate,
)
from heartsight._core import (
    BackendError,
    ChannelGroup,
    DomainError,
    Error,
    FormatError,
    NotFittedError,
    Recording,
    RecordingFloat32,
    ShapeError,
)
from heartsight._core import version as __version__
from heartsight.io import read_record
from heartsight.pipeline import Analyzer, Report
from heartsight.validation import validation_report

__all__ = [
    "Analyzer",
    "BackendError",
    "ChannelGroup",
    "DomainError",
    "Error",
    "FormatError",
    "NotFittedError",
    "Recording",
    "RecordingFloat32",
    "Report",
    "ShapeError",
    "__version__",
    "calibration",
    "detection",
    "drift",
    "fairness",
    "features",
    "io",
    "load",
    "metrics",
    "models",
    "pipeline",
    "read_record",
    "signal",
    "simulate",
    "validation_report",
]

_BUNDLES = {"ecg": "ecg-superclass.heartsight"}


def bundle_path(name: str = "ecg") -> Path:
    """Where a bundle that comes with heartsight lies. Raises DomainError for a name that is not one."""
    if name not in _BUNDLES:
        raise DomainError(f"load: no bundle is called {name!r}; there are: {', '.join(_BUNDLES)}")
    package = Path(__file__).resolve().parent
    installed = package / "bundles" / _BUNDLES[name]
    return installed if installed.exists() else package.parent.parent / "models" / _BUNDLES[name]


def load(path: str | Path | None = None) -> Analyzer:
    """An Analyzer: of the default ECG bundle, of another that comes with heartsight by its name, or of a file.

    Raises FormatError naming what is wrong with the file, DomainError for an unknown name.
    """
    if path is None:
        return Analyzer.load(bundle_path())
    if isinstance(path, str) and not Path(path).suffix:
        return Analyzer.load(bundle_path(path))
    return Analyzer.load(Path(path))
