"""Which records tell of one work."""

import time
from typing import Any

import pytest

from paperexport.dedupe import clusters
from paperexport.record import Eprint, Name, PartialDate, Record

ADA = (Name(family="Lovelace", given="Ada"),)
LONG = "We sort socks by colour. " * 5


def arxiv(identifier: str, **more: Any) -> Record:
    return Record(eprint=Eprint(archive="arxiv", id=identifier), **more)


TABLE = {
    "nothing": ([], []),
    "two papers": ([arxiv("2401.00001"), arxiv("2401.00002")], [[0], [1]]),
    "one id, two versions": (
        [Record(eprint=Eprint(archive="arxiv", id="2401.00001", version=1), title="A"),
         Record(eprint=Eprint(archive="arxiv", id="2401.00001", version=2), title="B")], [[0, 1]]),
    "an id and its DOI": (
        [arxiv("2401.00001"), Record(doi="10.48550/ARXIV.2401.00001")], [[0, 1]]),
    "a DOI in two cases": ([Record(doi="10.1000/A"), Record(doi="10.1000/a")], [[0, 1]]),
    "a chain": (
        [arxiv("2401.00001"), Record(doi="10.1000/a"), arxiv("2401.00001", doi="10.1000/a")],
        [[0, 1, 2]]),
    "titles alone": ([Record(title="Socks"), Record(title="Socks")], [[0], [1]]),
    "title and abstract": (
        [Record(title="Socks", abstract=LONG), Record(title="SOCKS!", abstract=LONG.upper())],
        [[0, 1]]),
    "title, other abstract": (
        [Record(title="Socks", abstract=LONG), Record(title="Socks", abstract=f"{LONG} More.")],
        [[0], [1]]),
    "title, authors, year": (
        [Record(title="Socks", author=ADA, issued=PartialDate(year=2024)),
         Record(title="Socks", author=ADA, issued=PartialDate(year=2024, month=5))], [[0, 1]]),
    "title, authors, other year": (
        [Record(title="Socks", author=ADA, issued=PartialDate(year=2024)),
         Record(title="Socks", author=ADA, issued=PartialDate(year=2023))], [[0], [1]]),
    "one abstract, two ids": (
        [arxiv("2401.00001", title="S", abstract=LONG),
         arxiv("2401.00002", title="S", abstract=LONG)],
        [[0], [1]]),
    "one abstract, one id": (
        [Record(title="S", abstract=LONG), arxiv("2401.00002", title="S", abstract=LONG)],
        [[0, 1]]),
    "the DOI of the proceedings on both": (
        [arxiv("2401.00001", doi="10.1000/p", title="Socks"),
         arxiv("2401.00002", doi="10.1000/p", title="Gloves")], [[0], [1]]),
    "the DOI of a book on two chapters": (
        [Record(type="chapter", doi="10.1000/b", title="Wool", author=ADA, page="1-10"),
         Record(type="chapter", doi="10.1000/b", title="Silk", author=ADA, page="11-20")],
        [[0], [1]]),
    "one DOI, another title, other people": (
        [Record(doi="10.1000/p", title="Wool", author=ADA),
         Record(doi="10.1000/p", title="Silk", author=(Name(family="Noether", given="Emmy"),))],
        [[0], [1]]),
    "one DOI, another title, the same people": (
        [Record(doi="10.1000/p", title="Wool", author=ADA),
         Record(doi="10.1000/p", title="Silk", author=ADA)], [[0, 1]]),
    "one DOI, a title that was changed, a team that was named": (
        [Record(doi="10.1000/p", title="SockNet: Pairing Large Socks", author=ADA),
         Record(doi="10.1000/p", title="Pairing Socks", author=(Name(literal="SockNet Team"),))],
        [[0, 1]]),
    "one eprint, whatever else": (
        [arxiv("2401.00001", title="Wool", author=ADA),
         arxiv("2401.00001", title="Silk", author=(Name(literal="Silk Team"),))], [[0, 1]]),
    "the ISBN of a set on two volumes": (
        [Record(type="book", isbn="9783161484100", title="Socks, Volume 1", author=ADA),
         Record(type="book", isbn="9783161484100", title="Socks, Volume 2", author=ADA)],
        [[0], [1]]),
    "two of one family name": (
        [Record(title="Socks", author=ADA, issued=PartialDate(year=2024)),
         Record(title="Socks", author=(Name(family="Lovelace", given="Zoe"),),
                issued=PartialDate(year=2024))], [[0], [1]]),
    "initials": (
        [Record(title="Socks", author=ADA, issued=PartialDate(year=2024)),
         Record(title="Socks", author=(Name(family="Lovelace", given="A."),),
                issued=PartialDate(year=2024))], [[0, 1]]),
    "editorials of two issues": (
        [Record(title="Socks", author=ADA, issued=PartialDate(year=2024), issue="1"),
         Record(title="Socks", author=ADA, issued=PartialDate(year=2024), issue="2")],
        [[0], [1]]),
    "prefaces of two books": (
        [Record(title="Preface", author=ADA, issued=PartialDate(year=2024), container_title="A"),
         Record(title="Preface", author=ADA, issued=PartialDate(year=2024), container_title="B")],
        [[0], [1]]),
    "C and C++": (
        [Record(title="Socks in C", author=ADA, issued=PartialDate(year=2024)),
         Record(title="Socks in C++", author=ADA, issued=PartialDate(year=2024))], [[0], [1]]),
    "no title, no id": ([Record(), Record()], [[0], [1]]),
    "in the order of the first": (
        [arxiv("2401.00002"), arxiv("2401.00001"), arxiv("2401.00002")], [[0, 2], [1]]),
}  # fmt: skip


@pytest.mark.parametrize(("records", "works"), TABLE.values(), ids=TABLE)
def test_works(records: list[Record], works: list[list[int]]) -> None:
    assert clusters(records) == works


def test_a_preprint_without_an_id_joins_only_one_of_two_papers() -> None:
    """Two papers with different ids stay two, whoever stands between them."""
    bare = Record(title="S", abstract=LONG)
    one, two = (arxiv(i, title="S", abstract=LONG) for i in ("2401.00001", "2401.00002"))
    for order in ([one, two, bare], [one, bare, two], [bare, one, two]):
        found = clusters(order)
        assert not any({order.index(one), order.index(two)} <= set(cluster) for cluster in found), (
            found
        )


def test_a_shared_doi_of_proceedings_never_joins_three_papers() -> None:
    three = [arxiv(f"2401.0000{n}", doi="10.1000/p", title=f"Paper {n}") for n in range(3)]
    assert clusters(three) == [[0], [1], [2]]


def test_a_record_without_an_eprint_does_not_join_two_papers_by_that_doi() -> None:
    ones = (arxiv(f"2401.0000{n}", doi="10.1000/p", title=f"Paper {n}") for n in (0, 1))
    papers = [Record(doi="10.1000/p", title="Proceedings"), *ones]
    assert clusters(papers) == [[0, 1], [2]]


def test_many_records_take_little_time() -> None:
    crowd = [arxiv(f"2401.{n:05d}", title="Same", abstract=LONG) for n in range(20_000)]
    crowd += [Record(doi="10.1000/a", title=f"t{n}") for n in range(20_000)]
    start = time.process_time()
    assert len(clusters(crowd)) == 20_001
    assert time.process_time() - start < 10
