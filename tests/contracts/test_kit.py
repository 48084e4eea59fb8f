"""The kit that we ship fails for an exporter that is wrong, and says what is."""

import itertools
from collections.abc import Iterator
from typing import BinaryIO, ClassVar

import pytest

from paperexport import Diagnostic, Entry, Exporter, Origin, Record, Source
from paperexport.record import COMPARED
from paperexport.testing import ExporterContract, SourceContract
from paperexport.testing.examples import PARTS

COUNT = itertools.count()


class Right(Exporter, frozen=True, kw_only=True):
    name: ClassVar[str] = "right"
    summary: ClassVar[str] = "all there is"
    suffix: ClassVar[str] = ".txt"

    def encode(self, key: str, record: Record) -> str:
        return f"{key} {record!r}\n"


class Nameless(Right, frozen=True, kw_only=True):
    suffix: ClassVar[str] = "txt"


class Forgetful(Right, frozen=True, kw_only=True):
    def encode(self, key: str, record: Record) -> str:
        return super().encode(key, record.replace(title=""))


class Vague(Right, frozen=True, kw_only=True):
    def encode(self, key: str, record: Record) -> str:
        eprint = record.eprint
        vague = f"{eprint.version} {eprint.primary_class}" if eprint else ""
        return super().encode(key, record.replace(eprint=None)) + vague


class Keyless(Right, frozen=True, kw_only=True):
    def encode(self, key: str, record: Record) -> str:
        return super().encode("", record)


class Fickle(Right, frozen=True, kw_only=True):
    def encode(self, key: str, record: Record) -> str:
        return super().encode(key, record) + str(next(COUNT))


class Mute(Right, frozen=True, kw_only=True):
    def encode(self, key: str, record: Record) -> str:
        return None  # type: ignore[return-value]


class Bytes(Right, frozen=True, kw_only=True):
    def encode(self, key: str, record: Record) -> str:
        return super().encode(key, record).encode()  # type: ignore[return-value]


class Chatty(Right, frozen=True, kw_only=True):
    def encode(self, key: str, record: Record) -> str:
        print("here")
        return super().encode(key, record)


class Meddling(Right, frozen=True, kw_only=True):
    def encode(self, key: str, record: Record) -> str:
        text = super().encode(key, record)
        dict.clear(record.custom)  # type: ignore[arg-type]
        return text


class Overbearing(Right, frozen=True, kw_only=True):
    name: ClassVar[str] = "bibtex"


class Lined(Right, frozen=True, kw_only=True):
    summary: ClassVar[str] = "all\nthere is"


class Reads(Source, frozen=True, kw_only=True):
    name: ClassVar[str] = "reads"
    summary: ClassVar[str] = "a title a line"

    def recognises(self, head: bytes, locator: str) -> bool:
        return head.startswith(b"!!")

    def read(self, stream: BinaryIO, locator: str) -> Iterator[Entry | Diagnostic]:
        for number, line in enumerate(stream, 1):
            origin = Origin(source=self.name, locator=locator, line=number)
            yield Entry(fields={"title": line.decode("utf-8", "replace")}, origin=origin)


class Holes(Reads, frozen=True, kw_only=True):
    def read(self, stream: BinaryIO, locator: str) -> Iterator[Entry | Diagnostic]:
        yield from super().read(stream, locator)
        yield None  # type: ignore[misc]


class Noisy(Reads, frozen=True, kw_only=True):
    def read(self, stream: BinaryIO, locator: str) -> Iterator[Entry | Diagnostic]:
        print("here")
        yield from super().read(stream, locator)


class Trusting(Reads, frozen=True, kw_only=True):
    def recognises(self, head: bytes, locator: str) -> bool:
        return head.decode("utf-8").startswith("!!")


class Usurping(Reads, frozen=True, kw_only=True):
    name: ClassVar[str] = "bibtex"


def source_kit(source: Source) -> SourceContract:
    sample = {"sample": b"!! A\n!! B\n", "entries": 2}
    return type("Kit", (SourceContract,), {"source": source, **sample})()


@pytest.mark.parametrize(
    ("source", "check", "said"),
    [
        (Holes(), SourceContract.test_it_reads_its_sample, "read gives an Entry, not None"),
        (Noisy(), SourceContract.test_it_reads_its_sample, "it prints 'here"),
        (Trusting(), SourceContract.test_damage_is_a_diagnostic, "codec can't decode"),
        (Usurping(), SourceContract.test_it_registers, "paperexport has a 'bibtex' itself"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Source) else "",
)
def test_what_is_wrong_with_a_source_is_said(source: Source, check, said: str) -> None:
    with pytest.raises((AssertionError, UnicodeDecodeError)) as caught:
        check(source_kit(source))
    assert said in str(caught.value)
    check(source_kit(Reads()))


def kit(exporter: Exporter) -> ExporterContract:
    return type("Kit", (ExporterContract,), {"exporter": exporter})()


def parts(tests: ExporterContract) -> None:
    for part in PARTS:
        tests.test_it_says_what_a_field_is_about(*part)


def fields(tests: ExporterContract) -> None:
    for field in COMPARED:
        tests.test_it_says_each_field_or_omits_it(field)


@pytest.mark.parametrize(
    ("exporter", "check", "said"),
    [
        (Nameless(), ExporterContract.test_it_names_itself, "`suffix` has a dot: .txt"),
        (Forgetful(), fields, "`title` of a record of type 'article' does not show"),
        (Vague(), parts, "the id of an eprint does not show"),
        (Keyless(), ExporterContract.test_the_key_shows, "the key kEy-2024_x is not in"),
        (Fickle(), fields, "another text each time"),
        (Bytes(), fields, "encode gives a str, not b'"),
        (Chatty(), fields, "it prints 'here"),
        (Meddling(), fields, "encode changes the record that it is given"),
        (Overbearing(), ExporterContract.test_it_registers, "paperexport has a 'bibtex' itself"),
        (Lined(), ExporterContract.test_it_names_itself, "`summary` is one line"),
        (Mute(), ExporterContract.test_it_is_total_and_pure, "encode gives a str, not None"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exporter) else "",
)
def test_what_is_wrong_is_said(exporter: Exporter, check, said: str) -> None:
    with pytest.raises(AssertionError) as caught:
        check(kit(exporter))
    assert said in str(caught.value)
    check(kit(Right()))
