"""``paperexport tex``: what a project cites and what its .bib file holds."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from loopback import COMMAND, Paper, environment, preprint, publication
from paperexport.testing.services import SERVICES, Fault, ServiceServer

SEVEN = preprint(7, "Notes from Drawer Number 7", "Drawer 7 was opened every morning.")
EIGHT = preprint(8, "On Drawer Number 8", "Drawer 8 was never opened.")
PAPERS = [
    Paper(preprint=SEVEN, published=publication(SEVEN)),
    Paper(preprint=EIGHT, published=publication(EIGHT, doi="10.5555/8")),
]
TEX = r"""\documentclass{article}
\begin{document}
\cite{turing1950,arXiv:2401.00007} \citep{nobody2020} % \cite{2401.00008}
\cite{hf:2401.99999} \cite{part}
\bibliography{refs}
\end{document}
"""
KEPT = """\
@article{turing1950, author={Turing, A. M.}, title={Computing}, year=1950, journal={Mind}}

@inbook{part, crossref={whole}, title={Part}}

@book{whole, title={Whole}, year=1990}

@misc{idle, title={Nobody Reads This}}
"""
ADDED = """
@inproceedings{arXiv:2401.00007,
  title = {Notes from Drawer Number 7},
  author = {Lovelace, Ada and Babbage, Charles},
"""


class Shell:
    """Runs ``tex`` in a folder of its own."""

    def __init__(self, folder: Path, server: ServiceServer) -> None:
        self.folder = folder
        self.server = server
        self.environment = environment(folder, server, XDG_STATE_HOME=str(folder / "state"))
        self.bib = folder / "refs.bib"
        self.bib.write_text(KEPT)
        (folder / "main.tex").write_text(TEX)

    def __call__(self, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*COMMAND, "tex", *words], cwd=self.folder, env=self.environment, timeout=60,
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    with ServiceServer(PAPERS) as server:
        yield Shell(tmp_path, server)


def test_missing_and_unused(shell: Shell) -> None:
    assert shell("main.tex").stdout.splitlines() == [
        "main.tex:3: missing: arXiv:2401.00007 (--resolve looks it up)",
        "main.tex:3: missing: nobody2020",
        "main.tex:4: missing: hf:2401.99999 (--resolve looks it up)",
        "refs.bib: unused: idle",
        "5 keys cited, 3 missing, 1 entry unused",
    ]
    assert shell.server.count() == 0


def test_identifiers_are_added_under_that_very_key(shell: Shell) -> None:
    done = shell("main.tex", "--resolve", "--backup")
    after = shell.bib.read_text()
    assert after.startswith(KEPT + ADDED)
    assert "abstract" not in after
    assert done.stdout.splitlines() == [
        "refs.bib: added: arXiv:2401.00007",
        "main.tex:3: missing: nobody2020",
        "main.tex:4: missing: hf:2401.99999 (no service knows it)",
        "refs.bib: unused: idle",
        "5 keys cited, 2 missing, 1 entry unused",
    ]
    assert "not-found" in done.stderr
    assert (shell.folder / "refs.bib.bak").read_text() == KEPT
    shell("main.tex", "--resolve")
    assert shell.bib.read_text() == after


def test_what_is_cited_comes_back_also_where_it_was_deleted(shell: Shell) -> None:
    shell("main.tex", "--resolve")
    after = shell.bib.read_text()
    shell.bib.write_text(KEPT)
    assert "added: arXiv:2401.00007" in shell("main.tex", "--resolve").stdout
    assert shell.bib.read_text() == after


def test_check_tells_by_its_exit_code(shell: Shell) -> None:
    shell("main.tex", "--check", code=1)
    shell("main.tex", "--check", "--resolve", code=1)
    (shell.folder / "main.tex").write_text(
        TEX.replace("\\citep{nobody2020}", "").replace("\\cite{hf:2401.99999}", "")
    )
    shell("main.tex", "--check")
    (shell.folder / "main.tex").write_text(TEX.replace("nobody2020", "*"))
    assert "0 entries unused" in shell("main.tex", "--check", code=1).stdout


def test_a_difference_is_shown_and_not_made(shell: Shell) -> None:
    done = shell("main.tex", "--resolve", "--diff", "--check", code=1)
    assert "+@inproceedings{arXiv:2401.00007,\n" in done.stdout
    assert "missing: arXiv:2401.00007 (would be added)" in done.stdout
    assert shell.bib.read_text() == KEPT
    assert "exclude each other" in shell("main.tex", "--diff", "--json", code=2).stderr


def test_json(shell: Shell) -> None:
    said = json.loads(shell("main.tex", "--resolve", "--json").stdout)
    assert said == {
        "bibliography": "refs.bib",
        "cited": ["turing1950", "arXiv:2401.00007", "nobody2020", "hf:2401.99999", "part"],
        "added": ["arXiv:2401.00007"],
        "missing": [
            {"key": "nobody2020", "file": "main.tex", "line": 3, "note": ""},
            {"key": "hf:2401.99999", "file": "main.tex", "line": 4, "note": "no service knows it"},
        ],
        "unused": ["idle"],
    }


def test_the_paper_is_there_under_another_key(shell: Shell) -> None:
    kept = KEPT + "@misc{eight, title={Eight}, eprint={2401.00008}, archivePrefix={arXiv}}\n"
    shell.bib.write_text(kept)
    (shell.folder / "main.tex").write_text(
        TEX.replace("nobody2020", "2401.00008,10.5555/8").replace(",arXiv:2401.00007", "")
    )
    done = shell("main.tex", "--resolve")
    assert "missing: 2401.00008 (refs.bib has it as eight)" in done.stdout
    assert "missing: 10.5555/8 (refs.bib has it as eight)" in done.stdout
    assert shell.bib.read_text() == kept


def test_a_paper_that_is_cited_by_several_names_is_added_once(shell: Shell) -> None:
    keys = "arXiv:2401.00007,2401.00007v2,https://huggingface.co/papers/2401.00007,10.5555/1"
    (shell.folder / "main.tex").write_text(f"\\cite{{{keys}}}\\bibliography{{refs}}\n")
    said = shell("main.tex", "--resolve", "--check", code=1).stdout
    assert shell.bib.read_text().count("{Notes from Drawer Number 7}") == 1
    assert "added: arXiv:2401.00007\n" in said
    for key in keys.split(",")[1:]:
        assert f"missing: {key} (it is arXiv:2401.00007, by another name)" in said


@pytest.mark.parametrize(
    ("key", "note"),
    [
        ("smith2401.00007", ""),
        ("vaswani-2401.00007", ""),
        ("2401.00007-draft", ""),
        ("10.1016/S0140-6736(05)67889-0", " (biber reads no parentheses in a key)"),
        ("10.1000/a=b", " (no entry can have this key)"),
    ],
)
def test_keys_that_are_not_looked_up(shell: Shell, key: str, note: str) -> None:
    shell.bib.write_text("@online{turing1950, title={Computing}, date={1950}}\n")
    (shell.folder / "main.tex").write_text(f"\\cite{{{key}}}\\bibliography{{refs}}\n")
    said = shell("main.tex", "--resolve").stdout.splitlines()
    assert said[0] == f"main.tex:1: missing: {key}{note}"
    assert shell.server.count() == 0


def test_a_doi_with_parentheses_is_a_key_of_bibtex(shell: Shell) -> None:
    doi = "10.5555/S0140(05)6-0"
    shell.server.papers.append(
        Paper(published=publication(EIGHT, doi=doi, title="The Third Drawer"))
    )
    (shell.folder / "main.tex").write_text(f"\\cite{{{doi}}}\\bibliography{{refs}}\n")
    assert f"added: {doi}" in shell("main.tex", "--resolve", "--check").stdout
    assert f"@inproceedings{{{doi},\n" in shell.bib.read_text()
    shell("main.tex", "--check")


@pytest.mark.parametrize("name", ["main.aux", "main.bcf", "build/main.aux"])
def test_what_latex_wrote_is_read_too(shell: Shell, name: str) -> None:
    (shell.folder / "build").mkdir()
    (shell.folder / name).write_text(
        '<bcf:citekey order="1">arXiv:2401.00007</bcf:citekey>\n'
        '<bcf:datasource type="file">refs.bib</bcf:datasource>\n'
        if name.endswith(".bcf")
        else "\\citation{arXiv:2401.00007}\n\\bibdata{refs}\n"
    )
    done = shell(name, "--resolve", "--check")
    assert done.stdout.endswith("1 key cited, 0 missing, 3 entries unused\n")
    assert ADDED in shell.bib.read_text()


def test_a_file_that_is_not_there_yet(shell: Shell) -> None:
    shell.bib.unlink()
    assert "name it with --into" in shell("main.tex", "--resolve", code=2).stderr
    shell("main.tex", "--resolve", "--into", "refs.bib")
    assert shell.bib.read_text().startswith(ADDED.lstrip())


def test_other_names_and_other_files(shell: Shell) -> None:
    (shell.folder / "more.bib").write_text(
        "@online{new, ids={old, older}, title={X}, date={2000}}\n@xdata{shared, publisher={P}}\n"
        "@online{spare, title={Y}, xdata={shared}}\n"
    )
    (shell.folder / "main.tex").write_text(
        "\\addbibresource{refs.bib}\\addbibresource{more.bib}\n\\cite{old,part,turing1950,idle}\n"
    )
    assert shell("main.tex", "--check").stdout.splitlines() == [
        "more.bib: unused: spare",
        "4 keys cited, 0 missing, 1 entry unused",
    ]


def test_a_file_of_macros_in_front_stays_one(shell: Shell) -> None:
    (shell.folder / "abbreviations.bib").write_text('@string{ms = "My Series"}\n')
    (shell.folder / "main.tex").write_text(
        "\\cite{arXiv:2401.00007}\\bibliography{abbreviations,refs}\n"
    )
    assert "refs.bib: added: arXiv:2401.00007" in shell("main.tex", "--resolve").stdout


def test_no_service_can_be_asked(shell: Shell) -> None:
    for service in SERVICES:
        shell.server.always[service] = Fault(status=503)
    done = shell("main.tex", "--resolve", "--check", code=1)
    assert "missing: arXiv:2401.00007 (not every service could be asked)" in done.stdout
    assert "is busy (status 503)" in done.stderr
    assert shell.bib.read_text() == KEPT


@pytest.mark.parametrize(
    ("style", "told"),
    [
        (r"\bibliographystyle{plain}", ["1 key cited, 0 missing, 0 entries unused"]),
        ("", ["main.tex:1: missing: arXiv:2401.00007 (--resolve looks it up)",
              "refs.bib: unused: ARXIV:2401.00007", "1 key cited, 1 missing, 1 entry unused"]),
    ],
    ids=["BibTeX", "biber"],
)  # fmt: skip
def test_capitals_tell_keys_apart_for_biber_alone(
    style: str, told: list[str], shell: Shell
) -> None:
    (shell.folder / "main.tex").write_text(r"\cite{arXiv:2401.00007}\bibliography{refs}" + style)
    shell.bib.write_text("@misc{ARXIV:2401.00007, title={Q}}\n")
    assert shell("main.tex").stdout.splitlines() == told
    check = subprocess.run(
        [*COMMAND, "check", "refs.bib", "--tex", "main.tex"], cwd=shell.folder,
        env=shell.environment, timeout=60, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert ("[unused]" in check.stdout) == (len(told) > 1)
