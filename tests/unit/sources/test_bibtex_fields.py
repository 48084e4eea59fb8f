"""Fields of .bib files as people and exporters write them."""

import pytest

from paperexport import Normalized, Record, read
from paperexport.record import Name
from paperexport.sources import bibtex


def record(fields: str, kind: str = "article") -> Record:
    (found,) = read(f"@{kind}{{k, title={{T}}, {fields}}}".encode(), source_name="bibtex")
    assert isinstance(found, Normalized)
    return found.record


@pytest.mark.parametrize(
    ("tex", "address"),
    [
        (r"\url{http://a.org/c_d}", "http://a.org/c_d"),
        (r"\href{http://a.org/c}{the page}", "http://a.org/c"),
        ("{http://a.org/c}", "http://a.org/c"),
        (r"http://a.org/c{\_}d\%20e\#f", "http://a.org/c_d%20e#f"),
        (r"http://a.org/{\textasciitilde}x", "http://a.org/~x"),
        (r"http://a.org/\textasciitilde{}x", "http://a.org/~x"),
        (r"http://a.org/\~{}x", "http://a.org/~x"),
        (r"http://a.org/$\sim$x", "http://a.org/~x"),
        ("http://a.org/?q=$1", "http://a.org/?q=$1"),
        ("http://a.org/07\n   4-5.pdf", "http://a.org/074-5.pdf"),
    ],
)
def test_an_address_comes_out_of_its_tex(tex: str, address: str) -> None:
    assert record(f"url={{{tex}}}").url == address


@pytest.mark.parametrize(
    ("tex", "doi"),
    [
        # Without the rest it would be the DOI of the whole book.
        (r"10.1007/978-3-319-11662-4{\_}12", "10.1007/978-3-319-11662-4_12"),
        (r"10.1002/(SICI)1097(1999)50:1$<$2::AID-A2$>$3.0.CO;2-C",
         "10.1002/(SICI)1097(1999)50:1<2::AID-A2>3.0.CO;2-C"),
        (r"10.1002/(SICI)1097(1999)50:1\textless{}2::AID-A2\textgreater3.0.CO;2-C",
         "10.1002/(SICI)1097(1999)50:1<2::AID-A2>3.0.CO;2-C"),
        (r"\href{https://doi.org/10.1000/182}{10.1000/182}", "10.1000/182"),
    ],
)  # fmt: skip
def test_a_doi_comes_out_of_its_tex(tex: str, doi: str) -> None:
    found = record(f"doi={{{tex}}}")
    assert (doi, ()) == (found.doi, found.other_ids)


def test_an_eprint_in_braces() -> None:
    found = record("eprint={{2401.00007}}, archiveprefix={arXiv}", "misc")
    assert found.eprint is not None
    assert found.eprint.id == "2401.00007"


def test_an_address_is_no_container() -> None:
    found = record(r"url={https://a.org/x}, howpublished={GitHub, \url{https://a.org/y_z}}", "misc")
    assert (found.container_title, found.url) == ("", "https://a.org/x")
    assert found.custom == {"howpublished": "GitHub, https://a.org/y_z"}


def test_what_is_said_beside_an_address_is_kept() -> None:
    found = record(r"howpublished={Code at \url{https://a.org/y_z}}", "misc")
    assert found.url == "https://a.org/y_z"
    assert found.custom == {"howpublished": "Code at https://a.org/y_z"}


@pytest.mark.parametrize(
    ("fields", "issued"),
    [
        ('year=2001, month=jan # "~10"', "2001-01-10"),  # btxdoc, 3.2
        ('year=2001, month="10~" # jan', "2001-01-10"),
        ("year=2001, month=jan", "2001-01"),
        ('year=2001, month=jun # "--" # jul', "2001-06/2001-07"),
        ("year=2001, month={June/July}", "2001-06/2001-07"),
        ("year={May 2024}", "2024-05"),
        ("year={2024-05-07}", "2024-05-07"),
        ("year={2024 (in press)}", "2024"),
        ("date={2001-21}", "2001"),
        ("year={-44}, month=mar", "-0044-03"),
        ("year={0079}", "0079"),
        ("date={2001/..}", "2001"),
    ],
)
def test_a_date(fields: str, issued: str) -> None:
    assert str(record(fields).issued) == issued


def test_an_old_id_in_the_place_of_a_volume_is_no_volume() -> None:
    found = record("journal={CoRR}, volume={cs.LG/0408001}")
    assert found.volume == ""
    assert found.eprint is not None
    assert found.eprint.id == "cs/0408001"


def test_a_comma_behind_a_name() -> None:
    assert record("author={Smith, John,}").author == (Name(family="Smith", given="John"),)


@pytest.mark.parametrize(
    "said",
    [
        "King, Jr., Martin Luther",
        "King, Martin Luther, Jr.",
        "Martin Luther King, Jr.",
        "Martin Luther King Jr.",
    ],
)
def test_junior_is_nobodys_name(said: str) -> None:
    king = Name(family="King", given="Martin Luther", suffix="Jr.")
    assert record(f"author={{{said}}}").author == (king,)


def test_a_list_with_commas_alone_is_not_one_person() -> None:
    said = "Smith, J., Doe, K., Roe, L."
    assert record(f"author={{{said}}}").author == (Name(literal=said),)


def test_several_addresses_in_one_field() -> None:
    data = b"@misc{k, title={T}, url={http://a.org/b; http://a.org/c}}"
    (found,) = read(data, source_name="bibtex")
    assert isinstance(found, Normalized)
    assert found.record.url == "http://a.org/b"
    assert found.record.custom == {"url": ("http://a.org/c",)}
    assert [told.code for told in found.diagnostics] == ["identifier-several"]


@pytest.mark.parametrize(
    ("field", "said", "kept"),
    [
        ("isbn", "0-8186-0621-5 (paper), 0-8186-8461-9 (micro), 0-8186-4621-0",
         "0818606215 0818684619 0818646210"),
        ("issn", "0302-9743 (print), 1611-3349", "0302-9743 1611-3349"),
        ("pmid", "PMID: 31012345", "31012345"),
    ],
)  # fmt: skip
def test_numbers_are_kept_as_numbers(field: str, said: str, kept: str) -> None:
    assert getattr(record(f"{field}={{{said}}}"), field) == kept
    assert getattr(record(f"{field}={{{kept}}}"), field) == kept


def test_the_publisher_is_not_who_organised() -> None:
    found = record("organization={Sock Society}, publisher={Sock Press}", "inproceedings")
    assert (found.publisher, found.custom) == ("Sock Press", {"organization": "Sock Society"})
    assert record("organization={Sock Society}", "inproceedings").publisher == "Sock Society"


def test_an_issue_with_a_name_and_a_number() -> None:
    found = record("journal={Socks}, issue={Spring}, number={3}")
    assert (found.issue, found.number) == ("Spring", "3")


def test_what_bibtex_alone_sorts_by_is_not_read() -> None:
    found = record(r"volume={{\noopsort{1984a}}A}, author={{\SortNoop{x}}Smith, J}")
    assert found.volume == "A"
    assert found.author == (Name(family="Smith", given="J"),)


@pytest.mark.parametrize(("kind", "author"), [("inbook", "Knuth"), ("inproceedings", "")])
def test_a_part_of_a_book_is_by_its_authors(kind: str, author: str) -> None:
    data = f"@{kind}{{a, title={{T}}, crossref={{w}}}}\n@book{{w, title={{W}}, author={{Knuth}}}}"
    part = next(iter(read(data.encode(), source_name="bibtex")))
    assert isinstance(part, Normalized)
    assert " ".join(map(str, part.record.author)) == author


@pytest.mark.parametrize("said", ["\\url{", "$ ", "{\\_}", "\\href{", "$\\sim$", "\\~{}"])
def test_hostile_addresses_are_read_in_linear_time(said: str) -> None:
    assert len(bibtex._verbatim(said * 200_000)) <= len(said) * 200_000


@pytest.mark.parametrize(
    ("tex", "title"),
    [
        ("Hope in <i>The Scar</i>", "Hope in The Scar"),
        ("Cu<sub>2</sub>O", "Cu₂O"),
        ("Socks &amp; Shoes", "Socks & Shoes"),
        (r"Socks \&amp; Shoes", "Socks & Shoes"),
        (r"Socks {\&}amp; Shoes", "Socks & Shoes"),
        # What is meant as a sign is one.
        (r"a \textless{}i\textgreater{} b \textless{}/i\textgreater{}", "a <i> b </i>"),
        (r"\&{}amp; in pages", "&amp; in pages"),
        ("x < y > z", "x < y > z"),
    ],
)
def test_what_an_export_left_of_a_page(tex: str, title: str) -> None:
    (found,) = read(f"@misc{{k, title={{{tex}}}}}".encode(), source_name="bibtex")
    assert isinstance(found, Normalized)
    assert found.record.title == title


def test_keywords_as_the_web_of_science_writes_them() -> None:
    found = record("keywords={{comfort; heat, dry; air}}")
    assert found.keywords == ("comfort", "heat, dry", "air")
    # One that holds a separator is told by a comma behind it.
    assert record("keywords={{comfort; heat},}").keywords == ("comfort; heat",)


@pytest.mark.parametrize(
    ("tex", "journal"),
    [(r"\mnras", "MNRAS"), (r"{\apj}", "ApJ"), (r"\prd", "Phys. Rev. D"), (r"\mine", r"\mine")],
)
def test_journals_by_the_macros_of_astronomers(tex: str, journal: str) -> None:
    assert record(f"journal={{{tex}}}").container_title == journal
