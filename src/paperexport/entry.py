"""What a page said, verbatim: the first of the two values that travel the line."""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct

from paperexport.record import Eprint, Name, Origin, PartialDate

Markup = Literal["html", "tex"]
"""A markup language whose leftovers the text of an entry may hold."""

Value = (
    str
    | PartialDate
    | Eprint
    | tuple[str, ...]
    | tuple[Name, ...]
    | tuple[str | Name, ...]
    | Mapping[str, Any]
)
"""One field as found. Where the page itself keeps parts apart (a family name from a given name,
a year from a month), the entry keeps them apart too; otherwise it is the text as printed. A
mapping is the ``custom`` or ``origins`` of a record that is read back."""


class Entry(Struct, frozen=True, kw_only=True, gc=False):
    """One paper as a page printed it: poor, wrapped, possibly wrong, and never tidied here.

    Attributes:
        fields: field name → text as found. The names are those of :class:`~paperexport.Record`
            wherever the value belongs there, plus four that only normalizing understands:
            ``arxiv`` (an arXiv id in any spelling), ``primary_class`` (an arXiv category),
            ``others`` (the text that marked an author list as incomplete) and ``citation_key``. A
            name that none of these has (``upvotes``, ``listed``) is an extra of the listing;
            normalizing keeps it in :attr:`Record.custom`. ``author`` may be one string;
            normalizing splits it.
        origin: where it was found.
        markup: the markup languages whose leftovers the text may hold. A Daily Papers page leaves
            TeX in its abstracts, and ``<think>`` there is a word, not a tag; Crossref sends JATS.
            Empty means plain text, as in our own ``jsonl``.
        tidy: whether the source left each text as :func:`paperexport.text.line` does, an abstract
            as :func:`paperexport.text.block` does: what is decoded is clean, and need not be
            cleaned again.
    """

    fields: Mapping[str, Value]
    origin: Origin
    markup: tuple[Markup, ...] = ("tex",)
    tidy: bool = False
