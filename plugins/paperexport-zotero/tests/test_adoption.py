"""Which item a paper is: what is found and adopted, and what only looks like it."""

from __future__ import annotations

from typing import Any

import pytest
from paperexport_zotero import folders
from paperexport_zotero.items import Folder, Wanted
from test_sync import Desk, desk, wanted  # noqa: F401 - a fixture

from paperexport import Eprint, Name, PartialDate, Record

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
