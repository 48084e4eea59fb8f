"""Files of any layout, damaged ones, and hostile ones that double: no byte lost, no work squared.

``HYPOTHESIS_PROFILE=long`` draws 10,000 whole files and 100,000 damaged ones.
"""

import os
import random
import re
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from paperexport import bibdocument, bibverify
from paperexport._regex import _Late
from paperexport.bibcheck import check, fix
from paperexport.bibdocument import Block, Document
from paperexport.bibedit import Edits
from paperexport.bibmerge import dialect, merge
from paperexport.bibverify import verify
from paperexport.errors import PaperExportError
from paperexport.normalization import normalize
from paperexport.plugins import Registry
from paperexport.record import Eprint, Name, PartialDate, Record
from paperexport.sources.bibtex import entries
from paperexport.testing.contracts import mutated

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
whole_files = settings(max_examples=10_000 if LONG else 100)
damaged_files = settings(max_examples=100_000 if LONG else 200)
REGISTRY = Registry(entry_points=False)

# --- Files of all syntax, in random layout --------------------------------------------------------

_blank = st.sampled_from(("", "", " ", "  ", "\t", "\n", "\n  ", "\n\n\t"))
_note = st.sampled_from(("% note\n", "%\n", "% @misc{no, title={x}}\n", '% } { "\n'))
_word = st.from_regex(r"[A-Za-z][A-Za-z0-9_:.+/-]{0,8}", fullmatch=True)
_key = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_:.+/*'-]{0,12}", fullmatch=True) | st.sampled_from(
    ("Müller2020", "two words", "10.1000/182", "a@b", "smith_99")
)
_macros = st.sampled_from(("jan", "dec", "jml", "JML", "nobody"))
_inner = st.recursive(
    st.text(st.sampled_from("abc XYZ,=#@%\\'~$&é中\n\t()"), max_size=12)
    | st.sampled_from(("@misc{x}", "% no comment", "\n@book{y, z={w}}\n", "--", '{\\"o}', "{}")),
    lambda inner: st.lists(inner, max_size=3).map(lambda parts: "{" + "".join(parts) + "}"),
    max_leaves=5,
)


@st.composite
def spaces(draw: st.DrawFn, comments: bool = True) -> str:
    """What may stand between two tokens; a comment takes the rest of its line."""
    before = draw(_blank)
    return (
        before + draw(_note) + draw(_blank) if comments and draw(st.integers(0, 9)) == 0 else before
    )


@st.composite
def values(draw: st.DrawFn) -> str:
    pieces = draw(
        st.lists(
            st.one_of(
                _inner.map("{{{}}}".format),
                _inner.map(lambda text: '"' + text.replace('"', "") + '"'),
                st.integers(0, 3000).map(str),
                _macros,
            ),
            min_size=1,
            max_size=3,
        )
    )
    return draw(spaces()).join(f"{'# ' if n else ''}{piece}" for n, piece in enumerate(pieces))


@st.composite
def blocks(draw: st.DrawFn, number: int) -> str:
    opener, closer = draw(st.sampled_from(("{}", "{}", "{}", "()")))
    gap = lambda: draw(spaces())  # noqa: E731 - short, and used often
    kind = draw(st.integers(0, 9))
    if kind == 0:
        name = draw(st.sampled_from(("string", "STRING")))
        body = f"{gap()}jml{gap()}={gap()}{draw(values())}{gap()}"
        return f"@{name}{opener}{body}{closer}"
    if kind == 1:
        return f"@preamble{opener}{gap()}{draw(values())}{gap()}{closer}"
    if kind == 2:
        return f"@comment{{{draw(_inner)}}}"
    if kind == 3:
        return draw(st.sampled_from(("free text", "me@example.org", "% @misc{x, y={z}}\n", "} {")))
    fields = [
        f"{gap()}{draw(_word)}{gap()}={gap()}{draw(values())}{gap()}"
        for _ in range(draw(st.integers(0, 4)))
    ]
    key = draw(st.sampled_from((f"key{number}", f"key{number}", draw(_key) + str(number))))
    name = draw(st.sampled_from(("article", "Misc", "BOOK", "online", "x-y")))
    comma = draw(st.sampled_from(("", ",")))
    body = ",".join([key, *fields]) + comma
    return f"@{draw(_blank)}{name}{draw(_blank)}{opener}{draw(_blank)}{body}{gap()}{closer}"


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """A well-formed file: entries that BibTeX reads, and everything that may stand about them."""
    count = draw(st.integers(1, 5))
    between = st.sampled_from(("\n", "\n\n", "\n\n\n", " ", "\n% between\n", "\ntext\n"))
    text = "".join(draw(blocks(number)) + draw(between) for number in range(count))
    text = draw(st.sampled_from(("", "\ufeff", "% head\n", "\n\n"))) + text
    if draw(st.booleans()):
        text = text.rstrip("\n ")
    if draw(st.integers(0, 3)) == 0:
        text = text.replace("\n", "\r\n")
    if draw(st.integers(0, 7)) == 0 and not text.startswith("\ufeff"):
        latin = text.encode("latin-1", "replace")
        try:
            latin.decode("utf-8")
        except UnicodeDecodeError:
            return latin
    return text.encode()


def tiles(document: Document) -> None:
    assert "".join(document.text[b.start : b.end] for b in document.blocks) == document.text
    assert document.blocks == [] or document.blocks[0].start == 0


def others(document: Document, entry: Block) -> list[tuple[str, str]]:
    """Every block but one, as it is written, blank lines apart."""
    said = ((b.kind, document.text[b.start : b.end].strip()) for b in document.blocks if b != entry)
    return [one for one in said if one[1]]


@whole_files
@given(files())
def test_scan_and_write_are_the_same_bytes(data: bytes) -> None:
    document = Document(data, "refs.bib")
    assert document.bytes() == data
    tiles(document)
    assert [d for d in document.diagnostics if d.code == "bibtex-damaged"] == []
    for block in document.entries:
        for field in block.fields:
            assert document.text[field.start : field.name_end] == field.name
            document.value(field)
    again = Document(document.bytes(), "refs.bib")
    assert again.blocks == document.blocks


@whole_files
@given(files(), st.randoms(use_true_random=False))
def test_an_edit_touches_the_lines_of_its_entry_alone(data: bytes, rng: random.Random) -> None:
    document = Document(data, "refs.bib")
    if not document.entries:
        return
    number = rng.randrange(len(document.entries))
    entry = document.entries[number]
    before = document.text
    edits = Edits(document)
    kept = [f for f in entry.fields if f.name.lower() not in ("doi", "url")]
    removed = rng.choice(kept) if kept and rng.random() < 0.4 else None
    changed = rng.choice(kept) if kept and rng.random() < 0.4 else None
    if removed is not None:
        edits.remove_field(entry, removed)
    if changed is not None and changed is not removed:
        edits.set_field(entry, changed, 'N{e}w "value"')
    for name in ("doi", "url")[: rng.randint(0 if removed else 1, 2)]:
        edits.add_field(entry, name, f"{name} value")
    after = edits.apply().decode(document.encoding)
    assert after.startswith(before[: entry.start])
    assert after.endswith(before[entry.end :])
    again = Document(after.encode(document.encoding), "refs.bib")
    tiles(again)
    same = again.entries[number]
    assert (same.type, same.key, same.closed) == (entry.type, entry.key, True)
    assert others(again, same) == others(document, entry)
    assert {d.code for d in again.diagnostics} <= {d.code for d in document.diagnostics}
    # Field by field: what was meant, and nothing else.
    expected = [
        'N{e}w "value"' if f is changed else document.value(f)
        for f in entry.fields
        if f is not removed
    ]
    found = [again.value(f) for f in same.fields]
    assert found[: len(expected)] == expected
    assert all(value in ("doi value", "url value") for value in found[len(expected) :])
    # No comma too many: BibTeX takes none.
    double = re.compile(r",\s*,")
    if not double.search(_bones(document, entry)):
        assert not double.search(_bones(again, same)), after


def _bones(document: Document, entry: Block) -> str:
    """What stands between the fields of an entry, without comments."""
    pieces = []
    done = entry.key_start
    for field in entry.fields:
        pieces.append(document.text[done : field.start])
        pieces.append("x")
        done = field.value_end
    pieces.append(document.text[done : entry.end])
    return re.sub(r"%[^\n]*", "", "".join(pieces))


@whole_files
@given(files(), st.randoms(use_true_random=False))
def test_entries_come_and_go_and_the_rest_stays(data: bytes, rng: random.Random) -> None:
    document = Document(data, "refs.bib")
    edits = Edits(document)
    entry = """\
@misc{new,
  title = {A "New" {One}},
  note = {a

  b},
  year = {2024},
  month = jan
}
"""
    edits.add_entry(entry)
    after = edits.apply()
    assert after.startswith(data)
    again = Document(after, "refs.bib")
    assert again.entries[-1].key == "new"
    meant = Document(entry.replace("\n", again.newline).encode())
    assert again.values(again.entries[-1]) == meant.values(meant.entries[0])
    assert len(again.entries) == len(document.entries) + 1
    if not document.entries:
        return
    entry = rng.choice(document.entries)
    edits = Edits(document)
    edits.remove_entry(entry)
    gone = edits.apply().decode(document.encoding)
    assert gone.startswith(document.text[: entry.start])
    assert document.text[entry.end :].endswith(gone[entry.start :])
    left = document.text[entry.end :]
    assert not left[: len(left) - len(gone[entry.start :])].strip()


# --- Damage ---------------------------------------------------------------------------------------

SAMPLES = [
    b"""% kept by hand
@string{jml = "J. Mach. Learn."}
@preamble{"\\newcommand{\\x}{y}"}
Free text, an address a@example.org.

@Article{key1,
  title   = {A {B} "c"},
  author  = {Lovelace, Ada and {The Team} and others},
  year    = 1999, % why
  journal = jml # " Res." # {!},
  eprint  = {2401.09042v2},
  doi     = {https://doi.org/10.1000/182},
  pages   = {1-9},
}
@comment{jabref-meta: {x}}

@book(key2, author="X and {Y}",
 title={T})
% @misc{commented, title={out}}
@misc{no-comma, title = {a} year = 2000}
""",
    "@online{müller,\r\n\ttitle = {Größe},\r\n\tdate = {2024-01},\r\n\turldate={2024-02-30}\r\n}"
    "\r\n"
    "@xdata{x, publisher={P}}\r\n@inbook{b, crossref={c}, xdata={x}, title={$x^2$}}\r\n"
    "@book{c,title={Whole}, shorttitle={W}}\r\n".encode("latin-1"),
    b'\xef\xbb\xbf@misc{a,title="x"}@misc{b,title={y},}@misc{c}\n\n@misc{,title={z}}',
]
LAID_OUT = b"""% by hand
@string{jml = "J. Mach. Learn."}

@article{lovelace1999,
  title = {A {B} "c"},
  author = {Lovelace, Ada},
  year = 1999,
  doi = {10.1000/182},
}

Free text, an address a@example.org. % and a note
@misc{other, title = {{\"U}ber}, url = {https://example.org/1}}
% @misc{commented, title = {out}}
@misc{third, title = "x" # { y}, year = 1999}
@misc{fourth, title = {z}}
"""
FOUND = Record(
    type="paper-conference",
    title="A Find",
    author=(Name(family="Lovelace", given="Ada"),),
    issued=PartialDate(year=1999),
    container_title="Proceedings",
    doi="10.1000/182",
    eprint=Eprint(archive="arxiv", id="2401.09042"),
    page="1-9",
)


@damaged_files
@given(st.integers(0, 2**62))
@example(0)
def test_damage_costs_no_byte_and_no_traceback(seed: int) -> None:
    rng = random.Random(seed)
    data = mutated(rng.choice(SAMPLES), rng)
    document = Document(data, "refs.bib")
    assert document.bytes() == data
    tiles(document)
    for found in entries(document):
        normalize(found)
    fixes = fix(document, check(document))
    touched = fixes.touched
    repaired = Document(fixes.apply() if fixes else data, "refs.bib")
    kept = [document.text[b.start : b.end] for b in document.blocks if b.start not in touched]
    left = [repaired.text[b.start : b.end] for b in repaired.blocks]
    for block in kept:
        assert block in left
    if not document.entries:
        return
    entry = rng.choice(document.entries)
    edits = Edits(document)
    edits.add_field(entry, "paperexport", "x")
    after = edits.apply().decode(document.encoding)
    assert after.startswith(document.text[: entry.start])
    assert after.endswith(document.text[entry.end :])
    if rng.random() < 0.5:
        edits = Edits(document)
        edits.remove_entry(entry)
        after = edits.apply().decode(document.encoding)
        assert after.startswith(document.text[: entry.start])
        assert document.text[entry.end :].endswith(after[entry.start :])


@settings(max_examples=2_000 if LONG else 30)
@given(st.integers(0, 2**62))
def test_a_merge_into_a_damaged_file_changes_what_it_says(seed: int) -> None:
    rng = random.Random(seed)
    data = mutated(rng.choice(SAMPLES), rng)
    document = Document(data, "refs.bib")
    exporter = REGISTRY.exporter(dialect(document))
    how: Any = rng.choice(("keep", "update"))
    merged = merge(document, [("new", FOUND)], exporter, on_conflict=how)
    try:
        verify(document, merged.data, merged.touched)
    except PaperExportError as error:
        # bibtexparser has a say in what it cannot read; what we touch is never wider than said.
        assert "more than it should" not in error.message  # noqa: PT017 - either way is right
    again = Document(merged.data, "refs.bib")
    second = merge(again, [("new", FOUND)], exporter, on_conflict=how, memory=merged.memory)
    assert second.data == merged.data


@damaged_files
@given(st.integers(0, 2**62))
def test_what_is_compared_without_reading_is_what_reading_tells(seed: int) -> None:
    rng = random.Random(seed)
    data = rng.choice((SAMPLES[0], b"\n".join([LAID_OUT] * rng.randint(0, 2)), rng.choice(SAMPLES)))
    data = mutated(data, rng) if rng.random() < 0.3 else data
    document = Document(data, "refs.bib")
    merged = merge(document, [("new", FOUND)], REGISTRY.exporter(dialect(document)))
    keys = {*merged.touched, *(b.key for b in document.entries if rng.random() < 0.2)}
    new = mutated(merged.data, rng) if rng.random() < 0.7 else merged.data
    found = bibverify._written(document, new, keys)
    if found is None:
        return
    read = Document(new, "refs.bib")
    assert list(bibverify._rest(document, keys)) == list(bibverify._rest(read, keys))
    assert read.encoding == document.encoding
    written = [read.text[b.start : b.end] for b in read.entries if b.key in keys]
    assert written == [found.text[b.start : b.end] for b in found.entries]


def test_a_merge_is_mostly_compared_without_reading() -> None:
    document = Document(LAID_OUT, "refs.bib")
    merged = merge(document, [("new", FOUND)], REGISTRY.exporter(dialect(document)))
    found = bibverify._written(document, merged.data, set(merged.touched))
    assert found is not None
    assert [b.key for b in found.entries] == list(merged.touched)


# --- Work -----------------------------------------------------------------------------------------


class Meter:
    """Counts characters that are looked at, and calls that are made."""

    def __init__(self) -> None:
        self.work = 0

    def text(self, data: bytes) -> Any:
        meter = self

        class Counted(str):
            def find(self, sub: str, start: int = 0, *end: int) -> int:  # type: ignore[override]
                at = super().find(sub, start, *end)
                meter.work += (len(self) if at < 0 else at) - start
                return at

            def rfind(self, sub: str, start: int = 0, *end: int) -> int:  # type: ignore[override]
                at = super().rfind(sub, start, *end)
                meter.work += (end[0] if end else len(self)) - max(at, start)
                return at

            def __getitem__(self, which: Any) -> str:
                said = super().__getitem__(which)
                meter.work += len(said)
                return said

        class Data(bytes):
            def decode(self, *arguments: str) -> str:  # type: ignore[override]
                return Counted(super().decode(*arguments))

        return Data(data)

    def pattern(self, real: re.Pattern[str]) -> Any:
        meter = self

        class Counting:
            def match(self, text: str, at: int = 0, *end: int) -> re.Match[str] | None:
                found = real.match(text, at, *end)
                meter.work += 1 + (found.end() - at if found else 0)
                return found

            def fullmatch(self, text: str, at: int = 0, *end: int) -> re.Match[str] | None:
                meter.work += (end[0] if end else len(text)) - at
                return real.fullmatch(text, at, *end)

            def search(self, text: str, at: int = 0, *end: int) -> re.Match[str] | None:
                found = real.search(text, at, *end)
                meter.work += (found.end() if found else (end[0] if end else len(text))) - at
                return found

            def findall(self, text: str, at: int = 0, *end: int) -> list[Any]:
                meter.work += (end[0] if end else len(text)) - at
                return real.findall(text, at, *end)

            def finditer(self, text: str, at: int = 0, *end: int) -> Any:
                done = at
                for found in real.finditer(text, at, *end):
                    meter.work += found.end() - done
                    done = found.end()
                    yield found
                meter.work += (end[0] if end else len(text)) - done

        return Counting()

    def calls(self, run: Callable[[], object]) -> None:
        def count(_frame: object, event: str, _argument: object) -> None:
            if event in ("call", "c_call"):
                self.work += 1

        sys.setprofile(count)
        try:
            run()
        finally:
            sys.setprofile(None)


def _read(document: Document) -> None:
    for found in entries(document):
        normalize(found)


def _edit(document: Document) -> None:
    edits = Edits(document)
    for block in document.entries:
        edits.add_field(block, "doi", "10.1/x")
        edits.add_field(block, "url", "x")
        if len(block.fields) > 1:
            edits.remove_field(block, block.fields[0])
    edits.add_entry("@misc{new,\n}\n")
    edits.apply()


def _fix(document: Document) -> None:
    fix(document, check(document)).apply()


def _merge(document: Document) -> None:
    papers = [(f"n{n}", FOUND.replace(doi=f"10.1000/{n}", title=f"Find {n}", eprint=None))
              for n in range(50)]  # fmt: skip
    merge(document, papers, REGISTRY.exporter("bibtex"))


HOSTILE: dict[str, Callable[[int], str]] = {
    "openers": lambda n: "@a{" * n,
    "openers on lines": lambda n: "@a{\n" * n,
    "braces": lambda n: "@a{b,t={" + "{" * n,
    "values that never close": lambda n: "@a{b,x={y\n" * n,
    "quotes that never close": lambda n: '@a{b,x="{\n' * n,
    "closers that close the wrong": lambda n: "@a{b,x={\n" * n + "}] " * 2 * n,
    "the same in parentheses": lambda n: "@a(b,x={\n" * n + "}] " * 2 * n,
    "the same in quotes": lambda n: '@a{b,x="{\n' * n + "} " * 2 * n,
    "one long line behind damage": lambda n: "@a{b,x={y\n@a{c,y={z}}\n" + "@a{b,t={x}}" * n,
    "a line, then text": lambda n: "@a{b,x={y\n@a{b}\n" + "@a{b,t={x}}" * n + "\n" + "text\n" * n,
    "comments": lambda n: "%@a{" * n,
    "comment lines": lambda n: "% @a{b,\n" * n,
    "comment lines in an entry": lambda n: "@a{b," + "% x\n" * n,
    "at signs": lambda n: "@" * n,
    "at signs and space": lambda n: ("@" + " " * 50) * n,
    "space": lambda n: "@a{b," + " \n" * n + "@a{c,",
    "words in a key": lambda n: "@a{" + "w " * n,
    "words for a name": lambda n: "@a{b, w" + " " * n + "x",
    "pieces": lambda n: "@a{b,x=" + "y # " * n,
    "macros": lambda n: "".join(f"@string{{s{i}={{x}}}}\n" for i in range(n)) + "@a{b,t=s1}\n" * n,
    "macros that double": lambda n: "@string{s={x}}" + "@string{s=s # s}" * n + "@a{b,t=s}" * n,
    "fields": lambda n: "@a{b," + "t={x}," * n + "}",
    "fields without commas": lambda n: "@a{b," + "t={x} " * n + "}",
    "entries on one line": lambda n: "@a{b,t={x},u={y}}" * n,
    "entries alike": lambda n: "@misc{b,title={x},year=2000,author={A}}\n" * n,
    "keys alike": lambda n: "".join(f"@misc{{b,title={{x{i}}}}}\n" for i in range(n)),
    "a chain of parents": lambda n: "".join(
        f"@a{{k{i},crossref={{k{i + 1}}}}}\n" for i in range(n)
    ),
    "a parent of many": lambda n: "@xdata{x," + "".join(f"f{i}={{x}}," for i in range(n)) + "}\n"
    + "@a{k,title={x},xdata={x}}\n" * n,
    "parents of one": lambda n: "@xdata{x,f={a}}\n@a{k,title={x},xdata={" + "x," * n + "}}",
    "names": lambda n: "@misc{b,author={" + "A and " * n + "B}}",
    "names without and": lambda n: "@misc{b,author={" + "a, " * n + "}}",
    "and others": lambda n: "@misc{b,author={A" + " et al" * n + "}}",
    "keywords": lambda n: "@misc{b,keywords={" + "a, " * n + "}}",
    "notes": lambda n: "@misc{b,annote={" + "x: y\n" * n + "}}",
    "titles of dollars": lambda n: "@misc{b,title={" + "$ " * n + "}}",
    "titles of commands": lambda n: "@misc{b,title={" + "\\a{" * n + "}" * n + "}}",
    "titles of accents": lambda n: '@misc{b,title={' + '\\"' * n + "}}",
    "pages": lambda n: "@misc{b,pages={" + "1-" * n + "}}",
    "a DOI": lambda n: "@misc{b,doi={" + "10." * n + "}}",
    "an address": lambda n: "@misc{b,url={http://" + "(" * n + "}}",
    "a journal": lambda n: "@misc{b,journal={" + "arxiv " * n + "}}",
    "a year": lambda n: "@misc{b,year={" + "19" * n + "}}",
}  # fmt: skip
RUNS = {"entries": _read, "edits": _edit, "check": _fix, "merge": _merge}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_twice_the_file_is_twice_the_scanning(
    hostile: Callable[[int], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    meter = Meter()
    for name, value in vars(bibdocument).items():
        if isinstance(value, _Late):
            compiled = re.compile(value.pattern, value.flags)
            monkeypatch.setattr(bibdocument, name, meter.pattern(compiled))

    def work(size: int) -> int:
        meter.work = 0
        data = hostile(size).encode()
        document = Document(meter.text(data), "refs.bib")
        assert document.bytes() == data
        for block in document.entries:
            for field in block.fields:
                document.value(field)
        return meter.work

    sizes = [work(size) for size in (1000, 2000, 4000)]
    assert sizes[0] > 0
    assert sizes[1] <= 2.5 * sizes[0] + 1000, sizes
    assert sizes[2] <= 2.5 * sizes[1] + 1000, sizes


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_twice_the_file_is_twice_the_work(
    hostile: Callable[[int], str], run: Callable[[Document], None]
) -> None:
    def work(size: int) -> int:
        meter = Meter()
        document = Document(hostile(size).encode(), "refs.bib")
        meter.calls(lambda: run(document))
        return meter.work

    run(Document(hostile(10).encode(), "refs.bib"))  # what is imported late is
    small = work(300)
    large = work(600)
    assert large <= 2.5 * small + 1000, (small, large)
