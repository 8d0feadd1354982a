"""Training and evaluation of ECG models from folders of recordings. Needs the extra: pip install heartsight[train]."""

from __future__ import annotations

from heartsight.training.config import TrainingConfig
from heartsight.training.dataset import EcgDataset, load_dataset
from heartsight.training.ecg import train_ecg
from heartsight.training.evaluation import Evaluation, evaluate_ecg, evaluate_scores
from heartsight.training.result import TrainingResult

__all__ = [
    "EcgDataset",
    "Evaluation",
    "TrainingConfig",
    "TrainingResult",
    "evaluate_ecg",
    "evaluate_scores",
    "load_dataset",
    "train_ecg",
]
