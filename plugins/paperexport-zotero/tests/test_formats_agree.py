"""Each format that we write tells of the same item as ``zotero-json`` does, outside its omits."""

import pytest
from hypothesis import assume, given, settings
from paperexport_zotero.mapping import to_item

from paperexport import Normalized, Record, entry_of, export, normalize, read
from paperexport.plugins import Registry
from paperexport.record import COMPARED
from paperexport.testing import COMPLETE, TYPES, records
from risnames import told_apart

REGISTRY = Registry(entry_points=False)


def agree(record: Record, name: str) -> None:
    text = export({"key1": record}, name, registry=REGISTRY)
    # By name: tests/properties/test_recognition.py of the main project asks who would tell it so.
    source = "bibtex" if name == "biblatex" else name
    told = read(text.encode(), source_name=source, registry=REGISTRY)
    (found,) = (one for one in told if type(one) is Normalized)
    omits = REGISTRY.exporter(name).omits
    lost = {field: getattr(record, field) for field in COMPARED if field in omits}
    if name == "ris":  # a value is one line
        lost |= {"abstract": record.abstract, "note": record.note}
    item = to_item(found.record.replace(**lost), found.key).data
    assert item == to_item(record, "key1").data


@pytest.mark.parametrize("name", ["csljson", "ris", "bibtex", "biblatex"])
@pytest.mark.parametrize("kind", TYPES)
def test_a_full_record_of_each_type(name: str, kind: str) -> None:
    agree(normalize(entry_of(COMPLETE.replace(type=kind))).record, name)


@pytest.mark.parametrize("name", ["csljson", "ris", "bibtex", "biblatex"])
@given(record=records())
@settings(max_examples=max(25, settings().max_examples // 4))
def test_any_record(name: str, record: Record) -> None:
    assume(normalize(entry_of(record)).record == record)
    assume(name != "ris" or told_apart(record))
    # An address where a container stands is read as an address.
    assume(name not in ("bibtex", "biblatex") or "://" not in record.container_title)
    agree(record, name)
