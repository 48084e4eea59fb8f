"""HTML and JATS to plain text, for the leftovers that registries and feeds put into fields.

Not for pages: a source that reads a page parses it.
"""

import html
import re

from paperexport._regex import late, possessive

_VOID = frozenset("br hr img wbr break graphic inline-graphic xref-alternatives".split())
_BLOCKS = frozenset(
    """
    p div sec section article abstract title subtitle h1 h2 h3 h4 h5 h6 ul ol li list list-item dl
    dt dd def-list def-item blockquote disp-quote disp-formula pre table thead tbody tr caption fig
    table-wrap boxed-text speech verse-group hr header footer main figure
    """.split()
)
_INLINE = frozenset(
    """
    a abbr acronym b bdi bdo big br cite code data del dfn em font i ins kbd mark nobr q rp rt ruby
    s samp small span strike strong sub sup time tt u var wbr img td th label center
    bold italic sc monospace overline roman sans-serif underline styled-content named-content
    ext-link uri email xref inline-formula inline-graphic graphic alternatives tex-math
    inline-supplementary-material break milestone-start milestone-end related-article
    related-object chem-struct term def fn target sec-meta kwd-group kwd object-id private-char
    math semantics annotation annotation-xml mrow mi mn mo mtext ms mspace msub msup msubsup munder
    mover munderover mfrac msqrt mroot mstyle mpadded mphantom mfenced menclose merror mtable mtr
    mtd maction mprescripts mmultiscripts none
    script style template noscript
    """.split()
)
_KNOWN = _BLOCKS | _INLINE
_PREFIXES = frozenset(("jats", "mml", "m", "xhtml", "html", "xlink", "ali"))
_HIDDEN = frozenset(("script", "style", "template"))
_FORMULAS = frozenset(("inline-formula", "disp-formula", "alternatives", "math"))

_ATTRIBUTES = possessive(r"[^<>\"']|\"[^\"<]*+\"|'[^'<]*+'")
_TAG = late(
    rf"<(/?)([A-Za-z][\w:.-]*+)({_ATTRIBUTES})>"
    r"|<(/?)([A-Za-z][\w:.-]*+)([^<>]*+)>"
)
_ENTITY = late(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_DECLARATION = late(r"<[!?][A-Za-z][^<>]*+>")
_SUPERSCRIPTS = str.maketrans("0123456789+-−=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾")
_SUBSCRIPTS = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_SCRIPTABLE = late(r"[0-9+\-−=()]{1,12}")
_DOCUMENT = late(r"\\begin\{document\}(.*)\\end\{document\}", re.DOTALL)


def strip_html(s: str) -> str:
    """HTML, JATS and entities to plain text; never raises.

    Tags of HTML, JATS and MathML go, paragraphs stay (one blank line between two), ``<sub>2</sub>``
    becomes ``₂``, a formula with a TeX form becomes ``$…$``. What is no tag of theirs (``<think>``,
    ``a < b``) is text. Markup that was escaped once more (``&lt;i&gt;…&lt;/i&gt;``,
    ``&amp;amp;``) is resolved too, tags only where one opens and closes.

    Args:
        s: text with leftovers of markup.

    Returns:
        Plain text; its white space is untidied where no tag made paragraphs.
    """
    if "<" not in s and "&" not in s:
        return s
    text = _strip(s, None)
    if "&" in text and _ENTITY.search(text):
        text = _unescape(text)
    if "<" in text:
        tags = [_parts(match) for match in _TAG.finditer(text)]
        closed = {name for end, name, _ in tags if end}
        pairs = {name for end, name, _ in tags if not end and name in closed} & _KNOWN
        pairs.update(name for _, name, _ in tags if name in _VOID)
        if pairs:
            text = _strip(text, pairs)
    return text


def _parts(match: re.Match[str]) -> tuple[bool, str, str]:
    end, name, attributes = match.group(1, 2, 3) if match[2] else match.group(4, 5, 6)
    prefix, _, local = name.lower().rpartition(":")
    return bool(end), local if prefix in _PREFIXES or not prefix else name, attributes


def _is_tag(name: str, attributes: str, only: set[str] | None) -> bool:
    if name not in (_KNOWN if only is None else only):
        return False
    # "a <b and c> d" holds no tag.
    return "=" in attributes or not attributes.strip(" /\t\r\n")


def _unescape(text: str) -> str:
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text


def _strip(s: str, only: set[str] | None) -> str:
    """Takes the tags out, known ones or only those named, and the first layer of entities."""
    if "<!" in s or "<?" in s:
        s = _without(s, "<!--", "-->", keep=False)
        s = _without(s, "<![CDATA[", "]]>", keep=True)
        s = _DECLARATION.sub("", s)
    out: list[str] = []
    scripts: list[tuple[str, int]] = []
    formula: _Formula | None = None
    hidden = ""
    blocks = False
    done = 0
    for match in _TAG.finditer(s):
        end, name, attributes = _parts(match)
        if not _is_tag(name, attributes, only):
            continue
        text = s[done : match.start()]
        done = match.end()
        if formula is not None:
            formula.text(text)
        elif text and not hidden:
            out.append(_unescape(text))
        if hidden:
            hidden = "" if end and name == hidden else hidden
            continue
        empty = attributes.endswith("/")
        if formula is not None:
            formula.tag(name, attributes, end=end, empty=empty)
            if formula.depth == 0:
                out.append(_unescape(formula.finish()))
                formula = None
        elif name in _HIDDEN and not empty:
            hidden = "" if end else name
        elif name in _FORMULAS and not end and not empty:
            formula = _Formula(name)
        elif name in ("sub", "sup"):
            if not end:
                scripts.append((name, len(out)))
            elif scripts and scripts[-1][0] == name:
                _script(out, *scripts.pop())
        elif name in ("br", "break"):
            out.append("\n")
        elif name in _BLOCKS:
            blocks = True
            _heading(out, end=end, name=name)
            out.append("\0")
        elif name in ("td", "th"):
            out.append(" ")
    rest = s[done:]
    if formula is not None:
        formula.text(rest)
        out.append(_unescape(formula.finish()))
    elif not hidden:
        out.append(_unescape(rest))
    text = "".join(out)
    if not blocks:
        return text
    # White space means nothing between the tags of a document.
    paragraphs = (" ".join(part.split()) for part in text.split("\0"))
    return "\n\n".join(filter(None, paragraphs))


def _without(s: str, opening: str, closing: str, *, keep: bool) -> str:
    """Cuts out what stands between two marks, or the marks alone, escaping what they quoted."""
    if opening not in s:
        return s
    out: list[str] = []
    done = 0
    while (start := s.find(opening, done)) >= 0:
        end = s.find(closing, start + len(opening))
        if end < 0:
            break
        out.append(s[done:start])
        if keep:
            out.append(html.escape(s[start + len(opening) : end], quote=False))
        done = end + len(closing)
    out.append(s[done:])
    return "".join(out)


def _script(out: list[str], name: str, start: int) -> None:
    """Raises or lowers what was written since, if all of it has such a form."""
    if len(out) == start + 1 and _SCRIPTABLE.fullmatch(out[start].strip()):
        table = _SUPERSCRIPTS if name == "sup" else _SUBSCRIPTS
        out[start] = out[start].strip().translate(table)


def _heading(out: list[str], *, end: bool, name: str) -> None:
    """Drops a heading that says only that this is the abstract."""
    first = end and name == "title" and out[-2:-1] == ["\0"] and len(out) <= 4
    if first and out[-1].strip().lower() in ("abstract", "abstract:", "summary"):
        out.pop()


class _Formula:
    """What a formula holds: its TeX form where there is one, else what its elements print."""

    def __init__(self, name: str) -> None:
        self.opener = name
        self.depth = 1
        self.display = name == "disp-formula"
        self.inside = ""
        self.tex: list[str] = []
        self.plain: list[str] = []

    def text(self, text: str) -> None:
        if self.inside == "tex":
            self.tex.append(text)
        elif not self.inside and text.strip():
            self.plain.append(text.strip() if self.depth > 1 or self.opener == "math" else text)

    def tag(self, name: str, attributes: str, *, end: bool, empty: bool) -> None:
        if name == self.opener:
            self.depth += -1 if end else 0 if empty else 1
        elif name == "tex-math":
            self.inside = "" if end or empty else "tex"
        elif name in ("annotation", "annotation-xml"):
            kind = "tex" if "tex" in attributes.lower() else "other"
            self.inside = "" if end or empty else kind

    def finish(self) -> str:
        tex = "".join(self.tex).strip()
        document = _DOCUMENT.search(tex)
        if document is not None:
            tex = document[1].strip()
        tex = tex.strip("$").strip()
        if not tex:
            return "".join(self.plain)
        tex = " ".join(tex.split())
        return f"$${tex}$$" if self.display else f"${tex}$"
