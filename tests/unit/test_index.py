"""The local index: exact, nearly right and not there; whole or not at all."""

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import shared
from paperexport import snapshots, text
from paperexport.errors import PaperExportError
from paperexport.index import LONG, TABLES, Index, build

TITLES = (
    "Pairing Socks with Small Networks",
    "Pairing Socks with Large Networks",
    "Pairing Socks with Small Networks: A Survey",
    "Über die Faltung von Handtüchern",
    "Kites",
    "On the Steering of Twelve Kites by Five Numbers in a Gusty Wind",
    "折り紙の折り方について",
)
PAPERS: list[dict[str, Any]] = [
    {"title": title, "arxiv": f"2401.0000{n}", "issued": "2024", "author": ["Ada Lovelace"],
     "doi": f"10.5555/AB{n}", "other_ids": [f"dblp:conf/sock/P{n}"]}
    for n, title in enumerate(TITLES)
]  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    path = tmp_path_factory.mktemp("index") / "i.sqlite"
    assert build(path, (("mine", paper) for paper in PAPERS)) == len(PAPERS)
    with Index(path) as opened:
        yield opened


def first(hits: list[Any]) -> str:
    return str(hits[0].fields["title"]) if hits else ""


@pytest.mark.parametrize("title", TITLES)
def test_exactly(index: Index, title: str) -> None:
    for said in (title, title.upper(), f" {title.replace(' ', '  ')}! "):
        assert first(index.by_title(said)) == title


@pytest.mark.parametrize("title", ["", "Pairing", "Pairing Socks", "Kite", "!!"])
def test_not_exactly(index: Index, title: str) -> None:
    assert index.by_title(title) == []


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Pairing Socks with a Small Network", TITLES[0]),
        ("Paring Socks with Small Networks", TITLES[0]),
        ("Socks Pairing with Small Networks", TITLES[0]),
        ("Pairing Socks with Large Network", TITLES[1]),
        ("Uber die Faltung der Handtuchern", TITLES[3]),
        ("Steering of Twelve Kites by Five Numbers in Gusty Wind", TITLES[5]),
        ("Kites", TITLES[4]),
    ],
)
def test_nearly(index: Index, said: str, title: str) -> None:
    assert first(index.like_title(said)) == title


@pytest.mark.parametrize(
    "said", ["", "?", "Bread", "Baking Bread with Small Ovens", "a the of", '" OR "', "NEAR(a b)"]
)
def test_not_there(index: Index, said: str) -> None:
    assert index.like_title(said) == []


def test_likeness_puts_the_best_first(index: Index) -> None:
    hits = index.like_title("Pairing Socks with Small Networks")
    assert [hit.likeness for hit in hits] == sorted((h.likeness for h in hits), reverse=True)
    assert hits[0].likeness == 1
    assert len(index.like_title("Pairing Socks with Small Networks", limit=1)) == 1


@pytest.mark.parametrize(
    "identifier", ["arxiv:2401.00000", "doi:10.5555/ab0", "DOI:10.5555/AB0", "dblp:conf/sock/P0"]
)
def test_by_identifier(index: Index, identifier: str) -> None:
    hit = index.by_identifier(identifier)
    assert hit is not None
    assert hit.fields == PAPERS[0]


def test_by_an_identifier_that_is_not_there(index: Index) -> None:
    assert index.by_identifier("arxiv:2401.99999") is None


def test_what_it_was_built_from(index: Index) -> None:
    assert (index.papers, index.snapshots()) == (len(PAPERS), [("mine", len(PAPERS))])


def test_long_papers_are_given_back_whole(tmp_path: Path) -> None:
    long = {"title": "Long", "abstract": "drawer " * LONG, "author": [{"family": "L"}]}
    build(tmp_path / "i", [("a", long), ("a", {"title": "Short"})])
    with Index(tmp_path / "i") as index:
        assert index.by_title("long")[0].fields == long


def test_papers_without_a_title_are_left_out(tmp_path: Path) -> None:
    assert build(tmp_path / "i", [("a", {"title": ""}), ("a", {"doi": "10.1/x"})]) == 0
    with Index(tmp_path / "i") as index:
        assert (index.papers, index.by_title("x"), index.like_title("x y")) == (0, [], [])


@given(st.lists(st.text(max_size=60), max_size=8))
def test_whatever_is_in_it_is_found(
    tmp_path_factory: pytest.TempPathFactory, titles: list[str]
) -> None:
    path = tmp_path_factory.mktemp("index") / "i"
    build(path, (("a", {"title": title.replace("\udc00", "")}) for title in titles))
    with Index(path) as index:
        for title in titles:
            if text.fold(title):
                assert title in {hit.fields["title"] for hit in index.by_title(title)}
            index.like_title(title)


# --- Files ----------------------------------------------------------------------------------------


def test_a_build_that_breaks_off_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "i"
    build(path, [("old", {"title": "Old"})])

    def broken() -> Iterator[tuple[str, dict[str, Any]]]:
        yield "new", {"title": "New"}
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(path, broken())
    with Index(path) as index:
        assert index.snapshots() == [("old", 1)]
    assert [p.name for p in tmp_path.iterdir()] == ["i"]


def test_a_new_one_replaces_the_old(tmp_path: Path) -> None:
    for name in ("one", "two"):
        build(tmp_path / "i", [(name, {"title": name})])
    with Index(tmp_path / "i") as index:
        assert index.snapshots() == [("two", 1)]


def test_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(PaperExportError, match="no index") as error:
        Index(tmp_path / "i")
    assert "index build" in error.value.hint


@pytest.mark.parametrize("page", [b"dear diary " * 500, b""])
def test_it_is_something_else(page: bytes, tmp_path: Path) -> None:
    (tmp_path / "i").write_bytes(page)
    with pytest.raises(PaperExportError) as error:
        Index(tmp_path / "i")
    assert error.value.hint == "build it again"


def test_it_is_of_another_version(tmp_path: Path) -> None:
    build(tmp_path / "i", [])
    with sqlite3.connect(tmp_path / "i") as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(PaperExportError, match="another version"):
        Index(tmp_path / "i")


def test_nothing_can_be_written_there(tmp_path: Path) -> None:
    (tmp_path / ".i.new").mkdir()
    with pytest.raises((PaperExportError, OSError)):
        build(tmp_path / "i", [])


@pytest.mark.parametrize("damage", ["x'c1'", "x'7800'", "x''", "'text'"])
def test_a_paper_that_is_damaged_is_told(damage: str, tmp_path: Path) -> None:
    build(tmp_path / "i", (("mine", paper) for paper in PAPERS))
    with sqlite3.connect(tmp_path / "i") as db:
        db.execute(f"UPDATE paper SET fields = {damage}")
    db.close()
    with Index(tmp_path / "i") as index:
        with pytest.raises(PaperExportError, match="damaged"):
            index.by_title(TITLES[0])
        with pytest.raises(PaperExportError, match="damaged"):
            index.like_title(TITLES[0])


def test_a_file_that_is_damaged_is_told(tmp_path: Path) -> None:
    papers = [{**paper, "title": f"{paper['title']} {n}"} for paper in PAPERS for n in range(300)]
    build(tmp_path / "i", (("mine", paper) for paper in papers))
    whole = (tmp_path / "i").read_bytes()
    for page in range(1, len(whole) // 4096):
        start = page * 4096
        (tmp_path / "i").write_bytes(whole[:start] + b"\xa5" * 4096 + whole[start + 4096 :])
        with suppress(PaperExportError), Index(tmp_path / "i") as index:
            index.by_title(TITLES[0] + " 7")
            index.like_title("Pairing Sock with Small Networks 7")
            index.by_identifier("arxiv:2401.00003")


def test_a_folder_is_no_index(tmp_path: Path) -> None:
    with pytest.raises(PaperExportError, match="cannot be opened"):
        Index(tmp_path)


def test_a_bibliography_is_not_replaced_by_an_index(tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text("@misc{a, title = {Socks}}")
    with pytest.raises(PaperExportError, match="is no index") as refused:
        build(tmp_path / "refs.bib", [("mine", PAPERS[0])])
    assert "PAPEREXPORT_INDEX" in refused.value.hint
    assert (tmp_path / "refs.bib").read_text().startswith("@misc")
    (tmp_path / "empty").touch()
    assert build(tmp_path / "empty", [("mine", PAPERS[0])]) == 1


def test_real_papers(tmp_path: Path) -> None:
    """Nine and a half thousand real titles: each is found, and one letter more does not hide it."""
    page = shared.path("hf-daily-2024-05--2026-08.jsonl.gz")
    papers = list(snapshots.read(page))
    assert len(papers) > 9000
    build(tmp_path / "i", (("real", paper) for paper in papers))
    with Index(tmp_path / "i") as index:
        for paper in papers[::97]:
            title = str(paper["title"])
            assert str(paper["arxiv"]) in {h.fields["arxiv"] for h in index.by_title(title)}
            hit = index.by_identifier(f"arxiv:{paper['arxiv']}")
            assert hit is not None
            assert hit.fields["title"] == title
            if len(title) > 30:
                longer = f"{title[:20]}x{title[20:]}"
                assert str(paper["arxiv"]) in {h.fields["arxiv"] for h in index.like_title(longer)}


def test_an_index_that_cannot_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(PaperExportError, match="the index cannot be written: ") as caught:
        build(tmp_path / "file" / "index.sqlite", [])
    assert "PAPEREXPORT_INDEX" in caught.value.hint
    with pytest.raises(PaperExportError, match="cannot be opened: "):
        Index(tmp_path)
    monkeypatch.setattr("paperexport.index.TABLES", "PRAGMA max_page_count = 1;" + TABLES)
    with pytest.raises(PaperExportError, match=r"the index cannot be written: .*full"):
        build(tmp_path / "index.sqlite", [("x", {"title": "A"})])
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_two_that_build_at_once(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"

    def papers() -> Iterator[tuple[str, dict[str, Any]]]:
        yield "x", {"title": "A"}
        with pytest.raises(PaperExportError, match="another run is writing it"):
            build(path, [("y", {"title": "B"}), ("y", {"title": "C"})])

    assert build(path, papers()) == 1
    with Index(path) as index:
        assert list(index.snapshots()) == [("x", 1)]
    assert [file.name for file in tmp_path.iterdir()] == ["index.sqlite"]
