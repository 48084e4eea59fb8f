"""The loopback server: who asks for what, and what goes wrong on the way."""

from __future__ import annotations

import gzip
import html
import json
import re
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from msgspec import Struct, field

from paperexport_zotero import _schema, schema
from paperexport_zotero.testing import _read, _write
from paperexport_zotero.testing._library import Collection, Item, Json, Library, Problem
from paperexport_zotero.testing._read import Asked, Views

CURRENT = "current"
MOST = 50
"""Objects in one request."""
HTML = "text/html; charset=UTF-8"
JSON = "application/json"
_KEY = "[23456789ABCDEFGHIJKLMNPQRSTUVWXYZ]{8}"
_SURROGATE = re.compile("[\ud800-\udfff]")
NOT_FOUND = "<h1>Not Found</h1>\n<p>The page you requested could not be found.</p>\n"


class User(Struct, frozen=True, kw_only=True):
    """Somebody with a library."""

    number: int
    name: str = "reader"
    display: str = "A Reader"


class Group(Struct, frozen=True, kw_only=True):
    """A group: who may write (``admins`` or ``members``), and whether anybody may read."""

    number: int
    name: str
    members: tuple[int, ...] = (1,)
    admins: tuple[int, ...] = ()
    editing: str = "members"
    public: bool = False
    owner: int = 1
    file_editing: str = "members"
    version: int = 1


class ApiKey(Struct, frozen=True, kw_only=True):
    """A key and its rights; ``groups`` is group (or ``all``) → whether it may write there."""

    secret: str
    user: int = 1
    library: bool = True
    files: bool = True
    notes: bool = True
    write: bool = True
    groups: Mapping[str, bool] = field(default_factory=lambda: {"all": True})


class Fault(Struct, frozen=True, kw_only=True):
    """What goes wrong with one request.

    Attributes:
        when: ``METHOD path`` as a regular expression of what it goes wrong with.
        status: answer with this instead of doing what was asked.
        body: the text of that answer.
        headers: headers to add to the answer, of whatever status: ``Backoff``, ``Retry-After``.
        refuse: close the connection without an answer, and do nothing.
        lose: do what was asked, then close the connection without an answer.
        cut: do what was asked, send half of the answer, close.
        delay: seconds to wait before anything.
        meanwhile: somebody else's change, just before the request is served.
        between: somebody else's change, once the request's preconditions were looked at: behind the
            first object of a POST, each of which is a transaction; or before a PATCH is stored,
            which the real server then does from what it had read.
        times: how many requests it goes wrong with; 0 is all.
    """

    when: str = ""
    status: int = 0
    body: str = ""
    headers: Mapping[str, str] = {}
    refuse: bool = False
    lose: bool = False
    cut: bool = False
    delay: float = 0.0
    meanwhile: Callable[[], object] | None = None
    between: Callable[[], object] | None = None
    times: int = 1


class Request(Struct, frozen=True):
    """What is asked; header names in lower case."""

    method: str
    path: str
    query: Sequence[tuple[str, str]]
    headers: Mapping[str, str]
    body: bytes


class Reply(Struct):
    """What is answered; ``status`` 0 is no answer at all."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = {}


class ZoteroServer:
    """A Zotero Web API v3 on 127.0.0.1, no kinder than the real one; a context manager.

    Beside :attr:`url` it can be asked without a socket (:meth:`answer`).

    Args:
        users: who has a library; one reader with id 1 by default.
        groups: the groups that there are.
        keys: the API keys that there are; by default one, ``full``, that may do everything.
        seed: of the object keys that the server makes.
        schema_version: what it says its schema is.
        clock: seconds, for the rate limiter.

    Attributes:
        requests: ``METHOD path?query`` of each request, in order.
        faults: what goes wrong; the first that fits a request is used up by it.
        limiter: whether the rate limiter is on (100 requests at once, 10 a second after that).
        equal: whether the version sent must be the object's, as in a running Zotero.
    """

    def __init__(
        self,
        *,
        users: Iterable[User] = (User(number=1),),
        groups: Iterable[Group] = (),
        keys: Iterable[ApiKey] = (),
        seed: int = 0,
        schema_version: int = schema.VERSION,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.users = {user.number: user for user in users}
        self.groups = {group.number: group for group in groups}
        first = next(iter(self.users))
        self.keys = {k.secret: k for k in keys} or {
            "full": ApiKey(secret="full", user=first)  # noqa: S106 - the fake's
        }
        self.libraries = {
            f"users/{u.number}": Library("user", u.number, u.display, seed)
            for u in self.users.values()
        } | {
            f"groups/{g.number}": Library("group", g.number, g.name, seed)
            for g in self.groups.values()
        }
        self.requests: list[str] = []
        self.faults: list[Fault] = []
        self.limiter = False
        self.equal = False
        self.schema_version = schema_version
        self.clock = clock
        self._bucket = (100.0, clock())
        self._tokens: set[tuple[str, str]] = set()
        self._between: Callable[[], object] | None = None
        self._lock = threading.RLock()
        self._http: ThreadingHTTPServer | None = None

    @property
    def people(self) -> dict[int, Json]:
        """User → as a group's items name who made them."""
        return {
            user.number: {
                "id": user.number,
                "username": user.name,
                "name": user.display,
                "links": {"alternate": {"href": f"{_read.WWW}/{user.name}", "type": "text/html"}},
            }
            for user in self.users.values()
        }

    # -- over a socket

    def __enter__(self) -> Self:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing."""

            def handle_any(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                parts = urlsplit(self.path)
                reply = outer.answer(
                    Request(
                        self.command,
                        parts.path,
                        parse_qsl(parts.query, keep_blank_values=True),
                        {name.lower(): value for name, value in self.headers.items()},
                        body,
                    )
                )
                if not reply.status:
                    self.close_connection = True
                    self.connection.close()
                    return
                cut = reply.headers.pop("x-cut", "")
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if reply.status not in (204, 304):
                    self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(reply.body[: len(reply.body) // 2] if cut else reply.body)
                if cut:
                    self.close_connection = True
                    self.connection.close()

            do_GET = do_POST = do_PUT = handle_any  # noqa: N815 - http.server's names
            do_PATCH = do_DELETE = do_HEAD = handle_any  # noqa: N815

        self._http = _Quiet(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._http:
            self._http.shutdown()
            self._http.server_close()

    @property
    def url(self) -> str:
        """The base of the Web API, for ``PAPEREXPORT_ZOTERO_URL``."""
        return f"http://127.0.0.1:{self._http.server_port}" if self._http else "http://zotero.test"

    def environment(self) -> dict[str, str]:
        """Settings that lead here, with the first key that there is."""
        return {
            "PAPEREXPORT_ZOTERO_URL": self.url,
            "PAPEREXPORT_ZOTERO_KEY": next(iter(self.keys)),
        }

    # -- the answer

    def answer(self, request: Request) -> Reply:
        """The answer to a request, faults included."""
        with self._lock:
            query = "&".join(f"{k}={v}" for k, v in request.query if k != "key")
            line = f"{request.method} {request.path}" + (f"?{query}" if query else "")
            self.requests.append(line)
            fault = self._fault(line)
            if fault.delay:
                time.sleep(fault.delay)
            if fault.meanwhile:
                fault.meanwhile()
            if fault.refuse:
                return Reply(0)
            self._between = fault.between
            if fault.status:
                reply = Reply(fault.status, fault.body.encode(), {"Content-Type": HTML})
            else:
                reply = self._served(request)
            if fault.lose:
                return Reply(0)
            reply.headers = {**reply.headers, **fault.headers}
            if fault.cut:
                reply.headers["x-cut"] = "yes"
            return reply

    def _fault(self, line: str) -> Fault:
        for number, fault in enumerate(self.faults):
            if re.search(fault.when, line):
                if fault.times == 1:
                    del self.faults[number]
                elif fault.times > 1:
                    left = {f: getattr(fault, f) for f in Fault.__struct_fields__}
                    self.faults[number] = Fault(**{**left, "times": fault.times - 1})
                return fault
        return Fault()

    def _served(self, request: Request) -> Reply:
        call = _Call(self, request)
        try:
            reply = call.served()
        except Problem as problem:
            reply = Reply(problem.code, problem.message.encode(), {"Content-Type": HTML})
            reply.headers |= call.headers_of_problem(problem)
            call.versioned = call.versioned and not problem.bare
        if call.versioned:
            reply.headers.setdefault("Zotero-API-Version", "3")
            reply.headers.setdefault("Zotero-Schema-Version", str(self.schema_version))
        return reply

    def interrupted(self) -> None:
        """Let somebody else write now, if a fault says so."""
        between, self._between = self._between, None
        if between:
            between()

    def limited(self) -> bool:
        """Whether the rate limiter refuses a request."""
        if not self.limiter:
            return False
        left, then = self._bucket
        now = self.clock()
        left = min(100.0, left + 10 * (now - then))
        self._bucket = (left - 1 if left >= 1 else left, now)
        return left < 1

    def used(self, secret: str, token: str) -> bool:
        """Whether a write token was seen."""
        return (secret, token) in self._tokens

    def use(self, secret: str, token: str) -> None:
        """Remember a write token."""
        self._tokens.add((secret, token))


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Call:
    """One request being served."""

    def __init__(self, server: ZoteroServer, request: Request) -> None:
        self.server = server
        self.request = request
        self.method = request.method
        self.headers: dict[str, str] = {}
        self.versioned = False
        self.key: ApiKey | None = None
        self.item_version = 0

    def headers_of_problem(self, problem: Problem) -> dict[str, str]:
        """A 412 about one object tells its version."""
        found = dict(self.headers)
        if problem.code == 412 and self.item_version:
            found["Last-Modified-Version"] = str(self.item_version)
        return found

    def query(self, name: str) -> str:
        return next((v for k, v in reversed(self.request.query) if k == name), "")

    def served(self) -> Reply:
        request = self.request
        header, parameter = request.headers.get("zotero-api-version"), self.query("v")
        if header and parameter and header != parameter:
            raise Problem(400, "Zotero-API-Version header does not match 'v' query parameter")
        version = header or parameter
        if header and not header.isdecimal():
            version = parameter
        if version and version not in ("1", "2", "3"):
            raise Problem(400, f"Invalid API version '{version}'")
        self.key = self._key()
        self.versioned = True
        if self.server.limited():
            self.headers["Retry-After"] = "10"
            raise Problem(429, "Request rate limit exceeded", bare=True)
        if request.headers.get("expect"):
            raise Problem(417, "Expect header is not supported")
        parts = [unquote(p) for p in request.path.strip("/").split("/")]
        match parts:
            case [""]:
                return _html("Nothing to see here.")
            case ["keys", secret]:
                return self._keys(secret)
            case ["users" | "groups", number, *rest]:
                return self._library(parts[0], number, rest)
            case ["items", "new"]:
                return _json(_template(self.query))
            case [
                "itemTypes"
                | "itemFields"
                | "creatorFields"
                | "itemTypeFields"
                | "itemTypeCreatorTypes"
                | "schema"
            ]:
                return _json(_global(parts[0], self.query("itemType")))
        raise Problem(404, NOT_FOUND, bare=True)

    # -- who asks

    def _key(self) -> ApiKey | None:
        headers = self.request.headers
        said = headers.get("zotero-api-key", "")
        auth = headers.get("authorization", "")
        if not said and auth.lower().startswith("bearer"):
            found = re.fullmatch(r"bearer ([A-Za-z0-9]+)", auth, re.IGNORECASE)
            if not found:
                raise Problem(400, "Invalid Authorization header format")
            said = found[1]
        parameter = self.query("key")
        if said and parameter and said != parameter:
            raise Problem(400, "Zotero-API-Key header and 'key' parameter differ")
        said = said or parameter
        if said and said not in self.server.keys:
            raise Problem(403, "Invalid key")
        return self.server.keys.get(said)

    def _keys(self, secret: str) -> Reply:
        key = self.key if secret == CURRENT else self.server.keys.get(secret)
        if secret == CURRENT and key is None:
            raise Problem(403, "Forbidden")
        if key is None:
            raise Problem(404, f"Key '{secret}' not found")
        user = self.server.users[key.user]
        found: Json = {
            "key": key.secret,
            "userID": user.number,
            "username": user.name,
            "displayName": user.display,
        }
        access: Json = {}
        if key.library:
            rights = {"library": True, "files": key.files, "notes": key.notes, "write": key.write}
            access["user"] = {name: True for name, given in rights.items() if given}
        if key.groups:
            access["groups"] = {
                group: {"library": True, "write": write} for group, write in key.groups.items()
            }
        if access:
            found["access"] = access
        return _json(found)

    def _rights(self, kind: str, number: int) -> tuple[bool, bool]:
        """Whether the key may read and write a library."""
        key = self.key
        if kind == "users":
            if key is None or key.user != number or not key.library:
                return False, False
            return True, key.write
        group = self.server.groups[number]
        if key is None:
            return group.public, False
        member = key.user in (*group.members, *group.admins)
        given = key.groups.get(str(number), key.groups.get("all"))
        if given is None or not member:
            return group.public, False
        writer = key.user in group.admins or group.editing == "members"
        return True, given and writer

    # -- a library

    def _library(self, kind: str, number: str, rest: list[str]) -> Reply:
        server = self.server
        word = kind[:-1]
        if not number.isdecimal() or number == "0":
            raise Problem(400, f"Invalid {word} ID", bare=True)
        identifier = int(number)
        if kind == "users" and identifier not in server.users:
            raise Problem(404, f"User {number} not found", bare=True)
        if kind == "groups" and identifier not in server.groups:
            raise Problem(404, "Not found", bare=True)
        library = server.libraries[f"{kind}/{number}"]
        may_read, may_write = self._rights(kind, identifier)
        self.library = library
        if rest == ["groups"]:
            return self._groups(identifier)
        route = self._route(kind, rest)
        if self.method not in ("GET", "HEAD"):
            if self.key is None:
                raise Problem(403, "An API key is required for write requests.", bare=True)
            if not may_write:
                raise Problem(403, "Write access denied")
        elif not may_read:
            if re.fullmatch(f"items/{_KEY}", "/".join(rest)) and rest[1] not in library.items:
                raise Problem(404, "Item does not exist")
            if kind == "groups" and not rest:
                raise Problem(404, "Not found")
            raise Problem(403, "Forbidden")
        owner = server.users[identifier].name if kind == "users" else library.name
        self.views = Views(
            library,
            server.url,
            owner,
            notes=bool(self.key and self.key.notes) or kind == "groups",
            people=server.people,
        )
        return route()

    def _route(self, kind: str, rest: list[str]) -> Callable[[], Reply]:
        """What serves a path, or the answer that nothing does."""
        many, one, look = "HEAD, GET, POST, DELETE", "HEAD, GET, PUT, PATCH, DELETE", "GET"
        table: list[tuple[str, str, Callable[..., Reply]]] = [
            (r"items", many, self._items),
            (r"items/(top|trash)", look, self._items),
            (r"items/tags", "GET", self._tags),
            (r"items/(top|trash)/tags", look, self._tags),
            (rf"items/({_KEY})", one, self._item),
            (rf"items/({_KEY})/(children)", look, self._children),
            (rf"items/({_KEY})/tags", look, self._item_tags),
            (r"collections", many, self._collections),
            (r"collections/(top)", look, self._collections),
            (rf"collections/({_KEY})", one, self._collection),
            (rf"collections/({_KEY})/collections", look, self._subcollections),
            (rf"collections/({_KEY})/(items)", look, self._collection_items),
            (rf"collections/({_KEY})/items/(top|trash)", look, self._collection_items),
            (rf"collections/({_KEY})/(tags)", look, self._collection_items),
            (rf"collections/({_KEY})/items/(tags)", look, self._collection_items),
            (rf"collections/({_KEY})/items/top/(tags)", look, self._collection_items),
            (r"searches", many, self._searches),
            (r"tags", "HEAD, GET, DELETE", self._tags),
            (r"tags/(.+)", "HEAD, GET", self._tag),
            (r"deleted", look, self._deleted),
            (r"settings", "GET, POST, DELETE", self._settings),
            (r"publications/items", look, self._publications),
        ]
        path = "/".join(rest)
        if not rest and kind == "groups":
            return self._group
        for pattern, methods, serve in table:
            if found := re.fullmatch(pattern, path):
                if self.method not in [m.strip() for m in methods.split(",")] + ["HEAD"]:
                    self.headers["Allow"] = methods
                    raise Problem(405, "Method not allowed")
                return lambda: serve(*found.groups())
        if rest and rest[0] in ("items", "collections"):
            raise Problem(404, "Not found")
        raise Problem(404, NOT_FOUND, bare=True)

    # -- lists

    def _listed(self, found: Sequence[Any], asked: Asked, show: Callable[[Any], Json]) -> Reply:
        """A page of a list, in the format asked for."""
        library, total = self.library, len(found)
        headers = {
            "Last-Modified-Version": str(library.version),
            "Total-Results": str(total),
            "Link": _read.links(asked, self.server.url, self.request.path, total),
        }
        start = asked.start
        if asked.limit:
            page = list(found[start : start + asked.limit]) if start >= 0 else []
        else:
            page = list(found[max(start, 0) :])
        if asked.format == "versions":
            return _json({one.key: one.version for one in page}, headers)
        if asked.format == "keys":
            body = "".join(f"{one.key}\n" for one in page)
            return Reply(200, body.encode(), headers | {"Content-Type": "text/plain;charset=UTF-8"})
        if asked.format != "json":
            raise Problem(400, f"Format '{asked.format}' is not served here")
        return _json([show(one) for one in page], headers)

    def _asked(self) -> Asked:
        """The parameters of a list; answers 304 where nothing changed since."""
        since = self.request.headers.get("if-modified-since-version", "")
        # PHP compares a number with what is no number as texts.
        number, now = re.fullmatch(r"-?\d+", since), self.library.version
        if (now <= int(since)) if number else (since and str(now) <= since):
            raise Problem(304, "", bare=True)
        return Asked(self.request.query)

    def _visible(self, *, trash: bool = False) -> list[Item]:
        asked_trash = self.query("includeTrashed") not in ("", "0")
        return [
            item
            for item in self.library.items.values()
            if (item.deleted if trash else asked_trash or not self._trashed(item))
            and (self.views.notes or item.item_type != "note")
        ]

    def _trashed(self, item: Item) -> bool:
        return item.deleted

    def _items(self, which: str = "") -> Reply:
        if self.method == "POST":
            return self._post("item")
        if self.method == "DELETE":
            return self._delete_many("item")
        asked = self._asked()
        found = self._visible(trash=which == "trash")
        if which == "top":
            found = [item for item in found if not item.parent]
        return self._listed(_read.filtered(found, asked), asked, self.views.item)

    def _children(self, key: str, _which: str) -> Reply:
        if key not in self.library.items:
            raise Problem(404, "Item not found")
        asked = self._asked()
        found = [item for item in self._visible() if item.parent == key]
        return self._listed(_read.filtered(found, asked), asked, self.views.item)

    def _collections(self, which: str = "") -> Reply:
        if self.method == "POST":
            return self._post("collection")
        if self.method == "DELETE":
            return self._delete_many("collection")
        asked = self._asked()
        found = [c for c in self.library.collections.values() if not (which and c.parent)]
        return self._collection_list(found, asked)

    def _subcollections(self, key: str) -> Reply:
        if key not in self.library.collections:
            raise Problem(404, "Collection not found")
        asked = self._asked()
        found = [c for c in self.library.collections.values() if c.parent == key]
        return self._collection_list(found, asked)

    def _collection_list(self, found: list[Collection], asked: Asked) -> Reply:
        if keys := asked.get("collectionKey"):
            found = [c for c in found if c.key in keys.split(",")]
        found = [c for c in found if c.version > asked.since or not asked.since]
        said = _read.fold(asked.get("q"))
        found = [c for c in found if said in _read.fold(c.name)]
        by_change = asked.sort == "dateModified"
        found.sort(
            key=lambda c: c.version if by_change else c.serial, reverse=asked.direction == "desc"
        )
        if asked.sort == "title":
            found.sort(key=lambda c: _read.fold(c.name), reverse=asked.direction == "desc")
        return self._listed(found, asked, self.views.collection)

    def _collection_items(self, key: str, which: str) -> Reply:
        if key not in self.library.collections:
            raise Problem(404, "Collection not found")
        asked = self._asked()
        visible = self._visible()
        tops = {item.key for item in self.library.items.values() if key in item.collections}
        found = [
            item for item in visible if item.key in tops or (which != "top" and item.parent in tops)
        ]
        if which == "tags":
            return self._tag_list([item for item in found if item.key in tops], asked)
        return self._listed(_read.filtered(found, asked), asked, self.views.item)

    def _tags(self, which: str = "") -> Reply:
        if self.method == "DELETE":
            return self._delete_tags()
        asked = self._asked()
        found = self._visible(trash=which == "trash")
        if which == "top":
            found = [item for item in found if not item.parent]
        return self._tag_list(found, asked)

    def _item_tags(self, key: str) -> Reply:
        if key not in self.library.items:
            raise Problem(404, "Item does not exist")
        return self._tag_list([self.library.items[key]], self._asked())

    def _tag(self, name: str) -> Reply:
        asked = self._asked()
        items = [item for item in self._visible() if any(name == tag for tag, _ in item.tags)]
        if not items:
            raise Problem(404, "Not found")
        return self._tag_list(items, asked, name)

    def _tag_list(self, items: Iterable[Item], asked: Asked, only: str = "") -> Reply:
        counts: dict[tuple[str, int], int] = {}
        for item in items:
            for name, kind in item.tags:
                counts[name, kind] = counts.get((name, kind), 0) + 1
        said = _read.fold(asked.get("q"))
        found = [
            _Tag(key=name, version=0, kind=kind, count=count)
            for (name, kind), count in sorted(counts.items())
            if (not only or name == only) and said in _read.fold(name)
        ]
        if asked.get("direction") == "desc":
            found.reverse()
        return self._listed(found, asked, lambda t: self.views.tag(t.key, t.kind, t.count))

    def _searches(self) -> Reply:
        if self.method == "POST":
            objects = self._uploaded("search")
            if objects:
                raise Problem(501, "Searches are not kept here")
        return self._listed([], self._asked(), dict)

    def _publications(self) -> Reply:
        asked = self._asked()
        found = [item for item in self._visible() if item.published]
        return self._listed(_read.filtered(found, asked), asked, self.views.item)

    def _settings(self) -> Reply:
        return _json({}, {"Last-Modified-Version": str(self.library.version)})

    def _deleted(self) -> Reply:
        since = self.query("since") or self.query("newer")
        if not since:
            raise Problem(400, "'since' parameter must be provided")
        if not re.fullmatch(r"-?\d+", since):
            raise Problem(400, "Invalid value for 'since' parameter", bare=True)
        found: dict[str, list[str]] = {
            "collections": [], "items": [], "searches": [], "tags": [], "settings": []
        }  # fmt: skip
        for kind, key, version in self.library.erased:
            if version > int(since) and key not in found[kind]:
                found[kind].append(key)
        return _json(found, {"Last-Modified-Version": str(self.library.version)})

    def _groups(self, user: int) -> Reply:
        mine = [
            g
            for g in self.server.groups.values()
            if user in (*g.members, *g.admins)
            and (
                g.public
                or (self.key is not None and self.key.user == user and
                    (str(g.number) in self.key.groups or "all" in self.key.groups))
            )
        ]  # fmt: skip
        headers = {
            "Total-Results": str(len(mine)),
            "Link": f'<{_read.WWW}{self.request.path}>; rel="alternate"',
        }
        return _json([self._group_json(g) for g in mine], headers)

    def _group(self) -> Reply:
        return _json(self._group_json(self.server.groups[self.library.number]))

    def _group_json(self, group: Group) -> Json:
        data: Json = {
            "id": group.number,
            "version": group.version,
            "name": group.name,
            "owner": group.owner,
            "type": "PublicClosed" if group.public else "Private",
            "description": "",
            "url": "",
            "libraryEditing": group.editing,
            "libraryReading": "all" if group.public else "members",
            "fileEditing": group.file_editing,
        }
        if admins := [n for n in group.admins if n != group.owner]:
            data["admins"] = admins
        if members := [n for n in group.members if n != group.owner]:
            data["members"] = members
        href = f"{self.server.url}/groups/{group.number}"
        library = self.server.libraries[f"groups/{group.number}"]
        return {
            "id": group.number,
            "version": group.version,
            "links": {
                "self": {"href": href, "type": JSON},
                "alternate": {"href": f"{_read.WWW}/groups/{group.number}", "type": "text/html"},
            },
            "meta": {
                "created": "2026-01-01T00:00:00Z",
                "lastModified": "2026-01-01T00:00:00Z",
                "numItems": len(library.items),
            }
            | ({"isAdmin": self.key.user in group.admins} if self.key else {}),
            "data": data,
        }

    # -- one object

    def _item(self, key: str) -> Reply:
        item = self.library.items.get(key)
        if self.method in ("GET", "HEAD"):
            if item is None or (item.item_type == "note" and not self.views.notes):
                raise Problem(404, "Item does not exist")
            asked = self.query("format")
            if asked in ("keys", "versions"):
                raise Problem(400, f"Invalid 'format' value '{asked}'", bare=True)
            return _json(self.views.item(item), {"Last-Modified-Version": str(item.version)})
        return self._write_one("item", key, item)

    def _collection(self, key: str) -> Reply:
        found = self.library.collections.get(key)
        if self.method in ("GET", "HEAD"):
            if found is None:
                raise Problem(404, "Collection not found")
            return _json(
                self.views.collection(found), {"Last-Modified-Version": str(found.version)}
            )
        return self._write_one("collection", key, found)

    def _since_header(
        self, *, words: str = "Invalid If-Unmodified-Since-Version value"
    ) -> int | None:
        said = self.request.headers.get("if-unmodified-since-version")
        if said is None:
            return None
        if not re.fullmatch(r"-?\d+", said):
            raise Problem(400, words)
        return int(said)

    def _write_one(self, kind: str, key: str, old: Item | Collection | None) -> Reply:
        """PUT, PATCH or DELETE of one object."""
        library, label = self.library, kind.capitalize()
        said = self.request.headers.get("if-unmodified-since-version", "")
        header = self._since_header(words=f"Invalid If-Unmodified-Since-Version value '{said}'")
        if self.method == "DELETE":
            if header is None:
                raise Problem(
                    428, "If-Unmodified-Since-Version must be provided for delete requests"
                )
            if old is None:
                if header > 0:
                    raise Problem(412, f"{label} not found (expected version {header})")
                library.version += 1
                return Reply(204, headers={"Last-Modified-Version": str(library.version)})
            self._fresh(label, old, header)
            library.version += 1
            if kind == "item":
                library.erase_item(key)
            else:
                library.erase_collection(key)
            return Reply(204, headers={"Last-Modified-Version": str(library.version)})
        if not self.request.body:
            raise Problem(400, f"{self.method} data not provided", bare=True)
        data = _parsed(self.request.body)
        if not isinstance(data, dict):
            word = {list: "array", int: "integer", str: "string", bool: "boolean", float: "double"}
            said = html.escape(self.request.body.decode("utf-8", "replace"))
            raise Problem(
                400, f"Invalid {kind} object (found {word.get(type(data), 'NULL')} '{said}')"
            )
        data = _unwrapped(data)
        inner = data.get("version")
        if header is not None and inner is not None and header != inner:
            raise Problem(
                400,
                "If-Unmodified-Since-Version value does not match JSON 'version' property "
                f"({header} != {inner})",
            )
        version = (
            header if header is not None else _write.expected(data) if inner is not None else None
        )
        if "key" in data and data["key"] != key:
            raise Problem(409, f"'key' property in JSON does not match {kind} key of request")
        put = self.method == "PUT"
        if old is None:
            if version is None and not put:
                raise Problem(
                    404,
                    f"{label} not found (to create, use If-Unmodified-Since-Version: 0, "
                    "JSON 'version' 0, or PUT method)",
                )
            if version:
                raise Problem(412, f"{label} not found (expected version {version})")
        else:
            if version is None:
                raise Problem(
                    428,
                    "Either If-Unmodified-Since-Version or object version property must be "
                    "provided for key-based writes",
                )
            self._fresh(label, old, version)
        if self.method == "PATCH":
            self.server.interrupted()
        before = library.version
        saved = library.saved()
        library.version += 1
        try:
            changed = self._stored(kind, data, old, key, put=put and old is not None)
        except Problem as problem:
            library.restore(saved)
            if "field value" in problem.message:
                problem.message = problem.message.replace("…", "...")
            raise
        shown = library.version if changed else before
        return Reply(204, headers={"Last-Modified-Version": str(shown)})

    def _fresh(self, label: str, old: Item | Collection, version: Any) -> None:
        if old.version > version:
            self.item_version = old.version
            raise Problem(
                412,
                f"{label} has been modified since specified version "
                f"(expected {version}, found {old.version})",
            )

    def _stored(self, kind: str, data: Json, old: Any, key: str, *, put: bool = False) -> bool:
        if kind == "collection":
            return _write.write_collection(self.library, data, old, key, put=put)
        write = _write.ItemWrite(self.library, data, old, key, put=put)
        write.checked()
        changed = write.stored()
        if self.library.kind == "group" and self.key:
            write.new.author = old.author if old else self.key.user
        return changed

    # -- many objects

    def _uploaded(self, kind: str) -> list[Any]:
        if not self.request.body:
            raise Problem(400, "POST data not provided", bare=True)
        objects = _parsed(self.request.body)
        if not isinstance(objects, list):
            raise Problem(400, "Uploaded data must be a JSON array")
        if len(objects) > MOST:
            plural = "searches" if kind == "search" else f"{kind}s"
            raise Problem(413, f"Cannot add more than {MOST} {plural} at a time")
        return objects

    def _post(self, kind: str) -> Reply:
        library, server = self.library, self.server
        token = self.request.headers.get("zotero-write-token", "")
        secret = self.key.secret if self.key else ""
        header = self._since_header()
        if header is not None and library.version > header:
            raise Problem(
                412,
                "Library has been modified since specified version "
                f"(expected {header}, found {library.version})",
            )
        if token:
            if not 5 <= len(token) <= 32:
                raise Problem(400, "Write token must be 5-32 characters in length", bare=True)
            if server.used(secret, token):
                raise Problem(412, "Write token already used", bare=True)
        objects = self._uploaded(kind)
        report: dict[str, Json] = {"successful": {}, "success": {}, "unchanged": {}, "failed": {}}
        failed_last = False
        for number, data in enumerate(objects):
            if number:
                server.interrupted()
            saved = library.saved()
            library.version += 1
            failed_last = False
            try:
                key, changed = self._post_one(kind, number, data, header)
            except Problem as problem:
                library.restore(saved)
                if problem.code == 500 and kind == "item":
                    raise
                report["failed"][str(number)] = problem.report
                failed_last = True
                continue
            if not changed:
                report["unchanged"][str(number)] = key
                continue
            report["success"][str(number)] = key
            report["successful"][str(number)] = (
                self.views.item(library.items[key])
                if kind == "item"
                else self.views.collection(library.collections[key])
            )
        if token and not failed_last:
            server.use(secret, token)
        return _json(report, {"Last-Modified-Version": str(library.version)})

    def _post_one(self, kind: str, number: int, data: Any, header: int | None) -> tuple[str, bool]:
        if not isinstance(data, dict):
            raise Problem(
                400,
                f"Invalid value for index {number} in uploaded data; expected JSON {kind} object",
            )
        data = _unwrapped(data)
        key = _write.check_key(data, kind)
        store: Mapping[str, Any] = (
            self.library.items if kind == "item" else self.library.collections
        )
        old = store.get(key) if key else None
        version = _write.expected(data)
        if kind == "item":
            write = _write.ItemWrite(self.library, data, old, key)
            if not key or old is not None or not version or version < 0:
                write.checked()
        label = kind.capitalize()
        if key:
            if version is None and header is None:
                raise Problem(
                    428,
                    "Either If-Unmodified-Since-Version or 'version' property must be provided "
                    "for 'key'-based writes",
                )
            if old is None and version and version > 0:
                raise Problem(
                    404, f"{label} doesn't exist (expected version {version}; use 0 instead)"
                )
            if old is not None and self.server.equal and version != old.version:
                raise Problem(
                    412, f"{kind} version mismatch: expected {version}, found {old.version}"
                )
            if old is not None and version is not None and old.version > version:
                raise Problem(
                    412,
                    f"{label} has been modified since specified version "
                    f"(expected {version}, found {old.version})",
                )
        key = key or self.library.new_key()
        return key, self._stored(kind, data, old, key)

    def _delete_many(self, kind: str) -> Reply:
        library = self.library
        header = self._since_header()
        if header is not None and library.version > header:
            raise Problem(
                412,
                "Library has been modified since specified version "
                f"(expected {header}, found {library.version})",
            )
        keys = [k for k in self.query(f"{kind}Key").split(",") if k]
        library.version += 1
        for key in keys:
            if kind == "item" and key in library.items:
                library.erase_item(key)
            elif kind == "collection" and key in library.collections:
                library.erase_collection(key)
        return Reply(204, headers={"Last-Modified-Version": str(library.version)})

    def _delete_tags(self) -> Reply:
        library = self.library
        header = self._since_header()
        if header is None:
            raise Problem(428, "If-Unmodified-Since-Version not provided")
        if library.version > header:
            raise Problem(
                412,
                "Library has been modified since specified version "
                f"(expected {header}, found {library.version})",
            )
        library.version += 1
        for tag in (t.strip() for t in self.query("tag").split("||")):
            for item in library.items.values():
                if any(tag == name for name, _ in item.tags):
                    item.tags = [(name, kind) for name, kind in item.tags if name != tag]
                    item.version = library.version
            library.erased.append(("tags", tag, library.version))
        return Reply(204, headers={"Last-Modified-Version": str(library.version)})


class _Tag(Struct):
    key: str
    version: int
    kind: int
    count: int


def _html(text: str) -> Reply:
    return Reply(200, text.encode(), {"Content-Type": HTML})


def _json(thing: object, headers: dict[str, str] | None = None) -> Reply:
    body = json.dumps(thing, ensure_ascii=False).encode("utf-8", "replace")
    return Reply(200, body, {**(headers or {}), "Content-Type": JSON})


def _parsed(body: bytes) -> Any:
    try:
        parsed = json.loads(body.decode("utf-8"))
    except ValueError as error:
        word = "Unexpected control character found" if "control" in str(error) else ""
        raise Problem(400, f"JSON Error: {word or 'Syntax error, malformed JSON'}") from error
    if _SURROGATE.search(json.dumps(parsed, ensure_ascii=False)):
        return None  # PHP gives up on half a character
    return parsed


def _unwrapped(data: Json) -> Json:
    """The data of an object that came in its envelope."""
    inner = data.get("data")
    return inner if isinstance(inner, dict) else data


def _template(query: Callable[[str], str]) -> Json:
    kind = query("itemType")
    if not kind:
        raise Problem(400, "'itemType' not provided")
    if kind not in schema.ITEM_TYPES:
        raise Problem(400, f"Invalid item type '{kind}'")
    rest: Json = {"tags": [], "collections": [], "relations": {}}
    if kind == "note":
        return {"itemType": kind, "note": ""} | rest
    found: Json = {"itemType": kind}
    if kind == "attachment":
        mode = query("linkMode")
        if not mode:
            raise Problem(400, "linkMode required for itemType=attachment")
        if mode not in _write.LINK_MODES:
            raise Problem(400, f"Invalid linkMode '{mode}'")
        found |= {"linkMode": mode, "title": "", "accessDate": "", "url": "", "note": ""} | rest
        return found | {"contentType": "", "charset": ""}
    found |= dict.fromkeys(schema.fields(kind), "")
    first = schema.creators(kind)[:1]
    found["creators"] = [{"creatorType": c, "firstName": "", "lastName": ""} for c in first]
    return found | rest


def _global(what: str, kind: str) -> Any:
    if what in ("itemTypeFields", "itemTypeCreatorTypes"):
        if not kind:
            raise Problem(400, "'itemType' not provided")
        if kind not in schema.ITEM_TYPES:
            raise Problem(400, f"Invalid item type '{kind}'")
    if what == "itemTypes":
        labels = sorted(_schema.TYPE_LABELS.items(), key=lambda pair: pair[1])
        return [
            {"itemType": name, "localized": label}
            for name, label in labels
            if name not in ("annotation", "attachment")
        ]
    if what == "itemFields":
        return [{"field": f, "localized": label} for f, label in _schema.FIELD_LABELS.items()]
    if what == "itemTypeFields":
        return [
            {"field": f, "localized": _schema.FIELD_LABELS.get(f, f)} for f in schema.fields(kind)
        ]
    if what == "itemTypeCreatorTypes":
        return [
            {"creatorType": c, "localized": _schema.CREATOR_LABELS.get(c, c)}
            for c in (*schema.creators(kind)[:1], *sorted(schema.creators(kind)[1:]))
        ]
    if what == "creatorFields":
        return [
            {"field": "firstName", "localized": "First"},
            {"field": "lastName", "localized": "Last"},
            {"field": "name", "localized": "Name"},
        ]
    return {"version": schema.VERSION}
