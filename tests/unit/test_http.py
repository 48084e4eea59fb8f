"""The transports, each alone, with a clock that only moves when somebody sleeps."""

import gzip
import os
import random
import sqlite3
import time as clocks
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from paperexport import http
from paperexport.errors import PaperExportError, RateLimited, Refused, RemoteError, Unreachable

URL = "http://127.0.0.1:9/api"


class Time:
    """A clock, and a sleep that moves it."""

    def __init__(self) -> None:
        self.at = 1_000_000_000.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds


def script(*answers: httpx.Response | Exception) -> tuple[httpx.MockTransport, list[httpx.Request]]:
    """A transport that gives these answers in turn, and the requests that it saw."""
    seen: list[httpx.Request] = []
    left: Iterator[httpx.Response | Exception] = iter(answers)

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        answer = next(left)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return httpx.MockTransport(handle), seen


def client(transport: httpx.BaseTransport, time: Time, **settings: object) -> httpx.Client:
    return http.client(
        transport=transport, sleep=time.sleep, now=time.now, clock=time.now, **settings
    )


def text(body: str = "{}", status: int = 200, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, text=body, headers=named)


def test_a_second_request_is_answered_from_the_cache(tmp_path: Path) -> None:
    time, file = Time(), tmp_path / "cache.sqlite"
    transport, seen = script(text("one"))
    with http.Cache(file) as store, client(transport, time, cache=store) as first:
        assert http.fetch(first, "s", URL, params={"q": "x"}).text == "one"
        again = http.fetch(first, "s", URL, params={"q": "x"})
    assert (again.text, len(seen)) == ("one", 1)
    assert http.retrieved(again) == "2001-09-09T01:46:40Z"
    with http.Cache(file) as store, client(script()[0], time, cache=store) as second:
        assert http.fetch(second, "s", URL, params={"q": "x"}).text == "one"
        assert store.info() == {"s": 1}
        assert store.clear() == 1


def test_what_is_too_old_is_asked_for_again() -> None:
    time = Time()
    transport, seen = script(text("old"), text("new"))
    with client(transport, time, max_age=60) as asking:
        assert http.fetch(asking, "s", URL).text == "old"
        time.sleep(61)
        assert http.fetch(asking, "s", URL).text == "new"
    assert len(seen) == 2


@pytest.mark.parametrize(
    "down", [lambda: httpx.ReadTimeout("slow"), lambda: text(status=503), lambda: text(status=403)]
)
def test_what_is_too_old_is_better_than_nothing(
    down: Callable[[], httpx.Response | Exception],
) -> None:
    time = Time()
    transport, seen = script(text('{"a": 1}'), *(down() for _ in range(9)))
    with client(transport, time, max_age=100) as asking:
        http.fetch(asking, "s", URL)
        time.at += 101
        assert http.fetch(asking, "s", URL).json() == {"a": 1}
        asked = len(seen)
        assert http.fetch(asking, "s", URL).json() == {"a": 1}
        assert len(seen) == asked
        with pytest.raises(RemoteError):  # a listing of yesterday is not the one of today
            http.fetch(asking, "s", URL, max_age=60)


def test_posts_are_told_apart_by_their_bodies() -> None:
    transport, seen = script(text("a"), text("b"))
    with client(transport, Time()) as asking:
        assert http.fetch(asking, "s", URL, json={"ids": [1]}).text == "a"
        assert http.fetch(asking, "s", URL, json={"ids": [2]}).text == "b"
        assert http.fetch(asking, "s", URL, json={"ids": [1]}).text == "a"
    assert [request.method for request in seen] == ["POST", "POST"]


def test_keys_are_in_no_cache_and_in_no_message(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    store = http.Cache(path)
    transport, _ = script(text("fine"), text("no", status=401))
    secret = {"api_key": "s3cr3tkey", "mailto": "me@example.org"}
    with client(transport, Time(), cache=store, contact="me@example.org") as asking:
        http.fetch(asking, "s", URL, params=secret, headers={"x-api-key": "s3cr3tkey"})
        with pytest.raises(Refused) as refused:
            http.fetch(asking, "s", URL + "/x", params=secret)
    store.close()
    said = str(refused.value).encode() + b"".join(p.read_bytes() for p in tmp_path.iterdir())
    assert b"s3cr3tkey" not in said
    assert b"me@example.org" not in said


def test_another_key_finds_the_same_answer() -> None:
    transport, seen = script(text("one"))
    with client(transport, Time()) as asking:
        for key in ("a", "b"):
            assert http.fetch(asking, "s", URL, params={"q": "x", "api_key": key}).text == "one"
    assert len(seen) == 1


def test_offline_asks_nobody() -> None:
    transport, seen = script()
    with client(transport, Time(), offline=True) as asking, pytest.raises(http.Offline):
        http.fetch(asking, "s", URL)
    assert seen == []


def test_the_contact_is_in_the_user_agent() -> None:
    transport, seen = script(text(), text())
    with client(transport, Time(), contact="me@example.org") as asking:
        http.fetch(asking, "s", URL)
    assert seen[0].headers["user-agent"].endswith("(mailto:me@example.org)")
    with client(transport, Time()) as asking:
        http.fetch(asking, "s", URL)
    assert "mailto" not in seen[1].headers["user-agent"]


@pytest.fixture
def tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A clock that is nine hours ahead of Greenwich's."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    clocks.tzset()
    yield
    monkeypatch.undo()
    clocks.tzset()


def strange(header: str, value: str) -> httpx.Response:
    return httpx.Response(503, headers=[(header.encode(), value.encode("latin-1"))])


@pytest.mark.parametrize(
    ("answers", "slept"),
    [
        pytest.param([httpx.ConnectError("no"), text()], [1.0], id="refused once"),
        pytest.param([text(status=503), text(status=500), text()], [1.0, 2.0], id="growing waits"),
        pytest.param([text(status=429, retry_after="7"), text()], [7.0], id="seconds"),
        pytest.param(
            [text(status=503, retry_after="Sun, 09 Sep 2001 01:47:00 GMT"), text()],
            [20.0],
            id="a date",
        ),
        pytest.param(
            [text(status=429, ratelimit='"api";r=0;t=42'), text()], [42.0], id="RateLimit"
        ),
        pytest.param(
            [text(status=503, retry_after="Sun Sep  9 01:47:00 2001"), text()],
            [20.0],
            id="a date of the old form, without a zone",
        ),
        pytest.param([text(status=503, retry_after="soon"), text()], [1.0], id="nonsense"),
        pytest.param(
            [text(status=429, retry_after="0"), text(status=429, retry_after="0"), text()],
            [1.0, 2.0],
            id="at once",
        ),
        pytest.param(
            [text(status=503, retry_after="Wed, 21 Oct 1998 07:28:00 GMT"), text()],
            [1.0],
            id="a date that is past",
        ),
        pytest.param([text(status=503, retry_after="-5"), text()], [1.0], id="less than nothing"),
        pytest.param([strange("Retry-After", "²"), text()], [1.0], id="a digit that counts none"),
        pytest.param([strange("RateLimit", '"a";r=0;t=²'), text()], [1.0], id="the same for t"),
        pytest.param([text(backoff="5")], [5.0], id="a good answer that asks for a pause"),
        pytest.param([text(ratelimit='"api";r=3;t=42')], [], id="something left"),
    ],
)
@pytest.mark.usefixtures("tokyo")
def test_waits(answers: list[httpx.Response | Exception], slept: list[float]) -> None:
    time = Time()
    with client(script(*answers)[0], time) as asking:
        assert http.fetch(asking, "s", URL).status_code == 200
    assert time.slept == slept


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        pytest.param(lambda: httpx.ReadTimeout("slow"), Unreachable, id="slow"),
        pytest.param(lambda: text(status=502), Refused, id="bad gateway"),
        pytest.param(lambda: text(status=429), RateLimited, id="too many"),
    ],
)
def test_gives_up(
    answer: Callable[[], httpx.Response | Exception], error: type[PaperExportError]
) -> None:
    transport, seen = script(*(answer() for _ in range(9)))
    with client(transport, Time()) as asking, pytest.raises(error):
        http.fetch(asking, "s", URL)
    assert len(seen) == 4


def test_without_a_network_one_service_is_asked_twice_and_the_others_once() -> None:
    time = Time()
    transport, seen = script(*(httpx.ConnectError("no such name") for _ in range(9)))
    with client(transport, time) as asking:
        for service in ("a", "b", "c"):
            with pytest.raises(Unreachable, match=rf"{service} cannot be reached") as unreachable:
                http.fetch(asking, service, URL)
            assert "network" in unreachable.value.hint
    assert len(seen) == 4
    assert time.slept == [1.0]


def test_where_one_answered_each_host_that_is_not_reached_is_asked_twice() -> None:
    failures = (httpx.ConnectTimeout("") for _ in range(9))
    transport, seen = script(text(), *failures)
    with client(transport, Time()) as asking:
        http.fetch(asking, "a", URL)
        for service in ("b", "c"):
            with pytest.raises(Unreachable, match="ConnectTimeout"):
                http.fetch(asking, service, URL + service)
    assert len(seen) == 5


def test_who_asks_for_an_hour_is_not_waited_for() -> None:
    time = Time()
    with (
        client(script(text(status=429, retry_after="3600"))[0], time) as asking,
        pytest.raises(RateLimited) as limited,
    ):
        http.fetch(asking, "s", URL)
    assert limited.value.retry_after == 3600
    assert time.slept == []


@pytest.mark.parametrize("status", [400, 401, 403])
def test_refusals_are_not_kept_or_repeated(status: int) -> None:
    transport, seen = script(text("why", status=status), text("fine"))
    with client(transport, Time()) as asking:
        with pytest.raises(Refused, match="why") as refused:
            http.fetch(asking, "s", URL)
        assert refused.value.status == status
        assert http.fetch(asking, "s", URL).text == "fine"
    assert len(seen) == 2


def test_not_found_is_an_answer_and_is_kept() -> None:
    transport, seen = script(text("nothing", status=404))
    with client(transport, Time()) as asking:
        assert http.fetch(asking, "s", URL).status_code == 404
        assert http.fetch(asking, "s", URL).status_code == 404
    assert len(seen) == 1


def test_nonsense_is_not_kept() -> None:
    def sound(body: bytes) -> None:
        if body != b"{}":
            raise ValueError("no JSON")

    transport, seen = script(text("<html>"), text("<html>"), text("<html>"), text("{}"))
    with client(transport, Time()) as asking:
        with pytest.raises(http.Nonsense, match="no JSON"):
            http.fetch(asking, "s", URL, sound=sound)
        assert len(seen) == 2
        assert http.fetch(asking, "s", URL, sound=sound).text == "{}"


def test_requests_of_one_service_are_paced_and_those_of_two_are_not() -> None:
    time = Time()
    with client(script(*(text() for _ in range(4)))[0], time) as asking:
        http.fetch(asking, "arxiv", URL + "/1", interval=3)
        http.fetch(asking, "other", URL + "/2", interval=3)
        http.fetch(asking, "arxiv", URL + "/3", interval=3)
        time.sleep(10)
        http.fetch(asking, "arxiv", URL + "/4", interval=3)
    assert time.slept == [3.0, 10]


@pytest.mark.parametrize(
    ("later", "slept"), [(0.0, [3.0]), (1.0, [2.0]), (3.0, []), (50.0, []), (-50.0, [])]
)
def test_a_run_after_another_is_paced(later: float, slept: list[float], tmp_path: Path) -> None:
    time = Time()
    transport, _ = script(text())
    with http.Cache(tmp_path / "c") as store, client(transport, time, cache=store) as first:
        http.fetch(first, "arxiv", URL + "/1", interval=3)
    time.at += later
    transport, _ = script(text(), text(), text())
    with http.Cache(tmp_path / "c") as store, client(transport, time, cache=store) as second:
        http.fetch(second, "other", URL + "/2", interval=3)
        http.fetch(second, "arxiv", URL + "/1", interval=3)
        assert time.slept == []
        http.fetch(second, "arxiv", URL + "/3", interval=3)
    assert time.slept == slept


def test_runs_at_once_take_turns(tmp_path: Path) -> None:
    time = Time()
    with http.Cache(tmp_path / "c") as one, http.Cache(tmp_path / "c") as other:
        assert one.turn("arxiv", 3, time.now()) == 0.0
        assert other.turn("arxiv", 3, time.now()) == 3.0
        assert other.turn("dblp", 3, time.now()) == 0.0
        assert one.turn("arxiv", 3, time.now() + 3) == 0.0
        assert other.turn("arxiv", 3, time.now() + 3) == 3.0


def test_each_try_is_paced() -> None:
    time = Time()
    with client(script(text(status=503), text())[0], time) as asking:
        http.fetch(asking, "arxiv", URL, interval=3)
    assert sum(time.slept) == 3.0


def test_an_answer_that_never_ends_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LIMIT", 1000)
    with client(script(text("x" * 1001))[0], Time()) as asking, pytest.raises(Refused, match="MiB"):
        http.fetch(asking, "s", URL)


def test_an_answer_that_trickles_for_ever_is_given_up() -> None:
    time = Time()

    def drops() -> Iterator[bytes]:
        while True:
            time.at += 29
            yield b" "

    def handle(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=drops())

    with (
        client(httpx.MockTransport(handle), time) as asking,
        pytest.raises(Unreachable, match="not whole after 180 s"),
    ):
        http.fetch(asking, "s", URL)


def test_a_body_that_is_packed_twice_is_not_unpacked() -> None:
    bomb = gzip.compress(gzip.compress(b"0" * 1000))

    def handle(_: httpx.Request) -> httpx.Response:
        stream = httpx.ByteStream(bomb)
        return httpx.Response(200, headers={"content-encoding": "gzip, gzip"}, stream=stream)

    with (
        client(httpx.MockTransport(handle), Time()) as asking,
        pytest.raises(Unreachable, match="more than once"),
    ):
        http.fetch(asking, "s", URL)


@pytest.mark.parametrize("charset", ["hex", "utf-16", "idna", "no-such"])
def test_an_error_in_a_charset_of_its_own_is_told(charset: str) -> None:
    head = {"content-type": f"text/html; charset={charset}"}
    answer = httpx.Response(403, headers=head, content=b"abc")
    with (
        client(script(answer)[0], Time()) as asking,
        pytest.raises(Refused, match="403: 'abc'"),
    ):
        http.fetch(asking, "s", URL)


def test_a_cache_of_the_future_is_left_alone(tmp_path: Path) -> None:
    store = http.Cache(tmp_path / "c")
    store._db.execute("PRAGMA user_version = 99")
    store.close()
    with pytest.raises(PaperExportError, match="newer"):
        http.Cache(tmp_path / "c")


def test_a_file_that_is_no_cache_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "c").write_text("dear diary, " * 500)
    with pytest.raises(PaperExportError, match="no cache"):
        http.Cache(tmp_path / "c")
    assert (tmp_path / "c").read_text().startswith("dear diary")


@pytest.mark.parametrize("version", [0, 1])
def test_a_database_of_something_else_is_left_alone(version: int, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "c") as db:
        db.execute("CREATE TABLE items (name)")
        db.execute(f"PRAGMA user_version = {version}")
    db.close()
    before = (tmp_path / "c").read_bytes()
    with pytest.raises(PaperExportError, match="something else"):
        http.Cache(tmp_path / "c")
    assert (tmp_path / "c").read_bytes() == before


@pytest.mark.parametrize("damage", ["body = x'00'", "body = 'text'", "body = NULL"])
def test_an_answer_that_is_damaged_is_asked_for_again(damage: str, tmp_path: Path) -> None:
    damage = damage.replace("NULL", "zeroblob(9)")
    transport, seen = script(text('{"a": 1}'), text('{"a": 1}'))
    with http.Cache(tmp_path / "c") as store, client(transport, Time(), cache=store) as asking:
        http.fetch(asking, "s", URL)
        store._db.execute(f"UPDATE answer SET {damage}")
        assert http.fetch(asking, "s", URL).json() == {"a": 1}
        assert http.fetch(asking, "s", URL).json() == {"a": 1}
    assert len(seen) == 2


def test_a_cache_that_is_damaged_is_told(tmp_path: Path) -> None:
    with http.Cache(tmp_path / "c") as store:
        store.put(httpx.Request("GET", URL), http.Cached(200, b"x" * 9000, 0.0))
    whole = (tmp_path / "c").read_bytes()
    (tmp_path / "c").write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))
    with http.Cache(tmp_path / "c") as store, pytest.raises(PaperExportError, match="damaged"):
        store.get(httpx.Request("GET", URL))


def test_a_disk_that_is_full_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    first, second = (httpx.Request("GET", f"{URL}/{n}") for n in "12")
    with http.Cache(tmp_path / "c") as store:
        store.put(first, http.Cached(200, b"kept", 0.0))
        pages = store._db.execute("PRAGMA page_count").fetchone()[0]
        store._db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(PaperExportError, match="full") as full:
            store.put(second, http.Cached(200, random.Random(1).randbytes(90000), 0.0))
        assert "PAPEREXPORT_CACHE" in full.value.hint
    with http.Cache(tmp_path / "c") as store:
        held = store.get(first)
        assert held is not None
        assert held.body == b"kept"
        assert store.get(second) is None


@pytest.mark.parametrize("place", ["file/c", "folder"])
def test_a_cache_that_cannot_be_opened_is_told(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(PaperExportError, match="cannot be opened"):
        http.Cache(tmp_path / place)


def test_a_key_goes_to_its_service_alone_and_tells_nobody() -> None:
    keys = {
        "a": http.Key("s3cr3t", header="Authorization: Bearer {}"),
        "b": http.Key("s3cr3t", header="x-api-key"),
        "c": http.Key("s3cr3t", parameter="api_key"),
    }
    transport, seen = script(*(text() for _ in range(4)))
    with client(transport, Time(), keys=keys) as asking:
        answers = [http.fetch(asking, name, f"{URL}/{name}", params={"q": "1"}) for name in "abcd"]
    assert seen[0].headers["authorization"] == "Bearer s3cr3t"
    assert seen[1].headers["x-api-key"] == "s3cr3t"
    assert dict(seen[2].url.params) == {"q": "1", "api_key": "s3cr3t"}
    assert "s3cr3t" not in repr(seen[3].headers) + str(seen[3].url)
    assert "s3cr3t" not in repr(keys) + "".join(str(a.request.url) for a in answers)


@pytest.mark.parametrize(
    ("place", "kept"),
    [
        ("https://elsewhere.example/", None),
        ("http://s.example/b", None),
        ("https://s.example:8443/b", None),
        ("https://s.example/b", "s3cr3t"),
        ("/b", "s3cr3t"),
    ],
)
def test_a_key_does_not_follow_a_redirect_to_another_place(place: str, kept: str | None) -> None:
    key = http.Key("s3cr3t", header="x-api-key")
    away = httpx.Response(302, headers={"location": place})
    transport, seen = script(away, text())
    with client(transport, Time(), keys={"s": key}) as asking:
        assert http.fetch(asking, "s", "https://s.example/a").status_code == 200
    assert [r.headers.get("x-api-key") for r in seen] == ["s3cr3t", kept]
    assert seen[1].headers["host"] == seen[1].url.netloc.decode()


@pytest.mark.parametrize(
    ("status", "method"), [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")]
)
def test_an_answer_from_elsewhere_is_kept_for_the_question(
    status: int, method: str, tmp_path: Path
) -> None:
    away = httpx.Response(status, headers={"location": "/moved"})
    transport, seen = script(away, text('{"a": 1}'))
    with http.Cache(tmp_path / "c") as store, client(transport, Time(), cache=store) as asking:
        for _ in range(2):
            answer = http.fetch(asking, "s", URL, json={"ids": ["1"]})
            assert answer.json() == {"a": 1}
    assert [r.method for r in seen] == ["POST", method]
    assert seen[1].url.path == "/moved"
    assert seen[1].content == (seen[0].content if method == "POST" else b"")


@pytest.mark.parametrize(
    ("place", "asked"), [("/again", 6), ("ftp://a.example/", 1), ("http://[::", 1)]
)
def test_a_redirect_to_nowhere_is_no_answer(place: str, asked: int) -> None:
    transport, seen = script(*(httpx.Response(302, headers={"location": place}),) * 9)
    with client(transport, Time()) as asking, pytest.raises(Unreachable, match="points"):
        http.fetch(asking, "s", URL)
    assert len(seen) == asked


@pytest.mark.parametrize("status", [200, 401])
def test_a_key_that_is_answered_back_is_not_passed_on(status: int, tmp_path: Path) -> None:
    key = http.Key("s3cr3t", header="Authorization: Bearer {}")
    transport, _ = script(text('{"key": "s3cr3t"}', status=status))
    with (
        http.Cache(tmp_path / "c") as store,
        client(transport, Time(), keys={"s": key}, cache=store) as asking,
    ):
        try:
            said = http.fetch(asking, "s", URL).text
        except Refused as refused:
            said = refused.message
        held = store.get(httpx.Request("GET", URL))
    assert "***" in said
    assert "s3cr3t" not in said + str(held)


def test_a_key_that_is_answered_back_in_a_url_is_not_passed_on() -> None:
    key = http.Key("s3/cr+et=", parameter="api_key")
    transport, _ = script(text('{"error": "no access to /x?api_key=s3%2Fcr%2Bet%3D"}', status=403))
    with client(transport, Time(), keys={"s": key}) as asking, pytest.raises(Refused) as refused:
        http.fetch(asking, "s", URL)
    assert "api_key=***" in refused.value.message


def test_what_a_client_keeps_for_itself_is_closed_with_it() -> None:
    """Python 3.13 warns of a database that nobody closes."""
    with client(script(text("one"))[0], Time()) as asking:
        assert http.fetch(asking, "s", URL).text == "one"
        cached = asking._transport
    assert isinstance(cached, http.CacheTransport)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        cached.cache.info()


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(PaperExportError, match="cannot be opened: ") as caught:
        http.Cache(tmp_path / "file" / "answers.sqlite")
    assert "PAPEREXPORT_CACHE" in caught.value.hint
    with pytest.raises(PaperExportError, match="cannot be opened: "):
        http.Cache(tmp_path)
    with closing(http.Cache(tmp_path / "answers.sqlite")) as cache:
        cache._db.execute("PRAGMA max_page_count = 1")
        with pytest.raises(PaperExportError, match=r"cannot be used: .*full"):
            cache.put(
                httpx.Request("GET", "https://example.org/"),
                http.Cached(200, os.urandom(1 << 16), 0.0),
            )
