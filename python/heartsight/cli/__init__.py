"""The command line: `heartsight analyze`, `rhythm`, `inspect`, `train`, `evaluate`. docs/cli.md describes it."""

from __future__ import annotations

import os
import sys

ALL_ANALYZED = 0
SOME_FAILED = 1
UNUSABLE = 2
NONE_ANALYZED = 3
INTERNAL_ERROR = 70
INTERRUPTED = 130

__all__ = ["main"]


def main() -> None:
    """Runs the command line of this process and exits. Whatever goes wrong is told in a line, never as a traceback."""
    from heartsight.cli.console import fail
    from heartsight.cli.problem import UsageProblem, read_error

    try:
        from heartsight.cli.app import app

        app()
    except UsageProblem as problem:
        fail(str(problem))
        sys.exit(UNUSABLE)
    except BrokenPipeError:  # the reader of a pipe has gone: nothing is left to say, and nobody to say it to
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(SOME_FAILED)
    except KeyboardInterrupt:
        fail("interrupted")
        sys.exit(INTERRUPTED)
    except Exception as error:
        expected = read_error(error)
        fail(expected or f"internal error, please report it: {type(error).__name__}: {error}")
        sys.exit(UNUSABLE if expected else INTERNAL_ERROR)
