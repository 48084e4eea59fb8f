"""What is written is read back: each format, every field outside ``omits``."""

from collections.abc import Callable

import pytest
from hypothesis import assume, given

from paperexport import Normalized, entry_of, export, normalize, read
from paperexport.plugins import Registry
from paperexport.record import COMPARED, NAME_FIELDS, Name, Record
from paperexport.testing import COMPLETE, TYPES, records
from risnames import told_apart

REGISTRY = Registry(entry_points=False)
FORMATS = {
    "jsonl": "jsonl",
    "csljson": "csljson",
    "bibtex": "bibtex",
    "biblatex": "bibtex",
    "ris": "ris",
}
WHOLE = normalize(entry_of(COMPLETE)).record


def back(record: Record, name: str) -> Normalized:
    text = export({"key1": record}, name, registry=REGISTRY)
    found = read(text.encode(), source_name=FORMATS[name], registry=REGISTRY)
    whole = [one for one in found if isinstance(one, Normalized)]
    assert len(whole) == 1
    return whole[0]


def without_orcid(names: tuple[Name, ...]) -> tuple[Name, ...]:
    return tuple(Name(family=n.family, given=n.given, particle=n.particle, suffix=n.suffix,
                      literal=n.literal) for n in names)  # fmt: skip


def sayable(record: Record, name: str) -> Record:
    """What a format can say of a record beside whole fields: no ORCID iDs, no paragraphs."""
    if name in ("bibtex", "biblatex", "ris"):
        names = {field: without_orcid(getattr(record, field)) for field in NAME_FIELDS}
        record = record.replace(**names)
    if name == "ris":  # a value is one line
        one_line: Callable[[str], str] = lambda text: " ".join(text.split())  # noqa: E731
        record = record.replace(abstract=one_line(record.abstract), note=one_line(record.note))
    return record


def same(record: Record, name: str) -> None:
    found = back(record, name)
    omits = REGISTRY.exporter(name).omits
    expected = sayable(record, name)
    for field in COMPARED:
        if field not in omits:
            assert getattr(found.record, field) == getattr(expected, field), field
    assert found.key == "key1"


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("kind", [*TYPES, "document"])
def test_a_whole_record_comes_back(name: str, kind: str) -> None:
    genre = "" if kind == "article" else WHOLE.genre
    same(WHOLE.replace(type=kind, genre=genre), name)


@pytest.mark.parametrize("name", FORMATS)
@given(record=records())
def test_any_record_comes_back(name: str, record: Record) -> None:
    # An address where a container stands is read as an address.
    assume("://" not in record.container_title)
    assume(name != "ris" or told_apart(record))
    same(record, name)


@pytest.mark.parametrize("given", [", and", "0, and", "and,", "B,C", "B, Jr."])
@pytest.mark.parametrize("suffix", ["", "Jr."])
def test_a_comma_in_a_given_name(given: str, suffix: str) -> None:
    """Where a translator stands in a line of a note, the comma before a suffix is another one."""
    person = Name(family="A", given=given, suffix=suffix)
    same(normalize(entry_of(Record(title="T", translator=(person,)))).record, "biblatex")
