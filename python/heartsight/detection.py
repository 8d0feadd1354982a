"""Heart beats and their waves."""

from __future__ import annotations

from heartsight._core.detection import (
    Delineation,
    DelineationStream,
    QrsDetection,
    QrsStream,
    WaveConsensus,
    decode_cells,
    delineate,
    delineation_methods,
    detect_qrs,
    qrs_methods,
)

__all__ = [
    "Delineation",
    "DelineationStream",
    "QrsDetection",
    "QrsStream",
    "WaveConsensus",
    "decode_cells",
    "delineate",
    "delineation_methods",
    "detect_qrs",
    "qrs_methods",
]
