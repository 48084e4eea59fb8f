"""A run against the loopback services: the client, a clock that nobody waits for, and records."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec

import paperexport
from paperexport import http, names, resolution
from paperexport.diagnostics import Diagnostic
from paperexport.hookspecs import Resolver
from paperexport.plugins import Registry
from paperexport.record import Eprint, Name, Origin, PartialDate, Record
from paperexport.resolution import Outcome
from paperexport.testing.services import SERVICES, Paper, ServiceServer

KEYS = {
    "openalex": http.Key("k3y-openalex", parameter="api_key"),
    "semanticscholar": http.Key("k3y-s2", header="x-api-key"),
}


# A run of its own; nobody waits in a test, so a sleep is over at once.
COMMAND = [
    sys.executable,
    "-c",
    "import sys, time; time.sleep = str; from paperexport.cli import main; sys.exit(main())",
]


def environment(folder: Path, server: ServiceServer, **more: str) -> dict[str, str]:
    """What a run needs to ask the loopback services, and nobody else."""
    paces = {f"PAPEREXPORT_{name.upper()}_INTERVAL": "0" for name in SERVICES}
    source = str(Path(paperexport.__file__).parents[1])
    return {
        **os.environ,
        **server.environment(),
        **paces,
        "PYTHONPATH": source,
        "PAPEREXPORT_CACHE": str(folder / "cache.sqlite"),
        "PAPEREXPORT_INDEX": str(folder / "index.sqlite"),
        "XDG_CONFIG_HOME": str(folder),
        "HOME": str(folder),
        **more,
    }


class Clock:
    """A clock that only a sleep moves."""

    def __init__(self) -> None:
        self.at = 1_700_000_000.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds


def people(*printed: str) -> tuple[Name, ...]:
    return tuple(map(names.parse, printed))


def preprint(
    number: int,
    title: str,
    abstract: str = "",
    authors: Sequence[str] = ("Ada Lovelace", "Charles Babbage"),
    *,
    year: int = 2024,
    doi: str = "",
    note: str = "",
) -> Record:
    """What arXiv has under 2401.<number>."""
    return Record(
        title=title,
        abstract=abstract,
        author=people(*authors),
        issued=PartialDate(year=year, month=1, day=3),
        eprint=Eprint(archive="arxiv", id=f"2401.{number:05d}", version=2, primary_class="cs.LG"),
        doi=doi,
        note=note,
    )


def publication(record: Record, **changes: object) -> Record:
    """The same paper as a publisher has it."""
    values: dict[str, object] = {
        "type": "paper-conference",
        "container_title": "Proceedings of the Symposium on Drawers",
        "doi": "10.5555/1",
        "issued": PartialDate(year=2025),
        "abstract": "",
        "page": "1-9",
        "eprint": None,
        "note": "",
    }
    return record.replace(**(values | changes))


def listed(record: Record) -> Record:
    """What a copied page says: title and abstract."""
    origin = Origin(source="daily-papers-text", locator="page.txt", line=3)
    return Record(
        title=record.title, abstract=record.abstract, origins=dict.fromkeys(("title",), origin)
    )


def resolvers(server: ServiceServer, names: Sequence[str] = ()) -> list[Resolver]:
    """The services, set to the loopback server."""
    known = Registry(entry_points=False).resolvers
    return [
        msgspec.structs.replace(resolver, url=server.url(name))
        for name, resolver in known.items()
        if not names or name in names
    ]


@contextmanager
def asking(
    cache: Path | None = None,
    *,
    clock: Clock | None = None,
    offline: bool = False,
    timeout: float = 5,
    contact: str = "",
) -> Iterator[httpx.Client]:
    clock = clock or Clock()
    kept = http.Cache(cache) if cache else None
    with http.client(
        cache=kept,
        offline=offline,
        timeout=timeout,
        keys=KEYS,
        contact=contact,
        # Certificates take longer to load than most tests take to run.
        transport=httpx.HTTPTransport(verify=False),
        sleep=clock.sleep,
        now=clock.now,
        clock=clock.now,
    ) as client:
        yield client
    if kept:
        kept.close()


def run(
    server: ServiceServer,
    records: Sequence[Record],
    *,
    cache: Path | None = None,
    clock: Clock | None = None,
    offline: bool = False,
    timeout: float = 5,
    services: Sequence[str] = (),
    more: Sequence[Resolver] = (),
    **how: object,
) -> tuple[list[Outcome], list[Diagnostic]]:
    """Resolve records against the loopback server."""
    with asking(cache, clock=clock, offline=offline, timeout=timeout) as client:
        asked = [*more, *resolvers(server, services)]
        return resolution.resolve(records, asked, client, **how)  # type: ignore[arg-type]  # tests


__all__ = ["Clock", "Paper", "asking", "listed", "people", "preprint", "publication", "run"]
