"""Text on one line, and lines for what a format has no field for."""

import pytest

from paperexport.formats.lines import (
    characters,
    extra_line,
    extra_lines,
    name_line,
    one_line,
    paragraphs,
)
from paperexport.record import Name, PartialDate

LINES = {
    "fit": ("a  b é 中 \u200d", "a  b é 中 \u200d"),
    "newline": ("a\nb", "a b"),
    "tag on a line of its own": ("a\r\nER  - \r\nTY  - JOUR", "a ER - TY - JOUR"),
    "every line end of str.splitlines": (
        "a\x0bb\x0cc\x1cd\x1de\x1ef\x85g\u2028h\u2029i",
        "a b c d e f g h i",
    ),
    "control": ("\x00a\x07\x7f", "a"),
    "surrogate": ("a\ud800b", "a\ufffdb"),
    "no character": ("\ufffe\uffff\ufdd0", "\ufffd\ufffd\ufffd"),
    "only breaks": ("\n\n", ""),
    "empty": ("", ""),
}


@pytest.mark.parametrize(("text", "expected"), LINES.values(), ids=LINES)
def test_one_line(text: str, expected: str) -> None:
    assert one_line(text) == expected
    assert len(one_line(text).splitlines()) <= 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n\nb", "a\n\nb"),
        ("a\nb", "a b"),
        ("a\n \n\n\tb\n\n", "a\n\nb"),
        ("a\u2029b", "a\n\nb"),
        ("a\ud800\n\nb\x00", "a\ufffd\n\nb"),
        ("a", "a"),
    ],
)
def test_paragraphs(text: str, expected: str) -> None:
    assert paragraphs(text) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (Name(family="Berg", given="Ana", particle="van der"), "van der Berg || Ana"),
        (Name(family="Daumé", given="Hal", suffix="III"), "Daumé || Hal, III"),
        (Name(literal="Qwen Team"), "Qwen Team"),
        (Name(family="Plato"), "Plato"),
    ],
)
def test_name_line(name: Name, expected: str) -> None:
    assert name_line(name) == expected


def test_extra_lines() -> None:
    assert extra_line("code_url", "https://x") == "code-url: https://x"
    assert extra_lines("number", "7") == ["number: 7"]
    assert extra_lines("other_ids", ("acl:1", "openreview:2")) == ["other-ids: acl:1 openreview:2"]
    assert extra_lines("event_date", PartialDate(year=2024, month=4)) == ["event-date: 2024-04"]
    assert extra_lines("editor", (Name(family="A", given="B"), Name(literal="C"))) == [
        "editor: A || B",
        "editor: C",
    ]


def test_characters_go_all_the_way_down() -> None:
    assert characters({"a\ud800": ["\udfff", ("b", {"c": "\ud800"})], "n": 1}) == {
        "a\ufffd": ["\ufffd", ["b", {"c": "\ufffd"}]],
        "n": 1,
    }
