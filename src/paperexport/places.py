"""Inputs by name: a listing or a paper on the web, instead of a file.

``hf:2025-10-01``, ``hf:week/2025-W40``, ``hf:month/2025-10``, ``hf:trending``, ``hf:search/WORDS``,
a huggingface.co/papers address, ``arxiv:2401.09042``, ``doi:10.1000/182`` and their addresses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote_plus, urlsplit

from msgspec import Struct

from paperexport import identifiers
from paperexport._regex import late
from paperexport.diagnostics import Diagnostic
from paperexport.entry import Entry
from paperexport.errors import RemoteError, UsageError
from paperexport.hookspecs import Resolver
from paperexport.record import Origin
from paperexport.resolvers.huggingface import HuggingFace

if TYPE_CHECKING:
    import httpx

__all__ = ["Place", "of", "read"]

PAGE = 100
"""Papers in one answer of the listing, at most (huggingface.co/docs/hub/api)."""
PAGES = 40
"""Answers that are asked for one listing, at most: a month holds some thousand papers."""
FRESH = 900.0
"""Seconds for which a listing that still grows is taken from the cache."""

_DAY = late(r"\d{4}-\d{2}-\d{2}")
_WEEK = late(r"\d{4}-W\d{2}")
_MONTH = late(r"\d{4}-\d{2}")


class Place(Struct, frozen=True, kw_only=True):
    """What a name means.

    Attributes:
        name: as it was given.
        path: of a listing at Hugging Face, empty for a paper.
        query: what is asked there.
        identifier: of a paper, ``scheme:value``, empty for a listing.
    """

    name: str
    path: str = ""
    query: Mapping[str, str] = {}
    identifier: str = ""


def of(name: str) -> Place | None:
    """What a name means, or None where it is none (a path).

    Raises:
        UsageError: it begins as a name, and is none.
    """
    said = name.strip()
    scheme, colon, rest = said.partition(":")
    if scheme in ("hf", "huggingface") and colon:
        return _listing(name, rest.strip("/"))
    if scheme in ("arxiv", "arXiv") and colon:
        found = identifiers.arxiv(said)
        if found is None:
            raise UsageError(
                f"{name!r}: {rest!r} is no arXiv id", hint="for example arxiv:2401.09042"
            )
        return Place(name=name, identifier=f"arxiv:{_versioned(*found)}")
    if scheme in ("doi", "DOI") and colon:
        doi = identifiers.doi(said)
        if doi is None:
            raise UsageError(f"{name!r}: {rest!r} is no DOI", hint="for example doi:10.1000/182")
        return _paper(name, identifiers.Found(scheme="doi", value=doi))
    if not said.startswith(("http://", "https://")):
        return None
    parts = urlsplit(said)
    host = (parts.hostname or "").removeprefix("www.")
    if host in ("huggingface.co", "hf.co"):
        if not parts.path.startswith("/papers"):
            raise UsageError(
                f"{name!r} is no page of papers", hint="https://huggingface.co/papers/…"
            )
        if words := parse_qs(parts.query).get("q"):
            return _listing(name, f"search/{words[0]}")
        return _listing(name, parts.path.removeprefix("/papers").strip("/").removeprefix("date/"))
    if hit := identifiers.of_url(said):
        return _paper(name, hit)
    raise UsageError(
        f"{name!r}: no service is known for this address",
        hint="save the page and give the file, or give an address of huggingface.co, arxiv.org or "
        "doi.org",
    )


def _versioned(identifier: str, version: int | None) -> str:
    return f"{identifier}v{version}" if version else identifier


def _paper(name: str, hit: identifiers.Found) -> Place:
    value = hit.value
    if hit.scheme == "doi" and (arxiv := identifiers.arxiv_of_doi(value)):
        return Place(name=name, identifier=f"arxiv:{arxiv}")
    if hit.scheme == "arxiv":
        value = _versioned(value, hit.version)
    return Place(name=name, identifier=f"{hit.scheme}:{value}")


def _listing(name: str, what: str) -> Place:
    kind, _, rest = what.partition("/")
    path = "/api/daily_papers"
    if kind == "search" and rest:
        words = unquote_plus(rest)
        return Place(name=name, path="/api/papers/search", query={"q": words, "limit": str(PAGE)})
    if not what:
        return Place(name=name, path=path, query={"limit": str(PAGE)})
    if what == "trending":
        return Place(name=name, path=path, query={"sort": "trending", "limit": str(PAGE)})
    for key, shape in (("date", _DAY), ("week", _WEEK), ("month", _MONTH)):
        value = rest if kind == key else what
        if shape.fullmatch(value):
            return Place(name=name, path=path, query={key: value, "limit": str(PAGE)})
    if found := identifiers.arxiv(what):
        return Place(name=name, path=f"/api/papers/{found[0]}")
    raise UsageError(
        f"{name!r}: there is no listing {what!r}",
        hint="hf:2025-10-01, hf:week/2025-W40, hf:month/2025-10, hf:trending, hf:search/words, "
        "hf:2401.09042",
    )


def read(
    place: Place, resolvers: Mapping[str, Resolver], client: httpx.Client
) -> Iterator[Entry | Diagnostic]:
    """The papers of a place.

    Args:
        place: what :func:`of` gave.
        resolvers: name → service, set up for this run.
        client: what they ask with.

    Raises:
        RemoteError: nobody could be asked.
    """
    if place.identifier:
        yield from _one(place, resolvers, client)
        return
    service = resolvers.get("huggingface")
    if not isinstance(service, HuggingFace):
        raise UsageError(
            f"{place.name!r} needs the service huggingface", hint="add it to --services"
        )
    listing = "date" in place.query or "week" in place.query or "month" in place.query
    for page in range(PAGES if listing else 1):
        query = {**place.query, "p": str(page)} if page else dict(place.query)
        entries = service.listing(client, place.path, query, max_age=FRESH)
        yield from entries
        if not page and not entries:
            yield Diagnostic(
                code="not-found",
                severity="warning",
                message=f"there are no papers in {place.name}",
                origin=Origin(source="places", locator=place.name),
                hint="not every day has a list" if listing else "check the name",
            )
        if len(entries) < PAGE:
            return


def _one(
    place: Place, resolvers: Mapping[str, Resolver], client: httpx.Client
) -> Iterator[Entry | Diagnostic]:
    """One paper, from the first service that knows it; its identifier alone where none does."""
    scheme, _, value = place.identifier.partition(":")
    failure: RemoteError | None = None
    for resolver in resolvers.values():
        if scheme not in resolver.schemes:
            continue
        try:
            for _, entry in resolver.by_identifier(client, [place.identifier]):
                yield entry
                return
        except RemoteError as error:
            failure = failure or error
    if failure is not None:
        raise failure
    origin = Origin(source="places", locator=place.name)
    yield Diagnostic(
        code="not-found",
        severity="warning",
        message=f"no service knows {place.identifier}",
        origin=origin,
        hint="check the identifier",
    )
    known = scheme if scheme in ("arxiv", "doi", "pmid", "pmcid") else "other_ids"
    fields = {known: value if known != "other_ids" else (place.identifier,)}
    yield Entry(fields=fields, origin=origin, markup=())
