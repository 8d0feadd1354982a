"""`heartsight train ecg`: from a folder of recordings to a bundle and its model card."""

from __future__ import annotations

import dataclasses
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text

import heartsight
from heartsight.cli.analyze import progress_bar
from heartsight.cli.console import out, printable, say
from heartsight.cli.inspect import figures_table
from heartsight.cli.problem import UsageProblem
from heartsight.model_card import ModelCard, card_markdown

if TYPE_CHECKING:
    from heartsight.training import TrainingConfig
    from heartsight.training.dataset import EcgDataset


def _require_training_extra() -> None:
    try:
        import sklearn  # noqa: F401
        import yaml  # noqa: F401

        import xgboost  # noqa: F401
    except ImportError as error:
        raise UsageProblem(
            f"training needs {error.name}, which is not installed: pip install 'heartsight[train]'"
        ) from None


def _command(data: Path, out_file: Path, config: Path | None, given: dict[str, Any]) -> str:
    names = {"n_threads": "jobs"}
    words = ["heartsight", "train", "ecg", "--data", data.name, "--out", out_file.name]
    words += ["--config", config.name] if config else []
    for name, value in given.items():
        words += [f"--{names.get(name, name)}", str(value)]
    return shlex.join(words)


def _check_folders(data: Path, cache: Path | None, out_file: Path) -> None:
    """Raises UsageProblem for what would otherwise be told after an hour of training."""
    if not data.is_dir():
        raise UsageProblem(f"--data {data}: is not a folder")
    if cache is not None and cache.exists() and not cache.is_dir():
        raise UsageProblem(f"--cache {cache}: is not a folder")
    if not out_file.resolve().parent.is_dir():
        raise UsageProblem(f"--out {out_file}: its folder does not exist")


def _read(data: Path, settings: TrainingConfig, cache: Path | None, *, quiet: bool) -> EcgDataset:
    """The data set of a folder; what could not be read is told."""
    from heartsight.training import load_dataset

    with progress_bar("Reading", quiet=quiet) as tell:
        dataset = load_dataset(
            data,
            sampling_rate=settings.sampling_rate,
            definition=settings.feature_definition,
            n_threads=settings.n_threads,
            progress=tell,
            cache=cache,
        )
    say(f"{len(dataset)} records of {len(set(dataset.patient.tolist()))} patients read, {len(dataset.failed)} not")
    for ecg_id, reason in dataset.failed:
        say(f"not read: {ecg_id}: {reason}")
    return dataset


def run_train(
    data: Path,
    out_file: Path,
    config: Path | None,
    given: dict[str, Any],
    write_config: Path | None,
    *,
    cache: Path | None = None,
    quiet: bool = False,
) -> None:
    _require_training_extra()
    from heartsight.training import TrainingConfig, train_ecg

    settings = TrainingConfig.from_yaml(config) if config else TrainingConfig()
    settings = dataclasses.replace(settings, **given)
    _check_folders(data, cache, out_file)
    if out_file.suffix.lower() == ".md" or out_file.is_dir():
        raise UsageProblem(f"--out {out_file}: must be a file, and .md is the ending of the model card beside it")
    if write_config is not None:
        write_config.write_text(settings.to_yaml(), encoding="utf-8")
    dataset = _read(data, settings, cache, quiet=quiet)
    result = train_ecg(dataset, settings, say=say, cache=cache)
    heartsight.pipeline.write_bundle(result.bundle, out_file)
    card = ModelCard.from_file(out_file)
    card_file = out_file.with_suffix(".md")
    card_file.write_text(
        card_markdown(card, _command(data, out_file, config, given), settings.to_yaml()), encoding="utf-8"
    )
    out().print(figures_table(card.metrics, card.n_positive))
    for what, words in card.facts:
        out().print(Text(printable(f"{what}: {words}")))
    say(f"bundle: {out_file} ({out_file.stat().st_size / 1e6:.2f} MB)")
    say(f"model card: {card_file}")


def run_study_command(data: Path, out_file: Path, config: Path | None, n_threads: int | None, *, quiet: bool) -> None:
    _require_training_extra()
    from heartsight.training import TrainingConfig
    from heartsight.training.study import run_study, study_markdown

    settings = TrainingConfig.from_yaml(config) if config else TrainingConfig()
    if n_threads is not None:
        settings = dataclasses.replace(settings, n_threads=n_threads)
    _check_folders(data, None, out_file)
    dataset = _read(data, settings, None, quiet=quiet)
    study = run_study(dataset, settings, say=say)
    out_file.write_text(study_markdown(study, settings.name), encoding="utf-8")
    say(f"written: {out_file}")
