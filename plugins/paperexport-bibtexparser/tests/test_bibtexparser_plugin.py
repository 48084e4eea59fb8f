"""The plugin keeps the contract, and what goes through bibtexparser comes back."""

import sys
from types import ModuleType

import bibtexparser
import pytest
from bibtexparser.middlewares import SortFieldsAlphabeticallyMiddleware
from hypothesis import assume, given
from paperexport_bibtexparser import BibtexparserExporter, from_library, to_library

from paperexport import Bibliography, Record, Registry, UsageError, export
from paperexport.testing import COMPLETE, ExporterContract, records

REGISTRY = Registry(entry_points=False)


class TestContract(ExporterContract):
    exporter = BibtexparserExporter()


@given(records())
def test_what_goes_in_comes_out(record: Record) -> None:
    # An address where a container stands is read as an address.
    assume("://" not in record.container_title)
    back = from_library(to_library({"key1": record}))
    plain = export({"key1": record}, "bibtex", registry=REGISTRY)
    assert list(back) == ["key1"]
    assert export(back, "bibtex", registry=REGISTRY).split() == plain.split()


def test_middleware_is_applied() -> None:
    library = to_library({"k": COMPLETE}, middleware=[SortFieldsAlphabeticallyMiddleware()])
    names = [field.key for field in library.entries[0].fields]
    assert names == sorted(names)
    text = BibtexparserExporter(sort_fields=True).encode("k", COMPLETE)
    assert bibtexparser.parse_string(text).entries[0].fields[0].key == names[0]


def test_a_stack_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("stack_of_mine")
    module.middleware = lambda: [SortFieldsAlphabeticallyMiddleware()]  # type: ignore[attr-defined]  # a stand-in
    monkeypatch.setitem(sys.modules, "stack_of_mine", module)
    by_name = BibtexparserExporter(middleware="stack_of_mine:middleware").encode("k", COMPLETE)
    assert by_name == BibtexparserExporter(sort_fields=True).encode("k", COMPLETE)
    with pytest.raises(UsageError, match="cannot be imported"):
        BibtexparserExporter(middleware="no_such_module:x").encode("k", COMPLETE)


def test_nothing_fails_to_be_read() -> None:
    library = to_library(Bibliography.of([COMPLETE, COMPLETE.replace(title="Other")]))
    assert library.failed_blocks == []
    assert len(library.entries) == 2
