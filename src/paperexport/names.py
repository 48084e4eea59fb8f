"""A person's name, and lists of them: as pages print them, and as BibTeX writes them.

The parts are those of CSL 1.0.2 ("Name Parts") and of BibTeX (Patashnik 1988, *btxhak*, 4). What
cannot be told apart is left together: a team, a name of one word, and a name in Chinese, Japanese
or Korean script, whose order is kept as printed, are literals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from paperexport import latex, text
from paperexport._regex import late, possessive
from paperexport.record import Name

__all__ = [
    "HOMONYM",
    "PARTICLE",
    "SUFFIXES",
    "is_et_al",
    "is_others",
    "is_team",
    "parse",
    "parse_bibtex",
    "particle_of",
    "split",
]

SUFFIXES = frozenset("Jr. Jr Sr. Sr II III IV 2nd 3rd 4th".split())
"""What is nobody's first or last name, wherever a .bib file has it."""
_SUFFIX = late("|".join(map(re.escape, sorted(SUFFIXES))), re.IGNORECASE)
_TEAM_WORDS = frozenset(
    """
    academy administration agency alliance association authority authors benchmark bureau centre
    center challenge collaboration commission committee
    community company consortium contributors corporation council department developers division
    experiment federation foundation group initiative institute lab laboratory labs ministry network
    observatory organisation organization partnership program programme project research society
    survey team teams telescope union university workgroup workshop
    """.split()
)
_TEAM_ENDS = frozenset({"AI", "DeepMind", "Inc", "Inc.", "Ltd", "Ltd.", "GmbH", "LLC", "LLM"})
# An article, or an all-capitals tail as in "DeepSeek-AI"; a number never stands in a person's name.
_TEAM_SHAPE = late(r"The\s|.*(?:[a-z]-?|-)AI$|.*\d.*\s|OpenAI$|.*\s\d", re.DOTALL)
_CJK = late(
    r"[\u3040-\u30ff\u3100-\u312f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    r"\U00020000-\U0003ffff\s·・]+"
)
# Parts of a family name that are written with a capital; those of Asian given names ("Van", "Da")
# are not among them, so that nothing is moved by guess.
_CAPITAL_PARTICLES = frozenset(
    ("De", "Del", "Della", "Dello", "Di", "Dos", "El", "La", "Le", "Von", "St.", "Ter", "'t")
)
# One at most, as in "'t": of two, or an @, TeX makes something in braces, where no letter counts.
_NO_LETTER = r"(?:(?![^\W\d_])[^\s,;{}$\\@])?"
PARTICLE = late(rf"(?:[^\s,;{{}}$\\]+ )*{_NO_LETTER}[a-z][^\s,;{{}}$\\]*")
"""One or more words, the last of which has a lower-case first letter, and one of ASCII: what both
BibTeX, which knows no other letters, and biber take for the "von" part (btxhak, 4)."""
_VON = late(rf"{_NO_LETTER}[a-z]")
_PARTICLES = frozenset(
    ("al", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "la", "le", "ten",
     "ter", "van", "von", "zu", "zur")
)  # fmt: skip
_VAN = frozenset({"Van", "van"})
_AFTER_VAN = frozenset({"de", "den", "der", "het", "De", "Den", "Der", "'t"})
_OTHERS = late(
    r"(?:,?\s*(?:and|&|\+)?\s*)"
    r"(?:et\.?\s*al(?:ii|ia|\.)?|(?:and|&)\s+(?:\d[\d,]*\s+)?(?:others|more|(?:other|more)\s+authors)"
    r"|\+\s*\d[\d,]*\s*(?:others|more|authors)?|\d[\d,]*\s+(?:others|more|(?:other|more)\s+authors)"
    r"|others|\.{3}|…|等)\.?\s*",
    re.IGNORECASE,
)
_ENDS_OTHERS = late(r"(?:[\s,;]|^)" + _OTHERS.pattern + r"$", re.IGNORECASE)
_CAPITAL = r"[A-ZÀ-ÖØ-ÞА-Я]"
_INITIALS = late(rf"{_CAPITAL}\.?(?:[ -]?{_CAPITAL}\.?){{0,3}}")
HOMONYM = late(r"(?<=[^\W\d_]|\.) 0\d{3}(?=\s+and\s|\s*\Z)", re.IGNORECASE)
"""By which DBLP tells people of one name apart, and nobody else does: ``Wei Wang 0003``."""
_AND = late(r"\s*,?\s+(?:and|&)\s+|\s*;\s*|\s*[·•|]\s+|\n+", re.IGNORECASE)


def is_team(name: str) -> bool:
    """Whether a printed name is that of a team, a collaboration or a company.

    Told by what only such names have: an article in front, a word such as "Team" or
    "Collaboration", an "AI" at the end. In doubt it is a person.
    """
    words = name.replace(",", " ").split()
    if not words:
        return False
    if words[-1] in _TEAM_ENDS and len(words) > 1 and words[-1] != words[-1].lower():
        return True
    if _TEAM_SHAPE.match(name) and not _CJK.fullmatch(name):
        return True
    return len(words) > 1 and any(word.lower().strip("().") in _TEAM_WORDS for word in words)


def is_others(name: str) -> bool:
    """Whether a text is no person but the mark of a list that was cut short: ``et al.``."""
    return bool(name) and _OTHERS.fullmatch(name) is not None


def is_et_al(name: str) -> bool:
    """Whether a text is ``et al.``, where other marks of a cut list may be names."""
    return name[:2].lower() == "et" and is_others(name)


def parse(printed: str) -> Name:
    """The parts of one printed name.

    Args:
        printed: ``Ludwig van Beethoven``, ``King, Jr., Martin Luther``, ``Qwen Team``; plain text.

    Returns:
        the name; an empty one where nothing is printed.
    """
    name = text.line(printed).strip(" ,;")
    if len(name) > 1 and name[0] == "{" and name[-1] == "}" and "}" not in name[1:-1]:
        return Name(literal=name[1:-1].strip())
    if not name or is_team(name) or _CJK.fullmatch(name):
        return Name(literal=name)
    if "," in name:
        return _inverted([part.strip() for part in name.split(",")])
    words = name.split()
    if len(words) == 1 or any(word.lower() in ("and", "&") for word in words):
        return Name(literal=name)
    suffix = ""
    if len(words) > 2 and _SUFFIX.fullmatch(words[-1]):
        suffix = words.pop()
    # "Fei Wang (王飞)": what is added in parentheses is no family name.
    added: list[str] = []
    while len(words) > 2 and words[-1][0] in "(（" and words[-1][-1] in ")）":
        added.insert(0, words.pop())
    start = _family_at(words)
    particle, family = _particle(words[start:])
    given = " ".join([*words[:start], *added])
    return Name(family=family, given=given, particle=particle, suffix=suffix)


def _inverted(parts: Sequence[str]) -> Name:
    """``Family, Given``, ``Family, Jr., Given``, ``Family, Given, Jr.``, ``Given Family, Jr.``."""
    suffix = ""
    rest = [part for part in parts if part]
    for at in range(1, len(rest)):
        if _SUFFIX.fullmatch(rest[at]):
            suffix = rest.pop(at)
            break
    if not rest:
        return Name(literal=suffix)
    if len(rest) == 1:
        words = rest[0].split()
        if len(words) == 1:
            return Name(family=rest[0], suffix=suffix) if suffix else Name(literal=rest[0])
        start = _family_at(words)
        particle, family = _particle(words[start:])
        given = " ".join(words[:start])
    else:
        particle, family = _particle(rest[0].split())
        given = ", ".join(rest[1:])
    words = family.split()
    if not suffix and len(words) > 1 and _SUFFIX.fullmatch(words[-1]):
        family, suffix = " ".join(words[:-1]), words[-1]
    return Name(family=family, given=given, particle=particle, suffix=suffix)


def _is_lower(word: str) -> bool:
    """Whether the first letter of a word is lower case, as in ``van``, ``d'``, ``al-``."""
    if word[:1].isupper():
        return False
    for char in word:
        if char.isalpha():
            return char.islower()
    return False


def _family_at(words: Sequence[str]) -> int:
    """The index of the first word of the family name, particles included; never 0 but for them."""
    if all(map(_is_lower, words)) and words[0] not in _PARTICLES:
        return len(words) - 1  # "bell hooks", or a page that has no capitals
    first = next((i for i in range(len(words) - 1) if _is_lower(words[i])), None)
    if first is not None and not (first and words[first] in {"y", "e", "i"}):
        if first and words[first] in _AFTER_VAN and words[first - 1] in _VAN:
            first -= 1
        return first
    if first is not None:  # "Ortega y Gasset"
        return max(1, first - 1)
    start = len(words) - 1
    while start > 1 and (
        words[start - 1] in _CAPITAL_PARTICLES
        or (words[start - 1] in _AFTER_VAN and words[start - 2] in _VAN)
        or (words[start - 1] in _VAN and words[start] in _AFTER_VAN)
    ):
        start -= 1
    return start


def _particle(words: Sequence[str]) -> tuple[str, str]:
    """The lower-case words in front of a family name, and the rest; the rest is never empty."""
    count = 0
    while count < len(words) - 1 and _is_lower(words[count]):
        count += 1
    return " ".join(words[:count]), " ".join(words[count:])


def particle_of(family: str) -> tuple[str, str]:
    """The particle in front of a family name, and the family name: ``van der Berg``.

    A particle is what BibTeX takes for one (btxhak, 4): words whose first letter is lower case,
    told by ASCII alone. The last word is never one.
    """
    if " " not in family:
        return "", family
    words = family.split()
    count = 0
    while count < len(words) - 1 and _VON.match(words[count]):
        count += 1
    return " ".join(words[:count]), " ".join(words[count:])


def split(printed: str) -> tuple[tuple[str, ...], str]:
    """The names of a printed author list, and the mark of one that was cut short.

    Commas, semicolons, ``and``, ``&``, middle dots and line breaks separate. Where semicolons or
    ``and`` separate names that each hold a comma, the comma stays with its name
    (``Lovelace, Ada and Babbage, Charles``).

    Args:
        printed: the list, plain text.

    Returns:
        the names, and the text of an ``et al.`` mark or an empty string.
    """
    listed = text.clean(printed).strip().strip(",;")
    others = ""
    if found := _ENDS_OTHERS.search(listed):
        others = found[0].strip(" ,;\n")
        listed = listed[: found.start()].strip(" ,;\n")
    parts = [part for part in (text.line(p) for p in _AND.split(listed)) if part]
    if ";" in listed or (len(parts) > 1 and all("," in part for part in parts)):
        return tuple(parts), others
    if len(parts) == 1 and parts[0].count(",") == 1:
        family, given = (part.strip() for part in parts[0].split(","))
        # "Lovelace, Ada" is one name; "Xingyu Fu, Ada Lovelace" are two.
        if family and given and len(_particle(family.split())[1].split()) == 1:
            return (parts[0],), others
    names: list[str] = []
    for part in parts:
        pieces = [piece.strip() for piece in part.split(",")]
        if _are_inverted(pieces):
            names += map(", ".join, zip(pieces[::2], pieces[1::2], strict=True))
            continue
        for piece in pieces:
            if names and _SUFFIX.fullmatch(piece):
                names[-1] += f", {piece}"
            elif is_others(piece):
                others = others or piece
            elif piece:
                names.append(piece)
    return tuple(names), others


def _are_inverted(pieces: Sequence[str]) -> bool:
    """Whether the commas of ``Doe, J., Smith, A. B.`` stand inside of names, too."""
    return (
        len(pieces) > 2
        and len(pieces) % 2 == 0
        and all(map(_INITIALS.fullmatch, pieces[1::2]))
        and not any(map(_INITIALS.fullmatch, pieces[::2]))
    )


# --- BibTeX ---------------------------------------------------------------------------------------

_PIECE = late(r"\\.|[{}]|,|[\s~]+|[^\\{},\s~]+|\\$", re.DOTALL)
_EXTENDED = late(r"\s*\"?(family|given|prefix|suffix)(?:-i)?\s*=", re.IGNORECASE)


def parse_bibtex(field: str) -> tuple[tuple[Name, ...], bool]:
    r"""The names of an ``author`` or ``editor`` field, split by BibTeX's rules.

    ``First von Last``, ``von Last, First`` or ``von Last, Jr, First``; " and " separates where it
    is in no braces; a name wholly in braces is a literal; BibLaTeX's extended format
    (``family=…, given=…``; manual 3.4) is read too.

    Args:
        field: the value as TeX, without its outer delimiters.

    Returns:
        the names, decoded to plain text, and whether the list ended in ``and others``.
    """
    if (easy := _easy_names(field)) is not None:
        return easy
    tidy = _without_semicolons(field) if ";" in field else field
    tidy = HOMONYM.sub("", latex.textual(tidy))
    return (_easy_names(tidy) if tidy != field else None) or _careful_names(tidy)


_SEMICOLON = late(r"[{};]")
_BIBTEX_AND = late(r"\sand\s", re.IGNORECASE)


def _without_semicolons(field: str) -> str:
    """No name in BibTeX holds a semicolon; some write it between names, or behind each."""
    field = text.strip_html(field) if "&" in field else field
    parts: list[str] = []
    depth = done = 0
    for found in _SEMICOLON.finditer(field):
        if found[0] != ";":
            depth = max(0, depth + (1 if found[0] == "{" else -1))
        elif not depth:
            parts.append(field[done : found.start()])
            done = found.end()
    parts.append(field[done:])
    return (" " if _BIBTEX_AND.search(field) else " and ").join(filter(str.strip, parts))


# Ordinary names, as one expression finds them: words of letters, single spaces between, or a
# name wholly in braces. A word's case, by which BibTeX tells the "von" part, is that of its first
# letter.
_UPPER = "".join(char for char in map(chr, range(0x250)) if char.isupper())
_LOWER = "".join(char for char in map(chr, range(0x250)) if char.islower())
_NOT_AND = r"(?![Aa][Nn][Dd](?:[ ,]|\Z))"
# What is up to U+00FF is told by a bitmap, and only the rest asked whether it is a letter.
_LATIN = "A-Za-zÀ-ÖØ-öø-ÿ"
_IN_WORD = rf"[{_LATIN}.'\w-]*+"
_UPPER_WORD = rf"{_NOT_AND}[{_UPPER}]{_IN_WORD}"
_LOWER_WORD = rf"{_NOT_AND}[{_LOWER}]{_IN_WORD}"
_ANY_WORD = rf"{_NOT_AND}(?:[{_LATIN}]|[^\W\d_]){_IN_WORD}"
_FAMILY = _UPPER_WORD + possessive(f" {_UPPER_WORD}")
_GIVEN = _ANY_WORD + possessive(f" {_ANY_WORD}")
_BEFORE = possessive(f"{_LOWER_WORD} ")
_EASY_NAME = (
    rf"(?:({_BEFORE})({_FAMILY}|{_LOWER_WORD}), (?:({_ANY_WORD}), )?({_GIVEN})"
    rf"|({_UPPER_WORD}(?: {_UPPER_WORD})*) ((?:{_LOWER_WORD} )*)({_ANY_WORD})"
    r"|\{(\w[\w .,'-]*+)\})(?= and |\Z)"
)
_EASY = late(rf"(?:\A| and ){_EASY_NAME}")
# Below U+0300 no letter is anything else in NFC; a word of letters holds nothing invisible.
_COMPOSABLE = late(r"[^\x00-\u02ff]")


def _easy_names(field: str) -> tuple[tuple[Name, ...], bool] | None:
    """What :func:`parse_bibtex` says, where nothing but accents and names in braces is TeX.

    None where it is not as easy as that; a property test holds that both ways say the same.
    """
    said = latex.accented(field) if "\\" in field else field
    if "\n" in said:
        said = " ".join(said.split())
    if ("-" in said and "--" in said) or ("'" in said and "''" in said):
        return None
    listed = _EASY.findall(said)
    # As many as the "and"s make that are not in the braces of one of them: or some was left out.
    inside = sum(one[-1].count(" and ") for one in listed) if "{" in said else 0
    if len(listed) + inside != said.count(" and ") + 1:
        return None
    if _COMPOSABLE.search(said) and text.nfc(said) != said:
        return None
    names: list[Name] = []
    for before, last, suffix, first, given, particle, family, literal in listed:
        if first in SUFFIXES or family in SUFFIXES:
            return None
        if literal:
            names.append(Name(literal=" ".join(literal.split())))
        elif before or particle or suffix:
            von = (before or particle).strip()
            names.append(Name(family=last or family, given=first or given, particle=von,
                              suffix=suffix))  # fmt: skip
        else:
            names.append(Name(family=last or family, given=first or given))
    return tuple(names), False


def _careful_names(field: str) -> tuple[tuple[Name, ...], bool]:
    names: list[Name] = []
    others = False
    for words, commas in _bibtex_names(field):
        if len(words) == 1 and words[0].lower() == "others":
            others = True
        elif words:
            name = _bibtex_name(words, commas)
            if name != Name():
                names.append(name)
    return tuple(names), others


def _bibtex_names(field: str) -> Iterator[tuple[list[str], list[int]]]:
    """The words of each name, and after how many of them its commas stand."""
    words: list[str] = []
    commas: list[int] = []
    word: list[str] = []
    depth = 0

    def close() -> None:
        if word:
            words.append("".join(word))
            word.clear()

    for piece in _PIECE.findall(field):
        if piece == "{":
            depth += 1
        elif piece == "}":
            depth = max(0, depth - 1)
        if depth or piece == "}":
            word.append(piece)
        elif piece == ",":
            close()
            commas.append(len(words))
        elif piece[0] == "~" or piece.isspace():
            close()
            if words and words[-1].lower() == "and":
                words.pop()
                yield words, commas
                words, commas = [], []
        else:
            word.append(piece)
    close()
    if words and words[-1].lower() == "and":
        words.pop()
    yield words, commas


def _bibtex_name(words: list[str], commas: list[int]) -> Name:
    while commas and commas[-1] == len(words):
        commas.pop()  # "Smith, John,": behind the last comma stands nobody's first name
    if _EXTENDED.match(" ".join(words)):
        return _extended(" ".join(_with_commas(words, commas)))
    if not commas:
        if len(words) == 1:
            only = words[0]
            if only.startswith("{") and _closes_at_end(only):
                return Name(literal=_plain(only))
            return Name(family=_plain(only))
        if len(words) > 2 and words[-1] in SUFFIXES:  # for BibTeX it would be the last name
            return _with_suffix(words[:-1], words[-1])
        lower = [i for i in range(len(words) - 1) if _is_von(words[i])]
        if lower:
            given, particle = words[: lower[0]], words[lower[0] : lower[-1] + 1]
            family = words[lower[-1] + 1 :]
        else:
            given, particle, family = words[:-1], [], words[-1:]
        return _name(given, particle, family, [])
    if len(commas) > 2:
        # BibTeX knows two at most; "Smith, J., Doe, K." is no name, and not for us to split.
        return Name(literal=_plain(" ".join(_with_commas(words, commas))))
    parts = [
        words[start:end] for start, end in zip([0, *commas], [*commas, len(words)], strict=True)
    ]
    if len(parts[-1]) == 1 and parts[-1][0] in SUFFIXES:
        # "King, Martin Luther, Jr." and "Martin Luther King, Jr.", where BibTeX wants it between.
        if len(parts) == 2:
            return _with_suffix(*parts)
        if parts[1] and parts[1][0] not in SUFFIXES:
            parts = [parts[0], parts[2], parts[1]]
    last = parts[0]
    vons = [i for i in range(len(last) - 1) if _is_von(last[i])]
    cut = vons[-1] + 1 if vons and _is_von(last[0]) else 0
    suffix = parts[1] if len(parts) > 2 else []
    given = [word for part in parts[2:] or parts[1:] for word in part]
    return _name(given, last[:cut], last[cut:], suffix)


def _with_suffix(words: list[str], suffix: Sequence[str]) -> Name:
    name = _bibtex_name(words, [])
    if name.literal:
        return Name(literal=f"{name.literal} {''.join(suffix)}")
    return Name(family=name.family, given=name.given, particle=name.particle,
                suffix="".join(suffix))  # fmt: skip


def _with_commas(words: list[str], commas: list[int]) -> list[str]:
    behind = frozenset(commas)
    return [word + ("," if i in behind else "") for i, word in enumerate(words, 1)]


def _extended(name: str) -> Name:
    """``family=Beethoven, prefix=van, given=Ludwig`` (BibLaTeX manual, 3.4)."""
    parts: dict[str, str] = {}
    for piece in name.split(","):
        key, _, value = piece.strip().strip('"').partition("=")
        parts[key.strip().lower()] = _plain(value.strip().strip('"'))
    return Name(
        family=parts.get("family", ""),
        given=parts.get("given", ""),
        particle=parts.get("prefix", ""),
        suffix=parts.get("suffix", ""),
    )


def _name(
    given: Sequence[str], particle: Sequence[str], family: Sequence[str], suffix: Sequence[str]
) -> Name:
    return Name(
        family=_plain(" ".join(family)),
        given=_plain(" ".join(given)),
        particle=_plain(" ".join(particle)),
        suffix=_plain(" ".join(suffix)),
    )


def _plain(tex: str) -> str:
    return text.line(latex.decode(tex))


def _closes_at_end(word: str) -> bool:
    """Whether the brace that a word opens with is closed by its last character."""
    depth = 0
    for i, char in enumerate(word):
        depth += (char == "{") - (char == "}")
        if not depth:
            return i == len(word) - 1
    return False


def _is_von(word: str) -> bool:
    r"""Whether BibTeX takes a word for a "von" part: its first letter is lower case.

    Letters in braces do not count, unless the brace opens a special character (``{\"o}``), whose
    letter does (btxhak, 4).
    """
    if word.startswith("{\\"):
        plain = _plain(word)
        return bool(plain) and plain[0].islower()
    if word.startswith("{"):
        return False
    if word.startswith("\\"):
        word = _plain(word)
    for char in word:
        if char.isalpha():
            return char.islower()
        if char == "{":
            return False
    return False
