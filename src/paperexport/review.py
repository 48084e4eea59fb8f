"""The review file: candidates that only a person can judge, and what the person said.

Plain text that a diff shows well and an editor edits well::

    paper: Neural Sock Folding
      found: page.txt:17
      candidate: arxiv:2401.00001
        title: Folding Socks with Neural Networks
        author: Ada Lovelace, Charles Babbage
        issued: 2024-01
        verdict: probable: retitled: same abstract under another title
        answer:

``answer: yes`` takes the candidate in this and every later run, ``answer: no`` never offers it
again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from paperexport import text
from paperexport.diagnostics import Diagnostic
from paperexport.record import Origin, Record

HEAD = """\
# Candidates that paperexport did not take by itself. Write yes or no behind "answer:" and run the
# same command again with the same review file. Lines that begin with # are yours.
"""
REST = "# Answers to what was not asked this time."
ANSWERS = {"yes": True, "y": True, "no": False, "n": False}


class Question(Struct, frozen=True, kw_only=True):
    """One candidate for one paper.

    Attributes:
        wanted: the paper as the page had it.
        found: where the page had it.
        identifier: the candidate's, ``scheme:value``.
        candidate: the candidate.
        verdict: the verdict and its reason.
    """

    wanted: Record
    found: Origin
    identifier: str
    candidate: Record
    verdict: str


Answers = Mapping[tuple[str, str], bool]
"""``(folded title of the paper, identifier of the candidate)`` → yes or no."""


def read(page: str, locator: str = "") -> tuple[dict[tuple[str, str], bool], list[Diagnostic]]:
    """The answers in a review file, and a diagnostic for each that is neither yes nor no."""
    answers: dict[tuple[str, str], bool] = {}
    problems: list[Diagnostic] = []
    paper = candidate = ""
    for number, line in enumerate(page.splitlines(), 1):
        name, colon, value = line.strip().partition(":")
        value = value.strip()
        if not colon or line.startswith("#"):
            continue
        if name == "paper":
            paper, candidate = text.fold(value), ""
        elif name == "candidate":
            candidate = value
        elif name == "answer" and value and paper and candidate:
            answer = ANSWERS.get(value.casefold())
            if answer is None:
                problems.append(
                    Diagnostic(
                        code="review-answer",
                        severity="warning",
                        message=f"{value!r} is no answer",
                        origin=Origin(source="review", locator=locator, line=number),
                        hint="write yes or no",
                    )
                )
            else:
                answers[paper, candidate] = answer
    return answers, problems


def notes(page: str) -> dict[tuple[str, str], list[str]]:
    """A person's lines, by what they stand behind: ``(folded title of the paper, candidate)``."""
    found: dict[tuple[str, str], list[str]] = {}
    place = "", ""
    for line in page.removeprefix("\ufeff").splitlines():
        name, _, value = line.strip().partition(":")
        if line.startswith("#"):
            if line not in {*HEAD.splitlines(), REST}:
                found.setdefault(place, []).append(line)
        elif name == "paper":
            place = text.fold(value), ""
        elif name == "candidate":
            place = place[0], value.strip()
    return found


def write(
    questions: Iterable[Question],
    answers: Answers,
    notes: Mapping[tuple[str, str], Iterable[str]] | None = None,
) -> str:
    """The review file: the open questions, every answer that was ever given, a person's notes."""
    left = {place: list(lines) for place, lines in (notes or {}).items()}
    lines = [HEAD.rstrip(), *left.pop(("", ""), ())]
    last = ""
    asked: set[tuple[str, str]] = set()
    for question in questions:
        title = text.line(question.wanted.title)
        key = text.fold(title), question.identifier
        if key in asked:
            continue
        asked.add(key)
        if title != last:
            lines += ["", f"paper: {title}", f"  found: {question.found}"]
            lines += left.pop((key[0], ""), ())
            last = title
        people = ", ".join(str(name) for name in question.candidate.author[:5])
        more = len(question.candidate.author) - 5
        answer = answers.get(key)
        lines += [
            f"  candidate: {question.identifier}",
            f"    title: {text.line(question.candidate.title)}",
            f"    author: {people}" + (f" and {more} more" if more > 0 else ""),
            f"    issued: {question.candidate.issued or 'unknown'}",
            f"    verdict: {question.verdict}",
            "    answer:" + ("" if answer is None else " yes" if answer else " no"),
            *left.pop(key, ()),
        ]
    kept = {key: answer for key, answer in answers.items() if key not in asked}
    if kept or left:
        lines += ["", REST]
        for paper, identifier in sorted({*kept, *left}):
            lines += [f"paper: {paper}"]
            if identifier:
                lines += [f"  candidate: {identifier}"]
            if (paper, identifier) in kept:
                lines += [f"    answer: {'yes' if kept[paper, identifier] else 'no'}"]
            lines += left.get((paper, identifier), ())
    return "\n".join(lines) + "\n"
