"""A record is an item and back; zotero-json keeps the contract of exporters."""

import json
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import assume, given
from paperexport_zotero import extra, schema
from paperexport_zotero.exporter import ZoteroJson
from paperexport_zotero.mapping import to_entry, to_item

from paperexport import Eprint, Name, PartialDate, Record, entry_of, normalize
from paperexport.testing import COMPLETE, TYPES, ExporterContract, records

PREPRINT = Record(
    type="article",
    title="Sorting Socks",
    author=(Name(family="Beethoven", given="Ludwig", particle="van"), Name(literal="The Team")),
    issued=PartialDate(year=2024, month=1, day=17),
    doi="10.48550/arXiv.2401.09042",
    eprint=Eprint(archive="arxiv", id="2401.09042", version=2, primary_class="cs.LG"),
    url="https://arxiv.org/abs/2401.09042",
    abstract="One.\n\nTwo.",
    keywords=("socks",),
)


class TestContract(ExporterContract):
    exporter = ZoteroJson()


class TestContractOfAnOlderServer(ExporterContract):
    exporter = ZoteroJson(native_key=False)


def back(item: dict[str, Any]) -> Record:
    return normalize(to_entry(item)).record


def known(record: Record) -> Record:
    """The record without what OMITS declares."""
    changes: dict[str, Any] = {"custom": {}}
    for field in ("author", "editor", "translator", "collection_editor"):
        changes[field] = tuple(
            Name(
                family=n.family,
                given=n.given,
                particle=n.particle,
                suffix=n.suffix,
                literal=n.literal,
            )
            for n in getattr(record, field)
        )
    return record.replace(**changes)


@given(records())
def test_what_goes_in_comes_out(record: Record) -> None:
    assume(normalize(entry_of(record)).record == record)
    mapped = to_item(record, "key1")
    assert mapped.problems == ()
    assert back(mapped.data) == known(record)
    assert normalize(to_entry(mapped.data)).key == "key1"


@pytest.mark.parametrize("kind", TYPES)
def test_a_full_record_of_each_type_comes_back(kind: str) -> None:
    # `status` of most types is a line; a preprint's own repository and number go before it.
    record = normalize(to_entry(to_item(COMPLETE.replace(type=kind), "k").data)).record
    assert record == known(COMPLETE.replace(type=kind)).replace(
        genre="" if kind == "article" else COMPLETE.genre
    )


def test_a_preprint_is_as_zoteros_translator_writes_it() -> None:
    assert to_item(PREPRINT, "beethoven2024").data == {
        "itemType": "preprint",
        "libraryCatalog": "arXiv.org",
        "title": "Sorting Socks",
        "DOI": "10.48550/arXiv.2401.09042",
        "url": "https://arxiv.org/abs/2401.09042",
        "abstractNote": "One.\n\nTwo.",
        "date": "2024-01-17",
        "repository": "arXiv",
        "archiveID": "arXiv:2401.09042",
        "citationKey": "beethoven2024",
        "extra": "arXiv:2401.09042 [cs.LG]\nversion: 2",
        "creators": [
            {"creatorType": "author", "firstName": "Ludwig", "lastName": "van Beethoven"},
            {"creatorType": "author", "name": "The Team"},
        ],
        "tags": [{"tag": "socks", "type": 1}],
    }


@pytest.mark.parametrize("kind", [*TYPES, "review", "figure", "post", "hearing", "nonsense"])
def test_each_type_holds_only_fields_that_it_has(kind: str) -> None:
    item = to_item(COMPLETE.replace(type=kind), "k").data
    fields = set(item) - {"itemType", "creators", "tags"}
    assert fields <= set(schema.fields(item["itemType"]))
    assert {c["creatorType"] for c in item["creators"]} <= set(schema.creators(item["itemType"]))


def test_what_is_too_long_is_cut_and_said() -> None:
    record = Record(
        title="t" * 70_000, author=(Name(literal="n" * 300),), keywords=("k" * 256, "short")
    )
    mapped = to_item(record)
    assert len(mapped.data["title"].encode()) <= 65_535
    assert len(mapped.data["creators"][0]["name"]) == 255
    assert mapped.data["tags"] == [{"tag": "short", "type": 1}]
    assert sorted(p.field for p in mapped.problems) == ["creators", "tags", "title"]


@pytest.mark.parametrize(
    ("note", "lines"),
    [
        ("plain", ()),
        ("version: 3", ()),
        ("one\n\narXiv:2401.09042", ("version: 2",)),
        ("Note: x", ()),
        ("Note: x", ("version: 2",)),
    ],
)
def test_a_note_stays_a_note(note: str, lines: tuple[str, ...]) -> None:
    found, rest = extra.read(extra.written(lines, note))
    assert rest == note
    assert len(found) == len(lines)


@pytest.mark.parametrize(
    ("base", "now", "want", "result"),
    [
        ("", "", "version: 1", "version: 1"),
        ("version: 1", "version: 1", "version: 2", "version: 2"),
        ("version: 1", "version: 1\nmine", "version: 2", "version: 2\nmine"),
        ("version: 1", "mine\nversion: 1", "version: 2", "mine\nversion: 2"),
        ("version: 1", "mine", "version: 2", "mine"),
        ("version: 1", "version: 7", "version: 2", "version: 7"),
        ("version: 1", "version: 1\nmine", "PMID: 5", "PMID: 5\nmine"),
        ("", "tex.x: y", "version: 2", "version: 2\ntex.x: y"),
        ("", "version: 9", "version: 2\nPMID: 5", "version: 9\nPMID: 5"),
        ("a note", "a note\nmine", "another note", "mine\nanother note"),
    ],
)
def test_extra_is_merged_line_by_line(base: str, now: str, want: str, result: str) -> None:
    assert extra.merged(base, now, want) == result


OURS = st.lists(
    st.sampled_from(
        [f"{label}: {n}" for label in ("version", "PMID", "genre") for n in range(3)]
        + ["arXiv:2401.09042", "arXiv:2401.09042 [cs.LG]", "a note"]
    ),
    unique_by=lambda line: extra.label_of(line) or line,
    max_size=4,
)
THEIRS = st.lists(st.sampled_from(["mine", "tex.x: y", "status: read", "", "b"]), max_size=4)


@given(OURS, OURS, THEIRS, st.data())
def test_lines_of_others_stay_in_order(
    old: list[str], new: list[str], theirs: list[str], data: st.DataObject
) -> None:
    left = data.draw(st.permutations([line for line in old if data.draw(st.booleans())]))
    now = list(theirs)
    for line in left:
        now.insert(data.draw(st.integers(0, len(now))), line)
    base, want = "\n".join(old), "\n".join(new)
    made = extra.merged(base, "\n".join(now), want)
    kept = [line for line in made.split("\n") if line in theirs and line]
    assert kept == [line for line in theirs if line]
    taken = set(old) - set(left)
    assert not [line for line in made.split("\n") if line in taken]
    assert extra.merged(want, made, want) == made


def test_items_of_others_are_read() -> None:
    item = {
        "key": "ABCD2345",
        "itemType": "bookSection",
        "title": "A Chapter",
        "bookTitle": "The Book",
        "creators": [
            {"creatorType": "author", "firstName": "Hal, III", "lastName": "Daumé"},
            {"creatorType": "bookAuthor", "firstName": "Ada", "lastName": "Lovelace"},
        ],
        "date": "May 2024",
        "callNumber": "QA 76",
        "extra": "tex.keywords: x\nCitation Key: daume2024\nPMID: 123\nread this",
        "tags": [{"tag": "b"}, {"tag": "a", "type": 1}],
    }
    found = normalize(to_entry(item))
    record = found.record
    assert found.key == "daume2024"
    assert record.type == "chapter"
    assert record.author == (Name(family="Daumé", given="Hal", suffix="III"),)
    assert record.container_title == "The Book"
    assert record.issued == PartialDate(year=2024, month=5)
    assert record.pmid == "123"
    assert record.note == "tex.keywords: x\n\nread this"
    assert record.custom == {"book_author": ("Ada Lovelace",), "call_number": "QA 76"}
    assert record.origins["title"].locator == "zotero://select/library/items/ABCD2345"


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("The <i>E. coli</i> genome", "The E. coli genome"),
        ("H<sub>2</sub>O and x<sup>2</sup>, <b>bold</b>", "H2O and x2, bold"),
        ('On <span class="nocase">pH</span>', "On pH"),
        ('<span style="font-variant:small-caps;">Nasa</span>', "Nasa"),
        ("<i>in <b>two</b> ways</i>", "in two ways"),
        ("If x < y and y > z", "If x < y and y > z"),
        ("<i>left open", "<i>left open"),
        ("<title> in <code>HTML</code>", "<title> in <code>HTML</code>"),
    ],
)
def test_rich_text_is_read_as_text(title: str, read: str) -> None:
    item = {"itemType": "bookSection", "title": title, "bookTitle": title, "shortTitle": title}
    item["extra"] = f"event-title: {title}"
    record = back(item)
    assert (record.title, record.container_title, record.title_short) == (read, read, read)
    assert record.event_title == read


def test_white_space_is_no_value() -> None:
    """A line without one would come back otherwise than it was sent: the server trims."""
    assert to_item(Record(title="t", type="document", page="\u00a0")).data == {
        "itemType": "document",
        "title": "t",
    }


def test_json_is_json() -> None:
    assert json.loads(ZoteroJson().encode("k", COMPLETE))["citationKey"] == "k"


def test_a_type_and_a_field_of_a_newer_schema() -> None:
    """They are read by the names of the base fields; what has no place is kept apart."""
    poster = {
        "key": "ABCD2345",
        "itemType": "poster",
        "title": "Socks on a wall",
        "creators": [{"creatorType": "author", "lastName": "Weaver", "firstName": "Ada"}],
        "date": "2031",
        "publisher": "Laundry",
        "wallNumber": "4",
        "relations": {},
        "deleted": 1,
    }
    record = back(poster)
    assert (record.title, record.publisher) == ("Socks on a wall", "Laundry")
    assert record.author == (Name(family="Weaver", given="Ada"),)
    assert record.issued == PartialDate(year=2031)
    assert record.custom == {"wall_number": "4"}
    assert back({"itemType": "book", "title": "t", "wallNumber": "4"}).custom == {
        "wall_number": "4"
    }


def test_rich_text_is_looked_at_so_often_and_no_more() -> None:
    """Each element inside another costs a look at all of the title."""
    nested = "<i>" * 10_000 + "x" + "</i>" * 10_000
    title = to_entry({"itemType": "book", "title": nested}).fields["title"]
    assert title == "<i>" * 9_984 + "x" + "</i>" * 9_984
