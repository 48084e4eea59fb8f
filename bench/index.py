"""The local index on generated titles, beside an FTS5 bm25 query and a scan of the same titles.

The vocabulary is long-tailed as that of real titles is: a few hundred words in most titles, a
hundred thousand in a handful each. Titles are looked for exactly, with slips (a word dropped, two
exchanged, letters mistyped, a subtitle gone), and in vain.

::

    python -m bench index          # a million titles
    python bench/index.py quick    # a hundred thousand
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from msgspec import Struct

from paperexport import text
from paperexport.index import WORD, Index, build

MILLION, QUICK = 1_000_000, 100_000
VOCABULARY = 120_000
LOOKUPS = 1000
SCANS = 20
SYLLABLES = (
    "ba be bi bo bra cal ce chi co cra da de di dro e fa fe fi flo ga ge gra ha he hi i ja ka ke "
    "la le li lo ma me mi mo na ne ni no o pa pe phi po pra qua ra re ri ro sa se shi so sta ta "
    "te the ti to tra u va ve vi vo wa we xi ya ze zo"
).split()  # fmt: skip
SMALL = "a an and as by for from in is of on or the to towards under via when with without".split()


class Timing(Struct, frozen=True):
    """Milliseconds of many look-ups, and how many of them found what they should.

    ``cpu`` is the 99th percentile of the CPU's own time: on a machine that others use as well, the
    wall's says when they did.
    """

    name: str
    median: float
    p99: float
    cpu: float
    found: float

    def __str__(self) -> str:
        return (
            f"{self.name:26} {self.median:9.3f} ms {self.p99:9.3f} ms {self.cpu:9.3f} ms"
            f" {self.found:7.1%}"
        )


class Result(Struct, frozen=True):
    """One run.

    Attributes:
        papers: how many.
        cpu: seconds of building.
        size: bytes of the index.
        timings: name → its timing.
    """

    papers: int
    cpu: float
    size: int
    timings: dict[str, Timing]


def vocabulary(draw: random.Random) -> tuple[list[str], list[float]]:
    """Words, and how often each is drawn: Zipf's law, as titles have it."""
    words: dict[str, None] = dict.fromkeys(SMALL)
    while len(words) < VOCABULARY:
        words["".join(draw.choices(SYLLABLES, k=draw.choice((2, 3, 3, 4, 4, 5))))] = None
    weights = [1 / (rank + 10) ** 0.95 for rank in range(len(words))]
    return list(words), list(accumulate(weights))


def titles(count: int, seed: int = 1) -> Iterator[str]:
    """Titles of four to sixteen words, one in three with a colon; always the same ones."""
    draw = random.Random(seed)
    words, weights = vocabulary(random.Random(0))
    for _ in range(count):
        said = draw.choices(words, cum_weights=weights, k=min(16, max(4, int(draw.gauss(9, 3)))))
        if len(said) > 5 and draw.random() < 0.33:
            said[1] += ":"
        yield " ".join(said).title()


def papers(count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """What a snapshot gives for each: title, two people, a year, an arXiv id."""
    draw = random.Random(2)
    for number, title in enumerate(titles(count)):
        people = [{"family": f"Name{draw.randrange(50_000)}", "given": "A."} for _ in range(3)]
        yield (
            "generated",
            {
                "type": "article",
                "title": title,
                "author": people,
                "issued": str(1991 + number % 35),
                "arxiv": f"{7 + number % 20:02d}{1 + number % 12:02d}.{number % 100_000:05d}",
            },
        )


def slipped(title: str, draw: random.Random) -> str:
    """The title as somebody else has it."""
    words = title.split()
    kind = draw.choice(("drop", "exchange", "letters", "letters", "subtitle"))
    if kind == "drop" and len(words) > 5:
        del words[draw.randrange(len(words))]
    elif kind == "exchange":
        at = draw.randrange(len(words) - 1)
        words[at], words[at + 1] = words[at + 1], words[at]
    elif kind == "subtitle" and len(words) > 8:
        del words[-1]
    else:
        at = max(range(len(words)), key=lambda i: len(words[i]))
        word = words[at]
        cut = draw.randrange(1, len(word))
        words[at] = f"{word[:cut]}{draw.choice('aeiou')}{word[cut + 1 :]}"
    return " ".join(words)


def timed(
    name: str, ask: Callable[[str], Sequence[str]], pairs: Sequence[tuple[str, str]]
) -> Timing:
    """How long it takes to be asked for each first, and whether its first answer is the second."""
    wall, cpu, hits = [], [], 0
    for asked, wanted in pairs:
        began, worked = time.perf_counter(), time.thread_time()
        found = ask(asked)
        cpu.append(1000 * (time.thread_time() - worked))
        wall.append(1000 * (time.perf_counter() - began))
        hits += (found[0] if found else "") == wanted
    at = min(len(pairs) - 1, int(len(pairs) * 0.99))
    return Timing(
        name, statistics.median(wall), sorted(wall)[at], sorted(cpu)[at], hits / len(pairs)
    )


def sample(count: int) -> list[str]:
    """Titles from everywhere in the index, in no order."""
    draw = random.Random(3)
    places = set(draw.sample(range(count), LOOKUPS))
    found = [title for number, title in enumerate(titles(count)) if number in places]
    draw.shuffle(found)
    return found


def run(count: int, folder: Path) -> Result:
    """Build an index and its two rivals, and ask all three."""
    path = folder / "index.sqlite"
    made = list(papers(count))
    began = time.process_time()
    assert build(path, made) == count
    cpu = time.process_time() - began
    del made
    draw = random.Random(4)
    there = sample(count)
    exact = [(title, title) for title in there]
    fuzzy = [(slipped(title, draw), title) for title in there]
    missing = [(title, "") for title in titles(LOOKUPS, seed=5)]
    timings = []
    with Index(path) as index:

        def exactly(title: str) -> list[str]:
            return [str(hit.fields["title"]) for hit in index.by_title(title)]

        def nearly(title: str) -> list[str]:
            return [str(hit.fields["title"]) for hit in index.like_title(title)]

        for title, _ in exact[:200]:  # what is read twice is read from memory
            exactly(title), nearly(title)
        timings += [
            timed("exact", exactly, exact),
            timed("fuzzy hit", nearly, fuzzy),
            timed("miss", nearly, missing),
        ]
    timings += _bm25(count, folder, fuzzy, missing)
    timings += _scan(count, fuzzy, missing)
    return Result(count, cpu, path.stat().st_size, {t.name: t for t in timings})


def _bm25(
    count: int, folder: Path, fuzzy: list[tuple[str, str]], missing: list[tuple[str, str]]
) -> list[Timing]:
    """SQLite's full text search, best of any word by bm25, as one would write it first."""
    db = sqlite3.connect(folder / "bm25.sqlite")
    db.execute("CREATE VIRTUAL TABLE title USING fts5(said)")
    db.executemany("INSERT INTO title VALUES (?)", ((title,) for title in titles(count)))
    db.commit()

    def ask(title: str) -> list[str]:
        query = " OR ".join(f'"{word}"' for word in WORD.findall(title))
        rows = db.execute(
            "SELECT said FROM title WHERE title MATCH ? ORDER BY bm25(title) LIMIT 5", (query,)
        )
        return [said for (said,) in rows]

    some = LOOKUPS // 10
    found = [
        timed("fuzzy hit, FTS5 bm25", ask, fuzzy[:some]),
        timed("miss, FTS5 bm25", ask, missing[:some]),
    ]
    db.close()
    return found


def _scan(count: int, fuzzy: list[tuple[str, str]], missing: list[tuple[str, str]]) -> list[Timing]:
    """Rapidfuzz over all titles in memory; exact, and as slow as there are many."""
    from rapidfuzz import process
    from rapidfuzz.distance import Indel

    whole = list(titles(count))
    folded = [text.fold(title) for title in whole]

    def ask(title: str) -> list[str]:
        best = process.extractOne(
            text.fold(title), folded, scorer=Indel.normalized_similarity, score_cutoff=0.8
        )
        return [whole[best[2]]] if best else []

    return [
        timed("fuzzy hit, rapidfuzz scan", ask, fuzzy[:SCANS]),
        timed("miss, rapidfuzz scan", ask, missing[:SCANS]),
    ]


def lines(result: Result) -> Iterator[str]:
    """The figures."""
    yield (f"{result.papers:,} titles: {result.cpu:.1f} s of CPU to build, "
           f"{result.size / 1e6:.0f} MB")  # fmt: skip
    yield f"{'':26} {'median':>12} {'p99':>12} {'p99 of CPU':>12} {'right':>7}"
    yield from map(str, result.timings.values())


def main(arguments: Sequence[str] = ()) -> None:
    """Print the figures."""
    count = QUICK if "quick" in arguments else MILLION
    with tempfile.TemporaryDirectory() as folder:
        print("\n".join(lines(run(count, Path(folder)))))


if __name__ == "__main__":
    main(sys.argv[1:])
