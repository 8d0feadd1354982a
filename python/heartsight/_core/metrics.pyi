import numpy
import numpy.typing
from numpy.typing import NDArray

def auroc(label: object, score: object, *, weight: object | None = None) -> float:
    """
    Area under the ROC curve, ties counting a half.

    label: (n,) integers 0 or 1. score: (n,), higher means more likely positive. NaN when only one class is there.
    Raises ShapeError (n = 0, sizes differ), DomainError (label not 0 or 1, score NaN). Equal to scikit-learn.
    """

def average_precision(label: object, score: object, *, weight: object | None = None) -> float:
    """
    Average precision, the area under the precision-recall curve without interpolation.

    Arguments and errors as auroc; NaN without a positive. Equal to scikit-learn.
    """

def brier_score(label: object, probability: object, *, weight: object | None = None) -> float:
    """
    Brier score: mean squared difference of probability (n,) in [0, 1] and label (n,).

    Raises ShapeError (n = 0, sizes differ), DomainError (out of range or NaN).
    """

def log_loss(label: object, probability: object, *, weight: object | None = None) -> float:
    """
    Logarithmic loss: mean of -ln of the probability given to what happened; clipped to the type's epsilon, equal to
    scikit-learn. Arguments and errors as brier_score.
    """

class ConfusionCounts:
    """The four counts of a binary decision and the rates that follow."""

    def __init__(self, true_positive: int, false_positive: int, true_negative: int, false_negative: int) -> None: ...
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

    @property
    def accuracy(self) -> float: ...
    @property
    def balanced_accuracy(self) -> float: ...
    @property
    def youden_index(self) -> float: ...
    def f_beta(self, beta: float = 1.0) -> float:
        """NaN when nothing is positive and nothing was called."""

    @property
    def matthews_correlation(self) -> float:
        """NaN when a row or column is empty."""

    @property
    def positive_likelihood_ratio(self) -> float: ...
    @property
    def negative_likelihood_ratio(self) -> float: ...
    def __repr__(self) -> str: ...

class ConfusionWeights:
    """Sums of weights of a binary decision and the rates that follow."""

    @property
    def true_positive(self) -> float: ...
    @property
    def false_positive(self) -> float: ...
    @property
    def true_negative(self) -> float: ...
    @property
    def false_negative(self) -> float: ...
    @property
    def sensitivity(self) -> float: ...
    @property
    def specificity(self) -> float: ...
    @property
    def positive_predictive_value(self) -> float: ...
    @property
    def negative_predictive_value(self) -> float: ...
    @property
    def accuracy(self) -> float: ...
    @property
    def balanced_accuracy(self) -> float: ...
    @property
    def youden_index(self) -> float: ...
    def f_beta(self, beta: float = 1.0) -> float: ...
    @property
    def matthews_correlation(self) -> float: ...
    @property
    def positive_likelihood_ratio(self) -> float: ...
    @property
    def negative_likelihood_ratio(self) -> float: ...

def confusion_weights(label: object, score: object, weight: object, *, threshold: float) -> ConfusionWeights:
    """
    Sums of weights (n,) of the decision 'positive when score >= threshold'. Raises ShapeError, DomainError.
    """

def confusion_counts(label: object, score: object, *, threshold: float) -> ConfusionCounts:
    """
    Counts of the decision 'positive when score >= threshold'. Raises ShapeError, DomainError.
    """

def group_folds(group: object, stratum: object | None = None, *, n_folds: int, seed: int = 0) -> NDArray[numpy.int64]:
    """
    Fold (n,) of each row such that no group is in two folds and strata are spread evenly; seeded.

    group: (n,) integers, such as patients. stratum: (n,) integers or None. Raises ShapeError, DomainError.
    """

class Estimate:
    """A figure with the limits of its confidence interval."""

    def __init__(self, value: float, low: float, high: float) -> None: ...
    @property
    def value(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...

class AurocInterval:
    """An AUROC with DeLong's standard error and a confidence interval."""

    @property
    def auroc(self) -> float: ...
    @property
    def standard_error(self) -> float:
        """NaN with fewer than two cases of a class."""

    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def n_positive(self) -> int: ...
    @property
    def n_negative(self) -> int: ...

class AurocComparison:
    """Two scores of the same cases compared by AUROC."""

    @property
    def auroc_a(self) -> float: ...
    @property
    def auroc_b(self) -> float: ...
    @property
    def difference(self) -> float:
        """a - b."""

    @property
    def standard_error(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def z(self) -> float: ...
    @property
    def p_value(self) -> float:
        """Two-sided."""

class RocCurve:
    """Points of a ROC curve, from the highest threshold down."""

    @property
    def false_positive_rate(self) -> NDArray[numpy.float64]: ...
    @property
    def true_positive_rate(self) -> NDArray[numpy.float64]: ...
    @property
    def threshold(self) -> NDArray[numpy.float64]: ...

class PrecisionRecallCurve:
    """Points of a precision-recall curve, thresholds ascending."""

    @property
    def precision(self) -> NDArray[numpy.float64]: ...
    @property
    def recall(self) -> NDArray[numpy.float64]: ...
    @property
    def threshold(self) -> NDArray[numpy.float64]: ...

class ClassMeasures:
    """A measure of each class alone (one-vs-rest) and its averages."""

    @property
    def per_class(self) -> NDArray[numpy.float64]: ...
    @property
    def macro(self) -> float:
        """The plain mean; NaN when a class is NaN."""

    @property
    def weighted(self) -> float:
        """The mean weighted with each class's positives."""

    @property
    def micro(self) -> float:
        """All n * k decisions as one set."""

class DecisionRates:
    """What follows from the four counts of a decision, with intervals."""

    @property
    def prevalence(self) -> Estimate: ...
    @property
    def sensitivity(self) -> Estimate: ...
    @property
    def specificity(self) -> Estimate: ...
    @property
    def positive_predictive_value(self) -> Estimate: ...
    @property
    def negative_predictive_value(self) -> Estimate: ...
    @property
    def accuracy(self) -> Estimate: ...
    @property
    def call_rate(self) -> Estimate: ...
    @property
    def balanced_accuracy(self) -> Estimate: ...
    @property
    def youden_index(self) -> Estimate: ...
    @property
    def f1(self) -> Estimate: ...
    @property
    def positive_likelihood_ratio(self) -> Estimate: ...
    @property
    def negative_likelihood_ratio(self) -> Estimate: ...
    @property
    def matthews_correlation(self) -> float: ...

class DecisionCurve:
    """Net benefit over threshold probabilities."""

    @property
    def threshold(self) -> NDArray[numpy.float64]: ...
    @property
    def net_benefit(self) -> NDArray[numpy.float64]: ...
    @property
    def low(self) -> NDArray[numpy.float64]:
        """Empty when no interval was asked for."""

    @property
    def high(self) -> NDArray[numpy.float64]: ...
    @property
    def treat_all(self) -> NDArray[numpy.float64]: ...
    @property
    def standardized(self) -> NDArray[numpy.float64]: ...
    @property
    def prevalence(self) -> float: ...

class ThresholdChoice:
    """A threshold with what it does on the cases it was chosen on."""

    @property
    def threshold(self) -> float:
        """inf: calling no one is best; NaN: the rule has no answer."""

    @property
    def objective(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def counts(self) -> ConfusionCounts: ...

def roc_curve(label: object, score: object, *, weight: object | None = None) -> RocCurve:
    """
    The ROC curve with all its points; equal to scikit-learn's with drop_intermediate=False.

    label: (n,) integers 0 or 1. score: (n,). weight: (n,) or None. With one class the other's rate is NaN. Raises
    ShapeError, DomainError.
    """

def precision_recall_curve(label: object, score: object, *, weight: object | None = None) -> PrecisionRecallCurve:
    """
    The precision-recall curve with all its points, in scikit-learn's order; the recall is NaN without a positive.

    Arguments and errors as roc_curve.
    """

def auroc_interval(label: object, score: object, *, level: float = 0.95) -> AurocInterval:
    """
    AUROC with DeLong's standard error (DOI 10.2307/2531595) and an interval on the logit scale.

    label: (n,) integers 0 or 1. score: (n,), one case per patient. One class: NaN with limits 0 and 1. A perfect
    ranking: the far limit is Clopper and Pearson's for the smaller class. Raises ShapeError, DomainError.
    """

def compare_auroc(label: object, score_a: object, score_b: object, *, level: float = 0.95) -> AurocComparison:
    """
    DeLong's paired comparison of two scores of the same cases.

    Rankings that agree in every pair give z = 0 and p = 1. Raises ShapeError, DomainError.
    """

def one_hot(class_index: object, n_classes: int) -> NDArray[numpy.int64]:
    """
    Class indices (n,) as columns (n, n_classes) of 0 and 1. Raises DomainError.
    """

def class_measures(
    label: object, score: object, *, measure: str = "auroc", weight: object | None = None
) -> ClassMeasures:
    """
    A measure of each column (one-vs-rest) with macro, weighted and micro averages, as scikit-learn's.

    label: (n, k) integers 0 or 1 (one_hot makes them of class indices). score: (n, k). measure: 'auroc',
    'average_precision', 'brier_score' or 'log_loss'. weight: (n,) or None. Macro is NaN when a class is NaN.
    Raises ShapeError, DomainError.
    """

def multi_class_log_loss(class_index: object, probability: object, *, weight: object | None = None) -> float:
    """
    Mean of -ln of the probability (n, k) of the true class (n,). Raises ShapeError, DomainError.
    """

def multi_class_brier_score(class_index: object, probability: object, *, weight: object | None = None) -> float:
    """
    Mean squared distance of the probability vector (n, k) to the true corner, in [0, 2].
    """

def decision_rates(counts: ConfusionCounts, *, level: float = 0.95, method: str = "wilson") -> DecisionRates:
    """
    The rates of a decision with confidence intervals: proportions by Wilson or Clopper-Pearson, balanced accuracy and
    Youden's index by MOVER, F1 through TP / (TP + FP + FN), likelihood ratios by the log method. Raises DomainError.
    """

def net_benefit(label: object, probability: object, *, threshold: float) -> float:
    """
    Net benefit of calling cases with probability >= threshold (Vickers and Elkin 2006, DOI
    10.1177/0272989X06295361): TP/n - FP/n * threshold / (1 - threshold). Raises ShapeError, DomainError.
    """

def decision_curve(
    label: object,
    probability: object,
    *,
    threshold: object,
    group: object | None = None,
    level: float = 0.95,
    n_resamples: int = 0,
    seed: int = 0,
    n_threads: int = 1,
) -> DecisionCurve:
    """
    Net benefit over ascending thresholds in (0, 1), beside calling everyone; calling no one is 0.

    group: (n,) patients for the bootstrap, or None. n_resamples: 0 for no limits. Raises ShapeError, DomainError.
    """

def choose_threshold(
    label: object,
    score: object,
    *,
    rule: str = "youden",
    target: float = 1.0,
    group: object | None = None,
    level: float = 0.95,
    n_resamples: int = 0,
    seed: int = 0,
    n_threads: int = 1,
) -> ThresholdChoice:
    """
    The threshold that suits a rule best; of equal ones the highest.

    rule: 'utility' (target = harm of a false alarm / benefit of a hit), 'sensitivity' or 'specificity' (at least
    target), 'f_beta' (beta = target) or 'youden'. n_resamples: 0 for no bootstrap limits. Figures on the cases that
    chose it flatter it. Raises ShapeError, DomainError.
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
