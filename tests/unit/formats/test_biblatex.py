"""BibLaTeX, entry by entry."""

import re
from textwrap import dedent
from typing import Any

import pytest

from paperexport.formats.biblatex import LANGIDS, MODEL, BibLaTeX
from paperexport.formats.entrytypes import TYPES
from paperexport.record import Eprint, Name, PartialDate, Record
from paperexport.testing.examples import COMPLETE

PREPRINT = Record(
    title="Sorting Socks with DNA in $O(n)$",
    author=(Name(family="Berg", given="Ana", particle="van der"), Name(literal="Sock Team")),
    incomplete=("author",),
    issued=PartialDate(year=2024, month=1, day=16),
    eprint=Eprint(archive="arxiv", id="2401.09042", version=2, primary_class="cs.LG"),
    doi="10.48550/arXiv.2401.09042",
    url="https://arxiv.org/abs/2401.09042",
    code_url="https://github.com/example/sock_sort",
    abstract="Half of it: 50%.",
    keywords=("socks", "sorting, stable"),
    language="en-GB",
)


def encode(record: Record, **options: Any) -> str:
    return BibLaTeX(**options).encode("key", record)


def fields(text: str) -> dict[str, str]:
    """``name → value`` of an entry that has each field on a line of its own."""
    return dict(re.findall(r"^  (\w+) = \{(.*?)\},?$", text, re.MULTILINE))


def test_a_preprint() -> None:
    assert encode(PREPRINT) == dedent(
        """\
        @online{key,
          title = {Sorting Socks with {DNA} in {$O(n)$}},
          author = {van der Berg, Ana and {Sock Team} and others},
          date = {2024-01-16},
          eprint = {2401.09042},
          eprinttype = {arxiv},
          eprintclass = {cs.LG},
          version = {2},
          doi = {10.48550/arXiv.2401.09042},
          url = {https://arxiv.org/abs/2401.09042},
          abstract = {Half of it: 50\\%.},
          keywords = {socks, {sorting, stable}},
          langid = {british},
          pubstate = {prepublished},
          annotation = {code-url: https://github.com/example/sock\\_sort}
        }
        """
    )


def test_a_journal_article() -> None:
    record = Record(
        type="article-journal",
        title="Socks",
        author=(Name(family="Rao", given="Ashish"),),
        issued=PartialDate(year=2017, month=3),
        container_title="Journal of Laundry",
        container_title_short="J. Laundry",
        publisher="Wardrobe Press",
        volume="7",
        issue="3",
        page="12-34",
        issn="1234-5679",
        eprint=Eprint(archive="arxiv", id="1706.03762", version=3),
    )
    assert encode(record) == dedent(
        """\
        @article{key,
          title = {Socks},
          author = {Rao, Ashish},
          date = {2017-03},
          journaltitle = {Journal of Laundry},
          shortjournal = {J. Laundry},
          volume = {7},
          number = {3},
          pages = {12--34},
          eprint = {1706.03762},
          eprinttype = {arxiv},
          issn = {1234-5679},
          annotation = {publisher: Wardrobe Press
        eprint-version: 3}
        }
        """
    )


def test_nothing_known() -> None:
    assert encode(Record()) == "@online{key,\n  pubstate = {prepublished}\n}\n"


@pytest.mark.parametrize("kind", TYPES)
def test_every_field_is_in_the_data_model(kind: str) -> None:
    for record in (COMPLETE, COMPLETE.replace(author=()), COMPLETE.replace(editor=())):
        text = encode(record.replace(type=kind))
        entry_type = re.match(r"@(\w+)", text)
        assert entry_type is not None
        assert set(fields(text)) <= MODEL[entry_type[1]]


def test_kinds_that_editors_decide() -> None:
    ana, bo = (Name(literal="A"),), (Name(literal="B"),)
    assert encode(Record(type="book", author=ana, editor=bo)).startswith("@book{")
    assert encode(Record(type="book", editor=bo)).startswith("@collection{")
    # @incollection requires an editor, @inbook does not (2.1.1).
    assert encode(Record(type="chapter", author=ana, editor=bo)).startswith("@incollection{")
    assert encode(Record(type="chapter", author=ana)).startswith("@inbook{")


def test_a_type_that_shares_an_entry_type_says_so() -> None:
    assert fields(encode(Record(type="webpage")))["entrysubtype"] == "webpage"
    assert "pubstate" not in fields(encode(Record(type="webpage")))
    assert fields(encode(Record(type="article-newspaper")))["entrysubtype"] == "newspaper"
    for kind in ("chapter", "book", "article", "article-journal", "dataset", "software"):
        assert "entrysubtype" not in fields(encode(Record(type=kind))), kind


STATES = {
    "in press": "inpress",
    "submitted": "submitted",
    "withdrawn": "withdrawn",
    "": "prepublished",
}


@pytest.mark.parametrize(("status", "pubstate"), STATES.items())
def test_pubstate(status: str, pubstate: str) -> None:
    assert fields(encode(PREPRINT.replace(status=status)))["pubstate"] == pubstate


def test_genre() -> None:
    thesis = Record(type="thesis", genre="PhD thesis", publisher="Sock University")
    assert fields(encode(thesis)) == {"type": "phdthesis", "institution": "Sock University"}
    assert fields(encode(thesis.replace(genre="Habilitation")))["type"] == "Habilitation"


DATES = {
    "2024": PartialDate(year=2024),
    "2024-05": PartialDate(year=2024, month=5),
    "-0044-03-15": PartialDate(year=-44, month=3, day=15),
    "2023-12/2024-01": PartialDate(year=2023, month=12, end=PartialDate(year=2024, month=1)),
}


@pytest.mark.parametrize(("text", "date"), DATES.items())
def test_dates_are_edtf(text: str, date: PartialDate) -> None:
    assert fields(encode(Record(type="book", issued=date, accessed=date, original_date=date))) == {
        "date": text,
        "urldate": text,
        "origdate": text,
    }


def test_one_number_for_each_type() -> None:
    record = Record(issue="3", number="TR-17", collection_number="42")
    numbers = {"article-journal": "3", "report": "TR-17", "book": "42", "paper-conference": "42"}
    for kind, number in numbers.items():
        text = encode(record.replace(type=kind))
        assert fields(text)["number"] == number
        assert len(re.findall(r"(?:issue|number): ", text)) == 2, "the others are in annotation"


def test_languages() -> None:
    assert len(set(LANGIDS.values())) == len(LANGIDS)
    assert fields(encode(Record(type="book", language="fr")))["langid"] == "french"
    assert fields(encode(Record(type="book", language="tlh")))["annotation"] == "language: tlh"


def test_only_the_first_isbn_is_a_field() -> None:
    said = encode(Record(type="book", isbn="9783161484100 9780306406157"))
    assert fields(said) == {"isbn": "9783161484100", "annotation": "isbn: 9780306406157"}
    assert fields(encode(Record(type="book", isbn=" "))) == {}


def test_options() -> None:
    assert fields(encode(PREPRINT, protect="none"))["title"].startswith("Sorting Socks with DNA")
    assert "abstract" not in fields(encode(PREPRINT, abstract=False))
    assert "keywords" not in fields(encode(PREPRINT, keywords=False))
    assert encode(Record(title="É"), ascii=True).isascii()
