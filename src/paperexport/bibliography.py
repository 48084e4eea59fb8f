"""Records in order, each under its citation key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Self

from paperexport import citekeys
from paperexport.citekeys import Pattern
from paperexport.errors import UsageError
from paperexport.record import Record

__all__ = ["Bibliography"]


class Bibliography(Mapping[str, Record]):
    """Key → record, in order; a key belongs to a bibliography, not to a record.

    Args:
        items: ``(key, record)`` pairs.

    Raises:
        UsageError: a second record comes under one key.
    """

    def __init__(self, items: Iterable[tuple[str, Record]] = ()) -> None:
        self._records: dict[str, Record] = {}
        for key, record in items:
            if key in self._records:
                raise UsageError(f"two records under the key {key!r}")
            self._records[key] = record

    @classmethod
    def of(
        cls,
        records: Iterable[Record],
        *,
        pattern: Pattern | str | None = None,
        given: Sequence[str] = (),
        taken: Mapping[str, str] | None = None,
    ) -> Self:
        """The records under keys that are made for them (:func:`paperexport.citekeys.assign`).

        Args:
            records: the papers.
            pattern: how keys are made, as a formula.
            given: keys that the input gave, one for each record, or none at all.
            taken: keys of earlier runs (:attr:`taken`).
        """
        found = list(records)
        formula = Pattern.parse(pattern) if isinstance(pattern, str) else pattern
        keys = citekeys.assign(found, formula, given=given, taken=taken)
        return cls(zip(keys, found, strict=True))

    @property
    def taken(self) -> dict[str, str]:
        """What each key is remembered by → the key, for a later run."""
        return {name: key for key, record in self.items() for name in citekeys.identity(record)}

    def __getitem__(self, key: str) -> Record:
        return self._records[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)

    def __repr__(self) -> str:
        return f"Bibliography({len(self)} records)"
