"""What the settings of a run mean here: the server, and the file of what is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from paperexport_zotero import access
from paperexport_zotero._core import Settings
from paperexport_zotero.access import Where
from paperexport_zotero.service import Service
from paperexport_zotero.state import State


def place(settings: Settings, environment: Mapping[str, str], *, local: bool = False) -> Where:
    """The server of a run.

    Args:
        settings: ``services.zotero`` (``PAPEREXPORT_ZOTERO_URL``, ``…_KEY``) and
            ``services.zotero_local`` (``PAPEREXPORT_ZOTERO_LOCAL_URL``).
        environment: ``ZOTERO_API_KEY``.
        local: whether a running Zotero is meant.
    """
    said = settings.services.get("zotero_local" if local else "zotero")
    return access.where(
        environment,
        url=(said.url if said else None) or "",
        key=said.key if said else None,
        local=local,
        keys=keys(environment),
    )


def keys(environment: Mapping[str, str]) -> Path:
    """The file that ``login`` writes: beside the settings."""
    import platformdirs

    if file := environment.get("PAPEREXPORT_SETTINGS"):
        return Path(file).parent / "zotero-keys.json"
    return platformdirs.user_config_path("paperexport") / "zotero-keys.json"


def state(settings: Settings, service: Service) -> State:
    """What is remembered of a library.

    Raises:
        SyncError: another run holds it, or it is of a newer version.
    """
    return State(settings.state / "zotero.sqlite", service.server, service.path)
