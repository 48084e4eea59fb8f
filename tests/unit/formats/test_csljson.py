"""CSL-JSON, item by item."""

import json
from typing import Any

import pytest

import shared
from paperexport import Normalized, read
from paperexport.formats.csljson import CslJson
from paperexport.formats.entrytypes import TYPES
from paperexport.record import Eprint, Name, PartialDate, Record
from paperexport.testing.examples import COMPLETE

PREPRINT = Record(
    title="Sorting Socks",
    author=(Name(family="Berg", given="Ana", particle="van der", suffix="Jr."),),
    issued=PartialDate(year=2024, month=1, day=16),
    eprint=Eprint(archive="arxiv", id="2401.09042", version=2, primary_class="cs.LG"),
    doi="10.48550/arXiv.2401.09042",
    url="https://arxiv.org/abs/2401.09042",
)


def item(record: Record, **options: Any) -> Any:
    return json.loads(CslJson(**options).encode("key", record))


def test_a_preprint() -> None:
    assert item(PREPRINT) == {
        "id": "key",
        "citation-key": "key",
        "type": "article",
        "title": "Sorting Socks",
        "DOI": "10.48550/arXiv.2401.09042",
        "URL": "https://arxiv.org/abs/2401.09042",
        "author": [
            {
                "family": "Berg",
                "given": "Ana",
                "non-dropping-particle": "van der",
                "suffix": "Jr.",
            }
        ],
        "issued": {"date-parts": [[2024, 1, 16]]},
        "genre": "Preprint",
        "publisher": "arXiv",
        "number": "arXiv:2401.09042",
        "version": "2",
        "custom": {
            "eprint": {
                "archive": "arxiv",
                "id": "2401.09042",
                "version": 2,
                "primary_class": "cs.LG",
            },
            "implied": ["genre", "publisher", "number"],
        },
    }


def test_what_the_record_says_is_not_implied() -> None:
    said = item(PREPRINT.replace(publisher="Drawer", number="7", genre="Essay"))
    assert (said["publisher"], said["number"], said["genre"]) == ("Drawer", "7", "Essay")
    assert "implied" not in said["custom"]


def test_a_published_paper_keeps_its_eprint_apart() -> None:
    said = item(PREPRINT.replace(type="article-journal"))
    assert not {"genre", "publisher", "number", "version", "archive"} & set(said)
    assert said["custom"]["eprint"]["id"] == "2401.09042"


def test_no_archive_fields() -> None:
    assert not {"archive", "archive_location"} & set(item(COMPLETE.replace(type="article")))


def test_option_names() -> None:
    assert item(PREPRINT, names="joined")["author"] == [
        {"family": "van der Berg", "given": "Ana, Jr."}
    ]


def test_teams_are_literal() -> None:
    assert item(Record(author=(Name(literal="Qwen Team"),)))["author"] == [{"literal": "Qwen Team"}]


@pytest.mark.parametrize(
    ("date", "parts"),
    [
        (PartialDate(year=2024), [[2024]]),
        (PartialDate(year=-44, month=3), [[-44, 3]]),
        (
            PartialDate(year=2024, month=4, day=2, end=PartialDate(year=2024, month=5)),
            [[2024, 4, 2], [2024, 5]],
        ),
    ],
)
def test_dates(date: PartialDate, parts: list[list[int]]) -> None:
    assert item(Record(issued=date))["issued"] == {"date-parts": parts}


def test_keywords_with_commas_are_kept_whole() -> None:
    assert item(Record(keywords=("a", "b"))) == {
        "id": "key",
        "citation-key": "key",
        "type": "article",
        "keyword": "a, b",
    }
    said = item(Record(keywords=("a", "b, c")))
    assert said["keyword"] == "a, b, c"
    assert said["custom"] == {"keywords": ["a", "b, c"]}


def test_what_csl_lacks_is_custom() -> None:
    assert item(COMPLETE)["custom"] == {
        "keywords": ["socks", "sorting, stable"],
        "eprint": {"archive": "arxiv", "id": "2401.09042", "version": 2, "primary_class": "cs.LG"},
        "orcid": {"author": ["0000-0002-1825-0097", "", ""]},
        "incomplete": ["author"],
        "other_ids": ["acl:2021.naacl-main.208", "openreview:aBcD_123"],
        "pdf_url": "https://example.org/socks.pdf",
        "code_url": "https://github.com/example/socks",
        "license": "CC-BY-4.0",
        "custom": {"ai_keywords": ["laundry", "entropy"], "upvotes": "17"},
    }


def test_unknown_types_are_documents() -> None:
    said = item(Record(type="zine"))
    assert said["type"] == "document"
    assert said["custom"] == {"type": "zine"}


def test_text_that_utf8_cannot_hold() -> None:
    said = item(Record(title="a\ud800b", author=(Name(literal="\udfff"),)))
    assert said["title"] == "a\ufffdb"
    assert said["author"] == [{"literal": "\ufffd"}]


@pytest.mark.parametrize("kind", [*TYPES, "nonsense"])
def test_the_schema_admits_it(kind: str) -> None:
    fastjsonschema = pytest.importorskip("fastjsonschema")
    schema = json.loads(shared.path("csl-data.schema.json").read_text("utf-8"))
    validate = fastjsonschema.compile(schema)
    validate([item(COMPLETE.replace(type=kind)), item(Record(type=kind)), item(PREPRINT)])


def test_a_frame_makes_an_array() -> None:
    frame = CslJson().frame
    assert json.loads(frame.head + frame.tail) == []
    two = frame.separator.join(CslJson().encode(key, PREPRINT) for key in "ab")
    assert [one["id"] for one in json.loads(frame.head + two + frame.tail)] == ["a", "b"]


def test_what_other_items_say_goes_on_under_its_name() -> None:
    """CSL has variables that a record has no field for; they are no loss on the way through."""
    item = {"id": "k", "type": "book", "title": "T", "source": "BioOne", "call-number": "JF11",
            "archive-place": "Kbh", "archive_location": "MSS 191", "section": "456"}  # fmt: skip
    (found,) = read(json.dumps([item]).encode(), source_name="csljson")
    assert isinstance(found, Normalized)
    said = json.loads(CslJson().encode("k", found.record))
    assert said == {**item, "citation-key": "k"}
    kept = json.loads(CslJson().encode("k", Record(custom={"section": ("a", "b"), "mine": "x"})))
    assert kept["custom"] == {"custom": {"mine": "x", "section": ["a", "b"]}}
