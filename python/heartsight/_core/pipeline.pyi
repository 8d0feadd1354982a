from collections.abc import Sequence
import os
from typing import Any, overload

import numpy
from numpy.typing import NDArray

import heartsight._core
import heartsight._core.calibration
import heartsight._core.drift
import heartsight._core.fairness
import heartsight._core.features

class ExplainedFeature:
    """
    A number that the model went by, beside what is usual in its training data.
    """

    @property
    def name(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def value(self) -> float:
        """NaN when it could not be measured."""

    @property
    def typical(self) -> float:
        """The median."""

    @property
    def percentile(self) -> float:
        """Percent of the training data below; NaN with the value."""

class Contribution:
    """Numbers of one part of the tracing in one group of leads."""

    @property
    def part(self) -> str:
        """Such as 'ST segment'."""

    @property
    def leads(self) -> str:
        """Such as 'II, III, aVF', or 'all leads'."""

    @property
    def probability_without(self) -> float:
        """Of the class, were these numbers typical and all others as they are."""

    @property
    def features(self) -> list[ExplainedFeature]:
        """Those of them that move the class most, each by itself."""

class Explanation:
    """What one class's probability rests on."""

    @property
    def name(self) -> str: ...
    @property
    def probability(self) -> float: ...
    @property
    def contributions(self) -> list[Contribution]:
        """By the size of the change, largest first."""

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""

    def __str__(self) -> str: ...
    def __repr__(self) -> str: ...

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

    def __repr__(self) -> str: ...
    def to_bytes(self) -> bytes:
        """Versioned bytes, equal in C++ and Python."""

    @staticmethod
    def from_bytes(data: bytes) -> Report:
        """Raises FormatError."""

    def __getstate__(self) -> bytes: ...
    def __setstate__(self, arg: bytes, /) -> None: ...
    def __eq__(self, arg: Report, /) -> bool: ...

    __hash__ = None  # type: ignore[assignment]

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
    def joint_calibrator(self) -> heartsight._core.calibration.SoftmaxCalibrator | None:
        """
        Calibrates the scores of all classes together, before each class's own calibrator; None where there is none.
        """

    @property
    def monitor_reference(self) -> MonitorReference | None:
        """
        What a Monitor behind this model compares with; None where the bundle has none.
        """

    def with_monitor_reference(self, cases: Sequence[MonitoredCase]) -> Bundle:
        """
        The same bundle with a monitor reference made from at least 20 cases, whose probabilities must be those of
        recordings that the model has not seen. Raises ShapeError, DomainError.
        """

    @property
    def manifest_digest(self) -> str: ...
    def __getstate__(self) -> bytes: ...
    def __setstate__(self, arg: bytes, /) -> None: ...
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
    joint_calibrator: heartsight._core.calibration.SoftmaxCalibrator | None = None,
) -> Bundle:
    """
    Put a bundle together; golden inputs are simulated and their outputs stored.

    features: FeatureSchema, that of summary_statistics or of measurements for these leads.
    classes: dicts of name, calibrator (kind), parameters, band (CalibrationBand), threshold. models: dicts of classes
    (names), weight, ensemble (TreeEnsemble on the features). drift_quantile: (n_features * len(drift_level),).
    subgroups: dicts of group, n, n_positive, auroc. data_licences: tuples (name, licence, source). provenance: JSON text.
    joint_calibrator: a fitted SoftmaxCalibrator for classes of which exactly one holds, applied before the classes' own
    calibrators; its columns stand in the order of classes, and every model has to score every class.
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
    @overload
    def explain(
        self,
        recording: heartsight._core.Recording,
        *,
        classes: Sequence[str] = [],
        n_contributions: int = 5,
        n_features: int = 3,
        smallest_change: float = 0.01,
    ) -> list[Explanation]:
        """
        What the probabilities rest on: a list of Explanation.

        For each of classes (empty: the findings, or the most probable class) the parts of the tracing that would change its
        probability most if their numbers were those of a typical recording, all others staying as they are. Changes do not
        add up, and what moved the model is no cause of disease. Empty for a recording that cannot be analysed. Raises
        DomainError.
        """

    @overload
    def explain(
        self,
        recording: heartsight._core.RecordingFloat32,
        *,
        classes: Sequence[str] = [],
        n_contributions: int = 5,
        n_features: int = 3,
        smallest_change: float = 0.01,
    ) -> list[Explanation]: ...
    @property
    def bundle(self) -> Bundle: ...
    def __getstate__(self) -> bytes: ...
    def __setstate__(self, arg: bytes, /) -> None: ...
    def __repr__(self) -> str: ...

@overload
def signal_profile(recording: heartsight._core.Recording) -> dict[str, float]: ...
@overload
def signal_profile(recording: heartsight._core.RecordingFloat32) -> dict[str, float]:
    """
    An ECG as a signal in eleven numbers: amplitude, noise, wander, mains, steepness (mV), shares of missing, flat and
    clipped samples and of usable seconds, centroid and 95 % edge of the spectrum (Hz). NaN where nothing can be measured.
    """

class MonitoredCase:
    """What a monitor keeps of one analysed recording until it is counted."""

    @property
    def profile(self) -> dict[str, float]:
        """Of an ECG; all NaN for heart sounds."""

    @property
    def heart_sounds(self) -> dict[str, float] | None: ...
    @property
    def heart_rate_bpm(self) -> float: ...
    @property
    def analyzed(self) -> bool: ...
    @property
    def probability(self) -> list[float]: ...
    @property
    def label(self) -> list[int]: ...
    @property
    def groups(self) -> list[str]: ...
    def with_probability(self, probability: Sequence[float]) -> MonitoredCase:
        """
        The case with other probabilities, such as those of a model that did not see it; a case that was not analysed
        has none and is given back as it is. Raises ShapeError.
        """

    def __eq__(self, arg: MonitoredCase, /) -> bool: ...

@overload
def monitored_case(
    recording: heartsight._core.Recording, report: Report, label: object | None = None
) -> MonitoredCase: ...
@overload
def monitored_case(
    recording: heartsight._core.RecordingFloat32, report: Report, label: object | None = None
) -> MonitoredCase:
    """
    What a monitor keeps of a recording and its report: numbers and groups, no signal, no identifier.

    label: (n_classes,) integers 0, 1 or -1 for unknown, in the order of the report's probabilities; None: none is known.
    Groups: 'sex=female' and so on, 'age=<18', '18-39', '40-64', '65-79', '>=80'. Raises ShapeError, DomainError.
    """

@overload
def monitored_heart_sounds(
    recording: heartsight._core.Recording, *, probability: object | None = None, label: object | None = None
) -> MonitoredCase: ...
@overload
def monitored_heart_sounds(
    recording: heartsight._core.RecordingFloat32, *, probability: object | None = None, label: object | None = None
) -> MonitoredCase:
    """
    What a monitor keeps of a recording of heart sounds (one channel, 1000 Hz or more) and of a model's answer.

    probability: (n_classes,) in the order of the reference's classes; None: not analysed. label: (n_classes,) integers 0, 1
    or -1 for unknown. Groups as in monitored_case. Raises ShapeError, DomainError.
    """

class MonitorReference:
    """
    What later cases are compared with: counts of the signals, outputs and groups of earlier ones.
    """

    def __init__(self, *, classes: Sequence[str], thresholds: Sequence[float], cases: Sequence[MonitoredCase]) -> None:
        """
        classes (k,) names and thresholds (k,) as in the bundle; cases: at least 20. Raises ShapeError, DomainError.
        """

    @property
    def classes(self) -> list[str]: ...
    @property
    def thresholds(self) -> list[float]: ...
    @property
    def n_cases(self) -> int: ...
    @property
    def fingerprint(self) -> int: ...
    def to_bytes(self) -> bytes: ...
    @staticmethod
    def from_bytes(data: bytes) -> MonitorReference:
        """Raises FormatError."""

    def __getstate__(self) -> bytes: ...
    def __setstate__(self, arg: bytes, /) -> None: ...
    def __repr__(self) -> str: ...

class MonitorAlert:
    """Something a person should look at."""

    @property
    def kind(self) -> str:
        """'signal', 'output', 'quality', 'calibration' or 'group'."""

    @property
    def subject(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def p_value(self) -> float:
        """Corrected."""

    def __repr__(self) -> str: ...

class MonitoredClass:
    """How the model does on one class, where outcomes are known."""

    @property
    def name(self) -> str: ...
    @property
    def n_with_outcome(self) -> int: ...
    @property
    def mean_probability(self) -> float: ...
    @property
    def observed_rate(self) -> float: ...
    @property
    def brier_score(self) -> float: ...
    @property
    def expected_calibration_error(self) -> float: ...
    @property
    def auroc(self) -> float: ...

class MonitorResult:
    """
    What a monitor says. Without enough cases it says nothing, which is no all-clear.
    """

    @property
    def n_cases(self) -> int: ...
    @property
    def n_analyzed(self) -> int: ...
    @property
    def enough(self) -> bool: ...
    @property
    def alerts(self) -> list[MonitorAlert]: ...
    @property
    def not_compared(self) -> list[str]:
        """
        Classes without enough outcomes, groups without enough cases here or in the reference.
        """

    @property
    def drift(self) -> heartsight._core.drift.DriftReport:
        """
        Every column; heartsight.drift.DriftReport(result.drift) prints and draws it.
        """

    @property
    def classes(self) -> list[MonitoredClass]: ...
    def to_dict(self) -> dict[str, Any]:
        """Alerts and classes, JSON-ready."""

    def __repr__(self) -> str: ...
    def to_html(self: Any, path: Any = None, *, title: str = "Monitor") -> str:
        """
        One self-contained page: alerts, calibration, what was not compared, every column; written to path when one is given.
        """

class MonitorState:
    """
    What has been seen since it was made: counts that merge in any order with an exactly equal result, over workers too.
    """

    def __init__(self, reference: MonitorReference) -> None: ...
    def add(self, case: MonitoredCase) -> MonitorState:
        """Counts a case; returns self. Raises ShapeError, DomainError."""

    def add_outcome(self, class_index: int, probability: float, label: int) -> None:
        """
        An outcome that became known after its case was counted. Raises DomainError.
        """

    def merge(self, other: MonitorState) -> MonitorState:
        """
        Adds what the other has seen; returns self. Raises DomainError (another reference).
        """

    @property
    def n_cases(self) -> int: ...
    @property
    def n_analyzed(self) -> int: ...
    @property
    def calibration(self) -> list[heartsight._core.calibration.CalibrationState]:
        """A CalibrationState per class."""

    @property
    def groups(self) -> list[heartsight._core.fairness.GroupState]:
        """A GroupState per class."""

    def result(
        self, *, alpha: float = 0.05, calibration_margin: float = 0.05, group_margin: float = 0.1, min_cases: int = 20
    ) -> MonitorResult:
        """
        What was seen against the reference: a MonitorResult.

        alpha: chance of any false alert, drift, calibration and groups together. An alert needs a significant difference and one beyond the margin; below min_cases nothing is said. Raises DomainError.
        """

    def to_bytes(self) -> bytes: ...
    @staticmethod
    def from_bytes(data: bytes, reference: MonitorReference) -> MonitorState:
        """Raises FormatError, DomainError (another reference)."""

class Monitor:
    """
    The latest cases, as a ring of states; the oldest is dropped as a whole.
    """

    def __init__(
        self,
        reference: MonitorReference,
        *,
        window: int | None = None,
        duration: float | None = None,
        n_slots: int = 10,
    ) -> None:
        """
        window: cases looked at, a multiple of n_slots (1000 when neither is given); it moves on by a slot. Or duration: time
        looked at, in the unit of the times that add is given. Nothing here reads a clock. Raises DomainError.
        """

    def add(self, case: MonitoredCase, *, time: float | None = None) -> None:
        """
        Counts a case. time: when it was, for a window by duration; it may go back within the present slot alone.

        Raises ShapeError, DomainError; the window stays where it was then.
        """

    def add_outcome(self, class_index: int, probability: float, label: int, *, time: float | None = None) -> None:
        """
        An outcome that became known after its case was counted; it counts from now on, or from its time. Raises DomainError.
        """

    def advance(self, time: float) -> None:
        """
        Nothing came until this time: a window by duration forgets what is older. Raises DomainError.
        """

    def state(self) -> MonitorState:
        """The cases of the window as one MonitorState."""

    def result(
        self, *, alpha: float = 0.05, calibration_margin: float = 0.05, group_margin: float = 0.1, min_cases: int = 20
    ) -> MonitorResult:
        """
        What was seen against the reference: a MonitorResult.

        alpha: chance of any false alert, drift, calibration and groups together. An alert needs a significant difference and one beyond the margin; below min_cases nothing is said. Raises DomainError.
        """
