"""The lossless BibTeX document, and its edits."""

import difflib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperexport.bibdocument import Document
from paperexport.bibedit import Edits
from paperexport.testing.contracts import mutated

KEPT = b"""\
% kept by hand
@string{jml = "J. Mach. Learn."}
@preamble{"\\newcommand{\\x}{y}"}
Free text, an address a@example.org.

@Article{key1,
  title   = {A {B} "c"},
  year    = 1999, % why
  journal = jml # " Res." # {!},
  title   = "second",
}
@comment{jabref-meta: {x}}

@book(key2, author="X and {Y}",
 title={T})
% @misc{commented, title={out}}
@misc{no-comma, title = {a} year = 2000}
"""


def document(data: bytes = KEPT) -> Document:
    return Document(data, "refs.bib")


def test_blocks_tile_the_file() -> None:
    found = document()
    assert "".join(found.text[b.start : b.end] for b in found.blocks) == found.text
    assert found.bytes() == KEPT
    kinds = [b.kind for b in found.blocks if b.kind != "text"]
    assert kinds == ["string", "preamble", "entry", "comment", "entry", "entry"]


def test_entries_and_values() -> None:
    found = document()
    assert [(b.type, b.key) for b in found.entries] == [
        ("article", "key1"), ("book", "key2"), ("misc", "no-comma"),
    ]  # fmt: skip
    article = found.entries[0]
    assert [f.name for f in article.fields] == ["title", "year", "journal", "title"]
    assert [found.value(f) for f in article.fields] == [
        'A {B} "c"', "1999", "J. Mach. Learn. Res.!", "second",
    ]  # fmt: skip
    assert [d.code for d in found.diagnostics] == ["bibtex-comma"]
    assert found.diagnostics[0].origin.line == 17


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        (b"\xef\xbb\xbf@misc{bom, title={x}}", ["bom"]),
        (b"@misc{crlf,\r\n  title = {x},\r\n}\r\n", ["crlf"]),
        (b"@misc{latin, title={caf\xe9}}", ["latin"]),
        (b"@misc{windows, title={\x93quoted\x94 \x96 10 \x80}}", ["windows"]),
        (b"@misc{neither, title={\x81}}", ["neither"]),
        ("\ufeff@misc{wide, title={Łoś}}".encode("utf-16-le"), ["wide"]),
        ("\ufeff@misc{wide, title={Łoś}}".encode("utf-16-be"), ["wide"]),
        ("\ufeff@misc{odd, title={x}}".encode("utf-16-le") + b"}", []),
        (b"@misc{a, title={never closed\n@misc{b, title={x}}\n", ["b"]),
        (b'@misc{a, title="never closed\n@misc{b, title={x}}\n', ["b"]),
        (b"@misc{a title={x}}\n@misc{b, title={y}}", ["b"]),
        (b"@misc{a, = {x}}\n@misc{b, title={y}}", ["b"]),
        (b"@misc{, title={no key}}", [""]),
        (b"@misc{title={no key at all}}", [""]),
        (b"@misc{10.1016/S0140(05)6-0, title={x}}", ["10.1016/S0140(05)6-0"]),
        (b"@misc(a, title={x})\n@misc{b}", ["a", "b"]),
        (b"@ misc { spaced , title = {x} }", ["spaced"]),
        (b"@misc{a,title={x}}@misc{b,title={y}}", ["a", "b"]),
        (b"no entry at all @ here {", []),
        (b"", []),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_odd_files(data: bytes, keys: list[str]) -> None:
    found = document(data)
    assert found.bytes() == data
    assert [b.key for b in found.entries] == keys


def test_what_windows_has_between_latin_1_is_read() -> None:
    found = document(b"@misc{a, title={\x93quoted\x94 \x96 10 \x80}}")
    (field,) = found.entries[0].fields
    assert found.value(field) == "“quoted” – 10 €"
    assert [d.message for d in found.diagnostics] == ["this is no UTF-8; read as Windows-1252"]
    wide = document("\ufeff@misc{a, title={Łoś}}".encode("utf-16-le"))
    assert (wide.value(wide.entries[0].fields[0]), wide.diagnostics) == ("Łoś", [])


@pytest.mark.parametrize(
    "hostile",
    ["@article{" * 20_000, "{" * 500_000, "@a{b,t={" + "{" * 500_000, "@a{b,x={y\n" * 20_000,
     '@a{b,x="{\n' * 20_000, "@comment{" * 20_000, "%@" * 200_000, "@string(a=" * 20_000,
     "@a{b,x=y # " * 20_000, "@a(b,x=(" * 20_000],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_hostile_files_end(hostile: str) -> None:
    data = hostile.encode()
    assert document(data).bytes() == data


@given(st.integers(0, 2**32))
def test_damage_costs_no_byte(seed: int) -> None:
    data = mutated(KEPT, random.Random(seed))
    found = document(data)
    assert found.bytes() == data
    assert "".join(found.text[b.start : b.end] for b in found.blocks) == found.text


def lines_changed(before: bytes, after: bytes) -> list[str]:
    return [
        line
        for line in difflib.unified_diff(
            before.decode().splitlines(), after.decode().splitlines(), n=0, lineterm=""
        )
        if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ]


def test_a_value_changes_alone() -> None:
    found = document()
    edits = Edits(found)
    article, book, _ = found.entries
    edits.set_field(article, article.fields[0], "New {Title}")
    edits.set_field(article, article.fields[1], "2001")
    edits.set_field(book, book.fields[0], 'a "quoted" one')
    assert lines_changed(KEPT, edits.apply()) == [
        '-  title   = {A {B} "c"},',
        "-  year    = 1999, % why",
        "+  title   = {New {Title}},",
        "+  year    = 2001, % why",
        '-@book(key2, author="X and {Y}",',
        '+@book(key2, author={a "quoted" one},',
    ]


def test_a_new_field_follows_the_entry() -> None:
    found = document()
    edits = Edits(found)
    article, book, last = found.entries
    edits.add_field(article, "doi", "10.1/x")
    edits.add_field(article, "month", "jan", bare=True)
    edits.add_field(book, "doi", "10.2/y")
    edits.add_field(last, "doi", "10.3/z")
    assert lines_changed(KEPT, edits.apply()) == [
        "+  doi     = {10.1/x},",
        "+  month   = jan,",
        "- title={T})",
        "+ title={T},",
        "+ doi={10.2/y})",
        "-@misc{no-comma, title = {a} year = 2000}",
        "+@misc{no-comma, title = {a} year = 2000, doi = {10.3/z}}",
    ]


def test_several_fields_behind_one_without_a_comma() -> None:
    found = document(b"@misc{a,\n  title = {x} % mine\n}\n")
    edits = Edits(found)
    edits.add_field(found.entries[0], "doi", "10.1/x")
    edits.add_field(found.entries[0], "url", "u")
    after = edits.apply()
    assert after == b"@misc{a,\n  title = {x}, % mine\n  doi = {10.1/x},\n  url = {u}\n}\n"
    assert [f.name for f in document(after).entries[0].fields] == ["title", "doi", "url"]


def test_a_comment_beside_the_equals_sign_is_not_copied() -> None:
    found = document(b"@misc{a,\n  title % a=b\n  = {x},\n}\n")
    edits = Edits(found)
    edits.add_field(found.entries[0], "doi", "d")
    assert edits.apply() == b"@misc{a,\n  title % a=b\n  = {x},\n  doi = {d},\n}\n"


def test_a_brace_on_the_line_of_the_last_field_stays_where_it_is() -> None:
    found = document(b'@misc{a,\n  title = "x" }\n')
    edits = Edits(found)
    edits.add_field(found.entries[0], "doi", "d")
    assert edits.apply() == b'@misc{a,\n  title = "x",\n  doi = "d" }\n'


def test_fields_and_entries_go() -> None:
    found = document()
    edits = Edits(found)
    article, book, _ = found.entries
    edits.remove_field(article, article.fields[2])
    edits.remove_entry(book)
    changed = lines_changed(KEPT, edits.apply())
    assert changed == [
        '-  journal = jml # " Res." # {!},',
        '-@book(key2, author="X and {Y}",',
        "- title={T})",
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b"@misc{n,\n}\n"),
        (b"@misc{a,\n}\n", b"@misc{a,\n}\n\n@misc{n,\n}\n"),
        (b"@misc{a,\n}", b"@misc{a,\n}\n\n@misc{n,\n}\n"),
        (b"@misc{a,\r\n}\r\n", b"@misc{a,\r\n}\r\n\r\n@misc{n,\r\n}\r\n"),
        (b"@misc{a,}\n@misc{b,}\n", b"@misc{a,}\n@misc{b,}\n@misc{n,\n}\n"),
        (b"@misc{a,}\n\n\n@misc{b,}\n", b"@misc{a,}\n\n\n@misc{b,}\n\n\n@misc{n,\n}\n"),
        (b"@misc{a,}\n\n% end\n", b"@misc{a,}\n\n% end\n\n@misc{n,\n}\n"),
    ],
)
def test_a_new_entry_follows_the_file(before: bytes, after: bytes) -> None:
    edits = Edits(document(before))
    edits.add_entry("@misc{n,\n}\n")
    assert edits.apply() == after


LAYOUTS = {
    "aligned": ("  title  = {T},\n  author = {A}\n", "  doi    = {d},\n  month  = jan\n"),
    "to the right": ("   title = {T},\n  author = {A}\n", "     doi = {d},\n   month = jan\n"),
    "values": ("  title =  {T},\n  author = {A}\n", "  doi =    {d},\n  month =  jan\n"),
    "Emacs": ("  title =\t {T},\n  year =\t 1\n", "  doi =\t\t {d},\n  month =\t jan\n"),
    "tabs": ("\ttitle\t\t= {T},\n\tkeywords\t= {A}\n", "\tdoi\t\t= {d},\n\tmonth\t\t= jan\n"),
    "commas first": ("  , title = {T}\n  , author = {A}\n", "  , doi = {d}\n  , month = jan\n"),
    "commas last": ("  title={T},\n  author={A},\n", "  doi={d},\n  month=jan,\n"),
    "capitals": ("  TITLE = {T},\n  YEAR = {A}\n", "  DOI = {d},\n  MONTH = jan\n"),
    "one capital": ("  Title = {T},\n  Year = {A}\n", "  Doi = {d},\n  Month = jan\n"),
    "quotes": ('  title = "T",\n  year = 1\n', '  doi = "d",\n  month = jan\n'),
}


@pytest.mark.parametrize(("there", "new"), LAYOUTS.values(), ids=LAYOUTS)
def test_a_new_field_is_laid_out_as_the_others(there: str, new: str) -> None:
    comma = "" if there.lstrip().startswith(",") or there.endswith(",\n") else ","
    head = "@misc{a\n" if there.lstrip().startswith(",") else "@misc{a,\n"
    found = document(f"{head}{there}}}\n".encode())
    edits = Edits(found)
    edits.add_field(found.entries[0], "doi", "d")
    edits.add_field(found.entries[0], "month", "jan", bare=True)
    assert edits.apply().decode() == f"{head}{there[:-1]}{comma}\n{new}}}\n"


ENTRIES = {
    "aligned": (
        "@Misc{a,\n    title  = {T},\n    author = {A},\n}\n",
        (
            "@Article{n,\n    title        = {N},\n    year         = {1999},\n"
            "    journaltitle = {J},\n    month        = jan,\n}\n"
        ),
    ),
    "a column for all": (
        "@misc{a,\n  title      = {T},\n  author     = {A}\n}\n",
        (
            "@article{n,\n  title      = {N},\n  year       = {1999},\n"
            "  journaltitle = {J},\n  month      = jan\n}\n"
        ),
    ),
    "values": (
        '@misc{a,\n  title =     "T",\n  author =    "A",\n}\n',
        (
            '@article{n,\n  title =     "N",\n  year =      "1999",\n  journaltitle = "J",\n'
            "  month =     jan,\n}\n"
        ),
    ),
    "commas first": (
        "@misc{a\n, title={T}\n, year=1950 }\n",
        "@article{n\n, title={N}\n, year=1999\n, journaltitle={J}\n, month=jan }\n",
    ),
    "parentheses": (
        "@MISC(a,\n\tTITLE={T},  \n\tAUTHOR={A}\n)\n",
        "@ARTICLE{n,\n\tTITLE={N},\n\tYEAR={1999},\n\tJOURNALTITLE={J},\n\tMONTH=jan\n}\n",
    ),
    "most": (
        (
            "@misc{a,\n title={T},\n year={1}}\n@misc{b,\n title={T},\n year={1}}\n"
            "@misc{c,\n  title = {T},\n  year = {1}\n}\n"
        ),
        "@article{n,\n title={N},\n year={1999},\n journaltitle={J},\n month=jan}\n",
    ),
    "no lines": (
        "@misc{a, title={T}, year={1}}\n",
        "@article{n,\n  title = {N},\n  year = {1999},\n  journaltitle = {J},\n  month = jan\n}\n",
    ),
}


@pytest.mark.parametrize(("there", "new"), ENTRIES.values(), ids=ENTRIES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_a_new_entry_is_laid_out_as_the_others(there: str, new: str, newline: str) -> None:
    edits = Edits(document(there.replace("\n", newline).encode()))
    edits.add_entry("@article{n,\n  title = {N},\n  year = {1999},\n  journaltitle = {J},\n"
                    "  month = jan\n}\n")  # fmt: skip
    gap = "" if there.count("@") > 1 else "\n"
    assert edits.apply().decode() == f"{there}{gap}{new}".replace("\n", newline)


@pytest.mark.parametrize(
    ("before", "number", "after"),
    [
        ("@misc{a, t={x}, u={y}, v={z}}", 1, "@misc{a, t={x}, v={z}}"),
        ("@misc{a, t={x}}", 0, "@misc{a}"),
        ("@misc{a, t={x}, u={y}}", 1, "@misc{a, t={x}}"),
        ("@misc{a,\n  t={x},\n  u={y},\n}", 1, "@misc{a,\n  t={x},\n}"),
        ("@misc{a,\n  t={x}, % why\n  u={y}\n}", 1, "@misc{a,\n  t={x} % why\n  \n}"),
        ("@misc{a,\n  t={x} % why\n  , u={y}\n}", 0, "@misc{a,\n   % why\n   u={y}\n}"),
        ("@misc{a\n, t={x}\n, u={y}\n}", 1, "@misc{a\n, t={x}\n\n}"),
    ],
)
def test_a_field_goes_with_one_comma(before: str, number: int, after: str) -> None:
    found = document(before.encode())
    edits = Edits(found)
    edits.remove_field(found.entries[0], found.entries[0].fields[number])
    assert edits.apply().decode() == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("@misc{a, t={x}}", "@misc{a,\n  doi = {d},\n  url = {u},}"),
        ("@misc{a,\n  t={x},\n}", "@misc{a,\n  doi = {d},\n  url = {u},\n}"),
        ("@misc{a,\n  k={z},\n  t={x}\n}", "@misc{a,\n  k={z},\n  doi={d},\n  url={u}\n}"),
        ("@misc{a,\n  k={z},\n  t={x},\n}", "@misc{a,\n  k={z},\n  doi={d},\n  url={u},\n}"),
        ("@misc{a,% no\nt={x}}", "@misc{a,\n  doi = {d},\n  url = {u},% no\n}"),
    ],
)
def test_fields_come_where_the_last_one_goes(before: str, after: str) -> None:
    found = document(before.encode())
    edits = Edits(found)
    edits.add_field(found.entries[0], "doi", "d")
    edits.remove_field(found.entries[0], found.entries[0].fields[-1])
    edits.add_field(found.entries[0], "url", "u")
    assert edits.apply().decode() == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("@misc{a,\n  k={z},\n  t={x},\n  u={y}\n}", "@misc{a,\n  k={z},\n  doi={d}\n}"),
        ("@misc{a,\n  k={z},\n  t={x},\n  u={y}}", "@misc{a,\n  k={z},\n  doi={d}}"),
        ("@misc{a, k={z}, t={x}, u={y}}", "@misc{a, k={z}, doi={d}}"),
        ("@misc{a\n, k={z}\n, t={x}\n, u={y}\n}", "@misc{a\n, k={z}\n, doi={d}\n}"),
        ("@misc{a,\n  k={z}, % c\n  t={x},\n  u={y}\n}",
         "@misc{a,\n  k={z}, % c\n  doi={d}\n}"),
        ("@misc{a,\n  k={z},\n  t={x},\n  % c\n  u={y}\n}",
         "@misc{a,\n  k={z},\n  doi={d}\n  % c\n  \n}"),
    ],
)  # fmt: skip
def test_a_field_comes_where_the_last_two_go(before: str, after: str) -> None:
    found = document(before.encode())
    edits = Edits(found)
    edits.remove_field(found.entries[0], found.entries[0].fields[1])
    edits.remove_field(found.entries[0], found.entries[0].fields[2])
    edits.add_field(found.entries[0], "doi", "d")
    assert edits.apply().decode() == after


def test_a_macro_stands_for_what_was_said_last_before_it() -> None:
    data = b"""@string{ap = {Academic Press}} @string{x = ap}
@misc{a, publisher = ap, note = x # " 1"}
@string{AP = {Annals of Physics}} @string{y = ap # "."}
@misc{b, publisher = ap, note = x, series = y}
@string{ap = ap # " B"}
@misc{c, publisher = Ap}
"""
    for found in (document(data), Document(data, keep=True)):
        one, two, three = map(found.values, found.entries)
        assert one == {"publisher": "Academic Press", "note": "Academic Press 1"}
        assert two == {"publisher": "Annals of Physics", "note": "Academic Press",
                       "series": "Annals of Physics."}  # fmt: skip
        assert three == {"publisher": "Annals of Physics B"}


@pytest.mark.parametrize(
    "data",
    [b"@string{s={12345678}}" + b"@string{s=s # s}" * 100, b"@string{s={" + b"x" * 20_000 + b"}}"],
)
def test_macros_do_not_grow_without_end(data: bytes) -> None:
    found = document(data + b"@misc{a,t=" + b"s # " * 100_000 + b"s}")
    assert "macro-long" in {d.code for d in found.diagnostics}
    assert len(found.value(found.entries[0].fields[0])) < 400_000


def test_unbalanced_values_are_refused() -> None:
    found = document()
    with pytest.raises(ValueError, match="balanced"):
        Edits(found).set_field(found.entries[0], found.entries[0].fields[0], "a } b {")


# --- Generated files ------------------------------------------------------------------------------

_space = st.sampled_from(("", " ", "\n", "\n  ", "\t", " % note\n", "\r\n"))
_word = st.from_regex(r"[A-Za-z][A-Za-z0-9_:.-]{0,8}", fullmatch=True)
_inner = st.recursive(
    st.text(st.sampled_from("abc XYZ,=#@%\\\"'~$&é\n"), max_size=12),
    lambda inner: st.lists(inner, max_size=3).map(lambda parts: "{" + "".join(parts) + "}"),
    max_leaves=5,
)
_value = st.one_of(
    _inner.map(lambda text: "{" + text + "}"),
    _inner.map(lambda text: '"' + text.replace('"', "") + '"'),
    st.integers(0, 3000).map(str),
    st.tuples(_word, _inner).map(lambda pair: f"{pair[0]} # {{{pair[1]}}}"),
)


@st.composite
def files(draw: st.DrawFn) -> str:
    parts = [draw(st.sampled_from(("", "% head\n", "\ufeff", "free text\n\n")))]
    for number in range(draw(st.integers(1, 4))):
        opener, closer = draw(st.sampled_from(("{}", "()")))
        fields = draw(st.lists(st.tuples(_word, _value), max_size=4))
        body = "".join(
            f",{draw(_space)}{name}{draw(_space)}={draw(_space)}{value}{draw(_space)}"
            for name, value in fields
        )
        comma = draw(st.sampled_from(("", ",")))
        kind = draw(st.sampled_from(("article", "Misc", "BOOK", "x-y")))
        parts.append(f"@{kind}{opener}key{number}{body}{comma}{draw(_space)}{closer}")
        parts.append(draw(st.sampled_from(("\n", "\n\n", " ", "\n% between\n"))))
    return "".join(parts)


@given(files())
def test_generated_files_are_scanned_and_written_alike(text: str) -> None:
    found = document(text.encode())
    assert found.bytes() == text.encode()
    assert "".join(found.text[b.start : b.end] for b in found.blocks) == found.text


@given(files(), st.randoms(use_true_random=False))
def test_an_edit_touches_its_entry_alone(text: str, rng: random.Random) -> None:
    found = document(text.encode())
    if not found.entries:
        return
    entry = rng.choice(found.entries)
    edits = Edits(found)
    edits.add_field(entry, "paperexport", "x")
    if entry.fields:
        edits.set_field(entry, rng.choice(entry.fields), "{new}")
    after = edits.apply().decode()
    assert after.startswith(text[: entry.start])
    assert after.endswith(text[entry.end :])
    again = document(after.encode())
    assert [b.key for b in again.entries] == [b.key for b in found.entries]
    same = next(b for b in again.entries if b.start == entry.start)
    added = same.field("paperexport")
    assert added is not None
    assert again.value(added) == "x"
