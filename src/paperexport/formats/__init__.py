"""The built-in formats."""

from paperexport.formats.biblatex import BibLaTeX
from paperexport.formats.bibtex import BibTeX
from paperexport.formats.csljson import CslJson
from paperexport.formats.jsonl import Jsonl
from paperexport.formats.ris import Ris
from paperexport.hookspecs import Exporter, hookimpl


@hookimpl
def paperexport_exporters() -> list[Exporter]:
    """The formats that paperexport itself writes, sorted by name."""
    return [BibLaTeX(), BibTeX(), CslJson(), Jsonl(), Ris()]
