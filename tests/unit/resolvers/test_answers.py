"""What each service's answers say, in the shapes that the services give: ours, and real ones."""

import json
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from typing import Any

import httpx
import msgspec
import pytest

import shared
from loopback import Clock
from paperexport import http
from paperexport.entry import Entry
from paperexport.errors import Refused, Unreachable
from paperexport.hookspecs import Query, Resolver
from paperexport.normalization import normalize
from paperexport.record import Record
from paperexport.resolvers.arxiv import Arxiv
from paperexport.resolvers.crossref import Crossref
from paperexport.resolvers.datacite import DataCite
from paperexport.resolvers.dblp import Dblp
from paperexport.resolvers.huggingface import HuggingFace
from paperexport.resolvers.openalex import OpenAlex
from paperexport.resolvers.openalex import abstract as uninverted
from paperexport.resolvers.openreview import OpenReview
from paperexport.resolvers.semanticscholar import SemanticScholar
from paperexport.resolvers.service import parts, parts_date
from paperexport.testing.services import CROSSREF_SELECTS


def client(
    answer: Callable[[httpx.Request], object], seen: list[httpx.Request] | None = None
) -> httpx.Client:
    def handle(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request)
        said = answer(request)
        return httpx.Response(200, text=said if isinstance(said, str) else json.dumps(said))

    clock = Clock()
    return http.client(
        transport=httpx.MockTransport(handle), sleep=clock.sleep, now=clock.now, clock=clock.now
    )


def one(resolver: Resolver, identifier: str, answer: object) -> Record:
    with client(lambda _: answer) as asking:
        ((found, entry),) = list(resolver.by_identifier(asking, [identifier]))
    assert found == identifier
    return normalize(entry).record


def crossref(**fields: Any) -> Record:
    work = {"DOI": "10.5555/1", "type": "journal-article", "title": ["Socks"], **fields}
    return one(Crossref(), "doi:10.5555/1", {"status": "ok", "message": work})


def parts_of(*numbers: int | None) -> dict[str, Any]:
    return {"date-parts": [list(numbers)]}


def test_crossref_titles_lose_their_markup() -> None:
    record = crossref(
        title=["The <i>Sock</i>\n   &amp;amp; the <sub>2</sub>Drawer"], subtitle=["A Study"]
    )
    assert record.title == "The Sock & the ₂Drawer: A Study"


def test_crossref_abstracts_are_jats() -> None:
    said = "<jats:title>Abstract</jats:title><jats:p>One &lt; two.</jats:p><jats:p>Three.</jats:p>"
    assert crossref(abstract=said).abstract.endswith("One < two.\n\nThree.")


@pytest.mark.parametrize(
    ("dates", "issued"),
    [
        ({"published": parts_of(2022, 3, 14), "issued": parts_of(2021)}, "2022-03-14"),
        ({"published-print": parts_of(2022, 3), "published-online": parts_of(2021, 9)}, "2022-03"),
        ({"issued": parts_of(2022)}, "2022"),
        ({"issued": parts_of(None)}, "None"),
        ({"issued": parts_of(2022, None, 4)}, "2022"),
        ({"issued": parts_of(2022, 13)}, "2022"),
        ({}, "None"),
    ],
)
def test_crossref_dates(dates: dict[str, Any], issued: str) -> None:
    assert str(crossref(**dates).issued) == issued


def test_crossref_people() -> None:
    record = crossref(
        author=[
            {"given": "Ada", "family": "Lovelace", "ORCID": "http://orcid.org/0000-0001-2345-6789"},
            {"name": "The Sock Collaboration"},
            {"given": "Johan", "family": "van der Berg", "suffix": "Jr."},
        ]
    )
    assert [str(name) for name in record.author] == [
        "Ada Lovelace", "The Sock Collaboration", "Johan van der Berg Jr."
    ]  # fmt: skip
    assert record.author[0].orcid == "0000-0001-2345-6789"
    assert record.author[1].literal == "The Sock Collaboration"


def test_crossref_chapters_are_in_a_book_and_that_in_a_series() -> None:
    titles = ["Lecture Notes in Computer Science", "Drawers – SOCK 2020"]
    chapter = {"type": "book-chapter", "short-container-title": ["LNCS"]}
    record = crossref(**chapter, **{"container-title": titles})
    assert (record.container_title, record.collection_title) == (titles[1], titles[0])
    assert record.container_title_short == ""
    record = crossref(**{"container-title": titles[:1], "type": "book-chapter"})
    assert (record.container_title, record.collection_title) == (titles[0], "")
    record = crossref(**{"container-title": ["Journal of Socks", "J. Socks"]})
    assert (record.container_title, record.collection_title) == ("Journal of Socks", "")


def test_crossref_article_numbers_stand_for_pages() -> None:
    assert crossref(**{"article-number": "e17"}).page == "e17"
    assert crossref(page="1-9", **{"article-number": "e17"}).page == "1-9"


@pytest.mark.parametrize(
    "message", [{}, {"DOI": ""}, {"DOI": 7}, {"DOI": "10.5555/1", "title": None, "author": 3}]
)
def test_crossref_answers_without_form(message: dict[str, Any]) -> None:
    with client(lambda _: {"message": message}) as asking:
        for _, entry in Crossref().by_identifier(asking, ["doi:10.5555/1"]):
            normalize(entry)


@pytest.mark.parametrize("others", [{"family": "ET AL."}, {"name": "et al."}, {"name": "others"}])
def test_crossref_et_al_is_nobody(others: dict[str, str]) -> None:
    record = crossref(author=[{"family": "Lovelace", "given": "Ada"}, others])
    assert ([str(name) for name in record.author], record.incomplete) == (
        ["Ada Lovelace"], ("author",)
    )  # fmt: skip


def test_crossref_selects_what_can_be_selected() -> None:
    """Of anything else it says 400, and finds no title at all."""
    seen: list[httpx.Request] = []
    with client(lambda _: {"message": {}}, seen) as asking:
        list(Crossref().by_title(asking, [Query(title="Socks")]))
    assert set(seen[0].url.params["select"].split(",")) <= CROSSREF_SELECTS


@pytest.mark.parametrize(
    ("kind", "found"),
    [("correction", 0), ("retraction", 0), ("expression_of_concern", 0), ("new_version", 1)],
)
def test_crossrefs_notices_are_not_the_works_that_they_are_about(kind: str, found: int) -> None:
    work = {"DOI": "10.5555/2", "title": ["Socks"], "update-to": [{"type": kind, "DOI": "10.1/x"}]}
    with client(lambda _: {"message": {"items": [work]}}) as asking:
        assert len(list(Crossref().by_title(asking, [Query(title="Socks")]))) == found


@pytest.mark.parametrize(
    ("kind", "status"),
    [("retraction", "retracted"), ("withdrawal", "withdrawn"), ("correction", "")],
)
def test_crossref_says_what_was_retracted(kind: str, status: str) -> None:
    assert crossref(**{"updated-by": [{"type": kind, "DOI": "10.1/y"}]}).status == status


def test_arxiv_dois_are_not_asked_for_at_crossref() -> None:
    seen: list[httpx.Request] = []
    with client(lambda _: {}, seen) as asking:
        assert list(Crossref().by_identifier(asking, ["doi:10.48550/arXiv.2401.00001"])) == []
    assert seen == []


def dblp(**info: Any) -> Record:
    said = {"key": "conf/sock/L24", "title": "Pairing Socks.", "year": "2024",
            "type": "Conference and Workshop Papers", "venue": "SOCK", **info}  # fmt: skip
    hits = {"@total": "1", "hit": [{"info": said}]}
    return one(Dblp(), "dblp:conf/sock/L24", {"result": {"hits": hits}})


def test_dblp_numbers_of_namesakes_are_no_names() -> None:
    record = dblp(authors={"author": [{"text": "Wei Li 0003"}, {"text": "Ada Lovelace"}]})
    assert [str(name) for name in record.author] == ["Wei Li", "Ada Lovelace"]


@pytest.mark.parametrize(
    ("key", "kind"),
    [("conf/sock/L24", "paper-conference"), ("journals/sock/L24", "article-journal"),
     ("journals/corr/abs-2401-00001", "article"), ("books/sock/L24", "document")],
)  # fmt: skip
def test_dblp_withdrawn(key: str, kind: str) -> None:
    said = {"key": key, "title": "Socks.", "type": "Withdrawn Items"}
    answer = {"result": {"hits": {"@total": "1", "hit": [{"info": said}]}}}
    record = one(Dblp(), f"dblp:{key}", answer)
    assert (record.type, record.status) == (kind, "withdrawn")


def test_dblp_one_author_alone_is_no_list() -> None:
    record = dblp(authors={"author": {"text": "Ada Lovelace"}}, venue=["SOCK", "Workshops"],
                  title="Socks &amp; Drawers.")  # fmt: skip
    assert [str(name) for name in record.author] == ["Ada Lovelace"]
    assert (record.title, record.container_title) == ("Socks & Drawers", "SOCK")


def test_dblp_copies_of_arxiv_are_preprints() -> None:
    record = dblp(
        type="Informal and Other Publications", venue="CoRR", volume="abs/2401.00001",
        doi="10.48550/ARXIV.2401.00001", ee="https://doi.org/10.48550/arXiv.2401.00001",
    )  # fmt: skip
    assert (record.type, record.container_title, record.volume) == ("article", "", "")
    assert record.eprint is not None
    assert record.eprint.id == "2401.00001"


def test_dblp_hits_may_be_absent() -> None:
    with client(lambda _: {"result": {"hits": {"@total": "0"}}}) as asking:
        assert list(Dblp().by_title(asking, [Query(title="Socks")])) == []


def test_datacite() -> None:
    attributes = {
        "doi": "10.48550/arxiv.2401.00001",
        "creators": [
            {"name": "Lovelace, Ada", "givenName": "Ada", "familyName": "Lovelace"},
            {"name": "Sock Collaboration", "nameType": "Organizational"},
        ],
        "titles": [{"title": "Untertitel", "titleType": "TranslatedTitle"}, {"title": "Socks"}],
        "publisher": "arXiv",
        "publicationYear": 2025,
        "dates": [{"date": "2025-02-01", "dateType": "Updated"},
                  {"date": "2024-01-03T10:00:00Z", "dateType": "Submitted"}],
        "types": {"resourceTypeGeneral": "Preprint"},
    }  # fmt: skip
    record = one(DataCite(), "arxiv:2401.00001", {"data": {"attributes": attributes}})
    assert (record.title, str(record.issued), record.publisher) == ("Socks", "2024-01-03", "")
    assert record.doi == "10.48550/arXiv.2401.00001"
    assert record.author[1].literal == "Sock Collaboration"


def datacite(**attributes: Any) -> Record:
    said = {"doi": "10.5555/1", "titles": [{"title": "Socks"}], **attributes}
    return one(DataCite(), "doi:10.5555/1", {"data": {"attributes": said}})


@pytest.mark.parametrize("nobody", ["(:Unav)", ":unav", "(:tba)", "(:null)", " (:unkn) "])
def test_datacite_what_is_not_known_is_no_value(nobody: str) -> None:
    record = datacite(
        creators=[{"name": nobody, "familyName": nobody}, {"name": "Ada Lovelace"}],
        publisher=nobody,
        publicationYear=nobody,
    )
    assert [str(name) for name in record.author] == ["Ada Lovelace"]
    assert (record.publisher, record.issued, record.incomplete) == ("", None, ())


def test_datacite_and_others() -> None:
    record = datacite(creators=[{"name": "Lovelace, Ada"}, {"name": "(:etal)"}])
    assert ([str(n) for n in record.author], record.incomplete) == (["Ada Lovelace"], ("author",))


def test_datacite_subtitles() -> None:
    titles = [{"title": "Socks"}, {"title": "A Study", "titleType": "Subtitle"}]
    assert datacite(titles=titles).title == "Socks: A Study"
    titles[0]["title"] = "Socks: A Study"
    assert datacite(titles=titles).title == "Socks: A Study"


@pytest.mark.parametrize(
    ("paper", "kind", "container"),
    [
        ({"venue": "ICLR", "publicationTypes": ["Conference"]}, "paper-conference", "ICLR"),
        ({"venue": "ICLR", "publicationTypes": None}, "article", ""),
        ({"venue": "arXiv.org", "publicationTypes": ["JournalArticle"]}, "article", ""),
        ({"venue": "Neural Socks", "publicationTypes": ["JournalArticle"],
          "journal": {"name": "ArXiv", "volume": "abs/2401.00001"}}, "article", ""),
        ({"venue": "Neural Socks", "publicationTypes": ["JournalArticle", "Conference"],
          "journal": {"name": "ArXiv", "volume": "abs/2401.00001"}},
         "paper-conference", "Neural Socks"),
        ({"venue": "Neural Socks", "publicationTypes": ["JournalArticle"],
          "publicationVenue": {"name": "Neural Socks", "type": "conference"},
          "journal": {"name": "ArXiv", "volume": "abs/2401.00001"}},
         "paper-conference", "Neural Socks"),
        ({"venue": "Socks", "publicationTypes": None,
          "publicationVenue": {"name": "Socks", "type": "journal"}}, "article-journal", "Socks"),
        ({"venue": "J. Socks", "journal": {"name": "Journal of Socks", "pages": "1-9"},
          "publicationTypes": ["JournalArticle"]}, "article-journal", "Journal of Socks"),
    ],
)  # fmt: skip
def test_semantic_scholars_venues(paper: dict[str, Any], kind: str, container: str) -> None:
    said = {"title": "Socks", "year": 2024, "externalIds": {"ArXiv": "2401.00001"}, **paper}
    record = one(SemanticScholar(), "arxiv:2401.00001", [said])
    assert (record.type, record.container_title) == (kind, container)
    assert "abs/" not in record.volume


def test_semantic_scholars_batch_has_nulls_and_an_order() -> None:
    said = [None, {"title": "B"}, None, {"title": "D"}]
    wanted = [f"arxiv:2401.0000{n}" for n in range(4)]
    with client(lambda _: said) as asking:
        found = {i: e.fields["title"] for i, e in SemanticScholar().by_identifier(asking, wanted)}
    assert found == {"arxiv:2401.00001": "B", "arxiv:2401.00003": "D"}


def test_semantic_scholars_batch_of_another_length_is_no_answer() -> None:
    with client(lambda _: [{"title": "B"}]) as asking, pytest.raises(Unreachable):
        list(SemanticScholar().by_identifier(asking, ["arxiv:2401.00001", "arxiv:2401.00002"]))


def test_openalex() -> None:
    work = {
        "doi": "https://doi.org/10.5555/1", "title": "Socks", "type": "article",
        "publication_date": "2024-01-03",
        "primary_location": {
            "source": {"display_name": "Proc."}, "raw_type": "proceedings-article"
        },
        "authorships": [{"raw_author_name": "A. Lovelace", "author": {"display_name": "Ada L."}}],
        "is_authors_truncated": True,
        "biblio": {"first_page": "1", "last_page": "9"},
        "locations": [{"landing_page_url": "https://arxiv.org/abs/2401.00001"}],
        "abstract_inverted_index": {"leave": [1], "Socks": [0], "alone": [2]},
        "is_retracted": True,
    }  # fmt: skip
    record = one(OpenAlex(), "doi:10.5555/1", {"meta": {"count": 1}, "results": [work]})
    assert (record.type, record.page, record.abstract) == (
        "paper-conference", "1-9", "Socks leave alone"
    )  # fmt: skip
    assert (record.incomplete, record.status) == (("author",), "retracted")
    assert str(record.author[0]) == "A. Lovelace"


@pytest.mark.parametrize(
    ("date", "issued"), [("2015-01-01", "2015"), ("2015-04-06", "2015-04-06"), (None, "2015")]
)
def test_openalex_fills_in_the_first_of_january(date: str | None, issued: str) -> None:
    work = {"id": "W1", "doi": "https://doi.org/10.5555/1", "title": "Socks", "results": [],
            "publication_date": date, "publication_year": 2015}  # fmt: skip
    assert str(one(OpenAlex(), "doi:10.5555/1", work).issued) == issued


@pytest.mark.parametrize(("kind", "container"), [("repository", ""), ("journal", "LA Socks")])
def test_openalex_repositories_published_nothing(kind: str, container: str) -> None:
    source = {"display_name": "LA Socks", "type": kind}
    work = {"id": "W1", "doi": "https://doi.org/10.5555/1", "title": "Socks", "results": [],
            "type": "article", "primary_location": {"source": source}}  # fmt: skip
    assert one(OpenAlex(), "doi:10.5555/1", work).container_title == container


@pytest.mark.parametrize("index", [None, [], {"a": None}, {"a": ["x"]}, {"a": 3}, "text"])
def test_openalex_abstracts_without_form(index: object) -> None:
    assert uninverted(index) == ""


def note(venue: str, **content: Any) -> Record:
    said = {"title": "Socks", "venue": venue, "authors": ["Ada Lovelace"], **content}
    wrapped = {name: {"value": value} for name, value in said.items()}
    answer = {
        "notes": [{"id": "f1", "forum": "f1", "content": wrapped, "pdate": 1_700_000_000_000}]
    }
    return one(OpenReview(), "openreview:f1", answer)


@pytest.mark.parametrize(
    ("venue", "kind", "container", "status"),
    [
        ("ICLR 2024 poster", "paper-conference", "ICLR 2024", ""),
        ("ICLR 2024", "paper-conference", "ICLR 2024", ""),
        ("NeurIPS 2023 oral", "paper-conference", "NeurIPS 2023", ""),
        ("ICLR 2023 notable top 25%", "paper-conference", "ICLR 2023", ""),
        ("Accepted to COLM 2024", "paper-conference", "COLM 2024", ""),
        ("NeurIPS 2022 Accept", "paper-conference", "NeurIPS 2022", ""),
        ("NeurIPS 2022 Datasets and Benchmarks ", "paper-conference", "NeurIPS 2022", ""),
        ("NeurIPS 2023 Datasets and Benchmarks Poster", "paper-conference", "NeurIPS 2023", ""),
        (
            "NeurIPS 2024 Track Datasets and Benchmarks Poster",
            "paper-conference",
            "NeurIPS 2024",
            "",
        ),
        ("EMNLP 2023 Findings", "manuscript", "", ""),
        ("Submitted to NeurIPS 2023 Datasets and Benchmarks", "manuscript", "", ""),
        ("TMLR", "article-journal", "Transactions on Machine Learning Research", ""),
        ("Accepted by TMLR", "article-journal", "Transactions on Machine Learning Research", ""),
        ("TMLR 2024", "article-journal", "Transactions on Machine Learning Research", ""),
        ("Submitted to ICLR 2024", "manuscript", "", ""),
        ("ICLR 2024 Conference Submission", "manuscript", "", ""),
        ("ICLR 2024 Conference Rejected Submission", "manuscript", "", "rejected"),
        ("ICLR 2024 Conference Withdrawn Submission", "manuscript", "", "withdrawn"),
        ("NeurIPS 2023 Workshop on Socks Poster", "manuscript", "", ""),
        ("CoRR 2023", "manuscript", "", ""),
        ("IEEE Trans. Socks 2023", "manuscript", "", ""),
        ("Under review", "manuscript", "", ""),
        ("", "manuscript", "", ""),
    ],
)
def test_openreviews_venues(venue: str, kind: str, container: str, status: str) -> None:
    record = note(venue)
    assert (record.type, record.container_title) == (kind, container)
    assert record.custom.get("submission_status", "") == status
    assert record.other_ids == ("openreview:f1",)


@pytest.mark.parametrize("venueid", ["NeurIPS.cc/2022/Challenge/S", "ICLR.cc/2024/Workshop/S"])
def test_openreviews_challenges_and_workshops_are_no_publications(venueid: str) -> None:
    assert note("NeurIPS 2022 Accept", venueid=venueid).type == "manuscript"


def test_openreviews_anonymous_are_nobody() -> None:
    assert note("Submitted to ICLR 2024", authors=["Anonymous"]).author == ()


def test_openreviews_old_notes_are_bare() -> None:
    def answer(request: httpx.Request) -> object:
        if request.url.host == "api2.openreview.net":
            return {"notes": [], "count": 0}
        content = {"title": "Socks", "authors": ["Ada Lovelace"], "venue": "ICLR 2020 Poster"}
        return {"notes": [{"id": "f1", "content": content}], "count": 1}

    seen: list[httpx.Request] = []
    with client(answer, seen) as asking:
        ((_, entry),) = list(OpenReview().by_identifier(asking, ["openreview:f1"]))
    assert normalize(entry).record.container_title == "ICLR 2020"
    assert [request.url.host for request in seen] == ["api2.openreview.net", "api.openreview.net"]


# --- arXiv ----------------------------------------------------------------------------------------


def test_arxiv_is_asked_for_all_it_was_asked_for() -> None:
    """Without max_results it gives ten, in silence."""
    seen: list[httpx.Request] = []
    feed = '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"></feed>'
    with client(lambda _: feed, seen) as asking:
        list(Arxiv().by_identifier(asking, [f"arxiv:2401.{n:05d}" for n in range(150)]))
    assert [r.url.params["max_results"] for r in seen] == ["100", "50"]


def test_arxivs_versions_are_told_apart() -> None:
    entries = "".join(
        f"<entry><id>http://arxiv.org/abs/2401.00001v{n}</id><title>Socks {n}</title></entry>"
        for n in (2, 11, 1)
    )
    feed = f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'
    wanted = [f"arxiv:2401.00001{version}" for version in ("v1", "v2", "", "v12")]
    with client(lambda _: feed) as asking:
        found = {i: e.fields["title"] for i, e in Arxiv().by_identifier(asking, wanted)}
    assert list(found.values()) == ["Socks 1", "Socks 2", "Socks 11"]
    assert list(found) == wanted[:3]


def test_arxiv_titles_lose_what_breaks_a_phrase() -> None:
    seen: list[httpx.Request] = []
    feed = '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"></feed>'
    query = Query(title='Socks: "Pairs", $n$-Fold? \\emph{Yes}', abstract="Too short.")
    with client(lambda _: feed, seen) as asking:
        list(Arxiv().by_title(asking, [query, Query(title="???")]))
    assert seen[0].url.params["search_query"] == 'ti:"Socks Pairs n Fold emph Yes"'


def test_arxiv_malformed_ids_are_not_asked_for() -> None:
    seen: list[httpx.Request] = []
    with client(lambda _: "", seen) as asking:
        assert list(Arxiv().by_identifier(asking, ["arxiv:banana", "doi:10.1/x"])) == []
    assert seen == []


REAL = [
    ("arxiv-api/id_1605.08386_s0_m100_199195aa31ad.xml", ["1605.08386"]),
    ("arxiv-api/id_0808.05394_1707.08567_s0_m100_42e5aa0ec3af.xml", ["0808.05394", "1707.08567"]),
    ("arxiv-api/id_astro-ph_0601001_s0_m100_3150dca9dc76.xml", ["astro-ph/0601001"]),
]


@pytest.mark.parametrize(("name", "ids"), REAL, ids=[name for name, _ in REAL])
def test_arxivs_real_answers(name: str, ids: list[str]) -> None:
    page = shared.path(name).read_text(encoding="utf-8")
    with client(lambda _: page) as asking:
        found = dict(Arxiv().by_identifier(asking, [f"arxiv:{i}" for i in ids]))
    assert found
    for identifier, entry in found.items():
        record = normalize(entry).record
        assert record.missing == ()
        assert record.eprint is not None
        assert f"arxiv:{record.eprint.id}" == identifier


@pytest.mark.parametrize(
    "inside",
    ["<entry><title>A & B</title></entry>", "<entry><title>A</entry>", "<entry>\x00</entry>"],
)
@pytest.mark.parametrize("dtd", ["", "<!DOCTYPE feed [<!ENTITY a 'b'>]>"])
def test_arxivs_feed_is_xml_or_no_answer(inside: str, dtd: str) -> None:
    head = f'<?xml version="1.0"?>{dtd}<feed xmlns="http://www.w3.org/2005/Atom">'
    inside = "" if dtd else inside
    with client(lambda _: f"{head}{inside}</feed>") as asking, pytest.raises(Unreachable):
        list(Arxiv().by_identifier(asking, ["arxiv:2401.00001"]))


def test_arxivs_feed_of_elements_in_elements_is_no_answer() -> None:
    deep = "<a>" * 9000 + "</a>" * 9000
    feed = f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">{deep}</feed>'
    with client(lambda _: feed) as asking, pytest.raises(Unreachable):
        list(Arxiv().by_identifier(asking, ["arxiv:2401.00001"]))


def test_arxivs_real_error_is_a_refusal() -> None:
    page = shared.path("arxiv-api/id_abc_s0_m100_b79c8dcf6bc3.xml").read_text(encoding="utf-8")
    with client(lambda _: page) as asking, pytest.raises(Refused):
        list(Arxiv().by_identifier(asking, ["arxiv:2401.00001"]))


def test_arxivs_real_empty_answer_is_nobody() -> None:
    page = shared.path("arxiv-api/id_0000.0000_s0_m100_8b51d9633a68.xml").read_text("utf-8")
    with client(lambda _: page) as asking:
        assert list(Arxiv().by_identifier(asking, ["arxiv:0704.0001"])) == []


# --- What they have in common ---------------------------------------------------------------------

SERVICES: list[Resolver] = [
    Arxiv(), Crossref(), DataCite(), Dblp(), HuggingFace(), OpenAlex(), OpenReview(),
    SemanticScholar(),
]  # fmt: skip
SHAPES: list[Any] = [
          [], {}, [None], [[]], {"message": []}, {"data": None}, {"data": [None, 1, "x", {}]},
          {"result": []}, {"result": {"hits": {"hit": [None, {"info": None}, 3]}}},
          {"results": [None, {"title": 3}]}, {"notes": [None, {"content": 4}, {"content": {}}]},
          {"message": {"items": [None, 3, {"DOI": "10.1/x", "title": {}, "author": [None, 3]}]}},
          {"notes": {"a": 1}},
          [{"title": "x", "authors": [3, None], "externalIds": []}]]  # fmt: skip


@pytest.mark.parametrize("resolver", SERVICES[1:], ids=lambda r: r.name)
@pytest.mark.parametrize("shape", SHAPES, ids=json.dumps)
def test_no_shape_stops_a_service(resolver: Resolver, shape: object) -> None:
    resolver = msgspec.structs.replace(resolver, interval=0.0)
    identifiers = ["doi:10.1/x", "arxiv:2401.00001", "dblp:a/b", "openreview:f1"]

    def everything() -> Iterator[Entry]:
        with client(lambda _: shape) as asking:
            for _, entry in resolver.by_identifier(asking, identifiers):
                yield entry
            for _, entry in resolver.by_title(asking, [Query(title="Socks")]):
                yield entry

    with suppress(Unreachable):  # what is no answer of the service at all
        for entry in everything():
            normalize(entry)


@pytest.mark.parametrize("resolver", SERVICES[1:], ids=lambda r: r.name)
@pytest.mark.parametrize("body", ["{}", '{"error": "busy"}', "[" * 200_000, "7", '"text"'])
def test_what_is_no_answer_is_told_and_not_kept(resolver: Resolver, body: str) -> None:
    resolver = msgspec.structs.replace(resolver, interval=0.0)
    wanted = [
        f"{scheme}:{value}"
        for scheme, value in (
            ("doi", "10.1/x"),
            ("arxiv", "2401.00001"),
            ("dblp", "a/b"),
            ("openreview", "f1"),
        )
    ]
    mine = [w for w in wanted if w.partition(":")[0] in resolver.schemes]
    with client(lambda _: body) as asking:
        with pytest.raises(Unreachable):
            list(resolver.by_identifier(asking, mine))
        with pytest.raises(Unreachable):
            list(resolver.by_title(asking, [Query(title="Socks")]))


@pytest.mark.parametrize(
    ("resolver", "identifier", "answer"),
    [
        (Crossref(), "doi:10.5555/1", {"message": {"DOI": "10.5555/2", "title": ["Socks"]}}),
        (DataCite(), "arxiv:2401.00001",
         {"data": {"attributes": {"doi": "10.48550/arxiv.2401.00002"}}}),
        (HuggingFace(), "arxiv:2401.00001", {"id": "2401.00002", "title": "Socks"}),
        (SemanticScholar(), "arxiv:2401.00001",
         [{"title": "Socks", "externalIds": {"ArXiv": "2401.00002"}}]),
        (SemanticScholar(), "doi:10.5555/1",
         [{"title": "Socks", "externalIds": {"DOI": "10.5555/2"}}]),
        (OpenReview(), "openreview:f1",
         {"notes": [{"id": "f2", "forum": "f2", "content": {"title": {"value": "Socks"}}}]}),
        (OpenAlex(), "doi:10.5555/1",
         {"id": "W2", "results": [], "title": "Socks", "doi": "https://doi.org/10.5555/2"}),
    ],
    ids=lambda value: value.name if isinstance(value, Resolver) else None,
)  # fmt: skip
def test_an_answer_about_another_paper_is_none(
    resolver: Resolver, identifier: str, answer: object
) -> None:
    with client(lambda _: answer) as asking:
        assert list(resolver.by_identifier(asking, [identifier])) == []


def test_crossrefs_dois_that_were_given_up_are_known() -> None:
    work = {"DOI": "10.5555/NEW", "title": ["Socks"], "aliases": ["10.5555/OLD"]}
    for asked in ("10.5555/new", "10.5555/old"):
        assert one(Crossref(), f"doi:{asked}", {"message": work}).doi == "10.5555/NEW"


@pytest.mark.parametrize(
    ("bad", "size", "found", "asked"),
    [
        ((), 8, 8, 1),
        ((3,), 8, 7, 7),
        ((0, 7), 8, 6, 11),
        ((3,), 1, 7, 8),
        (range(8), 8, 0, 9),
    ],
)
def test_parts(bad: tuple[int, ...], size: int, found: int, asked: int) -> None:
    calls = []

    def ask(part: Any) -> list[int]:
        calls.append(part)
        if set(part) & set(bad):
            raise Refused("no", status=400)
        return list(part)

    answers: list[int] = []
    with pytest.raises(Refused) if bad else nullcontext():
        answers.extend(parts(range(8), size, ask))
    seen: list[int] = []
    for part in calls:
        if not set(part) & set(bad):
            seen += part
    assert len(seen) == found
    assert seen == sorted(seen)
    assert len(calls) <= asked
    assert set(answers) <= set(seen)


def test_dates_in_parts() -> None:
    assert str(parts_date({"d": {"date-parts": [[2024, 5]]}}, "d")) == "2024-05"
    cases: list[Any] = [{}, {"date-parts": []}, {"date-parts": [None]}, {"date-parts": [["x"]]}]
    cases += [{"date-parts": [[year, 5, 3]]} for year in (0, -5, 10**15, None, True)]
    for broken in cases:
        assert parts_date({"d": broken}, "d") is None
    for numbers, date in (
        ([2023, 2, 30], "2023-02"), ([2024, 0, 7], "2024"), ([2024, 2, 29], "2024-02-29")
    ):  # fmt: skip
        assert str(parts_date({"d": {"date-parts": [numbers]}}, "d")) == date


@pytest.mark.parametrize(
    ("said", "issued"), [("0000-00-00", "None"), ("0000", "None"), ("2024-00-00", "2024")]
)
def test_dates_of_nothing(said: str, issued: str) -> None:
    attributes = {"doi": "10.5555/1", "titles": [{"title": "Socks"}],
                  "dates": [{"date": said, "dateType": "Issued"}]}  # fmt: skip
    record = one(DataCite(), "doi:10.5555/1", {"data": {"attributes": attributes}})
    assert str(record.issued) == issued
