"""Run with the interpreter of an environment that holds nothing but the wheel and its base dependencies."""

import json
import sys
from pathlib import Path

before = set(sys.modules)
import heartsight as hs  # noqa: E402

heavy = {"typer", "rich", "xgboost", "sklearn", "scipy", "pandas", "matplotlib", "torch"} & (set(sys.modules) - before)
assert not heavy, f"import heartsight loads {sorted(heavy)}"
recording, truth = hs.simulate.ecg(500, seed=7)
assert len(truth.r_peaks) > 5
report = hs.load().analyze(recording)
assert report.quality.verdict == "acceptable", report.quality
assert set(report.probabilities) == {"NORM", "MI", "STTC", "CD", "HYP"}
# The C++ program of this test printed its report on the same simulated recording with the same bundle: same digits.
cpp = json.loads(Path(sys.argv[1]).read_text())
assert report.to_dict() == cpp, "C++ and Python reports differ"
print("install: wheel works, and its report equals the C++ program's")
