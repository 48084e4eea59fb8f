"""``paperexport zotero …`` and ``zotero:`` as a user types them, against a loopback server."""

from __future__ import annotations

import json
import logging
import os
import re
import select
import stat
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from paperexport_zotero.service import Service
from paperexport_zotero.testing import (
    ApiKey,
    Collection,
    Fault,
    Group,
    Item,
    LocalZotero,
    ZoteroServer,
)
from paperexport_zotero.testing._library import Problem

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
    for name in ("ZOTERO_API_KEY", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
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
    assert [(row["do"], row.get("path") or row["title"][:14]) for row in lines(out)] == [
        ("new collection", "Reading"),
        ("new collection", "Reading/Laundry"),
        ("create", "Sock drawers s"),
        ("create", "Knitting with "),
    ]
    assert not server.libraries["users/1"].items
    code, out, err = run("zotero", "push", *where, "-y")
    assert (code, err) == (0, "")
    assert out.endswith("\n2 collections made, 2 items made\n")
    before = len(server.requests)
    assert run("zotero", "push", *where, "-y") == (0, "2 papers are in step\n", "")
    assert len(server.requests) == before + 3
    assert run("zotero", "push", *where, "--dry-run") == (0, "2 papers are in step\n", "")
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
    assert "hint: ask one of them" in err
    code, out, err = run("zotero", "plan", "refs.bib", "--library", "group:7")
    assert code == 0
    assert "create" in out
    assert "'Board' cannot be written" in err
    code, _, err = run("zotero", "push", "refs.bib", "--library", "Nix", "-y")
    assert code == 2
    assert "group:5 (Lab)" in err
    assert not any(request.startswith("POST") for request in server.requests)


def test_status_and_conflicts(run: Run, server: ZoteroServer, tmp_path: Path) -> None:
    run("zotero", "push", "refs.bib", "-y")
    library = server.libraries["users/1"]
    item = next(i for i in library.items.values() if i.item_type == "journalArticle")
    library.version += 1
    item.version, item.fields = library.version, {**item.fields, "date": "1999"}
    _, out, _ = run("zotero", "status")
    assert "edited" in out
    assert "1 of 2 papers in step" in out
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


def at_a_terminal(*arguments: str, answers: Sequence[tuple[str, str]] = ()) -> tuple[int, str]:
    """A command in a terminal of 80 columns; each answer is typed when its question is there."""
    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (30, 80))
    command = "import sys; from paperexport.cli import main; sys.exit(main())"
    with subprocess.Popen(
        [sys.executable, "-c", command, *arguments],
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
    ) as process:  # fmt: skip
        os.close(theirs)
        said, waiting = "", list(answers)
        try:
            while select.select([ours], [], [], 30)[0]:
                try:
                    said += os.read(ours, 65536).decode()
                except OSError:  # Linux says so where the other end was closed
                    break
                if waiting and said.endswith(waiting[0][0]):
                    os.write(ours, f"{waiting.pop(0)[1]}\n".encode())
            code = process.wait(30)
        finally:
            process.kill()
            os.close(ours)
    assert not waiting, said
    return code, re.sub(r"\x1b\[[?\d;]*[A-Za-z]", "", said.replace("\r", ""))


def test_at_a_terminal_it_asks(run: Run, server: ZoteroServer, tmp_path: Path,
                               monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.delenv("PAPEREXPORT_ZOTERO_KEY")
    code, said = at_a_terminal("zotero", "login", answers=[("Key: ", "full")])
    assert code == 0
    assert "Make a key that may write at" in said
    assert "full" not in said.replace("Make", "")
    push = ("zotero", "push", "refs.bib", "--collection", "Reading/Program synthesis")
    code, said = at_a_terminal(*push, answers=[("[y/N]: ", "n")])
    assert code == 0
    assert "nothing was written" in said
    assert max(map(len, said.splitlines())) <= 80
    library = server.libraries["users/1"]
    assert not library.items
    code, said = at_a_terminal(*push, answers=[("[y/N]: ", "y")])
    assert code == 0
    assert "2 collections made, 2 items made" in said
    item = next(i for i in library.items.values() if i.item_type == "journalArticle")
    library.version += 1
    item.version, item.fields = library.version, {**item.fields, "date": "1999"}
    item.creators = []
    later = PAGE.replace("year = 2024", "date = {2024-05-01}").replace("Ada and", "Adah and")
    (tmp_path / "refs.bib").write_text(later)
    run("zotero", "push", "refs.bib", "-y")
    keep = "keep (ours, theirs, skip): "
    answers = [(keep, "ours"), (keep, "skip")]
    code, said = at_a_terminal("zotero", "resolve-conflicts", answers=answers)
    assert code == 0
    assert "ours:   2024-05-01\n  theirs: 1999" in said
    assert "ours:   Weaver, Adah; Loom, Bo\n  theirs: (empty)" in said
    assert "1 conflict was decided; push again" in said
    run("zotero", "push", "refs.bib", "-y")
    now = library.items[item.key]
    assert (now.fields["date"], now.creators) == ("2024-05-01", [])


def test_at_a_terminal_a_wait_is_told_of(run: Run, server: ZoteroServer) -> None:
    server.faults.append(Fault(when="POST .*/items", status=429, headers={"Retry-After": "2"}))
    code, said = at_a_terminal("zotero", "push", "refs.bib", "--collection", "In", "-y")
    assert code == 0
    assert "Zotero asks to wait; once more in 2 seconds\n" in said  # above the progress bar
    assert said.endswith("\n1 collection made, 2 items made\n")
    server.faults.append(Fault(when="GET .*/items", status=503, headers={"Retry-After": "2"}))
    assert run("zotero", "push", "refs.bib", "-y") == (0, "2 papers are in step\n", "")


def test_the_plan_says_what_changes(run: Run, server: ZoteroServer, tmp_path: Path) -> None:
    run("zotero", "push", "refs.bib", "--collection", "Reading", "-y")
    library = server.libraries["users/1"]
    sock = next(i for i in library.items.values() if i.item_type == "journalArticle")
    other = next(i for i in library.items.values() if i.item_type == "preprint")
    library.version += 1
    sock.version, sock.fields = library.version, {**sock.fields, "date": "1999"}
    other.version, other.deleted = library.version, True
    later = PAGE.replace("year = 2024", "year = 2024, volume = 7, date = {2024-05-01}")
    (tmp_path / "refs.bib").write_text(later)
    more = ("refs.bib", "--collection", "Reading/Socks", "--tag", "new")
    _, out, _ = run("zotero", "plan", *more)
    assert "volume; into Reading/Socks; tagged new; in conflict: date" in out
    assert "it is in the trash" in out
    _, out, _ = run("zotero", "plan", *more, "--again", "--json")
    new, one, two = lines(out)
    assert (new["do"], new["path"]) == ("new collection", "Reading/Socks")
    assert one["conflicts"] == {"date": {"ours": "2024-05-01", "theirs": "1999"}}
    assert one["changes"]["volume"] == "7"
    assert one["before"]["volume"] == ""
    assert two["changes"]["deleted"] == 0
    assert "out of the trash" in run("zotero", "plan", *more, "--again")[1]


def test_a_plan_tells_the_problems_that_the_push_would(
    run: Run, server: ZoteroServer, tmp_path: Path
) -> None:
    """Conflicts, and what is left alone: on stderr, in the report, in the exit code."""
    run("zotero", "push", "refs.bib", "-y")
    library = server.libraries["users/1"]
    sock = next(i for i in library.items.values() if i.item_type == "journalArticle")
    other = next(i for i in library.items.values() if i.item_type == "preprint")
    library.version += 2
    sock.version, sock.fields = library.version - 1, {**sock.fields, "date": "1999"}
    other.version, other.deleted = library.version, True
    later = PAGE.replace("year = 2024", f"date = {{2024-05-01}}, keywords = {{{'k' * 256}}}")
    (tmp_path / "refs.bib").write_text(later)
    told = ("refs.bib", "--strict", "-v", "--report")
    planned = run("zotero", "plan", *told, "plan.jsonl", "--json")
    dry = run("zotero", "push", *told, "dry.jsonl", "--json", "--dry-run")
    pushed = run("zotero", "push", *told, "push.jsonl", "--json", "-y")
    assert (planned[0], dry[0], pushed[0]) == (1, 1, 1)
    assert planned[1:] == dry[1:] == pushed[1:]
    report = (tmp_path / "plan.jsonl").read_text()
    assert report == (tmp_path / "dry.jsonl").read_text() == (tmp_path / "push.jsonl").read_text()
    codes = {row["code"] for row in lines(report)}
    assert {"zotero-conflict", "zotero-left", "zotero-too-long"} <= codes


def test_what_zotero_does_not_take(
    run: Run, server: ZoteroServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = server.libraries["users/1"]
    serials = iter([1])

    def one_only() -> int:
        if (serial := next(serials, 0)) == 0:
            raise Problem(400, "not this one")
        return serial

    monkeypatch.setattr(library, "next_serial", one_only)
    code, out, err = run("zotero", "push", "refs.bib", "-y", "--json")
    assert code == 1
    assert "does not take 'Knitting with fewer needles than threads': 400 not this one" in err
    assert [row["refused"] for row in lines(out)] == [False, True]
    assert len(library.items) == 1


def test_json_is_whole_although_the_library_moved_on(run: Run, server: ZoteroServer) -> None:
    """The plan that was agreed to, not what was left of it."""
    server.faults.append(Fault(when="POST .*/items", lose=True))
    code, out, _ = run("zotero", "push", "refs.bib", "--collection", "Reading", "-y", "--json")
    assert code == 0
    assert [row["do"] for row in lines(out)] == ["new collection", "create", "create"]
    code, _, err = run("zotero", "push", "refs.bib", "--json")
    assert code == 2
    assert "-y" in err


def test_what_cannot_be_is_told_before_anything_is_asked(run: Run, server: ZoteroServer) -> None:
    code, _, err = run("zotero", "push", "refs.bib", "--collection", "Reading//Laundry", "-y")
    assert code == 2
    assert "no collection path" in err
    assert server.requests == []


def test_two_collections_of_one_name(run: Run, server: ZoteroServer) -> None:
    library = server.libraries["users/1"]
    for key in ("AAAAAAAA", "BBBBBBBB"):
        library.version += 1
        library.collections[key] = Collection(key=key, version=library.version, name="Twice")
    code, _, err = run("zotero", "push", "refs.bib", "--collection", "Twice/Deep", "-y")
    assert code == 3
    assert "two collections are called 'Twice': AAAAAAAA and BBBBBBBB" in err
    assert not library.items
    assert not any(request.startswith("POST") for request in server.requests)


def test_an_interrupted_push_goes_on(run: Run, server: ZoteroServer) -> None:
    server.faults.append(
        Fault(when="POST .*/items", status=503, headers={"Retry-After": "4000"}, times=0)
    )
    code, _, err = run("zotero", "push", "refs.bib", "-y")
    assert code == 3
    assert "error: Zotero is busy (503)" in err
    assert "hint: try again in 4000 seconds" in err
    server.faults.clear()
    assert run("zotero", "push", "refs.bib", "-y")[0] == 0
    assert len(server.libraries["users/1"].items) == 2


def test_a_collection_goes_into_a_group(run: Run, server: ZoteroServer) -> None:
    run("zotero", "push", "refs.bib", "--collection", "Mine", "-y")
    copy = ("zotero:Mine", "--library", "group:5", "--collection", "Copied", "-y")
    assert run("zotero", "push", *copy)[0] == 0
    assert len(server.libraries["groups/5"].items) == 2
    assert run("zotero", "push", *copy)[1] == "2 papers are in step\n"
    assert "{weaver2024," in run("export", "zotero:group:5/Copied", "-t", "bibtex")[1]
    where = run("export", "zotero:group:5", "-t", "jsonl")[1]
    assert "zotero://select/groups/5/items/" in where
    assert "zotero://select/library/items/" not in where


def test_a_collection_goes_into_another_one_of_its_library(run: Run, server: ZoteroServer) -> None:
    """Items with a short title and nothing else are known by their keys."""
    library = server.libraries["users/1"]
    library.collections["AAAAAAAA"] = Collection(key="AAAAAAAA", version=1, name="A")
    for number, title in enumerate(("Notes", "Notes", "Socks")):
        key = f"AAAAAAA{number + 2}"
        library.items[key] = Item(
            key=key, version=1, item_type="book", fields={"title": title}, collections=["AAAAAAAA"]
        )
    library.version = 1
    file = ("zotero", "push", "zotero:A", "--collection", "B", "-y")
    assert run(*file)[1].endswith("1 collection made, 3 items changed\n")
    assert run(*file)[1] == "3 papers are in step\n"
    assert sorted(library.items) == ["AAAAAAA2", "AAAAAAA3", "AAAAAAA4"]
    assert all(len(item.collections) == 2 for item in library.items.values())
    run("export", "zotero:A", "-t", "jsonl", "-o", "kept.jsonl")
    assert run("zotero", "push", "kept.jsonl", "--collection", "B", "-y")[1] == (
        "3 papers are in step\n"
    )


def test_links_to_the_pdf(run: Run, server: ZoteroServer, tmp_path: Path) -> None:
    record = {"schema": 1, "key": "k", "title": "Mittens", "pdf_url": "https://example.org/m.pdf"}
    (tmp_path / "one.jsonl").write_text(json.dumps(record) + "\n")
    code, out, _ = run("zotero", "push", "one.jsonl", "--attach", "link", "-y")
    assert code == 0
    assert "attach" in out
    assert "1 item made, 1 link attached" in out
    assert any(i.item_type == "attachment" for i in server.libraries["users/1"].items.values())
    again = run("zotero", "push", "one.jsonl", "--attach", "link", "-y")
    assert again[1] == "1 paper is in step\n"


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
    assert code == 3
    assert "there is no collection 'Nope'" in err
    assert "hint: `paperexport zotero collections`" in err
    assert "did you mean zotero:Reading/Laundry?" in run("list", "zotero:reading/laundy")[2]
    assert "mean zotero:user/Reading/Laundry?" in run("list", "zotero:user/Reading/Landry")[2]
    library = server.libraries["users/1"]
    library.version += 1
    library.collections["AAAAAAAA"] = Collection(
        key="AAAAAAAA", version=library.version, name="Wash/Dry"
    )
    assert r"did you mean zotero:Wash\/Dry?" in run("list", "zotero:Wash/Dry")[2]
    assert run("list", r"zotero:Wash\/Dry")[0] == 0
    assert "no paper is there" in run("export", "zotero:group:5")[2]
    item = next(iter(server.libraries["users/1"].items.values()))
    server.libraries["users/1"].version += 1
    item.version, item.deleted = server.libraries["users/1"].version, True
    assert "{weaver2024," not in run("export", "zotero:Reading/Laundry", "-t", "bibtex")[1]


def test_keys_stay_although_items_are_edited(run: Run, server: ZoteroServer) -> None:
    """Items that have no key of Zotero's are told apart in the same order each time."""
    library = server.libraries["users/1"]
    for number, title in enumerate(("Socks", "Socks again")):
        library.version += 1
        key = f"AAAAAAA{number + 2}"
        library.items[key] = Item(
            key=key,
            version=library.version,
            item_type="journalArticle",
            fields={"title": title, "date": "2024"},
            creators=[{"creatorType": "author", "lastName": "Weaver", "firstName": "A."}],
            added="2024-01-01T00:00:00Z",
        )
    keys = ("--keys", "auth.lower + year")
    first = run("export", "zotero:", "-t", "bibtex", *keys)
    assert first[0] == 0
    library.version += 1
    library.items["AAAAAAA2"].version = library.version
    assert run("export", "zotero:", "-t", "bibtex", *keys) == first


def test_a_running_zotero_is_an_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It needs no key to be read, and is of another library."""
    monkeypatch.delenv("PAPEREXPORT_ZOTERO_KEY")
    with LocalZotero() as zotero:
        monkeypatch.setenv("PAPEREXPORT_ZOTERO_LOCAL_URL", zotero.url)
        code, _, err = run("zotero", "push", "refs.bib", "--local", "-y")
        assert code == 2
        assert "login --local" in err
        code, out, err = run("zotero", "login", "--local")
        assert code == 0
        assert "say yes there" in err
        assert "read and write" in out
        assert run("zotero", "push", "refs.bib", "--local", "--collection", "In", "-y")[0] == 0
        assert "{weaver2024," in run("export", "zotero:local/In", "-t", "bibtex")[1]
        assert "2 of 2 papers" in run("zotero", "status", "--local")[1]
        code, out, _ = run("zotero", "send", "refs.bib", "--select", "1")
        assert (code, out) == (0, "1 paper was sent to My Library\n")
        zotero.editable = False
        code, out, err = run("zotero", "send", "refs.bib", "--select", "1")
        assert (code, out) == (2, "")
        assert "My Library is open in Zotero and cannot be edited" in err
    code, _, err = run("zotero", "push", "refs.bib", "--local", "-y")
    assert code == 3
    assert "no Zotero runs here" in err
    assert "start Zotero" in err
    assert "start Zotero" in run("zotero", "send", "refs.bib")[2]


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
    (tmp_path / "empty").write_text("\n")
    code, _, err = run("zotero", "login", "--key-file", "empty")
    assert code == 2
    assert "no key in that file" in err
    code, _, err = run("zotero", "login")
    assert code == 2
    assert "nobody is there to ask for a key" in err
    file = tmp_path / "zotero-keys.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text()) == {server.url: "full"}
    assert run("zotero", "libraries")[0] == 0
    # A key is for the server that it was checked with, and is sent to no other.
    monkeypatch.setenv("PAPEREXPORT_ZOTERO_URL", server.url.replace("127.0.0.1", "localhost"))
    assert "no Zotero key" in run("zotero", "libraries")[2]
    monkeypatch.setenv("ZOTERO_API_KEY", "full")
    assert run("zotero", "libraries")[0] == 0
    code, _, err = run("zotero", "login")
    assert code == 0
    assert "key of the environment ZOTERO_API_KEY; it is not kept" in err
    assert "goes before it" in run("zotero", "login", "--key-file", "key")[2]
    file.write_text("[")
    monkeypatch.delenv("ZOTERO_API_KEY")
    code, _, err = run("zotero", "libraries")
    assert code == 2
    assert "zotero-keys.json" in err


@pytest.mark.parametrize("key", ["sock drawer", "sock-drawer", "söck", "sock\ndrawer", "\u2028"])
def test_what_can_be_no_key_is_not_sent(
    run: Run, server: ZoteroServer, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("PAPEREXPORT_ZOTERO_KEY", key)
    code, _, err = run("zotero", "libraries")
    assert code == 2
    assert "a key is letters and digits" in err
    assert key not in err
    assert server.requests == []


def test_an_address_holds_no_secret(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for address in ("http://me:sockCanary@127.0.0.1:9", "http://127.0.0.1:9/?key=sockCanary"):
        monkeypatch.setenv("PAPEREXPORT_ZOTERO_URL", address)
        code, out, err = run("zotero", "libraries")
        assert code == 2
        assert "sockCanary" not in out + err


def test_what_answers_is_no_zotero(run: Run, server: ZoteroServer) -> None:
    for fault in ({"status": 404}, {"status": 200, "body": "[]"}, {"status": 200, "body": "{}"}):
        server.faults.append(Fault(when="GET /keys", **fault))
        code, _, err = run("zotero", "libraries")
        assert code == 2
        assert "is no Zotero Web API" in err


def test_nobody_answers(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told soon: after three attempts, and the seconds between them."""
    waits: list[float] = []
    monkeypatch.setattr(Service.__init__, "__kwdefaults__", {
        **Service.__init__.__kwdefaults__, "sleep": waits.append,
    })  # fmt: skip
    monkeypatch.setenv("PAPEREXPORT_ZOTERO_URL", "http://127.0.0.1:9")
    code, _, err = run("zotero", "push", "refs.bib", "-y")
    assert code == 3
    assert "cannot be reached at http://127.0.0.1:9" in err
    assert waits == [1.0, 2.0]


def test_a_key_of_few_rights(run: Run, server: ZoteroServer, tmp_path: Path,
                             monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    server.keys["none"] = ApiKey(secret="none", library=False, groups={})
    server.keys["lab"] = ApiKey(secret="lab", library=False, groups={"5": True})
    server.keys["readonly"] = ApiKey(secret="readonly", write=False, groups={})
    monkeypatch.setenv("PAPEREXPORT_ZOTERO_KEY", "lab")
    code, _, err = run("zotero", "push", "refs.bib", "-y")
    assert code == 2
    assert "does not see a library of your own" in err
    assert "--library can be: group:5 (Lab)" in err
    monkeypatch.setenv("PAPEREXPORT_ZOTERO_KEY", "readonly")
    code, _, err = run("zotero", "push", "refs.bib", "-y")
    assert code == 2
    assert "change the key's rights at" in err
    assert lines(run("zotero", "libraries", "--json")[1]) == [
        {"library": "user", "name": "A Reader", "write": False,
         "why": "the key may only read there"},
    ]  # fmt: skip
    monkeypatch.setenv("PAPEREXPORT_ZOTERO_KEY", "none")
    assert "sees no library" in run("zotero", "libraries")[2]
    assert run("zotero", "libraries", "--json")[1] == ""
    monkeypatch.delenv("PAPEREXPORT_ZOTERO_KEY")
    (tmp_path / "key").write_text("none")
    assert run("zotero", "login", "--key-file", "key")[0] == 2
    assert not (tmp_path / "zotero-keys.json").exists()


def test_doctor(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, _ = run("zotero", "doctor", "--json")
    assert code == 0
    found = {row["way"]: row for row in lines(out)}
    assert found["Web API"]["works"] is True
    assert "Lab" in found["Web API"]["found"]
    for way in ("local API", "connector"):
        assert found[way]["works"] is False
        assert "start Zotero" in found[way]["do"]
    monkeypatch.delenv("PAPEREXPORT_ZOTERO_KEY")
    _, out, _ = run("zotero", "doctor", "--json")
    assert "login" in lines(out)[0]["do"]


def test_the_key_is_in_nothing_that_is_written(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    canary = "sockCanary8315"
    caplog.set_level(logging.DEBUG)
    with ZoteroServer(keys=[ApiKey(secret=canary)]) as server:
        monkeypatch.setenv("PAPEREXPORT_ZOTERO_URL", server.url)
        monkeypatch.setenv("PAPEREXPORT_ZOTERO_KEY", canary)
        said = [
            run("zotero", "login"),
            run("zotero", "push", "refs.bib", "-y", "-v", "--report", "report.jsonl"),
            run("zotero", "doctor", "--json"),
            run("zotero", "status", "--json"),
            run("export", "zotero:", "-o", "out.bib"),
        ]
        server.faults.append(Fault(when="GET", status=403, body="no"))
        said.append(run("zotero", "libraries"))
        monkeypatch.setenv("PAPEREXPORT_ZOTERO_KEY", f"{canary}!")
        said.append(run("zotero", "libraries"))
    assert "127.0.0.1" in caplog.text  # the client's own log is on
    seen = (
        repr(said)
        + caplog.text
        + "".join(
            path.read_bytes().decode("latin-1") for path in tmp_path.rglob("*") if path.is_file()
        )
    )
    assert "Sock drawers" in seen
    assert canary not in seen


@pytest.mark.parametrize("body", ["[1]", "null", "{}", '"Zotero"'])
def test_something_else_answers_where_zotero_would(
    run: Run, server: ZoteroServer, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    with ZoteroServer() as other:
        other.faults = [Fault(status=200, body=body, times=0)]
        monkeypatch.setenv("PAPEREXPORT_ZOTERO_LOCAL_URL", other.url)
        code, out, err = run("zotero", "doctor", "--json")
        assert (code, err) == (0, "")
        assert [row["way"] for row in lines(out)] == ["Web API", "local API", "connector"]
        for command in (("login", "--local"), ("send", "refs.bib")):
            code, out, err = run("zotero", *command)
            assert code != 0
            assert out == ""
            assert "error: " in err


def test_types_whose_title_is_called_otherwise_are_read(run: Run, server: ZoteroServer) -> None:
    for number, (kind, field) in enumerate(
        {"case": "caseName", "statute": "nameOfAct", "email": "subject", "book": "title"}.items()
    ):
        fields = {field: f"About socks, volume {number}"}
        server.libraries["users/1"].items[f"ABCD234{number + 2}"] = Item(
            key=f"ABCD234{number + 2}", version=number + 1, item_type=kind, fields=fields
        )
    server.libraries["users/1"].version = 4
    code, out, _ = run("list", "zotero:", "--json")
    assert code == 0
    assert sorted(row["title"] for row in lines(out)) == [
        f"About socks, volume {number}" for number in range(4)
    ]


@pytest.mark.parametrize("option", ["--collection", "--tag"])
def test_what_is_typed_must_be_text(run: Run, server: ZoteroServer, option: str) -> None:
    code, _, err = run("zotero", "push", "refs.bib", option, os.fsdecode(b"Sock\xff"), "-y")
    assert code == 2
    assert "is no text" in err
    assert not server.libraries["users/1"].items


def test_a_collection_with_a_character_that_zotero_takes_out(
    run: Run, server: ZoteroServer
) -> None:
    assert run("zotero", "push", "refs.bib", "--collection", "So\x07cks", "-y")[0] == 0
    (folder,) = server.libraries["users/1"].collections.values()
    assert folder.name == "Socks"
    code, out, _ = run("list", "zotero:So\x07cks", "--json")
    assert (code, len(lines(out))) == (0, 2)


def test_an_address_that_is_none(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPEREXPORT_ZOTERO_URL", "http://[::1")
    code, _, err = run("zotero", "libraries")
    assert code == 2
    assert err.startswith("error: the address of Zotero's API is none")


def test_a_path_is_read_as_it_is_listed(run: Run, server: ZoteroServer) -> None:
    """With a slash at the end of a name, and one too many around the path."""
    assert run("zotero", "push", "refs.bib", "--collection", "In/Socks\\/", "-y")[0] == 0
    _, out, _ = run("zotero", "collections", "--json")
    path = lines(out)[1]["path"]
    assert path == "In/Socks\\/"
    for said in (f"zotero:{path}", f"zotero:user/{path}/", f"zotero:/{path}"):
        code, out, _ = run("list", said, "--json")
        assert (code, len(lines(out))) == (0, 2)
    assert len(lines(run("list", "zotero:/", "--json")[1])) == 2
    assert len(lines(run("list", "zotero:user/", "--json")[1])) == 2
    code, _, err = run("list", "zotero:user/in/socks/")
    assert code == 3
    assert f"did you mean zotero:user/{path}?" in err


def test_what_has_no_title_is_told_by_something_else(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bare.bib").write_text("@misc{a, year = 2020}\n@misc{b, url = {https://a.b/c}}\n")
    code, out, err = run("zotero", "plan", "bare.bib")
    assert code == 0
    assert "(without a title)" in out
    assert "https://a.b/c" in out
    assert "text:" not in out + err


def test_all_is_gone_that_was_to_be_written(run: Run, server: ZoteroServer) -> None:
    """Between the plan and the push somebody deletes the collection: that is told."""
    where = ("refs.bib", "--collection", "In", "-y")
    run("zotero", "push", *where)
    library = server.libraries["users/1"]

    def delete() -> None:
        library.version += 1
        for key in list(library.collections):
            library.erase_collection(key)

    server.faults = [Fault(when="POST", meanwhile=delete)]
    code, out, err = run("zotero", "push", *where, "--tag", "late")
    assert code == 0
    assert "tagged late" in out
    assert "nothing was written: the library has changed meanwhile" in err
    assert "'In' was deleted in Zotero; --again makes it anew" in err
