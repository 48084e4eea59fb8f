"""pandoc and Citation.js read the CSL-JSON and the BibTeX; rispy reads the RIS."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest

import shared
from paperexport.formats.biblatex import BibLaTeX
from paperexport.formats.bibtex import BibTeX
from paperexport.formats.csljson import CslJson
from paperexport.formats.ris import Ris
from paperexport.hookspecs import Exporter
from paperexport.record import Record
from readers import programs
from readers.papers import Bibliography, exported, hostile

HERE = Path(__file__).parent
# pandoc appends a `titleaddon`, which says where a web page stood, to the title.
LOST_BY_PANDOC = {"bibtex": set(), "biblatex": {"web2016"}}


def words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", re.sub(r"<[^>]{1,40}>|\\[A-Za-z]+|[$\\{}]", " ", text))
    return re.findall(r"[^\W_]+", plain.casefold())


def people(item: dict) -> list[list[str]]:
    parts = ("non-dropping-particle", "dropping-particle", "family", "given", "suffix", "literal")
    names = ([w for p in parts for w in words(str(n.get(p, "")))] for n in item.get("author", ()))
    return [sorted(name) for name in names]


def expected_people(record: Record) -> list[list[str]]:
    return [
        sorted(words(f"{n.particle} {n.family} {n.given} {n.suffix} {n.literal}"))
        for n in record.author
    ]


def compare(papers: Bibliography, items: list[dict], *, people_too: bool = True) -> None:
    assert [str(item["id"]) for item in items] == list(papers)
    differ = []
    for item, (key, record) in zip(items, papers.items(), strict=True):
        if words(item.get("title", "")) != words(record.title):
            differ.append((key, item.get("title"), record.title))
        if people_too and people(item) != expected_people(record):
            differ.append((key, people(item), expected_people(record)))
        year = (item.get("issued", {}).get("date-parts") or [[None]])[0][0]
        if record.issued and int(year or 0) != record.issued.year:
            differ.append((key, year, record.issued))
        if record.doi and item.get("DOI", "").lower() != record.doi.lower():
            differ.append((key, item.get("DOI"), record.doi))
    assert differ == []


def test_csl_json_fits_its_schema(papers: Bibliography) -> None:
    fastjsonschema = pytest.importorskip("fastjsonschema")
    schema = json.loads(shared.path("csl-data.schema.json").read_text("utf-8"))
    schema.pop("$id", None)
    check = fastjsonschema.compile(schema)
    check(json.loads(exported(papers, CslJson())))
    check(json.loads(exported(hostile(), CslJson())))


def test_pandoc_reads_csl_json(papers: Bibliography, tmp_path: Path) -> None:
    (tmp_path / "refs.json").write_text(exported(papers, CslJson()), encoding="utf-8")
    done = programs.run(
        programs.program("pandoc"), "-f", "csljson", "-t", "csljson", "refs.json", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    compare(papers, json.loads(done.stdout))


@pytest.mark.parametrize("exporter", [BibTeX(), BibLaTeX()], ids=lambda e: e.name)
def test_pandoc_reads_bibtex(papers: Bibliography, exporter: Exporter, tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text(exported(papers, exporter), encoding="utf-8")
    done = programs.run(
        programs.program("pandoc"), "-f", exporter.name, "-t", "csljson", "refs.bib", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    items = {item["id"]: item for item in json.loads(done.stdout)}
    assert set(items) == set(papers)
    lost = {k for k, r in papers.items() if words(items[k].get("title", "")) != words(r.title)}
    assert lost == LOST_BY_PANDOC[exporter.name] & set(papers)


def citation_js(folder: Path, name: str, style: str = "") -> list[dict]:
    modules = programs.node_modules()
    script = str(HERE / "read.js")
    done = programs.run(programs.program("node"), script, str(modules.parent), name, style,
                        cwd=folder)  # fmt: skip
    assert done.returncode == 0, done.stderr[:2000]
    found: list[dict] = json.loads(done.stdout)
    return found


def test_citation_js_reads_csl_json(papers: Bibliography, tmp_path: Path) -> None:
    (tmp_path / "refs.json").write_text(exported(papers, CslJson()), encoding="utf-8")
    compare(papers, citation_js(tmp_path, "refs.json"))


def test_citation_js_reads_bibtex(papers: Bibliography, tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text(exported(papers, BibTeX()), encoding="utf-8")
    items = {str(item["id"]): item for item in citation_js(tmp_path, "refs.bib", "@bibtex/text")}
    assert set(items) == set(papers)
    lost = [k for k, r in papers.items() if words(items[k].get("title", "")) != words(r.title)]
    assert lost == []


def test_rispy_reads_ris(papers: Bibliography) -> None:
    rispy = pytest.importorskip("rispy")
    entries = rispy.loads(exported(papers, Ris()).replace("\r\n", "\n"))
    assert [entry["id"] for entry in entries] == list(papers)
    for entry, record in zip(entries, papers.values(), strict=True):
        title = entry.get("title") or entry.get("primary_title", "")
        assert words(title) == words(record.title)
        names = [sorted(words(name)) for name in entry.get("authors", ())]
        assert names == expected_people(record)
        assert entry.get("doi", "") == record.doi
