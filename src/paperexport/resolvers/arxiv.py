"""arXiv's query API (info.arxiv.org/help/api/user-manual.html), several papers to a request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar
from xml.parsers import expat

from paperexport import identifiers as ids
from paperexport._regex import late
from paperexport.entry import Entry
from paperexport.errors import Refused
from paperexport.hookspecs import Query
from paperexport.record import Trust
from paperexport.resolvers.service import Service, of_scheme, parts
from paperexport.sources.arxiv import Arxiv as Page

if TYPE_CHECKING:
    import httpx

BATCH = 100
"""Identifiers in one request; no limit is stated, and the URL stays short."""
TITLES = 6
"""Titles in one request: fifty-five of them cost ten requests, thirty seconds."""
OPENING = 9
"""Words from the start of an abstract that find a paper whose title was changed."""
ERROR = b"arxiv.org/api/errors#"
TOTAL = late(rb"<opensearch:totalResults[^>]*>\s*(\d{1,9})")
WORD = late(r"[^\W_]+")


class Arxiv(Service, frozen=True, kw_only=True):
    """export.arxiv.org: one request in three seconds, one connection."""

    name = "arxiv"
    summary = "arXiv's query API"
    trust: ClassVar[Trust] = "preprint-server"
    schemes = ("arxiv",)

    url: str = "https://export.arxiv.org"
    interval: float = 3.0

    def by_identifier(
        self, client: httpx.Client, identifiers: Sequence[str]
    ) -> Iterator[tuple[str, Entry]]:
        """Up to 100 ids in one request; one that the service refuses does not cost the others."""
        # A malformed id fails its whole batch: those are not asked for.
        wanted = [value for value in of_scheme(identifiers, "arxiv") if ids.arxiv(value)]
        yield from parts(wanted, BATCH, lambda batch: self._batch(client, batch))

    def _batch(self, client: httpx.Client, batch: Sequence[str]) -> Iterator[tuple[str, Entry]]:
        params = {"id_list": ",".join(batch), "max_results": str(len(batch))}
        entries = self._query(client, params)
        # Order is not promised, and an unknown id is simply absent.
        found: dict[tuple[str, int | None], Entry] = {}
        for entry in entries:
            identifier, version = _spelt(entry)
            found[identifier, version] = entry
            latest = found.get((identifier, None))
            if latest is None or (version or 0) > (_spelt(latest)[1] or 0):
                found[identifier, None] = entry
        for value in batch:
            parsed = ids.arxiv(value)
            if parsed and parsed in found:
                yield f"arxiv:{value}", found[parsed]

    def by_title(
        self, client: httpx.Client, queries: Sequence[Query]
    ) -> Iterator[tuple[Query, Entry]]:
        """Six papers in one request, each by its title or the opening of its abstract."""
        yield from parts(queries, TITLES, lambda batch: self._titles(client, batch))

    def _titles(
        self, client: httpx.Client, batch: Sequence[Query]
    ) -> Iterator[tuple[Query, Entry]]:
        if clauses := [clause for query in batch for clause in _clauses(query)]:
            params = {"search_query": " OR ".join(clauses), "max_results": str(10 * len(batch))}
            for entry in self._query(client, params):
                # Which of the queries an answer is for is not said; whoever judges finds out.
                for query in batch:
                    yield query, entry

    def _query(self, client: httpx.Client, params: dict[str, str]) -> list[Entry]:
        answer = self.ask(client, "/api/query", params, sound=_atom)
        if answer and ERROR in answer.body:
            # The old back end says so with status 200, in the place of all other papers.
            raise Refused("arxiv found an error in what it was asked for", status=400)
        return self.parsed(Page(), answer) if answer else []


def _clauses(query: Query) -> list[str]:
    """``ti:"…"``, and ``abs:"…"`` where there is an abstract; punctuation breaks a phrase."""
    clauses = []
    if words := WORD.findall(query.title):
        clauses.append(f'ti:"{" ".join(words)}"')
    if len(words := WORD.findall(query.abstract)) > 2 * OPENING:
        clauses.append(f'abs:"{" ".join(words[:OPENING])}"')
    return clauses


def _spelt(entry: Entry) -> tuple[str, int | None]:
    return ids.arxiv(str(entry.fields.get("arxiv", ""))) or ("", None)


def _doctype(*_: object) -> None:
    raise ValueError("an Atom feed with a DTD")


def _atom(body: bytes) -> None:
    """Whether a body is a whole Atom feed.

    Raises:
        ValueError: it is something else, or cut off.
    """
    head = body[:2000].lstrip()
    if not head.startswith((b"<?xml", b"<feed")) or b"<feed" not in head:
        raise ValueError("no Atom feed")
    if not body.rstrip().endswith(b"</feed>"):
        raise ValueError("an Atom feed that is cut off")
    # A page of a stranger is repaired; in an answer the pieces might be put together wrongly
    # (XML 1.0 §1.2: whoever finds it not well-formed must stop).
    reader = expat.ParserCreate()
    reader.StartDoctypeDeclHandler = _doctype
    try:
        reader.Parse(body, True)
    except expat.ExpatError as error:
        raise ValueError(f"an Atom feed that is no XML: {error}") from error
    total = TOTAL.search(body)
    if total and int(total[1]) and b"<entry" not in body:
        raise ValueError(f"an empty page of {int(total[1])} hits")
