r"""What the two BibTeX dialects share: how a value is written so that it cannot break the file.

Text goes through :func:`paperexport.latex.encode`. Addresses and identifiers are verbatim in
BibLaTeX (manual, 2.2.1, "verbatim" and "uri") and printed by ``\url`` and ``\doi`` in BibTeX's
styles, so they are never TeX-escaped; what would break the file is percent-encoded instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from paperexport import latex
from paperexport._regex import late
from paperexport.formats.lines import extra_line, one_line, paragraphs
from paperexport.names import PARTICLE, SUFFIXES
from paperexport.record import Name, Record

Encode = Callable[[str], str]

# `@word{` inside a value starts an entry for parsers that look for that (bibtexparser 2); with the
# at sign in braces it does not, and prints the same.
_ENTRY_LIKE = late(r"@(?=\w*[ \t]*\{)")
# RFC 3986, 2: what a URI may not hold, and so may not break a file; non-ASCII is percent-encoded,
# which names the same resource.
_NOT_URI = late(r"[^!#-;=?-\[\]_a-z~]")
# What would break the file; the rest of a DOI stays as registered, `<` and `>` included.
_NOT_VERBATIM = late(r"[\x00-\x20\\{}\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_DASH = late(r"\s*[-–—]+\s*")
# One or more words of which all but the last start with an ASCII capital: BibTeX takes a word that
# starts otherwise for the "von" part (btxhak, 4; its case test knows ASCII alone).
_FAMILY = late(r"(?:[A-Z][^\s,{}]* )*[^\s,{}]+")
_SPLITS = late(r"[,;]|(?:^|\s)and(?:\s|$)", re.IGNORECASE)
# `&amp;` is read as what a page left; the empty group keeps a text that is meant so.
_ENTITY_LIKE = late(r"\\&(?=(?:\\#)?\w+;)")


def encoder(ascii_only: bool) -> Encode:
    """Plain text with ``$maths$`` → TeX that cannot break the file."""
    return _encode_ascii if ascii_only else _encode


def _encode(text: str) -> str:
    return _kept(latex.encode(one_line(text)))


def _encode_ascii(text: str) -> str:
    return _kept(latex.encode(one_line(text), ascii=True))


def _kept(tex: str) -> str:
    if "@" in tex:
        tex = _ENTRY_LIKE.sub("{@}", tex)
    return _ENTITY_LIKE.sub(r"\\&{}", tex) if "&" in tex and ";" in tex else tex


def block(text: str, encode: Encode) -> str:
    """Paragraphs, a blank line between two. BibTeX and biber read it as white space."""
    if "\n" not in text:
        return encode(text)
    return "\n\n".join(encode(part) for part in paragraphs(text).split("\n\n"))


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "replace"))


def uri(text: str) -> str:
    """An address."""
    return _NOT_URI.sub(_percent, text)


def verbatim(text: str) -> str:
    """An identifier."""
    return _NOT_VERBATIM.sub(_percent, text)


def pages(text: str, encode: Encode) -> str:
    """A range with an en dash, ``12--34`` (btxdoc, 3.2, "pages")."""
    return encode(_DASH.sub("-", text)).replace("-", "--")


def keywords(words: Iterable[str], encode: Encode) -> str:
    """Words with commas between (BibLaTeX manual, 2.2.3); one that holds a comma in braces.

    Alone in its braces it is a list as the Web of Science writes them, but for a comma behind it.
    """
    said = [f"{{{encode(w)}}}" if "," in w or ";" in w else encode(w) for w in words]
    return ", ".join(said) + ("," if len(said) == 1 and said[0].startswith("{") else "")


def people(names: Iterable[Name], encode: Encode, incomplete: bool) -> str:
    """Names joined by ``and``; ``and others`` where some are missing (btxdoc, 3.2, "author")."""
    said = [said for name in names if (said := person(name, encode))]
    if incomplete and said:
        said.append("others")
    return " and ".join(said)


def person(name: Name, encode: Encode) -> str:
    """One name as BibTeX splits it: ``von Last, Jr, First``; a team in braces, unsplit."""
    if name.literal:
        return f"{{{encode(name.literal)}}}"
    particle, family, given, suffix = name.particle, name.family, name.given, name.suffix
    if not family:
        # Nothing to sort by: what there is, is the name.
        rest = " ".join(part for part in (particle, given, suffix) if part)
        return f"{{{encode(rest)}}}" if rest else ""
    if particle and (PARTICLE.fullmatch(particle) is None or _SPLITS.search(particle)):
        # BibTeX has no capital "von", and "and" separates; the word stays in the family name.
        family, particle = f"{particle} {family}", ""
    elif particle.endswith(("'", "’")):
        # "d'Alembert" is one word for BibTeX, as it is in print.
        family, particle = f"{particle}{family}", ""
    last = _part(family, encode, _FAMILY)
    if particle:
        last = f"{encode(particle)} {last}"
    first = f"{{{given}}}" if given in SUFFIXES else _part(given, encode)
    if suffix:
        return f"{last}, {_part(suffix, encode)}, {first or '{}'}"
    if given:
        return f"{last}, {first}"
    # Without a comma the words before the last would be a first name.
    if family.lower() in {"others", "and"}:
        return f"{last}," if particle else f"{{{last}}}"
    if particle and family.split()[-1] in SUFFIXES and not last.endswith("}"):
        return f"{encode(particle)} {{{encode(family)}}}"
    alone = " " in family and not particle
    return f"{{{last}}}" if alone else last


def _part(text: str, encode: Encode, shape: re.Pattern[str] | None = None) -> str:
    """One part of a name, in braces where BibTeX would split it otherwise."""
    tex = encode(text)
    if _SPLITS.search(text) is not None or (shape is not None and shape.fullmatch(text) is None):
        return f"{{{tex}}}"
    return tex


def lines(said: Iterable[str], encode: Encode) -> str:
    """What the format has no field for, a line each."""
    return "\n".join(map(encode, said))


def incomplete(record: Record, *with_others: str) -> list[str]:
    """A line for a list of names that lacks people and cannot end in ``and others``."""
    return [
        extra_line(field, "others")
        for field in record.incomplete
        if field not in with_others or not getattr(record, field)
    ]


def entry(kind: str, key: str, fields: Iterable[str]) -> str:
    """One entry: ``@kind{key,`` and its ``name = {value}`` lines, ending in a newline."""
    body = ",\n".join(fields)
    return f"@{kind}{{{key},\n{body}\n}}\n" if body else f"@{kind}{{{key},\n}}\n"
