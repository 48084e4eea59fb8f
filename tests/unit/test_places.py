"""Inputs by name: what each means, and what is asked for it."""

import json
from collections.abc import Callable

import httpx
import msgspec
import pytest

from loopback import Clock, Paper, asking, preprint, publication, resolvers
from paperexport import http, places
from paperexport.diagnostics import Diagnostic
from paperexport.entry import Entry
from paperexport.errors import RemoteError, UsageError
from paperexport.places import Place
from paperexport.resolvers.arxiv import Arxiv
from paperexport.resolvers.huggingface import HuggingFace
from paperexport.testing.services import Fault, ServiceServer

DAILY = "/api/daily_papers"


@pytest.mark.parametrize(
    ("name", "path", "query"),
    [
        ("hf:2025-10-01", DAILY, {"date": "2025-10-01"}),
        ("hf:date/2025-10-01", DAILY, {"date": "2025-10-01"}),
        ("huggingface:2025-10-01", DAILY, {"date": "2025-10-01"}),
        ("hf:week/2025-W40", DAILY, {"week": "2025-W40"}),
        ("hf:2025-W40", DAILY, {"week": "2025-W40"}),
        ("hf:month/2025-10", DAILY, {"month": "2025-10"}),
        ("hf:trending", DAILY, {"sort": "trending"}),
        ("hf:", DAILY, {}),
        ("hf:search/program synthesis", "/api/papers/search", {"q": "program synthesis"}),
        ("https://huggingface.co/papers", DAILY, {}),
        ("https://huggingface.co/papers/date/2025-10-01", DAILY, {"date": "2025-10-01"}),
        ("https://huggingface.co/papers/week/2025-W40", DAILY, {"week": "2025-W40"}),
        ("https://huggingface.co/papers/month/2025-10", DAILY, {"month": "2025-10"}),
        ("https://huggingface.co/papers/trending", DAILY, {"sort": "trending"}),
        ("https://www.huggingface.co/papers/", DAILY, {}),
        ("https://huggingface.co/papers?q=program+synthesis", "/api/papers/search",
         {"q": "program synthesis"}),
    ],
)  # fmt: skip
def test_listings(name: str, path: str, query: dict[str, str]) -> None:
    place = places.of(name)
    assert place == Place(name=name, path=path, query={**query, "limit": "100"})


@pytest.mark.parametrize(
    ("name", "path", "identifier"),
    [
        ("hf:2401.09042", "/api/papers/2401.09042", ""),
        ("https://huggingface.co/papers/2401.09042", "/api/papers/2401.09042", ""),
        ("arxiv:2401.09042", "", "arxiv:2401.09042"),
        ("arXiv:2401.09042v2", "", "arxiv:2401.09042v2"),
        ("arxiv:math.GT/0309136", "", "arxiv:math/0309136"),
        ("https://arxiv.org/abs/2401.09042v3", "", "arxiv:2401.09042v3"),
        ("https://arxiv.org/pdf/2401.09042", "", "arxiv:2401.09042"),
        ("doi:10.1000/182", "", "doi:10.1000/182"),
        ("doi:10.48550/arXiv.2401.09042", "", "arxiv:2401.09042"),
        ("https://doi.org/10.1000/182", "", "doi:10.1000/182"),
    ],
)
def test_papers(name: str, path: str, identifier: str) -> None:
    assert places.of(name) == Place(name=name, path=path, identifier=identifier)


@pytest.mark.parametrize("name", ["page.txt", "-", "./hf:x", "C:\\page.txt", "a/b.html", ""])
def test_paths_are_no_names(name: str) -> None:
    assert places.of(name) is None


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("hf:yesterday", "no listing"),
        ("hf:search/", "no listing"),
        ("arxiv:banana", "no arXiv id"),
        ("doi:banana", "no DOI"),
        ("https://huggingface.co/models", "no page of papers"),
        ("https://example.org/papers", "no service"),
    ],
)
def test_names_that_are_none(name: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as error:
        places.of(name)
    assert error.value.hint


def mocked(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.Client:
    clock = Clock()
    return http.client(
        transport=httpx.MockTransport(answer), sleep=clock.sleep, now=clock.now, clock=clock.now
    )


def read(name: str, client: httpx.Client) -> list[Entry | Diagnostic]:
    place = places.of(name)
    assert place is not None
    return list(places.read(place, {"huggingface": HuggingFace()}, client))


def test_a_listing_is_read_page_by_page() -> None:
    asked: list[dict[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(dict(request.url.params))
        start = 100 * int(request.url.params.get("p", 0))
        shown = [
            {"paper": {"id": f"2401.{n:05d}", "title": f"Paper {n}", "authors": [], "upvotes": 1,
                       "publishedAt": "2024-01-03T00:00:00.000Z", "summary": ""},
             "title": f"Paper {n}", "publishedAt": "2024-01-04T00:00:00.000Z"}
            for n in range(start, min(start + 100, 230))
        ]  # fmt: skip
        return httpx.Response(200, text=json.dumps(shown))

    with mocked(answer) as client:
        found = read("hf:month/2024-01", client)
    assert [e.fields["title"] for e in found if isinstance(e, Entry)] == [
        f"Paper {n}" for n in range(230)
    ]
    first = {"month": "2024-01", "limit": "100"}
    assert asked == [first, {**first, "p": "1"}, {**first, "p": "2"}]


@pytest.mark.parametrize("name", ["hf:trending", "hf:search/socks", "hf:2401.00001"])
def test_what_has_one_page_is_asked_for_once(name: str) -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, text="[]")

    with mocked(answer) as client:
        read(name, client)
    assert len(asked) == 1


@pytest.mark.parametrize("name", ["hf:2025-10-04", "hf:search/socks", "hf:2401.00001"])
def test_a_listing_without_papers_is_told(name: str) -> None:
    with mocked(lambda _: httpx.Response(200, text="[]")) as client:
        (problem,) = read(name, client)
    assert isinstance(problem, Diagnostic)
    assert (problem.code, problem.message) == ("not-found", f"there are no papers in {name}")


def test_a_listing_needs_hugging_face() -> None:
    place = places.of("hf:trending")
    assert place is not None
    with asking() as client, pytest.raises(UsageError, match="huggingface"):
        list(places.read(place, {"arxiv": Arxiv()}, client))


ONE = preprint(1, "Pairing Socks", "Short.")


def one(name: str, server: ServiceServer) -> list[Entry | Diagnostic]:
    place = places.of(name)
    assert place is not None
    with asking() as client:
        return list(places.read(place, {r.name: r for r in resolvers(server)}, client))


@pytest.mark.parametrize(
    ("name", "title"),
    [("arxiv:2401.00001", "Pairing Socks"), ("doi:10.5555/1", "Pairing Socks"),
     ("hf:2401.00001", "Pairing Socks")],
)  # fmt: skip
def test_a_paper_by_name(name: str, title: str) -> None:
    with ServiceServer([Paper(preprint=ONE, published=publication(ONE))]) as server:
        (entry,) = one(name, server)
    assert isinstance(entry, Entry)
    assert entry.fields["title"] == title


def test_a_paper_that_nobody_knows_keeps_its_identifier() -> None:
    with ServiceServer([]) as server:
        problem, entry = one("arxiv:2401.00009", server)
    assert isinstance(problem, Diagnostic)
    assert isinstance(entry, Entry)
    assert (problem.code, entry.fields) == ("not-found", {"arxiv": "2401.00009"})


def test_a_paper_whose_first_service_is_down_comes_from_the_next() -> None:
    with ServiceServer([Paper(preprint=ONE)]) as server:
        server.always["arxiv"] = Fault(status=503)
        (entry,) = one("arxiv:2401.00001", server)
    assert isinstance(entry, Entry)
    assert entry.origin.source == "huggingface"


def test_nobody_can_be_asked() -> None:
    with ServiceServer([]) as server:
        server.always = dict.fromkeys(
            ("arxiv", "huggingface", "datacite", "openalex", "semanticscholar"), Fault(status=503)
        )
        with pytest.raises(RemoteError):
            one("arxiv:2401.00001", server)


def test_a_listing_grows_and_is_not_kept_for_ever() -> None:
    clock = Clock()
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, text="[]")

    place = places.of("hf:2025-10-01")
    assert place is not None
    with http.client(
        transport=httpx.MockTransport(answer), sleep=clock.sleep, now=clock.now, clock=clock.now
    ) as client:
        service = msgspec.structs.replace(HuggingFace(), interval=0.0)
        for wait in (0, 600, 600):
            clock.sleep(wait)
            list(places.read(place, {"huggingface": service}, client))
    assert len(asked) == 2
