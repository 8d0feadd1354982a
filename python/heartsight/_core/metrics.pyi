import numpy
import numpy.typing
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

class BeatMatch:
    """Detected beats against reference beats, paired one to one."""

    @property
    def n_matched(self) -> int:
        """Pairs (true positives)."""

    @property
    def n_extra(self) -> int:
        """Detections without a reference beat (false positives)."""

    @property
    def n_missed(self) -> int:
        """Reference beats without a detection (false negatives)."""

    @property
    def offset_samples(self) -> NDArray[numpy.int64]:
        """(n_matched,) detection minus reference, in the order of time."""

    @property
    def sensitivity(self) -> float:
        """NaN without reference beats."""

    @property
    def positive_predictive_value(self) -> float:
        """NaN without detections."""

    @property
    def f1(self) -> float:
        """Harmonic mean of the two; NaN when there is nothing on either side."""

def match_beats(
    reference: numpy.typing.ArrayLike, detected: numpy.typing.ArrayLike, tolerance_samples: float
) -> BeatMatch:
    """
    Pair reference beats and detections one to one, no further apart than the tolerance.

    The number of pairs is the largest possible; the nearer of two neighbours stands in a pair. Both series are
    ascending samples. Raises DomainError when one descends or the tolerance is negative. EC57 uses 150 ms.
    """

class JitterScore:
    """How well beats are found and how steadily they are placed."""

    @property
    def delay_s(self) -> float:
        """Median of detection minus reference, taken out first."""

    @property
    def jitter_s(self) -> float:
        """Median absolute deviation of the offsets."""

    @property
    def f1(self) -> float: ...
    @property
    def score(self) -> float:
        """f1 / (1 + jitter / 10 ms), in [0, 1]."""

def jitter_score(
    reference: numpy.typing.ArrayLike, detected: numpy.typing.ArrayLike, sampling_rate: float
) -> JitterScore:
    """
    The JF score: F1 times 1 / (1 + J / 10 ms), J the temporal jitter (Porr and Macfarlane 2024, DOI
    10.1371/journal.pone.0309739). A constant delay is taken out first; pairs are made within 100 ms.
    """

class Cpsc2019Score:
    """How one recording counts under the rule of CPSC2019."""

    @property
    def qrs(self) -> float:
        """1 without error, 0.7 with one extra beat, 0.3 with one missed, else 0."""

    @property
    def heart_rate(self) -> float:
        """1, 0.75, 0.5, 0.25 within 2, 5, 10, 20 %, else 0."""

    @property
    def n_extra(self) -> int: ...
    @property
    def n_missed(self) -> int: ...
    @property
    def reference_bpm(self) -> float:
        """NaN with fewer than two beats from 5.5 to 9.5 s."""

    @property
    def detected_bpm(self) -> float:
        """NaN likewise."""

def cpsc2019_score(
    reference: numpy.typing.ArrayLike, detected: numpy.typing.ArrayLike, *, strict: bool = False
) -> Cpsc2019Score:
    """
    Score 10 s at 500 Hz by the rule of the China Physiological Signal Challenge 2019, tolerance 75 ms.

    Both series are ascending 0-based samples (the data set's files count from 1). strict: extra beats between the first
    two reference beats count too; the challenge's program overlooks them. Gao et al. 2019, DOI 10.1166/jmihi.2019.2800.
    """

def wilson_interval(successes: int, trials: int, *, level: float = 0.95) -> tuple[float, float]:
    """
    Wilson's score interval of a proportion (1927, DOI 10.1080/01621459.1927.10502953); [0, 1] without a trial.

    Raises DomainError (successes not in 0 .. trials, level not in (0, 1)).
    """

def clopper_pearson_interval(successes: int, trials: int, *, level: float = 0.95) -> tuple[float, float]:
    """
    The exact interval of Clopper and Pearson (1934, DOI 10.1093/biomet/26.4.404): never below its level.

    Arguments and errors as wilson_interval.
    """

def holm(p: object) -> NDArray[numpy.float64]:
    """
    Holm's adjusted p-values (n,) of p (n,): the chance of any false alarm in the family stays below alpha.

    NaN marks a test that could not be made: it stays NaN and does not count. Raises DomainError (outside [0, 1]).
    """

def benjamini_hochberg(p: object) -> NDArray[numpy.float64]:
    """
    Benjamini and Hochberg's adjusted p-values (n,): the expected share of false alarms among the alarms stays below
    alpha. NaN and errors as holm.
    """
