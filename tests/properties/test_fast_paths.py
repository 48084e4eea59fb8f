"""What is read at a stroke is what is read with care."""

import re
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from paperexport import bibdocument, identifiers, latex, names, normalize, text
from paperexport.bibdocument import Document
from paperexport.sources.bibtex import entries, values
from paperexport.testing.contracts import mutated

NEVER = re.compile("(?!)")

# --- Files ----------------------------------------------------------------------------------------

_gap = st.sampled_from(("", "", " ", " ", "\n  ", "\t", "\r\n", "\f", "\xa0", "% a note\n", "\n\n"))
_word = st.sampled_from(
    ("title", "Title", "author", "year", "a-b", "x:y", "é", "jan", "JAN", "12", "two words", "a@b",
     "jml", "comment", "string", "", "a'b", "10.1000/182", "%")
)  # fmt: skip
_inner = st.recursive(
    st.text(st.sampled_from("abc ,=#@%\\\"'~$é\n"), max_size=8),
    lambda inner: st.lists(inner, max_size=3).map(lambda parts: "{" + "".join(parts) + "}"),
    max_leaves=6,
)
_value = st.one_of(
    _inner.map("{{{}}}".format),
    _inner.map('"{}"'.format),
    st.sampled_from(
        ("{{{{{{deep}}}}}}", "{a\\}", '"{"}"', "2024", "jan", "jml # {x}", "jml#jan", "")
    ),
    _word,
)
_junk = st.sampled_from(
    ("", "", "", "% @misc{no,}", "free text", "@", "}", "{", '"', ",", "\ufeff",
     "@string{jml = {J}}", "@preamble{{x}}", "@comment{x}", "@STRING{jml = jan # {J}}", "% ",
     "@ misc {k,}")
)  # fmt: skip


@st.composite
def files(draw: st.DrawFn) -> str:
    parts: list[str] = []
    for number in range(draw(st.integers(1, 4))):
        opener, closer = draw(st.sampled_from(("{}", "{}", "{}", "()", "{)")))
        fields = draw(st.lists(st.tuples(_word, _value), max_size=4))
        kind = draw(st.sampled_from(("article", "Misc", "x-y", "Comments", "string", "a" * 65)))
        key = draw(st.sampled_from((f"k{number}", f"Key {number}", "", "é:1", "ſ")))
        parts += [draw(_junk), draw(_gap), f"@{kind}", draw(_gap), opener, draw(_gap), key]
        for name, value in fields:
            parts += [draw(_gap), draw(st.sampled_from((",", ",", ",", ",", ",,", ""))), draw(_gap)]
            parts += [name, draw(_gap), draw(st.sampled_from("======:")), draw(_gap), value]
        parts += [draw(_gap), draw(st.sampled_from(("", ","))), draw(_gap), closer]
        parts += [draw(_gap), draw(_junk)]
    return "".join(parts)


def same(data: bytes) -> int:
    """That all is the same; how many entries were read at a stroke."""
    fast = Document(data)
    said = [values(fast, block) for block in fast.entries]
    keeping = Document(data, keep=True)
    assert said == [values(keeping, block) for block in keeping.entries]
    assert said == [values(keeping, block) for block in keeping.entries]  # and again
    assert [b.plain and b.start for b in fast.blocks] == [
        b.plain and b.start for b in keeping.blocks
    ]
    with patch.object(bibdocument, "_BATCH", 2):
        bit_by_bit = Document(data, keep=True)
        found = [values(bit_by_bit, b) for b in bit_by_bit.each() if b.kind == "entry"]
    assert said == found
    assert bit_by_bit.diagnostics == fast.diagnostics
    with patch.object(bibdocument, "_HEAD", NEVER):
        careful = Document(data)
        assert careful.blocks or not data
    assert not any(block.plain for block in careful.blocks)
    assert said == [values(careful, block) for block in careful.entries]
    assert fast.blocks == careful.blocks
    assert fast.diagnostics == careful.diagnostics
    assert fast.strings == careful.strings
    for block in fast.entries:
        for field in block.fields:
            assert fast.text[field.start : field.name_end] == field.name
    return sum(bool(block.plain) for block in fast.blocks)


@given(files())
@example("@a{k,t={x}}@a{k,t={x}y={z}}")
@example("@a{k,t={x}%\n}@a{k,}@a{k}")
@example("% @a{k,t={x}}\n@a{k,t={x},,}")
@example("@a{t={x}}@a{k u,t={x}}@a{k t,t=x,t=y}")
@example("@a{k,t={@a{k,t={x}}},}\n@b{k,\n")
def test_plain_entries_say_the_same(text: str) -> None:
    same(text.encode())


@given(files(), st.randoms(use_true_random=False))
def test_damaged_entries_say_the_same(text: str, rng: object) -> None:
    same(mutated(text.encode(), rng))  # type: ignore[arg-type]


@pytest.mark.parametrize("hostile", [
    "@a{k, t = {" * 3000, "@a{k, t = {x}, " * 3000, "@a{k," + "t={{x}}," * 3000 + "%\n}",
    "@a{k,t=" + "{" * 3000 + "}" * 3000 + "}", "@a{k,t=" + "{}" * 3000, '@a{k,t="' * 3000,
    "@a{k" * 3000, "@" + "a" * 100_000, "@a{" + "k" * 100_000, "\n" * 100_000 + "@a{k,t={x}}",
    "@a{k,t={" + "{{{{{x}}}}}" * 3000 + "}}\n" * 3,
])  # fmt: skip
def test_hostile_entries_say_the_same(hostile: str) -> None:
    same(hostile.encode())


def test_most_entries_are_plain() -> None:
    fields = ('title = {A {\\"U} {B}}', "month = jan", 'x = "y {z}"', "year = 2024")
    entry = "@article{k,\n  " + ",\n  ".join(fields) + "\n}\n"
    assert same(entry.encode() * 50) == 50


def test_files_in_reach() -> None:
    root = Path("/usr/share/texlive")
    if not root.is_dir():
        pytest.skip("no TeX Live here")
    plain = sum(same(path.read_bytes()) for path in sorted(root.rglob("*.bib")))
    assert plain


# --- Tidy entries -------------------------------------------------------------------------------


def needs_no_cleaning(data: bytes) -> int:
    """That cleaning what is tidy changes nothing; how many entries were."""
    found = list(entries(Document(data)))
    for entry in found:
        cleaned = normalize(replace(entry, tidy=False))
        assert normalize(entry).record == cleaned.record
    return sum(entry.tidy for entry in found)


_field = st.sampled_from(
    ("title", "abstract", "note", "author", "journal", "pages", "doi", "url", "date", "year", "eid",
     "keywords", "keyword", "subtitle", "eprint", "my-field", "month", "annote", "howpublished")
)  # fmt: skip
_odd = st.sampled_from(
    [*"a B 1 , ; - -- {X} {\\'e} \u00a0 \u200b \x07 \u2028 ~ \\, e\u0301 \ud55c "
     "\u1100\u1161 10.1/x 2024-05".split(" "), "  ", "\n\n", "\n   ", "{a  b}", " and "]
)  # fmt: skip


@given(st.lists(st.tuples(_field, st.lists(_odd, max_size=6).map("".join)), max_size=6))
@example([("author", "{a  b}")])
@example([("doi", "10.1/x\x07")])
def test_what_is_tidy_needs_no_cleaning(said: list[tuple[str, str]]) -> None:
    body = ",\n".join(f"{name} = {{{value}}}" for name, value in said)
    needs_no_cleaning(f"@misc{{key,{body}}}".encode())


@given(files())
def test_what_is_tidy_in_odd_files_needs_no_cleaning(said: str) -> None:
    needs_no_cleaning(said.encode())


def test_what_is_tidy_in_reach_needs_no_cleaning() -> None:
    root = Path("/usr/share/texlive")
    if not root.is_dir():
        pytest.skip("no TeX Live here")
    assert sum(needs_no_cleaning(path.read_bytes()) for path in sorted(root.rglob("*.bib")))


# --- TeX ------------------------------------------------------------------------------------------

_tex = st.lists(st.sampled_from(
    [*r"""\ { } $ ~ - -- --- ---- ' '' ''' ` `` ``` ? ! ?` _ ^ " a u s i { \" {\"u} {\v{s}}
    \v{s} \v \c {\ss} {\L} \ss {DNA} {A-b} {a--b} {\~{\^e}} \emph{x} \emph \textbf{ab} \& \% \_ \#
    \$ x$ www. :// mathcal hat {\'\i} \'\i \'{} {} \{ \} . \\ \foo \foo{ * é ı \, \url{ = [ ] 1
    \href{a}{b} {\em}""".split(), " ", "\n", "{\\em x}", "{\\v s}", "\u0308", "\u200b"]
    ), max_size=8,
).map("".join)  # fmt: skip


@given(_tex)
@example("mathcal{\\v{s}}{B}")
@example("?``a''---b")
def test_easy_tex_says_the_same(tex: str) -> None:
    assert latex.decode(tex) == latex._decode(tex)


# --- Names ----------------------------------------------------------------------------------------

_name_word = st.sampled_from(
    [*r"""Ludwig Müller M. van von de la der al-Hassan d'Alembert O'Brien {\"O}zil \"Ozil \'{e}x {}
    {\'E} x{\v{C}} {\L} \aa {DNA} 'x -x .x '{\"o} 3rd Jr. III others and AND And andand x,y {x}y é
    {\relax~van} ß 中 hat{\"u} K. a=b \& _ & ~ \ { } "A" --""".split(), "{Barnes and Noble}", "{ }",
    "{Qwen Team}", "{\\v s}", "\u0301", "\u212b", "\u1100\u1161", "x\u200d"]
)  # fmt: skip
_plain_word = st.sampled_from(("Ada", "van", "der", "Noether", "{\\'E}mile", "Garc{\\'\\i}a", "M."))
_words = st.one_of(st.lists(_plain_word, max_size=4), st.lists(_name_word, max_size=3)).map(
    " ".join
)
_one_name = st.one_of(
    _words,
    st.tuples(_words, st.sampled_from((", ", ", ", ",", " , ", ",\n")), _words).map("".join),
    st.tuples(_words, st.sampled_from((", Jr., ", ", III, ", ",,")), _words).map("".join),
)
_joint = st.sampled_from(
    (" and ", " and ", " and ", "\nand ", " AND ", " and and ", "  and\t", "\xa0and ")
)


@given(st.lists(st.tuples(_one_name, _joint), max_size=4), st.booleans())
@example([('{\\"u}', " and ")], False)
@example([("A and, B", "")], False)
@example([("and", " and "), ("others", "")], True)
def test_easy_names_say_the_same(listed: list[tuple[str, str]], ended: bool) -> None:
    field = "".join(name + joint for name, joint in listed[:-1])
    field += "".join(listed[-1][: 1 if ended else 2]) if listed else ""
    easy = names._easy_names(field)
    assert easy is None or easy == names._careful_names(field)


def test_most_names_are_easy() -> None:
    field = "Garc{\\'i}a, Jos\\'{e} and {Qwen Team} and Ludwig van Beethoven and King, Jr., M. L."
    assert names._easy_names(field) is not None


# --- White space ----------------------------------------------------------------------------------


@given(
    st.text(
        st.sampled_from("ab  \t\n\r\x00\u00a0\u200b\u0301\u212bé\u2029\u1100\u1161\ud800"),
        max_size=9,
    )
)
def test_a_line_is_cleaned_and_its_spaces_collapsed(printed: str) -> None:
    assert text.line(printed) == " ".join(text.clean(printed).split())


# --- Identifiers ----------------------------------------------------------------------------------


@given(st.text(st.sampled_from("0123456789abZ./()-_:;<>[]%2 "), max_size=30))
@example("(SICI)1097-4571(1999)50:1<2::AID-X>3.0.CO;2-C")
@example("a(b")
@example("1.2/x")
def test_a_bare_doi_is_told_as_any_other(suffix: str) -> None:
    for said in (f"10.1234/{suffix}", f"10.1234.{suffix}"):
        easy = identifiers.doi(said)
        with patch.object(identifiers, "_BARE_DOI", NEVER):
            assert identifiers.doi(said) == easy
