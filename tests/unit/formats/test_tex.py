"""Values that cannot break a .bib file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperexport.formats import tex
from paperexport.record import Name, Record

encode = tex.encoder(ascii_only=False)

PEOPLE = {
    "plain": (Name(family="Noether", given="Emmy"), "Noether, Emmy"),
    "von": (Name(family="Beethoven", given="Ludwig", particle="van"), "van Beethoven, Ludwig"),
    "von of two words": (Name(family="Berg", given="A.", particle="van der"), "van der Berg, A."),
    "junior": (Name(family="Daumé", given="Hal", suffix="III"), "Daumé, III, Hal"),
    "all": (
        Name(family="Berg", given="Ana María", particle="von", suffix="Jr."),
        "von Berg, Jr., Ana María",
    ),
    "two family names": (Name(family="García Márquez", given="G."), "García Márquez, G."),
    "small family name": (Name(family="hooks", given="bell"), "hooks, bell"),
    # BibTeX would take "Ortega y" for the von part, and any word that is not A to Z.
    "small word inside": (Name(family="Ortega y Gasset", given="José"), "{Ortega y Gasset}, José"),
    "small word first": (Name(family="de Souza", given="Ana"), "{de Souza}, Ana"),
    "accented first letter": (Name(family="Çelik Yılmaz", given="A."), "{Çelik Yılmaz}, A."),
    "capital particle": (Name(family="Gogh", given="V.", particle="Van"), "Van Gogh, V."),
    "particle with apostrophe": (
        Name(family="Alembert", given="Jean", particle="d'"),
        "d'Alembert, Jean",
    ),
    "team": (Name(literal="Qwen Team"), "{Qwen Team}"),
    "team with and": (Name(literal="Barnes and Noble, Inc."), "{Barnes and Noble, Inc.}"),
    "family name alone": (Name(family="Plato"), "Plato"),
    "family names alone": (Name(family="Del Toro"), "{Del Toro}"),
    "given name alone": (Name(given="Xingyu"), "{Xingyu}"),
    "called others": (Name(family="others"), "{others}"),
    "and in a given name": (Name(family="Pepper", given="Salt and"), "Pepper, {Salt and}"),
    "comma in a given name": (Name(family="Pepper", given="Salt, S."), "Pepper, {Salt, S.}"),
    "comma in a family name": (Name(family="Pepper, S.", given="Salt"), "{Pepper, S.}, Salt"),
    "suffix, no given name": (Name(family="Pepper", suffix="Jr."), "Pepper, Jr., {}"),
    "specials": (Name(family="A&B", given="50%"), "A\\&B, 50\\%"),
    "nothing": (Name(), ""),
}


@pytest.mark.parametrize(("name", "expected"), PEOPLE.values(), ids=PEOPLE)
def test_person(name: Name, expected: str) -> None:
    assert tex.person(name, encode) == expected


@pytest.mark.parametrize("name", [n for n, _ in PEOPLE.values() if n != Name()], ids=str)
def test_bibtex_reads_the_same_name(name: Name) -> None:
    """pybtex follows BibTeX's own rules: it finds the parts that were meant."""
    database = pytest.importorskip("pybtex.database")
    written = tex.person(name, encode)
    read = database.Person(written)

    def words(parts: list[str]) -> str:
        return " ".join(parts).replace("{", "").replace("}", "").strip()

    assert words(read.last_names) != ""
    if name.literal or not name.family:
        assert not read.first_names + read.prelast_names
        return
    assert words(read.first_names + read.middle_names) == name.given.replace("%", "\\%")
    assert words(read.lineage_names) == name.suffix
    if name.particle in {"Van", "d'"}:
        assert words(read.prelast_names) == ""
    else:
        assert words(read.prelast_names) == name.particle


def test_people() -> None:
    two = (Name(family="A", given="B"), Name(), Name(literal="C and D"))
    assert tex.people(two, encode, incomplete=False) == "A, B and {C and D}"
    assert tex.people(two, encode, incomplete=True) == "A, B and {C and D} and others"
    assert tex.people((), encode, incomplete=True) == "", "`others` alone would be a person"


URIS = {
    "plain": ("https://example.org/a_b~c%20d?x=1&y=2#z", "https://example.org/a_b~c%20d?x=1&y=2#z"),
    "braces": ("https://x.org/{a}\\b", "https://x.org/%7Ba%7D%5Cb"),
    "unbalanced": ("https://x.org/}@misc{a,", "https://x.org/%7D@misc%7Ba,"),
    "white space": ("https://x.org/a b\nc", "https://x.org/a%20b%0Ac"),
    "not ascii": ("https://x.org/é", "https://x.org/%C3%A9"),
    "quotes": ('https://x.org/"<>^`|', "https://x.org/%22%3C%3E%5E%60%7C"),
    "surrogate": ("https://x.org/\ud800", "https://x.org/%3F"),
    "brackets": ("https://[::1]/(a)'*!$", "https://[::1]/(a)'*!$"),
}


@pytest.mark.parametrize(("text", "expected"), URIS.values(), ids=URIS)
def test_uri(text: str, expected: str) -> None:
    assert tex.uri(text) == expected


def test_verbatim_keeps_a_doi_as_registered() -> None:
    sici = "10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O"
    assert tex.verbatim(sici) == sici
    assert tex.verbatim("10.1/a_b%c#d~e") == "10.1/a_b%c#d~e"
    assert tex.verbatim("10.1/}{\\ \n") == "10.1/%7D%7B%5C%20%0A"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12-34", "12--34"),
        ("12–34", "12--34"),
        ("12--34", "12--34"),
        ("1 - 2, 5-6", "1--2, 5--6"),
        ("e1004", "e1004"),
    ],
)
def test_pages(text: str, expected: str) -> None:
    assert tex.pages(text, encode) == expected


def test_keywords() -> None:
    assert tex.keywords(("a", "b, c", "d & e"), encode) == "a, {b, c}, d \\& e"


def test_block() -> None:
    assert tex.block("a &\n b\n\n\nc", encode) == "a \\& b\n\nc"


def test_an_entry_inside_a_value_is_none() -> None:
    # bibtexparser 2 looks for `@word {` anywhere.
    assert "@" in encode("mail me @ home")
    assert "{@}misc" in tex.encoder(ascii_only=False)("@misc{a, b}") or "@misc{" not in encode(
        "@misc{a, b}"
    )


@given(st.text(max_size=60))
def test_no_text_unbalances_braces(text: str) -> None:
    for value in (encode(text), tex.uri(text), tex.verbatim(text), tex.block(text, encode)):
        depth = 0
        for char in value:  # as BibTeX counts: a backslash before a brace means nothing
            depth += (char == "{") - (char == "}")
            assert depth >= 0
        assert depth == 0
        value.encode("utf-8")


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=10), st.text(max_size=10))
def test_any_name_is_one_name(family: str, given_names: str, particle: str, suffix: str) -> None:
    """However hostile its parts, a name is one name for BibTeX."""
    database = pytest.importorskip("pybtex.database")
    bibtex = pytest.importorskip("pybtex.bibtex.utils")
    name = Name(family=family, given=given_names, particle=particle, suffix=suffix)
    written = tex.people((name, Name(family="Last")), encode, incomplete=False)
    names = bibtex.split_name_list(written)
    assert names[-1] == "Last"
    assert len(names) == (2 if tex.person(name, encode) else 1)
    for one in names:
        database.Person(one)


def test_incomplete() -> None:
    record = Record(author=(Name(literal="A"),), incomplete=("author", "editor"))
    assert tex.incomplete(record, "author", "editor") == ["editor: others"]
    assert tex.incomplete(record, "editor") == ["author: others", "editor: others"]


def test_entry() -> None:
    assert (
        tex.entry("misc", "k", ["  a = {b}", "  c = {d}"]) == "@misc{k,\n  a = {b},\n  c = {d}\n}\n"
    )
    assert tex.entry("misc", "k", []) == "@misc{k,\n}\n"


def test_a_family_name_that_might_be_a_suffix_is_in_braces() -> None:
    assert tex.person(Name(family="Jr.", particle="de la"), tex.encoder(False)) == "de la {Jr.}"
    assert tex.person(Name(family="Lo", given="II"), tex.encoder(False)) == "Lo, {II}"
