"""Expressions that are compiled late."""

import importlib
import pkgutil
import re

import pytest

import paperexport
from paperexport._regex import _Late, late

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
