"""Every setting of a training run, read from and written to params.yaml."""

from __future__ import annotations

from dataclasses import MISSING, asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from heartsight import DomainError, FormatError
from heartsight.training.learners import check_forest, kind_of


def _forests() -> list[dict[str, float]]:
    """With few records, what is drawn at random counts most."""
    return [{"trees": 300, "min_samples_leaf": 2, "max_features": 0.3}]


@dataclass(frozen=True)
class TrainingConfig:
    """Settings of `train_ecg`.

    split: "official" (PTB-XL folds 1-8 train, 9 calibrate, 10 test), "nested" (patient-wise nested cross-validation), or
    "auto": official where fold 10 is there, nested otherwise. protocol "mlops_phase1" overrides split, candidates and
    labels with that system's own.
    """

    sampling_rate: int = 100  # records100 or records500 are read, and resampled to 100 Hz
    split: Literal["auto", "official", "nested"] = "auto"
    protocol: Literal["", "mlops_phase1"] = ""
    features: Literal["measurements", "summary_statistics"] = "measurements"
    # The inner folds choose one: extremely randomised trees (trees, min_samples_leaf, max_features) or boosted ones (rounds and
    # XGBoost's parameters).
    candidates: list[dict[str, float]] = field(default_factory=_forests)
    n_seeds: int = 1  # models per class that are averaged
    outer_folds: int = 10
    inner_folds: int = 5
    calibrator: Literal["beta", "platt", "isotonic", "temperature"] = "beta"
    threshold_rule: Literal["f1", "youden"] = "f1"
    band_resamples: int = 500
    metric_resamples: int = 1000
    seed: int = 42
    n_threads: int = 0  # 0: as many as there are processors
    name: str = "ecg-superclass"
    version: str = "2"
    note: str = ""  # a limit of this training in words, added to the bundle's and the card's

    def __post_init__(self) -> None:
        for f in fields(self):
            value, example = getattr(self, f.name), f.default if f.default is not MISSING else []
            good = isinstance(value, type(example)) and not (isinstance(value, bool) and not isinstance(example, bool))
            if not good:
                wanted = {int: "a whole number", str: "a text", list: "a list"}[type(example)]
                raise DomainError(f"TrainingConfig: {f.name} = {value!r}: must be {wanted}")
        if self.split not in ("auto", "official", "nested"):
            raise DomainError(f"TrainingConfig: split = {self.split!r}: must be auto, official or nested")
        if self.protocol not in ("", "mlops_phase1"):
            raise DomainError(f"TrainingConfig: protocol = {self.protocol!r}: must be empty or mlops_phase1")
        if self.calibrator not in ("beta", "platt", "isotonic", "temperature"):
            raise DomainError(f"TrainingConfig: calibrator = {self.calibrator!r} is not known")
        if self.threshold_rule not in ("f1", "youden"):
            raise DomainError(f"TrainingConfig: threshold_rule = {self.threshold_rule!r}: must be f1 or youden")
        if self.sampling_rate not in (100, 500):
            raise DomainError(f"TrainingConfig: sampling_rate = {self.sampling_rate}: must be 100 or 500")
        if self.features not in ("measurements", "summary_statistics"):
            raise DomainError(
                f"TrainingConfig: features = {self.features!r}: must be measurements or summary_statistics"
            )
        if not self.candidates or any(not isinstance(c, dict) or not kind_of(c) for c in self.candidates):
            raise DomainError(
                "TrainingConfig: candidates: at least one is needed, each with either 'trees' or 'rounds'"
            )
        for candidate in self.candidates:
            for name, number in candidate.items():
                if isinstance(number, bool) or not isinstance(number, (int, float)):
                    raise DomainError(f"TrainingConfig: candidates: {name} = {number!r}: must be a number")
            size = kind_of(candidate)
            if size == "trees":
                check_forest(candidate)
            if candidate[size] < 1 or candidate[size] != int(candidate[size]):
                raise DomainError(
                    f"TrainingConfig: candidates: {size} = {candidate[size]}: must be a whole number above 0"
                )
        for name, low in (
            ("n_seeds", 1),
            ("outer_folds", 2),
            ("inner_folds", 2),
            ("band_resamples", 20),
            ("metric_resamples", 1),
            ("n_threads", 0),
            ("seed", 0),
        ):
            if getattr(self, name) < low:
                raise DomainError(f"TrainingConfig: {name} = {getattr(self, name)}: must be at least {low}")

    @property
    def feature_definition(self) -> str:
        """What the data have to hold: the protocol's own features, or those asked for."""
        return "summary_statistics" if self.protocol else self.features

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> TrainingConfig:
        known = {f.name for f in fields(cls)}
        unknown = sorted(str(name) for name in set(values) - known)
        if unknown:
            raise DomainError(f"TrainingConfig: unknown setting {unknown[0]!r}; known are {', '.join(sorted(known))}")
        return cls(**values)

    @classmethod
    def from_yaml(cls, path: Path) -> TrainingConfig:
        import yaml

        try:
            values = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise FormatError(f"{path}: is not YAML: {' '.join(str(error).split())}") from None
        if not isinstance(values, dict):
            raise DomainError(f"{path}: must hold settings by name")
        try:
            return cls.from_dict(values)
        except DomainError as error:
            raise DomainError(f"{path}: {error}") from None

    def to_yaml(self) -> str:
        """The text of a params.yaml with every setting."""
        import yaml

        return str(yaml.safe_dump(self.as_dict(), sort_keys=False, default_flow_style=None, width=1000))

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
