"""Every built-in format keeps the contract that we ship."""

from paperexport.formats.biblatex import BibLaTeX
from paperexport.formats.bibtex import BibTeX
from paperexport.formats.csljson import CslJson
from paperexport.formats.jsonl import Jsonl
from paperexport.formats.ris import Ris
from paperexport.plugins import Registry
from paperexport.testing import ExporterContract


class TestBibLaTeX(ExporterContract):
    exporter = BibLaTeX()


class TestBibTeX(ExporterContract):
    exporter = BibTeX()


class TestCslJson(ExporterContract):
    exporter = CslJson()


class TestJsonl(ExporterContract):
    exporter = Jsonl()


class TestRis(ExporterContract):
    exporter = Ris()


def test_none_is_left_out() -> None:
    held = {c.exporter.name for c in ExporterContract.__subclasses__() if hasattr(c, "exporter")}
    assert set(Registry(entry_points=False).exporters) <= held
