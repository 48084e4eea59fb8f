"""Records a second and peak memory: normalizing and each exporter, beside peers, in one run.

Each measurement is a process of its own, so that its peak memory is its own. Records are made of
words by a seeded generator: five authors, a title of nine words, an abstract of two hundred.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

SIZES = (1_000, 10_000, 100_000)
PEER_LIMIT = {"citation-js": 10_000, "rispy": 100_000, "bibtexparser": 100_000}
FORMATS = ("bibtex", "biblatex", "csljson", "ris", "jsonl")
WORDS = (
    "sock drawer wash fold pair wool cotton heel toe knit thread spin dry rack line peg basket "
    "colour fade shrink match lost found single model learns graph sparse deep DNA LLM neural "
    "search program with of and the for under against fast robust large small über naïve"
).split()
NAMES = "Ada Núñez;Ludwig van Beethoven;Emmy Noether;Qwen Team;Hal Daumé III;Yee Whye Teh".split(
    ";"
)


def entries(count: int) -> Iterator[object]:
    """The same entries in every run."""
    from paperexport import Entry, Origin

    rng = random.Random(7)
    for number in range(count):
        title = " ".join(rng.choices(WORDS, k=9))
        abstract = " ".join(rng.choices(WORDS, k=200))
        yield Entry(
            fields={
                "type": "article",
                "title": f"{title} {number}",
                "abstract": f"{abstract}, by 50\\% of $O(n \\log n)$.",
                "author": tuple(rng.choices(NAMES, k=5)),
                "issued": f"2024-{rng.randint(1, 12):02d}-11T00:00:00Z",
                "arxiv": f"{rng.randint(15, 25)}01.{number % 100_000:05d}",
                "primary_class": "cs.LG",
            },
            origin=Origin(source="bench"),
        )


def job(what: str, count: int, folder: Path) -> tuple[float, int]:
    """Do one thing; its seconds, without what it was given, and how many bytes it made."""
    from paperexport.normalization import normalize

    if what == "normalize":
        start = time.process_time()
        size = sum(len(normalize(entry).record.title) for entry in entries(count))
        spent = time.process_time() - start
        start = time.process_time()
        for _ in entries(count):
            pass
        return spent - (time.process_time() - start), size
    if what in FORMATS:
        from paperexport.plugins import Registry

        exporter = Registry(entry_points=False).exporter(what)
        spent, size = 0.0, 0
        # One record at a time, as the pipeline streams them.
        for number, entry in enumerate(entries(count)):
            record = normalize(entry).record
            start = time.process_time()
            size += len(exporter.encode(f"key{number}", record))
            spent += time.process_time() - start
        return spent, size
    return PEERS[what](count, folder)


def dicts(count: int) -> list[dict[str, str]]:
    """The records as plain fields, for the writers of others."""
    from paperexport.normalization import normalize

    return [
        {
            "title": r.title,
            "author": " and ".join(n.literal or f"{n.family}, {n.given}" for n in r.author),
            "year": str(r.issued.year) if r.issued else "",
            "abstract": r.abstract,
            "doi": r.doi,
            "url": r.url,
        }
        for r in (normalize(entry).record for entry in entries(count))
    ]


def bibtexparser(count: int, _folder: Path) -> tuple[float, int]:
    """Bibtexparser 2's writer with its LaTeX encoding, which is what makes its text TeX."""
    import bibtexparser as library
    from bibtexparser.middlewares import LatexEncodingMiddleware
    from bibtexparser.model import Entry, Field

    held = library.Library()
    for number, fields in enumerate(dicts(count)):
        held.add(Entry("misc", f"key{number}", [Field(k, v) for k, v in fields.items()]))
    start = time.process_time()
    text = library.write_string(held, prepend_middleware=[LatexEncodingMiddleware()])
    return time.process_time() - start, len(text)


def bibtexparser_plain(count: int, _folder: Path) -> tuple[float, int]:
    """Bibtexparser 2's writer, its text not escaped."""
    import bibtexparser as library
    from bibtexparser.model import Entry, Field

    held = library.Library()
    for number, fields in enumerate(dicts(count)):
        held.add(Entry("misc", f"key{number}", [Field(k, v) for k, v in fields.items()]))
    start = time.process_time()
    text = library.write_string(held)
    return time.process_time() - start, len(text)


def rispy(count: int, _folder: Path) -> tuple[float, int]:
    """Rispy's writer."""
    import rispy as library

    entries_ = [
        {"type_of_reference": "RPRT", "title": d["title"], "authors": d["author"].split(" and "),
         "year": d["year"], "abstract": d["abstract"], "doi": d["doi"], "urls": [d["url"]]}
        for d in dicts(count)
    ]  # fmt: skip
    start = time.process_time()
    text = library.dumps(entries_)
    return time.process_time() - start, len(text)


def citation_js(count: int, folder: Path) -> tuple[float, int]:
    """Citation.js: CSL-JSON to BibTeX."""
    from paperexport import export
    from paperexport.normalization import normalize
    from paperexport.plugins import Registry

    modules = os.environ["PAPEREXPORT_NODE_MODULES"]
    records = {f"key{n}": normalize(e).record for n, e in enumerate(entries(count))}
    export(records, "csljson", to=folder / "in.json", registry=Registry(entry_points=False))
    script = (
        "const load=require('module').createRequire(process.argv[1]+'/node_modules/x.js');"
        "const {Cite}=load('@citation-js/core');load('@citation-js/plugin-bibtex');"
        "const data=JSON.parse(require('fs').readFileSync(process.argv[2],'utf8'));"
        "const cite=new Cite(data);const s=process.cpuUsage();"
        "const text=cite.format('bibtex');const u=process.cpuUsage(s);"
        "console.log(JSON.stringify([(u.user+u.system)/1e6,text.length,"
        "process.resourceUsage().maxRSS]))"
    )
    done = subprocess.run(
        ["node", "-e", script, modules, str(folder / "in.json")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    spent, size, peak = json.loads(done.stdout)
    global PEAK
    PEAK = peak
    return spent, size


PEAK = 0
PEERS = {
    "bibtexparser": bibtexparser,
    "bibtexparser, no TeX": bibtexparser_plain,
    "rispy": rispy,
    "citation-js": citation_js,
}
BESIDE = {
    "bibtex": ("bibtexparser", "bibtexparser, no TeX", "citation-js"),
    "ris": ("rispy",),
}


def measured(what: str, count: int) -> tuple[float, float]:
    """Records a second and peak MB of one job, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.speed", what, str(count)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        return 0.0, 0.0
    spent, peak = json.loads(done.stdout.splitlines()[-1])
    return count / spent, peak


def start_up() -> None:
    """How long the command line takes to say something, beside an empty Python."""
    program = str(Path(sys.executable).parent / "paperexport")
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "paperexport --version": [program, "--version"],
        "paperexport --help": [program, "--help"],
    }
    best = dict.fromkeys(commands, 1e9)
    for _ in range(15):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, capture_output=True, check=True)
            best[name] = min(best[name], time.perf_counter() - start)
    base = best["python -c pass"]
    print("| start-up | ms | x |\n| --- | ---: | ---: |")
    for name, spent in best.items():
        print(f"| `{name}` | {spent * 1e3:.0f} | {spent / base:.1f} |")
    print()


def main() -> None:
    """Print the tables."""
    start_up()
    print(
        "| job | records | records/s | peak MB | ours is × |\n| --- | ---: | ---: | ---: | ---: |"
    )
    for what in ("normalize", *FORMATS):
        for count in SIZES:
            rate, peak = measured(what, count)
            print(f"| {what} | {count:,} | {rate:,.0f} | {peak:.0f} | |", flush=True)
            for peer in BESIDE.get(what, ()):
                slow = peer == "bibtexparser" or peer == "citation-js"
                if count > (1_000 if peer == "bibtexparser" else 10_000 if slow else 100_000):
                    continue
                theirs, their_peak = measured(peer, count)
                ratio = f"{rate / theirs:.1f}" if theirs else "not here"
                print(
                    f"| beside: {peer} | {count:,} | {theirs:,.0f} | {their_peak:.0f} | {ratio} |",
                    flush=True,
                )


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        seconds, _ = job(sys.argv[1], int(sys.argv[2]), Path(name))
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps([seconds, (PEAK or own) / 1024]))
