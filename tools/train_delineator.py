"""Trains the network of detection.delineate and writes include/heartsight/detection/detail/wave_net_weights.hpp.

    pip install torch==2.13.0
    HEARTSIGHT_DATA=... .venv/bin/python tools/train_delineator.py [--cv 5] [--out FILE]

Data: LUDB (ODC-By 1.0; each lead's marks by cardiologists) and PTB-XL (CC BY 4.0; no marks: two larger networks trained on
LUDB mark it, and what they agree about within 20 ms is kept; its rhythm statements say where there is no P wave). Training
beats are spliced from the atrial part of one beat, the complex of another and the repolarisation of a third, each with its
own gain, polarity and tempo, so that the place of a wave is learnt from the wave and not from its neighbours. Beats of
paced recordings are never spliced: LUDB marks no P wave in them, seen or not.

--cv K repeats everything without each K-th part of the LUDB recordings and prints what is reached on that part.
"""

from __future__ import annotations

import argparse
import ast
import csv
import os
import time
from dataclasses import dataclass
from pathlib import Path

import heartsight as hs
import numpy as np
import torch
from heartsight._core import detection as core
from torch import nn
from torch.nn import functional

HEADER = Path(__file__).parent.parent / "include/heartsight/detection/detail/wave_net_weights.hpp"
RATE = 125.0  # Hz, WaveNet's
BEFORE, LENGTH, MARGIN = 60, 144, 20  # samples; the margin is for shifts and changes of tempo
N_PLACES = LENGTH // 2
MARKS = ("P onset", "P peak", "P end", "QRS onset", "QRS peak", "QRS end", "T onset", "T peak", "T end")
LUDB_LEADS = ("i", "ii", "iii", "avr", "avl", "avf", "v1", "v2", "v3", "v4", "v5", "v6")
PLACES_MS = ((torch.arange(N_PLACES) * 2 + 0.5) - BEFORE) * 1000 / RATE
BATCH = 128
CONTEXT = 8  # beats on either side, as context_beats in wave_context.hpp


@dataclass
class Beats:
    """Windows around beats, one lead each. Marks in ms from the window's R sample; NaN: unknown or absent."""

    windows: torch.Tensor  # (n, LENGTH + 2 * MARGIN)
    marks: torch.Tensor  # (n, 9)
    presence: torch.Tensor  # (n, 2) P and T: 1, 0 or NaN
    intervals: torch.Tensor  # (n, 2) s to the beats before and after, NaN: none
    place: np.ndarray  # (n, 3) recording, lead, beat
    paced: torch.Tensor  # (n,) bool

    def __len__(self) -> int:
        return len(self.windows)

    def at(self, index: np.ndarray) -> Beats:
        i = torch.as_tensor(index)
        return Beats(
            self.windows[i], self.marks[i], self.presence[i], self.intervals[i], self.place[index], self.paced[i]
        )


def joined(parts: list[Beats]) -> Beats:
    tensors = [
        torch.cat([getattr(p, name) for p in parts]) for name in ("windows", "marks", "presence", "intervals", "paced")
    ]
    return Beats(*tensors[:4], np.concatenate([p.place for p in parts]), tensors[4])


class BeatCollector:
    def __init__(self) -> None:
        self.rows: list[tuple] = []

    def add_recording(self, signal, rate: float, number: int, paced: bool, choose) -> None:
        """choose(lead, beat, r_peak_s) gives (marks_s, presence) of a beat to keep, or None."""
        signal = np.ascontiguousarray(signal)
        peaks = hs.detection.detect_qrs(signal, rate).r_peaks / rate
        gaps = np.concatenate([[np.nan], np.diff(peaks), [np.nan]])
        for lead, samples in enumerate(signal):
            track = np.pad(core._wave_track(samples, rate), 200, mode="edge")
            for beat, peak in enumerate(peaks):
                kept = choose(lead, beat, peaks)
                if kept is None:
                    continue
                centre = round(peak * RATE)
                window = track[200 + centre - BEFORE - MARGIN : 200 + centre - BEFORE + LENGTH + MARGIN]
                marks = (np.asarray(kept[0]) - centre / RATE) * 1000
                self.rows.append((window, marks, kept[1], gaps[beat : beat + 2], (number, lead, beat), paced))

    def beats(self) -> Beats:
        columns = list(zip(*self.rows, strict=True))
        as_tensor = [torch.tensor(np.stack(c), dtype=torch.float32) for c in columns[:4]]
        return Beats(*as_tensor, np.array(columns[4]), torch.tensor(columns[5]))


def ludb_waves(path: Path) -> list[tuple[str, list[float]]]:
    """(symbol, [onset, peak, end] in samples) of one lead, NaN where a bracket is missing."""
    marks = [(a.symbol, a.sample) for a in hs.io.read_annotation(path)]
    waves = []
    for i, (symbol, sample) in enumerate(marks):
        if symbol not in "pNt":
            continue
        before = marks[i - 1] if i else ("", 0)
        after = marks[i + 1] if i + 1 < len(marks) else ("", 0)
        waves.append(
            (symbol, [before[1] if before[0] == "(" else np.nan, sample, after[1] if after[0] == ")" else np.nan])
        )
    return waves


def read_ludb(folder: Path) -> Beats:
    collector = BeatCollector()
    for number, line in enumerate((folder / "RECORDS").read_text().split()):
        path = folder / line
        paced = "pacing" in path.with_suffix(".hea").read_text()
        record = hs.read_record(path.with_suffix(".hea"))
        waves = [ludb_waves(path.with_suffix(f".{lead}")) for lead in LUDB_LEADS]
        rate = record.sampling_rate

        def choose(lead, beat, peaks, waves=waves, rate=rate):
            found = waves[lead]
            complexes = [(abs(w[1][1] / rate - peaks[beat]), i) for i, w in enumerate(found) if w[0] == "N"]
            if not complexes or min(complexes)[0] > 0.12:
                return None
            i = min(complexes)[1]
            marks, presence = np.full(9, np.nan), [np.nan, np.nan]
            marks[3:6] = found[i][1]
            if i > 0:
                presence[0] = float(found[i - 1][0] == "p")
                if presence[0]:
                    marks[0:3] = found[i - 1][1]
            if i + 1 < len(found):
                presence[1] = float(found[i + 1][0] == "t")
                if presence[1]:
                    marks[6:9] = found[i + 1][1]
            return marks / rate, presence

        collector.add_recording(record.signal, rate, number, paced, choose)
    return collector.beats()


def read_ptbxl(folder: Path) -> tuple[Beats, torch.Tensor]:
    """Three beats of each recording, unmarked; and which of them are known to have no P wave."""
    collector, no_p = BeatCollector(), {}
    rows = list(csv.DictReader((folder / "manifest.csv").open()))
    for number, row in enumerate(rows):
        name, codes = f"{int(row['ecg_id']):05d}", set(ast.literal_eval(row["scp_codes"]))
        found = sorted(folder.glob(f"records500/*/{name}_hr.hea")) or sorted(folder.glob(f"records100/*/{name}_lr.hea"))
        record = hs.read_record(found[0])
        no_p[number] = bool(codes & {"AFIB", "AFLT", "PACE"})

        def choose(lead, beat, peaks):
            wanted = {1, len(peaks) // 2, len(peaks) - 2}
            return (np.full(9, np.nan), [np.nan, np.nan]) if len(peaks) > 2 and beat in wanted else None

        collector.add_recording(record.signal, record.sampling_rate, number, "PACE" in codes, choose)
    beats = collector.beats()
    return beats, torch.tensor([no_p[number] for number in beats.place[:, 0]])


class WaveNet(nn.Module):
    """As detail/wave_net.hpp runs it; `width` and `blocks` differ for the teachers."""

    def __init__(self, patch_width: int = 24, width: int = 32, blocks: int = 3) -> None:
        super().__init__()
        self.patch = nn.Conv1d(3, patch_width, 8, stride=4, padding=2)
        self.first = nn.Conv1d(patch_width, width, 3, padding=1)
        self.blocks = nn.ModuleList(nn.Conv1d(width, width, 3, padding=1) for _ in range(blocks - 1))
        self.maps = nn.Conv1d(width, 18, 1)
        self.places = nn.Parameter(torch.zeros(9, N_PLACES))
        self.presence = nn.Linear(width * 6, 2)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        h = functional.relu(self.first(functional.relu(self.patch(x))))
        for block in self.blocks:
            h = h + functional.relu(block(h))
        n = len(x)
        maps = self.maps(h).view(n, 9, 2, LENGTH // 4).transpose(2, 3).reshape(n, 9, N_PLACES) + self.places
        return maps, self.presence(functional.avg_pool1d(h, 6).flatten(1))


def rows_of(x: torch.Tensor, intervals: torch.Tensor, shift: torch.Tensor) -> torch.Tensor:
    """WaveWindow::rows; shift: samples by which the window lies after its beat."""
    x = x - x.median(dim=1, keepdim=True).values
    near = x[:, BEFORE - 12 : BEFORE + 13]
    height = (near.amax(1, keepdim=True) - near.amin(1, keepdim=True)).clamp_min(1e-20)
    rest = torch.cat([x[:, : BEFORE - 15], x[:, BEFORE + 20 :]], 1)
    around = torch.maximum(rest.pow(2).mean(1, keepdim=True).sqrt(), 0.02 * height)
    t = (torch.arange(LENGTH)[None] - BEFORE) / RATE + shift[:, None] / RATE
    gap = torch.nan_to_num(intervals, nan=2.0)
    nearness = (torch.minimum(t + gap[:, :1], gap[:, 1:] - t) / 0.6).clamp(-0.5, 1.0)
    return torch.stack([x / height, (x / (3 * around)).clamp(-2, 2), nearness], 1)


def places(maps: torch.Tensor) -> torch.Tensor:
    """Centre of mass within four places of the highest, in ms."""
    probability = maps.softmax(-1)
    index = (maps.argmax(-1, keepdim=True) + torch.arange(-4, 5)).clamp(0, N_PLACES - 1)
    inside = probability.gather(2, index)
    return (inside * PLACES_MS[index]).sum(-1) / inside.sum(-1)


def interpolated(x: torch.Tensor, position: torch.Tensor) -> torch.Tensor:
    position = position.clamp(0, x.shape[1] - 1.001)
    left = position.floor().long()
    share = position - left
    return x.gather(1, left) * (1 - share) + x.gather(1, left + 1) * share


def between(low: float, high: float, n: int) -> torch.Tensor:
    return torch.exp(torch.rand(n) * np.log(high / low) + np.log(low))


def heights(x: torch.Tensor) -> torch.Tensor:
    near = x[:, BEFORE + MARGIN - 12 : BEFORE + MARGIN + 13]
    return (near.amax(1) - near.amin(1)).clamp_min(1e-2)


class Splicer:
    """Makes training beats. A part: atrial (before the complex), complex, repolarisation (after it)."""

    def __init__(self, beats: Beats) -> None:
        self.beats = beats
        whole = ~beats.marks[:, 3].isnan() & ~beats.marks[:, 5].isnan() & ~beats.paced
        self.with_p = torch.nonzero(whole & (beats.presence[:, 0] == 1))[:, 0]
        self.without_p = torch.nonzero(whole & (beats.presence[:, 0] == 0))[:, 0]
        self.with_t = torch.nonzero(whole & (beats.presence[:, 1] == 1))[:, 0]

    def make(self, index: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        """Windows (n, LENGTH), their shifts, marks in ms, presence, intervals."""
        b, n = self.beats, len(index)
        shift = torch.randint(-5, 6, (n,)).float()
        mine = b.marks[index] / (1000 / RATE)
        whole = ~mine[:, 3].isnan() & ~mine[:, 5].isnan()
        may_splice = whole & ~b.paced[index]

        def draw(pool: torch.Tensor) -> torch.Tensor:
            return pool[torch.randint(len(pool), (n,))]

        atrial_source = draw(self.with_p)
        if len(self.without_p):
            atrial_source = torch.where(torch.rand(n) < 0.15, draw(self.without_p), atrial_source)
        spliced_p = may_splice & (torch.rand(n) < 0.6)
        spliced_t = may_splice & (torch.rand(n) < 0.6)
        from_a = torch.where(spliced_p, atrial_source, index)
        from_c = torch.where(spliced_t, draw(self.with_t), index)
        a_marks, c_marks = b.marks[from_a] / (1000 / RATE), b.marks[from_c] / (1000 / RATE)
        a, has_p, removed = self.without_some_p(from_a, a_marks, ~b.paced[index])

        one = torch.ones(n)
        tempo_a, tempo_b, tempo_c = (
            torch.where(whole, between(lo, hi, n), one) for lo, hi in ((0.8, 1.25), (0.85, 1.25), (0.8, 1.25))
        )
        onset, offset = mine[:, 3].nan_to_num() * tempo_b, mine[:, 5].nan_to_num() * tempo_b
        a_onset, c_offset = a_marks[:, 3].nan_to_num(), c_marks[:, 5].nan_to_num()
        zero = BEFORE + MARGIN
        own, c = b.windows[index], b.windows[from_c]
        t = torch.arange(LENGTH)[None] - BEFORE + shift[:, None]
        left = interpolated(a, (t - onset[:, None]) / tempo_a[:, None] + a_onset[:, None] + zero)
        middle = interpolated(own, t / tempo_b[:, None] + zero)
        right = interpolated(c, (t - offset[:, None]) / tempo_c[:, None] + c_offset[:, None] + zero)

        def level(x: torch.Tensor, at: torch.Tensor) -> torch.Tensor:
            return interpolated(x, at[:, None] + zero)

        def gain(source: torch.Tensor, spliced: torch.Tensor) -> torch.Tensor:
            likened = (heights(own) / heights(source)).pow(torch.rand(n))
            sign = torch.where(torch.rand(n) < 0.3, -one, one)
            return torch.where(spliced, likened * torch.exp(0.3 * torch.randn(n)) * sign, one)[:, None]

        left = (left - level(a, a_onset)) * gain(a, spliced_p) + level(own, onset / tempo_b)
        right = (right - level(c, c_offset)) * gain(c, spliced_t) + level(own, offset / tempo_b)
        x = torch.where(whole[:, None] & (t < onset[:, None]), left, middle)
        x = torch.where(whole[:, None] & (t > offset[:, None]), right, x)

        marks = torch.empty(n, 9)
        marks[:, 0:3] = (a_marks[:, 0:3] - a_onset[:, None]) * tempo_a[:, None] + onset[:, None]
        marks[:, 3:6] = mine[:, 3:6] * tempo_b[:, None]
        marks[:, 6:9] = (c_marks[:, 6:9] - c_offset[:, None]) * tempo_c[:, None] + offset[:, None]
        marks = torch.where(whole[:, None], marks, mine)
        marks[:, 0:3] = torch.where(removed[:, None], torch.full((n, 3), float("nan")), marks[:, 0:3])
        before = -((-b.intervals[from_a, 0] * RATE - a_onset) * tempo_a + onset) / RATE
        after = ((b.intervals[from_c, 1] * RATE - c_offset) * tempo_c + offset) / RATE
        intervals = torch.where(whole[:, None], torch.stack([before, after], 1), b.intervals[index])
        x = x + self.fibrillation(n) * ((has_p == 0) & (torch.rand(n) < 0.5))[:, None] * heights(own)[:, None]
        presence = torch.stack([has_p, b.presence[from_c, 1]], 1)
        return x, shift, (marks - shift[:, None]) * (1000 / RATE), presence, intervals

    def without_some_p(self, index, marks, allowed) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Windows of which some have lost their P wave to a straight line."""
        x, n = self.beats.windows[index], len(index)
        has_p = self.beats.presence[index, 0].clone()
        removed = allowed & (has_p == 1) & (torch.rand(n) < 0.15) & ~marks[:, 0].isnan() & ~marks[:, 2].isnan()
        t = torch.arange(x.shape[1])[None].float()
        left = (marks[:, :1] - 1 + BEFORE + MARGIN).nan_to_num(0).clamp(0, x.shape[1] - 2)
        right = (marks[:, 2:3] + 1 + BEFORE + MARGIN).nan_to_num(1).clamp(1, x.shape[1] - 1)
        from_, to = interpolated(x, left), interpolated(x, right)
        line = from_ + (to - from_) * (t - left) / (right - left).clamp_min(1)
        x = torch.where(removed[:, None] & (t >= left) & (t <= right), line, x)
        return x, torch.where(removed, torch.zeros(n), has_p), removed

    @staticmethod
    def fibrillation(n: int) -> torch.Tensor:
        """Waves of 4 to 9 Hz that come and go, up to a tenth of the complex."""
        t = torch.arange(LENGTH)[None] / RATE
        wobble = 0.6 * torch.sin(6.28 * (0.5 + 1.5 * torch.rand(n, 1)) * t + 6.28 * torch.rand(n, 1))
        phase = 6.28 * (4 + 5 * torch.rand(n, 1)) * t + 6.28 * torch.rand(n, 1) + wobble
        wave = torch.sin(phase) + 0.4 * torch.rand(n, 1) * torch.sin(2 * phase + 1)
        return 0.1 * torch.rand(n, 1) * wave


def spoilt(x: torch.Tensor) -> torch.Tensor:
    """Either polarity, white noise, wander and a hum of 3 to 15 Hz."""
    n, t = len(x), torch.arange(LENGTH)[None] / RATE
    scale = x.std(1, keepdim=True)

    def tone(lowest: float, highest: float) -> torch.Tensor:
        return torch.sin(6.28 * (lowest + (highest - lowest) * torch.rand(n, 1)) * t + 6.28 * torch.rand(n, 1))

    x = x * torch.where(torch.rand(n, 1) < 0.5, 1.0, -1.0)
    x = x + torch.randn_like(x) * scale * torch.rand(n, 1) ** 2 * 0.08
    x = x + tone(0.1, 0.9) * scale * torch.rand(n, 1) * 0.6
    return x + tone(3, 15) * scale * torch.rand(n, 1) ** 2 * 0.06


def train(beats: Beats, net: WaveNet, epochs: float, seed: int) -> WaveNet:
    torch.manual_seed(seed)
    splicer, n_steps = Splicer(beats), int(epochs * (len(beats) // BATCH))
    optimiser = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, total_steps=n_steps + 1)
    order = torch.randperm(len(beats))
    for step in range(n_steps):
        at = step % (len(beats) // BATCH)
        if at == 0:
            order = torch.randperm(len(beats))
        x, shift, marks, presence, intervals = splicer.make(order[at * BATCH : (at + 1) * BATCH])
        intervals[torch.rand(BATCH) < 0.05] = float("nan")
        maps, logits = net(rows_of(spoilt(x), intervals, shift))
        known = ~marks.isnan()
        target = torch.exp(-0.5 * ((PLACES_MS - marks.nan_to_num()[..., None]) / 14) ** 2)
        target = target / target.sum(-1, keepdim=True).clamp_min(1e-9)
        divergence = (target * ((target + 1e-12).log() - maps.log_softmax(-1))).sum(-1)
        distance = ((places(maps) - marks.nan_to_num()) / 10).abs()
        distance = functional.smooth_l1_loss(distance, torch.zeros_like(distance), reduction="none").clamp_max(6)
        loss = ((divergence + 0.3 * distance) * known).sum() / known.sum()
        told = ~presence.isnan()
        entropy = functional.binary_cross_entropy_with_logits(logits, presence.nan_to_num(), reduction="none")
        loss = loss + (entropy * told).sum() / told.sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return net.eval()


@torch.no_grad()
def estimated(net: WaveNet, beats: Beats, shift: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    window = beats.windows[:, MARGIN + shift : MARGIN + shift + LENGTH]
    maps, logits = net(rows_of(window, beats.intervals, torch.full((len(beats),), float(shift))))
    return places(maps) + shift * 1000 / RATE, logits


def marked_by(teachers: list[WaveNet], beats: Beats, no_p: torch.Tensor) -> Beats:
    """The beats with the marks that all teachers, from three views each, put within 20 ms (standard deviation)."""
    views = [estimated(teacher, beats, shift) for teacher in teachers for shift in (-3, 0, 3)]
    marks = torch.stack([v[0] for v in views])
    chance = torch.stack([v[1] for v in views]).mean(0).sigmoid()
    nan = float("nan")
    presence = torch.where(chance > 0.8, 1.0, torch.where(chance < 0.2, 0.0, nan))
    presence[no_p, 0] = 0.0
    presence[:, 1] = torch.where(chance[:, 1] > 0.5, 1.0, nan)
    agreed = torch.where(marks.std(0) > 20, nan, marks.mean(0))
    agreed[:, 0:3] = torch.where(presence[:, :1] == 1, agreed[:, 0:3], nan)
    agreed[:, 6:9] = torch.where(presence[:, 1:] == 1, agreed[:, 6:9], nan)
    return Beats(beats.windows, agreed, presence, beats.intervals, beats.place, beats.paced)


def taught(ludb: Beats, unmarked: Beats, no_p: torch.Tensor, seed: int) -> WaveNet:
    teachers = [train(ludb, WaveNet(32, 48), 40, 10 * seed + i) for i in range(2)]
    marked = marked_by(teachers, unmarked, no_p)
    return train(joined([ludb, ludb, ludb, marked]), WaveNet(), 24, seed)


def context_features(beats: Beats, marks: np.ndarray, p_logit: np.ndarray) -> np.ndarray:
    """As p_probability in wave_context.hpp; the beats of one lead stand in their order."""
    out = np.zeros((len(beats), 5))
    distance = marks[:, 1] - marks[:, 3]
    for recording, lead in np.unique(beats.place[:, :2], axis=0):
        rows = np.nonzero((beats.place[:, 0] == recording) & (beats.place[:, 1] == lead))[0]
        gaps = beats.intervals[rows, 0].numpy()
        for k, row in enumerate(rows):
            near = rows[max(0, k - CONTEXT) : k + CONTEXT + 1]
            inner = gaps[max(0, k - CONTEXT) + 1 : k + CONTEXT + 1]
            irregular = inner.std() / inner.mean() if len(inner) > 2 else 0.0
            middle = np.median(distance[near])
            scatter = np.median(np.abs(distance[near] - middle))
            out[row] = [
                p_logit[row],
                p_logit[near].mean(),
                scatter / 20,
                abs(distance[row] - middle) / 20,
                min(10 * irregular, 3.0),
            ]
    return out


def fit_context(features: np.ndarray, has_p: np.ndarray) -> tuple[np.ndarray, float]:
    """Logistic regression with a small ridge, by Newton's method."""
    x = np.column_stack([features, np.ones(len(features))])
    ridge = np.diag([1 / 0.3] * features.shape[1] + [0.0])
    weight = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-(x @ weight)))
        step = np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + ridge, x.T @ (has_p - p) - ridge @ weight)
        weight = weight + step
    return weight[:-1], weight[-1]


def table(beats: Beats, marks: np.ndarray, p_log_odds: np.ndarray, leads: tuple[int, ...]) -> str:
    """F1 within 40 ms and mean and standard deviation within 150 ms, per mark."""
    truth, presence = beats.marks.numpy(), beats.presence.numpy()
    chosen = np.isin(beats.place[:, 1], leads)
    cells = []
    for k, name in enumerate(MARKS):
        yes = p_log_odds > 0 if k < 3 else np.ones(len(beats), dtype=bool)
        known = chosen & ~np.isnan(truth[:, k])
        error = marks[:, k] - truth[:, k]
        hit = known & yes & (np.abs(error) <= 40)
        extra = chosen & yes & ~hit & (known | ((presence[:, 0] == 0) if k < 3 else False))
        f1 = 2 * hit.sum() / (2 * hit.sum() + (known & ~hit).sum() + extra.sum())
        near = error[known & yes & (np.abs(error) <= 150)]
        cells.append(f"{name} {f1:.3f} {near.mean():+.1f} +- {near.std():.1f}")
    return " | ".join(cells)


def bias_of(beats: Beats, marks: np.ndarray) -> np.ndarray:
    """Mean error of each mark within 150 ms, all leads, in ms."""
    error = marks - beats.marks.numpy()
    error[np.abs(error) > 150] = np.nan
    return np.nanmean(error, axis=0)


def write_header(net: WaveNet, context: tuple[np.ndarray, float], bias_ms: np.ndarray, out: Path) -> None:
    state = {k: v.numpy() for k, v in net.state_dict().items()}

    def pairs(weight: np.ndarray) -> np.ndarray:
        """(out, in, taps) -> two outputs side by side."""
        n_out, n_in, taps = weight.shape
        return weight.reshape(n_out // 2, 2, n_in, taps).transpose(0, 2, 3, 1)

    patch = np.zeros((state["patch.weight"].shape[0], 12, 3), np.float32)
    for row in range(3):
        for phase in range(4):
            for tap in range(3):
                k = 4 * (tap - 1) + phase + 2
                if 0 <= k < 8:
                    patch[:, 4 * row + phase, tap] = state["patch.weight"][:, row, k]
    n_blocks = len(net.blocks)
    arrays = {
        "patch_weight": pairs(patch),
        "patch_bias": state["patch.bias"],
        "first_weight": pairs(state["first.weight"]),
        "first_bias": state["first.bias"],
        "block_weight": np.stack([pairs(state[f"blocks.{i}.weight"]) for i in range(n_blocks)]),
        "block_bias": np.stack([state[f"blocks.{i}.bias"] for i in range(n_blocks)]),
        "map_weight": pairs(state["maps.weight"]),
        "map_bias": state["maps.bias"],
        "place_bias": state["places"],
        "presence_weight": state["presence.weight"],
        "presence_bias": state["presence.bias"],
    }
    lines = [
        "#pragma once",
        "",
        "// Generated by tools/train_delineator.py. Do not edit; see the script for data, licences and method.",
        "// clang-format off",
        "",
        "#include <heartsight/version.hpp>",
        "",
        "#include <cstddef>",
        "",
        "namespace heartsight::inline HEARTSIGHT_ABI::detection::detail::wave_net {",
        "",
        f"inline constexpr std::size_t patch_width = {state['patch.bias'].size};",
        f"inline constexpr std::size_t width = {state['first.bias'].size};",
        f"inline constexpr std::size_t n_blocks = {n_blocks};",
    ]
    for name, values in arrays.items():
        lines.append(f"inline constexpr float {name}[] = {{")
        line = ""
        for value in values.ravel():
            text = f"{value:.5g}"
            cell = (text if any(c in text for c in ".e") else text + ".0") + "F,"
            if len(line) + len(cell) > 122:
                lines.append(line)
                line = ""
            line += cell
        lines += [line, "};"]
    weights = ", ".join(f"{w:.6g}" for w in context[0])
    lines += [
        f"inline constexpr double context_weight[] = {{{weights}}};",
        f"inline constexpr double context_bias = {context[1]:.6g};",
        "// What the marks of unseen recordings were late by, in working-rate samples: it is taken away.",
        f"inline constexpr float mark_bias[] = {{{', '.join(f'{b * RATE / 1000:.4f}F' for b in bias_ms)}}};",
        "",
        "}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail::wave_net",
        "",
    ]
    out.write_text("\n".join(lines))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cv", type=int, default=5, help="parts of the cross-validation, which fits the context too")
    parser.add_argument("--out", type=Path, default=HEADER)
    parser.add_argument("--only-cv", action="store_true", help="measure, write nothing")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    data = Path(os.environ["HEARTSIGHT_DATA"])
    started = time.monotonic()
    ludb = read_ludb(data / "ludb")
    unmarked, no_p = read_ptbxl(data / "ptbxl_waveforms")
    print(f"{len(ludb)} marked and {len(unmarked)} unmarked beats, {time.monotonic() - started:.0f} s", flush=True)

    recordings = np.random.default_rng(1).permutation(np.unique(ludb.place[:, 0]))
    part = {recording: i % arguments.cv for i, recording in enumerate(recordings)}
    parts = np.array([part[recording] for recording in ludb.place[:, 0]])
    marks, p_logit = np.zeros((len(ludb), 9)), np.zeros(len(ludb))
    for k in range(arguments.cv):
        net = taught(ludb.at(np.nonzero(parts != k)[0]), unmarked, no_p, seed=k)
        rows = np.nonzero(parts == k)[0]
        found, logits = estimated(net, ludb.at(rows))
        marks[rows], p_logit[rows] = found.numpy(), logits[:, 0].numpy()
        print(f"part {k}, {time.monotonic() - started:.0f} s", flush=True)

    features, has_p = context_features(ludb, marks, p_logit), ludb.presence[:, 0].numpy()
    # Paced beats never come to the context: their spike has decided.
    fitted = ~np.isnan(has_p) & ~ludb.paced.numpy()
    odds = np.zeros(len(ludb))
    for k in range(arguments.cv):
        weight, bias = fit_context(features[fitted & (parts != k)], has_p[fitted & (parts != k)])
        odds[parts == k] = features[parts == k] @ weight + bias
    for name, leads in (("II, V2, V5", (1, 7, 10)), ("all leads", tuple(range(12)))):
        print(f"cross-validated, {name}, P by the network alone: {table(ludb, marks, p_logit, leads)}")
        print(f"cross-validated, {name}, P by its context: {table(ludb, marks, odds, leads)}")
    if not arguments.only_cv:
        context = fit_context(features[fitted], has_p[fitted])
        write_header(taught(ludb, unmarked, no_p, seed=99), context, bias_of(ludb, marks), arguments.out)
        print(f"written: {arguments.out}, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
