"""Which sources, resolvers, exporters, schemes and commands there are in this run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module, metadata
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import pluggy

from paperexport import hookspecs
from paperexport.diagnostics import Diagnostic
from paperexport.errors import PluginError, UsageError
from paperexport.hookspecs import PROJECT, Exporter, Resolver, Scheme, Source
from paperexport.record import Origin

if TYPE_CHECKING:
    import click

BUILTIN: tuple[str, ...] = (
    "paperexport.sources",
    "paperexport.formats",
    "paperexport.resolvers",
)
"""The modules that register our own through the hooks that strangers use."""

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
    ) -> None:
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
            self._add(point.load(), point.name, point.dist.version if point.dist else "")
        except Exception as error:  # noqa: BLE001 - a stranger's import may raise anything
            said = f"{type(error).__name__}: {error}"
            if isinstance(error, PluginError):
                said = error.message
            self.diagnostics.append(
                Diagnostic(
                    code="plugin-broken",
                    severity="warning",
                    message=f"plugin {point.name!r} ({point.value}) was left out: " + said,
                    origin=Origin(source="plugins"),
                    hint=getattr(error, "hint", "") or "update or uninstall it",
                )
            )

    def _add(self, module: ModuleType | object, plugin: str, version: str) -> None:
        """Ask one module's hooks, and take all that it gives or nothing of it."""
        # One manager for each plugin: a misspelt hook is reported for the plugin that misspelt
        # it, and nothing depends on pluggy's order of calls (last registered, first called).
        manager = pluggy.PluginManager(PROJECT)
        manager.add_hookspecs(hookspecs)
        manager.register(module, name=plugin)
        try:
            manager.check_pending()
        except pluggy.PluginValidationError as error:
            raise PluginError(
                f"plugin {plugin!r} implements a hook that does not exist: {error}",
                hint="the hooks are " + ", ".join(f"paperexport_{kind}" for kind in KINDS),
            ) from error
        for hook in (f"paperexport_{kind}" for kind in KINDS):
            if hasattr(module, hook) and not getattr(manager.hook, hook).get_hookimpls():
                raise PluginError(f"{hook} is not marked", hint="write @hookimpl above it")
        new: dict[tuple[str, str], object] = {}
        for kind in KINDS:
            for things in getattr(manager.hook, f"paperexport_{kind}")():
                for thing in things:
                    if kind in VALUES and not isinstance(thing, VALUES[kind]):
                        raise PluginError(
                            f"paperexport_{kind} gives {thing!r}, which is no instance of "
                            f"paperexport.{VALUES[kind].__name__}",
                            hint="call the class: a hook gives instances",
                        )
                    slot = (kind, str(thing.name))
                    if slot in new or slot in self.origins:
                        other = self.origins.get(slot, plugin)
                        raise PluginError(
                            f"{kind[:-1]} {slot[1]!r} is given by plugin {plugin!r} and by "
                            f"plugin {other!r}",
                            hint="uninstall one of them",
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
            broken = "; ".join(d.message for d in self.diagnostics if f"{name!r}" in d.message)
            raise UsageError(
                f"there is no {kind} {name!r}" + (f": {broken}" if broken else ""),
                hint=f"known: {', '.join(sorted(things))}",
            ) from None


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
        raise UsageError(f"option of format {exporter.name!r}: {error}") from error


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
