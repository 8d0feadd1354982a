#!/usr/bin/env python3
"""Prints the requirements of a dependency group of pyproject.toml, for a pip that cannot read groups itself."""

from __future__ import annotations

import re
import sys
from pathlib import Path


def main() -> int:
    text = (Path(__file__).resolve().parent.parent / "pyproject.toml").read_text()
    block = re.search(rf"^\[dependency-groups\].*?^{re.escape(sys.argv[1])} = \[(.*?)^\]", text, re.S | re.M)
    if block is None:
        print(f"list_group: no group {sys.argv[1]}", file=sys.stderr)
        return 1
    print(" ".join(re.findall(r'"([^"]+)"', block.group(1))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
