"""DataCite's REST API (support.datacite.org/docs/api): arXiv's own DOIs, data sets, software."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote

from paperexport import identifiers as ids
from paperexport._regex import late
from paperexport.entry import Entry, Value
from paperexport.hookspecs import Query
from paperexport.record import Name, Trust
from paperexport.resolvers.service import Json, Service, at, each, of_scheme, parts, said, same

if TYPE_CHECKING:
    import httpx

# DataCite's resourceTypeGeneral (schema 4.5, appendix 1) → CSL 1.0.2.
TYPES = {
    "Book": "book",
    "BookChapter": "chapter",
    "ConferencePaper": "paper-conference",
    "ConferenceProceeding": "book",
    "DataPaper": "article-journal",
    "Dataset": "dataset",
    "Dissertation": "thesis",
    "JournalArticle": "article-journal",
    "Preprint": "article",
    "Report": "report",
    "Software": "software",
    "Text": "document",
}
# Where arXiv says "Submitted", that is v1; "Updated" and "Available" are later or of the DOI.
DATES = ("Submitted", "Issued", "Created", "Available")
# Standard values for what is not known (schema 4.5, appendix 3), with brackets or without.
UNKNOWN = late(r"\(?:(?:unac|unal|unap|unas|unav|unkn|none|null|tba|etal|at)\)?", re.IGNORECASE)


class DataCite(Service, frozen=True, kw_only=True):
    """api.datacite.org: no key, a few requests a second."""

    name = "datacite"
    summary = "DataCite's registry of DOIs, arXiv's among them"
    trust: ClassVar[Trust] = "registry"
    schemes = ("doi", "arxiv")
    markup = ("html", "tex")
    counted = (("meta", "total"), ("data",))
    envelope = ("data",)

    url: str = "https://api.datacite.org"
    interval: float = 0.4

    def by_identifier(
        self, client: httpx.Client, identifiers: Sequence[str]
    ) -> Iterator[tuple[str, Entry]]:
        """One request for each; an arXiv id is asked for by its DOI."""
        wanted = [(f"doi:{doi}", doi) for doi in of_scheme(identifiers, "doi")]
        wanted += [
            (f"arxiv:{value}", ids.arxiv_doi(parsed[0]))
            for value in of_scheme(identifiers, "arxiv")
            if (parsed := ids.arxiv(value))
        ]
        yield from parts(wanted, 1, lambda one: self._doi(client, *one[0]))

    def _doi(self, client: httpx.Client, identifier: str, doi: str) -> Iterator[tuple[str, Entry]]:
        answer = self.ask(client, f"/dois/{quote(doi.lower(), safe='')}")
        record = at(answer.json, "data", "attributes") if answer else None
        if answer and same(doi, said(record, "doi")):
            yield identifier, self.entry(fields(record), answer)

    def by_title(
        self, client: httpx.Client, queries: Sequence[Query]
    ) -> Iterator[tuple[Query, Entry]]:
        """One search for each title, as a phrase."""
        yield from parts(queries, 1, lambda one: self._title(client, *one))

    def _title(self, client: httpx.Client, query: Query) -> Iterator[tuple[Query, Entry]]:
        phrase = " ".join(query.title.replace('"', " ").replace("\\", " ").split())
        params = {"query": f'titles.title:"{phrase}"', "page[size]": str(self.rows)}
        answer = self.ask(client, "/dois", params)
        for thing in each(answer.json, "data") if answer else []:
            if answer and said(record := at(thing, "attributes"), "doi"):
                yield query, self.entry(fields(record), answer)


def fields(record: Json) -> dict[str, Value | None]:
    """One record's attributes as an entry's fields."""
    doi = said(record, "doi")
    arxiv = ids.arxiv_of_doi(doi) or ""
    titles = [known(t, "title") for t in each(record, "titles") if not at(t, "titleType")]
    subtitles = [
        known(t, "title") for t in each(record, "titles") if said(t, "titleType") == "Subtitle"
    ]
    title = titles[0] if titles else ""
    if title and subtitles and subtitles[0] not in title:
        title = f"{title}: {subtitles[0]}" if subtitles[0] else title
    dates = {said(d, "dateType"): known(d, "date") for d in each(record, "dates")}
    abstracts = [
        said(d, "description")
        for d in each(record, "descriptions")
        if said(d, "descriptionType") in {"Abstract", ""}
    ]
    general = said(record, "types", "resourceTypeGeneral")
    # A preprint's "publisher" is arXiv, and that is where its DOI comes from.
    kind = TYPES.get(general, "document")
    return {
        "type": "article" if arxiv else kind,
        "title": title,
        "author": names(record),
        "others": "et al." if "(:etal)" in map(_bare, each(record, "creators")) else "",
        "issued": next((dates[k] for k in DATES if dates.get(k)), "")
        or known(record, "publicationYear"),
        "publisher": ""
        if arxiv
        else known(record, "publisher") or known(record, "publisher", "name"),
        "doi": "" if arxiv else doi,
        "arxiv": arxiv,
        "url": said(record, "url"),
        "abstract": abstracts[0] if abstracts else "",
        "language": said(record, "language"),
        "license": said(record, "rightsList", 0, "rightsUri"),
    }


def known(thing: Json, *path: str | int) -> str:
    """What is said at a path, unless it says that it is not known."""
    found = said(thing, *path)
    return "" if UNKNOWN.fullmatch(found.strip()) else found


def _bare(person: Json) -> str:
    return said(person, "name").strip().lower()


def names(record: Json) -> tuple[Name | str, ...]:
    """People with their parts apart where they are told apart, organisations whole."""
    people: list[Name | str] = []
    for person in each(record, "creators"):
        whole = known(person, "name")
        if not whole:
            continue
        if said(person, "nameType") == "Organizational":
            people.append(Name(literal=whole))
        elif family := said(person, "familyName"):
            people.append(Name(family=family, given=said(person, "givenName")))
        elif whole:
            people.append(whole)
    return tuple(people)
