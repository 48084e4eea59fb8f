"""BibTeX, entry by entry."""

import re
from textwrap import dedent
from typing import Any

import pytest

from paperexport.formats.bibtex import BibTeX
from paperexport.formats.entrytypes import TYPES
from paperexport.plugins import configure
from paperexport.record import Eprint, Name, PartialDate, Record

PREPRINT = Record(
    title="Sorting Socks with DNA in $O(n)$",
    author=(Name(family="Berg", given="Ana", particle="van der"), Name(literal="Sock Team")),
    incomplete=("author",),
    issued=PartialDate(year=2024, month=1, day=16),
    eprint=Eprint(archive="arxiv", id="2401.09042", version=2, primary_class="cs.LG"),
    doi="10.48550/arXiv.2401.09042",
    url="https://arxiv.org/abs/2401.09042",
    code_url="https://github.com/example/sock_sort",
    abstract="Half of it: 50%.\n\nThe rest & more.",
    keywords=("socks", "sorting, stable"),
)


def encode(record: Record, **options: Any) -> str:
    return BibTeX(**options).encode("key", record)


def fields(text: str) -> dict[str, str]:
    """``name → value`` of an entry that has each field on a line of its own."""
    return dict(re.findall(r"^  (\w+) = (.*?),?$", text, re.MULTILINE))


def test_a_preprint() -> None:
    assert encode(PREPRINT) == dedent(
        """\
        @misc{key,
          title = {Sorting Socks with {DNA} in {$O(n)$}},
          author = {van der Berg, Ana and {Sock Team} and others},
          year = {2024},
          month = jan,
          day = {16},
          eprint = {2401.09042},
          archivePrefix = {arXiv},
          primaryClass = {cs.LG},
          version = {2},
          doi = {10.48550/arXiv.2401.09042},
          url = {https://arxiv.org/abs/2401.09042},
          code = {https://github.com/example/sock_sort},
          abstract = {Half of it: 50\\%.

        The rest \\& more.},
          keywords = {socks, {sorting, stable}}
        }
        """
    )


def test_a_conference_paper() -> None:
    record = Record(
        type="paper-conference",
        title="Attention Is All Socks Need",
        author=(Name(family="Rao", given="Ashish"),),
        issued=PartialDate(year=2017),
        container_title="Advances in Laundry & Logistics 30",
        collection_title="Lecture Notes in Textiles",
        collection_number="42",
        event_title="ALPS 2017",
        publisher="Drawer Associates",
        publisher_place="Zürich",
        page="5998-6008",
        doi="10.5555/3295222.3295349",
        eprint=Eprint(archive="arxiv", id="1706.03762", version=3, primary_class="cs.CL"),
        status="in press",
        other_ids=("acl:2017.x-1",),
    )
    assert encode(record) == dedent(
        """\
        @inproceedings{key,
          title = {Attention Is All Socks Need},
          author = {Rao, Ashish},
          year = {2017},
          booktitle = {Advances in Laundry \\& Logistics 30},
          series = {Lecture Notes in Textiles},
          pages = {5998--6008},
          number = {42},
          publisher = {Drawer Associates},
          address = {Zürich},
          eventtitle = {ALPS 2017},
          eprint = {1706.03762},
          archivePrefix = {arXiv},
          primaryClass = {cs.CL},
          doi = {10.5555/3295222.3295349},
          pubstate = {in press},
          annote = {eprint-version: 3
        other-ids: acl:2017.x-1}
        }
        """
    )
    # plain.bst: "can't use both volume and number fields".
    both = fields(encode(record.replace(volume="7")))
    assert both["volume"] == "{7}"
    assert "number" not in both
    assert "collection-number: 42" in encode(record.replace(volume="7"))


def test_nothing_known() -> None:
    assert encode(Record()) == "@misc{key,\n  entrysubtype = {preprint}\n}\n"


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_has_an_entry_type(kind: str) -> None:
    assert encode(Record(type=kind)).startswith(f"@{TYPES[kind].bibtex}{{key,\n")


def test_a_type_that_shares_an_entry_type_says_so() -> None:
    assert fields(encode(Record(type="article-magazine")))["entrysubtype"] == "{magazine}"
    assert fields(encode(Record(type="dataset")))["entrysubtype"] == "{dataset}"
    assert fields(encode(Record(type="no}such{type")))["entrysubtype"] != "{no}such{type}"
    assert "entrysubtype" not in fields(encode(Record(type="article-journal")))
    assert "entrysubtype" not in fields(encode(PREPRINT))


def test_theses() -> None:
    thesis = Record(type="thesis", publisher="Sock University", genre="PhD thesis")
    assert encode(thesis).startswith("@phdthesis{")
    assert fields(encode(thesis))["school"] == "{Sock University}"
    assert fields(encode(thesis))["type"] == "{PhD thesis}"
    assert encode(thesis.replace(genre="Master's thesis")).startswith("@mastersthesis{")
    assert encode(thesis.replace(genre="")).startswith("@phdthesis{")


def test_a_report_has_an_institution_and_a_number() -> None:
    said = fields(encode(Record(type="report", publisher="Drawer Lab", number="TR-17")))
    assert (said["institution"], said["number"]) == ("{Drawer Lab}", "{TR-17}")


DATES = {
    "year": (PartialDate(year=2024), {"year": "{2024}"}),
    "month": (PartialDate(year=2024, month=5), {"year": "{2024}", "month": "may"}),
    "day": (
        PartialDate(year=2024, month=12, day=7),
        {"year": "{2024}", "month": "dec", "day": "{7}"},
    ),
    "before our era": (PartialDate(year=-44, month=3), {"year": "{-44}", "month": "mar"}),
    "years": (
        PartialDate(year=2023, end=PartialDate(year=2024)),
        {"date": "{2023/2024}", "year": "{2023--2024}"},
    ),
    "months": (
        PartialDate(year=2024, month=4, end=PartialDate(year=2024, month=5)),
        {"date": "{2024-04/2024-05}", "year": "{2024}", "month": 'apr # "--" # may'},
    ),
    "days": (
        PartialDate(year=2024, month=4, day=2, end=PartialDate(year=2024, month=4, day=5)),
        {"date": "{2024-04-02/2024-04-05}", "year": "{2024}", "month": "apr", "day": "{2--5}"},
    ),
}


@pytest.mark.parametrize(("date", "expected"), DATES.values(), ids=DATES)
def test_dates(date: PartialDate, expected: dict[str, str]) -> None:
    record = Record(type="book", issued=date)
    assert fields(encode(record)) == expected


def test_old_arxiv_ids_carry_their_archive() -> None:
    said = fields(encode(Record(eprint=Eprint(archive="arxiv", id="hep-th/9901001"))))
    assert said == {"eprint": "{hep-th/9901001}", "archivePrefix": "{arXiv}"}


def test_option_preprint() -> None:
    article = fields(encode(PREPRINT, preprint="article"))
    assert encode(PREPRINT, preprint="article").startswith("@article{")
    assert article["journal"] == "{arXiv preprint arXiv:2401.09042}"
    unpublished = encode(PREPRINT, preprint="unpublished")
    assert unpublished.startswith("@unpublished{")
    assert fields(unpublished)["note"] == "{arXiv:2401.09042}"
    assert fields(encode(PREPRINT.replace(note="Draft"), preprint="unpublished"))["note"] == (
        "{Draft}"
    )
    report = fields(encode(PREPRINT, preprint="techreport"))
    assert report["institution"] == "{arXiv}"
    assert report["number"] == "{arXiv:2401.09042}"
    assert report["type"] == "{Preprint}"
    # Where nothing is known that the type requires, @misc requires nothing.
    assert encode(PREPRINT.replace(eprint=None), preprint="article").startswith("@misc{")
    # A published paper is never touched by it.
    book = PREPRINT.replace(type="book")
    assert encode(book, preprint="article") == encode(book)


def test_option_portable() -> None:
    said = fields(encode(PREPRINT, portable=True))
    assert said["archivePrefix"] == "{arXiv}"
    assert said["eprinttype"] == "{arxiv}"
    assert said["eprintclass"] == said["primaryClass"] == "{cs.LG}"


def test_option_protect() -> None:
    title = Record(title="DNA of Socks")
    assert fields(encode(title))["title"] == "{{DNA} of Socks}"
    assert fields(encode(title, protect="whole"))["title"] == "{{DNA of Socks}}"
    assert fields(encode(title, protect="none"))["title"] == "{DNA of Socks}"


def test_option_ascii() -> None:
    record = Record(title="Élan", author=(Name(family="Núñez", given="Inés"),))
    assert "É" in encode(record)
    text = encode(record, ascii=True)
    assert text.isascii()
    assert "N" in fields(text)["author"]


def test_options_that_leave_out() -> None:
    said = fields(encode(PREPRINT, abstract=False, keywords=False))
    assert "abstract" not in said
    assert "keywords" not in said


def test_options_are_converted_from_text() -> None:
    options = {"preprint": "article", "portable": "true", "ascii": "1", "protect": "none"}
    assert configure(BibTeX(), options) == BibTeX(
        preprint="article", portable=True, ascii=True, protect="none"
    )


HOSTILE = (
    "}@misc{x, title = {y}}",
    "\\input{/etc/passwd}",
    "\\write18{rm -rf .}",
    "$\\catcode`\\%=12$",
    "^^5cinput ^^7b",
    "100% #1 ~ & _",
    "{{{{",
    "}}}}",
    "\\",
    '" # jan # "',
    "@string{a = b}",
    "\ud800\x00\x1b",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_value_can_leave_its_braces(text: str) -> None:
    name = Name(family=text, given=text, particle=text, suffix=text)
    record = Record(
        type=text,
        title=text,
        author=(name, Name(literal=text)),
        eprint=Eprint(archive=text, id=text, primary_class=text),
        doi=text,
        url=text,
        abstract=text,
        keywords=(text,),
        note=text,
        other_ids=(text,),
    )
    written = encode(record)
    depth = 0
    for at, char in enumerate(written):
        depth += (char == "{") - (char == "}")
        assert depth > 0 or at < len("@misc") or at >= len(written) - 2
    assert "\\input" not in written
    assert "\\write" not in written
    assert "\\catcode" not in written
