"""Names that plugins take as inputs: ``shelf:top`` beside files, ``hf:`` and addresses."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import pytest

from paperexport import Diagnostic, Entry, Origin, Registry, Scheme, Settings, UsageError, hookimpl
from paperexport.cli import _resolving


class Shelf(Scheme, frozen=True, kw_only=True):
    name: ClassVar[str] = "shelf"
    summary: ClassVar[str] = "books on a shelf"

    def read(self, rest: str, settings: Settings) -> Iterator[Entry | Diagnostic]:
        assert isinstance(settings, Settings)
        yield Entry(fields={"title": f"Book on {rest}"}, origin=Origin(source="shelf"))
        yield Diagnostic(code="shelf-dusty", severity="info", message="dust")


def registry() -> Registry:
    @hookimpl
    def paperexport_schemes() -> list[Scheme]:
        return [Shelf()]

    return Registry(
        [SimpleNamespace(__name__="shelf", paperexport_schemes=paperexport_schemes)],
        entry_points=False,
    )


def nobody() -> None:
    raise AssertionError("no service is asked")


def test_a_scheme_reads_what_is_behind_its_colon() -> None:
    plugins = registry()
    assert plugins.origins["schemes", "shelf"] == "shelf"
    reading = _resolving.read_all(["shelf:top: left"], None, plugins, "merge", nobody)
    assert [record.title for record in reading.records] == ["Book on top: left"]
    assert [d.code for d in reading.diagnostics] == ["shelf-dusty"]


def test_a_file_is_meant_where_its_source_is_named(tmp_path: Path) -> None:
    path = tmp_path / "shelf:top"
    path.write_text("2401.09042\n")
    reading = _resolving.read_all([str(path)], "identifiers", registry(), "merge", nobody)
    assert len(reading.records) == 1


def test_who_reads_zotero_is_told() -> None:
    with pytest.raises(UsageError, match="Zotero") as caught:
        _resolving.read_all(["zotero:Reading"], None, registry(), "merge", nobody)
    assert "paperexport-zotero" in caught.value.hint
