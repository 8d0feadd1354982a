"""What a training run gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heartsight.pipeline import Bundle
from heartsight.training.evaluation import Evaluation


@dataclass(frozen=True)
class TrainingResult:
    bundle: Bundle
    evaluation: Evaluation
    scores: npt.NDArray[np.float64]  # (n_evaluated, n_classes) calibrated, of records the model did not see
    labels: npt.NDArray[np.int64]  # (n_evaluated, n_classes)
    protocol: str
