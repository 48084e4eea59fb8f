r"""Which words of a title keep their capitals when a style sets it in sentence case.

BibTeX's ``change.case$`` lower-cases all but the first letter of a title and the first after a
colon, and spares what stands in braces (btxhak, section 3, "t"); BibLaTeX's ``\MakeSentenceCase``
does likewise. So a word whose capitals are part of its spelling is braced, alone: braces round
more than that would stop the style from doing its work.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from paperexport._regex import late
from paperexport.latex import math_spans

Protection = Literal["words", "whole", "none"]
"""Brace single words, the whole title, or nothing."""

Encode = Callable[[str], str]
"""Plain text with ``$maths$`` → TeX."""

# A word ends at a hyphen: "LLM-based" gives {LLM}-based. An apostrophe inside belongs to it.
_WORD = late(r"[\w\u0300-\u036f]+(?:['’][\w\u0300-\u036f]+)*")
_DIGIT = late(r"\d")
# BibTeX keeps a capital after a colon, and it says nothing about the word.
_AFTER_COLON = late(r":[\s\"'“‘«(\[]*\Z")
_REACH = 8  # how far back from a word a colon is looked for: white space, a quote or two
# Function words of four letters and more, which title case may leave small. Shorter words are
# not counted at all.
_SMALL_WORDS = (
    "about above across after against along among around before behind below beneath beside "
    "between beyond does during except from have inside into like near onto over past since than "
    "that through toward towards under until upon what when where which with within without"
)
_SMALL = frozenset(_SMALL_WORDS.split())


def encoded(title: str, encode: Encode, protection: Protection, language: str = "") -> str:
    """A title in TeX, its capitals protected.

    Args:
        title: plain text with ``$maths$``, on one line.
        encode: text → TeX; what it gives is balanced in braces.
        protection: how much to protect.
        language: BCP 47, or empty. Only English knows title case: in another language every
            capital is part of the spelling.
    """
    if protection == "none" or title.lower() == title:
        return encode(title)
    if protection == "whole":
        return braced(encode(title))
    formulas = list(_formulas(title, encode)) if "$" in title else []
    words = list(_words(title, formulas))
    kept = [(*match.span(), "") for match in _kept(title, words, language)]
    out: list[str] = []
    done = 0
    for start, end, maths in sorted(kept + formulas):
        out += (encode(title[done:start]), maths or braced(encode(title[start:end])))
        done = end
    return "".join(out) + encode(title[done:])


def braced(tex: str) -> str:
    r"""TeX in braces that protect it.

    ``{\`` at the outermost level opens a "special character", in which BibTeX does change case
    (btxhak, section 4); an empty group before the backslash prevents that.
    """
    return f"{{{{}}{tex}}}" if tex.startswith("\\") else f"{{{tex}}}"


def _formulas(title: str, encode: Encode) -> Iterator[tuple[int, int, str]]:
    """``(start, end, TeX)`` of each stretch of maths that the encoder keeps as maths."""
    for start, end in math_spans(title):
        maths = encode(title[start:end])
        if maths.startswith("$"):
            # BibTeX would lower-case what is in it, commands included.
            yield start, end, maths if maths.lower() == maths else f"{{{maths}}}"


def _words(title: str, formulas: Sequence[tuple[int, int, str]]) -> Iterator[re.Match[str]]:
    """The words outside maths."""
    done = 0
    for start, end, _ in formulas:
        yield from _WORD.finditer(title, done, start)
        done = end
    yield from _WORD.finditer(title, done)


def _kept(title: str, words: list[re.Match[str]], language: str) -> Iterator[re.Match[str]]:
    """The words whose capitals belong to their spelling."""
    texts = [match[0] for match in words]
    if len(words) > 2 and title.upper() == title:
        return  # all in capitals: they tell nothing apart
    sentence = _in_sentence_case(texts) or not _is_english(language)
    for index, (match, word) in enumerate(zip(words, texts, strict=True)):
        if _inner_capital(word):
            yield match
        elif index and word[0].isupper():
            if sentence:
                before = title[max(0, match.start() - _REACH) : match.start()]
                if _AFTER_COLON.search(before) is None:
                    yield match
            elif len(word) == 1 and word != "A":
                yield match  # "Vitamin C", "Am I": a lone letter is a name, but for the article


def _inner_capital(word: str) -> bool:
    """DNA, iPhone, LLMs, T5, 3D: a capital beyond the first letter, or beside a digit."""
    tail = word[1:]
    if tail.lower() != tail:
        return True
    return word[0].isupper() and _DIGIT.search(tail) is not None


def _in_sentence_case(words: list[str]) -> bool:
    """Whether most of the longer words that title case would capitalise are small."""
    small = large = 0
    for word in words[1:]:
        if len(word) > 3:
            if word.islower():
                small += word not in _SMALL
            elif word[0].isupper() and word[1:].islower():
                large += 1
    return small > large


def _is_english(language: str) -> bool:
    return not language or language[:2].lower() == "en"
