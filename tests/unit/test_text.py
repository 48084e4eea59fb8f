"""Text made plain, case by case; what holds of any text is in tests/properties."""

import pytest

from paperexport import latex
from paperexport.text import block, clean, fold, line, nfc, plain_block, plain_line


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a\u00a0b\tc", "a b c"),
        ("a\r\nb\rc\u2028d\u2029e", "a\nb\nc\nd\n\ne"),
        ("so\u00adft\u200bze\ufeffro\x00", "softzero"),
        ("e\u0301", "é"),
        ("\u202eevil\u202c", "evil"),
        ("half \ud800", "half \ufffd"),
        ("x\u200dy", "xy"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🔬", "👩\u200d🔬"),
        ("\U0001f3f4\U000e0067\U000e0062\U000e007f", "\U0001f3f4\U000e0067\U000e0062\U000e007f"),
        ("tag\U000e0041", "tag"),
        ("plain", "plain"),
    ],
)
def test_clean(given: str, expected: str) -> None:
    assert clean(given) == expected


def test_a_heap_of_marks_is_thinned_in_linear_time() -> None:
    assert len(nfc("a" + "\u0315\u0300" * 100_000)) <= 32
    assert nfc("a" + "\u0300" * 30) == "à" + "\u0300" * 29


@pytest.mark.parametrize(
    ("given", "expected"),
    [("  a \n b\t\tc ", "a b c"), ("a  b", "a b"), ("", ""), ("\n", ""), ("é \u2009 x", "é x")],
)
def test_line(given: str, expected: str) -> None:
    assert line(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("one\ntwo\n\nthree", "one two\n\nthree"),
        ("one.\n  Two\nthree", "one.\n\nTwo three"),
        ("one,\n  two", "one, two"),
        ("a.\n  b.\n  c.\n  d", "a. b. c. d"),
        ("  lone  ", "lone"),
        ("x \n \n\n y", "x\n\ny"),
    ],
)
def test_block(given: str, expected: str) -> None:
    assert block(given) == expected


def test_markup_is_resolved_where_it_is_named() -> None:
    said = "H<sub>2</sub>O &amp; {\\'e}"
    assert plain_line(said) == said
    assert plain_line(said, ("html",)) == "H₂O & {\\'e}"
    assert plain_line(said, ("html", "tex")) == "H₂O & é"
    assert plain_block("<p>a</p><p>b\nc</p>", ("html",)) == "a\n\nb c"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The π-Calculus", "the pi calculus"),
        ("$\\mathcal{O}(n)$", "mathcal O(n)"),
        ("Straße, Łódź & Ångström", "strasse lodz angstrom"),
        ("<i>In vivo</i> &amp; more", "in vivo more"),
        ("ﬁne ²", "fine 2"),
        ("$\\varepsilon$-greedy", "ε-Greedy"),
        ("ＷＩＤＥ", "wide"),
    ],
)
def test_two_printings_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other) != ""


@pytest.mark.parametrize(("one", "other"), [("हिंदी", "हदी"), ("a1", "a2"), ("C", "D")])
def test_others_do_not(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("tex", "plain"),
    [
        (r"\enquote{A \enquote{b} c} d", "“A ‘b’ c” d"),
        (r"\mkbibquote{\em x} y", "“x” y"),
        (r"\enquote x", "x"),
        (r"\enquote{never closed", "“never closed"),
        (r"\mkbibemph{in vivo}", "in vivo"),
        (r"x\vphantom{}y\hphantom{Chapter 2} z", "xy z"),
        (r"Begriff\textcompwordmark lichkeit", "Begrifflichkeit"),
        (r"Frankfurt a. M\adddot", "Frankfurt a. M."),
        (r"\ifmmode\mbox{\c{c}}\else\c{c}\fi{}a", "ça"),
        (r"\ifmmode never closed", r"\ifmmode never closed"),
        (r"Miji$\acute{\mbox{c}}$", "Mijić"),
        (r"$\acute{c}$", r"$\acute{c}$"),
    ],
)
def test_tex_as_publishers_and_biblatex_write_it(tex: str, plain: str) -> None:
    assert latex.decode(tex) == plain
