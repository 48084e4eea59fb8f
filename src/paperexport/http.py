"""The one seam to the network: a client whose transports cache, retry and pace.

::

    client ─▶ CacheTransport ─▶ RedirectTransport ─▶ KeyTransport ─▶ RetryTransport
           ─▶ PaceTransport ─▶ HTTPTransport

Each is a ``handle_request(request) -> response`` of its own and can be tested alone; clock and
sleep are arguments. A request names its service, how far apart that service wants its requests,
and what a sound answer is, in its extensions (:func:`fetch` sets them).
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote, urlencode

import httpx
from msgspec import Struct

from paperexport._version import __version__
from paperexport.errors import PaperExportError, RateLimited, Refused, RemoteError, Unreachable

Clock = Callable[[], float]
Sleep = Callable[[float], None]

LIMIT = 64 << 20
"""An answer of more bytes than this, unpacked, is refused."""
LONGEST = 180.0
"""Seconds after which an answer that still trickles in is given up."""
TICK = 0.01
"""Seconds that two clocks may differ by."""
TURNS = 100
"""How often a run waits for others that ask the same service."""
URL = 8000
"""Bytes of an address that every server reads (RFC 9110 §4.1); nobody has so long a title."""
REDIRECTS = 5
"""How often an answer may point elsewhere."""
SECRET_PARAMETERS = frozenset({"api_key", "key", "mailto", "token"})
"""Query parameters that say who asks, not what: they are in no cache and in no message."""
SHORT = 4
"""A key of so few letters may be a part of any word, and is not looked for in answers."""
ELSEWHERE = "set PAPEREXPORT_CACHE to a file that can be written"
LASTING = frozenset({200, 404, 410})
"""Answers that will be the same tomorrow. All others are asked for again."""
BUSY = frozenset({429, 500, 502, 503, 504})
"""Answers that say nothing about the paper and may be other in a moment."""


class Offline(Unreachable):
    """Nothing is asked in this run, and the cache does not hold the answer."""


class NoWay(Unreachable):
    """No connection to the host: no network, no such name, nobody listens."""


class Nonsense(Unreachable):
    """An answer that cannot be what was asked for: HTML for JSON, half a file."""


class Key:
    """A service's key and where it goes; its repr, str and pickle do not tell it.

    Args:
        secret: the key.
        header: the header that carries it, its value with ``{}`` for the key after a colon
            (``Authorization: Bearer {}``).
        parameter: the query parameter that carries it, where a service wants it so.
    """

    def __init__(self, secret: str, *, header: str = "", parameter: str = "") -> None:
        self.header, _, form = header.partition(": ")
        self.parameter = parameter
        self.reveal: Callable[[], str] = lambda: (form or "{}").format(secret)

    def __repr__(self) -> str:
        return "***"


class Cached(Struct, frozen=True):
    """An answer as it was given once.

    Attributes:
        status: the HTTP status.
        body: the unpacked body.
        retrieved: when, in seconds since 1970 UTC.
    """

    status: int
    body: bytes
    retrieved: float


class Cache:
    """Answers kept on disk, each in a transaction of its own: a killed run loses none.

    Args:
        path: the SQLite file; ``:memory:`` keeps it for the life of the object.

    Raises:
        PaperExportError: the file is of a newer paperexport, is no such file, or cannot be used;
            so do the methods.
    """

    SCHEMA = 1

    def __init__(self, path: Path | str) -> None:
        self.path = path
        try:
            if isinstance(path, Path):
                path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None, timeout=30)
        except (OSError, sqlite3.Error) as error:
            raise PaperExportError(
                f"the cache {path} cannot be opened: {getattr(error, 'strerror', None) or error}",
                hint=ELSEWHERE,
            ) from error
        try:
            self._open()
        except PaperExportError:
            self._db.close()
            raise

    def _open(self) -> None:
        found = self._do("PRAGMA user_version").fetchone()[0]
        if found > self.SCHEMA:
            raise PaperExportError(
                f"the cache {self.path} was written by a newer paperexport",
                hint="update, or remove it",
            )
        tables = {name for (name,) in self._do("SELECT name FROM sqlite_master")}
        if ("answer" in tables) != bool(tables):
            raise PaperExportError(
                f"{self.path} is no cache of paperexport, but a database of something else",
                hint=ELSEWHERE,
            )
        self._do("PRAGMA journal_mode = WAL")
        self._do("PRAGMA synchronous = NORMAL")
        # One statement each, so that a second process may come in between.
        self._do(
            "CREATE TABLE IF NOT EXISTS answer (key BLOB PRIMARY KEY, service TEXT NOT NULL,"
            " url TEXT NOT NULL, status INTEGER NOT NULL, body BLOB NOT NULL,"
            " retrieved REAL NOT NULL) WITHOUT ROWID"
        )
        self._do(
            "CREATE TABLE IF NOT EXISTS turn (service TEXT PRIMARY KEY, at REAL NOT NULL)"
            " WITHOUT ROWID"
        )
        if found < self.SCHEMA:
            self._do(f"PRAGMA user_version = {self.SCHEMA:d}")

    def _do(self, statement: str, values: tuple[object, ...] = ()) -> sqlite3.Cursor:
        try:
            return self._db.execute(statement, values)
        except sqlite3.ProgrammingError:
            raise
        except sqlite3.OperationalError as error:
            # A full disk, no right to write, a lock that another process never lets go of.
            raise PaperExportError(
                f"the cache {self.path} cannot be used: {error}", hint=ELSEWHERE
            ) from error
        except sqlite3.DatabaseError as error:
            raise PaperExportError(
                f"{self.path} is no cache of paperexport, or is damaged: {error}",
                hint="move it away",
            ) from error

    def get(self, request: httpx.Request) -> Cached | None:
        """The answer to this request, of whatever age, or None; one that is damaged is none."""
        row = self._do(
            "SELECT status, body, retrieved FROM answer WHERE key = ?", (fingerprint(request),)
        ).fetchone()
        try:
            return Cached(row[0], zlib.decompress(row[1]), row[2]) if row else None
        except (zlib.error, TypeError):
            return None

    def put(self, request: httpx.Request, answer: Cached) -> None:
        """Keep an answer."""
        self._do(
            "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?, ?)",
            (
                fingerprint(request),
                str(request.extensions.get("service", "")),
                public_url(request.url),
                answer.status,
                zlib.compress(answer.body),
                answer.retrieved,
            ),
        )

    def turn(self, service: str, interval: float, now: float) -> float:
        """Take the turn to ask a service, whichever process; or the seconds until it is free."""
        taken = self._do(
            "INSERT INTO turn VALUES (?, ?) ON CONFLICT (service) DO UPDATE SET at = excluded.at"
            # Of a clock that was set back nothing is known.
            " WHERE excluded.at - at >= ? OR excluded.at < at",
            (service, now, interval - TICK),
        )
        if taken.rowcount:
            return 0.0
        row = self._do("SELECT at FROM turn WHERE service = ?", (service,)).fetchone()
        return min(interval, max(TICK, float(row[0]) + interval - now))

    def asked(self, service: str, now: float) -> None:
        """Remember when a service was asked last."""
        self._do("INSERT OR REPLACE INTO turn VALUES (?, ?)", (service, now))

    def info(self) -> Mapping[str, int]:
        """Service → how many of its answers are kept."""
        rows = self._do("SELECT service, count(*) FROM answer GROUP BY 1 ORDER BY 1")
        return dict(rows.fetchall())

    def clear(self) -> int:
        """Forget everything; how many answers that were."""
        gone = self._do("DELETE FROM answer").rowcount
        self._do("VACUUM")
        return gone

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def public_url(url: httpx.URL) -> str:
    """The URL without what says who asks."""
    kept = [(k, v) for k, v in url.params.multi_items() if k not in SECRET_PARAMETERS]
    return str(url.copy_with(params=kept or None, username=None, password=None))


def fingerprint(request: httpx.Request) -> bytes:
    """What two requests for the same thing have in common, as 16 bytes."""
    said = f"{request.method} {public_url(request.url)}\n".encode() + request.content
    return hashlib.blake2b(said, digest_size=16).digest()


class CacheTransport(httpx.BaseTransport):
    """Answers from the cache what it holds; keeps what lasts.

    An answer that is too old is still better than none (RFC 5861 §4), where its service is down.

    Args:
        inner: who is asked otherwise.
        cache: what was answered before; None keeps answers until this is closed.
        max_age: seconds after which an answer is asked for again; None keeps it for ever.
        offline: whether nothing is asked, and age does not matter.
        now: seconds since 1970.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        cache: Cache | None,
        *,
        max_age: float | None = None,
        offline: bool = False,
        now: Clock = time.time,
    ) -> None:
        self.inner = inner
        self.cache = cache or Cache(":memory:")
        self._own = cache is None
        self.max_age = max_age
        self.offline = offline
        self._down: set[str] = set()
        self.now = now

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, from the cache or from within."""
        request.read()
        held = self.cache.get(request)
        max_age = request.extensions.get("max_age", self.max_age)
        young = held is not None and (
            self.offline or max_age is None or self.now() - held.retrieved < max_age
        )
        if held is not None and young:
            return _response(request, held, cached=True)
        if self.offline:
            raise Offline(
                f"{_service(request)} was not asked: this run is offline, and the answer is not "
                "in the cache",
                hint="run once without --offline",
            )
        old = held if "max_age" not in request.extensions else None
        if old is not None and _service(request) in self._down:
            return _response(request, old, cached=True)
        try:
            response = self.inner.handle_request(request)
        except RemoteError:
            if old is None:
                raise
            self._down.add(_service(request))
            return _response(request, old, cached=True)
        answer = Cached(response.status_code, response.read(), self.now())
        if answer.status in LASTING:
            self.cache.put(request, answer)
        elif old is not None:
            self._down.add(_service(request))
            return _response(request, old, cached=True)
        return _response(request, answer, headers=response.headers)

    def close(self) -> None:
        """Close what is within; a cache belongs to whoever made it."""
        self.inner.close()
        if self._own:
            self.cache.close()


class RedirectTransport(httpx.BaseTransport):
    """Goes where an answer points, so that the cache has the last answer to the first question.

    Args:
        inner: who is asked.
    """

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer that points nowhere else."""
        asked = request
        for _ in range(REDIRECTS + 1):
            response = self.inner.handle_request(request)
            if not response.has_redirect_location:
                return response
            request = self._next(asked, request, response)
        raise Unreachable(f"{_service(asked)} points elsewhere again and again")

    def _next(
        self, asked: httpx.Request, request: httpx.Request, response: httpx.Response
    ) -> httpx.Request:
        """The question for the other place (RFC 9110 §15.4)."""
        try:
            url = request.url.join(response.headers["location"])
            if url.scheme not in {"http", "https"}:
                raise httpx.InvalidURL(f"{url.scheme!r} is no web address")
        except httpx.InvalidURL as error:
            raise Unreachable(f"{_service(request)} points to no place: {error}") from error
        status = response.status_code
        get = status == 303 or (status in {301, 302} and request.method == "POST")
        dropped = {"host"} | ({"content-length", "content-type"} if get else set())
        return httpx.Request(
            "GET" if get else request.method,
            url,
            headers=[(k, v) for k, v in request.headers.items() if k.lower() not in dropped],
            content=b"" if get else request.content,
            extensions={**request.extensions, "asked": str(asked.url)},
        )

    def close(self) -> None:
        """Close what is within."""
        self.inner.close()


class RetryTransport(httpx.BaseTransport):
    """Asks again after a moment what failed in passing, and waits as long as it is told to.

    An answer that cannot be one (a page that says "busy" with status 200, an empty page of many
    hits) is asked for once more, and so is a host that there is no way to. Where that was in vain
    and nobody has answered yet, there is no network: the others are asked once each, so that a
    person knows after seconds, not minutes.

    Args:
        inner: who is asked.
        attempts: how often at most.
        patience: seconds; who asks for a longer wait is not waited for.
        sleep: waits so many seconds.
        now: seconds since 1970, for a Retry-After that is a date.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        *,
        attempts: int = 4,
        patience: float = 90,
        sleep: Sleep = time.sleep,
        now: Clock = time.time,
    ) -> None:
        self.inner = inner
        self.attempts = attempts
        self.patience = patience
        self.sleep = sleep
        self.now = now
        self._network: bool | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """A whole answer, or the error that stays."""
        failure: PaperExportError = Unreachable(f"{_service(request)} was not asked")
        sound: Callable[[bytes], object] = request.extensions.get("sound") or bool
        for attempt in range(self.attempts):
            wait = 2.0**attempt
            try:
                answer, headers = self._once(request)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                again = isinstance(failure, NoWay)
                failure = NoWay(
                    f"{_service(request)} cannot be reached: {str(error) or type(error).__name__}",
                    hint="is there a network? What was answered before is kept",
                )
                if again or self._network is False:
                    self._network = bool(self._network)
                    break
            except httpx.TransportError as error:
                failure = Unreachable(
                    f"{_service(request)} gave no answer: {str(error) or type(error).__name__}",
                    hint="try again later; what was answered is kept",
                )
            else:
                self._network = True
                asked = retry_after(headers, self.now())
                if answer.status not in BUSY:
                    if asked and self.patience >= asked:
                        # RateLimit and Backoff come with good answers too: pause after them.
                        self.sleep(asked)
                    try:
                        if answer.status == 200:
                            sound(answer.body)
                    except ValueError as error:
                        again = isinstance(failure, Nonsense)
                        failure = Nonsense(
                            f"{_service(request)} answered with something else than was asked "
                            f"for: {error}",
                            hint="try again later; what was answered is kept",
                        )
                        if again:
                            break
                    else:
                        return _response(request, answer, headers=headers)
                else:
                    # "At once" and a date that is past are no leave to hammer.
                    wait = max(wait, asked or 0.0)
                    failure = _busy(request, answer, wait)
            if wait > self.patience:
                break
            if attempt + 1 < self.attempts:
                self.sleep(wait)
        raise failure

    def _once(self, request: httpx.Request) -> tuple[Cached, httpx.Headers]:
        """One whole body, unpacked, or a TransportError: a cut in mid-body is one."""
        until = self.now() + LONGEST
        response = self.inner.handle_request(request)
        try:
            body = bytearray()
            if "," in response.headers.get("content-encoding", ""):
                # What is packed twice grows a millionfold before it can be measured.
                raise httpx.ReadError("a body that is packed more than once", request=request)
            try:
                for chunk in response.iter_bytes():
                    body += chunk
                    if self.now() > until:
                        raise httpx.ReadTimeout(
                            f"the answer was not whole after {LONGEST:.0f} s", request=request
                        )
                    if len(body) > LIMIT:
                        raise Refused(
                            f"{_service(request)} answered with more than {LIMIT >> 20} MiB",
                            status=response.status_code,
                        )
            except httpx.DecodingError as error:
                raise httpx.ReadError(str(error), request=request) from error
        finally:
            response.close()
        return Cached(response.status_code, bytes(body), self.now()), response.headers

    def close(self) -> None:
        """Close what is within."""
        self.inner.close()


class PaceTransport(httpx.BaseTransport):
    """Lets a service's requests out one by one, as far apart as it wants them.

    Those of other runs count as well, where they share the cache: a loop in a shell is one guest.

    Args:
        inner: who is asked.
        cache: where runs tell each other when they asked; None for a run of its own.
        sleep: waits so many seconds.
        clock: seconds of a clock that only goes forward.
        now: seconds since 1970.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        *,
        cache: Cache | None = None,
        sleep: Sleep = time.sleep,
        clock: Clock = time.monotonic,
        now: Clock = time.time,
    ) -> None:
        self.inner = inner
        self.cache = cache
        self.sleep = sleep
        self.clock = clock
        self.now = now
        self._last: dict[str, float] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, after the pause that is due."""
        service = _service(request)
        interval = float(request.extensions.get("interval", 0.0))
        if service in self._last:
            due = self._last[service] + interval - self.clock()
            if due > 0:
                self.sleep(due)
        shared = self.cache if interval else None
        if shared is not None:
            for _ in range(TURNS):
                if not (left := shared.turn(service, interval, self.now())):
                    break
                self.sleep(left)
        try:
            return self.inner.handle_request(request)
        finally:
            # From the end of the last one: a slow answer is a sign to be slower, not faster.
            self._last[service] = self.clock()
            if shared is not None:
                shared.asked(service, self.now())

    def close(self) -> None:
        """Close what is within."""
        self.inner.close()


class KeyTransport(httpx.BaseTransport):
    """Adds a service's key on the way out, so that nobody before it ever sees one.

    It is added for the place that was asked, not for one that a redirect leads to; and an answer
    that repeats it or the contact, as some errors do, is passed on without them.

    Args:
        inner: who is asked.
        keys: service → what is added to its requests.
        contact: who asks.
    """

    def __init__(
        self, inner: httpx.BaseTransport, keys: Mapping[str, Key], contact: str = ""
    ) -> None:
        self.inner = inner
        self.keys = keys
        self.contact = contact

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to the request with its key."""
        key = self.keys.get(_service(request))
        asked = httpx.URL(request.extensions.get("asked", request.url))
        if key is None or not _same_place(asked, request.url):
            return self._without(request, self.inner.handle_request(request), [self.contact])
        headers, url = request.headers.copy(), request.url
        if key.parameter:
            url = url.copy_merge_params({key.parameter: key.reveal()})
        else:
            headers[key.header] = key.reveal()
        keyed = httpx.Request(
            request.method,
            url,
            headers=headers,
            content=request.content,
            extensions=request.extensions,
        )
        secrets = [self.contact, key.reveal().removeprefix("Bearer ")]
        return self._without(request, self.inner.handle_request(keyed), secrets)

    def _without(
        self, request: httpx.Request, response: httpx.Response, secrets: list[str]
    ) -> httpx.Response:
        """The answer without the secrets; a word of a few letters is none."""
        body = response.read()
        # An error may repeat the whole URL.
        spelt = {s for secret in secrets for s in (secret, quote(secret, safe=""))}
        found = [s.encode() for s in spelt if len(s) > SHORT and s.encode() in body]
        if not found:
            return response
        for secret in found:
            body = body.replace(secret, b"***")
        return _response(request, Cached(response.status_code, body, 0.0), headers=response.headers)

    def close(self) -> None:
        """Close what is within."""
        self.inner.close()


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """How many seconds a service asks to wait, or None where it does not ask.

    ``Retry-After`` in seconds or as a date (RFC 9110 §10.2.3), Zotero's ``Backoff``, and the
    ``RateLimit`` of Hugging Face (``"api";r=0;t=42``: nothing left for 42 seconds).
    """
    for name in ("retry-after", "backoff"):
        value = headers.get(name, "").strip()
        if _whole(value):
            return float(value)
        if value:
            try:
                date = parsedate_to_datetime(value)
                # The old forms of a date name no zone; HTTP knows GMT alone.
                date = date if date.tzinfo else date.replace(tzinfo=UTC)
                return max(0.0, date.timestamp() - now)
            except (ValueError, OverflowError):
                continue
    parts = dict(
        part.strip().split("=", 1)
        for part in headers.get("ratelimit", "").split(";")
        if "=" in part
    )
    if parts.get("r") == "0" and _whole(parts.get("t", "")):
        return float(parts["t"])
    return None


def _whole(said: str) -> bool:
    """Whether it is a whole number in digits; "²" is a digit for :meth:`str.isdigit`."""
    return said.isascii() and said.isdigit()


def _same_place(asked: httpx.URL, url: httpx.URL) -> bool:
    """Whether a redirect stays where a key belongs: the origin (RFC 6454 §5), or its https."""
    port = {"http": 80, "https": 443}
    here = (url.scheme, url.host, url.port or port.get(url.scheme))
    there = (asked.scheme, asked.host, asked.port or port.get(asked.scheme))
    return here in {there, ("https", asked.host, 443)}


def client(
    *,
    cache: Cache | None = None,
    contact: str = "",
    offline: bool = False,
    max_age: float | None = None,
    keys: Mapping[str, Key] | None = None,
    timeout: float = 30,
    transport: httpx.BaseTransport | None = None,
    sleep: Sleep = time.sleep,
    now: Clock = time.time,
    clock: Clock = time.monotonic,
) -> httpx.Client:
    """The client that every resolver is handed.

    Args:
        cache: where answers are kept; None keeps them for this client's life.
        contact: an address for the User-Agent, as the services' etiquette asks; may be empty.
        offline: ask nobody.
        max_age: seconds after which a kept answer is asked for again; None never.
        keys: service → its key.
        timeout: seconds without a byte after which an answer is given up.
        transport: the innermost one, for tests.
        sleep: waits so many seconds.
        now: seconds since 1970.
        clock: seconds of a clock that only goes forward.
    """
    paced = PaceTransport(
        transport or httpx.HTTPTransport(), cache=cache, sleep=sleep, clock=clock, now=now
    )
    retried = RetryTransport(paced, sleep=sleep, now=now)
    cached = CacheTransport(
        RedirectTransport(KeyTransport(retried, keys or {}, contact)),
        cache,
        offline=offline,
        max_age=max_age,
        now=now,
    )
    agent = f"paperexport/{__version__}"
    return httpx.Client(
        transport=cached,
        headers={"User-Agent": f"{agent} (mailto:{contact})" if contact else agent},
        timeout=httpx.Timeout(timeout, connect=min(timeout, 10)),
    )


def fetch(
    client: httpx.Client,
    service: str,
    url: str,
    *,
    interval: float = 0.0,
    params: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    json: object = None,
    data: Mapping[str, str] | None = None,
    sound: Callable[[bytes], object] | None = None,
    max_age: float | None = None,
) -> httpx.Response:
    """Ask a service; the answer has status 200, 404 or 410.

    Args:
        client: from :func:`client`, or any other.
        service: its name, for messages, pacing and the cache.
        url: base and path.
        interval: seconds that it wants between two requests.
        params: the query.
        headers: such as a key; they are in no cache and no message.
        json: a body to POST as JSON.
        data: a body to POST as a form.
        sound: raises ValueError for a body that cannot be the answer; it is then not kept.
        max_age: seconds after which a kept answer to this question is asked for again, where
            that is sooner than the client has it.

    Raises:
        Unreachable: no answer, or nonsense.
        RateLimited: it asks for a longer wait than is reasonable.
        Refused: it answered with another status.
    """
    extensions: dict[str, Any] = {"service": service, "interval": interval, "sound": sound}
    if max_age is not None:
        extensions["max_age"] = max_age
    method = "GET" if json is None and data is None else "POST"
    if len(url) + len(urlencode(params or {})) > URL:
        raise Refused(f"{service} is not asked anything so long", status=414)
    try:
        response = client.request(
            method,
            url,
            params=params,
            headers=headers,
            json=json,
            data=data,
            extensions=extensions,
        )
    except httpx.HTTPError as error:
        raise Unreachable(f"{service} gave no answer: {type(error).__name__}") from error
    except httpx.InvalidURL as error:
        raise Unreachable(f"{service}: its address is no URL: {error}") from error
    if response.status_code not in LASTING:
        # A charset that the service made up is not asked for its opinion.
        said = response.content[:200].decode("utf-8", "replace").strip()
        raise Refused(
            f"{service} refused {public_url(response.request.url)} with "
            f"{response.status_code}: {said!r}",
            status=response.status_code,
        )
    return response


def retrieved(response: httpx.Response) -> str:
    """When an answer was given, ISO 8601 in UTC, whether from the cache or not."""
    at = float(response.extensions.get("retrieved", 0.0))
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else ""


def _service(request: httpx.Request) -> str:
    return str(request.extensions.get("service") or request.url.host)


def _busy(request: httpx.Request, answer: Cached, wait: float) -> PaperExportError:
    said = f"{_service(request)} is busy (status {answer.status})"
    if answer.status == 429:
        return RateLimited(
            f"{said}: it asks to wait {wait:.0f} s", hint="try again later", retry_after=wait
        )
    return Refused(said, hint="try again later", status=answer.status)


def _response(
    request: httpx.Request,
    answer: Cached,
    *,
    headers: Mapping[str, str] | None = None,
    cached: bool = False,
) -> httpx.Response:
    """An answer as a response whose body is whole and unpacked."""
    kept = {
        name: value
        for name, value in (headers or {}).items()
        if name.lower() not in {"content-encoding", "content-length", "transfer-encoding"}
    }
    return httpx.Response(
        answer.status,
        headers=kept,
        content=answer.body,
        request=request,
        extensions={"cached": cached, "retrieved": answer.retrieved},
    )
