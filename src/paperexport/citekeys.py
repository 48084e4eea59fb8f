"""Citation keys: ASCII, safe for BibTeX, biber and LaTeX, unique, and the same on every run.

A pattern is written in the formula syntax of Better BibTeX
(retorque.re/zotero-better-bibtex/citing), of which the useful part is here::

    auth.lower + year + veryshorttitle.lower | shorttitle(3).lower

``+`` joins, ``|`` takes the first alternative that gives anything, a dot applies a filter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Self

from msgspec import Struct

from paperexport import text
from paperexport._regex import late
from paperexport.errors import UsageError
from paperexport.identifiers import aliases
from paperexport.record import Name, Record

__all__ = ["DEFAULT", "Pattern", "assign", "identity", "safe"]

DEFAULT = (
    "auth.len.lower + year.len + veryshorttitle.lower | auth.len.lower + shorttitle(2).lower"
    " | shorttitle(4, sep='-').len.lower | identifier"
)
"""Who, when, what: ``lovelace1843notes``; without a year or an author more of the title."""

# What BibTeX, biber and LaTeX all take in a key, and no shell or URL has to quote.
_UNSAFE = late(r"[^A-Za-z0-9_:./+-]+")
_WORD = late(r"[^\W_]+(?:['’][^\W_]+)*")
_MATHS = late(r"\$[^$]*\$")
# Better BibTeX's "skip words", the English ones.
_SKIP = frozenset(
    """
    a about above across afore after against al along alongside amid amidst among amongst an and
    anenst apropos apud around as aside astride at athwart atop barring before behind below
    beneath beside besides between beyond but by circa d de despite down during et except for
    forenenst from given in including inside into la like lest mid midst minus modulo near next
    notwithstanding of off on onto opposite or out outside over pace past per plus pro qua round
    sans since so than the through throughout thru till times to toward towards under underneath
    unlike until unto up upon versus via vis-a-vis with within without yet
    """.split()
)


def identity(record: Record) -> list[str]:
    """What a key is remembered by, best first: the identifiers, then ``title:…``, folded."""
    found = sorted(aliases(record))
    if title := text.fold(record.title):
        found.append(f"title:{title}")
    return found


def safe(key: str) -> str:
    """A key in characters that every reader takes: transliterated, the others left out."""
    return _UNSAFE.sub("", _ascii(key))


def assign(
    records: Sequence[Record],
    pattern: Pattern | None = None,
    *,
    given: Sequence[str] = (),
    taken: Mapping[str, str] | None = None,
    reserved: Iterable[str] = (),
) -> list[str]:
    """One key for each record, distinct even to readers that ignore case.

    A record keeps the key that it had (``taken``), then the one that its page gave it; only who
    has none gets one by the pattern. Where several would get the same, they are told apart by
    ``a``, ``b`` … in the order of their dates and identifiers, not of the list.

    Args:
        records: the papers.
        pattern: how new keys are made; :data:`DEFAULT` where None.
        given: a key for each record that the input itself gave, or ``""``; may be empty.
        taken: :func:`identity` → key, of earlier runs.
        reserved: keys that belong to others and may not be given.
    """
    pattern = pattern or Pattern.parse(DEFAULT)
    keys = [""] * len(records)
    used = {key.lower() for key in reserved}

    def take(number: int, key: str) -> None:
        if key and not keys[number] and key.lower() not in used:
            used.add(key.lower())
            keys[number] = key

    if taken:
        for number, record in enumerate(records):
            for name in identity(record):
                take(number, taken.get(name, ""))
    for number, key in enumerate(given):
        take(number, safe(key))
    waiting: dict[str, list[int]] = {}
    for number, record in enumerate(records):
        if not keys[number]:
            waiting.setdefault(pattern.key(record), []).append(number)
    for base, numbers in waiting.items():
        postfix = -1
        for number in (
            sorted(numbers, key=lambda n: _age(records[n])) if len(numbers) > 1 else numbers
        ):
            key = base
            while key.lower() in used:
                postfix += 1
                key = base + _letters(postfix)
            take(number, key)
    return keys


def _age(record: Record) -> tuple[object, ...]:
    date = record.issued
    when = (date.year, date.month or 13, date.day or 32) if date else (9999, 13, 32)
    return (*when, record.eprint.id if record.eprint else "", record.doi, text.fold(record.title),
            text.fold(record.abstract), str(record.author))  # fmt: skip


def _letters(number: int) -> str:
    """0 → ``a``, 25 → ``z``, 26 → ``aa``."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(97 + rest) + letters
    return letters


def _ascii(said: str) -> str:
    if said.isascii():
        return said
    from anyascii import anyascii

    return str(anyascii(said))


# --- What a formula can say -----------------------------------------------------------------------

Function = Callable[..., str]
ARCHIVES = {"arxiv": "arXiv"}


def _last(name: Name) -> str:
    return _letters_only(name.literal or f"{name.particle} {name.family}")


def _letters_only(said: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "", _ascii(said))


def _people(record: Record) -> list[str]:
    return [last for name in record.author or record.editor if (last := _last(name))]


def _words(record: Record, *, skip: bool = True) -> list[str]:
    title = _MATHS.sub(" ", record.title) if "$" in record.title else record.title
    words = [w for found in _WORD.findall(title) for w in [_letters_only(found)] if w]
    kept = [w for w in words if w.lower() not in _SKIP] if skip else words
    return kept or words


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _auth(record: Record, n: int = 0, m: int = 1) -> str:
    people = _people(record)
    return (people[m - 1][: n or None]) if 0 < m <= len(people) else ""


def _auth_etal2(record: Record, sep: str = ".") -> str:
    people = _people(record)
    return sep.join([people[0], "etal"]) if len(people) > 2 else sep.join(people)


def _auth_et_al(record: Record) -> str:
    people = _people(record)
    return f"{people[0]}EtAl" if len(people) > 2 else "".join(people)


def _auth_ini(record: Record, n: int = 0, sep: str = ".") -> str:
    return sep.join(person[: n or None] for person in _people(record))


def _authors_alpha(record: Record) -> str:
    people = _people(record)
    if len(people) == 1:
        return people[0][:3]
    return "".join(p[0] for p in (people if len(people) < 5 else people[:3])) + "+" * (
        len(people) > 4
    )


def _author_last(record: Record) -> str:
    return next(reversed(_people(record)), "")


def _authors(record: Record, n: int = 0, etal: str = "", sep: str = "") -> str:
    people = _people(record)
    cut = etal if n and len(people) > n else ""
    return sep.join(people[: n or None]) + cut


def _shorttitle(record: Record, n: int = 3, m: int = 0, sep: str = "") -> str:
    words = _words(record)[:n]
    return sep.join(_capital(w) if i < m else w for i, w in enumerate(words))


def _identifier(record: Record) -> str:
    if record.eprint is not None:
        archive = ARCHIVES.get(record.eprint.archive, record.eprint.archive)
        return f"{archive}:{record.eprint.id}"
    if record.doi:
        return f"doi:{record.doi}"
    return next(iter(sorted(aliases(record))), "untitled")


def _date_part(part: str) -> Callable[[Record], str]:
    def say(record: Record) -> str:
        value = getattr(record.issued, part) if record.issued else None
        return "" if value is None else str(abs(value))

    return say


FUNCTIONS: Mapping[str, Function] = {
    "auth": _auth,
    "authetal": _auth_et_al,
    "authetal2": _auth_etal2,
    "authini": _auth_ini,
    "authorlast": _author_last,
    "authors": _authors,
    "authorsalpha": _authors_alpha,
    "day": _date_part("day"),
    "identifier": _identifier,
    "month": _date_part("month"),
    "shorttitle": _shorttitle,
    "shortyear": lambda record: _date_part("year")(record)[-2:],
    "title": lambda record: "".join(map(_capital, _words(record))),
    "type": lambda record: _letters_only(record.type),
    "veryshorttitle": lambda record, n=1, m=0: _shorttitle(record, n, m),
    "year": _date_part("year"),
}
"""Name in lower case → function of a record and the formula's arguments."""


def _condense(said: str, sep: str = "") -> str:
    return sep.join(said.split())


def _select(said: str, start: int = 1, n: int = 0) -> str:
    words = said.split()[start - 1 :]
    return " ".join(words[: n or None])


def _substring(said: str, start: int = 1, n: int = 0) -> str:
    return said[start - 1 :][: n or None]


def _skipwords(said: str) -> str:
    return " ".join(word for word in said.split() if word.lower() not in _SKIP)


class _SkipError(Exception):
    """This alternative gives nothing."""


def _len(said: str, relation: str = ">", n: int = 0) -> str:
    size = len(said)
    holds = {"<": size < n, "<=": size <= n, "=": size == n, "!=": size != n, ">=": size >= n}
    if not holds.get(relation, size > n):
        raise _SkipError
    return said


FILTERS: Mapping[str, Function] = {
    "abbr": lambda said, chars=1: "".join(word[:chars] for word in said.split()),
    "capitalize": lambda said: " ".join(map(_capital, said.split())),
    "clean": safe,
    "condense": _condense,
    "fold": _ascii,
    "len": _len,
    "lower": str.lower,
    "nopunct": lambda said: re.sub(r"[^\w\s]", "", said),
    "postfix": lambda said, fix="": said + fix if said else "",
    "prefix": lambda said, fix="": fix + said if said else "",
    "replace": lambda said, find="", replace="": said.replace(find, replace) if find else said,
    "select": _select,
    "skipwords": _skipwords,
    "substring": _substring,
    "transliterate": _ascii,
    "upper": str.upper,
}
"""Name in lower case → function of a text and the formula's arguments."""

_TOKEN = late(r"\s*(?:('[^']*'|\"[^\"]*\")|(\d+)|([A-Za-z]\w*)|(.))", re.DOTALL)
Argument = str | int


class Call(Struct, frozen=True):
    """One function or filter of a formula, with its arguments."""

    function: Function
    positional: tuple[Argument, ...] = ()
    named: tuple[tuple[str, Argument], ...] = ()

    def __call__(self, value: object) -> str:
        return self.function(value, *self.positional, **dict(self.named))


class Pattern(Struct, frozen=True):
    """A formula, read.

    Attributes:
        formula: as it was written.
        alternatives: of which the first that gives anything is taken; each a chain of terms, each
            term a call and its filters.
    """

    formula: str
    alternatives: tuple[tuple[tuple[Call, ...], ...], ...]

    @classmethod
    def parse(cls, formula: str) -> Self:
        """Read a formula.

        Raises:
            UsageError: it cannot be read; the message says where.
        """
        found = _Parser(formula).alternatives()
        pattern = cls(formula, found)
        try:
            pattern.key(Record(title="A Trial of Words", author=(Name(family="Test", given="A"),)))
        except (TypeError, ValueError, IndexError, AttributeError) as error:
            raise UsageError(
                f"key pattern {formula!r}: an argument does not fit: {error}", hint=_HINT
            ) from error
        return pattern

    def key(self, record: Record) -> str:
        """The key of a record, not yet told apart from others; never empty."""
        for chain in self.alternatives:
            try:
                said = "".join(map(_say(record), chain))
            except _SkipError:
                continue
            if key := safe(said).strip("-_:./+"):
                return key
        return safe(_identifier(record)) or "untitled"


def _say(record: Record) -> Callable[[tuple[Call, ...]], str]:
    def say(term: tuple[Call, ...]) -> str:
        said = term[0](record)
        for call in term[1:]:
            said = call(said)
        return said

    return say


_HINT = (
    f"functions: {', '.join(sorted(FUNCTIONS))}; filters: {', '.join(sorted(FILTERS))}; "
    f"for example: {DEFAULT}"
)


class _Parser:
    def __init__(self, formula: str) -> None:
        self.formula = formula
        self.tokens = [
            (next((i, said) for i, said in enumerate(match.groups()) if said is not None))
            for match in _TOKEN.finditer(formula.strip())
        ]
        self.at = 0

    def fail(self, what: str) -> UsageError:
        near = "".join(said for _, said in self.tokens[self.at : self.at + 3]) or "its end"
        return UsageError(f"key pattern {self.formula!r}: {what} at {near!r}", hint=_HINT)

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def next(self) -> tuple[int, str]:
        if self.at >= len(self.tokens):
            raise self.fail("something is missing")
        self.at += 1
        return self.tokens[self.at - 1]

    def accept(self, *signs: str) -> bool:
        if self.peek() in signs and self.peek():
            self.at += 1
            return True
        return False

    def alternatives(self) -> tuple[tuple[tuple[Call, ...], ...], ...]:
        found = [self.chain()]
        while self.accept("|", ";"):
            found.append(self.chain())
        if self.at < len(self.tokens):
            raise self.fail("this cannot stand here:")
        return tuple(found)

    def chain(self) -> tuple[tuple[Call, ...], ...]:
        terms = [self.term()]
        while self.accept("+"):
            terms.append(self.term())
        return tuple(terms)

    def term(self) -> tuple[Call, ...]:
        kind, said = self.next()
        if kind == 0:
            calls = [Call(lambda _record, literal=said[1:-1]: literal)]
        elif kind == 2:
            calls = [self.call(FUNCTIONS, said, "function")]
        else:
            self.at -= 1
            raise self.fail("a function or a quoted text is wanted")
        while self.accept("."):
            calls.append(self.call(FILTERS, self.next()[1], "filter"))
        return tuple(calls)

    def call(self, known: Mapping[str, Function], name: str, kind: str) -> Call:
        function = known.get(name.lower())
        if function is None:
            self.at -= 1
            raise self.fail(f"there is no {kind} {name!r}")
        positional: list[Argument] = []
        named: list[tuple[str, Argument]] = []
        if self.accept("("):
            while not self.accept(")"):
                kind_of, said = self.next()
                if kind_of == 2 and self.accept("="):
                    kind_of, value = self.next()
                    named.append((said, _argument(kind_of, value)))
                else:
                    positional.append(_argument(kind_of, said))
                if self.peek() != ")" and not self.accept(","):
                    raise self.fail("a comma or a closing parenthesis is wanted")
        return Call(function, tuple(positional), tuple(named))


def _argument(kind: int, said: str) -> Argument:
    return said[1:-1] if kind == 0 else int(said) if kind == 1 else said
