"""Text that fits where a format wants one line, and lines for what a format has no field for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paperexport._regex import late
from paperexport.record import Name

# What would end a line for some reader (Python's str.splitlines included), what XML and TeX
# refuse, and what UTF-8 cannot hold. A record that was normalized has none of it, bar "\n".
_UNFIT = late(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_BREAKS = late(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_NO_CHARACTER = late(r"[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_SURROGATE = late(r"[\ud800-\udfff]")
_CONTROLS = bytes((*range(0x20), *range(0x7F, 0xA0)))
_PARAGRAPH = late(r"[\n\u2029][\n\u2028\u2029 \t\r]*[\n\u2029]|\u2029")


def fits(text: str, ends: int) -> bool:
    """Whether :func:`one_line` leaves each line of a text as it is: told fast; False may be wrong.

    Args:
        text: lines with CR LF between them.
        ends: how many of those there are.
    """
    try:
        said = text.encode("latin-1")
    except UnicodeEncodeError:
        return text.count("\n") == ends and text.replace("\r\n", "").isprintable()
    return len(said.translate(None, _CONTROLS)) == len(said) - 2 * ends


def one_line(text: str) -> str:
    """The text without line breaks and control characters; what is no character is U+FFFD."""
    if text.isprintable() or _UNFIT.search(text) is None:
        return text
    return _NO_CHARACTER.sub("\ufffd", _BREAKS.sub(" ", text)).strip(" ")


def paragraphs(text: str) -> str:
    """The same, but with one blank line between paragraphs."""
    if text.isprintable() or _UNFIT.search(text) is None:
        return text
    lines = (one_line(part) for part in _PARAGRAPH.split(text))
    return "\n\n".join(line for line in lines if line)


def name_line(name: Name) -> str:
    """A name as Zotero's "Extra" field has it: ``Last || First``; a team as it is."""
    if name.literal:
        return name.literal
    family = " ".join(part for part in (name.particle, name.family) if part)
    given = f"{name.given}, {name.suffix}" if name.suffix else name.given
    if "," in name.given and not name.suffix:
        given += ","  # or what is behind the comma would be a suffix
    if name.particle and not given:
        return f"{family} ||"  # or a reader would take all of it for the family name
    return f"{family} || {given}" if given else family


def extra_line(field: str, value: str) -> str:
    """``code-url: https://…``: a field that a format has no place for.

    The syntax is that of Zotero's "Extra" field and citeproc-js (zotero.org/support/kb/
    item_types_and_fields, "Citing fields from Extra"): a CSL variable, a colon, the value.
    """
    return f"{field.replace('_', '-')}: {value}"


def extra_lines(field: str, value: object) -> list[str]:
    """The lines of one field of a record: one for each name, one for anything else."""
    if not isinstance(value, tuple):
        return [extra_line(field, str(value))]
    if names := [extra_line(field, name_line(v)) for v in value if isinstance(v, Name)]:
        return names
    return [extra_line(field, " ".join(value))]


def characters(value: Any) -> Any:
    """A JSON-like value with U+FFFD for each lone surrogate, which UTF-8 cannot hold."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {characters(name): characters(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [characters(item) for item in value]
    return value
