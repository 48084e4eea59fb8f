"""Copies of a Daily Papers page that differ from the samples: other words, other breaks."""

import time

import pytest

from paperexport import Diagnostic, Normalized, Record, read

HEAD = "Daily Papers\nbyAK and the research community\nOct 1\n"
ONE, TWO = "Socks: A Survey of Pairs", "iSock at Scale"
SAID = (
    "We study how pairs of socks are found in large drawers. The task is old, and no method that "
    "is known today does better than chance. We propose one that looks at both socks at once. "
    "On three drawers it finds nine pairs in ten, and it is faster than the others by far."
)


def papers(page: str) -> list[Record]:
    found = list(read(page.encode(), source_name="daily-papers-text"))
    assert not [one for one in found if isinstance(one, Diagnostic)]
    return [one.record for one in found if isinstance(one, Normalized)]


def titles_and_abstracts(page: str) -> list[tuple[str, str]]:
    return [(record.title, record.abstract) for record in papers(page)]


@pytest.mark.parametrize(
    "card",
    [
        "Toggle theme\nDark mode\n{title}\n{said}\n",
        "▲ 1.2k\n{title}\n{said}\n👍 12  💬 3\n",
        "{title}\n{said}\nUpvote 12\n12 upvotes · 3 comments\n",
        "• {title}\n• {said}\n",
        "**{title}**\n\n{said}\n\n",
        "> {title}\n>\n> {said}\n\n",
        "{title}\n\n{said}\n\nRead more\n",
        "#1 Paper of the day\n{title}\n\n{said}\n\n",
    ],
)
def test_what_is_no_title(card: str) -> None:
    page = HEAD + "".join(card.format(title=title, said=SAID) for title in (ONE, TWO))
    assert titles_and_abstracts(page) == [(ONE, SAID), (TWO, SAID)]


def test_titles_that_are_numbered() -> None:
    page = f"{HEAD}1. {ONE}\n{SAID}\n\n2. {TWO}\n{SAID}\n"
    assert titles_and_abstracts(page) == [(ONE, SAID), (TWO, SAID)]


@pytest.mark.parametrize("end", ["…", "..."])
def test_an_abstract_that_is_folded_is_no_title(end: str) -> None:
    folded = SAID[:120].rsplit(" ", 1)[0] + end
    page = f"{HEAD}{ONE}\n{folded}\nShow more\n{TWO}\n{folded}\nShow more\n"
    assert titles_and_abstracts(page) == [(ONE, folded), (TWO, folded)]


@pytest.mark.parametrize(
    "page",
    [
        f"{ONE}\narXiv:2401.00001\n{SAID}\n{TWO}\narXiv:2401.00002\n{SAID}\n",
        f"arXiv:2401.00001\n{ONE}\n{SAID}\narXiv:2401.00002\n{TWO}\n{SAID}\n",
        f"2401.00001\n{ONE}\n{SAID}\n2401.00002\n{TWO}\n{SAID}\n",
    ],
)
def test_an_id_on_its_own_line(page: str) -> None:
    found = {record.title: record.eprint for record in papers(HEAD + page)}
    ids = {title: eprint.id for title, eprint in found.items() if eprint is not None}
    assert ids == {ONE: "2401.00001", TWO: "2401.00002"}


WRAPPED = """\
We study how pairs of socks are found in large drawers, and we call it
the pair problem
(PP). The task is old, and no method that is known today does better than
chance, but ours,
which looks at both socks at once, and finds nine pairs in ten. The code is at
https://github.com/example/socks.
"""


def test_wrapped_lines_that_are_too_short_and_an_address_alone() -> None:
    (found,) = papers(f"{HEAD}\n{ONE}\n\n{WRAPPED}\n")
    assert (found.title, found.abstract) == (ONE, " ".join(WRAPPED.split()))
    assert found.code_url == "https://github.com/example/socks"


def test_the_address_of_the_paper_is_no_part_of_the_abstract() -> None:
    page = f"{HEAD}\n{ONE}\n{SAID}\nhttps://huggingface.co/papers/2401.00001\n"
    assert [record.abstract for record in papers(page)] == [SAID]


def test_who_submitted_the_next_paper_is_no_organisation_of_this_one() -> None:
    user = "Submitted by\n\n[sockfan](https://huggingface.co/sockfan)\n\n"
    first, second = papers(f"{HEAD}\n{user}{ONE}\n\n{user}{TWO}\n")
    assert dict(first.custom) == {"submitted_by": "sockfan", "listed": "Oct 1"}
    assert dict(second.custom) == dict(first.custom)


def test_the_page_of_one_paper() -> None:
    page = (
        f"Papers\narxiv:2401.00001\n{ONE}\nPublished on Jan 1, 2024\n#1 Paper of the day\n"
        f"Authors:\nAda Lovelace\n,\nEmmy Noether\nAbstract\n{SAID}\nView PDF\nCommunity\nsockfan\n"
        "Paper submitter\n1 day ago\nWhat a fine paper this is\nModels citing this paper\n3\n"
        "sockfan/sock-7b\nText Generation • 7B • Updated Oct 1\n"
    )
    (found,) = papers(page)
    assert (found.title, found.abstract) == (ONE, SAID)
    assert [name.family for name in found.author] == ["Lovelace", "Noether"]
    assert found.eprint is not None
    assert found.eprint.id == "2401.00001"


@pytest.mark.parametrize(
    "line",
    ["1" * 390 + "x", "1," * 190 + "x", "upvote " * 50 + "x", "x" * 200, "https://a.org/b", "a b"],
)
def test_hostile_lines_are_read_in_linear_time(line: str) -> None:
    start = time.process_time()
    list(read((HEAD + f"{line}\n" * 20_000).encode(), source_name="daily-papers-text"))
    assert time.process_time() - start < 10
