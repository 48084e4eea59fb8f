"""arXiv's own pages: API answers (Atom), abs pages, listing pages, OAI-PMH records.

API: info.arxiv.org/help/api/user-manual.html. OAI: info.arxiv.org/help/oa. ``published`` and
``created`` are the day of the first version; that is when the paper was issued.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, ClassVar

from paperexport._regex import late
from paperexport.diagnostics import Diagnostic
from paperexport.entry import Entry, Value
from paperexport.hookspecs import Source
from paperexport.record import Name, Origin, Trust
from paperexport.sources import _xml
from paperexport.sources._text import head_text

_API = late(r"arxiv\.org/api/|schemas/opensearch|a9\.com/-/spec/opensearch")
_OAI = late(
    r"<OAI-PMH[\s>]|<(?:arXiv|arXivRaw|oai_dc:dc)\s[^>]*xmlns|oai:arXiv\.org:", re.IGNORECASE
)
_ABS = late(r"<meta[^>]{1,80}citation_arxiv_id")
_LIST = late(r"<dl\s+id=['\"]articles['\"]|class=['\"]list-identifier['\"]")
_CLASS = late(r"\(([a-z-]+(?:\.[A-Za-z-]+)?)\)\s*$")
_LABEL = late(r"^\s*[A-Z][A-Za-z ]{2,24}:\s*")
_WITHDRAWN = late(r"\bwithdrawn\b", re.IGNORECASE)


class Arxiv(Source, frozen=True, kw_only=True):
    """Answers and pages of arxiv.org."""

    name: ClassVar[str] = "arxiv"
    summary: ClassVar[str] = "arXiv's API answers, abs and listing pages, OAI-PMH records"
    trust: ClassVar[Trust] = "preprint-server"

    def recognises(self, head: bytes, locator: str) -> bool:  # noqa: ARG002 - by content alone
        """Told by the names of the elements that only these have."""
        said = head_text(head)
        if not said.lstrip().startswith("<"):
            return False
        if _is_html(said):
            return _ABS.search(said) is not None or _LIST.search(said) is not None
        is_feed = "<feed" in said[:2000] and _API.search(said) is not None
        return (is_feed and "announce_type" not in said) or _OAI.search(said) is not None

    def read(self, stream: BinaryIO, locator: str) -> Iterator[Entry | Diagnostic]:
        """Yield an entry for each paper; an error that the API reports is a diagnostic.

        Raises:
            SourceError: it is neither XML nor HTML.
        """
        origin = Origin(source=self.name, locator=locator, trust=self.trust)
        data = stream.read()
        said = head_text(data[:1_000_000])
        if _is_html(said):
            root = _xml.html_root(data, origin)
            found: Iterable[Entry | Diagnostic] = (
                [_abs(root, origin)] if _ABS.search(said) else _listing(root, origin)
            )
        else:
            if data.count(b"<record") > 1 and b"<OAI-PMH" not in data:
                # Records that were saved one behind the other have no root of their own.
                data = b"<records>" + re.sub(rb"<\?xml[^>]*\?>", b"", data) + b"</records>"
            root = _xml.xml(data, locator)
            found = _atom(root, origin) if _xml.local(root) == "feed" else _oai(root, origin)
        yield from found


def _is_html(said: str) -> bool:
    start = said.lstrip()[:500].lower()
    return "<html" in start or start.startswith("<!doctype html")


def _entry(fields: dict[str, Value], origin: Origin, line: int = 0) -> Entry:
    kept = {name: value for name, value in fields.items() if value not in ("", (), None)}
    comment = kept.get("comment", "")
    if isinstance(comment, str) and _WITHDRAWN.search(comment) and "status" not in kept:
        kept["status"] = "withdrawn"
    at = Origin(source=origin.source, locator=origin.locator, line=line, trust=origin.trust)
    return Entry(fields={"type": "article", **kept}, origin=at, markup=("tex",))


# --- The API --------------------------------------------------------------------------------------


def _atom(root: Any, origin: Origin) -> Iterator[Entry | Diagnostic]:
    for entry in _xml.children(root, "entry"):
        said = {name: _xml.text_in(_xml.child(entry, name)) for name in _ATOM}
        identifier = said["id"].strip()
        if "/api/errors" in identifier:
            yield Diagnostic(
                code="service-error",
                severity="error",
                message=f"arXiv said: {' '.join(said['summary'].split())}",
                origin=origin,
                hint="correct the question that was asked",
            )
            continue
        if not identifier and not said["title"].strip():
            continue
        primary = _xml.child(entry, "primary_category")
        links = {link.get("title") or link.get("rel"): link.get("href", "")
                 for link in _xml.children(entry, "link")}  # fmt: skip
        terms = [c.get("term", "") for c in _xml.children(entry, "category")]
        yield _entry(
            {
                "title": said["title"],
                "abstract": said["summary"],
                "author": tuple(
                    _xml.text_in(_xml.child(author, "name"))
                    for author in _xml.children(entry, "author")
                ),
                "issued": said["published"],
                "arxiv": identifier,
                "primary_class": primary.get("term", "") if primary is not None else "",
                "doi": said["doi"],
                "journal_ref": said["journal_ref"],
                "comment": said["comment"],
                "pdf_url": links.get("pdf", ""),
                "categories": tuple(filter(None, terms)),
                "updated": said["updated"],
            },
            origin,
            entry.sourceline or 0,
        )


_ATOM = ("id", "title", "summary", "published", "updated", "doi", "journal_ref", "comment")


# --- OAI-PMH --------------------------------------------------------------------------------------


def _oai(root: Any, origin: Origin) -> Iterator[Entry | Diagnostic]:
    found = False
    for element in root.iter():
        kind = _xml.local(element)
        reader = _OAI_READERS.get(kind)
        if reader is not None and len(element):
            found = True
            yield _entry(reader(element), origin, element.sourceline or 0)
        elif kind == "error" and element.get("code"):
            yield Diagnostic(
                code="service-error",
                severity="error",
                message=f"arXiv said: {element.get('code')}: {_xml.text_in(element).strip()}",
                origin=origin,
            )
    if not found and _xml.local(root) in ("feed", "OAI-PMH"):
        return


def _said(element: Any, name: str) -> str:
    return _xml.text_in(_xml.child(element, name))


def _common(element: Any) -> dict[str, Value]:
    categories = tuple(_said(element, "categories").split())
    return {
        "title": _said(element, "title"),
        "abstract": _said(element, "abstract"),
        "arxiv": _said(element, "id"),
        "primary_class": categories[0] if categories else "",
        "doi": _said(element, "doi"),
        "journal_ref": _said(element, "journal-ref"),
        "comment": _said(element, "comments"),
        "number": _said(element, "report-no"),
        "license": _said(element, "license"),
        "categories": categories,
    }


def _oai_arxiv(element: Any) -> dict[str, Value]:
    authors = _xml.child(element, "authors")
    people = _xml.children(authors, "author") if authors is not None else []
    return {
        **_common(element),
        "author": tuple(
            Name(
                family=_said(person, "keyname"),
                given=_said(person, "forenames"),
                suffix=_said(person, "suffix"),
            )
            for person in people
        ),
        "issued": _said(element, "created"),
        "updated": _said(element, "updated"),
    }


def _oai_raw(element: Any) -> dict[str, Value]:
    versions = _xml.children(element, "version")
    fields = _common(element)
    if versions and (last := versions[-1].get("version", "")):
        fields["arxiv"] = f"{fields['arxiv']}{last}"
    return {
        **fields,
        "author": people(_said(element, "authors")),
        "issued": _said(versions[0], "date") if versions else "",
    }


_BRACKET = late(r"[()]")
_LATIN = late(r"[A-Za-z]")
_COLLABORATION = late(r"\b(collaborations?|consortium|team|group)\s*:\s", re.IGNORECASE)


def people(listed: str) -> str:
    """A list of authors as arXiv keeps it, without the affiliations.

    They stand in parentheses behind the names, or as numbers there and behind the list
    (info.arxiv.org/help/prep, "Authors"); a team stands before its members and a colon.
    """
    kept: list[str] = []
    depth = start = 0
    for found in _BRACKET.finditer(listed):
        if found[0] == "(":
            if not depth:
                kept.append(listed[start : found.start()].rstrip())
                start = found.start()
            depth += 1
        elif depth:
            depth -= 1
            if not depth:
                said = listed[start : found.end()]
                if any(map(str.isalpha, said)) and _LATIN.search(said) is None:
                    kept.append(f" {said}")  # the name in another script
                start = found.end()
    kept.append(f" {listed[start:]}" if depth else listed[start:])
    return _COLLABORATION.sub(r"\1, ", "".join(kept))


def _oai_dc(element: Any) -> dict[str, Value]:
    """Dublin Core: the first description is the abstract, the others are comments."""
    dates = [_xml.text_in(e) for e in _xml.children(element, "date")]
    descriptions = [_xml.text_in(e) for e in _xml.children(element, "description")]
    known = [_xml.text_in(e).strip() for e in _xml.children(element, "identifier")]
    return {
        "title": _said(element, "title"),
        "abstract": descriptions[0] if descriptions else "",
        "comment": "\n\n".join(descriptions[1:]),
        "author": tuple(_xml.text_in(e) for e in _xml.children(element, "creator")),
        "issued": min(dates, default=""),
        "arxiv": next((i for i in known if "arxiv.org/abs/" in i), ""),
        "doi": next((i for i in known if i.startswith("doi:")), ""),
        "journal_ref": next((i for i in known if "://" not in i and not i.startswith("doi:")), ""),
        "subjects": tuple(_xml.text_in(e) for e in _xml.children(element, "subject")),
    }


_OAI_READERS = {"arXiv": _oai_arxiv, "arXivRaw": _oai_raw, "dc": _oai_dc}


# --- Pages ----------------------------------------------------------------------------------------


def _abs(root: Any, origin: Origin) -> Entry:
    """An abs page: the ``citation_*`` meta elements that Google Scholar asks for."""
    metas: dict[str, list[str]] = {}
    for meta in root.iter("meta"):
        metas.setdefault(meta.get("name") or meta.get("property") or "", []).append(
            meta.get("content") or ""
        )

    def one(name: str) -> str:
        return next(iter(metas.get(name, ())), "")

    subject = _by_class(root, "primary-subject")
    return _entry(
        {
            "title": one("citation_title"),
            "abstract": one("citation_abstract") or _label_off(_by_class(root, "abstract")),
            "author": tuple(metas.get("citation_author", ())),
            "issued": one("citation_date"),
            "arxiv": one("citation_arxiv_id"),
            "primary_class": m[1] if (m := _CLASS.search(subject)) else "",
            "doi": one("citation_doi"),
            "pdf_url": one("citation_pdf_url"),
            "comment": _by_class(root, "comments"),
            "journal_ref": _by_class(root, "jref"),
            "updated": one("citation_online_date"),
        },
        origin,
    )


def _by_class(root: Any, name: str) -> str:
    """The text of the first element of a class."""
    for element in root.iter():
        if isinstance(element.tag, str) and name in (element.get("class") or "").split():
            return _xml.text_in(element).strip()
    return ""


def _label_off(said: str) -> str:
    return _LABEL.sub("", said)


def _listing(root: Any, origin: Origin) -> Iterator[Entry | Diagnostic]:
    """A listing page: ``dt`` holds the id, the ``dd`` behind it the rest."""
    for dt in root.iter("dt"):
        hrefs = [a.get("href", "") for a in dt.iter("a")]
        identifier = next((h.partition("/abs/")[2] for h in hrefs if "/abs/" in h), "")
        dd = dt.getnext()
        if not identifier or dd is None or _xml.local(dd) != "dd":
            continue
        subject = _by_class(dd, "primary-subject")
        authors = [e for e in dd.iter() if "list-authors" in (e.get("class") or "").split()]
        yield _entry(
            {
                "title": _label_off(_by_class(dd, "list-title")),
                "abstract": next((_xml.text_in(p).strip() for p in dd.iter("p")), ""),
                "author": tuple(_xml.text_in(a) for a in authors[0].iter("a")) if authors else (),
                "others": _others(_xml.text_in(authors[0])) if authors else "",
                "arxiv": identifier,
                "primary_class": m[1] if (m := _CLASS.search(subject)) else "",
                "comment": _label_off(_by_class(dd, "list-comments")),
                "journal_ref": _label_off(_by_class(dd, "list-journal-ref")),
            },
            origin,
            dt.sourceline or 0,
        )


def _others(said: str) -> str:
    """``et al. (12 additional authors not shown)`` on the page of a listing."""
    found = re.search(r"et al\.?.*$|\(\d+ additional authors[^)]*\)", said, re.DOTALL)
    return " ".join(found[0].split()) if found else ""
