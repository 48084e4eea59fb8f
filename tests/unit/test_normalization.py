"""Entry → record: each field, each doubt, and that nothing is lost."""

from collections.abc import Mapping
from typing import Any

import pytest

from paperexport.entry import Entry
from paperexport.normalization import Normalized, entry_of, lacks, normalize
from paperexport.record import Eprint, Name, Origin, PartialDate, Record
from paperexport.testing import CHANGES, COMPLETE

HERE = Origin(source="test", locator="page.txt", line=3)


def made(markup: tuple[str, ...] = ("tex",), **fields: Any) -> Normalized:
    return normalize(Entry(fields=fields, origin=HERE, markup=markup))  # type: ignore[arg-type]


def record(**fields: Any) -> Record:
    return made(**fields).record


def codes(found: Normalized) -> list[str]:
    return [d.code for d in found.diagnostics]


@pytest.mark.parametrize(
    ("field", "said", "known"),
    [
        ("title", "  A\u00a0Study\n of  Socks ", "A Study of Socks"),
        ("title", "E\u0301tude", "Étude"),
        ("title", r"\textbf{Bold} G{\"o}del and $x^2$", "Bold Gödel and $x^2$"),
        ("abstract", "One line\nwrapped.\n\nTwo.", "One line wrapped.\n\nTwo."),
        ("page", "12--34", "12-34"),
        ("page", "12 – 34", "12-34"),
        ("page", "366 - 374", "366-374"),
        ("page", "5:1—-5:8", "5:1-5:8"),
        ("page", "1468-1468", "1468"),
        ("page", "e12-7", "e12-7"),
        ("isbn", "978-3-16-148410-0", "9783161484100"),
        ("doi", "https://doi.org/10.1000/182.", "10.1000/182"),
        ("url", "https://example.org/a.", "https://example.org/a"),
        ("url", "https://example.org/my file.pdf", "https://example.org/my%20file.pdf"),
        ("url", 'https://example.org/?q="a|b"&c', "https://example.org/?q=%22a%7Cb%22&c"),
        ("url", "https://example.org/?a=1&amp;b=2&#38;c=3", "https://example.org/?a=1&b=2&c=3"),
        ("keywords", "socks; sorting", ("socks", "sorting")),
        ("keywords", ("socks", " sorting, stable "), ("socks", "sorting, stable")),
        ("issued", "May 2024", PartialDate(year=2024, month=5)),
        ("author", "Ada Lovelace and Emmy Noether",
         (Name(family="Lovelace", given="Ada"), Name(family="Noether", given="Emmy"))),
        ("author", ("Lovelace, Ada",), (Name(family="Lovelace", given="Ada"),)),
        ("author", (Name(family="van der Berg", given="Jan"),),
         (Name(family="Berg", given="Jan", particle="van der"),)),
        ("author", (Name(family="d'Alembert", given="Jean"),),
         (Name(family="d'Alembert", given="Jean"),)),
        ("author", (Name(family="Aubignac", given="F.", particle="abbé d'"),),
         (Name(family="d'Aubignac", given="F.", particle="abbé"),)),
        # DBLP's number, as it comes through other programs.
        ("author", (Name(family="0003", given="Wei Wang"),),
         (Name(family="Wang", given="Wei"),)),
        ("author", (Name(family="Wang 0003", given="Wei"),),
         (Name(family="Wang", given="Wei"),)),
        ("author", (Name(family="0003", given="Wei"),), (Name(literal="Wei"),)),
        ("author", (Name(family="Klee, Jr.", given="V. L."),),
         (Name(family="Klee", given="V. L.", suffix="Jr."),)),
        ("author", (Name(family="Xingyu"),), (Name(literal="Xingyu"),)),
        ("author", (Name(given="Plato"),), (Name(literal="Plato"),)),
        ("author", (Name(literal="X", orcid="https://orcid.org/0000-0002-1825-0097"),),
         (Name(literal="X", orcid="0000-0002-1825-0097"),)),
    ],
)  # fmt: skip
def test_a_field(field: str, said: Any, known: Any) -> None:
    assert getattr(record(**{field: said}), field) == known


def test_markup_is_resolved_where_it_may_stand() -> None:
    """On a Daily Papers page ``<think>`` is a word; in JATS ``<i>`` is none."""
    said = "<i>Socks</i> &amp; <think>"
    assert record(title=said, markup=("tex",)).title == said
    assert record(title=said, markup=("html",)).title == "Socks & <think>"
    assert record(title=said, markup=()).title == said
    assert record(title=r"a \& b", markup=()).title == r"a \& b"


def test_an_arxiv_id_gives_eprint_doi_and_address() -> None:
    found = record(arxiv="arXiv:2401.09042v2 [cs.LG]")
    assert found.type == "article"
    assert found.eprint == Eprint(
        archive="arxiv", id="2401.09042", version=2, primary_class="cs.LG"
    )
    assert found.doi == "10.48550/arXiv.2401.09042"
    assert found.url == "https://arxiv.org/abs/2401.09042"
    assert set(found.origins) >= {"eprint", "doi", "url"}


def test_the_old_scheme() -> None:
    found = record(arxiv="math.GT/0309136")
    assert found.eprint == Eprint(archive="arxiv", id="math/0309136", primary_class="math.GT")
    assert found.doi == "10.48550/arXiv.math/0309136"


@pytest.mark.parametrize(
    "fields",
    [
        {"doi": "10.48550/arXiv.2401.09042"},
        {"doi": "https://doi.org/10.48550/ARXIV.2401.09042v3"},
        {"url": "https://arxiv.org/abs/2401.09042"},
        {"url": "https://huggingface.co/papers/2401.09042"},
        {"eprint": Eprint(archive="arXiv", id="arXiv:2401.09042")},
    ],
)
def test_an_arxiv_paper_is_known_by_any_of_its_names(fields: Mapping[str, Any]) -> None:
    found = record(**fields)
    assert found.eprint is not None
    assert (found.eprint.archive, found.eprint.id) == ("arxiv", "2401.09042")
    assert found.doi == "10.48550/arXiv.2401.09042"


def test_a_publishers_doi_is_not_replaced() -> None:
    found = record(arxiv="2401.09042", doi="10.1000/182", url="https://example.org/p")
    assert (found.doi, found.url) == ("10.1000/182", "https://example.org/p")
    assert found.eprint is not None


def test_a_publication_without_a_doi_gets_none_of_arxivs() -> None:
    assert record(type="paper-conference", arxiv="2401.09042").doi == ""


@pytest.mark.parametrize(
    ("url", "field", "value"),
    [
        ("https://doi.org/10.1000/182", "doi", "10.1000/182"),
        ("https://openreview.net/forum?id=aBcD_123x", "other_ids", ("openreview:aBcD_123x",)),
        ("https://aclanthology.org/P19-1001", "other_ids", ("acl:P19-1001",)),
        ("https://pubmed.ncbi.nlm.nih.gov/12345678/", "pmid", "12345678"),
    ],
)
def test_an_address_that_is_an_identifier(url: str, field: str, value: object) -> None:
    found = record(title="T", url=url)
    assert getattr(found, field) == value
    assert found.url == url


@pytest.mark.parametrize(
    "said", ["<Go to ISI>://000272728400001", "<Go to WoS>://WOS:000272728400001"]
)
def test_endnotes_address_of_the_web_of_science_is_an_identifier(said: str) -> None:
    found = record(title="T", url=said)
    assert (found.url, found.other_ids) == ("", ("wos:000272728400001",))


def test_what_is_no_pubmed_id_is_none() -> None:
    found = made(title="T", pmid="Cambridge University Press")
    assert found.record.pmid == ""
    assert found.record.custom["pmid"] == "Cambridge University Press"
    assert codes(found) == ["identifier-unread"]


def test_what_cannot_be_read_is_kept_as_printed() -> None:
    found = made(title="T", arxiv="99x", doi="none yet", issued="Oct 1")
    assert found.record.custom == {"arxiv": "99x", "doi": "none yet", "issued": "Oct 1"}
    assert sorted(codes(found)) == ["date-unread", "identifier-unread", "identifier-unread"]
    assert {d.origin for d in found.diagnostics} == {HERE}
    assert (found.record.doi, found.record.issued, found.record.eprint) == ("", None, None)


def test_several_dois_in_one_field() -> None:
    found = made(title="T", doi="10.1000/182 10.1000/183")
    assert found.record.doi == "10.1000/182"
    assert found.record.other_ids == ("doi:10.1000/183",)
    assert codes(found) == ["identifier-several"]


def test_a_listing_day_is_never_a_date() -> None:
    found = record(title="T", listed="2024-05-07")
    assert found.issued is None
    assert found.custom == {"listed": "2024-05-07"}


def test_what_a_record_has_no_field_for_is_kept() -> None:
    found = record(title="T", upvotes="17", ai_keywords=("a", " b "), organization="Sock Labs")
    assert found.custom == {"upvotes": "17", "ai_keywords": ("a", "b"), "organization": "Sock Labs"}


@pytest.mark.parametrize(
    ("author", "others"),
    [
        ("Ada Lovelace et al.", None),
        (("Ada Lovelace", "et al."), None),
        (("Ada Lovelace",), "et al."),
    ],
)
def test_a_cut_list_is_marked_and_names_nobody_more(author: Any, others: str | None) -> None:
    found = record(title="T", author=author, **({"others": others} if others else {}))
    assert found.author == (Name(family="Lovelace", given="Ada"),)
    assert found.incomplete == ("author",)


def test_code_is_taken_from_the_abstract_or_the_comment_and_never_over_what_is_said() -> None:
    abstract = "Our code: https://github.com/example/socks."
    assert record(abstract=abstract).code_url == "https://github.com/example/socks"
    assert record(title="T", comment=abstract).code_url == "https://github.com/example/socks"
    assert record(abstract=abstract, code_url="https://gitlab.com/a/b").code_url.endswith("a/b")
    assert record(abstract="Page: https://example.org").code_url == ""


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"abstract": "This paper has been withdrawn by the author."}, "withdrawn"),
        ({"comment": "This submission was withdrawn because of an error."}, "withdrawn"),
        ({"abstract": "We study how socks are withdrawn from drawers."}, ""),
        ({"abstract": "This paper has been withdrawn.", "status": "in press"}, "in press"),
    ],
)
def test_withdrawn(fields: Mapping[str, str], status: str) -> None:
    assert record(title="T", arxiv="2401.09042", **fields).status == status


def test_what_nothing_says_a_type_of_is_a_document() -> None:
    assert record(title="T").type == "document"
    assert record(title="T", arxiv="2401.09042").type == "article"
    assert record(title="T", type="book", arxiv="2401.09042").type == "book"


def test_an_entry_without_title_and_identifier_is_told() -> None:
    assert codes(made(abstract="Socks.")) == ["title-missing"]
    assert codes(made(arxiv="2401.09042")) == []


def test_the_key_of_the_page_is_kept() -> None:
    assert made(title="T", citation_key=" sock:2024 ").key == "sock:2024"


def test_every_field_says_where_it_came_from() -> None:
    there = Origin(source="other", locator="x", line=9)
    found = record(title="T", abstract="A", origins={"abstract": there})
    assert found.origins == {"title": HERE, "abstract": there}


@pytest.mark.parametrize("field", sorted(CHANGES))
def test_a_record_with_everything_stays_as_it_is(field: str) -> None:
    for one in (COMPLETE, COMPLETE.replace(**{field: CHANGES[field]})):
        again = normalize(entry_of(one)).record
        assert again == one
        assert again.origins["title"] == one.origins["title"]


def test_what_a_citation_lacks() -> None:
    said = lacks(Record(title="T"), HERE)
    assert said is not None
    assert said.code == "fields-missing"
    assert said.message == "no author, no issued, no identifier"
    assert said.origin == HERE
    assert lacks(COMPLETE) is None


HOSTILE = [
    "\x00",
    "\ud800",
    "\u202e",
    *(char * 20_000 for char in ("$", "{", "<", "&", "\\", "\n", "\u0301")),
    "\\input{x}",
    "%",
    "et al.",
]


@pytest.mark.parametrize("said", HOSTILE, ids=lambda said: ascii(said[:9]))
def test_no_text_breaks_it(said: str) -> None:
    names = (
        "title",
        "abstract",
        "author",
        "issued",
        "doi",
        "arxiv",
        "url",
        "page",
        "isbn",
        "type",
        "keywords",
        "eprint",
        "listed",
        "language",
        "note",
        "primary_class",
    )
    fields = dict.fromkeys(names, said)
    for markup in ((), ("tex",), ("html", "tex")):
        found = normalize(Entry(fields=fields, origin=HERE, markup=markup)).record  # type: ignore[arg-type]
        assert not any(char in found.title for char in "\x00\ud800\u202e\n")
        assert normalize(entry_of(found)).record == found


@pytest.mark.parametrize("name", ["custom", "origins"])
def test_a_field_of_a_file_that_is_named_as_ours_is_one_like_any_other(name: str) -> None:
    found = normalize(Entry(fields={"title": "A", name: "said"}, origin=Origin()))
    assert found.record.custom == {name: "said"}
