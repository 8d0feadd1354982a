"""Consoles for data (stdout) and for everything else (stderr), and text that is safe to print."""

from __future__ import annotations

import functools
import sys

from rich.console import Console
from rich.text import Text


def printable(value: object) -> str:
    """Text without control characters: file names and ids must not steer a terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(value))


@functools.cache
def out() -> Console:
    return Console(highlight=False, markup=False, emoji=False, soft_wrap=False)


@functools.cache
def err() -> Console:
    return Console(stderr=True, highlight=False, markup=False, emoji=False)


def say(text: str, style: str = "") -> None:
    """A line on stderr."""
    err().print(Text(printable(text), style=style), soft_wrap=True)


def fail(text: str) -> None:
    """An error on stderr."""
    say(f"heartsight: {text}", "bold red" if sys.stderr.isatty() else "")
