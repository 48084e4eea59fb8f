"""A unified diff of two large files that differ in few places.

difflib compares each line with all that are like it: the square of a file in which many lines come
again, as those of a bibliography do. Here it sees no more than the surroundings of a change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

__all__ = ["unified"]

_NEAR, _FAR = 32, 512
"""Lines that are looked at behind a change, at first and at most."""
_AGAIN = 4
"""So many lines alike say that a change is over."""


def unified(one: Sequence[str], other: Sequence[str], name: str, new_name: str) -> Iterator[str]:
    """The lines of a unified diff, as :func:`difflib.unified_diff` has them.

    Args:
        one: the lines before, with their ends.
        other: the lines after.
        name: of the file before.
        new_name: of the file after.
    """
    matcher: Any = SequenceMatcher(None, "", "")
    matcher.opcodes = list(_opcodes(one, other))
    for number, group in enumerate(matcher.get_grouped_opcodes(3)):
        if not number:
            yield f"--- {name}\n"
            yield f"+++ {new_name}\n"
        first, last = group[0], group[-1]
        yield f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@\n"
        for tag, i, j, k, m in group:
            if tag == "equal":
                yield from (f" {line}" for line in one[i:j])
            else:
                yield from (f"-{line}" for line in one[i:j])
                yield from (f"+{line}" for line in other[k:m])


def _range(start: int, end: int) -> str:
    length = end - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"


_Opcode = tuple[str, int, int, int, int]


def _opcodes(one: Sequence[str], other: Sequence[str]) -> Iterator[_Opcode]:
    """As difflib's: ``(what, start and end in the one, start and end in the other)``."""
    i = k = 0
    while True:
        start = i
        while i < len(one) and k < len(other) and one[i] == other[k]:
            i += 1
            k += 1
        if i > start:
            yield "equal", start, i, k - (i - start), k
        if i == len(one) and k == len(other):
            return
        codes, taken, given = _change(one, other, i, k)
        for tag, a, b, c, d in codes:
            yield tag, i + a, i + b, k + c, k + d
        i += taken
        k += given


def _change(
    one: Sequence[str], other: Sequence[str], i: int, k: int
) -> tuple[Sequence[_Opcode], int, int]:
    """What is changed from two positions on, and how many lines of each that takes."""
    size = _NEAR
    while True:
        before, after = one[i : i + size], other[k : k + size]
        matcher = SequenceMatcher(None, before, after, autojunk=False)
        if i + size >= len(one) and k + size >= len(other):
            return matcher.get_opcodes(), len(before), len(after)
        again = [block for block in matcher.get_matching_blocks() if block.size >= _AGAIN]
        if again:
            a, b, _ = again[-1]
            return [code for code in matcher.get_opcodes() if code[1] < a or code[3] < b], a, b
        if size >= _FAR:
            return [("replace", 0, len(before), 0, len(after))], len(before), len(after)
        size *= 4
