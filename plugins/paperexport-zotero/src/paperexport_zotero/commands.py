"""``paperexport zotero``: log in, look, plan, push, see what became of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import click

from paperexport.cli import reading
from paperexport_zotero._core import Secret, UsageError

if TYPE_CHECKING:
    from paperexport_zotero.items import Wanted
    from paperexport_zotero.plan import Plan
    from paperexport_zotero.service import Service
    from paperexport_zotero.sync import Tracked

SHOWN = 40
"""Rows of a plan that a person is shown before being asked."""


@click.group("zotero", short_help="Bring papers into Zotero collections, again and again.")
def group() -> None:
    """Bring papers into Zotero collections, again and again.

    Nothing is ever made twice; what you change, move or throw away in Zotero stays so.
    """


def _server(function: Callable[..., Any]) -> Callable[..., Any]:
    local = click.option("--local", is_flag=True, help="The Zotero that runs here (10 or newer).")
    which = click.option(
        "--library", metavar="NAME", default="", help="user (default), group:123, or a name."
    )
    return which(local(function))


def _as_json(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")(function)


@contextmanager
def _server_asked(local: bool) -> Iterator[Service]:
    from paperexport_zotero import access, run

    place = run.place(reading.settings(), os.environ, local=local)
    with access.opened(place) as service:
        yield service


@contextmanager
def _library(local: bool, said: str, *, write: bool = False) -> Iterator[Service]:
    from paperexport_zotero import access

    with _server_asked(local) as service:
        yield access.library(service, said, write=write)


# --- who, where -----------------------------------------------------------------------------------


@group.command("login")
@click.option("--local", is_flag=True, help="Ask the Zotero that runs here for a key.")
@click.option(
    "--key-file", type=click.File("r"), help="Read the key from a file (- for standard input)."
)
def login(local: bool, key_file: Any) -> None:
    """Check a Zotero key, show what it may do, and keep it.

    The key is asked for, or read from a file. One that is set in the environment
    (PAPEREXPORT_ZOTERO_KEY, ZOTERO_API_KEY) is checked and not kept.
    """
    from paperexport_zotero import access, run

    place = run.place(reading.settings(), os.environ, local=local)
    file = run.keys(os.environ)
    if local:
        with access.opened(access.Where(url=place.url, local=True)) as service:
            access.keep(file, service.server, access.authorize(service))
        click.echo(f"Zotero gave a key; it is kept in {file}")
        return
    if key_file is not None:
        said = key_file.read().strip()
    elif _in_environment():
        said = ""
    else:
        click.echo(f"Make a key that may write at {access.KEYS_PAGE}", err=True)
        said = click.prompt("Key", hide_input=True, err=True).strip()
    if said:
        place = access.Where(url=place.url, key=Secret(said))
    with access.opened(place) as service:
        _show_libraries(access.homes(service), as_json=False)
    if said:
        access.keep(file, place.url, Secret(said))
        click.echo(f"the key is kept in {file}", err=True)


def _in_environment() -> bool:
    return any(os.environ.get(name) for name in ("PAPEREXPORT_ZOTERO_KEY", "ZOTERO_API_KEY"))


@group.command("libraries")
@click.option("--local", is_flag=True, help="Of the Zotero that runs here.")
@_as_json
def libraries(local: bool, as_json: bool) -> None:
    """The libraries that the key can see, and whether it may write there."""
    from paperexport_zotero import access

    with _server_asked(local) as service:
        _show_libraries(access.homes(service), as_json=as_json)


def _show_libraries(homes: Sequence[Any], *, as_json: bool) -> None:
    rows = [
        {
            "library": "user" if home.path.startswith("users/") else home.path.replace("s/", ":"),
            "name": home.name,
            "rights": "read and write" if home.writable else f"read: {home.why}",
        }
        for home in homes
    ]
    reading.show(rows, ("library", "name", "rights"), as_json=as_json)


@group.command("collections")
@_server
@_as_json
def collections(library: str, local: bool, as_json: bool) -> None:
    """The collections of a library, with how many papers are in each."""
    from paperexport_zotero import folders, run
    from paperexport_zotero.library import pull

    with (
        _library(local, library) as service,
        run.state(reading.settings(), service) as state,
    ):
        pull(service, state)
        known = state.folders()
        count: dict[str, int] = {}
        for item in state.items():
            for key in item.collections if not item.trashed else ():
                count[key] = count.get(key, 0) + 1
        rows = [
            {
                "collection": "  " * depth + folder.name,
                "papers": count.get(folder.key, 0),
                "key": folder.key,
                "path": folders.path_of(known, folder.key),
            }
            for depth, folder in folders.tree(known)
        ]
    if as_json:
        rows = [{**row, "collection": str(row["collection"]).strip()} for row in rows]
    reading.show(
        [{**row, "papers": str(row["papers"])} for row in rows] if not as_json else rows,
        ("collection", "papers", "key"),
        as_json=as_json,
    )


@group.command("doctor")
@_as_json
def doctor(as_json: bool) -> None:
    """Which ways to Zotero work here, and what to do about the others."""
    from paperexport_zotero import health, run

    settings = reading.settings()
    web = run.place(settings, os.environ)
    local = run.place(settings, os.environ, local=True)
    rows = [
        {"way": one.way, "works": "yes" if one.works else "no", "found": one.found, "do": one.do}
        for one in health.checks(web, local)
    ]
    reading.show(rows, ("way", "works", "found", "do"), as_json=as_json)


# --- papers ---------------------------------------------------------------------------------------


def _pushing(function: Callable[..., Any]) -> Callable[..., Any]:
    options = (
        click.option(
            "--collection",
            "paths",
            metavar="PATH",
            multiple=True,
            help="Where they are filed, such as Reading/Synthesis; made where missing.",
        ),
        click.option("--tag", "tags", metavar="TAG", multiple=True, help="A tag for each of them."),
        click.option(
            "--attach",
            type=click.Choice(["none", "link"]),
            default="none",
            show_default=True,
            help="Whether items that we make get a link to the PDF.",
        ),
        click.option("--again", is_flag=True, help="Bring back what you threw away."),
        click.option(
            "--mirror",
            is_flag=True,
            help="Take out of the collections what was filed there by this and is not given now.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return reading.options(_server(function))


@group.command("plan")
@_pushing
@_as_json
def plan(**values: Any) -> int:
    """Show what `push` would do, and write nothing."""
    as_json = values.pop("as_json")
    return _push(values, as_json=as_json, dry_run=True, yes=False)


@group.command("push")
@_pushing
@_as_json
@click.option("--dry-run", is_flag=True, help="As `plan`.")
@click.option("-y", "--yes", is_flag=True, help="Write without asking.")
def push(**values: Any) -> int:
    """Bring the papers in INPUT into a library and file them.

    Papers that are there already are filed, and only their empty fields are filled. Run it again
    whenever you like: what is in step costs nothing, and what you changed in Zotero stays.
    """
    as_json, dry_run, yes = (values.pop(name) for name in ("as_json", "dry_run", "yes"))
    return _push(values, as_json=as_json, dry_run=dry_run, yes=yes)


def _push(values: dict[str, Any], *, as_json: bool, dry_run: bool, yes: bool) -> int:
    from paperexport_zotero import run, sync

    if not (dry_run or yes or reading.terminal(sys.stdin)):
        raise UsageError("nobody is there to ask", hint="-y writes without asking")
    paths, tags = values.pop("paths"), values.pop("tags")
    how = sync.How(
        again=values.pop("again"),
        mirror=values.pop("mirror"),
        attach=values.pop("attach") == "link",
    )
    library, local = values.pop("library"), values.pop("local")
    # Who may not write is told so before anything is read or resolved.
    with _library(local, library, write=not dry_run) as service:
        chosen = reading.read(values)
        wanted = _wanted(chosen.bibliography, paths, tags)
        with run.state(chosen.settings, service) as state:
            if dry_run:
                made = sync.planned(service, state, wanted, how)
                _show_plan(made, as_json=as_json)
                problems = (d for action in made.actions for d in action.problems)
                return reading.told(chosen, problems)

            def agree(made: Plan) -> bool:
                if not as_json:
                    _show_plan(made, as_json=False)
                return yes or made.empty or click.confirm("Write this?", err=True)

            with ExitStack() as bars:
                told: list[Callable[[str, int, int], None]] = []

                def progress(number: int, total: int) -> None:
                    if not told:  # not before the question
                        told.append(bars.enter_context(reading.progress()))
                    told[0]("zotero", number, total)

                done = sync.push(service, state, wanted, how, agree=agree, progress=progress)
    if done is None:
        click.echo("nothing was written", err=True)
        return 0
    if as_json:
        _show_plan(done.plan, as_json=True)
    written = done.written
    click.echo(
        f"{written.created} items made, {written.changed} changed, {written.folders} collections "
        f"made, {written.attached} links attached",
        err=True,
    )
    code = reading.told(chosen, done.diagnostics)
    return 1 if written.refused else code


def _wanted(
    bibliography: Mapping[str, Any], paths: Sequence[str], tags: Sequence[str]
) -> list[Wanted]:
    from paperexport_zotero.items import Wanted

    return [
        Wanted(record=record, key=key, collections=tuple(paths), tags=tuple(tags))
        for key, record in bibliography.items()
    ]


def _show_plan(made: Plan, *, as_json: bool) -> None:
    rows: list[dict[str, Any]] = [
        {"do": "new collection", "title": new.path, "what": "", "key": new.key}
        for new in made.folders
    ]
    for action in made.actions:
        conflicts = dict(action.link.conflicts) if action.link else {}
        changed = [name for name in action.changes if name != "itemType"]
        what = action.reason
        if action.kind not in ("create", "nothing", "leave"):
            what = "; ".join(filter(None, (", ".join(changed), action.reason)))
        if conflicts and not as_json:
            what = "; ".join(filter(None, (what, f"in conflict: {', '.join(conflicts)}")))
        row: dict[str, Any] = {
            "do": action.kind, "title": action.title, "what": what, "key": action.key
        }  # fmt: skip
        if as_json:
            row |= {"changes": action.changes, "before": action.before, "conflicts": conflicts}
        rows.append(row)
    rows += [
        {"do": "attach", "title": one.data["url"], "what": "", "key": one.key}
        for one in made.attachments
    ]
    if as_json:
        reading.show(rows, (), as_json=True)
        return
    idle = sum(row["do"] == "nothing" for row in rows)
    shown = [row for row in rows if row["do"] != "nothing"]
    if shown:
        reading.show(shown[:SHOWN], ("do", "title", "what"), as_json=False)
    if len(shown) > SHOWN:
        click.echo(f"… and {len(shown) - SHOWN} more (--json shows all)")
    if idle:
        click.echo(f"{idle} papers are in step")
    for place in made.places:
        if place.problem:
            click.echo(f"{place.problem}; --again makes it anew", err=True)


@group.command("send")
@reading.options
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="A tag for each of them.")
def send(**values: Any) -> int:
    """Send the papers in INPUT to the collection that is open in Zotero, once.

    The last resort where neither API can be written: as the browser's button does. No key comes
    back and nothing is looked up; what is sent twice is there twice. `push` is better.
    """
    from paperexport_zotero import access, connector, run

    tags = values.pop("tags")
    chosen = reading.read(values)
    with access.desktop(run.place(chosen.settings, os.environ, local=True)) as service:
        count = connector.send(service, _wanted(chosen.bibliography, (), tags))
    click.echo(f"{count} papers were sent to the open Zotero", err=True)
    return reading.told(chosen)


@group.command("status")
@_server
@_as_json
def status(library: str, local: bool, as_json: bool) -> None:
    """What became of the papers that were pushed."""
    rows = [
        {
            "standing": one.standing,
            "title": one.title,
            "edited": ", ".join(one.edited),
            "key": one.key,
        }
        for one in _tracked(local, library)
    ]
    if as_json:
        reading.show(rows, (), as_json=True)
        return
    apart = [row for row in rows if row["standing"] != "in step"]
    if apart:
        reading.show(apart, ("standing", "title", "edited", "key"), as_json=False)
    click.echo(f"{len(rows) - len(apart)} of {len(rows)} papers are in step")


def _tracked(local: bool, library: str) -> list[Tracked]:
    from paperexport_zotero import run, sync
    from paperexport_zotero.library import pull

    with (
        _library(local, library) as service,
        run.state(reading.settings(), service) as state,
    ):
        pull(service, state)
        return sync.status(state)


@group.command("resolve-conflicts")
@_server
@_as_json
@click.option("--ours", "all_ours", is_flag=True, help="What we would write wins, everywhere.")
@click.option("--theirs", "all_theirs", is_flag=True, help="What is there stays, everywhere.")
def resolve_conflicts(
    library: str, local: bool, as_json: bool, all_ours: bool, all_theirs: bool
) -> None:
    """Decide, field by field, where both you and we have changed something.

    The next push writes what you decided.
    """
    from paperexport_zotero import apply, run

    if all_ours and all_theirs:
        raise UsageError("--ours and --theirs exclude each other")
    found = [
        (one, field, said)
        for one in _tracked(local, library)
        for field, said in one.link.conflicts.items()
    ]
    if as_json:
        rows = [
            {"key": one.key, "title": one.title, "field": field,
             "ours": said["want"], "theirs": said["now"]}
            for one, field, said in found
        ]  # fmt: skip
        reading.show(rows, (), as_json=True)
    asking = not (all_ours or all_theirs)
    if asking and (as_json or not found):
        if not as_json:
            click.echo("nothing is in conflict")
        return
    if asking and not reading.terminal(sys.stdin):
        raise UsageError("nobody is there to ask", hint="--ours or --theirs decides for all")
    with (
        _library(local, library) as service,
        run.state(reading.settings(), service) as state,
    ):
        for one, field, said in found:
            ours = all_ours
            if asking:
                click.echo(f"{one.title}\n  {field}\n  ours:   {said['want']}"
                           f"\n  theirs: {said['now']}")  # fmt: skip
                answer = click.prompt("keep", type=click.Choice(["ours", "theirs", "skip"]))
                if answer == "skip":
                    continue
                ours = answer == "ours"
            apply.decide(state, one.key, field, ours=ours)
    click.echo(f"{len(found)} conflicts were decided; push again", err=True)
