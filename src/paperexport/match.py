"""Whether a candidate that a service gave is the paper that was looked for.

An identifier beats a title. A title alone decides nothing: titles are re-used, and one paper in
six changes its own. So a second, independent piece of evidence is demanded (the abstract, an
author, the year), and what it says bounds the verdict. docs/matching.md tells each threshold and
why.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence, Set
from itertools import pairwise
from typing import Literal

from msgspec import Struct

from paperexport import text
from paperexport.identifiers import aliases
from paperexport.record import Name, Record

Verdict = Literal["sure", "probable", "ambiguous", "none"]
"""``sure``: taken. ``probable``: taken only where asked for. ``ambiguous``: for a person to
decide. ``none``: another paper."""

Said = Literal["same", "near", "unclear", "other", "unknown"]
"""What one piece of evidence says; ``unknown`` where one side says nothing."""

NEAR = 0.9
"""Two folded titles whose longest common subsequence covers this share of both are near."""
ABSTRACT_SAME = 0.5
"""Share of the shorter abstract's three-word runs that the longer one has, from which both are one
text. Two versions of one abstract share more than half; two papers of one group share some 5 %."""
ABSTRACT_OTHER = 0.08
"""The share below which, with few words in common either, the abstracts are of two papers."""
WORDS_OTHER = 0.35
"""Share of the shorter abstract's longer words below which the two have few words in common. A
summary shares no runs with the abstract that it sums up, but most of its terms."""
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
ROMAN = re.compile(r"(?:x{0,3})(?:ix|iv|v?i{0,3})")
ORDINALS = {
    word: str(number)
    for number, words in enumerate(
        ("first one", "second two", "third three", "fourth four", "fifth five"), 1
    )
    for word in words.split()
}
WORD = re.compile(r"[^\W_]+")
DIGITS = re.compile(r"\d+")


class Evidence(Struct, frozen=True, kw_only=True, gc=False):
    """What a wanted paper and a candidate say of each other, piece by piece.

    Attributes:
        identifier: ``same``, ``other`` or ``unknown``.
        title: ``same`` when folded alike, ``near``, ``unclear`` when one contains the other, or
            ``other``.
        abstract: ``same``, ``unclear``, ``other`` or ``unknown``.
        author: ``same`` when half of the shorter list is in the longer, ``unclear`` when somebody
            is, ``other`` or ``unknown``.
        year: ``same``, ``near`` by one, ``other`` or ``unknown``.
        numbers: ``same``, or ``other`` when the titles hold different numbers ("Part II").
        kind: ``same``, or ``other`` when one alone is an erratum, a survey, a reply …
        score: 0 to 1, to put candidates in order; decides nothing.
    """

    identifier: Said = "unknown"
    title: Said = "unknown"
    abstract: Said = "unknown"
    author: Said = "unknown"
    year: Said = "unknown"
    numbers: Said = "same"
    kind: Said = "same"
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
    ours, theirs = _words(wanted.title), _words(candidate.title)
    title, likeness = _title(wanted.title, candidate.title)
    abstract, overlap = _abstract(wanted.abstract, candidate.abstract)
    evidence = Evidence(
        identifier=_identifier(wanted, candidate),
        title=title,
        abstract=abstract,
        author=_author(wanted, candidate),
        year=_year(wanted, candidate),
        numbers="same" if _numbers(ours) == _numbers(theirs) else "other",
        kind="same" if KIND_WORDS & set(ours) == KIND_WORDS & set(theirs) else "other",
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
    judgements = tuple(judge(wanted, candidate) for candidate in candidates)
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


def _verdict(e: Evidence) -> tuple[Verdict, str]:
    """The rules, in the order in which they hold."""
    if e.identifier == "same":
        return "sure", "same identifier"
    if e.identifier == "other":
        return "none", "another identifier of the same scheme"
    if e.title == "same":
        return _same_title(e)
    if e.abstract == "same":
        if e.numbers == "other":
            return "ambiguous", "same abstract, but the titles differ in a number"
        return "probable", "retitled: same abstract under another title"
    if e.abstract != "other" and e.title == "near" and "other" not in {e.numbers, e.kind}:
        if e.author == "same" and e.year != "other":
            return "probable", "nearly the same title, same authors"
        if e.author != "other":
            return "ambiguous", "nearly the same title, and nothing else to tell by"
    return "none", "another title, and no evidence that it was changed"


def _same_title(e: Evidence) -> tuple[Verdict, str]:
    """Same title: what the second piece of evidence says."""
    if e.abstract == "other":
        if e.author == "same":
            return "ambiguous", "same title and authors, but another abstract"
        return "none", "same title, but another abstract"
    if e.abstract == "same":
        if e.author == "other":
            return "ambiguous", "same title and abstract, but other authors"
        return "sure", "same title and abstract"
    if e.author == "other":
        return "none", "same title, but other authors"
    if e.author == "same":
        if e.year == "other":
            return "ambiguous", "same title and authors, years apart"
        return "sure", "same title and authors"
    if e.year in {"same", "near"} or e.abstract == "unclear" or e.author == "unclear":
        return "probable", "same title, and little else to tell by"
    return "ambiguous", "same title, and nothing else to tell by"


def _identifier(wanted: Record, candidate: Record) -> Said:
    """``other`` only where both have an arXiv id: a work may have several DOIs."""
    ours, theirs = aliases(wanted), aliases(candidate)
    if ours & theirs:
        return "same"
    if wanted.eprint and candidate.eprint and wanted.eprint.archive == candidate.eprint.archive:
        return "other"
    return "unknown"


def _title(ours: str, theirs: str) -> tuple[Said, float]:
    a, b = text.fold(ours), text.fold(theirs)
    if not a or not b:
        return "unknown", 0.0
    if a == b:
        return "same", 1.0
    likeness = _likeness(a, b)
    if likeness >= NEAR:
        return "near", likeness
    if a in b or b in a:
        return "unclear", likeness
    return "other", likeness


def _likeness(a: str, b: str) -> float:
    """Share of both strings that their longest common subsequence covers, 0 to 1."""
    from rapidfuzz.distance import Indel  # imported late: only resolving needs it

    return float(Indel.normalized_similarity(a, b))


def _words(title: str) -> list[str]:
    return WORD.findall(unicodedata.normalize("NFKC", title).casefold())


def _numbers(words: Iterable[str]) -> list[str]:
    """The numbers in a title, however they are written: ``Part II``, ``GPT-4``, ``second``."""
    found = []
    for position, word in enumerate(words):
        if position and len(word) < 6 and ROMAN.fullmatch(word) and word != "x":
            found.append(str(_roman(word)))
        elif word in ORDINALS:
            found.append(ORDINALS[word])
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
    a, b = _words(ours), _words(theirs)
    if min(len(a), len(b)) < ENOUGH_WORDS:
        return "unknown", 0.0
    runs = _share(set(zip(a, a[1:], a[2:], strict=False)), set(zip(b, b[1:], b[2:], strict=False)))
    if runs >= ABSTRACT_SAME or text.fold(ours) == text.fold(theirs):
        return "same", max(runs, ABSTRACT_SAME)
    long = _share({w for w in a if len(w) > 4}, {w for w in b if len(w) > 4})
    if runs < ABSTRACT_OTHER and long < WORDS_OTHER:
        return "other", runs
    return "unclear", runs


def _share(a: Set[object], b: Set[object]) -> float:
    """How much of the smaller set the larger one has."""
    small, large = sorted((a, b), key=len)
    return len(small & large) / len(small) if small else 0.0


def _author(wanted: Record, candidate: Record) -> Said:
    ours = {person for name in wanted.author if (person := _person(name))}
    theirs = {person for name in candidate.author if (person := _person(name))}
    if not ours or not theirs:
        return "unknown"
    common = sum(1 for one in ours if any(_alike(one, other) for other in theirs))
    if 2 * common >= min(len(ours), len(theirs)):
        return "same"
    if common:
        return "unclear"
    # A list that is cut short may have been cut before the ones that the other names.
    return "unclear" if "author" in {*wanted.incomplete, *candidate.incomplete} else "other"


def _person(name: Name) -> tuple[str, str]:
    """Folded family name and first initial; for a name in one piece, its words in either order."""
    if name.literal:
        words = name.literal.split()
        if len(words) < 2:
            return text.fold(name.literal), ""
        return text.fold(words[-1]), text.fold(words[0])[:1]
    return text.fold(name.family), text.fold(name.given)[:1]


def _alike(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return one[0] == other[0] and (one[1] == other[1] or not one[1] or not other[1])


def _year(wanted: Record, candidate: Record) -> Said:
    if wanted.issued is None or candidate.issued is None:
        return "unknown"
    apart = abs(wanted.issued.year - candidate.issued.year)
    # A preprint of December is in the proceedings of the next year, or of the one after.
    return "same" if apart == 0 else "near" if apart <= 2 else "other"


def _one_work(one: Record, other: Record) -> bool:
    """Whether two candidates are one work: by identifier, or by title, authors and abstract."""
    if aliases(one) & aliases(other):
        return True
    e = compare(one, other)
    return (
        e.identifier != "other"
        and e.title == "same"
        and "same" in {e.author, e.abstract}
        and ("other" not in {e.author, e.abstract})
    )
