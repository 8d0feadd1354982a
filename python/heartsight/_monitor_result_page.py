"""MonitorResult.to_html. This module names no type of the core, so that attaching its function to one makes no cycle."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def to_html(self: Any, path: Any = None, *, title: str = "Monitor") -> str:
    """One self-contained page: alerts, calibration, what was not compared, every column; written to path when one is given."""
    from heartsight.monitor_page import render_monitor

    page = render_monitor(self, title)
    if path is not None:
        Path(path).write_text(page, encoding="utf-8", errors="backslashreplace")
    return page


# The stub generator of the core takes it for a method of its own.
to_html.__module__ = "heartsight._core.pipeline"
to_html.__qualname__ = "MonitorResult.to_html"
