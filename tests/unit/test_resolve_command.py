"""The commands that ask services, as a user runs them, against the loopback services."""

import json
import subprocess
from pathlib import Path

import pytest

from loopback import COMMAND, Paper, environment, preprint, publication
from paperexport.testing.services import ServiceServer

ABSTRACT = (
    "Drawer 7 was opened every morning by people who each took one sock and left a note; we read "
    "the notes and find that colour is named before length, length before owner, pattern never."
)
TITLE = "Notes from Drawer Number 7"
ONE = preprint(7, TITLE, ABSTRACT)


class Shell:
    """Runs the command in a folder of its own."""

    def __init__(self, folder: Path, server: ServiceServer) -> None:
        self.folder = folder
        self.environment = environment(folder, server)
        (folder / "page.txt").write_text(f"{TITLE}\n\n{ABSTRACT}\n", encoding="utf-8")
        self.page = ("page.txt", "--from", "daily-papers-text")

    def __call__(self, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*COMMAND, *words], cwd=self.folder, env=self.environment, timeout=60, check=False,
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done


def test_resolve_export_and_explain_say_the_same(tmp_path: Path) -> None:
    with ServiceServer([Paper(preprint=ONE, published=publication(ONE))]) as server:
        run = Shell(tmp_path, server)
        (record,) = map(json.loads, run("resolve", *run.page).stdout.splitlines())
        asked = server.count()
        bib = run("export", *run.page, "--resolve", "-t", "bibtex").stdout
        (told,) = map(json.loads, run("explain", *run.page, "--json").stdout.splitlines())
        text = run("explain", *run.page).stdout
        run("resolve", *run.page, "--offline", "-o", "again.bib")
        assert server.count() == asked
        answers = run("cache", "info").stdout
        assert run("cache", "clear").stdout == f"{asked} answers forgotten\n"
        run("resolve", *run.page, "--services", "arxiv", "--prefer", "preprint", "-o", "x.ris")
        assert {name for name, _ in server.requests[asked:]} == {"arxiv"}
    assert record["container_title"] == "Proceedings of the Symposium on Drawers"
    assert "@inproceedings{lovelace2025notes," in bib
    assert (tmp_path / "again.bib").read_text(encoding="utf-8") == bib
    assert told["verdict"] == "sure"
    said = {row["field"]: row["said by"] for row in told["records"][0]}
    assert (said["author"], said["abstract"]) == ("crossref", "arxiv")
    assert told["candidates"][0]["identifier"] == "arxiv:2401.00007"
    assert "verdict: sure: same title and abstract" in text
    assert "arxiv" in answers
    assert "10.48550/arXiv.2401.00007" in (tmp_path / "x.ris").read_text(encoding="utf-8")


def test_a_review_file_is_written_and_obeyed(tmp_path: Path) -> None:
    renamed = ONE.replace(title="What 7 People Say of Socks in a Drawer")
    with ServiceServer([Paper(preprint=renamed)]) as server:
        run = Shell(tmp_path, server)
        words = ("export", *run.page, "--resolve", "--review", "review.txt", "-t", "bibtex")
        first = run(*words)
        assert "match-doubtful" in first.stderr
        assert "2401.00007" not in first.stdout
        review = tmp_path / "review.txt"
        page = review.read_text(encoding="utf-8")
        assert "candidate: arxiv:2401.00007" in page
        review.write_text(page.replace("answer:\n", "answer: yes\n"), encoding="utf-8")
        for _ in range(2):
            done = run(*words)
            assert "eprint = {2401.00007}" in done.stdout
            assert "match-doubtful" not in done.stderr
        assert "answer: yes" in review.read_text(encoding="utf-8")
        review.write_text(page.replace("answer:\n", "answer: no\n"), encoding="utf-8")
        assert "2401.00007" not in run(*words).stdout
        assert "2401.00007" in run("export", *run.page, "--resolve", "--accept", "probable").stdout


def test_inputs_by_name(tmp_path: Path) -> None:
    with ServiceServer([Paper(preprint=ONE, published=publication(ONE))]) as server:
        run = Shell(tmp_path, server)
        words = ("arxiv:2401.00007", "doi:10.5555/1", "page.txt", "--from", "daily-papers-text")
        for name in words[:2]:
            assert TITLE in run("export", name, "-t", "ris").stdout
        assert "no arXiv id" in run("list", "arxiv:banana", code=2).stderr


def test_an_index_is_built_asked_and_searched(tmp_path: Path) -> None:
    snapshots = tmp_path / "snapshots"
    snapshots.mkdir()
    line = {"id": "2401.00007", "title": TITLE, "abstract": ABSTRACT, "authors": ["Ada Lovelace"],
            "published": "2024-01-03"}  # fmt: skip
    (snapshots / "a.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    (snapshots / "broken.json").write_text("{}", encoding="utf-8")
    with ServiceServer([]) as server:
        run = Shell(tmp_path, server)
        built = run("index", "build", "snapshots")
        assert built.stdout.startswith("1 paper in ")
        assert "left out:" in built.stderr
        assert "broken.json" in built.stderr
        run("index", "build", "snapshots/broken.json", code=3)
        assert "a.jsonl" in run("index", "info").stdout
        assert "2401.00007" in run("index", "search", "Notes from a Drawer Number 7").stdout
        assert "2401.00007" in run("index", "search", "arXiv:2401.00007").stdout
        (record,) = map(json.loads, run("resolve", *run.page, "--offline").stdout.splitlines())
        assert server.count() == 0
    assert record["author"][0]["family"] == "Lovelace"
    assert record["origins"]["author"]["source"] == "index"


@pytest.mark.parametrize("command", [("index", "info"), ("index", "search", "x")])
def test_there_is_no_index(command: tuple[str, ...], tmp_path: Path) -> None:
    with ServiceServer([]) as server:
        assert "index build" in Shell(tmp_path, server)(*command, code=3).stderr
