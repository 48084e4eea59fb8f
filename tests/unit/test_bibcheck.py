"""What is doubtful in a .bib file."""

from typing import get_args, get_type_hints

import pytest

from paperexport import diagnostics
from paperexport.bibcheck import CODES, Finding, check, fix
from paperexport.bibdocument import Document

HEAD = "@article{k, author={A, B}, title={T}, journal={J}, year={2000}"


@pytest.mark.parametrize(
    ("field", "code", "repaired"),
    [
        ("doi={https://doi.org/10.1000/182}", "identifier-spelling", "10.1000/182"),
        ("doi={doi:10.1000/182}", "identifier-spelling", "10.1000/182"),
        ("doi={10.1000}", "identifier-broken", None),
        ("eprint={arXiv:2401.09042v2}, archivePrefix={arXiv}", "identifier-spelling",
         "2401.09042v2"),
        ("eprint={2401.0904}, archivePrefix={arXiv}", "identifier-broken", None),
        ("url={https://example.org/a.}", "url-punctuation", "https://example.org/a"),
        ("pages={12-34}", "page-dash", "12--34"),
        ("pages={e12 – e34, 7:1-7:9}", "page-dash", "e12--e34, 7:1--7:9"),
        ("editor={C, D et al.}", "et-al", "C, D and others"),
        ("title={again}", "duplicate-field", None),
    ],
)  # fmt: skip
def test_one_field(field: str, code: str, repaired: str | None) -> None:
    document = Document(f"{HEAD}, {field}}}".encode(), "x.bib")
    findings = check(document)
    assert [f.code for f in findings] == [code]
    assert findings[0].fix == repaired
    after = fix(document, findings).apply().decode() if repaired else ""
    assert (f"{{{repaired}}}" in after) == (repaired is not None)
    if repaired:
        assert check(Document(after.encode())) == []


@pytest.mark.parametrize(
    "field",
    ["doi={10.1000/182}", "doi={10.1000/a\\_b}", "eprint={2401.09042}, archivePrefix={arXiv}",
     "eprint={2401.09042v3}, eprinttype={arxiv}", "eprint={1234}, eprinttype={jstor}",
     "pages={12--34}", "pages={e12}", "pages={2008-01-02}", "pages={A-1-A-9}",
     "pages={12--34, 40--41}", "doi={}", "eprint={}", "url={https://en.example.org/wiki/A_(b)}",
     "editor={C, D and others}", "month=jan"],
)  # fmt: skip
def test_what_is_right(field: str) -> None:
    assert check(Document(f"{HEAD}, {field}}}".encode())) == []


def test_files() -> None:
    data = (
        "@book{a, author={X}, title={Y}, publisher={Z}, year={soon}}\n"
        "@misc{b, title={Socks}, author={L, A}, year={2024}, doi={10.1000/x}}\n"
        "@misc{c, title={Socks!}, author={L, A}, year={2024}, doi={10.1000/X}}\n"
        "@misc{B, title={Else}}\n"
        "@article{d, title={No Journal}, author={L}, year={2024}}\n"
        "@misc{broken, title={x\n"
    )
    found = [(f.code, f.key, f.line) for f in check(Document(data.encode()), frozenset("abcd"))]
    assert found == [
        ("year-doubtful", "a", 1),
        ("duplicate-work", "c", 3),
        ("duplicate-key", "B", 4),
        ("unused", "B", 4),
        ("field-missing", "d", 5),
        ("bibtex-damaged", "", 6),
    ]


@pytest.mark.parametrize("data", ["", "2401.09042\n10.1000/182\n", "% a remark\n"])
def test_what_is_no_bibliography_is_not_passed_in_silence(data: str) -> None:
    assert [f.code for f in check(Document(data.encode()))] == ["nothing-found"]
    assert check(Document(b"@string{a = {x}}\n")) == []


def test_each_code_says_what_it_means() -> None:
    codes = set(get_args(get_type_hints(Finding)["code"]))
    assert codes - CODES.keys() <= diagnostics.CODES.keys()
    assert codes >= CODES.keys()


def test_an_empty_field_is_missing() -> None:
    data = b"@article{k, author={A, B}, title={ }, journal={J}, year=2000}\n"
    assert [(f.code, f.message) for f in check(Document(data))] == [
        ("field-missing", "@article has no title")
    ]


def test_a_repair_is_made_where_the_doubt_is() -> None:
    data = "@misc{k, title={T}, doi={10.1000/1}}\n@misc{k, title={U}, doi={doi:10.1000/182}}\n"
    document = Document(data.encode(), "x.bib")
    after = fix(document, check(document)).apply().decode()
    assert after == data.replace("doi:", "")
