"""``paperexport update``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from paperexport.cli import _bib, _common, _resolving
from paperexport.cli.export_ import lazily


@click.command("update", short_help="Find what became of the preprints in a .bib file.")
@click.argument("bib", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--diff", is_flag=True, help="Show what would change; write nothing.")
@click.option("--dry-run", is_flag=True, help="Say what would change; write nothing.")
@click.option("--backup", is_flag=True, help="Keep the old file as NAME.bib.bak.")
@click.option("--fields-keep", metavar="FIELD,…", default="", help="Never touch these fields.")
@_resolving.options
@click.option("-v", "--verbose", is_flag=True, help="Tell each problem, not one of a kind.")
def command(
    bib: Path, diff: bool, dry_run: bool, backup: bool, fields_keep: str, verbose: bool,
    **values: Any,
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
        done, _, diagnostics = _resolving.resolved(reading, services(), how)
    finally:
        services.close()
    pairs = [(key, record) for key, record in zip(done.keys, done.records, strict=True) if key]
    file = _bib.memory_file(settings.state, bib)
    merged = bibmerge.merge(
        document,
        pairs,
        plugins.exporter(bibmerge.dialect(document), {"abstract": "false", "keywords": "false"}),
        memory=_bib.recall(file),
        on_conflict="update" if how.prefer == "published" else "keep",
        keep=["title", "author", *(f.strip() for f in fields_keep.split(",") if f.strip())],
    )
    wrote = _bib.write(
        document, merged.data, merged.touched, dry_run=dry_run, diff=diff, backup=backup
    )
    if wrote:
        _bib.remember(file, merged)
    for key in merged.touched:
        click.echo(f"{bib}: {key}", err=diff)
    _bib.told(merged, bib, wrote=wrote)
    told = [*document.diagnostics, *diagnostics, *merged.diagnostics]
    return _common.told(told, verbose=verbose, report=None, strict=False)
