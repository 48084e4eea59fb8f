"""Which server, which key, which library; and what may be done there, asked before anything is."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from paperexport_zotero._core import Refused, Secret, SettingsError, Unreachable, UsageError
from paperexport_zotero.service import LOCAL, WEB, Lost, Service, Unsent, connect

APP = "paperexport"
KEYS_PAGE = "https://www.zotero.org/settings/keys/new"
RIGHTS = f"change the key's rights at {KEYS_PAGE.removesuffix('/new')}"
OFF = (
    "in Zotero: Settings → Advanced → Allow other applications on this computer to communicate "
    "with Zotero"
)
FIRST = 3
"""How often Zotero is asked at most whether it is there: who waits wants to know soon."""
START = "start Zotero, or use the Web API"
_WEB_KEY = re.compile("[A-Za-z0-9]+")
_LOCAL_KEY = re.compile("[!-~]+")


class Where(Struct, frozen=True, kw_only=True):
    """Which server is asked, and with which key.

    Attributes:
        url: the base of its API.
        key: the API key, or None.
        local: whether it is the API of a running Zotero.
        keys: the file that ``login`` writes; None has none.
    """

    url: str = WEB
    key: Secret | None = None
    local: bool = False
    keys: Path | None = None


class Home(Struct, frozen=True, kw_only=True):
    """A library that a key can see.

    Attributes:
        path: ``users/1`` or ``groups/2``.
        name: what it is called.
        writable: whether the key may write there.
        why: why not, for a person.
        do: what that person can do about it.
    """

    path: str
    name: str
    writable: bool = True
    why: str = ""
    do: str = ""

    @property
    def said(self) -> str:
        """As ``--library`` takes it: ``user``, ``group:2``."""
        return "user" if self.path.startswith("users/") else self.path.replace("s/", ":")


class Rights(Struct, frozen=True, kw_only=True):
    """Whose a key is, and what it may do (``GET /keys/current``).

    Attributes:
        user: the number of the user.
        name: what the user is called.
        library: whether it sees the user's own library.
        write: whether it may write there.
        groups: group, or ``all``, → whether it may write there.
    """

    user: int
    name: str
    library: bool
    write: bool
    groups: Mapping[str, bool]


class _Key(Struct, frozen=True):
    """``GET /keys/current``; what is empty may be a list."""

    userID: int  # noqa: N815 - the server's
    username: str = ""
    displayName: str = ""  # noqa: N815 - the server's
    access: dict[str, Any] | list[Any] = {}


class _Group(Struct, frozen=True):
    """A group, of those that there are."""

    id: int
    data: dict[str, Any] = {}


class _Authorized(Struct, frozen=True):
    """What a running Zotero says when it was asked for a key."""

    key: str = ""
    remember: bool = False


def where(
    environment: Mapping[str, str], *, url: str = "", key: Secret | None = None,
    local: bool = False, keys: Path | None = None,
) -> Where:  # fmt: skip
    """The server of a run.

    Args:
        environment: ``ZOTERO_API_KEY``.
        url: the base of the API, from the settings.
        key: from the settings; before the environment's and the one that ``login`` kept.
        local: whether the API of a running Zotero is meant.
        keys: the file that ``login`` writes.

    Raises:
        SettingsError: the address holds more than an address, or no keys can be read.
    """
    base = (url or (LOCAL if local else WEB)).rstrip("/")
    try:
        parts = urlsplit(base)
    except ValueError:
        raise SettingsError(
            "the address of Zotero's API is none", hint="http://… or https://…"
        ) from None
    if "@" in parts.netloc or parts.query or parts.fragment:
        # It is shown in messages and kept in the state.
        raise SettingsError(
            "the address of Zotero's API holds more than an address",
            hint="no name, no password and no key belong into it; PAPEREXPORT_ZOTERO_KEY is for "
            "the key",
        )
    if key is None and not local and (said := environment.get("ZOTERO_API_KEY")):
        key = Secret(said)
    if key is None and keys is not None and not local:
        key = kept(keys).get(base)
    return Where(url=base, key=key, local=local, keys=keys)


def kept(file: Path) -> dict[str, Secret]:
    """Server → key, from the file that :func:`keep` writes.

    Raises:
        SettingsError: it cannot be read.
    """
    try:
        said = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"{file}: no keys can be read from it", hint="delete it and log in again"
        ) from error
    if not isinstance(said, dict):
        raise SettingsError(f"{file}: holds no keys", hint="delete it and log in again")
    return {str(server): Secret(str(key)) for server, key in said.items()}


def keep(file: Path, server: str, key: Secret) -> None:
    """Keep the key of a server, in a file that nobody else can read.

    Raises:
        SettingsError: it cannot be written.
    """
    all_keys = {name: secret.reveal() for name, secret in kept(file).items()}
    all_keys[server] = key.reveal()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".zotero.", dir=file.parent)  # mode 0600
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(all_keys, stream)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(file)
    except OSError as error:
        raise SettingsError(f"{file}: cannot be written: {error.strerror}") from error


def opened(place: Where, **how: Any) -> Service:
    """A connection to a server, to no library of it yet.

    Args:
        place: which server.
        how: as :func:`~paperexport_zotero.service.connect` takes it.

    Raises:
        SettingsError: there is no key, or what is given can be none.
        Unreachable: no Zotero runs here (local only).
    """
    if place.key is not None:
        form = _LOCAL_KEY if place.local else _WEB_KEY
        if not form.fullmatch(place.key.reveal()):
            raise SettingsError(
                "what is given as Zotero's key can be none: a key is letters and digits",
                hint=f"make one at {KEYS_PAGE}, then `paperexport zotero login`",
            )
    if not place.local:
        if place.key is None:
            raise SettingsError(
                "no Zotero key is known",
                hint="`paperexport zotero login`, or set PAPEREXPORT_ZOTERO_KEY",
            )
        return connect("users/0", key=place.key, url=place.url, **how)
    service = _running(place.url, **how)
    known = kept(place.keys).get(service.server) if place.keys else None
    if key := place.key or known:
        service.close()
        service = _running(place.url, key=key, **how)
    return service


def _running(url: str, **how: Any) -> Service:
    """A connection to a running Zotero.

    Raises:
        Unreachable: no Zotero runs here.
    """
    try:
        return connect("users/0", url=url, local=True, **how)
    except Unreachable as error:
        raise Unsent(f"no Zotero runs here: {error.message}", hint=START) from None


def desktop(place: Where, **how: Any) -> Service:
    """A connection to a running Zotero itself, for its connector.

    Args:
        place: where its API is.
        how: as :func:`~paperexport_zotero.service.connect` takes it.

    Raises:
        Unreachable: no Zotero runs here.
    """
    parts = urlsplit(place.url)
    return _running(f"{parts.scheme}://{parts.netloc}", **how)


def rights(service: Service) -> Rights:
    """What the key may do.

    Raises:
        SettingsError: it is no key, or no Zotero answers there.
        RemoteError: Zotero could not be asked.
    """
    try:
        said = service.get("/keys/current", absolute=True).json(_Key)
    except Refused as error:
        if error.status in (401, 403):
            raise SettingsError(
                f"Zotero does not know this key: {error.message.removeprefix('Zotero refused: ')}",
                hint=f"make one at {KEYS_PAGE}, then `paperexport zotero login`",
            ) from None
        if error.status == 404:
            said = None
        else:
            raise
    except Lost:
        said = None
    if said is None:
        raise SettingsError(
            f"what answers at {service.base} is no Zotero Web API",
            hint="PAPEREXPORT_ZOTERO_URL names its address, and need not be set",
        )
    access = said.access or {}
    own = access.get("user") or {}
    return Rights(
        user=said.userID,
        name=said.displayName or said.username or str(said.userID),
        library=bool(own.get("library")),
        write=bool(own.get("write")),
        groups={
            str(group): bool((right or {}).get("write"))
            for group, right in (access.get("groups") or {}).items()
        },
    )


def homes(service: Service) -> list[Home]:
    """The libraries that the key can see, one's own first.

    Raises:
        SettingsError: it is no key; or Zotero's local API is off.
        RemoteError: Zotero could not be asked.
    """
    service = service.at(service.path)
    service.attempts = min(service.attempts, FIRST)
    if service.local:
        return _local_homes(service)
    known = rights(service)
    found = []
    if known.library:
        found.append(_home(f"users/{known.user}", known.name, *_only_read(known.write)))
    if known.groups:
        answer = service.get(f"/users/{known.user}/groups", {"limit": 100}, absolute=True)
        found += [
            _group(one, known)
            for one in answer.json(list[_Group])
            if str(one.id) in known.groups or "all" in known.groups
        ]
    return found


def _local_homes(service: Service) -> list[Home]:
    try:
        groups = service.get("/users/0/groups", absolute=True).json(list[_Group])
    except Refused as error:
        if error.status == 403:
            raise SettingsError("Zotero runs, its local API is off", hint=OFF) from None
        raise
    why = do = ""
    if "://" in service.server:  # it named no server id
        why, do = "a Zotero before 10 can be read, not written", "update Zotero, or use the Web API"
    elif "Zotero-API-Key" not in service.headers():
        why, do = "it can be read; to write it wants a key", "`paperexport zotero login --local`"
    found = [_home("users/0", "My Library", why, do)]
    return found + [_home(f"groups/{one.id}", _name(one), why, do) for one in groups]


def _group(said: _Group, known: Rights) -> Home:
    data = said.data
    number = str(said.id)
    why, do = _only_read(known.groups.get(number, known.groups.get("all", False)))
    admins = {data.get("owner"), *(data.get("admins") or ())}
    if not why and data.get("libraryEditing") == "admins" and known.user not in admins:
        why, do = "only the group's administrators may edit it", "ask one of them"
    return _home(f"groups/{number}", _name(said), why, do)


def _only_read(write: bool) -> tuple[str, str]:
    return ("", "") if write else ("the key may only read there", RIGHTS)


def _name(group: _Group) -> str:
    return str(group.data.get("name") or group.id)


def _home(path: str, name: str, why: str, do: str) -> Home:
    return Home(path=path, name=name, writable=not why, why=why, do=do)


def chosen(found: Sequence[Home], said: str) -> Home:
    """The library that a person means.

    Args:
        found: those that there are.
        said: ``user``, ``group:123``, or a name; empty for one's own.

    Raises:
        UsageError: it is none of them, or several.
    """
    own = said in ("", "user")
    if own:
        fitting = [home for home in found if home.path.startswith("users/")]
    elif said.startswith(("group:", "user:")):
        kind, _, number = said.partition(":")
        fitting = [home for home in found if home.path == f"{kind}s/{number}"]
    else:
        fitting = [home for home in found if home.name == said]
        fitting = fitting or [h for h in found if h.name.casefold() == said.casefold()]
    if len(fitting) == 1:
        return fitting[0]
    known = ", ".join(f"{home.said} ({home.name})" for home in found)
    hint = f"--library can be: {known}" if known else f"it sees no library at all; {RIGHTS}"
    if own:
        raise UsageError("this key does not see a library of your own", hint=hint)
    what = f"{len(fitting)} libraries are called" if fitting else "no library is called"
    raise UsageError(f"{what} {said!r}", hint=hint)


def find(service: Service, said: str = "") -> Home:
    """The library that a person means, and what may be done there.

    Args:
        service: what :func:`opened` gave.
        said: ``user``, ``group:123``, or a name; empty for one's own.

    Raises:
        UsageError: there is no such library.
        SettingsError: the key is none.
        RemoteError: Zotero could not be asked.
    """
    return chosen(homes(service), said)


def library(service: Service, said: str = "", *, write: bool = False) -> Service:
    """The library that a person means, on the same connection.

    Args:
        service: what :func:`opened` gave.
        said: ``user``, ``group:123``, or a name; empty for one's own.
        write: whether it must be writable.

    Raises:
        UsageError: there is no such library.
        SettingsError: the key may not write there.
        RemoteError: Zotero could not be asked.
    """
    return at(service, find(service, said), write=write)


def at(service: Service, home: Home, *, write: bool = False) -> Service:
    """A library that :func:`find` found, on the same connection.

    Args:
        service: what :func:`opened` gave.
        home: the library.
        write: whether it must be writable.

    Raises:
        SettingsError: the key may not write there.
    """
    if write and not home.writable:
        raise SettingsError(f"{home.name!r} cannot be written: {home.why}", hint=home.do)
    return service.at(home.path)


def authorize(service: Service) -> Secret:
    """Ask a running Zotero for a key; it shows a dialog (Zotero 10).

    Raises:
        SettingsError: the person said no, or it is too old, or its API is off.
        RemoteError: it could not be asked.
    """
    answer = service.once(
        "POST",
        "/local/authorize",
        {},
        {"Content-Type": "application/json"},
        json.dumps({"appName": APP}).encode(),
    )
    if answer.status == 200 and (given := answer.json(_Authorized)).key:
        if not given.remember:
            raise SettingsError(
                "Zotero gave a key for one write only", hint="let it remember the answer"
            )
        return Secret(given.key)
    said = answer.body[:200].decode("utf-8", "replace")
    if answer.status == 429:
        raise SettingsError("Zotero was asked too often", hint="wait five minutes")
    if answer.status == 403 and "denied" in said:
        raise SettingsError("no was said in Zotero's dialog", hint="try again and say yes")
    if answer.status == 403:
        raise SettingsError("Zotero runs, its local API is off", hint=OFF)
    raise SettingsError(
        f"this Zotero gives no keys ({answer.status})", hint="Zotero 10 or newer is needed"
    )
