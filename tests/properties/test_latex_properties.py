"""What holds of LaTeX and text for any input."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from paperexport import latex, text
from paperexport._latex_tables import MATHS

# What TeX, BibTeX and our own rules treat specially, alone and in the company that makes trouble.
PIECES = (
    *"\\{}$&#%_^~\"'`-@<>|?!,.:;()[] \n/=aeijoxAI57αßøıℝ≤²₂⁻–—“”‘’¿łČ\u0301\u0323\u0302",
    *(
        "$x$",
        "$^2$",
        "$\\alpha_{i}$",
        "$\\{",
        "\\}$",
        "$\\lbrace{}$",
        "$$y$$",
        "\\input{x}",
        "$ ",
        " $",
    ),
    *(
        "--",
        "``",
        "''",
        "?`",
        "https://a.b/~c",
        "www.x.y/",
        "\\textbf{",
        "\\begin{align}",
        "\\(",
        "\\)",
    ),
    *(
        "mathcal",
        "textbf",
        "_{",
        "^{",
        "ễ",
        "ț",
        "ờ",
        "\u200d",
        "🧦",
        "中",
        "\\lbrace",
        "\\",
        "\\left",
    ),
)


def texts() -> st.SearchStrategy[str]:
    piece = st.sampled_from(PIECES) | st.characters()
    return st.lists(piece, max_size=14).map("".join)


def balanced(s: str) -> bool:
    """As BibTeX counts: it knows no escaped braces."""
    depth = 0
    for sign in re.findall(r"[{}]", s):
        depth += 1 if sign == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def unescaped(s: str) -> str:
    """The braces that TeX itself counts."""
    return re.sub(r"\\.", "", s, flags=re.DOTALL)


@given(texts(), st.booleans())
@example("\\$x$", False)
@example("“`”'–-", True)
@example("http://a–b", True)
@example("?“", True)
@example("mathcalü", True)
@example("$\\left\\{ x \\right.$", True)
def test_what_is_encoded_decodes_to_itself(s: str, ascii_only: bool) -> None:
    for known in (text.line(s), text.block(s)):
        assert latex.decode(latex.encode(known, ascii=ascii_only)) == known


@given(texts(), st.booleans())
def test_encoded_text_is_balanced_and_runs_only_known_commands(s: str, ascii_only: bool) -> None:
    encoded = latex.encode(s, ascii=ascii_only)
    assert balanced(encoded)
    assert balanced(unescaped(encoded))
    spans = latex.math_spans(encoded)
    outside = encoded
    for start, end in reversed(spans):
        outside = outside[:start] + outside[end:]
        commands = set(re.findall(r"\\([A-Za-z]+)", encoded[start:end]))
        assert commands <= MATHS
    assert not re.search(r"(?<!\\)[$&#%_^~]", outside.replace("\\~", "").replace("\\^", "")) or (
        ascii_only and "\u00a0" in s
    )
    assert not re.search(r"\\(?:input|write|def|catcode|begin)", encoded)
    assert not re.search(r"(?:^|\s)@\w*\s*\{", encoded)
    assert not any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in encoded)


@given(texts())
def test_ascii_writes_no_more_unicode_than_it_must(s: str) -> None:
    line = text.line(s)
    left = [c for c in latex.encode(line, ascii=True) if not c.isascii()]
    assert all(c in line for c in left)
    assert (
        not set(left) & set("ßøł–—“”‘’¿αℝ≤²ıČ")
        or latex.math_spans(line)
        or any(map(unicodedata.combining, line))
    )


@given(texts())
def test_maths_spans_are_apart_closed_and_balanced(s: str) -> None:
    done = 0
    for start, end in latex.math_spans(s):
        assert done <= start < end <= len(s)
        assert s[start] == s[end - 1] == "$"
        assert balanced(unescaped(s[start:end]))
        assert "\n\n" not in s[start:end]
        done = end


@given(texts())
def test_decoding_any_text_raises_nothing_and_keeps_its_words(s: str) -> None:
    words = re.findall(r"[中🧦]", s)
    assert re.findall(r"[中🧦]", latex.decode(s)) == words or "\\" in s


@given(st.text())
def test_text_without_signs_of_tex_is_left_alone(s: str) -> None:
    if not re.search(r"[\\{}$~`'?!-]", s):
        assert latex.decode(s) == s


@given(texts())
def test_cleaning_twice_changes_nothing(s: str) -> None:
    for tidy in (text.nfc, text.clean, text.line, text.block):
        once = tidy(s)
        assert tidy(once) == once


@given(texts())
def test_clean_text_is_normal_and_printable(s: str) -> None:
    cleaned = text.clean(s)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not any(unicodedata.category(c) in ("Cc", "Cs") and c != "\n" for c in cleaned)
    assert "\n" not in text.line(s)
    assert not re.search(r"^\s|\s$|\s\s", text.line(s))


@given(texts())
def test_a_folded_key_is_letters_and_digits_and_folds_to_itself(s: str) -> None:
    key = text.fold(s)
    assert not re.search(r"[\s\\${}_^-]", key)
    assert text.fold(key) == key
    assert text.fold(text.line(s)) == text.fold(text.clean(s))


@pytest.mark.parametrize("markup", [(), ("tex",), ("html",), ("html", "tex")])
@given(s=texts())
def test_plain_text_is_clean_whatever_it_was(markup: tuple[str, ...], s: str) -> None:
    assert text.line(plain := text.plain_line(s, markup)) == plain
    assert text.block(plain := text.plain_block(s, markup)) == plain
