"""The JSON of Hugging Face's paper API, of all eras, and of ``hf papers ls --json``.

``/api/daily_papers`` and its search give wrappers round papers, ``/api/papers/{id}`` one paper, the
command line flat papers in snake_case. Every field but the id and the title may be missing.

The date of a paper is its own ``publishedAt`` (the first version on arXiv). That of the wrapper is
the moment of the listing until March 2025 and a wrong time zone's since; it is never a date of the
paper (measured on 9,577 papers).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, ClassVar

from paperexport._regex import late
from paperexport.diagnostics import Diagnostic
from paperexport.entry import Entry, Value
from paperexport.hookspecs import Source
from paperexport.identifiers import arxiv
from paperexport.record import Origin
from paperexport.sources import _json
from paperexport.sources._text import decoded, head_text
from paperexport.sources.csljson import is_csl
from paperexport.sources.jsonl import is_ours

_SIGN = late(r"[\"'](?:publishedAt|published_at|submittedOnDailyAt)\\?[\"']\s*:")
_LISTING_UNTIL = "2025-03-11"
"""The first day on which the wrapper's date was no longer that of the listing."""
_REPR_LIMIT = 1_000_000

# Names of the API → ours; what is not here keeps its name, in snake_case.
_RENAMED = {
    "github_repo": "code_url",
    "submitted_on_daily_by": "submitted_by",
    "submitter": "submitted_by",
    "submitter_organization": "organization",
    "num_comments": "num_comments",
    "media_url": "media_urls",
}
_TAKEN = frozenset(
    ("id", "title", "summary", "authors", "published_at", "submitted_on_daily_at", "submitted_at",
     "paper", "schema", "type")
)  # fmt: skip


class DailyPapersJson(Source, frozen=True, kw_only=True):
    """Answers of huggingface.co/api/daily_papers and its kin."""

    name: ClassVar[str] = "daily-papers-json"
    summary: ClassVar[str] = "JSON of Hugging Face's paper API or of `hf papers ls`"

    def recognises(self, head: bytes, locator: str) -> bool:  # noqa: ARG002 - by content alone
        """Told by the names of its dates."""
        said = head_text(head).lstrip()
        if said[:1] not in ("[", "{") or _SIGN.search(said) is None:
            return False
        return not is_csl(said) and not is_ours(said)  # whose texts may quote it

    def read(self, stream: BinaryIO, locator: str) -> Iterator[Entry | Diagnostic]:
        """Yield an entry for each paper.

        Raises:
            SourceError: it is no JSON.
        """
        origin = Origin(source=self.name, locator=locator, trust=self.trust)
        text, problems = decoded(stream.read(), origin)
        yield from problems
        yield from entries(_json.load(text, locator), origin)


def entries(data: Any, origin: Origin) -> Iterator[Entry | Diagnostic]:
    """The papers of decoded JSON: a list of them, one, or an object that holds a list.

    Args:
        data: decoded JSON of any shape.
        origin: where it was found.
    """
    for number, item in enumerate(_items(data), 1):
        found = _mapping(item)
        paper = found.get("paper") if found else None
        paper = paper if isinstance(paper, dict) else found
        if not found or not paper or not (paper.get("id") or paper.get("title")):
            yield Diagnostic(
                code="line-unread",
                severity="error",
                message=f"item {number} is no paper: {str(item)[:80]!r}",
                origin=origin,
                hint="the others were read",
            )
            continue
        fields = _fields(found, paper)
        yield Entry(fields=fields, origin=origin, markup=("tex",))


def _items(data: Any) -> list[Any]:
    if isinstance(data, dict):
        for name in ("dailyPapers", "papers", "items", "results"):
            if isinstance(data.get(name), list):
                return list(data[name])
        return [data]
    return data if isinstance(data, list) else [data]


def _mapping(item: Any) -> Mapping[str, Any]:
    """An item as a mapping; some dumps hold Python's repr of each."""
    if isinstance(item, str) and item.startswith("{") and len(item) < _REPR_LIMIT:
        try:
            item = ast.literal_eval(item)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            return {}
    return item if isinstance(item, dict) else {}


def _fields(wrapper: Mapping[str, Any], paper: Mapping[str, Any]) -> dict[str, Value]:
    # The paper's own words come after, and win over the wrapper's.
    said = {_json.snake(str(k)): v for k, v in (*wrapper.items(), *paper.items()) if v is not None}
    fields: dict[str, Value] = {"type": "article"}
    fields["title"] = _json.text_of(paper.get("title") or wrapper.get("title"))
    # A digest in this shape has an abstract beside a summary of its own.
    abstract = paper.get("abstract") or paper.get("summary") or wrapper.get("summary")
    fields["abstract"] = _json.text_of(abstract)
    identifier = _json.text_of(paper.get("id"))
    if identifier:
        known = arxiv(identifier) is not None
        fields["arxiv" if known else "huggingface_id"] = identifier
    authors = paper.get("authors")
    if isinstance(authors, list):
        fields["author"] = tuple(filter(None, map(_author, authors)))
    fields["issued"] = _json.text_of(paper.get("publishedAt") or paper.get("published_at"))
    fields["listed"] = _listed(wrapper, paper)
    for name, value in said.items():
        if name not in _TAKEN and not name.startswith("_"):
            fields.setdefault(_RENAMED.get(name, name), _extra(value))
    return {name: value for name, value in fields.items() if value not in ("", ())}


def _author(author: Any) -> str:
    """A name as arXiv spells it. One that the page hides is an author all the same."""
    if isinstance(author, dict):
        return _json.text_of(author.get("name") or author.get("fullname"))
    return _json.text_of(author)


def _listed(wrapper: Mapping[str, Any], paper: Mapping[str, Any]) -> str:
    """The day of the listing, ISO 8601, where it is told."""
    for holder in (paper, wrapper):
        if day := _json.text_of(holder.get("submittedOnDailyAt")):
            return day[:10]
    outer = _json.text_of(wrapper.get("publishedAt")) if wrapper is not paper else ""
    return outer[:10] if outer and outer < _LISTING_UNTIL else ""


def _extra(value: Any) -> Value:
    """Something of the listing, as texts: a person or an organisation by its name."""
    if isinstance(value, dict):
        return next(
            (
                said
                for key in ("fullname", "name", "user")
                if (said := _json.text_of(value.get(key)))
            ),
            "",
        )
    if isinstance(value, list):
        held = (_extra(item) if isinstance(item, dict) else _json.text_of(item) for item in value)
        return tuple(item for item in held if isinstance(item, str) and item)
    return _json.text_of(value)
