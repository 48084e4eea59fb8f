"""``paperexport export``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
from msgspec import structs

from paperexport.bibliography import Bibliography
from paperexport.cli import _bib, _common, _resolving
from paperexport.errors import UsageError

if TYPE_CHECKING:
    from paperexport.bibdocument import Document
    from paperexport.bibmerge import Memory, Merged
    from paperexport.citekeys import Pattern
    from paperexport.hookspecs import Exporter
    from paperexport.plugins import Registry
    from paperexport.services import Services
    from paperexport.settings import Settings


def output_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """What is written, and where."""
    options = (
        click.option(
            "-t",
            "--to",
            "formats",
            metavar="FORMAT",
            multiple=True,
            shell_complete=_common.names("exporters"),
            help="The format (`paperexport formats`); told by the suffix of -o if not given.",
        ),
        click.option(
            "-o",
            "--output",
            type=click.Path(dir_okay=False, path_type=Path),
            help="The file to write; without it the text goes to standard output.",
        ),
        click.option(
            "--out-dir",
            type=click.Path(file_okay=False, path_type=Path),
            help="The folder for one file for each format.",
        ),
        click.option(
            "-O",
            "--option",
            "options",
            metavar="KEY=VALUE",
            multiple=True,
            help="An option of the format; FORMAT.KEY=VALUE where several are written.",
        ),
        click.option("--dry-run", is_flag=True, help="Say what would be written; write nothing."),
        click.option("--diff", is_flag=True, help="Show what would change; write nothing."),
    )
    for option in reversed(options):
        function = option(function)
    return function


@click.command("export", short_help="Write citations of the papers in a page or file.")
@_common.inputs()
@output_options
@click.option("--resolve", is_flag=True, help="Complete the papers first, from the services.")
@click.option(
    "--into",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=_common.a_file,
    help="A hand-kept .bib file: entries and empty fields are added, all else stays.",
)
@click.option(
    "--on-conflict",
    type=click.Choice(["keep", "update"]),
    default="keep",
    show_default=True,
    help="With --into: who wins where both sides changed a field.",
)
@click.option(
    "--fields-keep", metavar="FIELD,…", default="", help="With --into: never touch these."
)
@click.option("--again", is_flag=True, help="With --into: bring back what you deleted from it.")
@click.option("--backup", is_flag=True, help="With --into: keep the old file as NAME.bib.bak.")
@_resolving.options
@_common.reading_options
def command(**values: Any) -> int:
    """Write citations of the papers in INPUT: a page, its text, a feed, a list, a .bib file.

    INPUT may be a name too: hf:2025-10-01, hf:week/2025-W40, hf:trending, hf:search/WORDS, an
    address, arxiv:ID, doi:ID. What the page does not say stays out, and is told.
    """
    return run(**values)


class lazily:  # noqa: N801 - it reads as the call that it is
    """The services of a run, connected when they are first asked for."""

    def __init__(self, plugins: Registry, settings: Settings, how: _resolving.Asking) -> None:
        self._connect: Callable[[], Services] = lambda: _resolving.connect(plugins, settings, how)
        self._services: Services | None = None

    def __call__(self) -> Services:
        """The services."""
        if self._services is None:
            self._services = self._connect()
        return self._services

    def close(self) -> None:
        """Close what was connected."""
        if self._services is not None:
            self._services.close()


def run(
    inputs: tuple[str, ...],
    formats: tuple[str, ...],
    output: Path | None,
    out_dir: Path | None,
    options: tuple[str, ...],
    dry_run: bool,
    diff: bool,
    resolve: bool,
    source: str | None,
    select: tuple[str, ...],
    exclude: tuple[str, ...],
    duplicates: str,
    keys: str | None,
    verbose: bool,
    strict: bool,
    report: Path | None,
    into: Path | None = None,
    on_conflict: Literal["keep", "update"] = "keep",
    fields_keep: str = "",
    again: bool = False,
    backup: bool = False,
    **asking: Any,
) -> int:
    """Read, choose, resolve where asked, write, tell; the exit code."""
    from paperexport import pipeline
    from paperexport.citekeys import Pattern
    from paperexport.select import select as chosen

    if into is not None and (output is not None or out_dir is not None):
        raise UsageError(
            "--into excludes -o and --out-dir", hint="give --into alone, or a second command"
        )
    for option, given in (
        ("--backup", backup), ("--fields-keep", fields_keep),
        ("--on-conflict update", on_conflict == "update"),
    ):  # fmt: skip
        if given and into is None:
            raise UsageError(f"{option} is for --into", hint="--into FILE merges; -o replaces")
    how = _resolving.asking(asking)
    plugins = _common.registry()
    settings = _common.settings()
    targets = _targets(formats, output, out_dir, plugins)
    exporters = _configured(list(targets), options, settings.formats, plugins)
    services = lazily(plugins, settings, how)
    try:
        reading = _resolving.read_all(inputs, source, plugins, duplicates, services)
        taken: dict[str, str] = {}
        for path in targets.values():
            if path is not None and path.is_file():
                taken = {**pipeline.taken_from(path, plugins), **taken}
        pattern = keys or settings.keys or None
        # Keys are told apart over all papers, so that choosing some moves none of them.
        everything = reading.bibliography(pattern=pattern, taken=taken)
        numbers = chosen(everything, select, exclude)
        pairs = list(everything.items())
        bibliography = Bibliography(pairs[number] for number in numbers)
        reading = reading.only(numbers)
        if resolve:
            reading, _, _ = _resolving.resolved(reading, services(), how)
            bibliography = reading.bibliography(pattern=pattern, taken=taken)
    finally:
        services.close()
    missing = list(pipeline.incomplete(bibliography.values()))
    if resolve:  # which was to look them up
        missing = [structs.replace(diagnostic, hint="") for diagnostic in missing]
    if into is not None:
        _only_bib(into, exporters, plugins)
        old = _bib.document(into, create=True)
        memory = _bib.memory_file(settings.state, into)
        known = _bib.recall(memory, old)
        merged = _merge(
            bibliography, old, known.entries, exporters, settings, plugins, fields_keep,
            on_conflict, apart=duplicates == "keep", again=again,
            pattern=Pattern.parse(keys) if keys else None,
        )  # fmt: skip
        wrote = _bib.put(old, merged, memory, known, dry_run=dry_run, diff=diff, backup=backup)
        _bib.told(merged, into, wrote=wrote, dry_run=dry_run and not diff)
        told = [
            *plugins.diagnostics,
            *reading.diagnostics,
            # An encoding that can be guessed is no trouble; an entry that BibTeX trips over is.
            *(d for d in old.diagnostics if d.code != "encoding-guessed"),
            *(merged.written if wrote else merged.diagnostics),
            *missing,
        ]
        return _common.told(told, verbose=verbose, report=report, strict=strict)
    for exporter in exporters:
        _write(bibliography, exporter, targets[exporter.name], dry_run=dry_run, diff=diff)
    diagnostics = [
        *plugins.diagnostics,
        *reading.diagnostics,
        *pipeline.rekeyed(reading.keys, bibliography, taken),
        *missing,
    ]
    return _common.told(diagnostics, verbose=verbose, report=report, strict=strict)


def _only_bib(into: Path, exporters: Sequence[Exporter], plugins: Registry) -> None:
    """Only a .bib file is merged into, and only BibTeX and BibLaTeX."""
    foreign = {e.suffix for e in plugins.exporters.values()} - {".bib"}
    wrong = [e.name for e in exporters if e.name not in ("bibtex", "biblatex")]
    if wrong or into.suffix.lower() in foreign:
        what = f"-t {wrong[0]}" if wrong else str(into)
        raise UsageError(f"{what}: --into is for .bib files", hint="-o writes other formats")


def _merge(
    bibliography: Bibliography,
    document: Document,
    memory: Memory,
    exporters: Sequence[Exporter],
    settings: Settings,
    plugins: Registry,
    fields_keep: str,
    on_conflict: Literal["keep", "update"],
    *,
    apart: bool,
    again: bool,
    pattern: Pattern | None,
) -> Merged:
    """The .bib file with the papers in it, not yet written."""
    from paperexport import bibmerge

    dialect = bibmerge.dialect(document)
    named = [exporter for exporter in exporters if exporter.name in ("bibtex", "biblatex")]
    chosen = named[0] if named and (named[0].name == dialect or not document.entries) else None
    exporter = chosen or plugins.exporter(dialect, settings.formats.get(dialect))
    return bibmerge.merge(
        document,
        bibliography.items(),
        exporter,
        memory=memory,
        apart=apart,
        again=again,
        pattern=pattern,
        on_conflict=on_conflict,
        keep=[field.strip() for field in fields_keep.split(",") if field.strip()],
    )


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
    papers = _common.counted(len(bibliography), "paper")
    if dry_run and not diff:
        where = path or "standard output"
        click.echo(f"would write {papers} as {exporter.name} to {where}")
        return
    # Bytes: RIS wants CRLF, and Windows would double its carriage returns.
    stdout = sys.stdout.buffer
    with redirect_stdout(sys.stderr):  # what a plugin prints is no result
        if diff:
            difference = _difference("".join(pieces), path, exporter.name)
            stdout.writelines(line.encode("utf-8", "replace") for line in difference)
        elif path is None:
            stdout.writelines(piece.encode("utf-8") for piece in pieces)
        else:
            output.write(path, pieces)
            _common.note(f"wrote {papers} to {path}")
    sys.stdout.flush()


def _difference(text: str, path: Path | None, name: str) -> Iterator[str]:
    """The lines of a unified diff, in the encoding of what is written."""
    from paperexport.cli import _diff

    old = path.read_bytes().decode("utf-8", "replace") if path and path.is_file() else ""
    label = str(path or name)
    return _diff.unified(
        old.splitlines(keepends=True), text.splitlines(keepends=True), label, f"{label} (new)"
    )
