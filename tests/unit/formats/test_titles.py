"""Which words of a title are braced."""

import re
import time

import pytest

from paperexport.formats.titles import braced, encoded


def tex(text: str) -> str:
    """A stand-in for the encoder: maths as it is, one special escaped, one accent as a command."""
    if re.fullmatch(r"\$[^$ ][^$]*\$", text):
        return text
    return text.replace("$", "\\$").replace("&", "\\&").replace("É", "\\'E")


WORDS = {
    # acronyms and inner capitals, in title case
    "acronym": ("Sorting Socks with DNA", "Sorting Socks with {DNA}"),
    "compound": ("LLM-based Sorting of Socks", "{LLM}-based Sorting of Socks"),
    "both halves": ("From GPT-J to BERT-LSTM", "From {GPT}-{J} to {BERT}-{LSTM}"),
    "inner capital": ("iPhone and ResNet on arXiv", "{iPhone} and {ResNet} on {arXiv}"),
    "plural acronym": ("LLMs for VLMs", "{LLMs} for {VLMs}"),
    "capital and digit": ("T5 and 3D with Llama3", "{T5} and {3D} with {Llama3}"),
    "digit and small letter": ("GPT-4o", "{GPT}-4o"),
    "apostrophe": ("O'Brien's Law", "{O'Brien's} Law"),
    "slash": ("TCP/IP at Home", "{TCP}/{IP} at Home"),
    "ampersand": ("R&D for AT&T", "R\\&{D} for {AT}\\&{T}"),
    "lone letters": ("Vitamin C and I", "Vitamin {C} and {I}"),
    "article": ("To Be a Sock or A Glove", "To Be a Sock or A Glove"),
    "nothing to protect": ("Attention Is All You Need", "Attention Is All You Need"),
    "small words alone": ("attention is all you need", "attention is all you need"),
    # sentence case
    "proper noun": (
        "The effect of Bayesian priors on learning in Europe",
        "The effect of {Bayesian} priors on learning in {Europe}",
    ),
    "first word": ("Bayesian learning of socks", "Bayesian learning of socks"),
    "after a colon": (
        "Sorting socks: A study of German drawers",
        "Sorting socks: A study of {German} drawers",
    ),
    "after a full stop": ("Sorting socks. Yes please", "Sorting socks. {Yes} please"),
    "accented proper noun": (
        "The role of Élysée in history",
        "The role of {{}\\'Elysée} in history",
    ),
    # all in capitals: nothing can be told
    "all capitals": ("SORTING SOCKS WITH DNA", "SORTING SOCKS WITH DNA"),
    "one word in capitals": ("DALL-E", "{DALL}-{E}"),
    # maths
    "maths with capitals": ("Sorting in $O(n)$ Time", "Sorting in {$O(n)$} Time"),
    "maths without": ("Sorting in $n^2$ Time", "Sorting in $n^2$ Time"),
    "words in maths": ("Is $NP$ in BPP", "Is {$NP$} in {BPP}"),
    "maths alone": ("$X$", "{$X$}"),
    "price": ("From $ 5 to GPT at $ 6", "From \\$ 5 to {GPT} at \\$ 6"),
    "price and maths": ("GPT for $ 5: $O(n)$", "{GPT} for \\$ 5: {$O(n)$}"),
    "lone dollar": ("GPT for $", "{GPT} for \\$"),
    "empty": ("", ""),
    "other scripts": ("对比学习 in 中文", "对比学习 in 中文"),
}


@pytest.mark.parametrize(("title", "expected"), WORDS.values(), ids=WORDS)
def test_words(title: str, expected: str) -> None:
    assert encoded(title, tex, "words") == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("", "Über die Theorie der Socken"),
        ("en-GB", "Über die Theorie der Socken"),
        ("de", "Über die {Theorie} der {Socken}"),
        ("fr", "Über die {Theorie} der {Socken}"),
    ],
)
def test_only_english_has_title_case(language: str, expected: str) -> None:
    assert encoded("Über die Theorie der Socken", tex, "words", language) == expected


def test_whole_and_none() -> None:
    assert encoded("Sorting with DNA", tex, "whole") == "{Sorting with DNA}"
    assert encoded("Élysée and DNA", tex, "whole") == "{{}\\'Elysée and DNA}"
    assert encoded("sorting", tex, "whole") == "sorting", "there is no capital to protect"
    assert encoded("Sorting with DNA & Co", tex, "none") == "Sorting with DNA \\& Co"


def test_a_brace_before_a_backslash_is_no_protection() -> None:
    # btxhak, 4: `{\` opens a special character, in which change.case$ changes case.
    assert braced("\\AA ngstrom") == "{{}\\AA ngstrom}"
    assert braced("DNA") == "{DNA}"


def test_what_is_protected_survives_sentence_case() -> None:
    """A model of change.case$ "t": lower-case what is outside braces."""

    def lowered(value: str) -> str:
        parts = re.split(r"(\{[^{}]*\})", value)
        return "".join(part if part.startswith("{") else part.lower() for part in parts)

    title = "LLM-based Sorting with DNA in $O(N)$"
    assert lowered(encoded(title, tex, "words")) == "{LLM}-based sorting with {DNA} in {$O(N)$}"


def test_time_is_linear_in_hostile_titles() -> None:
    for title in ("$" * 50_000, "DNA " * 50_000, "$ a" * 50_000, "A:" * 50_000, "'" * 100_000):
        start = time.process_time()
        encoded(title, tex, "words")
        assert time.process_time() - start < 2
