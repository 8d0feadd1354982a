"""Group tables against Fairlearn's MetricFrame in one run, and what the intervals and verdicts keep of their promises."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
from heartsight import fairness, metrics

RATES = ("selection_rate", "sensitivity", "false_positive_rate")


def cpu_seconds(call: Callable[[], object]) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start


def speed(n: int, n_groups: int, n_resamples: int) -> None:
    """100,000 rows x 12 groups x 3 rates with 1,000 resamples; Fairlearn's time is that of a few replicates, multiplied."""
    import fairlearn
    from fairlearn.metrics import MetricFrame, false_positive_rate, selection_rate, true_positive_rate

    random = np.random.default_rng(0)
    y = random.integers(0, 2, n)
    p = random.random(n)
    group = np.array([f"group {k:02d}" for k in random.integers(0, n_groups, n)], dtype=object)
    called = (p >= 0.5).astype(int)
    three = {"selection_rate": selection_rate, "tpr": true_positive_rate, "fpr": false_positive_rate}

    def theirs(n_boot: int) -> object:
        return MetricFrame(
            metrics=three, y_true=y, y_pred=called, sensitive_features=group, n_boot=n_boot, ci_quantiles=[0.025, 0.975]
        )

    def ours() -> object:
        return fairness.group_table(
            y,
            p,
            {"group": group},
            rates=RATES,
            criteria=["demographic_parity", "equalized_odds"],
            n_resamples=n_resamples,
        )

    codes = fairness.grouping("group", group).codes

    def counts_and_draws() -> object:
        counts = fairness.group_counts(y, p, codes, n_groups=n_groups, threshold=0.5)
        return fairness.disparities(counts, ["demographic_parity", "equalized_odds"], n_resamples=n_resamples)

    ours()
    n_boot = 3
    mine, core, other = [], [], []
    for _ in range(5):
        mine.append(cpu_seconds(ours))
        core.append(cpu_seconds(counts_and_draws))
        other.append((cpu_seconds(lambda: theirs(n_boot)) - cpu_seconds(lambda: theirs(1))) / (n_boot - 1))
    replicate = float(np.median(other))
    print(f"{n} rows x {n_groups} groups x 3 rates, {n_resamples} resamples, CPU seconds, median of 5:")
    print(f"  fairlearn {fairlearn.__version__}: {replicate:.3f} per replicate, {replicate * n_resamples:.0f} for all")
    for name, values in (("heartsight, group_table of a column of strings", mine), ("heartsight, codes given", core)):
        print(f"  {name}: {np.median(values):.4f}, ratio {replicate * n_resamples / np.median(values):.0f}")


def coverage(n_rounds: int) -> None:
    """How often 95 % intervals hold the truth."""
    random = np.random.default_rng(1)
    print("coverage of 95 % intervals of a rate (percent), true rates 0.05 to 0.95 drawn evenly")
    print("     n   Wilson   Clopper-Pearson")
    for n in (10, 50, 200, 1000):
        rate = random.uniform(0.05, 0.95, n_rounds)
        k = random.binomial(n, rate)
        limits = [
            [f(int(successes), n) for successes in k]
            for f in (metrics.wilson_interval, metrics.clopper_pearson_interval)
        ]
        held = [np.mean([low <= r <= high for (low, high), r in zip(of, rate, strict=True)]) for of in limits]
        print(f"{n:6}   {100 * held[0]:6.1f}   {100 * held[1]:6.1f}")
    print("the same of a difference of two rates, and of the family of six (all must hold), rates drawn as above")
    print("     n   one comparison   family of 6 groups")
    for n in (50, 200, 1000):
        one, family = [], []
        for _ in range(n_rounds // 10):
            rate = random.uniform(0.05, 0.95, 6)
            called = random.binomial(n, rate)
            counts = np.array([[0, c, n - c, 0] for c in called])
            rest = (rate.sum() - rate) / 5
            pair = fairness.compare_groups(counts[:2], ["selection_rate"], margin=0.0)[0]
            # Two groups make two comparisons: each is widened to 97.5 %.
            one.append(pair.interval[0] <= rate[0] - rate[1] <= pair.interval[1])
            all_of = fairness.compare_groups(counts, ["selection_rate"], margin=0.0)
            family.append(all(c.interval[0] <= d <= c.interval[1] for c, d in zip(all_of, rate - rest, strict=True)))
        print(f"{n:6}   {100 * np.mean(one):6.1f} (of 97.5)  {100 * np.mean(family):6.1f} (of 95)")


def verdicts(n_rounds: int) -> None:
    """Four groups, sizes n, n, n/2, n/10, prevalence 0.3; sensitivity 0.8 in all, or 0.6 in the first."""
    random = np.random.default_rng(2)
    print(
        "what is said of sensitivity in four groups (percent of rounds; disparity / within margin / undecided / not enough)"
    )
    print("     n    equal                    0.6 in one group         four-fifths rule fails: equal, 0.6 in one")
    for n in (50, 100, 500, 1000, 10000):
        cells = []
        ratios = []
        for first in (0.8, 0.6):
            said: list[str] = []
            failed = 0
            for _ in range(n_rounds):
                counts = []
                for size, sensitivity in ((n, first), (n, 0.8), (n // 2, 0.8), (n // 10, 0.8)):
                    positive = random.binomial(size, 0.3)
                    true = random.binomial(positive, sensitivity)
                    false = random.binomial(size - positive, 0.1)
                    counts.append([true, false, size - positive - false, positive - true])
                said.append(fairness.disparities(np.array(counts), ["equal_opportunity"], n_resamples=200)[0].verdict)
                table = np.array(counts)
                failed += not fairness.urgent_rate_parity(table[:, 0], table[:, 0] + table[:, 3]).passes
            shares = [
                100 * said.count(v) / n_rounds for v in ("disparity", "within margin", "undecided", "not enough data")
            ]
            cells.append(" / ".join(f"{s:4.1f}" for s in shares))
            ratios.append(100 * failed / n_rounds)
        print(f"{n:6}    {cells[0]}    {cells[1]}    {ratios[0]:.1f}, {ratios[1]:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, no Fairlearn")
    quick = parser.parse_args().quick
    if not quick:
        speed(100_000, 12, 1000)
    coverage(2000 if quick else 20_000)
    verdicts(100 if quick else 1000)


if __name__ == "__main__":
    main()
