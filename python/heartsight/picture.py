"""A drawing that notebooks show and `save` writes."""

from __future__ import annotations

from pathlib import Path

from heartsight._core import DomainError


class Picture:
    """SVG text. Shown by notebooks as it is; `save` writes it as .svg."""

    def __init__(self, svg: str) -> None:
        self.svg = svg

    def _repr_svg_(self) -> str:
        return self.svg

    def save(self, path: str | Path) -> None:
        """Writes the picture. Raises DomainError when the name does not end in .svg."""
        target = Path(path)
        if target.suffix.lower() != ".svg":
            raise DomainError(f"Picture.save: {target.name}: the name must end in .svg")
        target.write_text(self.svg, encoding="utf-8")
