"""Every built-in source keeps the contract that we ship."""

from pathlib import Path

from paperexport import export
from paperexport.plugins import Registry
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
from paperexport.testing import COMPLETE, SourceContract

REGISTRY = Registry(entry_points=False)
EXAMPLES = Path(__file__).parents[2] / "examples"
PAPER = (
    '{"id": "2401.09042", "title": "Sorting\\n  Socks", "summary": "We sort.", "upvotes": 3,'
    ' "authors": [{"name": "Ada Lovelace", "hidden": true}, {"name": "Sock Team"}],'
    ' "publishedAt": "2024-01-16T23:00:00.000Z"}'
)
WRAPPED = f'[{{"paper": {PAPER}, "publishedAt": "2024-01-18T00:00:00.000Z", "title": "x"}}]'


def written(name: str) -> bytes:
    papers = {"one": COMPLETE, "two": COMPLETE.replace(title="Other", doi="10.1000/2")}
    return export(papers, name, registry=REGISTRY).encode()


class TestArxiv(SourceContract):
    source = Arxiv()
    entries = 1
    sample = b"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"
 xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"><id>http://arxiv.org/api/x</id>
<entry><id>http://arxiv.org/abs/2401.09042v2</id><title>Sorting
  Socks</title><summary>We sort.</summary><published>2024-01-16T23:00:00Z</published>
<author><name>Ada Lovelace</name></author><arxiv:comment>9 pages</arxiv:comment>
<arxiv:primary_category term="cs.LG"/></entry></feed>"""


class TestBibtex(SourceContract):
    source = Bibtex()
    entries = 2
    sample = written("bibtex")


class TestCslJson(SourceContract):
    source = CslJson()
    entries = 2
    sample = written("csljson")


class TestDailyPapersHtml(SourceContract):
    source = DailyPapersHtml()
    entries = 1
    sample = (
        b'<!doctype html><html><body><div class="x" data-target="DailyPapers" data-props="'
        + ('{"dailyPapers": ' + WRAPPED + "}").replace('"', "&quot;").encode()
        + b'"></div></body></html>'
    )


class TestDailyPapersHtmlCards(SourceContract):
    source = DailyPapersHtml()
    entries = 2
    sample = b"""<!doctype html><html><body>
<article><h3><a href="/papers/2401.09042">Sorting Socks</a></h3><div>12 authors</div></article>
<article><h3><a href="/papers/2401.09043">Folding Towels</a></h3></article></body></html>"""


class TestDailyPapersJson(SourceContract):
    source = DailyPapersJson()
    entries = 1
    sample = WRAPPED.encode()


class TestDailyPapersText(SourceContract):
    source = DailyPapersText()
    entries = 8
    sample = (EXAMPLES / "program-synthesis-search.txt").read_bytes()


class TestDigest(SourceContract):
    source = Digest()
    entries = 2
    sample = b"""## Daily Papers (2024-01-18)

### [Sorting Socks](https://arxiv.org/abs/2401.09042)

Authors: Ada Lovelace, Ada Lovelace, Charles Babbage

- In other words.

### [Folding Towels](https://huggingface.co/papers/2401.09043)
"""


class TestFeed(SourceContract):
    source = Feed()
    entries = 1
    sample = b"""<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:arxiv="http://arxiv.org/schemas/atom"><channel><title>cs.LG</title><item>
<title>Sorting Socks</title><link>https://arxiv.org/abs/2401.09042</link>
<description>arXiv:2401.09042v2 Announce Type: new
Abstract: We sort.</description><dc:creator>Ada Lovelace, et al.</dc:creator>
<arxiv:announce_type>new</arxiv:announce_type></item></channel></rss>"""


class TestIdentifiers(SourceContract):
    source = Identifiers()
    entries = 5
    sample = (EXAMPLES / "identifiers.txt").read_bytes()


class TestJsonl(SourceContract):
    source = Jsonl()
    entries = 2
    sample = written("jsonl")


class TestRis(SourceContract):
    source = Ris()
    entries = 2
    sample = written("ris")


def test_none_is_left_out() -> None:
    held = {c.source.name for c in SourceContract.__subclasses__() if hasattr(c, "source")}
    assert set(REGISTRY.sources) <= held
