#!/usr/bin/env python3
"""Writes tests/golden/drift/evidently.json: what Evidently's default rules say of shared cases.

Run it in an environment that has evidently (0.7.23 made the stored file): python tools/make_drift_golden.py
The cases are made from a seed by tests/python/drift_cases.py, so that only the answers are stored.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "python"))


def main() -> None:
    import evidently
    import pandas as pd
    from drift_cases import CATEGORICAL, drift_cases
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    answers = {}
    for name, (reference, current) in drift_cases().items():
        definition = DataDefinition(
            numerical_columns=[c for c in reference if c not in CATEGORICAL],
            categorical_columns=[c for c in reference if c in CATEGORICAL],
        )
        a, b = (Dataset.from_pandas(pd.DataFrame(t), data_definition=definition) for t in (reference, current))
        result = Report([DataDriftPreset()]).run(current_data=b, reference_data=a).dict()
        columns = {}
        whole = None
        for metric in result["metrics"]:
            config = metric["config"]
            if "column" in config:
                columns[config["column"]] = {
                    "rule": config["method"],
                    "score": float(metric["value"]),
                    "threshold": config["threshold"],
                }
            else:
                whole = {"count": metric["value"]["count"], "share": metric["value"]["share"]}
        answers[name] = {"columns": columns, "drifted": whole}
    path = ROOT / "tests" / "golden" / "drift" / "evidently.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"evidently": evidently.__version__, "cases": answers}, indent=1) + "\n")
    print(f"{path}: {len(answers)} cases by evidently {evidently.__version__}")


if __name__ == "__main__":
    main()
