"""The rules of a match, as a table: what is wanted, what a service gave, and the verdict."""

import pytest

from paperexport import match, names
from paperexport.record import Eprint, PartialDate, Record

SOCKS = (
    "Socks leave the dryer alone and nobody knows which other one they came with. We train a small "
    "network on photographs of drawers to say which two belong together, and find that the pattern "
    "on the heel says more than colour or length. On nine hundred pairs from forty households it "
    "errs in three cases, all of them black."
)
REVISED = (
    "Socks leave the dryer alone and nobody knows which other one they came with. We train a small "
    "network on photographs of drawers to say which two belong together, and find that the pattern "
    "on the heel says more than colour or length. A second experiment in laundrettes confirms it."
)
COMPANION = (
    "Gloves leave the bus alone and nobody knows which other one they came with. We train a small "
    "network on photographs of lost property to say who left them, and find that the wear of the "
    "thumb says more than leather or size. Drivers agree in most cases, and passengers hardly ever."
)
KITES = (
    "Kites stay up as long as their string is shorter than the patience of whoever holds it. A "
    "controller that pays out line by a rule of five numbers keeps twelve shapes aloft in gusts, "
    "without a model of the wind and without a camera; children found the numbers by playing."
)
ADA, GRACE = ("Ada Lovelace", "Charles Babbage"), ("Grace Hopper", "Jean Bartik")


def paper(
    title: str,
    abstract: str = "",
    authors: tuple[str, ...] = (),
    year: int = 0,
    *,
    arxiv: str = "",
    doi: str = "",
    others: bool = False,
) -> Record:
    return Record(
        title=title,
        abstract=abstract,
        author=tuple(map(names.parse, authors)),
        issued=PartialDate(year=year) if year else None,
        eprint=Eprint(archive="arxiv", id=arxiv) if arxiv else None,
        doi=doi,
        incomplete=("author",) if others else (),
    )


def case(
    name: str, wanted: Record, candidate: Record, verdict: match.Verdict, reason: str = ""
) -> object:
    return pytest.param(wanted, candidate, verdict, reason, id=name)


TITLE = "Pairing Socks with Small Networks"
RULES = [
    # The same title: a second piece of evidence decides.
    case("title and abstract", paper(TITLE, SOCKS), paper(TITLE, SOCKS, ADA), "sure"),
    case("title and revised abstract", paper(TITLE, SOCKS), paper(TITLE, REVISED, ADA), "sure"),
    case("title and authors", paper(TITLE, "", ADA), paper(TITLE, SOCKS, ADA), "sure"),
    case("title and year", paper(TITLE, "", (), 2024), paper(TITLE, "", ADA, 2025), "probable"),
    case("title alone", paper(TITLE), paper(TITLE, SOCKS, ADA, 2024), "ambiguous"),
    case("foreign abstract", paper(TITLE, SOCKS), paper(TITLE, KITES, GRACE), "none",
         "another abstract"),
    case("foreign abstract, same authors", paper(TITLE, SOCKS, ADA), paper(TITLE, KITES, ADA),
         "ambiguous"),
    case("other authors", paper(TITLE, "", ADA), paper(TITLE, SOCKS, GRACE), "none",
         "other authors"),
    case("other authors, same abstract", paper(TITLE, SOCKS, ADA), paper(TITLE, SOCKS, GRACE),
         "ambiguous"),
    case("same authors, ten years later", paper(TITLE, "", ADA, 2014), paper(TITLE, "", ADA, 2024),
         "ambiguous", "years apart"),
    case("preprint of December", paper(TITLE, "", ADA, 2023), paper(TITLE, "", ADA, 2025), "sure"),
    case("one colleague of many", paper(TITLE, "", ("A B", "C D")),
         paper(TITLE, "", ("E F", "G H", "C D", "I J")), "probable"),
    case("only the first author known", paper(TITLE, "", ADA[:1], others=True),
         paper(TITLE, "", ADA), "sure"),
    case("a cut list names others", paper(TITLE, "", ADA[:1], others=True),
         paper(TITLE, "", GRACE), "ambiguous"),
    case("C is not C++", paper("Folding in C", "", ADA), paper("Folding in C++", "", ADA),
         "ambiguous", "two works apart"),
    case("a title of one word, the same year", paper("Editorial", "", ADA, 2024),
         paper("An Editorial", "", ADA, 2024), "probable"),
    case("one word, same year", paper("Editorial", "", ADA, 2024),
         paper("Editorial", "", ADA, 2024), "sure"),
    case("one word, the year after", paper("Editorial", "", ADA, 2024),
         paper("Editorial", "", ADA, 2025), "probable", "may use again"),
    case("one word, year not known", paper("Editorial", "", ADA),
         paper("Editorial", "", ADA, 2025), "probable", "may use again"),
    case("one word, abstract", paper("Editorial", SOCKS, ADA, 2024),
         paper("Editorial", SOCKS, ADA, 2025), "sure"),
    case("a title without spaces is no word", paper("袜子的理论", "", ADA),
         paper("袜子的理论", "", ADA), "sure"),
    case("but may be one", paper("社论", "", ADA), paper("社论", "", ADA), "probable"),
    # How titles are printed does not matter.
    case("case, dashes, quotes", paper("Pairing Socks—with ‘Small’ Networks", SOCKS),
         paper("PAIRING SOCKS -- with 'small' networks", SOCKS), "sure"),
    case("accents", paper("Über Socken", "", ADA), paper("Uber Socken", "", ADA), "sure"),
    case("maths and TeX", paper("Socks in $O(n)$", SOCKS), paper("Socks in O(n)", SOCKS), "sure"),
    case("spelling, same abstract", paper("Modelling the Colour of Sock", SOCKS),
         paper("Modeling Color of Socks", SOCKS), "sure"),
    case("spelling, same authors", paper("Modelling the Colour of Socks", "", ADA),
         paper("Modeling Color of Socks", "", ADA), "probable"),
    case("spelling alone", paper("Modelling Colours"), paper("Modeling Colors", "", ADA),
         "ambiguous"),
    # Another title.
    case("retitled", paper(TITLE, SOCKS), paper("Which Two Belong Together?", SOCKS, ADA),
         "probable", "retitled"),
    case("retitled, abstract revised", paper(TITLE, SOCKS),
         paper("Which Two Belong Together?", REVISED, ADA), "probable", "retitled"),
    case("retitled, other authors", paper(TITLE, SOCKS, ADA), paper("Which Two?", SOCKS, GRACE),
         "ambiguous", "other authors"),
    case("companion", paper(TITLE, SOCKS, ADA), paper("Owners of Gloves", COMPANION, ADA), "none"),
    case("companion with a like title", paper("Pairing Socks with Small Networks", SOCKS, ADA),
         paper("Pairing Rocks with Small Networks", COMPANION, ADA), "ambiguous"),
    case("one word opposite", paper("Supervised Learning of Sock Pairs", "", ADA),
         paper("Unsupervised Learning of Sock Pairs", "", ADA), "ambiguous"),
    case("contained", paper("Small Networks", "", ADA), paper(TITLE, "", ADA), "none"),
    case("contained, same abstract", paper("Pairing Socks", SOCKS), paper(TITLE, SOCKS), "probable",
         "retitled"),
    case("longer by a subtitle", paper(TITLE, "", ADA), paper(f"{TITLE}: A Study", "", ADA),
         "ambiguous"),
    case("part two", paper("Socks, Part Two", SOCKS), paper("Socks, Part II", SOCKS), "probable"),
    # Two works that are alike.
    case("parts I and II", paper("Socks, Part I", "", ADA), paper("Socks, Part II", "", ADA),
         "none"),
    case("part II, same abstract", paper("Socks, Part I", SOCKS), paper("Socks, Part II", SOCKS),
         "ambiguous", "two works apart"),
    case("part 2 is Part II", paper("Socks, Part 2", SOCKS), paper("Socks, Part II", SOCKS),
         "probable"),
    case("model 2 and 3", paper("SockNet-2 Technical Report", "", ADA),
         paper("SockNet-3 Technical Report", "", ADA), "none"),
    case("second-hand is no number", paper("Second-Hand Socks", SOCKS),
         paper("Which Belong Together?", SOCKS), "probable"),
    case("second edition", paper("First Course on Socks and Drawers", "", ADA),
         paper("Second Course on Socks and Drawers", "", ADA), "none"),
    case("a survey", paper(TITLE, "", ADA), paper(f"{TITLE}: A Survey", "", ADA), "none"),
    case("erratum", paper(TITLE, "", ADA), paper(f"Erratum: {TITLE}", "", ADA), "none"),
    case("erratum with the abstract", paper(TITLE, SOCKS), paper(f"Erratum to {TITLE}", SOCKS),
         "ambiguous"),
    case("reply", paper(TITLE, SOCKS, ADA), paper(f"Reply to: {TITLE}", KITES, GRACE), "none"),
    # Identifiers.
    case("same arXiv id", paper("A", "", arxiv="2401.00001"),
         paper("B", "", arxiv="2401.00001"), "sure", "same identifier"),
    case("arXiv's DOI", paper("A", doi="10.48550/arXiv.2401.00001"),
         paper("B", "", arxiv="2401.00001"), "sure"),
    case("DOIs in two cases", paper("A", doi="10.1000/ABC"), paper("B", doi="10.1000/abc"), "sure"),
    case("other arXiv id", paper(TITLE, SOCKS, arxiv="2401.00001"),
         paper(TITLE, SOCKS, arxiv="2401.00002"), "none", "another identifier"),
    case("other arXiv id, same DOI", paper(TITLE, SOCKS, arxiv="2401.00001", doi="10.1/x"),
         paper(TITLE, SOCKS, arxiv="2401.00002", doi="10.1/x"), "none", "another identifier"),
    # Names are printed in many ways.
    case("initials", paper(TITLE, "", ADA), paper(TITLE, "", ("A. Lovelace", "C. Babbage")),
         "sure"),
    case("family name first", paper(TITLE, "", ("Wei Li",)), paper(TITLE, "", ("Li Wei",)), "sure"),
    case("particle", paper(TITLE, "", ("Johan van der Berg",)),
         paper(TITLE, "", ("J. van der Berg",)), "sure"),
    case("order turned round", paper(TITLE, "", ADA), paper(TITLE, "", ADA[::-1]), "sure"),
    case("two teams", paper(TITLE, "", ("Gemma Team",)), paper(TITLE, "", ("Gamma Team",)), "none"),
    case("passport", paper(TITLE, "", ("Jürgen Müller",)), paper(TITLE, "", ("Juergen Mueller",)),
         "sure"),
    case("no marks", paper(TITLE, "", ("Jürgen Müller",)), paper(TITLE, "", ("Jurgen Muller",)),
         "sure"),
    case("Xu is not Xue", paper(TITLE, "", ("Yi Xu",)), paper(TITLE, "", ("Yi Xue",)), "none"),
    case("second family name", paper(TITLE, "", ("María García",)),
         paper(TITLE, "", ("María García López",)), "sure"),
    case("another given name", paper(TITLE, "", ("María García",)),
         paper(TITLE, "", ("Ana García López",)), "none"),
    case("another script", paper(TITLE, "", ("王伟",), 2024),
         paper(TITLE, "", ("Wei Wang",), 2024), "probable"),
    case("another script, the year not known", paper(TITLE, "", ("Иван Иванов",)),
         paper(TITLE, "", ("Ivan Ivanov",)), "ambiguous"),
    case("a team with an article", paper(TITLE, "", ("ATLAS Collaboration",)),
         paper(TITLE, "", ("The ATLAS Collaboration",)), "sure"),
    case("a namesake", paper(TITLE, "", ("Ada Lovelace",)), paper(TITLE, "", ("Eve Lovelace",)),
         "none"),
    # Nothing to go by.
    case("no title", paper("", SOCKS), paper(TITLE, KITES), "none"),
    case("short abstracts", paper("A", "Yes."), paper("B", "Yes."), "none"),
    case("a phrase that everybody writes",
         paper("A", "In this paper we propose a novel method for folding socks into drawers."),
         paper("B", "In this paper we propose a novel method for flying kites over the sea."),
         "none"),
]  # fmt: skip


@pytest.mark.parametrize(("wanted", "candidate", "verdict", "reason"), RULES)
def test_rules(wanted: Record, candidate: Record, verdict: match.Verdict, reason: str) -> None:
    judged = match.judge(wanted, candidate)
    assert (judged.verdict, reason in judged.reason) == (verdict, True), judged


@pytest.mark.parametrize(("wanted", "candidate", "verdict", "reason"), RULES)
def test_rules_hold_both_ways(
    wanted: Record, candidate: Record, verdict: match.Verdict, reason: str
) -> None:
    assert match.judge(candidate, wanted).verdict == verdict


def test_a_sure_one_among_many() -> None:
    wanted = paper(TITLE, SOCKS)
    given = [
        paper(f"{TITLE}: A Survey", KITES, GRACE, arxiv="2401.00001"),
        paper(TITLE, KITES, GRACE, arxiv="2401.00002"),
        paper(TITLE, SOCKS, ADA, arxiv="2401.00003"),
        paper("Which Two Belong Together?", SOCKS, ADA, arxiv="2401.00004"),
    ]
    decided = match.decide(wanted, given)
    assert (decided.verdict, decided.chosen) == ("sure", 2)
    assert [j.verdict for j in decided.judgements] == ["none", "none", "sure", "probable"]


def test_two_that_are_sure_and_two_are_ambiguous() -> None:
    wanted = paper(TITLE, SOCKS)
    given = [paper(TITLE, SOCKS, ADA, arxiv=f"2401.0000{n}") for n in (1, 2)]
    assert match.decide(wanted, given).verdict == "ambiguous"


def test_two_dois_in_one_journal_are_two_works() -> None:
    wanted = paper("Editorial", "", ADA, 2024)
    given = [
        paper("Editorial", "", ADA, 2024, doi=f"10.1/{n}").replace(container_title=journal)
        for n, journal in (("a", "Journal of Socks"), ("b", "JOURNAL OF SOCKS"))
    ]
    assert match.decide(wanted, given).verdict == "ambiguous"
    assert match.decide(wanted, given[:1]).verdict == "sure"
    elsewhere = given[1].replace(container_title="Proceedings of Kites")
    assert match.decide(wanted, [given[0], elsewhere]).verdict == "sure"


def test_a_preprint_and_its_publication_are_one() -> None:
    wanted = paper(TITLE, SOCKS, ADA)
    given = [paper(TITLE, "", ADA, doi="10.1/x"), paper(TITLE, SOCKS, ADA, arxiv="2401.00001")]
    decided = match.decide(wanted, given)
    assert (decided.verdict, decided.chosen) == ("sure", 1)


def test_two_that_are_probable_are_ambiguous() -> None:
    wanted = paper(TITLE, SOCKS)
    given = [paper(f"Name {n}", SOCKS, ADA, arxiv=f"2401.0000{n}") for n in (1, 2)]
    assert match.decide(wanted, given).verdict == "ambiguous"


def test_nobody() -> None:
    assert match.decide(paper(TITLE, SOCKS), []) == match.Decision(
        verdict="none", chosen=None, judgements=()
    )


def test_ten_megabytes_are_compared_in_linear_time() -> None:
    long = "sock drawer lamp kite " * 500_000
    judged = match.judge(paper(TITLE, long), paper("Other", long[: len(long) // 2]))
    assert judged.verdict == "none" or judged.evidence.abstract == "same"


def words(start: int, count: int) -> str:
    """An abstract of words that no other start has."""
    return " ".join(f"word{chr(97 + n % 26)}{n}" for n in range(start, start + count))


@pytest.mark.parametrize(
    ("shared", "title", "verdict"),
    [
        (70, "Another Name", "probable"),
        (56, "Another Name", "ambiguous"),
        (40, "Another Name", "none"),
        (56, TITLE, "sure"),
        (40, TITLE, "probable"),
        (0, TITLE, "none"),
    ],
)
def test_how_much_of_an_abstract_is_the_same(
    shared: int, title: str, verdict: match.Verdict
) -> None:
    revised = f"{words(0, shared)} {words(500, 100 - shared)}"
    assert match.judge(paper(TITLE, words(0, 100)), paper(title, revised)).verdict == verdict
