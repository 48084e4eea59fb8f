"""Plugins: who gives what, and what is wrong with them."""

import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import BinaryIO, ClassVar

import click
import httpx
import pytest

from paperexport import (
    Diagnostic,
    Entry,
    Exporter,
    Frame,
    Origin,
    PluginError,
    Record,
    Registry,
    Resolver,
    Source,
    UsageError,
    hookimpl,
    pipeline,
    resolution,
)
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


def giving(thing: object, of: Callable[..., object] | None = None) -> object:
    """A plugin whose hook returns something else than a list, or wants something."""
    hook = "paperexport_exporters"
    implementation = of or (lambda: thing)
    implementation.__name__ = hook
    return SimpleNamespace(__name__="loud", **{hook: hookimpl(implementation)})


def changed(**said: object) -> Exporter:
    """An exporter with other class attributes."""
    return type("Changed", (Shout,), said)()


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
        ([giving(None)], "gives None, which is no list"),
        ([giving(Shout())], "which is no list"),
        ([giving([], of=lambda config: [])], "{'config'}"),
        ([plugin(changed(name=5))], "whose `name` is 5"),
        ([plugin(changed(name="../shout"))], "whose `name` is '../shout'"),
        ([plugin(changed(summary=None))], "whose `summary` is no text"),
        ([plugin(changed(suffix=None))], "whose `suffix` is None"),
        ([plugin(changed(suffix="txt"))], "whose `suffix` is 'txt'"),
        ([plugin(changed(frame=("[", ",", "]")))], "whose `frame` is no paperexport.Frame"),
        ([plugin(changed(omits=["doi"]))], "whose `omits` is no mapping"),
        ([plugin(print, hook="paperexport_commands")], "which is no command of click"),
        (
            [plugin(click.Command("export"), hook="paperexport_commands")],
            "command 'export' is given by plugin 'loud' and by plugin 'paperexport'",
        ),
    ],
)
def test_what_a_plugin_may_not(modules: list[object], said: str) -> None:
    with pytest.raises(PluginError) as caught:
        Registry(modules, entry_points=False, commands=["export"])
    assert said in caught.value.message
    assert "\n" not in caught.value.message
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
    # It may be the one that would have had it.
    with pytest.raises(UsageError, match=r"no source 'nobody'; .*gone"):
        registry.source("nobody")


def test_a_plugin_that_exits_or_prints_costs_nobody_else(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def prints() -> object:
        print("hello")
        return plugin(Shout())

    points = [
        SimpleNamespace(name="a-bad", value="bad:x", dist=None, load=lambda: sys.exit(1)),
        SimpleNamespace(name="b-good", value="good:x", dist=None, load=prints),
    ]
    monkeypatch.setattr("paperexport.plugins.metadata.entry_points", lambda **_: points)
    registry = Registry()
    assert "SystemExit: 1" in registry.diagnostics[0].message
    assert registry.exporter("shout") == Shout()
    assert capsys.readouterr() == ("", "hello\n")


class Bad(Source, frozen=True, kw_only=True):
    """What a source may do wrong."""

    name: ClassVar[str] = "bad"
    summary: ClassVar[str] = "bad"

    fault: str = ""

    def recognises(self, head: bytes, locator: str) -> bool:
        return bool(1 / (self.fault != "recognises")) and head.startswith(b"BAD")

    def read(self, stream: BinaryIO, locator: str) -> Iterator[Entry | Diagnostic]:
        yield Entry(fields={"title": "A"}, origin=Origin())
        yield 1 / (self.fault != "read")  # type: ignore[misc]


class Failing(Shout, frozen=True, kw_only=True):
    def encode(self, key: str, record: Record) -> str:
        raise KeyError("no such thing")


def sources(source: Source) -> object:
    return plugin(source, hook="paperexport_sources")


def test_what_a_strangers_code_raises_is_called_the_strangers() -> None:
    with pytest.raises(
        PluginError, match=r"'shout', .* failed when writing 'k': KeyError"
    ) as caught:
        pipeline.export({"k": Record()}, Failing())
    assert caught.value.hint.startswith(f"{__file__}:")
    with pytest.raises(PluginError, match="failed when reading -: ZeroDivisionError"):
        list(pipeline.read(b"BAD", registry=Registry([sources(Bad(fault="read"))])))
    with pytest.raises(PluginError, match="the source 'bad' gives a float"):
        list(pipeline.read(b"BAD", registry=Registry([sources(Bad())])))


def test_a_strangers_source_that_cannot_look_is_left_out() -> None:
    registry = Registry([sources(Bad(fault="recognises"))], entry_points=False)
    found = list(pipeline.read(b"@misc{a, title = {A}}", registry=registry))
    assert len(found) == 1
    (told,) = registry.diagnostics
    assert told.code == "plugin-broken"
    assert "'bad'" in told.message


class Offended(Resolver, frozen=True, kw_only=True):
    name: ClassVar[str] = "offended"
    schemes: ClassVar[tuple[str, ...]] = ("doi",)

    def by_identifier(self, client: object, identifiers: object) -> Iterator[tuple[str, Entry]]:
        raise KeyError("doi")


def test_a_strangers_resolver_that_fails_costs_nobody_else() -> None:
    record = Record(title="A", doi="10.1000/a")
    with httpx.Client() as client:
        (outcome,), (told,) = resolution.resolve([record], [Offended()], client)
    assert outcome.records == (record,)
    assert (told.code, told.origin.source) == ("service-failed", "offended")
    assert "KeyError: 'doi'" in told.message


def test_what_our_own_code_raises_shows_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    bibtex = Registry(entry_points=False).exporter("bibtex")
    monkeypatch.setattr(type(bibtex), "encode", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        pipeline.export({"k": Record()}, bibtex)


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
    with pytest.raises(UsageError, match="times cannot be 'often'") as caught:
        configure(Shout(), {"times": "often"})
    assert "Expected `int`" in caught.value.hint
    with pytest.raises(UsageError, match="loud cannot be 'yes'") as caught:
        configure(Shout(), {"loud": "yes"})
    assert caught.value.hint == "true or false"


def test_options_are_shown_with_their_defaults() -> None:
    assert option_texts(Shout()) == {"loud": "true*|false", "times": "1*"}
    bibtex = Registry(entry_points=False).exporter("bibtex")
    assert option_texts(bibtex)["preprint"] == "misc*|article|unpublished|techreport"
