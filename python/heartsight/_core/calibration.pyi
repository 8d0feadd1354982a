from collections.abc import Sequence
from typing import Any, overload

import numpy
import numpy.typing
from numpy.typing import NDArray

import heartsight._core.metrics

class ReliabilityCurve:
    """
    Observed shares beside mean probabilities; one entry per bin that holds a case.
    """

    @property
    def n(self) -> NDArray[numpy.int64]: ...
    @property
    def n_positive(self) -> NDArray[numpy.int64]: ...
    @property
    def mean_probability(self) -> NDArray[numpy.float64]: ...
    @property
    def observed(self) -> NDArray[numpy.float64]: ...
    @property
    def low(self) -> NDArray[numpy.float64]:
        """Wilson limits."""

    @property
    def high(self) -> NDArray[numpy.float64]: ...
    @property
    def expected_calibration_error(self) -> float: ...
    @property
    def maximum_calibration_error(self) -> float: ...
    def to_dict(self) -> dict[str, Any]:
        """The same as plain values."""

    def __repr__(self) -> str: ...

class CalibrationLine:
    """Calibration intercept and slope with intervals."""

    @property
    def intercept(self) -> heartsight._core.metrics.Estimate:
        """With the slope held at 1; 0 is right."""

    @property
    def slope(self) -> heartsight._core.metrics.Estimate:
        """1 is right, below 1 the risks are too extreme."""

    @property
    def intercept_at_slope(self) -> float: ...
    def to_dict(self) -> dict[str, Any]:
        """The same as plain values."""

    def __repr__(self) -> str: ...

class CalibrationCurve:
    """The flexible calibration curve with a pointwise band."""

    @property
    def probability(self) -> NDArray[numpy.float64]: ...
    @property
    def observed(self) -> NDArray[numpy.float64]: ...
    @property
    def low(self) -> NDArray[numpy.float64]: ...
    @property
    def high(self) -> NDArray[numpy.float64]: ...
    @property
    def integrated_calibration_index(self) -> float:
        """ICI."""

    @property
    def median_error(self) -> float:
        """E50."""

    @property
    def ninetieth_error(self) -> float:
        """E90."""

    @property
    def maximum_error(self) -> float:
        """Emax."""

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values."""

    def __repr__(self) -> str: ...

class BrierDecomposition:
    """
    brier = reliability - resolution + uncertainty + within_bin_variance - within_bin_covariance.
    """

    @property
    def brier(self) -> float: ...
    @property
    def reliability(self) -> float: ...
    @property
    def resolution(self) -> float: ...
    @property
    def uncertainty(self) -> float: ...
    @property
    def within_bin_variance(self) -> float: ...
    @property
    def within_bin_covariance(self) -> float: ...
    def to_dict(self) -> dict[str, Any]:
        """The same as plain values."""

    def __repr__(self) -> str: ...

class SpiegelhalterTest:
    """Spiegelhalter's test of calibration."""

    @property
    def z(self) -> float: ...
    @property
    def p_value(self) -> float:
        """Two-sided."""

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values."""

    def __repr__(self) -> str: ...

class ReliabilityTest:
    """A calibration error beside that of a perfect model of the same size."""

    @property
    def statistic(self) -> float: ...
    @property
    def expected(self) -> float:
        """Mean of a perfectly calibrated model."""

    @property
    def low(self) -> float:
        """Range of a perfectly calibrated model."""

    @property
    def high(self) -> float: ...
    @property
    def p_value(self) -> float: ...
    @property
    def n_simulations(self) -> int: ...
    def to_dict(self) -> dict[str, Any]:
        """The same as plain values."""

    def __repr__(self) -> str: ...

class BootstrapInterval:
    """A figure with its bootstrap interval."""

    @property
    def value(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def standard_error(self) -> float: ...
    @property
    def n_groups(self) -> int:
        """What was drawn: patients, or cases."""

    @property
    def n_undefined(self) -> int:
        """Resamples in which the figure does not exist."""

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values."""

    def __repr__(self) -> str: ...

def expected_calibration_error(
    p: object, y: object, *, n_bins: int = 15, binning: str = "equal_width", protocol: object | None = None
) -> float:
    """
    Expected calibration error with n_bins bins (Naeini et al. 2015, DOI 10.1609/aaai.v29i1.9602).

    p: (n,) in [0, 1]; y: (n,) integers 0 or 1. binning: 'equal_width' or 'equal_mass'. Biased upwards for small n: see
    reliability_test. protocol='clinical_recommender': that system's figure with its fault (the weights slip at empty
    bins), ten bins, for comparison only. Raises ShapeError, DomainError.
    """

def debiased_calibration_error(p: object, y: object, *, n_bins: int = 15, binning: str = "equal_mass") -> float:
    """
    Root-mean-square calibration error less each bin's sampling variance (Kumar et al. 2019, arXiv 1909.10155).

    Arguments and errors as expected_calibration_error.
    """

def reliability_curve(
    p: object, y: object, *, n_bins: int = 15, binning: str = "equal_width", level: float = 0.95
) -> ReliabilityCurve:
    """
    The binned reliability curve with ECE and maximum error, in one pass. Raises ShapeError, DomainError.
    """

def smooth_calibration_error(p: object, y: object, *, weight: object | None = None) -> float:
    """
    Smooth calibration error, smECE (Blasiok and Nakkiran 2023, arXiv 2309.12236): no bins. Raises ShapeError,
    DomainError.
    """

def calibration_line(p: object, y: object, *, level: float = 0.95) -> CalibrationLine:
    """
    Calibration intercept (slope held at 1; robust interval) and slope (profile-likelihood interval).

    One class: NaN with infinite limits. Raises ShapeError, DomainError.
    """

def expected_observed_ratio(p: object, y: object, *, level: float = 0.95) -> heartsight._core.metrics.Estimate:
    """
    Expected over observed events with its interval; infinite without an event. Raises ShapeError, DomainError.
    """

def calibration_curve(
    p: object, y: object, *, method: str = "loess", span: float = 0.75, n_points: int = 100, level: float = 0.95
) -> CalibrationCurve:
    """
    The flexible calibration curve with a pointwise band, and ICI, E50, E90, Emax (Austin and Steyerberg 2019, DOI
    10.1002/sim.8281).

    method: 'loess' (local quadratic) or 'spline' (logistic, restricted cubic, four knots). Raises ShapeError,
    DomainError.
    """

def brier_decomposition(p: object, y: object, *, n_bins: int = 15, binning: str = "equal_width") -> BrierDecomposition:
    """
    The Brier score taken apart exactly, within-bin terms included (Stephenson et al. 2008, DOI
    10.1175/2007WAF2006116.1). Raises ShapeError, DomainError.
    """

def spiegelhalter_test(p: object, y: object) -> SpiegelhalterTest:
    """
    Spiegelhalter's z (1986, DOI 10.1002/sim.4780050506), normal approximation. Raises ShapeError, DomainError.
    """

def reliability_test(
    p: object,
    y: object,
    *,
    statistic: str = "expected_calibration_error",
    n_bins: int = 15,
    binning: str = "equal_width",
    level: float = 0.95,
    n_simulations: int = 999,
    seed: int = 0,
    n_threads: int = 1,
) -> ReliabilityTest:
    """
    Tests calibration by simulating outcomes from the probabilities; holds its size at any n.

    `expected` is the error that a perfect model of this size shows. statistic: 'expected_calibration_error' or
    'smooth_calibration_error'. Raises ShapeError, DomainError.
    """

def measure_interval(
    name: str,
    p: object,
    y: object,
    *,
    group: object | None = None,
    level: float = 0.95,
    n_resamples: int = 1000,
    method: str = "bca",
    seed: int = 0,
    n_threads: int = 1,
) -> BootstrapInterval:
    """
    A measure with its bootstrap interval, drawing whole groups (patients); equal for any n_threads.

    name: 'auroc', 'average_precision', 'brier_score', 'scaled_brier_score', 'log_loss', 'expected_calibration_error',
    'smooth_calibration_error', 'integrated_calibration_index', 'calibration_intercept', 'calibration_slope' or
    'expected_observed_ratio'. Limits are NaN when over a tenth of the resamples have no value. Raises ShapeError,
    DomainError.
    """

class Beta:
    """
    Beta calibration, sigmoid(a ln p - b ln(1 - p) + c), a and b not negative (Kull et al. 2017, DOI
    10.1214/17-EJS1338SI). The default: it mends over- and under-confidence and a shifted prevalence.
    """

    @overload
    def __init__(self) -> None:
        """An unfitted calibrator."""

    @overload
    def __init__(self, a: float, b: float, c: float) -> None: ...
    def fit(self, p: object, y: object, *, weight: object | None = None) -> Beta:
        """
        Fit to probabilities p (n,) in [0, 1] and labels y (n,), integers 0 or 1, with optional weights (n,); returns self.

        Raises ShapeError (n = 0, sizes differ), DomainError (out of range, NaN, or only one class).
        """

    def transform(self, p: object) -> NDArray[numpy.float64]:
        """
        Calibrated probabilities (n,) of p (n,). Raises NotFittedError, DomainError.
        """

    @property
    def is_fitted(self) -> bool: ...
    @property
    def parameters(self) -> NDArray[numpy.float64]:
        """The fitted numbers, for storage."""

    def __getstate__(self) -> list[float]: ...
    def __setstate__(self, arg: Sequence[float], /) -> None: ...
    def __repr__(self) -> str: ...

class Platt:
    """
    Platt scaling, sigmoid(slope logit p + intercept), fitted to Platt's smoothed targets (Platt 1999; Lin et
    al. 2007, DOI 10.1007/s10994-007-5018-6).
    """

    @overload
    def __init__(self) -> None:
        """An unfitted calibrator."""

    @overload
    def __init__(self, slope: float, intercept: float) -> None: ...
    def fit(self, p: object, y: object, *, weight: object | None = None) -> Platt:
        """
        Fit to probabilities p (n,) in [0, 1] and labels y (n,), integers 0 or 1, with optional weights (n,); returns self.

        Raises ShapeError (n = 0, sizes differ), DomainError (out of range, NaN, or only one class).
        """

    def transform(self, p: object) -> NDArray[numpy.float64]:
        """
        Calibrated probabilities (n,) of p (n,). Raises NotFittedError, DomainError.
        """

    @property
    def is_fitted(self) -> bool: ...
    @property
    def parameters(self) -> NDArray[numpy.float64]:
        """The fitted numbers, for storage."""

    def __getstate__(self) -> list[float]: ...
    def __setstate__(self, arg: Sequence[float], /) -> None: ...
    def __repr__(self) -> str: ...

class Isotonic:
    """
    Isotonic calibration by pool adjacent violators, linear between knots (Zadrozny and Elkan 2002, DOI
    10.1145/775047.775151). Equal to scikit-learn's IsotonicRegression(out_of_bounds='clip').
    """

    @overload
    def __init__(self) -> None:
        """An unfitted calibrator."""

    @overload
    def __init__(self, knot_scores: Sequence[float], knot_probabilities: Sequence[float]) -> None: ...
    def fit(self, p: object, y: object, *, weight: object | None = None) -> Isotonic:
        """
        Fit to probabilities p (n,) in [0, 1] and labels y (n,), integers 0 or 1, with optional weights (n,); returns self.

        Raises ShapeError (n = 0, sizes differ), DomainError (out of range, NaN, or only one class).
        """

    def transform(self, p: object) -> NDArray[numpy.float64]:
        """
        Calibrated probabilities (n,) of p (n,). Raises NotFittedError, DomainError.
        """

    @property
    def is_fitted(self) -> bool: ...
    @property
    def parameters(self) -> NDArray[numpy.float64]:
        """The fitted numbers, for storage."""

    def __getstate__(self) -> list[float]: ...
    def __setstate__(self, arg: Sequence[float], /) -> None: ...
    def __repr__(self) -> str: ...

class Temperature:
    """
    Temperature scaling of a binary score, sigmoid(logit p / temperature) (Guo et al. 2017, arXiv
    1706.04599). It cannot mend a shifted prevalence.
    """

    @overload
    def __init__(self) -> None:
        """An unfitted calibrator."""

    @overload
    def __init__(self, temperature: float) -> None: ...
    def fit(self, p: object, y: object, *, weight: object | None = None) -> Temperature:
        """
        Fit to probabilities p (n,) in [0, 1] and labels y (n,), integers 0 or 1, with optional weights (n,); returns self.

        Raises ShapeError (n = 0, sizes differ), DomainError (out of range, NaN, or only one class).
        """

    def transform(self, p: object) -> NDArray[numpy.float64]:
        """
        Calibrated probabilities (n,) of p (n,). Raises NotFittedError, DomainError.
        """

    @property
    def is_fitted(self) -> bool: ...
    @property
    def parameters(self) -> NDArray[numpy.float64]:
        """The fitted numbers, for storage."""

    def __getstate__(self) -> list[float]: ...
    def __setstate__(self, arg: Sequence[float], /) -> None: ...
    def __repr__(self) -> str: ...

class HistogramBinning:
    """
    Histogram binning: observed shares in at most 15 bins of equal weight (Zadrozny and
    Elkan 2001). Makes ties, and need not rise with the score.
    """

    @overload
    def __init__(self) -> None:
        """An unfitted calibrator."""

    @overload
    def __init__(self, edges: Sequence[float], shares: Sequence[float]) -> None: ...
    def fit(self, p: object, y: object, *, weight: object | None = None) -> HistogramBinning:
        """
        Fit to probabilities p (n,) in [0, 1] and labels y (n,), integers 0 or 1, with optional weights (n,); returns self.

        Raises ShapeError (n = 0, sizes differ), DomainError (out of range, NaN, or only one class).
        """

    def transform(self, p: object) -> NDArray[numpy.float64]:
        """
        Calibrated probabilities (n,) of p (n,). Raises NotFittedError, DomainError.
        """

    @property
    def is_fitted(self) -> bool: ...
    @property
    def parameters(self) -> NDArray[numpy.float64]:
        """The fitted numbers, for storage."""

    def __getstate__(self) -> list[float]: ...
    def __setstate__(self, arg: Sequence[float], /) -> None: ...
    def __repr__(self) -> str: ...

class VennAbers:
    """
    Inductive Venn-Abers calibration (Vovk et al. 2015, arXiv 1511.00213): two probabilities that
    bracket a calibrated one under exchangeability alone; transform gives the one between.
    """

    @overload
    def __init__(self) -> None:
        """An unfitted calibrator."""

    @overload
    def __init__(self, scores: Sequence[float], low: Sequence[float], high: Sequence[float]) -> None: ...
    def fit(self, p: object, y: object, *, weight: object | None = None) -> VennAbers:
        """
        Fit to probabilities p (n,) in [0, 1] and labels y (n,), integers 0 or 1, with optional weights (n,); returns self.

        Raises ShapeError (n = 0, sizes differ), DomainError (out of range, NaN, or only one class).
        """

    def transform(self, p: object) -> NDArray[numpy.float64]:
        """
        Calibrated probabilities (n,) of p (n,). Raises NotFittedError, DomainError.
        """

    @property
    def is_fitted(self) -> bool: ...
    @property
    def parameters(self) -> NDArray[numpy.float64]:
        """The fitted numbers, for storage."""

    def __getstate__(self) -> list[float]: ...
    def __setstate__(self, arg: Sequence[float], /) -> None: ...
    def __repr__(self) -> str: ...
    def interval(self, p: object) -> tuple[numpy.typing.NDArray[numpy.float64], numpy.typing.NDArray[numpy.float64]]:
        """
        The two probabilities (n,), (n,) of scores p (n,). Raises NotFittedError, DomainError.
        """

def cross_fit(
    kind: str, p: object, y: object, *, group: object | None = None, n_folds: int = 5, seed: int = 0
) -> NDArray[numpy.float64]:
    """
    Calibrated probabilities in which no case has calibrated itself; groups (patients) stay in one fold.

    p (n,), y 0 or 1: kind is 'beta', 'platt', 'isotonic', 'temperature', 'histogram_binning' or 'venn_abers'.
    p (n, k), rows sum to 1, y 0 .. k - 1: 'temperature', 'vector' or 'dirichlet' scaling of all classes together.
    Raises ShapeError, DomainError.
    """

class CalibrationBand:
    """How uncertain a calibrator is at each score, from resampling."""

    @property
    def score(self) -> NDArray[numpy.float64]: ...
    @property
    def low(self) -> NDArray[numpy.float64]: ...
    @property
    def high(self) -> NDArray[numpy.float64]: ...
    def at(self, score: float) -> tuple[float, float]:
        """Limits (low, high) at one score, linear between grid points."""

def calibration_band(
    kind: str,
    p: object,
    y: object,
    *,
    grid: object,
    group: object | None = None,
    level: float = 0.95,
    n_resamples: int = 500,
    seed: int = 0,
    n_threads: int = 1,
) -> CalibrationBand:
    """
    Pointwise percentile-bootstrap band of a calibrator at the scores of grid, resampling whole groups (patients).

    Sampling uncertainty only: a wrong model or another population is not in it. Raises ShapeError, DomainError.
    """

class SoftmaxCalibrator:
    """
    Calibration of multi-class probabilities, softmax(W ln p + b).

    scaling: 'temperature' (one factor; keeps the order of classes), 'vector' (a factor and an intercept per class; both
    Guo et al. 2017, arXiv 1706.04599) or 'dirichlet' (a full matrix, off-diagonal entries and intercepts shrunk; Kull et
    al. 2019, arXiv 1910.12656).
    """

    def __init__(
        self, *, scaling: str = "dirichlet", off_diagonal_penalty: float = 0.001, intercept_penalty: float = 0.001
    ) -> None: ...
    def fit(self, p: object, class_index: object, *, weight: object | None = None) -> SoftmaxCalibrator:
        """
        Fit to probabilities p (n, k) and true classes (n,), 0 .. k - 1; returns self. Raises ShapeError, DomainError.
        """

    def transform(self, p: object) -> NDArray[numpy.float64]:
        """
        Calibrated probabilities (n, k) of p (n, k). Raises NotFittedError, ShapeError, DomainError.
        """

    @property
    def is_fitted(self) -> bool: ...
    @property
    def scaling(self) -> str: ...
    @property
    def matrix(self) -> NDArray[numpy.float64]:
        """W (k, k)."""

    @property
    def intercept(self) -> NDArray[numpy.float64]:
        """b (k,)."""

    def to_bytes(self) -> bytes:
        """Versioned bytes, equal in C++ and Python."""

    @staticmethod
    def from_bytes(data: bytes) -> SoftmaxCalibrator:
        """Raises FormatError."""

    def __getstate__(self) -> bytes: ...
    def __setstate__(self, arg: bytes, /) -> None: ...
    def __eq__(self, arg: SoftmaxCalibrator, /) -> bool: ...

    __hash__ = None  # type: ignore[assignment]

class ConformalSets:
    """
    Split conformal prediction sets for multi-class probabilities.

    A set holds the true class with probability at least 1 - alpha over exchangeable cases; in each group, and for each
    true class (class_conditional), where asked. score: 'lac' (1 - p; arXiv 1609.00451) or 'aps' (adaptive; arXiv
    2006.02544). Where cases are too few for alpha, sets hold every class. Nothing is promised for one given patient or
    under drift.
    """

    def __init__(
        self,
        *,
        score: str = "lac",
        alpha: float = 0.1,
        class_conditional: bool = False,
        randomized: bool = True,
        seed: int = 0,
    ) -> None: ...
    def fit(self, p: object, class_index: object, *, group: object | None = None) -> ConformalSets:
        """
        Thresholds from p (n, k) of cases that neither model nor calibrator has seen; returns self. Raises ShapeError,
        DomainError.
        """

    def predict(self, p: object, *, group: object | None = None, seed: int = 1) -> numpy.typing.NDArray[numpy.bool_]:
        """
        Sets (m, k) of booleans; a set may be empty. Raises NotFittedError, ShapeError, DomainError (unknown group).
        """

    @property
    def alpha(self) -> float: ...
    @property
    def score(self) -> str: ...
    @property
    def threshold(self) -> NDArray[numpy.float64]:
        """(groups, k); infinite where cases were too few."""

    @property
    def groups(self) -> NDArray[numpy.int64]: ...
    def to_bytes(self) -> bytes:
        """Versioned bytes, equal in C++ and Python."""

    @staticmethod
    def from_bytes(data: bytes) -> ConformalSets:
        """Raises FormatError."""

    def __getstate__(self) -> bytes: ...
    def __setstate__(self, arg: bytes, /) -> None: ...
    def __eq__(self, arg: ConformalSets, /) -> bool: ...

    __hash__ = None  # type: ignore[assignment]

class ConformalDecisions:
    """
    Decisions per label that abstain where they cannot hold their error rate (class-conditional split conformal).

    Of the positives at most alpha are called negative (or neither), of the negatives at most alpha positive (or neither),
    for every label, in each group where asked, over exchangeable cases.
    """

    def __init__(self, *, alpha: float = 0.1) -> None: ...
    def fit(self, p: object, y: object, *, group: object | None = None) -> ConformalDecisions:
        """
        Thresholds from p (n, k) and labels y (n, k); returns self. Raises ShapeError, DomainError.
        """

    def predict(self, p: object, *, group: object | None = None) -> numpy.typing.NDArray[numpy.int8]:
        """
        Answers (m, k): 0 negative, 1 positive, 2 both and 3 neither (abstain). Raises NotFittedError, ShapeError,
        DomainError (unknown group).
        """

    @property
    def alpha(self) -> float: ...
    @property
    def threshold(self) -> NDArray[numpy.float64]:
        """
        (groups, k, 2): the largest p of a negative answer, the largest 1 - p of a positive one.
        """

    def to_bytes(self) -> bytes:
        """Versioned bytes, equal in C++ and Python."""

    @staticmethod
    def from_bytes(data: bytes) -> ConformalDecisions:
        """Raises FormatError."""

    def __getstate__(self) -> bytes: ...
    def __setstate__(self, arg: bytes, /) -> None: ...
    def __eq__(self, arg: ConformalDecisions, /) -> bool: ...

    __hash__ = None  # type: ignore[assignment]

def risk_controlling_threshold(p: object, y: object, *, alpha: float) -> float:
    """
    The highest threshold whose expected share of missed labels is at most alpha (conformal risk control, arXiv
    2208.02814). 0 where cases are too few. Raises ShapeError, DomainError.
    """

class CalibrationCell:
    """What has been seen in one bin."""

    @property
    def n(self) -> int: ...
    @property
    def n_positive(self) -> int: ...
    @property
    def mean_probability(self) -> float:
        """NaN in an empty bin."""

class CalibrationState:
    """
    How a model's calibration stands, kept while cases come; merges in any order with an exactly equal result.

    900 bins of equal width. Cases whose outcome is not known are counted apart.
    """

    def __init__(self) -> None: ...
    def update(self, p: object, y: object | None = None) -> CalibrationState:
        """
        Cases with probabilities p (n,) in [0, 1] and labels y (n,): 0, 1, or -1 for unknown; None: all unknown. Returns self.

        A wrong value leaves the state as it was. Raises ShapeError, DomainError.
        """

    def merge(self, other: CalibrationState) -> CalibrationState:
        """Adds what the other has seen; returns self."""

    @property
    def n(self) -> int:
        """Cases with a known outcome."""

    @property
    def n_positive(self) -> int: ...
    @property
    def n_unlabelled(self) -> int: ...
    @property
    def mean_probability(self) -> float: ...
    @property
    def mean_probability_unlabelled(self) -> float: ...
    @property
    def observed_rate(self) -> float: ...
    @property
    def brier_score(self) -> float:
        """Exact."""

    @property
    def auroc(self) -> float:
        """
        With cases of one bin taken as ties; within auroc_error of the true one.
        """

    @property
    def auroc_error(self) -> float: ...
    def curve(self, bins: int = 15) -> list[CalibrationCell]:
        """Cases in bins of equal width; bins must divide 900."""

    def expected_calibration_error(self, bins: int = 15) -> float: ...
    def line(self, level: float = 0.95) -> CalibrationLine:
        """
        Calibration intercept and slope with intervals, from the mean probability of each bin.
        """

    def to_bytes(self) -> bytes:
        """Versioned bytes, equal in C++ and Python."""

    @staticmethod
    def from_bytes(data: bytes) -> CalibrationState:
        """Raises FormatError."""

    def __getstate__(self) -> bytes: ...
    def __setstate__(self, arg: bytes, /) -> None: ...
    def __eq__(self, arg: CalibrationState, /) -> bool: ...
    def __repr__(self) -> str: ...

class LabelFreePerformance:
    """
    Figures of a model expected without outcomes, with the intervals in which they should be found.
    """

    @property
    def prevalence(self) -> heartsight._core.metrics.Estimate: ...
    @property
    def auroc(self) -> heartsight._core.metrics.Estimate: ...
    @property
    def sensitivity(self) -> heartsight._core.metrics.Estimate: ...
    @property
    def specificity(self) -> heartsight._core.metrics.Estimate: ...
    @property
    def positive_predictive_value(self) -> heartsight._core.metrics.Estimate: ...
    @property
    def negative_predictive_value(self) -> heartsight._core.metrics.Estimate: ...
    @property
    def accuracy(self) -> heartsight._core.metrics.Estimate: ...
    @property
    def brier_score(self) -> heartsight._core.metrics.Estimate: ...
    @property
    def expected_observed_ratio(self) -> heartsight._core.metrics.Estimate: ...
    def to_dict(self) -> dict[str, dict[str, float]]:
        """Name to value, low and high."""

def label_free_performance(
    p: object,
    reference_p: object | None = None,
    reference_y: object | None = None,
    reference_group: object | None = None,
    *,
    threshold: float = 0.5,
    level: float = 0.95,
    n_simulations: int = 500,
    seed: int = 0,
    n_threads: int = 1,
) -> LabelFreePerformance:
    """
    AUROC, sensitivity, PPV and more of cases whose outcomes are not known, from calibrated probabilities p (n,).

    With a reference (scores and labels of the same model, and patients) p is recalibrated first, and the interval holds what
    the reference leaves open. It cannot see a change of the relation between score and outcome: where outcomes come late,
    compare. Raises ShapeError, DomainError.
    """
