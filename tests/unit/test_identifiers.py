"""Identifiers: every spelling, and what is none."""

import time

import pytest

from paperexport import identifiers
from paperexport.record import Eprint, Record

ARXIV = [
    ("2401.09042", ("2401.09042", None)),
    ("2401.09042v2", ("2401.09042", 2)),
    ("0704.0001", ("0704.0001", None)),
    ("1412.9999v12", ("1412.9999", 12)),
    ("arXiv:2401.09042", ("2401.09042", None)),
    ("arxiv: 2401.09042v3", ("2401.09042", 3)),
    ("arXiv:2401.09042v1 [cs.LG]", ("2401.09042", 1)),
    ("arXiv preprint arXiv:2401.09042", ("2401.09042", None)),
    ("hep-th/9901001", ("hep-th/9901001", None)),
    ("hep-th/9901001v2", ("hep-th/9901001", 2)),
    ("math.GT/0309136", ("math/0309136", None)),
    ("MATH/0309136", ("math/0309136", None)),
    ("https://arxiv.org/abs/2401.09042", ("2401.09042", None)),
    ("http://www.arxiv.org/abs/2401.09042v1", ("2401.09042", 1)),
    ("https://arxiv.org/pdf/2401.09042", ("2401.09042", None)),
    ("https://arxiv.org/pdf/2401.09042v4.pdf", ("2401.09042", 4)),
    ("https://arxiv.org/abs/hep-th/9901001", ("hep-th/9901001", None)),
    ("arxiv.org/abs/2401.09042", ("2401.09042", None)),
    ("https://export.arxiv.org/abs/2401.09042", ("2401.09042", None)),
    ("https://arxiv.org/html/2401.09042v1", ("2401.09042", 1)),
    ("https://ar5iv.labs.arxiv.org/html/2401.09042", ("2401.09042", None)),
    ("https://www.alphaxiv.org/abs/2401.09042", ("2401.09042", None)),
    ("https://huggingface.co/papers/2401.09042", ("2401.09042", None)),
    ("https://hf.co/papers/2401.09042", ("2401.09042", None)),
    ("https://huggingface.co/papers/2401.09042#community", ("2401.09042", None)),
    ("10.48550/arXiv.2401.09042", ("2401.09042", None)),
    ("https://doi.org/10.48550/ARXIV.2401.09042", ("2401.09042", None)),
    ("doi:10.48550/arxiv.hep-th/9901001", ("hep-th/9901001", None)),
    ("oai:arXiv.org:2401.09042", ("2401.09042", None)),
    ("  2401.09042. ", ("2401.09042", None)),
    # No ids: no such month, the wrong number of digits for their year, something around them.
    ("2413.09042", None),
    ("2400.09042", None),
    ("2401.0904", None),
    ("1412.99999", None),
    ("0703.0001", None),
    ("9901.0001", None),
    ("2401.090421", None),
    ("10.1000/2401.09042", None),
    ("v2401.09042", None),
    ("see 2401.09042", None),
    ("nosuch/9901001", None),
    ("hep-th/9913001", None),
    ("", None),
    ("x" * 5000, None),
]


@pytest.mark.parametrize(("said", "known"), ARXIV, ids=[a[:40] or "empty" for a, _ in ARXIV])
def test_an_arxiv_id(said: str, known: tuple[str, int | None] | None) -> None:
    assert identifiers.arxiv(said) == known


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("arXiv:2401.09042v1 [cs.LG]", "cs.LG"),
        ("math.GT/0309136", "math.GT"),
        ("hep-th/9901001 [hep-th]", "hep-th"),
        ("2401.09042", ""),
        ("nothing", ""),
    ],
)
def test_the_class_that_an_arxiv_id_names(said: str, known: str) -> None:
    assert identifiers.arxiv_class(said) == known


DOI = [
    ("10.1000/182", "10.1000/182"),
    ("doi:10.1000/182", "10.1000/182"),
    ("DOI: 10.1000/182", "10.1000/182"),
    ("https://doi.org/10.1000/182", "10.1000/182"),
    ("http://dx.doi.org/10.1000/182", "10.1000/182"),
    ("https://doi.org/10.1000%2F182", "10.1000/182"),
    ("https://doi.org/10.1000/182?utm=x", "10.1000/182"),
    ("10.1000/182.", "10.1000/182"),
    ("(10.1000/182)", None),
    ("10.1000/182)", "10.1000/182"),
    ("10.1016/S0140-6736(05)61097-1", "10.1016/S0140-6736(05)61097-1"),
    (
        "10.1002/(SICI)1097-4571(1999)50:1<2::AID-ASI2>3.0.CO;2-C",
        "10.1002/(SICI)1097-4571(1999)50:1<2::AID-ASI2>3.0.CO;2-C",
    ),
    ("10.1000.10/x_y", "10.1000.10/x_y"),
    ("urn:doi:10.1000/182", "10.1000/182"),
    ("10.1000/182 and 10.1000/183", None),
    ("11.1000/182", None),
    ("10.1000", None),
    ("10.1000/", None),
    ("10.1/182", None),
    ("", None),
]


@pytest.mark.parametrize(("said", "known"), DOI, ids=[d or "empty" for d, _ in DOI])
def test_a_doi(said: str, known: str | None) -> None:
    assert identifiers.doi(said) == known


def test_the_arxiv_doi_and_the_arxiv_id_are_one() -> None:
    assert identifiers.arxiv_doi("2401.09042") == "10.48550/arXiv.2401.09042"
    assert identifiers.arxiv_of_doi("10.48550/ARXIV.2401.09042") == "2401.09042"
    assert identifiers.arxiv_of_doi("10.48550/arXiv.2401.09042v2") == "2401.09042"
    assert identifiers.arxiv_of_doi("10.1000/182") is None
    assert identifiers.arxiv_of_doi("10.48550/arXiv.nonsense") is None


FREE = [
    (
        "We cite arXiv:2401.09042v2 and 10.1000/182, no more.",
        [("arxiv", "2401.09042"), ("doi", "10.1000/182")],
    ),
    ("See https://arxiv.org/abs/2401.09042.", [("arxiv", "2401.09042")]),
    ("(https://doi.org/10.1000/182)", [("doi", "10.1000/182")]),
    ("https://doi.org/10.48550/arXiv.2401.09042", [("arxiv", "2401.09042")]),
    ("login?next=%2Fpapers%2F2401.09042", [("arxiv", "2401.09042")]),
    ("PMID: 12345678 and PMC1234567", [("pmid", "12345678"), ("pmcid", "PMC1234567")]),
    ("https://openreview.net/forum?id=aBcD_123x", [("openreview", "aBcD_123x")]),
    ("https://aclanthology.org/2021.naacl-main.208/", [("acl", "2021.naacl-main.208")]),
    ("https://aclanthology.org/P19-1001.pdf", [("acl", "P19-1001")]),
    ("2401.09042, 2402.00001v3", [("arxiv", "2401.09042"), ("arxiv", "2402.00001")]),
    ("hep-th/9901001", [("arxiv", "hep-th/9901001")]),
    # A price, a version, a share, a piece of a number: none.
    ("It cost $2401.09042 and 12401.09042 or 2401.090423 %", []),
    ("version 1.2401.09042", []),
    ("10.1000/2401.09042", [("doi", "10.1000/2401.09042")]),
    ("no identifier at all", []),
    # A list without spaces; a comma that is part of a DOI.
    ("10.1000/a,10.1001/b;doi:10.1002/c", [("doi", f"10.100{n}/{'abc'[n]}") for n in range(3)]),
    (
        "https://doi.org/10.1000/a,https://doi.org/10.1001/b",
        [("doi", "10.1000/a"), ("doi", "10.1001/b")],
    ),
    (
        "10.1641/0006-3568(2004)54[0001:X],2.0,10.5",
        [("doi", "10.1641/0006-3568(2004)54[0001:X],2.0,10.5")],
    ),
]


@pytest.mark.parametrize(("said", "known"), FREE, ids=[f[:40] for f, _ in FREE])
def test_identifiers_in_free_text(said: str, known: list[tuple[str, str]]) -> None:
    assert [(hit.scheme, hit.value) for hit in identifiers.find(said)] == known


def test_a_hit_tells_where_it_stands() -> None:
    said = "as arXiv:2401.09042v2 [cs.LG] says"
    (hit,) = identifiers.find(said)
    assert said[hit.start : hit.end] == "arXiv:2401.09042v2 [cs.LG]"
    assert (hit.version, hit.primary_class) == (2, "cs.LG")


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("https://example.org/a.", "https://example.org/a"),
        ("https://example.org/a .", "https://example.org/a"),
        ("https://example.org/a_(b)", "https://example.org/a_(b)"),
        ("https://example.org/a)", "https://example.org/a"),
        ("https://example.org/a),", "https://example.org/a"),
        ("https://example.org/?q=1&b=2#c", "https://example.org/?q=1&b=2#c"),
        ("https://example.org/a”", "https://example.org/a"),
        ("https://example.org/a/", "https://example.org/a/"),
    ],
)
def test_the_full_stop_is_no_part_of_an_address(said: str, known: str) -> None:
    assert identifiers.trim_url(said.removesuffix(" .")) == known
    assert identifiers.urls(f"see {said} and more")[0] == known


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("Code: https://github.com/example/socks.", "https://github.com/example/socks"),
        ("Code at https://gitlab.com/a/b and https://github.com/c/d", "https://gitlab.com/a/b"),
        ("Page: https://example.github.io/socks", ""),
        ("https://github.com/example", ""),
        (
            "https://anonymous.4open.science/r/socks-1234/",
            "https://anonymous.4open.science/r/socks-1234/",
        ),
        ("no code", ""),
    ],
)
def test_the_code_of_a_paper(said: str, known: str) -> None:
    assert identifiers.code_url(said) == known


def test_a_url_names_what_it_begins_with() -> None:
    hit = identifiers.of_url("https://arxiv.org/abs/2401.09042v2")
    assert hit is not None
    assert (hit.scheme, hit.value, hit.version) == ("arxiv", "2401.09042", 2)
    assert identifiers.of_url("https://example.org/?see=https://arxiv.org/abs/2401.09042") is None


def test_what_a_record_is_known_by() -> None:
    record = Record(
        doi="10.48550/arXiv.2401.09042",
        eprint=Eprint(archive="arxiv", id="2401.09042", version=3),
        pmid="1",
        pmcid="PMC1",
        other_ids=("acl:P19-1001",),
        isbn="9783161484100",
    )
    assert identifiers.aliases(record) == {
        "doi:10.48550/arxiv.2401.09042", "arxiv:2401.09042", "pmid:1", "pmcid:PMC1", "acl:P19-1001"
    }  # fmt: skip
    # The ISBN of a book is its own; that of a chapter is the book's.
    assert "isbn:9783161484100" in identifiers.aliases(record.replace(type="book"))
    assert identifiers.aliases(Record(doi="10.1000/ABC")) == {"doi:10.1000/abc"}


@pytest.mark.parametrize(
    "hostile",
    [
        "10." + "1" * 200_000,
        "10.1000/" + "(" * 200_000,
        "https://" + "a." * 100_000,
        "arXiv" * 50_000,
        "2401." * 50_000,
        "%2F" * 100_000,
        "https://x/" + ")" * 100_000,
        "doi:" * 50_000,
        "10.1000/a" + "." * 200_000,
        "10.1000/a" + ",10.1000" * 50_000,
        "10.1000/a" + "," * 200_000,
        "a-" * 100_000,
        "//" * 100_000,
        "https://x/" + "(" * 9999 + ")" * 99_999,
    ],
    ids=lambda said: said[:12],
)
def test_hostile_text_is_searched_in_linear_time(hostile: str) -> None:
    start = time.process_time()
    list(identifiers.find(hostile))
    identifiers.urls(hostile)
    identifiers.code_url(hostile)
    identifiers.arxiv(hostile)
    identifiers.doi(hostile)
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("said", "doi"),
    [
        ("https://doi.org/10.1145/3292500.33307?casa_token=x", "10.1145/3292500.33307"),
        ("https://doi.org/10.1145/3292500.33307#sec-2", "10.1145/3292500.33307"),
        ("https://dl.acm.org/doi/10.1145/3292500.33307?cid=81", "10.1145/3292500.33307"),
        ("https://link.springer.com/content/pdf/10.1007/s11263-015.pdf", "10.1007/s11263-015"),
        ("https://www.frontiersin.org/articles/10.3389/fpsyg.2020/full", "10.3389/fpsyg.2020"),
        ("https://a.org/file?id=10.1371/journal.pone.1&type=printable", "10.1371/journal.pone.1"),
        ("https://www.biorxiv.org/content/10.1101/2020.01.01.1234v2.full.pdf",
         "10.1101/2020.01.01.1234"),
        ("https://onlinelibrary.wiley.com/doi/10.1002/(SICI)1097(1999)50:1<2::AID-A2>3.0.CO;2-C",
         "10.1002/(SICI)1097(1999)50:1<2::AID-A2>3.0.CO;2-C"),
        ("see doi:10.1002/(SICI)1097(1999)50:1<2::AID-A2>3.0.CO;2-C.",
         "10.1002/(SICI)1097(1999)50:1<2::AID-A2>3.0.CO;2-C"),
        ("[10.1000/182](https://doi.org/10.1000/182)", "10.1000/182"),
        # What is in no address is left as it is.
        ("doi:10.1000/x.pdf", "10.1000/x.pdf"),
        ("doi:10.1000/x?y=1", "10.1000/x?y=1"),
        ("https://doi.org/10.1000/a%3Fb", "10.1000/a?b"),
    ],
)  # fmt: skip
def test_what_an_address_says_behind_a_doi_is_none_of_it(said: str, doi: str) -> None:
    assert [hit.value for hit in identifiers.find(said)] == [doi]


@pytest.mark.parametrize("said", ["10.1002/(SICI)", "://10.1000/x", "10.1000/.pdf", "10.1000/x]("])
def test_hostile_dois_are_found_in_linear_time(said: str) -> None:
    start = time.process_time()
    list(identifiers.find(said * 50_000))
    assert time.process_time() - start < 10
