"""Records of RIS that once were read wrong, or broke the reader."""

import io
import time
from typing import Any

import pytest

from paperexport.entry import Entry
from paperexport.normalization import normalize
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
