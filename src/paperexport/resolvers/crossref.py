"""Crossref's REST API (github.com/CrossRef/rest-api-doc): the published record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote

from paperexport.entry import Entry, Value
from paperexport.hookspecs import Query
from paperexport.record import Name, PartialDate, Trust
from paperexport.resolvers.service import (
    Json,
    Service,
    at,
    each,
    of_scheme,
    parts,
    parts_date,
    said,
    same,
)

if TYPE_CHECKING:
    import httpx

# Crossref's types (api.crossref.org/types) → CSL 1.0.2.
TYPES = {
    "book": "book",
    "book-chapter": "chapter",
    "book-part": "chapter",
    "book-section": "chapter",
    "dataset": "dataset",
    "dissertation": "thesis",
    "edited-book": "book",
    "journal-article": "article-journal",
    "monograph": "book",
    "posted-content": "article",
    "proceedings": "book",
    "proceedings-article": "paper-conference",
    "reference-book": "book",
    "reference-entry": "entry-encyclopedia",
    "report": "report",
    "standard": "standard",
}
# Best first: the date of the version of record, then what comes before it.
DATES = ("published", "published-print", "published-online", "issued")
FIELDS = (
    "DOI,title,subtitle,author,editor,translator,type,container-title,short-container-title,"
    "published,published-print,published-online,issued,publisher,publisher-location,volume,issue,"
    "page,article-number,ISBN,ISSN,event,abstract,URL,relation,update-to,updated-by"
)
"""Of a list; a name that cannot be selected, such as ``language``, fails the whole request."""
# The kinds of update (crossref.org/documentation/crossmark/version-control-corrections-and-
# retractions) that are works of their own; all others are notices about one.
EDITIONS = frozenset({"new_edition", "new_version"})
GONE = {"removal": "retracted", "retraction": "retracted", "withdrawal": "withdrawn"}


class Crossref(Service, frozen=True, kw_only=True):
    """api.crossref.org: three lists or ten records a second in the polite pool."""

    name = "crossref"
    summary = "Crossref's registry of DOIs"
    trust: ClassVar[Trust] = "publisher"
    schemes = ("doi",)
    markup = ("html", "tex")
    counted = (("message", "total-results"), ("message", "items"))
    envelope = ("message",)

    url: str = "https://api.crossref.org"
    interval: float = 0.4

    def by_identifier(
        self, client: httpx.Client, identifiers: Sequence[str]
    ) -> Iterator[tuple[str, Entry]]:
        """One request for each DOI; arXiv's own are DataCite's and not asked for."""
        dois = of_scheme(identifiers, "doi")
        wanted = [doi for doi in dois if not doi.lower().startswith("10.48550/")]
        yield from parts(wanted, 1, lambda one: self._work(client, *one))

    def _work(self, client: httpx.Client, doi: str) -> Iterator[tuple[str, Entry]]:
        answer = self.ask(client, f"/works/{quote(doi, safe='')}")
        message = at(answer.json, "message") if answer else None
        # A DOI may have been given up for another one, which then names it (``aliases``).
        known = {said(message, "DOI"), *map(said, each(message, "aliases"))}
        if answer and same(doi, *known):
            yield f"doi:{doi}", self.entry(fields(message), answer)

    def by_title(
        self, client: httpx.Client, queries: Sequence[Query]
    ) -> Iterator[tuple[Query, Entry]]:
        """One search for each title; ``query.title`` is gone, ``query.bibliographic`` is not."""
        yield from parts(queries, 1, lambda one: self._title(client, *one))

    def _title(self, client: httpx.Client, query: Query) -> Iterator[tuple[Query, Entry]]:
        params = {
            "query.bibliographic": query.title,
            "rows": str(self.rows),
            "select": FIELDS,
        }
        if query.authors:
            params["query.author"] = query.authors[0]
        answer = self.ask(client, "/works", params)
        for message in each(answer.json, "message", "items") if answer else []:
            if answer and said(message, "DOI") and not is_notice(message):
                yield query, self.entry(fields(message), answer)


def fields(message: Json) -> dict[str, Value | None]:
    """One work as an entry's fields."""
    title = said(message, "title", 0)
    if subtitle := said(message, "subtitle", 0):
        title = f"{title}: {subtitle}" if subtitle not in title else title
    preprint = said(message, "type") == "posted-content"
    dates = (parts_date(message, name) for name in DATES)
    kind = TYPES.get(said(message, "type"), "document")
    containers = [name for c in each(message, "container-title") if (name := said(c))]
    # Of a chapter the series comes first: "Lecture Notes in Computer Science", then the book.
    series = containers.pop(0) if kind == "chapter" and len(containers) > 1 else ""
    return {
        "type": kind,
        "title": title,
        "author": names(message, "author"),
        "editor": names(message, "editor"),
        "translator": names(message, "translator"),
        "issued": next((date for date in dates if date), None),
        "container_title": containers[0] if containers else "",
        "container_title_short": "" if series else said(message, "short-container-title", 0),
        "collection_title": series,
        "publisher": said(message, "publisher"),
        "publisher_place": said(message, "publisher-location"),
        "volume": said(message, "volume"),
        "issue": said(message, "issue"),
        "page": said(message, "page") or said(message, "article-number"),
        "event_title": said(message, "event", "name"),
        "event_place": said(message, "event", "location"),
        "event_date": event_date(message),
        "isbn": " ".join(map(said, each(message, "ISBN"))),
        "issn": " ".join(map(said, each(message, "ISSN"))),
        "doi": said(message, "DOI"),
        "url": said(message, "URL"),
        "abstract": said(message, "abstract"),
        "language": said(message, "language"),
        "genre": "Preprint" if preprint else "",
        "status": next((GONE[kind] for kind in updates(message, "updated-by") if kind in GONE), ""),
        "has_preprint": related(message, "has-preprint"),
        "is_preprint_of": related(message, "is-preprint-of"),
    }


def names(message: Json, role: str) -> tuple[Name, ...]:
    """People with their parts apart, groups whole."""
    people = []
    for person in each(message, role):
        orcid = said(person, "ORCID").rstrip("/").rpartition("/")[2]
        if family := said(person, "family"):
            people.append(
                Name(
                    family=family,
                    given=said(person, "given"),
                    suffix=said(person, "suffix"),
                    orcid=orcid,
                )
            )
        elif whole := said(person, "name") or said(person, "given"):
            people.append(Name(literal=whole))
    return tuple(people)


def updates(message: Json, direction: str) -> list[str]:
    """The kinds of updates that a work is (``update-to``) or has (``updated-by``)."""
    return [said(update, "type").lower() for update in each(message, direction)]


def is_notice(message: Json) -> bool:
    """Whether it is a correction or a retraction, which may have the title of what it is about."""
    return any(kind not in EDITIONS for kind in updates(message, "update-to"))


def event_date(message: Json) -> PartialDate | None:
    """The first day of the conference."""
    return parts_date(message, "event", "start")


def related(message: Json, relation: str) -> str:
    """The DOI of the other version, where it is one."""
    for other in each(message, "relation", relation):
        if said(other, "id-type") == "doi":
            return said(other, "id")
    return ""
