"""Simulated recordings with known truth."""

from __future__ import annotations

from heartsight._core.simulate import EcgTruth, ecg

__all__ = ["EcgTruth", "ecg"]
