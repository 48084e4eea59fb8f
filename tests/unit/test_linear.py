"""What is twice as much takes twice as long: each of these took minutes when it was quadratic."""

import io
import time

from paperexport.bibdocument import Document
from paperexport.bibedit import Edits
from paperexport.bibmerge import pattern_of
from paperexport.dedupe import clusters
from paperexport.entry import Entry
from paperexport.record import Name, PartialDate, Record
from paperexport.sources.ris import Ris


def test_many_entries_are_added_to_a_large_file() -> None:
    text = "".join(f"@misc{{key{n},\n  title = {{Socks {n}}},\n}}\n\n" for n in range(20_000))
    edits = Edits(Document(text.encode()))
    start = time.process_time()
    for number in range(2_000):
        edits.add_entry(f"@misc{{new{number},\n  title = {{Gloves}},\n}}\n")
    data = edits.apply()
    assert time.process_time() - start < 2
    assert data.startswith(text.encode())
    assert data.endswith(b"}\n\n@misc{new1999,\n  title = {Gloves},\n}\n")


def test_one_work_under_many_identifiers() -> None:
    # Each shares title and author with the first, and has an identifier that no other has.
    records = [
        Record(
            title="Socks",
            author=(Name(literal="Ada"),),
            issued=PartialDate(year=2024),
            other_ids=(f"scheme{number}:1",),
        )
        for number in range(20_000)
    ]
    start = time.process_time()
    assert clusters(records) == [list(range(20_000))]
    assert time.process_time() - start < 5


def test_a_value_of_many_lines() -> None:
    lines = "sock and glove\n" * 200_000
    data = f"TY  - JOUR\nAB  - {lines}ER  - \n".encode()
    start = time.process_time()
    (entry,) = Ris().read(io.BytesIO(data), "-")
    assert time.process_time() - start < 5
    assert isinstance(entry, Entry)
    assert entry.fields["abstract"] == lines.replace("\n", " ").strip()


def test_the_pattern_of_a_large_file_is_told_from_a_part_of_it() -> None:
    record = Record(
        title="Notes", author=(Name(family="Lovelace", given="A"),), issued=PartialDate(year=1843)
    )
    for count in (3, 999, 1_000, 1_001, 50_000):
        start = time.process_time()
        pattern = pattern_of(["Lovelace1843"] * count, [record] * count)
        assert time.process_time() - start < 2
        assert pattern is not None
        assert pattern.formula == "auth + year"
