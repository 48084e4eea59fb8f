"""From pages that list papers to correct citations.

The public names, and nothing else; each is imported when it is first used, so that the command
line starts quickly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from paperexport.bibliography import Bibliography as Bibliography
    from paperexport.diagnostics import Diagnostic as Diagnostic
    from paperexport.entry import Entry as Entry
    from paperexport.errors import Conflict as Conflict
    from paperexport.errors import PaperExportError as PaperExportError
    from paperexport.errors import PluginError as PluginError
    from paperexport.errors import RateLimited as RateLimited
    from paperexport.errors import Refused as Refused
    from paperexport.errors import RemoteError as RemoteError
    from paperexport.errors import SettingsError as SettingsError
    from paperexport.errors import SourceError as SourceError
    from paperexport.errors import StateLocked as StateLocked
    from paperexport.errors import StateTooNew as StateTooNew
    from paperexport.errors import SyncError as SyncError
    from paperexport.errors import Unreachable as Unreachable
    from paperexport.errors import UsageError as UsageError
    from paperexport.hookspecs import Exporter as Exporter
    from paperexport.hookspecs import Frame as Frame
    from paperexport.hookspecs import Query as Query
    from paperexport.hookspecs import Resolver as Resolver
    from paperexport.hookspecs import Scheme as Scheme
    from paperexport.hookspecs import Source as Source
    from paperexport.hookspecs import all_but as all_but
    from paperexport.hookspecs import hookimpl as hookimpl
    from paperexport.normalization import Normalized as Normalized
    from paperexport.normalization import entry_of as entry_of
    from paperexport.normalization import normalize as normalize
    from paperexport.pipeline import Reading as Reading
    from paperexport.pipeline import export as export
    from paperexport.pipeline import gather as gather
    from paperexport.pipeline import read as read
    from paperexport.plugins import Registry as Registry
    from paperexport.record import Eprint as Eprint
    from paperexport.record import Name as Name
    from paperexport.record import Origin as Origin
    from paperexport.record import PartialDate as PartialDate
    from paperexport.record import Record as Record
    from paperexport.resolution import Outcome as Outcome
    from paperexport.resolution import resolve as resolve
    from paperexport.services import Services as Services
    from paperexport.services import connect as connect
    from paperexport.settings import Settings as Settings

_HOMES = {
    "Bibliography": "bibliography",
    "Conflict": "errors",
    "Diagnostic": "diagnostics",
    "Entry": "entry",
    "Eprint": "record",
    "Exporter": "hookspecs",
    "Frame": "hookspecs",
    "Name": "record",
    "Normalized": "normalization",
    "Origin": "record",
    "Outcome": "resolution",
    "PaperExportError": "errors",
    "PartialDate": "record",
    "PluginError": "errors",
    "Query": "hookspecs",
    "RateLimited": "errors",
    "Reading": "pipeline",
    "Record": "record",
    "Refused": "errors",
    "Registry": "plugins",
    "RemoteError": "errors",
    "Resolver": "hookspecs",
    "Scheme": "hookspecs",
    "Services": "services",
    "Settings": "settings",
    "SettingsError": "errors",
    "Source": "hookspecs",
    "SourceError": "errors",
    "StateLocked": "errors",
    "StateTooNew": "errors",
    "SyncError": "errors",
    "Unreachable": "errors",
    "UsageError": "errors",
    "all_but": "hookspecs",
    "connect": "services",
    "entry_of": "normalization",
    "export": "pipeline",
    "gather": "pipeline",
    "hookimpl": "hookspecs",
    "normalize": "normalization",
    "read": "pipeline",
    "resolve": "resolution",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    """Import a public name from the module that it lives in."""
    try:
        home = _HOMES[name]
    except KeyError:
        raise AttributeError(f"module 'paperexport' has no attribute {name!r}") from None
    from importlib import import_module

    value = getattr(import_module(f"paperexport.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names."""
    return __all__
