import numpy
from numpy.typing import NDArray

def auroc(label: object, score: object) -> float:
    """
    Area under the ROC curve, ties counting a half.

    label: (n,) integers 0 or 1. score: (n,), higher means more likely positive. NaN when only one class is there.
    Raises ShapeError (n = 0, sizes differ), DomainError (label not 0 or 1, score NaN). Equal to scikit-learn.
    """

def average_precision(label: object, score: object) -> float:
    """
    Average precision, the area under the precision-recall curve without interpolation.

    Arguments and errors as auroc; NaN without a positive. Equal to scikit-learn.
    """

def brier_score(label: object, probability: object) -> float:
    """
    Brier score: mean squared difference of probability (n,) in [0, 1] and label (n,).

    Raises ShapeError (n = 0, sizes differ), DomainError (out of range or NaN).
    """

class ConfusionCounts:
    """The four counts of a binary decision and the rates that follow."""

    @property
    def true_positive(self) -> int: ...
    @property
    def false_positive(self) -> int: ...
    @property
    def true_negative(self) -> int: ...
    @property
    def false_negative(self) -> int: ...
    @property
    def sensitivity(self) -> float:
        """NaN without a positive."""

    @property
    def specificity(self) -> float:
        """NaN without a negative."""

    @property
    def positive_predictive_value(self) -> float:
        """NaN when nothing was called."""

    @property
    def negative_predictive_value(self) -> float:
        """NaN when everything was called."""

def confusion_counts(label: object, score: object, *, threshold: float) -> ConfusionCounts:
    """
    Counts of the decision 'positive when score >= threshold'. Raises ShapeError, DomainError.
    """

def group_folds(group: object, stratum: object | None = None, *, n_folds: int, seed: int = 0) -> NDArray[numpy.int64]:
    """
    Fold (n,) of each row such that no group is in two folds and strata are spread evenly; seeded.

    group: (n,) integers, such as patients. stratum: (n,) integers or None. Raises ShapeError, DomainError.
    """
