"""Values kept by key in a file, so that a long plan takes little memory."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Iterator, MutableMapping
from typing import TypeVar

import msgspec

T = TypeVar("T")

IN_MEMORY = 1_000_000
"""Bytes up to which no file is made."""


class Spool(MutableMapping[str, T]):
    """A mapping that keeps its values encoded, in a temporary file once they are many.

    What is taken out is a copy: a change to it is kept when it is put back.

    Args:
        kind: what the values are; a :class:`msgspec.Struct`.
    """

    def __init__(self, kind: type[T]) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115, closed below
        weakref.finalize(self, self._file.close)
        self._at: dict[str, tuple[int, int]] = {}
        self._end = 0
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(kind).decode

    def __setitem__(self, key: str, value: T) -> None:
        said = self._encode(value)
        self._file.seek(self._end)
        self._file.write(said)
        self._at[key] = self._end, len(said)
        self._end += len(said)

    def __getitem__(self, key: str) -> T:
        start, length = self._at[key]
        self._file.seek(start)
        return self._decode(self._file.read(length))

    def __delitem__(self, key: str) -> None:
        del self._at[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._at)

    def __len__(self) -> int:
        return len(self._at)

    def __contains__(self, key: object) -> bool:
        return key in self._at
