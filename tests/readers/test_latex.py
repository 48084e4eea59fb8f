"""BibTeX and biber read our files, and LaTeX prints them, without a word of complaint."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from paperexport import texproject
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
    now = (tmp_path / "main.bbl").read_text(encoding="utf-8")
    assert now == printed
    assert {"turing1950", "lovelace1843notes"} <= set(
        re.findall(r"\\(?:entry|bibitem.*?)\{([^}]+)", now)
    )


PROJECT = {
    "bibtex": r"""\documentclass{article}\usepackage[numbers]{natbib}\begin{document}
\citep[see][p.~3]{a,b} \Citet*{c} \citetext{see \citealp{d}} \include{part} \nocite{e}
\cite[see][]{f} \verb|\cite{no}| \iffalse \cite{no} \fi
\bibliographystyle{plainnat}\bibliography{refs}\end{document} \cite{no}
""",
    "biber": r"""\documentclass{article}\usepackage{biblatex}\addbibresource{\jobname.bib}
\begin{document}\parencite[see][p.~3]{a,b} \Textcite*{c} \input part
\parencites(see)(too)[1]{d}[2]{e}{f} \volcite{3}{i} \cites{j}{k}
\cite[{see [1]}]{a}
\begin{refsection}\cite{l}\printbibliography\end{refsection}\printbibliography\end{document}
""",
}


@pytest.mark.parametrize("second", PROJECT)
def test_the_tree_is_read_as_latex_reads_it(second: str, tmp_path: Path) -> None:
    """The same citations from the sources, the .aux and the .bcf, and none missing by name."""
    (tmp_path / "part.tex").write_text(r"\citeauthor{g} \cite{h}", encoding="utf-8")
    entries = "".join(
        f"@book{{{k}, title={{{k}}}, author={{A}}, year=1}}\n" for k in "abcdefghijkl"
    )
    for name in ("refs.bib", "main.bib"):
        (tmp_path / name).write_text(entries, encoding="utf-8")
    latex(tmp_path, PROJECT[second], entries, (second, "main"))
    suffixes = (".tex", ".aux", ".bcf")[: 2 + (second == "biber")]
    found = [texproject.read(tmp_path / f"main{suffix}") for suffix in suffixes]
    keys = [sorted(citation.key for citation in project.citations) for project in found]
    assert keys == [list("abcdefgh" if second == "bibtex" else "abcdefghijkl")] * len(found)
    name = "refs.bib" if second == "bibtex" else "main.bib"
    assert [[p.name for p in project.bibliographies] for project in found] == [[name]] * len(found)
