"""What is wrong with one entry: a value, never an exception."""

from typing import Literal

from msgspec import Struct

from paperexport.record import Origin

Severity = Literal["info", "warning", "error"]

CODES: dict[str, str] = {
    "plugin-broken": "An installed plugin could not be loaded and was left out.",
}
"""Every code that paperexport itself uses → what it means; codes are stable, and documented."""


class Diagnostic(Struct, frozen=True, kw_only=True, gc=False):
    """A problem with one entry, for a person and for a program.

    Attributes:
        code: a stable word from :data:`CODES`, or a plugin's own (``myplugin-…``).
        severity: ``error``: the entry, or part of it, was not taken; ``warning``: it was, with
            doubt, and ``--strict`` objects; ``info``: worth knowing.
        message: what is wrong, in one sentence.
        field: the field of the record that it concerns, or empty.
        origin: where the entry was found.
        hint: what the reader can do, or empty.
    """

    code: str
    severity: Severity
    message: str
    field: str = ""
    origin: Origin = Origin()
    hint: str = ""

    def __str__(self) -> str:
        """One line, as compilers print it: ``page.html:17: warning[author-unsplit]: …``."""
        where = str(self.origin)
        text = f"{self.severity}[{self.code}]: {self.message}"
        text = f"{where}: {text}" if where else text
        return f"{text} ({self.hint})" if self.hint else text
