"""Reading BibTeX, beside peers: records a second, and how many names and titles come out right.

The records are made by a seeded generator that knows what each name and title says in Unicode:
some 1.8 kB of .bib a record, 4.8 authors, few of whom come twice, an abstract of 1,290 characters
that holds TeX in two of five records. Each measurement is a process of its own, on one core: its
user and system time between the text in memory and what the reader makes of it.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

SIZES = (1_000, 10_000)
SEED = 504
CHECKED = 100


class Person(NamedTuple):
    """What a name says; of a team, all of it is the family name."""

    given: str
    particle: str
    family: str
    suffix: str


class Paper(NamedTuple):
    """An entry, and what it says."""

    bib: str
    title: str
    people: tuple[Person, ...]


# (as TeX, as Unicode); plain ones are made of syllables.
FAMILIES = [
    ('M{\\"u}ller', "Müller"), ('Schr{\\"o}der', "Schröder"), ("Garc{\\'\\i}a", "García"),
    ("\\v{C}apek", "Čapek"), ("{\\v{S}}imek", "Šimek"), ("{\\L}ukasz", "Łukasz"),
    ("Wa{\\l}ek", "Wałek"), ("{\\AA}berg", "Åberg"), ("H{\\aa}kansson", "Håkansson"),
    ("S{\\o}rensen", "Sørensen"), ("{\\O}stby", "Østby"), ("Wei{\\ss}", "Weiß"),
    ("Fran{\\c{c}}ois", "François"), ("Nu{\\~n}ez", "Nuñez"), ("Erd{\\H{o}}s", "Erdős"),
    ("{\\'E}luard", "Éluard"), ('Kr\\"{u}ger', "Krüger"), ("O'Brien", "O'Brien"),
    ("O'Neill", "O'Neill"), ("al-Khwarizmi", "al-Khwarizmi"), ("al-Farabi", "al-Farabi"),
    ("Lloyd-Jones", "Lloyd-Jones"), ("Pe{\\~n}a-Ruiz", "Peña-Ruiz"), ("\\'Alvarez", "Álvarez"),
    ("Dvo{\\v r}{\\'a}k", "Dvořák"), ("Nguy{\\~{\\^e}}n", "Nguyễn"), ("Ya{\\u g}mur", "Yağmur"),
    ("{\\.I}nan", "İnan"), ("{\\c S}ahin", "Şahin"), ("Wa{\\'{s}}ko", "Waśko"),
]  # fmt: skip
GIVENS = [
    ("Andr{\\'e}", "André"), ("Bj{\\\"o}rn", "Björn"), ("Jos\\'{e}", "José"),
    ("Zo{\\\"e}", "Zoë"), ("{\\'A}gnes", "Ágnes"), ("S{\\o}ren", "Søren"),
    ("Ji{\\v{r}}{\\'i}", "Jiří"),
    ("Jean-Pierre", "Jean-Pierre"), ("M. K.", "M. K."), ("J.", "J."), ("Mary Ann", "Mary Ann"),
    ("Fran\\c{c}oise", "Françoise"), ("{\\AA}sa", "Åsa"), ("Hye-Jin", "Hye-Jin"),
]  # fmt: skip
PARTICLES = ("van", "von", "van der", "de la", "de", "van den", "della", "ter")
TEAMS = ("The ATLAS Collaboration", "Qwen Team", "Open Sock Initiative", "Barnes and Noble Labs")
HEADS = "bal kor mon ter vin sal dor hel rim pas lund wes kir tam gol fer nak yam oka chen".split()
TAILS = "son ova ini eck mann ez ard ley ton aki ura sen berg ski yan oux elli shi wood man".split()
TITLES = [
    ("{\\\"U}ber", "Über"), ("na{\\\"\\i}ve", "naïve"), ("{BERT}", "BERT"), ("{DNA}", "DNA"),
    ("$k$-means", "$k$-means"), ("Poincar{\\'e}", "Poincaré"), ("G{\\\"o}del", "Gödel"),
    ("Search \\& Rescue", "Search & Rescue"), ("$O(n \\log n)$", "$O(n \\log n)$"),
    ("\\emph{in vivo}", "in vivo"), ("{Monte-Carlo}", "Monte-Carlo"), ("100\\%", "100%"),
    ("Schr{\\\"o}dinger", "Schrödinger"), ("pre--post", "pre–post"), ("caf\\'{e}", "café"),
]  # fmt: skip
TEX = (
    "98.5\\%", "\\emph{in situ}", "$\\alpha_{ij} > 0$", "$O(n \\log n)$", "state--space",
    "``attention''", "Poincar{\\'e}", "Erd{\\H{o}}s", "{GPT}", "na{\\\"\\i}ve", "Q\\&A",
    "\\textbf{fast}",
    "$n^2$", "Fig.~3", "12\\% to 40\\%", "\\url{https://example.org/code}",
)  # fmt: skip
VENUES = (
    "Journal of Machine Learning Research", "Annals of Statistics", "Physical Review Letters",
    "Advances in Neural Information Processing Systems", "Trans. Assoc. Comput. Linguist.",
    "Zeitschrift f{\\\"u}r Physik", "Proceedings of the {ACM} on Programming Languages",
)  # fmt: skip
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def papers(count: int, seed: int = SEED) -> Iterator[Paper]:
    """The same papers in every run."""
    rng = random.Random(seed)
    words = [
        "".join(rng.choices(HEADS + TAILS, k=rng.choice((1, 1, 2, 2, 3)))) for _ in range(3_000)
    ]
    for number in range(count):
        title = _title(rng, words)
        people = [
            _person(rng)
            for _ in range(rng.choices(range(1, 12), (2, 7, 12, 12, 11, 9, 5, 4, 2, 1, 1))[0])
        ]
        yield Paper(
            _entry(
                rng, number, title[0], " and ".join(tex for tex, _ in people), _abstract(rng, words)
            ),
            title[1],
            tuple(said for _, said in people),
        )


def _person(rng: random.Random) -> tuple[str, Person]:
    """A name as TeX, and what it says."""
    kind = rng.random()
    if kind < 0.02:
        team = rng.choice(TEAMS)
        return f"{{{team}}}", Person("", "", team, "")
    plain = (rng.choice(HEADS).title() + rng.choice([*HEADS, ""]) + rng.choice(TAILS),) * 2
    family = rng.choice(FAMILIES) if kind < 0.27 else plain
    first = (rng.choice(HEADS).title() + rng.choice(TAILS),) * 2
    given = rng.choice(GIVENS) if rng.random() < 0.3 else first
    if rng.random() < 0.3:
        middle = rng.choice("ABCDEFGHJKLMNPRSTW") + "."
        given = (f"{given[0]} {middle}", f"{given[1]} {middle}")
    particle = rng.choice(PARTICLES) if rng.random() < 0.08 else ""
    suffix = rng.choice(("Jr.", "III")) if rng.random() < 0.02 else ""
    said = Person(given[1], particle, family[1], suffix)
    last = f"{particle} {family[0]}".strip()
    if suffix:
        return f"{last}, {suffix}, {given[0]}", said
    return (f"{given[0]} {last}" if rng.random() < 0.3 else f"{last}, {given[0]}"), said


def _title(rng: random.Random, words: Sequence[str]) -> tuple[str, str]:
    parts = [(word.title(),) * 2 for word in rng.choices(words, k=rng.randint(12, 15))]
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        parts[rng.randrange(len(parts))] = rng.choice(TITLES)
    return " ".join(tex for tex, _ in parts), " ".join(said for _, said in parts)


def _abstract(rng: random.Random, words: Sequence[str]) -> str:
    parts = rng.choices(words, k=rng.randint(170, 215))
    if rng.random() < 0.4:
        for _ in range(rng.randint(1, 5)):
            parts[rng.randrange(len(parts))] = rng.choice(TEX)
    for at in range(11, len(parts), 13):
        parts[at] += "."
    return " ".join(parts)


def _entry(rng: random.Random, number: int, title: str, people: str, abstract: str) -> str:
    pages = rng.randint(1, 900)
    fields = {
        "author": people,
        "title": title,
        "journal": rng.choice(VENUES),
        "year": str(rng.randint(1990, 2026)),
        "volume": str(rng.randint(1, 90)),
        "number": str(rng.randint(1, 12)),
        "pages": f"{pages}--{pages + rng.randint(1, 30)}",
        "doi": f"10.{rng.randint(1000, 9999)}/socks.{number}",
        "url": f"https://example.org/papers/{number}",
        "abstract": abstract,
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    lines.insert(4, f"  month = {rng.choice(MONTHS)},")
    return f"@article{{key{number},\n" + "\n".join(lines) + "\n}\n"


# --- The readers ----------------------------------------------------------------------------------
# Each takes the file, and returns how many fields or entries it made: what it made is dropped.


def ours_raw(text: bytes) -> object:
    """Our document, and the value of each field as TeX."""
    from paperexport.bibdocument import Document
    from paperexport.sources.bibtex import values

    document = Document(text, keep=True)
    return [values(document, block) for block in document.each() if block.kind == "entry"]


def ours_entries(text: bytes) -> object:
    """Our source: everything decoded, names split."""
    from paperexport.bibdocument import Document
    from paperexport.sources.bibtex import entries

    return list(entries(Document(text, keep=True)))


def ours_records(text: bytes) -> list[object]:
    """All the way to records: dates and identifiers read too."""
    from paperexport.bibdocument import Document
    from paperexport.normalization import normalize
    from paperexport.sources.bibtex import entries

    return [normalize(entry).record for entry in entries(Document(text, keep=True))]


def bibtexparser(text: bytes) -> object:
    """Bibtexparser 2 as it comes: strings resolved, delimiters gone."""
    import bibtexparser as library

    return library.parse_string(text.decode())


def bibtexparser_decoded(text: bytes) -> object:
    """Bibtexparser 2, TeX decoded and names split; in that order, or no name is decoded."""
    import bibtexparser as library
    from bibtexparser import middlewares

    return library.parse_string(
        text.decode(),
        append_middleware=[
            middlewares.LatexDecodingMiddleware(),
            middlewares.SeparateCoAuthors(),
            middlewares.SplitNameParts(),
        ],
    )


def pybtex(text: bytes) -> object:
    """Pybtex; its names are split, its TeX is decoded when it is asked for."""
    from pybtex.database import parse_string

    return parse_string(text.decode(), "bibtex")


Read = Callable[[bytes], object]
RAW: dict[str, Read] = {"ours": ours_raw, "bibtexparser": bibtexparser}
DECODED: dict[str, Read] = {
    "ours, entries": ours_entries,
    "ours, records": ours_records,
    "bibtexparser, decoded": bibtexparser_decoded,
    "pybtex": pybtex,
}
# What takes a minute for 10,000 records.
SLOW = {"bibtexparser, decoded": 1_000}


# --- What came out --------------------------------------------------------------------------------


def said_by_ours(text: bytes) -> Iterator[tuple[str, list[Person]]]:
    """Title and names of each record."""
    for record in ours_records(text):
        yield (
            record.title,  # type: ignore[attr-defined]
            [
                Person(name.given, name.particle, name.literal or name.family, name.suffix)
                for name in record.author  # type: ignore[attr-defined]
            ],
        )


def said_by_bibtexparser(
    text: bytes, read: Read = bibtexparser_decoded
) -> Iterator[tuple[str, list[Person]]]:
    """Title and names of each entry."""
    for entry in read(text).entries:  # type: ignore[attr-defined]
        fields = entry.fields_dict
        yield (
            fields["title"].value,
            [
                Person(*(" ".join(part) for part in (n.first, n.von, n.last, n.jr)))
                for n in fields["author"].value
            ],
        )


def said_by_bibtexparser_plain(text: bytes) -> Iterator[tuple[str, list[Person]]]:
    """The same without the decoding."""
    import bibtexparser as library
    from bibtexparser import middlewares

    stack = [middlewares.SeparateCoAuthors(), middlewares.SplitNameParts()]
    return said_by_bibtexparser(
        text, lambda said: library.parse_string(said.decode(), append_middleware=stack)
    )


def said_by_pybtex(text: bytes) -> Iterator[tuple[str, list[Person]]]:
    """Title and names of each entry, decoded by pybtex's rich text."""
    from pybtex.richtext import Text

    def plain(parts: Sequence[object]) -> str:
        return " ".join(str(part) for part in parts).replace("\u00a0", " ")

    for entry in pybtex(text).entries.values():  # type: ignore[attr-defined]
        yield (
            str(Text.from_latex(entry.fields["title"])),
            [
                Person(
                    plain((*p.rich_first_names, *p.rich_middle_names)),
                    plain(p.rich_prelast_names),
                    plain(p.rich_last_names),
                    plain(p.rich_lineage_names),
                )
                for p in entry.persons["author"]
            ],
        )


SAID = {
    "ours": said_by_ours,
    "bibtexparser, decoded": said_by_bibtexparser,
    "bibtexparser, names split": said_by_bibtexparser_plain,
    "pybtex": said_by_pybtex,
}


def right(reader: str, count: int = CHECKED) -> tuple[int, int, int, int]:
    """How many names and titles a reader got exactly right, each followed by of how many."""
    made = list(papers(count))
    said = list(SAID[reader]("\n".join(paper.bib for paper in made).encode()))
    names = titles = 0
    for paper, (title, people) in zip(made, said, strict=True):
        titles += title == paper.title
        if len(people) == len(paper.people):
            names += sum(map(Person.__eq__, people, paper.people))
    return names, sum(len(paper.people) for paper in made), titles, count


# --- Measuring ------------------------------------------------------------------------------------


def job(reader: str, count: int) -> float:
    """The CPU seconds that one reader takes for so many records."""
    read = {**{f"{name}, raw": r for name, r in RAW.items()}, **DECODED}[reader]
    text = "\n".join(paper.bib for paper in papers(count)).encode()
    read("\n".join(paper.bib for paper in papers(3, seed=1)).encode())  # what is imported late
    start = time.process_time()
    made = read(text)
    spent = time.process_time() - start
    del made
    return spent


def measured(reader: str, count: int) -> float:
    """Records a second, in processes of their own: the best of three where it is not slow."""
    best = 1e9
    for _ in range(1 if reader in SLOW else 3):
        done = subprocess.run(
            [sys.executable, "-m", "bench.reading", reader, str(count)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        best = min(best, json.loads(done.stdout.splitlines()[-1]))
    return count / best


def main() -> None:
    """Print the tables."""
    made = list(papers(1_000))
    size = sum(len(paper.bib) for paper in made) / len(made)
    people = sum(len(paper.people) for paper in made) / len(made)
    print(f"{size:.0f} characters and {people:.1f} authors a record.\n")
    for title, readers, base in (
        ("to raw fields", {f"{name}, raw": r for name, r in RAW.items()}, "bibtexparser, raw"),
        ("to decoded entries, names split", DECODED, "bibtexparser, decoded"),
    ):
        print(f"| {title} | records | records/s | × {base} |\n| --- | ---: | ---: | ---: |")
        for count in SIZES:
            # What is too slow for so many is measured with fewer; it is linear.
            rates = {name: measured(name, min(count, SLOW.get(name, count))) for name in readers}
            for name, rate in rates.items():
                print(
                    f"| {name} | {count:,} | {rate:,.0f} | {rate / rates[base]:.1f} |", flush=True
                )
        print()
    print("| reader | names right | titles right |\n| --- | ---: | ---: |")
    for reader in SAID:
        names, of_names, titles, of_titles = right(reader)
        print(f"| {reader} | {names} of {of_names} | {titles} of {of_titles} |", flush=True)


if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(job(sys.argv[1], int(sys.argv[2])))
