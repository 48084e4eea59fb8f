"""A loopback server that answers as the eight services do, faults included.

It knows some papers and serves each service's own view of them, in that service's shapes, with that
service's way of searching: arXiv finds phrases, Crossref always finds *something*, Semantic Scholar
gives one best guess whatever it is worth. It binds to 127.0.0.1 and forgets everything at the end.
"""

from __future__ import annotations

import json
import re
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from msgspec import Struct

from paperexport.record import Eprint, Name, PartialDate, Record

SERVICES = (
    "arxiv",
    "crossref",
    "datacite",
    "dblp",
    "huggingface",
    "openalex",
    "openreview",
    "semanticscholar",
)
WORD = re.compile(r"[^\W_]+")
CROSSREF_SELECTS = frozenset(
    """
    DOI ISBN ISSN URL abstract accepted alternative-id approved archive article-number assertion
    author chair clinical-trial-number container-title content-created content-domain created
    degree deposited editor event funder group-title indexed is-referenced-by-count issn-type issue
    issued license link member original-title page posted prefix published published-online
    published-print publisher publisher-location reference references-count relation resource score
    short-container-title short-title standards-body subject subtitle title translator type
    update-policy update-to updated-by volume
    """.split()
)
"""What Crossref lets a list be cut down to (api.crossref.org/swagger-ui); all else is an error."""


class Paper(Struct, frozen=True, kw_only=True):
    """A paper, and what each kind of service knows of it; None where it knows nothing.

    Attributes:
        preprint: what arXiv has; it needs an eprint.
        published: what the publisher registered: with a DOI at Crossref, without one at DBLP alone.
        listed: what Hugging Face has, where that differs from arXiv's; it seldom refreshes.
        submission: what OpenReview has.
        forum: its id there.
        venue: OpenReview's words for what became of it: ``ICLR 2024 poster``, ``Submitted to …``.
        withdrawn: whether arXiv says so.
    """

    preprint: Record | None = None
    published: Record | None = None
    listed: Record | None = None
    submission: Record | None = None
    forum: str = ""
    venue: str = ""
    withdrawn: bool = False


class Fault(Struct, frozen=True, kw_only=True):
    """What goes wrong with one answer.

    Attributes:
        status: an HTTP status to answer with instead.
        headers: headers of that answer, such as ``Retry-After``.
        body: its body; empty takes a customary one.
        refuse: close the connection without an answer.
        cut: send only the first half of the body, and close.
        delay: seconds to wait first.
        media_type: another Content-Type on the right answer.
        empty: count the hits, and give none of them.
    """

    status: int = 0
    headers: Mapping[str, str] = {}
    body: str = ""
    refuse: bool = False
    cut: bool = False
    delay: float = 0.0
    media_type: str = ""
    empty: bool = False


class Call(Struct, frozen=True):
    """What a service is asked: the path behind its base, the query, the body."""

    path: str
    query: Mapping[str, str]
    body: bytes


class Reply(Struct, frozen=True):
    """A status, a media type and a body."""

    status: int
    media_type: str
    body: bytes


def _json(thing: object, status: int = 200) -> Reply:
    return Reply(status, "application/json", json.dumps(thing).encode())


class _Server(ThreadingHTTPServer):
    """A server that does not mind when whoever asked has hung up."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class ServiceServer:
    """The server; a context manager.

    Args:
        papers: what the services know.
        duplicates: whether searches give each hit twice, under the same id.

    Attributes:
        requests: ``(service, path?query)`` of each request, in order.
        faults: service → what goes wrong with its next answers, first one first; a fault at
            ``always`` goes wrong every time.
        always: service → a fault that stays.
        poison: identifiers that fail their whole request with status 400, at every service.
    """

    def __init__(self, papers: Iterable[Paper] = (), *, duplicates: bool = False) -> None:
        self.papers = list(papers)
        self.duplicates = duplicates
        self.requests: list[tuple[str, str]] = []
        self.faults: dict[str, list[Fault]] = {}
        self.always: dict[str, Fault] = {}
        self.poison: set[str] = set()
        self._lock = threading.Lock()
        self._http: ThreadingHTTPServer | None = None

    def __enter__(self) -> Self:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body leave in two packets; without this the second waits for the first's ACK.
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                outer._handle(self, b"")

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                outer._handle(self, self.rfile.read(length))

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing."""

        self._http = _Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._http:
            self._http.shutdown()
            self._http.server_close()

    def url(self, service: str) -> str:
        """The base URL of a service, for its setting."""
        assert self._http is not None, "the server runs inside `with`"
        return f"http://127.0.0.1:{self._http.server_port}/{service}"

    def environment(self) -> dict[str, str]:
        """``PAPEREXPORT_…_URL`` for each service."""
        return {f"PAPEREXPORT_{name.upper()}_URL": self.url(name) for name in SERVICES}

    def count(self, service: str = "") -> int:
        """How many requests a service has seen, or all of them."""
        return sum(1 for name, _ in self.requests if name == service or not service)

    def _handle(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        parts = urlsplit(handler.path)
        _, service, *rest = parts.path.split("/")
        path = "/" + "/".join(rest)
        query = {k: v[0] for k, v in parse_qs(parts.query, keep_blank_values=True).items()}
        with self._lock:
            self.requests.append((service, f"{path}?{parts.query}" if parts.query else path))
            queue = self.faults.get(service) or []
            fault = queue.pop(0) if queue else self.always.get(service)
        if fault:
            time.sleep(fault.delay)
            if fault.refuse:
                handler.close_connection = True
                handler.connection.close()
                return
        if fault and fault.status:
            reply = Reply(fault.status, "text/html", (fault.body or "<h1>busy</h1>").encode())
        elif fault and fault.body:
            reply = Reply(200, fault.media_type or "text/html", fault.body.encode())
        elif service not in SERVICES:
            reply = Reply(404, "text/plain", b"no such service")
        elif bad := next((i for i in self.poison if i in unquote(parts.path + str(query))
                          or i.encode() in body), ""):  # fmt: skip
            reply = (
                Reply(400, "application/atom+xml", _feed([_arxiv_error(bad)], 1).encode())
                if service == "arxiv"
                else _json({"error": f"{bad} cannot be read"}, 400)
            )
        else:
            answer: Callable[[Call], Reply] = getattr(self, f"_{service}")
            reply = answer(Call(path, query, body))
            if fault and fault.media_type:
                reply = Reply(reply.status, fault.media_type, reply.body)
            if fault and fault.empty:
                reply = _emptied(service, reply)
        handler.send_response(reply.status)
        handler.send_header("Content-Type", reply.media_type)
        handler.send_header("Content-Length", str(len(reply.body)))
        for name, value in (fault.headers if fault else {}).items():
            handler.send_header(name, value)
        handler.end_headers()
        if fault and fault.cut:
            handler.wfile.write(reply.body[: len(reply.body) // 2])
            handler.close_connection = True
            handler.connection.close()
        else:
            handler.wfile.write(reply.body)

    def _twice(self, hits: list[Any]) -> list[Any]:
        return [hit for hit in hits for _ in range(2)] if self.duplicates else hits

    def _first(self, hits: list[Paper], limit: str) -> list[Paper]:
        return self._twice(hits)[: int(limit)]

    # arXiv: Atom; phrases of ti: and abs:, or a list of ids.

    def _arxiv(self, call: Call) -> Reply:
        if call.path != "/api/query":
            return Reply(404, "text/plain", b"not found")
        ids = [i for i in call.query.get("id_list", "").split(",") if i]
        known = [p for p in self.papers if p.preprint]
        if ids:
            hits = [
                p
                for i in ids
                for p in known
                if i == _arxiv_id(p) or i == f"{_arxiv_id(p)}v{_eprint(p).version or 1}"
            ]
        else:
            clauses = re.findall(r'(ti|abs):"([^"]*)"', call.query.get("search_query", ""))
            hits = [p for p in known if any(_phrase(p, where, said) for where, said in clauses)]
        limit = int(call.query.get("max_results", "10"))
        entries = [_arxiv_entry(p) for p in self._twice(hits)[:limit]]
        return Reply(200, "application/atom+xml", _feed(entries, len(hits)).encode())

    # Hugging Face: one paper, or a search by words.

    def _huggingface(self, call: Call) -> Reply:
        known = [p for p in self.papers if p.preprint]
        if call.path == "/api/papers/search":
            found = _overlap(known, call.query.get("q", ""), lambda p: _listed(p).title)
            papers = [_hf_paper(p) for p in self._first(found, call.query.get("limit", "10"))]
            return _json([{"paper": p, "title": p["title"], "numComments": 0} for p in papers])
        wanted = call.path.removeprefix("/api/papers/")
        for paper in known:
            if _arxiv_id(paper) == wanted:
                return _json(_hf_paper(paper))
        return _json({"error": "Paper not found"}, 404)

    # Crossref: a DOI, or the words that fit best, however badly they fit.

    def _crossref(self, call: Call) -> Reply:
        known = [p for p in self.papers if p.published and p.published.doi]
        if call.path == "/works":
            asked = set(call.query.get("select", "DOI").split(","))
            if bad := asked - CROSSREF_SELECTS:
                problems = [{"type": "select-not-available", "value": name} for name in sorted(bad)]
                answer = {"status": "failed", "message-type": "validation-failure"}
                return _json({**answer, "message": problems}, 400)
            found = _overlap(
                known, call.query.get("query.bibliographic", ""), lambda p: _published(p).title
            )
            items = [_crossref_work(p) for p in self._first(found, call.query.get("rows", "20"))]
            return _json(
                {
                    "status": "ok",
                    "message-type": "work-list",
                    "message-version": "1.0.0",
                    "message": {"total-results": len(found), "items": items, "items-per-page": 5},
                }
            )
        doi = unquote(call.path.removeprefix("/works/")).lower()
        for paper in known:
            if _published(paper).doi.lower() == doi:
                return _json(
                    {
                        "status": "ok",
                        "message-type": "work",
                        "message-version": "1.0.0",
                        "message": _crossref_work(paper),
                    }
                )
        return Reply(404, "text/plain", b"Resource not found.")

    # DataCite: arXiv's own DOIs.

    def _datacite(self, call: Call) -> Reply:
        known = [p for p in self.papers if p.preprint]
        if call.path == "/dois":
            phrase = _words(call.query.get("query", "").partition(":")[2])
            hits = [p for p in known if phrase and _contains(_words(_preprint(p).title), phrase)]
            return _json({"data": [_datacite_doi(p) for p in self._twice(hits)]})
        doi = unquote(call.path.removeprefix("/dois/")).lower()
        for paper in known:
            if f"10.48550/arxiv.{_arxiv_id(paper)}".lower() == doi:
                return _json({"data": _datacite_doi(paper)})
        title = "The resource you are looking for doesn't exist."
        return _json({"errors": [{"status": "404", "title": title}]}, 404)

    # DBLP: every word must begin some word of the title; the arXiv copy is a hit of its own.

    def _dblp(self, call: Call) -> Reply:
        if call.path != "/search/publ/api":
            return Reply(404, "text/html", b"<h1>404</h1>")
        asked = call.query.get("q", "")
        hits = []
        for number, paper in enumerate(self.papers):
            for record in (paper.published, paper.preprint):
                if record is None:
                    continue
                info = _dblp_info(record, number)
                words = _words(record.title)
                by_key = asked == f"key:{info['key']}$"
                if by_key or all(any(w.startswith(a) for w in words) for a in _words(asked)):
                    hits.append({"@score": "1", "@id": str(number), "info": info})
        sent: dict[str, Any] = {"@total": str(len(hits)), "@sent": str(len(hits)), "@first": "0"}
        if hits:  # "hit" is absent when nothing matched
            sent["hit"] = self._twice(hits)[: int(call.query.get("h", "30"))]
        return _json({"result": {"status": {"@code": "200", "text": "OK"}, "hits": sent}})

    # Semantic Scholar: a batch with nulls, or one best guess.

    def _semanticscholar(self, call: Call) -> Reply:
        if call.path == "/graph/v1/paper/batch":
            return _json([self._s2_by_id(str(i)) for i in json.loads(call.body)["ids"]])
        if call.path == "/graph/v1/paper/search/match":
            found = _overlap(self.papers, call.query.get("query", ""), lambda p: _any(p).title)
            if not found:
                return _json({"error": "Title match not found"}, 404)
            return _json({"data": [_s2_paper(found[0]) | {"matchScore": 109.5}]})
        return _json({"error": "Not Found"}, 404)

    def _s2_by_id(self, identifier: str) -> dict[str, Any] | None:
        scheme, _, value = identifier.partition(":")
        for paper in self.papers:
            if scheme == "ARXIV" and paper.preprint and _arxiv_id(paper) == value:
                return _s2_paper(paper)
            if scheme == "DOI" and paper.published and paper.published.doi == value:
                return _s2_paper(paper)
        return None

    # OpenAlex: preprint and publication are one work; an arXiv DOI is then no longer in lists.

    def _openalex(self, call: Call) -> Reply:
        if call.path.startswith("/works/"):
            doi = unquote(call.path.removeprefix("/works/").removeprefix("doi:")).lower()
            for paper in self.papers:
                if doi in _dois(paper):
                    return _json(_openalex_work(paper))
            return _json({"error": "Not Found"}, 404)
        name, _, value = call.query.get("filter", "").partition(":")
        if name == "doi":
            wanted = set(value.lower().split("|"))
            hits = [p for p in self.papers if _openalex_work(p)["doi"][16:].lower() in wanted]
        else:
            hits = [p for p in self.papers if set(_words(value)) <= set(_words(_any(p).title))]
        works = [_openalex_work(p) for p in self._twice(hits)]
        return _json({"meta": {"count": len(hits)}, "results": works})

    # OpenReview: submissions, whatever became of them.

    def _openreview(self, call: Call) -> Reply:
        known = [p for p in self.papers if p.submission]
        if call.path == "/notes":
            hits = [p for p in known if p.forum in {call.query.get("id"), call.query.get("forum")}]
        elif call.path == "/notes/search":
            hits = _overlap(known, call.query.get("term", ""), lambda p: _submission(p).title)
        else:
            return _json({"name": "NotFoundError", "message": "not found", "status": 404}, 404)
        notes = [_openreview_note(p) for p in self._first(hits, call.query.get("limit", "50"))]
        return _json({"notes": notes, "count": len(hits)})


def _emptied(service: str, reply: Reply) -> Reply:
    """The answer with its count of hits (or another, where there were none) and without a hit."""
    if service == "arxiv":
        return Reply(200, reply.media_type, _feed([], 7).encode())
    pages: dict[str, object] = {
        "crossref": {"status": "ok", "message": {"total-results": 7, "items": []}},
        "datacite": {"data": [], "meta": {"total": 7}},
        "dblp": {"result": {"hits": {"@total": "7", "@sent": "0", "@first": "0"}}},
        "openalex": {"meta": {"count": 7}, "results": []},
        "openreview": {"notes": [], "count": 7},
    }
    return _json(pages[service]) if service in pages else reply


def _preprint(paper: Paper) -> Record:
    assert paper.preprint is not None
    return paper.preprint


def _published(paper: Paper) -> Record:
    assert paper.published is not None
    return paper.published


def _submission(paper: Paper) -> Record:
    assert paper.submission is not None
    return paper.submission


def _listed(paper: Paper) -> Record:
    return paper.listed or _preprint(paper)


def _any(paper: Paper) -> Record:
    found = paper.published or paper.preprint or paper.submission
    assert found is not None
    return found


def _eprint(paper: Paper) -> Eprint:
    eprint = _preprint(paper).eprint
    assert eprint is not None, "a preprint needs an eprint"
    return eprint


def _arxiv_id(paper: Paper) -> str:
    return _eprint(paper).id


def _dois(paper: Paper) -> set[str]:
    found = {paper.published.doi.lower()} if paper.published and paper.published.doi else set()
    return found | ({f"10.48550/arxiv.{_arxiv_id(paper)}".lower()} if paper.preprint else set())


@lru_cache(maxsize=1 << 14)
def _words(said: str) -> tuple[str, ...]:
    return tuple(WORD.findall(said.casefold()))


@lru_cache(maxsize=1 << 14)
def _word_set(said: str) -> frozenset[str]:
    return frozenset(_words(said))


def _contains(words: Sequence[str], phrase: Sequence[str]) -> bool:
    size = len(phrase)
    return any(words[i : i + size] == phrase for i in range(len(words) - size + 1))


def _phrase(paper: Paper, where: str, said: str) -> bool:
    record = _preprint(paper)
    return _contains(_words(record.title if where == "ti" else record.abstract), _words(said))


def _overlap(papers: Sequence[Paper], said: str, title: Callable[[Paper], str]) -> list[Paper]:
    """The papers that share words with what was said, most first: near misses come too."""
    wanted = _word_set(said)
    scored = [(len(wanted & _word_set(title(paper))), paper) for paper in papers]
    return [paper for score, paper in sorted(scored, key=lambda s: -s[0]) if score]


def _iso(date: PartialDate | None) -> str:
    return str(date or PartialDate(year=2000, month=1, day=1))


def _parts(date: PartialDate | None) -> dict[str, Any]:
    numbers = [date.year, date.month, date.day] if date else [None]
    return {"date-parts": [[n for n in numbers if n is not None] or [None]]}


def _feed(entries: Sequence[str], total: int) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom"'
        ' xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"'
        ' xmlns:arxiv="http://arxiv.org/schemas/atom">\n'
        "<title>arXiv Query</title><id>https://arxiv.org/api/x</id>"
        f"<opensearch:totalResults>{total}</opensearch:totalResults>"
        "<opensearch:startIndex>0</opensearch:startIndex>\n" + "\n".join(entries) + "\n</feed>\n"
    )


def _arxiv_entry(paper: Paper) -> str:
    record, eprint = _preprint(paper), _eprint(paper)
    comment = "This paper has been withdrawn by the authors" if paper.withdrawn else record.note
    people = "".join(f"<author><name>{escape(str(n))}</name></author>" for n in record.author)
    term = escape(eprint.primary_class or "cs.LG")
    return (
        f"<entry><id>http://arxiv.org/abs/{eprint.id}v{eprint.version or 1}</id>"
        f"<title>{escape(record.title)}</title><updated>{_iso(record.issued)}T10:00:00Z</updated>"
        f'<link href="https://arxiv.org/abs/{eprint.id}" rel="alternate" type="text/html"/>'
        f"<summary>{escape(record.abstract)}</summary>"
        f'<category term="{term}" scheme="http://arxiv.org/schemas/atom"/>'
        f"<published>{_iso(record.issued)}T10:00:00Z</published>"
        + (f"<arxiv:comment>{escape(comment)}</arxiv:comment>" if comment else "")
        + (f"<arxiv:doi>{escape(record.doi)}</arxiv:doi>" if record.doi else "")
        + f'<arxiv:primary_category term="{term}"/>{people}</entry>'
    )


def _arxiv_error(identifier: str) -> str:
    return (
        f"<entry><id>https://arxiv.org/api/errors#incorrect_id_format_for_{escape(identifier)}</id>"
        f"<title>Error</title><summary>incorrect id format for {escape(identifier)}</summary>"
        "<updated>2026-01-01T00:00:00Z</updated>"
        "<author><name>arXiv api core</name></author></entry>"
    )


def _hf_paper(paper: Paper) -> dict[str, Any]:
    record = _listed(paper)
    return {
        "id": _arxiv_id(paper),
        "authors": [
            {"_id": f"{number:024x}", "name": str(name), "hidden": False}
            for number, name in enumerate(record.author)
        ],
        "publishedAt": f"{_iso(record.issued)}T00:00:00.000Z",
        "submittedOnDailyAt": "2026-01-02T00:00:00.000Z",
        "title": record.title,
        "summary": record.abstract,
        "upvotes": 7,
    }


def _crossref_names(names: Sequence[Name]) -> list[dict[str, str]]:
    return [
        {"name": name.literal, "sequence": "additional"}
        if name.literal
        else {
            "given": name.given,
            "family": " ".join(p for p in (name.particle, name.family) if p),
            "sequence": "additional",
        }
        for name in names
    ]


def _crossref_work(paper: Paper) -> dict[str, Any]:
    record = _published(paper)
    journal = record.type == "article-journal"
    work: dict[str, Any] = {
        "DOI": record.doi,
        "type": "journal-article" if journal else "proceedings-article",
        "title": [record.title],
        "author": _crossref_names(record.author),
        "container-title": [record.container_title],
        "publisher": record.publisher or "Drawer Associates",
        "published": _parts(record.issued),
        "issued": _parts(record.issued),
        "volume": record.volume,
        "page": record.page,
        "URL": f"https://doi.org/{record.doi}",
        "score": 31.4,
    }
    if record.abstract:
        work["abstract"] = f"<jats:p>{escape(record.abstract)}</jats:p>"
    return work


def _datacite_doi(paper: Paper) -> dict[str, Any]:
    record, doi = _preprint(paper), f"10.48550/arxiv.{_arxiv_id(paper)}"
    return {
        "id": doi,
        "type": "dois",
        "attributes": {
            "doi": doi,
            "creators": [
                {"name": str(n), "nameType": "Organizational"}
                if n.literal
                else {
                    "name": f"{n.family}, {n.given}",
                    "givenName": n.given,
                    "familyName": " ".join(p for p in (n.particle, n.family) if p),
                    "nameType": "Personal",
                }
                for n in record.author
            ],
            "titles": [{"title": record.title}],
            "publisher": "arXiv",
            "publicationYear": record.issued.year if record.issued else None,
            "dates": [{"date": f"{_iso(record.issued)}T10:00:00Z", "dateType": "Submitted"}],
            "types": {"resourceTypeGeneral": "Preprint"},
            "descriptions": [{"description": record.abstract, "descriptionType": "Abstract"}],
            "url": f"https://arxiv.org/abs/{_arxiv_id(paper)}",
        },
    }


def _dblp_info(record: Record, number: int) -> dict[str, Any]:
    people = [{"@pid": f"0/{n}", "text": str(name)} for n, name in enumerate(record.author)]
    info: dict[str, Any] = {
        "authors": {"author": people[0] if len(people) == 1 else people},
        "title": escape(record.title) + ".",
        "year": str(record.issued.year) if record.issued else "",
    }
    if record.type == "article" and record.eprint:
        info |= {
            "venue": "CoRR",
            "volume": f"abs/{record.eprint.id}",
            "type": "Informal and Other Publications",
            "key": f"journals/corr/abs-{record.eprint.id.replace('.', '-')}",
            "ee": f"https://doi.org/10.48550/arXiv.{record.eprint.id}",
        }
    else:
        journal = record.type == "article-journal"
        info |= {
            "venue": record.container_title,
            "pages": record.page,
            "volume": record.volume,
            "type": "Journal Articles" if journal else "Conference and Workshop Papers",
            "key": f"{'journals' if journal else 'conf'}/sock/Paper{number}",
            "ee": f"https://doi.org/{record.doi}" if record.doi else record.url,
        }
        if record.doi:
            info["doi"] = record.doi
    return {name: value for name, value in info.items() if value}


def _s2_paper(paper: Paper) -> dict[str, Any]:
    record = _any(paper)
    external: dict[str, Any] = {"CorpusId": 1}
    if paper.preprint:
        external["ArXiv"] = _arxiv_id(paper)
    if record.doi:
        external["DOI"] = record.doi
    kinds = {"article-journal": "JournalArticle", "paper-conference": "Conference"}
    return {
        "paperId": "0" * 40,
        "title": record.title,
        "abstract": record.abstract or None,
        "year": record.issued.year if record.issued else None,
        "venue": record.container_title or ("arXiv.org" if paper.preprint else ""),
        "publicationTypes": [kinds[record.type]] if record.type in kinds else None,
        "externalIds": external,
        "authors": [
            {"authorId": None, "name": f"{n.given[:1]}. {n.family}" if n.family else n.literal}
            for n in record.author
        ],
    }


def _openalex_work(paper: Paper) -> dict[str, Any]:
    record = _any(paper)
    doi = (paper.published.doi if paper.published else "") or (
        f"10.48550/arxiv.{_arxiv_id(paper)}" if paper.preprint else ""
    )
    positions: dict[str, list[int]] = {}
    for at, word in enumerate(record.abstract.split()):
        positions.setdefault(word, []).append(at)
    return {
        "id": "https://openalex.org/W1",
        "doi": f"https://doi.org/{doi}",
        "title": record.title,
        "publication_date": _iso(record.issued),
        "publication_year": record.issued.year if record.issued else None,
        "type": "article" if paper.published else "preprint",
        "primary_location": {
            "source": {"display_name": record.container_title or "arXiv (Cornell University)"},
            "raw_type": "proceedings-article" if record.type == "paper-conference" else "",
        },
        "locations": [{"landing_page_url": f"https://arxiv.org/abs/{_arxiv_id(paper)}"}]
        if paper.preprint
        else [],
        "authorships": [{"raw_author_name": str(name)} for name in record.author],
        "abstract_inverted_index": positions or None,
    }


def _openreview_note(paper: Paper) -> dict[str, Any]:
    record = _submission(paper)
    content = {
        "title": record.title,
        "authors": [str(name) for name in record.author],
        "abstract": record.abstract,
        "venue": paper.venue,
    }
    return {
        "id": paper.forum,
        "forum": paper.forum,
        "cdate": 1_700_000_000_000,
        "pdate": 1_700_000_000_000,
        "content": {name: {"value": value} for name, value in content.items()},
    }
