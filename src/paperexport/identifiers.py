"""Identifiers of papers: found in text and URLs, brought to one spelling, compared.

arXiv: info.arxiv.org/help/arxiv_identifier.html. DOI: the DOI Handbook, 2.2, and Crossref's advice
on matching them. The DOI that arXiv registers for a paper (``10.48550/arXiv.<id>``) and its arXiv
id are one identity in two fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from msgspec import Struct

from paperexport._regex import late
from paperexport.record import Record

__all__ = [
    "Found",
    "aliases",
    "arxiv",
    "arxiv_doi",
    "arxiv_of_doi",
    "code_url",
    "doi",
    "find",
    "of_url",
    "trim_url",
    "urls",
]

ARXIV_DOI = "10.48550/arXiv."


class Found(Struct, frozen=True, kw_only=True):
    """An identifier in a text.

    Attributes:
        scheme: ``arxiv``, ``doi``, ``openreview``, ``acl``, ``pmid`` or ``pmcid``.
        value: the bare identifier.
        version: an arXiv version that was named, or None.
        primary_class: an arXiv subject class that was named, or empty.
        start: where the spelling begins in the text.
        end: where it ends.
    """

    scheme: str
    value: str
    version: int | None = None
    primary_class: str = ""
    start: int = 0
    end: int = 0


# --- arXiv ----------------------------------------------------------------------------------------

_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|"
    "cond-mat|cs|dg-ga|econ|eess|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math-ph|math|mtrl-th|"
    "nlin|nucl-ex|nucl-th|patt-sol|physics|plasm-ph|q-alg|q-bio|q-fin|quant-ph|solv-int|stat|"
    "supr-con"
)
# From April 2007 on four digits after the point, from January 2015 on five.
_NEW = (
    r"(?:(?:07(?:0[4-9]|1[0-2])|(?:0[89]|1[0-4])(?:0[1-9]|1[0-2]))\.\d{4}"
    r"|(?:1[5-9]|[2-9]\d)(?:0[1-9]|1[0-2])\.\d{5})"
)
_OLD = rf"(?:{_ARCHIVES})(?:\.[A-Za-z]{{2}}(?:-[A-Za-z]{{2,4}})?)?/\d{{2}}(?:0[1-9]|1[0-2])\d{{3}}"
_ID = rf"(?P<id>{_NEW}|{_OLD})(?:v(?P<version>[1-9]\d{{0,2}}))?"
_SUBJECT = r"[a-z-]+(?:[.:][A-Za-z-]+)?"
# Of several, as Zotero has them, none is known to be the first: "[cs, eess]".
_CLASS = (
    r"(?:\s*\[(?:(?P<class>[a-z-]+(?:\.[A-Za-z-]+)?)"
    rf"|{_SUBJECT}(?:,\s?{_SUBJECT})+)\])?"
)
_SITES = (
    r"(?:(?:www|export|browse|[a-z]{2})\.)?(?:arxiv\.org|alphaxiv\.org|ar5iv\.org|"
    r"ar5iv\.labs\.arxiv\.org|arxiv\.gg|scholar\.archive\.org|catalyzex\.com/paper/arxiv:)"
    r"/(?:abs|pdf|html|format|ps|src|e-print|overview|tb)/"
    r"|(?:www\.)?(?:huggingface\.co|hf\.co)/papers/"
)
_PREFIX = (
    rf"(?:(?:https?:)?//)?(?:{_SITES})|(?:https?://)?(?:dx\.)?doi\.org/10\.48550/arXiv\."
    r"|(?:doi:\s*)?10\.48550/arXiv\.|oai:arXiv\.org:|(?:arXiv|arXiv\s+preprint\s+arXiv)\s*:\s*"
    r"|arXiv[\s/]+(?:abs/)?|(?:CoRR,?\s+)?abs/|papers/"
)
_ID_SIGN = late(r"\d{4}\.\d{4}|/\d{7}")  # what each id has, and few other texts
_WHOLE = late(rf"\s*(?:{_PREFIX})?{_ID}(?:\.pdf)?/?{_CLASS}(?:[?#]\S*)?\s*[.,;]?\s*", re.IGNORECASE)
# Before a bare id no letter, digit, dot, slash or hyphen: it would be a piece of something else.
_BARE = _ID.replace("<id>", "<bare>").replace("<version>", "<bare_version>")
_IN_TEXT = late(
    rf"(?:(?:{_PREFIX}){_ID}|(?<![\w./%$€£#-]){_BARE})(?![\w]|\.\d)(?:\.pdf\b)?{_CLASS}",
    re.IGNORECASE,
)


def arxiv(text: str) -> tuple[str, int | None] | None:
    """The arXiv id that a whole text spells, and the version it names.

    Args:
        text: ``2401.09042v2``, ``arXiv:hep-th/9901001``, ``https://arxiv.org/pdf/2401.09042.pdf``,
            ``10.48550/arXiv.2401.09042``, ``https://huggingface.co/papers/2401.09042`` …

    Returns:
        ``(id, version)``, the id as arXiv writes it: without version, prefix or subject class
        (``math.GT/0309136`` is ``math/0309136``); or None.
    """
    if len(text) > 2000:
        return None
    if "%2" in text:
        text = unquote(text)
    found = _WHOLE.fullmatch(text) if _ID_SIGN.search(text) else None
    return (_arxiv_id(found["id"]), _version(found["version"])) if found else None


def _arxiv_id(spelt: str) -> str:
    archive, slash, number = spelt.partition("/")
    return f"{archive.partition('.')[0].lower()}/{number}" if slash else spelt


def _arxiv_class(spelt: str, said: str | None) -> str:
    if said and ("." in said or "-" in said):
        return said
    archive, slash, _ = spelt.partition("/")
    if not slash or "." not in archive:
        return ""
    name, _, subject = archive.partition(".")
    return f"{name.lower()}.{subject if '-' in subject else subject.upper()}"


def _version(digits: str | None) -> int | None:
    return int(digits) if digits else None


def arxiv_class(text: str) -> str:
    """The subject class that the spelling of an arXiv id names, or an empty string."""
    found = _WHOLE.fullmatch(text) if len(text) <= 2000 else None
    return _arxiv_class(found["id"], found["class"]) if found else ""


def arxiv_doi(identifier: str) -> str:
    """The DOI that arXiv registers with DataCite for each paper, in arXiv's own capitals."""
    return f"{ARXIV_DOI}{identifier}"


def arxiv_of_doi(doi: str) -> str | None:
    """The arXiv id in a DOI of arXiv's, or None for everybody else's."""
    if doi[: len(ARXIV_DOI)].lower() != ARXIV_DOI.lower():
        return None
    found = arxiv(doi[len(ARXIV_DOI) :])
    return found[0] if found else None


# --- DOI ------------------------------------------------------------------------------------------

# A comma may be in a DOI, but the one before the next DOI separates the two of a list.
_DOI_CHAR = r"[^\s\"<>{}|\\^`\x00-\x1f,;]"
_DOI_NEXT = r"(?:https?://|doi:)?(?:dx\.|www\.)?(?:doi\.org/)?10\.\d{4,9}/"
_DOI_REST = rf"{_DOI_CHAR}+(?:[,;](?!{_DOI_NEXT}){_DOI_CHAR}*)*"
_DOI = late(rf"10\.\d{{4,9}}(?:\.\d+)*/{_DOI_REST}")
# Only Wiley's SICI DOIs hold angle brackets: 10.1002/(SICI)1097-4571(1999)50:1<2::AID…>3.0.CO;2-C.
_SICI = late(r"10\.1\d{3}/\(SICI\)\S+;2-[A-Z0-9]", re.IGNORECASE)
# One that needs no second look: bare, and nothing at its end that might be a sentence's.
_BARE_DOI = late(r"10\.\d{4,9}/[\w.()/:-]*[^\W_]")
_DOI_PREFIX = late(
    r"\s*(?:(?:https?:)?//(?:dx\.|www\.)?doi\.org/|doi\.org/|doi\s*[:=]\s*|urn:doi:|info:doi/)?\s*",
    re.IGNORECASE,
)


def doi(text: str) -> str | None:
    """The one DOI that a whole text spells, as registered, or None.

    Args:
        text: ``10.1000/182``, ``doi:…``, ``https://doi.org/…`` (percent-encoded there).
    """
    said = text.strip()
    if len(said) > 2000:
        return None
    if _BARE_DOI.fullmatch(said):
        return said
    prefix = None if said.startswith("10.") else _DOI_PREFIX.match(said)
    start = prefix.end() if prefix else 0
    if "//" in said[:start] or "doi.org/" in said[:start].lower():
        said = unquote(_NO_PATH.split(said[start:], maxsplit=1)[0])
        start = 0
    sici = _SICI.fullmatch(said, start) if ";2-" in said else None
    found = sici or _DOI.match(said, start)
    if not found:
        return None
    value = found[0] if sici else trim_url(found[0])
    rest = said[found.start() + len(value) :]
    return value if not rest.strip(" \t\n.,;:)]}>'\"") else None


# --- The others, and free text --------------------------------------------------------------------

_PMID = r"(?:https?://)?(?:pubmed\.ncbi\.nlm\.nih\.gov/|www\.ncbi\.nlm\.nih\.gov/pubmed/)(?P<pmid>\d{1,9})|\bPMID:?\s*(?P<pmid2>\d{1,9})"
_PMC = r"(?:https?://)?(?:www\.ncbi\.nlm\.nih\.gov/pmc|pmc\.ncbi\.nlm\.nih\.gov)/articles/(?P<pmcid>PMC\d{1,9})|\b(?P<pmcid2>PMC\d{5,9})\b"
_OPENREVIEW = r"(?:https?://)?openreview\.net/(?:forum|pdf)\?id=(?P<openreview>[\w-]{6,20})"
_ACL = (
    r"(?:https?://)?(?:www\.)?(?:aclanthology\.org|aclweb\.org/anthology)/"
    r"(?P<acl>[A-Z]\d{2}-\d{4}|\d{4}\.[\w-]+\.\d+)"
)
_OTHER = late("|".join((_PMID, _PMC, _OPENREVIEW, _ACL)))
_DOI_URL = late(
    r"(?:(?:https?:)?//(?:dx\.|www\.)?doi\.org/|\bdoi\.org/)"
    rf"(10(?:\.|%2[Ee])\d{{4,9}}(?:/|%2[Ff]){_DOI_REST})"
)
# A DOI may hold these, but in an address they would be percent-encoded.
_NO_PATH = late(r"[?#]|\]\(")
_SICI_IN_TEXT = late(r"10\.1\d{3}/\(SICI\)\S{1,80}?;2-[A-Z0-9]", re.IGNORECASE)
# What publishers put behind the DOI in the addresses of their pages.
_VIEW = late(
    r"(?:\.(?:full|abstract|short|pdf|full-text|article-info)"
    r"|/(?:full|pdf|epdf|abstract|meta|html|fulltext|summary|references|figures|download|xml))+$"
)
_VERSION = late(r"v\d{1,2}$")
_BIORXIV = ("10.1101/", "10.64898/")
_REACH = 300  # how far back from a DOI the beginning of an address is looked for
_DOI_TEXT = late(r"(?:\bdoi\s*[:=]?\s*)?(?P<doi>(?<![\w.])" + _DOI.pattern + ")", re.IGNORECASE)


def find(text: str) -> Iterator[Found]:
    """The identifiers in a free text, in order, those in URLs included.

    Args:
        text: any text. A slash may be percent-encoded (``%2Fpapers%2F2401.09042``), as in the
            links of copied pages; the positions are then those of the decoded text.
    """
    if "%2" in text:
        text = re.sub("%2[fF]", "/", text)
    hits: list[Found] = []
    for match in _IN_TEXT.finditer(text):
        spelt = match["id"] or match["bare"]
        hits.append(
            Found(
                scheme="arxiv",
                value=_arxiv_id(spelt),
                version=_version(match["version"] or match["bare_version"]),
                primary_class=_arxiv_class(spelt, match["class"]),
                start=match.start(),
                end=match.end(),
            )
        )
    for match in _DOI_URL.finditer(text):
        value = trim_url(_NO_PATH.split(match[1], maxsplit=1)[0])
        hits.append(_doi_found(unquote(value), match.start(), match.end()))
    for match in _DOI_TEXT.finditer(text):
        value = _printed_doi(text, match.start("doi"), match["doi"])
        hits.append(_doi_found(value, match.start(), match.end()))
    for match in _OTHER.finditer(text):
        scheme = str(match.lastgroup).rstrip("2")
        hits.append(
            Found(
                scheme=scheme,
                value=str(match[str(match.lastgroup)]),
                start=match.start(),
                end=match.end(),
            )
        )
    end = -1
    for hit in sorted(hits, key=lambda f: (f.start, -f.end)):
        if hit.start >= end:
            yield hit
            end = hit.end


def _printed_doi(text: str, start: int, value: str) -> str:
    """A DOI as far as it goes: a page's address says more behind it (``?cid=1``, ``.pdf``)."""
    if "(SICI)" in value and (sici := _SICI_IN_TEXT.match(text, start)):
        return sici[0]
    value = value.partition("](")[0]  # of a link in Markdown
    word = text[max(0, start - _REACH) : start].rpartition(" ")[2]
    if "://" not in word:
        return trim_url(value)
    if "?" in word:
        value = value.partition("&")[0]
    value = _VIEW.sub("", trim_url(_NO_PATH.split(value, maxsplit=1)[0]))
    return _VERSION.sub("", value) if value.startswith(_BIORXIV) else value


def _doi_found(value: str, start: int, end: int) -> Found:
    """A DOI; arXiv's own is told as the arXiv id that it is."""
    found = arxiv(value) if value.lower().startswith(ARXIV_DOI.lower()) else None
    if found:
        return Found(scheme="arxiv", value=found[0], version=found[1], start=start, end=end)
    return Found(scheme="doi", value=value, start=start, end=end)


def of_url(url: str) -> Found | None:
    """The identifier that a URL names, or None."""
    url = url.strip()
    hit = next(iter(find(url)), None) if len(url) <= 2000 else None
    return hit if hit is not None and hit.start == 0 else None


# --- URLs -----------------------------------------------------------------------------------------

_URL = late(r"https?://[^\s<>\"{}|\\^`\x00-\x1f\x7f]+")
_TRAILING = ".,;:!?'\"’”»…*_"
_PAIRS = {")": "(", "]": "[", "}": "{", ">": "<", "）": "（"}
_CODE = late(
    r"https?://(?:www\.)?(?:(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org|gitee\.com)"
    r"/[\w.-]+/[\w.-]+|[\w-]+\.googlesource\.com/\S+|git\.[\w.-]+/\S+|anonymous\.4open\.science/\S+)"
)


def trim_url(text: str) -> str:
    """A URL without the punctuation of the sentence that it stands in.

    A closing bracket goes only when the URL does not open it.
    """
    url = text.strip()
    if url[-1:].isalnum():
        return url
    # How many brackets of each kind close that none opened; counted once, for hostile texts.
    unopened = {last: url.count(last) - url.count(first) for last, first in _PAIRS.items()}
    end = len(url)
    while end:
        last = url[end - 1]
        if unopened.get(last, 0) > 0:
            unopened[last] -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return url[:end]


def urls(text: str) -> list[str]:
    """The web addresses in a text, in order, without trailing punctuation."""
    if ":" not in text or "://" not in text:  # one character is found by far faster than three
        return []
    return [trim_url(found[0]) for found in _URL.finditer(text)]


def code_url(text: str) -> str:
    """The first address in a text that is a repository of source code, or an empty string."""
    return next((url for url in urls(text) if _CODE.match(url)), "")


# --- Identity -------------------------------------------------------------------------------------


def aliases(record: Record) -> frozenset[str]:
    """All that a record is known by: two records that share one are one work.

    ``doi:…`` in lower case (DOIs are compared so), ``arxiv:…`` without version, ``pmid:…``,
    ``pmcid:…``, and the other identifiers as they are. An ISBN is a book's, not its chapters'.
    """
    found = set(record.other_ids)
    if record.doi:
        found.add(f"doi:{record.doi.lower()}")
        if identifier := arxiv_of_doi(record.doi):
            found.add(f"arxiv:{identifier}")
    if record.eprint is not None:
        found.add(f"{record.eprint.archive}:{record.eprint.id}")
    if record.pmid:
        found.add(f"pmid:{record.pmid}")
    if record.pmcid:
        found.add(f"pmcid:{record.pmcid}")
    if record.type == "book":
        found.update(f"isbn:{isbn}" for isbn in record.isbn.split())
    return frozenset(found)
