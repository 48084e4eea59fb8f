"""What every exporter and every source must keep, as tests to inherit.

A plugin author's whole test file::

    from paperexport.testing import ExporterContract
    from my_plugin import MyExporter


    class TestMyExporter(ExporterContract):
        exporter = MyExporter()
"""

from __future__ import annotations

import contextlib
import copy
import io
import random
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperexport.diagnostics import Diagnostic
from paperexport.entry import Entry
from paperexport.errors import SourceError
from paperexport.hookspecs import HEAD, Exporter, Frame, Source, hookimpl
from paperexport.normalization import normalize
from paperexport.pipeline import export
from paperexport.plugins import Registry, configure
from paperexport.record import COMPARED, FIELDS, Record
from paperexport.testing.examples import CHANGES, COMPLETE, PARTS, TYPES
from paperexport.testing.strategies import any_records, bibliographies


def _plugin(hook: str, thing: Exporter | Source) -> SimpleNamespace:
    """A plugin that gives one thing through one hook."""

    def implementation() -> list[Exporter | Source]:
        return [thing]

    implementation.__name__ = hook
    return SimpleNamespace(__name__="contract", **{hook: hookimpl(implementation)})


def _drawn(check: Callable[..., None], **strategies: st.SearchStrategy[object]) -> None:
    """Run a property from inside an inherited test.

    A ``@given`` method that several classes inherit trips hypothesis's differing_executors check;
    a function made in each test does not.
    """
    settings(database=None, deadline=None)(given(**strategies)(check))()


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Fail where something is printed: the result of a run may be on standard output."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        yield
    assert not printed.getvalue(), f"it prints {printed.getvalue()!r}"


class ExporterContract:
    """What every exporter keeps. Set ``exporter``."""

    exporter: ClassVar[Exporter]

    def _encode(self, key: str, record: Record) -> str:
        given = copy.deepcopy(record)
        with _silence():
            text = self.exporter.encode(key, given)
        assert isinstance(text, str), f"encode gives a str, not {text!r}"
        # Others write the same record after it, mappings and all.
        assert given == record, "encode changes the record that it is given"
        assert given.origins == record.origins, "encode changes the origins of the record"
        return text

    def test_it_names_itself(self) -> None:
        """Name, suffix, media type, frame; ``omits`` names fields and gives reasons."""
        exporter = self.exporter
        assert exporter.name, "`name` is what -t takes"
        assert exporter.name == exporter.name.strip().lower(), "`name` is in lower case"
        assert exporter.suffix.startswith("."), f"`suffix` has a dot: .{exporter.suffix}"
        assert "/" in exporter.media_type, "`media_type` is such as text/plain"
        assert isinstance(exporter.frame, Frame), "`frame` is a paperexport.Frame"
        assert exporter.summary, "`summary` is one line for `paperexport formats`"
        assert "\n" not in exporter.summary, "`summary` is one line"
        assert isinstance(exporter.omits, Mapping), "`omits` maps a field to the reason"
        fields = {name.partition(".")[0] for name in exporter.omits}
        assert fields <= set(FIELDS), "omits names a field that no record has"
        assert all(exporter.omits.values()), "omits says why"

    @pytest.mark.parametrize("field", COMPARED)
    def test_it_says_each_field_or_omits_it(self, field: str) -> None:
        """Another value gives another text, or the field is in ``omits``: never both or neither."""
        for kind in TYPES:
            record = COMPLETE.replace(type=kind)
            change = CHANGES[field]
            if field == "type" and change == kind:
                change = "article-journal"
            text = self._encode("key", record)
            assert text == self._encode("key", record), "encode gives another text each time"
            shows = text != self._encode("key", record.replace(**{field: change}))
            where = f"`{field}` of a record of type {kind!r}"
            if field in self.exporter.omits:
                assert not shows, f"{where} is in `omits`, and shows all the same"
            else:
                assert shows, f"{where} does not show, and is not in `omits`"

    @pytest.mark.parametrize(("part", "field", "change"), PARTS, ids=[part for part, *_ in PARTS])
    def test_it_says_what_a_field_is_about(self, part: str, field: str, change: object) -> None:
        """The id of an eprint, the family name and the year show where their fields do."""
        if field not in self.exporter.omits:
            shows = self._encode("key", COMPLETE) != self._encode(
                "key", COMPLETE.replace(**{field: change})
            )
            assert shows, f"{part} does not show, although `{field}` is not in `omits`"

    def test_it_is_total_and_pure(self) -> None:
        """Any record gives a text that UTF-8 can hold, and the same one each time."""

        def check(record: Record) -> None:
            text = self._encode("key", record)
            assert text == self._encode("key", record), "encode gives another text each time"
            text.encode("utf-8")

        _drawn(check, record=any_records())

    def test_an_empty_record_is_written(self) -> None:
        """A record of which nothing is known still gives an entry."""
        assert self._encode("key", Record()), "an empty record gives no text"

    def test_the_key_shows(self) -> None:
        """The citation key is in the text."""
        text = self._encode("kEy-2024_x", COMPLETE)
        assert "kEy-2024_x" in text, f"the key kEy-2024_x is not in {text!r}"

    def test_a_file_is_its_framed_records(self) -> None:
        """``head + separator.join(encoded) + tail``, for none, one and many."""

        def check(pairs: list[tuple[str, Record]]) -> None:
            frame = self.exporter.frame
            body = frame.separator.join(self._encode(k, r) for k, r in pairs)
            assert export(dict(pairs), self.exporter) == frame.head + body + frame.tail

        _drawn(check, pairs=bibliographies(max_size=3))

    def test_it_registers(self) -> None:
        """A registry takes it from a hook, under its name."""
        registry = Registry(
            [_plugin("paperexport_exporters", self.exporter)], entry_points=False, builtin=False
        )
        assert registry.exporter(self.exporter.name) == self.exporter
        ours = Registry(entry_points=False).exporters.get(self.exporter.name, self.exporter)
        assert type(ours) is type(self.exporter), f"paperexport has a {self.exporter.name!r} itself"

    def test_its_options_are_text(self) -> None:
        """Each option can be given on a command line: its default, as text, gives it back."""
        for option in self.exporter.__struct_fields__:
            value = str(getattr(self.exporter, option))
            assert configure(self.exporter, {option: value}) == self.exporter


class SourceContract:
    """What every source keeps. Set ``source``, a ``sample`` of its kind and how many it holds."""

    source: ClassVar[Source]
    sample: ClassVar[bytes]
    locator: ClassVar[str] = "sample"
    entries: ClassVar[int]

    def _read(self, data: bytes) -> list[Entry | Diagnostic]:
        with _silence():
            found = list(self.source.read(io.BytesIO(data), self.locator))
        for one in found:
            assert isinstance(one, Entry | Diagnostic), f"read gives an Entry, not {one!r}"
        return found

    def test_it_names_itself(self) -> None:
        """Name and summary are there."""
        assert self.source.name
        assert self.source.summary

    def test_it_recognises_its_sample_alone(self) -> None:
        """Its own kind, by content; not nothing."""
        assert self.source.recognises(self.sample[:HEAD], self.locator)
        assert not self.source.recognises(b"", self.locator)

    def test_no_other_source_recognises_its_sample(self) -> None:
        """Whatever is recognised twice would have to be asked for by name."""
        others = Registry(entry_points=False).sources.values()
        rivals = [s.name for s in others if s.recognises(self.sample[:HEAD], self.locator)]
        assert [name for name in rivals if name != self.source.name] == []

    def test_it_reads_its_sample(self) -> None:
        """So many entries, each with its origin, the same each time, and each can be normalized."""
        found = self._read(self.sample)
        entries = [thing for thing in found if isinstance(thing, Entry)]
        assert len(entries) == self.entries
        assert found == self._read(self.sample)
        for entry in entries:
            assert entry.origin.source == self.source.name
            assert entry.origin.locator == self.locator
            assert entry.origin.trust == self.source.trust
            assert set(normalize(entry).record.origins) <= set(COMPARED)

    def test_damage_is_a_diagnostic(self) -> None:
        """Cut, doubled, shuffled and spoilt copies raise nothing but SourceError."""

        def check(seed: int) -> None:
            damaged = mutated(self.sample, random.Random(seed))  # noqa: S311 - no secret
            self.source.recognises(damaged[:HEAD], self.locator)
            try:
                self._read(damaged)
            except SourceError as error:
                assert error.message  # noqa: PT017 - either it is read or it says why not

        _drawn(check, seed=st.integers(0, 2**32))

    def test_it_registers(self) -> None:
        """The hook gives it to a registry, under its name."""
        registry = Registry(
            [_plugin("paperexport_sources", self.source)], entry_points=False, builtin=False
        )
        assert registry.source(self.source.name) == self.source
        ours = Registry(entry_points=False).sources.get(self.source.name, self.source)
        assert type(ours) is type(self.source), f"paperexport has a {self.source.name!r} itself"


def mutated(data: bytes, rng: random.Random) -> bytes:
    """A damaged copy: one to four cuts, doublings, swaps or insertions of hostile bytes."""
    hostile = (
        b"\x00", b"\xff\xfe", b"{" * 50, b"<" * 50, b"]]>", b"&x;", b'"', b"\\", b"\r", b"%", b"@",
        b"<!DOCTYPE a [<!ENTITY x 'y'>]>", "\u202e".encode(), b"\n\n\n", b"-->", b"}}}}",
    )  # fmt: skip
    out = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        at = rng.randint(0, len(out))
        to = min(len(out), at + rng.choice((1, 2, 10, 100, 1000)))
        match rng.randint(0, 4):
            case 0:
                del out[at:to]
            case 1:
                out[at:at] = out[at:to]
            case 2:
                out[at:at] = rng.choice(hostile)
            case 3:
                del out[at:]
            case _:
                out[at:to] = bytes(reversed(out[at:to]))
    return bytes(out)
