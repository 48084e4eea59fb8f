"""Preprints as people, DBLP, Google Scholar and publishers write them."""

import io

import pytest

from paperexport.entry import Entry
from paperexport.normalization import normalize
from paperexport.record import Eprint, Record
from paperexport.sources.bibtex import Bibtex


def record(entry: str) -> Record:
    (found,) = Bibtex().read(io.BytesIO(entry.encode()), "x.bib")
    assert isinstance(found, Entry)
    return normalize(found).record


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


@pytest.mark.parametrize(
    ("note", "identifier", "left"),
    [
        ("arXiv:2401.09042", "2401.09042", ""),
        ("arXiv preprint arXiv:2401.09042v2", "2401.09042", ""),
        ("arXiv:2401.09042 [cs.CL]", "2401.09042", ""),
        ("arXiv:2401.09042 [cs, stat]", "2401.09042", ""),
        ("See arXiv:2401.09042 for proofs", "", "See arXiv:2401.09042 for proofs"),
    ],
)
def test_a_note_that_is_an_arxiv_id(note: str, identifier: str, left: str) -> None:
    found = record(f"@inproceedings{{k, title={{T}}, booktitle={{B}}, note={{{note}}}}}")
    assert found.type == "paper-conference"
    assert (found.eprint.id if found.eprint else "", found.note) == (identifier, left)


def test_a_note_that_says_more_than_the_eprint_stays() -> None:
    fields = "title={T}, eprint={2401.09042}, archiveprefix={arXiv}"
    assert record(f"@misc{{k, {fields}, note={{arXiv:2401.09042}}}}").note == ""
    assert record(f"@misc{{k, {fields}, note={{arXiv:2401.09042v3}}}}").note == "arXiv:2401.09042v3"
    assert record(f"@misc{{k, {fields}, note={{arXiv:2401.00001}}}}").note == "arXiv:2401.00001"


@pytest.mark.parametrize("note", ["doi: 10.1000/182", "doi: DOI: 10.1000/182",
                                  "https://doi.org/10.1000/182"])  # fmt: skip
def test_a_note_that_is_a_doi(note: str) -> None:
    found = record(f"@article{{k, title={{T}}, note={{{note}}}}}")
    assert (found.doi, found.note) == ("10.1000/182", "")
    kept = record(f"@article{{k, title={{T}}, doi={{10.1000/1}}, note={{{note}}}}}")
    assert (kept.doi, kept.note) == ("10.1000/1", note)


def test_the_archive_of_an_old_id_stands_beside_it() -> None:
    """Mendeley's; the id alone would be no id."""
    found = record("@article{k, title={T}, journal={J}, archivePrefix={arXiv}, "
                   "eprint={0009418v1}, primaryClass={arXiv:cond-mat}}")  # fmt: skip
    assert found.eprint == Eprint(archive="arxiv", id="cond-mat/0009418", version=1)


def test_an_arxiv_journal_is_told_by_its_address() -> None:
    found = record("@article{k, title={T}, journal={ArXiv e-prints}, year={2011}, "
                   "url={http://arxiv.org/abs/1112.5726}}")  # fmt: skip
    assert (found.type, found.container_title) == ("article", "")
    assert found.eprint is not None
    assert found.eprint.id == "1112.5726"
