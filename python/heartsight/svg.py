"""Small helpers for SVG and HTML as text. Everything that comes from outside goes through `escape`."""

from __future__ import annotations

import html
from collections.abc import Iterable

from heartsight.page_style import COLORS


def escape(value: object) -> str:
    """Text that is only text in HTML, in an attribute and in XML; control characters are replaced."""
    text = "".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in str(value))
    return html.escape(text, quote=True)


def number(value: float) -> str:
    """At most two decimals, without trailing zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def element(tag: str, content: str = "", **attributes: object) -> str:
    """<tag attributes>content</tag>. Attribute values are escaped, content is not; `_` in names becomes `-`."""
    written = "".join(f' {k.rstrip("_").replace("_", "-")}="{escape(_value(v))}"' for k, v in attributes.items())
    return f"<{tag}{written}>{content}</{tag}>" if content else f"<{tag}{written}/>"


def _value(value: object) -> object:
    return number(value) if isinstance(value, float) else value


def text(x: float, y: float, content: object, **attributes: object) -> str:
    return element("text", escape(content), x=float(x), y=float(y), **attributes)


def path(points: Iterable[tuple[float, float] | None]) -> str:
    """Path data through points; None lifts the pen."""
    parts: list[str] = []
    pen_down = False
    for point in points:
        if point is None:
            pen_down = False
            continue
        parts.append(f"{'L' if pen_down else 'M'}{number(point[0])} {number(point[1])}")
        pen_down = True
    return "".join(parts)


def figure(
    content: str, *, width: float, height: float, title: str, description: str, name: str, style: str = ""
) -> str:
    """An SVG image with a title and a description that a screen reader reads. `name` makes its ids unique in the page."""
    head = element("title", escape(title), id=f"{name}-title") + element("desc", escape(description), id=f"{name}-desc")
    return element(
        "svg",
        head + content,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
        class_=style or "figure",
    )


def grid(figures: list[str], *, width: float, height: float, columns: int, title: str, name: str) -> str:
    """Figures of one size as one image on a plain ground, row by row: it stands alone, without the page's style."""
    rows = -(-len(figures) // columns)
    total_width, total_height = columns * width, rows * height
    parts = [element("rect", width=total_width, height=total_height, fill=COLORS["page"])]
    for i, text in enumerate(figures):
        place = f'x="{number(i % columns * width)}" y="{number(i // columns * height)}" '
        place += f'width="{number(width)}" height="{number(height)}" preserveAspectRatio="xMinYMin meet" '
        parts.append(text.replace("<svg ", f"<svg {place}", 1))
    content = element("g", "".join(parts), font_family="sans-serif")
    return figure(content, width=total_width, height=total_height, title=title, description=title, name=name)
