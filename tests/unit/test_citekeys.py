"""Citation keys: formulas, what tells papers apart, what stays."""

import pytest

from paperexport.citekeys import Pattern, assign, identity, safe
from paperexport.errors import UsageError
from paperexport.record import Eprint, Name, PartialDate, Record

BYRON = Record(
    title="The Analytical Engine: A $x^2$ Sketch of Its Naïve Powers",
    author=(
        Name(family="Núñez", given="Inés"),
        Name(family="Beethoven", given="Ludwig", particle="van"),
        Name(literal="The Sock Collaboration"),
    ),
    issued=PartialDate(year=1843, month=9, day=2),
    eprint=Eprint(archive="arxiv", id="2401.00007"),
    doi="10.1000/X_y",
)
NOBODY = Record(title="The Analytical Engine")


@pytest.mark.parametrize(
    ("formula", "key"),
    [
        ("auth", "Nunez"),
        ("auth.lower + year", "nunez1843"),
        ("auth(3) + '_' + shortyear", "Nun_43"),
        ("auth(n=2, m=2)", "va"),
        ("auth(0, 9) | 'none'", "none"),
        ("authorlast", "TheSockCollaboration"),
        ("authors(2, etal='EtAl')", "NunezvanBeethovenEtAl"),
        ("authetal", "NunezEtAl"),
        ("authEtal2", "Nunez.etal"),
        ("authini(1, sep='')", "NvT"),
        ("authorsAlpha", "NvT"),
        ("veryshorttitle", "Analytical"),
        ("shorttitle(3, 1)", "AnalyticalEngineSketch"),
        ("shorttitle(2, sep='-').lower", "analytical-engine"),
        ("title.substring(1, 10).upper", "ANALYTICAL"),
        ("year + month + day", "184392"),
        ("identifier", "arXiv:2401.00007"),
        ("'a b{c}~d%e'", "abcde"),
        ("auth.len('>', 9) + year | year", "1843"),
        ("type", "article"),
        ("auth.replace('Nu', 'Mu').postfix('-x').prefix('y-')", "y-Munez-x"),
    ],
)
def test_formulas(formula: str, key: str) -> None:
    assert Pattern.parse(formula).key(BYRON) == key


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("", "something is missing"),
        ("auth +", "something is missing"),
        ("auth(", "something is missing"),
        ("nope", "no function 'nope'"),
        ("auth.nope", "no filter 'nope'"),
        ("auth year", "cannot stand here"),
        ("auth('x')", "an argument does not fit"),
        ("auth(k=1)", "an argument does not fit"),
    ],
)
def test_formulas_that_cannot_be_read(formula: str, said: str) -> None:
    with pytest.raises(UsageError, match="key pattern") as caught:
        Pattern.parse(formula)
    assert said in caught.value.message
    assert "for example" in caught.value.hint


def test_a_key_is_never_empty() -> None:
    assert Pattern.parse("auth + year").key(Record()) == "untitled"
    assert Pattern.parse("auth").key(Record(title="$x$", doi="10.1/a")) == "doi:10.1/a"


@pytest.mark.parametrize(
    ("said", "key"),
    [("Müller2020", "Muller2020"), ("a b,c{d}e%f#g", "abcdefg"), ("x:y/z.1", "x:y/z.1")],
)
def test_safe(said: str, key: str) -> None:
    assert safe(said) == key


def test_like_keys_are_told_apart_by_age_and_not_by_place() -> None:
    young = NOBODY.replace(issued=PartialDate(year=1844), author=BYRON.author)
    old = young.replace(issued=PartialDate(year=1843), title="The Analytical Engine, Again")
    pattern = Pattern.parse("auth.lower")
    assert assign([young, old], pattern) == ["nuneza", "nunez"]
    assert assign([old, young], pattern) == ["nunez", "nuneza"]


def test_postfixes_go_on_behind_z() -> None:
    papers = [NOBODY.replace(doi=f"10.1000/{n:02d}") for n in range(29)]
    keys = assign(papers, Pattern.parse("'k'"))
    assert keys[:2] == ["k", "ka"]
    assert keys[26:] == ["kz", "kaa", "kab"]


def test_who_comes_first_has_the_key() -> None:
    taken = {"arxiv:2401.00007": "mine"}
    assert assign([BYRON], given=["theirs"], taken=taken) == ["mine"]
    assert assign([BYRON], given=["their{s}"]) == ["theirs"]
    assert assign([BYRON, NOBODY], given=["Same", "same"])[1] != "same"
    assert assign([NOBODY], given=["used"], reserved=["USED"]) != ["used"]


def test_identity() -> None:
    assert identity(BYRON)[:2] == ["arxiv:2401.00007", "doi:10.1000/x_y"]
    assert identity(NOBODY) == ["title:theanalyticalengine"]
    assert identity(Record()) == []
