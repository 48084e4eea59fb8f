"""Identifiers of papers in any spelling: a list, a mail, a page of notes.

One entry for each paper, the first time it is named. A line of a list that names none is a
diagnostic; a line of prose is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from paperexport import identifiers
from paperexport._regex import late
from paperexport.diagnostics import Diagnostic
from paperexport.entry import Entry, Value
from paperexport.hookspecs import Source
from paperexport.record import Origin
from paperexport.sources._text import decoded, head_text, is_markup
from paperexport.sources.daily_papers_text import SIGNS

_WORD = late(r"\S*[\d/]\S*")


class Identifiers(Source, frozen=True, kw_only=True):
    """arXiv ids, DOIs, and the addresses that hold them, wherever they stand in a text."""

    name: ClassVar[str] = "identifiers"
    summary: ClassVar[str] = "arXiv ids, DOIs and their URLs, in a list or in free text"

    def recognises(self, head: bytes, locator: str) -> bool:  # noqa: ARG002 - by content alone
        """Told by the share of lines that hold one; a copied page has few among many."""
        said = head_text(head)
        lower = said.lower()
        if is_markup(said) or any(sign in lower for sign in SIGNS[:2]):
            return False
        lines = [line for line in said.splitlines() if line.strip()]
        if any(line.startswith(("### ", "## ")) for line in lines):
            return False
        holding = sum(1 for line in lines if next(identifiers.find(line[:5000]), None))
        return holding > 0 and (holding * 5 >= len(lines) or len(lines) <= 5)

    def read(self, stream: BinaryIO, locator: str) -> Iterator[Entry | Diagnostic]:
        """Yield an entry for each paper that is named, and a diagnostic for what looks like one."""
        origin = Origin(source=self.name, locator=locator, trust=self.trust)
        page, problems = decoded(stream.read(), origin)
        yield from problems
        seen: set[str] = set()
        for number, line in enumerate(page.splitlines(), 1):
            at = Origin(source=self.name, locator=locator, line=number, trust=self.trust)
            hits = list(identifiers.find(line))
            for hit in hits:
                name = f"{hit.scheme}:{hit.value.lower()}"
                if name not in seen:
                    seen.add(name)
                    yield Entry(fields=_fields(hit), origin=at, markup=())
            only = line.strip()
            if not hits and not only.startswith("#") and _WORD.fullmatch(only):
                yield Diagnostic(
                    code="identifier-unread",
                    severity="warning",
                    message=f"{only[:80]!r} is no identifier that is known here",
                    origin=at,
                    hint="write 2401.09042, hep-th/9901001 or 10.1000/182",
                )


def _fields(hit: identifiers.Found) -> dict[str, Value]:
    if hit.scheme == "arxiv":
        version = f"v{hit.version}" if hit.version else ""
        fields: dict[str, Value] = {"type": "article", "arxiv": f"{hit.value}{version}"}
        if hit.primary_class:
            fields["primary_class"] = hit.primary_class
        return fields
    if hit.scheme in ("doi", "pmid", "pmcid"):
        return {hit.scheme: hit.value}
    return {"other_ids": (f"{hit.scheme}:{hit.value}",)}
