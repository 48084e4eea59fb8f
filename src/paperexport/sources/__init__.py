"""The built-in sources: one module for each kind of page or file."""

from paperexport.hookspecs import Source, hookimpl
from paperexport.sources.arxiv import Arxiv
from paperexport.sources.bibtex import Bibtex
from paperexport.sources.csljson import CslJson
from paperexport.sources.daily_papers_html import DailyPapersHtml
from paperexport.sources.daily_papers_json import DailyPapersJson
from paperexport.sources.daily_papers_text import DailyPapersText
from paperexport.sources.digest import Digest
from paperexport.sources.feed import Feed
from paperexport.sources.identifiers import Identifiers
from paperexport.sources.jsonl import Jsonl
from paperexport.sources.ris import Ris


@hookimpl
def paperexport_sources() -> list[Source]:
    """The sources that paperexport itself brings, sorted by name."""
    return [
        Arxiv(),
        Bibtex(),
        CslJson(),
        DailyPapersHtml(),
        DailyPapersJson(),
        DailyPapersText(),
        Digest(),
        Feed(),
        Identifiers(),
        Jsonl(),
        Ris(),
    ]
