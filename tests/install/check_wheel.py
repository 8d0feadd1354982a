"""Checks the contents of a built wheel: the module, the bundles, the licences, and no library outside the policy."""

import re
import sys
import zipfile
from pathlib import Path

wheel, audit = sys.argv[1:3]
names = zipfile.ZipFile(wheel).namelist()


def has(pattern: str) -> bool:
    return any(re.search(pattern, n) for n in names)


problems = []
for pattern in (r"heartsight/_core\.\S*\.so$", r"heartsight/bundles/ecg-superclass\.heartsight$", r"heartsight/py\.typed$",
                r"heartsight/_core/__init__\.pyi$", r"licenses/LICENSE$", r"licenses/THIRD_PARTY_NOTICES$"):  # fmt: skip
    if not has(pattern):
        problems.append(f"the wheel lacks {pattern}")
if sum(n.endswith(".so") for n in names) != 1:
    problems.append("the wheel must hold one extension module: " + ", ".join(n for n in names if n.endswith(".so")))
text = Path(audit).read_text()
if "manylinux" not in text.replace("\n", " "):
    problems.append("auditwheel finds no manylinux policy that fits:\n" + text)
print("\n".join(problems) if problems else f"install: wheel of {len(names)} files")
sys.exit(1 if problems else 0)
