"""RIS, record by record."""

import re
from typing import Any

import pytest

from paperexport.formats.entrytypes import TYPES
from paperexport.formats.ris import Ris
from paperexport.record import Eprint, Name, PartialDate, Record
from paperexport.testing.examples import COMPLETE

PREPRINT = Record(
    title="Sorting Socks in $O(n)$",
    author=(
        Name(family="Berg", given="Ana", particle="van der", suffix="Jr."),
        Name(literal="Qwen Team"),
    ),
    incomplete=("author",),
    issued=PartialDate(year=2016, month=9, day=12),
    eprint=Eprint(archive="arxiv", id="2401.09042", version=2, primary_class="cs.LG"),
    doi="10.48550/arXiv.2401.09042",
    url="https://arxiv.org/abs/2401.09042",
    code_url="https://github.com/example/socks",
    abstract="We sort.\n\nWe fold.",
    keywords=("socks", "sorting, stable"),
)


def lines(record: Record, **options: Any) -> list[str]:
    text = Ris(**options).encode("key", record)
    assert text.endswith("\r\nER  - \r\n")
    return text.split("\r\n")[:-2]


def test_a_preprint() -> None:
    assert lines(PREPRINT) == [
        "TY  - RPRT",
        "TI  - Sorting Socks in $O(n)$",
        "AU  - van der Berg, Ana, Jr.",
        "AU  - Qwen Team",
        "PY  - 2016",
        "DA  - 2016/09/12/",
        "DO  - 10.48550/arXiv.2401.09042",
        "UR  - https://arxiv.org/abs/2401.09042",
        "KW  - socks",
        "KW  - sorting, stable",
        "AB  - We sort. We fold.",
        "PB  - arXiv",
        "M3  - Preprint",
        "N1  - arXiv:2401.09042v2 [cs.LG]",
        "N1  - code-url: https://github.com/example/socks",
        "N1  - incomplete: author",
        "ID  - key",
    ]


@pytest.mark.parametrize("reference", ["RPRT", "UNPB", "JOUR", "GEN", "MANSCPT"])
def test_option_preprint(reference: str) -> None:
    said = lines(PREPRINT, preprint=reference)
    assert said[0] == f"TY  - {reference}"
    assert "PB  - arXiv" in said
    # Zotero takes M3 for a DOI where it is no type of work.
    typed = reference in {"RPRT", "MANSCPT"}
    assert ("M3  - Preprint" in said) == typed
    assert ("N1  - type: article" in said) != typed
    assert lines(COMPLETE, preprint=reference) == lines(COMPLETE), (
        "a published paper is not touched"
    )


def test_a_genre_of_its_own_is_kept() -> None:
    said = lines(PREPRINT.replace(genre="Essay", publisher="Drawer"))
    assert {"M3  - Essay", "PB  - Drawer", "N1  - type: article"} <= set(said)
    assert "M3  - Preprint" not in said


def test_a_conference_paper() -> None:
    said = lines(
        Record(
            type="paper-conference",
            container_title="Proceedings of Drawers",
            event_title="Drawers 2024",
            event_place="Zürich",
            editor=(Name(family="Ångström", given="Åsa"),),
            isbn="9783161484100",
            issn="1234-5679",
            page="5998-6008",
        )
    )
    assert said == [
        "TY  - CPAPER",
        "A2  - Ångström, Åsa",
        "C3  - Proceedings of Drawers",
        "SP  - 5998",
        "EP  - 6008",
        "SN  - 9783161484100",
        "T2  - Drawers 2024",
        "C1  - Zürich",
        "N1  - issn: 1234-5679",
        "ID  - key",
    ]


def test_nothing_known() -> None:
    assert lines(Record()) == ["TY  - RPRT", "M3  - Preprint", "ID  - key"]


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_has_a_reference_type(kind: str) -> None:
    assert lines(Record(type=kind))[0] == f"TY  - {TYPES[kind].ris}"


def test_a_type_that_shares_a_reference_type_says_so() -> None:
    assert "N1  - type: event" in lines(Record(type="event"))
    assert "N1  - type: zine" in lines(Record(type="zine"))
    assert lines(Record(type="report")) == ["TY  - RPRT", "ID  - key"]


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        (PartialDate(year=2016), ["PY  - 2016"]),
        (PartialDate(year=2016, month=9), ["PY  - 2016", "DA  - 2016/09//"]),
        (PartialDate(year=-44, month=3), ["PY  - -0044", "DA  - -0044/03//"]),
        (
            PartialDate(year=2016, end=PartialDate(year=2017)),
            ["PY  - 2016", "N1  - issued: 2016/2017"],
        ),
    ],
)
def test_dates(date: PartialDate, expected: list[str]) -> None:
    assert lines(Record(type="book", issued=date))[1:-1] == expected


def test_accessed_is_whole() -> None:
    assert "Y2  - 2024/06/01/" in lines(COMPLETE)
    assert "Y2  - 2024///" in lines(Record(accessed=PartialDate(year=2024)))


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("12-34", ["SP  - 12", "EP  - 34"]),
        ("12–34", ["SP  - 12", "EP  - 34"]),
        ("e1004", ["SP  - e1004"]),
        ("1-2, 5-6", ["SP  - 1-2, 5-6"]),
    ],
)
def test_pages(page: str, expected: list[str]) -> None:
    assert lines(Record(type="article-journal", page=page))[1:-1] == expected


HOSTILE = ("a\r\nER  - \r\nTY  - JOUR", "\u2028ER  - ", "\x0b\x0c\x85", "\ud800", "  ", "\x00")


@pytest.mark.parametrize("text", HOSTILE)
def test_no_value_can_leave_its_line(text: str) -> None:
    name = Name(family=text, given=text, suffix=text)
    record = Record(
        type=text,
        title=text,
        author=(name, Name(literal=text)),
        abstract=text,
        keywords=(text,),
        note=text,
        page=f"{text}-{text}",
        eprint=Eprint(archive=text, id=text),
        custom={"x": text},
    )
    text = Ris().encode("key", record)
    found = text.splitlines()
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in found)
    assert [line[:2] for line in found].count("TY") == 1
    assert [line[:2] for line in found].count("ER") == 1
    text.encode("utf-8")
