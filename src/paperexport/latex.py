"""LaTeX and Unicode, both ways.

:func:`decode` reads TeX as far as text goes: accents, letters, symbols, dashes and quotes become
Unicode, the braces that only group or protect go, maths stays. :func:`encode` writes plain text so
that neither BibTeX nor TeX can stumble over it. :func:`math_spans` says what both of them, and
whoever protects capitals, take for maths.

For every text *s* that :func:`paperexport.text.clean` leaves alone and that holds none of its
paragraph breaks inside runs of white space (so: every line, every block),
``decode(encode(s)) == s``, with ``ascii`` or without.

Everything here is linear in its input and recurses on nothing.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from paperexport._latex_tables import (
    ACCENTS,
    BARE_ACCENTS,
    ENVIRONMENTS,
    LETTERS,
    MATHS,
    MATHS_SYMBOLS,
    QUOTED,
    SCRIPTS,
    SPACES,
    STRIPPED,
    SYMBOLS,
    TRANSPARENT,
    WITH_ARGUMENT,
)
from paperexport._regex import late, possessive

# --- Where maths is -------------------------------------------------------------------------------

# With what stands before a mark, or it would be tried at each character; the end of a line or of
# the text is one, or what stands before it would be read again from each character on.
_UNMARKED = possessive(r"[\x00-\x09\x0b-#%-\[\]-z|~-\xff]++|[^\x00-\xff]++")
_MARK = r"\\.|[{}$]|\n[ \t\r]*\n|\n|\\?\Z"
_PLAIN_MARK = late(rf"{_UNMARKED}({_MARK})", re.DOTALL)
_TEX_MARK = late(rf"{_UNMARKED}(\\(?:begin|end)\{{[A-Za-z]{{1,12}}\*?\}}|{_MARK})", re.DOTALL)
# "$5 and", "$200k in", "$1.5 million", "$60, then": an amount, then a word.
_AMOUNT = late(r"\$\d[\d.,]*[A-Za-z+%]{0,3}[-–/,;:.)]{0,2}\s+[A-Za-z]{2}")
# "for 1$: cheap": a dollar sign that ends something.
_ENDS = late(r"\$(?:\s|[,.;:!?)\]]+(?:\s|$)|$)")
_NO_DOLLAR = late(r"\\(?:[(\[]|begin\{)")
_CLOSERS = {r"\)": r"\(", r"\]": r"\["}


def math_spans(s: str) -> list[tuple[int, int]]:
    r"""The stretches of a plain text that are maths: ``$…$`` and ``$$…$$``, signs included.

    A lone dollar sign swallows nothing. The rule is pandoc's (``tex_math_dollars``), a little
    stricter where money is meant:

    * the opening ``$`` has no white space after it, is not an amount of money before a word
      (``$5 and``), and does not end a clause (``1$: cheap``);
    * the closing ``$`` has no white space before it; a digit may follow it only when the span is
      short and looks like TeX (``$^2$3``);
    * ``\\$`` is a dollar sign and neither opens nor closes;
    * braces inside are balanced, the span closes at the depth where it opened, and no blank line
      is in it. ``$$…$$`` needs these only.

    Args:
        s: any text.

    Returns:
        ``(start, end)`` pairs, in order, apart.
    """
    if "$" not in s:
        return []
    return [(start, end) for start, end, _ in _find_maths(s, tex=False)]


def _find_maths(s: str, *, tex: bool) -> list[tuple[int, int, str]]:
    r"""``(start, end, opener)``; in TeX ``\(…\)``, ``\[…\]`` and environments are maths too."""
    spans: list[tuple[int, int, str]] = []
    groups: list[tuple[int, str, int] | None] = []
    # What is open at this depth: position, opener, number of spans found before it.
    pending: tuple[int, str, int] | None = None
    barrier = done = at = 0
    stop = len(s)
    if not tex or _NO_DOLLAR.search(s) is None:
        # Before the first dollar sign nothing opens, behind the last one nothing closes.
        at, stop = s.find("$"), s.rfind("$") + 1
        while at > 0 and s[at - 1] == "\\":
            at -= 1
    for mark in (_TEX_MARK if tex else _PLAIN_MARK).finditer(s, max(at, 0), stop):
        i = mark.start(1)
        if i < done:
            continue
        sign = mark[1]
        if sign in ("", "\n", "\\"):
            continue
        if sign == "{":
            groups.append(pending)
            pending = None
            continue
        if sign == "}":
            pending = groups.pop() if groups else None
            continue
        if sign[0] == "\n":
            barrier, pending = i, None
            continue
        if pending is not None and pending[0] < barrier:
            pending = None
        if sign == "$":
            if pending is None:
                pending = _opens(s, i, len(spans))
                done = i + 2 if pending is not None and pending[1] == "$$" else done
                continue
            start, opener, before = pending
            if opener == "$$":
                if s.startswith("$$", i):
                    del spans[before:]
                    spans.append((start, i + 2, "$$"))
                    pending, done = None, i + 2
                    continue
                # No display after all: the first sign stands alone, the second may open.
                start, opener = start + 1, "$"
                if _ENDS.match(s, start) or _AMOUNT.match(s, start):
                    opener = ""
            if opener == "$" and _closes(s, start, i):
                del spans[before:]
                spans.append((start, i + 1, "$"))
                pending = None
            else:
                pending = _opens(s, i, len(spans))
                done = i + 2 if pending is not None and pending[1] == "$$" else done
        elif tex:
            if sign in (r"\(", r"\["):
                pending = pending or (i, sign, len(spans))
            elif sign.startswith(r"\begin{"):
                if pending is None and sign[7:-1] in ENVIRONMENTS:
                    pending = (i, sign, len(spans))
            elif pending is not None:
                opener = pending[1]
                closed = _CLOSERS.get(sign) or sign.replace("end", "begin", 1)
                if opener not in ("$", "$$") and closed == opener:
                    del spans[pending[2] :]
                    spans.append((pending[0], mark.end(), opener))
                    pending = None
    return spans


def _opens(s: str, i: int, found: int) -> tuple[int, str, int] | None:
    if s.startswith("$$", i):
        return i, "$$", found
    if _ENDS.match(s, i) or _AMOUNT.match(s, i):
        return None
    return i, "$", found


def _closes(s: str, start: int, i: int) -> bool:
    if i == start + 1 or s[i - 1].isspace():
        return False
    if s[i + 1 : i + 2].isdigit():
        inner = s[start + 1 : i] if i - start < 40 else ""
        return len(inner) == 1 or any(sign in inner for sign in "\\^_")
    return True


# --- TeX to Unicode -------------------------------------------------------------------------------

_TEXT, _ACCENT, _THROUGH, _QUOTED, _HREF, _UNKNOWN = range(6)

_SYMBOL_KINDS: dict[str, tuple[int, str]] = {
    **{sign: (_TEXT, sign) for sign in "&%$#_{}"},
    **dict.fromkeys(" ,;:>\n\t\\", (_TEXT, " ")),
    # A hyphenation point, an italic correction, a negative space, the end of a sentence.
    **dict.fromkeys("-/!@", (_TEXT, "")),
    **{name: (_ACCENT, mark) for name, mark in ACCENTS.items() if not name.isalpha()},
}
_WORD_KINDS: dict[str, tuple[int, str]] = {
    **{name[1:]: (_TEXT, char) for name, char in MATHS_SYMBOLS.items() if name[1:].isalpha()},
    **{f"text{name[1:]}": (_TEXT, char) for name, char in MATHS_SYMBOLS.items() if char.isalpha()},
    **dict.fromkeys(TRANSPARENT, (_THROUGH, "")),
    **dict.fromkeys(QUOTED, (_QUOTED, "")),
    **{name: (_ACCENT, mark) for name, mark in ACCENTS.items() if name.isalpha()},
    **{name: (_TEXT, char) for name, char in SPACES.items()},
    **{name: (_TEXT, char) for name, char in SYMBOLS.items()},
    **{name: (_TEXT, char) for name, char in LETTERS.items()},
}

# What may stand in the braces of an address or of a simple argument: one more level, no deeper.
_ARGUMENT = r"\{" + possessive(r"[^{}\\]|\\.|\{[^{}]*+\}") + r"\}"
_TOKENS = (
    # Commonest first: {\"u} {\ss} {\v s} {\em word}, \"{u}, \"u.
    r"\{\\[^{}\\$~`'?!-]{1,24}\}"
    r"|\{\\[`'~^\"=.][A-Za-z]\}"
    r"|\\[\"'`^~=.](?:\{[A-Za-z]\}|[A-Za-z])"
    # A command whose argument is not text.
    r"|\\(?:url|nolinkurl|path|textcolor|color|colorbox|[hv]space\*?|[hv]?phantom|ensuremath|noopsort|SortNoop"
    r"|text(?:super|sub)script)[ \t]*+" + _ARGUMENT + r"|\\href[ \t]*+" + _ARGUMENT + r"(?:\s*+\{)?"
    r"|\\[A-Za-z]++(?:\{\}|[ \t]*+\n?[ \t]*+)"
    r"|\\\\(?:\*|\[[0-9.]{1,8}[a-z]{2}\])?"
    r"|\\.?|\{|\}|~|--+|``|''|\?`|!`"
)
_TOKEN = late(f"({_TOKENS})", re.DOTALL)
# In an address ~ and -- are themselves.
_ADDRESS = r"https?://(?:[^\s{}\\$<>\"`'“”]|\\[%#_&~](?:\{\})?)+|www\.(?:[^\s{}\\$<>\"`'“”]|\\[%#_&~](?:\{\})?)+"
_WHOLE_ADDRESS = late(_ADDRESS)
_TOKEN_OR_ADDRESS = late(f"({_ADDRESS}|{_TOKENS})", re.DOTALL)

_LIGATURES = {"~": " ", "--": "–", "---": "—", "``": "“", "''": "”", "?`": "¿", "!`": "¡"}
_IN_ADDRESS = late(r"\\([%#_&~{}$])(?:\{\})?|\\text(asciitilde|underscore)(?:\{\})?")
_CLUSTER = late(r".[\u0300-\u036f]*", re.DOTALL)
_OPTION = late(r"\[[^\]]*\]")
_BELOW = frozenset(ACCENTS[name] for name in ("d", "c", "k", "b", "textcommabelow"))
_DOTTED = {"ı": "i", "ȷ": "j"}
_UNSCRIPTS = {name: {v: k for k, v in forms.items()} for name, forms in SCRIPTS.items()}


def decode(s: str) -> str:
    r"""TeX to plain text.

    Outside maths: accents (braced, bare, stacked), letters, symbols, dashes, quotes and spaces
    become characters; ``~`` becomes a space; commands that only change how their argument looks
    (``\textbf``, ``\emph``) leave the argument, ``\href`` its text (or, without one, its URL);
    braces that group or protect are dropped. A command that is not known stays as it is written,
    with its arguments. So do braces after a bare ``_`` or ``^`` (``W_{ij}``), or after the name of
    a command whose backslash a page took away (``mathcal{O}``), braces that do not match, and
    ``%``: it is no comment in a field.

    Maths is kept as ``$…$`` or ``$$…$$``; ``\(…\)`` and ``\[…\]`` are written so, environments
    such as ``equation`` are left alone.

    Args:
        s: TeX, or text with leftovers of it.

    Returns:
        Unicode; NFC wherever an accent was set, otherwise as it came.
    """
    if not _speaks_tex(s):
        return s
    easy = _easy(s)
    return _decode(s) if easy is None else easy


def textual(s: str) -> str:
    r"""TeX that asks whether it stands in maths, as in a text.

    ``\ifmmode \check{Z}\else \v{Z}\fi{}`` is how the American Physical Society writes a name.
    """
    return _IF_MATHS.sub(r"\1", s) if "\\ifmmode" in s else s


_IF_MATHS = late(
    r"\\ifmmode(?![A-Za-z])(?:(?!\\(?:else|fi)).){0,200}\\else[ ]*((?:(?!\\(?:else|fi)).){0,200})"
    r"\\fi(?:\{\}|[ ]+|(?![A-Za-z]))"
)
# "$\acute{\mbox{c}}$" is how NASA's data system wrote an accent of a name.
_MATHS_ACCENTS = {
    "hat": "^", "ddot": '"', "acute": "'", "grave": "`", "tilde": "~", "bar": "=", "dot": ".",
    "breve": "u", "check": "v",
}  # fmt: skip
_ACCENT_IN_MATHS = late(rf"\$\\({'|'.join(_MATHS_ACCENTS)})\{{\\mbox\{{([A-Za-z])\}}\}}\$")


def _speaks_tex(s: str) -> bool:
    """Whether anything in a text can mean something else than itself."""
    # One character is found by far faster than two.
    return (
        "\\" in s
        or "{" in s
        or "}" in s
        or "~" in s
        or ("-" in s and "--" in s)
        or ("'" in s and "''" in s)
        or ("`" in s and ("``" in s or "?`" in s or "!`" in s))
    )


def _decode(s: str) -> str:
    """What :func:`decode` says, by reading token after token."""
    s = textual(s)
    backslash = "\\" in s
    spans = _find_maths(s, tex=True) if backslash or "$" in s else []
    reader = _Reader()
    split = (_TOKEN_OR_ADDRESS if "://" in s or "www." in s else _TOKEN).split
    done = 0
    for start, end, opener in spans:
        if start > done:
            reader.read(split(s[done:start]))
        reader.maths(_maths(s[start:end], opener))
        done = end
    if done < len(s):
        reader.read(split(s[done:] if done else s))
    return reader.finish()


# What stands for itself wherever it stands, so that it can be replaced alone: {\"u} {\v{s}} {\v s}
# {\ss} {\L}, \"u \"{u} \v{s}, \&, a word in braces or in italics, ties, dashes and quotes.
_EASY_LETTERS = (
    r"\{\\(?:[\"'`^~=.](?:[A-Za-z]|\{(?:\\[\"'`^~=.])?[A-Za-z]\}|\\[ij])"
    r"|[cdkbruvH](?:\{[A-Za-z]\}| [A-Za-z])|ss|[lLoOij]|aa|AA|ae|AE|oe|OE)\}"
    r"|\\(?:[\"'`^~=.](?:[A-Za-z]|\{[A-Za-z]\})|[cdkbruvH]\{[A-Za-z]\})"
)
_EASY_LETTER = late(_EASY_LETTERS)
_EASY_WORDS = r"[\w .,:;/+-]+\}"
# What means nothing; one thing of the above, or one character that means something else. A class
# of ranges in front is by far faster than a search for what comes next.
_MEANINGLESS = possessive(r"[\x00-&(-,.-\[\]-_a-z|\x7f-\xff]++|[^\x00-\xff]++|-(?!-)|'(?!')")
_EASY = late(
    rf"({_MEANINGLESS})"
    rf"(?:({_EASY_LETTERS}|\\[&%#_]|\{{{_EASY_WORDS}"
    rf"|\\(?:emph|url|text(?:bf|it|sc|tt|rm|sf))\{{{_EASY_WORDS}"
    r"|~|---?(?!-)|``(?<![?!]``)(?!`)|''(?!'))|(.?))",
    re.DOTALL,
)
# Behind these, braces are no group.
_KEEPERS = ("_", "^", *STRIPPED)
_KEEPER_ENDS = frozenset(name[-1] for name in _KEEPERS)


def _easy(s: str) -> str | None:
    """What :func:`decode` says, where only easy things and maths are TeX; else None.

    A property test holds that reading token by token says the same.
    """
    if ((":" in s and "://" in s) or "www." in s) and any(
        "\\" in address or "~" in address or "--" in address for address in _addresses(s)
    ):
        return None
    pieces: list[str] = []
    done = 0
    for start, end, opener in _find_maths(s, tex=True) if "$" in s else ():
        if not _easy_pieces(s[done:start], pieces):
            return None
        pieces.append(_maths(s[start:end], opener))
        done = end
    return "".join(pieces) if _easy_pieces(s[done:], pieces) else None


def _easy_pieces(s: str, pieces: list[str]) -> bool:
    for text, token, other in _EASY.findall(s):
        if other or (token[:1] == "{" and text.endswith(_KEEPERS)):
            return False
        pieces.append(text)
        if token:
            pieces.append(_easy_token(token))
    return True


@lru_cache(maxsize=4096)
def _easy_token(token: str) -> str:
    return _decode(token)


def _addresses(s: str) -> Iterator[str]:
    """The addresses in a text; their beginnings are found by far faster than they are matched."""
    for sign, widths in (("://", (5, 4)), ("www.", (0,))):
        at = s.find(sign)
        while at >= 0:
            starts = (at - width for width in widths if at >= width)
            found = next(filter(None, (_WHOLE_ADDRESS.match(s, start) for start in starts)), None)
            if found is not None:
                yield found[0]
            at = s.find(sign, found.end() if found else at + 1)


def accented(s: str) -> str:
    """A text with its simple accents and letters read, the rest left as TeX."""
    return _EASY_LETTER.sub(_easy_letter, s)


def _easy_letter(found: re.Match[str]) -> str:
    token = found[0]
    if token[0] == "{":
        at = found.start()
        s = found.string
        if s[at - 1] in _KEEPER_ENDS and s.endswith(_KEEPERS, 0, at):
            return token
    return _easy_token(token)


def _maths(span: str, opener: str) -> str:
    """A span as a record keeps it."""
    if "\\mbox{" in span and (found := _ACCENT_IN_MATHS.fullmatch(span)):
        return unicodedata.normalize("NFC", found[2] + ACCENTS[_MATHS_ACCENTS[found[1]]])
    if opener in (r"\(", r"\["):
        sign = "$" if opener == r"\(" else "$$"
        inner = span[2:-2].strip()
        span = f"{sign}{inner}{sign}" if inner else ""
    if r"\lbrace{}" in span or r"\rbrace{}" in span:
        span = span.replace(r"\lbrace{}", r"\{").replace(r"\rbrace{}", r"\}")
    return span


class _Reader:
    """Takes tokens in turn; holds what is open: groups, and accents that wait for their letter."""

    __slots__ = ("groups", "ink", "keep", "out", "pending", "quoted", "quotes", "through")

    def __init__(self) -> None:
        self.out: list[str] = []
        # Of each open group: what it is an argument of, and where in `out` its brace would stand.
        self.groups: list[tuple[str, int, int, str]] = []
        self.pending: list[tuple[str, str]] = []
        # Whether the next group is an argument of a command that is kept, or of one that is read
        # through.
        self.keep = self.through = False
        # How much has been written that can be seen.
        self.ink = 0
        # Whether that argument is a quotation, and in how many this is.
        self.quoted = False
        self.quotes = 0

    def put(self, text: str) -> None:
        if self.pending:
            text = self.accented(text)
        if text:
            self.out.append(text)
            if not text.isspace():
                self.ink += 1

    def accented(self, text: str) -> str:
        """The text with the waiting accents on its first letter; still none when it is blank."""
        text = text.lstrip()
        found = _CLUSTER.match(text)
        if found is None:
            return ""
        marks = [mark for mark, _ in reversed(self.pending)]
        self.pending.clear()
        base = found[0]
        rest = text[found.end() :]
        if base[0] in _DOTTED and marks[0] not in _BELOW:
            base = _DOTTED[base[0]] + base[1:]
            if marks[0] == ACCENTS["."]:
                del marks[0]
        cluster = base + "".join(marks)
        # Sorting marks is quadratic in the standard library; no script stacks this many.
        if len(cluster) < 40:
            cluster = unicodedata.normalize("NFC", cluster)
        return cluster + rest

    def verbatim(self) -> None:
        """Gives up on the waiting accents: nothing follows that could carry them."""
        if self.pending:
            self.out.extend(raw for _, raw in self.pending)
            self.pending.clear()

    def maths(self, text: str) -> None:
        self.verbatim()
        self.keep = self.through = False
        self.put(text)

    def read(self, parts: list[str]) -> None:
        """Takes text and tokens by turns, as ``re.split`` gives them."""
        text = parts[0]
        if text:
            self.put(text)
            self.keep = self.through = False
        for i in range(1, len(parts), 2):
            token = parts[i]
            head = token[0]
            if head == "{":
                self.group(token, text)
            elif head == "}":
                self.close()
            elif head == "\\":
                self.command(token)
            else:
                self.put(_ligature(token))
                self.keep = self.through = False
            text = parts[i + 1]
            if text:
                self.put(text)
                if self.through or (self.keep and not _OPTION.fullmatch(text)):
                    self.keep = self.through = False

    def group(self, token: str, before: str) -> None:
        kept = self.keep or before.endswith(("_", "^"))
        if len(token) > 1:
            inner = _short_group(token)
            if self.through and self.quoted:
                inner = f"‘{inner}’" if self.quotes % 2 else f"“{inner}”"
            self.put(f"{{{inner}}}" if kept and not self.pending else inner)
            self.through = False
            return
        kept = kept or before.endswith(STRIPPED)
        if kept:
            self.verbatim()
            self.put("{")
            kind = "keep"
        else:
            kind = "argument" if self.through or self.pending else ""
            if self.through and self.quoted:
                kind = "quote"
                self.out.append("‘" if self.quotes % 2 else "“")
                self.quotes += 1
            else:
                self.out.append("")
        self.groups.append((kind, len(self.out) - 1, self.ink, ""))
        self.keep = self.through = False

    def close(self) -> None:
        if self.pending:
            # \~{} prints a tilde, \'{} an acute accent.
            bare = "".join(BARE_ACCENTS.get(mark, raw) for mark, raw in self.pending)
            self.pending.clear()
            self.put(bare)
        self.keep = self.through = False
        if not self.groups:
            self.put("}")
            return
        kind, _, ink, address = self.groups.pop()
        if kind == "keep":
            self.put("}")
            self.keep = True
        elif kind == "quote":
            self.quotes -= 1
            self.put("’" if self.quotes % 2 else "”")
        elif kind == "href" and ink == self.ink:
            self.put(address)

    def command(self, token: str) -> None:
        kind, value = _command(token)
        self.keep = self.through = False
        self.quoted = kind == _QUOTED
        if kind == _TEXT:
            self.put(value)
        elif kind in (_THROUGH, _QUOTED):
            self.through = True
        elif kind == _ACCENT:
            if token.endswith("{}"):
                self.put(BARE_ACCENTS.get(value, token))
            else:
                self.pending.append((value, token))
        elif kind == _HREF:
            self.verbatim()
            self.out.append("")
            self.groups.append(("href", len(self.out) - 1, self.ink, value))
        else:
            self.verbatim()
            self.put(token)
            self.keep = not token.endswith("{}")

    def finish(self) -> str:
        self.verbatim()
        for kind, place, _, address in self.groups:
            # What never closed was no group: its brace comes back.
            if kind == "":
                self.out[place] = "{"
            elif kind == "href":
                self.out[place] = f"\\href{{{address}}}{{"
        return "".join(self.out)


def _ligature(token: str) -> str:
    if token[0] in "hw":
        return _address(token)
    return _LIGATURES.get(token, token)


def _address(text: str) -> str:
    if "\\" not in text:
        return text
    names = {"asciitilde": "~", "underscore": "_"}
    return _IN_ADDRESS.sub(lambda m: m[1] or names[m[2]], text)


@lru_cache(maxsize=4096)
def _short_group(token: str) -> str:
    r"""``{\\"u}``, ``{\\ss}``, ``{\\em word}``: a group with one command, at its start."""
    reader = _Reader()
    reader.read(_TOKEN.split(token[1:-1]))
    return reader.finish()


@lru_cache(maxsize=4096)
def _command(token: str) -> tuple[int, str]:
    """What a command is, and the text, accent or address that it stands for."""
    if len(token) < 2:
        return _UNKNOWN, token
    if not token[1].isalpha() or not token[1].isascii():
        if len(token) == 2 or token[1] == "\\":
            return _SYMBOL_KINDS.get(token[1], (_UNKNOWN, token))
        reader = _Reader()  # \"{u} and \"u
        reader.pending.append((ACCENTS[token[1]], token[:2]))
        reader.put(token[2:].strip("{}"))
        return _TEXT, reader.finish()
    brace = token.find("{")
    if brace > 0 and not token.endswith("{}"):
        return _with_argument(token, brace)
    name = token[1:brace] if brace > 0 else token[1:].rstrip()
    return _WORD_KINDS.get(name, (_UNKNOWN, token))


def _with_argument(token: str, brace: int) -> tuple[int, str]:
    name = token[1:brace].rstrip(" \t*")
    if name == "href":
        if token.endswith("{"):
            return _HREF, _address(token[brace + 1 : token.rindex("}")].strip())
        return _TEXT, _address(token[brace + 1 : -1].strip())
    argument = token[brace + 1 : -1]
    if name in ("url", "nolinkurl", "path"):
        return _TEXT, _address(argument.strip())
    if name == "ensuremath":
        inner = argument.strip()
        return _TEXT, MATHS_SYMBOLS.get(inner, f"${inner}$")
    forms = SCRIPTS.get(name)
    if forms is None:  # a colour, a length, or what only BibTeX sorts by (btxdoc, 4, item 5)
        return _TEXT, ""
    if all(char in forms for char in argument):
        return _TEXT, "".join(map(forms.__getitem__, argument))
    return _TEXT, decode(argument)


# --- Unicode to TeX -------------------------------------------------------------------------------

_SPECIALS: dict[str, str] = {
    "\\": r"\textbackslash{}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    # In TeX's own fonts (OT1) these three print as ¡ ¿ —.
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    " @": " {@}",
    "\n@": "\n{@}",
}
_MATCHED = {"{": r"\{", "}": r"\}"}
# BibTeX counts braces whether a backslash stands before them or not.
_UNMATCHED = {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"}

# Letters first: of two names of a character, the first is written.
_NAMED: dict[str, str] = {}
for _name, _char in (*LETTERS.items(), *SYMBOLS.items()):
    if len(_char) == 1 and not _char.isascii():
        _NAMED.setdefault(_char, f"{{\\{_name}}}")
for _name, _char in MATHS_SYMBOLS.items():
    _NAMED.setdefault(_char, f"{{\\ensuremath{{{_name}}}}}")
_LETTERS = frozenset(LETTERS.values())
_ACCENT_OF = {mark: name for name, mark in ACCENTS.items()}

# In running text these are written as everyone types them; inside an address they would be read
# as what they look like.
_TYPED = {"–": "--", "—": "---", "“": "``", "”": "''", "\u00a0": "~"}

_ESCAPED = r"\\|\{|\}|\$|&|#|%|_|\^|~|<|>|\|| @|\n@"
_UTF8 = re.compile(_ESCAPED + r"|--+|``+|''+|\?`+|!`+|<<+|>>+|,,+")
_RAISED = "".join(_UNSCRIPTS["textsuperscript"])
_LOWERED = "".join(_UNSCRIPTS["textsubscript"])
_ASCII = late(
    _ESCAPED + r"|[-–—]{2,}|['”]{2,}|[?!]?[`“]{2,}|[?!][`“]|,,+"
    rf"|[{_RAISED}]{{2,}}|[{_LOWERED}]+|[⁰⁴-⁹⁺⁻⁼⁽⁾ⁱⁿ]"
    r"|[^\x00-\x7f][\u0300-\u036f]*|[A-Za-z][\u0300-\u036f]+"
)


class _Escapes(dict[str, str]):
    """Token → TeX. What is not listed is a run of signs that TeX would join, or not ASCII."""

    def __init__(self, braces: dict[str, str], typed: dict[str, str]) -> None:
        super().__init__({**_SPECIALS, **braces, **typed})
        self.typed = typed

    def __missing__(self, token: str) -> str:
        if token[0] in "-–—'”`“?!,":
            return "{}".join(self.typed.get(c) or (c if c.isascii() else _letter(c)) for c in token)
        if token[0] in "<>":
            return "".join(map(self.__getitem__, token))
        return _letter(token)


_WRITERS = {
    (braces is _MATCHED, bool(typed)): _Escapes(braces, typed)
    for braces in (_MATCHED, _UNMATCHED)
    for typed in ({}, _TYPED)
}


def encode(s: str, *, ascii: bool = False) -> str:  # noqa: A002 - the word that users know
    r"""Plain text to TeX that neither breaks a .bib file nor runs a command.

    Outside maths everything that TeX acts on is escaped, and so are the pairs that its fonts join
    (``--`` is written ``-{}-``). A maths span (:func:`math_spans`) is kept only when its braces
    are balanced and every command in it is a known maths command; otherwise its signs are text.
    Braces in the result are balanced, by TeX's count and by BibTeX's, which sees no backslashes.
    An ``@`` that begins a word is braced, so that no reader takes it for a new entry.

    Args:
        s: plain text, with ``$…$`` for maths. Characters that TeX cannot take (control characters,
            surrogates, non-characters) are left out.
        ascii: write each character that LaTeX has a command for as that command: ``{\"u}``,
            ``{\ss}``, ``--``, ``{\ensuremath{\alpha}}``. What has none (Chinese, emoji) stays
            UTF-8. Without it, all of Unicode stays as it is.

    Returns:
        TeX, without enclosing braces.
    """
    if not s.isprintable():
        s = _UNTEXABLE.sub("", s.replace("\r\n", "\n").replace("\r", "\n"))
    plain = s.isascii() or not ascii
    pattern = _UTF8 if plain else _ASCII
    if s[:1] != "@" and pattern.search(s) is None:
        return s
    pieces: list[str] = []
    kept: list[str] = []
    done = 0
    for start, end in math_spans(s):
        maths = _safe_maths(s[start:end])
        if maths:
            pieces.append(s[done:start])
            kept.append(maths)
            done = end
    pieces.append(s[done:])
    typed = not plain and "://" not in s and "www." not in s
    table = _WRITERS[("{" not in s and "}" not in s) or _balanced(pieces), typed]

    def write(match: re.Match[str]) -> str:
        said = table[match[0]]
        if said[:1] == "{" and match.string.endswith(STRIPPED, 0, match.start()):
            # Behind "mathcal" a reader takes braces for what the page left of a command.
            bare = said[1:-1]
            return f"{bare}{{}}" if bare[-1:].isalpha() else bare
        return said

    written = [pattern.sub(write, piece) for piece in pieces]
    if s[:1] == "@":
        written[0] = "{@}" + written[0][1:]
    for i, maths in enumerate(kept):
        written[i] += maths
    return "".join(written)


_UNTEXABLE = late(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr((plane << 16) + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_BRACE = late(r"[{}]")


def _balanced(pieces: list[str]) -> bool:
    depth = 0
    for piece in pieces:
        for brace in _BRACE.findall(piece):
            depth += 1 if brace == "{" else -1
            if depth < 0:
                return False
    return depth == 0


@lru_cache(maxsize=4096)
def _letter(cluster: str) -> str:
    """A character, with its combining marks, as commands; as it is where there are none."""
    written = _commands(cluster)
    # What would not be read back as it was (an unusual order of marks) stays.
    return written if written.isascii() and decode(written) == cluster else cluster


def _commands(cluster: str) -> str:
    if cluster in _NAMED:
        return _NAMED[cluster]
    for name, forms in _UNSCRIPTS.items():
        if cluster[0] in forms and all(char in forms for char in cluster):
            return f"\\{name}{{{''.join(map(forms.__getitem__, cluster))}}}"
    if len(cluster) > 20:
        return cluster
    base, *marks = list(unicodedata.normalize("NFD", cluster))
    while marks and (composed := unicodedata.normalize("NFC", base + marks[0])) in _LETTERS:
        base = composed
        del marks[0]
    if not marks:
        return cluster
    names = [_ACCENT_OF.get(mark, "") for mark in marks]
    if not all(names):
        return cluster
    if base in "ij" and marks[0] not in _BELOW:
        written = f"\\{base}"
    elif base.isascii() and base.isalpha():
        written = base
    else:
        written = _NAMED.get(base, cluster)
        if not written.isascii():
            return cluster
    for name in names:
        gap = " " if name.isalpha() and written[0] not in "\\{" else ""
        written = f"{{\\{name}{gap}{written}}}"
    return written


_CONTROL = late(r"\\([A-Za-z]+|.)", re.DOTALL)
_SAFE_SIGNS = frozenset(",;:!> |{}%#&_$")
# Beside what TeX would read as text: ^^5c is its way to write a backslash in hiding.
_UNSAFE = late(
    r"[%#&@$\x00-\x08\x0b-\x1f]|[\^_]\s*(?:[\^_}']|\Z)"
    r"|\^\s*(?:[^\s{}\\]|\{[^{}]*\})\s*\^|_\s*(?:[^\s{}\\]|\{[^{}]*\})\s*_"
)
_HUNGRY = late(r"\\([A-Za-z]+)\s*(?=[}^_]|\Z)")


_TWO = late(r"\\(?:[cdt]?frac|[dt]?binom|stackrel|overset|underset|sideset)(?![A-Za-z])")
_MATHS_ARGUMENT = late(r"\s*(?:\\(?:[A-Za-z]+|.)|[^\s{}^_&\\])")


def _two_arguments(inner: str, at: int) -> bool:
    """Whether a command of two arguments has both: TeX would take what comes behind the maths."""
    for _ in range(2):
        if found := _MATHS_ARGUMENT.match(inner, at):
            at = found.end()
            continue
        while at < len(inner) and inner[at].isspace():
            at += 1
        if inner[at : at + 1] != "{":
            return False
        depth = 0
        for brace in _BRACE.finditer(inner, at, at + 2000):
            depth += 1 if brace[0] == "{" else -1
            if not depth:
                at = brace.end()
                break
        else:
            return False
    return True


@lru_cache(maxsize=1024)
def _safe_maths(span: str) -> str:
    """The span as it may be written, or nothing when it must be text."""
    width = 2 if span.startswith("$$") else 1
    inner = span[width:-width]
    if not inner.strip() or r"\lbrace{}" in inner or r"\rbrace{}" in inner:
        return ""
    pairs = 0
    for control in _CONTROL.findall(inner):
        if control not in MATHS and control not in _SAFE_SIGNS:
            return ""
        pairs += {"left": 1, "right": -1}.get(control, 0)
        if pairs < 0:
            return ""
    if pairs or any(name in WITH_ARGUMENT for name in _HUNGRY.findall(inner)):
        return ""
    if not all(_two_arguments(inner, found.end()) for found in _TWO.finditer(inner)):
        return ""
    bare = _CONTROL.sub("x", inner)
    if "\\" in bare or _UNSAFE.search(bare) or not _balanced([bare]):
        return ""
    if not _balanced([inner]):
        # BibTeX counts \{ too; \lbrace is the same sign without a brace.
        span = span.replace(r"\{", r"\lbrace{}").replace(r"\}", r"\rbrace{}")
        if not _balanced([span]):
            return ""
    return span
