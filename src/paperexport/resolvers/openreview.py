"""OpenReview's two APIs (docs.openreview.net): submissions, of which only some were accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, cast

from paperexport._regex import late
from paperexport.entry import Entry, Value
from paperexport.hookspecs import Query
from paperexport.record import PartialDate, Trust
from paperexport.resolvers.service import Json, Service, at, each, of_scheme, parts, said

if TYPE_CHECKING:
    import httpx

# "ICLR 2024 poster", "NeurIPS 2022 Accept", "TMLR", "Accepted by TMLR" are publications; a
# submission, a rejected or withdrawn one is not, and neither is a workshop's without proceedings.
ACCEPTED = late(
    r"(?P<event>[\w .&/+-]*?\b(?P<year>20\d\d)(?: conference)?)"
    r"(?: (?:track )?datasets and benchmarks(?: track)?)?"
    r"(?: (?:\w+ )?"
    r"(?:accept|poster|oral|spotlight|notable|conference|main|regular|highlight)\b.*)?",
    re.IGNORECASE,
)
REFUSED = late(
    # A challenge of a conference has its words, "NeurIPS 2022 Accept", under an id of its own.
    r"submitted|submission|reject|withdraw|under review|decision pending|workshop|/challenge/"
    # Copies of preprints, and journals that DBLP abbreviates, are not venues of its own.
    r"|\bcorr\b|arxiv|dblp|\w\. ",
    re.IGNORECASE,
)
HOUSE = late(r"^(?:accepted|published) (?:by|in|to|at) | 20\d\d$")
ACCEPTED_BY = late(r"^accepted (?:by|to|at) ", re.IGNORECASE)
JOURNALS = {"tmlr": "Transactions on Machine Learning Research"}


class OpenReview(Service, frozen=True, kw_only=True):
    """api2.openreview.net for venues from about 2023, api.openreview.net for older ones.

    Attributes:
        url: the base of version 2.
        old_url: the base of version 1, asked where version 2 knows nothing; not asked when only
            :attr:`url` was set to another place.
    """

    name = "openreview"
    summary = "OpenReview, accepted papers only"
    trust: ClassVar[Trust] = "index"
    schemes = ("openreview",)
    counted = (("count",), ("notes",))
    envelope = ("notes",)

    url: str = "https://api2.openreview.net"
    old_url: str = "https://api.openreview.net"
    interval: float = 1.0

    def by_identifier(
        self, client: httpx.Client, identifiers: Sequence[str]
    ) -> Iterator[tuple[str, Entry]]:
        """One or two requests for each forum id."""
        yield from parts(
            of_scheme(identifiers, "openreview"), 1, lambda one: self._forum(client, *one)
        )

    def _forum(self, client: httpx.Client, value: str) -> Iterator[tuple[str, Entry]]:
        for entry in self._notes(client, "/notes", {"id": value}):
            if f"openreview:{value}" in cast("tuple[str, ...]", entry.fields["other_ids"]):
                yield f"openreview:{value}", entry

    def by_title(
        self, client: httpx.Client, queries: Sequence[Query]
    ) -> Iterator[tuple[Query, Entry]]:
        """One or two requests for each title."""
        yield from parts(queries, 1, lambda one: self._title(client, *one))

    def _title(self, client: httpx.Client, query: Query) -> Iterator[tuple[Query, Entry]]:
        params = {
            "term": query.title,
            "content": "all",
            "group": "all",
            "source": "forum",
            "limit": str(self.rows),
        }
        for entry in self._notes(client, "/notes/search", params):
            yield query, entry

    def _notes(self, client: httpx.Client, path: str, params: dict[str, str]) -> list[Entry]:
        """The new API, and the old one where the new one knows nothing."""
        bases = [self.url]
        if self.url == OpenReview().url or self.old_url != OpenReview().old_url:
            bases.append(self.old_url)
        for base in bases:
            answer = OpenReview(url=base, interval=self.interval).ask(client, path, params)
            notes = each(answer.json, "notes") if answer else []
            if entries := [
                self.entry(fields(note), answer)
                for note in notes
                if answer and value(note, "title")
            ]:
                return entries
        return []


def value(note: Json, name: str) -> str:
    """A content field: version 2 has ``{"value": …}`` where version 1 has the value itself."""
    return said(note, "content", name, "value") or said(note, "content", name)


def fields(note: Json) -> dict[str, Value | None]:
    """One note as an entry's fields; container and event only where it was accepted."""
    people = at(note, "content", "authors", "value") or at(note, "content", "authors")
    authors = tuple(said(person) for person in people) if isinstance(people, list) else ()
    if any(name.casefold() in {"anonymous", "anonymous authors"} for name in authors):
        authors = ()
    venue = value(note, "venue")
    forum = said(note, "forum") or said(note, "id")
    found: dict[str, Value | None] = {
        "type": "manuscript",
        "title": value(note, "title"),
        "author": authors,
        "abstract": value(note, "abstract"),
        "keywords": tuple(said(k) for k in each(note, "content", "keywords", "value")),
        "other_ids": (f"openreview:{forum}",) if forum else (),
        "url": f"https://openreview.net/forum?id={forum}",
        "venue": venue,
    }
    refused = REFUSED.search(venue) or REFUSED.search(value(note, "venueid"))
    if journal := JOURNALS.get(HOUSE.sub("", venue.casefold())):
        found |= {
            "type": "article-journal",
            "container_title": journal,
            "issued": _day(at(note, "pdate")),
        }
    elif not refused and (accepted := ACCEPTED.fullmatch(ACCEPTED_BY.sub("", venue.strip()))):
        found |= {
            "type": "paper-conference",
            "event_title": accepted["event"],
            "container_title": accepted["event"],
            "issued": accepted["year"],
        }
    elif "withdraw" in f"{venue} {value(note, 'venueid')}".casefold():
        found["submission_status"] = "withdrawn"
    elif "reject" in f"{venue} {value(note, 'venueid')}".casefold():
        found["submission_status"] = "rejected"
    return found


def _day(milliseconds: Json) -> PartialDate | None:
    """The day of a time in milliseconds since 1970, or None."""
    if not isinstance(milliseconds, int) or not 0 < milliseconds < 4e12:
        return None
    day = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return PartialDate(year=day.year, month=day.month, day=day.day)
