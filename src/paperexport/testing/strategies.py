"""Hypothesis strategies of records: those that normalizing makes, and any at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from paperexport import text
from paperexport.normalization import entry_of, normalize
from paperexport.record import Eprint, Name, PartialDate, Record
from paperexport.testing.examples import TYPES

# What breaks files: the specials of TeX, of RIS, JSON and HTML, quotes of all sorts, accents as
# one and as two code points, right-to-left and wide scripts, an astral character.
AWKWARD = "{}\\%$#&_^~@\"'`,;=-–—“”‘’«»<>[]()|!?/*+ \u0301éüñŁßØçșễ中文日本語한국어עבריתالعربية🧦µ"
FRAGMENTS = (
    "$x^2$",
    "$O(n \\log n)$",
    "\\textbf{x}",
    "\\input{x}",
    "}@misc{x,",
    "DNA",
    "iPhone",
    "GPT-4",
    " and ",
    "and others",
    "--",
    "``",
    "''",
    "100%",
    "ER  - ",
    "TY  - JOUR",
    "</p>",
    "&amp;",
    "<think>",
    "https://example.org/a_b~c%20d",
    "naïve",
    "Straße",
)


def texts(*, min_size: int = 0, max_size: int = 40) -> st.SearchStrategy[str]:
    """One line of clean text, with a bent for what breaks files.

    Args:
        min_size: how many characters or fragments are drawn at least; cleaning may leave fewer.
        max_size: how many at most.
    """
    piece = st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from(AWKWARD),
        st.sampled_from(FRAGMENTS),
        st.sampled_from("abcdefgh ABC "),
    )
    return st.lists(piece, min_size=min_size, max_size=max_size).map("".join).map(text.line)


def _words() -> st.SearchStrategy[str]:
    return st.one_of(
        texts(max_size=8), st.sampled_from(("van", "de la", "Jr.", "III", "Ana", "X."))
    )


def names() -> st.SearchStrategy[Name]:
    """A name in parts, or a literal one."""
    parts = st.builds(
        Name,
        family=_words().filter(bool),
        given=_words(),
        particle=st.sampled_from(("", "", "", "van", "de la", "von der")),
        suffix=st.sampled_from(("", "", "", "Jr.", "III")),
    )
    return st.one_of(parts, st.builds(Name, literal=texts(min_size=1, max_size=12).filter(bool)))


def _dates() -> st.SearchStrategy[PartialDate]:
    def build(year: int, month: int | None, day: int | None) -> PartialDate:
        return PartialDate(year=year, month=month, day=day if month else None)

    return st.builds(
        build,
        st.integers(1000, 2199),
        st.none() | st.integers(1, 12),
        st.none() | st.integers(1, 28),
    )


def _eprints() -> st.SearchStrategy[Eprint]:
    new = st.builds("{:02d}{:02d}.{:05d}".format, *map(st.integers, (15, 1, 0), (29, 12, 99999)))
    old = st.builds("{}/{:02d}{:02d}{:03d}".format, st.sampled_from(("hep-th", "math", "cs")),
                    *map(st.integers, (92, 1, 1), (99, 12, 999)))  # fmt: skip
    return st.builds(
        Eprint,
        archive=st.just("arxiv"),
        id=new | old,
        version=st.none() | st.integers(1, 30),
        primary_class=st.sampled_from(("", "cs.LG", "math.GT", "hep-th")),
    )


def _fields() -> dict[str, st.SearchStrategy[Any]]:
    people = st.lists(names(), max_size=4).map(tuple)
    numbers = st.integers(1, 999).map(str)
    words = texts(min_size=1, max_size=6).filter(bool)
    return {
        "type": st.sampled_from(TYPES),
        "title": texts(),
        "title_short": texts(max_size=8),
        "author": people,
        "editor": people,
        "translator": people,
        "incomplete": st.sampled_from(((), (), ("author",))),
        "issued": st.none() | _dates(),
        "accessed": st.none() | _dates(),
        "container_title": texts(max_size=12),
        "collection_title": texts(max_size=12),
        "collection_number": numbers,
        "event_title": texts(max_size=12),
        "event_place": texts(max_size=8),
        "publisher": texts(max_size=12),
        "publisher_place": texts(max_size=8),
        "volume": numbers,
        "issue": numbers,
        "page": st.builds("{}-{}".format, st.integers(1, 99), st.integers(100, 999)) | numbers,
        "number": numbers,
        "doi": st.just("") | numbers.map("10.1234/x_{}".format),
        "eprint": st.none() | _eprints(),
        "isbn": st.sampled_from(("", "9783161484100")),
        "issn": st.sampled_from(("", "1234-5679")),
        "url": st.sampled_from(("", "https://example.org/a_b~c%20d?x=1&y=2#z")),
        "code_url": st.sampled_from(("", "https://github.com/example/socks")),
        "abstract": st.lists(texts(max_size=60).filter(bool), max_size=3).map("\n\n".join),
        "keywords": st.lists(words, max_size=3, unique=True).map(tuple),
        "language": st.sampled_from(("", "en", "de-CH")),
        "note": texts(max_size=12),
        "custom": st.dictionaries(
            st.sampled_from(("upvotes", "organization", "listed")), texts(max_size=8), max_size=2
        ),
    }


@st.composite
def records(draw: st.DrawFn) -> Record:
    """A record that normalizing leaves alone: what a source, normalized, can give."""
    wanted = _fields()
    chosen = draw(st.lists(st.sampled_from(sorted(wanted)), unique=True, max_size=len(wanted)))
    raw = Record(**{name: draw(wanted[name]) for name in chosen})
    return normalize(entry_of(raw)).record


def any_records() -> st.SearchStrategy[Record]:
    """Any record at all: lone surrogates, control characters, nonsense types, 500 authors."""
    wild = st.text(max_size=30)
    name = st.builds(Name, family=wild, given=wild, particle=wild, suffix=wild, literal=wild)
    crowd = st.builds(lambda one: (one,) * 500, name)
    return st.builds(
        Record,
        type=wild | st.sampled_from(TYPES),
        title=wild,
        author=st.lists(name, max_size=3).map(tuple) | crowd,
        editor=st.lists(name, max_size=2).map(tuple),
        incomplete=st.sampled_from(((), ("author",), ("author", "editor"))),
        issued=st.none() | _dates(),
        container_title=wild,
        publisher=wild,
        volume=wild,
        page=wild,
        doi=wild,
        eprint=st.none() | _eprints() | st.builds(Eprint, archive=wild, id=wild),
        url=wild,
        abstract=wild,
        keywords=st.lists(wild, max_size=3).map(tuple),
        language=wild,
        note=wild,
        custom=st.dictionaries(wild, wild, max_size=2),
    )


def bibliographies(max_size: int = 6) -> st.SearchStrategy[Sequence[tuple[str, Record]]]:
    """``(key, record)`` pairs with distinct keys."""
    keyed = st.tuples(st.from_regex(r"[a-z]{3,8}[0-9]{0,4}[a-z]{0,5}", fullmatch=True), records())
    return st.lists(keyed, max_size=max_size, unique_by=lambda pair: pair[0])
