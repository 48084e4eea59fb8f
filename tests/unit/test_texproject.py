"""What a LaTeX project cites."""

from pathlib import Path

import pytest

from paperexport.errors import SourceError
from paperexport.texproject import read

MAIN = r"""
\documentclass{article}
\addbibresource{refs.bib}
\begin{document}
\cite{a} % \cite{commented}
100\% \citep[see][p.~3]{b, c}
\Textcite*{d}\footcite{e}{not a key}
\cites(see)(etc){f}[12]{g}
\begin{verbatim}
\cite{verbatim}
\end{verbatim}
\citestyle{apa}\bibcite{x}{1}
\input{part/one}
\include{two}
\nocite{h}
\end{document}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "part").mkdir()
    (tmp_path / "main.tex").write_text(MAIN)
    (tmp_path / "part" / "one.tex").write_text("\\autocite{i}\n\\input{main}\n")
    (tmp_path / "two.tex").write_text("\n\n\\parencite{j,a}\n\\nocite{*}\n")
    (tmp_path / "refs.bib").write_text("")
    return tmp_path


def test_the_tree(project: Path) -> None:
    found = read(project / "main.tex")
    assert [c.key for c in found.citations] == list("abcdefghij")
    assert found.everything
    assert [p.name for p in found.bibliographies] == ["refs.bib"]
    assert [p.name for p in found.files] == ["main.tex", "one.tex", "two.tex"]
    by_key = {c.key: (Path(c.file).name, c.line) for c in found.citations}
    assert by_key["a"] == ("main.tex", 5)
    assert by_key["h"] == ("main.tex", 15)
    assert by_key["j"] == ("two.tex", 3)


COMMANDS = {
    r"\citep[see][p.~3]{a,b}": "ab",
    r"\cite[{see, e.g., [3]}]{a}": "a",
    r"\parencites(pre)(post)[1]{a}[2]{b}{c}": "abc",
    r"\Cites{a}{b}": "ab",
    r"\footcite{a}{the text goes on}": "a",
    r"\volcite[see]{3}[12]{a} \pvolcites{1}{b}[2]{3}{c}": "abc",
    r"\bibentry{a}\bibitem{no}": "a",
    "\\cite\n{a,%\n b, }": "ab",
    r"\verb|\cite{no} %| \cite{a} \verbatim": "a",
    "\\iffalse \\cite{no}\n\\fi \\cite{a}": "a",
    "\\cite{a}\n\\end{document}\n\\cite{no}": "a",
    r"\newcommand{\my}[1]{\cite{#1}}\my{unknown}\cite{a}": "a",
    r"\setcitestyle{round} \newcites{sec}{More} \AtEveryCitekey{x} \ifciteseen{y}{n} \cite{a}": "a",
    r"\citetext{see \citealp{a}, or even \citealp{b}} \citetext{no}": "ab",
    r"\defcitealias{a}{Paper I} \citetalias{a}": "a",
    r"\citep[see][and \citet{b}]{a} \cite{c}": "abc",
    r"\href{http://x.org/a%20b}{text} \cite{a} \url{x%{y}} \cite{b}": "ab",
    "\\begin{Verbatim}[fontsize=\\small]\n\\cite{no}\n\\end{Verbatim} \\cite{a}": "a",
    r"\Verb|\cite{no}| \mintinline{tex}|\cite{no}| \lstinline[style=x]!\cite{no}! \cite{a}": "a",
    r"\lstinline{x}, \cite{a}, \mintinline{c}{y}, \cite{b}, \verb*+\cite{no}+": "ab",
    r"% \begin{verbatim}" + "\n\\cite{a}\n% \\end{verbatim}": "a",
}


@pytest.mark.parametrize(("tex", "keys"), COMMANDS.items())
def test_commands(tex: str, keys: str, tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text(tex)
    assert [c.key for c in read(tmp_path / "main.tex").citations] == list(keys)


INPUTS = {
    r"\input{one}": "one.tex",
    r"\input one ": "one.tex",
    r"\input{one.tikz}": "one.tikz",
    r"\input{part/one}\relax": "part/one.tex",
    r"\subfile{part/one}": "part/one.tex",
    r"\import{part/}{one}": "part/one.tex",
    r"\subimport*{part/}{one.tex}": "part/one.tex",
    r"\include{version1.2}": "version1.2.tex",
    r'\input{"my part"}': "my part.tex",
    r"\InputIfFileExists{one}{}{}": "one.tex",
}


@pytest.mark.parametrize(("tex", "name"), INPUTS.items())
def test_files_that_are_read_in(tex: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "part").mkdir()
    (tmp_path / "main.tex").write_text(tex)
    (tmp_path / name).write_text(r"\cite{a}")
    found = read(tmp_path / "main.tex")
    assert [c.key for c in found.citations] == ["a"]
    assert found.files[1].samefile(tmp_path / name)


def test_a_bibliography_named_after_the_project(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text(r"\addbibresource{\jobname.bib}\cite{a}")
    (tmp_path / "thesis.bib").write_text("")
    assert [p.name for p in read(tmp_path / "thesis.tex").bibliographies] == ["thesis.bib"]


def test_a_bibliography_of_multibib(tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text(
        "\\bibliographystyle{plain}\\bibliographysec{own}\\citesec{a}"
    )
    for name in ("own.bib", "plain.bib"):
        (tmp_path / name).write_text("")
    assert [p.name for p in read(tmp_path / "main.tex").bibliographies] == ["own.bib"]


def test_aux(project: Path) -> None:
    (project / "main.aux").write_text(
        "\\citation{a}\n\\citation{b,c}\n\\@input{two.aux}\n\\bibdata{refs}\n"
        "\\abx@aux@cite{0}{d}\n\\abx@aux@cite{e}\n"
    )
    (project / "two.aux").write_text("\\citation{f}\n\\citation{*}\n")
    found = read(project / "main.aux")
    assert [c.key for c in found.citations] == list("abcdef")
    assert found.everything
    assert [p.name for p in found.bibliographies] == ["refs.bib"]


def test_the_aux_of_biblatex_has_its_files_in_the_bcf(project: Path) -> None:
    (project / "main.aux").write_text("\\abx@aux@cite{0}{d}\n")
    (project / "main.bcf").write_text(
        '<bcf:citekey order="1">x</bcf:citekey>\n<bcf:datasource>refs.bib</bcf:datasource>\n'
    )
    found = read(project / "main.aux")
    assert [c.key for c in found.citations] == ["d"]
    assert [p.name for p in found.bibliographies] == ["refs.bib"]


def test_nocite_all_of_biblatex(project: Path) -> None:
    (project / "main.aux").write_text("\\abx@aux@cite{0}{d}\n\\abx@aux@nociteall\n")
    assert read(project / "main.aux").everything


def test_bcf(project: Path) -> None:
    (project / "main.bcf").write_text(
        '<bcf:citekey order="1">a</bcf:citekey>\n<bcf:citekey order="2">b</bcf:citekey>\n'
        '<bcf:datasource type="file" datatype="bibtex">refs.bib</bcf:datasource>\n'
    )
    found = read(project / "main.bcf")
    assert [c.key for c in found.citations] == ["a", "b"]
    assert [p.name for p in found.bibliographies] == ["refs.bib"]


def test_other_files_are_refused(project: Path) -> None:
    with pytest.raises(SourceError, match="neither"):
        read(project / "refs.bib")
    with pytest.raises(SourceError, match="cannot be read"):
        read(project / "none.tex")
