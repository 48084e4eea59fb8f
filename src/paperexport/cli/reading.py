"""For commands of plugins: the options of INPUT, what they choose, and how problems are told.

A command that takes papers as ``export`` does::

    @click.command("count")
    @reading.options
    def command(**values: Any) -> int:
        chosen = reading.read(values)
        click.echo(len(chosen.bibliography))
        return reading.told(chosen)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
from msgspec import Struct

from paperexport.bibliography import Bibliography
from paperexport.cli import _common, _resolving, _tables
from paperexport.diagnostics import Diagnostic
from paperexport.settings import Settings

__all__ = ["Chosen", "options", "progress", "read", "settings", "show", "terminal", "told"]

progress = _resolving.progress
settings = _common.settings
show = _tables.show
terminal = _common.terminal


class Chosen(Struct, frozen=True, kw_only=True):
    """The papers that a command is about.

    Attributes:
        bibliography: the records under their citation keys.
        diagnostics: what a person should know of reading and resolving them.
        settings: of this run.
        verbose, strict, report: how problems are told.
    """

    bibliography: Bibliography
    diagnostics: tuple[Diagnostic, ...]
    settings: Settings
    verbose: bool = False
    strict: bool = False
    report: Path | None = None


def options(function: Callable[..., Any]) -> Callable[..., Any]:
    """``INPUT...``, how inputs are read, which papers of them are meant, ``--resolve``."""
    function = _common.reading_options(function)
    function = _resolving.options(function)
    resolve = click.option(
        "--resolve", is_flag=True, help="Complete the papers first, from the services."
    )
    return _common.inputs()(resolve(function))


def read(values: dict[str, Any]) -> Chosen:
    """Take the options out of a command's arguments, and do what they say.

    Args:
        values: the command's arguments; those of :func:`options` are removed.

    Raises:
        PaperExportError: as of reading and resolving.
    """
    from paperexport import services
    from paperexport.select import select

    how = _resolving.asking(values)
    inputs, source, duplicates, pattern, resolve = (
        values.pop(name) for name in ("inputs", "source", "duplicates", "keys", "resolve")
    )
    wanted, unwanted = values.pop("select"), values.pop("exclude")
    telling = {name: values.pop(name) for name in ("verbose", "strict", "report")}
    plugins, run = _common.registry(), _common.settings()
    pattern = pattern or run.keys or None
    connected: list[services.Services] = []

    def asked() -> services.Services:
        if not connected:
            connected.append(_resolving.connect(plugins, run, how))
        return connected[0]

    try:
        reading = _resolving.read_all(inputs, source, plugins, duplicates, asked)
        whole = reading.bibliography(pattern=pattern)
        numbers = select(whole, wanted, unwanted)
        # Keys are told apart over all papers, so that choosing some moves none of them.
        pairs = list(whole.items())
        bibliography = Bibliography(pairs[number] for number in numbers)
        reading = reading.only(numbers)
        if resolve:
            reading, _, _ = _resolving.resolved(reading, asked(), how)
            bibliography = reading.bibliography(pattern=pattern)
    finally:
        for one in connected:
            one.close()
    return Chosen(
        bibliography=bibliography,
        diagnostics=(*plugins.diagnostics, *reading.diagnostics),
        settings=run,
        **telling,
    )


def told(chosen: Chosen, more: Iterable[Diagnostic] = ()) -> int:
    """Tell problems on stderr, many of one kind as one line.

    Returns:
        the exit code: 1 where there are problems and ``--strict`` was given.
    """
    return _common.told(
        (*chosen.diagnostics, *more),
        verbose=chosen.verbose,
        report=chosen.report,
        strict=chosen.strict,
    )
