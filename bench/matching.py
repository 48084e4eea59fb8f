"""Papers with truth known, asked for at services that know them and much that is like them.

None of the papers exists: titles, abstracts and people are drawn from ``papers/words.toml``, always
the same ones. Two in five are awkward. The score: wrong papers attached (must be none), straight
ones found for sure (all), retitled ones found at least probably (19 of 20).

::

    python -m bench matching
"""

from __future__ import annotations

import random
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import msgspec
from msgspec import Struct

from paperexport import http, resolution
from paperexport.hookspecs import Resolver
from paperexport.identifiers import aliases, arxiv_doi
from paperexport.plugins import Registry
from paperexport.record import Eprint, Name, Origin, PartialDate, Record
from paperexport.resolution import Outcome
from paperexport.testing.services import Paper, ServiceServer

WORDS = Path(__file__).parent / "papers" / "words.toml"
SIZE = 400
AWKWARD = (
    "retitled",
    "retitled and revised",
    "near title",
    "near title alone",
    "parts",
    "part II alone",
    "same title",
    "same title alone",
    "companion alone",
    "survey alone",
    "erratum of it",
    "contained alone",
    "author order",
    "withdrawn",
    "rejected",
    "mistyped DOI",
)
"""The kinds of awkward cases; those that are ``alone`` have no right answer at any service."""
CYCLE = (*AWKWARD, *("retitled", "retitled and revised") * 2)
RETITLED = ("retitled", "retitled and revised")
STRAIGHT = ("listed", "listed and published", "named", "named and published", "arXiv id", "DOI")


class Case(Struct, frozen=True):
    """One paper that is looked for.

    Attributes:
        kind: one of the kinds above.
        wanted: what the page says.
        truth: what the services know of the very paper; None where they know only others.
        others: what they know besides that is like it.
    """

    kind: str
    wanted: Record
    truth: Paper | None
    others: tuple[Paper, ...] = ()


class Score(Struct):
    """What was counted.

    Attributes:
        wrong: ``kind: title: what is not the paper's``, one for each wrong paper attached.
        total: kind → cases.
        sure: kind → cases that were found for sure.
        probable: kind → cases that were found, or offered as probable.
    """

    wrong: list[str] = []
    total: Counter[str] = msgspec.field(default_factory=Counter)
    sure: Counter[str] = msgspec.field(default_factory=Counter)
    probable: Counter[str] = msgspec.field(default_factory=Counter)

    def share(self, of: Counter[str], kinds: Sequence[str]) -> float:
        """How many of these kinds are counted, of 1."""
        total = sum(self.total[kind] for kind in kinds)
        return sum(of[kind] for kind in kinds) / total if total else 1.0


class Maker:
    """Draws papers, always the same ones in the same order."""

    def __init__(self) -> None:
        said = tomllib.loads(WORDS.read_text(encoding="utf-8"))
        self.lists = {name: v.split() for name, v in said.items() if isinstance(v, str)}
        self.shapes: list[str] = said["shapes"]
        self.titles: list[str] = said["titles"]
        self.draw = random.Random("papers that do not exist")
        self.count = 0
        self.used: set[str] = set()

    def _fill(self, shape: str) -> str:
        pick = {name: self.draw.sample(words, min(3, len(words)))
                for name, words in self.lists.items()}  # fmt: skip
        t1, t2, t3 = pick["things"]
        q, q2, _ = pick["qualities"]
        a, a2, _ = pick["acts"]
        m, m2, _ = (word.replace("-", " ") for word in pick["means"])
        v, v2, _ = pick["verbs"]
        place, number = pick["places"][0].replace("-", " "), pick["numbers"][0]
        return shape.format(
            t1=t1, t2=t2, t3=t3, t1s=f"{t1}s", t2s=f"{t2}s", t3s=f"{t3}s", T1=t1.title(),
            T2=t2.title(), q=q, q2=q2, Q=q.title(), a=a, a2=a2, A=a.title(), m=m, m2=m2,
            M=m.capitalize(), v=v, v2=v2, place=place, number=number, Number=number.title(),
        )  # fmt: skip

    def title(self) -> str:
        """A title that no other paper has."""
        while True:
            title = self._fill(self.draw.choice(self.titles)).title()
            if title not in self.used:
                self.used.add(title)
                return title

    def sentences(self, count: int = 6) -> list[str]:
        """Sentences of an abstract, each of another shape."""
        return [self._fill(shape) for shape in self.draw.sample(self.shapes, count)]

    def people(self) -> tuple[Name, ...]:
        """One author to seven."""
        count = self.draw.choice((1, 2, 2, 3, 3, 4, 5, 7))
        families = self.draw.sample(self.lists["family"], count)
        return tuple(Name(given=self.draw.choice(self.lists["given"]), family=f) for f in families)

    def preprint(
        self,
        title: str = "",
        sentences: Sequence[str] = (),
        people: tuple[Name, ...] = (),
        **more: object,
    ) -> Record:
        """What arXiv has of a paper."""
        self.count += 1
        identifier = f"{self.draw.randint(19, 25)}{self.draw.randint(1, 12):02d}.{self.count:05d}"
        values: dict[str, object] = {
            "title": title or self.title(),
            "abstract": " ".join(sentences or self.sentences()),
            "author": people or self.people(),
            "issued": PartialDate(year=2000 + int(identifier[:2]), month=int(identifier[2:4])),
            "eprint": Eprint(archive="arxiv", id=identifier, version=1, primary_class="cs.LG"),
        }
        return msgspec.convert(values | more, Record, from_attributes=True)

    def publication(self, of: Record, *, doi: bool = True, **more: object) -> Record:
        """What a publisher, or without a DOI only DBLP, has of it."""
        self.count += 1
        assert of.issued is not None
        values: dict[str, object] = {
            "type": self.draw.choice(("paper-conference", "article-journal")),
            "container_title": f"Proceedings on {self.draw.choice(self.lists['things'])}s",
            "issued": PartialDate(year=of.issued.year + self.draw.choice((0, 1, 1, 2))),
            "doi": f"10.5555/{self.count}" if doi else "",
            "url": "" if doi else f"https://proceedings.example/{self.count}",
            "page": f"{self.count}-{self.count + 9}",
            "abstract": "",
            "eprint": None,
        }
        return of.replace(**(values | more))

    def near(self, title: str) -> str:
        """The title with one word exchanged."""
        words = title.split()
        at = max(range(len(words)), key=lambda i: (len(words[i]) > 4, -i))
        words[at] = self.draw.choice(self.lists["qualities"]).title()
        return " ".join(words)


def listed(record: Record) -> Record:
    """What a listing says: title and abstract."""
    origin = Origin(source="daily-papers-text", locator="page.txt")
    return Record(title=record.title, abstract=record.abstract, origins={"title": origin})


def named(record: Record) -> Record:
    """What a reference says: title, people, year."""
    return Record(title=record.title, author=record.author, issued=record.issued)


def cases(size: int = SIZE) -> list[Case]:
    """The set: three in five straight, two in five awkward."""
    make = Maker()
    found = []
    for number in range(size):
        if number % 5 < 3:
            kind = STRAIGHT[(number // 5 * 3 + number % 5) % len(STRAIGHT)]
            found.append(straight(make, kind))
        else:
            kind = CYCLE[(number // 5 * 2 + number % 5 - 3) % len(CYCLE)]
            found.append(awkward(make, kind))
    return found


def straight(make: Maker, kind: str) -> Case:
    """A paper that is what it seems, with three distractors of its vocabulary."""
    first = make.preprint()
    published = make.publication(first, doi=make.draw.random() < 0.7)
    has = kind in {"listed and published", "named and published"} or make.draw.random() < 0.3
    if kind == "DOI":
        published = make.publication(first)
    truth = Paper(preprint=first, published=published if has or kind == "DOI" else None)
    wanted = {
        "arXiv id": Record(eprint=first.eprint),
        "DOI": Record(doi=published.doi),
    }.get(kind) or (named(first) if kind.startswith("named") else listed(first))
    near = Paper(preprint=make.preprint(make.near(first.title)))
    survey = Paper(preprint=make.preprint(f"{first.title}: A Survey"))
    erratum = make.publication(make.preprint(f"Reply to: {first.title}"))
    return Case(kind, wanted, truth, (near, survey, Paper(published=erratum)))


def awkward(make: Maker, kind: str) -> Case:
    """A paper that is easily taken for another."""
    sentences = make.sentences()
    first = make.preprint(sentences=sentences)
    truth: Paper | None = Paper(preprint=first)
    wanted = listed(first) if make.draw.random() < 0.5 else named(first)
    others: list[Paper] = []
    alone = kind.endswith(" alone")
    like = kind.removesuffix(" alone")
    if like == "retitled":
        wanted = listed(first).replace(title=make.title())
    elif like == "retitled and revised":
        revised = [*sentences[:5], *make.sentences(1)]
        wanted = listed(first).replace(title=make.title(), abstract=" ".join(revised))
    elif like == "near title":
        others = [Paper(preprint=make.preprint(make.near(first.title), people=people))
                  for people in (first.author, ())]  # fmt: skip
        others.append(Paper(published=make.publication(
            make.preprint(make.near(first.title), people=first.author))))  # fmt: skip
    elif like == "parts":
        first = first.replace(title=f"{first.title}, Part I")
        truth, wanted = Paper(preprint=first), wanted.replace(title=first.title)
        second = make.preprint(first.title.replace("Part I", "Part II"), people=first.author)
        others = [Paper(preprint=second, published=make.publication(second))]
    elif like == "part II":
        wanted = wanted.replace(title=f"{first.title}, Part I")
        second = make.preprint(
            f"{first.title}, Part II", [*sentences[:3], *make.sentences(3)], first.author
        )
        others = [Paper(preprint=second, published=make.publication(second))]
    elif like == "same title":
        strangers = make.preprint(first.title)
        others = [Paper(preprint=strangers, published=make.publication(strangers))]
        others.append(Paper(published=make.publication(make.preprint(first.title))))
    elif like == "companion":
        second = make.preprint(
            make.near(first.title), [*sentences[:2], *make.sentences(4)], first.author
        )
        others = [Paper(preprint=second, published=make.publication(second))]
    elif like == "survey":
        others = [Paper(preprint=make.preprint(f"{first.title}: A Survey", people=first.author))]
    elif like == "erratum of it":
        erratum = make.publication(first.replace(title=f"Erratum: {first.title}"))
        others = [Paper(published=erratum)]
    elif like == "contained":
        others = [Paper(preprint=make.preprint(f"{first.title} for {make.title()}",
                                               people=first.author))]  # fmt: skip
    elif like == "author order":
        turned = first.author[::-1]
        truth = Paper(preprint=first, published=make.publication(first, author=turned, doi=True))
        wanted = named(first).replace(author=turned)
    elif like == "withdrawn":
        truth = Paper(preprint=first, withdrawn=True)
    elif like == "rejected":
        truth = Paper(submission=first, forum=f"forum{make.count}", venue="Submitted to ICLR 2024")
        others = [Paper(submission=make.preprint(make.near(first.title)), forum=f"x{make.count}",
                        venue="ICLR 2024 poster")]  # fmt: skip
    elif like == "mistyped DOI":
        strangers = make.publication(make.preprint(make.near(first.title)))
        truth = Paper(preprint=first.replace(doi=strangers.doi))
        others = [Paper(published=strangers)]
    return Case(kind, wanted, None if alone else truth, tuple(others))


def run(
    found: Sequence[Case],
    *,
    accept: resolution.Accept = "sure",
    prefer: resolution.Prefer = "published",
    services: Sequence[str] = (),
) -> list[Outcome]:
    """Look for all of them at once, at services that know all that belongs to any."""
    papers = [paper for case in found for paper in (case.truth, *case.others) if paper]
    random.Random("shelf").shuffle(papers)
    known = Registry(entry_points=False).resolvers
    with (
        ServiceServer(papers) as server,
        http.client(transport=httpx.HTTPTransport(verify=False), sleep=lambda _: None) as client,
    ):
        asked: list[Resolver] = [
            msgspec.structs.replace(resolver, url=server.url(name), interval=0.0)
            for name, resolver in known.items()
            if not services or name in services
        ]
        outcomes, failures = resolution.resolve(
            [case.wanted for case in found], asked, client, accept=accept, prefer=prefer
        )
    assert not failures, failures
    return outcomes


def score(found: Sequence[Case], outcomes: Sequence[Outcome]) -> Score:
    """What was attached rightly, wrongly, or not at all."""
    counted = Score()
    for case, outcome in zip(found, outcomes, strict=True):
        counted.total[case.kind] += 1
        for strange in _strange(case, outcome):
            counted.wrong.append(f"{case.kind}: {case.wanted.title!r}: {strange}")
        if case.truth is None:
            continue
        right = _identity(case.truth)
        attached = any(aliases(record) & right for record in outcome.records)
        offered = any(
            c.judgement.verdict == "probable" and aliases(c.record) & right
            for c in outcome.candidates
        )
        counted.sure[case.kind] += attached and outcome.verdict == "sure"
        counted.probable[case.kind] += attached or (offered and outcome.verdict == "probable")
    return counted


def _identity(paper: Paper) -> set[str]:
    """All that the paper is rightly known by."""
    found: set[str] = {f"openreview:{paper.forum}"} if paper.forum else set()
    if paper.preprint and paper.preprint.eprint:
        identifier = paper.preprint.eprint.id
        found |= {f"arxiv:{identifier}", f"doi:{arxiv_doi(identifier).lower()}"}
    if paper.published and paper.published.doi:
        found.add(f"doi:{paper.published.doi.lower()}")
    return found


def _strange(case: Case, outcome: Outcome) -> Iterator[str]:
    """What a record holds that is neither the page's nor the paper's own."""
    versions = [case.wanted]
    right: set[str] = set(aliases(case.wanted))
    if case.truth:
        right |= _identity(case.truth)
        known = (case.truth.preprint, case.truth.published, case.truth.submission)
        versions += [version for version in known if version]
    for record in outcome.records:
        for name in sorted(aliases(record) - right):
            if not name.startswith("dblp:"):
                yield name
        for field in ("title", "author", "container_title", "issued", "page", "abstract"):
            value = getattr(record, field)
            if field == "issued" and value is not None:
                fits = value.year in {v.issued.year for v in versions if v.issued}
            elif field == "author":
                families = [name.family for name in value]
                fits = families in [[n.family for n in v.author] for v in versions]
            else:
                fits = value in [getattr(v, field) for v in versions] or not value
            if not fits:
                yield f"{field}: {value}"


def table(counted: Score) -> Iterator[str]:
    """The score, line by line."""
    yield f"{'kind':24} {'papers':>6} {'sure':>6} {'or probable':>12}"
    for kind in (*STRAIGHT, *AWKWARD):
        if total := counted.total[kind]:
            alone = kind.endswith(" alone")
            sure, probable = ("-", "-") if alone else (counted.sure[kind], counted.probable[kind])
            yield f"{kind:24} {total:6} {sure:>6} {probable:>12}"


def main() -> None:
    """Print the score: all services, each run with what is sure and with what is probable."""
    found = cases()
    for accept, prefer in (("sure", "published"), ("probable", "published"), ("sure", "both")):
        outcomes = run(found, accept=accept, prefer=prefer)  # type: ignore[arg-type]  # literals
        counted = score(found, outcomes)
        print(f"\n{len(found)} papers, --accept {accept} --prefer {prefer}")
        print("\n".join(table(counted)))
        print(f"wrong papers attached: {len(counted.wrong)}")
        print("\n".join(counted.wrong))
        print(f"sure of the straight ones: {counted.share(counted.sure, STRAIGHT):.1%}")
        share = counted.share(counted.probable, RETITLED)
        print(f"sure or probable of the retitled ones: {share:.1%}")


if __name__ == "__main__":
    main()
