"""Which records are meant by an expression: ``1,3,5-9``, an identifier, a key, ``title~regex``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from paperexport import identifiers
from paperexport._regex import late
from paperexport.errors import UsageError
from paperexport.record import FIELDS, Record

__all__ = ["select"]

_NUMBERS = late(r"\s*\d+\s*(?:-\s*\d*\s*)?(?:,\s*\d+\s*(?:-\s*\d*\s*)?)*,?\s*")
_FIELD = late(r"([A-Za-z_-]+)~(.*)", re.DOTALL)


def select(
    bibliography: Mapping[str, Record],
    wanted: Sequence[str] = (),
    unwanted: Sequence[str] = (),
) -> list[int]:
    """The indices of the records that are meant, in order.

    Args:
        bibliography: key → record, in the order that ``paperexport list`` shows.
        wanted: expressions of which one must hold; none means all.
        unwanted: expressions of which none may hold.

    An expression is numbers and ranges from 1 (``1,3,5-9``, ``20-``), an identifier in any
    spelling, a citation key, or ``field~regex``: a search, without regard to case, in a field of
    the record or of what the listing said beside it.

    Raises:
        UsageError: an expression cannot be read, names nobody, or asks for a field that there
            is not.
    """
    chosen = set(range(len(bibliography)))
    if wanted:
        chosen = set().union(*(_meant(bibliography, expression) for expression in wanted))
    for expression in unwanted:
        chosen -= _meant(bibliography, expression)
    return sorted(chosen)


def _meant(bibliography: Mapping[str, Record], expression: str) -> set[int]:
    size = len(bibliography)
    if _NUMBERS.fullmatch(expression):
        return set(_numbers(expression, size))
    if found := _FIELD.fullmatch(expression.strip()):
        return set(_searched(bibliography, found[1].replace("-", "_"), found[2]))
    keys = list(bibliography)
    said = expression.strip()
    if said in bibliography:
        return {keys.index(said)}
    names = {f"{hit.scheme}:{hit.value.lower()}" for hit in identifiers.find(said)} | {said}
    meant = {
        number
        for number, record in enumerate(bibliography.values())
        if names & {alias.lower() for alias in identifiers.aliases(record)}
        or said in identifiers.aliases(record)
    }
    if not meant:
        raise UsageError(
            f"nothing is selected by {expression!r}",
            hint="numbers and ranges as `paperexport list` shows them, an identifier, a citation "
            "key, or field~regex",
        )
    return meant


def _numbers(expression: str, size: int) -> Iterable[int]:
    for part in expression.split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        if not first:
            continue
        start, end = int(first), (int(last) if last else size) if dash else int(first)
        if not 1 <= start <= size or end > size or end < start:
            raise UsageError(
                f"there is no {part.strip()!r}",
                hint=f"the papers are numbered 1 to {size}" if size else "there are no papers",
            )
        yield from range(start - 1, end)


def _searched(bibliography: Mapping[str, Record], field: str, pattern: str) -> Iterable[int]:
    try:
        search = re.compile(pattern, re.IGNORECASE).search
    except re.error as error:
        raise UsageError(
            f"{pattern!r} is no regular expression: {error}", hint="for example: title~graph"
        ) from error
    known = {name for record in bibliography.values() for name in record.custom}
    if field not in FIELDS and field not in known and field != "key":
        raise UsageError(
            f"there is no field {field!r}",
            hint=f"fields: {', '.join(sorted({*FIELDS, *known, 'key'} - {'origins'}))}",
        )
    for number, (key, record) in enumerate(bibliography.items()):
        if any(search(said) for said in _said(key, record, field)):
            yield number


def _said(key: str, record: Record, field: str) -> Iterable[str]:
    """What a field says, as texts to be searched."""
    if field == "key":
        return [key]
    value = getattr(record, field, None) if field in FIELDS else record.custom.get(field)
    if field == "eprint" and record.eprint:
        eprint = record.eprint
        return [f"{eprint.archive}:{eprint.id}", eprint.primary_class]
    if not value:
        return []
    if isinstance(value, tuple):
        return list(map(str, value))
    return [str(value)]
