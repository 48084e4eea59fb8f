"""Expressions that are compiled late."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import paperexport
from paperexport._regex import _Late, late, possessive

MODULES = [
    found.name
    for found in pkgutil.walk_packages(paperexport.__path__, "paperexport.")
    if ".testing" not in found.name and ".cli" not in found.name
]


def test_each_compiles() -> None:
    """What `re.compile` would have told when the module was imported."""
    count = 0
    for name in MODULES:
        for value in vars(importlib.import_module(name)).values():
            if isinstance(value, _Late):
                re.compile(value.pattern, value._flags)
                count += 1
    assert count > 100


def test_does_what_a_compiled_one_does() -> None:
    late_one, compiled = late("(a)B", re.IGNORECASE), re.compile("(a)B", re.IGNORECASE)
    for _ in range(2):  # asked anew, and remembered
        assert late_one.findall("ab AB b") == compiled.findall("ab AB b")
        assert late_one.sub("-", "xabx") == "x-x"
    assert (late_one.pattern, late_one.flags) == (compiled.pattern, compiled.flags)
    assert late(rb"\d").findall(b"1a2") == [b"1", b"2"]


def test_an_error_shows_when_it_is_used() -> None:
    wrong = late("(")
    with pytest.raises(re.error):
        wrong.search("")


@pytest.mark.parametrize(
    ("expression", "said", "matched"),
    [
        (r" (?!an)\w", "x an", "x"),  # a look ahead
        ("a(?:bc?)*d", "xabcd", "xabcd"),
        ("a(?:bc?)*d", "xabcdabce", "xabcd"),  # one inside of another
        (r"\{(?:[^{}]++|\{[^{}]*+\})*\}", "x{a}{b{c}", "x{a}"),
    ],
)
def test_a_repetition_that_fails_halfway_leaves_nothing(
    expression: str, said: str, matched: str
) -> None:
    """Not so before CPython 3.11.5, left alone (python/cpython#106052)."""
    found = re.match("x" + possessive(expression), said)
    assert found is not None
    assert found[0] == matched


def test_is_never_asked_for_less() -> None:
    assert re.match(possessive("ab") + "ab", "ababab") is None
    assert re.match(possessive("ab", "+") + "ab", "ababab") is None
    assert re.fullmatch(possessive("ab", "+"), "") is None


def test_no_other_way_is_taken() -> None:
    """A group that is repeated so elsewhere would be read wrongly by an older Python."""
    for path in Path(paperexport.__path__[0]).rglob("*.py"):
        if path.name != "_regex.py":
            code = path.read_text(encoding="utf-8")
            assert re.search(r"\)[*+?]\+|\(\?>", code) is None, path.name
