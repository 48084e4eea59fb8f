"""Pages and answers that nobody here wrote, where they are beside this clone."""

import contextlib
import os
import random
import time

import pytest

import shared
from paperexport import Entry, Normalized, PaperExportError, export, gather, read
from paperexport.hookspecs import HEAD
from paperexport.plugins import Registry
from paperexport.sources.daily_papers_text import DailyPapersText
from paperexport.testing.contracts import mutated

REGISTRY = Registry(entry_points=False)
FOLDERS = ("hf-text/", "hf-api-daily/", "arxiv-api/", "arxiv-oai/", "arxiv-html/", "rss/",
           "hf-derived/")  # fmt: skip
FILES = [(name, papers) for folder in FOLDERS for name, papers in shared.manifest(folder)]
COPIES = 2000 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 20

# Recordings of a request and its answer, or tables: no page or answer as a user has it.
RECORDINGS = frozenset(
    """
    arxiv-api/id_0000.0000_s0_m100_8b51d9633a68.envelope.json
    arxiv-api/id_abc_s0_m100_b79c8dcf6bc3.envelope.json
    arxiv-html/abs-cassette.yaml
    arxiv-html/classic_scholar_metadata_tags.json
    rss/edge_ai_2026-01-30.eml
    """.split()
)
OTHERWISE = {
    # Its one entry is titled "Error": it is told as what the service said.
    "arxiv-api/id_abc_s0_m100_b79c8dcf6bc3.xml": 0,
    # The listing says six cards; five titles, and links to five papers, are in it.
    "hf-text/search-intercode-bash-2026-03-25.plain.txt": 5,
}
SEED = "hf-text/program-synthesis-search.txt"


def records(name: str) -> list[Normalized]:
    found = read(shared.path(name), registry=REGISTRY)
    return [one for one in found if isinstance(one, Normalized)]


@pytest.mark.parametrize(("name", "papers"), FILES, ids=[name for name, _ in FILES])
def test_as_many_records_as_papers(name: str, papers: str) -> None:
    data = shared.path(name).read_bytes()[:HEAD]
    sources = [s.name for s in REGISTRY.sources.values() if s.recognises(data, name)]
    if name in RECORDINGS:
        assert sources == []
        with pytest.raises(PaperExportError, match="no source recognises"):
            records(name)
        return
    assert len(sources) == 1
    found = records(name)
    assert len(found) == OTHERWISE.get(name, int(papers))
    assert len(gather(found).records) == len(found)
    assert all(one.record.title or one.record.eprint for one in found)


def test_the_search_page() -> None:
    """55 entries as printed, and nothing of the page around them."""
    path = shared.path(SEED)
    lines = path.read_text(encoding="ascii").splitlines()
    with path.open("rb") as stream:
        found = list(DailyPapersText().read(stream, "page"))
    assert len(found) == 55
    for number, entry in enumerate(found):
        assert isinstance(entry, Entry)
        line = 13 + 4 * number
        assert entry.origin.line == line
        assert entry.fields["title"] == lines[line - 1]
        assert entry.fields["abstract"] == lines[line + 1]
        assert entry.fields["origins"]["abstract"].line == line + 2
        assert entry.fields["listed"] == "Oct 1"
    for one in records(SEED):
        assert one.record.issued is None
        assert one.record.author == ()
        assert one.diagnostics == ()


@pytest.mark.parametrize("name", ["bibtex", "biblatex", "csljson", "ris", "jsonl"])
def test_the_search_page_in_every_format(name: str) -> None:
    bibliography = gather(records(SEED)).bibliography()
    text = export(bibliography, name, registry=REGISTRY)
    back = [one for one in read(text.encode(), registry=REGISTRY) if isinstance(one, Normalized)]
    assert [one.key for one in back] == list(bibliography)
    assert [one.record.title for one in back] == [r.title for r in bibliography.values()]
    assert not any(one.record.issued or one.record.author for one in back)


def test_hidden_authors_are_authors() -> None:
    found = records("hf-api-daily/daily_papers-2026-08-21.json")
    assert all(one.record.author and one.record.issued for one in found)
    assert {one.record.eprint.archive for one in found if one.record.eprint} == {"arxiv"}
    assert all("upvotes" in one.record.custom for one in found)


@pytest.mark.parametrize("name", [name for name, _ in FILES if name not in RECORDINGS])
def test_mutated_copies(name: str) -> None:
    data = shared.path(name).read_bytes()
    source = next(s.name for s in REGISTRY.sources.values() if s.recognises(data[:HEAD], name))
    for seed in range(COPIES):
        damaged = mutated(data, random.Random(seed))
        start = time.monotonic()
        with contextlib.suppress(PaperExportError):  # it says that it cannot be read
            found = gather(read(damaged, source_name=source, locator="x", registry=REGISTRY))
            if seed % 10 == 0:
                export(found.bibliography(), "bibtex", registry=REGISTRY)
        # A hang, not a speed: a whole minute's work of a healthy machine takes milliseconds.
        assert time.monotonic() - start < 20
