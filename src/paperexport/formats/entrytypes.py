"""What a CSL item type is called in each format.

One row for each of the types of CSL 1.0.2 (docs.citationstyles.org/en/1.0.2/specification.html,
appendix III; the enumeration of csl-data.json). Sources of the other columns:

* BibTeX: btxdoc (Patashnik 1988), 3.1. Preprint, data set, software and web page are ``misc``.
* BibLaTeX: the manual, 2.1.1, and the data model ``blx-dm.def``. The "non-standard" types of
  2.1.3 (``artwork``, ``video``, ``letter``, …) are not used: the standard styles print them as
  ``misc``, and the data model gives them no fields, not even a title.
* RIS: the types that Zotero's RIS.js, JabRef's RisImporter and rispy all know.

Where several CSL types share one name, the first row of the table owns it; the others add their
CSL name, so that nothing is lost: ``entrysubtype`` in the two BibTeX dialects (BibLaTeX manual,
2.2.2: "a subtype of an entry type"; no standard style reads it), an ``N1`` line in RIS.
"""

from __future__ import annotations

from typing import NamedTuple

from paperexport.identifiers import arxiv_of_doi
from paperexport.record import Record


class Names(NamedTuple):
    """One CSL type in the other vocabularies."""

    bibtex: str
    biblatex: str
    ris: str


TYPES: dict[str, Names] = {
    # CSL has no "preprint": `article` is "a preprint, working paper … not otherwise published".
    "article": Names("misc", "online", "RPRT"),
    "article-journal": Names("article", "article", "JOUR"),
    "paper-conference": Names("inproceedings", "inproceedings", "CPAPER"),
    "chapter": Names("incollection", "incollection", "CHAP"),
    "book": Names("book", "book", "BOOK"),
    "thesis": Names("phdthesis", "thesis", "THES"),
    "report": Names("techreport", "report", "RPRT"),
    "dataset": Names("misc", "dataset", "DATA"),
    "software": Names("misc", "software", "COMP"),
    "webpage": Names("misc", "online", "ELEC"),
    "document": Names("misc", "misc", "GEN"),
    "article-magazine": Names("article", "article", "MGZN"),
    "article-newspaper": Names("article", "article", "NEWS"),
    "bill": Names("misc", "misc", "BILL"),
    "broadcast": Names("misc", "misc", "VIDEO"),
    "classic": Names("book", "book", "CLSWK"),
    "collection": Names("misc", "misc", "AGGR"),
    "entry": Names("incollection", "inreference", "ENCYC"),
    "entry-dictionary": Names("incollection", "inreference", "DICT"),
    "entry-encyclopedia": Names("incollection", "inreference", "ENCYC"),
    "event": Names("misc", "misc", "GEN"),
    "figure": Names("misc", "misc", "FIGURE"),
    "graphic": Names("misc", "misc", "ART"),
    "hearing": Names("misc", "misc", "HEAR"),
    "interview": Names("misc", "misc", "PCOMM"),
    "legal_case": Names("misc", "misc", "CASE"),
    "legislation": Names("misc", "misc", "STAT"),
    "manuscript": Names("unpublished", "unpublished", "MANSCPT"),
    "map": Names("misc", "misc", "MAP"),
    "motion_picture": Names("misc", "misc", "MPCT"),
    "musical_score": Names("misc", "misc", "MUSIC"),
    "pamphlet": Names("booklet", "booklet", "PAMP"),
    "patent": Names("misc", "patent", "PAT"),
    "performance": Names("misc", "misc", "GEN"),
    "periodical": Names("misc", "periodical", "JFULL"),
    "personal_communication": Names("misc", "misc", "PCOMM"),
    "post": Names("misc", "online", "ICOMM"),
    "post-weblog": Names("misc", "online", "BLOG"),
    "regulation": Names("misc", "misc", "LEGAL"),
    "review": Names("article", "article", "JOUR"),
    "review-book": Names("article", "article", "JOUR"),
    "song": Names("misc", "misc", "SOUND"),
    "speech": Names("misc", "unpublished", "SLIDE"),
    "standard": Names("misc", "misc", "STAND"),
    "treaty": Names("misc", "misc", "LEGAL"),
}
"""CSL type → its name in each format."""

OTHER = "document"
"""What a type that CSL does not know is written as; its own name goes beside it."""

SUBTYPES: dict[str, str] = {
    "article": "preprint",
    "article-magazine": "magazine",
    "article-newspaper": "newspaper",
}
"""CSL type → its ``entrysubtype`` where that is not the CSL name; the two periodicals as
biblatex-apa and biblatex-chicago spell them."""


def in_no_journal(record: Record) -> bool:
    """Whether a reader takes a journal article for a preprint, as it has but an eprint."""
    published = record.doi and arxiv_of_doi(record.doi) is None
    return record.eprint is not None and not record.container_title and not published


def _owners(column: int) -> dict[str, str]:
    """Name in a format → the CSL type that it stands for by itself."""
    owners: dict[str, str] = {}
    for csl, names in TYPES.items():
        owners.setdefault(names[column], csl)
    return owners


BIBTEX_OWNERS = {**_owners(0), "mastersthesis": "thesis"}
BIBLATEX_OWNERS = {**_owners(1), "inbook": "chapter", "collection": "book"}
# `RPRT` alone is a report. A preprint under it says so in `M3`.
RIS_OWNERS = {**_owners(2), "RPRT": "report"}

ARCHIVES: dict[str, str] = {
    "arxiv": "arXiv",
    "biorxiv": "bioRxiv",
    "medrxiv": "medRxiv",
    "chemrxiv": "ChemRxiv",
    "openreview": "OpenReview",
    "ssrn": "SSRN",
    "hal": "HAL",
    "jstor": "JSTOR",
    "pubmed": "PubMed",
}
"""Archive, in lower case as in ``eprinttype`` → as it writes itself. Others stay as they are."""
