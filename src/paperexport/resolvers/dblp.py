"""DBLP's publication search (dblp.org/faq/How+to+use+the+dblp+search+API.html); its data is CC0."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from paperexport import identifiers as ids
from paperexport._regex import late
from paperexport.entry import Entry, Value
from paperexport.hookspecs import Query
from paperexport.record import Trust
from paperexport.resolvers.service import Json, Service, each, of_scheme, parts, said

if TYPE_CHECKING:
    import httpx

TYPES = {
    "Books and Theses": "book",
    "Conference and Workshop Papers": "paper-conference",
    "Editorship": "book",
    "Informal and Other Publications": "article",
    "Informal Publications": "article",
    "Journal Articles": "article-journal",
    "Parts in Books or Collections": "chapter",
}
# What was withdrawn has a type of its own, and tells by its key what it was.
KEYS = {"conf/": "paper-conference", "journals/corr/": "article", "journals/": "article-journal"}
WITHDRAWN = "Withdrawn Items"
HOMONYM = late(r" \d{4}$")
WORD = late(r"[^\W_]+")


class Dblp(Service, frozen=True, kw_only=True):
    """dblp.org: slowly, one request a second at most."""

    name = "dblp"
    summary = "DBLP's computer science bibliography"
    trust: ClassVar[Trust] = "registry"
    schemes = ("dblp",)
    markup = ("html",)
    counted = (("result", "hits", "@total"), ("result", "hits", "hit"))
    envelope = ("result",)

    url: str = "https://dblp.org"
    interval: float = 1.5
    rows: int = 10

    def by_identifier(
        self, client: httpx.Client, identifiers: Sequence[str]
    ) -> Iterator[tuple[str, Entry]]:
        """One search for each key; the search has no other way to ask for one."""
        yield from parts(of_scheme(identifiers, "dblp"), 1, lambda one: self._key(client, *one))

    def _key(self, client: httpx.Client, key: str) -> Iterator[tuple[str, Entry]]:
        for entry in self._search(client, f"key:{key}$"):
            if f"dblp:{key}" in cast("tuple[str, ...]", entry.fields.get("other_ids", ())):
                yield f"dblp:{key}", entry

    def by_title(
        self, client: httpx.Client, queries: Sequence[Query]
    ) -> Iterator[tuple[Query, Entry]]:
        """One search for each title; arXiv copies ("Informal") come with the rest."""
        yield from parts(queries, 1, lambda one: self._title(client, *one))

    def _title(self, client: httpx.Client, query: Query) -> Iterator[tuple[Query, Entry]]:
        for entry in self._search(client, " ".join(WORD.findall(query.title))):
            yield query, entry

    def _search(self, client: httpx.Client, words: str) -> list[Entry]:
        params = {"q": words, "format": "json", "h": str(self.rows), "f": "0", "c": "0"}
        answer = self.ask(client, "/search/publ/api", params)
        hits = each(answer.json, "result", "hits", "hit") if answer else []
        return [
            self.entry(fields(hit.get("info")), answer)
            for hit in hits
            if answer and isinstance(hit, dict) and said(hit, "info", "title")
        ]


def fields(info: Json) -> dict[str, Value | None]:
    """One hit's ``info`` as an entry's fields."""
    kind = TYPES.get(said(info, "type"), "document")
    if withdrawn := said(info, "type") == WITHDRAWN:
        key = said(info, "key")
        kind = next((kind for start, kind in KEYS.items() if key.startswith(start)), kind)
    links = [said(link) for link in each(info, "ee")]
    found = [ids.arxiv(link) for link in links]
    arxiv = next((f[0] for f in found if f), "")
    if volume := re.fullmatch(r"abs/(.+)", said(info, "volume")):
        arxiv = arxiv or volume[1]
    venue = [said(v) for v in each(info, "venue")]
    informal = kind == "article"
    return {
        "type": kind,
        "status": "withdrawn" if withdrawn else "",
        # A title ends with a full stop that is DBLP's own.
        "title": said(info, "title").removesuffix("."),
        "author": tuple(
            # "Wei Li 0003" is the third of that name in DBLP, and nowhere else.
            HOMONYM.sub("", said(author, "text") or said(author))
            for author in each(info, "authors", "author")
        ),
        "issued": said(info, "year"),
        "container_title": "" if informal or not venue else venue[0],
        "volume": "" if informal else said(info, "volume"),
        "issue": said(info, "number"),
        "page": said(info, "pages"),
        "publisher": said(info, "publisher"),
        "doi": "" if ids.arxiv_of_doi(said(info, "doi")) else said(info, "doi"),
        "arxiv": arxiv if informal else "",
        "url": links[0] if links else "",
        "other_ids": (f"dblp:{said(info, 'key')}",) if said(info, "key") else (),
    }
