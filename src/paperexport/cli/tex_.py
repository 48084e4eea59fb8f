"""``paperexport tex``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from paperexport.cli import _bib, _common, _resolving
from paperexport.cli.export_ import lazily

if TYPE_CHECKING:
    from paperexport.diagnostics import Diagnostic
    from paperexport.record import Record
    from paperexport.texproject import Project


@click.command("tex", short_help="Compare a LaTeX project with its .bib file.")
@click.argument("main", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--into",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The .bib file; told by the project if not given.",
)
@click.option("--resolve", is_flag=True, help="Add cited keys that are identifiers.")
@click.option("--check", is_flag=True, help="Exit with 1 when a cited key is missing.")
@click.option("--diff", is_flag=True, help="Show what would be added; write nothing.")
@click.option("--backup", is_flag=True, help="Keep the old file as NAME.bib.bak.")
@_resolving.options
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
def command(
    main: Path, into: Path | None, resolve: bool, check: bool, diff: bool, backup: bool,
    as_json: bool, **values: Any,
) -> int:  # fmt: skip
    """Which keys MAIN (.tex, .aux, .bcf) cites, which are missing, which entries nobody cites.

    A missing key that is an identifier (arXiv:2401.09042, a DOI) is looked up and added with
    --resolve, under that very key.
    """
    from paperexport import texproject
    from paperexport.errors import UsageError

    how = _resolving.asking(values)
    project = texproject.read(main)
    path = into or next(iter(project.bibliographies), None)
    if path is None:
        raise UsageError(f"{main} names no .bib file that is there", hint="name it with --into")
    others = [bib for bib in project.bibliographies if bib.resolve() != path.resolve()]
    held = {b.key for bib in (path, *others) for b in _bib.document(bib, create=True).entries}
    missing = [citation for citation in project.citations if citation.key not in held]
    diagnostics: list[Diagnostic] = []
    if resolve and missing:
        added, diagnostics = _add(path, [c.key for c in missing], how, diff=diff, backup=backup)
        missing = [citation for citation in missing if citation.key not in added]
    cited = {citation.key for citation in project.citations}
    unused = sorted(held - cited) if not project.everything else []
    _print(project, [(c.key, c.file, c.line) for c in missing], unused, path, as_json=as_json)
    _common.told(diagnostics, verbose=False, report=None, strict=False)
    return 1 if check and missing else 0


def _add(
    path: Path, keys: list[str], how: _resolving.Asking, *, diff: bool, backup: bool
) -> tuple[set[str], list[Diagnostic]]:
    """Add the papers whose identifiers some keys are; the keys that were added."""
    from paperexport import bibmerge
    from paperexport.pipeline import Reading

    plugins = _common.registry()
    settings = _common.settings()
    wanted = [(key, record) for key in keys if (record := _named(key)) is not None]
    if not wanted:
        return set(), []
    services = lazily(plugins, settings, how)
    reading = Reading(
        records=tuple(record for _, record in wanted),
        keys=tuple(key for key, _ in wanted),
        problems=((),) * len(wanted),
    )
    try:
        done, _, diagnostics = _resolving.resolved(reading, services(), how)
    finally:
        services.close()
    pairs = [
        (key, record)
        for key, record in zip(done.keys, done.records, strict=True)
        if key and record.title
    ]
    document = _bib.document(path, create=True)
    exporter = plugins.exporter(bibmerge.dialect(document))
    file = _bib.memory_file(settings.state, path)
    merged = bibmerge.merge(document, pairs, exporter, memory=_bib.recall(file), fixed_keys=True)
    wrote = _bib.write(
        document, merged.data, merged.touched, dry_run=False, diff=diff, backup=backup
    )
    if wrote:
        _bib.remember(file, merged, path)
    _bib.told(merged, path, wrote=wrote)
    return {key for key, _ in pairs}, [*diagnostics, *merged.diagnostics]


def _named(key: str) -> Record | None:
    """The paper that a key names by its identifier, or None."""
    from paperexport import identifiers
    from paperexport.entry import Entry
    from paperexport.normalization import normalize
    from paperexport.record import Origin

    hit = next(identifiers.find(key.removeprefix("hf:").removeprefix("doi:")), None)
    if hit is None or hit.end - hit.start < len(key) - 30:
        return None
    name = hit.scheme if hit.scheme in ("arxiv", "doi", "pmid", "pmcid") else ""
    fields: Any = {name: hit.value} if name else {"other_ids": (f"{hit.scheme}:{hit.value}",)}
    return normalize(Entry(fields=fields, origin=Origin(source="tex"), markup=())).record


def _print(
    project: Project, missing: list[tuple[str, str, int]], unused: list[str], path: Path, *,
    as_json: bool,
) -> None:  # fmt: skip
    if as_json:
        import msgspec

        said = {
            "bibliography": str(path),
            "cited": [citation.key for citation in project.citations],
            "missing": [{"key": k, "file": f, "line": n} for k, f, n in missing],
            "unused": unused,
        }
        sys.stdout.buffer.write(msgspec.json.encode(said) + b"\n")
        sys.stdout.flush()
        return
    for key, file, line in missing:
        click.echo(f"{file}:{line}: missing: {key}")
    for key in unused:
        click.echo(f"{path}: unused: {key}")
    click.echo(
        f"{len(project.citations)} keys cited, {len(missing)} missing, {len(unused)} entries unused"
    )
