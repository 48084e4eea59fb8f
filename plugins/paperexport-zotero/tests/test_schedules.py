"""Random schedules of pushes, a person's work and faults: no duplicate, no edit lost, none undead.

The long profile runs thousands of schedules; the mutants at the end show that they would tell.
"""

from __future__ import annotations

import json
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from paperexport_zotero import apply, library, sync
from paperexport_zotero.apply import _settle
from paperexport_zotero.plan import _Update
from paperexport_zotero.service import Answer, Service
from paperexport_zotero.state import State
from paperexport_zotero.testing import Fault, Item
from zotero_world import MOMENTS, PATHS, TAGS, TITLES, Harm, World

# Of a range, not `integers`: those draw constants of whatever modules are loaded.
NUMBERS = st.sampled_from(range(len(TITLES)))
PAPERS = st.lists(st.tuples(NUMBERS, st.sampled_from(range(3))), min_size=1, max_size=3)
SOME = st.sampled_from(range(1001))
EDITS = st.sampled_from(
    [
        ("title", "A title of mine"),
        ("title", ""),
        ("date", "2023"),
        ("date", ""),
        ("abstractNote", "Mine."),
        ("abstractNote", ""),
        ("itemType", "journalArticle"),
        ("itemType", "preprint"),
        ("url", "https://example.org/mine"),
        ("creators", []),
        ("creators", [{"creatorType": "author", "firstName": "", "lastName": "Mine"}]),
        ("citationKey", "mine2023"),
        ("DOI", "10.1000/mine"),
    ]
)
FAULTS = st.sampled_from(
    [
        {"refuse": True},
        {"lose": True},
        {"cut": True},
        {"status": 429, "headers": {"Retry-After": "1"}},
        {"status": 429, "headers": {"Retry-After": "4000"}},
        {"status": 503, "headers": {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}},
        {"status": 500},
        {"status": 502, "times": 3},
        {"headers": {"Backoff": "2"}},
        {"lose": True, "times": 2},
    ]
)
WHERE = st.sampled_from(["", "POST", "POST .*/items", "POST .*/collections", "GET"])


class Schedule(RuleBasedStateMachine):
    """What can happen, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    def teardown(self) -> None:
        try:
            self._settled()
        finally:
            self.world.close()

    def _settled(self) -> None:
        """After the last fault one push is enough, and each paper is where it was asked for."""
        world = self.world
        world.server.faults.clear()
        world.moments.clear()
        if "one" not in world.last:
            return
        if twins := self._twins():
            # Two of one name: an error that shows both, until a person calls one otherwise.
            said = world.again()
            assert said == "done" or "two collections are called" in said, said
            for key in twins:
                world.ask("POST", "/collections", [{"key": key, "name": f"Twin {key}"}])
        assert world.again() == "done"
        made = world.plan()
        if not made.empty:
            raise Harm(f"the plan is never empty: {made}")
        places = {place.path: place.key for place in made.places}
        for wanted in world.last["one"]:
            number = TITLES.index(wanted.record.title)
            keys = [k for k in world.of(number) if not world.library.items[k].deleted]
            into = [places[path] for path in wanted.collections]
            if not keys:
                own = any(n == number for n in world.papers.values())
                assert own or not all(into), f"{wanted.record.title} is nowhere"
                continue
            for folder in filter(None, into):
                there = [world.library.items[key] for key in keys]
                held = any(folder in item.collections for item in there if world.knowable(item))
                held = held or not any(world.knowable(item) for item in there)
                gone = any((key, folder) in world.unfiled for key in world.papers)
                if not (held or gone or world.between & set(keys)):
                    raise Harm(f"{keys} are not in {folder}")

    def _twins(self) -> list[str]:
        """Collections beside which there is an older one of the same name."""
        found: dict[tuple[str, str], str] = {}
        live = [one for one in self.world.library.collections.values() if not one.deleted]
        return [
            one.key for one in live if found.setdefault((one.parent, one.name), one.key) != one.key
        ]

    # -- pushes

    @rule(papers=PAPERS, paths=st.sets(st.sampled_from(PATHS)), tags=st.sets(st.sampled_from(TAGS)))
    def push(self, papers: Any, paths: set[str], tags: set[str]) -> None:
        self.world.push(papers, sorted(paths), sorted(tags))

    @precondition(lambda self: "one" in self.world.last)
    @rule()
    def again(self) -> None:
        self.world.again()

    @rule(papers=PAPERS, paths=st.sets(st.sampled_from(PATHS)))
    def elsewhere(self, papers: Any, paths: set[str]) -> None:
        """Another machine, with a memory of its own."""
        self.world.push(papers, sorted(paths), machine="two")

    @rule(papers=PAPERS, when=st.sampled_from(["POST .*/items", "POST .*/coll", "GET .*/deleted"]))
    def at_once(self, papers: Any, when: str) -> None:
        """Another machine pushes between two requests of ours."""
        self.world.server.faults.append(Fault(when=when, meanwhile=lambda: self._elsewhere(papers)))

    def _elsewhere(self, papers: Any) -> None:
        faults, self.world.server.faults = self.world.server.faults, []
        moments, self.world.moments = self.world.moments, []
        before = {key: item.version for key, item in self.world.library.items.items()}
        self.world.push(papers, ["Reading"], machine="two")
        now = self.world.library.items
        self.world.between |= {key for key in now if now[key].version != before.get(key)}
        self.world.server.faults, self.world.moments = faults, moments
        self.world.look()

    # -- faults

    @rule(fault=FAULTS, when=WHERE)
    def fault(self, fault: dict[str, Any], when: str) -> None:
        self.world.server.faults.append(Fault(when=when, **fault))

    @rule(moment=st.sampled_from(MOMENTS))
    def death(self, moment: str) -> None:
        self.world.moments.append(moment)

    @rule(papers=PAPERS, tags=st.sets(st.sampled_from(TAGS)), which=SOME, died=st.booleans())
    def undone(self, papers: Any, tags: set[str], which: int, died: bool) -> None:
        """A push that nobody knows the outcome of; and a person takes back some of what it did."""
        if died:
            self.world.moments.append("after sending")
        else:
            self.world.server.faults.append(Fault(when="POST .*/items", lose=True, times=8))
        self.world.push(papers, ["Later"], sorted(tags))
        self.world.undo(which)
        self.world.again()

    @precondition(lambda self: self._items())
    @rule(papers=PAPERS, edit=EDITS, which=SOME)
    def between(self, papers: Any, edit: tuple[str, Any], which: int) -> None:
        """A person edits while the objects of one POST are written one by one."""
        items = self._items()
        key = items[which % len(items)].key
        fault = Fault(when="POST .*/items", between=lambda: self.world.edit_between(key, *edit))
        self.world.server.faults.append(fault)
        self.world.push(papers, ["Later"])

    # -- the person

    def _items(self, *, trashed: bool = False) -> list[Item]:
        found = self.world.library.items.values()
        return [item for item in found if item.deleted == trashed]

    @precondition(lambda self: self._items())
    @rule(edit=EDITS, which=SOME, meanwhile=st.booleans())
    def edit(self, edit: tuple[str, Any], which: int, meanwhile: bool) -> None:
        items = self._items()
        key = items[which % len(items)].key

        def done() -> None:
            if key in self.world.library.items:
                self.world.edit(key, *edit)

        if meanwhile:
            # Only our mutant sends a PATCH, which is done from what was read before.
            self.world.server.faults.append(Fault(when="POST .*/items", meanwhile=done))
            self.world.server.faults.append(Fault(when="PATCH", between=done))
        else:
            done()

    @precondition(lambda self: self._items())
    @rule(which=SOME, what=st.sampled_from(["note", "strike"]))
    def extra(self, which: int, what: str) -> None:
        items = self._items()
        key = items[which % len(items)].key
        if what == "note":
            self.world.note(key, f"my note {which % 3}")
        else:
            self.world.strike(key)

    @precondition(lambda self: self._items())
    @rule(which=SOME, tag=st.sampled_from((*TAGS, "mine")), off=st.booleans())
    def label(self, which: int, tag: str, off: bool) -> None:
        items = self._items()
        key = items[which % len(items)].key
        (self.world.untag if off else self.world.tag)(key, tag)

    @precondition(lambda self: self._items() and self.world.library.collections)
    @rule(which=SOME, folder=SOME, off=st.booleans(), meanwhile=st.booleans())
    def file(self, which: int, folder: int, off: bool, meanwhile: bool) -> None:
        items, folders = self._items(), list(self.world.library.collections)
        key, into = items[which % len(items)].key, folders[folder % len(folders)]

        def done() -> None:
            library = self.world.library
            if key in library.items and into in library.collections:
                (self.world.unfile if off else self.world.file)(key, into)

        if meanwhile:
            self.world.server.faults.append(Fault(when="POST .*/items", meanwhile=done))
        else:
            done()

    @precondition(lambda self: self._items())
    @rule(which=SOME, how=st.sampled_from(["trash", "erase"]))
    def throw(self, which: int, how: str) -> None:
        items = self._items()
        getattr(self.world, how)(items[which % len(items)].key)

    @precondition(lambda self: self._items(trashed=True))
    @rule(which=SOME, how=st.sampled_from(["restore", "erase"]))
    def empty(self, which: int, how: str) -> None:
        items = self._items(trashed=True)
        getattr(self.world, how)(items[which % len(items)].key)

    @rule(number=NUMBERS)
    def own(self, number: int) -> None:
        """A person adds a paper that is not there."""
        if not self.world.of(number):
            self.world.own(number)

    @rule(number=NUMBERS, swap=st.booleans())
    def merge(self, number: int, swap: bool) -> None:
        """A person adds a paper that is there, and merges the two."""
        there = [k for k in self.world.of(number) if not self.world.library.items[k].deleted]
        if len(there) == 1:
            self.world.own(number)
            new = next(k for k in self.world.of(number) if k != there[0])
            self.world.merge(*((new, there[0]) if swap else (there[0], new)))

    @precondition(lambda self: self.world.library.collections)
    @rule(which=SOME, how=st.sampled_from(["delete", "trash", "restore", "rename", "move"]))
    def folder(self, which: int, how: str) -> None:
        library, ask = self.world.library, self.world.ask
        key = sorted(library.collections)[which % len(library.collections)]
        if how == "delete":
            ask("DELETE", "/collections", collectionKey=key)
        elif how in ("trash", "restore"):
            ask("POST", "/collections", [{"key": key, "deleted": how == "trash"}])
        elif how == "rename":
            ask("POST", "/collections", [{"key": key, "name": f"Renamed {library.version}"}])
        else:
            ask("POST", "/collections", [{"key": key, "parentCollection": False}])

    @rule(path=st.sampled_from(["Reading", "Later"]))
    def own_folder(self, path: str) -> None:
        """A person makes a collection of a name that a push may ask for."""
        if not any(c.name == path for c in self.world.library.collections.values()):
            self.world.ask("POST", "/collections", [{"name": path}])


class Refiling(Schedule):
    """The same, with a library that is filed into itself meanwhile."""

    @rule(paths=st.sets(st.sampled_from(PATHS)))
    def refile(self, paths: set[str]) -> None:
        self.world.refile(sorted(paths))


def run(examples: int | None = None, machine: type[Schedule] = Schedule) -> None:
    profile = settings(stateful_step_count=20, suppress_health_check=list(HealthCheck))
    mutant = settings(
        profile,
        max_examples=examples or 1,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
    )
    run_state_machine_as_test(machine, settings=mutant if examples else profile)


@pytest.mark.parametrize("machine", [Schedule, Refiling])
def test_no_schedule_does_harm(machine: type[Schedule]) -> None:
    run(machine=machine)


# --- and they would tell --------------------------------------------------------------------------


def _no_reservation(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(State, "reserve", lambda _self, _writes: None)


def _no_settling(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(sync, "settle", lambda _service, state: state.forget(state.pending()))


def _own_collections_alone(patch: pytest.MonkeyPatch) -> None:
    """As who sends what is wanted, and not that and what is there."""

    def collections(self: Any, into: list[str]) -> bool:
        if set(into) - set(self.item.collections):
            self.changes["collections"] = list(into)
        return "collections" in self.changes

    patch.setattr(_Update, "collections", collections)


def _patched(patch: pytest.MonkeyPatch) -> None:
    """PATCH instead of POST: of two who send one version, both are told that it was done."""
    real = Service._posted

    def posted(self: Service, path: str, body: bytes, token: str, since: int | None) -> Answer:
        objects = json.loads(body)
        if path != "/items" or not isinstance(objects, list) or not objects[0]["version"]:
            return real(self, path, body, token, since)
        report: dict[str, Any] = {"successful": {}, "failed": {}}
        for number, one in enumerate(objects):
            at, version = f"/{self.path}/items/{one.pop('key')}", one.pop("version")
            data = json.dumps(one).encode()
            done = self.once("PATCH", at, {}, {"If-Unmodified-Since-Version": str(version)}, data)
            if done.status == 204:
                report["successful"][str(number)] = self.once("GET", at).json(object)
            else:
                report["failed"][str(number)] = {"code": done.status, "message": "stale"}
        return Answer(200, {}, json.dumps(report).encode())

    patch.setattr(Service, "_posted", posted)


def _trash_unseen(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(library, "ALL", {})


def _no_tombstones(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(State, "erased", lambda _self, _key: False)


def _removals_forgotten(patch: pytest.MonkeyPatch) -> None:
    real = State.link

    def link(self: State, key: str) -> Any:
        found = real(self, key)
        if found:
            found.collections = {}
        return found

    patch.setattr(State, "link", link)


def _no_base(patch: pytest.MonkeyPatch) -> None:
    """As who writes whatever differs from what is wanted."""

    def field(self: Any, name: str, want: Any) -> None:
        if want != self.now.get(name):
            self.changes[name] = self.link.sent[name] = want

    patch.setattr(_Update, "_field", field)


def _report_unread(patch: pytest.MonkeyPatch) -> None:
    """As pyzotero's update_items, which takes an answer of 200 for success."""

    def reported(self: Any, one: Any, number: str, report: Any) -> None:
        _settle(self.state, one, {"key": one.key, "itemType": "preprint", **one.sent}, 0)

    patch.setattr(apply._Applying, "_reported", reported)
    patch.setattr(Service, "post", _without_precondition(Service.post))


def _without_precondition(post: Any) -> Any:
    return lambda self, path, objects, *, token, since: post(
        self, path, objects, token=token, since=None
    )


SAME = 300
"""So many schedules, the same for each mutant and for what has none …"""
AT_MOST = 2000
"""… and so many for a mutant that is rarely told: the first that harms ends it."""


def test_the_same_schedules_do_no_harm_without() -> None:
    run(SAME)


@pytest.mark.parametrize(
    "mutant",
    [
        _no_reservation,
        _no_settling,
        _patched,
        _removals_forgotten,
        _no_tombstones,
        _own_collections_alone,
        _trash_unseen,
        _no_base,
        _report_unread,
    ],
)
def test_what_is_wrong_does_harm(mutant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    mutant(monkeypatch)
    with pytest.raises(AssertionError):
        run(AT_MOST)
