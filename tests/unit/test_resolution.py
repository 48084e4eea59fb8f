"""Poor records in, complete ones out, against the loopback services."""

from pathlib import Path
from urllib.parse import unquote

import pytest

from loopback import Clock, Paper, listed, people, preprint, publication, run
from paperexport import review
from paperexport.index import build
from paperexport.record import Eprint, PartialDate, Record
from paperexport.resolution import Outcome, questions
from paperexport.resolvers.local import Local
from paperexport.snapshots import of_record
from paperexport.testing.services import (
    SERVICES,
    Call,
    Fault,
    Reply,
    ServiceServer,
    _arxiv_entry,
    _crossref_work,
    _feed,
    _json,
)

SOCKS = (
    "Socks leave the dryer alone and nobody knows which other one they came with. We train a small "
    "network on photographs of drawers to say which two belong together, and find that the pattern "
    "on the heel says more than colour or length. On nine hundred pairs it errs in three cases."
)
KITES = (
    "Kites stay up as long as their string is shorter than the patience of whoever holds it. A "
    "controller that pays out line by a rule of five numbers keeps twelve shapes aloft in gusts, "
    "without a model of the wind and without a camera; children found the numbers by playing."
)
TITLE = "Pairing Socks with Small Networks"
GRACE = ("Grace Hopper", "Jean Bartik")
ONE = preprint(1, TITLE, SOCKS)
DISTRACTORS = [
    Paper(preprint=preprint(90, f"{TITLE}: A Survey", KITES, GRACE)),
    Paper(preprint=preprint(91, f"Reply to: {TITLE}", KITES, GRACE)),
    Paper(preprint=preprint(92, "Pairing Socks", KITES, GRACE)),
    Paper(published=publication(preprint(93, "Small Networks", "", GRACE), doi="10.5555/93")),
]


def one(paper: Paper | None, wanted: Record | None = None, **how: object) -> Outcome:
    """What becomes of one record where the services know one paper, and some that are like it."""
    with ServiceServer([*DISTRACTORS, *([paper] if paper else [])]) as server:
        outcomes, failures = run(server, [wanted or listed(ONE)], **how)  # type: ignore[arg-type]
    assert failures == []
    return outcomes[0]


def codes(outcome: Outcome) -> list[str]:
    return [d.code for d in outcome.diagnostics]


def test_a_preprint() -> None:
    outcome = one(Paper(preprint=ONE))
    (record,) = outcome.records
    assert (outcome.verdict, outcome.reason) == ("sure", "same title and abstract")
    assert (record.type, record.doi) == ("article", "10.48550/arXiv.2401.00001")
    assert record.author == people("Ada Lovelace", "Charles Babbage")
    assert record.issued == PartialDate(year=2024, month=1, day=3)
    assert record.eprint == Eprint(
        archive="arxiv", id="2401.00001", version=2, primary_class="cs.LG"
    )
    assert record.missing == ()
    assert codes(outcome) == []


def test_a_publication_with_its_preprint_beside_it() -> None:
    (record,) = one(Paper(preprint=ONE, published=publication(ONE))).records
    assert (record.type, record.doi) == ("paper-conference", "10.5555/1")
    assert record.container_title == "Proceedings of the Symposium on Drawers"
    assert (record.issued, record.page) == (PartialDate(year=2025), "1-9")
    assert record.eprint is not None
    assert record.eprint.id == "2401.00001"
    assert record.abstract == SOCKS


def test_preprint_preferred() -> None:
    (record,) = one(Paper(preprint=ONE, published=publication(ONE)), prefer="preprint").records
    assert (record.type, record.doi) == ("article", "10.48550/arXiv.2401.00001")
    assert (record.container_title, record.page, record.volume) == ("", "", "")
    assert record.issued == PartialDate(year=2024, month=1, day=3)


def test_both_are_two_entries_that_name_each_other() -> None:
    published, plain = one(Paper(preprint=ONE, published=publication(ONE)), prefer="both").records
    assert (published.eprint, published.doi, published.issued) == (
        None, "10.5555/1", PartialDate(year=2025)
    )  # fmt: skip
    assert published.custom["preprint"] == "arxiv:2401.00001"
    assert (plain.container_title, plain.doi) == ("", "10.48550/arXiv.2401.00001")
    assert plain.custom["published_as"] == "doi:10.5555/1"


def test_a_publication_without_a_doi_is_dblps() -> None:
    (record,) = one(
        Paper(preprint=ONE, published=publication(ONE, doi="", url="https://example.org/p"))
    ).records
    assert (record.type, record.issued, record.doi) == (
        "paper-conference", PartialDate(year=2025), ""
    )  # fmt: skip
    assert record.origins["container_title"].source == "dblp"


def test_accepted_at_openreview() -> None:
    (record,) = one(
        Paper(preprint=ONE, submission=ONE, forum="f1", venue="ICLR 2025 poster")
    ).records
    assert (record.type, record.event_title, record.issued) == (
        "paper-conference", "ICLR 2025", PartialDate(year=2025)
    )  # fmt: skip


@pytest.mark.parametrize(
    "venue",
    ["Submitted to ICLR 2025", "ICLR 2025 Conference Withdrawn Submission", "CoRR 2024",
     "ICLR 2025 Rejected Submission", "NeurIPS 2024 Workshop Socks", "", "IEEE Trans. Socks 2024"],
)  # fmt: skip
def test_a_submission_is_no_publication(venue: str) -> None:
    (record,) = one(Paper(preprint=ONE, submission=ONE, forum="f1", venue=venue)).records
    assert (record.type, record.container_title, record.event_title) == ("article", "", "")
    assert record.issued == PartialDate(year=2024, month=1, day=3)


def test_only_at_openreview_and_rejected() -> None:
    paper = Paper(submission=ONE, forum="f1", venue="Submitted to ICLR 2025")
    (record,) = one(paper).records
    assert (record.type, record.container_title) == ("manuscript", "")
    assert "openreview:f1" in record.other_ids


def test_accepted_in_a_comment_is_no_publication() -> None:
    (record,) = one(Paper(preprint=preprint(1, TITLE, SOCKS, note="Accepted to ICLR 2025"))).records
    assert (record.type, record.container_title, record.event_title) == ("article", "", "")


def test_withdrawn_is_flagged() -> None:
    outcome = one(Paper(preprint=ONE, withdrawn=True))
    assert outcome.records[0].status == "withdrawn"
    assert codes(outcome) == ["withdrawn"]


# --- What is not taken ------------------------------------------------------------------------


def test_nobody_knows_it() -> None:
    wanted = listed(preprint(1, "Bread That Bakes Itself", SOCKS))
    outcome = one(None, wanted)
    assert (outcome.verdict, outcome.records) == ("none", (wanted,))
    assert codes(outcome) == ["not-found"]


RETITLED = preprint(1, "Pairing What the Dryer Parted: A Question of Heels", SOCKS)


def test_retitled_is_probable_and_not_taken() -> None:
    wanted = listed(ONE)
    outcome = one(Paper(preprint=RETITLED), wanted)
    assert (outcome.verdict, outcome.records) == ("probable", (wanted,))
    assert outcome.reason == "retitled: same abstract under another title"
    assert codes(outcome) == ["match-doubtful"]
    (question,) = questions([outcome])
    assert question.identifier == "arxiv:2401.00001"


def test_retitled_is_taken_where_that_is_asked_for() -> None:
    outcome = one(Paper(preprint=RETITLED), accept="probable")
    (record,) = outcome.records
    assert (record.title, record.eprint and record.eprint.id) == (RETITLED.title, "2401.00001")
    assert codes(outcome) == ["match-probable"]


SAME_TITLE = Paper(
    preprint=preprint(2, TITLE, KITES, GRACE),
    published=publication(preprint(2, TITLE, "", GRACE), abstract=KITES),
)
OTHERS = [
    pytest.param(listed(ONE), SAME_TITLE, id="same title, foreign abstract"),
    pytest.param(
        Record(title="Socks, Part I", author=people("Ada Lovelace")),
        Paper(preprint=preprint(2, "Socks, Part II", KITES, ["Ada Lovelace"])),
        id="part II",
    ),
    pytest.param(
        Record(title=TITLE, author=people("Ada Lovelace")),
        Paper(preprint=preprint(2, f"{TITLE}: A Survey", KITES, ["Ada Lovelace"])),
        id="a survey",
    ),
    pytest.param(
        Record(title=TITLE, author=people("Ada Lovelace")),
        Paper(
            published=publication(
                preprint(2, f"Erratum: {TITLE}", "", ["Ada Lovelace"]), type="article-journal"
            )
        ),
        id="erratum",
    ),
    pytest.param(
        Record(title="Small Networks", author=people("Ada Lovelace")),
        Paper(preprint=preprint(2, TITLE, KITES, ["Ada Lovelace"])),
        id="contained",
    ),
    pytest.param(
        Record(title=TITLE, author=people("Eve Online")), Paper(preprint=ONE), id="other people"
    ),
]


@pytest.mark.parametrize("accept", ["sure", "probable"])
@pytest.mark.parametrize(("wanted", "paper"), OTHERS)
def test_another_paper_is_not_taken(wanted: Record, paper: Paper, accept: str) -> None:
    with ServiceServer([paper]) as server:
        ((outcome,), _) = run(server, [wanted], accept=accept)
    assert (outcome.records, outcome.verdict) == ((wanted,), "none")


def test_a_title_alone_is_a_question() -> None:
    wanted = Record(title=TITLE)
    outcome = one(Paper(preprint=ONE), wanted)
    assert (outcome.verdict, outcome.records) == ("ambiguous", (wanted,))


def test_a_publication_of_the_same_title_by_others_is_not_the_preprints() -> None:
    stranger = Paper(published=publication(preprint(2, TITLE, "", GRACE)))
    with ServiceServer([Paper(preprint=ONE), stranger]) as server:
        ((outcome,), _) = run(server, [listed(ONE)])
    assert (outcome.records[0].type, outcome.records[0].issued) == (
        "article", PartialDate(year=2024, month=1, day=3)
    )  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(publication(preprint(2, f"{TITLE}, Part II", "")), id="part II"),
        pytest.param(publication(preprint(2, f"Erratum: {TITLE}", "")), id="erratum"),
        pytest.param(
            publication(preprint(2, "Pairing Rocks with Small Networks", "")), id="companion"
        ),
        pytest.param(publication(ONE, issued=PartialDate(year=2011)), id="years before"),
    ],
)
def test_another_publication_by_the_same_people_is_not_the_preprints(other: Record) -> None:
    with ServiceServer([Paper(preprint=ONE), Paper(published=other)]) as server:
        ((outcome,), _) = run(server, [listed(ONE)])
    assert (outcome.verdict, outcome.records[0].type) == ("sure", "article")
    assert outcome.records[0].doi == "10.48550/arXiv.2401.00001"


MISTYPED = preprint(1, TITLE, SOCKS, doi="10.5555/77")


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(
            Paper(published=publication(preprint(2, "Kites", "", GRACE), doi="10.5555/77")),
            id="a publication",
        ),
        pytest.param(
            Paper(
                preprint=preprint(2, "Kites", KITES, GRACE, doi="10.5555/77"),
                published=publication(preprint(2, "Kites", "", GRACE), doi="10.5555/77"),
            ),
            id="with its own preprint",
        ),
    ],
)
@pytest.mark.parametrize("wanted", [listed(ONE), MISTYPED], ids=["by title", "by identifier"])
def test_a_doi_that_an_author_mistyped_is_not_followed(wanted: Record, other: Paper) -> None:
    with ServiceServer([Paper(preprint=MISTYPED), other]) as server:
        ((outcome,), _) = run(server, [wanted])
    (record,) = outcome.records
    assert (record.title, record.type, record.author) == (TITLE, "article", ONE.author)
    assert record.doi == "10.48550/arXiv.2401.00001"
    assert "77" not in str(record.other_ids)
    assert codes(outcome) == ["match-doubtful"]
    assert "'Kites'" in outcome.diagnostics[0].message


def test_a_doi_of_the_same_title_by_others_says_by_whom() -> None:
    claims = ONE.replace(doi="10.5555/1")
    other = publication(ONE, author=people(*GRACE))
    outcome = one(Paper(preprint=claims, published=other), services=["arxiv", "crossref"])
    (told,) = (d.message for d in outcome.diagnostics)
    assert f"doi:10.5555/1 leads to '{TITLE}' by Grace Hopper and others, which" in told


def test_a_doi_that_nobody_confirmed_identifies_nothing() -> None:
    right = preprint(1, TITLE, SOCKS, doi="10.5555/1")
    for how in ({"services": ["arxiv"]}, {"prefer": "preprint"}):
        (record,) = one(Paper(preprint=right, published=publication(right)), **how).records
        assert (record.doi, record.other_ids) == ("10.48550/arXiv.2401.00001", ())
        assert record.custom["unconfirmed_doi"] == "10.5555/1"


def test_a_doi_of_the_publication_is_followed() -> None:
    right = preprint(1, TITLE, SOCKS, doi="10.5555/1")
    (record,) = one(Paper(preprint=right, published=publication(right))).records
    assert (record.type, record.doi, record.issued) == (
        "paper-conference", "10.5555/1", PartialDate(year=2025)
    )  # fmt: skip


class BioRxiv(ServiceServer):
    """Crossref with a preprint of its own, and what it became under another title."""

    def __init__(self, preprint: Record, published: Record) -> None:
        super().__init__([Paper(published=published)])
        self.work = _crossref_work(Paper(published=preprint)) | {
            "type": "posted-content",
            "container-title": [],
            "relation": {"is-preprint-of": [{"id-type": "doi", "id": published.doi}]},
        }

    def _crossref(self, call: Call) -> Reply:
        if "10.1101" in unquote(call.path):
            return _json({"status": "ok", "message": self.work})
        return super()._crossref(call)


@pytest.mark.parametrize(
    ("title", "authors", "published"),
    [
        ("What the Heel Says", (), True),
        ("What the Heel Says", GRACE, False),
        ("What the Heel Says, Part II", (), False),
    ],
    ids=["retitled", "other people", "another part"],
)
def test_what_a_registry_says_that_a_preprint_became(
    title: str, authors: tuple[str, ...], published: bool
) -> None:
    first = publication(ONE, doi="10.1101/2024.01.03.1", page="")
    became = publication(ONE, title=title, author=people(*authors) or ONE.author)
    with BioRxiv(first, became) as server:
        (outcome,), _ = run(server, [Record(doi=first.doi)], services=["crossref"])
    (record,) = outcome.records
    assert record.doi == (became.doi if published else first.doi)
    assert record.title == (title if published else TITLE)
    assert codes(outcome) == ([] if published else ["match-doubtful"])


def test_what_came_as_a_publication_stays_one() -> None:
    wanted = publication(ONE, doi="", eprint=ONE.eprint)
    (record,) = one(Paper(preprint=ONE), wanted).records
    assert (record.type, record.container_title) == (
        "paper-conference", "Proceedings of the Symposium on Drawers"
    )  # fmt: skip
    assert (record.issued, record.page) == (PartialDate(year=2025), "1-9")


PLACED = {"type": "article-journal", "container_title": "Journal of Drawers", "doi": "",
          "volume": "12", "issue": "3", "page": "100-150"}  # fmt: skip


def test_a_conference_and_a_journal_are_not_mixed() -> None:
    with ServiceServer(
        [
            Paper(preprint=ONE, published=publication(ONE, doi="", url="https://a.example/1")),
            Paper(published=publication(ONE, **PLACED, issued=PartialDate(year=2026))),
        ]
    ) as server:
        (outcome,), _ = run(server, [listed(ONE)], services=["arxiv", "dblp"])
    (record,) = outcome.records
    assert (record.type, record.page, record.volume) == ("paper-conference", "1-9", "")
    assert str(record.issued) == "2025"
    assert len(record.other_ids) == 1
    assert len(record.custom["also_published_as"]) == 1
    assert record.custom["also_published_as"][0] not in record.other_ids


def test_a_workshop_is_not_preferred_to_the_conference() -> None:
    workshop = publication(ONE, doi="", container_title="SOCK Workshops", page="33-40")
    with ServiceServer(
        [Paper(preprint=ONE, published=workshop), Paper(published=publication(ONE, doi=""))]
    ) as server:
        (outcome,), _ = run(server, [listed(ONE)], services=["arxiv", "dblp"])
    (record,) = outcome.records
    assert (record.container_title, record.page) == (
        "Proceedings of the Symposium on Drawers", "1-9"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "kind", "doi"),
    [
        ({}, "article-journal", ""),
        ({"page": "1-9"}, "paper-conference", "10.5555/1"),
        ({"page": "", "volume": "", "issue": ""}, "paper-conference", "10.5555/1"),
    ],
    ids=["another place", "the same pages", "no place"],
)
def test_a_publication_that_says_its_place_keeps_it(
    changes: dict[str, str], kind: str, doi: str
) -> None:
    wanted = publication(ONE, **{**PLACED, **changes})
    outcome = one(Paper(preprint=ONE, published=publication(ONE)), wanted)
    (record,) = outcome.records
    assert (outcome.verdict, record.type, record.doi) == ("sure", kind, doi)
    also = record.custom.get("also_published_as", ())
    assert also == (() if doi else ("doi:10.5555/1",))
    if not doi:
        assert (record.volume, record.issue, record.page) == ("12", "3", "100-150")


def test_two_of_one_title_in_one_journal_are_a_question() -> None:
    first = Record(
        type="article-journal", title="Editorial", author=people("Ada Lovelace"),
        issued=PartialDate(year=2024), container_title="Journal of Drawers", doi="10.5555/e1",
    )  # fmt: skip
    wanted = Record(title="Editorial", author=first.author, issued=first.issued)
    with ServiceServer(
        [Paper(published=first), Paper(published=first.replace(doi="10.5555/e2", page="77"))]
    ) as server:
        (outcome,), _ = run(server, [wanted])
    assert (outcome.verdict, outcome.records) == ("ambiguous", (wanted,))
    assert {c.identifier for c in outcome.candidates} == {"doi:10.5555/e1", "doi:10.5555/e2"}


# --- Identifiers ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wanted",
    [
        Record(eprint=Eprint(archive="arxiv", id="2401.00001")),
        Record(doi="10.5555/1"),
        Record(title="Whatever the Page Said", eprint=Eprint(archive="arxiv", id="2401.00001")),
    ],
    ids=["arXiv", "DOI", "arXiv under another title"],
)
def test_an_identifier_beats_a_title(wanted: Record) -> None:
    right = preprint(1, TITLE, SOCKS, doi="10.5555/1")
    outcome = one(Paper(preprint=right, published=publication(right)), wanted)
    (record,) = outcome.records
    assert (outcome.verdict, outcome.reason) == ("sure", "same identifier")
    assert (record.title, record.doi, record.missing) == (TITLE, "10.5555/1", ())


def test_an_identifier_that_leads_to_something_else_altogether() -> None:
    wanted = listed(ONE).replace(eprint=Eprint(archive="arxiv", id="2401.00092"))
    outcome = one(Paper(preprint=ONE), wanted)
    assert (outcome.verdict, outcome.records[0].title) == ("none", TITLE)
    assert outcome.records[0].author == ()
    assert "match-doubtful" in codes(outcome)


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({}, ["match-doubtful"]),
        ({"author": ONE.author}, []),
        ({"abstract": SOCKS}, []),
        ({"title": TITLE}, []),
    ],
    ids=["nothing", "authors", "abstract", "title"],
)
def test_an_identifier_that_alone_speaks_for_another_title_is_told(
    known: dict[str, object], told: list[str]
) -> None:
    wanted = Record(title="Attention Is All You Need", eprint=ONE.eprint).replace(**known)
    outcome = one(Paper(preprint=ONE), wanted)
    assert outcome.records[0].title == TITLE
    assert codes(outcome) == told


@pytest.mark.parametrize("named", [{"pmid": "12345"}, {"other_ids": ("mr:12345",)}])
def test_an_identifier_that_is_nobodys_to_ask_for_does_not_hide_the_title(
    named: dict[str, object],
) -> None:
    outcome = one(Paper(preprint=ONE), listed(ONE).replace(**named))
    (record,) = outcome.records
    assert (outcome.verdict, record.eprint) == ("sure", ONE.eprint)
    assert {name: getattr(record, name) for name in named} == named


class Versions(ServiceServer):
    """arXiv with two versions of a paper, of which the second is withdrawn."""

    def _arxiv(self, call: Call) -> Reply:
        asked = call.query.get("id_list", "").split(",")
        papers = []
        for version in (1, 2):
            if {1: "2401.00001v1", 2: "2401.00001"}[version] in asked:
                eprint = Eprint(archive="arxiv", id="2401.00001", version=version)
                record = ONE.replace(title=f"{TITLE}, take {version}", eprint=eprint)
                papers.append(Paper(preprint=record, withdrawn=version == 2))
        body = _feed([_arxiv_entry(paper) for paper in papers], len(papers)).encode()
        return Reply(200, "application/atom+xml", body)


@pytest.mark.parametrize(("named", "given"), [(1, 1), (7, 2), (None, 2)])
def test_the_version_that_was_named_is_the_one(named: int | None, given: int) -> None:
    wanted = Record(eprint=Eprint(archive="arxiv", id="2401.00001", version=named))
    with Versions([]) as server:
        (outcome,), _ = run(server, [wanted])
        assert server.count("arxiv") == 1
    (record,) = outcome.records
    assert record.title == f"{TITLE}, take {given}"
    assert record.eprint is not None
    assert record.eprint.version == given
    assert record.status == "withdrawn"
    assert codes(outcome) == ["withdrawn"]


def test_an_unknown_identifier() -> None:
    wanted = Record(title="A", eprint=Eprint(archive="arxiv", id="2401.09999"))
    outcome = one(None, wanted)
    assert (outcome.records, outcome.verdict) == ((wanted,), "none")
    assert codes(outcome) == ["not-found"]


def test_author_lists_are_taken_whole_from_one() -> None:
    first = preprint(1, TITLE, SOCKS, ["Ada Lovelace", "Charles Babbage"])
    turned = publication(first, author=people("Charles Babbage", "Ada Lovelace", "Eve New"))
    (record,) = one(Paper(preprint=first, published=turned)).records
    assert record.author == turned.author
    (record,) = one(Paper(preprint=first, published=turned), prefer="preprint").records
    assert record.author == first.author


# --- A person's answers -------------------------------------------------------------------------


def test_yes_and_no_are_remembered() -> None:
    with ServiceServer([Paper(preprint=RETITLED)]) as server:
        ((asked,), _) = run(server, [listed(ONE)])
        page = review.write(questions([asked]), {})
        assert "answer:\n" in page
        for said, verdict, ids in (("yes", "sure", "2401.00001"), ("no", "none", None)):
            answers, problems = review.read(page.replace("answer:\n", f"answer: {said}\n"))
            ((outcome,), _) = run(server, [listed(ONE)], answers=answers)
            (record,) = outcome.records
            assert problems == []
            assert (outcome.verdict, record.eprint and record.eprint.id) == (verdict, ids)
            assert list(questions([outcome])) == []
            again = review.write(questions([outcome]), answers)
            assert review.read(again)[0] == answers


# --- Who said what --------------------------------------------------------------------------------


def test_a_yes_is_for_the_paper_that_it_can_be_for() -> None:
    other = Record(title=TITLE, abstract=KITES)
    retitled = Record(title=TITLE, abstract=SOCKS)
    with ServiceServer([Paper(preprint=RETITLED)]) as server:
        outcomes, _ = run(server, [retitled, other])
        assert [o.verdict for o in outcomes] == ["probable", "none"]
        key = review.text.fold(TITLE), "arxiv:2401.00001"
        outcomes, _ = run(server, [retitled, other], answers={key: True})
    assert [o.verdict for o in outcomes] == ["sure", "none"]
    assert outcomes[1].records == (other,)


def test_every_value_says_who_said_it_and_when() -> None:
    (record,) = one(Paper(preprint=ONE, published=publication(ONE))).records
    for field, source in {
        "title": "crossref", "author": "crossref", "doi": "crossref", "container_title": "crossref",
        "abstract": "arxiv", "eprint": "arxiv",
    }.items():  # fmt: skip
        origin = record.origins[field]
        assert (field, origin.source) == (field, source)
        assert origin.retrieved.startswith("2023-11-14T")
        assert "127.0.0.1" in origin.locator


def test_candidates_say_who_gave_them() -> None:
    outcome = one(Paper(preprint=RETITLED), services=("arxiv", "huggingface"))
    first = outcome.candidates[0]
    assert (first.identifier, first.services) == ("arxiv:2401.00001", ("arxiv", "huggingface"))
    assert first.judgement.verdict == "probable"


# --- Asking ---------------------------------------------------------------------------------------


def many(count: int) -> list[Paper]:
    found = []
    for n in range(count):
        words = [f"{word}{n}" for word in SOCKS.split()]
        record = preprint(n, f"On the Matter of Drawer Number {n}", " ".join(words))
        found.append(Paper(preprint=record))
    return found


def test_fifty_five_titles_cost_arxiv_twelve_requests_at_most(tmp_path: Path) -> None:
    papers = many(55)
    wanted = [listed(p.preprint) for p in papers if p.preprint]
    cache = tmp_path / "cache"
    clock = Clock()
    with ServiceServer(papers) as server:
        outcomes, failures = run(server, wanted, cache=cache, clock=clock)
        assert failures == []
        assert {o.verdict for o in outcomes} == {"sure"}
        assert [o.records[0].eprint.id for o in outcomes if o.records[0].eprint] == [
            p.preprint.eprint.id for p in papers if p.preprint and p.preprint.eprint
        ]
        assert server.count("arxiv") <= 12
        before = server.count()
        again, failures = run(server, wanted, cache=cache)
        assert (server.count(), failures) == (before, [])
    assert [o.records for o in again] == [o.records for o in outcomes]


def test_arxiv_is_asked_once_in_three_seconds() -> None:
    papers = many(20)
    clock = Clock()
    with ServiceServer(papers) as server:
        run(server, [listed(p.preprint) for p in papers if p.preprint], clock=clock,
            services=("arxiv",))  # fmt: skip
        assert server.count() == 4
    assert clock.slept == [3.0] * 3


def test_offline_uses_what_is_kept_and_says_what_is_not(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    papers = [Paper(preprint=ONE), *many(1)]
    with ServiceServer(papers) as server:
        run(server, [listed(ONE)], cache=cache)
        before = server.count()
        unknown = Record(doi="10.5555/9")
        outcomes, diagnostics = run(server, [listed(ONE)], cache=cache, offline=True)
        assert (outcomes[0].verdict, diagnostics) == ("sure", [])
        outcomes, diagnostics = run(server, [unknown], cache=cache, offline=True)
        assert server.count() == before
    assert (outcomes[0].records, [d.code for d in diagnostics]) == ((unknown,), ["offline"])


def test_nobody_knows_it_is_not_said_where_nobody_was_asked() -> None:
    with ServiceServer([]) as server:
        ((outcome,), (problem,)) = run(server, [listed(ONE)], offline=True)
        assert (problem.code, problem.severity) == ("offline", "warning")
        assert "no service could be asked" in outcome.diagnostics[0].message
        server.always["arxiv"] = Fault(status=503)
        ((outcome,), _) = run(server, [listed(ONE)])
    assert "arxiv could not be asked" in outcome.diagnostics[0].message


def test_offline_one_that_is_not_kept_does_not_cost_those_that_are(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    other = publication(preprint(2, "Kites", "", GRACE), doi="10.5555/2")
    with ServiceServer([Paper(published=other)]) as server:
        run(server, [Record(doi="10.5555/2")], cache=cache, services=["crossref"])
        outcomes, diagnostics = run(
            server, [Record(doi="10.5555/1"), Record(doi="10.5555/2")], cache=cache,
            services=["crossref"], offline=True,
        )  # fmt: skip
    assert [o.verdict for o in outcomes] == ["none", "sure"]
    assert [d.code for d in diagnostics] == ["offline"]


@pytest.mark.parametrize("names", [("arxiv",), ("crossref", "dblp"), ("semanticscholar",)])
def test_only_the_services_that_were_named_are_asked(names: tuple[str, ...]) -> None:
    with ServiceServer([Paper(preprint=ONE, published=publication(ONE))]) as server:
        ((outcome,), _) = run(server, [Record(title=TITLE, author=ONE.author)], services=names)
        assert {name for name, _ in server.requests} <= set(names)
    assert outcome.verdict == "sure"


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_alone_finds_the_paper(name: str) -> None:
    paper = Paper(
        preprint=ONE, published=publication(ONE), submission=ONE, forum="f1", venue="ICLR 2025 oral"
    )
    wanted = Record(title=TITLE, author=ONE.author)
    # Semantic Scholar gives one best guess, and may guess a distractor.
    others = [] if name == "semanticscholar" else DISTRACTORS
    with ServiceServer([*others, paper]) as server:
        ((outcome,), failures) = run(server, [wanted], services=[name])
    assert (outcome.verdict, failures) == ("sure", [])
    assert outcome.records[0].origins["author"].source == name


@pytest.mark.parametrize("name", SERVICES)
def test_hits_that_come_twice_are_one(name: str) -> None:
    paper = Paper(
        preprint=ONE, published=publication(ONE), submission=ONE, forum="f1", venue="ICLR 2025 oral"
    )
    with ServiceServer([paper], duplicates=True) as server:
        ((outcome,), _) = run(server, [Record(title=TITLE, author=ONE.author)], services=[name])
    assert outcome.verdict == "sure"
    assert len({c.identifier for c in outcome.candidates}) == len(outcome.candidates)


@pytest.mark.parametrize(
    "odd", [Record(title="sock " * 20_000), Record(doi="10.1000/" + "x" * 70_000)],
    ids=["title", "DOI"],
)  # fmt: skip
def test_what_is_too_long_to_ask_for_costs_itself_alone(odd: Record) -> None:
    others = [preprint(n, f"Notes from Drawer {n}", SOCKS, doi=f"10.5555/{n}") for n in range(5)]
    papers = [Paper(preprint=p, published=publication(p, doi=p.doi)) for p in others]
    with ServiceServer(papers) as server:
        for name in SERVICES:
            wanted = [r.replace(eprint=None, doi=r.doi if odd.doi else "") for r in others]
            outcomes, failures = run(server, [odd, *wanted], services=[name], accept="probable")
            assert outcomes[0].records == (odd,)
            assert "service-failed" not in {d.code for d in failures}


def test_a_page_that_has_a_paper_twice_asks_once() -> None:
    with ServiceServer([Paper(preprint=ONE)]) as server:
        outcomes, _ = run(server, [listed(ONE), listed(ONE)], services=("huggingface",))
        assert server.count() == 1
    assert outcomes[0].records == outcomes[1].records


def test_the_index_comes_first(tmp_path: Path) -> None:
    path = tmp_path / "index"
    build(path, [("mine", of_record(ONE))])
    with ServiceServer([]) as server:
        ((outcome,), _) = run(
            server, [listed(ONE)], more=[Local(path=str(path))], services=["arxiv"]
        )
        assert not any("search_query" in said for _, said in server.requests)
    assert (outcome.verdict, outcome.records[0].author) == ("sure", ONE.author)
    assert outcome.records[0].origins["author"].source == "index"


def test_progress_is_told() -> None:
    told: list[tuple[str, int, int]] = []
    one(Paper(preprint=ONE), progress=lambda *said: told.append(said))
    assert ("looking for titles at arxiv", 0, 1) in told
    assert all(done <= total for _, done, total in told)


def test_progress_is_told_while_titles_are_looked_for() -> None:
    told: list[tuple[str, int, int]] = []
    papers = [preprint(n, f"Notes from Drawer {n}") for n in range(3)]
    with ServiceServer([Paper(preprint=p) for p in papers]) as server:
        wanted = [Record(title=paper.title) for paper in papers]
        run(server, wanted, services=["datacite"], progress=lambda *said: told.append(said))
    assert [done for _, done, _ in told] == [0, 1, 2, 3, 3]


def test_the_year_of_a_publication_that_nobody_places_is_not_the_preprints() -> None:
    # Semantic Scholar has it as a journal article, and no journal.
    published = publication(ONE, type="article-journal")
    (record,) = one(
        Paper(preprint=ONE, published=published), services=["arxiv", "semanticscholar"]
    ).records
    assert (record.type, record.doi) == ("article", "10.48550/arXiv.2401.00001")
    assert record.issued == ONE.issued
