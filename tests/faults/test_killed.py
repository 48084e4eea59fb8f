"""A run that is killed at any moment, and started again, asks only for what is missing."""

import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import msgspec
import pytest

from loopback import COMMAND, environment, preprint
from paperexport.record import Record
from paperexport.testing.services import SERVICES, Fault, Paper, ServiceServer

COUNT = 12
ABSTRACT = (
    "Drawer {n} was opened every morning by {n} people who each took one sock and left a note; we "
    "read the notes of year {n} and find that colour is named before length, and owner last."
)
PREPRINTS = [
    preprint(n, f"Notes from Drawer Number {n}", ABSTRACT.format(n=n)) for n in range(COUNT)
]


def page(folder: Path) -> Path:
    path = folder / "page.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for record in PREPRINTS:
            file.write(line(record))
    return path


def line(record: Record) -> str:
    kept = {"schema": 1, "type": "article", "title": record.title, "abstract": record.abstract}
    return msgspec.json.encode(kept).decode() + "\n"


def started(folder: Path, server: ServiceServer, name: str, *more: str) -> subprocess.Popen[str]:
    services = "arxiv,crossref,semanticscholar"
    return subprocess.Popen(
        [*COMMAND, "resolve", str(page(folder)), "-o", str(folder / name), "--services", services,
         *more],
        env=environment(folder, server), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.parametrize("after", [1, 2, 3, 7, 12])
def test_killed_and_started_again(after: int, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    papers = [Paper(preprint=record) for record in PREPRINTS]
    with ServiceServer(papers) as server:
        run = started(whole, server, "refs.jsonl")
        assert run.wait(60) == 0, run.communicate()
        run.communicate()
        needed = list(server.requests)
    expected = (whole / "refs.jsonl").read_text(encoding="utf-8")
    assert len(needed) > after

    with ServiceServer(papers) as server:
        server.always = dict.fromkeys(SERVICES, Fault(delay=0.02))
        run = started(tmp_path, server, "refs.jsonl")
        deadline = time.monotonic() + 60
        while server.count() < after and time.monotonic() < deadline:
            time.sleep(0.002)
        run.send_signal(signal.SIGKILL)
        run.wait(10)
        run.communicate()
        first = list(server.requests)
        # Half a file is worse than none.
        assert not (tmp_path / "refs.jsonl").exists()
        kept = stored(tmp_path / "cache.sqlite")
        run = started(tmp_path, server, "refs.jsonl")
        assert run.wait(60) == 0, run.communicate()
        run.communicate()
        second = server.requests[len(first) :]
        assert (len(first), len(second)) == (len(first), len(needed) - kept)
        assert sorted(first[:kept] + second) == sorted(needed)
        run = started(tmp_path, server, "again.jsonl", "--offline")
        assert run.wait(60) == 0, run.communicate()
        run.communicate()
        assert len(server.requests) == len(first) + len(second)
    assert same(expected) == same((tmp_path / "refs.jsonl").read_text(encoding="utf-8"))
    assert same(expected) == same((tmp_path / "again.jsonl").read_text(encoding="utf-8"))


def stored(path: Path) -> int:
    """How many answers a killed run has left, in a file that is whole."""
    if not path.exists():
        return 0
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'answer'").fetchone()
        count = db.execute("SELECT count(*) FROM answer").fetchone()[0] if tables[0] else 0
    db.close()
    return int(count)


def same(lines: str) -> list[dict[str, object]]:
    """The records without who said what where: ports and times differ."""
    found = [msgspec.json.decode(one, type=dict[str, object]) for one in lines.splitlines()]
    for record in found:
        record.pop("origins", None)
    assert len(found) == COUNT
    return found
