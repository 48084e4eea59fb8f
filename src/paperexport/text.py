"""Text as it comes off pages, made plain; pure functions, linear in their input.

Plain text here is Unicode in NFC, without control characters, invisible junk or markup; inline
maths stays as ``$…$``.
"""

import re
import unicodedata
from collections.abc import Collection

from paperexport import latex
from paperexport._html import strip_html
from paperexport._latex_tables import MATHS_SYMBOLS
from paperexport._regex import late

__all__ = [
    "block",
    "clean",
    "fold",
    "line",
    "nfc",
    "plain_block",
    "plain_line",
    "strip_html",
    "strip_rich",
    "strip_tags",
]

# --- Characters -----------------------------------------------------------------------------------

_HEAP = late(r"[^\x00-\x7f\w]{31,}")


def nfc(s: str) -> str:
    """Unicode normalization form C.

    Of a heap of combining marks on one letter the first 30 stay: Unicode's Stream-Safe Text Format
    (UAX #15, D4) holds that no text needs more, and putting n marks in order takes n² steps.
    """
    if s.isascii() or _is_latin_1(s):
        return s
    if len(s.encode("utf-8", "surrogatepass")) > len(s) + 30:
        s = _HEAP.sub(_thinned, s)
    return unicodedata.normalize("NFC", s)


def _is_latin_1(s: str) -> bool:
    """Whether no character is above U+00FF; none up to there composes with another."""
    try:
        s.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def _thinned(heap: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for char in heap[0]:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= 30:
            kept.append(char)
    return "".join(kept)


_SPACES = "\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_BREAKS = "\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029"
_JUNK = (
    # Control characters; soft hyphen, zero-width space, marks and overrides of direction, word
    # joiner and invisible operators, byte order mark, annotation and object anchors.
    "\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffc\U000e0000-\U000e007f"
    # Non-characters.
    "\ufdd0-\ufdef"
    + "".join(chr((plane << 16) + end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
)
# The flags of England, Scotland and Wales are spelt with tags; elsewhere tags hide text.
_TAGGED = "\U0001f3f4[\U000e0020-\U000e007f]+"
_SURROGATES = "\ud800-\udfff"
_ODD = late(f"{_TAGGED}|[{_SPACES}{_BREAKS}{_JUNK}{_SURROGATES}]")
_ODD_ASCII = late("[\x00-\x09\x0b-\x1f\x7f]")
_IS_SPACE = late(f"[{_SPACES}]")
_IS_BREAK = late(f"[{_BREAKS}]")
_JOINERS = late("[\u200c\u200d]+")


def clean(s: str) -> str:
    r"""The same text in characters that every format can carry; idempotent.

    NFC; control characters and invisible junk dropped; no-break and other odd spaces and tabs
    become spaces; every kind of line break becomes ``\\n``; a lone surrogate, which is half of a
    character, becomes U+FFFD. ZWJ and ZWNJ stay between two characters outside ASCII, where
    Persian, Indic scripts and emoji need them.
    """
    if s.isascii():
        if _is_even_ascii(s) or _ODD_ASCII.search(s) is None:
            return s
        return _ODD_ASCII.sub(_even, s.replace("\r\n", "\n"))
    if s.isprintable() or ("\n" in s and s.replace("\n", "").isprintable()):
        return nfc(s)  # none of them is printable
    if "\r" in s:
        s = s.replace("\r\n", "\n")
    s = nfc(_ODD.sub(_even, s))
    if "\u200d" in s or "\u200c" in s:
        s = nfc(_JOINERS.sub(_joiner, s))
    return s


# Each byte as itself, but for the control characters.
_EVEN = bytes(range(256)).translate(bytes.maketrans(bytes((*range(32), 127)), b"?" * 33))
_SHORT = 60


def _is_even_ascii(s: str) -> bool:
    """Whether an ASCII text is printable; a long one is told three times as fast by its bytes."""
    if len(s) < _SHORT:
        return s.isprintable()
    said = s.encode()
    return said.translate(_EVEN) == said


def _even(match: re.Match[str]) -> str:
    char = match[0]
    if _IS_SPACE.match(char):
        return " "
    if _IS_BREAK.match(char):
        return "\n\n" if char == "\u2029" else "\n"
    if "\ud800" <= char <= "\udfff":
        return "\ufffd"
    return char if len(char) > 1 else ""


def _joiner(match: re.Match[str]) -> str:
    s, start, end = match.string, match.start(), match.end()
    joins = start > 0 and end < len(s) and s[start - 1] > "\x7f" and s[end] > "\x7f"
    return match[0][-1] if joins else ""


# --- White space ----------------------------------------------------------------------------------


def line(s: str) -> str:
    """The text cleaned, on one line: white space collapsed and trimmed."""
    # Half of all lines are short, and asked here for a call less.
    if not s.isascii() or not (s.isprintable() if len(s) < _SHORT else _is_even_ascii(s)):
        s = clean(s)
        if "\n" in s:
            return " ".join(s.split())
    return " ".join(s.split()) if _is_loose(s) else s


def _is_loose(s: str) -> bool:
    """Whether a clean text without line breaks holds spaces that are not wanted."""
    return "  " in s or s.strip(" ") != s


_BLANK = late(r"\n *\n\s*")
_INDENTED = late(r"\n {2,}(?=\S)")
_NEW_PARAGRAPH = late(r"(?<=[.!?:;)\]\"'”’$])\n {2,}(?=\S)")


def block(s: str) -> str:
    """The text cleaned, its hard-wrapped lines joined, one blank line between two paragraphs.

    A paragraph begins after a blank line, or, as arXiv writes them (help/prep, "Abstracts"), with
    a line that is indented by two spaces or more after one that ends a sentence. Where each line
    but the first is indented, the indent means nothing.
    """
    s = clean(s).strip()
    if "\n" not in s:
        return " ".join(s.split()) if _is_loose(s) else s
    found: list[str] = []
    for part in _BLANK.split(s):
        lines = part.count("\n")
        hanging = lines > 1 and len(_INDENTED.findall(part)) == lines
        found.extend([part] if hanging else _NEW_PARAGRAPH.split(part))
    return "\n\n".join(filter(None, (" ".join(part.split()) for part in found)))


# --- Markup ---------------------------------------------------------------------------------------


# In pairs: citeproc-js, "Rich Text Content".
_RICH = late(r"<(i|b|sup|sub|sc|span)(?: [^<>]{0,80})?>([^<>]*)</\1>")
_PAIR = late(r"<([A-Za-z]{1,6})(?: [^<>]{0,80})?>[^<>]*</\1>")
_DEPTH = 16
"""Elements of rich text inside each other, at most: each costs another look at all of it."""


def strip_rich(s: str) -> str:
    """A text without the rich text of CSL and Zotero: italics, small capitals, kept capitals."""
    for _ in range(_DEPTH):
        if "</" not in s or (plain := _RICH.sub(r"\2", s)) == s:
            break
        s = plain
    return s


def strip_tags(s: str) -> str:
    """A text without the tags of a page, where one is opened and closed; as it is where none is."""
    return strip_html(s) if _PAIR.search(s) else s


def plain_line(s: str, markup: Collection[str] = ()) -> str:
    """One line of plain text, the leftovers of the named markup languages resolved.

    Args:
        s: text as found.
        markup: as :attr:`paperexport.Entry.markup`.
    """
    return line(_plain(s, markup) if markup else s)


def plain_block(s: str, markup: Collection[str] = ()) -> str:
    """Paragraphs of plain text, the leftovers of the named markup languages resolved.

    Args:
        s: text as found.
        markup: as :attr:`paperexport.Entry.markup`.
    """
    return block(_plain(s, markup) if markup else s)


def _plain(s: str, markup: Collection[str]) -> str:
    if "html" in markup:
        s = strip_html(s)
    if "tex" in markup:
        s = latex.decode(s)
    return s


# --- Comparing ------------------------------------------------------------------------------------

# Letters that do not decompose, by what stands for them in a plain keyboard's spelling.
_PLAIN_LETTERS = {
    "ß": "ss", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "ȷ": "j", "ð": "d", "þ": "th",
    "đ": "d", "ħ": "h", "ŋ": "ng", "ŧ": "t", "ə": "e",
}  # fmt: skip
# What a page prints as a sign when its maths was rendered, and as a name when it was not.
_NAMED_SIGNS = "∞∇∂×÷±≤≥≠≈→←↔⇒⇔∈∉⊂⊆∀∃∑∏∫ℓℏ"
_SIGNS = {
    **{char: name[1:] for name, char in reversed(MATHS_SYMBOLS.items())
       if char in _NAMED_SIGNS or "α" <= char <= "ω" or "Α" <= char <= "Ω"},
    "ε": "epsilon", "φ": "phi", "ς": "sigma", "°": "circ",
}  # fmt: skip
_VARIANT = late(r"\\var(?=epsilon|phi|sigma|theta|rho|pi|kappa)")
_MARKED_UP = late(r"</?[A-Za-z]|&#?[A-Za-z0-9]+;")


def _folded(char: str) -> str:
    if char in _SIGNS:
        return _SIGNS[char].lower()
    kept: list[str] = []
    for part in unicodedata.normalize("NFKD", char).casefold():
        if part in _SIGNS:
            kept.append(_SIGNS[part].lower())
        elif part in _PLAIN_LETTERS:
            kept.append(_PLAIN_LETTERS[part])
        elif part.isalnum() or (
            unicodedata.category(part) in ("Mn", "Mc") and not _is_accent(part)
        ):
            kept.append(part)
    return "".join(kept)


def _is_accent(mark: str) -> bool:
    """Whether a mark is an accent on a Latin, Greek or Cyrillic letter, not a vowel of a script."""
    return unicodedata.name(mark, "").startswith(("COMBINING", "VARIATION SELECTOR"))


class _Folds(dict[int, str]):
    """Code point → what it leaves in a comparison key."""

    def __missing__(self, code: int) -> str:
        folded = _folded(chr(code))
        if len(self) < 20_000:
            self[code] = folded
        return folded


_FOLDS = _Folds({code: _folded(chr(code)) for code in range(128)})
# The same of ASCII, for bytes: a tenth of the time.
_FOLDED = bytes(ord(_FOLDS.get(code) or " ") for code in range(256))
_NOT_FOLDED = bytes(code for code in range(128) if not _FOLDS[code])


def fold(s: str) -> str:
    r"""A key by which two printings of one title or abstract are compared.

    Only letters and digits, case-folded and without accents (NFKC); spaces, punctuation, TeX and
    HTML leftovers are gone. Maths commands leave their names, as they do on pages that take the
    backslashes away (``\mathcal{O}`` and ``mathcal O`` are one); Greek letters and common signs
    are written as those names (``π`` is ``pi``). Not for display.
    """
    if ("<" in s or "&" in s) and _MARKED_UP.search(s):
        s = strip_html(s)
    if "\\" in s:
        s = latex.decode(_VARIANT.sub(r"\\", s))
    if s.isascii():
        return s.encode("ascii").translate(_FOLDED, _NOT_FOLDED).decode("ascii")
    return s.translate(_FOLDS)
