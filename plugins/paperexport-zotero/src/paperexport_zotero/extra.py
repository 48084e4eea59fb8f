"""The lines of an item's Extra field.

``Label: value``, as Zotero and citeproc-js read them (zotero.org/support/kb/item_types_and_fields,
"Citing fields from Extra"), ``arXiv:2401.09042 [cs.LG]`` as Zotero's arXiv translator writes it,
and everybody's own notes between them, which stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from paperexport_zotero._core import Name, arxiv

LABELS: dict[str, str] = {
    "doi": "DOI",
    "isbn": "ISBN",
    "issn": "ISSN",
    "pmid": "PMID",
    "pmcid": "PMCID",
    "pdf_url": "PDF",
    "code_url": "Code",
    "citation_key": "Citation Key",
    "type": "Type",
}
"""Field of a record → its label, where that is not the field's name with hyphens."""

FIELDS = frozenset(
    """
    type title_short author editor translator collection_editor incomplete accessed event_date
    original_date container_title_short container_title collection_title collection_number
    event_title event_place publisher publisher_place edition volume issue page number
    number_of_pages chapter_number doi isbn issn pmid pmcid other_ids pdf_url code_url url
    language license status genre version eprint citation_key
    """.split()
)
"""The fields that a line may hold."""

_BY_LABEL = {
    **{field.replace("_", ""): field for field in FIELDS},
    **{label.lower().replace(" ", ""): field for field, label in LABELS.items()},
}
NOTE = "Note: "
_LINE = re.compile(r"([A-Za-z][A-Za-z _-]{0,40}):\s+(\S.*)")
_ARXIV = re.compile(r"arXiv:\s*(\S{1,60}?)(?:\s+\[([\w.-]{1,30})\])?\s*", re.IGNORECASE)
_PARAGRAPH = re.compile(r"\n\s*\n|\n")


def line(field: str, value: str) -> str:
    """``event-date: 2024-04-02``."""
    return f"{LABELS.get(field, field.replace('_', '-'))}: {value}"


def arxiv_line(identifier: str, primary_class: str = "") -> str:
    """``arXiv:2401.09042 [cs.LG]``: Zotero's arXiv translator."""
    return f"arXiv:{identifier} [{primary_class}]" if primary_class else f"arXiv:{identifier}"


def label_of(text: str) -> str:
    """The field that a line of Extra holds, ``arxiv``, or an empty string for a note."""
    if (found := _ARXIV.fullmatch(text)) and arxiv(found[1]):
        return "arxiv"
    if found := _LINE.fullmatch(text):
        return _BY_LABEL.get(re.sub("[ _-]", "", found[1]).lower(), "")
    return ""


def name_line(name: Name) -> str:
    """``Last || First``, a team as it is (citeproc-js, "Names")."""
    if name.literal:
        return name.literal
    family = " ".join(part for part in (name.particle, name.family) if part)
    given = f"{name.given}, {name.suffix}" if name.suffix else name.given
    return f"{family} || {given}"


def read(extra: str) -> tuple[dict[str, list[str]], str]:
    """What an Extra field holds.

    Returns:
        field (or ``arxiv``) → the values of its lines, in order; and the rest, a paragraph for
        each of its lines.
    """
    found: dict[str, list[str]] = {}
    rest: list[str] = []
    lines = extra.replace("\r\n", "\n").split("\n")
    for number, text in enumerate(lines):
        text = text.strip()
        if text.startswith(NOTE):
            rest += [text[len(NOTE) :], *lines[number + 1 :]]
            break
        if field := label_of(text):
            value = text.partition(":")[2].strip()
            found.setdefault(field, []).append(value)
        else:
            rest.append(text)
    return found, "\n\n".join(text.strip() for text in rest if text.strip())


def arxiv_parts(value: str) -> tuple[str, int | None, str] | None:
    """``2401.09042v2 [cs.LG]`` → id, version, class; or None."""
    found = _ARXIV.fullmatch(f"arXiv:{value}")
    spelt = arxiv(found[1]) if found else None
    return (*spelt, found[2] or "") if found and spelt else None


def written(lines: Iterable[str], note: str = "") -> str:
    """The Extra field of some lines and a note, such that :func:`read` gives both back."""
    head = [one for one in lines if one]
    if note:
        bare = any(label_of(p.strip()) or p.startswith(NOTE) for p in _PARAGRAPH.split(note))
        head.append(NOTE + note if bare else note)
    return "\n".join(head)


def without(text: str, label: str) -> str:
    """What we would write, without the lines of a label."""
    lines = text.split("\n")
    notes = next((i for i, line in enumerate(lines) if line.startswith(NOTE)), len(lines))
    kept = [line for line in lines[:notes] if label_of(line) != label]
    return "\n".join([*kept, *lines[notes:]])


def keyed_as(base: str, want: str) -> str:
    """What we would write, with the citation key that we once wrote: keys are cited, and stay.

    Args:
        base: what we last wrote.
        want: what we would write; without a key where the server has a field for it by now.
    """

    def is_key(text: str) -> bool:
        return label_of(text) == "citation_key"

    keys = [text for text in base.split("\n") if is_key(text)]
    if not keys:
        return want
    lines = [text for text in want.split("\n") if text]
    at = next((i for i, text in enumerate(lines) if is_key(text)), None)
    if at is None:
        notes = next((i for i, text in enumerate(lines) if text.startswith(NOTE)), len(lines))
        at = _place(lines[:notes])
    return "\n".join([*lines[:at], *keys, *(text for text in lines[at:] if not is_key(text))])


def merged(base: str, now: str, want: str) -> str:
    """Three versions of an Extra field made one, line by line.

    Lines that we wrote (``base``) and no longer want go, if they are still there; lines that we
    want and never wrote come, unless somebody wrote a line with that label; a line of ours that
    somebody removed or changed stays as they left it. All other lines keep their place.

    Args:
        base: what we last wrote.
        now: what is there.
        want: what we would write.
    """
    if now == base:
        return want
    old, new = base.split("\n"), [text for text in want.split("\n") if text.strip()]
    fresh = [text for text in new if text not in old]
    ours = {label_of(text) for text in old} - {""}
    kept: list[str] = []
    vacant: set[str] = set()
    for text in now.split("\n"):
        if text not in old or text in new or not text.strip():
            kept.append(text)
            continue
        label = label_of(text)
        vacant.add(label)
        successor = next((one for one in fresh if label and label_of(one) == label), "")
        if successor and successor not in kept:
            kept.append(successor)
    present = {label_of(text) for text in kept} - {""}
    for text in fresh:
        label = label_of(text)
        if text in kept or (label and label not in vacant and (label in present or label in ours)):
            continue  # there; or somebody's own line of that label; or ours, taken away
        kept.insert(_place(kept) if label else len(kept), text)
    return "\n".join(kept).strip("\n")


def _place(lines: Sequence[str]) -> int:
    """Behind the last line that has a label; before all notes."""
    return max((i + 1 for i, text in enumerate(lines) if label_of(text)), default=0)
