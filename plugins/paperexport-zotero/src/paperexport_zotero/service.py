"""One library over HTTP, asked so that nothing it is told gets lost.

pyzotero 1.16 makes the headers of each request (docs/decisions/0010). Its own calls are not used
for what is synchronised, because they give no answer that one could go on from:
``update_items`` returns True and discards the report, so a stale object is lost; ``create_items``
does not retry a 429 and then fails to parse it; no call retries a 503; ``Retry-After`` as a date is
a ValueError; a 304 is an error; all errors carry a text and no status.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

import msgspec
from msgspec import Struct

from paperexport_zotero import schema
from paperexport_zotero._core import (
    RateLimited,
    Refused,
    Secret,
    SettingsError,
    SyncError,
    Unreachable,
)

if TYPE_CHECKING:
    import httpx2

T = TypeVar("T")

WEB = "https://api.zotero.org"
LOCAL = "http://127.0.0.1:23119/api"
MOST = 50
"""Objects in one request, and keys in one query: what the documentation promises."""
BUSY = frozenset((500, 502, 503, 504))
TIMEOUT = 60.0
CONNECTING = 10.0
"""Seconds that a connection may take; a server that is there is there at once."""
LIMIT = 128 << 20
"""Bytes of an answer, unpacked, at most."""
TOLD = 2.0
"""Seconds from which on a wait is told of."""


class Unsent(Unreachable):
    """The request did not reach the server: nothing was done."""


class Lost(Unreachable):
    """No answer, or one that says nothing: the server may have done it, or not."""


class Busy(RateLimited):
    """It is busy for longer than we have patience: it may have done it, or not."""


class Stale(SyncError):  # noqa: N818 - what it is
    """The library is newer than what we know of it (412)."""


class Repeated(SyncError):  # noqa: N818 - what it is
    """A write of this token was done before (412)."""


class Answer(Struct, frozen=True):
    """What the server said.

    Attributes:
        status: 200, 204 or 304.
        headers: in lower case.
        body: the bytes.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        # Not what it says: the answer to "whose key is this" names the key.
        return f"Answer({self.status}, {len(self.body)} bytes)"

    def json(self, kind: type[T]) -> T:
        """The body, parsed.

        Args:
            kind: what it must hold.

        Raises:
            Lost: it does not: it is half of it, or of something in between.
        """
        try:
            return msgspec.convert(json.loads(self.body), kind)
        except (ValueError, RecursionError):
            # Without the reason: it may quote a body that holds the key.
            raise Lost(
                "Zotero's answer is not what was asked for; it was cut off, or is not from Zotero",
                hint="run the command again",
            ) from None

    @property
    def version(self) -> int:
        """``Last-Modified-Version``; 0 where there is none."""
        said = self.headers.get("last-modified-version", "")
        return int(said) if said.isdecimal() else 0


class Held(Struct, frozen=True):
    """An object as the server holds it."""

    version: int
    data: Mapping[str, Any]


class Failed(Struct, frozen=True):
    """Why an object was not written."""

    code: int
    message: str = ""


class Report(Struct, frozen=True):
    """What came of each object of a POST, by its place in it."""

    successful: Mapping[str, Held]
    failed: Mapping[str, Failed]
    unchanged: Mapping[str, str] = {}


class Service:
    """A library: ``users/<id>`` or ``groups/<id>`` of one server.

    Args:
        client: pyzotero's.
        base: the address of the API.
        headers: what each request carries; the key is in them.
        path: the library.
        local: whether this is the API of a running Zotero, which has no ``/deleted``.
        server: what versions are kept under: they mean nothing elsewhere.
        attempts: how often a request is sent at most.
        patience: seconds; who asks for a longer wait is not waited for.
        grace: seconds; so long a server that gives no answer, or is busy and does not say how
            long, is asked again, all attempts together.
        tell: told, for a person, of each wait of some length.
        sleep: waits so many seconds.
        now: seconds since 1970, for a Retry-After that is a date.

    Attributes:
        requests: how many were sent.
        schema: the server's schema version, once it has answered.
    """

    def __init__(
        self,
        client: httpx2.Client,
        base: str,
        headers: Callable[[], Mapping[str, str]],
        path: str,
        *,
        local: bool = False,
        server: str = "",
        attempts: int = 5,
        patience: float = 120,
        grace: float = 60,
        tell: Callable[[str], None] = lambda _message: None,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.client = client
        self.base = base.rstrip("/")
        self.headers = headers
        self.path = path
        self.local = local
        self.server = server or self.base
        self.attempts = attempts
        self.patience = patience
        self.grace = grace
        self.tell = tell
        self.sleep = sleep
        self.now = now
        self.requests = 0
        self.schema = schema.VERSION
        self.keep: object = None
        self._pause = 0.0
        self._why = ""
        self._silent: float | None = None

    def close(self) -> None:
        """Close the connection, of all libraries that share it."""
        self.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Service({self.base!r}, {self.path!r})"

    def at(self, path: str) -> Service:
        """Another library of the same server."""
        found = Service(
            self.client,
            self.base,
            self.headers,
            path,
            local=self.local,
            server=self.server,
            attempts=self.attempts,
            patience=self.patience,
            grace=self.grace,
            tell=self.tell,
            sleep=self.sleep,
            now=self.now,
        )
        found.keep = self.keep
        found.schema = self.schema
        return found

    @property
    def native_key(self) -> bool:
        """Whether the server's schema has ``citationKey``."""
        return self.schema >= schema.NATIVE_KEY

    def get(
        self,
        path: str,
        parameters: Mapping[str, str | int] = {},
        *,
        since: int = 0,
        absolute: bool = False,
        kind: Any = object,
    ) -> Answer:
        """Ask, again after a moment where it fails in passing.

        Args:
            path: behind the library's, or behind the base.
            parameters: the query.
            since: answer 304 when the library has not changed since this version.
            absolute: whether the path is behind the base.
            kind: what the answer must hold; with anything else it is asked again.

        Raises:
            Unreachable: no answer, as often as it was asked.
            RateLimited: it asks for a longer wait than we have patience for.
            Refused: it answered with an error.
        """
        headers = {"If-Modified-Since-Version": str(since)} if since else {}
        where = path if absolute else f"/{self.path}{path}"
        failure: Unreachable | RateLimited = Unsent("Zotero was not asked")
        for attempt in range(self.attempts):
            silent = self._silent
            try:
                answer = self.once("GET", where, parameters, headers)
            except Unreachable as error:
                if not self.hopeful(2.0**attempt):
                    raise
                failure = error
                self._wait(2.0**attempt, "no answer from Zotero")
                continue
            if answer.status == 429 or answer.status in BUSY:
                failure = self._busy(answer, 2.0**attempt)
                if not self.hopeful():
                    raise failure
                continue
            if answer.status in (200, 304):
                if answer.status == 200:
                    try:
                        answer.json(kind)
                    except Lost as error:
                        # Whoever gave it, Zotero is as silent as it was.
                        self._silent = silent
                        self._no_answer()
                        if not self.hopeful(2.0**attempt):
                            raise
                        failure = error
                        self._wait(2.0**attempt, "no answer from Zotero")
                        continue
                return answer
            raise self._refused(answer)
        raise failure

    def post(
        self, path: str, objects: Sequence[Mapping[str, Any]], *, token: str, since: int | None
    ) -> Answer:
        """Send objects, once; again only where the server says that it did not read them.

        Args:
            path: ``/items`` or ``/collections``.
            objects: at most 50, each with its ``key`` and ``version``.
            token: 5 to 32 characters that no other write has; the server remembers those of the
                writes that it has done, for twelve hours.
            since: the version of the library that they were planned against; None asks for no
                such condition.

        Raises:
            Stale: the library is newer; nothing was done.
            Repeated: a write of this token was done before; nothing was done now.
            Unsent: nothing was done.
            Lost: nobody knows.
            Busy: nobody knows.
            RateLimited: nothing was done.
            Refused: nothing was done.
        """
        assert len(objects) <= MOST
        body = json.dumps(objects, ensure_ascii=False).encode("utf-8")
        answer = self._posted(path, body, token, since)
        if answer.status != 200:
            raise self._refused(answer)
        answer.json(Report)
        return answer

    def was_done(self, path: str, token: str) -> bool:
        """Whether a write of that token was done; nothing is written.

        The token is looked at before the body, and remembered only when a write was done: so what
        is sent is no list, and refused as that where the token is new.

        Raises:
            Unreachable: nobody knows.
            RateLimited: nobody knows.
            Refused: nobody knows.
        """
        try:
            answer = self._posted(path, b"{}", token, None)
        except Repeated:
            return True
        if answer.status != 400:
            raise self._refused(answer)
        return False

    def _posted(self, path: str, body: bytes, token: str, since: int | None) -> Answer:
        """Send a body, again where the limiter has kept it from being read."""
        headers = {"Zotero-Write-Token": token, "Content-Type": "application/json"}
        if since is not None:
            headers["If-Unmodified-Since-Version"] = str(since)
        failure: RateLimited = RateLimited("Zotero was not asked")
        for attempt in range(self.attempts):
            answer = self.once("POST", f"/{self.path}{path}", {}, headers, body)
            if answer.status == 412:
                if b"token" in answer.body:
                    raise Repeated("Zotero has done this write before")
                raise Stale("the library has changed meanwhile", hint="try again")
            if answer.status == 429:
                # A limiter speaks before anything is written.
                busy = self._busy(answer, 2.0**attempt)
                assert isinstance(busy, RateLimited)
                failure = busy
            elif answer.status in BUSY:
                raise self._busy(answer, 0)
            else:
                return answer
        raise failure

    def once(
        self,
        method: str,
        path: str,
        parameters: Mapping[str, str | int] = {},
        headers: Mapping[str, str] = {},
        body: bytes | None = None,
    ) -> Answer:
        """Send one request, whatever comes of it.

        Raises:
            Unsent: no connection.
            Lost: no answer.
        """
        import httpx2

        if self._pause > 0:
            pause, self._pause = self._pause, 0.0
            if pause > self.patience:
                raise RateLimited(
                    "Zotero asks to wait",
                    hint=f"try again in {pause:.0f} seconds",
                    retry_after=pause,
                )
            self.rest(pause, self._why)
        self.requests += 1
        try:
            with self.client.stream(
                method,
                f"{self.base}{path}",
                params=dict(parameters) or None,
                headers={**self.headers(), **headers},
                content=body,
                timeout=httpx2.Timeout(TIMEOUT, connect=CONNECTING),
                # Redirected, a POST becomes a GET; and a running Zotero redirects nobody.
                follow_redirects=method == "GET" and not self.local,
            ) as response:
                said = bytearray()
                for chunk in response.iter_bytes():
                    said += chunk
                    if len(said) > LIMIT:
                        raise httpx2.ReadError(f"more than {LIMIT >> 20} MiB")
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            self._no_answer()
            raise Unsent(
                f"Zotero cannot be reached at {self.base}: {self._reason(error)}",
                hint="try again later",
            ) from None
        except httpx2.RequestError as error:  # also what cannot be unpacked
            self._no_answer()
            raise Lost(
                f"Zotero gave no answer: {self._reason(error)}", hint="run the command again"
            ) from None
        answer = Answer(
            response.status_code,
            {name.lower(): value for name, value in response.headers.items()},
            bytes(said),
        )
        number = answer.headers.get("zotero-schema-version", "")
        if number.isdecimal():
            self.schema = int(number)
        if backoff := _seconds(answer.headers.get("backoff", ""), self.now()):
            # On any answer: finish this one, then pause.
            self._wait(backoff, "Zotero asks to wait")
        asked = _seconds(answer.headers.get("retry-after", ""), self.now())
        if answer.status in BUSY and asked is None:
            self._no_answer()
        else:
            self._silent = None
        return answer

    def begin(self) -> None:
        """Whatever was before, a server that gives no answer has all its grace from here on."""
        self._silent = None

    def hopeful(self, wait: float = 0) -> bool:
        """Whether a server that gives no answer is to be asked once more, so many seconds later."""
        if self._silent is None:
            return True
        return self.now() - self._silent + self._pause + wait <= self.grace

    def _no_answer(self) -> None:
        if self._silent is None:
            self._silent = self.now()

    def rest(self, seconds: float, why: str) -> None:
        """Wait, and tell a person why."""
        if seconds >= TOLD:
            self.tell(f"{why}; once more in {seconds:.0f} seconds")
        self.sleep(seconds)

    def _reason(self, error: Exception) -> str:
        return self._without_key(str(error) or type(error).__name__)

    def _without_key(self, text: str) -> str:
        """A text of somebody else's; what is wrong with a header may be told by quoting it."""
        for name, value in self.headers().items():
            secret = value.rpartition(" ")[2]
            if name.lower() in ("authorization", "zotero-api-key") and secret:
                text = text.replace(secret, "***")
        return text

    def _wait(self, seconds: float, why: str) -> None:
        if seconds > self._pause:
            self._pause, self._why = seconds, why

    def _busy(self, answer: Answer, otherwise: float) -> RateLimited | Lost:
        """Note how long to wait; the error that stands if it is in vain."""
        asked = _seconds(answer.headers.get("retry-after", ""), self.now())
        wait = max(asked or 0.0, otherwise)  # a date may be past by a clock that is wrong
        limited = answer.status == 429
        said = "asks to wait" if limited else f"is busy ({answer.status})"
        if wait > self.patience:
            kind = RateLimited if limited else Busy
            raise kind(f"Zotero {said}", hint=f"try again in {wait:.0f} seconds", retry_after=wait)
        self._wait(wait, f"Zotero {said}")
        if limited:
            return RateLimited(f"Zotero {said}", hint="try again later", retry_after=wait)
        return Lost(f"Zotero {said}", hint="run the command again")

    def _refused(self, answer: Answer) -> Refused:
        if 300 <= answer.status < 400 and (place := answer.headers.get("location")):
            return Refused(
                f"what answers at {self.base} is elsewhere ({answer.status}): "
                f"{self._without_key(place)[:200]}",
                hint="set PAPEREXPORT_ZOTERO_URL to where it is, or unset it",
                status=answer.status,
            )
        text = self._without_key(answer.body[:300].decode("utf-8", "replace").strip())
        hint = {
            401: "`paperexport zotero login --local` asks Zotero for a key",
            403: "`paperexport zotero login` checks the key and what it may do",
            404: "`paperexport zotero libraries` lists what there is",
        }.get(answer.status, "")
        return Refused(
            f"Zotero refused: {answer.status} {text}".strip(), hint=hint, status=answer.status
        )


def _seconds(said: str, now: float) -> float | None:
    """``Retry-After`` or ``Backoff`` in seconds: a number, or a date (RFC 9110, 10.2.3)."""
    said = said.strip()
    if not said:
        return None
    try:
        return max(0.0, float(said))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - now)
    except (ValueError, TypeError):
        return None


def connect(
    path: str,
    *,
    key: Secret | None = None,
    url: str = "",
    local: bool = False,
    transport: httpx2.BaseTransport | None = None,
    **how: Any,
) -> Service:
    """A library of the Web API, or of the Zotero that runs here.

    Args:
        path: ``users/<id>`` or ``groups/<id>``; ``users/0`` is one's own of a local Zotero.
        key: the API key; a local key where ``local``.
        url: the base of the API, if not Zotero's own.
        local: whether it is the API of a running Zotero (10 or newer to write).
        transport: another one than the network, for tests.
        how: as :class:`Service` takes it.

    Raises:
        Unreachable: no Zotero runs here (``local`` only).
        SettingsError: the path is no library, or the key none.
    """
    import httpx2
    from pyzotero import Zotero

    kind, _, number = path.partition("/")
    if kind not in ("users", "groups") or not number.isdecimal():
        raise SettingsError(f"{path!r} is no library", hint="users/<id> or groups/<id>")
    secret = key.reveal() if key else None
    if secret and not re.fullmatch(r"[!-~]+", secret):
        raise SettingsError("the API key holds a character that no key has", hint="copy it again")
    client = httpx2.Client(transport=transport, timeout=TIMEOUT, trust_env=not local)
    base = (url or (LOCAL if local else WEB)).rstrip("/")
    zotero = Zotero(
        number,
        kind.removesuffix("s"),
        None if local else secret,
        local=local,
        client=client,
        local_api_key=secret if local else None,
    )
    zotero.endpoint = base

    def headers() -> Mapping[str, str]:
        found = dict(zotero.default_headers())
        if local and zotero.server_id:
            found["Zotero-Server-ID"] = zotero.server_id
        if local and secret:
            found["Zotero-API-Key"] = secret
        return found

    service = Service(client, base, headers, path, local=local, **how)
    if local:
        answer = service.once("GET", "/")
        zotero.server_id = answer.headers.get("zotero-server-id")
        service.server = f"local:{zotero.server_id or base}"
    service.keep = zotero  # it closes the client when it goes
    return service
