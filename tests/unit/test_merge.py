"""One record of several, field by field."""

from itertools import permutations
from typing import Any

import pytest

from paperexport.merge import PUBLICATION, merge
from paperexport.record import COMPARED, FIELDS, Eprint, Name, Origin, PartialDate, Record, Trust

ADA = Name(family="Lovelace", given="Ada")
EMMY = Name(family="Noether", given="Emmy")


def said(trust: Trust, **fields: Any) -> Record:
    """A record all of whose fields one origin of that trust said."""
    origin = Origin(source=trust, locator=trust, trust=trust)
    return Record(**fields, origins=dict.fromkeys(fields, origin))


def test_nothing_cannot_be_merged() -> None:
    with pytest.raises(ValueError, match="nothing"):
        merge([])


def test_one_is_itself() -> None:
    one = said("listing", title="A")
    assert merge([one]) is one


def test_each_field_comes_from_whom_is_believed_most() -> None:
    page = said(
        "listing", title="Sorting Sokcs", abstract="From the page.", url="https://a.example"
    )
    arxiv = said(
        "preprint-server", title="Sorting Socks", author=(ADA,), doi="10.48550/arXiv.2401.09042"
    )
    person = said("person", title="Sorting Socks!")
    found = merge([page, arxiv, person])
    assert found.title == "Sorting Socks!"
    assert found.author == (ADA,)
    assert found.abstract == "From the page."
    assert found.origins["title"].trust == "person"
    assert found.origins["abstract"].trust == "listing"


def test_what_is_empty_wins_over_nothing() -> None:
    found = merge([said("person", title=""), said("listing", title="Socks")])
    assert found.title == "Socks"


def test_the_order_of_the_records_means_nothing() -> None:
    three = [
        said("listing", title="A", custom={"upvotes": "3"}, other_ids=("acl:P19-1001",)),
        said("listing", title="B", custom={"upvotes": "4"}, author=(ADA,), incomplete=("author",)),
        said("preprint-server", title="C", author=(ADA, EMMY), doi="10.1000/182"),
    ]
    first, *others = (merge(order) for order in permutations(three))
    assert all(other == first and other.origins == first.origins for other in others)


def test_lists_of_names_are_never_united_and_a_whole_one_wins_over_a_cut_one() -> None:
    cut = said("publisher", title="T", author=(ADA,), incomplete=("author",))
    whole = said("listing", title="T", author=(EMMY, ADA))
    found = merge([cut, whole])
    assert found.author == (EMMY, ADA)
    assert found.incomplete == ()
    assert merge([cut, said("listing", title="T")]).incomplete == ("author",)


def test_a_publication_and_its_preprint() -> None:
    """The year of a preprint never meets the venue of its publication."""
    preprint = said(
        "preprint-server", type="article", title="Socks", issued=PartialDate(year=2023, month=1),
        doi="10.48550/arXiv.2301.00001", eprint=Eprint(archive="arxiv", id="2301.00001", version=1),
        abstract="Full.", genre="Preprint", publisher="arXiv",
    )  # fmt: skip
    published = said(
        "index", type="paper-conference", title="Socks", container_title="Proc. of Drawers",
        issued=PartialDate(year=2024), doi="10.1000/182",
    )  # fmt: skip
    for order in permutations((preprint, published)):
        found = merge(order)
        assert found.type == "paper-conference"
        assert found.issued == PartialDate(year=2024)
        assert found.doi == "10.1000/182"
        assert found.publisher == ""
        assert found.genre == ""
        assert found.eprint == preprint.eprint
        assert found.abstract == "Full."
        assert found.other_ids == (), "arXiv's DOI says nothing that the eprint does not"


def test_a_second_doi_is_kept_beside_the_first() -> None:
    found = merge([said("registry", doi="10.1000/182"), said("listing", doi="10.1000/183")])
    assert (found.doi, found.other_ids) == ("10.1000/182", ("doi:10.1000/183",))
    same = merge([said("registry", doi="10.1000/ABC"), said("listing", doi="10.1000/abc")])
    assert (same.doi, same.other_ids) == ("10.1000/ABC", ())


def test_the_class_of_an_eprint_is_added_where_another_knows_it() -> None:
    bare = said("preprint-server", eprint=Eprint(archive="arxiv", id="2401.09042", version=2))
    classed = said(
        "listing", eprint=Eprint(archive="arxiv", id="2401.09042", primary_class="cs.LG")
    )
    other = said("listing", eprint=Eprint(archive="arxiv", id="2401.00001", primary_class="hep-th"))
    assert merge([bare, classed]).eprint == Eprint(
        archive="arxiv", id="2401.09042", version=2, primary_class="cs.LG"
    )
    assert merge([bare, other]).eprint == bare.eprint


def test_a_document_is_whatever_another_says() -> None:
    found = merge([said("person", type="document", title="T"), said("listing", type="article")])
    assert found.type == "article"


def test_custom_is_united_and_the_believed_one_wins() -> None:
    found = merge([
        said("listing", title="T", custom={"upvotes": "3", "listed": "2024-05-07"}),
        said("preprint-server", title="T", custom={"upvotes": "9", "comment": "12 pages"}),
    ])  # fmt: skip
    assert found.custom == {"comment": "12 pages", "listed": "2024-05-07", "upvotes": "9"}


def test_the_fields_of_a_publication_are_fields() -> None:
    assert set(FIELDS) >= PUBLICATION
    assert not PUBLICATION & {"title", "author", "abstract", "eprint", "url", "custom"}
    assert set(COMPARED) == set(FIELDS) - {"origins"}


def test_records_that_are_not_equal_are_unequal() -> None:
    one = Record(title="Socks", origins={"title": Origin(source="arxiv")})
    assert not one != Record(title="Socks")  # noqa: SIM202 - the other operator
    assert one != Record(title="Shoes")
    assert one != "Socks"
