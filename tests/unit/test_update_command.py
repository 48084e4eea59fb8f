"""``paperexport update``: what became of the preprints in a file that somebody keeps by hand."""

import difflib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from loopback import COMMAND, Paper, environment, preprint, publication
from paperexport.testing.services import SERVICES, Fault, ServiceServer

ABSTRACT = (
    "Drawer {n} was opened every morning by people who each took one sock and left a note; we "
    "read the notes and find that colour is named before length, length before owner, pattern "
    "never, in drawer {n} as in all others."
)
FIRST = preprint(7, "Notes from Drawer Number 7", ABSTRACT.format(n=7))
SECOND = preprint(8, "Notes from Drawer Number 8", ABSTRACT.format(n=8))
PAPERS = [
    Paper(preprint=FIRST, published=publication(FIRST)),
    Paper(preprint=SECOND, published=publication(SECOND, doi="10.5555/2")),
]
KEPT = """\
% mine
@string{ms = "My Series"}

@article{socks,
  title   = {Notes from {Drawer} Number 7}, % my capitals
  author  = {Lovelace, A. and Babbage, C.},
  journal = {arXiv preprint arXiv:2401.00007},
  year    = {2024}
}

@article{turing1950, author={Turing, A. M.}, title = {Computing} , year=1950, journal = ms,
  doi={10.1093/mind/LIX.236.433}}
@misc{eight,
  title = {Notes from Drawer Number 8},
  author = {Lovelace, Ada and Babbage, Charles},
  year = 2024,
  note = "read twice" }
"""
SOCKS = """\
@inproceedings{socks,
  title   = {Notes from {Drawer} Number 7}, % my capitals
  author  = {Lovelace, A. and Babbage, C.},
  year    = {2025},
  booktitle = {Proceedings of the Symposium on Drawers},
  pages   = {1--9},
  publisher = {Drawer Associates},
  eprint  = {2401.00007},
  archiveprefix = {arXiv},
  primaryclass = {cs.LG},
  doi     = {10.5555/1},
  url     = {https://doi.org/10.5555/1}
}
"""


class Shell:
    """Runs ``update refs.bib`` in a folder of its own."""

    def __init__(self, folder: Path, server: ServiceServer) -> None:
        self.folder = folder
        self.server = server
        self.environment = environment(folder, server, XDG_STATE_HOME=str(folder / "state"))
        self.bib = folder / "refs.bib"
        self.bib.write_bytes(KEPT.encode())

    def __call__(self, *words: str, code: int = 0) -> subprocess.CompletedProcess[bytes]:
        done = subprocess.run(
            [*COMMAND, "update", "refs.bib", *words], cwd=self.folder, env=self.environment,
            timeout=60, check=False, capture_output=True,
        )  # fmt: skip
        assert done.returncode == code, done.stderr.decode()
        assert b"Traceback" not in done.stderr
        return done


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    with ServiceServer(PAPERS) as server:
        yield Shell(tmp_path, server)


def blocks(text: str) -> list[str]:
    return text.split("\n@")


def test_a_preprint_that_was_published_is_replaced_as_a_whole(shell: Shell) -> None:
    done = shell()
    after = shell.bib.read_text()
    assert SOCKS in after
    before, now = KEPT.splitlines(), after.splitlines()
    gone = [line[2:] for line in difflib.ndiff(before, now) if line.startswith("- ")]
    assert gone == [
        "@article{socks,",
        "  journal = {arXiv preprint arXiv:2401.00007},",
        "  year    = {2024}",
        "@misc{eight,",
        "  year = 2024,",
        '  note = "read twice" }',
    ]
    assert '  note = "read twice",\n  booktitle = {Proceedings' in after
    assert "  year = 2025,\n" in after
    assert "@article{turing1950, author={Turing, A. M.}, title = {Computing} , year=1950" in after
    told = done.stdout.decode()
    assert "refs.bib: socks: @article → @inproceedings, year, booktitle" in told
    assert "journal taken out" in told
    assert "turing" not in told


def test_a_second_run_changes_nothing_and_asks_nobody(shell: Shell) -> None:
    shell()
    after = shell.bib.read_bytes()
    asked = shell.server.count()
    assert shell("--diff").stdout == b""
    assert shell("--backup").stdout == b""
    assert shell.bib.read_bytes() == after
    assert not (shell.folder / "refs.bib.bak").exists()
    assert shell.server.count() == asked


def test_diff_and_dry_run_write_nothing(shell: Shell) -> None:
    diff = shell("--diff")
    assert b"+  booktitle = {Proceedings of the Symposium on Drawers},\n" in diff.stdout
    assert b"socks" in diff.stderr
    dry = shell("--dry-run")
    assert dry.stdout.startswith(b"refs.bib: socks: ")
    assert shell.bib.read_bytes() == KEPT.encode()
    patched = subprocess.run(
        ["patch", "-p1"], input=diff.stdout, cwd=shell.folder, check=False, capture_output=True
    )
    assert patched.returncode == 0
    by_hand = shell.bib.read_bytes()
    shell.bib.write_bytes(KEPT.encode())
    shell("--backup")
    assert shell.bib.read_bytes() == by_hand
    assert (shell.folder / "refs.bib.bak").read_bytes() == KEPT.encode()


def test_what_a_person_changes_afterwards_stays(shell: Shell) -> None:
    shell()
    edited = shell.bib.read_bytes().replace(b"{Proceedings of the Symposium on Drawers}", b"{SoD}")
    edited = edited.replace(b"  pages   = {1--9},\n", b"")
    shell.bib.write_bytes(edited)
    assert shell().stdout == b""
    assert shell.bib.read_bytes() == edited


def test_fields_that_are_kept(shell: Shell) -> None:
    shell("--fields-keep", "year, url")
    after = shell.bib.read_text()
    assert "  year    = {2024}" in after
    assert "url" not in after
    assert "10.5555/1" in after


def test_the_preprint_is_preferred(shell: Shell) -> None:
    shell("--prefer", "preprint")
    after = shell.bib.read_text()
    assert "10.5555" not in after
    assert "2025" not in after
    assert "Symposium" not in after
    assert "  doi     = {10.48550/arXiv.2401.00007}" in after
    assert len(blocks(after)) == len(blocks(KEPT))


def test_both_are_two_entries(shell: Shell) -> None:
    shell("--prefer", "both")
    after = shell.bib.read_text()
    assert len(blocks(after)) == len(blocks(KEPT)) + 2
    assert "@article{socks," in after
    assert "  journal = {arXiv preprint arXiv:2401.00007}," in after
    assert after.count("{10.5555/1}") == 1
    shell("--prefer", "both")
    assert shell.bib.read_text() == after


def test_no_service_can_be_asked(shell: Shell) -> None:
    for service in SERVICES:
        shell.server.always[service] = Fault(status=503)
    done = shell("--strict", code=1)
    assert shell.bib.read_bytes() == KEPT.encode()
    assert done.stdout == b""
    assert b"is busy (status 503)" in done.stderr
    assert b"run again when they can be asked" in done.stderr
    assert shell("--offline").stdout == b""
    assert shell.bib.read_bytes() == KEPT.encode()


def test_one_service_fails_and_the_others_answer(shell: Shell) -> None:
    shell.server.always["crossref"] = Fault(status=500)
    done = shell()
    assert b"crossref is busy" in done.stderr
    assert b"{10.5555/1}" in shell.bib.read_bytes()


def test_a_file_of_another_encoding_and_line_end_stays_one(shell: Shell) -> None:
    kept = KEPT.replace("% mine", "% für mich").replace("\n", "\r\n").encode("latin-1")
    shell.bib.write_bytes(kept)
    diff = shell("--diff").stdout
    assert b" % f\xfcr mich\r\n" in diff
    shell()
    after = shell.bib.read_bytes()
    assert b"% f\xfcr mich\r\n" in after
    assert SOCKS.replace("\n", "\r\n").encode() in after
    assert after.count(b"\n") == after.count(b"\r\n")


def test_a_file_that_somebody_else_changes_meanwhile_is_left_alone(shell: Shell) -> None:
    late = (
        "import sys, time, pathlib; time.sleep = str\n"
        "from paperexport import resolution\n"
        "from paperexport.cli import main\n"
        "real = resolution.resolve\n"
        "def resolve(*arguments, **options):\n"
        "    path = pathlib.Path('refs.bib')\n"
        "    path.write_bytes(path.read_bytes() + b'% saved by my editor\\n')\n"
        "    return real(*arguments, **options)\n"
        "resolution.resolve = resolve\n"
        "sys.exit(main())\n"
    )
    done = subprocess.run(
        [COMMAND[0], "-c", late, "update", "refs.bib", "--backup"], cwd=shell.folder,
        env=shell.environment, timeout=60, check=False, capture_output=True,
    )  # fmt: skip
    assert done.returncode == 3
    assert b"somebody else changed it in the meantime; nothing was written" in done.stderr
    assert shell.bib.read_bytes() == KEPT.encode() + b"% saved by my editor\n"
    shell()
    assert shell.bib.read_bytes().endswith(b"% saved by my editor\n")
    assert SOCKS in shell.bib.read_text()


def test_a_read_only_file_is_not_replaced(shell: Shell) -> None:
    shell.bib.chmod(0o444)
    assert b"refs.bib: is read-only; nothing was written" in shell(code=3).stderr
    assert shell.bib.read_bytes() == KEPT.encode()


def test_an_article_in_no_journal_is_a_preprint(shell: Shell) -> None:
    # As INSPIRE writes it.
    eprint = 'eprint = "2401.00007", archivePrefix = "arXiv"'
    shell.bib.write_text(KEPT.replace("journal = {arXiv preprint arXiv:2401.00007}", eprint))
    shell()
    assert "@inproceedings{socks," in shell.bib.read_text()
    assert "{10.5555/1}" in shell.bib.read_text()


def test_a_journal_article_is_no_preprint(shell: Shell) -> None:
    kept = KEPT.replace("journal = {arXiv preprint arXiv:2401.00007}", "journal = {Sock Review}")
    shell.bib.write_text(kept)
    done = shell()
    assert "@article{socks," in shell.bib.read_text()
    assert "  journal = {Sock Review}," in shell.bib.read_text()
    assert b"other-version" in done.stderr


def test_of_two_entries_with_one_key_each_gets_its_own(shell: Shell) -> None:
    one = "@misc{x, title={%s}, eprint={%s}, archiveprefix={arXiv}, year=2024}\n"
    shell.bib.write_text(one % (FIRST.title, "2401.00007") + one % (SECOND.title, "2401.00008"))
    shell()
    first, second = shell.bib.read_text().splitlines()
    assert "doi={10.5555/1}" in first
    assert "doi={10.5555/2}" in second
    assert shell().stderr == b""
