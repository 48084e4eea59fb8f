"""JSON of unknown shape, taken apart without trusting it."""

from __future__ import annotations

from typing import Any

import msgspec

from paperexport._regex import late
from paperexport.errors import SourceError

_CAMEL = late(r"(?<=[a-z0-9])(?=[A-Z])")


def load(text: str, locator: str) -> Any:
    """Decoded JSON.

    Raises:
        SourceError: it is none; the message says where.
    """
    try:
        return msgspec.json.decode(text.encode("utf-8", "replace"))
    except (msgspec.DecodeError, RecursionError) as error:
        raise SourceError(
            f"{locator}: this is no JSON: {error}", hint="was the answer saved whole?"
        ) from error


def snake(name: str) -> str:
    """``githubStars`` → ``github_stars``."""
    return _CAMEL.sub("_", name).replace("-", "_").lower().strip("_")


def text_of(value: object) -> str:
    """A scalar as text, ``true`` and ``false`` as JSON has them; nothing for anything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else ""


def texts_of(value: object) -> tuple[str, ...]:
    """The scalars of a list, as texts."""
    return tuple(filter(None, map(text_of, value))) if isinstance(value, list) else ()
