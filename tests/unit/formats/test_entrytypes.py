"""The table of item types is whole, and says nothing twice."""

import json

import pytest

import shared
from paperexport.formats.biblatex import MODEL
from paperexport.formats.entrytypes import (
    BIBLATEX_OWNERS,
    BIBTEX_OWNERS,
    RIS_OWNERS,
    SUBTYPES,
    TYPES,
)

# btxdoc, 3.1.
BIBTEX = (
    "article book booklet conference inbook incollection inproceedings manual mastersthesis misc "
    "phdthesis proceedings techreport unpublished"
)


def test_every_csl_type_has_a_row() -> None:
    schema = json.loads(shared.path("csl-data.schema.json").read_text("utf-8"))
    assert set(TYPES) == set(schema["items"]["properties"]["type"]["enum"])


def test_names_exist() -> None:
    assert {names.bibtex for names in TYPES.values()} <= set(BIBTEX.split())
    assert {names.biblatex for names in TYPES.values()} <= set(MODEL)
    rispy = pytest.importorskip("rispy.config")
    assert {names.ris for names in TYPES.values()} <= set(rispy.TYPE_OF_REFERENCE_MAPPING)


def test_a_name_has_one_owner() -> None:
    assert BIBTEX_OWNERS["misc"] == "article"
    assert BIBTEX_OWNERS["mastersthesis"] == BIBTEX_OWNERS["phdthesis"] == "thesis"
    assert BIBLATEX_OWNERS["online"] == "article"
    assert RIS_OWNERS["RPRT"] == "report"
    assert RIS_OWNERS["JOUR"] == "article-journal"


def test_subtypes_are_told_apart() -> None:
    names = [SUBTYPES.get(kind, kind) for kind in TYPES]
    assert len(set(names)) == len(names)
