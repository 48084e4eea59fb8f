"""RIS that is read at a stroke says what it says read with care."""

import io
import re
from collections import defaultdict

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from paperexport.diagnostics import Diagnostic
from paperexport.entry import Entry
from paperexport.record import Name
from paperexport.sources import ris
from paperexport.sources.ris import Ris

# --- Records --------------------------------------------------------------------------------------

_tag = st.sampled_from(
    "TI AU A1 A2 ED PY DA Y1 Y2 SP EP M3 DO DI N1 N2 AB KW ID U1 C7 SN T2 PB ER TY X ab".split()
)
_between = st.sampled_from(("  - ",) * 20 + ("  -", " - ", "  -x", "  -\t", "   - "))
_said = st.sampled_from(
    ["JOUR", "RPRT", "GEN", "conf", "Smith, J", "Smith,J", "Smith,  J", "van Berg, A", "O, A, Jr.",
     "Qwen Team", "2016", "2016/9/12/x", "/", "12", "10.1000/182", "Preprint", "arxiv", "note: x",
     "arXiv:1701.00001v2 [cs.LG]", "arXiv:hep-th/9901001", "type: book", "isbn: 1",
     "author: X || Y", "a\x0bb", "a\u2028b", "", "  ", " x ", "\ufeff", "TY  - JOUR"]
)  # fmt: skip
_line = st.one_of(
    *[st.tuples(_tag, _between, _said).map("".join)] * 4,
    st.sampled_from(("", "  ", "goes on", "\ufeffTY  - JOUR", "\x0b")),
)
_begins = st.sampled_from(("TY  - JOUR", "TY  - RPRT", "TY  - ", "TY - BOOK", "TY  -", ""))
_ends = st.sampled_from(("ER  - ", "ER  - ", "ER  -", "ER  - x", "ER - ", "ER  -x", ""))
_files = st.lists(
    st.tuples(_begins, st.lists(_line, max_size=6), _ends).map(lambda r: [r[0], *r[1], r[2]]),
    min_size=1,
    max_size=3,
).map(lambda records: [line for record in records for line in record])


def read(text: str) -> list[tuple[int, object]]:
    """The line of each thing that was found, and what it says."""
    return [
        (found.origin.line, found.fields if isinstance(found, Entry) else found.message)
        for found in Ris().read(io.BytesIO(text.encode()), "-")
        if isinstance(found, Entry | Diagnostic)
    ]


@given(_files, st.sampled_from(("\n", "\r\n")))
@example(["TY  - JOUR", "TI  - a", "ER  - x", "ER  - "], "\n")
@example(["TY  - JOUR", "TI  - a", "ER  -x", "ER  -"], "\r\n")
@example(["TY  - JOUR", "TI  - a", "TY  - BOOK", "TI  - b", "ER  - "], "\n")
def test_records_say_the_same(lines: list[str], end: str) -> None:
    # A blank line means nothing, but is no tag and its value.
    careful: list[str] = []
    place = {}
    for number, line in enumerate(lines, 1):
        careful.append(line)
        place[len(careful)] = number
        if line.startswith("TY"):
            careful.append(" ")
    slow = [(place[line], said) for line, said in read(end.join(careful) + end)]
    assert read(end.join(lines) + end) == slow


def test_most_records_are_read_at_a_stroke(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ris, "_TAG", None)  # with care it would be needed
    record = "TY  - JOUR\r\nAU  - Noether, Emmy\r\nU1  - x\r\nER  - \r\n\r\n"
    assert [line for line, _ in read(record * 5000)] == list(range(1, 25_000, 5))


@given(_files, st.lists(st.sampled_from(("\n", "\r\n", "\r")), min_size=1))
def test_line_ends_mean_the_same(lines: list[str], ends: list[str]) -> None:
    mixed = "".join(line + ends[at % len(ends)] for at, line in enumerate(lines))
    assert read(mixed) == read(mixed.replace("\r\n", "\n").replace("\r", "\n"))


# --- Values ---------------------------------------------------------------------------------------


def one(*lines: str) -> dict[str, object]:
    return dict(ris.fields(["TY  - JOUR", *lines, "ER  - "], 0)[0])


@given(
    st.lists(
        st.sampled_from([*"Aé-.' ,\t\xa0", "van ", "Noether", ", ", "Jr.", "III"]), max_size=7
    ).map("".join)
)
@example("Noether, \xa0Emmy")
@example("Noether, Emmy, ")
def test_names_say_the_same(printed: str) -> None:
    listed = one(f"AU  - {printed}").get("author", ())
    printed = printed.strip()
    assert listed == ((ris._name(printed),) if printed else ())


def test_a_plain_name_is_told_without_care(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ris, "_name", None)
    assert one("AU  - Noether, Emmy")["author"] == (Name(family="Noether", given="Emmy"),)


@given(st.from_regex(re.compile(ris._ARXIV.pattern, ris._ARXIV.flags), fullmatch=True))
def test_arxiv_citations_say_the_same(note: str) -> None:
    found: dict[str, object] = {}
    ris._notes(found, defaultdict(list), [note])
    assert one(f"N1  - {note}") == {"type": "article-journal", **found}
