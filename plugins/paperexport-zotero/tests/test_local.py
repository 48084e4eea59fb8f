"""A running Zotero: its keys, its versions, its connector."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from paperexport_zotero import access, connector, health, sync
from paperexport_zotero._core import Refused, Secret, SettingsError
from paperexport_zotero.access import Where
from paperexport_zotero.items import Wanted
from paperexport_zotero.service import Unsent
from paperexport_zotero.state import State
from paperexport_zotero.testing import Collection, Fault, Group, LocalZotero
from zotero_world import TITLES, paper


@pytest.fixture
def zotero() -> Iterator[LocalZotero]:
    with LocalZotero() as made:
        yield made


def place(zotero: LocalZotero, folder: Path) -> Where:
    return Where(url=zotero.url, local=True, keys=folder / "keys.json")


def logged_in(zotero: LocalZotero, folder: Path) -> Where:
    where = place(zotero, folder)
    with access.opened(where) as service:
        access.keep(folder / "keys.json", service.server, access.authorize(service))
    return where


WANTED = [
    Wanted(record=paper(n, 1), key=f"weaver{n}", collections=("Reading/Local",)) for n in range(3)
]


def test_push_twice_and_what_a_person_does_between(zotero: LocalZotero, tmp_path: Path) -> None:
    with access.opened(logged_in(zotero, tmp_path)) as server:
        service = access.library(server, write=True)
        assert service.server == "local:local1"
        with State(tmp_path / "s.sqlite", service.server, service.path) as state:
            done = sync.push(service, state, WANTED)
            assert done is not None
            assert done.written.created == 3
            again = sync.push(service, state, WANTED)
            assert again is not None
            assert again.plan.empty
            library = zotero.libraries["users/1"]
            first, second, third = library.items.values()
            library.version += 1
            library.erase_item(first.key)
            library.version += 1
            second.version, second.deleted = library.version, True
            library.version += 1
            third.version, third.collections = library.version, []
            better = [Wanted(record=paper(n, 2), collections=("Reading/Local",)) for n in range(3)]
            more = sync.push(service, state, better)
            assert more is not None
            assert more.written.created == 0
            assert more.written.changed == 1
            assert third.key in library.items
            assert library.items[third.key].collections == []
            assert library.items[third.key].item_type == "conferencePaper"
            assert sync.push(service, state, better).plan.empty  # type: ignore[union-attr]


def test_somebody_writes_meanwhile(zotero: LocalZotero, tmp_path: Path) -> None:
    library = zotero.libraries["users/1"]

    def meanwhile() -> None:
        (item,) = library.items.values()
        library.version += 1
        item.version, item.tags = library.version, [*item.tags, ("mine", 0)]

    with access.opened(logged_in(zotero, tmp_path)) as server:
        service = access.library(server)
        with State(tmp_path / "s.sqlite", service.server, service.path) as state:
            sync.push(service, state, WANTED[:1])
            zotero.faults.append(Fault(when="POST .*/items", meanwhile=meanwhile))
            sync.push(service, state, [Wanted(record=paper(0, 1), tags=("to read",))])
    (item,) = library.items.values()
    assert {tag for tag, _ in item.tags} >= {"mine", "to read"}


@pytest.mark.parametrize(("says", "match"), [("no", "no was said"), ("once", "one write only")])
def test_the_dialog(says: str, match: str, tmp_path: Path) -> None:
    with LocalZotero(says=says) as zotero:
        zotero.says = says
        with (
            access.opened(place(zotero, tmp_path)) as service,
            pytest.raises(SettingsError, match=match),
        ):
            access.authorize(service)


def test_without_a_key_it_is_told_how_to_get_one(zotero: LocalZotero, tmp_path: Path) -> None:
    with access.opened(place(zotero, tmp_path)) as server:
        service = access.library(server)
        with (
            State(tmp_path / "s.sqlite", service.server, service.path) as state,
            pytest.raises(Refused, match="401") as caught,
        ):
            sync.push(service, state, WANTED)
    assert "login --local" in caught.value.hint
    assert not zotero.libraries["users/1"].items


def ways(zotero: LocalZotero, where: Where) -> dict[str, health.Check]:
    return {one.way: one for one in health.checks(Where(url="http://127.0.0.1:9"), where)}


def test_the_doctor_knows_what_is_wrong(tmp_path: Path) -> None:
    with LocalZotero() as zotero:
        found = ways(zotero, place(zotero, tmp_path))
        assert "login" in found["Web API"].do
        assert "login --local" in found["local API"].do
        assert found["connector"].works
        assert ways(zotero, logged_in(zotero, tmp_path))["local API"].works
        zotero.enabled = False
        assert "Allow other applications" in ways(zotero, place(zotero, tmp_path))["local API"].do
        zotero.enabled, zotero.server_id = True, ""
        assert "update Zotero" in ways(zotero, place(zotero, tmp_path))["local API"].do


def test_sent_to_the_open_zotero(zotero: LocalZotero, tmp_path: Path) -> None:
    with access.desktop(place(zotero, tmp_path)) as service:
        where = connector.send(service, [Wanted(record=paper(0, 1), tags=("mine",))])
        assert str(where) == "My Library"
    (item,) = zotero.libraries["users/1"].items.values()
    assert item.fields["title"] == TITLES[0]
    assert ("mine", 0) in item.tags


def test_it_is_said_where_it_was_sent_to(tmp_path: Path) -> None:
    one = Wanted(record=paper(0, 1))
    with LocalZotero(groups=[Group(number=5, name="Lab")]) as zotero:
        library = zotero.libraries["groups/5"]
        for key, name, parent in (("AAAAAAAA", "Reading", ""), ("BBBBBBBB", "Socks", "AAAAAAAA")):
            library.collections[key] = Collection(key=key, version=1, name=name, parent=parent)
        zotero.shown = ("groups/5", "BBBBBBBB")
        with access.desktop(place(zotero, tmp_path)) as service:
            assert str(connector.send(service, [one])) == "'Socks' in Lab"
            zotero.editable = False
            with pytest.raises(SettingsError, match="'Socks' in Lab is open") as caught:
                connector.send(service, [one])
            assert "select a library" in caught.value.hint
        (item,) = library.items.values()
        assert item.collections == ["BBBBBBBB"]


def test_no_zotero_runs_here() -> None:
    where = Where(url="http://127.0.0.1:9/api", local=True)
    with pytest.raises(Unsent):
        access.opened(where)


def test_a_web_key_is_not_sent_to_a_running_zotero(zotero: LocalZotero, tmp_path: Path) -> None:
    access.keep(tmp_path / "keys.json", "https://api.zotero.org", Secret("sockCanary8315"))
    with access.opened(place(zotero, tmp_path)) as service:
        assert "sockCanary8315" not in str(dict(service.headers()))
