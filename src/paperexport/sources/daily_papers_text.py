"""Text copied off a Daily Papers page of Hugging Face, or extracted from one.

The daily, weekly, monthly, trending and search pages, as a browser's copy, as readability text, as
Markdown with links or with numbered links, and the page of a single paper. Links are often gone,
lines may be wrapped, cards may come twice. Paragraphs are told apart by their shape and by what
stands around them; what fits nowhere is a diagnostic.

The day in a page's head is the day of the listing and has no year. The date in the foot of a
card of a search page is the paper's own (its first submission), its year left out in the current
year; only with a year it is a date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, BinaryIO, ClassVar, Literal

from msgspec import Struct

from paperexport import identifiers, text
from paperexport._regex import late, possessive
from paperexport.diagnostics import Diagnostic
from paperexport.entry import Entry, Value
from paperexport.hookspecs import Source
from paperexport.record import Origin
from paperexport.sources._text import decoded, head_text, is_markup

Kind = Literal[
    "title", "prose", "count", "date", "dot", "number", "link", "code", "submitted", "section",
    "org", "id",
]  # fmt: skip

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_DATE = late(
    rf"(?:Published\s+(?:on\s+)?)?(?P<date>{_MONTH}\s\d{{1,2}}(?:,?\s\d{{4}})?)(?:\s+\d{{1,4}})?"
)
_PERIOD = late(rf"{_MONTH}\s\d{{4}}|Week\s\d{{1,2}}(?:,?\s\d{{4}})?|\d{{4}}-W\d{{2}}")
_COUNT = late(r"(?P<count>\d[\d,]*)\s+authors?")
_UPVOTES = late(r"\[-\]\s*(?P<votes>\d[\d,.]*k?|-)?")
_NUMBER = late(r"\d[\d,.]*k?|-|–|—|\+\d+")
# "▲ 1.2k", "12 upvotes · 3 comments", "👍 12", "#1 Paper of the day".
_COUNTERS = late(
    r"(?=[^A-Za-z]*\d|upvote)"
    + possessive(
        r"[^\w\s]|\s|\d[\d.,]*+k?|upvotes?\b|comments?\b|likes?\b|views?\b|repl(?:y|ies)\b", "+"
    )
    + r"|#\d+ Paper of the (?:day|week|month)",
    re.IGNORECASE,
)
_ID = late(r"(?:arXiv:\s?)?(?P<id>\d{4}\.\d{4,5}(?:v\d{1,2})?)", re.IGNORECASE)
_STARS = late(r"(?:LINK:\s*)?GitHub\s*(?P<stars>\d[\d,.]*k?)?", re.IGNORECASE)
_SUBMITTED = late(r"·?\s*Submitted by\b\s*(?P<name>.*)", re.IGNORECASE)
_SUBTITLE = late(r"(?:by\b|by(?=AK)).{0,80}and the research community|and the research community")
_MAIL = late(r"Get trending papers in your email inbox.*", re.IGNORECASE)
_FOOTER = frozenset(("previous", "next", "company", "© hugging face", "system theme", "tos"))
_MENU = frozenset(
    """
    hugging face|models|datasets|spaces|posts|buckets|buckets new|docs|solutions|enterprise|pricing|
    website|tasks|huggingchat|collections|languages|organizations|community|blog|daily papers|learn|
    discord|forum|github|hardware|team & enterprise|hugging face pro|enterprise support|
    inference providers|inference endpoints|storage buckets|log in|sign up|new|
    trending papers|by|ak|papers|search by arxiv id or title|submit a paper|submit|about|jobs|
    careers|privacy|terms|main navigation|skip to content
    """.replace("\n", "").replace("    ", "").split("|")
)  # fmt: skip
_ALWAYS = frozenset(
    """
    new|subscribe|daily papers|daily papers - hugging face|trending papers|daily|weekly|monthly|
    arxiv page|view arxiv page|view pdf|pdf|add to collection|upvote|hugging face's logo|
    hugging face|search by arxiv id or title|submit a paper|ak|by|log in|sign up|all models|
    see all|show more|show less|load more|read more|read less|view all|papers|toggle theme|
    dark mode|light mode|system theme
    """.replace("\n", "").replace("    ", "").split("|")
)  # fmt: skip
_TABS = frozenset(("daily", "weekly", "monthly"))
_SECTIONS = {
    "authors": "author",
    "authors:": "author",
    "abstract": "abstract",
    "ai-generated summary": "ai_summary",
    "ai-generated summary:": "ai_summary",
    "community": "end",
    "project page": "end",
}
_END = late(r"(?:Models|Datasets|Spaces|Collections) (?:citing|including) this paper\b.*")
_INLINE = late(
    r"!?\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]"
    r"(?:\((?P<url>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+\"[^\"]*\")?\)|\[(?P<ref>\d{1,5})\])"
)
_CLOSING = late(r"\](?:\((?P<url>[^()\s]+)\)|\[(?P<ref>\d{1,5})\])\s*$")
_REFERENCE = late(r"\s*\[?(?P<ref>\d{1,5})(?:\]:?|\.)\s+<?(?P<url>https?://\S+?)>?\s*")
_BARE_URL = late(r"<?https?://\S+>?")
_OF_A_CARD = late(r"https://huggingface\.co/(?:papers|login|[\w.-]+/?\Z)")
_PAPER = late(r"(?:/|%2F)papers(?:/|%2F)(?P<id>\d{4}\.\d{4,5})", re.IGNORECASE)
_SENTENCE = late(r"[.!?](?:\s+(?=[A-Z\"'(\[$\\])|$)")
_LINE_LIMIT = 100_000
_TITLE_LIMIT = 250
_FOLDED = 100
"""What is longer and ends in an ellipsis is an abstract that the page folded."""

SIGNS = (
    "and the research community",
    "trending papers in your email",
    "huggingface.co/papers/",
    "huggingface.co/login?next=%2fpapers",
)
"""What text off these pages holds, in lower case."""


class Line(Struct, frozen=True):
    """One line of the page: its number, its words, where its links point, what marks it."""

    number: int
    words: str
    links: tuple[str, ...] = ()
    heading: bool = False
    indented: bool = False


class Item(Struct, frozen=True):
    """One thing on the page: a paragraph, a mark, a link."""

    kind: Kind
    words: str
    number: int
    links: tuple[str, ...] = ()
    heading: bool = False


class Card(Struct):
    """One paper as far as it has been read."""

    number: int
    title: str
    abstract: list[tuple[int, str]] = []
    arxiv: str = ""
    code_url: str = ""
    author: str = ""
    foot: bool = False
    extras: dict[str, str] = {}
    joined: int = 0


class DailyPapersText(Source, frozen=True, kw_only=True):
    """Text off huggingface.co/papers: titles and abstracts, and what leaks through links."""

    name: ClassVar[str] = "daily-papers-text"
    summary: ClassVar[str] = "text copied off a Hugging Face Daily Papers page"

    def recognises(self, head: bytes, locator: str) -> bool:  # noqa: ARG002 - by content alone
        """Told by the page's own words, or by links to papers beside prose."""
        said = head_text(head)
        if is_markup(said):
            return False
        lower = said.lower()
        if any(sign in lower for sign in SIGNS[:2]):
            return True
        prose = sum(len(line) > 120 or line.startswith("### ") for line in said.splitlines())
        return (prose > 0 and SIGNS[3] in lower) or _cards(lower)

    def read(self, stream: BinaryIO, locator: str) -> Iterator[Entry | Diagnostic]:
        """Yield a title and, where the page has it, an abstract for each card."""
        origin = Origin(source=self.name, locator=locator, trust=self.trust)
        page, problems = decoded(stream.read(), origin)
        yield from problems
        reader = _Reader(origin)
        reader.take(_items(_lines(page)))
        yield from reader.problems
        yield from reader.entries()


def _cards(lower: str) -> bool:
    """Whether a text has the feet of cards: who submitted them, how many wrote them."""
    submitted = sum(line.strip().startswith("submitted by") for line in lower.splitlines())
    counts = len(re.findall(r"^\W{0,4}\d+ authors?$", lower, re.MULTILINE))
    return submitted + counts > 1


# --- Lines ----------------------------------------------------------------------------------------


def _lines(page: str) -> list[Line]:
    """The page line by line, its Markdown resolved."""
    raw = page.splitlines()
    targets = {
        found["ref"]: found["url"]
        for line in raw
        if "://" in line and len(line) < 5000 and (found := _REFERENCE.fullmatch(line))
    }
    lines = []
    for number, line in enumerate(raw, 1):
        if targets and len(line) < 5000 and _REFERENCE.fullmatch(line):
            continue
        lines.append(_line(number, line, targets))
    return lines


def _line(number: int, raw: str, targets: dict[str, str]) -> Line:
    words = raw.rstrip()
    if words.endswith("\\"):
        words = words.rstrip("\\").rstrip()
    indented = words.startswith("  ")
    words = words.strip()
    heading = words.startswith("#")
    if heading:
        stripped = words.lstrip("#")
        heading = stripped.startswith((" ", "[")) and len(words) - len(stripped) < 7
        words = stripped.strip() if heading else words
    links: list[str] = []

    def link(match: re.Match[str]) -> str:
        url = match["url"] or targets.get(match["ref"] or "", "")
        if url:
            links.append(url)
        if match[0].startswith("!") or url.endswith("#community"):
            return ""
        inner = match["text"].strip()
        # "[[umass] University of …](…)": the logo's name in brackets.
        return re.sub(r"^\[[^\[\]]*\]\s*", "", inner)

    if ("](" in words or "][" in words) and len(words) < _LINE_LIMIT:
        for _ in range(2):
            words = _INLINE.sub(link, words)
        if closing := _CLOSING.search(words):
            url = closing["url"] or targets.get(closing["ref"] or "", "")
            links += [url] if url else []
            words = words[: closing.start()]
    words = re.sub(r"^(?:[-*•>]\s+)+", "", words).strip()
    if words.startswith("**") and words.endswith("**") and "**" not in words[2:-2]:
        words = words[2:-2].strip()  # in bold
    words = "" if words in ("[", "]", "*", ">", "\\") else words
    if _BARE_URL.fullmatch(words):
        links.append(words.strip("<>"))
        words = ""
    return Line(number, words, tuple(links), heading, indented)


# --- Items ----------------------------------------------------------------------------------------


def _items(lines: Sequence[Line]) -> list[Item]:
    """Paragraphs and marks; the site's own menus, head and foot are gone."""
    items: list[Item] = []
    block: list[Line] = []
    start = _after_header(lines)
    listed = _listed(lines[:start])
    if listed:
        items.append(Item("date", listed, 0))

    def close() -> None:
        items.extend(_paragraphs(block))
        block.clear()

    footer = False
    for line in lines[start:]:
        lower = line.words.lower()
        if lower in _FOOTER and not line.heading:
            footer = True
        if footer and (lower in _FOOTER or lower in _MENU or len(lower) < 3):
            close()
            continue
        if not line.words and block and _goes_on_with(line, block):
            block.append(Line(line.number, line.links[0]))
            continue
        if not line.words:
            close()
            items.extend(Item("link", url, line.number) for url in line.links)
            continue
        mark = None if line.heading else _mark(line)
        if mark is None and (
            lower in _ALWAYS or _MAIL.fullmatch(line.words) or _SUBTITLE.match(line.words)
        ):
            close()
        elif mark is not None:
            close()
            items.append(mark)
        else:
            if line.heading:
                close()
            block.append(line)
    close()
    return items


def _goes_on_with(line: Line, block: Sequence[Line]) -> bool:
    """Whether an address alone on its line is the next word of wrapped prose: "… available at"."""
    return (
        len(line.links) == 1
        and block[-1].number == line.number - 1
        and _OF_A_CARD.match(line.links[0]) is None
        and _is_prose(block)
    )


def _is_prose(group: Sequence[Line]) -> bool:
    """Whether lines that belong together are longer than a title."""
    long = 0
    for line in group:
        long += len(line.words)
        if long > _TITLE_LIMIT:
            return True
    return False


def _after_header(lines: Sequence[Line]) -> int:
    """The index behind the page's head: the subtitle, the query, the tabs and the date."""
    subtitle = next((i for i, line in enumerate(lines) if SIGNS[0] in line.words), -1)
    if subtitle < 0:
        return 0
    # The words that were searched for stand between the subtitle and the tabs.
    said = [i for i in range(subtitle + 1, len(lines)) if lines[i].words][:8]
    for i in reversed(said):
        if lines[i].words.lower() in _TABS or _PERIOD.fullmatch(lines[i].words):
            break
        if _DATE.fullmatch(lines[i].words) and i <= (said[min(4, len(said) - 1)]):
            break
    else:
        return subtitle + 1
    end = i + 1
    for at in said:
        if at >= end and (_DATE.fullmatch(lines[at].words) or lines[at].words.lower() in _TABS):
            end = at + 1
        elif at >= end:
            break
    return end


def _listed(head: Sequence[Line]) -> str:
    """The day, week or month of the listing, as the head prints it."""
    for line in reversed(head):
        if _DATE.fullmatch(line.words) or _PERIOD.fullmatch(line.words):
            return line.words
    return ""


def _mark(line: Line) -> Item | None:
    """A line that is no paragraph of words."""
    words = line.words
    if len(words) > 400:
        return None
    bare = words.strip("·• \t")
    if not bare:
        return Item("dot", "", line.number, line.links)

    def item(kind: Kind, said: str) -> Item:
        return Item(kind, said, line.number, line.links)

    if found := _COUNT.fullmatch(bare.lstrip("*- [")):
        return item("count", found["count"])
    if found := _UPVOTES.fullmatch(bare):
        return item("number", found["votes"] or "")
    if (found := _ID.fullmatch(bare)) and identifiers.arxiv(found["id"]):
        return item("id", found["id"])
    if _NUMBER.fullmatch(bare):
        return item("number", bare)
    if _COUNTERS.fullmatch(bare):
        return item("number", "")
    if (found := _DATE.fullmatch(bare)) or (found := _PERIOD.fullmatch(bare)):
        return item("date", found.groupdict().get("date") or bare)
    if found := _SUBMITTED.fullmatch(words):
        return item("submitted", found["name"].strip())
    if found := _STARS.fullmatch(bare):
        return item("code", found["stars"] or "")
    if (section := _SECTIONS.get(bare.lower())) or _END.fullmatch(bare):
        return item("section", section or "end")
    # An organisation links to its own page, which is no paper's.
    if line.links and len(bare) < 80 and all(map(_is_org, line.links)):
        return item("org", bare)
    return None


def _is_org(url: str) -> bool:
    return re.fullmatch(r"https://huggingface\.co/[\w.-]+/?", url) is not None


def _paragraphs(block: Sequence[Line]) -> Iterator[Item]:
    """The paragraphs of lines that no blank line parts.

    Text that is wrapped breaks a line only where the next word would not fit. Where it would, the
    break was meant, and what follows is another paragraph, if it does not go on with the sentence;
    so is each line where some are far too long to be wrapped.
    """
    if not block:
        return
    width = max(len(line.words) for line in block)
    group: list[Line] = [block[0]]
    for before, line in pairwise(block):
        first_word = line.words.split(" ", 1)[0]
        fits = len(before.words) + 1 + len(first_word) <= min(width, 160)
        continues = line.indented and not line.heading
        wraps = width <= 160 and not before.heading and (not fits or _runs_on(group, first_word))
        if continues or wraps:
            group.append(line)
        else:
            yield _paragraph(group)
            group = [line]
    yield _paragraph(group)


def _runs_on(group: Sequence[Line], first_word: str) -> bool:
    """Whether a sentence is not over: maths that the page took out left its lines too short."""
    if group[-1].words.endswith((".", "!", "?", ":")):
        return False
    word = first_word.rstrip(",;")
    begun = (word.isalpha() and word.islower()) or word.startswith(("(", "\\"))
    return begun or _is_prose(group)


def _paragraph(group: Sequence[Line]) -> Item:
    words = "\n".join(line.words for line in group)
    links = tuple(url for line in group for url in line.links)
    heading = group[0].heading
    kind: Kind = "title" if heading or _is_title(words) else "prose"
    return Item(kind, words, group[0].number, links, heading)


def _is_title(words: str) -> bool:
    """Whether a paragraph has a title's shape: short, and not sentence upon sentence.

    A question may be a title; "Diagrams matter." is how an abstract opens.
    """
    said = words.rstrip()
    if len(said) > _TITLE_LIMIT:
        return False
    if len(said) > _FOLDED and said.endswith(("...", "…")):
        return False  # the beginning of an abstract
    ends = _SENTENCE.findall(said)
    if said.endswith(".") and not said.endswith(("...", " et al.", " Jr.")):
        return False
    return len(ends) <= (2 if said.endswith(("?", "!")) else 1) or len(said) < 120


# --- Cards ----------------------------------------------------------------------------------------


class _Reader:
    """Puts items together to cards."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.cards: list[Card] = []
        self.problems: list[Diagnostic] = []
        self.listed = ""
        self.pending: dict[str, str] = {}
        self.fresh = True
        self.section = ""
        self.single = False  # the page of one paper
        self.ids_ahead = False  # arXiv ids stand above titles, not below

    def take(self, items: Sequence[Item]) -> None:
        for at, item in enumerate(items):
            following = items[at + 1] if at + 1 < len(items) else None
            self._links(item)
            match item.kind:
                case "title":
                    self._title(item, items, at)
                case "prose":
                    self._prose(item)
                case "count":
                    self._extra("author_count", item.words.replace(",", ""))
                    self._foot()
                case "date":
                    self._date(item)
                case "dot":
                    self._foot()
                case "number":
                    ahead = (*item.links, following.words if following is not None else "")
                    if any("/login?next" in url for url in ahead):
                        self._next("upvotes", item.words)
                case "code":
                    self._code(item)
                case "submitted":
                    self.fresh = True
                    if item.words:
                        self._next("submitted_by", item.words)
                    else:
                        self.section = "submitted"
                case "section":
                    self.section = item.words
                    self.single = self.single or item.words in ("author", "abstract")
                case "id":
                    self._id(item.words)
                case "org" if self.section == "submitted":
                    self.section = ""
                    self._next("submitted_by", item.words)
                case "org":
                    self._extra("organization", item.words)
                    self._foot()
                case "link":
                    pass

    @property
    def card(self) -> Card | None:
        return self.cards[-1] if self.cards else None

    def _next(self, name: str, value: str) -> None:
        """Something that a page prints ahead of the title that it belongs to."""
        if value.strip("-–— "):
            self.pending[name] = value
        self.fresh = True

    def _extra(self, name: str, value: str) -> None:
        if self.card is not None:
            self.card.extras.setdefault(name, value)

    def _foot(self) -> None:
        if self.card is not None:
            self.card.foot = True

    def _links(self, item: Item) -> None:
        urls = (*item.links, item.words) if item.kind == "link" else item.links
        for url in urls:
            found = _PAPER.search(url)
            if not found:
                continue
            card = self.card
            ahead = "login" in url or item.kind == "title"
            if ahead or card is None or (card.arxiv and card.arxiv != found["id"]):
                if card is None or card.arxiv != found["id"] or item.kind == "title":
                    self.pending["arxiv"] = found["id"]
                    self.fresh = True
            elif not card.arxiv:
                card.arxiv = found["id"]

    def _id(self, identifier: str) -> None:
        """An arXiv id on a line of its own: of the title below, if the page's first one is."""
        self.ids_ahead = self.ids_ahead or self.card is None
        if self.ids_ahead or self.card is None:
            self.pending["arxiv"] = identifier
            self.fresh = True
        else:
            self.card.arxiv = self.card.arxiv or identifier

    def _title(self, item: Item, items: Sequence[Item], at: int) -> None:
        card = self.card
        if self.section == "end" and self.single:
            return  # comments, and who cites it
        if self.section == "submitted":
            # The name stands on the next line; a card's own title never follows at once.
            self.section = ""
            self._next("submitted_by", item.words)
            return
        if self.section == "author" and card is not None and not item.heading:
            card.author = f"{card.author}\n{item.words}".strip()
            return
        if card is not None and not item.heading and self._is_org(card, items, at):
            self._extra("organization", item.words)
            return
        if self.section in ("abstract", "ai_summary") and card is not None and not item.heading:
            self._prose(item)
            return
        self.section = ""
        number = f"{len(self.cards) + 1}. "
        new = Card(number=item.number, title=item.words.removeprefix(number))
        new.arxiv = self.pending.pop("arxiv", "")
        new.extras.update(self.pending)
        self.pending.clear()
        self.cards.append(new)
        self.fresh = False

    def _is_org(self, card: Card, items: Sequence[Item], at: int) -> bool:
        """Whether a short paragraph stands where a card prints an organisation.

        Behind the title or the abstract, nothing of the next card between, and before the dot of
        the foot.
        """
        if self.fresh or card.foot or len(items[at].words) > 80:
            return False
        behind = [item for item in items[at + 1 : at + 4] if item.kind != "link"]
        links = [i.words for i in items[at + 1 : at + 3] if i.kind == "link"]
        return any(map(_is_org, links[:1])) or (bool(behind) and behind[0].kind in ("dot", "count"))

    def _prose(self, item: Item) -> None:
        card = self.card
        if self.section == "author" and card is not None:
            card.author = f"{card.author}\n{item.words}".strip()
            return
        if self.section == "submitted":
            self.section = ""
        if self.section == "end":
            return
        if card is None or (self.fresh and card.foot and self.pending.get("arxiv")):
            self._unplaced(item)
        elif self.section == "ai_summary":
            card.extras.setdefault("ai_summary", item.words)
            self.section = ""
        else:
            if card.foot and card.abstract:
                self._unplaced(item)
                return
            if card.abstract:
                card.joined = card.joined or item.number
            card.abstract.append((item.number, item.words))

    def _unplaced(self, item: Item) -> None:
        said = text.line(item.words)
        self.problems.append(
            Diagnostic(
                code="text-unplaced",
                severity="warning",
                message=f"this paragraph belongs to no title: {said[:60]!r}"
                + ("…" if len(said) > 60 else ""),
                origin=self._at(item.number),
                hint="a title may be missing above it",
            )
        )

    def _date(self, item: Item) -> None:
        if item.number == 0 or self.card is None:
            self.listed = self.listed or item.words
        elif re.search(r"\d{4}$", item.words):
            self._extra("issued", item.words)
            self._foot()
        else:
            # Of this year, and the page does not say which that is.
            self._extra("submitted", item.words)
            self._foot()

    def _code(self, item: Item) -> None:
        card = self.card
        if card is None:
            return
        for url in item.links:
            if identifiers.code_url(url):
                card.code_url = card.code_url or url
        if item.words:
            card.extras.setdefault("github_stars", item.words)
        card.foot = True

    def _at(self, number: int) -> Origin:
        return Origin(
            source=self.origin.source,
            locator=self.origin.locator,
            line=number,
            trust=self.origin.trust,
        )

    def entries(self) -> Iterator[Entry | Diagnostic]:
        """The cards, each once: trending pages print each twice, for two widths of screen."""
        seen: set[tuple[str, str]] = set()
        for card in self.cards:
            abstract = "\n\n".join(words for _, words in card.abstract)
            key = (card.arxiv or text.fold(card.title), "" if card.arxiv else text.fold(abstract))
            if key in seen:
                continue
            seen.add(key)
            if card.joined:
                yield Diagnostic(
                    code="abstract-joined",
                    severity="info",
                    message=f"{len(card.abstract)} paragraphs stand under "
                    f"{text.line(card.title)[:60]!r}; they were joined",
                    field="abstract",
                    origin=self._at(card.joined),
                    hint="a title may be missing between them",
                )
            fields: dict[str, Value] = {"type": "article", "title": card.title}
            if abstract:
                fields["abstract"] = abstract
                fields["origins"] = {"abstract": self._at(card.abstract[0][0])}
            said: Iterable[tuple[str, Any]] = (
                ("arxiv", card.arxiv),
                ("author", card.author),
                ("code_url", card.code_url),
                ("listed", self.listed),
                *card.extras.items(),
            )
            fields.update({name: value for name, value in said if value})
            yield Entry(fields=fields, origin=self._at(card.number), markup=("tex",))
