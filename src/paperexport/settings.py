"""What can be set, and where each value came from: defaults < file < environment < flags.

Built once, by the command line; the library reads no environment and no home folder. Keys of
services have a type that does not show them.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from paperexport.errors import SettingsError

__all__ = ["Secret", "ServiceSettings", "Settings", "load"]

PREFIX = "PAPEREXPORT_"


class Secret:
    """A key or token; its repr and str do not tell it."""

    __slots__ = ("reveal",)

    def __init__(self, value: str) -> None:
        self.reveal: Callable[[], str] = lambda: value

    def __repr__(self) -> str:
        return "***"


class ServiceSettings(Struct, frozen=True, kw_only=True):
    """One service: base URL, key, and seconds between two requests; None keeps its default."""

    url: str | None = None
    key: Secret | None = None
    interval: float | None = None


class Settings(Struct, frozen=True, kw_only=True):
    """All settings of one run.

    Attributes:
        contact: an address for the User-Agent, as the services' etiquette asks.
        cache: the file of the HTTP cache.
        index: the file of the local index.
        state: the folder of what is remembered between runs.
        keys: the pattern of citation keys, or empty for the default.
        services: name → its settings.
        formats: name → option → value, as ``-O`` gives it.
        origins: dotted name of a setting → where its value came from.
    """

    contact: str = ""
    cache: Path
    index: Path
    state: Path
    keys: str = ""
    services: Mapping[str, ServiceSettings] = {}
    formats: Mapping[str, Mapping[str, str]] = {}
    origins: Mapping[str, str] = {}


class _File(Struct, forbid_unknown_fields=True):
    """The shape of the settings file."""

    contact: str = ""
    cache: str = ""
    index: str = ""
    state: str = ""
    keys: str = ""
    services: dict[str, _Service] = {}
    formats: dict[str, dict[str, str | int | float | bool]] = {}


class _Service(Struct, forbid_unknown_fields=True):
    url: str | None = None
    key: str | None = None
    interval: float | None = None


def load(
    environment: Mapping[str, str], *, file: Path, cache_folder: Path, state_folder: Path
) -> Settings:
    """The settings of a run.

    Args:
        environment: ``PAPEREXPORT_CONTACT``, ``…_CACHE``, ``…_INDEX``, ``…_STATE``, ``…_KEYS``;
            ``PAPEREXPORT_<SERVICE>_URL``, ``…_KEY`` and ``…_INTERVAL``.
        file: TOML; it need not be there.
        cache_folder: the user's, for the defaults.
        state_folder: the user's, for the defaults.

    Raises:
        SettingsError: a value cannot be used; the message names its place.
    """
    origins: dict[str, str] = {}
    found = _read(file)
    for name in ("contact", "cache", "index", "state", "keys"):
        if said := environment.get(PREFIX + name.upper()):
            setattr(found, name, said)
            origins[name] = f"environment {PREFIX}{name.upper()}"
        elif getattr(found, name):
            origins[name] = str(file)
    found.contact = _sendable("contact", found.contact)
    services: dict[str, ServiceSettings] = {}
    names = {*found.services, *_services(environment)}
    for name in sorted(names):
        services[name] = _service(name, found.services.get(name), environment, file, origins)
    return Settings(
        contact=found.contact,
        cache=Path(found.cache or cache_folder / "answers.sqlite").expanduser(),
        index=Path(found.index or cache_folder / "index.sqlite").expanduser(),
        state=Path(found.state or state_folder).expanduser(),
        keys=found.keys,
        services=services,
        formats={
            name: {option: _option(value) for option, value in options.items()}
            for name, options in found.formats.items()
        },
        origins=origins,
    )


def _sendable(name: str, value: str) -> str:
    """What goes out in a header, without the line break that a file ends with (RFC 9110 §5.5).

    Raises:
        SettingsError: a header cannot hold it; the message does not tell it, it may be a key.
    """
    value = value.strip(" \t\r\n")
    if not (value.isascii() and value.isprintable()):
        what = "a key is letters and digits" if name.endswith(".key") else "an address is ASCII"
        raise SettingsError(
            f"{name} holds what cannot be sent in a header", hint=f"{what}, on one line"
        )
    return value


def _option(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read(file: Path) -> _File:
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        return msgspec.convert(data, _File, strict=True)
    except FileNotFoundError:
        return _File()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise SettingsError(
            f"{file}: {error}", hint="docs/reference.md lists the settings"
        ) from error


def _services(environment: Mapping[str, str]) -> set[str]:
    names = set()
    for variable in environment:
        if variable.startswith(PREFIX):
            name, _, what = variable[len(PREFIX) :].rpartition("_")
            if name and what in ("URL", "KEY", "INTERVAL"):
                names.add(name.lower())
    return names


def _service(
    name: str,
    said: _Service | None,
    environment: Mapping[str, str],
    file: Path,
    origins: dict[str, str],
) -> ServiceSettings:
    values: dict[str, Any] = {}
    for what in ("url", "key", "interval"):
        variable = f"{PREFIX}{name.upper()}_{what.upper()}"
        value: Any = getattr(said, what) if said else None
        if value is not None:
            origins[f"services.{name}.{what}"] = str(file)
        if environment.get(variable):
            value = environment[variable]
            origins[f"services.{name}.{what}"] = f"environment {variable}"
        if value is None:
            continue
        if what == "url" and not str(value).startswith(("http://", "https://")):
            raise SettingsError(
                f"services.{name}.url is no URL: {value!r}", hint="http://… or https://…"
            )
        if what == "interval":
            try:
                seconds = float(value)
            except ValueError:
                seconds = -1.0
            if not (math.isfinite(seconds) and seconds >= 0):
                raise SettingsError(f"services.{name}.interval is no number of seconds: {value!r}")
            value = seconds
        if what == "key":
            value = Secret(_sendable(f"services.{name}.key", value))
        values[what] = value
    return ServiceSettings(**values)
