from paperexport.testing import ExporterContract
from paperexport_cite_arxiv import CiteArxiv


class TestCiteArxiv(ExporterContract):
    exporter = CiteArxiv()
