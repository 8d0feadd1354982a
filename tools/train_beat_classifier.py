"""Trains the beat classifier of detection.detect_qrs and writes include/heartsight/detection/detail/beat_classifier.hpp.

    HEARTSIGHT_DATA=... .venv/bin/python tools/train_beat_classifier.py [--cv 3] [--out FILE]

Data (all ODC-By 1.0 or CC BY 4.0): MIT-BIH Arrhythmia (both leads, the reference beats), the noise records bw and ma of
the Noise Stress Test Database, LUDB and PTB-XL (each lead; beats are where the twelve leads agree under a classifier
trained on MIT-BIH alone), and simulated recordings of very slow and very fast hearts. Copies are inverted, rescaled in
time and spoilt by recorded and made noise. Two stages of boosted trees: the second sees the first one's margins on
recordings that the first was not trained on. CPSC2019 is not touched: it measures only.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import heartsight as hs
import numpy as np
from heartsight._core import detection as core

import xgboost

WORKING_RATE_HZ = 125.0
HEADER = Path(__file__).parent.parent / "include/heartsight/detection/detail/beat_classifier.hpp"
PARAMETERS = {
    "objective": "binary:logistic",
    "max_depth": 5,
    "eta": 0.12,
    "tree_method": "hist",
    "subsample": 0.7,
    "colsample_bytree": 0.6,
    "min_child_weight": 8,
    "reg_lambda": 2,
    "max_bin": 128,
}
N_TREES = 100
N_WITHOUT_BEATS = 80
N_SIMULATED = 60
PROVISIONAL_MARGIN = -1.0


@dataclass
class Recording:
    source: str
    name: str
    rate: float
    signal: np.ndarray
    beats_s: np.ndarray | None = None
    uncertain_s: np.ndarray = field(default_factory=lambda: np.zeros(0))


@dataclass
class Example:
    """One lead of one recording, or a piece or spoilt copy of it, with its candidates."""

    group: str
    signal: np.ndarray
    rate: float
    time: np.ndarray
    shape: np.ndarray
    label: np.ndarray  # 1 beat, 0 none, -1 not asked


def read_recordings(data: Path) -> list[Recording]:
    found = []
    for header in sorted((data / "mitdb").glob("*.hea")):
        record = hs.read_record(header)
        beats = hs.io.read_annotation(header.with_suffix(".atr")).beats
        found.append(
            Recording(
                "mitdb", header.stem, record.sampling_rate, record.signal, np.asarray(beats) / record.sampling_rate
            )
        )
    have = set()
    folders = ("ludb/data", "ptbxl_waveforms/records500/00000", "ptbxl_waveforms/records100/00000")
    for source, folder in zip(("ludb", "ptbxl", "ptbxl"), folders, strict=True):
        for header in sorted((data / folder).glob("*.hea")):
            key = (source, header.stem.split("_")[0])
            if key not in have:
                have.add(key)
                record = hs.read_record(header)
                found.append(Recording(source, header.stem, record.sampling_rate, record.signal))
    return found


class Spoiler:
    """Makes a recording worse in the ways that recordings are bad."""

    def __init__(self, wander: np.ndarray, muscle: np.ndarray, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.noise = {"wander": wander, "muscle": muscle}

    def recorded_noise(self, kind: str, n: int) -> np.ndarray:
        source = self.noise[kind][self.rng.integers(2)]
        if n > len(source):
            source = np.tile(source, -(-n // len(source)))
        start = self.rng.integers(0, len(source) - n + 1)
        return source[start : start + n] - source[start : start + n].mean()

    def add_recorded(self, x: np.ndarray, rate: float, kind: str, snr_db: float) -> np.ndarray:
        noise = self.recorded_noise(kind, len(x))
        size = np.diff if kind == "muscle" else np.asarray
        gain = np.zeros(len(x))
        on = self.rng.random() < 0.7
        start = 0
        while start < len(x):
            stop = start + int(self.rng.uniform(5, 60) * rate)
            gain[start:stop] = on * 10 ** (self.rng.uniform(-6, 6) / 20)
            on = not on if self.rng.random() < 0.7 else on
            start = stop
        return x + noise * gain * (np.std(size(x)) / (np.std(size(noise)) + 1e-9)) * 10 ** (-snr_db / 20)

    def bumps(self, x: np.ndarray, rate: float) -> np.ndarray:
        """Electrode motion: bells and S-shapes of 20 to 250 ms as large as the beats."""
        rng = self.rng
        y = np.zeros(len(x))
        amplitude = np.percentile(np.abs(x - np.median(x)), 99)
        low, high = np.sort(rng.uniform(0, 1, 2)) if len(x) / rate > 60 else (0.0, 1.0)
        for position in rng.uniform(low * len(x), high * len(x), rng.poisson(len(x) / rate * rng.uniform(0.3, 4))):
            width = np.exp(rng.uniform(np.log(0.02), np.log(0.25))) * rate
            size = rng.normal() * amplitude * rng.uniform(0.2, 1.5)
            start, stop = int(max(0, position - 4 * width)), int(min(len(x), position + 4 * width))
            u = (np.arange(start, stop) - position) / width
            y[start:stop] += size * (np.exp(-0.5 * u * u) if rng.random() < 0.5 else -u * np.exp(0.5 - 0.5 * u * u))
        return y

    def __call__(self, x: np.ndarray, rate: float) -> np.ndarray:
        rng = self.rng
        y = np.asarray(x, float).copy()
        size = np.std(y)
        if rng.random() < 0.5:
            y = -y
        if rng.random() < 0.6:
            y = self.add_recorded(y, rate, "muscle", rng.uniform(-6, 18))
        if rng.random() < 0.5:
            y = self.add_recorded(y, rate, "wander", rng.uniform(-10, 12))
        if rng.random() < 0.3:
            y += np.sin(2 * np.pi * rng.choice([50, 60]) * np.arange(len(y)) / rate) * rng.uniform(0.02, 1) * size
        if rng.random() < 0.3:
            y += rng.normal(size=len(y)) * np.std(np.diff(y)) * rng.uniform(0.3, 4)
        if rng.random() < 0.3:
            n = rng.integers(5, 120)
            y[rng.integers(0, len(y), n)] += rng.normal(size=n) * size * rng.uniform(1, 20)
        if rng.random() < 0.3:
            for position in rng.integers(0, len(y), rng.integers(3, 60)):
                y[position:] += rng.normal() * size * 3
        if rng.random() < 0.35:
            y += self.bumps(x, rate)
        if rng.random() < 0.1:
            y[rng.integers(len(y)) :] *= np.exp(rng.normal() * 0.7)
        if rng.random() < 0.1:
            limit = np.percentile(np.abs(y), rng.uniform(97, 99.9))
            y = np.clip(y, -limit, limit)
        return y

    def without_beats(self, n: int, rate: float) -> np.ndarray:
        rng = self.rng
        kind = rng.integers(6)
        white = rng.normal(size=n)
        if kind == 0:
            return white
        if kind == 1:
            return np.cumsum(white) * 0.1 + white * rng.uniform(0, 1)
        if kind == 2:
            return self.recorded_noise("muscle", n) + rng.uniform(0, 1) * self.recorded_noise("wander", n)
        if kind == 3:
            return self.recorded_noise("wander", n) + white * 0.01
        if kind == 4:
            return np.sin(2 * np.pi * rng.uniform(0.3, 60) * np.arange(n) / rate) + white * rng.uniform(0, 0.3)
        return np.convolve(white, np.hanning(int(rate * rng.uniform(0.02, 0.3)) + 3), "same")


def labels(time_s: np.ndarray, energy: np.ndarray, beats_s: np.ndarray, uncertain_s: np.ndarray) -> np.ndarray:
    """1 for the strongest candidate near each beat; its neighbours within 150 ms and what is uncertain are not asked."""
    label = np.zeros(len(time_s), np.int8)
    for beat in beats_s:
        near = np.arange(np.searchsorted(time_s, beat - 0.15), np.searchsorted(time_s, beat + 0.15))
        label[near[label[near] == 0]] = -1
        distance = np.abs(time_s[near] - beat)
        if (distance <= 0.1).any():
            weight = np.where(distance <= 0.1, energy[near] * np.exp(-0.5 * (distance / 0.06) ** 2), -1.0)
            label[near[np.argmax(weight)]] = 1
    for moment in uncertain_s:
        label[np.abs(time_s - moment) < 0.2] = -1
    return label


def example(group: str, signal: np.ndarray, rate: float, beats_s: np.ndarray, uncertain_s: np.ndarray) -> Example:
    time_index, energy, shape = core._beat_candidates(signal, rate)
    time_s = time_index / WORKING_RATE_HZ
    return Example(group, signal, rate, time_index, shape, labels(time_s, energy, beats_s, uncertain_s))


def examples_of(recording: Recording, spoil: Spoiler, plain_only: bool = False) -> list[Example]:
    found = []
    group = f"{recording.source}/{recording.name}"
    beats = recording.beats_s
    assert beats is not None
    rng = spoil.rng
    for lead in recording.signal:
        if not np.isfinite(lead).all() or np.ptp(lead) == 0:
            continue
        if recording.source == "mitdb":
            found.append(example(group, lead, recording.rate, beats, recording.uncertain_s))
            if plain_only:
                continue
            for length_s, n_pieces in ((10, 40), (60, 4)):
                n = int(length_s * recording.rate)
                for start in rng.integers(0, len(lead) - n, n_pieces):
                    piece, rate = lead[start : start + n], recording.rate
                    if np.ptp(piece) == 0:
                        continue
                    first = start / recording.rate
                    if rng.random() < 0.6:
                        piece = spoil(piece, rate)
                    if rng.random() < 0.15:  # heart rates and widths beyond those recorded
                        rate *= rng.uniform(0.75, 1.4)
                    within = (beats[(beats >= first) & (beats < first + length_s)] - first) * recording.rate / rate
                    if rng.random() < 0.1:
                        step = int(rng.integers(2, 7))
                        kernel = np.hanning(2 * step + 1)
                        piece, rate = np.convolve(piece, kernel / kernel.sum(), "same")[::step], rate / step
                    found.append(example(group, piece, rate, within, np.zeros(0)))
        else:
            if rng.random() < 0.5:
                found.append(example(group, lead, recording.rate, beats, recording.uncertain_s))
            found.append(example(group, spoil(lead, recording.rate), recording.rate, beats, recording.uncertain_s))
    return found


def simulated(index: int, spoil: Spoiler) -> list[Example]:
    """Three leads of half a simulated minute at rates that the recordings hardly have."""
    rng = spoil.rng
    record, truth = hs.simulate.ecg(
        float(rng.choice([250.0, 360.0, 500.0])),
        duration_s=30.0,
        heart_rate_bpm=rng.uniform(140, 240) if index % 3 else rng.uniform(28, 45),
        rr_sd_s=rng.uniform(0.002, 0.02),
        morphology=str(
            rng.choice(["normal", "myocardial_infarction", "st_t_change", "conduction_disturbance", "hypertrophy"])
        ),
        baseline_wander_mv=rng.uniform(0, 0.3),
        muscle_noise_mv=rng.uniform(0, 0.04),
        seed=index,
    )
    beats = np.asarray(truth.r_peaks) / record.sampling_rate
    return [
        example(f"simulated/{index}", record.signal[lead], record.sampling_rate, beats, np.zeros(0))
        for lead in rng.choice(12, 3, replace=False)
    ]


def boost(chosen: list[Example], x: np.ndarray, seed: int) -> xgboost.Booster:
    y = np.concatenate([e.label for e in chosen])
    asked = y >= 0
    parameters = PARAMETERS | {"nthread": os.cpu_count(), "seed": seed}
    return xgboost.train(parameters, xgboost.DMatrix(x[asked], y[asked]), N_TREES)


def margins(model: xgboost.Booster, x: np.ndarray) -> np.ndarray:
    return np.asarray(model.predict(xgboost.DMatrix(x), output_margin=True), np.float32)


def with_rhythm(example: Example, first_margins: np.ndarray) -> np.ndarray:
    return np.concatenate(
        [example.shape, core._beat_rhythm_features(example.signal, example.rate, first_margins)], axis=1
    )


def fit(examples: list[Example]) -> tuple[xgboost.Booster, xgboost.Booster]:
    half = {group: i % 2 for i, group in enumerate(sorted({e.group for e in examples}))}

    def fit_shape(chosen: list[Example]) -> xgboost.Booster:
        return boost(chosen, np.concatenate([e.shape for e in chosen]), 0)

    halves = [fit_shape([e for e in examples if half[e.group] != k]) for k in (0, 1)]
    x = np.concatenate([with_rhythm(e, margins(halves[half[e.group]], e.shape)) for e in examples])
    return fit_shape(examples), boost(examples, x, 1)


def detect(shape: xgboost.Booster, rhythm: xgboost.Booster, e: Example) -> tuple[np.ndarray, np.ndarray]:
    """Times in seconds and margins of what stands out within 200 ms."""
    z = margins(rhythm, with_rhythm(e, margins(shape, e.shape)))
    order = np.argsort(-z)
    taken = np.zeros(len(z), bool)
    kept = []
    for i in order:
        if z[i] <= PROVISIONAL_MARGIN:
            break
        if not taken[i]:
            kept.append(i)
            taken |= np.abs(e.time - e.time[i]) < 25
    kept_sorted = np.sort(np.array(kept, int))
    return e.time[kept_sorted] / WORKING_RATE_HZ, z[kept_sorted]


def agree(recording: Recording, shape: xgboost.Booster, rhythm: xgboost.Booster) -> None:
    """Beats of a 12-lead recording: where the leads' probabilities within 60 ms add up to 0.45 of the leads."""
    times, probabilities, n_leads = [], [], len(recording.signal)
    for lead in recording.signal:
        if np.isfinite(lead).all() and np.ptp(lead) > 0:
            t, z = detect(shape, rhythm, example("", lead, recording.rate, np.zeros(0), np.zeros(0)))
            times.append(t)
            probabilities.append(1 / (1 + np.exp(-z)))
    t, p = np.concatenate([*times, np.zeros(0)]), np.concatenate([*probabilities, np.zeros(0)])
    votes = np.array([p[np.abs(t - moment) < 0.06].sum() for moment in t])
    beats, uncertain = [], []
    used = np.zeros(len(t), bool)
    for i in np.argsort(-votes, kind="stable"):
        if used[i]:
            continue
        used |= np.abs(t - t[i]) < 0.15
        moment = float(np.median(t[np.abs(t - t[i]) < 0.06]))
        if votes[i] >= 0.45 * n_leads:
            beats.append(moment)
        elif votes[i] >= 0.15 * n_leads:
            uncertain.append(moment)
    recording.beats_s, recording.uncertain_s = np.sort(np.array(beats)), np.array(uncertain)


def milliseconds(seconds: np.ndarray) -> np.ndarray:
    return np.round(1000 * seconds).astype(np.int64)


def cross_validate(n_folds: int, recordings: list[Recording], examples: list[Example]) -> None:
    mitdb = [r for r in recordings if r.source == "mitdb"]
    scores, total = [], np.zeros(3, int)
    for k in range(n_folds):
        held = mitdb[k::n_folds]
        names = {f"mitdb/{r.name}" for r in held}
        model = fit([e for e in examples if e.group not in names])
        for recording in held:
            assert recording.beats_s is not None
            for lead in recording.signal:
                found, z = detect(*model, example("", lead, recording.rate, np.zeros(0), np.zeros(0)))
                match = hs.metrics.match_beats(milliseconds(recording.beats_s), milliseconds(found[z > 0]), 100)
                total += (match.n_matched, match.n_extra, match.n_missed)
                scores.append(match.f1)
                print(f"  {recording.name} {scores[-1]:.4f}", flush=True)
    print(
        f"MIT-BIH, {n_folds}-fold over records, each lead alone, 100 ms, candidates' own times: median F1 "
        f"{np.median(scores):.4f}, lower quartile {np.quantile(scores, 0.25):.4f}, worst {min(scores):.3f}, "
        f"gross {2 * total[0] / (2 * total[0] + total[1] + total[2]):.4f}"
    )


def full_trees(model: xgboost.Booster) -> tuple[list[int], list[float], list[float]]:
    """Every tree at full depth: a leaf above the last level is repeated below it."""
    depth = int(PARAMETERS["max_depth"])
    features: list[int] = []
    thresholds: list[float] = []
    leaves: list[float] = []
    for text in model.get_dump(dump_format="json"):
        level = [json.loads(text)]
        for _ in range(depth):
            following = []
            for node in level:
                if "leaf" in node:
                    features.append(0)
                    thresholds.append(0.0)
                    following += [node, node]
                else:
                    features.append(int(node["split"][1:]))
                    thresholds.append(float(node["split_condition"]))
                    children = {child["nodeid"]: child for child in node["children"]}
                    following += [children[node["yes"]], children[node["no"]]]
            level = following
        leaves += [float(node["leaf"]) for node in level]
    return features, thresholds, leaves


def write_header(path: Path, models: dict[str, xgboost.Booster], provenance: str) -> None:
    lines = [
        "#pragma once",
        "",
        f"// Generated by tools/train_beat_classifier.py: {provenance}",
        "// Do not edit; see the script for data, licences and method.",
        "// clang-format off",
        "",
        "#include <heartsight/detection/detail/beat_trees.hpp>",
        "",
        "namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {",
        "",
    ]
    for name, model in models.items():
        features, thresholds, leaves = full_trees(model)
        # xgboost adds the log odds of its base score to every margin.
        some = np.zeros((1, model.num_features()), np.float32)
        bias = float(margins(model, some)[0]) - sum_of_leaves(some[0], features, thresholds, leaves)

        def number(v: float, digits: int) -> str:
            text = f"{v:.{digits}g}"
            return (text if any(c in text for c in ".e") else text + ".") + "F"

        arrays = (
            (
                "BeatTrees::Node",
                "node",
                [f"{{{number(t, 6)}, {f}}}" for t, f in zip(thresholds, features, strict=True)],
            ),
            ("float", "leaf", [number(v, 5) for v in leaves]),
        )
        for kind, part, values in arrays:
            lines.append(f"inline constexpr {kind} {name}_{part}[] = {{")
            row = "  "
            for value in values:
                if len(row) + len(value) > 122:
                    lines.append(row.rstrip())
                    row = "  "
                row += value + ", "
            lines += [row.rstrip(), "};"]
        lines.append(f"inline constexpr BeatTrees {name}_trees{{{name}_node, {name}_leaf, {bias:.6g}F}};")
        lines.append("")
    lines += ["}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail", ""]
    path.write_text("\n".join(lines))


def sum_of_leaves(x: np.ndarray, features: list[int], thresholds: list[float], leaves: list[float]) -> float:
    depth = int(PARAMETERS["max_depth"])
    n_nodes = 2**depth - 1
    total = 0.0
    for tree in range(len(leaves) // 2**depth):
        node = 0
        for _ in range(depth):
            at = tree * n_nodes + node
            node = 2 * node + (1 if x[features[at]] < np.float32(thresholds[at]) else 2)
        total += leaves[tree * 2**depth + node - n_nodes]
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--out", type=Path, default=HEADER)
    parser.add_argument("--cv", type=int, default=0, metavar="FOLDS", help="cross-validate over MIT-BIH records first")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    data = Path(os.environ.get("HEARTSIGHT_DATA", ""))
    if not (data / "mitdb").is_dir():
        sys.exit("HEARTSIGHT_DATA names no folder with mitdb, nstdb, ludb and ptbxl_waveforms")
    start = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - start:6.0f} s  {text}", flush=True)

    wander, muscle = (hs.read_record(data / "nstdb" / f"{name}.hea").signal for name in ("bw", "ma"))
    spoil = Spoiler(wander, muscle, arguments.seed)
    recordings = read_recordings(data)
    mitdb = [r for r in recordings if r.source == "mitdb"]
    first = fit([e for r in mitdb for e in examples_of(r, spoil, plain_only=True)])
    for recording in recordings:
        if recording.beats_s is None:
            agree(recording, *first)
    n_uncertain = sum(len(r.uncertain_s) for r in recordings)
    say(f"{len(recordings)} recordings; 12-lead agreement leaves {n_uncertain} uncertain moments")
    examples = [e for r in recordings for e in examples_of(r, spoil)]
    for i in range(N_WITHOUT_BEATS):
        examples.append(example(f"noise/{i}", spoil.without_beats(3600, 360.0), 360.0, np.zeros(0), np.zeros(0)))
    examples += [e for i in range(N_SIMULATED) for e in simulated(i, spoil)]
    n_candidates = sum(len(e.label) for e in examples)
    say(f"{len(examples)} examples, {n_candidates} candidates")
    if arguments.cv:
        cross_validate(arguments.cv, recordings, examples)
        say("cross-validated")
    shape, rhythm = fit(examples)
    provenance = (
        f"{len(recordings)} recordings, {n_candidates} candidates, seed {arguments.seed}, xgboost {xgboost.__version__}"
    )
    write_header(arguments.out, {"shape": shape, "rhythm": rhythm}, provenance)
    say(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
