from collections.abc import Sequence
import os
from typing import Any, overload

import numpy
from numpy.typing import NDArray

import heartsight._core
import heartsight._core.features

class Finding:
    """
    One class: calibrated probability, its 95 % band, and the bundle's threshold.
    """

    @property
    def name(self) -> str: ...
    @property
    def probability(self) -> float: ...
    @property
    def low(self) -> float:
        """Lower limit of the calibrator's band at this score."""

    @property
    def high(self) -> float:
        """Upper limit of the band."""

    @property
    def threshold(self) -> float: ...
    def __repr__(self) -> str: ...

class Action:
    """An action to consider, and the findings that ask for it."""

    @property
    def code(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def urgency(self) -> str:
        """'immediate', 'urgent' or 'routine'."""

    @property
    def because(self) -> list[str]:
        """Names of the findings that ask for it."""

    @property
    def reason(self) -> str: ...
    @property
    def probability(self) -> float: ...
    def __repr__(self) -> str: ...

class LeadQuality:
    """
    Verdict on one lead: 'usable', 'beats_only' or 'unusable', with reasons.
    """

    @property
    def lead(self) -> str: ...
    @property
    def verdict(self) -> str: ...
    @property
    def reasons(self) -> list[str]: ...
    def __repr__(self) -> str: ...

class Quality:
    """
    Verdict on a recording: 'acceptable' or 'unacceptable', per lead and with reasons.
    """

    @property
    def verdict(self) -> str: ...
    @property
    def leads(self) -> list[LeadQuality]: ...
    @property
    def reasons(self) -> list[str]: ...
    def __repr__(self) -> str: ...

class Report:
    """The answer for one recording. Research software, not a medical device."""

    @property
    def id(self) -> str: ...
    @property
    def status(self) -> str:
        """'findings', 'indeterminate' or 'not_analyzed'."""

    @property
    def protocol(self) -> str: ...
    @property
    def model_name(self) -> str: ...
    @property
    def model_version(self) -> str: ...
    @property
    def model_digest(self) -> str: ...
    @property
    def quality(self) -> Quality: ...
    @property
    def probabilities(self) -> dict[str, float]:
        """Calibrated probability by class name; empty when not analysed."""

    @property
    def r_peaks_s(self) -> NDArray[numpy.float64]:
        """
        Seconds of the recording at which beats were found; empty where the model measures none.
        """

    @property
    def measurements(self) -> dict[str, dict[str, Any]]:
        """
        Rate, intervals and axes: name to value, unit and uncertainty (standard error or None), at the model's rate.
        """

    @property
    def statements(self) -> list[heartsight._core.features.Statement]:
        """
        Published criteria that the measurements meet; they are no findings of the model.
        """

    @property
    def classes(self) -> list[Finding]:
        """Every class with its band and threshold, in the bundle's order."""

    @property
    def findings(self) -> list[Finding]:
        """Classes at or above their threshold, by falling probability."""

    @property
    def actions(self) -> list[Action]: ...
    @property
    def warnings(self) -> list[str]: ...
    def to_json(self, indent: int = -1) -> str:
        """The report as JSON text; -1 for one line. The same text in C++."""

    def to_dict(self) -> dict[str, Any]:
        """The report as plain dicts and lists; the content of to_json."""

    def __eq__(self, arg: object, /) -> bool: ...
    def __repr__(self) -> str: ...
    def plot(self: Any, recording: Any = None) -> Any:
        """
        A ReportPlot for notebooks: the recording on ECG paper where it is given, and the probabilities.

            recording: the one that was analysed; a report does not hold the signal.
        """

disclaimer: str = ...

class Bundle:
    """
    Everything between a recording and a report, in one file that holds no code.
    """

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def classes(self) -> list[str]:
        """Class names in their order."""

    @property
    def thresholds(self) -> dict[str, float]: ...
    @property
    def threshold_rule(self) -> str: ...
    @property
    def features(self) -> heartsight._core.features.FeatureSchema:
        """FeatureSchema of the models."""

    @property
    def leads(self) -> list[str]: ...
    @property
    def sampling_rate(self) -> float:
        """Hz."""

    @property
    def duration_s(self) -> float: ...
    @property
    def intended_use(self) -> str: ...
    @property
    def limits(self) -> list[str]: ...
    @property
    def provenance(self) -> dict[str, Any]: ...
    @property
    def manifest_digest(self) -> str: ...
    def __repr__(self) -> str: ...

def make_bundle(
    *,
    name: str,
    version: str,
    leads: Sequence[str],
    sampling_rate: float,
    duration_s: float,
    features: heartsight._core.features.FeatureSchema,
    classes: list,
    models: list,
    threshold_rule: str,
    band_level: float,
    drift_level: object,
    drift_quantile: object,
    subgroups: list,
    intended_use: str,
    limits: Sequence[str],
    data_licences: Sequence[tuple[str, str, str]],
    provenance: str,
) -> Bundle:
    """
    Put a bundle together; golden inputs are simulated and their outputs stored.

    features: FeatureSchema, that of summary_statistics or of measurements for these leads.
    classes: dicts of name, calibrator (kind), parameters, band (CalibrationBand), threshold. models: dicts of classes
    (names), weight, ensemble (TreeEnsemble on the features). drift_quantile: (n_features * len(drift_level),).
    subgroups: dicts of group, n, n_positive, auroc. data_licences: tuples (name, licence, source). provenance: JSON text.
    Raises DomainError where the parts contradict each other.
    """

def write_bundle(bundle: Bundle, path: str | os.PathLike) -> None:
    """
    Write a bundle file; equal bundles give equal bytes. Raises FormatError when it cannot be written.
    """

def read_bundle(path: str | os.PathLike) -> Bundle:
    """
    Read a bundle file; structure, digests and indices are checked. Raises FormatError naming what differs.
    """

def read_manifest(path: str | os.PathLike) -> str:
    """
    The manifest (JSON text) of a bundle file, after all checks. Raises FormatError.
    """

class Analyzer:
    """
    Turns recordings into reports with one bundle; safe to call from many threads.
    """

    def __init__(self, bundle: Bundle) -> None:
        """An analyzer of a bundle in memory. Raises FormatError."""

    @staticmethod
    def load(path: str | os.PathLike) -> Analyzer:
        """
        Load a bundle file and replay its golden inputs. Raises FormatError naming what differs.
        """

    @overload
    def analyze(self, recording: heartsight._core.Recording, *, protocol: str = "") -> Report:
        """
        The report on one Recording. A recording that cannot be analysed gives a report of status 'not_analyzed'.

        protocol: '' (default), 'mlops_phase1' or 'clinical_recommender'. Raises DomainError for another.
        """

    @overload
    def analyze(self, recording: heartsight._core.RecordingFloat32, *, protocol: str = "") -> Report: ...
    @property
    def bundle(self) -> Bundle: ...
    def __repr__(self) -> str: ...
