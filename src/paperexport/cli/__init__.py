"""The command line: one file for each command, and no logic of its own."""

from __future__ import annotations

import gc
import io
import os
import sys


def main() -> None:
    """Run ``paperexport``; the one place where errors become messages and exit codes."""
    _streams()
    if sys.argv[1:] == ["--version"]:  # nothing else need be imported to say it
        from contextlib import suppress

        from paperexport._version import __version__

        with suppress(OSError):  # told below
            print(f"paperexport {__version__}", flush=True)  # noqa: T201 - the result
            return
    # Hardly anything that a run makes stands in a circle: those can be looked for less often.
    gc.set_threshold(20_000, 20, 20)
    try:
        _signals()
        from paperexport.cli._main import run
    except KeyboardInterrupt:  # as early as that
        sys.exit(130)
    sys.exit(run(sys.argv[1:]))


def _streams() -> None:
    """See to it that each stream is there, and that a letter that it cannot hold ends no run."""
    for name in ("stdin", "stdout", "stderr"):
        # Whoever called us has closed it. A file of ours must not get its number, nothing is read
        # from it, and a result that is written to it fails as it does on a full disk.
        if getattr(sys, name) is None:
            number = os.open(os.devnull, os.O_WRONLY if name == "stderr" else os.O_RDONLY)
            setattr(sys, name, open(number, "r" if name == "stdin" else "w"))  # noqa: PTH123, SIM115
    # As Python has it on standard error.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _signals() -> None:
    """Who is told to end clears away what is half written, as after Ctrl-C."""
    import signal

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, lambda number, _frame: sys.exit(128 + number))
