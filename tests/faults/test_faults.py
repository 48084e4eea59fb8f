"""Every fault at every service: the others' papers are whole, one diagnostic, the cache intact."""

import sqlite3
import time
from email.utils import formatdate
from pathlib import Path

import msgspec
import pytest

from loopback import Clock, Paper, asking, preprint, publication, resolvers, run
from paperexport import http, resolution
from paperexport.record import Record
from paperexport.testing.services import SERVICES, Fault, ServiceServer

ABSTRACT = (
    "Drawer number {n} was opened every morning by {n} people who each took one sock and left a "
    "note. We read the notes of year {n} and find that colour is named before length, length "
    "before owner, and that nobody names the pattern, although it alone tells drawer {n} apart."
)


def paper(number: int) -> Paper:
    first = preprint(number, f"Notes from Drawer Number {number}", ABSTRACT.format(n=number))
    published = publication(first, doi=f"10.5555/{number}") if number % 2 else None
    accepted = {"submission": first, "forum": f"f{number}", "venue": "ICLR 2025 poster"}
    return Paper(preprint=first, published=published, **accepted)  # type: ignore[arg-type]  # mixed


PAPERS = [paper(n) for n in range(4)]
WANTED = [
    Record(title=p.preprint.title, abstract=p.preprint.abstract) for p in PAPERS if p.preprint
]
NAMED = [
    record.replace(author=p.preprint.author)
    for record, p in zip(WANTED, PAPERS, strict=True)
    if p.preprint
]
HTML = "<!doctype html><html><body><h1>Down for maintenance</h1></body></html>"
LASTING = {
    "cut off without an answer": Fault(refuse=True),
    "429 in seconds": Fault(status=429, headers={"Retry-After": "7"}),
    "429 for an hour": Fault(status=429, headers={"Retry-After": "3600"}),
    "429 with a date": Fault(
        status=429, headers={"Retry-After": formatdate(Clock().at + 20, usegmt=True)}
    ),
    "500": Fault(status=500),
    "503": Fault(status=503),
    "401": Fault(status=401),
    "slow": Fault(delay=0.6),
    "cut in mid-body": Fault(cut=True),
    "HTML for data": Fault(body=HTML),
    "wrong content type and body": Fault(body=HTML, media_type="application/json"),
    "bad XML or JSON": Fault(
        body='<?xml version="1.0"?><feed><entry>{"a": [', media_type="text/xml"
    ),
    "a number for an object": Fault(body="42", media_type="application/json"),
    "an empty body": Fault(body=" "),
}


def check(outcomes: list[resolution.Outcome], *, published: bool) -> None:
    for outcome, known in zip(outcomes, PAPERS, strict=True):
        assert known.preprint is not None
        (record,) = outcome.records
        assert outcome.verdict == "sure", outcome
        assert record.missing == ()
        assert record.title == known.preprint.title
        assert record.author == known.preprint.author
        assert record.eprint is not None
        assert record.eprint.id == known.preprint.eprint.id  # type: ignore[union-attr]  # it has one
        if published and known.published:
            assert record.doi == known.published.doi


def intact(cache: Path) -> None:
    """The file is whole, and every answer in it is one that its service could have given."""
    with sqlite3.connect(cache) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        urls = [url for (url,) in db.execute("SELECT url FROM answer")]
        services = {service for (service,) in db.execute("SELECT DISTINCT service FROM answer")}
    db.close()
    assert urls
    assert services <= set(SERVICES)


@pytest.mark.parametrize("fault", LASTING.values(), ids=LASTING)
@pytest.mark.parametrize("service", SERVICES)
def test_a_service_that_fails_for_good(service: str, fault: Fault, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    with ServiceServer(PAPERS) as server:
        server.always[service] = fault
        asked = resolvers(server)
        # Whoever fails is asked first, and everybody is asked: arXiv alone would do otherwise.
        asked.sort(key=lambda r: r.name != service)
        with asking(cache, timeout=0.15 if fault.delay else 5) as client:
            outcomes, diagnostics = resolution.resolve(WANTED, asked, client)
        asked_of_it = server.count(service)
    check(outcomes, published=service != "crossref")
    failed = [d for d in diagnostics if d.code == "service-failed"]
    assert [(d.origin.source, d.severity) for d in failed] == [(service, "warning")]
    assert diagnostics == failed
    assert failed[0].hint
    assert "Traceback" not in failed[0].message
    assert asked_of_it <= 4
    intact(cache)
    with http.client(cache=(kept := http.Cache(cache))) as closing:
        assert service not in kept.info()
        closing.close()
    kept.close()


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_that_is_not_there(service: str, tmp_path: Path) -> None:
    with ServiceServer(PAPERS) as server:
        asked = [
            msgspec.structs.replace(r, url="http://127.0.0.1:9/") if r.name == service else r
            for r in resolvers(server)
        ]
        asked.sort(key=lambda r: r.name != service)
        with asking(tmp_path / "cache") as client:
            outcomes, diagnostics = resolution.resolve(WANTED, asked, client)
    check(outcomes, published=service != "crossref")
    assert [(d.code, d.origin.source) for d in diagnostics] == [("service-failed", service)]


PASSING = {
    "one 503": [Fault(status=503)],
    "429 twice": [Fault(status=429, headers={"Retry-After": "2"})] * 2,
    "429 until a date": [
        Fault(status=429, headers={"Retry-After": formatdate(Clock().at + 20, usegmt=True)})
    ],
    "cut once": [Fault(cut=True)],
    "refused once": [Fault(refuse=True)],
    "HTML once": [Fault(body=HTML)],
    "an empty page once": [Fault(empty=True)],
    "right answer, wrong content type": [Fault(media_type="text/html")] * 50,
}


@pytest.mark.parametrize("faults", PASSING.values(), ids=PASSING)
@pytest.mark.parametrize("service", SERVICES)
def test_a_service_that_fails_in_passing(service: str, faults: list[Fault]) -> None:
    with ServiceServer(PAPERS) as server:
        server.faults[service] = list(faults)
        outcomes, diagnostics = run(server, NAMED, services=[service], accept="probable")
        assert server.count(service) > 0
    assert diagnostics == []
    found = [o for o in outcomes if o.verdict == "sure"]
    assert len(found) == (2 if service == "crossref" else 4)


COUNTING = sorted(set(SERVICES) - {"huggingface", "semanticscholar"})


@pytest.mark.parametrize("service", COUNTING)
def test_an_empty_page_of_many_hits_is_no_answer(service: str, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    with ServiceServer(PAPERS) as server:
        server.always[service] = Fault(empty=True)
        asked = sorted(resolvers(server), key=lambda r: r.name != service)
        with asking(cache) as client:
            outcomes, diagnostics = resolution.resolve(WANTED, asked, client)
        check(outcomes, published=service != "crossref")
        assert [d.code for d in diagnostics] == ["service-failed"]
        assert "empty page of 7" in diagnostics[0].message
        del server.always[service]
        with asking(cache) as client:
            _, diagnostics = resolution.resolve(WANTED, asked, client)
        assert diagnostics == []


@pytest.mark.parametrize("service", ["arxiv", "openalex", "semanticscholar", "huggingface"])
def test_a_bad_arxiv_id_costs_itself(service: str) -> None:
    wanted = [Record(eprint=p.preprint.eprint) for p in PAPERS if p.preprint]
    with ServiceServer(PAPERS) as server:
        server.poison = {"2401.00002"}
        outcomes, diagnostics = run(server, wanted, services=[service])
    assert [o.verdict for o in outcomes] == ["sure", "sure", "none", "sure"]
    assert [(d.code, d.origin.source) for d in diagnostics] == [("service-error", service)]


@pytest.mark.parametrize("service", ["crossref", "openalex", "semanticscholar", "datacite"])
def test_a_bad_doi_costs_itself(service: str) -> None:
    numbers = (1, 3, 5, 7)
    wanted = [Record(doi=f"10.5555/{n}") for n in numbers]
    papers = [Paper(published=publication(preprint(n, f"Drawer {n}"), doi=f"10.5555/{n}"))
              for n in numbers]  # fmt: skip
    with ServiceServer(papers) as server:
        server.poison = {"10.5555/5"}
        outcomes, diagnostics = run(server, wanted, services=[service])
    verdicts = [o.verdict for o in outcomes]
    assert verdicts == (["none"] * 4 if service == "datacite" else ["sure", "sure", "none", "sure"])
    assert [(d.code, d.origin.source) for d in diagnostics] == [("service-error", service)]


@pytest.mark.parametrize("service", SERVICES)
def test_a_bad_title_costs_itself(service: str) -> None:
    with ServiceServer(PAPERS) as server:
        server.poison = {"Drawer Number 3", "Drawer+Number+3"}
        outcomes, diagnostics = run(server, NAMED, services=[service], accept="probable")
    assert {(d.code, d.origin.source) for d in diagnostics} == {("service-error", service)}
    assert outcomes[3].verdict == "none"
    assert outcomes[1].verdict != "none"


def test_a_service_that_refuses_everything_is_soon_left_alone() -> None:
    wanted = [Record(eprint=p.preprint.eprint) for p in (paper(n) for n in range(64)) if p.preprint]
    with ServiceServer(PAPERS) as server:
        server.always["arxiv"] = Fault(status=400)
        _, diagnostics = run(server, wanted, services=["arxiv"])
        assert server.count() <= 10
    assert len(diagnostics) == 1


def test_the_old_back_ends_error_with_status_200_is_seen() -> None:
    wanted = [Record(eprint=p.preprint.eprint) for p in PAPERS if p.preprint]
    body = (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><entry>'
        "<id>http://arxiv.org/api/errors#incorrect_id_format_for_x</id><title>Error</title>"
        "<summary>incorrect id format for x</summary></entry></feed>"
    )
    with ServiceServer(PAPERS) as server:
        server.faults["arxiv"] = [Fault(body=body)]
        outcomes, diagnostics = run(server, wanted, services=["arxiv"])
    assert [o.verdict for o in outcomes] == ["sure"] * 4
    assert diagnostics == []


def test_waits_are_as_long_as_they_are_asked_for() -> None:
    clock = Clock()
    with ServiceServer(PAPERS) as server:
        server.faults["arxiv"] = [Fault(status=429, headers={"Retry-After": "11"})]
        began = time.monotonic()
        run(server, WANTED, services=["arxiv"], clock=clock)
    assert 11.0 in clock.slept
    assert time.monotonic() - began < 5


def test_all_services_down_leaves_everything_as_it_was() -> None:
    with ServiceServer(PAPERS) as server:
        server.always = dict.fromkeys(SERVICES, Fault(status=503))
        outcomes, diagnostics = run(server, WANTED)
    assert [o.records for o in outcomes] == [(record,) for record in WANTED]
    assert sorted(d.origin.source for d in diagnostics) == sorted(SERVICES)
