"""``paperexport export``."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from paperexport.cli import _common
from paperexport.errors import UsageError

if TYPE_CHECKING:
    from paperexport.bibliography import Bibliography
    from paperexport.hookspecs import Exporter
    from paperexport.plugins import Registry


@click.command("export", short_help="Write citations of the papers in a page or file.")
@_common.inputs()
@click.option(
    "-t",
    "--to",
    "formats",
    metavar="FORMAT",
    multiple=True,
    shell_complete=_common.names("exporters"),
    help="The format (`paperexport formats`); told by the suffix of -o, else bibtex.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; without it the text goes to standard output.",
)
@click.option(
    "--out-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder for one file for each format.",
)
@click.option(
    "-O",
    "--option",
    "options",
    metavar="KEY=VALUE",
    multiple=True,
    help="An option of the format; FORMAT.KEY=VALUE where several are written.",
)
@_common.reading_options
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.option("--diff", is_flag=True, help="Show what would change in the files; write nothing.")
def command(
    inputs: tuple[str, ...],
    formats: tuple[str, ...],
    output: Path | None,
    out_dir: Path | None,
    options: tuple[str, ...],
    source: str | None,
    select: tuple[str, ...],
    exclude: tuple[str, ...],
    duplicates: str,
    keys: str | None,
    verbose: bool,
    strict: bool,
    report: Path | None,
    dry_run: bool,
    diff: bool,
) -> int:
    """Write citations of the papers in INPUT: a page, its text, a feed, a list, a .bib file.

    What the page does not say stays out, and is told.
    """
    from paperexport import pipeline
    from paperexport.select import select as chosen

    plugins = _common.registry()
    settings = _common.settings()
    targets = _targets(formats, output, out_dir, plugins)
    exporters = _configured(list(targets), options, settings.formats, plugins)
    reading = _common.read_all(inputs, source, plugins, duplicates)
    taken: dict[str, str] = {}
    for path in targets.values():
        if path is not None and path.exists():
            taken = {**pipeline.taken_from(path, plugins), **taken}
    bibliography = reading.bibliography(pattern=keys or settings.keys or None, taken=taken)
    if select or exclude:
        from paperexport.bibliography import Bibliography

        pairs = list(bibliography.items())
        numbers = chosen(bibliography, select, exclude)
        bibliography = Bibliography(pairs[number] for number in numbers)
    for exporter in exporters:
        _write(bibliography, exporter, targets[exporter.name], dry_run=dry_run, diff=diff)
    diagnostics = [
        *plugins.diagnostics,
        *reading.diagnostics,
        *pipeline.incomplete(bibliography.values()),
    ]
    return _common.told(diagnostics, verbose=verbose, report=report, strict=strict)


def _targets(
    formats: Sequence[str], output: Path | None, out_dir: Path | None, plugins: Registry
) -> dict[str, Path | None]:
    """Format → the file that it is written to, or None for standard output."""
    if output is not None and out_dir is not None:
        raise UsageError("-o and --out-dir exclude each other", hint="give one of them")
    names = list(dict.fromkeys(formats))
    for name in names:
        plugins.exporter(name)
    if out_dir is not None:
        return {
            name: out_dir / f"{name}{plugins.exporter(name).suffix}" for name in names or ["bibtex"]
        }
    if len(names) > 1:
        raise UsageError(
            "several formats do not fit into one file", hint="give --out-dir for one file each"
        )
    if not names and output is not None and str(output) != "-":
        names = [_by_suffix(output, plugins)]
    to_file = output if output is not None and str(output) != "-" else None
    return {(names or ["bibtex"])[0]: to_file}


def _by_suffix(output: Path, plugins: Registry) -> str:
    """The format that a file's name implies: ours before a plugin's, bibtex before biblatex."""
    fitting = sorted(
        (n for n, e in plugins.exporters.items() if e.suffix == output.suffix.lower()),
        key=lambda n: (plugins.origins["exporters", n] != "paperexport", n != "bibtex", n),
    )
    if not fitting:
        raise UsageError(
            f"{output}: no format has the suffix {output.suffix!r}",
            hint=f"name one with -t: {', '.join(sorted(plugins.exporters))}",
        )
    return fitting[0]


def _configured(
    names: Sequence[str],
    options: Sequence[str],
    defaults: Mapping[str, Mapping[str, str]],
    plugins: Registry,
) -> list[Exporter]:
    """The exporters with their options: each option for the formats that have it."""
    chosen: dict[str, dict[str, str]] = {name: dict(defaults.get(name, {})) for name in names}
    for option in options:
        key, equals, value = option.partition("=")
        if not equals:
            raise UsageError(f"-O {option}: no value", hint="-O key=value")
        only, dot, rest = key.partition(".")
        if dot:
            if only not in chosen:
                raise UsageError(f"-O {option}: {only!r} is not written", hint=", ".join(names))
            chosen[only][rest.replace("-", "_")] = value
            continue
        key = key.replace("-", "_")
        having = [n for n in names if key in plugins.exporter(n).__struct_fields__]
        for name in having or names[:1]:  # nobody has it: the first says so, and what it has
            chosen[name][key] = value
    return [plugins.exporter(name, chosen[name]) for name in names]


def _write(
    bibliography: Bibliography, exporter: Exporter, path: Path | None, *, dry_run: bool, diff: bool
) -> None:
    from paperexport import output, pipeline

    pieces = pipeline.exported(bibliography, exporter)
    if diff:
        _show_difference("".join(pieces), path, exporter.name)
    elif dry_run:
        where = path or "standard output"
        click.echo(f"would write {len(bibliography)} papers as {exporter.name} to {where}")
    elif path is None:
        # Bytes: RIS wants CRLF, and Windows would double its carriage returns.
        for piece in pieces:
            sys.stdout.buffer.write(piece.encode("utf-8"))
        sys.stdout.flush()
    else:
        output.write(path, pieces)
        _common.note(f"wrote {len(bibliography)} papers to {path}")


def _show_difference(text: str, path: Path | None, name: str) -> None:
    from difflib import unified_diff

    old = path.read_bytes().decode("utf-8", "replace") if path and path.exists() else ""
    label = str(path or name)
    lines = unified_diff(
        old.splitlines(keepends=True), text.splitlines(keepends=True), label, f"{label} (new)"
    )
    click.echo("".join(lines), nl=False)
