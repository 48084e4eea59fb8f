"""Hugging Face's paper API (huggingface.co/docs/hub/api): what the listing itself knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from paperexport import identifiers as ids
from paperexport.entry import Entry
from paperexport.hookspecs import Query
from paperexport.record import Trust
from paperexport.resolvers.service import Service, json_object, of_scheme, parts, said
from paperexport.sources.daily_papers_json import DailyPapersJson

if TYPE_CHECKING:
    import httpx


class HuggingFace(Service, frozen=True, kw_only=True):
    """huggingface.co: 500 requests in five minutes without a token."""

    name = "huggingface"
    summary = "Hugging Face's paper pages"
    trust: ClassVar[Trust] = "listing"
    schemes = ("arxiv",)
    key_header = "Authorization: Bearer {}"

    url: str = "https://huggingface.co"
    interval: float = 0.6

    def sound(self, body: bytes) -> None:
        """Whether a body is a list, or a paper with its id.

        Raises:
            ValueError: it is something else.
        """
        found = json_object(body)
        if not isinstance(found, list) and not said(found, "id"):
            raise ValueError("JSON, but no paper")

    def by_identifier(
        self, client: httpx.Client, identifiers: Sequence[str]
    ) -> Iterator[tuple[str, Entry]]:
        """One request for each paper; 404 where it was never listed."""
        wanted = [value for value in of_scheme(identifiers, "arxiv") if ids.arxiv(value)]
        yield from parts(wanted, 1, lambda one: self._paper(client, *one))

    def _paper(self, client: httpx.Client, value: str) -> Iterator[tuple[str, Entry]]:
        if parsed := ids.arxiv(value):
            for entry in self._entries(client, f"/api/papers/{parsed[0]}", {}):
                given = ids.arxiv(str(entry.fields.get("arxiv", "")))
                if given and given[0] == parsed[0]:
                    yield f"arxiv:{value}", entry

    def by_title(
        self, client: httpx.Client, queries: Sequence[Query]
    ) -> Iterator[tuple[Query, Entry]]:
        """One search for each title."""
        yield from parts(queries, 1, lambda one: self._title(client, *one))

    def _title(self, client: httpx.Client, query: Query) -> Iterator[tuple[Query, Entry]]:
        params = {"q": query.title[:250], "limit": str(self.rows)}
        for entry in self._entries(client, "/api/papers/search", params):
            yield query, entry

    def listing(
        self, client: httpx.Client, path: str, params: dict[str, str], max_age: float
    ) -> list[Entry]:
        """One page of a listing or of a search.

        Args:
            client: what asks.
            path: of the API.
            params: the query.
            max_age: seconds for which a kept answer will do; a listing grows.

        Raises:
            RemoteError: it could not be asked.
        """
        answer = self.ask(client, path, params, max_age=max_age)
        return self.parsed(DailyPapersJson(), answer) if answer else []

    def _entries(self, client: httpx.Client, path: str, params: dict[str, str]) -> list[Entry]:
        answer = self.ask(client, path, params)
        return self.parsed(DailyPapersJson(), answer) if answer else []
