from collections.abc import Sequence

import numpy
from numpy.typing import NDArray

def group_counts(
    label: object, score: object, group: object, *, n_groups: int, threshold: float
) -> NDArray[numpy.int64]:
    """
    Counts (n_groups, 4) of TP, FP, TN, FN in each group, positive when score >= threshold.

    label: (n,) integers 0 or 1. score: (n,). group: (n,) integers from 0 to n_groups - 1. Raises ShapeError, DomainError.
    """

class GroupEstimate:
    """
    A rate in a group: counts, value, interval, and whether they are enough.
    """

    @property
    def part(self) -> int:
        """-1 when suppressed."""

    @property
    def whole(self) -> int: ...
    @property
    def value(self) -> float:
        """NaN without a case, or suppressed."""

    @property
    def interval(self) -> tuple[float, float]: ...
    @property
    def enough(self) -> bool:
        """At least min_cases cases."""

def group_estimates(
    rate: str,
    counts: object,
    *,
    level: float = 0.95,
    min_cases: int = 10,
    small_cells: str = "keep",
    exact: bool = False,
) -> list[GroupEstimate]:
    """
    One rate in every group, with Wilson's (or exact) interval.

    rate: 'selection_rate', 'prevalence', 'sensitivity', 'specificity', 'false_positive_rate', 'false_negative_rate',
    'positive_predictive_value', 'negative_predictive_value' or 'accuracy'. counts: (n_groups, 4) as group_counts gives.
    small_cells: 'keep', 'suppress' or 'shrink' what has fewer than min_cases cases. Raises ShapeError, DomainError.
    """

class Disparity:
    """How far groups are from what one criterion asks to be equal."""

    @property
    def criterion(self) -> str: ...
    @property
    def rate(self) -> str:
        """The rate compared, or the worse of two."""

    @property
    def difference(self) -> float:
        """Largest rate minus smallest."""

    @property
    def difference_interval(self) -> tuple[float, float]:
        """Percentile bootstrap."""

    @property
    def ratio(self) -> float:
        """Smallest rate by largest; 1 when all are 0."""

    @property
    def ratio_interval(self) -> tuple[float, float]: ...
    @property
    def highest(self) -> int:
        """Index of the group with the largest rate."""

    @property
    def lowest(self) -> int: ...
    @property
    def p_value(self) -> float:
        """Of equal rates."""

    @property
    def adjusted_p_value(self) -> float:
        """Holm's, over the family."""

    @property
    def verdict(self) -> str:
        """'disparity', 'within margin', 'undecided' or 'not enough data'."""

    @property
    def left_out(self) -> list[int]:
        """Indices of the groups with fewer than min_cases cases."""

class GroupCalibration:
    """Observed against predicted in a group."""

    @property
    def n(self) -> int: ...
    @property
    def n_positive(self) -> int: ...
    @property
    def mean_probability(self) -> float: ...
    @property
    def observed_rate(self) -> float: ...
    @property
    def gap(self) -> float:
        """Observed rate minus mean probability."""

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's of the observed rate, minus the mean probability."""

    @property
    def p_value(self) -> float:
        """Of 'the probabilities are right on average in this group'."""

    @property
    def adjusted_p_value(self) -> float:
        """Holm's, over the groups."""

    @property
    def verdict(self) -> str: ...

class GroupComparison:
    """One group's rate against that of all others together."""

    @property
    def rate(self) -> str: ...
    @property
    def group(self) -> int:
        """Index of the group."""

    @property
    def difference(self) -> float:
        """Group minus rest."""

    @property
    def interval(self) -> tuple[float, float]:
        """Newcombe's, widened for the number of comparisons."""

    @property
    def p_value(self) -> float: ...
    @property
    def adjusted_p_value(self) -> float:
        """Holm's, over the family."""

    @property
    def verdict(self) -> str: ...

def disparities(
    counts: object,
    criteria: Sequence[str],
    *,
    level: float = 0.95,
    min_cases: int = 10,
    margin: float = 0.1,
    n_resamples: int = 1000,
    seed: int = 0,
    n_threads: int = 1,
) -> list[Disparity]:
    """
    How far the groups are from each criterion, with bootstrap intervals, p-values (Holm) and verdicts.

    counts: (n_groups, 4) as group_counts gives. criteria: 'demographic_parity', 'equal_opportunity',
    'predictive_equality', 'equalized_odds', 'predictive_parity', 'accuracy_equality'. Raises ShapeError, DomainError.
    """

def compare_groups(
    counts: object, rates: Sequence[str], *, level: float = 0.95, min_cases: int = 10, margin: float = 0.1
) -> list[GroupComparison]:
    """
    Each group's rates against those of all others, with Newcombe's intervals and Holm's p-values over all of them.
    """

def judge(family: Sequence[Disparity], *, level: float = 0.95, margin: float = 0.1) -> list[Disparity]:
    """
    The same disparities with p-values corrected over all of them, and the verdicts that follow.
    """

def judge_calibration(
    family: Sequence[GroupCalibration], *, level: float = 0.95, margin: float = 0.05
) -> list[GroupCalibration]:
    """
    The same groups with p-values corrected over all of them, and the verdicts that follow.
    """

def judge_comparisons(
    family: Sequence[GroupComparison], *, level: float = 0.95, margin: float = 0.1
) -> list[GroupComparison]:
    """
    The same comparisons with p-values and intervals corrected over all of them, and the verdicts that follow.
    """

def equal_rates_p_value(part: object, whole: object, *, n_simulations: int = 2000, seed: int = 0) -> float:
    """
    p-value of 'all groups have one rate', from part (n_groups,) of whole (n_groups,).

    Pearson's chi-square; Fisher's exact test for two groups, simulation for more, where fewer than five cases are expected.
    """

def group_calibration(
    label: object,
    probability: object,
    group: object,
    *,
    n_groups: int,
    level: float = 0.95,
    min_cases: int = 10,
    margin: float = 0.05,
) -> list[GroupCalibration]:
    """
    Observed rate against mean probability in each group: calibration in the large, with intervals and Holm's p-values.
    """

class UrgentRateParity:
    """What the published system says of group rates."""

    @property
    def ratio(self) -> float: ...
    @property
    def passes(self) -> bool: ...
    @property
    def n_cases(self) -> int: ...
    @property
    def sufficient(self) -> bool: ...

def urgent_rate_parity(part: object, whole: object) -> UrgentRateParity:
    """
    The bias check of the published system clinical_recommender, with its defects; for comparison only.

    part of whole (n_groups,): urgent cases of all cases, in its order of groups.
    """

class GroupCell:
    """What has been seen of one group."""

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """TP, FP, TN, FN of the cases with a known outcome."""

    @property
    def n_unlabelled(self) -> int: ...
    @property
    def n_unlabelled_called(self) -> int: ...
    @property
    def n(self) -> int: ...
    @property
    def n_called(self) -> int: ...

class GroupState:
    """
    Counts of a decision in every group, kept while cases come; merges in any order with an exactly equal result.

    At most 200 groups, each by its name such as 'sex=female'.
    """

    def __init__(self, *, threshold: float = 0.5) -> None: ...
    def update(self, groups: Sequence[str], score: object, label: object | None = None) -> GroupState:
        """
        Cases of groups (n,) names with score (n,) and label (n,): 0, 1, or -1 for unknown; None: all unknown. Returns self.

        A wrong value leaves the state as it was. Raises ShapeError, DomainError.
        """

    def merge(self, other: GroupState) -> GroupState:
        """Adds what the other has seen; returns self. Raises DomainError."""

    @property
    def threshold(self) -> float: ...
    @property
    def cells(self) -> dict[str, GroupCell]:
        """Name to GroupCell."""

    @property
    def n(self) -> int: ...
    def to_bytes(self) -> bytes:
        """Versioned bytes, equal in C++ and Python."""

    @staticmethod
    def from_bytes(data: bytes) -> GroupState:
        """Raises FormatError."""

    def __getstate__(self) -> bytes: ...
    def __setstate__(self, arg: bytes, /) -> None: ...
    def __eq__(self, arg: GroupState, /) -> bool: ...
    def __repr__(self) -> str: ...
