"""Zotero for paperexport: push papers into collections, read collections, write item JSON.

From Python::

    service = access.library(access.opened(access.Where(key=Secret("…"))), "user", write=True)
    with State(path, service.server, service.path) as state:
        sync.push(service, state, [Wanted(record=record, collections=("Reading",))])
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperexport_zotero._core import Exporter, Scheme, hookimpl

if TYPE_CHECKING:
    import click

__all__ = [
    "paperexport_commands",
    "paperexport_exporters",
    "paperexport_schemes",
]


@hookimpl
def paperexport_exporters() -> list[Exporter]:
    """``zotero-json``."""
    from paperexport_zotero.exporter import ZoteroJson

    return [ZoteroJson()]


@hookimpl
def paperexport_schemes() -> list[Scheme]:
    """``zotero:``."""
    from paperexport_zotero.scheme import Zotero

    return [Zotero()]


@hookimpl
def paperexport_commands() -> list[click.Command]:
    """``paperexport zotero …``."""
    from paperexport_zotero.commands import group

    return [group]
