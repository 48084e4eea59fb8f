"""Regular expressions that are compiled when they are first used.

A run uses a tenth of those that there are, and compiling them all is a third of what it takes to
start.
"""

from __future__ import annotations

import re
import sys
from typing import Any, AnyStr, cast


class _Late:
    def __init__(self, expression: Any, flags: int) -> None:
        self.pattern = expression
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self.pattern, self._flags), name)
        self.__dict__[name] = found  # the next time it is not asked for here
        return found


def late(expression: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What :func:`re.compile` gives, but for its class; an error in it shows when it is used."""
    return cast("re.Pattern[AnyStr]", _Late(expression, flags))


_GOES_BACK = sys.version_info >= (3, 11, 5)


def possessive(expression: str, quantifier: str = "*") -> str:
    """What matches an expression as often as it can, and is never asked for less.

    Before CPython 3.11.5 a repetition that failed halfway left the place where it failed behind
    (python/cpython#106052), and what followed was read from there: ``van van`` became ``v an``.
    Of one character or class the quantifier ``*+`` is right there, too, and needs no help.
    """
    said = f"(?:{expression}){quantifier}"
    return f"{said}+" if _GOES_BACK else f"(?>{said})"
