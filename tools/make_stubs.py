#!/usr/bin/env python3
"""Writes the type stubs of heartsight._core from the built module, or (--check) fails when they are out of date."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STUBS = ROOT / "python" / "heartsight" / "_core"
# Inherited from enum.IntFlag, but written out by the generator in a way that no type checker takes.
FLAG_REPR = '''    __str__ = __repr__

    def __repr__(self, /):
        """Return repr(self)."""

'''
# Type checkers take a class that does not hash only in these words.
NO_HASH = ("__hash__: None = None", "__hash__ = None  # type: ignore[assignment]")


def generate(folder: Path) -> dict[str, str]:
    """Stub texts by file name; nanobind's own generator reads the signatures of the module."""
    command = [sys.executable, "-m", "nanobind.stubgen", "-m", "heartsight._core", "-r", "-O", str(folder), "-q"]
    subprocess.run(command, check=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT / "python"), "PATH": ""})
    for path in folder.rglob("*.pyi"):
        subprocess.run(
            [sys.executable, "-m", "ruff", "format", "-q", "--isolated", "--line-length=120", str(path)], check=True
        )
    stubs = sorted(folder.rglob("*.pyi"))
    return {str(p.relative_to(folder / "_core")): p.read_text().replace(FLAG_REPR, "").replace(*NO_HASH) for p in stubs}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    with tempfile.TemporaryDirectory() as folder:
        fresh = generate(Path(folder))
    if not fresh:
        print("stubs: the generator wrote nothing", file=sys.stderr)
        return 1
    stored = {str(p.relative_to(STUBS)): p.read_text() for p in sorted(STUBS.rglob("*.pyi"))} if STUBS.exists() else {}
    if fresh == stored:
        print(f"stubs: {len(fresh)} files equal the module")
        return 0
    if check:
        different = sorted(k for k in fresh.keys() | stored.keys() if fresh.get(k) != stored.get(k))
        print(f"stubs: out of date: {', '.join(different)}; run tools/make_stubs.py", file=sys.stderr)
        return 1
    STUBS.mkdir(exist_ok=True)
    for name in stored.keys() - fresh.keys():
        (STUBS / name).unlink()
    for name, text in fresh.items():
        (STUBS / name).parent.mkdir(parents=True, exist_ok=True)
        (STUBS / name).write_text(text)
    print(f"stubs: wrote {len(fresh)} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
