"""Metrics and calibration: speed beside scikit-learn and netcal, coverage of every interval, published predictions.

    python bench/calibration.py speed [--netcal]      # ratios of CPU time, measured in one run
    python bench/calibration.py coverage [--quick]    # share of simulated data sets whose interval holds the truth
    python bench/calibration.py ptbxl                 # needs HEARTSIGHT_DATA: calibrators on published PTB-XL scores
    python bench/calibration.py conformal             # coverage of prediction sets by simulation

Each prints a Markdown table; docs/calibration.md holds the last ones. CPU time is the best of the rounds; opponents take
turns. Needs scikit-learn, and netcal where asked for.
"""

from __future__ import annotations

import argparse
import csv
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import heartsight as hs
import numpy as np
from heartsight import calibration, metrics

SUPERCLASSES = ["NORM", "MI", "STTC", "CD", "HYP"]


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def best_of(rounds: int, *calls: Callable[[], Any]) -> list[float]:
    """Least CPU seconds of each call, taking turns."""
    best = [np.inf] * len(calls)
    for _ in range(rounds):
        for i, call in enumerate(calls):
            start = time.process_time()
            call()
            best[i] = min(best[i], time.process_time() - start)
    return best


def speed(with_netcal: bool) -> None:
    import sklearn
    from sklearn.calibration import calibration_curve
    from sklearn.isotonic import IsotonicRegression
    from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

    rng = np.random.default_rng(0)
    n, many = 1_000_000, 10_000_000
    p = sigmoid(2 * rng.normal(size=n))
    y = (rng.random(n) < p).astype(np.int64)
    big_p = rng.random(many)
    big_y = (rng.random(many) < big_p).astype(np.int64)
    rows: list[tuple[str, str, float, float]] = []

    def compare(what: str, peer: str, mine: Callable[[], Any], theirs: Callable[[], Any], rounds: int = 5) -> None:
        a, b = best_of(rounds, mine, theirs)
        rows.append((what, peer, a, b))

    name = f"scikit-learn {sklearn.__version__}"
    compare("AUROC, 1e6", name, lambda: metrics.auroc(y, p), lambda: roc_auc_score(y, p))
    compare(
        "average precision, 1e6", name, lambda: metrics.average_precision(y, p), lambda: average_precision_score(y, p)
    )
    compare("Brier score, 1e6", name, lambda: metrics.brier_score(y, p), lambda: brier_score_loss(y, p))
    compare("log loss, 1e6", name, lambda: metrics.log_loss(y, p), lambda: log_loss(y, p))
    compare("ECE and curve, 1e7", name + " calibration_curve", lambda: calibration.reliability_curve(big_p, big_y),
            lambda: calibration_curve(big_y, big_p, n_bins=15), 3)  # fmt: skip
    compare("ECE and curve, 1e7", "reading both arrays once (NumPy sum)", lambda: calibration.reliability_curve(big_p, big_y),
            lambda: (big_p.sum(), big_y.sum()), 3)  # fmt: skip
    compare("isotonic fit, 1e7", name, lambda: calibration.Isotonic().fit(big_p, big_y),
            lambda: IsotonicRegression(out_of_bounds="clip").fit(big_p, big_y), 2)  # fmt: skip
    if with_netcal:
        from netcal.metrics import ECE

        compare(
            "ECE, 1e6", "netcal", lambda: calibration.expected_calibration_error(p, y), lambda: ECE(15).measure(p, y)
        )
    print("| | heartsight, CPU s | beside | CPU s | ratio |\n|---|---|---|---|---|")
    for what, peer, a, b in rows:
        print(f"| {what} | {a:.4f} | {peer} | {b:.3f} | 1/{b / a:.1f} |")


def draw(rng: Any, n: int) -> tuple[Any, Any, Any]:
    """Labels, miscalibrated risks (too extreme and a little too high) and a second, noisier score. Prevalence about 0.33."""
    x = rng.normal(-1.0, 1.5, size=n)
    y = (rng.random(n) < sigmoid(x)).astype(np.int64)
    return y, sigmoid(1.3 * x + 0.3), sigmoid(x + rng.normal(0, 1, size=n))


def coverage(quick: bool) -> None:
    rng = np.random.default_rng(1)
    y, p, q = draw(rng, 4_000_000)
    line = calibration.calibration_line(p, y)
    at = 0.4
    counts = metrics.confusion_counts(y, p, threshold=at)
    rates = metrics.decision_rates(counts)
    curve_at = 0.5
    truth = {
        "AUROC (auroc_interval)": metrics.auroc(y, p),
        "AUROC difference (compare_auroc)": metrics.auroc(y, p) - metrics.auroc(y, q),
        "calibration intercept": line.intercept.value,
        "calibration slope": line.slope.value,
        "E:O (expected_observed_ratio)": float(p.mean() / y.mean()),
        "sensitivity, Wilson": rates.sensitivity.value,
        "sensitivity, Clopper-Pearson": rates.sensitivity.value,
        "positive predictive value, Wilson": rates.positive_predictive_value.value,
        "F1": rates.f1.value,
        "Youden's index": rates.youden_index.value,
        "positive likelihood ratio": rates.positive_likelihood_ratio.value,
        "negative likelihood ratio": rates.negative_likelihood_ratio.value,
        f"loess curve at {curve_at}": float(sigmoid((np.log(curve_at / (1 - curve_at)) - 0.3) / 1.3)),
        f"spline curve at {curve_at}": float(sigmoid((np.log(curve_at / (1 - curve_at)) - 0.3) / 1.3)),
        "AUROC, bootstrap BCa": metrics.auroc(y, p),
        "average precision, bootstrap BCa": metrics.average_precision(y, p),
        "Brier score, bootstrap BCa": metrics.brier_score(y, p),
        "log loss, bootstrap BCa": metrics.log_loss(y, p),
        "calibration slope, bootstrap BCa": line.slope.value,
        "net benefit at 0.4, bootstrap": metrics.net_benefit(y, p, threshold=at),
        "ECE, bootstrap basic": calibration.expected_calibration_error(p, y),
        "smooth ECE, bootstrap basic": calibration.smooth_calibration_error(p, y),
        "ICI, bootstrap basic": calibration.calibration_curve(
            p[:200_000], y[:200_000], span=0.3
        ).integrated_calibration_index,
    }
    sizes = (50, 200, 1000)
    results: dict[str, list[str]] = {k: [] for k in truth}
    for n in sizes:
        hits = {k: [0, 0] for k in truth}

        def record(name: str, low: float, high: float, hits: dict[str, list[int]] = hits) -> None:
            hits[name][0] += low <= truth[name] <= high
            hits[name][1] += 1

        n_sets = 400 if quick else 4000
        n_boot = 60 if quick else {50: 1000, 200: 1000, 1000: 500}[n]
        n_slow = 20 if quick else {50: 600, 200: 400, 1000: 200}[n]
        for i in range(n_sets):
            y, p, q = draw(rng, n)
            if y.sum() in (0, n):
                continue
            a = metrics.auroc_interval(y, p)
            record("AUROC (auroc_interval)", a.low, a.high)
            d = metrics.compare_auroc(y, p, q)
            record("AUROC difference (compare_auroc)", d.low, d.high)
            fit = calibration.calibration_line(p, y)
            record("calibration intercept", fit.intercept.low, fit.intercept.high)
            record("calibration slope", fit.slope.low, fit.slope.high)
            ratio = calibration.expected_observed_ratio(p, y)
            record("E:O (expected_observed_ratio)", ratio.low, ratio.high)
            c = metrics.confusion_counts(y, p, threshold=at)
            r, exact = metrics.decision_rates(c), metrics.decision_rates(c, method="clopper_pearson")
            for name, e in (
                ("sensitivity, Wilson", r.sensitivity), ("sensitivity, Clopper-Pearson", exact.sensitivity),
                ("positive predictive value, Wilson", r.positive_predictive_value), ("F1", r.f1),
                ("Youden's index", r.youden_index), ("positive likelihood ratio", r.positive_likelihood_ratio),
                ("negative likelihood ratio", r.negative_likelihood_ratio),
            ):  # fmt: skip
                record(name, e.low, e.high)
            for method in ("loess", "spline"):
                curve = calibration.calibration_curve(p, y, method=method)
                low, high = (float(np.interp(curve_at, curve.probability, v)) for v in (curve.low, curve.high))
                record(f"{method} curve at {curve_at}", low, high)
            if i < n_boot:
                for name, measure in (
                    ("AUROC", "auroc"), ("average precision", "average_precision"), ("Brier score", "brier_score"),
                    ("log loss", "log_loss"),
                ):  # fmt: skip
                    b = calibration.measure_interval(measure, p, y, n_resamples=500, seed=i)
                    record(f"{name}, bootstrap BCa", b.low, b.high)
                nb = metrics.decision_curve(y, p, threshold=[at], n_resamples=500, seed=i)
                record("net benefit at 0.4, bootstrap", float(nb.low[0]), float(nb.high[0]))
                e2 = calibration.measure_interval("expected_calibration_error", p, y, n_resamples=500, seed=i)
                record("ECE, bootstrap basic", e2.low, e2.high)
            if i < n_slow:
                for name, measure in (
                    ("calibration slope, bootstrap BCa", "calibration_slope"),
                    ("smooth ECE, bootstrap basic", "smooth_calibration_error"),
                    ("ICI, bootstrap basic", "integrated_calibration_index"),
                ):
                    b = calibration.measure_interval(measure, p, y, n_resamples=200, seed=i)
                    record(name, b.low, b.high)
        for name, (hit, total) in hits.items():
            share = hit / total
            results[name].append(f"{100 * share:.1f} ± {100 * (share * (1 - share) / total) ** 0.5:.1f}")
    print("| interval (95 %) | " + " | ".join(f"n = {n}" for n in sizes) + " |\n|---|" + "---|" * len(sizes))
    for name, shares in results.items():
        print(f"| {name} | " + " | ".join(shares) + " |")


def ptbxl() -> None:
    folder = Path(os.environ["HEARTSIGHT_DATA"])
    with (folder / "ptbxl_metadata" / "ptbxl_database_folds1-9.csv").open(encoding="utf-8") as file:
        patient_of = {int(float(r["ecg_id"])): int(float(r["patient_id"])) for r in csv.DictReader(file)}
    with (folder / "ptbxl_predictions" / "xresnet1d101_superclass_fold9.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    y = np.array([[int(r[f"y_{c}"]) for c in SUPERCLASSES] for r in rows], dtype=np.int64)
    p = np.array([[float(r[f"p_{c}"]) for c in SUPERCLASSES] for r in rows])
    patient = np.array([patient_of[int(r["ecg_id"])] for r in rows], dtype=np.int64)
    kinds = ["raw", "beta", "platt", "isotonic", "temperature", "histogram_binning", "venn_abers"]
    print(f"{len(y)} records of {len(np.unique(patient))} patients, cross-fitted by patient in five folds.\n")
    print("| | ECE, 15 bins | of a perfect model | smooth ECE | debiased (RMS) | Brier | slopes | macro AUROC |")
    print("|---|---|---|---|---|---|---|---|")
    for kind in kinds:
        q = p if kind == "raw" else np.column_stack(
            [calibration.cross_fit(kind, p[:, k], y[:, k], group=patient) for k in range(5)]
        )  # fmt: skip
        columns = [(np.ascontiguousarray(q[:, k]), np.ascontiguousarray(y[:, k])) for k in range(5)]
        tests = [calibration.reliability_test(a, b) for a, b in columns]
        slopes = [calibration.calibration_line(a, b).slope.value for a, b in columns]
        smooth = np.mean([calibration.smooth_calibration_error(a, b) for a, b in columns])
        debiased = np.mean([calibration.debiased_calibration_error(a, b) for a, b in columns])
        brier = metrics.class_measures(y, q, measure="brier_score").macro
        error, perfect = np.mean([t.statistic for t in tests]), np.mean([t.expected for t in tests])
        print(f"| {kind} | {error:.4f} | {perfect:.4f} | {smooth:.4f} "
              f"| {debiased:.4f} | {brier:.4f} | {min(slopes):.2f} to {max(slopes):.2f} "
              f"| {metrics.class_measures(y, q).macro:.4f} |")  # fmt: skip
    if os.environ.get("VALIDATION_PAGE"):
        q = np.column_stack([calibration.cross_fit("beta", p[:, k], y[:, k], group=patient) for k in range(5)])
        sex = np.array(["male" if r["sex"] == "0" else "female" for r in rows])
        age = np.array([float(r["age"] or "nan") for r in rows])
        bands = np.select(
            [age < 40, age < 60, age < 75, age >= 75], ["under 40", "40 to 59", "60 to 74", "75 and over"], "unknown"
        )
        report = hs.validation_report(y, q, classes=SUPERCLASSES, patient=patient, groups={"sex": sex, "age": bands},
                                      n_resamples=300, n_threads=2,
                                      title="xresnet1d101 on PTB-XL fold 9, beta-calibrated")  # fmt: skip
        report.to_html(os.environ["VALIDATION_PAGE"])
        print(report)


def conformal() -> None:
    """Three classes, a sharpened model that is worse for group 1; 2,000 calibration sets each."""
    rng = np.random.default_rng(2)

    def draw_classes(n: int) -> tuple[Any, Any, Any]:
        group = rng.integers(0, 2, size=n)
        y = rng.integers(0, 3, size=n)
        z = rng.normal(size=(n, 3)) * np.where(group == 1, 1.5, 0.7)[:, None]
        z[np.arange(n), y] += 1.5
        e = np.exp(2 * z)
        return e / e.sum(axis=1, keepdims=True), y, group

    print(
        "| method, alpha 0.1 | n = 50 | n = 200 | n = 1000 | group 1 at 1000 | classes per set at 1000 |\n"
        "|---|---|---|---|---|---|"
    )
    settings = [("lac", False), ("aps", False), ("lac", True), ("aps", True)]
    for score, grouped in settings:
        cells, worst, size = [], 0.0, 0.0
        for n in (50, 200, 1000):
            hits, hits_1, sizes = [], [], []
            for i in range(1000 if n < 1000 else 500):
                p, y, group = draw_classes(n + 100)
                g = group if grouped else None
                sets = calibration.ConformalSets(score=score, alpha=0.1, seed=i)
                sets.fit(p[:n], y[:n], group=None if g is None else g[:n])
                member = sets.predict(p[n:], group=None if g is None else g[n:], seed=i + 10_000)
                hit = member[np.arange(100), y[n:]]
                hits.append(hit.mean())
                hits_1.append(hit[group[n:] == 1].mean())
                sizes.append(member.sum(axis=1).mean())
            cells.append(f"{100 * np.mean(hits):.1f} ± {100 * np.std(hits) / len(hits) ** 0.5:.1f}")
            worst, size = float(np.mean(hits_1)), float(np.mean(sizes))
        name = f"{score}{', by group' if grouped else ''}"
        print(f"| {name} | " + " | ".join(cells) + f" | {100 * worst:.1f} | {size:.2f} |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["speed", "coverage", "ptbxl", "conformal"])
    parser.add_argument("--netcal", action="store_true")
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    if arguments.what == "speed":
        speed(arguments.netcal)
    elif arguments.what == "coverage":
        coverage(arguments.quick)
    elif arguments.what == "ptbxl":
        ptbxl()
    else:
        conformal()
