"""Tables of the terminal. Nothing is said by colour alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from heartsight.cli.console import out, printable

STATUS_WORDS = {"findings": "findings", "indeterminate": "indeterminate", "not_analyzed": "not analysed"}
DETAILED_UP_TO = 12


def _probabilities(report: dict[str, Any]) -> Text:
    found = {f["name"] for f in report["findings"]}
    lines = Text()
    for i, c in enumerate(report["classes"]):
        mark = "*" if c["name"] in found else " "
        line = f"{mark}{c['name']:<5}{c['probability']:.2f} [{c['low']:.2f}, {c['high']:.2f}]"
        lines.append(("\n" if i else "") + printable(line), style="bold" if mark == "*" else "")
    return lines


def _what_to_do(report: dict[str, Any]) -> Text:
    text = Text()
    if report["status"] == "not_analyzed":
        text.append("; ".join(printable(r) for r in report["quality"]["reasons"]))
    elif report["status"] == "indeterminate":
        text.append("no class reaches its threshold: the model does not say, which is not the same as normal")
    for action in report["actions"][:1]:
        because = ", ".join(action["because"])
        text.append(f"{action['urgency']}: ", style="bold")
        text.append(printable(f"{action['text']} (because of {because})"))
    if len(report["actions"]) > 1:
        text.append(f" and {len(report['actions']) - 1} more")
    for warning in report["warnings"]:
        text.append(("\n" if text else "") + printable(f"! {warning}"))
    return text


def _findings(report: dict[str, Any]) -> str:
    return ", ".join(printable(f["name"]) for f in report["findings"])


def _detailed(reports: Sequence[dict[str, Any]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_lines=True, pad_edge=False)
    table.add_column("recording", overflow="fold", max_width=24)
    table.add_column("probability [95 % band]", no_wrap=True)
    table.add_column("first action, ! warnings", overflow="fold")
    for r in reports:
        first = Text(printable(r["id"]), style="bold")
        status = STATUS_WORDS[r["status"]] + (f": {_findings(r)}" if r["findings"] else "")
        first.append(f"\n{status}\nquality: {r['quality']['verdict']}", style="not bold")
        table.add_row(first, _probabilities(r), _what_to_do(r))
    return table


def _compact(reports: Sequence[dict[str, Any]]) -> Table:
    classes = next((list(r["probabilities"]) for r in reports if r["probabilities"]), [])
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=0)
    table.add_column("recording", overflow="fold", min_width=10)
    table.add_column("status", no_wrap=True)
    for name in classes:
        table.add_column(printable(name), justify="right", no_wrap=True)
    table.add_column("first action", no_wrap=True)
    table.add_column("!", justify="right")
    for r in reports:
        found = {f["name"] for f in r["findings"]}
        cells = [
            f"{'*' if c in found else ''}{r['probabilities'][c]:.2f}" if r["probabilities"] else "-" for c in classes
        ]
        first = f"{r['actions'][0]['urgency']}: {r['actions'][0]['code']}" if r["actions"] else "-"
        table.add_row(
            Text(printable(r["id"])), STATUS_WORDS[r["status"]], *cells, printable(first), str(len(r["warnings"]) or "")
        )
    return table


def print_reports(reports: Sequence[dict[str, Any]], console: Console) -> None:
    """The reports as a table: in full for a few, one line each for many."""
    few = len(reports) <= DETAILED_UP_TO
    console.print(_detailed(reports) if few else _compact(reports))
    note = "* at or above its threshold"
    if any(r["protocol"] for r in reports):
        note = f"* found by protocol {reports[0]['protocol']}, which is for comparison only (docs/protocols.md)"
    console.print(note if few else f"{note}; !: number of warnings; --json, --csv and --html give everything")


def summary_line(reports: Sequence[dict[str, Any]], n_unread: int, seconds: float) -> str:
    """Counts of a batch, and its speed."""
    status = Counter(r["status"] for r in reports)
    n_analyzed = len(reports) - status["not_analyzed"]
    found = Counter(f["name"] for r in reports for f in r["findings"])
    names = ", ".join(f"{name} {n}" for name, n in found.most_common())
    parts = [f"{n_analyzed} analysed" + (f" (findings: {names})" if names else "")]
    parts += [f"{status['indeterminate']} of them indeterminate"] if status["indeterminate"] else []
    parts += [f"{status['not_analyzed']} not analysed"] if status["not_analyzed"] else []
    parts += [f"{n_unread} not read"] if n_unread else []
    speed = f", {len(reports) / seconds:.0f} recordings per second" if len(reports) > 1 and seconds > 0 else ""
    return "; ".join(parts) + speed


def print_table(header: list[str], rows: list[list[str]]) -> None:
    """Names to the left, numbers to the right."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for i, name in enumerate(header):
        table.add_column(name, justify="left" if i == 0 else "right")
    for row in rows:
        table.add_row(*row)
    out().print(table)
