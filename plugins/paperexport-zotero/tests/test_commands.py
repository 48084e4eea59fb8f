"""``paperexport zotero …`` and ``zotero:`` as a user types them, against a loopback server."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from paperexport_zotero.testing import ApiKey, Fault, Group, ZoteroServer

from paperexport.cli import _main

PAGE = """\
@article{weaver2024,
  title = {Sock drawers sort themselves under mild pressure},
  author = {Weaver, Ada and Loom, Bo}, journal = {Annals of Laundry}, year = 2024,
  doi = {10.1000/sock.1}, keywords = {wool},
}
@misc{loom2023,
  title = {Knitting with fewer needles than threads}, author = {Loom, Bo},
  eprint = {2301.01234}, archiveprefix = {arXiv}, year = 2023,
}
"""
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def server() -> Iterator[ZoteroServer]:
    groups = [Group(number=5, name="Lab"), Group(number=7, name="Board", editing="admins", owner=3)]
    with ZoteroServer(groups=groups) as made:
        yield made


@pytest.fixture
def run(
    server: ZoteroServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> Run:
    for name, value in {
        "PAPEREXPORT_SETTINGS": str(tmp_path / "settings.toml"),
        "PAPEREXPORT_STATE": str(tmp_path / "state"),
        "PAPEREXPORT_CACHE": str(tmp_path / "cache.sqlite"),
        "PAPEREXPORT_ZOTERO_LOCAL_URL": "http://127.0.0.1:9/api",
        **server.environment(),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("ZOTERO_API_KEY", raising=False)
    (tmp_path / "refs.bib").write_text(PAGE)
    monkeypatch.chdir(tmp_path)

    def done(*arguments: str) -> tuple[int, str, str]:
        code = _main.run(arguments)
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return done


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_plan_push_and_again(run: Run, server: ZoteroServer) -> None:
    where = ("refs.bib", "--collection", "Reading/Laundry", "--tag", "to read")
    code, out, _ = run("zotero", "plan", *where, "--json")
    assert code == 0
    assert [(row["do"], row["title"][:14]) for row in lines(out)] == [
        ("new collection", "Reading"),
        ("new collection", "Reading/Laundr"),
        ("create", "Sock drawers s"),
        ("create", "Knitting with "),
    ]
    assert not server.libraries["users/1"].items
    code, out, err = run("zotero", "push", *where, "-y")
    assert code == 0
    assert "create" in out
    assert "2 items made, 0 changed, 2 collections made" in err
    code, out, _ = run("zotero", "push", *where, "-y")
    assert (code, out) == (0, "2 papers are in step\n")
    code, out, _ = run("zotero", "push", *where, "--dry-run")
    assert (code, out) == (0, "2 papers are in step\n")
    _, out, _ = run("zotero", "collections", "--json")
    assert [(row["path"], row["papers"]) for row in lines(out)] == [
        ("Reading", 0),
        ("Reading/Laundry", 2),
    ]


def test_nobody_is_there_to_ask(run: Run, server: ZoteroServer) -> None:
    code, _, err = run("zotero", "push", "refs.bib")
    assert code == 2
    assert "-y writes without asking" in err
    assert server.requests == []


def test_select_and_groups(run: Run, server: ZoteroServer) -> None:
    code, _, _ = run("zotero", "push", "refs.bib", "--select", "2", "--library", "lab", "-y")
    assert code == 0
    (item,) = server.libraries["groups/5"].items.values()
    assert item.fields["archiveID"] == "arXiv:2301.01234"
    assert item.fields["citationKey"] == "loom2023"
    assert not server.libraries["users/1"].items


def test_a_library_that_may_not_be_written(run: Run, server: ZoteroServer) -> None:
    code, _, err = run("zotero", "push", "refs.bib", "--library", "group:7", "-y")
    assert code == 2
    assert "only the group's administrators may edit it" in err
    code, _, err = run("zotero", "push", "refs.bib", "--library", "Nix", "-y")
    assert code == 2
    assert "group:5 'Lab'" in err
    assert not any(request.startswith("POST") for request in server.requests)


def test_status_and_conflicts(run: Run, server: ZoteroServer, tmp_path: Path) -> None:
    run("zotero", "push", "refs.bib", "-y")
    library = server.libraries["users/1"]
    item = next(i for i in library.items.values() if i.item_type == "journalArticle")
    library.version += 1
    item.version, item.fields = library.version, {**item.fields, "date": "1999"}
    _, out, _ = run("zotero", "status")
    assert "edited" in out
    assert "1 of 2 papers are in step" in out
    (tmp_path / "refs.bib").write_text(PAGE.replace("year = 2024", "date = {2024-05-01}"))
    code, _, err = run("zotero", "push", "refs.bib", "-y", "--strict")
    assert code == 1
    assert "both changed date" in err
    assert item.fields["date"] == "1999"
    _, out, _ = run("zotero", "resolve-conflicts", "--json")
    assert lines(out) == [
        {
            "key": item.key,
            "title": "Sock drawers sort themselves under mild pressure",
            "field": "date",
            "ours": "2024-05-01",
            "theirs": "1999",
        }
    ]
    assert run("zotero", "resolve-conflicts")[0] == 2
    assert run("zotero", "resolve-conflicts", "--ours", "--theirs")[0] == 2
    assert run("zotero", "resolve-conflicts", "--ours")[0] == 0
    run("zotero", "push", "refs.bib", "-y")
    assert library.items[item.key].fields["date"] == "2024-05-01"
    assert "nothing is in conflict" in run("zotero", "resolve-conflicts")[1]
    library.version += 1
    library.erase_item(item.key)
    _, out, _ = run("zotero", "status", "--json")
    assert sorted(row["standing"] for row in lines(out)) == ["gone", "in step"]


def test_a_paper_without_a_title_waits(run: Run, tmp_path: Path, server: ZoteroServer) -> None:
    (tmp_path / "ids.txt").write_text("2401.09042\n")
    code, _, err = run("zotero", "push", "ids.txt", "-y", "--strict")
    assert code == 1
    assert "--resolve completes it" in err
    assert not server.libraries["users/1"].items


def test_a_collection_is_an_input(run: Run, server: ZoteroServer) -> None:
    run("zotero", "push", "refs.bib", "--collection", "Reading/Laundry", "-y")
    first = run("export", "zotero:Reading/Laundry", "-t", "bibtex")
    assert first[0] == 0
    assert "{weaver2024," in first[1]
    assert "{loom2023," in first[1]
    assert "journal = {Annals of Laundry}" in first[1]
    assert run("export", "zotero:Reading/Laundry", "-t", "bibtex") == first
    assert "{weaver2024," in run("export", "zotero:", "-t", "bibtex")[1]
    code, _, err = run("export", "zotero:Nope")
    assert code != 0
    assert "there is no collection 'Nope'" in err
    assert "no paper is there" in run("export", "zotero:group:5")[2]
    item = next(iter(server.libraries["users/1"].items.values()))
    server.libraries["users/1"].version += 1
    item.version, item.deleted = server.libraries["users/1"].version, True
    assert "{weaver2024," not in run("export", "zotero:Reading/Laundry", "-t", "bibtex")[1]


def test_a_collection_into_a_file_twice_changes_nothing(run: Run, tmp_path: Path) -> None:
    run("zotero", "push", "refs.bib", "--collection", "In", "-y")
    (tmp_path / "mine.bib").write_text("% kept by hand\n")
    run("export", "zotero:In", "--into", "mine.bib")
    once = (tmp_path / "mine.bib").read_bytes()
    assert once.startswith(b"% kept by hand\n")
    assert b"{weaver2024," in once
    run("export", "zotero:In", "--into", "mine.bib")
    assert (tmp_path / "mine.bib").read_bytes() == once


def test_login(
    run: Run, server: ZoteroServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PAPEREXPORT_ZOTERO_KEY")
    code, _, err = run("zotero", "libraries")
    assert code == 2
    assert "paperexport zotero login" in err
    (tmp_path / "key").write_text("wrong\n")
    code, _, err = run("zotero", "login", "--key-file", "key")
    assert code == 2
    assert "does not know this key" in err
    assert not (tmp_path / "zotero-keys.json").exists()
    (tmp_path / "key").write_text("full\n")
    code, out, err = run("zotero", "login", "--key-file", "key")
    assert code == 0
    assert "read and write" in out
    file = tmp_path / "zotero-keys.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text()) == {server.url: "full"}
    assert run("zotero", "libraries")[0] == 0
    # A key is for the server that it was checked with, and is sent to no other.
    monkeypatch.setenv("PAPEREXPORT_ZOTERO_URL", server.url.replace("127.0.0.1", "localhost"))
    assert "no Zotero key" in run("zotero", "libraries")[2]
    monkeypatch.setenv("ZOTERO_API_KEY", "full")
    assert run("zotero", "libraries")[0] == 0
    file.write_text("[")
    monkeypatch.delenv("ZOTERO_API_KEY")
    code, _, err = run("zotero", "libraries")
    assert code == 2
    assert "zotero-keys.json" in err


def test_doctor(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, _ = run("zotero", "doctor", "--json")
    assert code == 0
    found = {row["way"]: row for row in lines(out)}
    assert found["Web API"]["works"] == "yes"
    assert "Lab" in found["Web API"]["found"]
    assert found["local API"]["works"] == "no"
    assert "start Zotero" in found["local API"]["do"]
    monkeypatch.delenv("PAPEREXPORT_ZOTERO_KEY")
    _, out, _ = run("zotero", "doctor", "--json")
    assert "login" in lines(out)[0]["do"]


def test_the_key_is_in_nothing_that_is_written(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = "sockCanary8315"
    with ZoteroServer(keys=[ApiKey(secret=canary)]) as server:
        monkeypatch.setenv("PAPEREXPORT_ZOTERO_URL", server.url)
        monkeypatch.setenv("PAPEREXPORT_ZOTERO_KEY", canary)
        said = [
            run("zotero", "login"),
            run("zotero", "push", "refs.bib", "-y", "-v", "--report", "report.jsonl"),
            run("zotero", "doctor"),
            run("export", "zotero:", "-o", "out.bib"),
        ]
        server.faults.append(Fault(when="GET", status=403, body="no"))
        said.append(run("zotero", "libraries"))
    seen = repr(said) + "".join(
        path.read_bytes().decode("latin-1") for path in tmp_path.rglob("*") if path.is_file()
    )
    assert "Sock drawers" in seen
    assert canary not in seen
