"""`heartsight inspect`: a bundle file checked and shown."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich import box
from rich.table import Table
from rich.text import Text

import heartsight
from heartsight.cli.analyze import load_bundle
from heartsight.cli.console import out, printable
from heartsight.model_card import ModelCard

SHORT = {
    "auroc": "AUROC",
    "auprc": "AUPRC",
    "sensitivity": "Sens.",
    "specificity": "Spec.",
    "brier": "Brier",
    "ece": "ECE",
}


def figures_table(metrics: Mapping[str, Mapping[str, Sequence[float | None]]], positive: Mapping[str, int]) -> Table:
    """Figures by class, the value above its interval; narrow enough for 80 columns."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=0)
    table.add_column("class", no_wrap=True)
    for name in SHORT.values():
        table.add_column(name, no_wrap=True)
    for name, figures in metrics.items():
        cells = []
        for m in SHORT:
            value, low, high = figures.get(m) or (None, None, None)
            interval = "" if low is None or high is None else f"\n{low:.3f}-{high:.3f}"
            cells.append("n/a" if value is None else f"{value:.3f}{interval}")
        n = f"\nn={positive[name]}" if name in positive else ""
        table.add_row(Text(printable(name) + n), *cells)
    return table


def _section(title: str) -> None:
    out().print()
    out().print(Text(title, style="bold"))


def _line(text: object) -> None:
    out().print(Text(printable(text)))


def run_inspect(file: Path | None, *, manifest_only: bool) -> None:
    path = file or heartsight.bundle_path()
    bundle = load_bundle(path).bundle  # every check, and the golden inputs are replayed
    text = heartsight.pipeline.read_manifest(path)
    if manifest_only:
        sys.stdout.write(json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n")
        return
    m = json.loads(text)
    card = ModelCard.from_manifest(text)
    out().print(Text(printable(f"{m['name']} {m['version']}"), style="bold"))
    _line(m["intended_use"])
    _section("Bundle")
    i = m["input"]
    _line(f"file: {path} ({path.stat().st_size / 1e6:.2f} MB), schema {m['schema_version']}, "
          f"written by heartsight {m['heartsight_version']}")  # fmt: skip
    _line(f"manifest SHA-256: {card.digest}")
    _line(f"input: {i['kind']}, {len(i['leads'])} leads ({', '.join(i['leads'])}), {i['sampling_rate_hz']:g} Hz, "
          f"{i['duration_s']:g} s, {i['units']}")  # fmt: skip
    f = m["features"]
    _line(f"features: {f['definition']}, {len(f['names'])} values, fingerprint {f['fingerprint']}")
    _line(f"golden inputs replayed: {m['golden']['n']}, as stored")

    _section("Classes")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("class", "calibrator", "threshold"):
        table.add_column(name)
    for c in m["classes"]:
        table.add_row(printable(c["name"]), printable(c["calibrator"]), f"{c['threshold']:.4f}")
    out().print(table)
    if bundle.joint_calibrator is not None:
        _line(f"the scores of all classes are calibrated together first: {bundle.joint_calibrator.scaling} scaling")
    _line(f"threshold rule: {m['threshold_rule']}")

    _section("Models")
    for index, model in enumerate(m["models"]):
        counts = _tree_counts(path, model["tensors"])
        what = f"{counts[0]} trees, {counts[1]} nodes" if counts else model["kind"]
        _line(f"{index}: {', '.join(model['classes'])}: {what}, weight {model['weight']:g}, {model['objective']}")

    if card.metrics:
        _section("Figures, 95 % intervals")
        out().print(figures_table(card.metrics, card.n_positive))
    _section("How it was made")
    for what, words in card.facts:
        _line(f"{what}: {words}")
    _section("Limits")
    for limit in card.limits:
        _line(f"- {limit}")
    _section("Data licences")
    for name, licence, source in card.licences:
        _line(f"- {name}: {licence}, doi {source}")
    out().print()
    _line(heartsight.pipeline.disclaimer)


def _tree_counts(path: Path, prefix: str) -> tuple[int, int] | None:
    """Trees and nodes of a model, from the shapes in the header of the container (already checked)."""
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
    shapes = {name.removeprefix(prefix): t["shape"] for name, t in header.items() if name.startswith(prefix)}
    trees, nodes = shapes.get("tree_offset"), shapes.get("split_feature")
    return (int(trees[0]) - 1, int(nodes[0])) if trees and nodes else None
