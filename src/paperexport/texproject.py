r"""What a LaTeX project cites: from its ``.aux``, its ``.bcf``, or its ``.tex`` tree.

``.aux`` and ``.bcf`` are what BibTeX and biber go by, and so the truth; the ``.tex`` tree is read
for those who have not run LaTeX: ``\input`` and its kin are followed, the cite commands of natbib
and BibLaTeX are known by their names, which all hold "cite".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from msgspec import Struct

from paperexport.errors import SourceError

__all__ = ["Citation", "Project", "read"]

FILES = 2000
"""Files of one project that are read, at most."""

_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%.*")
# In an address a `%` is no comment either.
_VERB = re.compile(
    r"\\(?:(?:[vV]erb\*?|lstinline)(?![A-Za-z*])|mintinline\s*(?:\[[^\[\]]*\])?\{[^{}]*\})"
    r"(?:\[[^\[\]]*\])?([^\s{]).*?\1"
    r"|\\(?:url|nolinkurl|href|path)\s*\{(?:[^{}]|\{[^{}]*\})*\}"
)
# What LaTeX does not run; `\iffalse` is the old way to comment out.
_VERBATIM = re.compile(
    r"\\begin\{([BL]?[vV]erbatim\*?|lstlisting|minted|comment|filecontents\*?)\}.*?\\end\{\1\}"
    r"|\\iffalse\b.*?\\fi\b|\\end\{document\}.*",
    re.DOTALL,
)
# \cite, \citep*, \Textcite, \footcites … but not what only sets or tests something.
_CITE = re.compile(
    r"\\(?!(?:bib(?!entry\b)|new(?:refsection|cites\b)|Declare|At|if|set)[A-Za-z]*"
    r"|cite(?:style|reset|setup|alias|text)\b)"
    r"(?P<name>[A-Za-z]*[cC]ite[A-Za-z]*|bibentry)\*?"
    r"(?P<rest>(?:\s*(?:\([^()]*\)|\[(?:[^\[\]{}]|\{[^{}]*\})*\]|<[^<>]*>|\{[^{}]*\}))+)"
)
_GROUP = re.compile(
    r"(?P<option>\[(?:[^\[\]{}]|\{[^{}]*\})*\]|\([^()]*\)|<[^<>]*>)|\{(?P<keys>[^{}]*)\}"
)
_INPUT = re.compile(
    r"\\(?:input|include|subfile|subfileinclude|includeonly|InputIfFileExists"
    r"|(?:sub)?(?:import|inputfrom|includefrom)\*?\s*\{(?P<folder>[^{}]*)\})"
    r"\s*\{(?P<name>[^{}]+)\}|\\input\s+(?P<bare>[^\s\\{}%]+)"
)
_BIB = re.compile(
    r"\\(?:bibliography(?!style|unit)[A-Za-z]*|addbibresource|addglobalbib|addsectionbib)"
    r"\s*(?:\[[^\[\]]*\])?\s*\{(?P<names>[^{}]+)\}"
)
_STYLE = re.compile(r"\\bib(?:liography)?style\s*\{")
_AUX_CITATION = re.compile(r"\\(?:citation|abx@aux@cite(?:\{\d+\})?)\{(?P<keys>[^{}]*)\}")
_AUX_ALL = re.compile(r"\\abx@aux@nociteall\b")
_AUX_INPUT = re.compile(r"\\@input\{(?P<name>[^{}]+)\}")
_AUX_BIB = re.compile(r"\\bibdata\{(?P<names>[^{}]*)\}")
_BCF_KEY = re.compile(r"<bcf:citekey[^>]*>([^<]+)</bcf:citekey>")
_BCF_BIB = re.compile(r"<bcf:datasource[^>]*>([^<]+)</bcf:datasource>")


class Citation(Struct, frozen=True):
    """A key that is cited, and where it is for the first time."""

    key: str
    file: str
    line: int


class Project(Struct, frozen=True, kw_only=True):
    r"""What a project cites.

    Attributes:
        citations: each key once, in order.
        everything: whether ``\nocite{*}`` cites whatever there is.
        bibliographies: the .bib files that it names, as far as they are there.
        files: what was read.
        bibtex: whether BibTeX reads them, to which keys are the same in capitals.
    """

    citations: tuple[Citation, ...]
    everything: bool
    bibtex: bool
    bibliographies: tuple[Path, ...]
    files: tuple[Path, ...]

    def key(self, key: str) -> str:
        """A key as it is compared with others."""
        return key.lower() if self.bibtex else key


def read(path: Path) -> Project:
    """The citations of a project.

    Args:
        path: its ``.tex``, ``.aux`` or ``.bcf`` file.

    Raises:
        SourceError: the file is of no such kind, or cannot be read.
    """
    readers = {".tex": _tex, ".ltx": _tex, ".aux": _aux, ".bcf": _bcf}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise SourceError(
            f"{path}: neither .tex, .aux nor .bcf", hint="give the main file of the project"
        )
    found = _Found(path.parent)
    reader(path, found)
    return found.project()


class _Found:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.citations: dict[str, Citation] = {}
        self.everything = self.bibtex = False
        self.bibs: dict[Path, None] = {}
        self.files: dict[Path, None] = {}

    def cite(self, keys: str, file: Path, line: int) -> None:
        for key in keys.split(","):
            key = key.strip()
            if key == "*":
                self.everything = True
            elif key and not key.startswith("#"):  # an argument in a definition
                self.citations.setdefault(key, Citation(key, str(file), line))

    def bib(self, names: str) -> None:
        for name in names.split(","):
            # An .aux file in a build folder means files beside the sources.
            paths = [folder / name.strip() for folder in (self.folder, self.folder.parent)]
            for candidate in (c for p in paths for c in (p, p.with_name(f"{p.name}.bib"))):
                if candidate.is_file():
                    self.bibs.setdefault(candidate)
                    break

    def project(self) -> Project:
        return Project(
            citations=tuple(self.citations.values()),
            everything=self.everything,
            bibtex=self.bibtex,
            bibliographies=tuple(self.bibs),
            files=tuple(self.files),
        )


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror or error}") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _tex(main: Path, found: _Found) -> None:
    waiting = [main]
    while waiting and len(found.files) < FILES:
        path = waiting.pop(0)
        if path in found.files:
            continue
        found.files[path] = None
        lines = (_VERB.sub("", line) for line in _text(path).split("\n"))
        text = "\n".join(_COMMENT.sub(r"\1", line) for line in lines)
        text = _VERBATIM.sub(lambda m: "\n" * m[0].count("\n"), text)
        line, done = 1, 0
        match = _CITE.search(text)
        while match is not None:
            line += text.count("\n", done, match.start())
            done = match.start()
            for keys in _keys(match["name"], match["rest"]):
                found.cite(keys, path, line)
            match = _CITE.search(text, match.start("rest"))  # a note may cite too
        found.bibtex = found.bibtex or _STYLE.search(text) is not None
        for match in _BIB.finditer(text):
            found.bib(match["names"].replace("\\jobname", main.stem))
        for match in _INPUT.finditer(text):
            for name in (match["name"] or match["bare"]).split(","):
                target = _input(path, main, match["folder"] or "", name.strip(' "'))
                if target is not None:
                    waiting.append(target)


def _keys(name: str, rest: str) -> Iterator[str]:
    r"""The groups of keys of one command; of ``\cites`` each, of the others the first one.

    ``\volcite`` and its kin have a volume in front of each (BibLaTeX manual, 3.9.6).
    """
    groups = [group["keys"] for group in _GROUP.finditer(rest) if group["keys"] is not None]
    if "volcite" in name.lower():
        groups = groups[1::2]
    yield from groups if name.lower().endswith("cites") else groups[:1]


def _input(path: Path, main: Path, inside: str, name: str) -> Path | None:
    for folder in (main.parent / inside, path.parent / inside):
        # TeX adds the suffix also where there is another.
        for candidate in (folder / f"{name}.tex", folder / name):
            if candidate.is_file():
                return candidate
    return None


def _aux(main: Path, found: _Found) -> None:
    waiting = [main]
    while waiting and len(found.files) < FILES:
        path = waiting.pop(0)
        if path in found.files or not path.is_file():
            continue
        found.files[path] = None
        text = _text(path)
        found.bibtex = found.bibtex or _STYLE.search(text) is not None
        for number, line in enumerate(text.split("\n"), 1):
            for match in _AUX_CITATION.finditer(line):
                found.cite(match["keys"], path, number)
            if _AUX_ALL.search(line):
                found.everything = True
            for match in _AUX_BIB.finditer(line):
                found.bib(match["names"])
            waiting += [main.parent / match["name"] for match in _AUX_INPUT.finditer(line)]
    if not found.bibs and (biber := main.with_suffix(".bcf")).is_file():
        # BibLaTeX names its files there.
        for match in _BCF_BIB.finditer(_text(biber)):
            found.bib(unescape(match[1]))


def _bcf(path: Path, found: _Found) -> None:
    found.files[path] = None
    for number, line in enumerate(_text(path).split("\n"), 1):
        for match in _BCF_KEY.finditer(line):
            found.cite(unescape(match[1]), path, number)
        for match in _BCF_BIB.finditer(line):
            found.bib(unescape(match[1]))
