"""The services of one run: who is asked, where, with which key, how often; over one client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from paperexport.errors import UsageError
from paperexport.hookspecs import Resolver
from paperexport.plugins import Registry
from paperexport.settings import Settings

if TYPE_CHECKING:
    import httpx

    from paperexport.http import Cache

__all__ = ["Services", "chosen", "connect"]

KEPT = 30 * 86400.0
"""Seconds for which an answer will do: what is a preprint today is published some day."""
NEED_KEY = frozenset({"openalex"})
"""Services that answer nobody without a key."""


class Services(Struct, frozen=True, kw_only=True):
    """Resolvers, and the client that they ask with.

    Attributes:
        resolvers: name → resolver, in the order in which they are asked.
        client: the client.
        cache: what it keeps.
    """

    resolvers: Mapping[str, Resolver]
    client: httpx.Client
    cache: Cache

    def close(self) -> None:
        """Close the client and the cache."""
        self.client.close()
        self.cache.close()


def chosen(
    registry: Registry, settings: Settings, names: Sequence[str] | None = None
) -> dict[str, Resolver]:
    """The resolvers of a run, set up: the local index first, where there is one.

    Args:
        registry: the plugins.
        settings: URLs, keys and paces.
        names: who is asked; None asks all that can answer.

    Raises:
        UsageError: there is no such service, or no index.
    """
    found: dict[str, Resolver] = {}
    if names is not None and "index" in names and not settings.index.exists():
        raise UsageError(
            f"there is no index at {settings.index}",
            hint="make one: paperexport index build SNAPSHOT",
        )
    if settings.index.exists() and (names is None or "index" in names):
        from paperexport.resolvers.local import Local

        found["index"] = Local(path=str(settings.index))
    for name in names or ():
        if name != "index":
            registry.resolver(name)
    for name, resolver in registry.resolvers.items():
        said = settings.services.get(name)
        if names is not None and name not in names:
            continue
        if names is None and name in NEED_KEY and not (said and said.key):
            continue
        changes = {
            field: value
            for field, value in (
                ("url", said.url if said else None),
                ("interval", said.interval if said else None),
            )
            if value is not None and field in resolver.__struct_fields__
        }
        found[name] = msgspec.structs.replace(resolver, **changes) if changes else resolver
    if not found:
        raise UsageError("no service is left to ask", hint="see --services")
    return found


def connect(
    registry: Registry,
    settings: Settings,
    *,
    names: Sequence[str] | None = None,
    offline: bool = False,
    transport: httpx.BaseTransport | None = None,
) -> Services:
    """The services of a run, ready to be asked.

    Args:
        registry: the plugins.
        settings: URLs, keys, paces, contact, and where the cache is.
        names: who is asked; None asks all that can answer.
        offline: use what the cache and the index hold, and ask nobody.
        transport: the innermost transport, for tests.

    Raises:
        UsageError: there is no such service.
        PaperExportError: the cache cannot be opened.
    """
    from paperexport import http

    resolvers = chosen(registry, settings, names)
    keys = {}
    for name, said in settings.services.items():
        header = getattr(resolvers.get(name), "key_header", "")
        parameter = getattr(resolvers.get(name), "key_parameter", "")
        # Whoever takes no key is sent none.
        if said.key is not None and (header or parameter):
            keys[name] = http.Key(said.key.reveal(), header=header, parameter=parameter)
    cache = http.Cache(settings.cache)
    client = http.client(
        cache=cache,
        contact=settings.contact,
        offline=offline,
        max_age=KEPT,
        keys=keys,
        transport=transport,
    )
    return Services(resolvers=resolvers, client=client, cache=cache)
