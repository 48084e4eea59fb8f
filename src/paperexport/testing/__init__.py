"""The kit that plugin authors test with, and that our own sources and formats pass.

Import it by name; it is no pytest plugin and changes nothing that it is not asked to. It needs
pytest and hypothesis (``pip install 'paperexport[testing]'``).
"""

from paperexport.testing.contracts import ExporterContract, SourceContract
from paperexport.testing.examples import CHANGES, COMPLETE, TYPES
from paperexport.testing.strategies import any_records, bibliographies, names, records, texts

__all__ = [
    "CHANGES",
    "COMPLETE",
    "TYPES",
    "ExporterContract",
    "SourceContract",
    "any_records",
    "bibliographies",
    "names",
    "records",
    "texts",
]
