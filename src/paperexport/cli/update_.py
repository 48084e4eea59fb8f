"""``paperexport update``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from paperexport.cli import _bib, _common, _resolving
from paperexport.cli.export_ import lazily

if TYPE_CHECKING:
    from paperexport.bibmerge import Change
    from paperexport.record import Record
    from paperexport.resolution import Outcome


@click.command("update", short_help="Find what became of the preprints in a .bib file.")
@click.argument("bib", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--diff", is_flag=True, help="Show what would change; write nothing.")
@click.option("--dry-run", is_flag=True, help="Say what would change; write nothing.")
@click.option("--backup", is_flag=True, help="Keep the old file as NAME.bib.bak.")
@click.option("--fields-keep", metavar="FIELD,…", default="", help="Never touch these fields.")
@_resolving.options
@click.option("--strict", is_flag=True, help="Exit with 1 when there are problems.")
@click.option("-v", "--verbose", is_flag=True, help="Tell each problem, not one of a kind.")
def command(
    bib: Path, diff: bool, dry_run: bool, backup: bool, fields_keep: str, strict: bool,
    verbose: bool, **values: Any,
) -> int:  # fmt: skip
    """Preprints in BIB that have been published since, and DOIs that are missing.

    Entries that are complete are left alone; in the others the version is replaced as a whole,
    so that no year meets the venue of another version.
    """
    from paperexport import bibmerge, identifiers
    from paperexport.normalization import normalize
    from paperexport.pipeline import Reading
    from paperexport.sources.bibtex import entries

    how = _resolving.asking(values)
    plugins = _common.registry()
    settings = _common.settings()
    document = _bib.document(bib)
    found = [normalize(entry) for entry in entries(document)]
    open_ = [
        one
        for one in found
        if one.record.type == "article"
        or not (one.record.doi or one.record.isbn or one.record.eprint)
        or (one.record.doi and identifiers.arxiv_of_doi(one.record.doi) is not None)
    ]
    services = lazily(plugins, settings, how)
    reading = Reading(
        records=tuple(one.record for one in open_),
        keys=tuple(one.key for one in open_),
        problems=((),) * len(open_),
    )
    try:
        _, outcomes, diagnostics = _resolving.resolved(reading, services(), how)
    finally:
        services.close()
    pairs = _pairs(outcomes, [one.key for one in open_])
    file = _bib.memory_file(settings.state, bib)
    known = _bib.recall(file, document)
    dialect = bibmerge.dialect(document)
    options = {"abstract": "false", "keywords": "false", **settings.formats.get(dialect, {})}
    merged = bibmerge.merge(
        document,
        pairs,
        plugins.exporter(dialect, options),
        memory=known.entries,
        keep=["title", "author", *(f.strip() for f in fields_keep.split(",") if f.strip())],
        own=True,
        versions=how.prefer == "published",
    )
    wrote = _bib.put(document, merged, file, known, dry_run=dry_run, diff=diff, backup=backup)
    for key, what in _told(merged.changes).items():
        click.echo(f"{bib}: {key}: {', '.join(what)}", err=diff)
    _bib.told(merged, bib, wrote=wrote)
    told = [*document.diagnostics, *diagnostics, *(merged.written if wrote else merged.diagnostics)]
    return _common.told(told, verbose=verbose, report=None, strict=strict)


def _pairs(outcomes: list[Outcome], keys: list[str]) -> list[tuple[str, Record]]:
    """What was found, with the key of the entry that it belongs to.

    Of two versions the preprint stays under the key that it has; the other is a new entry.
    """
    pairs: list[tuple[str, Record]] = []
    for outcome, key in zip(outcomes, keys, strict=True):
        if outcome.verdict == "none" or outcome.records == (outcome.wanted,):
            continue
        records = sorted(outcome.records, key=lambda record: record.type != "article")
        pairs += [(key if not number else "", record) for number, record in enumerate(records)]
    return pairs


def _told(changes: tuple[Change, ...]) -> dict[str, list[str]]:
    """What is done to each entry, in a few words."""
    found: dict[str, list[str]] = {}
    for change in changes:
        if change.action in ("conflict", "leave"):
            continue
        what = f"@{change.old} → @{change.new}" if change.field == "@type" else change.field
        what = "added" if change.field == "@entry" else what
        what += " taken out" if change.field != "@type" and not change.new else ""
        found.setdefault(change.key, []).append(what)
    return found
