"""What all services have in common: where they are, how they are asked, how JSON is taken apart."""

from __future__ import annotations

import io
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import msgspec
from msgspec import Struct

from paperexport.entry import Entry, Markup, Value
from paperexport.errors import Refused, RemoteError, SourceError, Unreachable
from paperexport.hookspecs import Resolver, Source
from paperexport.record import Origin, PartialDate

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")
R = TypeVar("R")
ITSELF = frozenset({400, 414, 422})
"""Statuses that speak of what was asked for, not of the service."""
LOST = 3
"""After so many refusals and no answer it is the service that is at fault."""

Json = Any
"""Decoded JSON of unknown shape; :func:`at` and its kin take it apart without trusting it."""


class Service(Resolver, frozen=True, kw_only=True):
    """A resolver over HTTP. Its fields are settings: ``[services.NAME] url = …``.

    Attributes:
        url: the base that the documented paths are appended to.
        interval: seconds between two requests, from the service's own rules.
        rows: how many candidates are asked for by title.

    Class attributes:
        key_header, key_parameter: where a key goes, as :class:`paperexport.http.Key` has it.
        markup: the markup languages whose leftovers its text may hold.
        counted: where an answer has a number of hits, and where the hits.
        envelope: names of which an answer has one at least; ``{}`` and ``{"error": …}`` have none.
    """

    key_header: ClassVar[str] = ""
    key_parameter: ClassVar[str] = ""
    markup: ClassVar[tuple[Markup, ...]] = ("tex",)
    counted: ClassVar[tuple[tuple[str, ...], tuple[str, ...]] | None] = None
    envelope: ClassVar[tuple[str, ...]] = ()

    url: str = ""
    interval: float = 1.0
    rows: int = 5

    def ask(
        self,
        client: httpx.Client,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        body: object = None,
        sound: Callable[[bytes], object] | None = None,
        max_age: float | None = None,
    ) -> Answer | None:
        """One answer, or None where the service does not know the thing (404).

        Args:
            client: what asks.
            path: appended to :attr:`url`.
            params: the query.
            body: to be POSTed as JSON.
            sound: raises ValueError for what cannot be an answer; :meth:`sound` by default.
            max_age: seconds for which a kept answer will do.

        Raises:
            RemoteError: it could not be asked, or answered nonsense.
        """
        from paperexport import http  # httpx is imported when something is fetched, not before

        response = http.fetch(
            client,
            self.name,
            self.url.rstrip("/") + path,
            interval=self.interval,
            params=params,
            json=body,
            sound=sound or self.sound,
            max_age=max_age,
        )
        if response.status_code != 200:
            return None
        origin = Origin(
            source=self.name,
            locator=http.public_url(response.request.url),
            retrieved=http.retrieved(response),
            trust=self.trust,
        )
        return Answer(response.content, origin)

    def sound(self, body: bytes) -> None:
        """Whether a body is JSON of the service's own, and holds hits where it counts some.

        Raises:
            ValueError: it is something else.
        """
        found = json_object(body)
        if self.envelope and not any(at(found, name) is not None for name in self.envelope):
            raise ValueError(f"JSON without {' or '.join(map(repr, self.envelope))}")
        if self.counted is not None:
            total = said(found, *self.counted[0])
            if total.isdigit() and int(total) and not each(found, *self.counted[1]):
                raise ValueError(f"an empty page of {total} hits")

    def entry(self, fields: Mapping[str, Value | None], answer: Answer) -> Entry:
        """An entry of an answer; empty fields and the date 0000-00-00 are left out."""
        kept = {
            name: value
            for name, value in fields.items()
            if value and not (name == "issued" and str(value).startswith("0000"))
        }
        return Entry(fields=kept, origin=answer.origin, markup=self.markup)

    def parsed(self, source: Source, answer: Answer) -> list[Entry]:
        """The entries of an answer that is a page which one of our sources reads.

        Raises:
            Unreachable: the source refuses the page.
        """
        try:
            found = list(source.read(io.BytesIO(answer.body), answer.origin.locator))
        except SourceError as error:
            raise Unreachable(
                f"{self.name} answered with what cannot be read: {error.message}"
            ) from error
        return [
            Entry(fields=thing.fields, origin=answer.origin, markup=thing.markup)
            for thing in found
            if isinstance(thing, Entry)
        ]


class Answer(Struct, frozen=True):
    """A body, and where and when it was given."""

    body: bytes
    origin: Origin

    @property
    def json(self) -> Json:
        """The body, decoded; it was sound."""
        return msgspec.json.decode(self.body)


def parts(things: Sequence[T], size: int, ask: Callable[[Sequence[T]], Iterable[R]]) -> Iterator[R]:
    """What a service gives for things that are asked for ``size`` at a time.

    A part that it refuses is asked for in halves, so that a bad one costs itself alone; so does
    one that an offline run does not hold.

    Args:
        things: identifiers or queries.
        size: how many at once.
        ask: the answers to one part.

    Raises:
        RemoteError: the service failed; or, when all others were asked, the last refusal.
    """
    from paperexport.http import Offline

    left = [things[start : start + size] for start in range(0, len(things), size)]
    left.reverse()
    failure: RemoteError | None = None
    refusals = answers = 0
    while left:
        part = left.pop()
        try:
            found = list(ask(part))
        except Offline as offline:
            failure = offline
        except Refused as refused:
            if refused.status not in ITSELF:
                raise
            if len(part) > 1:
                half = len(part) // 2
                left += [part[half:], part[:half]]
                continue
            refusals += 1
            failure = refused
            if refusals == LOST and not answers:
                raise
        else:
            answers += 1
            yield from found
    if failure is not None:
        raise failure


def json_object(body: bytes) -> Json:
    """What a body that is a JSON object or array says.

    Raises:
        ValueError: it is HTML, half a document, a number …
    """
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"no JSON: {error}") from error
    if not isinstance(found, dict | list):
        raise ValueError("JSON, but neither an object nor a list")
    return found


def at(thing: Json, *path: str | int) -> Json:
    """What lies at a path in decoded JSON, or None where the path ends before."""
    for step in path:
        if isinstance(step, str) and isinstance(thing, dict):
            thing = thing.get(step)
        elif isinstance(step, int) and isinstance(thing, list) and len(thing) > step:
            thing = thing[step]
        else:
            return None
    return thing


def said(thing: Json, *path: str | int) -> str:
    """The text or number at a path, as text; empty for anything else."""
    found = at(thing, *path)
    if isinstance(found, str):
        return found
    if isinstance(found, int | float) and not isinstance(found, bool):
        return str(found)
    return ""


def same(asked: str, *told: str) -> bool:
    """Whether an answer is about what was asked for; DOIs are compared without regard to case."""
    return asked.casefold() in {name.casefold() for name in told}


def each(thing: Json, *path: str | int) -> list[Json]:
    """The list at a path; one thing alone is a list of one, nothing an empty one."""
    found = at(thing, *path)
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def _counts(part: Json) -> bool:
    """Whether a part of a date is there: what follows one that is null is not known either."""
    return isinstance(part, int) and not isinstance(part, bool) and part != 0


def parts_date(thing: Json, *path: str | int) -> PartialDate | None:
    """CSL's and Crossref's ``{"date-parts": [[2022, 3, 14]]}``, with missing or null parts.

    As far as there is such a date: a year has four digits (ISO 8601-1).
    """
    found = each(thing, *path, "date-parts", 0)
    numbers = list(takewhile(_counts, found[:3]))
    if not numbers or not 1 <= numbers[0] <= 9999:
        return None
    year = numbers[0]
    month = numbers[1] if len(numbers) > 1 and 1 <= numbers[1] <= 12 else None
    last = monthrange(year, month)[1] if month else 0
    day = numbers[2] if len(numbers) > 2 and 1 <= numbers[2] <= last else None
    return PartialDate(year=year, month=month, day=day)


def of_scheme(identifiers: Sequence[str], scheme: str) -> list[str]:
    """The values of the identifiers of one scheme: ``doi:10.1/x`` → ``10.1/x``."""
    prefix = f"{scheme}:"
    return [i[len(prefix) :] for i in identifiers if i.startswith(prefix)]
