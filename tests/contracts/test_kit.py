"""The kit that we ship fails for an exporter that is wrong, and says what is."""

import itertools
from typing import ClassVar

import pytest

from paperexport import Exporter, Record
from paperexport.record import COMPARED
from paperexport.testing import ExporterContract
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
        (Mute(), ExporterContract.test_it_is_total_and_pure, "encode gives a str, not None"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exporter) else "",
)
def test_what_is_wrong_is_said(exporter: Exporter, check, said: str) -> None:
    with pytest.raises(AssertionError) as caught:
        check(kit(exporter))
    assert said in str(caught.value)
    check(kit(Right()))
