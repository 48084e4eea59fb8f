"""``export --into`` and ``check``: hand-kept .bib files, as people have them."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

KEPT = b"""% mine\r
@article{Turing50,\r
   author = "Turing, A. M.",\r
   title  = "Computing",\r
   year   = 1950 }\r
\r
@article{Hilbert26,\r
   author = "Hilbert, D.",\r
   title  = "\xdcber das Unendliche",\r
   year   = 1926 }\r
\r
@article{Goedel31,\r
   author = "G\xf6del, K.",\r
   title  = "Unentscheidbar",\r
   year   = 1931 }"""
ADDED = b"""\r
\r
@article{Noether21,\r
   title   = "Invariant Sums",\r
   author  = "Noether, Emmy",\r
   year    = 1921,\r
   journal = "Annalen",\r
   doi     = "10.1000/n" }\r
"""


def paper(**changes: object) -> bytes:
    said = {
        "schema": 1, "type": "article-journal", "title": "Invariant Sums", "doi": "10.1000/n",
        "author": [{"family": "Noether", "given": "Emmy"}], "issued": {"year": 1921},
        "container_title": "Annalen",
    }  # fmt: skip
    return json.dumps(said | changes).encode() + b"\n"


class Shell:
    """Runs commands in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bib = folder / "refs.bib"
        self.bib.write_bytes(KEPT)

    def __call__(self, *words: str, code: int = 0) -> subprocess.CompletedProcess[bytes]:
        home = str(self.folder / "home")
        done = subprocess.run(
            [sys.executable, "-c", "from paperexport.cli import main; main()", *words],
            cwd=self.folder, capture_output=True, timeout=60, check=False,
            env={**os.environ, "HOME": home, "XDG_CACHE_HOME": home, "XDG_CONFIG_HOME": home,
                 "XDG_STATE_HOME": home, "PYTHONIOENCODING": "utf-8"},
        )  # fmt: skip
        assert done.returncode == code, done.stderr.decode()
        assert b"Traceback" not in done.stderr
        return done

    def export(
        self, data: bytes, *words: str, code: int = 0, into: str = "refs.bib"
    ) -> subprocess.CompletedProcess[bytes]:
        (self.folder / "in.jsonl").write_bytes(data)
        return self("export", "in.jsonl", "--into", into, *words, code=code)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_line_ends_encoding_and_key_pattern_are_those_of_the_file(shell: Shell) -> None:
    shell.export(paper(), "--backup")
    assert shell.bib.read_bytes() == KEPT + ADDED
    assert (shell.folder / "refs.bib.bak").read_bytes() == KEPT
    assert sorted(p.name for p in shell.folder.iterdir()) == [
        "home", "in.jsonl", "refs.bib", "refs.bib.bak",
    ]  # fmt: skip


def test_a_difference_can_be_applied(shell: Shell) -> None:
    diff = shell.export(paper(), "--diff").stdout
    assert shell.bib.read_bytes() == KEPT
    done = subprocess.run(["git", "apply", "-"], input=diff, cwd=shell.folder, check=False)
    assert done.returncode == 0
    assert shell.bib.read_bytes() == KEPT + ADDED


@pytest.mark.parametrize("command", [["git", "apply"], ["patch", "-p1"]], ids=["git", "patch"])
def test_a_difference_of_a_file_with_a_blank_in_its_name(command: list[str], shell: Shell) -> None:
    shell.bib.rename(shell.folder / "my refs.bib")
    diff = shell.export(paper(), "--diff", into="my refs.bib").stdout
    subprocess.run(command, input=diff, cwd=shell.folder, check=True, capture_output=True)
    assert (shell.folder / "my refs.bib").read_bytes() == KEPT + ADDED


def test_a_pattern_that_was_given_wins(shell: Shell) -> None:
    shell.export(paper(), "--keys", "auth.lower + veryshorttitle.lower")
    assert b"@article{noetherinvariant,\r\n" in shell.bib.read_bytes()


def test_a_dry_run_says_how_much(shell: Shell) -> None:
    assert shell.export(paper(), "--dry-run").stdout == b"refs.bib: 1 added (not written)\n"
    assert shell.bib.read_bytes() == KEPT


def test_three_ways(shell: Shell) -> None:
    better = paper(container_title="Mathematische Annalen", volume="83")
    shell.export(paper())
    # What we wrote and nobody touched is improved.
    shell.export(better)
    improved = KEPT + ADDED.replace(b"Annalen", b"Mathematische Annalen").replace(
        b'"10.1000/n" }\r\n', b'"10.1000/n",\r\n   volume  = "83" }\r\n'
    )
    assert shell.bib.read_bytes() == improved
    # What a person changed or took out stays, and both sides are told where they differ.
    edited = improved.replace(b"Mathematische Annalen", b"Ann.").replace(
        b"   year    = 1921,\r\n", b""
    )
    shell.bib.write_bytes(edited)
    assert shell.export(better).stderr == b""
    other = paper(container_title="Math. Annalen", volume="83")
    told = shell.export(other).stderr
    assert b"merge-conflict" in told
    assert b"'Ann.'" in told
    assert b"'Math. Annalen'" in told
    assert shell.bib.read_bytes() == edited
    words = ("--on-conflict", "update")
    shell.export(other, *words, "--fields-keep", "Journal,volume")
    assert shell.bib.read_bytes() == edited
    shell.export(other, *words)
    assert shell.bib.read_bytes() == edited.replace(b'"Ann."', b'"Math. Annalen"')


def test_a_file_that_is_put_back_was_never_written_into(shell: Shell) -> None:
    kept = KEPT + b"\r\n@article{N, title={Invariant Sums}, author={Noether, E.}, year=1921}\r\n"
    shell.bib.write_bytes(kept)
    shell.export(paper())
    once = shell.bib.read_bytes()
    assert b"year=1921, journal={Annalen}, doi={10.1000/n}}" in once
    shell.export(paper(volume="83"))
    assert b"volume={83}" in shell.bib.read_bytes()
    for _ in range(2):
        shell.bib.write_bytes(kept)  # as `git checkout` does, or an editor's undo
        shell.export(paper())
        assert shell.bib.read_bytes() == once
    taken_out = once.replace(b" journal={Annalen},", b"")
    shell.bib.write_bytes(taken_out)
    shell.export(paper())
    assert shell.bib.read_bytes() == taken_out


LEFT = b"refs.bib: left out, as gone from it: Noether21; "
AGAIN = b"`export \xe2\x80\xa6 --into` with `--again` brings it back"


@pytest.mark.parametrize("cut", [KEPT, KEPT + b"\r\n\r\n"], ids=["to the byte", "roughly"])
def test_what_a_person_deleted_comes_back_when_asked_for(cut: bytes, shell: Shell) -> None:
    shell.export(paper())
    shell.bib.write_bytes(cut)
    for _ in range(2):
        done = shell.export(paper(), "--strict", "--report", "report.jsonl")
        assert shell.bib.read_bytes() == cut
        assert (done.stdout, done.stderr) == (b"", LEFT + AGAIN + b"\n")
    rows = map(json.loads, (shell.folder / "report.jsonl").read_text().splitlines())
    (left,) = (row for row in rows if row["code"] == "entry-left")
    assert left["message"] == (
        "Noether21 ('Invariant Sums') is left out: that entry is gone from the file"
    )
    assert left["origin"]["locator"] == "refs.bib"
    assert b"refs.bib: info[entry-left]: Noether21 ('Inv" in shell.export(paper(), "-v").stderr
    done = shell.export(paper(), "--dry-run")
    assert done.stdout == b"refs.bib: nothing to do, 1 left out (not written)\n"
    two = paper() + paper(title="Other", doi="10.1000/m", issued={"year": 1922})
    assert LEFT in shell.export(two).stderr
    after = shell.bib.read_bytes()
    assert (b"10.1000/n" in after, b"10.1000/m" in after) == (False, True)
    assert b'+   title   = "Invariant Sums",' in shell.export(two, "--diff", "--again").stdout
    assert shell.export(two, "--again").stderr == b""
    assert b"@article{Noether21,\r\n" in shell.bib.read_bytes()
    after = shell.bib.read_bytes()
    assert shell.export(two).stderr == b""
    assert shell.bib.read_bytes() == after


def test_many_that_were_deleted_are_counted(shell: Shell) -> None:
    many = b"".join(paper(title=f"Sums {n}", doi=f"10.1000/{n}") for n in range(7))
    shell.export(many)
    shell.bib.write_bytes(KEPT)  # as `git checkout` does
    said = shell.export(many).stderr.splitlines()
    assert shell.bib.read_bytes() == KEPT
    assert len(said) == 1
    assert b"Noether21, Noether21a, Noether21b, Noether21c, Noether21d and 2 more (-v t" in said[0]
    shell.export(many, "--again")
    assert shell.bib.read_bytes().count(b"Noether21") == 7


@pytest.mark.parametrize(
    "blank", [None, b"", b"\xef\xbb\xbf\r\n"], ids=["no file", "empty", "blank"]
)
def test_who_deletes_the_file_begins_anew(blank: bytes | None, shell: Shell) -> None:
    shell.bib.unlink()
    for _ in range(2):
        shell.export(paper())
        after = shell.bib.read_bytes()
        assert b"10.1000/n" in after
        if blank is None:
            shell.bib.unlink()
        else:
            shell.bib.write_bytes(blank)
    assert shell.export(paper()).stderr == b""
    assert b"10.1000/n" in shell.bib.read_bytes()


def test_another_file_or_another_computer_knows_nothing_of_what_was_deleted(shell: Shell) -> None:
    shell.export(paper())
    shell.bib.write_bytes(KEPT)
    shell.bib.rename(shell.folder / "moved.bib")
    shell.export(paper(), into="moved.bib")
    assert (shell.folder / "moved.bib").read_bytes() == KEPT + ADDED
    shell.bib.write_bytes(KEPT)
    shell.export(paper())
    assert shell.bib.read_bytes() == KEPT
    shutil.rmtree(shell.folder / "home")
    shell.export(paper())
    assert shell.bib.read_bytes() == KEPT + ADDED


def test_what_may_never_have_been_written_was_not_deleted(shell: Shell) -> None:
    shell.export(paper())
    (memory,) = (shell.folder / "home" / "paperexport" / "bib").iterdir()
    said = json.loads(memory.read_bytes())
    said["undo"][-1]["done"] = False  # killed before the file was replaced, or just behind it
    memory.write_text(json.dumps(said))
    edited = KEPT + b"\r\n% A note"
    shell.bib.write_bytes(edited)
    assert shell.export(paper()).stderr == b""
    assert shell.bib.read_bytes() == edited + ADDED
    shell.bib.write_bytes(edited)
    assert LEFT in shell.export(paper()).stderr


def test_a_letter_that_the_file_cannot_hold(shell: Shell) -> None:
    polish = paper(title="Łoś", doi="10.1000/l")
    done = shell.export(polish, code=3)
    assert "the file is cp1252, which has no 'Ł'".encode() in done.stderr
    assert shell.bib.read_bytes() == KEPT
    shell.export(polish, "-O", "ascii=true")
    assert b'title   = "{\\L}o{\\\'s}"' in shell.bib.read_bytes()


@pytest.mark.parametrize("head", [b"", b"\xef\xbb\xbf", b"\xef\xbb\xbf% mine\n"])
def test_a_byte_order_mark_stays_and_none_comes(head: bytes, shell: Shell) -> None:
    shell.bib.write_bytes(head)
    shell.export(paper())
    after = shell.bib.read_bytes()
    assert after.startswith(head + (b"\n" if head.endswith(b"mine\n") else b"@article"))
    assert after.count(b"\xef\xbb\xbf") == head.count(b"\xef\xbb\xbf")


def test_a_link_stays_one_and_is_remembered_as_its_file(shell: Shell) -> None:
    (shell.folder / "link.bib").symlink_to("refs.bib")
    shell.export(paper(), "--backup", into="link.bib")
    assert (shell.folder / "link.bib").is_symlink()
    assert (shell.folder / "link.bib.bak").read_bytes() == KEPT
    assert not (shell.folder / "link.bib.bak").is_symlink()
    assert shell.bib.read_bytes() == KEPT + ADDED
    shell.export(paper(container_title="Mathematische Annalen"))
    assert b'"Mathematische Annalen"' in shell.bib.read_bytes()


def test_the_rights_of_the_file_stay(shell: Shell) -> None:
    shell.bib.chmod(0o640)
    shell.export(paper())
    assert shell.bib.stat().st_mode & 0o777 == 0o640
    shell.bib.chmod(0o440)
    done = shell.export(paper(doi="10.1000/m", title="Other"), code=3)
    assert done.stderr.startswith(b"error: refs.bib: is read-only; nothing was written\nhint: ")
    assert shell.bib.read_bytes() == KEPT + ADDED


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_is_read_only(shell: Shell) -> None:
    shell.folder.chmod(0o555)
    try:
        assert b"cannot be written" in shell("export", "refs.bib", "-o", "x.bib", code=3).stderr
    finally:
        shell.folder.chmod(0o755)


def test_what_cannot_be_remembered_is_not_written(shell: Shell) -> None:
    shell.export(paper())
    after = shell.bib.read_bytes()
    (memory,) = (shell.folder / "home" / "paperexport" / "bib").iterdir()
    memory.chmod(0o444)
    done = shell.export(paper(title="Other", doi="10.1000/m"), code=3)
    assert b"refs.bib: nothing was written, as that could not be remembered" in done.stderr
    assert shell.bib.read_bytes() == after
    memory.chmod(0o644)
    memory.write_text("{")
    done = shell.export(paper(title="Third", doi="10.1000/k"), code=3)
    assert b"what was written last time cannot be read" in done.stderr
    assert shell.bib.read_bytes() == after


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-o", "x.bib"), b"--into excludes -o and --out-dir"),
        (("--out-dir", "x"), b"--into excludes -o and --out-dir"),
        (("-t", "ris"), b"-t ris: --into is for .bib files"),
    ],
)
def test_options_that_exclude_each_other(words: tuple[str, ...], said: bytes, shell: Shell) -> None:
    assert said in shell.export(paper(), *words, code=2).stderr
    assert shell.bib.read_bytes() == KEPT


def test_only_bib_files_are_merged_into(shell: Shell) -> None:
    (shell.folder / "refs.ris").write_bytes(b"TY  - JOUR\r\nER  - \r\n")
    assert b"--into is for .bib files" in shell.export(paper(), into="refs.ris", code=2).stderr
    assert (shell.folder / "refs.ris").read_bytes() == b"TY  - JOUR\r\nER  - \r\n"


@pytest.mark.parametrize("data", ["@misc{a, title={x}}\n".encode("utf-16"), b"\x89PNG\0\x01"])
def test_what_is_no_text_is_not_written_into(data: bytes, shell: Shell) -> None:
    shell.bib.write_bytes(data)
    assert b"is UTF-16, or no text at all" in shell.export(paper(), code=3).stderr
    assert shell.bib.read_bytes() == data


def test_damage_in_the_file_is_told(shell: Shell) -> None:
    shell.bib.write_bytes(KEPT + b"\n@misc{a, title={open\n")
    assert b"refs.bib:16: warning[bibtex-damaged]: " in shell.export(paper()).stderr
    shell.export(paper(), "--strict", code=1)


def test_papers_that_are_kept_twice_keep_their_entries(shell: Shell) -> None:
    twice = paper(volume="83") + paper(issue="2")
    shell.export(twice, "--duplicates", "keep")
    after = shell.bib.read_bytes()
    assert after.count(b'"10.1000/n"') == 2
    shell.export(twice, "--duplicates", "keep")
    assert shell.bib.read_bytes() == after


def test_a_new_file(shell: Shell) -> None:
    diff = shell.export(paper(), "--diff", into="new/refs.bib").stdout
    assert diff.startswith(b"--- /dev/null\n+++ b/new/refs.bib\n")
    shell.export(paper(), into="new/refs.bib")
    after = (shell.folder / "new" / "refs.bib").read_bytes()
    assert after.startswith(b"@article{noether1921invariant,\n")


DOUBTFUL = """\
@misc{x, title={T}, doi={https://doi.org/10.1000/182}} % a
@misc{x, title={U}, pages={1-2}}
@misc{z, title={V}, crossref={x},
  url={https://example.org/a.}}
"""


def test_check_finds_and_repairs(shell: Shell) -> None:
    shell.bib.write_text(DOUBTFUL)
    rows = [json.loads(row) for row in shell("check", "refs.bib", "--json").stdout.splitlines()]
    assert [(row["line"], row["code"], row["key"], row["fix"]) for row in rows] == [
        (1, "identifier-spelling", "x", "10.1000/182"),
        (2, "page-dash", "x", "1--2"),
        (2, "duplicate-key", "x", None),
        (4, "url-punctuation", "z", "https://example.org/a"),
    ]
    diff = shell("check", "refs.bib", "--fix", "--diff").stdout
    assert shell.bib.read_text() == DOUBTFUL
    assert diff.count(b"\n+@misc") + diff.count(b"\n+  url") == 3
    shell("check", "refs.bib", "--strict", "--diff", code=1)
    done = shell("check", "refs.bib", "--fix", "--backup", "--strict", code=1)
    assert done.stdout.splitlines() == [
        b"refs.bib:2: error[duplicate-key]: x: the key is in line 1 too"
    ]
    assert shell.bib.read_text() == (
        DOUBTFUL.replace("https://doi.org/", "").replace("1-2", "1--2").replace("a.}", "a}")
    )
    assert (shell.folder / "refs.bib.bak").read_text() == DOUBTFUL
    after = shell.bib.read_bytes()
    shell("check", "refs.bib", "--fix")
    assert shell.bib.read_bytes() == after


def test_check_knows_what_is_cited(shell: Shell) -> None:
    (shell.folder / "main.tex").write_text("\\cite{part,old}\n")
    shell.bib.write_text(
        "@inbook{part, title={P}, crossref={whole}}\n@book{whole, title={W}, xdata={house}, "
        "author={A}, year={1990}}\n@xdata{house, publisher={H}}\n@misc{new, ids={old}}\n@misc{no}\n"
    )
    said = shell("check", "refs.bib", "--tex", "main.tex").stdout
    assert said == b"refs.bib:5: info[unused]: no: nobody cites it\n"


def test_another_encoding_is_no_damage(shell: Shell) -> None:
    rows = [json.loads(row) for row in shell("check", "refs.bib", "--json").stdout.splitlines()]
    assert [
        (r["code"], r["severity"], r["line"]) for r in rows if r["code"] != "field-missing"
    ] == [("encoding-guessed", "warning", 9)]


def test_two_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    from paperexport.bibdocument import Document
    from paperexport.cli import _bib
    from paperexport.errors import PaperExportError

    bib = tmp_path / "refs.bib"
    bib.write_bytes(b"@misc{a, title = {A}}\n")
    old = Document(bib.read_bytes(), str(bib))
    inside = threading.Event()

    def slowly() -> None:
        inside.set()
        time.sleep(0.3)

    def add(key: bytes, first: Callable[[], None]) -> bool:
        new = old.bytes() + b"@misc{%b, title = {B}}\n" % key
        touched = (key.decode(),)
        return _bib.write(
            old, new, touched, dry_run=False, diff=False, backup=False, first=first
        )  # fmt: skip

    with ThreadPoolExecutor() as pool:
        one = pool.submit(add, b"one", slowly)
        assert inside.wait(10)
        with pytest.raises(PaperExportError, match="somebody else changed it"):
            add(b"other", lambda: None)
        assert one.result()
    assert b"@misc{one," in bib.read_bytes()


def test_a_file_name_that_is_no_text(shell: Shell) -> None:
    name = os.fsdecode(b"refs-\xff.bib")
    try:
        (shell.folder / name).write_bytes(KEPT)
    except OSError:
        pytest.skip("this file system has names of text alone")
    (shell.folder / "new.jsonl").write_bytes(paper())
    shell("export", "new.jsonl", "--into", name)
    assert (shell.folder / name).read_bytes() == KEPT + ADDED
    [line] = shell("list", name, "--select", "1", "--json").stdout.splitlines()
    assert json.loads(line)["locator"] == "refs-\ufffd.bib"
    shell("list", name, "--report", "report.jsonl")
    shell("export", name, "-t", "jsonl", "-o", "all.jsonl")
    assert shell("check", name, code=0).stdout.startswith(b"refs-")


@pytest.mark.parametrize(
    "data",
    [b"<!doctype html><p>@misc", b'\n[{"type": "book"}]', b"TY  - BOOK\r\nER  - \r\n", b"{}"],
)
def test_what_is_no_bib_file_stays_as_it_is(shell: Shell, data: bytes) -> None:
    (shell.folder / "new.jsonl").write_bytes(paper())
    shell.bib.write_bytes(data)
    for words in (("export", "new.jsonl", "--into", "refs.bib"), ("check", "refs.bib")):
        assert b"no .bib file" in shell(*words, code=3).stderr
    assert shell.bib.read_bytes() == data


def test_a_pipe_is_not_merged_into(shell: Shell) -> None:
    os.mkfifo(shell.folder / "pipe.bib")
    (shell.folder / "new.jsonl").write_bytes(paper())
    assert b"no file" in shell("export", "new.jsonl", "--into", "pipe.bib", code=3).stderr


def test_a_backup_is_as_private_as_what_it_keeps(shell: Shell) -> None:
    (shell.folder / "new.jsonl").write_bytes(paper())
    shell.bib.chmod(0o600)
    shell("export", "new.jsonl", "--into", "refs.bib", "--backup")
    backup = shell.folder / "refs.bib.bak"
    assert backup.read_bytes() == KEPT
    assert [f.stat().st_mode & 0o777 for f in (shell.bib, backup)] == [0o600, 0o600]
