"""Which item a paper is: what is found and adopted, and what only looks like it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from paperexport_zotero import folders, sync
from paperexport_zotero.items import Folder, Wanted
from paperexport_zotero.mapping import address, to_entry
from paperexport_zotero.state import State
from paperexport_zotero.testing import Group
from test_sync import Desk, desk, wanted, world  # noqa: F401 - fixtures
from zotero_world import World

from paperexport import Eprint, Name, Origin, PartialDate, Record, normalize
from paperexport.record import Trust

PEOPLE = [{"creatorType": "author", "firstName": "Ada", "lastName": "Weaver"}]
TITLE = "Sock drawers sort themselves"


def there(desk: Desk, **item: Any) -> str:  # noqa: F811
    """An item of a person's."""
    from test_fidelity import post

    report = post(desk.server, "/users/1/items", [{"itemType": "preprint", "title": "x", **item}])
    assert not report["failed"], report
    return str(report["success"]["0"])


@pytest.mark.parametrize(
    "item",
    [
        {"archiveID": "arXiv:2401.09040"},
        {"archiveID": "2401.09040", "repository": "arXiv"},
        {"archiveID": "arXiv:2401.09040v3 [cs.LG]"},
        {"DOI": "10.48550/arXiv.2401.09040"},
        {"DOI": "https://doi.org/10.48550/ARXIV.2401.09040"},
        {"DOI": "10.1000/SOCK.0"},
        {"url": "http://arxiv.org/abs/2401.09040v1"},
        {"url": "https://arxiv.org/pdf/2401.09040"},
        {"url": "https://doi.org/10.1000/sock.0"},
        {"extra": "arXiv:2401.09040 [cs.LG]"},
        {"extra": "arXiv: 2401.09040"},
        {"extra": "read this\nDOI: 10.1000/sock.0\nmine"},
        {"itemType": "journalArticle", "extra": "arXiv:2401.09040"},
        {"itemType": "webpage", "url": "https://arxiv.org/abs/2401.09040"},
        {"itemType": "document", "extra": "DOI: 10.1000/sock.0"},
        {"title": TITLE, "creators": PEOPLE, "date": "January 2024"},
        {"title": TITLE.upper() + ".", "creators": PEOPLE, "date": "2025"},
        {"title": TITLE, "creators": PEOPLE},
    ],
    ids=lambda item: " ".join(f"{k}={str(v)[:25]}" for k, v in item.items()),
)
def test_a_paper_is_found_by(desk: Desk, item: dict[str, Any]) -> None:  # noqa: F811
    key = there(desk, **item)
    record = Record(
        type="article",
        title=TITLE,
        author=(Name(family="Weaver", given="Ada"),),
        issued=PartialDate(year=2024),
        eprint=Eprint(archive="arxiv", id="2401.09040"),
        doi="10.1000/sock.0",
    )
    done = desk.push(Wanted(record=record, collections=("In",)))
    assert [action.kind for action in done.plan.actions] == ["adopt"]
    (found,) = desk.library.items.values()
    assert found.key == key
    for name, value in item.items():
        if name not in ("itemType", "creators"):
            assert found.fields[name] == value


@pytest.mark.parametrize(
    "item",
    [
        {"title": TITLE, "creators": PEOPLE, "date": "2019"},
        {"title": TITLE, "creators": PEOPLE, "date": "2024", "DOI": "10.1000/another"},
        {"title": TITLE, "creators": PEOPLE, "date": "2024", "archiveID": "arXiv:2301.00001"},
        {"title": TITLE, "creators": [{**PEOPLE[0], "lastName": "Loom"}], "date": "2024"},
        {"title": TITLE + " again", "creators": PEOPLE, "date": "2024"},
    ],
    ids=["other year", "other DOI", "other arXiv id", "other author", "other title"],
)
def test_another_paper_is_not(desk: Desk, item: dict[str, Any]) -> None:  # noqa: F811
    there(desk, **item)
    record = Record(
        type="article",
        title=TITLE,
        author=(Name(family="Weaver", given="Ada"),),
        issued=PartialDate(year=2024),
        eprint=Eprint(archive="arxiv", id="2401.09040"),
        doi="10.1000/sock.0",
    )
    desk.push(Wanted(record=record, collections=("In",)))
    assert len(desk.library.items) == 2


def column(year: int, doi: str = "") -> Wanted:
    """A title that its author uses every year."""
    return Wanted(
        record=Record(
            type="article-journal",
            title="From the editor",
            author=(Name(family="Weaver", given="Ada"),),
            issued=PartialDate(year=year),
            doi=doi,
        ),
        key=f"weaver{year}",
        collections=("In",),
    )


@pytest.mark.parametrize("dois", [("10.1000/a", "10.1000/b"), ("", "")], ids=["DOIs", "years"])
@pytest.mark.parametrize("together", [True, False])
def test_one_title_and_author_of_two_papers_stays_two(
    desk: Desk,  # noqa: F811
    dois: tuple[str, str],
    together: bool,
) -> None:
    two = [column(2020, dois[0]), column(2023, dois[1])]
    for batch in [two] if together else [two[:1], two[1:]]:
        desk.push(*batch)
    dates = sorted(item.fields["date"] for item in desk.library.items.values())
    assert dates == ["2020", "2023"]
    assert desk.push(*two).plan.empty
    desk.file.unlink()
    assert desk.push(*two).written.created == 0
    assert len(desk.library.items) == 2


def test_a_tombstone_is_of_one_paper_alone(desk: Desk) -> None:  # noqa: F811
    desk.push(column(2020, "10.1000/a"))
    (key,) = desk.library.items
    desk.library.version += 1
    desk.library.erase_item(key)
    done = desk.push(column(2020, "10.1000/a"), column(2023, "10.1000/b"))
    assert [action.kind for action in done.plan.actions] == ["leave", "create"]


def test_again_restores_no_second_one_beside_ones_own(desk: Desk) -> None:  # noqa: F811
    desk.push(wanted(0))
    (ours,) = desk.library.items.values()
    desk.library.version += 1
    ours.version, ours.deleted = desk.library.version, True
    key = there(desk, archiveID="arXiv:2401.09040")
    desk.push(wanted(0), again=True)
    assert ours.key in desk.library.items
    assert desk.library.items[ours.key].deleted
    assert desk.library.items[key].collections


# -- what was read from the library itself


def read_of(desk: Desk, key: str, library: str = "users/1") -> Wanted:  # noqa: F811
    """An item as `zotero:` gives it."""
    found = desk.server.libraries[library].items[key]
    data = {"key": key, "itemType": found.item_type, "creators": found.creators, **found.fields}
    entry = to_entry(data, locator=address(library, key))
    done = normalize(entry)
    return Wanted(record=done.record, key=done.key, collections=("B",))


@pytest.mark.parametrize("state_lost", [False, True])
@pytest.mark.parametrize("title", ["Notes", "Notes on socks", ""])
def test_an_item_that_has_little_more_than_a_title_is_itself(
    desk: Desk,  # noqa: F811
    title: str,
    state_lost: bool,
) -> None:
    keys = [there(desk, title=title) for _ in range(2)]
    for _ in range(2):
        done = desk.push(*(read_of(desk, key) for key in keys))
        assert done.written.created == 0
        if state_lost:
            desk.file.unlink()
    assert sorted(desk.library.items) == sorted(keys)
    assert all(i.collections == [desk.folders["B"]] for i in desk.library.items.values())
    assert desk.plan(*(read_of(desk, key) for key in keys)).empty


def test_an_item_says_nothing_new_of_itself(desk: Desk) -> None:  # noqa: F811
    """Neither what it says in other words, nor what follows from it."""
    key = there(
        desk, itemType="webpage", title="A wool <i>lattice</i>", date="5 May 2024",
        url="https://arxiv.org/abs/2401.09040", extra="DOI: 10.1000/sock.0", creators=PEOPLE,
    )  # fmt: skip
    before = dict(desk.library.items[key].fields)
    desk.push(read_of(desk, key))
    after = dict(desk.library.items[key].fields)
    after.pop("citationKey", None)
    assert after == before


def test_who_wrote_an_item_goes_on_improving_it(desk: Desk) -> None:  # noqa: F811
    desk.push(wanted(0, 1))
    (key,) = desk.library.items
    desk.push(read_of(desk, key))
    desk.push(wanted(0, 2))
    assert desk.library.items[key].item_type == "conferencePaper"
    assert desk.library.items[key].fields["date"] == "2024-05-07"
    assert len(desk.library.items[key].collections) == 2


def test_an_edit_is_no_conflict_with_itself(desk: Desk) -> None:  # noqa: F811
    desk.push(wanted(0, 1))
    (item,) = desk.library.items.values()
    desk.library.version += 1
    item.version = desk.library.version
    item.fields = {**item.fields, "title": "A <i>title</i> of mine", "date": "7 May 2019"}
    before = dict(item.fields)
    done = desk.push(read_of(desk, item.key))
    assert done.diagnostics == ()
    assert desk.library.items[item.key].fields == before


def test_a_title_that_is_marked_up_is_that_title(desk: Desk) -> None:  # noqa: F811
    """Whoever tells it without, it is neither found anew, nor overwritten, nor in conflict."""

    def told(title: str, trust: Trust) -> Wanted:
        origin = Origin(source="test", trust=trust)
        record = Record(title=title, doi="10.1000/sock.0")
        record = record.replace(origins=dict.fromkeys(("title", "doi"), origin))
        return Wanted(record=record, collections=("In",))

    title = "The <i>E. coli</i> genome"
    desk.push(told(title, "listing"))
    (item,) = desk.library.items.values()
    desk.push(read_of(desk, item.key))
    assert desk.push(told("The E. coli genome", "publisher")).diagnostics == ()
    assert desk.library.items[item.key].fields["title"] == title
    (item,) = desk.library.items.values()
    desk.library.version += 1
    item.version = desk.library.version
    item.fields = {**item.fields, "title": "The <b>E. coli</b> genome, again"}
    assert desk.push(told("The E. coli genome, again", "person")).diagnostics == ()
    assert desk.library.items[item.key].fields["title"] == "The <b>E. coli</b> genome, again"
    assert len(desk.library.items) == 1


def test_what_was_read_and_then_thrown_away_is_not_made_again(desk: Desk) -> None:  # noqa: F811
    key = there(desk, title="Notes")
    read = read_of(desk, key)
    desk.plan(read)
    desk.library.version += 1
    desk.library.items[key].version, desk.library.items[key].deleted = desk.library.version, True
    assert [a.kind for a in desk.push(read).plan.actions] == ["leave"]
    desk.library.version += 1
    desk.library.erase_item(key)
    assert [a.kind for a in desk.push(read).plan.actions] == ["leave"]
    assert not desk.library.items
    assert desk.push(read, again=True).written.created == 1
    assert desk.push(read, again=True).plan.empty


def test_what_was_read_goes_with_what_it_was_merged_into(world: World) -> None:  # noqa: F811
    world.own(0)
    (first,) = world.of(0)
    data = world.library.items[first]
    entry = to_entry({"key": first, "itemType": data.item_type, "title": "Notes"})
    read = Wanted(record=normalize(entry).record, collections=("B",))
    world.push([(1, 0)])
    world.own(0)
    second = next(key for key in world.of(0) if key != first)
    world.merge(second, first)
    with world._state("one") as state:
        sync.push(world._services["one"], state, [read])
    assert world.library.items[second].collections
    assert len(world.of(0)) == 1


def test_what_was_read_from_a_group_is_copied_and_its_copy_is_found_again(desk: Desk) -> None:  # noqa: F811
    """Keys are of one library: the same letters in another one are another item."""
    entry = to_entry(
        {"key": "AAAAAAA2", "itemType": "book", "title": "Notes"},
        locator="zotero://select/groups/5/items/AAAAAAA2",
    )
    copied = Wanted(record=normalize(entry).record, collections=("B",))
    there(desk, key="AAAAAAA2", version=0, title="Mine")
    assert desk.push(copied).written.created == 1
    assert desk.push(copied).plan.empty
    assert desk.library.items["AAAAAAA2"].collections == []


def test_a_copy_is_found_again_when_more_is_known_of_what_it_is_of(tmp_path: Path) -> None:
    desk = Desk(tmp_path, groups=[Group(number=5, name="Lab")])  # noqa: F811
    key = there(desk, itemType="journalArticle", title="Notes")
    desk.service = desk.service.at("groups/5")

    def push(**how: Any) -> list[str]:
        with State(desk.file, "web", "groups/5") as state:
            done = sync.push(desk.service, state, [read_of(desk, key)], sync.How(**how))
        assert done is not None
        return [action.kind for action in done.plan.actions]

    group = desk.server.libraries["groups/5"]
    assert push() == ["create"]
    desk.library.version += 1
    mine = desk.library.items[key]
    mine.version, mine.creators = desk.library.version, PEOPLE
    mine.fields = {**mine.fields, "title": "Notes of a weaver", "DOI": "10.1000/sock.0"}
    assert push() == ["improve"]
    (copy,) = group.items.values()
    assert copy.fields["title"] == "Notes of a weaver"
    assert push() == ["nothing"]
    group.version += 1
    group.erase_item(copy.key)
    assert push() == ["leave"]


# -- what little is known of


LITTLE = [
    Record(title="Notes"),
    Record(title="Notes", type="book"),
    Record(title="Notes", url="https://example.org/notes"),
    Record(title="Notes", issued=PartialDate(year=2024)),
    Record(title="\u6ce8\u89e3"),
    Record(title="!?"),
    Record(title="<i>Notes</i>"),
]


@pytest.mark.parametrize("record", LITTLE, ids=str)
@pytest.mark.parametrize("lost", ["nothing", "memory"])
@pytest.mark.parametrize("edit", [{}, {"title": "Other"}, {"date": "1999", "url": "https://a.org"}])
def test_a_short_title_alone_is_made_once(
    desk: Desk,  # noqa: F811
    record: Record,
    lost: str,
    edit: dict[str, str],
) -> None:
    """It is found by what it was when it was made, whatever somebody made of it since."""
    twice = [Wanted(record=record, collections=(path,)) for path in ("In", "Later")]
    desk.push(*twice)
    (item,) = desk.library.items.values()
    assert len(item.collections) == 2
    desk.library.version += 1
    item.version, item.fields = desk.library.version, {**item.fields, **edit}
    if lost == "memory":
        desk.file.unlink()
    assert desk.push(*twice).plan.empty or lost == "memory"
    assert desk.push(*twice).plan.empty
    assert list(desk.library.items) == [item.key]
    assert desk.library.items[item.key].fields["title"] == item.fields["title"]


# -- paths


@pytest.mark.parametrize(
    "names",
    [("a", "b"), ("AC/DC",), ("AC/",), ("a\\", "b"), ("a\\b",), ("\\",), ("a/", "/b"), ("a\\/b",)],
)
def test_a_path_means_the_names_that_it_is_made_of(names: tuple[str, ...]) -> None:
    assert folders.parts(folders.joined(names)) == names


def test_a_path_is_found_however_it_is_composed() -> None:
    known = {"ABCD2345": Folder("ABCD2345", 1, "Caf\u00e9"), "ABCD2346": Folder("ABCD2346", 1, "b")}
    assert folders.find(known, "Cafe\u0301") == "ABCD2345"
    known = {"ABCD2345": Folder("ABCD2345", 1, "Cafe\u0301")}
    assert folders.find(known, "Caf\u00e9") == "ABCD2345"
