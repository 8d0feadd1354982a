"""The commands and their options. Each loads what it needs when it runs, so that --help is quick."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

if TYPE_CHECKING:
    from heartsight.cli.descriptions import DescribeJob

# typer reads these annotations at run time on Python 3.10 as well: Optional, not "| None".
# ruff: noqa: UP045

app = typer.Typer(
    name="heartsight",
    help="Cardiac recordings in, decisions that can be trusted out. Research software, not a medical device.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
train_app = typer.Typer(no_args_is_help=True, help="Train a model from a folder of recordings.")
evaluate_app = typer.Typer(
    no_args_is_help=True, help="Evaluate a bundle, or the beat detectors, on recordings with a reference."
)
app.add_typer(train_app, name="train")
app.add_typer(evaluate_app, name="evaluate")
monitor_app = typer.Typer(no_args_is_help=True, help="Watch whether data and predictions still look as they did.")
app.add_typer(monitor_app, name="monitor")


def _show_version(wanted: bool) -> None:
    if wanted:
        import heartsight

        typer.echo(f"heartsight {heartsight.__version__}")
        raise typer.Exit()


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


@app.command(
    epilog="Exit codes: 0 all recordings analysed; 1 some not; 2 wrong usage or unusable bundle; 3 none analysed."
)
def analyze(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH...", help="Files, folders, or patterns such as 'a/**/*.hea'.")
    ],
    bundle: Annotated[Optional[Path], typer.Option(help="Bundle to use; the default ECG bundle otherwise.")] = None,
    protocol: Annotated[
        str, typer.Option(help="mlops_phase1 or clinical_recommender: decide as those systems do, for comparison only.")
    ] = "",
    sampling_rate: Annotated[
        Optional[float], typer.Option(help="Hz, for CSV and .npy files, which carry none.")
    ] = None,
    leads: Annotated[
        Optional[str], typer.Option(help="Lead names of the rows of .npy files, separated by commas.")
    ] = None,
    json: Annotated[
        Optional[str],
        typer.Option(metavar="FILE|-", help="Reports as a JSON array; as JSON lines when FILE ends in .jsonl."),
    ] = None,
    csv: Annotated[
        Optional[str], typer.Option(metavar="FILE|-", help="One line per file, unread ones included.")
    ] = None,
    html: Annotated[
        Optional[Path],
        typer.Option(
            metavar="FILE|FOLDER", help="A page for one recording; a folder of pages with an index for several."
        ),
    ] = None,
    jobs: Annotated[int, typer.Option(min=0, help="Threads; 0: as many as there are processors.")] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No table and no progress bar.")] = False,
) -> None:
    """Analyse recordings (WFDB, CSV, NumPy) and print, per recording, what the model finds and what to consider."""
    from heartsight.cli.analyze import AnalyzeJob, run_analyze

    raise typer.Exit(
        run_analyze(
            AnalyzeJob(
                paths=paths,
                bundle=bundle,
                protocol=protocol,
                sampling_rate=sampling_rate,
                lead_names=[name.strip() for name in leads.split(",")] if leads else None,
                json=json,
                csv=csv,
                html=html,
                n_threads=jobs,
                quiet=quiet,
            )
        )
    )


def _describe_job(
    paths: list[str], sampling_rate: float | None, leads: str | None, json: str | None, html: Path | None
) -> DescribeJob:
    from heartsight.cli.descriptions import DescribeJob

    names = [name.strip() for name in leads.split(",")] if leads else None
    return DescribeJob(paths, sampling_rate=sampling_rate, lead_names=names, json=json, html=html)


@app.command(epilog="Exit codes: 0 all recordings described; 1 some not; 2 wrong usage; 3 none.")
def rhythm(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH...", help="Files, folders, or patterns such as 'a/**/*.hea'.")
    ],
    method: Annotated[str, typer.Option(help="A method of detect_qrs.")] = "heartsight",
    preset: Annotated[
        str, typer.Option(help="Of heart rate variability: task_force, kubios or kubios_autoregressive.")
    ] = "task_force",
    sampling_rate: Annotated[
        Optional[float], typer.Option(help="Hz, for CSV and .npy files, which carry none.")
    ] = None,
    leads: Annotated[
        Optional[str], typer.Option(help="Lead names of the rows of .npy files, separated by commas.")
    ] = None,
    json: Annotated[Optional[str], typer.Option(metavar="FILE|-", help="Everything, beats included, as JSON.")] = None,
    html: Annotated[
        Optional[Path], typer.Option(metavar="FILE|FOLDER", help="A page with the tachogram and the trace.")
    ] = None,
) -> None:
    """Find the beats of recordings and describe their rhythm: rate, irregularity, heart rate variability."""
    from heartsight.cli.rhythm import run_rhythm

    raise typer.Exit(run_rhythm(_describe_job(paths, sampling_rate, leads, json, html), method=method, preset=preset))


@app.command(epilog="Exit codes: 0 all recordings measured; 1 some not; 2 wrong usage; 3 none.")
def measure(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH...", help="Files, folders, or patterns such as 'a/**/*.hea'.")
    ],
    sampling_rate: Annotated[
        Optional[float], typer.Option(help="Hz, for CSV and .npy files, which carry none.")
    ] = None,
    leads: Annotated[
        Optional[str], typer.Option(help="Lead names of the rows of .npy files, separated by commas.")
    ] = None,
    json: Annotated[Optional[str], typer.Option(metavar="FILE|-", help="Every measurement, as JSON.")] = None,
    html: Annotated[
        Optional[Path], typer.Option(metavar="FILE|FOLDER", help="A page with the median beats and their boundaries.")
    ] = None,
) -> None:
    """Measure recordings as a cardiologist does: intervals, axes, voltages, ST, rhythm, and the criteria they meet."""
    from heartsight.cli.measure import run_measure

    raise typer.Exit(run_measure(_describe_job(paths, sampling_rate, leads, json, html)))


@app.command()
def inspect(
    file: Annotated[Optional[Path], typer.Argument(help="Bundle file; the default ECG bundle otherwise.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the manifest instead.")] = False,
) -> None:
    """Check a bundle file and show what is in it. Exit code 2 names what is wrong with a damaged one."""
    from heartsight.cli.inspect import run_inspect

    run_inspect(file, manifest_only=json)


@train_app.command("ecg")
def train_ecg(
    data: Annotated[Path, typer.Option(help="PTB-XL as PhysioNet ships it, or a folder with manifest.csv.")],
    out: Annotated[Path, typer.Option(help="Bundle file to write; the model card goes beside it as .md.")],
    config: Annotated[Optional[Path], typer.Option(help="params.yaml; options below win over it.")] = None,
    protocol: Annotated[
        Optional[str], typer.Option(help="mlops_phase1: that system's own training, defects included.")
    ] = None,
    split: Annotated[Optional[str], typer.Option(help="auto, official or nested.")] = None,
    seed: Annotated[Optional[int], typer.Option(help="Seed of folds, trees and resampling.")] = None,
    jobs: Annotated[Optional[int], typer.Option(min=0, help="Threads; 0: as many as there are processors.")] = None,
    write_config: Annotated[Optional[Path], typer.Option(help="Write the settings of this run to this file.")] = None,
    cache: Annotated[
        Optional[Path],
        typer.Option(help="Folder that keeps features and folds: a run that was killed goes on where it stopped."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar.")] = False,
) -> None:
    """Train the five-class ECG model: boosted trees, calibrators, thresholds, figures on patients it did not see."""
    from heartsight.cli.train import run_train

    given = {"protocol": protocol, "split": split, "seed": seed, "n_threads": jobs}
    run_train(
        data, out, config, {k: v for k, v in given.items() if v is not None}, write_config, cache=cache, quiet=quiet
    )


@evaluate_app.command("ecg")
def evaluate_ecg(
    data: Annotated[Path, typer.Option(help="PTB-XL as PhysioNet ships it, or a folder with manifest.csv.")],
    bundle: Annotated[
        Optional[Path], typer.Option(help="Bundle to evaluate; the default ECG bundle otherwise.")
    ] = None,
    folds: Annotated[Optional[str], typer.Option(help="Only these strat_folds, such as 9,10.")] = None,
    out: Annotated[
        Optional[Path], typer.Option(help="Folder for evaluation.json, .csv and .html with the plots.")
    ] = None,
    sampling_rate: Annotated[int, typer.Option(help="100 or 500: which of the folder's records are read.")] = 100,
    resamples: Annotated[int, typer.Option(min=20, help="Bootstrap resamples of the intervals.")] = 1000,
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap.")] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar.")] = False,
) -> None:
    """Evaluate a bundle on a folder of labelled recordings: discrimination, decisions, calibration, with intervals."""
    from heartsight.cli.evaluate import run_evaluate

    run_evaluate(data, bundle, folds, out, sampling_rate=sampling_rate, n_resamples=resamples, seed=seed, quiet=quiet)


@evaluate_app.command("training")
def evaluate_training(
    data: Annotated[Path, typer.Option(help="PTB-XL as PhysioNet ships it, or a folder with manifest.csv.")],
    out: Annotated[Path, typer.Option(help="Markdown file to write.")],
    config: Annotated[
        Optional[Path], typer.Option(help="params.yaml of the training; its first candidate is used.")
    ] = None,
    jobs: Annotated[Optional[int], typer.Option(min=0, help="Threads; 0: as many as there are processors.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar.")] = False,
) -> None:
    """What a training rests on: learning curve, each group of measurements left out and alone, the 108 statistics instead."""
    from heartsight.cli.train import run_study_command

    run_study_command(data, out, config, jobs, quiet=quiet)


@evaluate_app.command("qrs")
def evaluate_qrs(
    data: Annotated[Path, typer.Option(help="WFDB records with .atr files, or CPSC2019's data and ref folders.")],
    method: Annotated[
        Optional[list[str]], typer.Option(help="A method of detect_qrs, several times, or all; heartsight if none.")
    ] = None,
    leads: Annotated[
        str, typer.Option(help="each: every lead alone; first: the first alone; together: all at once.")
    ] = "each",
    out: Annotated[
        Optional[Path], typer.Option(help="Folder for qrs.json, qrs.csv and qrs.html with the worst stretches.")
    ] = None,
    resamples: Annotated[int, typer.Option(min=20, help="Bootstrap resamples of the intervals.")] = 1000,
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap.")] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar.")] = False,
) -> None:
    """Evaluate beat detection: sensitivity, PPV and F1 at five tolerances, offsets, the CPSC2019 rule."""
    from heartsight.cli.evaluate_qrs import run_evaluate_qrs

    run_evaluate_qrs(data, method or ["heartsight"], leads, out, n_resamples=resamples, seed=seed, quiet=quiet)


@evaluate_app.command("delineation")
def evaluate_delineation(
    data: Annotated[Path, typer.Option(help="Records as LUDB ships them (.ii beside .hea), or as QTDB does (.q1c).")],
    method: Annotated[
        Optional[list[str]],
        typer.Option(
            help="A method of delineate, or neurokit-dwt, neurokit-prominence, prominence-delineator where installed; "
            "several times, or all; heartsight if none."
        ),
    ] = None,
    leads: Annotated[str, typer.Option(help="each: every lead alone; together: all leads in one call.")] = "each",
    report_leads: Annotated[str, typer.Option(help="Leads that get a table of their own.")] = "II,V2,V5",
    out: Annotated[Optional[Path], typer.Option(help="Folder for delineation.json and delineation.csv.")] = None,
    resamples: Annotated[int, typer.Option(min=20, help="Bootstrap resamples of the intervals.")] = 1000,
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap.")] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar.")] = False,
) -> None:
    """Evaluate the delineation of P, QRS and T: F1 within 40 ms, sensitivity, PPV and errors per mark."""
    from heartsight.cli.evaluate_delineation import run_evaluate_delineation

    run_evaluate_delineation(
        data, method or ["heartsight"], leads, report_leads, out, n_resamples=resamples, seed=seed, quiet=quiet
    )


@monitor_app.command(
    "recordings",
    epilog="Exit codes: 0 no alert; 1 an alert; 2 wrong usage or unusable bundle; 3 not enough recordings to say anything.",
)
def monitor_recordings(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH...", help="Files, folders, or patterns such as 'a/**/*.hea'.")
    ],
    bundle: Annotated[Optional[Path], typer.Option(help="Bundle to watch; the default ECG bundle otherwise.")] = None,
    state: Annotated[
        Optional[Path],
        typer.Option(metavar="FILE", help="Counts of earlier runs: read where it is there, and written again."),
    ] = None,
    alpha: Annotated[float, typer.Option(help="Chance of any false alert in one result.")] = 0.05,
    min_cases: Annotated[int, typer.Option(min=1, help="With fewer recordings nothing is said.")] = 20,
    sampling_rate: Annotated[
        Optional[float], typer.Option(help="Hz, for CSV and .npy files, which carry none.")
    ] = None,
    leads: Annotated[
        Optional[str], typer.Option(help="Lead names of the rows of .npy files, separated by commas.")
    ] = None,
    json: Annotated[Optional[str], typer.Option(metavar="FILE|-", help="The whole result as JSON.")] = None,
    html: Annotated[Optional[Path], typer.Option(metavar="FILE", help="A page with alerts and comparisons.")] = None,
    jobs: Annotated[int, typer.Option(min=0, help="Threads; 0: as many as there are processors.")] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar.")] = False,
) -> None:
    """Compare recordings, and what the model says of them, with its reference: signals, quality, outputs, groups."""
    from heartsight.cli.monitor_recordings import MonitorJob, run_monitor_recordings

    raise typer.Exit(
        run_monitor_recordings(
            MonitorJob(
                paths=paths,
                bundle=bundle,
                state=state,
                alpha=alpha,
                min_cases=min_cases,
                sampling_rate=sampling_rate,
                lead_names=[name.strip() for name in leads.split(",")] if leads else None,
                json=json,
                html=html,
                n_threads=jobs,
                quiet=quiet,
            )
        )
    )


@monitor_app.command(
    "compare",
    epilog="Exit codes: 0 no drift (none shown, or negligible); 1 drift; 2 wrong usage; 3 not enough data, or not readable.",
)
def monitor_compare(
    reference: Annotated[Path, typer.Argument(metavar="REFERENCE", help="CSV with a header, or Parquet.")],
    current: Annotated[Path, typer.Argument(metavar="CURRENT", help="The same of the window to judge.")],
    columns: Annotated[
        Optional[str], typer.Option(help="Columns to compare, separated by commas; all of REFERENCE otherwise.")
    ] = None,
    categorical: Annotated[
        Optional[str], typer.Option(help="Columns of numbers that are codes of categories, separated by commas.")
    ] = None,
    predictions: Annotated[
        bool, typer.Option("--predictions", help="Logs of predictions: only p_<CLASS>, and y_<CLASS> where there.")
    ] = False,
    method: Annotated[
        str,
        typer.Option(
            help="default, kolmogorov_smirnov, anderson_darling, cramer_von_mises, wasserstein, "
            "population_stability_index, jensen_shannon or hellinger."
        ),
    ] = "default",
    alpha: Annotated[float, typer.Option(help="Level of the whole table, after correction.")] = 0.05,
    correction: Annotated[str, typer.Option(help="holm, benjamini_hochberg or none.")] = "holm",
    margin: Annotated[
        Optional[float], typer.Option(help="Smallest effect that counts as drift; the method's own otherwise.")
    ] = None,
    preset: Annotated[str, typer.Option(help="reference: Evidently's default rules, for comparison only.")] = "default",
    min_count: Annotated[int, typer.Option(min=1, help="Fewer values on a side are not enough data.")] = 20,
    seed: Annotated[int, typer.Option(min=0, help="Seed of simulated null distributions.")] = 0,
    json: Annotated[Optional[str], typer.Option(metavar="FILE|-", help="The whole result as JSON.")] = None,
    html: Annotated[Optional[Path], typer.Option(metavar="FILE", help="A page with reference beside current.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Threads.")] = 1,
) -> None:
    """Compare two tables column by column: which have drifted, by how much, and which differ by nothing that matters."""
    from heartsight.cli.monitor import CompareJob, run_compare

    def names(text: str | None) -> list[str] | None:
        return [name.strip() for name in text.split(",") if name.strip()] if text else None

    raise typer.Exit(
        run_compare(
            CompareJob(
                reference=reference,
                current=current,
                columns=names(columns),
                categorical=names(categorical),
                predictions=predictions,
                method=method,
                alpha=alpha,
                correction=correction,
                margin=margin,
                preset=preset,
                min_count=min_count,
                seed=seed,
                json=json,
                html=html,
                n_threads=jobs,
            )
        )
    )
