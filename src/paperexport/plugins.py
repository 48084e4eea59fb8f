"""Which sources, resolvers, exporters, schemes and commands there are in this run."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import redirect_stdout
from importlib import import_module, metadata
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import pluggy

from paperexport import hookspecs
from paperexport.diagnostics import Diagnostic
from paperexport.errors import PaperExportError, PluginError, UsageError
from paperexport.hookspecs import PROJECT, Exporter, Frame, Resolver, Scheme, Source
from paperexport.record import Origin

if TYPE_CHECKING:
    import click

BUILTIN: tuple[str, ...] = (
    "paperexport.sources",
    "paperexport.formats",
    "paperexport.resolvers",
)
"""The modules that register our own through the hooks that strangers use."""

NAME = re.compile(r"\w[\w-]*")
"""What something may be called: a word on a command line, and in the name of a file."""

T = TypeVar("T", Source, Exporter, Resolver)
KINDS = ("sources", "resolvers", "exporters", "schemes", "commands")
VALUES: Mapping[str, type] = {
    "sources": Source,
    "resolvers": Resolver,
    "exporters": Exporter,
    "schemes": Scheme,
}
"""What the hooks give; commands are click's, which is not imported to look."""


class Registry:
    """The plugins of one run; made where it is used, never shared by a module.

    Args:
        modules: hook modules to register beside the built-in ones, for tests and scripts.
        entry_points: whether to load the plugins that are installed in this environment.
        builtin: whether to register what paperexport itself brings.
        commands: names of commands that no plugin may give.

    Raises:
        PluginError: two plugins give one name to two things, or a hook in ``modules`` is misspelt,
            not marked, or gives something else than it should.

    Attributes:
        diagnostics: one for each installed plugin that could not be loaded.
        origins: ``(kind, name)`` → the plugin that gave it.
        plugins: the plugin's name → version, or an empty string for the built-in ones.
    """

    def __init__(
        self,
        modules: Iterable[object] = (),
        *,
        entry_points: bool = True,
        builtin: bool = True,
        commands: Iterable[str] = (),
    ) -> None:
        self._reserved = frozenset(commands)
        self.diagnostics: list[Diagnostic] = []
        self.plugins: dict[str, str] = {}
        self.origins: dict[tuple[str, str], str] = {}
        self._found: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
        for name in BUILTIN if builtin else ():
            self._add(import_module(name), "paperexport", "")
        for module in modules:
            self._add(module, getattr(module, "__name__", repr(module)), "")
        if entry_points:
            for point in sorted(metadata.entry_points(group=PROJECT), key=lambda p: p.name):
                self._load(point)

    def _load(self, point: metadata.EntryPoint) -> None:
        """Add an installed plugin; a broken one is a diagnostic and costs nobody else."""
        try:
            with redirect_stdout(sys.stderr):  # results alone are on standard output
                self._add(point.load(), point.name, point.dist.version if point.dist else "")
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger may raise anything
            said = error.message if isinstance(error, PluginError) else _said(error)
            self.diagnostics.append(
                Diagnostic(
                    code="plugin-broken",
                    severity="warning",
                    message=f"plugin {point.name!r} ({point.value}) was left out: {said}",
                    origin=Origin(source="plugins"),
                    hint=getattr(error, "hint", "") or "update or uninstall it",
                )
            )

    def _add(self, module: ModuleType | object, plugin: str, version: str) -> None:
        """Ask one module's hooks, and take all that it gives or nothing of it."""
        new: dict[tuple[str, str], object] = {}
        for kind, things in _hooked(module, plugin):
            for thing in things:
                if fault := _fault(kind, thing):
                    raise PluginError(
                        f"paperexport_{kind} gives {thing!r}, {fault[0]}", hint=fault[1]
                    )
                slot = (kind, thing.name)
                other = self.origins.get(slot, plugin if slot in new else "")
                if kind == "commands" and thing.name in self._reserved:
                    other = PROJECT
                if other:
                    raise PluginError(
                        f"{kind[:-1]} {thing.name!r} is given by plugin {plugin!r} and by "
                        f"plugin {other!r}",
                        hint="uninstall one of them" if other != plugin else "give it once",
                    )
                new[slot] = thing
        for (kind, name), thing in new.items():
            self.origins[kind, name] = plugin
            self._found[kind][name] = thing
        self.plugins.setdefault(plugin, version)

    @property
    def sources(self) -> Mapping[str, Source]:
        """Name → source."""
        return self._found["sources"]

    @property
    def exporters(self) -> Mapping[str, Exporter]:
        """Name → exporter, its options at their defaults."""
        return self._found["exporters"]

    @property
    def resolvers(self) -> Mapping[str, Resolver]:
        """Name → resolver."""
        return self._found["resolvers"]

    @property
    def schemes(self) -> Mapping[str, Scheme]:
        """Name → scheme, the word before the colon of an input."""
        return self._found["schemes"]

    @property
    def commands(self) -> Mapping[str, click.Command]:
        """Name → the commands that plugins add."""
        return self._found["commands"]

    def source(self, name: str) -> Source:
        """The source of that name.

        Raises:
            UsageError: there is none; the message lists those that there are.
        """
        return self._named(self.sources, name, "source")

    def resolver(self, name: str) -> Resolver:
        """The resolver of that name.

        Raises:
            UsageError: there is none; the message lists those that there are.
        """
        return self._named(self.resolvers, name, "service")

    def exporter(self, name: str, options: Mapping[str, str] | None = None) -> Exporter:
        """The exporter of that name, with options.

        Args:
            name: as in :attr:`exporters`.
            options: option → value as a string, as ``-O option=value`` gives it.

        Raises:
            UsageError: there is no such exporter, or it has no such option or value.
        """
        exporter = self._named(self.exporters, name, "format")
        return configure(exporter, options or {})

    def _named(self, things: Mapping[str, T], name: str, kind: str) -> T:
        try:
            return things[name]
        except KeyError:
            # One of these may have it.
            broken = "".join(f"; {found.message}" for found in self.diagnostics)
            raise UsageError(
                f"there is no {kind} {name!r}{broken}",
                hint=f"known: {', '.join(sorted(things))}",
            ) from None


def _hooked(module: ModuleType | object, plugin: str) -> Iterator[tuple[str, Iterable[Any]]]:
    """``(kind, what its hook gives)`` for each hook of a module."""
    # One manager for each plugin: a misspelt hook is reported for the plugin that misspelt it, and
    # nothing depends on pluggy's order of calls (last registered, first called).
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    try:
        manager.register(module, name=plugin)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        what, _, _ = str(error).splitlines()[-1].partition(" in plugin ")
        if what.startswith("unknown hook"):
            what = f"plugin {plugin!r} implements a hook that does not exist: {what}"
        raise PluginError(
            what, hint="the hooks are " + ", ".join(f"paperexport_{kind}()" for kind in KINDS)
        ) from error
    for kind in KINDS:
        hook = f"paperexport_{kind}"
        caller = getattr(manager.hook, hook)
        marked = caller.get_hookimpls()
        if hasattr(module, hook) and not marked:
            raise PluginError(f"{hook} is not marked", hint="write @hookimpl above it")
        given = caller() or [None] * len(marked)  # pluggy leaves a None out
        for things in given:
            if not isinstance(things, Iterable):
                raise PluginError(
                    f"{hook} gives {things!r}, which is no list", hint="a hook returns a list"
                )
            yield kind, things


def _fault(kind: str, thing: Any) -> tuple[str, str] | None:
    """What a run would trip over in something that a hook gives, and what to do about it."""
    name = getattr(thing, "name", None)
    if kind in VALUES and not isinstance(thing, VALUES[kind]):
        what = f"paperexport.{VALUES[kind].__name__}"
        return f"which is no instance of {what}", "call the class: a hook gives instances"
    if kind == "commands" and not callable(getattr(thing, "make_context", None)):
        return "which is no command of click", "write @click.command() above it"
    if not isinstance(name, str) or not NAME.fullmatch(name):
        return f"whose `name` is {name!r}", "a name is letters, digits and hyphens"
    if not isinstance(getattr(thing, "summary", ""), str):
        return "whose `summary` is no text", "it is one line"
    if isinstance(thing, Exporter):
        suffix = getattr(thing, "suffix", None)
        if not isinstance(suffix, str) or not suffix.startswith("."):
            return f"whose `suffix` is {suffix!r}", "a suffix begins with a dot"
        if not isinstance(thing.frame, Frame):
            return "whose `frame` is no paperexport.Frame", 'Frame(head="", separator="", tail="")'
        if not isinstance(thing.omits, Mapping):
            return "whose `omits` is no mapping", "it maps a field to the reason"
    return None


def _said(error: BaseException) -> str:
    """An exception in one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())


def blame(thing: Exporter | Source | Resolver, doing: str, error: Exception) -> None:
    """Call it a plugin's error, if it is one; what is wrong with our own code shows itself.

    Args:
        thing: what was called.
        doing: what for, such as ``writing 'key'``.
        error: what it raised.

    Raises:
        PluginError: the thing is a stranger's.
    """
    if isinstance(error, PaperExportError) or _ours(type(thing).__module__):
        return
    import traceback

    where = ""
    for frame, line in traceback.walk_tb(error.__traceback__):
        if not _ours(frame.f_globals.get("__name__", "")):
            where = f"{frame.f_code.co_filename}:{line}: "
    raise PluginError(
        f"{thing.name!r}, of the plugin module {type(thing).__module__}, failed when {doing}: "
        f"{_said(error)}",
        hint=f"{where}tell its author",
    ) from error


def _ours(module: str) -> bool:
    return module.partition(".")[0] == PROJECT


def configure(exporter: Exporter, options: Mapping[str, str]) -> Exporter:
    """The exporter with some options set, each converted from text to its field's type.

    Raises:
        UsageError: it has no such option, or the value does not fit; the message says which do.
    """
    known = exporter.__struct_fields__
    for name in options:
        if name not in known:
            raise UsageError(
                f"format {exporter.name!r} has no option {name!r}",
                hint=f"it has {', '.join(known)}" if known else "it has none",
            )
    values: dict[str, object] = {**msgspec.structs.asdict(exporter), **options}
    try:
        return msgspec.convert(values, type(exporter), strict=False)
    except msgspec.ValidationError as error:
        name = str(error).rpartition("`$.")[2].partition("`")[0].partition("[")[0]
        what = option_texts(exporter).get(name, "")
        raise UsageError(
            f"format {exporter.name!r}: {name} cannot be {options.get(name, '')!r}",
            hint=what.replace("*", "").replace("|", " or ") if "|" in what else str(error),
        ) from error


def option_texts(exporter: Exporter) -> dict[str, str]:
    """Option → what it may be, with ``*`` behind its default: ``misc*|article``."""
    texts = {}
    for field in msgspec.structs.fields(exporter):
        default = getattr(exporter, field.name)
        choices = getattr(field.type, "__args__", None)
        if field.type is bool:
            said = "|".join(v + "*" * (default is (v == "true")) for v in ("true", "false"))
        elif choices and all(isinstance(choice, str) for choice in choices):
            said = "|".join(choice + "*" * (choice == default) for choice in choices)
        else:
            said = f"{default}*"
        texts[field.name] = said
    return texts
