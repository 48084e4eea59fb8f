"""BibTeX and biber read our files, and LaTeX prints them, without a word of complaint."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from paperexport.bibdocument import Document
from paperexport.bibmerge import merge
from paperexport.bibverify import verify
from paperexport.formats.biblatex import BibLaTeX
from paperexport.formats.bibtex import BibTeX
from paperexport.hookspecs import Exporter
from readers import programs
from readers.papers import OWN, Bibliography, exported, hostile

# pdfLaTeX has no Chinese, emoji or rarer signs: a character that it does not know is left out, and
# is no fault of the file. docs/latex.md says so to users.
PREAMBLE = r"""
\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage{textcomp,amsmath,amssymb}
\makeatletter
\def\UTFviii@undefined@err#1{}
\def\UTFviii@invalid@err#1{}
\makeatother
"""
NATBIB = (
    PREAMBLE
    + r"""
\usepackage[numbers]{natbib}
\usepackage{url}
\begin{document}
%s
\bibliographystyle{plainnat}
\bibliography{refs}
\end{document}
"""
)
BIBLATEX = (
    PREAMBLE
    + r"""
\usepackage[backend=biber,style=numeric]{biblatex}
\addbibresource{refs.bib}
\begin{document}
%s
\printbibliography
\end{document}
"""
)
# plain.bst asks for what a kind of work is supposed to have; our examples lack some on purpose.
EXPECTED = {
    "empty editor in chapter2011", "empty publisher and", "empty journal in nothing",
    "empty booktitle", "empty institution in report2013",
}  # fmt: skip


def cited(papers: Bibliography) -> str:
    return "\n".join(f"\\cite{{{key}}}" for key in papers)


def latex(folder: Path, text: str, bib: str, second: tuple[str, ...]) -> tuple[str, str]:
    """Run LaTeX, the bibliography program and LaTeX again; its output and the last log."""
    pdflatex = programs.program("pdflatex")
    (folder / "main.tex").write_text(text, encoding="utf-8")
    (folder / "refs.bib").write_text(bib, encoding="utf-8")
    command = (pdflatex, "-interaction=nonstopmode", "-no-shell-escape", "main.tex")
    programs.run(*command, cwd=folder)
    said = programs.run(programs.program(second[0]), *second[1:], cwd=folder)
    for _ in range(2):
        programs.run(*command, cwd=folder)
    log = (folder / "main.log").read_text(encoding="latin-1")
    return said.stdout + said.stderr, log


def complaints(log: str) -> list[str]:
    """The errors of a LaTeX run, and its warnings that concern citations."""
    found = re.findall(r"^! .*", log, re.MULTILINE)
    return found + re.findall(r"(?:LaTeX|Package \w+) Warning: .*(?:itation|mpty).*", log)


def test_bibtex(papers: Bibliography, tmp_path: Path) -> None:
    said, log = latex(
        tmp_path, NATBIB % cited(papers), exported(papers, BibTeX()), ("bibtex", "main")
    )
    warnings = [w for w in re.findall(r"Warning--(.*)", said) if not expected(w)]
    assert warnings == []
    assert "error message" not in said
    assert complaints(log) == []


def expected(warning: str) -> bool:
    return any(warning.startswith(known) for known in EXPECTED)


def test_biber(papers: Bibliography, tmp_path: Path) -> None:
    said, log = latex(
        tmp_path, BIBLATEX % cited(papers), exported(papers, BibLaTeX()), ("biber", "main")
    )
    assert re.findall(r"^(?:WARN|ERROR).*", said, re.MULTILINE) == []
    assert complaints(log) == []


def test_the_data_model(papers: Bibliography, tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text(exported(papers, BibLaTeX()), encoding="utf-8")
    said = programs.run(
        programs.program("biber"), "--tool", "--validate-datamodel", "refs.bib", cwd=tmp_path
    )
    assert re.findall(r"^(?:WARN|ERROR).*", said.stdout, re.MULTILINE) == []
    assert said.returncode == 0


@pytest.mark.parametrize(
    ("exporter", "document", "second"),
    [(BibTeX(), NATBIB, ("bibtex", "main")), (BibLaTeX(), BIBLATEX, ("biber", "main"))],
    ids=["bibtex", "biber"],
)
def test_no_text_runs_a_command(
    exporter: Exporter, document: str, second: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "stolen.tex").write_text("STOLEN", encoding="utf-8")
    papers = hostile()
    _, log = latex(tmp_path, document % cited(papers), exported(papers, exporter), second)
    assert "stolen.tex" not in log
    assert not (tmp_path / "written").exists()
    assert re.findall(r"^! .*", log, re.MULTILINE) == []
    assert (tmp_path / "main.pdf").exists()


@pytest.mark.parametrize("modern", [False, True], ids=["bibtex", "biber"])
def test_a_project_compiles_before_and_after_a_merge(modern: bool, tmp_path: Path) -> None:
    """The same citations, no warning, and every old line where it was."""
    project = Path(__file__).parents[2] / "examples" / "latex-project"
    main = (project / "main.tex").read_text(encoding="utf-8")
    if modern:
        package = r"\usepackage[backend=biber,natbib]{biblatex}\addbibresource{refs.bib}"
        main = main.replace(r"\usepackage[numbers]{natbib}", package)
        main = main.replace(r"\bibliographystyle{plainnat}", "")
        main = main.replace(r"\bibliography{refs}", r"\printbibliography")
    second = ("biber", "main") if modern else ("bibtex", "main")
    (tmp_path / "intro.tex").write_bytes((project / "intro.tex").read_bytes())
    before = (project / "refs.bib").read_text(encoding="utf-8")
    said, log = latex(tmp_path, main, before, second)
    printed = (tmp_path / "main.bbl").read_text(encoding="utf-8")
    assert complaints(log) == []

    document = Document(before.encode(), "refs.bib")
    merged = merge(document, OWN.items(), BibTeX())
    verify(document, merged.data, merged.touched)
    after = merged.data.decode()
    assert after.startswith(before)
    said, log = latex(tmp_path, main, after, second)
    assert complaints(log) == []
    assert re.findall(r"^(?:WARN|ERROR).*|Warning--.*", said, re.MULTILINE) == []
    if not modern:  # biber's .bbl holds a hash of the whole file
        assert (tmp_path / "main.bbl").read_text(encoding="utf-8") == printed
