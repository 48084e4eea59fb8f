"""The records that the readers are given: ours, real ones, and hostile ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import shared
from paperexport import Registry, gather, read
from paperexport.hookspecs import Exporter
from paperexport.record import Eprint, Name, PartialDate, Record

Bibliography = Mapping[str, Record]


def exported(papers: Bibliography, exporter: Exporter) -> str:
    """A whole file."""
    frame = exporter.frame
    body = frame.separator.join(exporter.encode(key, record) for key, record in papers.items())
    return frame.head + body + frame.tail


def _arxiv(number: str, subject: str = "cs.LG", version: int | None = None) -> dict[str, Any]:
    return {
        "eprint": Eprint(archive="arxiv", id=number, version=version, primary_class=subject),
        "doi": f"10.48550/arXiv.{number}",
        "url": f"https://arxiv.org/abs/{number}",
    }


ANA = Name(family="Núñez", given="Ana María", orcid="0000-0002-1825-0097")
BERG = Name(family="Berg", given="Ludwig", particle="van der")
KING = Name(family="King", given="Martin L.", suffix="Jr.")
TEAM = Name(literal="Barnes and Noble, Inc.")
ASA = Name(family="Ångström", given="Åsa")

OWN: Bibliography = {
    "nunez2024sorting": Record(
        title="Sorting Socks with DNA-Inspired LLMs in $O(n \\log N)$",
        author=(ANA, BERG, KING, TEAM),
        incomplete=("author",),
        issued=PartialDate(year=2024, month=1, day=16),
        abstract="Half of the socks (50%) & more.\n\nThe rest costs $5 @ home (or less).",
        keywords=("socks", "sorting, stable", "C#"),
        code_url="https://github.com/example/sock_sort",
        pdf_url="https://arxiv.org/pdf/2401.09042",
        **_arxiv("2401.09042", version=2),
    ),
    "berg1999old": Record(
        title="On a theorem of Noether and the Poincaré group",
        author=(BERG,),
        issued=PartialDate(year=1999, month=1),
        **_arxiv("hep-th/9901001", "hep-th"),
    ),
    "withdrawn2020": Record(
        title="A withdrawn paper: It is wrong",
        author=(KING,),
        issued=PartialDate(year=2020),
        status="withdrawn",
        **_arxiv("2001.00001"),
    ),
    "rao2017attention": Record(
        type="paper-conference",
        title="Attention Is All Socks Need",
        author=(Name(family="Rao", given="Ashish"), Name(family="Weaver", given="Noam")),
        issued=PartialDate(year=2017, month=12, day=4),
        container_title="Advances in Laundry Processing & Logistics 30",
        event_title="ALPL 2017",
        event_place="Zürich",
        event_date=PartialDate(
            year=2017, month=12, day=4, end=PartialDate(year=2017, month=12, day=9)
        ),
        editor=(ASA,),
        publisher="Drawer Associates",
        publisher_place="Łódź",
        page="5998-6008",
        isbn="9783161484100",
        doi="10.5555/3295222.3295349",
        url="https://example.org/socks?id=7&lang=en#top_1",
        eprint=Eprint(archive="arxiv", id="1706.03762", version=3, primary_class="cs.CL"),
        other_ids=("acl:2017.x-1",),
    ),
    "nunez2021journal": Record(
        type="article-journal",
        title="The effect of Bayesian priors on drawers in Europe",
        author=(ANA, Name(family="Ortega y Gasset", given="José")),
        issued=PartialDate(year=2021, month=5),
        container_title="Journal of Drawers",
        container_title_short="J. Draw.",
        publisher="Wardrobe Press",
        volume="7",
        issue="3",
        page="12-34",
        issn="1234-5679",
        doi="10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O",
        url="https://example.org/a_b~c%20d",
        pmid="12345678",
        pmcid="PMC1234567",
        license="CC-BY-4.0",
        language="en-GB",
        accessed=PartialDate(year=2024, month=6, day=1),
    ),
    "king1963book": Record(
        type="book",
        title="A Short History of Hangers",
        author=(KING,),
        issued=PartialDate(year=1963),
        original_date=PartialDate(year=1950),
        publisher="Wardrobe Press",
        publisher_place="Porto",
        edition="2",
        isbn="9780306406157",
        collection_title="Lecture Notes in Textiles",
        collection_number="42",
        number_of_pages="230",
    ),
    "edited2010": Record(
        type="book",
        title="Handbook of Drawers",
        editor=(ASA, BERG),
        issued=PartialDate(year=2010),
        publisher="Wardrobe Press",
        language="de",
    ),
    "chapter2010": Record(
        type="chapter",
        title="Felt",
        author=(BERG,),
        editor=(ASA,),
        issued=PartialDate(year=2010),
        container_title="Handbook of Drawers",
        publisher="Wardrobe Press",
        page="1-9",
        chapter_number="3",
    ),
    "chapter2011": Record(
        type="chapter",
        title="Wool",
        author=(BERG,),
        issued=PartialDate(year=2011),
        container_title="A Book of One's Own",
        publisher="Wardrobe Press",
    ),
    "thesis2012": Record(
        type="thesis",
        title="Folding",
        author=(ANA,),
        issued=PartialDate(year=2012),
        publisher="Sock University",
        genre="PhD thesis",
        number_of_pages="200",
    ),
    "master2012": Record(
        type="thesis",
        title="Ironing",
        author=(ANA,),
        issued=PartialDate(year=2012),
        publisher="Sock University",
        genre="Master's thesis",
    ),
    "report2013": Record(
        type="report",
        title="Starch",
        author=(TEAM,),
        issued=PartialDate(year=2013),
        publisher="Drawer Lab",
        number="TR-17",
        genre="Technical report",
    ),
    "data2014": Record(
        type="dataset",
        title="SockNet",
        author=(TEAM,),
        issued=PartialDate(year=2014),
        publisher="Zenodo",
        doi="10.5281/zenodo.1",
        url="https://doi.org/10.5281/zenodo.1",
    ),
    "software2015": Record(
        type="software",
        title="sockd",
        author=(KING,),
        issued=PartialDate(year=2015),
        url="https://github.com/example/sockd",
    ),
    "web2016": Record(
        type="webpage",
        title="All about socks",
        author=(KING,),
        issued=PartialDate(year=2016),
        container_title="Sock Weekly",
        url="https://example.org/socks",
        accessed=PartialDate(year=2024, month=6, day=1),
    ),
    "magazine2018": Record(
        type="article-magazine",
        title="Lint",
        author=(ASA,),
        issued=PartialDate(year=2018, month=7, end=PartialDate(year=2018, month=8)),
        container_title="Sock Weekly",
    ),
}
"""One of each kind that listing pages and their neighbours have, complete enough to be cited."""

COMMANDS = (
    "\\input{stolen}",
    "$\\input{stolen}$",
    "\\write18{touch written}",
    "$\\immediate\\write18{touch written}$",
    "\\immediate\\openout15=written \\closeout15",
    "^^5cinput stolen",
    "^^5c^^69nput{stolen}",
    "$^^5cinput stolen$",
    "$\\catcode`\\%=12$",
    "$\\csname input\\endcsname stolen$",
    "}@misc{taken, title = {x}}",
    "}}\\end{thebibliography}\\input{stolen}",
    "@misc{taken, title = {x}}",
    "@string{jan = {x}}",
    "{{{{",
    "}}}}",
    "{",
    "}{",
    "\\",
    "\\\\",
    "% \\end{document}",
    "a % b # c & d _ e ^ f ~ g $ h",
    "$$",
    "$x$ $y",
    "$\\frac{a}$",
    "$a^b^c$",
    "$\\left( x$",
    '" # jan # "',
    "\\begin{verbatim}",
    "\\begin{document}",
    "\\def\\par{\\relax}",
    "\\directlua{os.execute('touch written')}",
    "\\newcommand{\\title}{x}",
    "#1 ##2",
    "<script>alert(1)</script> && ||",
    "``quotes'' ''--- ?` !`",
    "tab\tand\x00null\x1b[31m",
)
"""What a page may call its papers to make TeX run, read, write or stop."""


def hostile() -> Bibliography:
    """The same text in every field that holds text, for two entry types."""
    papers: dict[str, Record] = {}
    for number, text in enumerate(COMMANDS):
        name = Name(family=text, given=text, suffix=text)
        common: dict[str, Any] = {
            "title": text,
            "title_short": text,
            "author": (Name(family="Noether", given="Emmy"), name, Name(literal=text)),
            # natbib has no letters for more than 26 of one author and year.
            "issued": PartialDate(year=1950 + number),
            "publisher": text,
            "doi": text,
            "url": f"https://example.org/{text}",
            "abstract": text,
            "keywords": (text,),
            "note": text,
            "status": text,
            "other_ids": (text,),
            "eprint": Eprint(archive=text, id=text, primary_class=text),
        }
        papers[f"preprint{number}"] = Record(**common)
        papers[f"article{number}"] = Record(
            type="article-journal", container_title=text, volume=text, issue=text, **common
        )
    return papers


def daily() -> Bibliography:
    """All papers of the recorded answers of ``/api/daily_papers``, each once, under their keys."""
    registry = Registry(entry_points=False)
    files = sorted(shared.path("hf-api-daily").glob("*.json"))
    found = (one for path in files for one in read(path, registry=registry))
    return gather(found).bibliography()
