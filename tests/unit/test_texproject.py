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
