"""Every example runs, is short, and says something."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import heartsight as hs
import pytest
from tiny_bundle import tiny_bundle

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples" / "python").glob("*.py"))


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("examples") / "tiny.heartsight"
    hs.pipeline.write_bundle(tiny_bundle(), path)
    return path


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_example_runs(example: Path, bundle: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "python")}
    command = [sys.executable, "-W", "error", str(example), str(bundle)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") >= 3


def test_there_are_examples_and_they_are_short() -> None:
    every = [*EXAMPLES, *sorted((ROOT / "examples" / "cpp").glob("*.cpp"))]
    assert len(every) >= 6
    for example in every:
        assert len(example.read_text().splitlines()) < 60, example
