"""Which records an expression means."""

import pytest

from paperexport.errors import UsageError
from paperexport.record import Eprint, Name, Record
from paperexport.select import select

PAPERS = {
    "one": Record(title="Graphs and Socks", doi="10.1000/A", custom={"upvotes": "17"}),
    "two": Record(title="On Drawers", eprint=Eprint(archive="arxiv", id="2401.00007",
                                                    primary_class="cs.LG")),
    "3d": Record(title="Third", author=(Name(family="Lovelace"),), keywords=("graph",)),
    "four": Record(title="", other_ids=("openreview:aBc",)),
}  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "numbers"),
    [
        ("1", [0]),
        ("4,1", [0, 3]),
        ("2-3", [1, 2]),
        ("3-", [2, 3]),
        (" 1 , 3 - 4 ,", [0, 2, 3]),
        ("two", [1]),
        ("3d", [2]),
        ("doi:10.1000/a", [0]),
        ("https://doi.org/10.1000/A", [0]),
        ("arXiv:2401.00007v3", [1]),
        ("openreview:aBc", [3]),
        ("title~SOCKS|third", [0, 2]),
        ("title~^$", []),
        ("author~lovelace", [2]),
        ("keywords~graph", [2]),
        ("eprint~cs.LG", [1]),
        ("upvotes~^17$", [0]),
        ("key~o", [0, 1, 3]),
    ],
)
def test_one_expression(expression: str, numbers: list[int]) -> None:
    assert select(PAPERS, [expression]) == numbers
    assert select(PAPERS, [], [expression]) == [n for n in range(4) if n not in numbers]


def test_several_expressions() -> None:
    assert select(PAPERS) == [0, 1, 2, 3]
    assert select(PAPERS, ["4", "title~graphs"]) == [0, 3]
    assert select(PAPERS, ["1-3", "2"], ["two", "3"]) == [0]


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("0", "there is no '0'"),
        ("5", "there is no '5'"),
        ("3-2", "there is no '3-2'"),
        ("2-9", "there is no '2-9'"),
        ("nobody", "nothing is selected by 'nobody'"),
        ("arXiv:2401.99999", "nothing is selected"),
        ("colour~red", "there is no field 'colour'"),
        ("title~(", "no regular expression"),
    ],
)
def test_expressions_that_mean_nothing(expression: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        select(PAPERS, [expression])
    assert said in caught.value.message
    assert caught.value.hint


def test_of_nothing_nothing_is_chosen() -> None:
    assert select({}) == []
    with pytest.raises(UsageError, match="there is no '1'"):
        select({}, ["1"])
