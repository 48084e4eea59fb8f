"""Whether a candidate that a service gave is the paper that was looked for.

An identifier beats a title. A title alone decides nothing: titles are re-used, and one paper in
six changes its own. So a second, independent piece of evidence is demanded (the abstract, an
author, the year), and what it says bounds the verdict. docs/matching.md tells each threshold and
why.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence, Set
from itertools import pairwise
from typing import Literal

from msgspec import Struct

from paperexport import text
from paperexport._regex import late
from paperexport.identifiers import aliases
from paperexport.record import Name, Record

Verdict = Literal["sure", "probable", "ambiguous", "none"]
"""``sure``: taken. ``probable``: taken only where asked for. ``ambiguous``: for a person to
decide. ``none``: another paper."""

Said = Literal["same", "near", "unclear", "other", "unknown"]
"""What one piece of evidence says; ``unknown`` where one side says nothing."""

ALIKE = 0.9
"""Two folded titles whose longest common subsequence covers this share of both are alike. They may
be one title with a slip in it, or two papers of one group: alike is never enough."""
ABSTRACT_SAME = 0.6
"""Share of the shorter abstract's three-word runs that the longer one has, from which both are one
text, whatever the titles say."""
ABSTRACT_NEAR = 0.5
"""The same for two that have one title. Of 480,000 pairs of abstracts of two papers each, one pair
(companions by the same people) shares 45 %, and no other more than 10 %."""
ABSTRACT_RUNS = 12
"""Fewer shared runs are a phrase that everybody writes, not a text."""
ABSTRACT_OTHER = 0.08
"""The share below which, with few words in common either, the abstracts are of two papers."""
WORDS_OTHER = 0.35
"""Share of the shorter abstract's longer words below which the two have few words in common. A
summary shares no runs with the abstract that it sums up, but most of its terms."""
BRIEF = 1
"""A title of so few words names each part of a series: it is of one paper only with its year."""
ENOUGH_WORDS = 12
"""An abstract of fewer words is no evidence."""

# Titles that differ in one of these name two works, however alike they are else: the erratum is
# not the paper, the survey of a thing not the thing.
KIND_WORDS = frozenset(
    """
    addendum comment comments commentary corrigendum correction erratum errata rebuttal rejoinder
    reply response retraction retracted review revisited supplement supplementary survey tutorial
    workshop proceedings introduction dataset demo poster thesis
    """.split()
)
ROMAN = late(r"(?:x{0,3})(?:ix|iv|v?i{0,3})")
ORDINALS = {
    word: str(number) for number, word in enumerate("first second third fourth fifth".split(), 1)
}
COMPOUND = late(rf"\b(?:{'|'.join(ORDINALS)})-(?=\w)", re.IGNORECASE)
CARDINALS = {word: str(number) for number, word in enumerate("one two three four five".split(), 1)}
COUNTED = frozenset(("part", "volume", "chapter", "paper", "episode"))
"""Behind one of these, ``two`` is a number; elsewhere it is a word like another."""
ARTICLES = frozenset(("a", "an", "the", "and"))
# How passports write what a catalogue may also leave without its marks (ICAO 9303-3, 6.A).
PASSPORT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
SYMBOL = late(r"(?<!\w)\w[+#]+")
WORD = late(r"[^\W_]+")
DIGITS = late(r"\d+")


class Evidence(Struct, frozen=True, kw_only=True, gc=False):
    """What a wanted paper and a candidate say of each other, piece by piece.

    Attributes:
        identifier: ``same``, ``other`` or ``unknown``.
        title: ``same`` when folded alike, ``near`` when only spelling sets them apart, ``unclear``
            when they are alike letter by letter, or ``other``.
        abstract: ``same``, ``near``, ``unclear``, ``other`` or ``unknown``.
        author: ``same`` when half of the shorter list is in the longer, ``unclear`` when somebody
            is, ``other`` or ``unknown``.
        year: ``same``, ``near`` by one, ``other`` or ``unknown``.
        numbers: ``same``, or ``other`` when the titles hold different numbers ("Part II").
        kind: ``same``, or ``other`` when one alone is an erratum, a survey, a reply …, or one is
            about C and the other about C++.
        brief: whether the title is so short that a series may use it again ("Editorial").
        score: 0 to 1, to put candidates in order; decides nothing.
    """

    identifier: Said = "unknown"
    title: Said = "unknown"
    abstract: Said = "unknown"
    author: Said = "unknown"
    year: Said = "unknown"
    numbers: Said = "same"
    kind: Said = "same"
    brief: bool = False
    score: float = 0.0


class Judgement(Struct, frozen=True, kw_only=True, gc=False):
    """A verdict on one candidate, and the sentence that gives its reason."""

    verdict: Verdict
    reason: str
    evidence: Evidence


class Decision(Struct, frozen=True, kw_only=True):
    """The verdict over all candidates for one wanted paper.

    Attributes:
        verdict: the best that holds.
        chosen: the index of the candidate that it holds for, or None.
        judgements: one for each candidate, in the order given.
    """

    verdict: Verdict
    chosen: int | None
    judgements: tuple[Judgement, ...]


def compare(wanted: Record, candidate: Record) -> Evidence:
    """What the two say of each other."""
    title, likeness = _title(wanted.title, candidate.title)
    abstract, overlap = _abstract(wanted.abstract, candidate.abstract)
    evidence = Evidence(
        identifier=_identifier(wanted, candidate),
        title=title,
        abstract=abstract,
        author=_author(wanted, candidate),
        year=_year(wanted, candidate),
        numbers="same" if numbers_in(wanted.title) == numbers_in(candidate.title) else "other",
        kind="same" if kind_of(wanted.title) == kind_of(candidate.title) else "other",
        brief=_brief(wanted.title),
    )
    weight = {"same": 1.0, "near": 0.7, "unclear": 0.4, "unknown": 0.3, "other": 0.0}
    score = (
        1.0
        if evidence.identifier == "same"
        else 0.5 * likeness
        + 0.3 * (overlap if abstract != "unknown" else 0.3)
        + 0.15 * weight[evidence.author]
        + 0.05 * weight[evidence.year]
    )
    return Evidence(**{f: getattr(evidence, f) for f in Evidence.__struct_fields__[:-1]},
                    score=round(score, 3))  # fmt: skip


def judge(wanted: Record, candidate: Record) -> Judgement:
    """The verdict on one candidate by itself."""
    evidence = compare(wanted, candidate)
    verdict, reason = _verdict(evidence)
    return Judgement(verdict=verdict, reason=reason, evidence=evidence)


def decide(wanted: Record, candidates: Sequence[Record]) -> Decision:
    """The verdict over all candidates: two that are both sure, and two works, are ambiguous."""
    judgements = _together([judge(wanted, candidate) for candidate in candidates], candidates)
    verdicts: tuple[Verdict, ...] = ("sure", "probable", "ambiguous")
    for verdict in verdicts:
        held = [i for i, j in enumerate(judgements) if j.verdict == verdict]
        if not held:
            continue
        best = max(held, key=lambda i: (judgements[i].evidence.score, -i))
        if verdict != "ambiguous" and any(
            not _one_work(candidates[best], candidates[i]) for i in held if i != best
        ):
            by_id = [i for i in held if judgements[i].evidence.identifier == "same"]
            if verdict == "sure" and by_id:
                return Decision(verdict=verdict, chosen=by_id[0], judgements=judgements)
            return Decision(verdict="ambiguous", chosen=best, judgements=judgements)
        return Decision(verdict=verdict, chosen=best, judgements=judgements)
    return Decision(verdict="none", chosen=None, judgements=judgements)


def _together(
    judgements: Sequence[Judgement], candidates: Sequence[Record]
) -> tuple[Judgement, ...]:
    """What speaks against a paper at one service speaks against it at those that tell less."""
    against: dict[str, str] = {}
    for judgement, candidate in zip(judgements, candidates, strict=True):
        if judgement.verdict == "none" and judgement.evidence.title in {"same", "near"}:
            against |= dict.fromkeys(aliases(candidate), judgement.reason)
    found = []
    for judgement, candidate in zip(judgements, candidates, strict=True):
        reasons = [against[name] for name in sorted(aliases(candidate)) if name in against]
        if reasons and judgement.verdict in {"probable", "ambiguous"}:
            judgement = Judgement(verdict="none", reason=reasons[0], evidence=judgement.evidence)
        found.append(judgement)
    return tuple(found)


def _verdict(e: Evidence) -> tuple[Verdict, str]:
    """The rules, in the order in which they hold."""
    if e.identifier == "same":
        return "sure", "same identifier"
    if e.identifier == "other":
        return "none", "another identifier of the same scheme"
    if e.title == "same":
        return _same_title(e)
    apart = "other" in {e.numbers, e.kind}
    if e.abstract in {"same", "near"}:
        if apart:
            return "ambiguous", "same abstract, but the titles tell two works apart"
        if e.author == "other":
            return "ambiguous", "same abstract, but other authors"
        if e.title == "near":
            return "sure", "same title but for its spelling, same abstract"
        if e.abstract == "near":
            return "ambiguous", "another title, and an abstract that is partly the same"
        return "probable", "retitled: same abstract under another title"
    if e.abstract != "other" and e.author != "other" and not apart:
        if e.title == "near":
            if e.author == "same" and e.year != "other":
                return "probable", "same title but for its spelling, same authors"
            return "ambiguous", "same title but for its spelling, and nothing else to tell by"
        if e.title == "unclear" and e.author == "same":
            return "ambiguous", "a title much like it, same authors"
    return "none", "another title, and no evidence that it was changed"


def _same_title(e: Evidence) -> tuple[Verdict, str]:
    """Same title: what the second piece of evidence says."""
    if e.abstract == "other":
        if e.author == "same":
            return "ambiguous", "same title and authors, but another abstract"
        return "none", "same title, but another abstract"
    if e.kind == "other":
        return "ambiguous", "same letters, but the titles tell two works apart"
    if e.abstract in {"same", "near"}:
        if e.author == "other":
            return "ambiguous", "same title and abstract, but other authors"
        return "sure", "same title and abstract"
    if e.author == "other":
        return "none", "same title, but other authors"
    if e.author == "same":
        if e.year == "other":
            return "ambiguous", "same title and authors, years apart"
        if e.brief and e.year != "same":
            return "probable", "same authors, and a title of one word that they may use again"
        return "sure", "same title and authors"
    if e.year in {"same", "near"} or e.abstract == "unclear" or e.author == "unclear":
        return "probable", "same title, and little else to tell by"
    return "ambiguous", "same title, and nothing else to tell by"


def _identifier(wanted: Record, candidate: Record) -> Said:
    """``other`` only where both have an arXiv id: a work may have several DOIs.

    Two arXiv ids are two papers even where one DOI stands beside both: it is typed in by authors.
    """
    if apart(wanted, candidate):
        return "other"
    return "same" if aliases(wanted) & aliases(candidate) else "unknown"


def apart(one: Record, other: Record) -> bool:
    """Whether both are in one archive under different ids."""
    return (
        one.eprint is not None
        and other.eprint is not None
        and one.eprint.archive == other.eprint.archive
        and one.eprint.id != other.eprint.id
    )


def _title(ours: str, theirs: str) -> tuple[Said, float]:
    a, b = text.fold(ours), text.fold(theirs)
    if not a or not b:
        return "unknown", 0.0
    if a == b:
        return "same", 1.0
    likeness = _likeness(a, b)
    if _spelling(ours) == _spelling(theirs):
        return "near", likeness
    return ("unclear" if likeness >= ALIKE else "other"), likeness


def _brief(title: str) -> bool:
    """One word; a script without capitals may put no spaces between its words."""
    words = [word for word in words_of(title) if word not in ARTICLES]
    return len(words) <= BRIEF and all(w != w.upper() or len(w) < 5 for w in words)


def _spelling(title: str) -> str:
    """The title without what an editor changes: articles, plurals, British or American."""
    plain = (text.fold(word) for word in words_of(title))
    return "".join(_stem(word) for word in plain if word not in ARTICLES)


def _stem(word: str) -> str:
    if len(word) < 4:
        return word
    word = word.replace("isation", "ization").replace("our", "or").replace("ll", "l")
    for british, american in (("ise", "ize"), ("ised", "ized"), ("ising", "izing"), ("yse", "yze")):
        if word.endswith(british):
            word = word.removesuffix(british) + american
    return word if word.endswith("ss") else word.removesuffix("s")


def _likeness(a: str, b: str) -> float:
    """Share of both strings that their longest common subsequence covers, 0 to 1."""
    from rapidfuzz.distance import Indel  # imported late: only resolving needs it

    return float(Indel.normalized_similarity(a, b))


def words_of(title: str) -> list[str]:
    """The words of a title, without regard to case."""
    return WORD.findall(unicodedata.normalize("NFKC", title).casefold())


def kind_of(title: str) -> frozenset[str]:
    """What makes it another work: an erratum, a survey; ``C++``."""
    return KIND_WORDS & set(words_of(title)) | set(SYMBOL.findall(title.casefold()))


def numbers_in(title: str) -> list[str]:
    """The numbers in a title, however they are written: ``Part II``, ``GPT-4``, ``second``."""
    # "Second-hand" and "first-order" count nothing.
    words = words_of(COMPOUND.sub(" ", title))
    found = []
    for position, word in enumerate(words):
        if position and len(word) < 6 and ROMAN.fullmatch(word) and word != "x":
            found.append(str(_roman(word)))
        elif word in ORDINALS:
            found.append(ORDINALS[word])
        elif word in CARDINALS and position and words[position - 1] in COUNTED:
            found.append(CARDINALS[word])
        else:
            found += [run.lstrip("0") or "0" for run in DIGITS.findall(word)]
    return found


def _roman(word: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10}[letter] for letter in word]
    total = values[-1]
    for one, following in pairwise(values):
        total += -one if one < following else one
    return total


def _abstract(ours: str, theirs: str) -> tuple[Said, float]:
    a, b = words_of(ours), words_of(theirs)
    if min(len(a), len(b)) < ENOUGH_WORDS:
        return "unknown", 0.0
    if text.fold(ours) == text.fold(theirs):
        return "same", 1.0
    mine = set(zip(a, a[1:], a[2:], strict=False))
    yours = set(zip(b, b[1:], b[2:], strict=False))
    runs = _share(mine, yours)
    if runs >= ABSTRACT_NEAR and len(mine & yours) >= ABSTRACT_RUNS:
        return ("same" if runs >= ABSTRACT_SAME else "near"), runs
    long = _share({w for w in a if len(w) > 4}, {w for w in b if len(w) > 4})
    if runs < ABSTRACT_OTHER and long < WORDS_OTHER:
        return "other", runs
    return "unclear", runs


def _share(a: Set[object], b: Set[object]) -> float:
    """How much of the smaller set the larger one has."""
    small, large = sorted((a, b), key=len)
    return len(small & large) / len(small) if small else 0.0


def _author(wanted: Record, candidate: Record) -> Said:
    ours = [person for name in wanted.author if (person := _person(name)).family]
    theirs = [person for name in candidate.author if (person := _person(name)).family]
    if not ours or not theirs:
        return "unknown"
    if not {p.script for p in ours} & {p.script for p in theirs}:
        return "unknown"  # a name and its transliteration cannot be compared
    # Both ways: a second family name may be there or not.
    common = max(_common(ours, theirs), _common(theirs, ours))
    least = min(len(ours), len(theirs))
    # One of two or three is a colleague, unless it is the first author of both.
    enough = common > 1 or least == 1 or _alike(ours[0], theirs[0])
    if enough and 2 * common >= least:
        return "same"
    if common:
        return "unclear"
    # A list that is cut short may have been cut before the ones that the other names.
    return "unknown" if "author" in {*wanted.incomplete, *candidate.incomplete} else "other"


class _Person(Struct, frozen=True, gc=False):
    """Folded: the last word of the family name, the first initial, and all words in any order.

    ``passport`` is the family name as passports write it, and ``script`` what it is written in.
    """

    family: str
    passport: str
    initial: str
    words: tuple[str, ...]
    script: str


def _person(name: Name) -> _Person:
    """For comparison only: a particle may be with the family name or not."""
    said = words_of(str(name))
    words = tuple(sorted(map(text.fold, said)))
    script = unicodedata.name(said[0][0], "").partition(" ")[0] if said else ""
    if name.literal:
        whole = text.fold("".join(word for word in said if word not in ARTICLES))
        return _Person(whole, whole, "", words, script)
    last = _last(name.family)
    passport = text.fold(last.translate(PASSPORT))
    return _Person(text.fold(last), passport, text.fold(name.given)[:1], words, script)


def _last(family: str) -> str:
    return ["", *words_of(family)][-1]


def _common(ours: Sequence[_Person], theirs: Sequence[_Person]) -> int:
    """How many of the shorter list are in the longer; each is counted once."""
    by_family: dict[str, list[_Person]] = {}
    for person in theirs:
        for key in {person.family, person.passport, *person.words}:
            by_family.setdefault(key, []).append(person)
    found = sum(
        any(_alike(one, other) for key in {one.family, one.passport}
            for other in by_family.get(key, ()))
        for one in ours
    )  # fmt: skip
    return min(found, len(theirs))


def _alike(one: _Person, other: _Person) -> bool:
    """Family name and first initial; the same words in another order (``Li Wei``), or more.

    ``María García`` is ``María García López`` as well; two names at least must be told.
    """
    families = {one.family, one.passport} & {other.family, other.passport}
    initials = {one.initial, other.initial}
    if families and (len(initials) == 1 or "" in initials):
        return True
    if len(one.words) < 2 or len(other.words) < 2:
        return False
    split = one.initial and other.initial and len(initials) == 1
    return one.words == other.words or (bool(split) and set(one.words) <= set(other.words))


def _year(wanted: Record, candidate: Record) -> Said:
    if wanted.issued is None or candidate.issued is None:
        return "unknown"
    apart = abs(wanted.issued.year - candidate.issued.year)
    # A preprint of December is in the proceedings of the next year, or of the one after.
    return "same" if apart == 0 else "near" if apart <= 2 else "other"


def _instalments(one: Record, other: Record) -> bool:
    """Whether one journal or book has both, each under a DOI of its own: two editorials."""
    dois = {record.doi.lower() for record in (one, other) if record.doi}
    places = {text.fold(record.container_title) for record in (one, other)}
    return len(dois) == 2 and len(places) == 1 and "" not in places


def _one_work(one: Record, other: Record) -> bool:
    """Whether two candidates are one work: by identifier, or by title, authors and abstract."""
    e = compare(one, other)
    return e.identifier == "same" or (
        e.identifier != "other"
        and not _instalments(one, other)
        and e.title == "same"
        and "same" in {e.author, e.abstract}
        and ("other" not in {e.author, e.abstract})
    )
