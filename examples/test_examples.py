"""Each example does what examples/README.md says of it."""

from pathlib import Path

import paperexport

HERE = Path(__file__).parent


def reading(name: str) -> paperexport.Reading:
    """The papers of one example."""
    return paperexport.gather(paperexport.read(HERE / name, locator=name))


def test_the_search_page() -> None:
    """Eight papers, with titles and abstracts, and nothing invented."""
    found = reading("program-synthesis-search.txt")
    assert len(found.records) == 8
    assert all(record.title and record.abstract for record in found.records)
    assert {record.missing for record in found.records} == {("author", "issued", "identifier")}
    assert found.records[0].code_url == "https://github.com/example/guess-check-repeat"
    assert found.diagnostics == ()


def test_the_identifiers() -> None:
    """Five papers; a trailing full stop is no part of a DOI."""
    found = reading("identifiers.txt")
    assert [record.doi for record in found.records] == [
        "10.48550/arXiv.1706.03762",
        "10.48550/arXiv.hep-th/9901001",
        "10.48550/arXiv.2401.09042",
        "10.1038/nature14539",
        "10.48550/arXiv.2010.11929",
    ]
    assert found.diagnostics == ()


def test_the_readme_lists_each_example() -> None:
    """No example without its line."""
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    listed = {p.name for p in HERE.iterdir() if not p.name.startswith((".", "_"))}
    for name in listed - {"README.md"}:
        assert name in readme


def test_the_latex_project() -> None:
    """What it cites is in its bibliography, and nothing in that is doubtful."""
    from paperexport.bibcheck import check
    from paperexport.bibdocument import Document
    from paperexport.texproject import read

    project = read(HERE / "latex-project" / "main.tex")
    document = Document((HERE / "latex-project" / "refs.bib").read_bytes())
    assert {c.key for c in project.citations} == {b.key for b in document.entries}
    assert check(document) == []
