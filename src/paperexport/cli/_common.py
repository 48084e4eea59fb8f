"""What commands share: options, the run's registry and settings, how problems are told."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from paperexport.diagnostics import Diagnostic
    from paperexport.plugins import Registry
    from paperexport.settings import Settings

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def inputs(required: bool = True) -> Decorator:
    """``INPUT...``: paths, or ``-`` for standard input."""
    return click.argument(
        "inputs", metavar="INPUT...", nargs=-1, required=required, shell_complete=_paths
    )


def _paths(_context: click.Context, _parameter: click.Parameter, _typed: str) -> list[Any]:
    from click.shell_completion import CompletionItem

    return [CompletionItem("", type="file")]


def names(kind: str) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """What completes a name of that kind."""

    def complete(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
        return sorted(n for n in getattr(registry(), kind) if n.startswith(typed))

    return complete


def a_file(_context: click.Context, _parameter: click.Parameter, path: Path | None) -> Path | None:
    """Refuse ``-``, which people write for a stream, and which would become a file of that name."""
    if path == Path("-"):
        raise click.BadParameter("a file is wanted here, and '-' is none.")
    return path


def reading_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """How inputs are read and which papers of them are meant."""
    options = (
        click.option(
            "--from",
            "source",
            metavar="SOURCE",
            shell_complete=names("sources"),
            help="What the input is; told by its content if not given (`paperexport sources`).",
        ),
        click.option(
            "--select",
            metavar="EXPR",
            multiple=True,
            help="Only these: numbers as `list` shows them (1,3,5-9), an identifier, a citation "
            "key, or field~regex. May be given again.",
        ),
        click.option("--exclude", metavar="EXPR", multiple=True, help="All but these."),
        click.option(
            "--duplicates",
            type=click.Choice(["merge", "keep"]),
            default="merge",
            show_default=True,
            help="Whether a paper that is there twice becomes one record.",
        ),
        click.option("--keys", metavar="PATTERN", help="How citation keys are made where the "
                     "input has none: a Better BibTeX formula, such as `auth.lower + year`."),
        click.option("-v", "--verbose", is_flag=True, help="Tell each problem, not one of a kind."),
        click.option("--strict", is_flag=True, help="Exit with 1 when there are problems."),
        click.option(
            "--report",
            type=click.Path(dir_okay=False, path_type=Path),
            callback=a_file,
            help="Write all problems to this file, as JSON lines.",
        ),
    )  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


def registry() -> Registry:
    """The plugins of this run."""
    from paperexport.cli._main import COMMANDS
    from paperexport.plugins import Registry

    return Registry(commands=COMMANDS)


def settings() -> Settings:
    """The settings of this run."""
    import platformdirs

    from paperexport.settings import load

    file = os.environ.get("PAPEREXPORT_SETTINGS")
    return load(
        os.environ,
        file=Path(file) if file else platformdirs.user_config_path("paperexport") / "settings.toml",
        cache_folder=platformdirs.user_cache_path("paperexport"),
        state_folder=platformdirs.user_state_path("paperexport"),
    )


def terminal(stream: Any) -> bool:
    """Whether a person looks at a stream."""
    return bool(getattr(stream, "isatty", lambda: False)())


def json_line(value: object) -> bytes:
    """One line of JSON; U+FFFD for what is no character, as it may be in a file's name."""
    import msgspec

    from paperexport.formats.lines import characters

    try:
        return msgspec.json.encode(value) + b"\n"
    except UnicodeEncodeError:
        return msgspec.json.encode(characters(msgspec.to_builtins(value))) + b"\n"


def told(
    diagnostics: Iterable[Diagnostic], *, verbose: bool, report: Path | None, strict: bool
) -> int:
    """Tell problems on stderr, write the report, and give the exit code.

    Many of one kind are one line with their count.
    """
    found = list(dict.fromkeys(diagnostics))
    if report is not None:
        from paperexport import output

        output.write(report, map(json_line, found))
    shown: dict[tuple[str, str], list[Diagnostic]] = {}
    for diagnostic in found:
        if diagnostic.severity != "info" or verbose:
            shown.setdefault((diagnostic.severity, diagnostic.code), []).append(diagnostic)
    for same in shown.values():
        if verbose or len(same) == 1:
            for diagnostic in same:
                click.echo(str(diagnostic), err=True)
        else:
            click.echo(f"{same[0]} [{len(same)} of this kind; -v shows each]", err=True)
    problems = any(d.severity in ("warning", "error") for d in found)
    return 1 if strict and problems else 0


def counted(number: int, one: str, many: str = "") -> str:
    """``1 paper``, ``2 papers``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def note(message: str) -> None:
    """Tell a person at a terminal what was done; say nothing in a pipe."""
    if terminal(sys.stderr):
        click.echo(message, err=True)
