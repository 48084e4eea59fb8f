"""Records of RIS that once were read wrong, or broke the reader."""

import io
import time
from typing import Any

import pytest

from paperexport.entry import Entry
from paperexport.normalization import normalize
from paperexport.record import Name, Record
from paperexport.sources.ris import Ris


def fields(*lines: str, end: str = "\n") -> dict[str, Any]:
    text = end.join(("TY  - JOUR", *lines, "ER  - ", ""))
    (entry,) = Ris().read(io.BytesIO(text.encode()), "-")
    assert isinstance(entry, Entry)
    normalize(entry)
    return {name: value for name, value in entry.fields.items() if name != "type"}


@pytest.mark.parametrize("name", ["custom", "eprint", "note", "origins"])
def test_a_note_says_no_field_that_is_no_text(name: str) -> None:
    # Our exporters never write them so; "eprint: …" is what people write.
    assert fields(f"N1  - {name}: x", "N1  - y") == {"note": f"{name}: x\n\ny"}


def test_a_preprint_whose_note_begins_with_eprint() -> None:
    (entry,) = Ris().read(io.BytesIO(b"TY  - UNPB\nN1  - eprint: 1\nER  - \n"), "-")
    assert isinstance(entry, Entry)
    assert entry.fields == {"type": "article", "note": "eprint: 1"}


def test_the_first_of_two_preprints_is_the_one_cited() -> None:
    said = fields("N1  - arXiv:hep-th/9901001", "N1  - arXiv:1701.00001 [cs.LG]")
    assert said["eprint"].id == "hep-th/9901001"
    assert said["note"] == "arXiv:1701.00001 [cs.LG]"


def test_keywords_of_a_note_join_the_others() -> None:
    assert fields("KW  - a", "N1  - keywords: b") == {"keywords": ("a", "b")}


@pytest.mark.parametrize(
    ("dates", "issued"),
    [
        (["PY  - 2016/" + "9" * 5000], "2016"),  # more digits than Python makes a number of
        (["PY  - 2016/9/12/x"], "2016-09-12"),
        (["PY  - 2016", "DA  - 2016/09/12/"], "2016-09-12"),
        (["PY  - /", "Y1  - 2015"], "2015"),
        (["Y1  - 2015/03", "PY  - 2016"], "2016"),
        (["Y1  - 2015", "Y1  - 2015/03"], "2015-03"),
    ],
)
def test_dates(dates: list[str], issued: str) -> None:
    assert fields(*dates) == {"issued": issued}


def test_a_carriage_return_alone_ends_a_line() -> None:
    said = {"title": "a", "abstract": "b c"}
    assert fields("TI  - a\rAB  - b\rc", end="\r\n") == said
    assert fields("TI  - a\rAB  - b", "c") == said
    assert fields("TI  - a", "AB  - b", "c", end="\r") == said
    # As many as in a file whose lines all end in both.
    (entry,) = Ris().read(io.BytesIO(b"TY  - JOUR\rTI  - a\nER  - \r\n"), "-")
    assert isinstance(entry, Entry)
    assert entry.fields == {"type": "article-journal", "title": "a"}


def test_what_a_note_adds_takes_linear_time() -> None:
    notes = ["N1  - genre: " + "x" * 499] * 50_000
    start = time.process_time()
    assert len(fields(*notes)["genre"]) == 500 * len(notes) - 1
    assert time.process_time() - start < 3


def test_records_without_an_end_take_linear_time() -> None:
    data = b"TY  - JOUR\nTI  - a\n" * 100_000
    start = time.process_time()
    assert sum(1 for _ in Ris().read(io.BytesIO(data), "-")) == 100_000
    assert time.process_time() - start < 5


def record(kind: str, *lines: str) -> Record:
    text = "\n".join((f"TY  - {kind}", *lines, "ER  - ", ""))
    (entry,) = Ris().read(io.BytesIO(text.encode()), "-")
    assert isinstance(entry, Entry)
    return normalize(entry).record


@pytest.mark.parametrize(
    ("lines", "issued"),
    [
        # The day on which it came online is not the year that is cited.
        (["PY  - 2020", "DA  - 2019/12/01"], "2020"),
        (["PY  - 2020", "DA  - 04 Mar"], "2020"),
        (["PY  - 2020", "DA  - March 4, 2020"], "2020-03-04"),
        (["DA  - March 4, 2020"], "2020-03-04"),
        (["PY  - 2020", "Y1  - 2020/03//Spring"], "2020-03"),
    ],
)
def test_the_year_is_that_of_py(lines: list[str], issued: str) -> None:
    assert str(record("JOUR", *lines).issued) == issued


@pytest.mark.parametrize("kind", ["CHAP", "CONF", "CPAPER", "ENCYC"])
def test_the_title_of_the_book_that_holds_a_part(kind: str) -> None:
    found = record(kind, "TI  - Part", "BT  - Book")
    assert (found.title, found.container_title) == ("Part", "Book")


def test_a_journal_and_its_abbreviation() -> None:
    found = record("JOUR", "JO  - J. Test.", "JF  - Journal of Tests")
    assert found.container_title == "Journal of Tests"
    assert found.container_title_short == "J. Test."
    assert record("JOUR", "JO  - J. Test.").container_title == "J. Test."


def test_nothing_that_is_said_twice_is_lost() -> None:
    lines = ["SN  - 1234-5678", "SN  - 8765-4321", "AB  - a", "AB  - b", "UR  - http://a.org",
             "UR  - http://b.org", "XX  - x", "XX  - y", "TI  - t", "T1  - t"]  # fmt: skip
    found = record("JOUR", *lines)
    assert found.issn == "1234-5678 8765-4321"
    assert found.abstract == "a\n\nb"
    assert found.custom == {"ris_ur": ("http://b.org",), "ris_xx": ("x", "y")}


def test_et_al_is_nobody() -> None:
    found = record("JOUR", "AU  - Smith, A", "AU  - et al.")
    assert found.author == (Name(family="Smith", given="A"),)
    assert found.incomplete == ("author",)


def test_two_names_on_one_line() -> None:
    found = record("JOUR", "AU  - Smith, A.; Doe, B.")
    assert found.author == (Name(family="Smith", given="A."), Name(family="Doe", given="B."))
    # A semicolon is no separator wherever it stands.
    assert len(record("JOUR", "AU  - van, &amp;, Jr.").author) == 1


@pytest.mark.parametrize(
    ("kind", "lines"),
    [
        ("JOUR", ["JO  - arXiv preprint arXiv:2401.00007"]),  # Google Scholar's
        ("JOUR", ["JF  - CoRR", "VL  - abs/2401.00007"]),
        ("GEN", ["UR  - https://arxiv.org/abs/2401.00007"]),  # Zotero's
    ],
)
def test_a_preprint_is_told(kind: str, lines: list[str]) -> None:
    found = record(kind, *lines)
    assert found.eprint is not None
    assert (found.type, found.eprint.id) == ("article", "2401.00007")
    assert found.container_title == found.volume == ""


@pytest.mark.parametrize("line", ["UR  - {}", "AB  - {}", "SN  - {}", "XX  - {}", "AU  - a;{}"])
def test_a_tag_a_hundred_thousand_times(line: str) -> None:
    start = time.process_time()
    record("JOUR", *(line.format(number) for number in range(100_000)))
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("lines", "doi", "note"),
    [
        (("DO  - 10.1000/182", "N1  - doi:10.1000/182"), "10.1000/182", ""),
        (("N1  - doi:10.1000/182",), "10.1000/182", ""),
        (("DO  - 10.1000/1", "N1  - doi:10.1000/182"), "10.1000/1", "doi:10.1000/182"),
        (("N1  - see doi:10.1000/182",), "", "see doi:10.1000/182"),
    ],
)
def test_a_note_that_is_a_doi(lines: tuple[str, ...], doi: str, note: str) -> None:
    found = record("JOUR", *lines)
    assert (found.doi, found.note) == (doi, note)


def test_among_inverted_names_one_without_a_comma_is_whole() -> None:
    found = record("JOUR", "AU  - Lovelace, Ada", "AU  - Reanth Soft", "A2  - Open Jaw")
    assert found.author == (Name(family="Lovelace", given="Ada"), Name(literal="Reanth Soft"))
    # Where nobody has one, all are as they are printed.
    printed = record("JOUR", "AU  - Ada Lovelace", "AU  - Charles Babbage")
    assert [name.family for name in printed.author] == ["Lovelace", "Babbage"]
    team = record("BOOK", "AU  - American Academy of Sleep Medicine")
    assert team.author == (Name(literal="American Academy of Sleep Medicine"),)


def test_the_web_of_science() -> None:
    found = record(
        "JOUR", "TI  - Clicks of Blainville's beaked whale (<i>Mesoplodon densirostris</i>)",
        "PY  - 2021", "DA  - AUG 31", "SP  - 809", "EP  - +", "PU  - SPRINGER", "PI  - BERLIN",
        "JI  - J. Clicks",
    )  # fmt: skip
    assert found.title == "Clicks of Blainville's beaked whale (Mesoplodon densirostris)"
    assert str(found.issued) == "2021-08-31"
    assert found.page == "809+"
    assert (found.publisher, found.publisher_place) == ("SPRINGER", "BERLIN")
    assert found.container_title_short == "J. Clicks"
    assert "ris_da" not in found.custom


@pytest.mark.parametrize(
    ("day", "issued", "kept"),
    [("JUL", "2021-07", None), ("JUL-AUG", "2021", "JUL-AUG"), ("OCT 2018", "2021", "OCT 2018")],
)
def test_a_month_without_its_year(day: str, issued: str, kept: str | None) -> None:
    found = record("JOUR", "PY  - 2021", f"DA  - {day}")
    assert (str(found.issued), found.custom.get("ris_da")) == (issued, kept)


def test_a_conference_is_no_issue() -> None:
    found = record("CPAPER", "TI  - T", "CP  - 3rd Workshop on Socks")
    assert (found.event_title, found.issue) == ("3rd Workshop on Socks", "")


def test_what_is_no_tag_is_text() -> None:
    assert record("JOUR", "TI  - a <i> b, x < y > z </p>").title == "a <i> b, x < y > z </p>"
