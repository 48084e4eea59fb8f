from paperexport_cite_arxiv import CiteArxiv

from paperexport.testing import ExporterContract


class TestCiteArxiv(ExporterContract):
    exporter = CiteArxiv()
