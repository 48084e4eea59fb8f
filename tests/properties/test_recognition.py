"""What is written is told by its content, whatever its texts quote."""

import pytest
from hypothesis import given

from paperexport import Record, export
from paperexport.pipeline import recognise
from paperexport.plugins import Registry
from paperexport.testing import records

REGISTRY = Registry(entry_points=False)
SOURCES = {"jsonl": "jsonl", "csljson": "csljson", "bibtex": "bibtex", "biblatex": "bibtex",
           "ris": "ris"}  # fmt: skip


@pytest.mark.parametrize("name", SOURCES)
@given(record=records())
def test_what_we_write_is_recognised(name: str, record: Record) -> None:
    text = export({"key1": record}, name, registry=REGISTRY)
    assert recognise(text.encode(), "-", REGISTRY).name == SOURCES[name]


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize(
    "quoted",
    [
        "TY  - JOUR", "@article{key,", '{"schema":1}', '"type": "article"', "<html>",
        '"publishedAt": 1', '"itemType": "book"', '{"id": "2401.09042"}', "Daily Papers",
        "## [A title](https://arxiv.org/abs/2401.09042)", "Submitted by someone",
    ],
)  # fmt: skip
def test_a_quoted_beginning_is_none(name: str, quoted: str) -> None:
    record = Record(type="article", title="On files", abstract=f"See:\n\n{quoted}\n\nand more.")
    text = export({"key1": record}, name, registry=REGISTRY)
    assert recognise(text.encode(), "-", REGISTRY).name == SOURCES[name]
