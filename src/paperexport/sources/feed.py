"""RSS and Atom: feeds of daily papers, and arXiv's own (rss.arxiv.org).

The date of an item is the day on which it was announced: ``listed``, never ``issued``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO, ClassVar

from paperexport import identifiers
from paperexport._regex import late
from paperexport.diagnostics import Diagnostic
from paperexport.entry import Entry, Value
from paperexport.hookspecs import Source
from paperexport.record import Origin
from paperexport.sources import _xml
from paperexport.sources._text import head_text
from paperexport.sources.arxiv import people

_ROOT = late(r"<(?:rss|feed|rdf:RDF|RDF)[\s>]")
_OTHERS = late(r"arxiv\.org/api/|spec/opensearch/|<OAI-PMH")
# "arXiv:2203.01250v3 Announce Type: replace-cross\nAbstract: …"
_ANNOUNCED = late(
    r"\s*arXiv:(?P<id>\S+)\s+Announce Type:\s*(?P<type>[\w-]+)\s*(?:Abstract:\s*)?", re.IGNORECASE
)
# "… (arXiv:2203.01250v1 [cs.CL] UPDATED)", until 2024.
_OLD_TITLE = late(r"\s*\.?\s*\(arXiv:(?P<id>\S+)\s+\[(?P<class>[^\]]+)\][^)]*\)\s*$")

_MAIL = late(r"[^\s@(),]+@[^\s@(),]+(?:\s+\(([^()]*)\))?")


class Feed(Source, frozen=True, kw_only=True):
    """RSS 1.0, 2.0 and Atom."""

    name: ClassVar[str] = "feed"
    summary: ClassVar[str] = "RSS and Atom feeds of papers, arXiv's included"

    def recognises(self, head: bytes, locator: str) -> bool:  # noqa: ARG002 - by content alone
        """Told by its root element."""
        said = head_text(head)
        return (
            said.lstrip().startswith("<")
            and _ROOT.search(said[:5000]) is not None
            and (_OTHERS.search(said) is None or "announce_type" in said)
        )

    def read(self, stream: BinaryIO, locator: str) -> Iterator[Entry | Diagnostic]:
        """Yield an entry for each item.

        Raises:
            SourceError: it is no XML.
        """
        root = _xml.xml(stream.read(), locator)
        for item in root.iter():
            if _xml.local(item) in ("item", "entry"):
                fields = _fields(item)
                at = Origin(
                    source=self.name,
                    locator=locator,
                    line=item.sourceline or 0,
                    trust=self.trust,
                )
                if fields.get("title") or fields.get("arxiv"):
                    yield Entry(fields=fields, origin=at, markup=("html", "tex"))
                else:
                    yield Diagnostic(
                        code="line-unread",
                        severity="error",
                        message="an item without a title",
                        origin=at,
                    )


def _said(item: Any, *names: str) -> str:
    for name in names:
        for element in _xml.children(item, name):
            for block in element.iter():  # Atom's XHTML has paragraphs as elements
                if block is not element and _xml.local(block) in ("p", "div", "br", "li"):
                    block.tail = f"\n\n{block.tail or ''}"
            if said := _xml.text_in(element).strip():
                return said
    return ""


def _fields(item: Any) -> dict[str, Value]:
    link = _said(item, "link") or next(
        (e.get("href") for e in _xml.children(item, "link")
         if e.get("href") and e.get("rel", "alternate") == "alternate"), "",
    )  # fmt: skip
    identifier = _said(item, "guid", "id")
    title = _said(item, "title")
    summary = _said(item, "description", "summary", "encoded", "content")
    fields: dict[str, Value] = {}
    announced = _ANNOUNCED.match(summary)
    if announced:
        fields["arxiv"] = announced["id"]
        fields["announce_type"] = announced["type"]
        summary = summary[announced.end() :]
    if kind := _said(item, "announce_type"):
        fields["announce_type"] = kind
    if old := _OLD_TITLE.search(title):
        fields["arxiv"], fields["primary_class"] = old["id"], old["class"]
        title = title[: old.start()]
    paper = next(
        (hit for said in (link, identifier) if (hit := identifiers.of_url(said))), None
    ) or next((hit for hit in identifiers.find(identifier) if hit.scheme == "arxiv"), None)
    if paper and paper.scheme == "arxiv":
        version = f"v{paper.version}" if paper.version else ""
        fields.setdefault("arxiv", f"{paper.value}{version}")
    if "arxiv" in fields:
        fields["type"] = "article"
    terms = (e.get("term") or _xml.text_in(e) for e in _xml.children(item, "category"))
    categories = tuple(term.strip() for term in terms if term.strip())
    authors = _authors(item)
    doi = _said(item, "DOI", "doi")
    if not doi and (named := identifiers.doi(said := _said(item, "identifier"))) and said != named:
        doi = named  # Dublin Core's, with its "doi:"
    is_paper = "arxiv" in fields or paper is not None or bool(doi)
    fields |= {
        "title": title,
        # What describes a news item is no abstract.
        "abstract" if is_paper else "description": summary,
        "author": people(authors) if isinstance(authors, str) and "arxiv" in fields else authors,
        "doi": doi,
        "journal_ref": _said(item, "journal_reference"),
        "url": link,
        "listed": _said(item, "pubDate", "date", "published", "updated"),
        "categories": categories,
    }
    if "primary_class" not in fields and announced and categories:
        fields["primary_class"] = categories[0]
    return {name: value for name, value in fields.items() if value not in ("", ())}


def _authors(item: Any) -> Value:
    """Atom's authors one by one; ``dc:creator`` may hold all of them in one text."""
    listed = []
    for author in (*_xml.children(item, "author"), *_xml.children(item, "creator")):
        name = _xml.child(author, "name")
        listed.append(_xml.text_in(author if name is None else name).strip())
    # RSS 2.0: "jane@example.org (Jane Doe)".
    listed = [said[1] or "" if (said := _MAIL.fullmatch(one)) else one for one in listed]
    listed = [one for one in listed if one]
    return listed[0] if len(listed) == 1 else tuple(listed)
