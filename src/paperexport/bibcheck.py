"""What is doubtful in a .bib file, and the repairs that cannot be wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from typing import Literal

from msgspec import Struct

from paperexport import dedupe, identifiers, latex
from paperexport._regex import late, possessive
from paperexport.bibdocument import Block, Document, Field
from paperexport.bibedit import Edits
from paperexport.diagnostics import Severity
from paperexport.normalization import Normalized, normalize
from paperexport.sources.bibtex import entries as read_entries

__all__ = ["Finding", "check", "fix"]

# One hyphen between two page numbers; "2008-01-02" and "A-1-A-9" are for a person to read.
_PAGE = r"[A-Za-z]{0,2}[\d:.]*\d[a-z]?"
_RANGE = rf"{_PAGE}(?:\s*[-–—]\s*{_PAGE})?"
_PAGES = late(_RANGE + possessive(rf"\s*,\s*{_RANGE}"))
_DASH = re.compile(r"\s*[-–—]\s*")
_ET_AL = re.compile(r"(?:,|\s+and)?\s+(?:\{?et\.?\s*al\.?\}?)\s*$", re.IGNORECASE)
_YEAR = re.compile(r"[12]\d{3}")
_URL_DOI = re.compile(r"https?://(?:dx\.)?doi\.org/", re.IGNORECASE)
_DATES = ("year", "date")
_JOURNALS = ("journal", "journaltitle")
_BOOKS = ("booktitle", "crossref", "maintitle")
# What the standard styles complain of when it is missing (btxdoc, 3.1).
_REQUIRED: dict[str, tuple[tuple[str, ...], ...]] = {
    "article": (("author",), ("title",), _JOURNALS, _DATES),
    "inproceedings": (("author",), ("title",), _BOOKS, _DATES),
    "conference": (("author",), ("title",), _BOOKS, _DATES),
    "incollection": (("author",), ("title",), _BOOKS, _DATES),
    "book": (("author", "editor"), ("title",), ("publisher",), _DATES),
    "phdthesis": (("author",), ("title",), ("school", "institution"), _DATES),
    "mastersthesis": (("author",), ("title",), ("school", "institution"), _DATES),
    "techreport": (("author",), ("title",), ("institution",), _DATES),
}


REFERENCES = ("crossref", "xref", "xdata", "entryset", "related")
"""The fields by which an entry refers to others (BibLaTeX manual, 2.2.3)."""


CODES = {
    "duplicate-key": "Two entries have one key.",
    "duplicate-work": "Two entries are of the same work.",
    "duplicate-field": "An entry has a field twice; BibTeX takes the first.",
    "field-missing": "A field that BibTeX's styles want of such an entry is not there.",
    "identifier-broken": "What stands for a DOI or an arXiv id is none.",
    "identifier-spelling": "An identifier has more around it than itself.",
    "url-punctuation": "An address ends in a sign that is none of its own.",
    "page-dash": "A page range has one hyphen, where BibTeX has two.",
    "et-al": '"et al." stands for a person.',
    "year-doubtful": "A year is none.",
    "unused": "Nobody cites the entry (with `--tex`).",
}
"""Code → what it means; those of reading a file are in :mod:`paperexport.diagnostics`."""


class Finding(Struct, frozen=True, kw_only=True):
    """Something doubtful.

    Attributes:
        code: what kind of thing it is.
        severity: how bad.
        key: of the entry.
        field: that it concerns, or empty.
        line: where.
        message: in one sentence.
        fix: the TeX that would repair the field, or None where a person must decide.
    """

    code: Literal[
        "duplicate-key",
        "duplicate-work",
        "duplicate-field",
        "field-missing",
        "identifier-broken",
        "identifier-spelling",
        "url-punctuation",
        "page-dash",
        "et-al",
        "year-doubtful",
        "unused",
        "nothing-found",
        "bibtex-damaged",
        "bibtex-comma",
        "encoding-guessed",
        "macro-long",
    ]
    severity: Severity
    key: str = ""
    field: str = ""
    line: int = 0
    message: str
    fix: str | None = None


def check(
    document: Document,
    cited: Set[str] | None = None,
    spelt: Callable[[str], str] = str,
) -> list[Finding]:
    """All that is doubtful, in the order of the file.

    Args:
        document: the file.
        cited: the keys that a project cites; entries that are not among them are told.
        spelt: how a key is spelt there.
    """
    blocks = [block for block in document.entries if block.type != "xdata"]
    records = [normalize(entry) for entry in read_entries(document)]
    found = [
        Finding(
            code=d.code,  # type: ignore[arg-type]  # one of them
            severity="error" if d.code == "bibtex-damaged" else d.severity,
            line=d.origin.line,
            message=d.message,
        )
        for d in document.diagnostics
    ]
    if not found and all(block.kind == "text" for block in document.blocks):
        found.append(Finding(code="nothing-found", severity="warning", line=1,
                             message="there is no entry; is it a .bib file?"))  # fmt: skip
    for block in blocks:
        found += _entry(document, block)
    found += _same_keys(document, blocks)
    found += _same_works(document, blocks, records)
    if cited is not None:
        used = {*cited}
        for block in document.entries:
            used.update(map(spelt, listed(document, block, *REFERENCES)))
        found += [
            Finding(code="unused", severity="info", key=block.key,
                    line=document.line(block.start), message="nobody cites it")
            for block in blocks
            if used.isdisjoint(map(spelt, (block.key, *listed(document, block, "ids"))))
        ]  # fmt: skip
    return sorted(found, key=lambda finding: finding.line)


def listed(document: Document, block: Block, *names: str) -> set[str]:
    """The keys that some fields of an entry list."""
    fields = (field for name in names if (field := block.field(name)) is not None)
    keys = (key.strip() for field in fields for key in document.value(field).split(","))
    return {key for key in keys if key}


def fix(document: Document, findings: list[Finding]) -> Edits:
    """The edits that repair what can be repaired without a person."""
    edits = Edits(document)
    wanted = {finding for finding in findings if finding.fix is not None}
    for block in document.entries:
        # Each in its own entry: a key may be there twice.
        for finding in _entry(document, block):
            field = block.field(finding.field)
            if finding in wanted and finding.fix is not None and field is not None:
                edits.set_field(block, field, finding.fix)
    return edits


def _entry(document: Document, block: Block) -> Iterator[Finding]:
    def finding(
        code: str, severity: Severity, message: str, field: Field | None = None,
        fix: str | None = None,
    ) -> Finding:  # fmt: skip
        at = field.start if field is not None else block.start
        # A macro or a concatenation is not rewritten.
        simple = field is not None and len(field.parts) == 1 and field.parts[0].kind != "w"
        return Finding(code=code, severity=severity, key=block.key,  # type: ignore[arg-type]  # one of them
                       field=field.name if field else "", line=document.line(at),
                       message=message, fix=fix if simple else None)  # fmt: skip

    names: set[str] = set()
    blank: set[str] = set()
    for field in block.fields:
        name = field.name.lower()
        if name in names:
            yield finding("duplicate-field", "warning", f"{name} is there twice; BibTeX takes the "
                          "first", field)  # fmt: skip
            continue
        names.add(name)
        said = document.value(field).strip()
        if not said:
            blank.add(name)
        elif name == "doi":
            yield from _doi(finding, field, said)
        elif name == "eprint":
            yield from _eprint(document, finding, block, field, said)
        elif name in ("url", "howpublished") and said.startswith("http"):
            plain = said.replace("\\", "")
            if " " not in plain and identifiers.trim_url(plain) != plain and plain[-1] in ".,;":
                yield finding("url-punctuation", "warning", f"the address ends in {plain[-1]!r}",
                              field, said[:-1])  # fmt: skip
        elif name == "pages" and _DASH.search(said) and _PAGES.fullmatch(said):
            yield finding("page-dash", "info", "a page range has one hyphen; BibTeX has two", field,
                          _DASH.sub("--", said))  # fmt: skip
        elif name in ("author", "editor") and _ET_AL.search(said):
            yield finding("et-al", "warning", '"et al." is no person; BibTeX has "and others"',
                          field, _ET_AL.sub(" and others", said))  # fmt: skip
        elif name == "year" and not _YEAR.search(latex.decode(said)):
            yield finding("year-doubtful", "warning", f"{said[:20]!r} is no year", field)
    if "crossref" not in names and "xdata" not in names:
        for wanted in _REQUIRED.get(block.type, ()):
            if not (names - blank) & set(wanted):
                yield finding("field-missing", "warning",
                              f"@{block.type} has no {' or '.join(wanted)}")  # fmt: skip


def _doi(finding: object, field: Field, said: str) -> Iterator[Finding]:
    assert callable(finding)
    plain = said.replace("\\_", "_").replace("\\", "")
    value = identifiers.doi(plain)
    if value is None:
        yield finding("identifier-broken", "error", f"{said[:60]!r} is no DOI", field)
    elif value != plain:
        what = "an address" if _URL_DOI.match(plain) else "more than the DOI"
        yield finding("identifier-spelling", "warning", f"the DOI field holds {what}", field, value)


def _eprint(
    document: Document, finding: object, block: Block, field: Field, said: str
) -> Iterator[Finding]:
    assert callable(finding)
    archive = next(
        (document.value(f).strip().lower() for f in
         map(block.field, ("archiveprefix", "eprinttype")) if f), "arxiv",
    )  # fmt: skip
    if archive != "arxiv":
        return
    parsed = identifiers.arxiv(said)
    if parsed is None:
        yield finding("identifier-broken", "error", f"{said[:60]!r} is no arXiv id", field)
    elif said not in (parsed[0], f"{parsed[0]}v{parsed[1]}"):
        fixed = f"{parsed[0]}v{parsed[1]}" if parsed[1] else parsed[0]
        yield finding("identifier-spelling", "warning", "eprint holds more than the id", field,
                      fixed)  # fmt: skip


def _same_keys(document: Document, blocks: list[Block]) -> Iterator[Finding]:
    first: dict[str, Block] = {}
    for block in blocks:
        other = first.setdefault(block.key.lower(), block)
        if other is not block:
            yield Finding(
                code="duplicate-key", severity="error", key=block.key,
                line=document.line(block.start),
                message=f"the key is in line {document.line(other.start)} too",
            )  # fmt: skip


def _same_works(
    document: Document, blocks: list[Block], records: list[Normalized]
) -> Iterator[Finding]:
    for cluster in dedupe.clusters([found.record for found in records]):
        first = blocks[cluster[0]]
        for number in cluster[1:]:
            block = blocks[number]
            if block.key.lower() != first.key.lower():
                yield Finding(
                    code="duplicate-work", severity="warning", key=block.key,
                    line=document.line(block.start),
                    message=f"the same work as {first.key} in line {document.line(first.start)}",
                )  # fmt: skip
