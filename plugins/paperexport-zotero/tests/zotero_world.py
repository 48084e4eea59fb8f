"""A library, a person who works in it, and pushes that may die at any step; who did what is known.

What must never happen is looked for at the moment when it would: the library is compared before
and after every request that a push sends (:meth:`World._judge`).
"""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from paperexport_zotero import sync
from paperexport_zotero._core import PaperExportError, Secret
from paperexport_zotero.items import Wanted
from paperexport_zotero.mapping import address, to_entry
from paperexport_zotero.plan import Plan
from paperexport_zotero.service import Service, connect
from paperexport_zotero.state import State
from paperexport_zotero.testing import Item, Request, Wire, ZoteroServer

from paperexport import Eprint, Name, Origin, PartialDate, Record, normalize

FOLDER = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
PATHS = ("Reading", "Reading/Synthesis", "Later")
TAGS = ("to read", "wool")
TITLES = (
    "Sock drawers sort themselves under mild pressure",
    "Knitting with fewer needles than threads",
    "A wool lattice that remembers its folds",
)
MOMENTS = ("before sending", "after sending", "before commit", "after commit")


class Killed(BaseException):
    """The process died."""


class Harm(AssertionError):
    """What must never happen."""


def paper(number: int, quality: int) -> Record:
    """A paper as poorer (0) and better (2) sources tell of it."""
    known: dict[str, Any] = {
        "type": "article",
        "title": TITLES[number],
        "author": (Name(family=f"Weaver{number}", given="Ada"), Name(family="Loom", given="Bo")),
        "eprint": Eprint(archive="arxiv", id=f"2401.0904{number}"),
        "url": f"https://arxiv.org/abs/2401.0904{number}",
    }
    if quality:
        known |= {
            "eprint": Eprint(archive="arxiv", id=f"2401.0904{number}", primary_class="cs.LG"),
            "abstract": f"We fold {number}, twice.",
            "issued": PartialDate(year=2024, month=1),
            "keywords": ("Computer Science - Wool",),
        }
    if quality == 2:
        known |= {
            "type": "paper-conference",
            "container_title": "Proceedings of Laundry",
            "issued": PartialDate(year=2024, month=5, day=7),
            "doi": f"10.1000/sock.{number}",
            "page": "1-9",
        }
    origin = Origin(source="test", trust=("listing", "index", "registry")[quality])
    return Record(**known, origins=dict.fromkeys(known, origin))


class Mortal(State):
    """A state whose process may die around each transaction."""

    world: World

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with super().transaction():
            yield
            self.world.dies("before commit")
        self.world.dies("after commit")


class World:
    """See the module.

    Attributes:
        papers: item → the paper that it is of.
        touched: the items that a push made or changed.
        human: (item, field) → what a person made of it, and nothing may change.
        notes: (item, line of Extra) that a person wrote.
        taken: (item, collection, tag or line of Extra) that a push wrote and a person took away.
        unfiled: (item, collection) where a person took it out, whoever had put it there.
        between: the items that a person edited while a POST was served, or another machine just
            before it; and those of a request that did nothing, while a person filed one of them
            just as it would have. What was to be written into them then may count as written and
            taken back, which does no harm.
        buried: the papers that a person threw away after a push had put them there.
        moments: at which the process dies, in order.
    """

    def __init__(self) -> None:
        self.server = ZoteroServer()
        self.library = self.server.libraries["users/1"]
        self._folder = tempfile.TemporaryDirectory(dir=FOLDER)
        self.papers: dict[str, int] = {}
        self.touched: set[str] = set()
        self.human: dict[tuple[str, str], Any] = {}
        self.notes: set[tuple[str, str]] = set()
        self.taken: set[tuple[str, str]] = set()
        self.unfiled: set[tuple[str, str]] = set()
        self.between: set[str] = set()
        self.buried: set[int] = set()
        self.moments: list[str] = []
        self.last: dict[str, list[Wanted]] = {}
        self._wrote: set[tuple[str, str, str]] = set()
        self._pushed: set[tuple[str, str]] = set()
        self._added: set[tuple[str, str]] = set()
        self._seen: set[tuple[str, str]] = set()
        self._before: Any = None
        self._machine = "one"
        self._services = {name: self._service() for name in ("one", "two")}

    def close(self) -> None:
        self._folder.cleanup()

    # -- pushes

    def _service(self) -> Service:
        wire = Wire(self.server, before=self._sending, after=self._sent)
        key, url = Secret("full"), "http://zotero.test"
        return connect("users/1", key=key, url=url, transport=wire, sleep=lambda _seconds: None)

    def _state(self, machine: str) -> State:
        state = Mortal(Path(self._folder.name) / f"{machine}.sqlite", "web", "users/1", wait=0)
        state.world = self
        return state

    def push(
        self,
        papers: Sequence[tuple[int, int]],
        paths: Sequence[str] = (),
        tags: Sequence[str] = (),
        machine: str = "one",
    ) -> str:
        """Push (number, quality) of papers: ``done``, ``killed``, or what a person is told."""
        self.last[machine] = [
            Wanted(
                record=paper(number, quality),
                key=f"weaver{number}",
                collections=tuple(paths),
                tags=tuple(tags),
            )
            for number, quality in papers
        ]
        return self.again(machine)

    def again(self, machine: str = "one") -> str:
        """The same push once more."""
        service = self._services[machine]
        service._pause = 0.0
        outer, self._machine = self._machine, machine
        state = self._state(machine)
        try:
            sync.push(service, state, self.last[machine])
        except PaperExportError as error:
            return error.message
        except Killed:
            return "killed"
        else:
            if machine == "one":
                # What the other machine made is no paper of this one yet: it tracks none of it.
                known = {link.key for link in state.links()}
                self.touched |= known
                self._seen |= {
                    (key, name)
                    for key in known & self.library.items.keys()
                    for name, value in values(self.library.items[key]).items()
                    if value
                }
            return "done"
        finally:
            self._machine = outer
            state.close()

    def refile(self, paths: Sequence[str]) -> str:
        """Push all that the library holds, as `zotero:` reads it."""
        last = self.last.get("one")
        self.last["one"] = []
        for key, item in self.library.items.items():
            data = {"key": key, "itemType": item.item_type, "creators": item.creators}
            entry = to_entry({**data, **item.fields}, locator=address("users/1", key))
            if not item.deleted:
                record = normalize(entry).record
                self.last["one"].append(Wanted(record=record, collections=tuple(paths)))
        try:
            return self.again()
        finally:
            del self.last["one"]
            if last is not None:
                self.last["one"] = last

    def plan(self) -> Plan:
        """What the same push would do."""
        self._services["one"]._pause = 0.0
        with self._state("one") as state:
            return sync.planned(self._services["one"], state, self.last["one"])

    def standing(self) -> dict[str, sync.Tracked]:
        """Item → how it stands."""
        with self._state("one") as state:
            return {one.key: one for one in sync.status(state)}

    def dies(self, moment: str) -> None:
        if self.moments and self.moments[0] == moment:
            self.moments.pop(0)
            raise Killed(moment)

    def _sending(self, request: Any) -> None:
        if request.method != "GET":
            self.dies("before sending")
            self.look()

    def _sent(self, request: Any) -> None:
        if request.method != "GET":
            self._judge(*self._before)
            self._mistakable(request)
            self.dies("after sending")

    def _mistakable(self, request: Any) -> None:
        """A request was refused, and yet an object of it is filed as it was to be."""
        sent = json.loads(request.read())
        if self._before[0] == self.library.items and isinstance(sent, list):
            for one in sent:
                item, into = self.library.items.get(one["key"]), set(one.get("collections", ()))
                moved = item is not None and item.version > one["version"] > 0
                if moved and into and into <= set(item.collections):
                    self.between |= {other["key"] for other in sent}

    def look(self) -> None:
        """From here on, what changes is a push's doing."""
        self._before = copy.deepcopy((self.library.items, self.library.collections))

    # -- what must never happen

    def _judge(self, items: dict[str, Item], folders: dict[str, Any]) -> None:
        for key, now in self.library.items.items():
            old = items.get(key)
            if old is None:
                self._made(now, items)
                old = Item(key=key, version=0, item_type="")
            if old != now:
                if old.deleted and not now.deleted:
                    raise Harm(f"{key} was brought back from the trash")
                self._changed(old, now)
        if gone := items.keys() - self.library.items.keys():
            raise Harm(f"{gone} were erased")
        for key, folder in folders.items():
            now_folder = self.library.collections.get(key)
            if now_folder is None or (folder.name, folder.parent, folder.deleted) != (
                now_folder.name,
                now_folder.parent,
                now_folder.deleted,
            ):
                raise Harm(f"the collection {folder.name} was changed")

    def _made(self, item: Item, before: dict[str, Item]) -> None:
        number = TITLES.index(item.fields["title"])
        twins = [k for k in self.of(number) if k in before and not before[k].deleted]
        if any(self.knowable(before[key]) for key in twins):
            raise Harm(f"{item.key} is a duplicate of {twins}")
        if number in self.buried and self._machine == "one":
            raise Harm(f"{item.key} is of a paper that was thrown away")
        self.buried.discard(number)
        self.papers[item.key] = number

    def knowable(self, item: Item) -> bool:
        """Whether anything still tells which paper an item is of."""
        number = self.papers[item.key]
        said = json.dumps([item.fields, item.creators])
        known = f"2401.0904{number}" in said or f"sock.{number}" in said
        named = item.fields.get("title") == TITLES[number] and f"Weaver{number}" in said
        return known or named or (self._machine == "one" and item.key in self.touched)

    def of(self, number: int) -> list[str]:
        """The items of a paper."""
        return [key for key, n in self.papers.items() if n == number and key in self.library.items]

    def _changed(self, old: Item, now: Item) -> None:
        key = now.key
        if self._machine == "one" or not old.version:
            self.touched.add(key)
        was = values(old)
        for name, value in values(now).items():
            known = self.human.get((key, name), value)
            if known != value and self._machine == "two" and not known:
                del self.human[key, name]  # it cannot know that this was ever filled
            elif known != value:
                raise Harm(f"{key}: {name} was {known!r} and became {value!r}")
            if was.get(name) != value:
                self._wrote.add((key, name, str(value)))
        had, has = _members(old), _members(now)
        for gone in had - has:
            if gone in self.notes or gone not in self._pushed or not gone[1].endswith("\n"):
                raise Harm(f"{key} lost {gone[1]!r}")
        for new in has - had:
            if new in self.taken:
                if self._machine == "one":
                    raise Harm(f"{key}: {new[1]!r} came back")
                self.taken.discard(new)
            self._pushed.add(new)
            if self._machine == "one":
                self._added.add(new)

    # -- the person

    def ask(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        """What a person's own Zotero sends; no fault stops it, and none of it is a push's."""
        faults, self.server.faults = self.server.faults, []
        headers = {
            "zotero-api-key": "full",
            "if-unmodified-since-version": str(self.library.version),
        }
        sent = json.dumps(body).encode() if body is not None else b""
        path = f"/users/1{path}"
        reply = self.server.answer(Request(method, path, list(query.items()), headers, sent))
        self.server.faults = faults
        if self._before is not None:
            self.look()
        assert reply.status in (200, 204), (reply.status, reply.body)
        found = json.loads(reply.body) if reply.body else {}
        assert not found.get("failed"), found
        return found

    def change(self, key: str, **fields: Any) -> None:
        self.ask("POST", "/items", [{"key": key, **fields}])

    def edit(self, key: str, name: str, value: Any) -> None:
        """A person changes a field."""
        before = values(self.library.items[key])
        if before.get(name, "") == value or name not in before:
            return
        self.change(key, **{name: value})
        after = values(self.library.items[key])
        # Another type takes fields away, and the one before gives them back.
        for field in sorted(before.keys() | after.keys()):
            if after.get(field) == before.get(field):
                continue
            now = after.get(field, "")
            self.human.pop((key, field), None)
            # As it was written, no one can tell it apart; nor what was never seen filled.
            written = (key, field, str(now)) in self._wrote
            if not written and (now or (key, field) in self._seen):
                self.human[key, field] = now

    def edit_between(self, key: str, name: str, value: Any) -> None:
        """The same between two objects of one POST: the first is a push's doing."""
        self._judge(*self._before)
        self.between.add(key)
        if key in self.library.items:
            self.edit(key, name, value)

    def undo(self, which: int) -> None:
        """A person takes one thing back that a push has added to an item."""
        there = [
            (key, what)
            for key, what in sorted(self._added)
            if key in self.library.items and (key, what) in _members(self.library.items[key])
        ]
        if there:
            key, what = there[which % len(there)]
            if what in self.library.collections:
                self.unfile(key, what)
            elif not what.endswith("\n"):
                self.untag(key, what)

    def note(self, key: str, line: str) -> None:
        """A person writes a line into Extra."""
        lines = self.library.items[key].fields.get("extra", "").split("\n")
        if line not in lines:
            self.change(key, extra="\n".join([line, *lines]).strip("\n"))
            self.notes.add((key, f"{line}\n"))

    def strike(self, key: str) -> None:
        """A person takes the first line out of Extra."""
        first, _, rest = self.library.items[key].fields.get("extra", "").partition("\n")
        if first:
            self.change(key, extra=rest)
            self.notes.discard((key, f"{first}\n"))
            self._took(key, f"{first}\n")

    def _took(self, key: str, what: str) -> None:
        if (key, what) in self._added:
            self.taken.add((key, what))

    def file(self, key: str, folder: str) -> None:
        held = self.library.items[key].collections
        if folder not in held:
            self.change(key, collections=[*held, folder])
        self.taken.discard((key, folder))

    def unfile(self, key: str, folder: str) -> None:
        held = self.library.items[key].collections
        if folder in held:
            self.change(key, collections=[c for c in held if c != folder])
            self.unfiled.add((key, folder))
            self._took(key, folder)

    def tag(self, key: str, name: str) -> None:
        tags = [{"tag": t, "type": k} for t, k in self.library.items[key].tags if t != name]
        self.change(key, tags=[*tags, {"tag": name}])
        self.taken.discard((key, name))

    def untag(self, key: str, name: str) -> None:
        tags = self.library.items[key].tags
        if name in dict(tags):
            self.change(key, tags=[{"tag": t, "type": k} for t, k in tags if t != name])
            self._took(key, name)

    def trash(self, key: str) -> None:
        self.change(key, deleted=1)
        self._bury(key)

    def _bury(self, key: str) -> None:
        number = self.papers[key]
        left = [k for k in self.of(number) if k != key and not self.library.items[k].deleted]
        if key in self.touched and not left:
            self.buried.add(number)

    def restore(self, key: str) -> None:
        self.change(key, deleted=0)
        self.buried.discard(self.papers[key])

    def erase(self, key: str) -> None:
        self._bury(key)
        self.ask("DELETE", "/items", itemKey=key)

    def own(self, number: int) -> None:
        """A person adds a paper."""
        people = [{"creatorType": "author", "lastName": f"Weaver{number}", "firstName": "A."}]
        found = self.ask(
            "POST",
            "/items",
            [
                {
                    "itemType": "preprint",
                    "title": TITLES[number],
                    "archiveID": f"arXiv:2401.0904{number}",
                    "creators": people,
                    "date": "January 2024",
                }
            ],
        )
        key = str(found["success"]["0"])
        self.papers[key] = number
        for name, value in values(self.library.items[key]).items():
            if value:
                self.human[key, name] = value
        self.buried.discard(number)

    def merge(self, survivor: str, gone: str) -> None:
        """A person merges one item into another, as the desktop does."""
        there, other = self.library.items[survivor], self.library.items[gone]
        uris = there.relations.get("dc:replaces", [])
        self.change(
            survivor,
            collections=sorted({*there.collections, *other.collections}),
            relations={"dc:replaces": [*uris, f"http://zotero.org/users/1/items/{gone}"]},
        )
        if gone in self.touched:
            self.touched.add(survivor)
        if gone in self.between:
            self.between.add(survivor)
        self.ask("DELETE", "/items", itemKey=gone)


def values(item: Item) -> dict[str, Any]:
    """Field → value of what one value may be written to; Extra is a list of lines."""
    fields = {name: value for name, value in item.fields.items() if name != "extra"}
    return {"itemType": item.item_type, "creators": item.creators, **fields}


def _members(item: Item) -> set[tuple[str, str]]:
    """(item, member) of its collections, tags and lines of Extra; lines end with one."""
    lines = [f"{line}\n" for line in item.fields.get("extra", "").split("\n") if line]
    return {(item.key, one) for one in (*item.collections, *dict(item.tags), *lines)}
