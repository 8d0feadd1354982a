from collections.abc import Sequence
from typing import Any, overload

import numpy
import numpy.typing
from numpy.typing import NDArray

import heartsight._core
import heartsight._core.detection

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

class RrIntervals:
    """
    RR intervals: one entry per interval, none for the beat before the first.
    """

    @property
    def rr_ms(self) -> NDArray[numpy.float64]:
        """(n_beats - 1,) intervals in ms."""

    @property
    def time_s(self) -> NDArray[numpy.float64]:
        """(n_beats - 1,) time of the beat that ends each interval, in s."""

    @property
    def is_nn(self) -> numpy.typing.NDArray[numpy.bool_]:
        """(n_beats - 1,) whether both beats are normal."""

    def __len__(self) -> int: ...
    def __repr__(self) -> str: ...

def rr_intervals(
    r_peaks: numpy.typing.ArrayLike,
    sampling_rate: float,
    *,
    beat_types: str | Sequence[str] | numpy.typing.NDArray[numpy.str_] | None = None,
) -> RrIntervals:
    """
    RR intervals of R peaks, and which of them are NN intervals.

    r_peaks: (n_beats,) samples, strictly increasing, whole or fractional. sampling_rate in Hz. beat_types: one WFDB symbol
    per beat; N, L, R and B are normal. Fewer than two beats give no interval.
    Raises DomainError (peaks not increasing, NaN), ShapeError (beat_types of another size).
    """

def heart_rate(r_peaks: numpy.typing.ArrayLike, sampling_rate: float, *, protocol: str | None = None) -> float:
    """
    Beats per minute: 60 over the mean RR interval in s; NaN for fewer than two beats.

    protocol: None, or 'cpsc2019': beats with 5.5 s < t < 9.5 s, rounded to whole beats per minute, halves to even.
    Raises DomainError as rr_intervals does.
    """

class RrCorrection:
    """Corrected NN intervals, and what was wrong with the intervals given."""

    @property
    def nn_ms(self) -> NDArray[numpy.float64]:
        """(n_corrected,) intervals in ms; NaN in gaps."""

    @property
    def source(self) -> NDArray[numpy.int64]:
        """(n_corrected,) index of the interval given that each comes from."""

    @property
    def is_corrected(self) -> numpy.typing.NDArray[numpy.bool_]:
        """(n_corrected,) whether it is another than the interval given."""

    @property
    def artefact(self) -> list[str]:
        """
        (n,) one of none, ectopic, missed, extra, long, short, gap per interval given.
        """

    @property
    def counts(self) -> dict[str, int]:
        """Intervals given by what was wrong with them."""

    def __repr__(self) -> str: ...

def correct_rr(
    rr_ms: numpy.typing.ArrayLike,
    *,
    alpha: float = 5.2,
    slope: float = 0.13,
    intercept: float = 0.17,
    minimum_threshold_ms: float = 20.0,
) -> RrCorrection:
    """
    Find and correct ectopic beats and errors of beat detection, after Lipponen and Tarvainen 2019
    (DOI 10.1080/03091902.2019.1640306).

    rr_ms: (n,) ms; NaN, below 10 ms or above 60 s is a gap. Missed beats are put back in the middle, extra ones taken out; ectopic,
    long and short intervals become a straight line between accepted neighbours. The defaults are the paper's, but for
    minimum_threshold_ms, below which no threshold falls. Raises DomainError (an interval is 0 or negative).
    """

class HrvTime:
    """Time domain. NaN where an index does not exist; see hrv()."""

    @property
    def n_nn(self) -> float:
        """NN intervals"""

    @property
    def n_gaps(self) -> float:
        """intervals that are none: NaN, below 10 ms, above 60 s, or marked"""

    @property
    def duration_s(self) -> float:
        """sum of the NN intervals, in s"""

    @property
    def mean_nn_ms(self) -> float:
        """mean NN interval"""

    @property
    def median_nn_ms(self) -> float:
        """median NN interval"""

    @property
    def min_nn_ms(self) -> float:
        """shortest NN interval"""

    @property
    def max_nn_ms(self) -> float:
        """longest NN interval"""

    @property
    def mean_hr_bpm(self) -> float:
        """60000 / mean_nn_ms"""

    @property
    def sdnn_ms(self) -> float:
        """standard deviation of the NN intervals"""

    @property
    def rmssd_ms(self) -> float:
        """root mean square of successive differences"""

    @property
    def sdsd_ms(self) -> float:
        """standard deviation of successive differences"""

    @property
    def pnn50_percent(self) -> float:
        """share of successive differences above 50 ms"""

    @property
    def pnn20_percent(self) -> float:
        """share of successive differences above 20 ms"""

    @property
    def cvnn(self) -> float:
        """sdnn_ms / mean_nn_ms"""

    @property
    def cvsd(self) -> float:
        """rmssd_ms / mean_nn_ms"""

    @property
    def mad_nn_ms(self) -> float:
        """1.4826 times the median absolute deviation from the median"""

    @property
    def iqr_nn_ms(self) -> float:
        """interquartile range"""

    @property
    def sdann_ms(self) -> float:
        """standard deviation of the means of 5-minute segments"""

    @property
    def sdnn_index_ms(self) -> float:
        """mean of the standard deviations of 5-minute segments"""

    @property
    def triangular_index(self) -> float:
        """intervals over the height of their histogram"""

    @property
    def tinn_ms(self) -> float:
        """base of the triangle that fits the histogram best"""

    def to_dict(self) -> dict:
        """Every index by its name."""

    def __repr__(self) -> str: ...

class HrvFrequency:
    """Frequency domain. NaN where an index does not exist; see hrv()."""

    @property
    def vlf_ms2(self) -> float:
        """power of the very low frequencies, in ms^2"""

    @property
    def lf_ms2(self) -> float:
        """power of the low frequencies, in ms^2"""

    @property
    def hf_ms2(self) -> float:
        """power of the high frequencies, in ms^2"""

    @property
    def total_ms2(self) -> float:
        """sum of the three, in ms^2"""

    @property
    def lf_nu(self) -> float:
        """100 lf / (lf + hf)"""

    @property
    def hf_nu(self) -> float:
        """100 hf / (lf + hf)"""

    @property
    def lf_hf_ratio(self) -> float:
        """lf / hf"""

    @property
    def ln_hf(self) -> float:
        """natural logarithm of hf in ms^2"""

    @property
    def vlf_peak_hz(self) -> float:
        """frequency of the largest bin of the band"""

    @property
    def lf_peak_hz(self) -> float:
        """frequency of the largest bin of the band"""

    @property
    def hf_peak_hz(self) -> float:
        """frequency of the largest bin of the band"""

    def to_dict(self) -> dict:
        """Every index by its name."""

    def __repr__(self) -> str: ...
    @property
    def frequency_hz(self) -> NDArray[numpy.float64]:
        """(n_bins,) of the spectrum; empty where there is none."""

    @property
    def power_ms2_per_hz(self) -> NDArray[numpy.float64]:
        """(n_bins,) one-sided power spectral density."""

class HrvNonlinear:
    """Non-linear indices. NaN where an index does not exist; see hrv()."""

    @property
    def sd1_ms(self) -> float:
        """deviation across the line of identity; SDSD / sqrt(2)"""

    @property
    def sd2_ms(self) -> float:
        """deviation along the line of identity"""

    @property
    def sd1_sd2_ratio(self) -> float:
        """sd1 / sd2"""

    @property
    def ellipse_area_ms2(self) -> float:
        """pi sd1 sd2"""

    @property
    def csi(self) -> float:
        """cardiac sympathetic index, sd2 / sd1"""

    @property
    def cvi(self) -> float:
        """cardiac vagal index, log10(16 sd1 sd2)"""

    @property
    def csi_modified_ms(self) -> float:
        """4 sd2^2 / sd1"""

    @property
    def guzik_index_percent(self) -> float:
        """
        share of lengthenings in the sum of distances from the line of identity
        """

    @property
    def porta_index_percent(self) -> float:
        """share of shortenings among the differences that are not 0"""

    @property
    def inflection_percent(self) -> float:
        """
        share of intervals at which lengthening turns to shortening or back (PIP)
        """

    @property
    def sample_entropy(self) -> float:
        """see sample_entropy()"""

    @property
    def approximate_entropy(self) -> float:
        """see approximate_entropy()"""

    @property
    def dfa_alpha1(self) -> float:
        """short-term fluctuation exponent"""

    @property
    def dfa_alpha2(self) -> float:
        """long-term fluctuation exponent"""

    def to_dict(self) -> dict:
        """Every index by its name."""

    def __repr__(self) -> str: ...

class Hrv:
    """
    Heart rate variability of one series, with the settings it was computed with.
    """

    @property
    def time(self) -> HrvTime: ...
    @property
    def frequency(self) -> HrvFrequency: ...
    @property
    def nonlinear(self) -> HrvNonlinear: ...
    @property
    def settings(self) -> dict[str, Any]:
        """Every setting, and the preset that they started from."""

    def to_dict(self) -> dict[str, dict[str, Any]]:
        """time, frequency, nonlinear and settings, without the spectrum."""

    def __repr__(self) -> str: ...

def hrv(
    nn_ms: numpy.typing.ArrayLike,
    *,
    is_nn: numpy.typing.ArrayLike | None = None,
    preset: str = "task_force",
    method: str | None = None,
    detrend: str | None = None,
    detrend_intervals: bool | None = None,
    smoothness_lambda: float | None = None,
    resample_hz: float | None = None,
    window_s: float | None = None,
    overlap: float | None = None,
    autoregressive_order: int | None = None,
    vlf_hz: tuple[float, float] | None = None,
    lf_hz: tuple[float, float] | None = None,
    hf_hz: tuple[float, float] | None = None,
    entropy_dimension: int | None = None,
    entropy_tolerance: float | None = None,
    alpha1_windows: tuple[int, int] | None = None,
    alpha2_windows: tuple[int, int] | None = None,
    minimum_lengths: bool = True,
) -> Hrv:
    """
    Heart rate variability of NN intervals: .time, .frequency, .nonlinear and .settings.

    nn_ms: (n,) ms. NaN or more than 60 s is a gap, and so is an interval whose is_nn (bool, (n,)) is False: differences,
    templates and windows never cross one. preset: 'task_force', 'lomb_scargle', 'autoregressive', 'kubios' or
    'kubios_autoregressive'; any other argument overrides its setting. method: 'welch', 'lomb_scargle', 'autoregressive'.
    detrend: 'constant', 'linear', 'smoothness_priors'. minimum_lengths: NaN where a recording is too short for an index
    (docs/hrv.md has the table); False computes what can be computed.
    Empty, short, constant and gappy series give NaN. Raises DomainError (an interval is 0 or negative, an option is out of
    range), ShapeError (is_nn of another size).
    """

def sample_entropy(
    nn_ms: numpy.typing.ArrayLike,
    *,
    dimension: int = 2,
    tolerance_ms: float,
    is_nn: numpy.typing.ArrayLike | None = None,
) -> float:
    """
    -ln(A / B) of Richman and Moorman 2000: B pairs of templates of dimension intervals match within tolerance_ms, A of one
    more. NaN where B is 0, infinity where A is. Beyond 131,072 templates pairs are counted within equal blocks.
    """

def approximate_entropy(
    nn_ms: numpy.typing.ArrayLike,
    *,
    dimension: int = 2,
    tolerance_ms: float,
    is_nn: numpy.typing.ArrayLike | None = None,
) -> float:
    """
    Approximate entropy of Pincus 1991, self-matches included. Arguments as of sample_entropy.
    """

def fluctuation_exponent(
    nn_ms: numpy.typing.ArrayLike, *, shortest: int, longest: int, is_nn: numpy.typing.ArrayLike | None = None
) -> float:
    """
    Exponent of detrended fluctuation analysis (Peng et al. 1995) over windows of shortest to longest beats, which do not
    overlap. NaN where two window lengths do not fit.
    """

class BeatGroup:
    """Beats of one shape."""

    @property
    def kind(self) -> str:
        """'dominant', 'ectopic', 'paced' or 'other'."""

    @property
    def paced(self) -> bool:
        """True where at least half of its beats follow a pacing spike."""

    @property
    def n_beats(self) -> int: ...
    @property
    def share(self) -> float:
        """Of all beats."""

    @property
    def prematurity(self) -> float:
        """
        Median of the RR interval before its beats over the median of the intervals around; NaN without.
        """

    @property
    def onset_s(self) -> float:
        """First steep slope of its complex, from the R peak."""

    @property
    def end_s(self) -> float:
        """Last steep slope of its complex, from the R peak."""

    def __repr__(self) -> str: ...

class BeatGroups:
    """What group_beats found."""

    @property
    def groups(self) -> list[BeatGroup]:
        """The dominant group first, then by size."""

    @property
    def group(self) -> NDArray[numpy.int64]:
        """(n_beats,) index in groups, or -1."""

    @property
    def shift_samples(self) -> NDArray[numpy.float64]:
        """
        (n_beats,) what to add to the R peak to align the beat; NaN without a group.
        """

    @property
    def similarity(self) -> NDArray[numpy.float64]:
        """(n_beats,) to the mean of its group, in [-1, 1]; NaN without."""

    def __len__(self) -> int: ...
    def __repr__(self) -> str: ...

class MedianBeat:
    """The typical beat of a group in every lead."""

    @property
    def samples(self) -> NDArray[numpy.float64]:
        """(n_leads, n_window) in mV; NaN where no beat is."""

    @property
    def sampling_rate(self) -> float:
        """Hz, of the window: a whole multiple of the signal's."""

    @property
    def r_index(self) -> int:
        """Sample of the window at which the R peaks were aligned."""

    @property
    def n_beats(self) -> int:
        """Averaged."""

    @property
    def rr_before_s(self) -> float:
        """Median of the intervals before those beats; NaN without."""

    @property
    def rr_after_s(self) -> float:
        """Median of the intervals after them; NaN without."""

    @property
    def noise_mv(self) -> NDArray[numpy.float64]:
        """(n_leads,) root mean square of single beats about it."""

    @property
    def standard_error_mv(self) -> NDArray[numpy.float64]:
        """(n_leads,) of one of its samples."""

    def __repr__(self) -> str: ...

def group_beats(
    signal: numpy.typing.ArrayLike,
    sampling_rate: float,
    r_peaks: numpy.typing.ArrayLike,
    *,
    least_similarity: float = 0.85,
    max_groups: int = 12,
) -> BeatGroups:
    """
    Sort the beats of a recording into groups of equal shape, and align each with its group.

    signal: (n_leads, n_samples) in mV. sampling_rate: Hz, in [50, 20000]. r_peaks: samples, ascending, inside the signal.
    A beat joins the group whose mean its complex correlates with best over all leads, from least_similarity on; else it
    founds one. The dominant group is the largest, or a narrower one of at least half its size. Linear in the number of
    beats. Raises DomainError.
    """

def median_beat(
    signal: numpy.typing.ArrayLike,
    sampling_rate: float,
    r_peaks: numpy.typing.ArrayLike,
    groups: BeatGroups,
    *,
    group: int = 0,
    before_s: float = 0.5,
    after_s: float = 0.75,
    target_rate_hz: float = 500.0,
    max_beats: int = 64,
) -> MedianBeat:
    """
    The typical beat of a group in each lead: sample by sample the mean of the middle half of its aligned beats.

    signal, sampling_rate, r_peaks: as given to group_beats, whose result groups is. Level and drift of each beat are taken
    out: 0 is the PR segment. Slow signals get a finer grid (100 Hz becomes 500 Hz). The window ends before the P wave of
    the next beat. No beat gives an empty result. Raises DomainError and ShapeError.
    """

def pacing_spikes(
    signal: numpy.typing.ArrayLike, sampling_rate: float, r_peaks: numpy.typing.ArrayLike
) -> tuple[numpy.typing.NDArray[numpy.int64], numpy.typing.NDArray[numpy.float64]]:
    """
    Pacemaker impulses within 160 ms before the given beats: (samples, amplitudes in mV), -1 and 0 where there is none.

    Below 200 Hz a spike cannot be told from a wave, and none is found. Raises DomainError.
    """

def corrected_qt(qt_ms: float, rr_ms: float) -> dict[str, float]:
    """
    The QT interval corrected for the heart rate by Bazett, Fridericia, Framingham and Hodges, in ms.

    NaN gives NaN. Raises DomainError (0, negative or infinite).
    """

def frontal_axis(lead_i: float, lead_avf: float) -> float:
    """
    Direction of a wave in the frontal plane from its area or amplitude in I and aVF, in degrees, in (-180, 180].

    NaN where there is none.
    """

def kors_vector(leads: numpy.typing.ArrayLike) -> numpy.typing.NDArray[numpy.float64]:
    """
    Frank's vectorcardiogram of I, II, V1 to V6, (8,) or (8, n_samples), by the matrix of Kors et al. 1990
    (DOI 10.1093/oxfordjournals.eurheartj.a059647): (3,) or (3, n_samples), x to the left, y to the feet, z to the back.

    Raises ShapeError.
    """

def measurement_schema(leads: Sequence[str]) -> FeatureSchema:
    """
    FeatureSchema of the measurements for these leads: 'I_p_amplitude', ..., 'noise_max'.
    """

def measurement_place(name: str) -> tuple[str, str]:
    """
    Part of the tracing and group of leads of a column of measurement_schema: ('ST segment', 'V1, V2, V3, V4') for
    'V1_j40'.
    """

def describe_measurements(leads: Sequence[str]) -> list[tuple[str, str, str]]:
    """
    (name, unit, definition) of every measurement for these leads, in the order of the vector.
    """

class Rhythm:
    """The rhythm of a recording."""

    @property
    def verdict(self) -> str:
        """'sinus', 'atrial_fibrillation_suspected', 'other' or 'not_enough'."""

    @property
    def af_probability(self) -> float:
        """Mean over the beats that could be judged; NaN without."""

    @property
    def af_share(self) -> float:
        """Share of those beats in suspected fibrillation."""

    @property
    def irregularity(self) -> float:
        """
        Median absolute difference of successive intervals over their median, ectopic beats left out.
        """

    @property
    def large_steps(self) -> float:
        """Share of those differences above a tenth of the median interval."""

    @property
    def p_coherence(self) -> float:
        """Likeness of the beats where P waves lie, 0 to 1."""

    @property
    def ectopic_share(self) -> float:
        """Share of beats in ectopic groups."""

    @property
    def stretches(self) -> list[dict[str, Any]]:
        """
        Beats in a row of one rhythm: first and last R peak (samples), verdict, af_probability.
        """

    @property
    def pauses(self) -> list[dict[str, Any]]:
        """after (R peak, samples) and duration_s."""

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values."""

    def __repr__(self) -> str: ...

def rhythm(
    signal: numpy.typing.ArrayLike,
    sampling_rate: float,
    *,
    beats: heartsight._core.detection.QrsDetection | None = None,
    pause_s: float = 2.0,
    min_beats: int = 6,
) -> Rhythm:
    """
    Which rhythm the beats keep: sinus, suspected atrial fibrillation, another, or too little to say.

    signal: (n_leads, n_samples) in mV. beats: of detect_qrs on this signal; found here when None. pause_s: intervals from
    this length on are pauses. Judged in stretches of 20 beats from the irregularity of the intervals, ectopic beats left
    out, and the likeness of the beats where P waves lie. Not a diagnosis. Raises DomainError.
    """

class StatementNumber:
    """A number that a statement rests on."""

    @property
    def name(self) -> str: ...
    @property
    def value(self) -> float: ...
    @property
    def unit(self) -> str: ...
    def __repr__(self) -> str: ...

class Statement:
    """A published criterion that measurements meet. Not a diagnosis."""

    @property
    def code(self) -> str:
        """Stable, snake_case."""

    @property
    def text(self) -> str:
        """One sentence for a reader."""

    @property
    def because(self) -> list[StatementNumber]:
        """The numbers it rests on."""

    @property
    def source(self) -> str:
        """Of the criterion."""

    def to_dict(self) -> dict[str, Any]: ...
    def __repr__(self) -> str: ...

class Measurements:
    """Everything that was measured of one recording; see measurements()."""

    @property
    def leads(self) -> list[str]:
        """Canonical names, one per row."""

    @property
    def sex(self) -> str: ...
    @property
    def beats(self) -> heartsight._core.detection.QrsDetection:
        """QrsDetection."""

    @property
    def groups(self) -> BeatGroups:
        """BeatGroups."""

    @property
    def median_beat(self) -> MedianBeat:
        """MedianBeat of the dominant group."""

    @property
    def fiducials(self) -> dict[str, float]:
        """
        Waves of all leads together, in samples of the median beat's window; NaN where absent.
        """

    @property
    def lead_fiducials(self) -> list[dict[str, float]]:
        """The same for each lead."""

    @property
    def by_lead(self) -> list[dict[str, float]]:
        """Per lead: name of the measurement to value."""

    @property
    def overall(self) -> dict[str, float]:
        """What concerns all leads: name to value."""

    @property
    def limb_lead_reversal(self) -> str:
        """'none', 'unknown', or which electrodes seem to be swapped."""

    def values(self) -> numpy.typing.NDArray[numpy.float64]:
        """All numbers, in the order of schema().names; NaN where not measurable."""

    def uncertainties(self) -> numpy.typing.NDArray[numpy.float64]:
        """Their standard errors; NaN where there is none."""

    def schema(self) -> FeatureSchema:
        """FeatureSchema of values()."""

    def to_dict(self) -> dict[str, Any]:
        """
        Plain values: leads, beats, groups, overall, by_lead and their uncertainties, fiducials.
        """

    def to_frame(self) -> Any:
        """
        A pandas.DataFrame with name, value, uncertainty, unit and definition; raises ImportError without pandas.
        """

    def __repr__(self) -> str: ...

@overload
def measurements(recording: heartsight._core.Recording) -> Measurements:
    """
    What a cardiologist measures: beats, groups of beats, median beat, waves, and the measurements of each lead and of all.

    Of a Recording (with its sex), or of signal: (n_leads, n_samples) in mV, sampling_rate: Hz, in [50, 20000], leads: one
    name per row, sex: for the Cornell product. Measured at the band that is given; only level and drift are taken out.
    A bad signal is a result: what cannot be measured is NaN. Research software, not a medical device.
    Raises ShapeError and DomainError (a channel of a Recording is not in mV).
    """

@overload
def measurements(recording: heartsight._core.RecordingFloat32) -> Measurements: ...
@overload
def measurements(
    signal: numpy.typing.ArrayLike, sampling_rate: float, *, leads: Sequence[str], sex: str = "unknown"
) -> Measurements: ...
def statements(measurements: Measurements, *, age_years: float | None = None) -> list[Statement]:
    """
    Which published criteria measurements meet, with the numbers and the source of each; docs/measurements.md lists them.

    age_years decides the limits of ST elevation in men; None takes those from 40 on. A criterion is not a diagnosis.
    """
