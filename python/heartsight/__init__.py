"""heartsight: cardiac recordings in, decisions that can be trusted out.

Research software, not a medical device: its output supports a clinician's reading and never replaces it.
"""

from __future__ import annotations

from heartsight import io
from heartsight._core import (
    BackendError,
    DomainError,
    Error,
    FormatError,
    NotFittedError,
    Recording,
    RecordingFloat32,
    ShapeError,
    __version__,
)
from heartsight.io import read_record

__all__ = [
    "BackendError",
    "DomainError",
    "Error",
    "FormatError",
    "NotFittedError",
    "Recording",
    "RecordingFloat32",
    "ShapeError",
    "__version__",
    "io",
    "read_record",
]
