"""Edits of a BibTeX file: each replaces a span and leaves every other byte alone.

A changed value keeps its delimiters; a new field follows the indentation and the alignment of its
entry; a new entry those of its file.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from paperexport._regex import late
from paperexport.bibdocument import Block, Document, Field
from paperexport.errors import PaperExportError

__all__ = ["Edits"]

_BRACES = late(r"[{}]")
_BARE = late(r"\d+")
_NUMBER = late(r"\{\d{1,4}\}")
_COMMA = late(r"(?:[ \t\r\n\f\v]|%[^\n]*\n)*,")
_BLANK = late(r"[\ufeff \t\r\n]*\Z")
_LEADING = late(r"\s*\n[ \t]*,[ \t]*")
_GAP = late(r",[ \t]*\r?\n[ \t]*|[ \t]*\r?\n[ \t]*,[ \t]*")
_END = late(r",?[ \t\r\n]*[})]")
_SPACE_END = late(r"[ \t]*\r?\n")
_MODELS = 100
"""Entries at the end of a file that tell how it is laid out, at most."""
_MODEL = 10_000
"""Characters in one of them, at most."""
_WIDE = 500
"""Characters in a line that is laid out for the eye, at most."""
_LINE_END = late(r"[ \t]*\r?\n")
_CHUNK = 1 << 20
"""Characters that are copied at once: a file is held twice, and not four times."""
_GAPS = 500
"""Gaps between entries that are looked at, at most; they are taken from all of the file."""
_AFTER = late(r"[ \t]*(?P<comma>,)?(?P<comment>[ \t]*%[^\r\n]*)?")


class _Plan(NamedTuple):
    """The fields of one entry that come and go."""

    entry: Block
    added: list[tuple[str, str]]
    removed: list[Field]


class Edits:
    """The edits of one document, collected and then applied at once.

    Args:
        document: the file as it is.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self._spans: list[tuple[int, int, str]] = []
        self._plans: dict[int, _Plan] = {}
        self._added = False
        self.touched: set[int] = set()
        """The start of each block that is changed."""

    def __bool__(self) -> bool:
        return bool(self._spans or self._plans)

    def set_field(self, entry: Block, field: Field, value: str, *, bare: bool = False) -> None:
        """Give a field another value.

        Args:
            entry: the field's entry.
            field: the field.
            value: TeX without delimiters, its braces balanced.
            bare: whether it is a number or a macro that takes no delimiters.

        Raises:
            ValueError: they are not balanced.
        """
        _check(value)
        only = field.parts[0] if len(field.parts) == 1 else None
        if bare:
            written = value
        elif only is not None and only.kind == '"' and '"' not in value:
            written = f'"{value}"'
        elif only is not None and only.kind == "w" and _BARE.fullmatch(value):
            written = value
        else:
            written = f"{{{value}}}"
        self._replace(entry, field.value_start, field.value_end, written)

    def add_field(self, entry: Block, name: str, value: str, *, bare: bool = False) -> None:
        """Add a field behind the last one that stays, laid out as the entry is.

        Args:
            entry: an entry.
            name: written in capitals where the entry's other names are.
            value: TeX without delimiters, its braces balanced.
            bare: whether it is a number or a macro that takes no delimiters.

        Raises:
            ValueError: the braces are not balanced.
        """
        _check(value)
        fields = entry.fields
        name = _cased(name, [field.name for field in fields])
        written = value if bare else f"{{{value}}}"
        if not bare and '"' not in value and _quoted(fields):
            written = f'"{value}"'
        self._plan(entry).added.append((name, written))

    def remove_field(self, entry: Block, field: Field) -> None:
        """Take a field out, with its comma, and its line where it has one of its own."""
        self._plan(entry).removed.append(field)

    def _plan(self, entry: Block) -> _Plan:
        self.touched.add(entry.start)
        return self._plans.setdefault(entry.start, _Plan(entry, [], []))

    def _planned(self, plan: _Plan) -> Iterator[tuple[int, int, str]]:
        """The spans of the fields that come and go in one entry: between two is one comma."""
        entry, text = plan.entry, self.document.text
        removed = {field.start for field in plan.removed}
        kept = [field for field in entry.fields if field.start not in removed]
        behind = kept[-1].value_end if kept else entry.key_start + len(entry.key)
        cut = self._tail(plan, behind) if kept else None
        if cut is not None:
            yield cut, entry.fields[-1].value_end, ""
        for field in entry.fields:
            if field.start not in removed or (cut is not None and field.start >= cut):
                continue
            start, end = field.start, field.value_end
            comma = _COMMA.match(text, end)
            if comma is not None and "%" not in comma[0]:
                end = comma.end()
                line = _LINE_END.match(text, end)
                break_at = text.rfind("\n", entry.start, start)
                if break_at >= 0 and line is not None and not text[break_at + 1 : start].strip():
                    start, end = break_at + 1, line.end()
                elif line is None and text[start - 1] == " ":
                    while text[end] in " \t":
                        end += 1
            elif comma is not None:  # comments stay where they are
                yield comma.end() - 1, comma.end(), ""
            elif plan.added:
                blank = text[max(entry.start, start - 200) : start]
                if "%" not in blank.rstrip().rpartition("\n")[2]:  # it would take what follows
                    start -= len(blank) - len(blank.rstrip())
            elif (before := _COMMA.match(text, behind)) is not None:
                # The last one, and no comma behind it: the one in front goes.
                if not text[before.end() : start].strip():
                    start = before.end() - 1
                else:
                    yield before.end() - 1, before.end(), ""
            yield start, end, ""
        if plan.added:
            yield from self._additions(plan, kept, behind)

    def _tail(self, plan: _Plan, behind: int) -> int | None:
        """Where the last fields begin that go for others to come, if nothing else is there."""
        text, fields = self.document.text, plan.entry.fields
        going = [field for field in fields if field.start > behind]
        if not plan.added or not going or _COMMA.match(text, fields[-1].value_end) is not None:
            return None
        at = self._at(behind)
        ends = [at, *(field.value_end for field in going)]
        between = "".join(text[a : f.start] for a, f in zip(ends, going, strict=False))
        return None if between.strip(" \t\r\n\f\v,") else at

    def _at(self, behind: int) -> int:
        """Where a field comes behind another: a comma, and a comment, stay with that."""
        after = _AFTER.match(self.document.text, behind)
        assert after is not None, "it matches nothing at least"
        return max(behind, after.end("comma"), after.end("comment"))

    def _additions(
        self, plan: _Plan, kept: Sequence[Field], behind: int
    ) -> Iterator[tuple[int, int, str]]:
        text, newline, fields = self.document.text, self.document.newline, plan.entry.fields
        if not kept:
            said = "".join(f",{newline}  {name} = {value}" for name, value in plan.added)
            yield behind, behind, said
            return
        last = kept[-1]
        break_at = text.rfind("\n", plan.entry.start, last.start)
        own_line = break_at >= 0 and not text[break_at + 1 : last.start].strip()
        indent = text[break_at + 1 : last.start] if own_line else " "
        after = _AFTER.match(text, behind)
        assert after is not None, "it matches nothing at least"
        at = self._at(behind)
        before = [f.value_end for f in fields if f.start < last.start]
        between = text[max([plan.entry.key_start + len(plan.entry.key), *before]) : last.start]
        if not after["comma"] and _LEADING.fullmatch(between):  # commas stand before the names
            for name, value in plan.added:
                yield at, at, f"{between}{name}{self._equals(fields, name)}{value}"
            return
        # Behind a comment only a new line is no comment.
        lead = f"{newline}{indent}" if own_line or after["comment"] else " "
        end = self._right_edge(fields) if own_line else 0
        said = ",".join(
            (f"{newline}{' ' * max(1, end - len(name))}" if end else lead)
            + f"{name}{self._equals(fields, name)}{value}"
            for name, value in plan.added
        )
        if not after["comma"]:
            yield behind, behind, ","
        elif _COMMA.match(text, fields[-1].value_end) is not None:
            said += ","  # a trailing comma stays a habit
        yield at, at, said

    def _equals(self, fields: Sequence[Field], name: str, longest: int = 0) -> str:
        """`` = `` as the fields have it, aligned where their equals signs are, or their values.

        In an entry of its own, in which a name may be longer, the column moves with that where
        theirs stands close behind their longest.
        """
        text = self.document.text
        between = [text[f.name_end : f.value_start] for f in fields]
        if any("%" in gap for gap in between):
            return " = "
        leads = [gap[: gap.find("=")] for gap in between]
        tails = [gap[gap.find("=") :] for gap in between]
        lead = Counter(leads).most_common(1)[0][0]
        tail = Counter(tails).most_common(1)[0][0]
        if "\n" in tail:
            tail = "= "
        if len(fields) < 2 or "\n" not in text[fields[0].start : fields[-1].start]:
            return ("" if "\n" in lead else lead) + tail
        tabs = any("\t" in gap for gap in between)
        start = self._column(fields[-1].start)
        since = start + len(name)
        theirs = max(len(field.name) for field in fields)
        signs = {self._column(f.name_end + len(one)) for f, one in zip(fields, leads, strict=True)}
        if self._right_edge(fields):
            return lead + tail
        if len(signs) == 1:
            spare = (column := signs.pop()) - start - theirs
            pad = _pad(since, start + longest + spare if longest and spare < 2 else column, tabs)
            return (pad or (" " if tail.startswith("= ") else "")) + tail
        values = {self._column(f.value_start) for f in fields}
        if len(values) == 1 and len({len(f.name) for f in fields}) > 1 and "\n" not in lead:
            sign = len(lead) + 1
            spare = (column := values.pop()) - start - theirs - sign
            until = start + longest + sign + spare if longest and spare < 2 else column
            return f"{lead}={_pad(since + sign, until, tabs) or ' '}"
        return ("" if "\n" in lead else lead) + tail

    def _column(self, position: int) -> int:
        """Where a position is on the screen, tabs being eight wide."""
        column = self.document.column(position)
        if column > _WIDE:
            return column
        return len(self.document.text[position - column : position].expandtabs(8))

    def _right_edge(self, fields: Sequence[Field]) -> int:
        """The column where all names end that begin in different ones, or 0."""
        ends = {self._column(f.name_end) for f in fields}
        starts = {self._column(f.start) for f in fields}
        return ends.pop() if len(ends) == 1 and len(starts) > 1 else 0

    def set_text(self, entry: Block, start: int, end: int, text: str) -> None:
        """Replace a span inside an entry, such as its type.

        Args:
            entry: the entry.
            start: where the span begins in the text of the document.
            end: where it ends.
            text: what stands there instead.
        """
        self._replace(entry, start, end, text)

    def add_entry(self, entry: str) -> None:
        r"""Add an entry at the end of the file, laid out as the others, and as far apart.

        Args:
            entry: its text, lines ending in ``\\n``.
        """
        text, newline = self.document.text, self.document.newline
        said = self._laid_out(entry.strip("\n")).replace("\n", newline) + newline
        lead = self._lead() if not self._added else newline * self._gap
        self._added = True
        self._spans.append((len(text), len(text), lead + said))

    @cached_property
    def _model(self) -> Block | None:
        """An entry that is laid out as most are, of those with a line for each field."""
        text = self.document.text
        kinds: Counter[tuple[str, ...]] = Counter()
        models: dict[tuple[str, ...], Block] = {}
        for block in self.document.entries[-_MODELS:]:
            fields = block.fields
            if len(fields) < 2 or block.end - block.start > _MODEL:
                continue
            behind = [block.key_start + len(block.key), *(f.value_end for f in fields)]
            gaps = [text[a : f.start] for a, f in zip(behind, fields, strict=False)]
            end = text[behind[-1] : block.end]
            if len({*gaps[1:]}) == 1 and _GAP.fullmatch(gaps[-1]) and _END.fullmatch(end):
                kind = (gaps[-1], end, _case(text[block.start + 1 :][: len(block.type)]))
                kinds[kind] += 1
                models[kind] = block
        return models[kinds.most_common(1)[0][0]] if kinds else None

    def _laid_out(self, entry: str) -> str:
        """An entry as the model has it: its spaces, its capitals, its delimiters."""
        model = self._model
        read = Document(entry.encode("utf-8"))
        if model is None or len(read.entries) != 1 or not read.entries[0].fields:
            return entry
        text, block, fields = self.document.text, read.entries[0], model.fields
        gap = _SPACE_END.sub("\n", text[fields[-2].value_end : fields[-1].start])
        end = text[fields[-1].value_end : model.end - 1].replace("\r", "")
        quoted = _quoted(fields)
        digits = any(p.kind == "w" and p.text.isdigit() for f in fields for p in f.parts)
        written = []
        for field in block.fields:
            value = read.text[field.value_start : field.value_end]
            if digits and _NUMBER.fullmatch(value):
                value = value[1:-1]
            elif quoted and len(field.parts) == 1 and value[0] == "{" and '"' not in value:
                value = f'"{value[1:-1]}"'
            written.append((_cased(field.name, [f.name for f in fields]), value))
        width = max(len(name) for name, _ in written)
        said = "".join(
            f"{gap}{name}{self._equals(fields, name, width)}{value}" for name, value in written
        )
        kind = _cased(block.type, [text[model.start + 1 :][: len(model.type)]])
        return f"@{kind}{{{block.key}{said}{end}}}"

    def _lead(self) -> str:
        """The line ends in front of the first new entry."""
        text, newline = self.document.text, self.document.newline
        if _BLANK.match(text):
            return "" if not text.strip("\ufeff") or text.endswith("\n") else newline
        said = len(text)
        while text[said - 1] in "\r\n":
            said -= 1
        return newline * max(0, self._gap + 1 - text.count("\n", said))

    @cached_property
    def _gap(self) -> int:
        """How many blank lines stand between entries, mostly; one where there is only one."""
        gaps: Counter[int] = Counter()
        entries = self.document.entries
        for number in range(0, len(entries) - 1, max(1, len(entries) // _GAPS)):
            between = self.document.text[entries[number].end : entries[number + 1].start]
            if not between.strip():
                gaps[max(0, between.count("\n") - 1)] += 1
        return gaps.most_common(1)[0][0] if gaps else 1

    def remove_entry(self, entry: Block) -> None:
        """Take an entry out, and the line ends behind it."""
        behind = re.compile(r"[ \t]*(?:\r?\n)?(?:[ \t]*\r?\n)?").match(
            self.document.text, entry.end
        )
        self._replace(entry, entry.start, behind.end() if behind else entry.end, "")

    def _replace(self, entry: Block, start: int, end: int, text: str) -> None:
        self.touched.add(entry.start)
        self._spans.append((start, end, text))

    def apply(self) -> bytes:
        """The file with all edits.

        Raises:
            PaperExportError: the file's encoding cannot hold what is added.
        """
        text, encode = self.document.text, self.document.encode
        out = io.BytesIO()
        done = 0
        try:
            for start, end, new in (*self._sorted(), (len(text), len(text), "")):
                for at in range(done, start, _CHUNK):
                    out.write(encode(text[at : min(start, at + _CHUNK)]))
                out.write(encode(new))
                done = max(done, end)
        except UnicodeEncodeError as error:
            raise PaperExportError(
                f"{self.document.locator}: the file is {self.document.encoding}, which has no "
                f"{error.object[error.start]!r}",
                hint="save the file as UTF-8, or write with -O ascii=true",
            ) from error
        return out.getvalue()

    def moved(self, positions: Iterable[int]) -> dict[int, int]:
        """How many lines further down each of some positions is in the file with all edits."""
        found: dict[int, int] = {}
        asked = sorted(positions)
        spans = self._sorted() if asked else []
        at = lines = 0
        for position in asked:
            while at < len(spans) and spans[at][1] <= position:
                start, end, new = spans[at]
                lines += new.count("\n") - self.document.text.count("\n", start, end)
                at += 1
            found[position] = lines
        return found

    def _sorted(self) -> list[tuple[int, int, str]]:
        spans = [*self._spans, *(span for p in self._plans.values() for span in self._planned(p))]
        return sorted(spans, key=lambda span: (span[0], span[1]))


def _quoted(fields: Sequence[Field]) -> bool:
    """Whether values stand in quotation marks, as far as they have delimiters."""
    return {part.kind for field in fields for part in field.parts} - {"w"} == {'"'}


def _case(word: str) -> str:
    return "upper" if word.isupper() else "title" if word[:1].isupper() else "lower"


def _cased(word: str, like: Sequence[str]) -> str:
    """A word in capitals, or with one, where all others are so."""
    if not like or not all(one[:1].isupper() for one in like):
        return word
    return word.upper() if all(map(str.isupper, like)) else word[:1].upper() + word[1:]


def _pad(since: int, until: int, tabs: bool) -> str:
    """Space from one column to another; none where that is to the left."""
    said = ""
    while tabs and (stop := since // 8 * 8 + 8) <= until:
        said, since = said + "\t", stop
    return said + " " * (until - since)


def _check(value: str) -> None:
    depth = 0
    for brace in _BRACES.findall(value):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            break
    if depth:
        raise ValueError("the braces of the value are not balanced")
