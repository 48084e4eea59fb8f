"""A saved page of huggingface.co/papers.

The page carries its data as JSON in an attribute (``<div data-target="DailyPapers"
data-props="…">``, often many megabytes); where that is gone, its ``<article>`` cards say less.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, ClassVar

from paperexport._regex import late
from paperexport.diagnostics import Diagnostic
from paperexport.entry import Entry, Value
from paperexport.errors import SourceError
from paperexport.hookspecs import Source
from paperexport.identifiers import code_url
from paperexport.record import Origin
from paperexport.sources import _json, _xml, daily_papers_json
from paperexport.sources._text import decoded, head_text, is_mhtml

_TARGET = late(r"data-target\s*=\s*[\"'](?:DailyPapers|Papers|PaperPage|TrendingPapers)[\"']")
_PROPS = late(r"\sdata-props\s*=\s*([\"'])")
_SITE = "https://huggingface.co/papers"
_HEADERS = 2000
_CARD = late(r"<article\b", re.IGNORECASE)
_PAPER = late(r"^(?:https?://huggingface\.co)?/papers/(\d{4}\.\d{4,5})(?:[?#].*)?$")
_COUNT = late(r"^·?\s*(\d[\d,]*)\s+authors?$")
_LISTS = ("dailyPapers", "papers", "searchResults", "results")


class DailyPapersHtml(Source, frozen=True, kw_only=True):
    """A saved Daily Papers page."""

    name: ClassVar[str] = "daily-papers-html"
    summary: ClassVar[str] = "a saved Hugging Face Daily Papers page"

    def recognises(self, head: bytes, locator: str) -> bool:  # noqa: ARG002 - by content alone
        """Told by the hydrater, or by cards that link to papers."""
        said = head_text(head)
        if is_mhtml(said):
            return _SITE in said[:_HEADERS]
        if not said.lstrip().startswith("<"):
            return False
        if _TARGET.search(said):
            return True
        return _CARD.search(said) is not None and "/papers/" in said

    def read(self, stream: BinaryIO, locator: str) -> Iterator[Entry | Diagnostic]:
        """Yield an entry for each paper of the hydrater, or else for each card.

        Raises:
            SourceError: the page holds neither.
        """
        origin = Origin(source=self.name, locator=locator, trust=self.trust)
        data = stream.read()
        if is_mhtml(head_text(data[:_HEADERS])):
            data = _page_of(data)
        text, problems = decoded(data, origin)
        yield from problems
        props = _hydrated(text)
        found = False
        for said in props:
            for item in daily_papers_json.entries(said, origin):
                found = True
                yield item
        if found:
            return
        if not _CARD.search(text):
            raise SourceError(
                f"{locator}: the page holds no papers",
                hint="save the page as HTML after it has loaded",
            )
        yield from _cards(_xml.html_root(data, origin), origin)


def _page_of(data: bytes) -> bytes:
    """The page in what Chrome saves as a "single file": a message of several parts (RFC 2557)."""
    from email.parser import BytesParser

    for part in BytesParser().parsebytes(data).walk():
        if part.get_content_type() == "text/html":
            said = part.get_payload(decode=True)
            return said if isinstance(said, bytes) else b""
    return b""


def _hydrated(text: str) -> Iterator[Any]:
    """The lists of papers in the properties of the page's hydraters."""
    done = 0
    for target in _TARGET.finditer(text):
        start = text.rfind("<", done, target.start())
        done = target.end()
        if start < 0:
            continue
        # The attribute stands in the same tag, before or behind. Nothing is looked at twice.
        end = text.find("<", start + 1)
        found = _PROPS.search(text, start, end if end >= 0 else len(text))
        close = text.find(found[1], found.end()) if found else -1
        if found is None or close < 0:
            continue
        raw = html.unescape(text[found.end() : close])
        try:
            props = _json.load(raw, "data-props")
        except SourceError:
            continue
        if not isinstance(props, dict):
            continue
        for name in _LISTS:
            if isinstance(props.get(name), list) and props[name]:
                yield props[name]
                break
        else:
            if isinstance(props.get("paper"), dict):
                yield [props["paper"]]


def _cards(root: Any, origin: Origin) -> Iterator[Entry | Diagnostic]:
    seen: set[str] = set()
    for card in root.iter("article"):
        at = Origin(
            source=origin.source,
            locator=origin.locator,
            line=card.sourceline or 0,
            trust=origin.trust,
        )
        fields = _card(card)
        if not fields.get("title"):
            yield Diagnostic(
                code="text-unplaced",
                severity="warning",
                message=f"a card without a title: {' '.join(_xml.text_in(card).split())[:60]!r}",
                origin=at,
            )
            continue
        identifier = str(fields.get("arxiv") or fields["title"])
        if identifier not in seen:  # each is there twice, for two widths of screen
            seen.add(identifier)
            yield Entry(fields=fields, origin=at, markup=("tex",))


def _card(card: Any) -> dict[str, Value]:
    fields: dict[str, Value] = {"type": "article"}
    heading = next((h for h in card.iter("h3", "h2", "h4")), None)
    if heading is not None and (title := _xml.text_in(heading).strip()):
        fields["title"] = title
    for link in card.iter("a"):
        href = link.get("href") or ""
        if (found := _PAPER.match(href)) and "arxiv" not in fields:
            fields["arxiv"] = found[1]
        if code_url(href) and "code_url" not in fields:
            fields["code_url"] = href
    for paragraph in card.iter("p"):
        if len(said := _xml.text_in(paragraph).strip()) > 100:
            fields["abstract"] = said
            break
    for element in card.iter():
        if isinstance(element.tag, str) and (
            found := _COUNT.match(" ".join(_xml.text_in(element).split()))
        ):
            fields["author_count"] = found[1]
            break
    for element in card.iter("time"):
        if day := element.get("datetime"):
            fields["listed"] = day
    return fields
