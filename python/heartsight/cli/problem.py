"""Errors that a user can do something about."""

from __future__ import annotations

from heartsight import Error


class UsageProblem(Exception):
    """The command cannot be carried out as it was given: exit code 2."""


def read_error(error: BaseException) -> str | None:
    """One line for an error that bad input can cause, or None when it is a mistake of ours."""
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror or error}"
    if isinstance(error, (Error, MemoryError)):
        return " ".join(str(error).split()) or "out of memory"
    return None
