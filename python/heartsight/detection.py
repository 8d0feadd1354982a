"""Heart beats."""

from __future__ import annotations

from heartsight._core.detection import QrsDetection, QrsStream, decode_cells, detect_qrs, qrs_methods

__all__ = ["QrsDetection", "QrsStream", "decode_cells", "detect_qrs", "qrs_methods"]
