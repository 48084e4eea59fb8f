"""One thing at a time: what a push does, what it leaves alone, what it costs."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import httpx2
import hypothesis.strategies as st
import pytest
from hypothesis import given
from paperexport_zotero import apply, service, sync
from paperexport_zotero._core import (
    PaperExportError,
    RateLimited,
    Refused,
    Secret,
    SettingsError,
    StateLocked,
    StateTooNew,
    SyncError,
    Unreachable,
    UsageError,
)
from paperexport_zotero.items import Wanted
from paperexport_zotero.library import pull
from paperexport_zotero.mapping import to_item
from paperexport_zotero.service import Service, Unsent, connect
from paperexport_zotero.state import State
from paperexport_zotero.testing import ApiKey, Fault, Wire, ZoteroServer
from zotero_world import TITLES, World, paper

from paperexport import Name, Origin, Record, entry_of, gather, normalize, read
from paperexport.record import Trust
from paperexport.testing import COMPLETE, TYPES


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


class Desk:
    """A server, a connection and a memory."""

    def __init__(self, folder: Path, **how: Any) -> None:
        self.server = ZoteroServer(**how)
        self.library = self.server.libraries["users/1"]
        self.waits: list[float] = []
        self.service = self.connected()
        self.file = folder / "state.sqlite"

    def connected(self, key: str = "full") -> Service:
        return connect(
            "users/1",
            key=Secret(key),
            url="http://zotero.test",
            transport=Wire(self.server),
            sleep=self.waits.append,
        )

    def push(self, *wanted: Wanted, **how: Any) -> sync.Pushed:
        with State(self.file, "web", "users/1") as state:
            done = sync.push(self.service, state, wanted, sync.How(**how))
        assert done is not None
        return done

    def plan(self, *wanted: Wanted, **how: Any) -> Any:
        with State(self.file, "web", "users/1") as state:
            return sync.planned(self.service, state, wanted, sync.How(**how))

    @property
    def folders(self) -> dict[str, str]:
        return {c.name: key for key, c in self.library.collections.items()}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def wanted(number: int = 0, quality: int = 1, *paths: str, **more: Any) -> Wanted:
    return Wanted(
        record=paper(number, quality), key=f"weaver{number}", collections=paths or ("In",), **more
    )


# -- what it does


def test_creates_in_nested_collections_and_then_has_nothing_to_do(desk: Desk) -> None:
    one = wanted(0, 1, "Reading/Program synthesis", tags=("to read",))
    done = desk.push(one)
    (item,) = desk.library.items.values()
    assert item.item_type == "preprint"
    assert item.fields["citationKey"] == "weaver0"
    assert item.tags == [("Computer Science - Wool", 1), ("to read", 0)]
    inner = desk.library.collections[item.collections[0]]
    assert inner.name == "Program synthesis"
    assert desk.library.collections[inner.parent].name == "Reading"
    assert (done.written.created, done.written.folders, done.diagnostics) == (1, 2, ())
    before, requests = desk.library.version, len(desk.server.requests)
    again = desk.push(one)
    assert again.plan.empty
    assert desk.library.version == before
    assert len(desk.server.requests) == requests + 1


def test_improves_what_it_wrote_and_changes_the_type(desk: Desk) -> None:
    desk.push(wanted(0, 1))
    desk.push(wanted(0, 2))
    (item,) = desk.library.items.values()
    assert item.item_type == "conferencePaper"
    assert item.fields["proceedingsTitle"] == "Proceedings of Laundry"
    assert item.fields["date"] == "2024-05-07"
    assert "arXiv:2401.09040 [cs.LG]" in item.fields["extra"]


@given(st.sampled_from(TYPES), st.sampled_from(TYPES))
def test_any_type_becomes_any_other(before: str, after: str) -> None:
    """What is left is what a new item would hold: no field of the old type, none twice."""
    whole = normalize(entry_of(COMPLETE)).record

    def told(kind: str, trust: Trust) -> Wanted:
        origin = Origin(source="test", trust=trust)
        record = whole.replace(type=kind, origins=dict.fromkeys(whole.origins, origin))
        return Wanted(record=record, key="weaver", collections=("In",))

    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        desk.push(told(before, "listing"))
        done = desk.push(told(after, "publisher"))
        assert done.diagnostics == ()
        assert desk.push(told(after, "publisher")).plan.empty
        (item,) = desk.library.items.values()
    made = to_item(told(after, "publisher").record, "weaver").data
    apart = ("itemType", "creators", "tags", "extra")
    assert item.item_type == made["itemType"]
    assert item.creators == made["creators"]
    assert {k: v for k, v in item.fields.items() if k != "extra"} == {
        k: v for k, v in made.items() if k not in apart
    }
    assert sorted(item.fields["extra"].split("\n")) == sorted(made["extra"].split("\n"))


def test_a_poorer_source_takes_nothing_back(desk: Desk) -> None:
    desk.push(wanted(0, 2))
    before = desk.library.version
    assert desk.push(wanted(0, 0)).plan.empty
    assert desk.library.version == before


def test_adopts_what_is_there_and_fills_only_what_is_empty(world: World) -> None:
    world.own(0)
    assert world.push([(0, 1)], ["In"], ["to read"]) == "done"
    (item,) = world.library.items.values()
    assert item.fields["date"] == "January 2024"
    assert item.creators == [{"creatorType": "author", "firstName": "A.", "lastName": "Weaver0"}]
    assert item.fields["abstractNote"] == "We fold 0, twice."
    assert [world.library.collections[c].name for c in item.collections] == ["In"]


def test_titles_alone_are_completed_later_and_not_doubled(desk: Desk) -> None:
    title = "Sock drawers that sort themselves under mild pressure"
    text = "We let drawers sort their socks under pressure and find that most of them agree in time"
    bare = Wanted(record=Record(title=title, abstract=text), key="a", collections=("In",))
    full = Wanted(
        record=Record(
            title=title,
            abstract=text,
            author=(Name(family="Weaver", given="Ada"),),
            doi="10.1000/drawer",
            type="article-journal",
        ),
        key="weaver2024",
        collections=("In",),
    )
    desk.push(bare)
    desk.push(full)
    (item,) = desk.library.items.values()
    assert item.creators[0]["lastName"] == "Weaver"
    desk.push(bare)
    assert len(desk.library.items) == 1


def test_one_title_of_two_papers_stays_two(desk: Desk) -> None:
    for number, name in enumerate(("Weaver", "Loom")):
        record = Record(
            title="On the folding of socks in drawers",
            author=(Name(family=name),),
            doi=f"10.1000/{number}",
        )
        desk.push(Wanted(record=record, key=name.lower(), collections=("In",)))
    assert len(desk.library.items) == 2


def test_links_are_attached_once(desk: Desk) -> None:
    record = Record(title=TITLES[0], doi="10.1000/1", pdf_url="https://example.org/1.pdf")
    one = Wanted(record=record, key="a", collections=("In",))
    assert desk.push(one, attach=True).written.attached == 1
    child = next(i for i in desk.library.items.values() if i.item_type == "attachment")
    assert child.fields["url"] == "https://example.org/1.pdf"
    assert desk.push(one, attach=True).plan.empty
    desk.library.version += 1
    desk.library.erase_item(child.key)
    assert desk.push(one, attach=True).plan.empty


def test_mirror_takes_out_only_what_was_filed_by_it(world: World, desk: Desk) -> None:
    desk.push(wanted(0), wanted(1))
    desk.push(wanted(0), mirror=True)
    held = {TITLES.index(i.fields["title"]): i.collections for i in desk.library.items.values()}
    assert held[1] == []
    assert len(held[0]) == 1


def test_mirror_takes_one_paper_out_of_one_of_its_collections(desk: Desk) -> None:
    desk.push(wanted(0, 1, "In", "Later"), wanted(1, 1, "Later"))
    desk.push(wanted(0, 1, "In"), wanted(1, 1, "Later"), mirror=True)
    first, second = desk.library.items.values()
    assert first.collections == [desk.folders["In"]]
    assert second.collections == [desk.folders["Later"]]
    assert desk.push(wanted(0, 1, "In"), wanted(1, 1, "Later"), mirror=True).plan.empty


def test_a_citation_key_is_in_one_place_and_stays(tmp_path: Path) -> None:
    """A server that learns the field keeps the line that it was written as before."""
    desk = Desk(tmp_path, schema_version=38)
    desk.push(wanted(0, 1))
    (item,) = desk.library.items.values()
    assert item.fields["extra"] == "arXiv:2401.09040 [cs.LG]\nCitation Key: weaver0"
    desk.push(Wanted(record=paper(0, 1), key="another", collections=("In",)))
    desk.server.schema_version = 41
    desk.push(wanted(0, 2))
    desk.push(wanted(0, 2))
    (item,) = desk.library.items.values()
    assert "citationKey" not in item.fields
    assert "Citation Key: weaver0" in item.fields["extra"].split("\n")
    item.fields["extra"] = "mine"
    desk.library.version += 1
    item.version = desk.library.version
    desk.push(wanted(0, 2))
    (item,) = desk.library.items.values()
    assert "citationKey" not in item.fields
    assert item.fields["extra"] == "mine"


def test_a_key_of_theirs_in_extra_is_the_only_one(world: World) -> None:
    world.own(0)
    (key,) = world.library.items
    world.note(key, "Citation Key: mine2024")
    assert world.push([(0, 2)]) == "done"
    fields = world.library.items[key].fields
    assert "citationKey" not in fields
    assert fields["extra"] == "Citation Key: mine2024"


def test_an_extra_without_room_is_left_alone(world: World) -> None:
    world.push([(0, 0)])
    (key,) = world.library.items
    world.note(key, "n" * 65_515)
    assert world.push([(0, 2)], ["In"]) == "done"
    assert world.library.items[key].collections
    assert world.plan().empty


def test_a_tag_that_no_server_takes(desk: Desk) -> None:
    with pytest.raises(UsageError, match="at most 255"):
        desk.push(wanted(0, tags=("t" * 256,)))
    assert not desk.library.items


# -- what it leaves alone


def test_what_was_thrown_away_stays_away_until_asked_for(world: World) -> None:
    world.push([(0, 1)], ["In"])
    (key,) = world.library.items
    world.trash(key)
    world.push([(0, 2)], ["In"])
    assert world.library.items[key].deleted
    assert world.standing()[key].standing == "trashed"
    world.erase(key)
    world.push([(0, 2)], ["In"])
    assert not world.library.items
    assert world.standing()[key].standing == "gone"


def test_again_brings_back(desk: Desk) -> None:
    desk.push(wanted(0))
    (item,) = desk.library.items.values()
    item.deleted = True
    desk.library.version += 1
    item.version = desk.library.version
    told = desk.push(wanted(0)).diagnostics
    assert [one.code for one in told] == ["zotero-left"]
    desk.push(wanted(0), again=True)
    assert not desk.library.items[item.key].deleted
    desk.library.version += 1
    desk.library.erase_item(item.key)
    assert desk.push(wanted(0)).plan.empty
    desk.push(wanted(0), again=True)
    assert len(desk.library.items) == 1
    assert desk.push(wanted(0)).plan.empty


def test_a_lost_memory_makes_no_duplicate_and_brings_nothing_back(desk: Desk) -> None:
    desk.push(wanted(0), wanted(1))
    desk.file.unlink()
    first = next(iter(desk.library.items))
    desk.library.version += 1
    desk.library.erase_item(first)
    assert desk.push(wanted(0), wanted(1)).written.created == 0
    assert len(desk.library.items) == 1


def test_both_changed_a_field_and_a_person_decides(world: World) -> None:
    world.push([(0, 1)])
    (key,) = world.library.items
    world.edit(key, "date", "2023-12")
    world.push([(0, 2)])
    assert world.library.items[key].fields["date"] == "2023-12"
    tracked = world.standing()[key]
    assert tracked.standing == "conflict"
    assert tracked.link.conflicts["date"] == {"want": "2024-05-07", "now": "2023-12"}
    with world._state("one") as state:
        apply.decide(state, key, "date", ours=True)
        with pytest.raises(SyncError):
            apply.decide(state, key, "date", ours=True)
    world.human.clear()
    world.again()
    assert world.library.items[key].fields["date"] == "2024-05-07"
    world.edit(key, "abstractNote", "Mine.")
    world.again()
    assert world.standing()[key].edited == ("abstractNote",)


def test_a_collection_that_was_renamed_is_still_it(world: World) -> None:
    world.push([(0, 1)], ["In"])
    (folder,) = world.library.collections
    world.ask("POST", "/collections", [{"key": folder, "name": "Inbox"}])
    world.push([(1, 1)], ["In"])
    assert list(world.library.collections) == [folder]
    assert all(item.collections == [folder] for item in world.library.items.values())


def test_a_collection_that_was_deleted_is_not_made_again(world: World) -> None:
    world.push([(0, 1)], ["In"])
    (folder,) = world.library.collections
    world.ask("DELETE", "/collections", collectionKey=folder)
    world.push([(0, 1), (1, 1)], ["In"])
    assert not world.library.collections
    assert len(world.library.items) == 1


def test_a_collection_moved_out_of_one_that_was_deleted(world: World) -> None:
    world.push([(0, 1)], ["Out/In"])
    outer, inner = (k for name in ("Out", "In") for k, c in world.library.collections.items()
                    if c.name == name)  # fmt: skip
    other = world.ask("POST", "/collections", [{"name": "Other"}])["success"]["0"]
    world.ask("POST", "/collections", [{"key": inner, "parentCollection": other}])
    world.ask("DELETE", "/collections", collectionKey=outer)
    world.ask("POST", "/collections", [{"name": "In"}])
    assert world.push([(0, 1), (1, 1)], ["Out/In"]) == "done"
    assert [item.collections for item in world.library.items.values()] == [[inner], [inner]]
    assert world.plan().empty


def test_two_collections_of_one_name_are_shown(desk: Desk) -> None:
    desk.push(wanted(0))
    (first,) = desk.library.collections.values()
    second = type(first)(key="ABCD2345", version=desk.library.version + 1, name="In")
    desk.library.version += 1
    desk.library.collections["ABCD2345"] = second
    with pytest.raises(SyncError, match=f"ABCD2345.*{first.key}|{first.key}.*ABCD2345"):
        desk.push(wanted(1))


@pytest.mark.parametrize("path", ["", "/", "a//b", "x" * 256])
def test_no_collection_path(desk: Desk, path: str) -> None:
    with pytest.raises(UsageError):
        desk.push(Wanted(record=paper(0, 0), collections=(path,)))
    assert not desk.library.items


def test_merged_items_are_followed(world: World) -> None:
    world.push([(0, 1)], ["In"])
    (ours,) = world.library.items
    world.own(0)
    theirs = next(key for key in world.library.items if key != ours)
    world.merge(theirs, ours)
    assert world.push([(0, 2)], ["In"], ["to read"]) == "done"
    (item,) = world.library.items.values()
    assert item.fields["date"] == "January 2024"
    assert ("to read", 0) in item.tags


@pytest.mark.parametrize(("quality", "kind"), [(1, "report"), (2, "blogPost")])
def test_a_type_that_a_person_chose_is_not_cited_as_ours(
    world: World, quality: int, kind: str
) -> None:
    """A `Type:` line in Extra would overrule it in every citation."""
    world.push([(0, quality)], ["In"])
    (key,) = world.library.items
    world.edit(key, "itemType", kind)
    for again in (quality, 2):
        world.push([(0, again)], ["In"])
        assert world.library.items[key].item_type == kind
        assert "Type:" not in world.library.items[key].fields["extra"]
    assert world.plan().empty


def test_mirror_keeps_what_is_told_by_its_identifier_alone(desk: Desk) -> None:
    """A list of DOIs, the service that completes them being away."""
    first = Record(type="article-journal", title="Socks", doi="10.1000/sock.0")
    bare = Record(doi="10.1000/sock.0")
    desk.push(Wanted(record=first, key="socks", collections=("In",)))
    (item,) = desk.library.items.values()
    before = (item.collections, item.fields, item.item_type)
    done = desk.push(
        Wanted(record=bare, key="k", collections=("In", "Later")),
        Wanted(record=Record(), key="k", collections=("In",)),
        mirror=True,
    )
    (item,) = desk.library.items.values()
    assert (item.collections[:1], item.fields, item.item_type) == before
    assert len(item.collections) == 2
    assert [one.title for one in done.plan.actions][:1] == ["Socks"]
    (told,) = done.diagnostics
    assert "no title yet" in told.message
    done = desk.push(Wanted(record=Record(doi="10.1000/sock.9"), key="k", collections=("In",)))
    assert done.plan.count() == {"leave": 1}


def test_mirror_leaves_what_a_person_filed_again(world: World) -> None:
    """We had filed it there once; then somebody took it out, and later put it back."""
    world.push([(0, 1)], ["In"])
    (key,) = world.library.items
    (folder,) = world.library.collections
    world.unfile(key, folder)
    world.push([(1, 1)], ["Later"])
    assert world.standing()[key].edited == ("collections",)
    world.file(key, folder)
    world.last["one"] = [wanted(1, 1, "In")]
    with world._state("one") as state:
        sync.push(world._services["one"], state, world.last["one"], sync.How(mirror=True))
    assert folder in world.library.items[key].collections


def test_one_paper_twice_tells_what_changes(desk: Desk) -> None:
    desk.push(wanted(0, 1, "In", tags=("old",)))
    plan = desk.plan(wanted(0, 1, "In"), wanted(0, 1, "Later", tags=("new",)))
    (action,) = plan.actions
    assert action.before["collections"] == [desk.folders["In"]]
    assert {tag["tag"] for tag in action.before["tags"]} == {"Computer Science - Wool", "old"}


# -- what goes wrong on the way


LOST: list[dict[str, Any]] = [
    {"lose": True},
    {"cut": True},
    {"status": 502, "times": 2},
    {"status": 503, "headers": {"Retry-After": "3"}},
    {"status": 429, "headers": {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}},
    {"refuse": True},
]


@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize("when", ["POST .*/items", "POST .*/collections", "GET .*/deleted", "GET"])
def test_one_push_is_enough_whatever_fails(desk: Desk, fault: Any, when: str) -> None:
    desk.server.faults.append(Fault(when=when, **fault))
    done = desk.push(wanted(0), wanted(1))
    assert len(desk.library.items) == 2
    assert len(desk.library.collections) == 1
    assert done.written.folders == 1 or "collections" in when
    assert desk.push(wanted(0), wanted(1)).plan.empty


def test_waits_as_long_as_it_is_asked_to(desk: Desk) -> None:
    desk.server.faults.append(Fault(when="POST", status=429, headers={"Retry-After": "7"}))
    desk.server.faults.append(Fault(when="GET", headers={"Backoff": "5"}))
    desk.push(wanted(0))
    assert {5.0, 7.0} <= set(desk.waits)


def test_does_not_wait_for_hours(desk: Desk) -> None:
    desk.server.faults.append(Fault(when="POST", status=429, headers={"Retry-After": "4000"}))
    with pytest.raises(RateLimited) as caught:
        desk.push(wanted(0))
    assert caught.value.retry_after == 4000
    assert "4000 seconds" in caught.value.hint


def test_does_not_go_on_where_it_is_asked_to_back_off_for_hours(desk: Desk) -> None:
    desk.server.faults.append(Fault(when="POST .*/items", headers={"Backoff": "4000"}))
    with pytest.raises(RateLimited) as caught:
        desk.push(wanted(0))
    assert caught.value.retry_after == 4000
    assert desk.push(wanted(0)).plan.empty


def test_nobody_is_there(desk: Desk) -> None:
    desk.service = connect("users/1", url="http://127.0.0.1:9", sleep=desk.waits.append)
    with pytest.raises(Unsent) as caught:
        desk.push(wanted(0))
    assert caught.value.hint


def gone(request: httpx2.Request) -> None:
    raise httpx2.ConnectError("no route", request=request)


@pytest.mark.parametrize(
    "fault",
    [
        {"refuse": True},
        {"lose": True},
        {"status": 502},
        {"status": 503, "headers": {"Retry-After": "soon"}},
        None,
    ],
    ids=repr,
)
@pytest.mark.parametrize("after", [0, 1, 2])
def test_the_network_goes_away_in_the_middle(
    desk: Desk, fault: dict[str, Any] | None, after: int
) -> None:
    """A person is told while it is waited, and after a minute that it is in vain."""
    clock, told, posts = [1e9], [], 0

    def sleep(seconds: float) -> None:
        clock[0] += seconds

    def sent(request: httpx2.Request) -> None:
        nonlocal posts
        posts += request.method == "POST"
        if posts == after and fault:
            desk.server.faults = [Fault(**fault, times=0)]
        elif posts == after:
            wire.before = gone

    wire = Wire(desk.server, after=sent)
    desk.service = connect(
        "users/1", key=Secret("full"), url="http://zotero.test", transport=wire, sleep=sleep,
        now=lambda: clock[0], tell=told.append,
    )  # fmt: skip
    papers = [Wanted(record=Record(title=f"On sock {n}", doi=f"10.1000/{n}"), collections=("In",))
              for n in range(120)]  # fmt: skip
    with pytest.raises(Unreachable) as caught:
        desk.push(*papers)
    assert 30 <= clock[0] - 1e9 <= 60
    assert any("; once more in 4 seconds" in said for said in told)
    said = ("nothing was written", "1 collection made", "1 collection made, 50 items made")[after]
    assert caught.value.message.endswith(f"; so far {said}")
    assert "run the command again" in caught.value.hint
    desk.server.faults = [Fault(refuse=True, times=2)]
    wire.before = lambda _request: None
    posts = 100
    desk.push(*papers)
    assert len(desk.library.items) == 120
    assert desk.push(*papers).plan.empty


def test_a_wait_that_the_server_asks_for_is_no_silence(desk: Desk) -> None:
    desk.server.faults.append(Fault(when="GET", status=503, headers={"Retry-After": "50"}, times=4))
    assert desk.push(wanted(0)).written.created == 1
    assert desk.waits == [50.0] * 4


def test_a_key_that_may_not_write(tmp_path: Path) -> None:
    desk = Desk(tmp_path, keys=[ApiKey(secret="full", write=False)])
    with pytest.raises(Refused, match="403 Write access denied") as caught:
        desk.push(wanted(0))
    assert "login" in caught.value.hint
    assert not desk.library.items
    with State(desk.file, "web", "users/1") as state:
        assert state.pending() == []


def test_what_the_server_does_not_take_is_told_and_the_others_go_on(desk: Desk) -> None:
    real = desk.server.answer

    def strict(request: Any) -> Any:
        reply = real(request)
        if request.method == "POST" and request.path.endswith("/items"):
            report = json.loads(reply.body)
            number = next((n for n, o in report["successful"].items() if TITLES[1] in str(o)), "")
            if number:
                key = report["success"].pop(number)
                report["successful"].pop(number)
                report["failed"][number] = {"key": key, "code": 400, "message": "no socks"}
                desk.library.items.pop(key)
                reply.body = json.dumps(report).encode()
        return reply

    desk.server.answer = strict  # type: ignore[method-assign]
    done = desk.push(wanted(0), wanted(1), wanted(2))
    assert [d.code for d in done.diagnostics] == ["zotero-refused"]
    assert TITLES[1] in done.diagnostics[0].message
    assert "no socks" in done.diagnostics[0].message
    assert done.written.created == 2


def test_somebody_else_writes_meanwhile(world: World) -> None:
    world.push([(0, 1)], ["In"])
    (key,) = world.library.items
    (folder,) = world.library.collections
    world.ask("POST", "/collections", [{"name": "Mine"}])
    mine = next(k for k in world.library.collections if k != folder)

    def meanwhile() -> None:
        world.file(key, mine)

    world.server.faults.append(Fault(when="POST .*/items", meanwhile=meanwhile))
    assert world.push([(0, 1)], ["Later"]) == "done"
    assert len(world.library.items[key].collections) == 3


def test_a_library_that_is_in_use_takes_all_the_same(desk: Desk) -> None:
    """What was achieved before somebody else wrote counts, however often that happens."""
    posts = 0

    def meanwhile() -> None:
        nonlocal posts
        posts += 1
        if posts % 3 == 0:  # one is a question: whether the one before was done
            desk.library.version += 1

    desk.server.faults.append(Fault(when="POST .*/items", meanwhile=meanwhile, times=0))
    papers = [Wanted(record=Record(title=f"On sock {n}", doi=f"10.1000/{n}")) for n in range(1100)]
    assert desk.push(*papers).written.created == 1100
    assert len(desk.library.items) == 1100


def test_one_paper_was_merged_into_another_that_is_pushed_too(world: World) -> None:
    papers = [(1, 1), (0, 1), (2, 1)]
    world.push(papers, ["In"])
    (gone,), (survivor,), (third,) = world.of(0), world.of(1), world.of(2)
    world.merge(survivor, gone)
    assert world.push([*papers[:2], (2, 2)], ["In"], ["to read"]) == "done"
    with world._state("one") as state:
        links = {link.key: link for link in state.links()}
    assert links.keys() == {survivor, third}
    assert "arxiv:2401.09040" in links[survivor].names
    assert "arxiv:2401.09040" not in links[third].names
    assert world.plan().empty


def test_somebody_writes_while_a_post_is_served(world: World) -> None:
    """The objects of a POST are done one by one; what came between them is read all the same."""
    world.push([(0, 1)], ["In"])
    (key,) = world.library.items

    def between() -> None:
        world.change(key, abstractNote="Mine.")
        world.own(2)

    world.server.faults.append(Fault(when="POST .*/items", between=between))
    assert world.push([(0, 1), (1, 1), (0, 2), (1, 2)], ["Later"]) == "done"
    assert world.push([(0, 2), (1, 2), (2, 2)], ["Later"]) == "done"
    assert world.plan().empty
    assert world.library.items[key].fields["abstractNote"] == "Mine."
    assert len(world.library.items) == 3


@pytest.mark.parametrize("refused", [0, 1, 2])
def test_some_fail_and_the_answer_is_lost(
    world: World, monkeypatch: pytest.MonkeyPatch, refused: int
) -> None:
    """The token of a POST whose last object failed is not remembered, though others are written."""
    from paperexport_zotero.testing import _write
    from paperexport_zotero.testing._library import Problem

    world.push([(0, 1), (1, 1), (2, 1)])
    world.ask("POST", "/collections", [{"name": "In"}])
    real = _write.ItemWrite._limits

    def limits(self: Any) -> None:
        if self.new.fields["title"] == TITLES[refused]:
            raise Problem(413, "no socks")
        real(self)

    with monkeypatch.context() as patch:
        patch.setattr(_write.ItemWrite, "_limits", limits)
        world.moments.append("after sending")
        assert world.push([(0, 1), (1, 1), (2, 1)], ["In"], ["to read"]) == "killed"
        first = next(n for n in range(3) if n != refused)
        (key,) = world.of(first)
        world.untag(key, "to read")
    assert world.again() == "done"
    assert world.plan().empty
    (folder,) = world.library.collections
    assert "to read" not in dict(world.library.items[key].tags)
    for number in range(3):
        (there,) = world.of(number)
        assert world.library.items[there].collections == [folder], number


def edited_while_the_answer_is_lost(world: World) -> tuple[str, str]:
    """The next push writes two items; the second is edited behind the first, and nobody is told."""
    world.push([(0, 1), (1, 1)])
    world.ask("POST", "/collections", [{"name": "In"}])
    (first,), (last,) = world.of(0), world.of(1)

    def between() -> None:
        world.edit_between(last, "title", "A title of mine")

    world.server.faults.append(Fault(when="POST .*/items", between=between))
    world.moments.append("after sending")
    return first, last


def test_the_last_object_fails_and_the_answer_is_lost(world: World) -> None:
    first, _ = edited_while_the_answer_is_lost(world)
    assert world.push([(0, 1), (1, 1)], ["In"]) == "killed"
    (folder,) = world.library.collections
    assert world.library.items[first].collections == [folder]
    world.unfile(first, folder)
    assert world.again() == "done"
    assert world.library.items[first].collections == []
    assert world.plan().empty


def test_an_edit_and_a_lost_answer_in_one_moment(world: World) -> None:
    """What was to be written there counts as taken back: told by `status`, and not sent again."""
    first, last = edited_while_the_answer_is_lost(world)
    assert world.push([(0, 1), (1, 1)], ["In"], ["to read"]) == "killed"
    assert world.again() == "done"
    assert world.library.items[first].collections == list(world.library.collections)
    assert world.library.items[last].collections == []
    assert world.library.items[last].fields["title"] == "A title of mine"
    standing = world.standing()
    assert standing[first].standing == "in step"
    assert standing[last].edited == ("title", "collections", "tags")
    assert world.plan().empty


@pytest.mark.parametrize(
    "fault",
    [
        Fault(when="POST .*/items", status=429, headers={"Retry-After": "4000"}),
        Fault(when="POST .*/collections", headers={"Backoff": "4000"}),
    ],
    ids=["429", "Backoff"],
)
def test_what_was_refused_for_hours_was_not_written(world: World, fault: Fault) -> None:
    """Somebody files one paper as we would have, and the other one otherwise."""
    world.push([(0, 1), (1, 1)])
    world.server.faults.append(fault)
    assert "asks to wait" in world.push([(0, 1), (1, 1)], ["In", "Later"])
    (first,), (second,) = world.of(0), world.of(1)
    into, later = world.library.collections
    world.change(first, collections=[into, later])
    world.file(second, into)
    assert world.again() == "done"
    assert sorted(world.library.items[second].collections) == sorted([into, later])


def pushed_while_they_file(
    world: World, edited: int, filed: int, before: int
) -> tuple[str, list[str]]:
    """A push is refused, and nobody told: of its two items one was edited, then one filed."""
    world.push([(0, 1), (1, 1), (2, 1)])
    world.ask("POST", "/collections", [{"name": "In"}])
    (into,), keys = world.library.collections, [world.of(n)[0] for n in range(3)]

    def meanwhile() -> None:
        for number in range(before):
            world.tag(keys[2], f"mine {number}")
        world.edit(keys[edited], "title", "A title of mine")
        world.file(keys[filed], into)

    world.server.faults.append(Fault(when="POST .*/items", meanwhile=meanwhile))
    world.moments.append("after sending")
    assert world.push([(0, 1), (1, 1)], ["In"]) == "killed"
    return into, keys


@pytest.mark.parametrize(("edited", "filed", "before"), [(0, 1, 0), (1, 0, 0), (1, 0, 1)])
def test_their_own_changes_like_ours_while_a_refusal_is_lost(
    world: World, edited: int, filed: int, before: int
) -> None:
    """One item is filed by a person just as we would, behind an edit of the other.

    The request was refused, and nobody was told. It would have counted the versions up in the
    order of its objects: what was edited first was so without us.
    """
    into, keys = pushed_while_they_file(world, edited, filed, before)
    assert world.library.items[keys[edited]].collections == []
    assert world.again() == "done"
    assert world.library.items[keys[edited]].collections == [into]
    assert world.library.items[keys[edited]].fields["title"] == "A title of mine"
    assert world.plan().empty


def test_their_own_changes_just_like_a_request_that_broke_off(world: World) -> None:
    """Nothing tells it from ours, taken back: the edit stays, and `status` says what is missing."""
    _, keys = pushed_while_they_file(world, edited=0, filed=1, before=1)
    assert world.again() == "done"
    assert world.library.items[keys[0]].collections == []
    assert world.between == set(keys[:2])
    assert world.standing()[keys[0]].edited == ("title", "collections")
    assert world.plan().empty


def test_what_was_never_sent_is_not_taken_for_taken_back(world: World) -> None:
    """A crash before sending, and then a person merges the item into another."""
    world.ask("POST", "/collections", [{"name": "In"}])
    world.own(0)
    (first,) = world.of(0)
    world.moments.append("before sending")
    assert world.push([(0, 1)], ["In"]) == "killed"
    world.own(0)
    survivor = next(key for key in world.of(0) if key != first)
    world.merge(survivor, first)
    assert world.again() == "done"
    assert world.library.items[survivor].collections == list(world.library.collections)


def test_what_was_filled_and_emptied_between_two_pushes_stays_empty(world: World) -> None:
    """Seen filled, though the paper was in no push while it was."""
    world.push([(0, 0)])
    (key,) = world.library.items
    world.change(key, abstractNote="Mine.")
    world.push([(1, 1)])
    world.edit(key, "abstractNote", "")
    world.human[key, "abstractNote"] = ""
    assert world.push([(0, 1)]) == "done"


def test_what_stood_between_sent_it_twice(desk: Desk) -> None:
    """A proxy that retries: the answer to the second tells nothing of what the first has done."""
    wire = desk.service.client._transport
    assert isinstance(wire, Wire)
    real = wire.handle_request

    def twice(request: Any) -> Any:
        first = real(request)
        return real(request) if request.method == "POST" and b"[" in request.read() else first

    wire.handle_request = twice  # type: ignore[method-assign]
    desk.push(wanted(0), wanted(1))
    assert len(desk.library.items) == 2
    with State(desk.file, "web", "users/1") as state:
        assert all(link.created for link in state.links())
    assert desk.push(wanted(0), wanted(1)).plan.empty


def test_a_collection_is_deleted_before_it_is_read_back(desk: Desk) -> None:
    def meanwhile() -> None:
        desk.library.version += 1
        desk.library.erase_collection(desk.folders["In"])

    desk.server.faults.append(Fault(when="GET .*/collections/.*/items/top", meanwhile=meanwhile))
    done = desk.push(wanted(0))
    assert [d.code for d in done.diagnostics] == ["zotero-not-filed"]


def test_a_collection_that_is_refused_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from paperexport_zotero.testing import _server
    from paperexport_zotero.testing._library import Problem

    def refused(*_: Any, **__: Any) -> bool:
        raise Problem(400, "no drawers")

    monkeypatch.setattr(_server._write, "write_collection", refused)
    done = desk.push(wanted(0))
    assert [d.code for d in done.diagnostics] == ["zotero-refused"]
    assert "no drawers" in done.diagnostics[0].message
    assert not desk.library.items


def test_what_was_taken_out_stays_out_of_what_it_is_merged_into(world: World) -> None:
    world.push([(0, 1), (1, 1)], ["In"], ["to read"])
    (ours,), (other,) = world.of(0), world.of(1)
    (folder,) = world.library.collections
    world.unfile(ours, folder)
    world.untag(ours, "to read")
    world.unfile(other, folder)
    world.untag(other, "to read")
    with world._state("one") as state:
        link = state.link(other)
        assert link is not None
        link.collections, link.tags = {}, {}
        state.keep_link(link)
    world.merge(other, ours)
    assert world.push([(0, 1)], ["In"], ["to read"]) == "done"
    assert world.library.items[other].collections == []
    assert dict(world.library.items[other].tags).keys().isdisjoint({"to read"})


def test_an_old_token_counts_as_done(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash, a person's edit, and a day: what the person took away does not come back."""
    world.push([(0, 1)])
    world.moments.append("after sending")
    assert world.push([(0, 1)], [], ["to read"]) == "killed"
    (key,) = world.library.items
    world.untag(key, "to read")
    world.taken.add((key, "to read"))
    monkeypatch.setattr(apply, "REMEMBERED", -1.0)
    assert world.again() == "done"
    assert world.plan().empty


@pytest.mark.parametrize("moment", ["before sending", "after sending", "before commit"])
@pytest.mark.parametrize("nth", range(6))
def test_killed_anywhere_the_next_push_goes_on(world: World, moment: str, nth: int) -> None:
    world.moments += [moment] if nth == 0 else []
    seen = 0
    real = world.dies

    def dies(where: str) -> None:
        nonlocal seen
        if where == moment:
            seen += 1
            if seen == nth + 1:
                world.moments.insert(0, moment)
        real(where)

    world.dies = dies  # type: ignore[method-assign]
    first = world.push([(0, 1), (1, 2)], ["Reading/Synthesis"], ["to read"])
    world.dies = real  # type: ignore[method-assign]
    world.moments.clear()
    assert first in ("killed", "done")
    assert world.again() == "done"
    assert world.plan().empty
    assert len(world.library.items) == 2
    assert len(world.library.collections) == 2


# -- reading the library


def held(desk: Desk) -> tuple[dict[str, int], set[str]]:
    with State(desk.file, "web", "users/1") as state:
        pull(desk.service, state)
        assert state.version == desk.library.version
        return state.versions(state.keys()), set(state.folders())


@pytest.mark.parametrize(
    "when",
    ["GET .*/items/top", "GET .*/collections", "GET .*/deleted", "GET .*itemKey=", "GET .*ionKey="],
)
def test_what_changes_while_it_is_read_is_read(desk: Desk, when: str) -> None:
    """The reading starts again where the version has moved between two requests."""
    desk.push(*(wanted(n, 1, "In", "Later") for n in range(3)))
    desk.file.unlink()
    first, second, third = desk.library.items.values()

    def meanwhile() -> None:
        library = desk.library
        library.version += 1
        library.erase_item(first.key)
        library.version += 1
        second.version, second.deleted = library.version, True
        library.version += 1
        library.erase_collection(desk.folders["Later"])

    desk.server.faults.append(Fault(when=when, meanwhile=meanwhile))
    items, collections = held(desk)
    assert items == {key: item.version for key, item in desk.library.items.items()}
    assert collections == set(desk.library.collections)
    with State(desk.file, "web", "users/1") as state:
        trashed = state.item(second.key)
        assert trashed
        assert trashed.trashed
        kept = state.item(third.key)
        assert kept
        assert kept.collections == (desk.folders["In"],)
        assert state.erased(first.key)


def test_a_library_that_never_rests(desk: Desk) -> None:
    desk.push(wanted(0))

    def meanwhile() -> None:
        desk.library.version += 1

    desk.library.version += 1
    desk.server.faults.append(Fault(when="GET .*/deleted", meanwhile=meanwhile, times=0))
    with pytest.raises(SyncError, match="changes faster"):
        desk.plan(wanted(0))


def test_a_library_is_read_by_fifty(desk: Desk) -> None:
    papers = [Wanted(record=Record(title=f"On sock {n}", doi=f"10.1000/{n}")) for n in range(120)]
    desk.push(*papers)
    desk.file.unlink()
    desk.server.requests.clear()
    assert desk.plan(*papers).count() == {"adopt": 120}
    asked = [line for line in desk.server.requests if "itemKey=" in line]
    assert [line.count(",") + 1 for line in asked] == [50, 50, 20]
    assert all("includeTrashed=1" in line for line in asked)
    assert len(desk.server.requests) == 6


# -- the state


def test_one_run_at_a_time(desk: Desk) -> None:
    with (
        State(desk.file, "web", "users/1"),
        pytest.raises(StateLocked, match="another run"),
        State(desk.file, "web", "users/1", wait=0),
    ):
        pass


def test_a_state_of_the_future_is_left_alone(desk: Desk) -> None:
    desk.push(wanted(0))
    with closing(sqlite3.connect(desk.file)) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(StateTooNew):
        desk.push(wanted(0))


def broken(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))


def foreign(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE library (shelf)")


def folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


NO_STATE: dict[str, Callable[[Path], object]] = {
    "no database": lambda file: file.write_bytes(b"%PDF-1.7 is no database" * 200),
    "no lock": lambda file: Path(f"{file}.lock").write_bytes(b"%PDF-1.7 is no database" * 200),
    "broken": broken,
    "another program's": foreign,
    "a folder": folder,
}


@pytest.mark.parametrize("what", NO_STATE)
def test_no_state_at_all(desk: Desk, what: str) -> None:
    desk.push(wanted(0))
    NO_STATE[what](desk.file)
    before = desk.file.is_file() and desk.file.read_bytes()[100:]  # behind SQLite's own header
    with pytest.raises(PaperExportError, match="cannot be used"):
        desk.push(wanted(0))
    assert before == (desk.file.is_file() and desk.file.read_bytes()[100:])


def test_a_folder_that_cannot_be_made(desk: Desk) -> None:
    desk.file.write_text("")
    desk.file = desk.file / "state.sqlite"
    with pytest.raises(PaperExportError, match="cannot be used"):
        desk.push(wanted(0))


def test_a_disk_that_is_full(desk: Desk) -> None:
    """Wherever it is: an error says so, and once there is room the next push goes on."""
    papers = [
        Wanted(record=Record(title=f"Sock {n}", url=f"https://a.b/{n}", abstract="x" * 3000),
               key=f"k{n}", collections=("In",))
        for n in range(60)
    ]  # fmt: skip
    failed = 0
    for pages in range(60, 240, 30):
        with suppress(PaperExportError), State(desk.file, "web", "users/1") as state:
            state._db.execute(f"PRAGMA max_page_count = {pages}")
            failed += 1
            sync.push(desk.service, state, papers)
            failed -= 1
    assert failed > 1
    desk.push(*papers)
    assert desk.plan(*papers).empty
    assert len(desk.library.items) == 60


def test_libraries_and_servers_are_kept_apart(desk: Desk) -> None:
    desk.push(wanted(0))
    with State(desk.file, "local:abc", "users/1") as state:
        assert not list(state.links())
        assert state.version == 0


def test_the_key_is_nowhere(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    canary = "sockCanary8315"
    desk = Desk(tmp_path, keys=[ApiKey(secret=canary)])
    desk.service = desk.connected(canary)
    caplog.set_level("DEBUG")
    desk.push(wanted(0))
    desk.server.faults.append(Fault(when="GET", status=403, body="no"))
    with pytest.raises(Refused) as caught:
        desk.push(wanted(1))
    seen = repr(caught.value) + str(caught.value) + repr(desk.service) + caplog.text
    seen += "".join(p.read_bytes().decode("latin-1") for p in tmp_path.iterdir())
    assert canary not in seen


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 403, "body": "who is sockCanary8315?"},
        {"status": 429, "headers": {"Retry-After": "4000"}, "body": "sockCanary8315"},
        {"status": 502, "times": 0, "body": "sockCanary8315"},
        {"refuse": True, "times": 0},
    ],
)
def test_the_key_is_in_no_error_and_no_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, fault: dict[str, Any]
) -> None:
    """Over a socket, where the client logs what it sends; and a server that quotes it."""
    canary = "sockCanary8315"
    caplog.set_level("DEBUG")
    with ZoteroServer(keys=[ApiKey(secret=canary)]) as server:
        service = connect("users/1", key=Secret(canary), url=server.url, sleep=lambda _: None)
        with service, State(tmp_path / "s.sqlite", service.server, "users/1") as state:
            sync.push(service, state, [wanted(0)])
            answer = service.get("/keys/current", absolute=True)
            assert canary.encode() in answer.body
            server.faults.append(Fault(**fault))
            with pytest.raises(PaperExportError) as caught:
                sync.push(service, state, [wanted(1)])
            seen = [repr(service), repr(answer), repr(state), repr(state.pending())]
    seen += [repr(caught.value), str(caught.value), str(caught.value.hint)]
    seen += [p.read_bytes().decode("latin-1") for p in tmp_path.iterdir()]
    assert canary not in "".join(seen) + caplog.text


@pytest.mark.parametrize("key", ["sockCanary\n8315", "sockCanary 8315", "sockCan\u00e4ry8315"])
def test_a_key_that_is_no_header_is_told_and_not_quoted(key: str) -> None:
    with pytest.raises(SettingsError) as caught:
        connect("users/1", key=Secret(key))
    said = str(caught.value) + repr(caught.value)
    assert "sock" not in said
    assert "8315" not in said


# -- what it costs


def test_a_page_of_fifty_five(desk: Desk, beside: Callable[[str], Path]) -> None:
    reading = gather(read(beside("hf-text/program-synthesis-search.txt")))
    papers = [
        Wanted(record=record, key=key, collections=("Reading/Program synthesis",))
        for key, record in reading.bibliography().items()
    ]
    assert len(papers) == 55
    assert desk.push(*papers).written.created == 55
    requests = desk.service.requests
    assert desk.push(*papers).plan.empty
    assert desk.service.requests - requests <= 5


def test_three_weeks_of_daily_papers(desk: Desk, beside: Callable[[str], Path]) -> None:
    lists = sorted(p for p in beside("hf-api-daily").iterdir() if p.suffix == ".json")
    assert len(lists) >= 20
    papers: list[Wanted] = []
    for path in lists:
        for key, record in gather(read(path)).bibliography().items():
            papers.append(Wanted(record=record, key=key, collections=(f"Daily/{path.stem}",)))
    desk.push(*papers)
    identities = {one.record.eprint.id for one in papers if one.record.eprint}
    assert len(desk.library.items) == len(identities)
    assert len(desk.library.collections) == len({one.collections for one in papers}) + 1
    requests = desk.service.requests
    again = desk.push(*papers)
    assert again.plan.empty
    assert desk.service.requests - requests <= 5


def test_no_request_holds_more_than_fifty(desk: Desk) -> None:
    """Updates have one more object behind them, creations fill a request."""
    papers = [Wanted(record=Record(title=f"On sock {n}", doi=f"10.1000/{n}")) for n in range(149)]
    sizes: list[int] = []
    real = desk.server.answer

    def answer(request: Any) -> Any:
        if request.method == "POST":
            sizes.append(len(json.loads(request.body)))
        return real(request)

    desk.server.answer = answer  # type: ignore[method-assign]
    desk.push(*papers[:49])
    filed = [Wanted(record=one.record, collections=("In",)) for one in papers]
    desk.push(*filed[49:99], *filed[:49], *filed[99:])
    assert sizes == [49, 1, 50, 50, 50]
    assert len(desk.library.items) == 149


def test_requests_grow_with_the_papers_by_fifty(desk: Desk) -> None:
    papers = [
        Wanted(record=Record(title=f"On sock {n}", doi=f"10.1000/{n}"), collections=("In",))
        for n in range(1000)
    ]
    desk.push(*papers)
    assert len(desk.library.items) == 1000
    assert desk.service.requests <= 1.1 * 1000 / 50 + 6


# -- answers that are not Zotero's


class Odd(Wire):
    """What is between here and there gives one answer of its own."""

    def __init__(self, server: ZoteroServer, number: int, answer: httpx2.Response) -> None:
        super().__init__(server)
        self.left, self.odd = number, answer

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = super().handle_request(request)
        self.left -= 1
        return answer if self.left else self.odd


ODD: dict[str, tuple[int, dict[str, str], bytes]] = {
    "another object": (200, {}, b'{"a": "b"}'),
    "a list": (200, {}, b"[1]"),
    "null": (200, {}, b"null"),
    "half a report": (200, {}, b'{"successful": {}}'),
    "no gzip": (200, {"Content-Encoding": "gzip"}, b"\x1f\x8bgarbage"),
    "a circle": (302, {"Location": "http://zotero.test/keys/current"}, b""),
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("number", range(1, 7))
def test_an_answer_that_is_not_zoteros(desk: Desk, name: str, number: int) -> None:
    """It is asked again, or an error says so; and the next push goes on."""
    status, headers, body = ODD[name]
    odd = httpx2.Response(status, headers=headers, stream=httpx2.ByteStream(body))
    desk.service = connect(
        "users/1",
        key=Secret("full"),
        url="http://zotero.test",
        transport=Odd(desk.server, number, odd),
        sleep=desk.waits.append,
    )
    with suppress(PaperExportError):
        desk.push(wanted(0), wanted(1))
    desk.service = desk.connected()
    desk.push(wanted(0), wanted(1))
    assert desk.plan(wanted(0), wanted(1)).empty
    assert len(desk.library.items) == 2
    assert len(desk.library.collections) == 1


def test_nonsense_is_no_answer(desk: Desk) -> None:
    """A login page in between, for good: no longer than a minute is waited for it to go."""
    desk.server.faults = [Fault(when="GET", status=200, body="<html>", times=0)]
    clock = iter(range(0, 10_000, 5))
    desk.service.now = lambda: float(next(clock))
    with pytest.raises(Unreachable, match="not what was asked for"):
        desk.push(wanted(0))
    assert sum(desk.waits) < 60


def test_an_answer_that_unpacks_without_end(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "LIMIT", 1000)
    desk.server.faults = [Fault(when="GET", status=200, body='"' + "x" * 2000 + '"', times=0)]
    desk.service.attempts = 1
    with pytest.raises(Unreachable, match="more than"):
        desk.plan(wanted(0))


def test_a_post_is_not_redirected(desk: Desk) -> None:
    """It would become a GET, whose answer tells nothing of what was written."""
    moved = {"Location": "https://zotero.test/users/1/items"}
    desk.server.faults = [Fault(when="POST", status=301, headers=moved, times=0)]
    with pytest.raises(Refused, match="is elsewhere"):
        desk.push(wanted(0))
    assert desk.server.requests[-1].startswith("POST")
    desk.server.faults = []
    assert desk.push(wanted(0)).written.created == 1


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [(403, {}, "Write access denied"), (429, {"Retry-After": "600"}, "x"), (413, {}, "<html>")],
)
def test_refused_in_the_middle_it_tells_what_was_written(
    desk: Desk, status: int, headers: dict[str, str], body: str
) -> None:
    """The key's rights taken away, the limit reached: what is written is there all the same."""
    papers = [
        Wanted(record=Record(title=f"Sock {n}", url=f"https://a.b/{n}"), collections=("In",))
        for n in range(60)
    ]
    there = Fault(when="POST /users/1/items")
    desk.server.faults = [
        there,
        Fault(when="POST /users/1/items", status=status, headers=headers, body=body, times=0),
    ]
    with pytest.raises((Refused, RateLimited), match="so far 1 collection made, 50 items made"):
        desk.push(*papers)
    desk.server.faults = []
    assert desk.push(*papers).written.created == 10


def test_what_was_written_is_counted_once(desk: Desk) -> None:
    """Read back in vain, it is planned anew, and the plan is empty."""
    desk.server.faults = [Fault(when="GET .*/collections/.*/items/top", refuse=True, times=5)]
    done = desk.push(wanted(0))
    assert not desk.server.faults
    assert (done.written.folders, done.written.created) == (1, 1)


def test_a_title_that_is_no_text(desk: Desk) -> None:
    title = "Sock \ud800 drawers sort themselves"
    one = Wanted(record=Record(title=title, url="https://a.b"), collections=("In",))
    desk.push(one)
    assert desk.plan(one).empty
