"""What an item of each type may hold (Zotero schema 41, api.zotero.org/schema)."""

from __future__ import annotations

from functools import lru_cache

from paperexport_zotero import _schema

VERSION = _schema.VERSION
NATIVE_KEY = 39
"""The schema from which on ``citationKey`` is a field of its own."""

ITEM_TYPES: tuple[str, ...] = tuple(_schema.FIELDS)
CSL: dict[str, str] = _schema.CSL
"""Item type → CSL type."""

ITEM_OF: dict[str, str] = {
    **{csl: kind for kind, csl in reversed(CSL.items()) if kind not in ("attachment", "note")},
    "broadcast": "tvBroadcast",
    "motion_picture": "film",
    "personal_communication": "letter",
    # CSL types that Zotero has no type for; a line in Extra keeps their own name.
    "article-review": "journalArticle",
    "classic": "book",
    "entry": "encyclopediaArticle",
    "figure": "artwork",
    "regulation": "statute",
    "review": "journalArticle",
    "review-book": "journalArticle",
}
"""CSL type → item type; what is not here is a ``document``."""


@lru_cache(maxsize=64)
def fields(item_type: str) -> tuple[str, ...]:
    """The fields of an item type, by the type's own names, in Zotero's order."""
    return tuple(f.partition("<")[0] for f in _schema.FIELDS.get(item_type, "").split())


@lru_cache(maxsize=64)
def _own(item_type: str) -> dict[str, str]:
    """Name or base name → the type's own name."""
    names: dict[str, str] = {}
    for field in _schema.FIELDS.get(item_type, "").split():
        name, _, base = field.partition("<")
        names[name] = name
        if base:
            names.setdefault(base, name)
    return names


def own(item_type: str, *names: str) -> str:
    """What an item type calls the first of these fields that it has, or an empty string.

    Args:
        item_type: ``preprint`` …
        names: fields or base fields, such as ``publisher`` (a preprint's ``repository``).
    """
    known = _own(item_type)
    return next((known[name] for name in names if name in known), "")


@lru_cache(maxsize=64)
def creators(item_type: str) -> tuple[str, ...]:
    """The kinds of creators of an item type; the first is whom it is cited by."""
    return tuple(_schema.CREATORS.get(item_type, "").split())
