"""The command line: one file for each command, and no logic of its own."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run ``paperexport``; the one place where errors become messages and exit codes."""
    if sys.argv[1:] == ["--version"]:  # nothing else need be imported to say it
        from contextlib import suppress

        from paperexport._version import __version__

        with suppress(OSError):  # told below
            print(f"paperexport {__version__}", flush=True)  # noqa: T201 - the result
            return
    # Hardly anything that a run makes stands in a circle: those can be looked for less often.
    gc.set_threshold(20_000, 20, 20)
    try:
        from paperexport.cli._main import run
    except KeyboardInterrupt:  # as early as that
        sys.exit(130)
    sys.exit(run(sys.argv[1:]))
