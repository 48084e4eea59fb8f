"""The built-in sources: one module for each kind of page or file."""

from paperexport.hookspecs import Source, hookimpl
from paperexport.sources.csljson import CslJson
from paperexport.sources.daily_papers_text import DailyPapersText
from paperexport.sources.identifiers import Identifiers
from paperexport.sources.jsonl import Jsonl


@hookimpl
def paperexport_sources() -> list[Source]:
    """The sources that paperexport itself brings, sorted by name."""
    return [CslJson(), DailyPapersText(), Identifiers(), Jsonl()]
