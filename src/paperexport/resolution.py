"""Poor records become complete ones, or say that they were not found.

Three steps, each over all records, so that services are asked in batches:

1. *identify*: whoever has no identifier is looked for by title, service by service, until
   :mod:`paperexport.match` is sure;
2. *complete*: whoever has one is looked up by it;
3. *publish*: for a preprint, the venue's own record, where one is found and agrees.

A service that fails is one diagnostic, and is not asked again in this run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, TypeVar

from msgspec import Struct

from paperexport import identifiers as ids
from paperexport import match, review, text
from paperexport.diagnostics import Diagnostic
from paperexport.entry import Entry
from paperexport.errors import PluginError, Refused, RemoteError
from paperexport.hookspecs import Query, Resolver
from paperexport.match import Judgement, Verdict
from paperexport.merge import merge
from paperexport.normalization import normalize
from paperexport.plugins import blame
from paperexport.record import TRUST, Origin, Record, Trust
from paperexport.resolvers.service import ITSELF

if TYPE_CHECKING:
    import httpx

Prefer = Literal["published", "preprint", "both"]
Accept = Literal["sure", "probable"]
Progress = Callable[[str, int, int], None]
"""Called with what is going on, how much of it is done, and of how much."""
T = TypeVar("T")

PUBLISHED = frozenset({"article-journal", "paper-conference", "chapter", "book", "thesis"})
"""The types of a publication; all others are manuscripts, whatever a venue says of them."""
SAME_WORK = frozenset({"same", "near"})


def _silent(_stage: str, _done: int, _total: int) -> None:
    """Tell nobody."""


class Candidate(Struct, frozen=True, kw_only=True):
    """A paper that a service gave, and what was made of it.

    Attributes:
        record: the paper.
        services: who gave it.
        judgement: the verdict on it, its reason and its evidence.
    """

    record: Record
    services: tuple[str, ...]
    judgement: Judgement

    @property
    def identifier(self) -> str:
        """Its first identifier, ``scheme:value``; its folded title where it has none."""
        return identifier_of(self.record)


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of one record.

    Attributes:
        wanted: as it came.
        records: what it became: one, or with ``both`` the publication and the preprint.
        verdict: how sure it is that they are the paper that was wanted.
        reason: why, in a few words.
        candidates: whoever else was considered, best first.
        diagnostics: what a person should know.
    """

    wanted: Record
    records: tuple[Record, ...]
    verdict: Verdict
    reason: str
    candidates: tuple[Candidate, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


class _Work(Struct):
    """One record on its way."""

    wanted: Record
    origin: Origin
    pool: list[tuple[str, Record]] = []
    """What services gave when they were asked by title."""
    known: list[tuple[str, Record]] = []
    """What services gave when they were asked by identifier."""
    verdict: Verdict = "none"
    reason: str = "no service knows the title"
    chosen: Record | None = None
    published: list[Record] = []
    refused: dict[str, str] = {}
    """Identifiers that lead to another paper → its title and first author."""
    by_title: bool = False
    """Whether no service can be asked for an identifier of it."""
    latest: tuple[str, Record] | None = None
    """Who gave another version than the one that was named, and that version."""


def resolve(
    records: Iterable[Record],
    resolvers: Sequence[Resolver],
    client: httpx.Client,
    *,
    prefer: Prefer = "published",
    accept: Accept = "sure",
    answers: review.Answers | None = None,
    progress: Progress | None = None,
) -> tuple[list[Outcome], list[Diagnostic]]:
    """Complete records from services.

    Args:
        records: what is known; each is kept, in order.
        resolvers: who is asked, in this order.
        client: what they ask with (:func:`paperexport.http.client`).
        prefer: the publication where there is one, the preprint, or both as two entries.
        accept: ``sure`` takes nothing that a person should look at.
        answers: what a person said in the review file.
        progress: told how far things are.

    Returns:
        one outcome for each record, and one diagnostic for each service that failed.
    """
    asking = _Asking(resolvers, client, progress or _silent)
    works = [_Work(wanted=record, origin=_origin(record)) for record in records]
    said = answers or {}
    _identify(works, asking, said, accept)
    _complete(works, asking)
    if prefer != "preprint":
        _publish(works, asking)
    return [_outcome(work, prefer, asking.doubt()) for work in works], asking.diagnostics


class _Asking:
    """Asks resolvers, and remembers which of them failed."""

    def __init__(
        self, resolvers: Sequence[Resolver], client: httpx.Client, progress: Progress
    ) -> None:
        self.resolvers = resolvers
        self.client = client
        self.progress = progress
        self.diagnostics: list[Diagnostic] = []
        self.silent: set[str] = set()
        """Who did not answer everything that it was asked."""
        self._failed: set[str] = set()

    def able(self) -> Iterator[Resolver]:
        """Those that have not failed."""
        yield from (r for r in self.resolvers if r.name not in self._failed)

    def doubt(self) -> str:
        """What "no service knows it" leaves open."""
        if not self.silent:
            return ""
        if self.silent >= {resolver.name for resolver in self.resolvers} - {"index"}:
            return "; but no service could be asked for everything"
        return f"; but {', '.join(sorted(self.silent))} could not be asked for everything"

    def safely(self, resolver: Resolver, answers: Iterator[T]) -> Iterator[T]:
        """The answers up to the one that fails."""
        from paperexport.http import Offline

        try:
            yield from answers
        except Offline:
            # Said once for the run, whoever it is that cannot be asked.
            self.silent.add(resolver.name)
            what = "some answers are not in the cache, and nobody was asked"
            self._say("offline", what, resolver.name, "run once without --offline")
        except RemoteError as error:
            if isinstance(error, Refused) and error.status in ITSELF:
                # It did not like one of the things that it was asked for; it has told of the rest.
                self._say("service-error", error.message, resolver.name, error.hint)
                return
            self._failed.add(resolver.name)
            self.silent.add(resolver.name)
            self._say("service-failed", error.message, resolver.name, error.hint)
        except Exception as error:
            try:
                blame(resolver, "looking papers up", error)
            except PluginError as broken:
                self._failed.add(resolver.name)
                self.silent.add(resolver.name)
                self._say("service-failed", broken.message, resolver.name, broken.hint)
                return
            raise

    def _say(
        self,
        code: str,
        message: str,
        service: str,
        hint: str = "",
    ) -> None:
        known = {(d.code, d.origin.source) for d in self.diagnostics}
        if (code, service) in known or (code == "offline" and code in dict(known)):
            return
        self.diagnostics.append(
            Diagnostic(
                code=code,
                severity="warning",
                message=message,
                origin=Origin(source=service),
                hint=hint or "run again: what was answered is kept",
            )
        )


def _identify(
    works: Sequence[_Work], asking: _Asking, answers: review.Answers, accept: Accept
) -> None:
    """Look by title for whoever has no identifier, until a match is sure."""
    # A PubMed id or an ISBN is an identifier, but one that may be nobody's to ask for.
    schemes = {scheme for resolver in asking.resolvers for scheme in resolver.schemes}
    for work in works:
        asked = {identifier.partition(":")[0] for identifier in _askable(work.wanted)}
        work.by_title = not (_cited(work.wanted) or asked & schemes)
    unknown = [w for w in works if w.by_title and text.fold(w.wanted.title)]
    titles = Counter(text.fold(work.wanted.title) for work in unknown)
    total = len(unknown)
    for resolver in asking.able():
        open_ = [w for w in unknown if w.verdict != "sure"]
        if not open_:
            break
        asking.progress(f"looking for titles at {resolver.name}", total - len(open_), total)
        queries = _queries((_query(work.wanted), work) for work in open_)
        seen: set[Query] = set()
        for query, entry in asking.safely(resolver, _titles(resolver, asking, list(queries))):
            if query not in seen:
                seen.add(query)
                done = total - len(open_) + sum(len(queries.get(one, ())) for one in seen)
                asking.progress(f"looking for titles at {resolver.name}", done, total)
            record = normalize(entry).record
            for work in queries.get(query, ()):
                work.pool.append((resolver.name, record))
        for work in open_:
            _decide(work, answers, alone=titles[text.fold(work.wanted.title)] == 1)
        asking.progress(f"looking for titles at {resolver.name}", total, total)
    for work in works:
        if not work.by_title:
            work.verdict, work.reason = "none", "no service knows its identifier"
        elif work.verdict != "sure" and not (work.verdict == "probable" and accept == "probable"):
            work.chosen = None


def _titles(
    resolver: Resolver, asking: _Asking, queries: Sequence[Query]
) -> Iterator[tuple[Query, Entry]]:
    yield from resolver.by_title(asking.client, queries)


def _identified(
    resolver: Resolver, asking: _Asking, identifiers: Sequence[str]
) -> Iterator[tuple[str, Entry]]:
    yield from resolver.by_identifier(asking.client, identifiers)


def _query(record: Record) -> Query:
    return Query(
        title=record.title,
        authors=tuple(name.family or name.literal for name in record.author[:3]),
        year=record.issued.year if record.issued else None,
        abstract=record.abstract,
    )


def _queries(pairs: Iterable[tuple[Query, _Work]]) -> dict[Query, list[_Work]]:
    """Query → who asks it: a page may have one paper twice."""
    asked: dict[Query, list[_Work]] = {}
    for query, work in pairs:
        asked.setdefault(query, []).append(work)
    return asked


def _decide(work: _Work, answers: review.Answers, *, alone: bool) -> None:
    """The verdict over what was found so far, and over what a person said.

    Of two papers of one title a "yes" is for the one that it can be for.
    """
    title = text.fold(work.wanted.title)
    for _, candidate in work.pool:
        if answers.get((title, identifier_of(candidate))) is True and (
            alone or match.judge(work.wanted, candidate).verdict != "none"
        ):
            work.verdict, work.reason, work.chosen = "sure", "a person said yes", candidate
            return
    left = [r for _, r in work.pool if answers.get((title, identifier_of(r))) is not False]
    decision = match.decide(work.wanted, left)
    work.verdict = decision.verdict
    if decision.chosen is None:
        work.chosen = None
        if left:
            best = max(decision.judgements, key=lambda j: j.evidence.score)
            work.reason = best.reason
    else:
        work.chosen = left[decision.chosen]
        work.reason = decision.judgements[decision.chosen].reason
        if decision.verdict == "ambiguous" and decision.judgements[decision.chosen].verdict in {
            "sure",
            "probable",
        }:
            work.reason = "several papers fit"


def _complete(works: Sequence[_Work], asking: _Asking) -> None:
    """Look up whoever has an identifier, by all services that take it."""
    wanted: dict[str, list[_Work]] = {}
    for work in works:
        known = work.chosen if work.by_title else work.wanted
        if known is None:
            continue
        named = known.eprint.version if known is work.wanted and known.eprint else None
        for identifier in _askable(known):
            wanted.setdefault(identifier, []).append(work)
            if named and identifier.startswith("arxiv:"):
                wanted.setdefault(f"{identifier}v{named}", []).append(work)
    for resolver in asking.able():
        mine = [
            identifier
            for identifier, asked in wanted.items()
            if identifier.partition(":")[0] in resolver.schemes
            and any(_needs(work, resolver) for work in asked)
        ]
        if not mine:
            continue
        asking.progress(f"asking {resolver.name}", 0, len(mine))
        for done, (identifier, entry) in enumerate(
            asking.safely(resolver, _identified(resolver, asking, mine)), 1
        ):
            record = normalize(entry).record
            for work in wanted.get(identifier, ()):
                if _strange(work, identifier, record):
                    work.refused[identifier] = _named(record)
                    continue
                if _another_version(work.wanted, record):
                    work.latest = (resolver.name, record)
                else:
                    work.known.append((resolver.name, record))
                if work.verdict == "none" and not work.by_title:
                    work.verdict, work.reason = "sure", "same identifier"
            asking.progress(f"asking {resolver.name}", done, len(mine))
        for work in works:
            _settle(work, resolver.name)


def _another_version(wanted: Record, found: Record) -> bool:
    """Whether a version was named, and another one was found."""
    named = wanted.eprint and wanted.eprint.version
    given = found.eprint and found.eprint.version
    return bool(named and given and named != given)


def _settle(work: _Work, name: str) -> None:
    """Of a later version only its status counts, unless the one that was named is not to be had."""
    if work.latest is None or work.latest[0] != name:
        return
    _, latest = work.latest
    own = [at for at, (who, _) in enumerate(work.known) if who == name]
    if not own:
        work.known.append(work.latest)
    elif latest.status:
        record = work.known[own[0]][1]
        origins = {**record.origins, "status": latest.origins.get("status", Origin())}
        work.known[own[0]] = (name, record.replace(status=latest.status, origins=origins))
    work.latest = None


def _strange(work: _Work, identifier: str, found: Record) -> bool:
    """Whether an identifier leads to a paper that the rest of the record contradicts.

    A DOI beside an eprint is a claim, typed in by an author, who may have slipped or meant another
    paper: what it leads to must be the same work. Any other identifier is believed until title
    *and* abstract or authors speak against it; titles alone change.
    """
    known = work.chosen or work.wanted
    if known.eprint and known.title and known.author and identifier.startswith("doi:"):
        return not _same_work(known, found)
    e = match.compare(_nameless(known), _nameless(found))
    if e.title in {"unknown", *SAME_WORK}:
        return e.author == "other" and e.abstract not in {"same", "near"}
    return "same" not in {e.author, e.abstract} and "other" in {e.author, e.abstract}


def _nameless(record: Record) -> Record:
    """Without what it is known by, so that the rest is compared."""
    return record.replace(doi="", eprint=None, other_ids=(), pmid="", pmcid="")


def _needs(work: _Work, resolver: Resolver) -> bool:
    """Whether this service can still add something.

    Whoever answered by title gave all it has; a listing need not be asked about what a preprint
    server told; an index is asked because it knows the publication's DOI.
    """
    given = [*work.known, *((name, work.chosen) for name, r in work.pool if r is work.chosen)]
    if any(name == resolver.name for name, _ in given):
        return False
    complete = any(record is not None and not record.missing for _, record in given)
    if resolver.trust in {"listing", "registry"} and complete:
        return False
    return not (resolver.name == "openalex" and complete)


def _cited(record: Record) -> bool:
    """Whether it says where it is: an eprint or a DOI, which a title found must not overrule."""
    return record.eprint is not None or bool(record.doi)


def _askable(record: Record) -> list[str]:
    found = []
    if record.eprint and record.eprint.archive == "arxiv":
        found.append(f"arxiv:{record.eprint.id}")
    if record.doi and ids.arxiv_of_doi(record.doi) is None:
        found.append(f"doi:{record.doi}")
    if record.pmid:
        found.append(f"pmid:{record.pmid}")
    others = {"acl", "dblp", "openreview"}
    return found + [i for i in record.other_ids if i.partition(":")[0] in others]


def _publish(works: Sequence[_Work], asking: _Asking) -> None:
    """Find the venue's own record of what is known as a preprint."""
    for work in works:
        preprints = any(not _is_published(record) for _, record in _all(work))
        for _, record in _all(work):
            if _is_published(record) and (not preprints or _same_work(_best(work), record)):
                work.published.append(record)
    # A DOI that somebody gave for the publication is a claim: the registry's record must agree.
    claimed: dict[str, list[_Work]] = {}
    for work in works:
        # What an index says of a publication is a claim too.
        held = {r.doi.lower() for r in work.published if _trust(r) in ("publisher", "registry")}
        for _, record in _all(work):
            for doi in filter(None, (record.doi, _related_by_registry(record))):
                if (
                    ids.arxiv_of_doi(doi) is None
                    and doi.lower() not in held
                    and f"doi:{doi}" not in work.refused
                ):
                    claimed.setdefault(f"doi:{doi}", []).append(work)
    for resolver in asking.able():
        if "doi" not in resolver.schemes or resolver.trust != "publisher" or not claimed:
            continue
        asking.progress(f"publications at {resolver.name}", 0, len(claimed))
        answers = asking.safely(resolver, _identified(resolver, asking, list(claimed)))
        for done, (identifier, entry) in enumerate(answers, 1):
            record = normalize(entry).record
            for work in claimed[identifier]:
                if not (_same_work(_best(work), record) or _said_by_registry(work, record)):
                    work.refused[identifier] = _named(record)
                elif _is_published(record):
                    work.published.append(record)
            asking.progress(f"publications at {resolver.name}", done, len(claimed))
    open_ = [
        work
        for work in works
        if not _registered(work) and (work.known or work.chosen) and _best(work).type == "article"
    ]
    for resolver in asking.able():
        if resolver.name not in {"dblp", "openreview", "crossref"} or not open_:
            continue
        asking.progress(f"publications at {resolver.name}", 0, len(open_))
        queries = _queries((_query(_best(work)), work) for work in open_)
        for query, entry in asking.safely(resolver, _titles(resolver, asking, list(queries))):
            record = normalize(entry).record
            for work in queries.get(query, ()):
                if _is_published(record) and _same_work(_best(work), record):
                    work.published.append(record)
        open_ = [work for work in open_ if not _registered(work)]


def _related_by_registry(record: Record) -> str:
    """The DOI of what a registry says that a preprint became, or an empty string."""
    said = record.custom.get("is_preprint_of", "") if _trust(record) == "publisher" else ""
    return said if isinstance(said, str) else ""


def _said_by_registry(work: _Work, publication: Record) -> bool:
    """Whether the registry says that the preprint became this, and the people are the same."""
    best = _best(work)
    e = match.compare(_nameless(best), _nameless(publication))
    said = {_related_by_registry(record).lower() for _, record in _all(work)}
    same = e.author == "same" and "other" not in {e.numbers, e.kind}
    return same and publication.doi.lower() in said - {""}


def _registered(work: _Work) -> bool:
    """Whether its publication is known from more than an index."""
    return any(_trust(record) in {"publisher", "registry"} for record in work.published)


def _trust(record: Record) -> Trust:
    """How far the origin of a record is believed, told by its title's or its identifier's."""
    return _origin(record).trust


def _is_published(record: Record) -> bool:
    return record.type in PUBLISHED and bool(record.container_title or record.publisher)


def _same_work(preprint: Record, publication: Record) -> bool:
    """Whether a publication is this preprint's: same authors, and a title that says the same.

    An erratum, a part II or a reply by the same people has another title; a DOI that an author
    mistyped leads to other people.
    """
    e = match.compare(_nameless(preprint), _nameless(publication))
    if match.apart(preprint, publication) or "other" in {e.numbers, e.kind} or e.author != "same":
        return False
    if e.title in SAME_WORK:
        # Years apart, the same people may well have used their title again.
        return e.abstract in {"same", "near"} or (e.abstract != "other" and e.year != "other")
    return e.abstract == "same"


def _all(work: _Work) -> list[tuple[str, Record]]:
    """All that is known of the paper itself."""
    chosen = [(name, r) for name, r in work.pool if work.chosen is not None and _one(work, r)]
    return [*work.known, *chosen]


def _one(work: _Work, record: Record) -> bool:
    """Whether a title's candidate is the one that was chosen, from this or another service."""
    assert work.chosen is not None
    return record is work.chosen or (
        bool(ids.aliases(record) & ids.aliases(work.chosen))
        and not match.apart(record, work.chosen)
    )


def _best(work: _Work) -> Record:
    """What is known of the preprint, or of the paper where there is none."""
    found = [r for _, r in _all(work)]
    return merge([r for r in found if not _is_published(r)] or found or [work.wanted])


def _outcome(work: _Work, prefer: Prefer, doubt: str) -> Outcome:
    preprints = [r for _, r in _all(work) if not _is_published(r)]
    found = bool(work.known or work.chosen)
    records: tuple[Record, ...]
    if not found:
        records = (work.wanted,)
    else:
        # What came as a publication stays one, also where no service knows it.
        own = [work.wanted]
        given, plain = (own, []) if _is_published(work.wanted) else ([], own)
        preprint = (
            _spelt_out(_as_preprint([*preprints, *plain], work), preprints) if preprints else None
        )
        edition, others = _edition(given, work.published)
        published = merge(edition) if edition else None
        if published is not None and (named := {_published_as(record) for record in others} - {""}):
            custom = {**published.custom, "also_published_as": tuple(sorted(named))}
            published = published.replace(custom=custom)
        if published is not None and prefer != "preprint":
            whole = _as_published(published, preprint, work.wanted)
            records = (whole,)
            if prefer == "both" and preprint is not None and preprint.eprint:
                records = _related(_without_eprint(whole), preprint)
        else:
            records = (preprint or merge([r for _, r in _all(work)] + [work.wanted]),)
    records = tuple(_without(record, work.refused) for record in records)
    return Outcome(
        wanted=work.wanted,
        records=records,
        verdict=work.verdict,
        reason=work.reason if found else work.reason + doubt,
        candidates=_candidates(work),
        diagnostics=tuple(_diagnostics(work, records, found, doubt)),
    )


def _edition(given: Sequence[Record], found: Sequence[Record]) -> tuple[list[Record], list[Record]]:
    """Who tells of one publication, and who of others: a workshop's, a journal's.

    It is the one that the record came with, where that says volume or pages; else the one that is
    believed most, and among those no workshop's, and the one that was found first.
    """
    all_ = [*given, *found]
    if not all_:
        return [], []
    placed = [record for record in given if record.volume or record.page]
    first = min(placed or all_, key=lambda r: (TRUST.index(_trust(r)), _at_workshop(r)))
    agree = [record for record in all_ if record is first or _one_edition(first, record)]
    dois = {record.doi.lower() for record in agree if record.doi}
    mine: list[Record] = []
    others: list[Record] = []
    for record in all_:
        own = any(record is one for one in agree) or record.doi.lower() in dois
        (mine if own else others).append(record)
    return mine, others


def _one_edition(one: Record, other: Record) -> bool:
    """Whether two records tell of one publication; its year, venue and pages are then one's too."""
    if one.doi and other.doi:
        return one.doi.lower() == other.doi.lower()
    for registry in ("dblp:", "openreview:"):
        ours, theirs = (
            {name for name in record.other_ids if name.startswith(registry)}
            for record in (one, other)
        )
        if ours and theirs and not ours & theirs:
            return False
    if one.page and one.page == other.page:
        return True
    if one.issued and other.issued and abs(one.issued.year - other.issued.year) > 1:
        return False
    return one.type == other.type and _at_workshop(one) == _at_workshop(other)


def _published_as(record: Record) -> str:
    """What a publication is known by, its preprint aside."""
    return f"doi:{record.doi}" if record.doi else next(iter(record.other_ids), "")


def _at_workshop(record: Record) -> bool:
    return "workshop" in record.container_title.casefold()


def _as_preprint(records: Sequence[Record], work: _Work) -> Record:
    """The preprint alone: the publisher's DOI belongs to the publication's year, not to this.

    A DOI that a service gave for the publication, and that nobody confirmed, is a claim: it is
    kept as ``unconfirmed_doi`` beside the citation, and identifies nothing.
    """
    record = merge(records)
    if record.eprint is None or record.eprint.archive != "arxiv":
        return record
    own = {name.lower() for name in ids.aliases(work.wanted)}
    named = [f"doi:{record.doi}"] if record.doi and not ids.arxiv_of_doi(record.doi) else []
    dois = [*named, *(name for name in record.other_ids if name.startswith("doi:"))]
    kept = {name for name in dois if name.lower() in own}
    wrong = {name.lower() for name in work.refused}
    claims = [name[4:] for name in dois if name not in kept and name.lower() not in wrong]
    custom = {**record.custom, "unconfirmed_doi": " ".join(claims)} if claims else record.custom
    return record.replace(
        type="article",
        doi=ids.arxiv_doi(record.eprint.id),
        other_ids=tuple(sorted(kept | {i for i in record.other_ids if i not in dois})),
        custom=custom,
        container_title="",
        container_title_short="",
        volume="",
        issue="",
        page="",
        **(_dated(records, record) if record.type in PUBLISHED else {}),
    )


def _dated(records: Sequence[Record], merged: Record) -> dict[str, object]:
    """The date of a preprint, where an index had the year of its publication for it."""
    own = [r for r in records if r.type not in PUBLISHED]
    preprint = merge(own) if own else Record(title=merged.title)
    origins = {name: origin for name, origin in merged.origins.items() if name != "issued"}
    if "issued" in preprint.origins:
        origins["issued"] = preprint.origins["issued"]
    return {"issued": preprint.issued, "origins": origins}


def _as_published(published: Record, preprint: Record | None, wanted: Record) -> Record:
    """The venue's record; from the preprint only what does not date or place it."""
    kept: dict[str, object] = {"custom": {**wanted.custom, **published.custom}}
    origins = dict(published.origins)
    for other in (preprint, wanted):
        if other is None:
            continue
        same = other.eprint and published.eprint and other.eprint.id == published.eprint.id
        if same and "eprint" not in kept:
            # The archive's own class and version.
            kept["eprint"] = other.eprint
            origins["eprint"] = other.origins.get("eprint", Origin())
        for field in ("eprint", "abstract", "code_url", "pdf_url", "keywords", "status", "url"):
            if not kept.get(field) and not getattr(published, field) and getattr(other, field):
                kept[field] = getattr(other, field)
                if field in other.origins:
                    origins[field] = other.origins[field]
    whole = published.replace(**kept, origins=origins)
    return _spelt_out(whole, [preprint]) if preprint else whole


def _spelt_out(record: Record, others: Sequence[Record]) -> Record:
    """An index abbreviates names; whoever names the same people in full is taken instead."""
    by = record.origins.get("author")
    if by is None or by.trust != "index":
        return record
    for other in others:
        said = other.origins.get("author")
        if said and said.trust != "index" and len(other.author) == len(record.author):
            return record.replace(author=other.author, origins={**record.origins, "author": said})
    return record


def _without(record: Record, refused: Mapping[str, str]) -> Record:
    """Without the DOIs that lead to other papers."""
    wrong = {identifier.lower() for identifier in refused}
    left = tuple(i for i in record.other_ids if i.lower() not in wrong)
    if left != record.other_ids:
        record = record.replace(other_ids=left)
    if f"doi:{record.doi}".lower() in wrong and record.eprint is not None:
        record = record.replace(doi=ids.arxiv_doi(record.eprint.id))
    return record


def _without_eprint(record: Record) -> Record:
    return record.replace(eprint=None)


def _related(published: Record, preprint: Record) -> tuple[Record, Record]:
    """Two entries that name each other."""
    here = identifier_of(published)
    there = identifier_of(preprint)
    return (
        published.replace(custom={**published.custom, "preprint": there}),
        preprint.replace(custom={**preprint.custom, "published_as": here}),
    )


def _candidates(work: _Work) -> tuple[Candidate, ...]:
    """What was considered, each once, with all who gave it, best first."""
    grouped: dict[str, list[tuple[str, Record]]] = {}
    for name, record in work.pool:
        grouped.setdefault(identifier_of(record), []).append((name, record))
    found = [
        Candidate(
            record=given[0][1],
            services=tuple(sorted({name for name, _ in given})),
            judgement=match.judge(work.wanted, given[0][1]),
        )
        for given in grouped.values()
    ]
    return tuple(sorted(found, key=lambda c: (-c.judgement.evidence.score, c.identifier)))


def _diagnostics(
    work: _Work, records: Sequence[Record], found: bool, doubt: str
) -> Iterator[Diagnostic]:
    title = work.wanted.title or next(iter(sorted(ids.aliases(work.wanted))), "")
    if not found:
        code = "match-doubtful" if work.verdict != "none" else "not-found"
        hint = (
            "answer in the review file, or --accept probable"
            if work.verdict == "probable"
            else "answer in the review file"
            if work.verdict == "ambiguous"
            else "run again when they can be asked"
            if doubt
            else "give an identifier"
            if work.wanted.title
            else "check the identifier"
        )
        yield Diagnostic(
            code=code,
            severity="warning",
            message=f"{title!r}: {work.reason}{doubt}",
            origin=work.origin,
            hint=hint,
        )
    elif work.verdict == "probable":
        yield Diagnostic(
            code="match-probable",
            severity="info",
            message=f"{title!r}: {work.reason}",
            origin=work.origin,
        )
    elif work.reason == "same identifier" and _under_another_title(work):
        yield Diagnostic(
            code="match-doubtful",
            severity="warning",
            message=f"{title!r}: its identifier leads to {_best(work).title!r}, and nothing else "
            "tells whether that is it",
            field="title",
            origin=work.origin,
            hint="check the identifier",
        )
    for identifier, other in work.refused.items():
        yield Diagnostic(
            code="match-doubtful",
            severity="warning",
            message=f"{title!r}: {identifier} leads to {other}, which does not seem to be it",
            field=identifier.partition(":")[0],
            origin=work.origin,
            hint="check the identifier; nothing of the other paper was taken",
        )
    if any(record.status in {"withdrawn", "retracted"} for record in records):
        yield Diagnostic(
            code="withdrawn",
            severity="warning",
            message=f"{title!r} was {records[0].status or 'withdrawn'}",
            field="status",
            origin=work.origin,
            hint="do not cite it as it stands",
        )


def _named(record: Record) -> str:
    """A paper as a message says it: the title may be the same, and the people others."""
    more = " and others" if len(record.author) > 1 else ""
    return f"{record.title!r}" + (f" by {record.author[0]}{more}" if record.author else "")


def _under_another_title(work: _Work) -> bool:
    """Whether an identifier alone speaks for a paper whose title was another."""
    e = match.compare(_nameless(work.wanted), _nameless(_best(work)))
    return e.title == "other" and "same" not in {e.author, e.abstract}


def questions(outcomes: Iterable[Outcome]) -> Iterator[review.Question]:
    """What a person should look at: the candidates that nobody was sure of."""
    for outcome in outcomes:
        if outcome.verdict not in {"probable", "ambiguous"} or outcome.reason.startswith(
            "a person"
        ):
            continue
        for candidate in outcome.candidates:
            if candidate.judgement.verdict != "none":
                yield review.Question(
                    wanted=outcome.wanted,
                    found=_origin(outcome.wanted),
                    identifier=candidate.identifier,
                    candidate=candidate.record,
                    verdict=f"{candidate.judgement.verdict}: {candidate.judgement.reason}",
                )


def identifier_of(record: Record) -> str:
    """The identifier that a person would give it: arXiv's, a DOI, any other, or its title."""
    if record.eprint is not None:
        return f"{record.eprint.archive}:{record.eprint.id}"
    if record.doi:
        return f"doi:{record.doi}"
    return next(iter(sorted(ids.aliases(record))), f"title:{text.fold(record.title)}")


def _origin(record: Record) -> Origin:
    origins: Mapping[str, Origin] = record.origins
    return origins.get("title") or next(iter(origins.values()), Origin())
