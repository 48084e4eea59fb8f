"""``paperexport tex``."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from paperexport import identifiers
from paperexport.cli import _bib, _common, _resolving
from paperexport.cli.export_ import lazily

if TYPE_CHECKING:
    from paperexport.bibdocument import Document
    from paperexport.diagnostics import Diagnostic
    from paperexport.record import Record
    from paperexport.texproject import Project

# What people put before an identifier in a key.
_SCHEME = re.compile(r"^(?:(?:arxiv|doi|hf|huggingface)[:.])+", re.IGNORECASE)


@click.command("tex", short_help="Compare a LaTeX project with its .bib file.")
@click.argument("main", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--into",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=_common.a_file,
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

    if diff and as_json:
        raise UsageError("--diff and --json exclude each other", hint="give one of them")
    how = _resolving.asking(values)
    project = texproject.read(main)
    path = into or _main_file(project.bibliographies)
    if path is None:
        raise UsageError(f"{main} names no .bib file that is there", hint="name it with --into")
    others = [bib for bib in project.bibliographies if bib.resolve() != path.resolve()]
    documents = [_bib.document(bib, create=True) for bib in (path, *others)]
    state = _State(project, documents)
    diagnostics = [found for document in documents for found in document.diagnostics]
    if resolve and state.wanted:
        diagnostics += _add(documents[0], state, how, diff=diff, backup=backup)
    state.print(as_json=as_json)
    _common.told(diagnostics, verbose=False, report=None, strict=False)
    return 1 if check and state.missing else 0


def _main_file(files: Sequence[Path]) -> Path | None:
    """The first one that holds an entry; in front of it often stands one of macros alone."""
    if len(files) < 2:
        return next(iter(files), None)
    return next((file for file in files if _bib.document(file).entries), files[0])


class _State:
    """What a project cites, what its files hold, and what becomes of the difference.

    Attributes:
        missing: citations that no file has an entry for.
        wanted: key → the paper that it names by its identifier, of those.
        notes: key → why it is missing still.
        added: keys that were added.
        unused: ``(file, key)`` that nobody cites and no entry refers to.
    """

    def __init__(self, project: Project, documents: list[Document]) -> None:
        from paperexport.bibcheck import REFERENCES, listed
        from paperexport.normalization import normalize
        from paperexport.sources.bibtex import entries

        self.project = project
        self.path = documents[0].locator
        self.added: list[str] = []
        self.notes: dict[str, str] = {}
        held: set[str] = set()
        used = {project.key(citation.key) for citation in project.citations}
        for document in documents:
            for block in document.entries:
                held |= set(map(project.key, (block.key, *listed(document, block, "ids"))))
                used |= set(map(project.key, listed(document, block, *REFERENCES)))
        self.unused = [
            (document.locator, block.key)
            for document in documents
            for block in document.entries
            if block.type != "xdata"
            and used.isdisjoint(map(project.key, (block.key, *listed(document, block, "ids"))))
            and not project.everything
        ]
        self.missing = [one for one in project.citations if project.key(one.key) not in held]
        named = {c.key: record for c in self.missing if (record := _named(c.key)) is not None}
        self.known: dict[str, str] = {}
        for document in documents if named else ():
            for entry in entries(document):
                found = normalize(entry)
                for alias in identifiers.aliases(found.record):
                    self.known.setdefault(alias, f"{document.locator} has it as {found.key}")
        self.wanted: dict[str, Record] = {}
        for key, record in named.items():
            if not self.is_there(key, record) and self.can_be(key, documents[0]):
                self.wanted[key] = record
                self.notes[key] = "--resolve looks it up"

    def is_there(self, key: str, record: Record) -> bool:
        """Whether the paper is there under another key; that is noted."""
        for alias in sorted(identifiers.aliases(record)):
            if alias in self.known:
                self.notes[key] = self.known[alias]
                return True
        return False

    def can_be(self, key: str, document: Document) -> bool:
        """Whether an entry can have that key: not every DOI can be one."""
        from paperexport import bibmerge
        from paperexport.bibdocument import Document

        read = Document(f"@misc{{{key},}}".encode()).entries
        if not read or read[0].key != key:
            self.notes[key] = "no entry can have this key"
        elif bibmerge.dialect(document) == "biblatex" and set(key) & set("()"):
            self.notes[key] = "biber reads no parentheses in a key"
        else:
            return True
        return False

    def print(self, *, as_json: bool) -> None:
        """Say it all."""
        if as_json:
            said = {
                "bibliography": self.path,
                "cited": [citation.key for citation in self.project.citations],
                "added": self.added,
                "missing": [
                    {
                        "key": c.key,
                        "file": c.file,
                        "line": c.line,
                        "note": self.notes.get(c.key, ""),
                    }
                    for c in self.missing
                ],
                "unused": [key for _, key in self.unused],
            }
            sys.stdout.buffer.write(_common.json_line(said))
            sys.stdout.flush()
            return
        for key in self.added:
            click.echo(f"{self.path}: added: {key}")
        for citation in self.missing:
            note = self.notes.get(citation.key, "")
            click.echo(
                f"{citation.file}:{citation.line}: missing: {citation.key}"
                + (f" ({note})" if note else "")
            )
        for file, key in self.unused:
            click.echo(f"{file}: unused: {key}")
        click.echo(
            f"{_common.counted(len(self.project.citations), 'key')} cited, "
            f"{len(self.missing)} missing, "
            f"{_common.counted(len(self.unused), 'entry', 'entries')} unused"
        )


def _add(
    document: Document, state: _State, how: _resolving.Asking, *, diff: bool, backup: bool
) -> list[Diagnostic]:
    """Add the papers whose identifiers some keys are."""
    from paperexport import bibmerge
    from paperexport.pipeline import Reading

    plugins = _common.registry()
    settings = _common.settings()
    services = lazily(plugins, settings, how)
    reading = Reading(
        records=tuple(state.wanted.values()),
        keys=tuple(state.wanted),
        problems=((),) * len(state.wanted),
    )
    try:
        done, _, diagnostics = _resolving.resolved(reading, services(), how)
    finally:
        services.close()
    failed = any(d.code in ("service-failed", "offline") for d in diagnostics)
    pairs = []
    for key, record in zip(done.keys, done.records, strict=True):
        if not key:
            continue
        if not record.title:
            why = "not every service could be asked" if failed else "no service knows it"
            state.notes[key] = why
        elif not state.is_there(key, record):
            pairs.append((key, record))
            for alias in identifiers.aliases(record):
                state.known.setdefault(alias, f"it is {key}, by another name")
    path = Path(document.locator)
    dialect = bibmerge.dialect(document)
    options = {"abstract": "false", "keywords": "false", **settings.formats.get(dialect, {})}
    exporter = plugins.exporter(dialect, options)
    file = _bib.memory_file(settings.state, path)
    known = _bib.recall(file, document)
    # What is cited is asked for, also where somebody has deleted it once.
    merged = bibmerge.merge(
        document, pairs, exporter, memory=known.entries, fixed_keys=True, again=True
    )
    wrote = _bib.put(document, merged, file, known, dry_run=False, diff=diff, backup=backup)
    new = [c.key for c in merged.changes if (c.action, c.field) == ("add", "@entry")]
    if wrote:
        state.added = new
        state.missing = [citation for citation in state.missing if citation.key not in new]
    state.notes.update(dict.fromkeys(new, "would be added"))
    _bib.told(merged, path, wrote=wrote)
    return [*diagnostics, *(merged.written if wrote else merged.diagnostics)]


def _named(key: str) -> Record | None:
    """The paper that a key is the identifier of, or None."""
    from paperexport.entry import Entry
    from paperexport.normalization import normalize
    from paperexport.record import Origin

    said = _SCHEME.sub("", key)
    hit = next(identifiers.find(said), None)
    if hit is None or (hit.start, hit.end) != (0, len(said)):
        return None
    name = hit.scheme if hit.scheme in ("arxiv", "doi", "pmid", "pmcid") else ""
    fields: Any = {name: hit.value} if name else {"other_ids": (f"{hit.scheme}:{hit.value}",)}
    return normalize(Entry(fields=fields, origin=Origin(source="tex"), markup=())).record
