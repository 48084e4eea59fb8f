"""Other people's digests of Daily Papers: Markdown, JSON or YAML that names papers and links them.

Only what such a file plainly says of a paper is taken: title, identifier, authors, abstract. A
summary in the digest's own words is no abstract.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, ClassVar

from paperexport import identifiers
from paperexport._regex import late
from paperexport.diagnostics import Diagnostic
from paperexport.entry import Entry, Value
from paperexport.hookspecs import Source
from paperexport.record import Origin
from paperexport.sources import _json
from paperexport.sources._text import decoded, head_text
from paperexport.sources.csljson import is_csl

_JSON_SIGN = late(
    r"\"(?:arxiv_id|arxivId|arxiv_url|id)\"\s*:\s*\"(?:https?://[^\"]*/)?\d{4}\.\d{5}"
)
_HEADING = late(r"^#{2,5}\s+\[(?P<title>(?:[^\[\]]|\[[^\[\]]*\])+)\]\((?P<url>\S+?)\)\s*$")
_YAML = late(r"^(?P<name>[a-z_]+):\s*(?P<value>.*)$")
_ROW = late(r"^\|(?P<cells>.+)\|\s*$")
_AUTHORS = late(r"^\**Authors?:?\**:?\s*(?P<names>.+)$", re.IGNORECASE)
_TITLES = ("title", "name")
_ABSTRACTS = ("abstract",)


class Digest(Source, frozen=True, kw_only=True):
    """Digests that others made of Daily Papers."""

    name: ClassVar[str] = "digest"
    summary: ClassVar[str] = "other people's digests of papers: Markdown, JSON, YAML"

    def recognises(self, head: bytes, locator: str) -> bool:  # noqa: ARG002 - by content alone
        """Told by headings or table rows that link papers, or by JSON that names their ids."""
        said = head_text(head)
        start = said.lstrip()[:1]
        if start in ("{", "["):
            foreign = re.search(r"\"(?:publishedAt|published_at|schema|itemType|DOI)\"\s*:", said)
            sign = _JSON_SIGN.search(said)
            # A preprint's id is in CSL-JSON too, in our "custom".
            return sign is not None and foreign is None and not is_csl(said)
        if start in ("<", "@"):
            return False
        lines = said.splitlines()
        if _is_yaml(lines):
            return True
        return any(_link(line) for line in lines) or _table_ids(lines) > 0

    def read(self, stream: BinaryIO, locator: str) -> Iterator[Entry | Diagnostic]:
        """Yield an entry for each paper.

        Raises:
            SourceError: what begins as JSON is none.
        """
        origin = Origin(source=self.name, locator=locator, trust=self.trust)
        text, problems = decoded(stream.read(), origin)
        yield from problems
        lines = text.splitlines()
        if text.lstrip()[:1] in ("{", "["):
            yield from _from_json(_json.load(text, locator), origin)
        elif _is_yaml(lines):
            fields = {m["name"]: m["value"].strip().strip("\"'")
                      for line in lines if (m := _YAML.match(line))}  # fmt: skip
            yield from _from_json([fields], origin)
        else:
            yield from _from_markdown(lines, origin)


def _is_yaml(lines: list[str]) -> bool:
    names = {m["name"] for line in lines[:40] if (m := _YAML.match(line))}
    return {"title", "link"} <= names or {"title", "url"} <= names


def _link(line: str) -> re.Match[str] | None:
    """A heading that is a link to a paper."""
    found = _HEADING.match(line)
    return found if found and identifiers.of_url(found["url"]) else None


def _at(origin: Origin, line: int) -> Origin:
    return Origin(source=origin.source, locator=origin.locator, line=line, trust=origin.trust)


# --- JSON and YAML --------------------------------------------------------------------------------


def _from_json(data: Any, origin: Origin) -> Iterator[Entry | Diagnostic]:
    day = ""
    if isinstance(data, dict):
        day = _json.text_of(data.get("date"))
        held = next((v for v in data.values() if isinstance(v, list) and v), [data])
    else:
        held = data if isinstance(data, list) else []
    for number, item in enumerate(held, 1):
        fields = _fields(item) if isinstance(item, dict) else {}
        if not fields.get("title") and not fields.get("arxiv"):
            yield Diagnostic(
                code="line-unread",
                severity="error",
                message=f"item {number} names no paper: {str(item)[:60]!r}",
                origin=origin,
                hint="the others were read",
            )
            continue
        if day:
            fields.setdefault("listed", day)
        yield Entry(fields=fields, origin=origin, markup=("tex",))


def _fields(item: Mapping[str, Any]) -> dict[str, Value]:
    fields: dict[str, Value] = {"type": "article"}
    for name, value in item.items():
        said = _json.text_of(value)
        if isinstance(value, list) and name in ("authors", "author"):
            # Scraped names keep the comma that stood between them.
            fields["author"] = tuple(person.strip(" ,") for person in _json.texts_of(value))
        elif name in ("authors", "author") and said:
            fields["author"] = said
        elif name in _TITLES and said:
            fields["title"] = said
        elif name in _ABSTRACTS and said:
            fields["abstract"] = said
        elif name == "date" and said:
            fields["listed"] = said
        elif said and (parsed := identifiers.arxiv(said)):
            fields.setdefault("arxiv", parsed[0])
        elif said and identifiers.code_url(said):
            fields.setdefault("code_url", said)
        elif isinstance(value, list) and _json.texts_of(value):
            fields[_json.snake(name)] = _json.texts_of(value)
        elif said:
            fields[_json.snake(name)] = said
    if "arxiv" in fields:
        fields.pop("url", None)
    return {name: value for name, value in fields.items() if value not in ("", ())}


# --- Markdown -------------------------------------------------------------------------------------


def _from_markdown(lines: list[str], origin: Origin) -> Iterator[Entry | Diagnostic]:
    if any(map(_link, lines)):
        yield from _sections(lines, origin)
    else:
        yield from _table(lines, origin)


def _sections(lines: list[str], origin: Origin) -> Iterator[Entry | Diagnostic]:
    """A heading with a link for each paper, perhaps a line of authors below it."""
    heads = [n for n, line in enumerate(lines) if _link(line)]
    for number, end in zip(heads, [*heads[1:], len(lines)], strict=True):
        found = _link(lines[number])
        assert found is not None
        hit = identifiers.of_url(found["url"])
        assert hit is not None
        fields: dict[str, Value] = {"title": found["title"], "url": found["url"]}
        if hit.scheme == "arxiv":
            fields = {"type": "article", "title": found["title"], "arxiv": hit.value}
        for line in lines[number + 1 : end]:
            if authors := _AUTHORS.match(line.strip()):
                # A name is there once for each account that claims it.
                people = dict.fromkeys(p.strip() for p in authors["names"].split(","))
                fields["author"] = tuple(filter(None, people))
            if "code_url" not in fields and (code := identifiers.code_url(line)):
                fields["code_url"] = code
        yield Entry(fields=fields, origin=_at(origin, number + 1), markup=("tex",))


def _cells(line: str) -> list[str]:
    row = _ROW.match(line.strip())
    return [cell.strip().strip("*`") for cell in row["cells"].split("|")] if row else []


def _row_id(cells: list[str]) -> str:
    """The arXiv id of a table's row, where a cell is one or links to one."""
    for cell in cells:
        bare = re.sub(r"^\[([^\]]*)\]\((\S+)\)$", r"\2", cell)
        if parsed := identifiers.arxiv(bare):
            return parsed[0]
    return ""


def _table_ids(lines: list[str]) -> int:
    return sum(1 for line in lines if _row_id(_cells(line)))


def _table(lines: list[str], origin: Origin) -> Iterator[Entry | Diagnostic]:
    """Tables whose rows hold an arXiv id; the column headed "title" or "paper" is the title."""
    header: list[str] = []
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        cells = _cells(line)
        if not cells:
            header = []
            continue
        if not header:
            header = [cell.lower() for cell in cells]
            continue
        identifier = _row_id(cells)
        if not identifier or identifier in seen:
            continue
        seen.add(identifier)
        fields: dict[str, Value] = {"type": "article", "arxiv": identifier}
        for name, cell in zip(header, cells, strict=False):
            if name in ("title", "paper", "paper title") and cell:
                fields["title"] = re.sub(r"\[([^\]]*)\]\(\S+\)", r"\1", cell)
        yield Entry(fields=fields, origin=_at(origin, number), markup=("tex",))
