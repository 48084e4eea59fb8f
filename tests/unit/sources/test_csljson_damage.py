"""CSL-JSON whose items are not what they should be."""

import json

import pytest

from paperexport import Diagnostic, Normalized, Record, read
from paperexport.record import Name


@pytest.mark.parametrize(
    "item",
    [
        {"custom": {"eprint": {"id": "x"}}},
        {"custom": {"eprint": {"archive": 1, "id": "x"}}},
        "no object",
        None,
        3,
    ],
)
def test_a_bad_item_costs_itself_alone(item: object) -> None:
    data = json.dumps([{"id": "a", "title": "One"}, item, {"id": "b", "title": "Two"}]).encode()
    found = list(read(data, source_name="csljson"))
    titles = [one.record.title for one in found if isinstance(one, Normalized)]
    assert titles == ["One", "Two"]
    assert [one.code for one in found if isinstance(one, Diagnostic)] == ["line-unread"]


def record(**item: object) -> Record:
    data = json.dumps([{"id": "a", "type": "article-journal", "title": "T", **item}]).encode()
    (found,) = read(data, source_name="csljson")
    assert isinstance(found, Normalized)
    return found.record


@pytest.mark.parametrize(
    ("said", "issued"),
    [
        ("2020-05", "2020-05"),
        (2020, "2020"),
        ({"date-parts": [2020, 3]}, "2020-03"),
        ({"date-parts": [["2020-03-01"]]}, "2020-03-01"),
        # A day without its month says nothing; there is no 31 February.
        ({"date-parts": [[2020, 0, 5]]}, "2020"),
        ({"date-parts": [[2020, None, 5]]}, "2020"),
        ({"date-parts": [[2020, 2, 31]]}, "2020-02"),
        ({"date-parts": [[2020, 21]]}, "2020"),
        ({"date-parts": [[2020], [0]]}, "2020"),  # pandoc's "since 2020"
        ({"date-parts": [[2021], [2020]]}, "2021"),
        ({"date-time": "2020-03-04T00:00:00Z"}, "2020-03-04"),
        ({"date-parts": [[0, 0, 0]]}, "None"),
        ({"date-parts": [["x"]]}, "None"),
        ({"date-parts": [[{}]]}, "None"),
    ],
)
def test_a_date_as_far_as_it_is_known(said: object, issued: str) -> None:
    assert str(record(issued=said).issued) == issued


SMITH = Name(family="Smith", given="J.")


@pytest.mark.parametrize(
    "said",
    [
        "Smith, J.",
        ["Smith, J."],
        {"family": "Smith", "given": "J."},
        [None, {"family": "Smith", "given": "J."}],
    ],
)
def test_a_name_that_is_no_list_of_objects(said: object) -> None:
    assert record(author=said).author == (SMITH,)


def test_et_al_is_nobody() -> None:
    found = record(author=[{"family": "Smith", "given": "J."}, {"literal": "et al."}])
    assert (found.author, found.incomplete) == ((SMITH,), ("author",))


def test_nothing_of_a_list_is_lost() -> None:
    found = record(
        ISSN=["1234-5678", "8765-4321"],
        keyword=["a", "b"],
        director=[{"family": "Lee", "given": "A."}],
        submitted={"date-parts": [[2019, 2]]},
        categories=["x", "y"],
    )
    assert found.issn == "1234-5678 8765-4321"
    assert found.keywords == ("a", "b")
    assert found.custom == {
        "director": ("A. Lee",),
        "submitted": "2019-02",
        "categories": ("x", "y"),
    }


def test_jats_in_an_abstract_is_markup() -> None:
    said = "<jats:title>Abstract</jats:title><jats:p>It is <jats:italic>so</jats:italic>.</jats:p>"
    assert record(abstract=said).abstract == "It is so."


def test_a_journal_that_is_arxiv() -> None:
    found = record(**{"container-title": "arXiv preprint arXiv:2401.00007"})
    assert found.eprint is not None
    assert (found.type, found.eprint.id, found.container_title) == ("article", "2401.00007", "")
