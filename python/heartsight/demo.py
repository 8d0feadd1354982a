"""The demonstration: `python -m heartsight.demo --out DIR [--data DIR]`.

Simulated recordings, and the real ones where a folder of them is given, are analysed with the default bundle.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

import heartsight
from heartsight import Analyzer, Recording
from heartsight.cli.analyze import load_bundle, progress_bar
from heartsight.cli.console import fail, out, say
from heartsight.cli.inputs import Inputs, read_input
from heartsight.cli.problem import UsageProblem, read_error
from heartsight.cli.tables import print_reports, summary_line
from heartsight.model_card import ModelCard
from heartsight.report_page import render_index, render_page

RATE_HZ = 500.0
CASES: list[tuple[str, dict[str, Any]]] = [
    ("simulated-normal", {"morphology": "normal"}),
    ("simulated-infarction", {"morphology": "myocardial_infarction"}),
    ("simulated-st-t-change", {"morphology": "st_t_change"}),
    ("simulated-conduction", {"morphology": "conduction_disturbance"}),
    ("simulated-hypertrophy", {"morphology": "hypertrophy"}),
    ("simulated-fibrillation", {"rhythm": "atrial_fibrillation", "heart_rate_bpm": 110.0}),
    (
        "simulated-noisy",
        {
            "morphology": "normal",
            "baseline_wander_mv": 0.3,
            "mains_mv": 0.1,
            "muscle_noise_mv": 0.1,
            "electrode_loss": [("V4", 2.0, 9.5)],
        },
    ),
]


def simulated() -> list[Recording]:
    """One recording of each case, with a little of the noise that every recording has."""
    recordings = []
    for seed, (name, options) in enumerate(CASES, start=1):
        noise = {"baseline_wander_mv": 0.05, "muscle_noise_mv": 0.01}
        recording, _ = heartsight.simulate.ecg(RATE_HZ, seed=seed, **{**noise, **options})
        recordings.append(
            Recording(np.asarray(recording.signal), RATE_HZ, leads=recording.leads, id=name, units=recording.units)
        )
    return recordings


def _title(words: str) -> None:
    out().print()
    out().print(words, style="bold")


def _analyze_simulated(analyzer: Analyzer, folder: Path, card: ModelCard) -> None:
    _title("Simulated recordings")
    entries: list[tuple[str, dict[str, Any] | None, str, str]] = []
    reports = []
    for recording in simulated():
        report = analyzer.analyze(recording)
        page = f"{recording.id}.html"
        (folder / page).write_text(render_page(report, recording, card=card, analyzer=analyzer), encoding="utf-8")
        reports.append(report.to_dict())
        entries.append((recording.id, reports[-1], page, ""))
    (folder / "index.html").write_text(render_index(entries), encoding="utf-8")
    print_reports(reports, out())
    out().print(
        "Simulated shapes are not patients: the model learned from patients, and what it says of a simulated shape is "
        "neither right nor wrong. They show what a report looks like."
    )


def _analyze_real(analyzer: Analyzer, data: Path, folder: Path, card: ModelCard) -> None:
    records, uploads = data / "ptbxl_waveforms" / "records100", data / "ecg_csv_uploads"
    inputs = Inputs([str(p) for p in (records, uploads) if p.is_dir()])
    if not inputs.files:
        say(f"{data}: holds neither ptbxl_waveforms/records100 nor ecg_csv_uploads: no real recordings analysed")
        return
    _title(f"Real recordings: {len(inputs.files)} in one batch")

    def one(path: Path) -> tuple[dict[str, Any] | None, str]:
        try:
            recording = read_input(path, sampling_rate=100.0)
            return analyzer.analyze(recording).to_dict(), ""
        except Exception as error:  # one bad file never stops the others
            return None, read_error(error) or str(error)

    started = time.perf_counter()
    results = []
    with progress_bar("Analysing", quiet=False) as tell, ThreadPoolExecutor() as pool:
        for result in pool.map(one, inputs.files):
            results.append(result)
            tell(len(results), len(inputs.files))
    seconds = time.perf_counter() - started
    reports = [r for r, _ in results if r is not None]
    # The uploads in full, they come last; of the records a few.
    print_reports([*reports[:2], *reports[-2:]] if len(reports) > 4 else reports, out())
    if len(reports) > 4:
        out().print(f"The first 2 and the last 2 of {len(reports)} recordings.")
    out().print(summary_line(reports, len(results) - len(reports), seconds))
    for path, (report, error) in zip(inputs.files, results, strict=True):
        if report is None:
            say(f"not read: {path}: {error}")
    out().print(
        "The default bundle was trained on records like these, probably on these very ones: the probabilities above are "
        "not its performance. `heartsight inspect` shows the figures on patients it had not seen."
    )
    shown = next((p for p, (r, _) in zip(inputs.files, results, strict=True) if r and r["findings"]), None)
    if shown is not None:
        recording = read_input(shown, sampling_rate=100.0)
        page = folder / "real-recording.html"
        page.write_text(
            render_page(analyzer.analyze(recording), recording, card=card, analyzer=analyzer), encoding="utf-8"
        )
        out().print(f"Page of one of them: {page}", soft_wrap=True)


def run(folder: Path, data: Path | None) -> None:
    """Writes the pages into `folder` and prints the tables."""
    analyzer = load_bundle(None)
    card = ModelCard.from_file(heartsight.bundle_path())
    folder.mkdir(parents=True, exist_ok=True)
    out().print(f"heartsight {heartsight.__version__}, bundle {card.name} {card.version}")
    out().print(heartsight.pipeline.disclaimer)
    _analyze_simulated(analyzer, folder, card)
    if data is not None:
        _analyze_real(analyzer, data, folder, card)
    _title("Pages")
    out().print(f"{folder / 'index.html'}", soft_wrap=True)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m heartsight.demo", description="Analyse simulated and real recordings."
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the pages")
    parser.add_argument("--data", type=Path, help="folder with ptbxl_waveforms and ecg_csv_uploads")
    options = parser.parse_args(arguments)
    try:
        run(options.out, options.data)
    except UsageProblem as problem:
        fail(str(problem))
        return 2
    except Exception as error:
        message = read_error(error)
        if message is None:
            raise
        fail(message)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
