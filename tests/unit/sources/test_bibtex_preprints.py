"""Preprints as people, DBLP, Google Scholar and publishers write them."""

import io

import pytest

from paperexport.entry import Entry
from paperexport.normalization import normalize
from paperexport.sources.bibtex import Bibtex


@pytest.mark.parametrize(
    ("fields", "identifier"),
    [
        ("journal = {arXiv preprint arXiv:2401.00007}", "2401.00007"),
        ("journal = {arXiv preprint arXiv:2401.00007v2}", "2401.00007"),
        ("journal = {ArXiv e-prints, 1706.03762 [cs.CL]}", "1706.03762"),
        ("journal = {arXiv:hep-th/9901001}", "hep-th/9901001"),
        ("journal = {arXiv preprint math.GT/0309136}", "math/0309136"),
        ("journal = {CoRR}, volume = {abs/1706.03762}", "1706.03762"),
        ("journal = {CoRR}, eprint = {1706.03762}", "1706.03762"),
        ("howpublished = {\\url{https://arxiv.org/abs/1706.03762}}", "1706.03762"),
    ],
)
def test_a_preprint_is_told(fields: str, identifier: str) -> None:
    data = f"@article{{k, title={{T}}, year={{2024}}, {fields}}}".encode()
    (entry,) = Bibtex().read(io.BytesIO(data), "x.bib")
    assert isinstance(entry, Entry)
    record = normalize(entry).record
    assert record.eprint is not None
    assert record.eprint.id == identifier
    assert record.container_title == ""
    assert record.type == "article" or "howpublished" in fields


@pytest.mark.parametrize("journal", ["Arxiv Studies", "Journal of arXiv 2401", "CoRR"])
def test_a_journal_of_such_a_name_is_one(journal: str) -> None:
    data = f"@article{{k, title={{T}}, year={{2024}}, journal={{{journal}}}}}".encode()
    (entry,) = Bibtex().read(io.BytesIO(data), "x.bib")
    assert isinstance(entry, Entry)
    record = normalize(entry).record
    assert (record.container_title, record.type) == (journal, "article-journal")


def test_a_part_has_the_year_of_its_book_and_not_its_identifiers() -> None:
    data = (
        b"@inbook{part, title={P}, crossref={whole}}\n@book{whole, title={W}, year={1990}, "
        b"doi={10.1000/w}, publisher={H}, abstract={All of it.}}\n"
    )
    part = next(iter(Bibtex().read(io.BytesIO(data), "x.bib")))
    assert isinstance(part, Entry)
    record = normalize(part).record
    assert (record.container_title, record.publisher, str(record.issued)) == ("W", "H", "1990")
    assert (record.doi, record.abstract) == ("", "")
