#!/usr/bin/env python3
"""Fails when a header includes one of a higher layer, or of a neighbour that the design does not allow."""

from __future__ import annotations

import re
import sys
from pathlib import Path

LAYER = {
    "core": 0,
    "signal": 1,
    "metrics": 1,
    "io": 1,
    "simulate": 1,
    "detection": 2,
    "models": 2,
    "calibration": 2,
    "drift": 2,
    "xgboost": 2,
    "features": 3,
    "fairness": 3,
    "pipeline": 4,
}
# Downward arrows beside core that each domain may use; pipeline may use everything below it.
ALLOWED = {
    "detection": {"signal"},
    "calibration": {"metrics"},
    "drift": {"metrics"},
    "xgboost": {"models"},
    "features": {"detection", "metrics", "signal"},
    "fairness": {"calibration", "metrics"},
}
FORBIDDEN = re.compile(r"#include\s*[<\"](nlohmann|xgboost/c_api|torch|ATen|pugixml|FLAC)")
INCLUDE = re.compile(r'#include\s*[<"]heartsight/([a-z0-9_]+)/')


def domain_of(path: Path, root: Path) -> str | None:
    parts = path.relative_to(root).parts
    return parts[0] if len(parts) > 1 else None


def main() -> int:
    root = Path(__file__).resolve().parent.parent
    problems = []
    for base in (root / "include" / "heartsight", root / "src"):
        for path in sorted(p for p in base.rglob("*") if p.suffix in {".hpp", ".cpp"}):
            domain = domain_of(path, base)
            if domain is None:
                continue
            name = path.relative_to(root)
            if domain not in LAYER:
                problems.append(f"{name}: {domain} is in no layer; add it to tools/check_layers.py")
                continue
            text = path.read_text()
            if base.name == "heartsight" and FORBIDDEN.search(text):
                problems.append(f"{name}: a public header reaches a third-party header")
            for used in sorted(set(INCLUDE.findall(text)) - {domain, "core"}):
                allowed = LAYER.get(used, 99) < 4 if domain == "pipeline" else used in ALLOWED.get(domain, set())
                if not allowed:
                    problems.append(f"{name}: {domain} (layer {LAYER[domain]}) may not include {used}")
    print("\n".join(problems) if problems else "layers: every include goes down")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
