from collections.abc import Sequence
from typing import overload

import numpy
from numpy.typing import NDArray

import heartsight._core.metrics

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

def expected_calibration_error(p: object, y: object, *, n_bins: int = 15) -> float:
    """
    Expected calibration error with n_bins equal-width bins on [0, 1] (Naeini et al. 2015, DOI 10.1609/aaai.v29i1.9602).

    p: (n,) in [0, 1]; y: (n,) integers 0 or 1. Biased upwards for small n. Raises ShapeError, DomainError.
    """

def cross_fit(
    kind: str, p: object, y: object, *, group: object | None = None, n_folds: int = 5, seed: int = 0
) -> NDArray[numpy.float64]:
    """
    Calibrated probabilities (n,) in which no case has calibrated itself; groups (patients) stay in one fold.

    kind: 'beta', 'platt', 'isotonic' or 'temperature'. Raises ShapeError, DomainError.
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
    def line(self, level: float = 0.95) -> "heartsight::v0_1::calibration::CalibrationLine":
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
