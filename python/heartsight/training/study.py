"""What the figures of a model rest on: how they grow with records, and which measurements carry them."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from heartsight import DomainError
from heartsight.features import measurement_place
from heartsight.metrics import auroc, group_folds
from heartsight.training.config import TrainingConfig
from heartsight.training.dataset import EcgDataset, feature_schema, record_features
from heartsight.training.learners import Candidate, fit_class, mean_scores
from heartsight.training.quiet import without_config_warnings
from heartsight.training.strata import strata

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Difference:
    """A macro AUROC and its difference from that of all measurements, with a 95 % bootstrap interval of patients."""

    auroc: float
    difference: float
    low: float
    high: float


def _aurocs(Y: IntArray, scores: FloatArray) -> FloatArray:
    return np.array(
        [auroc(np.ascontiguousarray(Y[:, k]), np.ascontiguousarray(scores[:, k])) for k in range(Y.shape[1])]
    )


class Study:
    """Cross-validation by patient with one setting, again and again on other records and other features.

    Settings are not chosen anew in each: the figures compare features and sizes with each other, and are not those of the
    nested cross-validation.
    """

    def __init__(self, data: EcgDataset, config: TrainingConfig, candidate: Candidate | None = None) -> None:
        self.data, self.config = data, config
        self.candidate = candidate or config.candidates[0]
        self.fold = group_folds(data.patient, strata(data.labels), n_folds=config.outer_folds, seed=config.seed)

    def scores(self, X: FloatArray, share: float = 1.0, repeat: int = 0) -> FloatArray:
        """Out-of-fold scores (n, n_classes), each by a model that learnt from a share of the other folds' patients."""
        Y, patient = self.data.labels, self.data.patient
        result = np.full(Y.shape, np.nan)

        def one(job: tuple[int, int]) -> tuple[int, int, FloatArray]:
            f, k = job
            train = self.fold != f
            if share < 1.0:
                rng = np.random.default_rng([self.config.seed, repeat, f])
                patients = np.unique(patient[train])
                kept = rng.choice(patients, max(2, round(share * patients.size)), replace=False)
                train &= np.isin(patient, kept)
            if np.unique(Y[train, k]).size < 2:
                raise DomainError("Study: a class has one outcome alone in a part of the records")
            learners = fit_class(X[train], Y[train, k], self.candidate, seed=self.config.seed, n_seeds=1)
            return f, k, mean_scores(learners, X[self.fold == f])

        jobs = [(int(f), k) for f in np.unique(self.fold) for k in range(Y.shape[1])]
        with without_config_warnings(), ThreadPoolExecutor(self.config.n_threads or os.cpu_count() or 1) as pool:
            for f, k, values in pool.map(one, jobs):
                result[self.fold == f, k] = values
        return result

    def learning_curve(
        self, shares: tuple[float, ...] = (0.25, 0.5, 0.75, 1.0), repeats: int = 2
    ) -> list[dict[str, Any]]:
        """Macro AUROC by the number of records learnt from: mean, least and greatest of random parts of the patients.

        A share in which a class is lost has no row.
        """
        n_folds = self.config.outer_folds
        rows = []
        for share in shares:
            try:
                values = [
                    float(_aurocs(self.data.labels, self.scores(self.data.features, share, r)).mean())
                    for r in range(repeats if share < 1.0 else 1)
                ]
            except DomainError:
                if share == 1.0:
                    raise
                continue
            n_records = round(share * len(self.data) * (n_folds - 1) / n_folds)
            rows.append(
                {"n_records": n_records, "auroc": float(np.mean(values)), "least": min(values), "most": max(values)}
            )
        return rows

    def _difference(self, scores: FloatArray, whole: FloatArray) -> Difference:
        Y = self.data.labels
        patients, inverse = np.unique(self.data.patient, return_inverse=True)
        rows_of = np.split(np.argsort(inverse, kind="stable"), np.cumsum(np.bincount(inverse))[:-1])
        rng = np.random.default_rng(self.config.seed)
        drawn = []
        for _ in range(self.config.metric_resamples):
            rows = np.concatenate([rows_of[g] for g in rng.integers(len(patients), size=len(patients))])
            drawn.append(np.nanmean(_aurocs(Y[rows], scores[rows]) - _aurocs(Y[rows], whole[rows])))
        low, high = np.nanquantile(drawn, [0.025, 0.975])
        value = float(_aurocs(Y, scores).mean())
        return Difference(value, value - float(_aurocs(Y, whole).mean()), float(low), float(high))

    def ablation(self) -> dict[str, Any]:
        """Macro AUROC without each group of measurements and of each group alone, against all of them."""
        names = feature_schema(self.data.definition).names
        groups = np.array([measurement_place(name)[0] for name in names])
        whole = self.scores(self.data.features)
        rows = []
        for group in dict.fromkeys(groups.tolist()):
            of_group = groups == group
            without = self._difference(self.scores(self.data.features[:, ~of_group]), whole)
            alone = self._difference(self.scores(self.data.features[:, of_group]), whole)
            rows.append({"group": group, "n": int(of_group.sum()), "without": vars(without), "alone": vars(alone)})
        return {"auroc": float(_aurocs(self.data.labels, whole).mean()), "groups": rows}

    def against(self, X: FloatArray, name: str) -> dict[str, Any]:
        """The same records with other features X (n, any number): macro AUROC and its difference from the data's own."""
        if len(X) != len(self.data):
            raise DomainError(f"Study.against: {len(X)} rows, the data have {len(self.data)}")
        difference = self._difference(self.scores(X), self.scores(self.data.features))
        return {"features": name, "n": X.shape[1], **vars(difference)}


def run_study(
    data: EcgDataset, config: TrainingConfig, candidate: Candidate | None = None, *, say: Say | None = None
) -> dict[str, Any]:
    """Learning curve, ablation and the comparison with the 108 summary statistics; study_markdown prints them.

    The ablation is of measurements alone. Raises DomainError as Study does.
    """
    tell = say or (lambda _: None)
    study = Study(data, config, candidate)
    result: dict[str, Any] = {
        "data": data.name,
        "n": len(data),
        "n_patients": int(np.unique(data.patient).size),
        "candidate": study.candidate,
        "n_folds": config.outer_folds,
        "seed": config.seed,
    }
    tell("learning curve")
    result["learning_curve"] = study.learning_curve()
    if data.definition == "measurements":
        tell("without each group of measurements, and each alone")
        result["ablation"] = study.ablation()
        if data.records:
            tell("the 108 summary statistics")
            with ThreadPoolExecutor(config.n_threads or os.cpu_count() or 1) as pool:
                rows = list(pool.map(lambda path: record_features(path, "summary_statistics"), data.records))
            result["against"] = study.against(np.stack(rows), "summary_statistics")
    return result


def _signed(row: dict[str, float]) -> str:
    return f"{row['auroc']:.3f}, {row['difference']:+.3f} [{row['low']:+.3f}, {row['high']:+.3f}]"


def study_markdown(study: dict[str, Any], name: str) -> str:
    """The result of run_study as a page of Markdown."""
    lines = [
        f"# What the figures of {name} rest on",
        "",
        f"{study['n']} recordings of {study['n_patients']} patients ({study['data']}); {study['n_folds']}-fold cross-validation "
        f"by patient, seed {study['seed']}, {study['candidate']} without choosing anew, before calibration. The figures are to "
        "be compared with each other; those of the model are in its card.",
        "",
        "## Learning curve",
        "",
        "Macro AUROC by the number of recordings learnt from: mean, least and most over random parts of the patients.",
        "",
        "| Recordings learnt from | Macro AUROC | Least | Most |",
        "|---:|---:|---:|---:|",
    ]
    for row in study["learning_curve"]:
        lines.append(f"| {row['n_records']} | {row['auroc']:.3f} | {row['least']:.3f} | {row['most']:.3f} |")
    ablation = study.get("ablation")
    if ablation:
        lines += [
            "",
            "## Groups of measurements",
            "",
            f"Macro AUROC without a group and with it alone; all measurements together: {ablation['auroc']:.3f}. Differences "
            "from that with 95 % intervals of a bootstrap of patients; an interval that holds 0 shows no difference.",
            "",
            "| Measurements | Number | Without them | Alone |",
            "|---|---:|---|---|",
        ]
        for row in ablation["groups"]:
            lines.append(f"| {row['group']} | {row['n']} | {_signed(row['without'])} | {_signed(row['alone'])} |")
    other = study.get("against")
    if other:
        lines += [
            "",
            "## Other features, same recordings, same trees",
            "",
            f"The {other['n']} {other['features'].replace('_', ' ')}: macro AUROC {_signed(other)}.",
        ]
    return "\n".join(lines) + "\n"
