"""Papers into a .bib file, beside bibtexparser 2: CPU seconds and peak memory.

The files are those of `bench.reading`. Each measurement is a process of its own; its CPU seconds
(user and system) are those of the job alone, its peak memory is that of the whole process.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.reading import papers

if TYPE_CHECKING:
    from paperexport.bibedit import Edits

SIZES = (1_000, 10_000, 100_000)
PEER_LIMIT = 10_000
ADDED = 5


def files(folder: Path, count: int) -> None:
    """The file, those of its entries that gain a field, and the new ones."""
    step = count // ADDED
    with (folder / "all.bib").open("w") as whole, (folder / "known.bib").open("w") as known:
        for number, paper in enumerate(papers(count)):
            whole.write(f"{paper.bib}\n")
            if number % step == 0:
                known.write(f"{paper.bib}\n")
    new = (paper.bib.replace("{key", "{new", 1) for paper in papers(ADDED, seed=1))
    (folder / "new.bib").write_text("\n".join(new))


# --- The jobs -------------------------------------------------------------------------------------
# Each reads what it is given, and returns what is measured; that returns the bytes that it made.

Job = Callable[[], object]


def _records(file: Path, *, gain: bool) -> list[tuple[str, Any]]:
    """Key and record of each entry, with a field that the file has not."""
    from paperexport.bibdocument import Document
    from paperexport.normalization import normalize
    from paperexport.sources.bibtex import entries

    found = [normalize(entry) for entry in entries(Document(file.read_bytes()))]
    return [
        (one.key, one.record.replace(pmid=str(31_000_000 + number)) if gain else one.record)
        for number, one in enumerate(found, 1)
    ]


def _merging(data: bytes, records: list[tuple[str, Any]], *, whole: bool = False) -> Job:
    import bibtexparser  # the last look asks it; what imports cost is counted on neither side

    from paperexport.bibdocument import Document
    from paperexport.bibmerge import dialect, merge
    from paperexport.bibverify import verify
    from paperexport.plugins import Registry

    assert bibtexparser
    plugins = Registry(entry_points=False)

    def job() -> bytes:
        document = Document(data)
        exporter = plugins.exporter(dialect(document))
        merged = merge(document, records, exporter)
        assert len({change.key for change in merged.changes}) == len(records)
        if whole:
            verify(document, merged.data, merged.touched)
        return merged.data

    return job


def ours_ten(folder: Path) -> Job:
    """All that ``--into`` does between the bytes that it reads and those that it writes."""
    records = [
        *_records(folder / "known.bib", gain=True),
        *_records(folder / "new.bib", gain=False),
    ]
    return _merging((folder / "all.bib").read_bytes(), records, whole=True)


def ours_all(folder: Path) -> Job:
    """The same, and each entry of the file gains a field."""
    file = folder / "all.bib"
    return _merging(file.read_bytes(), _records(file, gain=True))


def _edited(edits: Edits) -> bytes:
    """One field of each entry gets another value."""
    for entry in edits.document.entries:
        field = entry.field("volume")
        assert field is not None
        edits.set_field(entry, field, "1000")
    return edits.apply()


def ours_loop(folder: Path) -> Job:
    """One field of each entry; the document and its fields are there, as they are in a library."""
    from paperexport.bibdocument import Document
    from paperexport.bibedit import Edits

    document = Document((folder / "all.bib").read_bytes())
    assert all(entry.fields for entry in document.entries)
    return lambda: _edited(Edits(document))


def ours_edits(folder: Path) -> Job:
    """Text, document, one field of each entry, bytes."""
    from paperexport.bibdocument import Document
    from paperexport.bibedit import Edits

    data = (folder / "all.bib").read_bytes()
    return lambda: _edited(Edits(Document(data)))


def _gaining(library: Any, entry: Any) -> None:
    """Bibtexparser's way to put one entry in the place of another."""
    from bibtexparser.model import Entry, Field

    library.replace(entry, Entry(entry.entry_type, entry.key, [*entry.fields, Field("pmid", "1")]))


def theirs_ten(folder: Path) -> Job:
    """Text, library, five replaced and five added, text."""
    import bibtexparser

    text = (folder / "all.bib").read_text()
    known = [e.key for e in bibtexparser.parse_file(str(folder / "known.bib")).entries]
    new = bibtexparser.parse_file(str(folder / "new.bib")).entries

    def job() -> str:
        library = bibtexparser.parse_string(text)
        for key in known:
            _gaining(library, library.entries_dict[key])
        library.add(new)
        return str(bibtexparser.write_string(library))

    return job


def theirs_loop(folder: Path) -> Job:
    """Each entry replaced; the library is there, and nothing is written."""
    import bibtexparser

    library = bibtexparser.parse_file(str(folder / "all.bib"))

    def job() -> None:
        for entry in library.entries:
            _gaining(library, entry)

    return job


def theirs_all(folder: Path) -> Job:
    """Text, library, each entry replaced, text."""
    import bibtexparser

    text = (folder / "all.bib").read_text()

    def job() -> str:
        library = bibtexparser.parse_string(text)
        for entry in library.entries:
            _gaining(library, entry)
        return str(bibtexparser.write_string(library))

    return job


TEN, TEN_THEIRS = "ours, 10 papers: text to text", "bibtexparser, 10 papers: text to text"
LOOP = "bibtexparser, each entry: replace loop alone"
EDITS = "ours, each entry: edits alone"
EDITED, REPLACED = "ours, each entry: text to text", "bibtexparser, each entry: text to text"
MERGED = "ours, each entry merged"
JOBS: dict[str, Callable[[Path], Job]] = {
    TEN: ours_ten,
    TEN_THEIRS: theirs_ten,
    EDITS: ours_loop,
    LOOP: theirs_loop,
    EDITED: ours_edits,
    REPLACED: theirs_all,
    MERGED: ours_all,
}
# (what, beside what, wanted): the goal "≥ 50 × the replace loop at 10,000" in each reading of it,
# and what stands beside the same job, for which nothing is wanted.
READINGS = (
    ("10 papers, text to text, beside the replace loop over all entries", TEN, LOOP, 50),
    ("10 papers, text to text, beside bibtexparser doing the same", TEN, TEN_THEIRS, None),
    ("each entry edited, beside the replace loop over all entries", EDITS, LOOP, 50),
    ("each entry edited, text to text, beside bibtexparser doing the same", EDITED, REPLACED, None),
    ("each entry merged, beside bibtexparser replacing each, text to text", MERGED, REPLACED, None),
)
LINEAR = 12


def peak() -> float:
    """The peak memory of this process in MB; the kernel's other figure knows its parent's too."""
    status = Path("/proc/self/status")
    if status.exists():
        said = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(said["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(what: str, folder: Path) -> tuple[float, float]:
    """CPU seconds and peak MB."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.merging", what, str(folder)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    spent, most = json.loads(done.stdout)
    return spent, most


def main() -> None:
    """Print the tables."""
    found: dict[tuple[str, int], tuple[float, float]] = {}
    print("| job | entries | CPU s | peak MB |\n| --- | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as name:
        for count in SIZES:
            folder = Path(name) / str(count)
            folder.mkdir()
            files(folder, count)
            for what in JOBS:
                if what.startswith("bibtexparser") and count > PEER_LIMIT:
                    continue
                tries = [measured(what, folder) for _ in range(1 if count > PEER_LIMIT else 3)]
                found[what, count] = seconds, most = min(tries)
                print(f"| {what} | {count:,} | {seconds:.3f} | {most:.0f} |", flush=True)
    print(f"\n| at {PEER_LIMIT:,} entries | wanted | × |\n| --- | ---: | ---: |")
    for name, ours, theirs, wanted in READINGS:
        ratio = found[theirs, PEER_LIMIT][0] / found[ours, PEER_LIMIT][0]
        print(f"| {name} | {f'≥ {wanted}' if wanted else ''} | {ratio:.1f} |")
    few, many = SIZES[-2:]
    print(f"\n| t({many:,}) / t({few:,}) | wanted | × |\n| --- | ---: | ---: |")
    for ours in (TEN, EDITS, EDITED, MERGED):
        print(f"| {ours} | ≤ {LINEAR} | {found[ours, many][0] / found[ours, few][0]:.1f} |")


if __name__ == "__main__":
    job = JOBS[sys.argv[1]](Path(sys.argv[2]))
    start = time.process_time()
    made = job()
    seconds = time.process_time() - start
    print(json.dumps([seconds, peak()]))
