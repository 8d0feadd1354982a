from collections.abc import Iterator, Sequence

import numpy
from numpy.typing import NDArray

class TestResult:
    """
    A statistic of two samples and its p-value under the hypothesis of one distribution.
    """

    @property
    def statistic(self) -> float: ...
    @property
    def p_value(self) -> float: ...
    def __iter__(self) -> Iterator: ...
    def __repr__(self) -> str: ...

def kolmogorov_smirnov(reference: object, current: object, *, method: str = "auto") -> TestResult:
    """
    Two-sample Kolmogorov-Smirnov test: D = sup |F - G| and its two-sided p-value.

    reference (n,), current (m,), in any order; NaN are omitted, infinities are values. method: 'exact' (ties taken as
    untied: conservative), 'asymptotic', or 'auto': exact up to 10,000 values a side. NaN and NaN when a side is empty.
    Equal to scipy.stats.ks_2samp. Source: Hodges 1958, DOI 10.1007/BF02589501.
    """

def wasserstein(reference: object, current: object) -> float:
    """
    First Wasserstein distance: the integral of |F - G|, in the unit of the values.

    NaN are omitted; NaN when a side is empty. Equal to scipy.stats.wasserstein_distance.
    """

def cramer_von_mises(reference: object, current: object, *, method: str = "auto") -> TestResult:
    """
    Two-sample Cramer-von Mises test with midranks; 'auto' is exact up to 20 values a side, 'exact' goes to 60.

    NaN are omitted; NaN and NaN when a side is empty. Equal to scipy.stats.cramervonmises_2samp. Source: Anderson 1962,
    DOI 10.1214/aoms/1177704477. Raises DomainError (exact with more than 60 values).
    """

def anderson_darling(reference: object, current: object) -> TestResult:
    """
    Two-sample Anderson-Darling test with midranks (Scholz and Stephens 1987, DOI 10.1080/01621459.1987.10478517).

    The statistic equals scipy.stats.anderson_ksamp(midrank=True); the p-value is that of the limit law, out to the far
    tail, where SciPy's is interpolated and cut to [0.001, 0.25]. NaN are omitted; NaN and NaN when a side is empty.
    """

def two_proportions(
    reference_successes: int, reference_trials: int, current_successes: int, current_trials: int
) -> TestResult:
    """
    z test of two proportions with pooled variance, two-sided; z is that of current less reference. Raises DomainError.
    """

def fisher_exact(
    reference_successes: int, reference_trials: int, current_successes: int, current_trials: int
) -> TestResult:
    """
    Fisher's exact test of two proportions, two-sided; the statistic is the odds ratio of current to reference.

    p equals scipy.stats.fisher_exact. Raises DomainError.
    """

def chi_square(
    reference: object, current: object, *, smallest_expected: float = 5.0, n_resamples: int = 1999, seed: int = 0
) -> TestResult:
    """
    Pearson's chi-square test of two rows of counts (k,) of the same categories, without continuity correction.

    Where an expected count is below smallest_expected, p is the share of random splits with a statistic as large.
    Equal to scipy.stats.chi2_contingency(correction=False). Raises ShapeError, DomainError.
    """

def population_stability_index(
    reference: object,
    current: object,
    *,
    n_bins: int = 10,
    smoothing: float = 0.5,
    n_resamples: int = 1999,
    seed: int = 0,
) -> TestResult:
    """
    Population stability index on n_bins bins at quantiles of the reference, the outer two open, and its p-value.

    smoothing is added to each count; 0 is the plain definition, infinite for an empty bin. Without drift the mean is
    about (1/n + 1/m)(n_bins - 1), so that the customary limit 0.1 means nothing for small samples: go by the p-value
    (Yurdakul and Naranjo 2020, DOI 10.21314/JRMV.2020.227; simulated for small counts). NaN are omitted.
    """

def population_stability_index_of_counts(
    reference: object, current: object, *, smoothing: float = 0.5, n_resamples: int = 1999, seed: int = 0
) -> TestResult:
    """
    The same of counts (k,) on the same k bins or categories, which do not depend on either sample.
    """

def jensen_shannon(
    reference: object,
    current: object,
    *,
    n_bins: int = 10,
    smoothing: float = 0.5,
    n_resamples: int = 1999,
    seed: int = 0,
) -> TestResult:
    """
    Jensen-Shannon distance in nats on bins at quantiles of the reference, and its p-value; smoothing is not used.

    Equal to scipy.spatial.distance.jensenshannon of the same shares. NaN are omitted.
    """

def jensen_shannon_of_counts(
    reference: object, current: object, *, smoothing: float = 0.5, n_resamples: int = 1999, seed: int = 0
) -> TestResult:
    """
    The same of counts (k,) on the same k bins or categories, which do not depend on either sample.
    """

def hellinger(
    reference: object,
    current: object,
    *,
    n_bins: int = 10,
    smoothing: float = 0.5,
    n_resamples: int = 1999,
    seed: int = 0,
) -> TestResult:
    """
    Hellinger distance, in [0, 1], on bins at quantiles of the reference, and its p-value; smoothing is not used.

    NaN are omitted.
    """

def hellinger_of_counts(
    reference: object, current: object, *, smoothing: float = 0.5, n_resamples: int = 1999, seed: int = 0
) -> TestResult:
    """
    The same of counts (k,) on the same k bins or categories, which do not depend on either sample.
    """

class ReferenceBins:
    """
    Bins between quantiles of a reference (n,), the first and the last open; a frequent value has a bin to itself.
    """

    def __init__(self, reference: object, n_bins: int = 10) -> None: ...
    @property
    def edges(self) -> NDArray[numpy.float64]: ...
    def __len__(self) -> int: ...
    def counts(self, values: object) -> NDArray[numpy.int64]:
        """Counts (len(self),) of values (n,); NaN are left out."""

class ColumnDrift:
    """One test of one column."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def rule(self) -> str: ...
    @property
    def n_reference(self) -> int: ...
    @property
    def n_current(self) -> int: ...
    @property
    def missing_reference(self) -> float: ...
    @property
    def missing_current(self) -> float: ...
    @property
    def statistic(self) -> float: ...
    @property
    def p_value(self) -> float: ...
    @property
    def adjusted_p_value(self) -> float: ...
    @property
    def effect(self) -> float: ...
    @property
    def effect_name(self) -> str: ...
    @property
    def margin(self) -> float: ...
    @property
    def verdict(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def kolmogorov_smirnov(self) -> float: ...
    @property
    def wasserstein(self) -> float: ...
    @property
    def wasserstein_sd(self) -> float: ...
    @property
    def population_stability_index(self) -> float: ...
    @property
    def jensen_shannon(self) -> float: ...
    @property
    def hellinger(self) -> float: ...
    @property
    def total_variation(self) -> float: ...
    @property
    def kolmogorov_smirnov_error(self) -> float: ...
    @property
    def wasserstein_error(self) -> float: ...
    @property
    def edges(self) -> list[float]: ...
    @property
    def categories(self) -> list[str]: ...
    @property
    def reference_counts(self) -> list[int]: ...
    @property
    def current_counts(self) -> list[int]: ...

class CompareOptions:
    """How two tables are compared; see compare."""

    def __init__(
        self,
        *,
        method: str = "default",
        alpha: float = 0.05,
        correction: str = "holm",
        margin: float = float("nan"),
        preset: str = "default",
        min_count: int = 20,
        n_resamples: int = 1999,
        seed: int = 0,
        n_threads: int = 1,
    ) -> None: ...
    @property
    def method(self) -> str: ...
    @property
    def alpha(self) -> float: ...
    @property
    def correction(self) -> str: ...
    @property
    def margin(self) -> float: ...
    @property
    def preset(self) -> str: ...
    @property
    def min_count(self) -> int: ...
    @property
    def n_resamples(self) -> int: ...
    @property
    def seed(self) -> int: ...
    @property
    def n_threads(self) -> int: ...

class DriftReport:
    """All columns of a comparison."""

    @property
    def columns(self) -> list[ColumnDrift]: ...
    @property
    def options(self) -> CompareOptions: ...
    @property
    def verdict(self) -> str: ...
    @property
    def drift_share(self) -> float: ...

def compare(numeric: list, categorical: list, order: Sequence[int], options: CompareOptions) -> DriftReport:
    """
    Compares columns. numeric: tuples (name, reference, current); categorical: tuples (name, categories, reference
    counts, current counts, missing in reference, missing in current); order: positions in the two lists put together,
    in the order of the report. heartsight.drift.compare makes these from tables. Raises ShapeError, DomainError.
    """

class DriftReference:
    """
    The reference window of a monitor: counts on quantile bins, and counts of categories.
    """

    def __init__(self, columns: list) -> None:
        """
        columns: tuples (name, values) of numbers or (name, categories, counts, missing). heartsight.drift.DriftReference
        makes them from a table.
        """

    @property
    def names(self) -> list[str]: ...
    @property
    def fingerprint(self) -> int: ...
    def categories(self, index: int) -> list[str] | None:
        """Categories of a feature in the order of their codes, None for numbers."""

    def to_bytes(self) -> bytes: ...
    @staticmethod
    def from_bytes(data: bytes) -> DriftReference:
        """Raises FormatError."""

class DriftState:
    """What a monitor has seen, as counts on the bins of a reference."""

    def __init__(self, reference: DriftReference) -> None: ...
    def update(self, columns: list) -> None:
        """
        One array per feature: numbers, or codes of categories. Raises ShapeError, DomainError.
        """

    def merge(self, other: DriftState) -> None:
        """Raises DomainError: another reference."""

    def result(self, options: CompareOptions) -> DriftReport: ...
    @property
    def n_rows(self) -> int: ...
    def to_bytes(self) -> bytes: ...
    @staticmethod
    def from_bytes(data: bytes, reference: DriftReference) -> DriftState:
        """Raises FormatError, DomainError (another reference)."""

class DriftWindow:
    """The most recent part of a stream: a ring of states."""

    @staticmethod
    def by_count(reference: DriftReference, n_rows: int, n_slots: int) -> DriftWindow: ...
    @staticmethod
    def by_time(reference: DriftReference, duration: float, n_slots: int) -> DriftWindow: ...
    def update(self, columns: list) -> None: ...
    def update_at(self, columns: list, time: float) -> None: ...
    def advance(self, time: float) -> None: ...
    @property
    def n_rows(self) -> int: ...
    def state(self) -> DriftState: ...

class PageHinkley:
    """
    Page-Hinkley test for a change of a stream's mean (Page 1954, DOI 10.1093/biomet/41.1-2.100).
    """

    def __init__(
        self,
        *,
        delta: float = 0.005,
        threshold: float = 50.0,
        forgetting: float = 1.0,
        min_count: int = 30,
        direction: str = "up",
    ) -> None:
        """
        delta: tolerated change, threshold: of the cumulated excess, both in the unit of the values. NaN is skipped.
        Raises DomainError.
        """

    @property
    def count(self) -> int: ...
    @property
    def mean(self) -> float: ...
    @property
    def statistic(self) -> float: ...
    def update(self, value: float) -> bool:
        """Takes one value; True when it raises the alarm."""

    def update_many(self, values: object) -> NDArray[numpy.int64]:
        """Takes values (n,) in order; positions of the alarms, int64."""

class Cusum:
    """
    Two-sided CUSUM for a shift of a stream's mean, with a stated run length in control (Page 1954; Brook and Evans 1972,
    DOI 10.1093/biomet/59.3.539).
    """

    def __init__(self, *, mean: float = 0.0, sd: float = 1.0, reference: float = 0.5, threshold: float = 5.0) -> None:
        """
        mean, sd: in control; reference: half the shift to be found quickly, threshold: both in sd. Raises DomainError.
        """

    @staticmethod
    def with_run_length(run_length: float, *, mean: float = 0.0, sd: float = 1.0, reference: float = 0.5) -> Cusum:
        """
        The Cusum with this average number of values between false alarms, 10 to 1e6. Raises DomainError.
        """

    @property
    def threshold(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def count(self) -> int: ...
    def in_control_run_length(self) -> float:
        """For independent normal values."""

    def run_length(self, shift: float) -> float:
        """
        Average number of values until the alarm when the mean is off by shift standard deviations.
        """

    def update(self, value: float) -> bool:
        """Takes one value; True when it raises the alarm."""

    def update_many(self, values: object) -> NDArray[numpy.int64]:
        """Takes values (n,) in order; positions of the alarms, int64."""

class Adwin:
    """
    ADWIN: a window that drops its older part when the mean has changed (Bifet and Gavalda 2007, DOI
    10.1137/1.9781611972771.42).
    """

    def __init__(
        self, *, delta: float = 0.002, max_buckets: int = 5, min_length: int = 5, check_every: int = 32
    ) -> None:
        """delta: bound on the false alarms of one cut. Raises DomainError."""

    @property
    def size(self) -> int: ...
    @property
    def mean(self) -> float: ...
    @property
    def variance(self) -> float: ...
    def update(self, value: float) -> bool:
        """Takes one value; True when it raises the alarm."""

    def update_many(self, values: object) -> NDArray[numpy.int64]:
        """Takes values (n,) in order; positions of the alarms, int64."""

class DomainClassifierResult:
    """How well a classifier tells current from reference rows."""

    @property
    def auroc(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def p_value(self) -> float: ...
    @property
    def coefficients(self) -> list[float]: ...
    def __repr__(self) -> str: ...

def domain_classifier(
    reference: object,
    current: object,
    *,
    penalty: float = 1.0,
    squares: bool = True,
    n_folds: int = 5,
    n_resamples: int = 199,
    seed: int = 0,
    level: float = 0.95,
) -> DomainClassifierResult:
    """
    Cross-fitted L2-regularised logistic regression between the rows of two tables: AUROC, interval and p-value.

    reference (n, k), current (m, k), finite. squares: the squares of the columns are features too. 0.5 when the tables
    look alike. Raises ShapeError, DomainError. Source: Lopez-Paz and Oquab 2017, arXiv 1610.06545.
    """

class MaximumMeanDiscrepancyResult:
    """A kernel two-sample test."""

    @property
    def statistic(self) -> float: ...
    @property
    def p_value(self) -> float: ...
    @property
    def bandwidth(self) -> float: ...
    @property
    def block_size(self) -> int: ...
    def __repr__(self) -> str: ...

def maximum_mean_discrepancy(
    reference: object,
    current: object,
    *,
    bandwidth: float = 0.0,
    block_size: int = 0,
    n_resamples: int = 499,
    seed: int = 0,
) -> MaximumMeanDiscrepancyResult:
    """
    Maximum mean discrepancy with a Gaussian kernel on standardised columns (Gretton et al. 2012).

    bandwidth 0: the median distance. block_size 0: all pairs and permutations up to 2,000 rows together, blocks of
    sqrt(n) above; 2: the linear-time statistic. Raises ShapeError, DomainError.
    """

class PcaReconstructionResult:
    """Reconstruction errors by the reference's components."""

    @property
    def reference_error(self) -> float: ...
    @property
    def current_error(self) -> float: ...
    @property
    def n_components(self) -> int: ...
    @property
    def statistic(self) -> float: ...
    @property
    def p_value(self) -> float: ...
    def __repr__(self) -> str: ...

def pca_reconstruction(
    reference: object, current: object, *, variance: float = 0.65, seed: int = 0
) -> PcaReconstructionResult:
    """
    How well principal components of half of the reference reconstruct current rows, against the other half.

    A change of the correlations between columns raises the error; a shift along the kept components does not.
    Raises ShapeError, DomainError.
    """
