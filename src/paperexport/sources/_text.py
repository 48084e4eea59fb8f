"""Bytes of a text file → text."""

from __future__ import annotations

import codecs
import re

from paperexport._regex import late
from paperexport.diagnostics import Diagnostic
from paperexport.record import Origin

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# How files begin that people give by mistake, what they are, and what to do instead.
_NO_TEXT = (
    (b"%PDF-", "a PDF", "save the page or its text; a DOI or an arXiv id in a .txt file is enough"),
    (b"PK\x03\x04", "a zip archive, as .docx and .epub are too", "unpack it; save text"),
    (b"\x1f\x8b", "compressed (gzip)", "gunzip it, or zcat FILE | paperexport … -"),
    (b"BZh", "compressed (bzip2)", "bunzip2 it, or bzcat FILE | paperexport … -"),
    (b"\xfd7zXZ\0", "compressed (xz)", "unxz it, or xzcat FILE | paperexport … -"),
    (b"\x28\xb5\x2f\xfd", "compressed (zstd)", "unzstd it, or zstdcat FILE | paperexport … -"),
    (b"{\\rtf", "rich text (RTF)", "save it as plain text"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document", "save it as plain text"),
    (b"SQLite format 3\0", "an SQLite database", "export from the program that keeps it"),
    (b"\x89PNG", "a picture", "copy the text, not a picture of it"),
    (b"\xff\xd8\xff", "a picture", "copy the text, not a picture of it"),
)

# How an entry of BibTeX and a record of RIS begin: at the beginning of a line.
BIBTEX_START = late(
    r"^[ \t]*@[ \t]*(?!comment\b|string\b|preamble\b)[A-Za-z]+[ \t]*[{(]",
    re.MULTILINE | re.IGNORECASE,
)
RIS_START = late(r"^\ufeff?\s*TY {1,2}- ?\w", re.MULTILINE)


def begins_with(said: str, mine: re.Pattern[str], others: re.Pattern[str]) -> bool:
    """Whether a text has one kind of beginning, and no other kind before it: an abstract quotes."""
    found = mine.search(said)
    return found is not None and others.search(said, 0, found.start()) is None


def decoded(data: bytes, origin: Origin) -> tuple[str, list[Diagnostic]]:
    """The text of a file: UTF-8, what its byte order mark says, or else Windows-1252.

    Args:
        data: the file, or its head.
        origin: for the diagnostic.

    Returns:
        the text without its mark, and a diagnostic where the encoding was told from the bytes.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), []
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        said = Diagnostic(
            code="encoding-guessed",
            severity="warning",
            message=f"byte {error.start} is no UTF-8; the text was read as Windows-1252",
            origin=origin,
            hint="save the file as UTF-8",
        )
        return data.decode("cp1252", "replace"), [said]


def no_text(head: bytes) -> tuple[str, str] | None:
    """``(what it is, what to do)`` for an input that is no text; None for one that may be."""
    for start, what, hint in _NO_TEXT:
        if head.startswith(start):
            return what, hint
    if b"\0" in head and not any(head.startswith(mark) for mark, _ in _BOMS):
        return "UTF-16 without a byte order mark, or no text at all", "save it as UTF-8"
    return None


def head_text(head: bytes) -> str:
    """The text of the first bytes of an input; a character that the end cuts is dropped."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "ignore")
    return head.decode("utf-8", "ignore")


def is_mhtml(head: str) -> bool:
    """Whether a text opens as a page that was saved as one file, with all that it shows."""
    start = head[:2000].lower()
    return "\nmime-version:" in start and "multipart/related" in start


def is_markup(head: str) -> bool:
    """Whether a text opens as JSON, HTML, XML, BibTeX or RIS do, and is no plain text."""
    start = head.lstrip()[:400]
    if is_mhtml(head):
        return True
    if start.startswith(("{", "<", "TY  -")):
        return True
    if start.startswith("[") and start[1:].lstrip()[:1] in ("{", "]", '"'):
        return True
    # An entry of BibTeX, perhaps after a comment.
    return any(
        line.startswith("@") and "{" in line[:40] and "," in line
        for line in head[:20_000].splitlines()
    )
