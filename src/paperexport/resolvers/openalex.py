"""OpenAlex (docs.openalex.org); it wants a key since February 2026."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote

from paperexport import identifiers as ids
from paperexport.entry import Entry, Value
from paperexport.errors import Refused
from paperexport.hookspecs import Query
from paperexport.record import Trust
from paperexport.resolvers.service import (
    ITSELF,
    Json,
    Service,
    at,
    each,
    of_scheme,
    parts,
    said,
    same,
)

if TYPE_CHECKING:
    import httpx

BATCH = 50
"""DOIs in one list request; 100 are allowed, and the URL stays short."""
TYPES = {
    "article": "article-journal",
    "book": "book",
    "book-chapter": "chapter",
    "conference-paper": "paper-conference",
    "dataset": "dataset",
    "dissertation": "thesis",
    "preprint": "article",
    "report": "report",
}


class OpenAlex(Service, frozen=True, kw_only=True):
    """api.openalex.org: a dollar's worth of requests a day with a free key."""

    name = "openalex"
    summary = "OpenAlex (needs a free key)"
    trust: ClassVar[Trust] = "index"
    schemes = ("doi", "arxiv")
    key_parameter = "api_key"
    markup = ("html", "tex")
    counted = (("meta", "count"), ("results",))
    envelope = ("results", "id")

    url: str = "https://api.openalex.org"
    interval: float = 0.2

    def by_identifier(
        self, client: httpx.Client, identifiers: Sequence[str]
    ) -> Iterator[tuple[str, Entry]]:
        """Lists of DOIs; a preprint that was merged with its publication is asked for alone."""
        asked = {doi.lower(): f"doi:{doi}" for doi in of_scheme(identifiers, "doi")}
        for value in of_scheme(identifiers, "arxiv"):
            if parsed := ids.arxiv(value):
                asked[ids.arxiv_doi(parsed[0]).lower()] = f"arxiv:{value}"
        # A comma or a bar inside a value breaks the filter.
        plain = [doi for doi in asked if not {",", "|"} & set(doi)]
        found: set[str] = set()
        try:
            for doi, entry in parts(plain, BATCH, lambda batch: self._list(client, batch)):
                if doi in asked:
                    found.add(doi)
                    yield asked[doi], entry
        except Refused as refused:
            # Whatever it did not like is asked for alone now, and refused again.
            if refused.status not in ITSELF:
                raise
        left = [doi for doi in asked if doi not in found]
        for doi, entry in parts(left, 1, lambda one: self._work(client, *one)):
            yield asked[doi], entry

    def _list(self, client: httpx.Client, batch: Sequence[str]) -> Iterator[tuple[str, Entry]]:
        params = {"filter": "doi:" + "|".join(batch), "per-page": "100"}
        answer = self.ask(client, "/works", params)
        for work in each(answer.json, "results") if answer else []:
            if answer and said(work, "title"):
                yield _doi(work), self.entry(fields(work), answer)

    def _work(self, client: httpx.Client, doi: str) -> Iterator[tuple[str, Entry]]:
        answer = self.ask(client, f"/works/doi:{quote(doi, safe='/')}")
        if answer and said(answer.json, "title") and same(doi, *_dois(answer.json)):
            yield doi, self.entry(fields(answer.json), answer)

    def by_title(
        self, client: httpx.Client, queries: Sequence[Query]
    ) -> Iterator[tuple[Query, Entry]]:
        """One search for each title; commas and bars are operators there."""
        yield from parts(queries, 1, lambda one: self._title(client, *one))

    def _title(self, client: httpx.Client, query: Query) -> Iterator[tuple[Query, Entry]]:
        words = " ".join(query.title.replace(",", " ").replace("|", " ").split())
        params = {"filter": f"title.search:{words}", "per-page": str(self.rows)}
        answer = self.ask(client, "/works", params)
        for work in each(answer.json, "results") if answer else []:
            if answer and said(work, "title"):
                yield query, self.entry(fields(work), answer)


def fields(work: Json) -> dict[str, Value | None]:
    """One work as an entry's fields."""
    doi = _doi(work)
    arxiv = ids.arxiv_of_doi(doi) or _arxiv(work)
    authors = tuple(
        name
        for a in each(work, "authorships")
        if (name := said(a, "raw_author_name") or said(a, "author", "display_name"))
    )
    kind = TYPES.get(said(work, "type"), "document")
    source = at(work, "primary_location", "source")
    # A repository keeps a copy; it published nothing.
    container = "" if said(source, "type") == "repository" else said(source, "display_name")
    conference = said(work, "primary_location", "raw_type") == "proceedings-article"
    preprint = kind == "article" or bool(ids.arxiv_of_doi(doi))
    # Where the year alone is known, the date is its first day.
    date = said(work, "publication_date")
    date = said(work, "publication_year") if date.endswith("-01-01") or not date else date
    first, last = said(work, "biblio", "first_page"), said(work, "biblio", "last_page")
    return {
        "type": "article" if preprint else "paper-conference" if conference else kind,
        "title": said(work, "title"),
        "author": authors,
        # Lists stop at 100 names and say so.
        "others": "et al." if at(work, "is_authors_truncated") else "",
        "issued": date,
        "container_title": "" if preprint else container,
        "volume": said(work, "biblio", "volume"),
        "issue": said(work, "biblio", "issue"),
        "page": f"{first}-{last}" if first and last and first != last else first,
        "doi": "" if ids.arxiv_of_doi(doi) else doi,
        "arxiv": arxiv,
        "abstract": abstract(at(work, "abstract_inverted_index")),
        "language": said(work, "language"),
        "status": "retracted" if at(work, "is_retracted") is True else "",
    }


def abstract(index: Json) -> str:
    """The text of an inverted index: word → positions."""
    if not isinstance(index, dict):
        return ""
    placed = [
        (position, word)
        for word, positions in index.items()
        for position in (positions if isinstance(positions, list) else [])
        if isinstance(position, int)
    ]
    return " ".join(word for _, word in sorted(placed))


def _doi(work: Json) -> str:
    return (ids.doi(said(work, "doi")) or "").lower()


def _dois(work: Json) -> Iterator[str]:
    """Its own, and those of the versions that were merged with it."""
    yield _doi(work)
    for location in each(work, "locations"):
        page = said(location, "landing_page_url")
        arxiv = ids.arxiv(page)
        yield ids.arxiv_doi(arxiv[0]) if arxiv else ids.doi(page) or ""


def _arxiv(work: Json) -> str:
    for location in each(work, "locations"):
        if found := ids.arxiv(said(location, "landing_page_url")):
            return found[0]
    return ""
