"""Semantic Scholar's Graph API (api.semanticscholar.org/api-docs/graph)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from paperexport import identifiers as ids
from paperexport.entry import Entry, Value
from paperexport.hookspecs import Query
from paperexport.record import Trust
from paperexport.resolvers.service import (
    Json,
    Service,
    at,
    each,
    json_object,
    of_scheme,
    parts,
    said,
    same,
)

if TYPE_CHECKING:
    import httpx

BATCH = 500
"""Ids in one POST, by its documentation."""
FIELDS = (
    "title,abstract,year,publicationDate,venue,publicationVenue,journal,externalIds,authors,"
    "publicationTypes,openAccessPdf"
)
# Most certain first: "JournalArticle" stands beside what arXiv alone has, too.
TYPES = {"Conference": "paper-conference", "Book": "book", "JournalArticle": "article-journal"}
VENUES = {"conference": "paper-conference", "journal": "article-journal"}
PREPRINT_VENUES = frozenset({"", "arxiv.org", "arxiv", "corr", "biorxiv", "medrxiv"})


class SemanticScholar(Service, frozen=True, kw_only=True):
    """api.semanticscholar.org: one request a second with a key, a shared pool without."""

    name = "semanticscholar"
    summary = "Semantic Scholar"
    trust: ClassVar[Trust] = "index"
    schemes = ("arxiv", "doi")
    key_header = "x-api-key"
    envelope = ("data",)

    url: str = "https://api.semanticscholar.org"
    interval: float = 1.1

    def by_identifier(
        self, client: httpx.Client, identifiers: Sequence[str]
    ) -> Iterator[tuple[str, Entry]]:
        """Up to 500 in one request; null stands for each that is unknown."""
        asked: dict[str, str] = {}
        for value in of_scheme(identifiers, "arxiv"):
            if parsed := ids.arxiv(value):
                asked[f"ARXIV:{parsed[0]}"] = f"arxiv:{value}"
        asked |= {f"DOI:{doi}": f"doi:{doi}" for doi in of_scheme(identifiers, "doi")}
        yield from parts(list(asked.items()), BATCH, lambda batch: self._batch(client, batch))

    def _batch(
        self, client: httpx.Client, batch: Sequence[tuple[str, str]]
    ) -> Iterator[tuple[str, Entry]]:
        body = {"ids": [spelt for spelt, _ in batch]}

        def as_many(said: bytes) -> None:
            papers = json_object(said)
            if not isinstance(papers, list) or len(papers) != len(batch):
                raise ValueError(f"no list of {len(batch)} papers")

        answer = self.ask(
            client, "/graph/v1/paper/batch", {"fields": FIELDS}, body=body, sound=as_many
        )
        if answer:
            for (spelt, identifier), paper in zip(batch, answer.json, strict=True):
                scheme, _, value = spelt.partition(":")
                told = said(paper, "externalIds", {"ARXIV": "ArXiv"}.get(scheme, scheme))
                if said(paper, "title") and (not told or same(value, told)):
                    yield identifier, self.entry(fields(paper), answer)

    def by_title(
        self, client: httpx.Client, queries: Sequence[Query]
    ) -> Iterator[tuple[Query, Entry]]:
        """One request for each title, one candidate at most; its matchScore is no probability."""
        yield from parts(queries, 1, lambda one: self._title(client, *one))

    def _title(self, client: httpx.Client, query: Query) -> Iterator[tuple[Query, Entry]]:
        params = {"query": query.title, "fields": FIELDS}
        answer = self.ask(client, "/graph/v1/paper/search/match", params)
        for paper in each(answer.json, "data") if answer else []:
            if answer and said(paper, "title"):
                yield query, self.entry(fields(paper), answer)


def fields(paper: Json) -> dict[str, Value | None]:
    """One paper as an entry's fields.

    Its year is that of publication and its names may be cut to initials: it comes late in the
    order of trust. A venue alone is no publication: type and container are given only where it
    also says what kind of publication that was. A journal called arXiv says nothing of the sort.
    """
    venue = said(paper, "venue") or said(paper, "publicationVenue", "name")
    journal = at(paper, "journal")
    tags = {said(kind) for kind in each(paper, "publicationTypes")}
    if said(journal, "name").casefold() in PREPRINT_VENUES - {""}:
        journal = None
        tags.discard("JournalArticle")
    placed = VENUES.get(said(paper, "publicationVenue", "type"), "")
    kind = placed or next((kind for tag, kind in TYPES.items() if tag in tags), "")
    published = venue.casefold() not in PREPRINT_VENUES and bool(kind)
    arxiv = said(paper, "externalIds", "ArXiv")
    found: dict[str, Value | None] = {
        "title": said(paper, "title"),
        "author": tuple(said(a, "name") for a in each(paper, "authors") if said(a, "name")),
        "abstract": said(paper, "abstract"),
        "arxiv": arxiv,
        "doi": said(paper, "externalIds", "DOI"),
        "other_ids": tuple(
            f"{scheme}:{said(paper, 'externalIds', name)}"
            for scheme, name in (("acl", "ACL"), ("dblp", "DBLP"))
            if said(paper, "externalIds", name)
        ),
        "s2_corpus_id": said(paper, "externalIds", "CorpusId"),
        "pmid": said(paper, "externalIds", "PubMed"),
        "pdf_url": said(paper, "openAccessPdf", "url"),
    }
    date = said(paper, "publicationDate") or said(paper, "year")
    if published:
        found |= {
            "type": kind,
            "issued": said(paper, "year"),
            "container_title": said(journal, "name")
            if kind == "article-journal" and (journal or not placed)
            else venue,
            "volume": said(journal, "volume"),
            "page": said(journal, "pages"),
        }
    else:
        found |= {"type": "article", "issued": date}
    return found
