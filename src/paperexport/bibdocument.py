"""A BibTeX file, taken apart without losing a byte.

A :class:`Document` knows the span of every block, field name and value; edits replace spans, and
everything else is copied. It reads what BibTeX reads (btxdoc; the grammar of btparse's manual):
``@string`` and ``#``, ``@preamble``, ``@comment``, text between entries, parentheses as
delimiters, ``%`` lines inside entries. What is damaged is told with its line, and reading goes on
at the next entry. Everything is linear in the file and recurses on nothing.
"""

from __future__ import annotations

import bisect
import codecs
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from itertools import islice
from operator import itemgetter
from typing import Literal

from msgspec import Struct
from msgspec.structs import force_setattr

from paperexport._regex import late, possessive
from paperexport.diagnostics import Diagnostic
from paperexport.record import Origin

__all__ = ["MONTHS", "Block", "Document", "Field", "Part"]

Kind = Literal["entry", "string", "preamble", "comment", "text"]

MONTHS: dict[str, str] = {
    name: str(number)
    for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)
}
"""The macros that every style defines (btxdoc, 3.2), by what they stand for in BibLaTeX."""

# A `%` before it makes it a comment, as biber and JabRef have it.
_START = late(r"@[ \t\r\n]*([A-Za-z][\w-]{0,63})[ \t\r\n]*([{(])")
_AT_LINE = late(r"\n[ \t]*@[ \t]*[A-Za-z][\w-]{0,63}[ \t]*[{(]")
_SPACE = late(r"(?:[ \t\r\n\f\v]+|%[^\n]*(?:\n|$))*")
_KEY = late(r"[^\s,{}()=\"#%]+(?:[ \t]+[^\s,{}()=\"#%]+)*|")
# BibTeX takes parentheses in a key, as some DOIs have them; biber does not.
_KEY_IN_BRACES = late(_KEY.pattern.replace("()", ""))
_NAME = late(r"[^\s=,{}()\"#%'@]+(?:[ \t]+(?=[=]))?")
_WORD = late(r"[^\s,#{}()\"=%@]+")
_BRACE = late(r"[{}]")
_PARENS = late(r"[{}()]")
_QUOTED = late(r"[{}\"]")
_CLOSERS = {"{": "}", "(": ")"}

_STRING = late(r"@[ \t\r\n]*string", re.IGNORECASE)
_BATCH = 256
"""Blocks that are found at once."""
_CHUNK = 1 << 16
"""Characters that are compared at once, so that nothing is held twice."""
_MACRO = 10_000
"""Characters that a macro stands for, at most: doubling ones grow without end."""
_EXPANDED = 100_000
"""Characters that macros make of one value, at most."""


class Part(Struct, frozen=True, gc=False):
    """One piece of a value: ``{…}``, ``"…"``, or a bare word (a number or a macro).

    Attributes:
        kind: ``{``, ``"`` or ``w``.
        text: what is inside the delimiters.
    """

    kind: str
    text: str


class Field(Struct, frozen=True, gc=False):
    """A field of an entry, with its spans in the text of the document.

    Attributes:
        name: as it is written.
        start: where the name begins.
        name_end: where it ends.
        value_start: where the value begins, delimiter included.
        value_end: where it ends.
        parts: the pieces that ``#`` joins.
    """

    name: str
    start: int
    name_end: int
    value_start: int
    value_end: int
    parts: tuple[Part, ...]


class Block(Struct, frozen=True, kw_only=True, gc=False, eq=False):
    """A stretch of the file.

    Attributes:
        kind: what it is; ``text`` is all that stands between the others.
        start: where it begins.
        end: where it ends.
        type: the word behind the ``@``, in lower case.
        key: an entry's citation key, as it is written.
        key_start: where that begins.
        closed: whether its end was found.
        plain: the text of the document, if this is an entry that one expression reads.
        read: its fields, as far as somebody asked for them.
    """

    kind: Kind
    start: int
    end: int
    type: str = ""
    key: str = ""
    key_start: int = 0
    closed: bool = True
    plain: str = ""
    read: tuple[Field, ...] | None = ()

    @property
    def fields(self) -> tuple[Field, ...]:
        """Of an entry or a string, in order, double ones included."""
        if self.read is None:
            force_setattr(self, "read", tuple(_plain_fields(self)))
        return self.read or ()

    def field(self, name: str) -> Field | None:
        """The first field of that name, without regard to case (as BibTeX takes it), or None."""
        wanted = name.lower()
        return next((f for f in self.fields if f.name.lower() == wanted), None)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Block) and self._said() == other._said()

    def __ne__(self, other: object) -> bool:
        return not self == other  # a Struct has its own, which compares all

    def __hash__(self) -> int:
        return hash((self.start, self.end))

    def __repr__(self) -> str:
        return f"Block{self._said()}"

    def _said(self) -> tuple[object, ...]:
        return (self.kind, self.start, self.end, self.type, self.key, self.key_start, self.closed,
                self.fields)  # fmt: skip


# --- Plain entries --------------------------------------------------------------------------------

# Most entries hold nothing that wants care: braces around them, a comma behind each field, values
# of one piece, no comment. Then one expression finds their fields, and whatever it cannot read goes
# into a last row that is no closing brace; the scanner below reads such entries. That both say the
# same is a property test.
_GAP = r"[ \t\r\n\f\v]*+"
_BETWEEN = r"[ \t\r\n\f\v,]*+"  # two fields
# Anything but braces, or quotation marks too. What is up to U+00FF is told by a bitmap, in a third
# of the time that [^{}] takes, and the rest apart: a class of both takes long to compile.
_BARE = r"[\x00-z|~-\xff]*+"
_BARE_QUOTED = r"[\x00-!#-z|~-\xff]*+"
_BEYOND = r"[^\x00-\xff]++"


def _braced(outer: str) -> str:
    """An expression for what ``outer`` matches, with braces in it, four deep at most."""
    inner = _BARE + possessive(_BEYOND + _BARE)
    for _ in range(3):
        inner = _BARE + possessive(rf"(?:\{{{inner}\}}|{_BEYOND}){_BARE}")
    return outer + possessive(rf"(?:\{{{inner}\}}|{_BEYOND}){outer}")


_PLAIN_WORD = r"[A-Za-z0-9_:.+/-]++"
_NAME_AND_EQUALS = rf"({_PLAIN_WORD}){_GAP}={_GAP}"
_VALUE = rf"\{{({_braced(_BARE)})\}}|\"({_braced(_BARE_QUOTED)})\"|({_PLAIN_WORD})"
_COMMA = rf"{_GAP}(?:,|(?=\}}\Z))"
_REST = r"(\}\Z|.++)"
_HEAD = late(
    rf"{_GAP}@((?!(?i:comment|string|preamble)\{{)[A-Za-z][\w-]{{0,63}}+)\{{"
    rf"{_GAP}([^\s,{{}}()=\"#%]++){_GAP}(?=[,}}])"
)
# Up to the next closing brace: in a ninth of the instructions of a class. What it takes is the
# value where no brace is opened in it; if one is, and yet a comma follows, it was taken in error.
_ROW = late(
    rf"{_BETWEEN}(?:{_NAME_AND_EQUALS}(?:\{{([^}}]*+)\}}{_COMMA}|(?:{_VALUE}){_COMMA})|{_REST})",
    re.DOTALL,
)
_CAREFUL_FIELD = rf"{_NAME_AND_EQUALS}(?:{_VALUE}){_COMMA}"
_CAREFUL_ROW = late(rf"{_BETWEEN}(?:{_CAREFUL_FIELD}|{_REST})", re.DOTALL)
# The same of all of them at once: what is asked where nobody wants the values yet.
_UNGROUPED = re.sub(r"\((?!\?)", "(?:", _CAREFUL_FIELD)
_PLAIN = late(possessive(_BETWEEN + _UNGROUPED) + rf"{_BETWEEN}\}}\Z")
_Row = tuple[str, str, str, str, str, str]
"""A field's name, its value in braces, once and again, in quotes or bare; or what is no field."""


_simple = itemgetter(1)


def _rows(text: str, start: int, end: int) -> list[_Row] | None:
    """The fields between an entry's key and its end, closing brace included; None if not plain."""
    rows: list[_Row] = _ROW.findall(text, start, end)
    if "{" in "".join(map(_simple, rows)):
        found = _CAREFUL_ROW.findall(text, start, end)
        rows = [(name, "", *said) for name, *said in found]
    return rows if rows and rows.pop()[5] == "}" else None


def plain_end(text: str, at: int) -> int | None:
    """Where the plain entry ends that begins at a position; None where none does."""
    head = _HEAD.match(text, at)
    if head is None or head.start(1) != at + 1:
        return None
    after = _AT_LINE.search(text, head.end())
    end = text.rfind("}", head.end(), after.start() if after else len(text)) + 1
    return end if end and _PLAIN.fullmatch(text, head.end(), end) else None


def _plain_fields(block: Block) -> Iterator[Field]:
    for found in _CAREFUL_ROW.finditer(block.plain, block.key_start + len(block.key), block.end):
        which = found.lastindex or 0
        if which == 5:
            return
        start, end = found.span(which)
        width = 0 if which == 4 else 1
        part = Part(' {"w'[which - 1], found[which])
        yield Field(found[1], found.start(1), found.end(1), start - width, end + width, (part,))


class _Damage(Exception):  # noqa: N818 - a signal inside this module
    """An entry cannot be read further than this."""

    def __init__(self, at: int, message: str, *, runs_out: bool = False) -> None:
        super().__init__(message)
        self.at = at
        self.message = message
        self.runs_out = runs_out


_MARKED = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def _decoded(data: bytes) -> tuple[str, str, int]:
    """The text of a file, how it was read, and where in it that began to be a guess, or -1."""
    for mark, encoding in _MARKED:
        # Each letter of ASCII is half of zeros: without one there is no entry.
        if data.startswith(mark) and b"\0" in data and len(data) % 2 == 0:
            with suppress(UnicodeDecodeError):
                return data.decode(encoding), encoding, -1
    try:
        return data.decode("utf-8"), "utf-8", -1
    except UnicodeDecodeError as error:
        guessed = error.start
    try:
        return data.decode("cp1252"), "cp1252", guessed
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1", guessed


class Document:
    """A file, read.

    Args:
        data: its bytes.
        locator: what messages call it.
        keep: whether the values of plain entries are kept until somebody asks for them; where all
            are asked for, that saves reading them twice.

    Attributes:
        text: its characters; a byte order mark is the first.
        encoding: how they were read: ``utf-8``, UTF-16 where a byte order mark says so, or
            ``cp1252``, which is Latin-1 with quotation marks and dashes where that has nothing;
            ``latin-1`` takes the five bytes that mean nothing there.
        newline: the line end that most lines have.
        told: what is damaged or doubtful, as far as the file was read.
    """

    _lines: list[int] | None = None
    _counted = (0, 1)

    def __init__(self, data: bytes, locator: str = "", *, keep: bool = False) -> None:
        self.locator = locator
        self._keep = keep
        self._read: dict[int, list[_Row]] = {}
        self._defined: dict[str, list[tuple[int, str]]] = {}
        self.told: list[Diagnostic] = []
        self.text, self.encoding, guessed = _decoded(data)
        if guessed >= 0:
            self._say(guessed, "encoding-guessed", "this is no UTF-8; read as Windows-1252",
                      "save the file as UTF-8")  # fmt: skip
        self.newline = "\n"
        if "\r" in self.text and self.text.count("\r\n") * 2 > self.text.count("\n"):
            self.newline = "\r\n"
        self._bounded = False
        self._wasted = self._vain = 0
        self._next = (0, -1)
        self._found: list[Block] = []
        self._scanning = self._scan()

    def each(self) -> Iterator[Block]:
        """The blocks in order, each as soon as it was found.

        What is read of a block at once is read while its text is near the processor.
        """
        done = 0
        while batch := self._found[done:] or self._more(_BATCH):
            yield from batch
            done += len(batch)

    def _more(self, count: int | None) -> list[Block]:
        found = list(islice(self._scanning, count))
        self._found += found
        return found

    @property
    def blocks(self) -> list[Block]:
        """All of the file, in order, without gaps."""
        self._more(None)
        return self._found

    @property
    def entries(self) -> list[Block]:
        """The entries, in order."""
        return [block for block in self.blocks if block.kind == "entry"]

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """What is damaged or doubtful in the whole file."""
        self._more(None)
        _ = self.strings
        return self.told

    @cached_property
    def strings(self) -> dict[str, str]:
        """Macro in lower case → what it stands for, at the end of the file."""
        found: dict[str, str] = {}
        self.strings = found  # of the macros before it, a macro may be made
        if _STRING.search(self.text) is None:
            return found
        for block in self.blocks:
            if block.kind == "string":
                for field in block.fields:
                    if len(said := self.value(field)) > _MACRO:
                        self._say(field.start, "macro-long", f"the macro {field.name[:40]!r} "
                                  f"stands for {len(said)} characters; it was not resolved",
                                  "write the text where it belongs")  # fmt: skip
                        continue
                    name = field.name.lower()
                    if found.setdefault(name, said) != said:
                        # From here on it stands for something else.
                        self._defined.setdefault(name, [(0, found[name])])
                        self._defined[name].append((field.start, said))
                        found[name] = said
        return found

    def line(self, position: int) -> int:
        """The 1-based line of a position in the text."""
        since, line = self._counted
        if position >= since:  # as it goes through a file: on from the last one
            line += self.text.count("\n", since, position)
            self._counted = (position, line)
            return line
        if self._lines is None:
            self._lines = [m.end() for m in re.finditer("\n", self.text)]
        return bisect.bisect_right(self._lines, position) + 1

    def column(self, position: int) -> int:
        """How many characters stand before a position in its line; 10,000 are enough."""
        since = max(0, position - 10_000)
        return position - max(since, self.text.rfind("\n", since, position) + 1)

    def values(self, block: Block) -> dict[str, str]:
        """Field name in lower case → TeX; of a double field the first, as BibTeX takes it."""
        if block.plain:
            rows = self._read.pop(block.start, None)
            if rows is None:
                start = block.key_start + len(block.key)
                rows = _rows(block.plain, start, block.end) or []
            said = {
                name.lower(): simple
                or braced
                or quoted
                or (word and self._macro(word, block.start))
                for name, simple, braced, quoted, word, _ in rows
            }
            if len(said) == len(rows):  # no double ones
                return said
        said = {}
        for field in block.fields:
            said.setdefault(field.name.lower(), self.value(field))
        return said

    def value(self, field: Field) -> str:
        """What a field says, as TeX: macros resolved, pieces joined, delimiters gone."""
        if len(field.parts) == 1 and field.parts[0].kind != "w":
            return field.parts[0].text
        said: list[str] = []
        left = _EXPANDED
        for part in field.parts:
            text = part.text
            if part.kind == "w" and left > 0:
                # Beside something else a month is its name: in `jan # "~10"` a number would be
                # taken for a day.
                alone = len(field.parts) == 1
                text = self._macro(text, field.start, MONTHS if alone else {})
                left -= len(text)
            said.append(text)
        return "".join(said)

    def _macro(self, word: str, at: int, months: Mapping[str, str] = MONTHS) -> str:
        """What a word without delimiters stands for at a position."""
        name = word.lower()
        said = self.strings.get(name)
        if said is None:
            return months.get(name, word)
        if name not in self._defined:
            return said
        several = self._defined[name]
        return several[bisect.bisect(several, at, key=itemgetter(0)) - 1][1]

    def encode(self, text: str) -> bytes:
        """Text in the encoding of the file.

        Raises:
            UnicodeEncodeError: the file is Windows-1252, and cannot hold it.
        """
        return text.encode(self.encoding)

    def says(self, data: bytes) -> bool:
        """Whether some bytes are those of the file."""
        return self.behind(0, len(self.text), data, 0) == len(data)

    def behind(self, start: int, end: int, data: bytes, at: int) -> int:
        """Where a stretch of the file ends in other bytes; -1 where it is not there to the byte.

        Args:
            start: where it begins in the text.
            end: where it ends.
            data: the other bytes.
            at: where in them it is looked for.
        """
        for begin in range(start, end, _CHUNK):
            piece = self.encode(self.text[begin : min(end, begin + _CHUNK)])
            if not data.startswith(piece, at):
                return -1
            at += len(piece)
        return at

    def bytes(self) -> bytes:
        """The file, byte for byte."""
        return self.encode(self.text)

    # -- reading --

    def _say(self, position: int, code: str, message: str, hint: str = "") -> None:
        origin = Origin(source="bibtex", locator=self.locator, line=self.line_of(position))
        self.told.append(
            Diagnostic(code=code, severity="warning", message=message, origin=origin, hint=hint)
        )

    def line_of(self, position: int) -> int:
        """The line of a position, also while the file is still being read."""
        return self.line(position) if hasattr(self, "text") else 1

    def _scan(self) -> Iterator[Block]:
        text = self.text
        done = at = 0
        while True:
            if at == done and not self._bounded:
                while (block := self._plain(at)) is not None:
                    if block.start > at:
                        yield Block(kind="text", start=at, end=block.start)
                    yield block
                    at = block.end
                done = at
            start = _START.search(text, at)
            if start is None:
                break
            if self._commented(start.start(), done):
                newline = text.find("\n", start.start())
                at = len(text) if newline < 0 else newline
                continue
            block = self._block(start)
            if block.start > done:
                yield Block(kind="text", start=done, end=block.start)
            yield block
            done = at = block.end
        if done < len(text):
            yield Block(kind="text", start=done, end=len(text))

    def _plain(self, at: int) -> Block | None:
        """The entry that begins there, white space aside, if nothing in it wants care."""
        text = self.text
        head = _HEAD.match(text, at)
        if head is None or self._vain > len(text):
            return None
        start = head.end()
        # Its brace is the last one before the next entry, or something else stands between.
        end = text.rfind("}", start, self._limit(start)) + 1
        type_start = head.start(1)
        rows = _rows(text, start, end) if self._keep and end else None
        if rows is not None:
            self._read[type_start - 1] = rows
        elif self._keep or not end or _PLAIN.fullmatch(text, start, end) is None:
            self._vain += max(end - start, 0)
            return None
        return Block(
            kind="entry",
            start=type_start - 1,
            end=end,
            type=head[1].lower(),
            key=head[2],
            key_start=head.start(2),
            plain=text,
            read=None,
        )

    def _commented(self, position: int, block_end: int) -> bool:
        """Whether a ``%`` stands in front, on the same line and behind the last block."""
        newline = self.text.rfind("\n", max(block_end, position - 10_000), position)
        return "%" in self.text[max(newline + 1, block_end, position - 10_000) : position]

    def _block(self, start: re.Match[str]) -> Block:
        kind = start[1].lower()
        limit = self._limit(start.end()) if self._bounded else len(self.text)
        try:
            return self._body(start, kind, limit)
        except _Damage as damage:
            if damage.runs_out and not self._bounded:
                # Some brace is never closed: from here on no entry reaches into the next.
                self._bounded = True
                return self._block(start)
            end = self._limit(start.end())
            self._wasted += max(0, damage.at - end)
            if self._wasted > len(self.text):
                self._bounded = True  # what is read in vain stays less than the file
            self._say(
                min(damage.at, len(self.text)),
                "bibtex-damaged",
                f"@{start[1]} cannot be read: {damage.message}",
                "the entry was left as it is; the next ones were read",
            )
            return Block(
                kind="text" if kind in ("string", "preamble", "comment") else "comment",
                start=start.start(),
                end=end,
                type=kind,
                closed=False,
            )

    def _limit(self, position: int) -> int:
        """Where the next entry begins that stands at the beginning of a line."""
        since, known = self._next
        if not since <= position < known:
            found = _AT_LINE.search(self.text, position)
            known = found.start() + 1 if found else len(self.text)
            self._next = (position, known)
        return known

    def _body(self, start: re.Match[str], kind: str, limit: int) -> Block:
        closer = _CLOSERS[start[2]]
        at = start.end()
        if kind == "comment":
            end = self._balanced(at, start[2], limit)
            return Block(kind="comment", start=start.start(), end=end, type=kind)
        if kind == "preamble":
            parts, at = self._value(self._skip(at), limit)
            end = self._close(at, closer, limit)
            field = Field("preamble", start.end(), start.end(), start.end(), at, parts)
            return Block(kind="preamble", start=start.start(), end=end, type=kind, read=(field,))
        key, key_start = "", at
        at = self._skip(at)
        if kind != "string":
            keys = _KEY_IN_BRACES if closer == "}" else _KEY
            found = keys.match(self.text, at, limit)
            assert found is not None, "it matches nothing at least"
            after = self._skip(found.end())
            if after < limit and self.text[after] == "=":
                pass  # no key at all: the first field begins here
            else:
                key, key_start, at = found[0], at, after
                if at < limit and self.text[at] not in (",", closer):
                    raise _Damage(at, f"a comma is wanted behind the key {key[:40]!r}")
        fields, end = self._fields(at, closer, limit)
        return Block(
            kind="string" if kind == "string" else "entry",
            start=start.start(),
            end=end,
            type=kind,
            key=key,
            key_start=key_start,
            read=tuple(fields),
        )

    def _fields(self, at: int, closer: str, limit: int) -> tuple[list[Field], int]:
        text = self.text
        fields: list[Field] = []
        missing = False
        while True:
            at = self._skip(at)
            while at < limit and text[at] == ",":
                missing = False
                at = self._skip(at + 1)
            if at >= limit:
                raise _Damage(at, "its end is missing", runs_out=True)
            if text[at] == closer:
                return fields, at + 1
            name = _NAME.match(text, at, limit)
            if name is None:
                raise _Damage(at, f"{text[at]!r} is no name of a field")
            equals = self._skip(name.end())
            if equals >= limit or text[equals] != "=":
                raise _Damage(at, f"an equals sign is wanted behind {name[0][:40]!r}")
            if missing:
                self._say(at, "bibtex-comma", f"a comma is missing before {name[0].strip()!r}",
                          "BibTeX stops here; add it")  # fmt: skip
            value_start = self._skip(equals + 1)
            parts, value_end = self._value(value_start, limit)
            written = name[0].rstrip()
            fields.append(Field(written, at, at + len(written), value_start, value_end, parts))
            at = value_end
            missing = True

    def _value(self, at: int, limit: int) -> tuple[tuple[Part, ...], int]:
        text = self.text
        parts: list[Part] = []
        while True:
            if at >= limit:
                raise _Damage(at, "a value is missing", runs_out=True)
            char = text[at]
            if char == "{":
                end = self._balanced(at + 1, "{", limit)
                parts.append(Part("{", text[at + 1 : end - 1]))
            elif char == '"':
                end = self._quoted(at + 1, limit)
                parts.append(Part('"', text[at + 1 : end - 1]))
            elif (word := _WORD.match(text, at, limit)) is not None:
                end = word.end()
                parts.append(Part("w", word[0]))
            else:
                raise _Damage(at, f"{char!r} is no value")
            after = self._skip(end)
            if after < limit and text[after] == "#":
                at = self._skip(after + 1)
                continue
            return tuple(parts), end

    def _balanced(self, at: int, opener: str, limit: int) -> int:
        """The position behind the brace or parenthesis that closes what was opened before."""
        depth = 1 if opener == "{" else 0
        pattern = _BRACE if opener == "{" else _PARENS
        parens = 0 if opener == "{" else 1
        for found in pattern.finditer(self.text, at, limit):
            char = found[0]
            if char == "{":
                depth += 1
            elif char == "}":
                depth -= 1
                if opener == "{" and not depth:
                    return found.end()
            elif not depth:
                parens += 1 if char == "(" else -1
                if not parens:
                    return found.end()
        raise _Damage(at, f"the {opener!r} is never closed", runs_out=True)

    def _quoted(self, at: int, limit: int) -> int:
        depth = 0
        for found in _QUOTED.finditer(self.text, at, limit):
            char = found[0]
            if char == "{":
                depth += 1
            elif char == "}":
                depth -= 1
                if depth < 0:
                    raise _Damage(found.start(), "a brace closes that was not opened")
            elif not depth:
                return found.end()
        raise _Damage(at, "the quotation mark is never closed", runs_out=True)

    def _close(self, at: int, closer: str, limit: int) -> int:
        at = self._skip(at)
        if at >= limit:
            raise _Damage(at, "its end is missing", runs_out=True)
        if self.text[at] != closer:
            raise _Damage(at, f"{closer!r} is wanted, not {self.text[at]!r}")
        return at + 1

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self.text, at)
        return found.end() if found else at
