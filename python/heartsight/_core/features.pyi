from collections.abc import Sequence

import numpy
from numpy.typing import NDArray

class FeatureSchema:
    """Names of a feature vector in their order; see fingerprint()."""

    @property
    def definition(self) -> str:
        """Name and version of the extractor."""

    @property
    def names(self) -> list[str]:
        """One name per column."""

    def fingerprint(self) -> str:
        """
        SHA-256 over definition and names; changes when a name, the order or the definition changes.
        """

    def __len__(self) -> int: ...
    def __eq__(self, arg: object, /) -> bool: ...
    def __repr__(self) -> str: ...

def summary_statistics(signal: object, *, nan_policy: str = "propagate", n_threads: int = 1) -> NDArray[numpy.float64]:
    """
    Nine statistics of each lead: mean, std, min, max, p25, p50, p75, range, variance, lead after lead.

    signal: (n_leads, n_samples), or a batch (n_records, n_leads, n_samples); float32 or float64 in place, other real
    dtypes converted. Returns float64 of shape (9 * n_leads,) or (n_records, 9 * n_leads): 108 numbers for 12 leads.
    std and variance have divisor n, quartiles interpolate linearly; equal to NumPy within 1e-12.
    nan_policy: 'propagate' (a NaN makes its lead NaN), 'omit', or 'reject' (DomainError naming the place).
    n_threads: threads for a batch, started and joined within the call.
    Raises ShapeError when signal has no lead or another number of dimensions.
    """

def summary_statistics_schema(leads: Sequence[str]) -> FeatureSchema:
    """
    FeatureSchema of summary_statistics for these leads: 'I_mean', 'I_std', ..., 'V6_variance'.
    """
