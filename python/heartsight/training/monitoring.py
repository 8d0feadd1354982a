"""What a monitor behind the trained model will compare with: the records that it was judged on, as it met them."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heartsight import Error, Recording
from heartsight.io import read_record
from heartsight.pipeline import Analyzer, Bundle, MonitoredCase, monitored_case
from heartsight.training.dataset import EcgDataset

MIN_CASES = 20  # with fewer a reference says nothing


@dataclass(frozen=True)
class UnseenScores:
    """Calibrated probabilities (len(rows), n_classes) of rows of a data set by models that did not see them."""

    rows: npt.NDArray[np.int64]
    probabilities: npt.NDArray[np.float64]


def with_monitor_reference(bundle: Bundle, data: EcgDataset, unseen: UnseenScores, *, n_threads: int = 0) -> Bundle:
    """The bundle with a monitor reference: signals and quality as the analyzer sees them, probabilities out of sample.

    The analyzer's own probabilities are not used: it has seen most of these records, and would be surer than it will be of
    new ones. The records are read a second time. Without record files, or with too few that can be read, the bundle comes
    back as it is.
    """
    if not data.records:
        return bundle
    analyzer = Analyzer(bundle)

    def one(job: tuple[int, npt.NDArray[np.float64]]) -> MonitoredCase | None:
        row, probability = job
        try:
            read = read_record(data.records[row])
        except (Error, OSError):
            return None  # it was there when the features were made; the reference does without
        age = data.age_years[row]  # of the data set's table: the files of such folders hold neither age nor sex
        recording = Recording(
            read.signal,
            read.sampling_rate,
            leads=list(read.leads),
            units=list(read.units),
            age_years=float(age) if np.isfinite(age) else None,
            sex=data.sex[row],
        )
        report = analyzer.analyze(recording)
        label = data.labels[row] if report.status != "not_analyzed" else None
        return monitored_case(recording, report, label).with_probability(probability.tolist())

    jobs = zip(unseen.rows.tolist(), unseen.probabilities, strict=True)
    with ThreadPoolExecutor(n_threads or os.cpu_count() or 1) as pool:
        cases = [case for case in pool.map(one, jobs) if case is not None]
    if sum(case.analyzed for case in cases) < MIN_CASES:
        return bundle
    return bundle.with_monitor_reference(cases)
