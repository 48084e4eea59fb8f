"""``paperexport list``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from paperexport.cli import _common, _resolving, _tables
from paperexport.cli.export_ import lazily

if TYPE_CHECKING:
    from paperexport.bibliography import Bibliography
    from paperexport.diagnostics import Diagnostic
    from paperexport.pipeline import Reading
    from paperexport.record import Record

ALWAYS: dict[str, Any] = {
    "title": "", "author": [], "issued": None, "doi": "", "eprint": None, "url": "",
    "code_url": "", "abstract": "",
}  # fmt: skip
"""The fields that each line of ``--json`` has, even where they are empty."""


@click.command("list", short_help="Show the papers in a page or file.")
@_common.inputs()
@_common.reading_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")
def command(
    inputs: tuple[str, ...],
    source: str | None,
    select: tuple[str, ...],
    exclude: tuple[str, ...],
    duplicates: str,
    keys: str | None,
    verbose: bool,
    strict: bool,
    report: Path | None,
    as_json: bool,
) -> int:
    """Show the papers in INPUT: number, title, authors, date, identifier, and what is missing.

    The numbers are those that --select takes.
    """
    from paperexport import pipeline
    from paperexport.select import select as chosen

    plugins = _common.registry()
    settings = _common.settings()
    services = lazily(plugins, settings, _resolving.Asking())
    try:
        reading = _resolving.read_all(inputs, source, plugins, duplicates, services)
    finally:
        services.close()
    bibliography = reading.bibliography(pattern=keys or settings.keys or None)
    numbers = chosen(bibliography, select, exclude)
    if as_json:
        _print_json(reading, bibliography, numbers)
    else:
        _print_table(bibliography, numbers)
    records = list(bibliography.values())
    diagnostics: list[Diagnostic] = [*plugins.diagnostics, *reading.diagnostics]
    if strict:
        diagnostics += pipeline.incomplete(records[number] for number in numbers)
    return _common.told(diagnostics, verbose=verbose, report=report, strict=strict)


def _print_json(reading: Reading, bibliography: Bibliography, numbers: list[int]) -> None:
    import msgspec

    from paperexport.record import Origin

    encode = msgspec.json.Encoder(enc_hook=dict).encode
    pairs = list(bibliography.items())
    for number in numbers:
        key, record = pairs[number]
        origin = record.origins.get("title") or next(iter(record.origins.values()), Origin())
        line = {
            "schema": 1,
            "n": number + 1,
            "key": key,
            "type": record.type,
            **ALWAYS,
            **msgspec.to_builtins(record, enc_hook=dict),
            "source": origin.source,
            "locator": origin.locator,
            "line": origin.line,
            "missing": record.missing,
            "diagnostics": reading.problems[number],
        }
        sys.stdout.buffer.write(encode(line) + b"\n")
    sys.stdout.flush()


def _print_table(bibliography: Bibliography, numbers: list[int]) -> None:
    pairs = list(bibliography.items())
    rows = []
    for number in numbers:
        record = pairs[number][1]
        rows.append(
            {
                "#": str(number + 1),
                "title": record.title or "(no title)",
                "author": _authors(record),
                "date": str(record.issued or ""),
                "identifier": _identifier(record),
                "missing": ", ".join(record.missing),
            }
        )
    _tables.show(rows, ("#", "title", "author", "date", "identifier", "missing"), as_json=False)


def _authors(record: Record) -> str:
    if not record.author:
        return ""
    first = record.author[0]
    more = len(record.author) - 1
    name = first.literal or first.family
    others = "+" if "author" in record.incomplete else ""
    return f"{name} +{more}{others}" if more or others else name


def _identifier(record: Record) -> str:
    if record.eprint is not None:
        return f"{record.eprint.archive}:{record.eprint.id}"
    return record.doi or next(iter(record.other_ids), "") or record.pmid or record.isbn
