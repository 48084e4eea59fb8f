"""Entries that a person has deleted from a hand-kept .bib file, or given another key."""

import re

import pytest

from paperexport.bibdocument import Document
from paperexport.bibmerge import Merged, dialect, merge, summary
from paperexport.bibverify import verify
from paperexport.citekeys import DEFAULT, Pattern
from paperexport.plugins import Registry
from paperexport.record import Eprint, Name, PartialDate, Record

KEPT = b"""\
% by hand
@article{turing1950, author={Turing, A. M.}, title={Computing}, year=1950, journal={Mind}}
"""
EMMY = (Name(family="Noether", given="Emmy"),)
NOTES = Record(
    type="article-journal",
    title="New Notes",
    author=EMMY,
    issued=PartialDate(year=1921),
    container_title="Annalen",
)
SUMS = NOTES.replace(title="Invariant Sums", doi="10.1000/s")
RECORDS = [
    SUMS,
    NOTES,
    NOTES.replace(author=(), editor=EMMY, type="book", container_title=""),
    NOTES.replace(issued=None),
    Record(type="article", title="Only a Title", abstract="And an abstract."),
    Record(type="webpage", title="A Page", url="https://example.org/a"),
    Record(type="article-journal", title="", author=EMMY, container_title="Annalen"),
    Record(type="article", title="T", eprint=Eprint(archive="arxiv", id="2401.09042")),
    Record(title="", doi="10.1000/182"),
]
IDS = ["DOI", "journal", "editor", "no year", "a title alone", "page", "no title", "arXiv", "only"]
REGISTRY = Registry(entry_points=False)


def run(data: bytes, *records: Record, again: bool = False, **options: object) -> Merged:
    document = Document(data, "refs.bib")
    pairs = [(f"x{number}", record) for number, record in enumerate(records)]
    exporter = REGISTRY.exporter(dialect(document))
    pattern = Pattern.parse(DEFAULT)
    merged = merge(document, pairs, exporter, again=again, pattern=pattern, **options)
    verify(document, merged.data, merged.touched)
    return merged


def keys(data: bytes) -> list[str]:
    return [block.key for block in Document(data).entries]


def without(merged: Merged, key: str) -> bytes:
    """The file without an entry, as a person leaves it."""
    document = Document(merged.data)
    (block,) = (block for block in document.entries if block.key == key)
    return (document.text[: block.start] + document.text[block.end :]).encode()


@pytest.mark.parametrize("record", RECORDS, ids=IDS)
def test_what_was_deleted_stays_so_until_it_is_asked_for_again(record: Record) -> None:
    first = run(KEPT, record)
    (key,) = first.touched
    cut = without(first, key)
    second = run(cut, record, memory=first.memory)
    third = run(second.data, record, memory=second.memory)
    for merged in (second, third):
        assert merged.data == cut
        assert summary(merged.changes) == "nothing to do, 1 left out"
        (told,) = merged.diagnostics
        assert (told.code, told.severity) == ("entry-left", "info")
        assert key in told.message
        assert "--again" in told.hint
    back = run(cut, record, memory=third.memory, again=True)
    assert keys(back.data) == ["turing1950", key]
    assert summary(back.changes) == "1 added"
    assert run(back.data, record, memory=back.memory).data == back.data
    gone = without(back, key)
    assert run(gone, record, memory=back.memory).data == gone


def test_one_that_is_deleted_keeps_the_others_from_nothing() -> None:
    first = run(KEPT, SUMS, NOTES)
    cut = without(first, "noether1921invariant")
    other = NOTES.replace(title="Third Notes")
    second = run(cut, SUMS, NOTES.replace(volume="83"), other, memory=first.memory)
    assert keys(second.data) == ["turing1950", "noether1921new", "noether1921third"]
    assert b"volume = {83}" in second.data
    assert summary(second.changes) == "1 added, 1 changed, 1 left out"


def test_an_entry_of_a_persons_own_is_left_out_once_a_field_was_filled() -> None:
    kept = KEPT + b"@misc{n, title={New Notes}, author={Noether, E.}, year=1921}\n"
    filled = run(kept, NOTES.replace(url="https://example.org/n"))
    assert b"url" in filled.data
    assert b"turing" in (cut := without(filled, "n"))
    assert run(cut, NOTES, memory=filled.memory).data == cut


def test_an_entry_that_comes_back_is_ours_again() -> None:
    first = run(KEPT, SUMS)
    left = run(without(first, "noether1921invariant"), SUMS, memory=first.memory)
    better = run(first.data, SUMS.replace(container_title="Annals"), memory=left.memory)
    assert better.data == first.data.replace(b"{Annalen}", b"{Annals}")


@pytest.mark.parametrize(
    "put_out",
    [
        lambda entry: entry.replace("@article", "@comment"),
        lambda entry: "".join(f"% {line}\n" for line in entry.splitlines()),
        lambda entry: entry.replace("@article", "article"),
    ],
    ids=["@comment", "%", "no @"],
)
def test_what_is_commented_out_is_deleted(put_out: object) -> None:
    first = run(KEPT, SUMS)
    document = Document(first.data)
    block = document.entries[-1]
    edited = (document.text[: block.start] + put_out(document.text[block.start :])).encode()
    merged = run(edited, SUMS, memory=first.memory)
    assert merged.data == edited
    assert [d.code for d in merged.diagnostics] == ["entry-left"]


def test_two_entries_that_a_person_made_one() -> None:
    preprint = SUMS.replace(type="article", doi="", issued=PartialDate(year=1920),
                            eprint=Eprint(archive="arxiv", id="2401.09042"))  # fmt: skip
    published = SUMS.replace(eprint=preprint.eprint)
    first = run(KEPT, preprint, published, apart=True)
    assert len(first.touched) == 2
    for key in first.touched:
        one = without(first, key)
        merged = run(one, preprint, published, memory=first.memory, apart=True)
        assert merged.data == one
        assert [d.code for d in merged.diagnostics] == ["entry-left"]
    # A version that never was there was not deleted.
    alone = run(KEPT, preprint)
    cut = without(alone, *alone.touched)
    assert len(keys(run(cut, published, memory=alone.memory, apart=True).data)) == 2


def test_the_key_of_what_was_deleted_is_given_to_no_other_paper() -> None:
    first = run(KEPT, NOTES)
    cut = without(first, "noether1921new")
    other = NOTES.replace(title="New Sums", issued=NOTES.issued)
    second = run(cut, other, memory=first.memory)
    assert keys(second.data) == ["turing1950", "noether1921newa"]
    third = run(second.data, NOTES, other, memory=second.memory)
    assert third.data == second.data


@pytest.mark.parametrize(
    "record",
    [NOTES, SUMS, RECORDS[2], RECORDS[2].replace(isbn="9783161484100"), RECORDS[4]],
    ids=["no identifier", "DOI", "editor", "ISBN", "a title alone"],
)
def test_a_person_gives_the_key_to_another_paper(record: Record) -> None:
    first = run(KEPT, record)
    (key,) = first.touched
    mine = f"@article{{{key}, title={{On Groups}}, author={{Abel, N.}}, year=1826}}\n"
    edited = without(first, key) + mine.encode()
    groups = NOTES.replace(title="On Groups", author=(Name(family="Abel", given="N."),),
                           issued=PartialDate(year=1826))  # fmt: skip
    second = run(edited, groups, record, memory=first.memory)
    assert second.data == edited.replace(b"year=1826}", b"year=1826, journal={Annalen}}")
    third = run(second.data, groups, record, memory=second.memory)
    assert third.data == second.data
    assert [d.code for d in third.diagnostics] == ["entry-left"]
    # It comes back beside that one.
    back = run(third.data, record, memory=third.memory, again=True)
    assert back.data.startswith(third.data)
    assert len(keys(back.data)) == 3


def test_chapters_with_the_doi_of_their_book() -> None:
    one, two = (
        NOTES.replace(type="chapter", title=title, container_title="A Book", doi="10.1000/b")
        for title in ("Rings", "Fields")
    )
    first = run(KEPT, one, two)
    assert len(first.touched) == 2
    cut = without(first, first.touched[1])
    second = run(cut, one, two, memory=first.memory)
    assert second.data == cut
    assert [d.message for d in second.diagnostics] == [
        f"{first.touched[1]} ('Fields') is left out: that entry is gone from the file"
    ]
    back = run(cut, one, two, memory=second.memory, again=True)
    assert keys(back.data) == keys(first.data)


def test_what_is_remembered_of_deleted_entries_has_an_end() -> None:
    records = [NOTES.replace(title=f"Note {number}") for number in range(1_010)]
    first = run(KEPT, *records)
    merged = run(KEPT, SUMS, memory=first.memory)
    assert len(merged.memory) == 1_001
    assert keys(merged.data) == ["turing1950", "noether1921invariant"]
    second = run(merged.data, *records, memory=merged.memory)
    # The oldest are forgotten, and what is added is told.
    assert summary(second.changes) == "10 added, 1000 left out"


def edited(merged: Merged, *changes: tuple[bytes, bytes]) -> bytes:
    data = merged.data
    for old, new in changes:
        assert old in data
        data = data.replace(old, new)
    return data


RENAMED = (b"{noether1921new,", b"{Emmy,")


@pytest.mark.parametrize(
    "changes",
    [
        (RENAMED, (b"{1921}", b"{1922}")),
        (RENAMED, (b"  year = {1921},\n", b"")),
        (RENAMED, (b"year = {1921}", b"date = {1922-03}")),
        (RENAMED, (b"{1921}", b"{1922}"), (b"{Annalen}", b"{Annalen},\n  note = {read}")),
        (RENAMED, (b"{1921}", b"{1922}"), (b"{New Notes}", b"{New\n    Notes}")),
    ],
    ids=["year", "no year", "date", "a note", "line"],
)
def test_key_and_year_are_changed_together(changes: tuple[tuple[bytes, bytes], ...]) -> None:
    first = run(KEPT, NOTES)
    data = edited(first, *changes)
    second = run(data, NOTES.replace(volume="83"), memory=first.memory)
    assert second.data != data
    assert re.sub(rb",\s*volume\s*= \{83\}", b"", second.data) == data
    assert second.diagnostics == ()
    assert run(second.data, NOTES.replace(volume="83"), memory=second.memory).data == second.data


@pytest.mark.parametrize(
    "changes",
    [
        ((b"{1921}", b"{1922}"), (b"{New Notes}", b"{Newer Notes}")),
        ((b"{1921}", b"{1922}"), (b"Noether, Emmy", b"Abel, N.")),
        ((b"{1921}", b"{1922}"), (b"{Annalen}", b"{Crelle}")),
        ((b"{1921}", b"{1922}"), (b"{Annalen}", b"{Annalen},\n  volume = {84}")),
        ((b"{1921}", b"{1922}"), (b"{Annalen}", b"{Annalen},\n  doi = {10.1000/o}")),
        ((b"{1921}", b"{1922}"), (b"@article{Emmy", b"@incollection{Emmy")),
    ],
    ids=["title", "author", "journal", "volume", "DOI", "type"],
)
def test_what_else_differs_may_be_another_work(changes: tuple[tuple[bytes, bytes], ...]) -> None:
    first = run(KEPT, NOTES)
    data = edited(first, RENAMED, *changes)
    second = run(data, NOTES.replace(issue="3"), memory=first.memory)
    # Neither are two works made one, nor does a person get what is deleted, or there, once more.
    assert second.data == data
    assert [d.code for d in second.diagnostics] == ["entry-left"]


def test_an_editorial_of_another_year_is_not_ours() -> None:
    first = run(KEPT, *(NOTES.replace(issued=PartialDate(year=y)) for y in (1919, 1920, 1921)))
    data = edited(first, RENAMED, (b"{1921}", b"{1922}"))
    records = [NOTES.replace(issued=PartialDate(year=y), volume="83") for y in (1921, 1922)]
    second = run(data, *records, memory=first.memory)
    # That of 1922 is there by its title, author and year; which one it was nobody can tell.
    assert [c.key for c in second.changes if c.action == "add"] == ["Emmy"]
    assert [c.key for c in second.changes if c.action == "leave"] == ["noether1921new"]


def test_a_bare_title_is_followed_where_all_is_as_we_wrote_it() -> None:
    bare = Record(type="article", title="Only a Title")
    first = run(KEPT, bare)
    data = edited(first, (b"{only-title,", b"{bare24,"))
    second = run(data, bare.replace(abstract="An abstract."), memory=first.memory)
    assert "bare24" in second.touched
    more = edited(first, (b"{only-title,", b"{bare24,\n  year = {2024},"))
    third = run(more, bare.replace(abstract="An abstract."), memory=first.memory)
    assert third.data == more
    assert [d.code for d in third.diagnostics] == ["entry-left"]
