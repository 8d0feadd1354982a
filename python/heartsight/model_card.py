"""What a bundle says about itself, for the page, for Markdown and for the terminal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from heartsight.pipeline import Bundle, read_manifest

METRIC_WORDS = {
    "auroc": "AUROC",
    "auprc": "AUPRC",
    "sensitivity": "Sensitivity",
    "specificity": "Specificity",
    "brier": "Brier score",
    "ece": "ECE",
}

METRIC_NOTE = (
    "Sensitivity and specificity are those at thresholds chosen without the records they count: under a nested split each "
    "outer fold's own, not the shipped ones. ECE grows with resampling noise, so that its interval can lie "
    "above its value."
)


@dataclass(frozen=True)
class ModelCard:
    """A bundle in words and figures. `metrics` maps a class, or "macro", to {metric: (value, low, high)}."""

    name: str
    version: str
    digest: str
    intended_use: str
    limits: list[str]
    thresholds: dict[str, float]
    threshold_rule: str
    licences: list[tuple[str, str, str]] = field(default_factory=list)
    provenance: dict[str, Any] = field(default_factory=dict)
    subgroups: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def from_manifest(cls, text: str) -> ModelCard:
        """From a manifest's JSON text, whose SHA-256 is the bundle's digest."""
        m = json.loads(text)
        return cls(
            name=m["name"],
            version=m["version"],
            digest=hashlib.sha256(text.encode()).hexdigest(),
            intended_use=m["intended_use"],
            limits=list(m["limits"]),
            thresholds={c["name"]: c["threshold"] for c in m["classes"]},
            threshold_rule=m["threshold_rule"],
            licences=[(d["name"], d["licence"], d["source"]) for d in m["data_licences"]],
            provenance=dict(m["provenance"]),
            subgroups=list(m["subgroups"]),
        )

    @classmethod
    def from_file(cls, path: Path) -> ModelCard:
        """From a bundle file. Raises FormatError naming what differs."""
        return cls.from_manifest(read_manifest(path))

    @classmethod
    def from_bundle(cls, bundle: Bundle) -> ModelCard:
        """From a bundle in memory, which tells no licences and no subgroups: from_file tells all."""
        return cls(
            name=bundle.name,
            version=bundle.version,
            digest=bundle.manifest_digest,
            intended_use=bundle.intended_use,
            limits=list(bundle.limits),
            thresholds=dict(bundle.thresholds),
            threshold_rule=bundle.threshold_rule,
            provenance=dict(bundle.provenance),
        )

    @property
    def metrics(self) -> dict[str, dict[str, list[float | None]]]:
        """Figures by class in the bundle's order, "macro" last; empty when the bundle has none."""
        found = self.provenance.get("metrics")
        if not isinstance(found, Mapping) or "per_class" not in found:
            return {}
        per_class = found["per_class"]
        order = [*(c for c in self.thresholds if c in per_class), *(c for c in per_class if c not in self.thresholds)]
        return {**{c: per_class[c] for c in order}, "macro": found.get("macro", {})}

    @property
    def n_positive(self) -> dict[str, int]:
        """Positive records by class among those evaluated."""
        return dict((self.provenance.get("metrics") or {}).get("n_positive", {}))

    @property
    def facts(self) -> list[tuple[str, str]]:
        """How the model was made and judged, as (what, words)."""
        p, metrics = self.provenance, self.provenance.get("metrics") or {}
        rows = [
            ("Data", p.get("data")),
            (
                "Trained on",
                f"{p['n_trained']} recordings of {p.get('n_patients', '?')} patients" if "n_trained" in p else None,
            ),
            ("Split", p.get("split")),
            ("Figures from", p.get("evaluated_on")),
            ("Shipped model", p.get("shipped_model")),
            (
                "Evaluated on",
                f"{metrics['n']} recordings of {metrics.get('n_patients', '?')} patients" if "n" in metrics else None,
            ),
            ("Intervals", metrics.get("interval")),
            ("Thresholds", self.threshold_rule),
        ]
        return [(what, str(words)) for what, words in rows if words]


def figure_words(triple: list[float | None] | None) -> str:
    """'0.80 [0.77, 0.83]', or 'n/a'."""
    if not triple or triple[0] is None:
        return "n/a"
    value, low, high = triple
    return f"{value:.3f}" + (f" [{low:.3f}, {high:.3f}]" if low is not None and high is not None else "")


CALIBRATION_NOTE = (
    "After calibration, on the same records. Intercept: 0 when the mean is right; slope: 1 when the spread is. Their intervals "
    "hold together over all classes (Bonferroni, 95 %). The debiased ECE is a root mean square; last, the ECE that a "
    "perfectly calibrated model of this size would show, with its 95 % range."
)


def _calibration_lines(card: ModelCard) -> list[str]:
    calibration = (card.provenance.get("metrics") or {}).get("calibration")
    if not calibration:
        return []
    lines = ["## Calibration", "", CALIBRATION_NOTE, ""]
    lines += [
        "| Class | Intercept | Width | Slope | Width | Debiased ECE | ECE if perfect |",
        "|---|---|---:|---|---:|---:|---|",
    ]
    for name in (n for n in card.metrics if n in calibration):  # the bundle's order
        c = calibration[name]
        widths = [
            figure_words([t[2] - t[1], None, None]) if t[1] is not None and t[2] is not None else "n/a"
            for t in (c["intercept"], c["slope"])
        ]
        lines.append(
            f"| {name} | {figure_words(c['intercept'])} | {widths[0]} | {figure_words(c['slope'])} | {widths[1]} | "
            f"{figure_words([c['ece_debiased'], None, None])} | {figure_words(c['ece_if_perfect'])} |"
        )
    return [*lines, ""]


def card_markdown(card: ModelCard, command: str, settings: str) -> str:
    """The model card that is written beside a bundle."""
    metrics = card.metrics
    names = list(METRIC_WORDS)
    lines = [f"# Model card: {card.name} {card.version}", "", card.intended_use, ""]
    lines += ["Research software, not a medical device.", "", "## How it was made", ""]
    lines += [f"- {what}: {words}" for what, words in card.facts]
    lines += [f"- SHA-256 of the manifest: `{card.digest}`", "", "## Figures", ""]
    positive = card.n_positive
    lines += ["| Class | n positive | Threshold | " + " | ".join(METRIC_WORDS.values()) + " |"]
    lines += ["|---|---:|---:|" + "---|" * len(names)]
    for name, figures in metrics.items():
        threshold = f"{card.thresholds[name]:.3f}" if name in card.thresholds else ""
        cells = " | ".join(figure_words(figures.get(m)) for m in names)
        lines.append(f"| {name} | {positive.get(name, '')} | {threshold} | {cells} |")
    lines += ["", METRIC_NOTE, ""]
    lines += _calibration_lines(card)
    if card.subgroups:
        classes = list(card.thresholds)
        lines += ["## Subgroups (AUROC, without intervals; small groups say little)", ""]
        lines += ["| Group | n | " + " | ".join(f"{c} (n positive)" for c in classes) + " |"]
        lines += ["|---|---:|" + "---|" * len(classes)]
        for g in card.subgroups:
            values = [
                f"{figure_words([a, None, None])} ({n})" for a, n in zip(g["auroc"], g["n_positive"], strict=True)
            ]
            lines.append(f"| {g['group']} | {g['n']} | " + " | ".join(values) + " |")
        lines.append("")
    lines += ["## Limits", "", *[f"- {limit}" for limit in card.limits], "", "## Data licences", ""]
    lines += [f"- {name}: {licence}, https://doi.org/{source}" for name, licence, source in card.licences]
    lines += [
        "",
        "## How to reproduce",
        "",
        "```",
        command,
        "```",
        "",
        "params.yaml:",
        "",
        "```yaml",
        settings.rstrip(),
        "```",
    ]
    return "\n".join(lines) + "\n"
