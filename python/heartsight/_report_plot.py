"""Report.plot. This module names no type of the core, so that attaching its function to one makes no cycle."""

from __future__ import annotations

from pathlib import Path
from typing import Any


class ReportPlot:
    """A report as a picture: notebooks show it, `save` writes it as .svg or as a whole page (.html)."""

    def __init__(self, report: Any, recording: Any = None) -> None:
        self._report = report
        self._recording = recording

    def _repr_svg_(self) -> str:
        from heartsight.report_page import render_svg

        return render_svg(self._report, self._recording)

    def _repr_html_(self) -> str:
        return f'<div style="max-width:72rem">{self._repr_svg_()}</div>'

    def save(self, path: str | Path) -> None:
        """Writes the picture (.svg) or the page (.html, .htm). Raises DomainError for another ending."""
        from heartsight import DomainError
        from heartsight.report_page import render_page

        target = Path(path)
        if target.suffix.lower() == ".svg":
            content = self._repr_svg_()
        elif target.suffix.lower() in (".html", ".htm"):
            content = render_page(self._report, self._recording)
        else:
            raise DomainError(f"ReportPlot.save: {target.name}: the name must end in .svg or .html")
        target.write_text(content, encoding="utf-8", errors="backslashreplace")


def plot(self: Any, recording: Any = None) -> Any:
    """A ReportPlot for notebooks: the recording on ECG paper where it is given, and the probabilities.

    recording: the one that was analysed; a report does not hold the signal.
    """
    return ReportPlot(self, recording)


# The stub generator of the core takes it for a method of its own.
plot.__module__ = "heartsight._core.pipeline"
plot.__qualname__ = "Report.plot"
