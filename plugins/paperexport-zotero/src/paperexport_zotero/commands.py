"""``paperexport zotero``: log in, look, plan, push, see what became of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import click

from paperexport.cli import reading
from paperexport_zotero._core import Secret, SettingsError, UsageError

if TYPE_CHECKING:
    from paperexport_zotero.access import Home, Where
    from paperexport_zotero.items import Link, Wanted
    from paperexport_zotero.plan import Action, Plan
    from paperexport_zotero.service import Service
    from paperexport_zotero.state import State
    from paperexport_zotero.sync import Tracked

SAID_APART = frozenset(("itemType", "collections", "tags", "deleted"))
"""Properties of an item that the table of a plan has words of its own for."""
SHOWN = 40
"""Rows of a plan that a person at a terminal is shown."""


@click.group("zotero", short_help="Bring papers into Zotero collections, again and again.")
def group() -> None:
    """Bring papers into Zotero collections, again and again.

    Nothing is made twice; what you change, move or throw away in Zotero stays so.
    """


def _server(function: Callable[..., Any]) -> Callable[..., Any]:
    local = click.option("--local", is_flag=True, help="The Zotero that runs here, without the "
                         "web; to be written it must be Zotero 10 or newer.")  # fmt: skip
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
    with access.opened(place, tell=_note) as service:
        yield service


@contextmanager
def _library(local: bool, said: str, *, write: bool = False) -> Iterator[Service]:
    from paperexport_zotero import access

    with _server_asked(local) as service:
        yield access.library(service, said, write=write)


def _note(message: str) -> None:
    """Tell a person at a terminal what was done; say nothing in a pipe."""
    if reading.terminal(sys.stderr):
        click.echo(message, err=True)


def _table(rows: Sequence[Mapping[str, Any]], *columns: str) -> None:
    """Those columns of the rows that say anything; nothing where there are no rows."""
    if rows:
        filled = [name for name in columns if any(row[name] for row in rows)]
        reading.show(rows, filled, as_json=False)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"


# --- who, where -----------------------------------------------------------------------------------


@group.command("login", short_help="Check a Zotero key, and keep it.")
@click.option("--local", is_flag=True, help="Ask the Zotero that runs here for a key.")
@click.option(
    "--key-file", type=click.File("rb"), help="Read the key from a file (- for standard input)."
)
def login(local: bool, key_file: Any) -> None:
    """Check a Zotero key, show what it may do, and keep it.

    The key is asked for, or read from a file. One that is set in the environment
    (PAPEREXPORT_ZOTERO_KEY, ZOTERO_API_KEY) or in the settings is checked and not kept.
    """
    from paperexport_zotero import access, run

    place = run.place(reading.settings(), os.environ, local=local)
    file = run.keys(os.environ)
    if local:
        if key_file is not None:
            raise UsageError("--local and --key-file exclude each other", hint="Zotero gives a key")
        with access.opened(access.Where(url=place.url, local=True)) as service:
            click.echo("Zotero asks whether it may; say yes there, and let it remember", err=True)
            key, server = access.authorize(service), service.server
        _login(access.Where(url=place.url, key=key, local=True))
        access.keep(file, server, key)
        click.echo(f"the key is kept in {file}", err=True)
        return
    source = _key_source()
    if key_file is not None:
        said = key_file.read().decode("ascii", "replace").strip()
        if not said:
            raise UsageError("there is no key in that file")
    elif source:
        _login(place)
        click.echo(f"this is the key of the {source}; it is not kept", err=True)
        return
    elif not reading.terminal(sys.stdin):
        raise UsageError(
            "nobody is there to ask for a key",
            hint="--key-file FILE (- for standard input), or set PAPEREXPORT_ZOTERO_KEY",
        )
    else:
        click.echo(f"Make a key that may write at {access.KEYS_PAGE}", err=True)
        said = click.prompt("Key", hide_input=True, err=True).strip()
    _login(access.Where(url=place.url, key=Secret(said)))
    access.keep(file, place.url, Secret(said))
    click.echo(f"the key is kept in {file}", err=True)
    if source:
        click.echo(f"the key of the {source} goes before it", err=True)


def _key_source() -> str:
    """Where a key was set other than by ``login``; empty where none was."""
    source = reading.settings().origins.get("services.zotero.key", "")
    return source or ("environment ZOTERO_API_KEY" if os.environ.get("ZOTERO_API_KEY") else "")


def _login(place: Where) -> None:
    """Show what a key may do.

    Raises:
        SettingsError: it is none, or may do nothing.
    """
    from paperexport_zotero import access

    with access.opened(place) as service:
        homes = access.homes(service)
    if not homes:
        raise SettingsError("this key sees no library", hint=access.RIGHTS)
    _show_libraries(homes, as_json=False)


@group.command("libraries", short_help="The libraries that the key can see.")
@click.option("--local", is_flag=True, help="Of the Zotero that runs here.")
@_as_json
def libraries(local: bool, as_json: bool) -> None:
    """The libraries that the key can see, and whether it may write there."""
    from paperexport_zotero import access

    with _server_asked(local) as service:
        homes = access.homes(service)
    if not (homes or as_json):
        click.echo(f"this key sees no library; {access.RIGHTS}", err=True)
    _show_libraries(homes, as_json=as_json)


def _show_libraries(homes: Sequence[Home], *, as_json: bool) -> None:
    rows: list[dict[str, Any]] = [
        {"library": home.said, "name": home.name, "write": home.writable, "why": home.why}
        for home in homes
    ]
    if as_json:
        reading.show(rows, (), as_json=True)
        return
    rows = [
        {**row, "rights": "read and write" if row["write"] else f"read: {row['why']}"}
        for row in rows
    ]
    _table(rows, "library", "name", "rights")


@group.command("collections", short_help="The collections of a library, as a tree.")
@_server
@_as_json
def collections(library: str, local: bool, as_json: bool) -> None:
    """The collections of a library as a tree, with how many papers are in each.

    What is in the trash does not count, nor what is in a collection within it.
    """
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
        tree = list(folders.tree(known))
    rows: list[dict[str, Any]] = [
        {
            "collection": folder.name,
            "papers": count.get(folder.key, 0),
            "key": folder.key,
            "path": folders.path_of(known, folder.key),
        }
        for _, folder in tree
    ]
    if as_json:
        reading.show(rows, (), as_json=True)
        return
    if not rows:
        click.echo("no collection is there", err=True)
    for row, (depth, _) in zip(rows, tree, strict=True):
        row["collection"] = "  " * depth + row["collection"]
        row["papers"] = str(row["papers"])
    _table(rows, "collection", "papers", "key")


@group.command("doctor", short_help="Which ways to Zotero work here.")
@_as_json
def doctor(as_json: bool) -> None:
    """Which ways to Zotero work here, and what to do about the others.

    The Web API and the API of a Zotero that runs here can be brought in step again and again; the
    connector of a running Zotero only takes papers, once.
    """
    from paperexport_zotero import health, run

    settings = reading.settings()
    web = run.place(settings, os.environ)
    local = run.place(settings, os.environ, local=True)
    rows: list[dict[str, Any]] = [
        {"way": one.way, "works": one.works, "found": one.found, "do": one.do}
        for one in health.checks(web, local)
    ]
    if as_json:
        reading.show(rows, (), as_json=True)
        return
    rows = [{**row, "works": "yes" if row["works"] else "no"} for row in rows]
    _table(rows, "way", "works", "found", "do")


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
    function = _server(reading.options(function))
    for option in reversed(options):
        function = option(function)
    return function


@group.command("plan", short_help="Show what push would do.")
@_pushing
@_as_json
def plan(**values: Any) -> int:
    """Show what `push` would do, and write nothing."""
    as_json = values.pop("as_json")
    return _push(values, as_json=as_json, dry_run=True, yes=False)


@group.command("push", short_help="Bring papers into a library and file them.")
@click.option("-y", "--yes", is_flag=True, help="Write without asking.")
@click.option("--dry-run", is_flag=True, help="As `plan`.")
@_pushing
@_as_json
def push(**values: Any) -> int:
    """Bring the papers in INPUT into a library and file them.

    Papers that are there already are filed, and only their empty fields are filled. Run it again
    whenever you like: what is in step costs nothing, and what you changed in Zotero stays.
    """
    as_json, dry_run, yes = (values.pop(name) for name in ("as_json", "dry_run", "yes"))
    return _push(values, as_json=as_json, dry_run=dry_run, yes=yes)


def _push(values: dict[str, Any], *, as_json: bool, dry_run: bool, yes: bool) -> int:
    from paperexport_zotero import access, folders, run, sync

    if not (dry_run or yes or reading.terminal(sys.stdin)):
        raise UsageError("nobody is there to ask", hint="-y writes without asking")
    if as_json and not (dry_run or yes):
        raise UsageError("--json shows nothing that one could say yes to", hint="-y or --dry-run")
    paths, tags = values.pop("paths"), values.pop("tags")
    for path in paths:
        folders.parts(path)
    how = sync.How(
        again=values.pop("again"),
        mirror=values.pop("mirror"),
        attach=values.pop("attach") == "link",
    )
    library, local = values.pop("library"), values.pop("local")
    with _server_asked(local) as server:
        # Who may not write is told so before anything is read or resolved.
        home = access.find(server, library)
        service = access.at(server, home, write=not dry_run)
        chosen = reading.read(values)
        wanted = _wanted(chosen.bibliography, paths, tags)
        with run.state(chosen.settings, service) as state:
            if dry_run:
                made = sync.planned(service, state, wanted, how)
                _show_plan(made, as_json=as_json)
                if not home.writable:
                    click.echo(f"{home.name!r} cannot be written: {home.why}", err=True)
                return reading.told(chosen, made.diagnostics)
            agreed: list[Plan] = []

            def agree(made: Plan) -> bool:
                agreed.append(made)
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
    written = done.written
    summary = written.said
    if as_json:
        # What was agreed to: the last plan is only of what was left when it was made.
        _show_plan(agreed[0], as_json=True, refused=written.refused)
        _note(summary or "nothing had to be written")
    elif summary:
        click.echo(summary)
    elif not agreed[0].empty:
        click.echo("nothing was written: the library has changed meanwhile", err=True)
    if not as_json and done.plan is not agreed[0]:
        _show_closed(done.plan)
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


def _show_plan(made: Plan, *, as_json: bool, refused: Set[str] = frozenset()) -> None:
    if as_json:
        reading.show(_plan_rows(made, refused), (), as_json=True)
        return
    paths = {key: path for place in made.places for path, key in place.steps.items()}
    rows = [{"do": "new collection", "title": new.path, "what": ""} for new in made.folders]
    rows += [
        {"do": action.kind, "title": action.title, "what": "; ".join(_what(action, paths))}
        for action in made.actions
        if action.kind != "nothing"
    ]
    rows += [{"do": "attach", "title": one.data["url"], "what": ""} for one in made.attachments]
    shown = rows[:SHOWN] if reading.terminal(sys.stdout) else rows
    _table(shown, "do", "title", "what")
    if len(rows) > len(shown):
        click.echo(f"… and {len(rows) - len(shown)} more (a pipe, or --json, shows all)")
    idle = sum(action.kind == "nothing" for action in made.actions)
    if idle or not rows:
        click.echo(f"{_count(idle, 'paper is', 'papers are')} in step")
    _show_closed(made)


def _show_closed(made: Plan) -> None:
    """The collections that somebody deleted."""
    for place in made.places:
        if place.problem:
            click.echo(f"{place.problem}; --again makes it anew", err=True)


def _what(action: Action, paths: Mapping[str, str]) -> Iterator[str]:
    """What is done about one paper, in a person's words."""
    changes, before = action.changes, action.before
    if action.kind != "create":
        if kind := changes.get("itemType"):
            yield f"becomes a {kind}"
        if fields := [name for name in changes if name not in SAID_APART]:
            yield ", ".join(fields)
        had, has = set(before.get("collections") or ()), set(changes.get("collections") or ())
        if "collections" in changes:
            yield from (f"into {paths.get(key, key)}" for key in sorted(has - had))
            yield from (f"out of {paths.get(key, key)}" for key in sorted(had - has))
        known = {tag["tag"] for tag in before.get("tags") or ()}
        if new := [tag["tag"] for tag in changes.get("tags") or () if tag["tag"] not in known]:
            yield f"tagged {', '.join(new)}"
        if "deleted" in changes:
            yield "out of the trash"
    if action.link and action.link.conflicts:
        yield f"in conflict: {', '.join(action.link.conflicts)}"
    if action.reason:
        yield action.reason


def _plan_rows(made: Plan, refused: Set[str]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"do": "new collection", "key": new.key, "path": new.path, "refused": new.key in refused}
        for new in made.folders
    ]
    rows += [
        {
            "do": action.kind,
            # What is left alone and was never there has no key.
            "key": action.key if not action.key.startswith("?") else "",
            "title": action.title,
            "reason": action.reason,
            "changes": action.changes,
            "before": action.before,
            "conflicts": _conflicts(action.link),
            "refused": action.key in refused,
        }
        for action in made.actions
    ]
    rows += [
        {"do": "attach", "key": one.key, "parent": one.parent, "url": one.data["url"],
         "refused": one.key in refused}
        for one in made.attachments
    ]  # fmt: skip
    return rows


def _conflicts(link: Link | None) -> dict[str, dict[str, Any]]:
    known = link.conflicts if link else {}
    return {name: {"ours": said["want"], "theirs": said["now"]} for name, said in known.items()}


@group.command("send", short_help="Send papers to the open Zotero, once.")
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
    wanted = _wanted(chosen.bibliography, (), tags)
    with access.desktop(run.place(chosen.settings, os.environ, local=True)) as service:
        where = connector.send(service, wanted) if wanted else "the open Zotero"
    click.echo(f"{_count(len(wanted), 'paper was', 'papers were')} sent to {where}")
    return reading.told(chosen)


@group.command("status", short_help="What became of the papers that were pushed.")
@_server
@_as_json
def status(library: str, local: bool, as_json: bool) -> None:
    """What became of the papers that were pushed.

    Each is in step, edited (by you, since we wrote it), merged, trashed, gone, or in conflict.
    """
    with _known(local, library) as (state, found):
        paths = _paths(state)
    rows: list[dict[str, Any]] = [
        {
            "standing": one.standing,
            "title": one.title,
            "edited": one.edited,
            "key": one.key,
            "created": one.created,
            "collections": [
                paths[c] for c, whose in one.link.collections.items()
                if whose != "theirs" and c in paths
            ],
        }
        for one in found
    ]  # fmt: skip
    if as_json:
        reading.show(rows, (), as_json=True)
        return
    apart = [row for row in rows if row["standing"] != "in step"]
    _table(apart, "standing", "title", "edited", "key")
    click.echo(f"{len(rows) - len(apart)} of {_count(len(rows), 'paper')} in step")


@contextmanager
def _known(local: bool, library: str) -> Iterator[tuple[State, list[Tracked]]]:
    """What is remembered of a library, and how it stands there now."""
    from paperexport_zotero import run, sync
    from paperexport_zotero.library import pull

    with (
        _library(local, library) as service,
        run.state(reading.settings(), service) as state,
    ):
        pull(service, state)
        yield state, sync.status(state)


def _paths(state: State) -> dict[str, str]:
    from paperexport_zotero import folders

    known = state.folders()
    return {key: folders.path_of(known, key) for key in known}


@group.command("resolve-conflicts", short_help="Decide where both you and we changed a field.")
@click.option("--ours", "all_ours", is_flag=True, help="What we would write wins, everywhere.")
@click.option("--theirs", "all_theirs", is_flag=True, help="What is there stays, everywhere.")
@_server
@_as_json
def resolve_conflicts(
    library: str, local: bool, as_json: bool, all_ours: bool, all_theirs: bool
) -> None:
    """Decide, field by field, where both you and we have changed something.

    The next push writes what you decided. With --json, what is in conflict is listed and nobody is
    asked.
    """
    from paperexport_zotero import apply

    if all_ours and all_theirs:
        raise UsageError("--ours and --theirs exclude each other")
    decided = 0
    with _known(local, library) as (state, tracked):
        rows: list[dict[str, Any]] = [
            {"key": one.key, "title": one.title, "field": field, **said}
            for one in tracked
            if one.standing == "conflict"
            for field, said in _conflicts(one.link).items()
        ]
        if as_json:
            reading.show(rows, (), as_json=True)
        elif not rows:
            click.echo("nothing is in conflict")
        asking = not (all_ours or all_theirs or as_json)
        if rows and asking and not reading.terminal(sys.stdin):
            raise UsageError("nobody is there to ask", hint="--ours or --theirs decides for all")
        for row in rows:
            answer = "ours" if all_ours else "theirs" if all_theirs else "skip"
            if asking:
                answer = _asked(row)
            if answer != "skip":
                apply.decide(state, row["key"], row["field"], ours=answer == "ours")
                decided += 1
    if decided and not as_json:
        click.echo(f"{_count(decided, 'conflict was', 'conflicts were')} decided; push again")


def _asked(row: Mapping[str, Any]) -> str:
    """What a person says of a conflict."""
    click.echo(f"{row['title']}: {row['field']}", err=True)
    for side in ("ours", "theirs"):
        said = row[side]
        shown = said if isinstance(said, str) else "; ".join(map(_person, said))
        click.echo(f"  {side + ':':8}{shown or '(empty)'}", err=True)
    answer: str = click.prompt("keep", type=click.Choice(["ours", "theirs", "skip"]), err=True)
    return answer


def _person(creator: Mapping[str, str]) -> str:
    parts = (creator.get(name) for name in ("name", "lastName", "firstName"))
    return ", ".join(filter(None, parts))
