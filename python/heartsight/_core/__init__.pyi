"""The native core of heartsight. Import the package, not this module."""

from collections.abc import Sequence
from typing import Annotated

import numpy
from numpy.typing import NDArray

from heartsight._core import (
    calibration as calibration,
    detection as detection,
    drift as drift,
    fairness as fairness,
    features as features,
    io as io,
    metrics as metrics,
    models as models,
    pipeline as pipeline,
    signal as signal,
    simulate as simulate,
    xgboost as xgboost,
)

version: str = "0.1.0"

class Error(Exception):
    """Base of every exception that heartsight raises."""

class ShapeError(Error, ValueError):
    """
    Sizes do not fit: wrong number of leads, lengths that differ, an empty array where a value is needed.
    """

class DomainError(Error, ValueError):
    """A value lies outside what the function is defined for."""

class FormatError(Error):
    """
    A file or block of bytes is not what its format promises; the message names file and line or offset.
    """

class NotFittedError(Error):
    """
    A transform or prediction was asked of an object that has not been fitted.
    """

class BackendError(Error):
    """An optional backend (XGBoost, torch) is missing, too old, or failed."""

class ChannelGroup:
    """Channels of one file that share a sampling rate."""

    @property
    def sampling_rate(self) -> float:
        """Hz."""

    @property
    def n_samples(self) -> int: ...
    @property
    def leads(self) -> list[str]: ...
    def __repr__(self) -> str: ...

class Recording:
    """
    One recording: signal (n_leads, n_samples), sampling rate, leads, and age and sex where known.
    """

    def __init__(
        self,
        signal: object,
        sampling_rate: float,
        *,
        leads: Sequence[str],
        id: str = "",
        age_years: float | None = None,
        sex: str = "unknown",
        units: Sequence[str] | None = None,
    ) -> None:
        """
        A recording from an array (n_leads, n_samples), in mV unless units says otherwise; the rate is in Hz.

        Raises ShapeError when leads and signal do not fit, DomainError when the rate is not positive and finite.
        """

    @property
    def signal(self) -> Annotated[NDArray[numpy.float64], dict(writable=False)]:
        """Read-only array (n_leads, n_samples); a view, not a copy."""

    @property
    def sampling_rate(self) -> float:
        """Sampling rate in Hz."""

    @property
    def leads(self) -> list[str]:
        """Lead names in canonical spelling."""

    @property
    def units(self) -> list[str]:
        """Unit of each lead."""

    @property
    def id(self) -> str:
        """The file's stem; never a patient's number or name."""

    @property
    def age_years(self) -> float | None:
        """Age in years; over 89 it is 90."""

    @property
    def age_censored(self) -> bool:
        """True where the age was over 89."""

    @property
    def sex(self) -> str:
        """'male', 'female' or 'unknown'."""

    @property
    def start_s(self) -> float:
        """Offset of the first sample in the file, in s."""

    @property
    def duration_s(self) -> float:
        """Length in s."""

    @property
    def groups(self) -> list[ChannelGroup]:
        """All groups of channels of equal rate in the file."""

    @property
    def header_text(self) -> list[str]:
        """Free header text, if it was asked for."""

    def __getstate__(self) -> tuple: ...
    def __setstate__(self, arg: tuple, /) -> None: ...
    def __repr__(self) -> str: ...

class RecordingFloat32:
    """A Recording whose samples are float32."""

    def __init__(
        self,
        signal: object,
        sampling_rate: float,
        *,
        leads: Sequence[str],
        id: str = "",
        age_years: float | None = None,
        sex: str = "unknown",
        units: Sequence[str] | None = None,
    ) -> None:
        """
        A recording from an array (n_leads, n_samples), in mV unless units says otherwise; the rate is in Hz.

        Raises ShapeError when leads and signal do not fit, DomainError when the rate is not positive and finite.
        """

    @property
    def signal(self) -> Annotated[NDArray[numpy.float32], dict(writable=False)]:
        """Read-only array (n_leads, n_samples); a view, not a copy."""

    @property
    def sampling_rate(self) -> float:
        """Sampling rate in Hz."""

    @property
    def leads(self) -> list[str]:
        """Lead names in canonical spelling."""

    @property
    def units(self) -> list[str]:
        """Unit of each lead."""

    @property
    def id(self) -> str:
        """The file's stem; never a patient's number or name."""

    @property
    def age_years(self) -> float | None:
        """Age in years; over 89 it is 90."""

    @property
    def age_censored(self) -> bool:
        """True where the age was over 89."""

    @property
    def sex(self) -> str:
        """'male', 'female' or 'unknown'."""

    @property
    def start_s(self) -> float:
        """Offset of the first sample in the file, in s."""

    @property
    def duration_s(self) -> float:
        """Length in s."""

    @property
    def groups(self) -> list[ChannelGroup]:
        """All groups of channels of equal rate in the file."""

    @property
    def header_text(self) -> list[str]:
        """Free header text, if it was asked for."""

    def __getstate__(self) -> tuple: ...
    def __setstate__(self, arg: tuple, /) -> None: ...
    def __repr__(self) -> str: ...

standard_leads: tuple = ...
