"""Zotero's own test cases for its BibTeX and RIS importers, read by ours.

Title, creators, year, DOI, address, pages, volume and container of every item are compared; where
ours differs the reason is listed, so that a new difference is seen.
"""

import json
import re

import pytest

import shared
from paperexport import Normalized, Record, read
from paperexport.plugins import Registry
from paperexport.text import fold

YEAR_0 = "a placeholder such as `PY  - Year` is no year, and no paper is of the year 0"
OTHER_TYPE = "a type of Zotero's own; what its tags mean there says no other reader"
WHY: dict[tuple[str, int, int, str], str] = {
    ("BibTeX", 2, 0, "page"): "a dash in a page range is written as a hyphen in a record",
    ("BibTeX", 3, 0, "author"): '"von Hicks, III, Michael" is family, suffix, given (btxhak, 4)',
    ("BibTeX", 6, 0, "title"): "maths stays maths; Zotero renders it",
    ("BibTeX", 6, 0, "container_title"): "maths stays maths; Zotero renders it",
    ("RIS", 2, 7, "container_title"): "T2 is the book's title; Zotero takes J2, its abbreviation",
    ("RIS", 2, 8, "title"): "TI is the title; Zotero takes ST, the short one",
    ("RIS", 2, 44, "title"): "TI is the title; Zotero takes ST, the short one",
    ("RIS", 2, 14, "author"): "a sponsor is no author",
    ("RIS", 2, 15, "author"): "a funding agency is no author",
    ("RIS", 2, 24, "author"): OTHER_TYPE,
    ("RIS", 2, 27, "container_title"): OTHER_TYPE,
    ("RIS", 2, 45, "author"): "an advisor is no author",
    ("RIS", 4, 3, "volume"): "VL is the volume; Zotero takes a line of the notes",
    ("RIS", 4, 4, "volume"): "VL is the volume; Zotero takes a line of the notes",
    ("RIS", 4, 7, "volume"): "VL is the volume; Zotero takes a line of the notes",
    ("RIS", 4, 10, "container_title"): "no tag says it; Zotero takes a line of the notes",
    ("RIS", 4, 12, "author"): "a supervisor is no author",
}
AUTHORS = frozenset(("author", "programmer", "contributor", "inventor", "artist"))


def said(item: dict, field: str) -> str:
    """What Zotero expects, in a shape to be compared; empty where it expects nothing."""
    if field == "title":
        return fold(re.sub("<[^>]+>", "", item.get("title") or item.get("caseName")
                           or item.get("nameOfAct") or ""))  # fmt: skip
    if field == "author":
        people = (c for c in item.get("creators", ()) if c.get("creatorType") in AUTHORS)
        return "; ".join(
            fold(c.get("name") or f"{c.get('firstName', '')}{c.get('lastName', '')}")
            for c in people
        )
    if field == "year":
        found = re.search(r"\d{4}", item.get("date", ""))
        return found[0] if found else ""
    if field == "container_title":
        names = ("publicationTitle", "bookTitle", "proceedingsTitle")
        return fold(re.sub("<[^>]+>", "", next((item[n] for n in names if item.get(n)), "")))
    name = {"doi": "DOI", "page": "pages"}.get(field, field)
    return str(item.get(name, "")).lower().replace("–", "-")


def ours(record: Record, field: str) -> str:
    if field == "author":
        return "; ".join(
            fold(n.literal or f"{n.given}{n.particle}{n.family}{n.suffix}") for n in record.author
        )
    if field == "year":
        return str(record.issued.year) if record.issued else ""
    value = getattr(record, field)
    return fold(value) if field in ("title", "container_title") else value.lower()


def differences(name: str, number: int, case: dict) -> list[tuple[str, int, int, str]]:
    source = {"BibTeX": "bibtex", "RIS": "ris"}[name]
    registry = Registry(entry_points=False)
    whole = read(case["input"].encode(), source_name=source, registry=registry)
    found = [one.record for one in whole if isinstance(one, Normalized)]
    assert len(found) == len(case["items"])
    fields = ("title", "author", "year", "doi", "url", "page", "volume", "container_title")
    return [
        (name, number, i, field)
        for i, (record, item) in enumerate(zip(found, case["items"], strict=True))
        for field in fields
        if said(item, field) and said(item, field) != "0000"
        if ours(record, field) != said(item, field)
    ]


@pytest.mark.parametrize("name", ["BibTeX", "RIS"])
def test_every_case_is_equal_or_has_its_reason(name: str) -> None:
    cases = json.loads(shared.path(f"zotero/testcases-{name}.json").read_text("utf-8"))
    imports = [(n, c) for n, c in enumerate(cases["testCases"]) if c.get("type") == "import"]
    assert len(imports) > 10
    found = {d for number, case in imports for d in differences(name, number, case)}
    assert found == {key for key in WHY if key[0] == name}
