"""BibTeX and BibLaTeX, read: hand-kept files, those of publishers and managers, and our own.

Field names: btxdoc 3.2 and the BibLaTeX manual, 2.2 (its aliases in 2.2.5). What an entry type or
a field means is looked up in the tables that our exporters write by; what they have no field for
they put into ``annote`` or ``annotation`` as lines, which are read back here.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any, BinaryIO, ClassVar, NamedTuple, cast

from paperexport import dates, identifiers, latex, names, text
from paperexport._regex import late
from paperexport.bibdocument import Block, Document
from paperexport.diagnostics import Diagnostic
from paperexport.entry import Entry, Value
from paperexport.formats import biblatex
from paperexport.formats.bibtex import NAMES as BIBTEX
from paperexport.formats.entrytypes import (
    BIBLATEX_OWNERS,
    BIBTEX_OWNERS,
    SUBTYPES,
)
from paperexport.hookspecs import Source
from paperexport.record import FIELDS, NAME_FIELDS, Eprint, Name, Origin
from paperexport.sources._extra import arxiv_journal, extras, identifier_in_note
from paperexport.sources._journals import JOURNALS
from paperexport.sources._text import BIBTEX_START, RIS_START, begins_with, head_text

# Names of entry types that are not in the tables, and what they are in CSL.
_TYPES = {
    **dict(BIBLATEX_OWNERS.items()),
    **{name: csl for name, csl in BIBTEX_OWNERS.items() if name != "misc"},
    "misc": "document", "conference": "paper-conference", "electronic": "webpage",
    "www": "webpage", "online": "webpage", "preprint": "article", "inbook": "chapter",
    "mvbook": "book", "proceedings": "book", "mvproceedings": "book", "collection": "book",
    "mvcollection": "book", "reference": "book", "manual": "report", "techreport": "report",
    "suppbook": "chapter", "bookinbook": "chapter", "suppcollection": "chapter",
    "suppperiodical": "article-journal", "artwork": "graphic", "audio": "song", "music": "song",
    "video": "motion_picture", "movie": "motion_picture", "image": "graphic", "letter":
    "personal_communication", "jurisdiction": "legal_case", "legislation": "legislation",
    "standard": "standard", "review": "review", "performance": "performance", "webpage": "webpage",
}  # fmt: skip
_GENRES = {"mastersthesis": "Master's thesis", "phdthesis": "PhD thesis", "techreport": ""}
_FIELDS: dict[str, str] = {
    # The names that our exporters write …
    **{name: field for field, name in BIBTEX.items() if name},
    # … and the others that mean the same.
    "journal": "container_title", "journaltitle": "container_title", "booktitle": "container_title",
    "maintitle": "container_title", "issuetitle": "container_title",
    "shortjournal": "container_title_short", "journalabbr": "container_title_short",
    "school": "publisher", "institution": "publisher", "organization": "publisher",
    "publisher": "publisher", "location": "publisher_place", "address": "publisher_place",
    "type": "genre", "annotation": "annote", "annote": "annote", "language": "language",
    "langid": "language", "hyphenation": "language", "rights": "license", "copyright": "license",
    "license": "license", "shorttitle": "title_short", "keyword": "keywords", "eventtitle":
    "event_title", "venue": "event_place", "issue": "issue", "pagetotal": "number_of_pages",
    "numpages": "number_of_pages", "articleno": "number", "eid": "page", "pubmed": "pmid",
    "bdsk-url-1": "url", "link": "url", "biburl": "", "pdf": "pdf_url", "code": "code_url",
    "note": "note", "series": "collection_title", "chapter": "chapter_number",
}  # fmt: skip
_DATES = {"date": "issued", "eventdate": "event_date", "origdate": "original_date",
          "urldate": "accessed", "lastchecked": "accessed", "accessed": "accessed"}  # fmt: skip
_PEOPLE = frozenset(("author", "editor", "translator"))
_VERBATIM = frozenset(("doi", "url", "pdf", "code", "pmid", "pmcid", "file", "link", "eprint"))
_HANDLED = frozenset(
    ("year", "month", "day", "eprint", "eprinttype", "eprintclass", "archiveprefix", "primaryclass",
     "subtitle", "booksubtitle", "journalsubtitle", "titleaddon", "entrysubtype", "annote",
     "annotation", "crossref", "xdata", "number", "version", "howpublished", "pubstate", "issn",
     "titleaddon", "keyword")
)  # fmt: skip
_OWN = frozenset("crossref keywords author doi eprint pmid abstract annote annotation".split())
"""What a book says of itself alone, and not of its parts."""
_INHERITED = 200
"""Fields that an entry takes over from one parent, at most."""
_ANCESTORS = 20
"""Parents of a parent that are looked at, at most."""
_PARENTS = 1000
"""Parents that are kept in mind, at most."""
_RENAMED = {"title": "booktitle", "subtitle": "booksubtitle"}
_STATES = {**{tex: state for state, tex in biblatex.STATES.items()}, "prepublished": ""}
_LANGUAGES = {name: code for code, name in biblatex.LANGIDS.items()}
_BY_SUBTYPE = {name: csl for csl, name in SUBTYPES.items()}
_LATEX_GENRES = {tex: genre for genre, tex in biblatex.GENRES.items()}
_LESSER = frozenset(
    ("eid", "organization", "institution", "school", "maintitle", "issuetitle", "link",
     "bdsk-url-1", "hyphenation", "langid")
)  # fmt: skip
"""What says a field only where no other does."""
_BOOKS = frozenset("book inbook bookinbook suppbook".split())
"""What is by the authors of the book, or of the set, that it is in (BibLaTeX manual, app. B)."""
_YEAR = late(r"\b([12]\d{3})\b")
_EARLY = late(r"-\d{1,4}|0(?!000)\d{3}")
_OLD_NUMBER = late(r"\d{7}(?:v\d+)?")
_DAY = late(r"\b(\d{1,2})\b")
# What stands in TeX for a sign that an address or a DOI may hold: DBLP's `{\_}`, `$\sim$`, `$<$`.
_TEX_SIGNS = {
    "sim": "~", "textasciitilde": "~", "~": "~", "textunderscore": "_", "textless": "<",
    "textgreater": ">", "<": "<", ">": ">", "textasciicircum": "^", "slash": "/", "url": "",
    "nolinkurl": "", "path": "",
}  # fmt: skip
_TEX_SIGN = late(
    r"\$\\(sim)\s*\$|\$\s*([<>])\s*\$"
    r"|\\(sim|text(?:asciitilde|underscore|less|greater|asciicircum)|slash|url|nolinkurl|path)"
    r"(?![A-Za-z])[ ]*(?:\{\})?|\\(~)\{\}"
)
# White space that breaks an address over lines is none of it (RFC 3986, app. C).
_WRAPPED = late(r"(?<=\S)[ \t]*\r?\n\s*(?=\S)(?![a-z]+://)")
_HREF = late(r"\\href\s*\{([^{}]*)\}\s*\{[^{}]*\}")
_NO_TEX = dict.fromkeys(map(ord, "\\{}"))
_ET_AL = late(r"(?:,|\s+and)?\s+\{?et\.?\s*al\.?\}?\s*$", re.IGNORECASE)
_ENTITY = late(r"&\}?(?:\\?#(?:\d{2,7}|[xX][0-9A-Fa-f]{2,6})|amp|lt|gt|quot|apos|nbsp|[mn]dash);")
_MONTHS = {name[:3]: n for n, name in enumerate(
    "jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}  # fmt: skip
_MONTH = late(rf"(?<![^\W\d_])({'|'.join(_MONTHS)})")


class Bibtex(Source, frozen=True, kw_only=True):
    """Files of BibTeX and of BibLaTeX."""

    name: ClassVar[str] = "bibtex"
    summary: ClassVar[str] = "BibTeX and BibLaTeX files"

    def recognises(self, head: bytes, locator: str) -> bool:
        """Told by an entry at the beginning of a line; an empty .bib by its name."""
        said = head_text(head) or head.decode("latin-1")
        start = said.lstrip()[:1]
        if start in ("{", "<", "["):
            return False
        return begins_with(said, BIBTEX_START, RIS_START) or (
            locator.lower().endswith(".bib") and "@" in said
        )

    def read(self, stream: BinaryIO, locator: str) -> Iterator[Entry | Diagnostic]:
        """Yield an entry for each entry; what is damaged is a diagnostic."""
        document = Document(stream.read(), locator, keep=True)
        told = 0
        for found in entries(document, self.name):
            for problem in islice(document.told, told, None):
                told += 1
                yield problem
            yield found
        yield from islice(document.diagnostics, told, None)


def entries(document: Document, source: str = "bibtex") -> Iterator[Entry]:
    """The entries of a document, with what they inherit."""
    family = Family(document)
    for block in document.each():
        if block.kind != "entry" or block.type == "xdata":
            continue
        said = family.values(block)
        origin = Origin(source=source, locator=document.locator, line=document.line(block.start))
        yield entry(block, said, origin)


def entry(block: Block, said: Mapping[str, str], origin: Origin) -> Entry:
    """An entry of a document.

    Args:
        block: the entry.
        said: :meth:`Family.values`.
        origin: where it is.
    """
    # What our own lines say in a note is as it was written there.
    tidy = "annote" not in said and "annotation" not in said
    found = fields(block.type, block.key, said)
    return Entry(fields=found, origin=origin, markup=(), tidy=tidy)


def values(document: Document, block: Block) -> dict[str, str]:
    """Field name in lower case → TeX; of a double field the first, as BibTeX takes it."""
    return document.values(block)


class Family:
    """Entries that take over what others say (BibLaTeX manual, 2.4.1 and app. B).

    Args:
        document: the file.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self._read: dict[str, tuple[tuple[str, str], ...]] = {}
        self._left: dict[str, tuple[tuple[str, str], ...]] = {}

    @cached_property
    def _by_key(self) -> dict[str, Block]:
        return {block.key: block for block in reversed(self.document.entries)}

    def values(self, block: Block) -> dict[str, str]:
        """The values of an entry with those of its parents."""
        said = values(self.document, block)
        for name, key in _parents(said):
            if (parent := self._by_key.get(key)) is not None and parent is not block:
                whole = parent.type if name == "crossref" else ""
                _inherit(said, self._legacy(key), whole, block.type)
        return said

    def _legacy(self, key: str) -> tuple[tuple[str, str], ...]:
        """What an entry leaves to others, with what it has from its own parents."""
        if key not in self._left:
            if len(self._left) >= _PARENTS:
                self._left.clear()
            said = dict(self._own(key))
            waiting = deque((k, name == "crossref") for name, k in _parents(said))
            seen = {key}  # some go in circles
            while waiting and len(seen) < _ANCESTORS:
                parent, whole = waiting.popleft()
                if parent in seen or (block := self._by_key.get(parent)) is None:
                    continue
                seen.add(parent)
                theirs = self._own(parent)
                _inherit(said, theirs, block.type if whole else "", self._by_key[key].type)
                waiting += [(k, whole or name == "crossref") for name, k in _parents(dict(theirs))]
            self._left[key] = tuple(islice(said.items(), _INHERITED))
        return self._left[key]

    def _own(self, key: str) -> tuple[tuple[str, str], ...]:
        """What a parent says itself: read once for many, as a book has many parts."""
        if key not in self._read:
            if len(self._read) >= _PARENTS:
                self._read.clear()
            said = values(self.document, self._by_key[key])
            self._read[key] = tuple(islice(said.items(), _INHERITED))
        return self._read[key]


def _parents(said: Mapping[str, str]) -> list[tuple[str, str]]:
    """``xdata`` or ``crossref``, and a key; biber takes what is in ``xdata`` first."""
    return [
        (name, key.strip())
        for name in ("xdata", "crossref")
        if name in said
        for key in said[name].split(",")
    ]


def _inherit(
    said: dict[str, str], theirs: Iterable[tuple[str, str]], whole: str, kind: str
) -> None:
    """Fill what an entry does not say itself.

    Args:
        said: the entry's fields.
        theirs: its parent's.
        whole: the type of what it is a part of; empty where it only shares some data.
        kind: its own type.
    """
    for field, value in theirs:
        if field in ("xdata", "crossref"):
            continue
        if not whole:
            said.setdefault(field, value)
            continue
        # A part is in its book: the book's title is not the part's.
        renamed = _RENAMED.get(field, field)
        own = renamed in _OWN and not (renamed == "author" and kind in _BOOKS)
        if not own and not (whole == "book" and field == "shorttitle"):
            said.setdefault(renamed, value)


def fields(kind: str, key: str, said: Mapping[str, str]) -> dict[str, Value]:
    """What an entry says, in the names of a record.

    Args:
        kind: its type in lower case.
        key: its citation key.
        said: field name in lower case → TeX.
    """
    found: dict[str, Value] = {"citation_key": key}
    notes: dict[str, Any] = {}
    plan = _plan(tuple(said))
    for name in plan.annotations:
        kept, notes = extras(_lines(said[name]))
        if kept:
            found["annotation"] = kept
    for name in plan.people:
        people, others = _people(said[name])
        if people:
            found[name] = people
        if others:
            notes.setdefault("incomplete", []).append(name)
    for name, target, read in plan.steps:
        if plain := read(said[name]):
            if target not in found:
                found[target] = plain
            elif name not in FIELDS and plain != found[target]:
                # Keep what a field says that another has said, if it says something else.
                found.setdefault(name.replace("-", "_"), plain)
    for step in plan.after:
        step(found, kind, said)
    for name, value in notes.items():
        _note(found, name, value)
    if all(found.values()):
        return found
    return {name: value for name, value in found.items() if value}


_Step = Callable[[dict[str, Value], str, Mapping[str, str]], None]


class _Plan(NamedTuple):
    """How an entry is read that has such fields.

    Attributes:
        annotations: the fields that may hold lines which our exporters wrote.
        people: the fields that hold names.
        steps: the others, and how their values are read; the first that says a field of a record
            counts.
        after: what is read from several fields together.
    """

    annotations: tuple[str, ...]
    people: tuple[str, ...]
    steps: tuple[tuple[str, str, Callable[[str], Any]], ...]
    after: tuple[_Step, ...]


@lru_cache(maxsize=1024)  # most entries of a file have the fields of others
def _plan(names: tuple[str, ...]) -> _Plan:
    people = tuple(name for name in names if name in _PEOPLE)
    steps = []
    for name in sorted(names, key=_LESSER.__contains__):
        target = _DATES.get(name) or _FIELDS.get(name, name.replace("-", "_"))
        if name not in _HANDLED and name not in _PEOPLE and target:
            steps.append((name, target, _reader(name)))
    held = {*names, *(target for _, target, _ in steps)}
    after = (step for step, wanted in _AFTER if not wanted or wanted & held)
    annotations = (name for name in ("annote", "annotation") if name in names)
    return _Plan(tuple(annotations), people, tuple(steps), tuple(after))


def _reader(name: str) -> Callable[[str], Any]:
    if name in _DATES:
        return _day
    if name == "keywords":
        return _keywords
    if name == "abstract":
        return _block
    if name in _VERBATIM:
        return _verbatim
    if name in ("journal", "journaltitle"):
        return _journal
    return _pages if name == "pages" else _plain


def _people(value: str) -> tuple[tuple[Name, ...], bool]:
    """The names, and whether some are left out."""
    # The expression tries each space; few lists end so.
    et_al = _ET_AL.search(value) if "al" in value.rstrip()[-4:].lower() else None
    people, others = names.parse_bibtex(value[: et_al.start()] if et_al else value)
    return people, others or et_al is not None


def _day(value: str) -> str:
    return _plain(value).replace("--", "/")


def _decoded(tex: str) -> str:
    r"""Plain text; what an export left of a page (``<i>…</i>``, ``\&amp;``) is read, too.

    ``\textless{}i`` is no tag: somebody, or we, meant the sign.
    """
    plain = latex.decode(tex)
    if "&" in tex and _ENTITY.search(tex):
        return text.strip_html(plain)
    return text.strip_tags(plain) if "<" in tex and "</" in tex else plain


def _block(value: str) -> str:
    return text.block(_decoded(value))


def _verbatim(value: str) -> str:
    """An address or an identifier, out of the TeX that somebody put it into."""
    if "\n" in value:
        value = _WRAPPED.sub("", value)
    if "\\" in value or "{" in value or "$" in value:
        value = _TEX_SIGN.sub(_sign, _HREF.sub(r"\1", value))
        value = value.translate(_NO_TEX)
    return text.line(value)


def _sign(found: re.Match[str]) -> str:
    return _TEX_SIGNS[found[found.lastindex or 0]]


def _pages(value: str) -> str:
    value = value.replace("--", "-")
    plain = value.isascii() and value.replace("-", "").isdigit() and "--" not in value
    return value if plain else _plain(value)


def _read(tex: str) -> str:
    return text.line(_decoded(tex))


_cached = lru_cache(maxsize=4096)(_read)


def _plain(tex: str) -> str:
    if tex.isalnum() and tex.isascii():
        return tex
    # What is short is often the same: a journal, a publisher.
    return _read(tex) if len(tex) > 80 else _cached(tex)


def _journal(tex: str) -> str:
    return ("\\" in tex and JOURNALS.get(tex.strip("{} "))) or _plain(tex)


def _lines(tex: str) -> list[str]:
    return [text.line(latex.decode(line)) for line in tex.split("\n")]


def _keywords(tex: str) -> tuple[str, ...]:
    """Words between commas or semicolons that stand in no braces."""
    separators = "," if "," in re.sub(r"\{[^{}]*\}", "", tex) else ";"
    if tex[:1] == "{" and tex.find("}") == len(tex) - 1:
        # The Web of Science writes each value in two pairs of braces, and semicolons.
        tex = tex[1:-1]
        separators = ";" if ";" in tex else ","
    words: list[str] = [""]
    depth = 0
    for char in tex:
        depth += (char == "{") - (char == "}")
        if char in separators and depth <= 0:
            words.append("")
        else:
            words[-1] += char
    return tuple(word for word in map(_plain, words) if word)


def _keyword(found: dict[str, Value], kind: str, said: Mapping[str, str]) -> None:  # noqa: ARG001
    """``keyword`` is an alias of ``keywords``; where a file has both, each counts."""
    listed = cast("tuple[str, ...]", found.get("keywords", ()))
    found["keywords"] = tuple(dict.fromkeys((*listed, *_keywords(said["keyword"]))))


def title(said: Mapping[str, str]) -> str:
    """The whole title, as :func:`fields` has it."""
    found: dict[str, Value] = {"title": _plain(said.get("title", ""))}
    if "subtitle" in said:
        _title(found, "", said)
    return str(found["title"])


def _title(found: dict[str, Value], kind: str, said: Mapping[str, str]) -> None:  # noqa: ARG001
    """A subtitle is a part of the title (BibLaTeX keeps the two apart, CSL does not)."""
    if "fjournal" in said and (full := _plain(said["fjournal"])):
        # MathSciNet's; its `journal` is abbreviated.
        found["container_title_short"] = found.get("container_title", "")
        found["container_title"] = full
        found.pop("fjournal", None)
    for title, subtitle in (("title", "subtitle"), ("container_title", "booksubtitle"),
                            ("container_title", "journalsubtitle")):  # fmt: skip
        if subtitle in said and found.get(title) and (sub := _plain(said[subtitle])):
            main = str(found[title])
            found[title] = f"{main}{'' if main.endswith(('?', '!', ':')) else ':'} {sub}"
    if addon := said.get("titleaddon"):
        found.setdefault("container_title", _plain(addon))
    if how := said.get("howpublished"):
        plain = _plain(how)
        alone = [plain] if "://" in plain and " " not in plain else []  # ftp:// too
        if addresses := identifiers.urls(plain) or alone:
            url = str(found.setdefault("url", addresses[0]))
            # What is said round an address is no container: "Accessed 2020", "GitHub repository".
            if plain != url:
                found["howpublished"] = plain
        elif plain:
            found.setdefault("container_title", plain)


def _identity(found: dict[str, Value], kind: str, said: Mapping[str, str]) -> None:  # noqa: ARG001
    if eprint := _verbatim(said.get("eprint", "")):
        _eprint(found, said, eprint)
    identifier_in_note(found)
    arxiv_journal(found)
    if "issn" in said:
        found["issn"] = _plain(said["issn"])


def _eprint(found: dict[str, Value], said: Mapping[str, str], eprint: str) -> None:
    archive = _plain(said.get("eprinttype") or said.get("archiveprefix") or "").lower()
    primary = _plain(said.get("eprintclass") or said.get("primaryclass") or "")
    primary = primary.removeprefix("arXiv:")  # Mendeley's
    parsed = identifiers.arxiv(eprint)
    if parsed is None and primary and _OLD_NUMBER.fullmatch(eprint):
        # The archive of an id from before 2007 stands beside it: 9901001, hep-th.
        parsed = identifiers.arxiv(f"{primary.partition('.')[0]}/{eprint}")
        primary = primary if "." in primary else ""
    if archive in ("", "arxiv") and parsed:
        version = _plain(said.get("version", ""))
        number = parsed[1] or (int(version) if version.isdigit() and len(version) < 4 else None)
        found["eprint"] = Eprint(archive="arxiv", id=parsed[0], version=number,
                                 primary_class=primary)  # fmt: skip
    elif archive and archive not in ("pubmed", "pmid", "jstor", "hdl", "googlebooks"):
        found["eprint"] = Eprint(archive=archive, id=_plain(eprint), primary_class=primary)
    elif archive in ("pubmed", "pmid"):
        found["pmid"] = _plain(eprint)
    else:
        found["eprint_id"] = _plain(eprint)


def _type(found: dict[str, Value], kind: str, said: Mapping[str, str]) -> None:
    if found.get("type"):
        return
    subtype = _plain(said["entrysubtype"]) if "entrysubtype" in said else ""
    if subtype:
        found["type"] = _BY_SUBTYPE.get(subtype, subtype)
    elif kind == "misc":
        found["type"] = "article" if "eprint" in found or "arxiv" in found else "document"
    elif kind == "online":
        preprint = "eprint" in found or _plain(said.get("pubstate", "")) == "prepublished"
        found["type"] = "article" if preprint else "webpage"
    elif kind == "article" and "eprint" in found and not found.get("container_title"):
        # INSPIRE's, of what is in no journal yet.
        doi = str(found.get("doi", ""))
        published = bool(doi) and identifiers.arxiv_of_doi(doi) is None
        found["type"] = "article-journal" if published else "article"
    else:
        found["type"] = _TYPES.get(kind, "document")
    if found.get("genre") == "Thesis":
        del found["genre"]  # the type says so
    elif kind in _GENRES and "genre" not in found and _GENRES[kind]:
        found["genre"] = _GENRES[kind]


def _date(found: dict[str, Value], kind: str, said: Mapping[str, str]) -> None:  # noqa: ARG001
    """``date``, or ``year``, ``month`` and ``day`` as far as they are known."""
    if "issued" in found or not said.get("year"):
        return
    found["issued"] = _issued(said["year"], said.get("month", ""), said.get("day", ""))


@lru_cache(maxsize=4096)
def _issued(year: str, month: str, day: str) -> str:
    year = _plain(year)
    early = _EARLY.fullmatch(year)
    years = [f"{int(year):0{4 + year.count('-')}d}"] if early else _YEAR.findall(year)
    if len(years) != 1:
        return year.replace("--", "/")
    date: str = years[0]
    month = _plain(month).lower()
    if not month:  # "May 2024", in a field that is for the year
        return date if len(year) == 4 else str(dates.parse(year) or date)
    day = _plain(day)
    numbers = [_MONTHS[name] for name in _MONTH.findall(month)]
    if month.isdigit():
        numbers = [int(month)]
    elif not day and len(numbers) == 1 and (within := _DAY.search(month)):
        day = within[1]
    if not numbers or not 1 <= numbers[0] <= 12:
        return date
    if len(numbers) == 2 and numbers[0] < numbers[1]:  # "June/July"
        return f"{date}-{numbers[0]:02d}/{date}-{numbers[1]:02d}"
    date += f"-{numbers[0]:02d}"
    if day.isdigit() and 1 <= int(day) <= 31:
        date += f"-{int(day):02d}"
    return date


def _numbers(found: dict[str, Value], kind: str, said: Mapping[str, str]) -> None:
    """An issue, a report's number, or a number in a series (BibLaTeX manual, 2.2.2)."""
    if "number" in said and (number := _plain(said["number"])):
        journal = kind in ("article", "periodical", "suppperiodical")
        report = kind in ("techreport", "report", "patent", "manual", "dataset", "unpublished",
                          "misc", "online", "standard", "thesis")  # fmt: skip
        target = "issue" if journal else "number" if report else "collection_number"
        if found.setdefault(target, number) != number:
            found.setdefault("number", number)
    if "version" in said and (version := _plain(said["version"])):
        eprint = found.get("eprint")
        if not (isinstance(eprint, Eprint) and version.isdigit()) and "arxiv" not in found:
            found["version"] = version


def _states(found: dict[str, Value], kind: str, said: Mapping[str, str]) -> None:  # noqa: ARG001
    if "pubstate" in said:
        state = _plain(said["pubstate"])
        if state := _STATES.get(state, state):
            found["status"] = state
    if "genre" in found and (genre := str(found["genre"])) in _LATEX_GENRES:
        found["genre"] = _LATEX_GENRES[genre]
    if "language" in found and (language := str(found["language"]).lower()) in _LANGUAGES:
        found["language"] = _LANGUAGES[language]


# What is read from several fields together, in this order, and names of which one must be there.
_AFTER: tuple[tuple[_Step, frozenset[str]], ...] = (
    (_title, frozenset(("fjournal", "subtitle", "booksubtitle", "journalsubtitle", "titleaddon",
                        "howpublished"))),
    (_identity, frozenset(("eprint", "note", "issn", "container_title", "fjournal", "titleaddon",
                           "howpublished"))),
    (_type, frozenset()),
    (_date, frozenset(("year",))),
    (_numbers, frozenset(("number", "version"))),
    (_states, frozenset(("pubstate", "genre", "language"))),
    (_keyword, frozenset(("keyword",))),
)  # fmt: skip


def _note(found: dict[str, Value], name: str, value: Any) -> None:
    """A line of ``annote`` that one of our exporters wrote."""
    if name == "eprint_version":
        eprint = found.get("eprint")
        if isinstance(eprint, Eprint) and str(value).isdigit():
            found["eprint"] = Eprint(archive=eprint.archive, id=eprint.id, version=int(value),
                                     primary_class=eprint.primary_class)  # fmt: skip
    elif name == "isbn":
        found["isbn"] = f"{found.get('isbn', '')} {value}".strip()
    elif name in NAME_FIELDS:
        found[name] = (*_held(found.get(name)), *value)
    else:
        found[name] = tuple(value) if isinstance(value, list) else value


def _held(value: Value | None) -> tuple[Name, ...]:
    if not isinstance(value, tuple):
        return ()
    return tuple(name for name in value if isinstance(name, Name))
