"""Plugins: who gives what, and what is wrong with them."""

from types import SimpleNamespace
from typing import ClassVar

import pytest

from paperexport import Exporter, Frame, PluginError, Record, Registry, UsageError, hookimpl
from paperexport.plugins import configure, option_texts


class Shout(Exporter, frozen=True, kw_only=True):
    """Titles in capitals."""

    name: ClassVar[str] = "shout"
    summary: ClassVar[str] = "capitals"
    suffix: ClassVar[str] = ".txt"
    media_type: ClassVar[str] = "text/plain"
    frame: ClassVar[Frame] = Frame("", "\n", "")
    omits: ClassVar[dict[str, str]] = {}

    loud: bool = True
    times: int = 1

    def encode(self, key: str, record: Record) -> str:
        return f"{key}: {record.title.upper()}" * self.times


class Misnamed(Shout, frozen=True, kw_only=True):
    name: ClassVar[str] = "bibtex"


def plugin(*exporters: object, hook: str = "paperexport_exporters", name: str = "loud") -> object:
    def implementation() -> list[object]:
        return list(exporters)

    implementation.__name__ = hook
    return SimpleNamespace(__name__=name, **{hook: hookimpl(implementation)})


def test_what_a_module_gives() -> None:
    registry = Registry([plugin(Shout())], entry_points=False)
    assert registry.exporter("shout") == Shout()
    assert registry.origins["exporters", "shout"] == "loud"
    assert registry.origins["exporters", "bibtex"] == "paperexport"
    assert registry.plugins == {"paperexport": "", "loud": ""}
    assert registry.diagnostics == []


def test_nothing_is_shared_between_two_registries() -> None:
    Registry([plugin(Shout())], entry_points=False)
    assert "shout" not in Registry(entry_points=False).exporters
    assert Registry(entry_points=False, builtin=False).exporters == {}


@pytest.mark.parametrize(
    ("modules", "said"),
    [
        ([plugin(Misnamed())], "'bibtex' is given by plugin 'loud' and by plugin 'paperexport'"),
        ([plugin(Shout(), Shout())], "'shout' is given by plugin 'loud' and by plugin 'loud'"),
        ([plugin(Shout(), hook="paperexport_exportres")], "a hook that does not exist"),
        (
            [SimpleNamespace(__name__="loud", paperexport_exporters=lambda: [Shout()])],
            "paperexport_exporters is not marked",
        ),
        ([plugin(Shout)], "no instance of paperexport.Exporter"),
        ([plugin("shout")], "no instance of paperexport.Exporter"),
    ],
)
def test_what_a_plugin_may_not(modules: list[object], said: str) -> None:
    with pytest.raises(PluginError) as caught:
        Registry(modules, entry_points=False)
    assert said in caught.value.message
    assert caught.value.hint


def test_a_broken_plugin_costs_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> object:
        raise ImportError("no module named 'gone'")

    points = [
        SimpleNamespace(name="a-bad", value="bad:x", dist=None, load=broken),
        SimpleNamespace(name="b-good", value="good:x", load=lambda: plugin(Shout()),
                        dist=SimpleNamespace(version="1.2")),
    ]  # fmt: skip
    monkeypatch.setattr("paperexport.plugins.metadata.entry_points", lambda **_: points)
    registry = Registry()
    assert registry.plugins["b-good"] == "1.2"
    (told,) = registry.diagnostics
    assert told.code == "plugin-broken"
    assert "'a-bad' (bad:x)" in told.message
    with pytest.raises(UsageError, match="gone"):
        registry.source("a-bad")


@pytest.mark.parametrize("kind", ["source", "resolver", "exporter"])
def test_who_is_unknown_is_told_with_who_is_known(kind: str) -> None:
    with pytest.raises(UsageError, match="'nobody'") as caught:
        getattr(Registry(entry_points=False), kind)("nobody")
    assert "known: " in caught.value.hint


def test_options_are_text() -> None:
    assert configure(Shout(), {"loud": "false", "times": "3"}) == Shout(loud=False, times=3)
    assert configure(Shout(times=2), {}) == Shout(times=2)
    with pytest.raises(UsageError, match="no option 'colour'") as caught:
        configure(Shout(), {"colour": "red"})
    assert caught.value.hint == "it has loud, times"
    with pytest.raises(UsageError, match="times"):
        configure(Shout(), {"times": "often"})


def test_options_are_shown_with_their_defaults() -> None:
    assert option_texts(Shout()) == {"loud": "true*|false", "times": "1*"}
    bibtex = Registry(entry_points=False).exporter("bibtex")
    assert option_texts(bibtex)["preprint"] == "misc*|article|unpublished|techreport"
