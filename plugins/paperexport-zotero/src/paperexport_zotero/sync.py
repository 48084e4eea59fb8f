"""Papers into a library, again and again: pull, plan, apply, and once more where it moved on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from typing import Literal

from msgspec import Struct

from paperexport_zotero import folders
from paperexport_zotero._core import Diagnostic, Origin, PaperExportError, SyncError, Unreachable
from paperexport_zotero.apply import Progress, Written, apply, settle
from paperexport_zotero.items import Link, Wanted
from paperexport_zotero.library import members, pull
from paperexport_zotero.plan import Action, Plan, plan
from paperexport_zotero.service import Lost, Repeated, Service, Stale, Unsent
from paperexport_zotero.spool import Spool
from paperexport_zotero.state import State

ATTEMPTS = 8
"""How often in a row nothing may be achieved; a server that gives no answer has less time still."""


class How(Struct, frozen=True, kw_only=True):
    """How papers are brought into a library.

    Attributes:
        again: bring back what somebody threw away.
        mirror: take out of the collections what we filed there and is no longer wanted.
        attach: put a link to the PDF under the items that we make.
    """

    again: bool = False
    mirror: bool = False
    attach: bool = False


PLAIN = How()


class Pushed(Struct, frozen=True, kw_only=True):
    """What a push came to.

    Attributes:
        plan: the last plan: what had been to do when it ended.
        written: what was written, over all plans.
        diagnostics: what a person should know: what was refused, left alone, in conflict.
    """

    plan: Plan
    written: Written
    diagnostics: tuple[Diagnostic, ...] = ()


def planned(service: Service, state: State, wanted: Sequence[Wanted], how: How = PLAIN) -> Plan:
    """What :func:`push` would do now; nothing is written.

    Args:
        service: the library.
        state: what is remembered of it.
        wanted: the papers.
        how: the manner.

    Raises:
        RemoteError: Zotero could not be asked.
        SyncError: two collections of one name lie at one level.
        UsageError: a collection's path is none.
    """
    service.begin()
    pull(service, state)
    return _plan(service, state, wanted, how)


def push(
    service: Service,
    state: State,
    wanted: Sequence[Wanted],
    how: How = PLAIN,
    *,
    agree: Callable[[Plan], bool] = lambda _plan: True,
    progress: Progress | None = None,
) -> Pushed | None:
    """Bring papers into a library.

    Args:
        service: the library.
        state: what is remembered of it.
        wanted: the papers.
        how: the manner.
        agree: shown the first plan, before anything is written.
        progress: told how many objects of how many are written.

    Returns:
        what was done; None where it was not agreed to.

    Raises:
        RemoteError: Zotero could not be asked, or gave no answer that one could go on from, for
            as long as the service has grace. What is written stays; run it again and it goes on.
        SyncError: two collections of one name lie at one level, or the library does not rest.
        UsageError: a collection's path is none.
    """
    written, agreed, in_vain = Written(), False, 0
    service.begin()
    failure: PaperExportError = SyncError(
        "the library does not rest", hint="try again when it is quiet"
    )
    while in_vain < ATTEMPTS:
        part = Written()
        try:
            pull(service, state)
            settle(service, state)
            made = _plan(service, state, wanted, how, without=written.refused)
            if not agreed and not agree(made):
                return None
            agreed = True
            try:
                apply(service, state, made, progress=progress, written=part)
            finally:
                written.add(part)
            if not part.again:
                told = (
                    *written.problems,
                    *made.diagnostics,
                    *_misfiled(service, state, made, written.refused),
                )
                return Pushed(plan=made, written=written, diagnostics=told)
        except Stale:
            pass
        except (Lost, Repeated, Unsent) as error:
            failure = error
        except PaperExportError as error:
            raise _so_far(error, written) from None
        in_vain = 0 if part.count else in_vain + 1
        if in_vain:
            wait = min(2.0 ** (in_vain - 1), service.patience)
            if not service.hopeful(wait):
                break
            service.rest(wait, failure.message)
    if not isinstance(failure, Unreachable):
        raise _so_far(failure, written)
    raise type(failure)(
        f"{failure.message}; so far {written.said or 'nothing was written'}",
        hint="run the command again when Zotero answers: what is written stays, and it goes on",
    )


def _so_far(error: PaperExportError, written: Written) -> PaperExportError:
    """The same error, telling what was written before it."""
    if written.said:
        error.message += f"; so far {written.said}"
        error.args = (error.message,)
    return error


def _plan(
    service: Service,
    state: State,
    wanted: Sequence[Wanted],
    how: How,
    without: Set[str] = frozenset(),
) -> Plan:
    return plan(
        state,
        wanted,
        library=service.path,
        native_key=service.native_key,
        again=how.again,
        mirror=how.mirror,
        attach=how.attach,
        without=without,
        actions=Spool(Action),
    )


def _misfiled(
    service: Service, state: State, made: Plan, refused: Set[str]
) -> Iterator[Diagnostic]:
    """Read back whether what was filed is where it was filed."""
    filed: dict[str, list[str]] = {}
    for action in made.actions:
        for collection in () if action.key in refused else action.changes.get("collections", ()):
            if collection not in refused:
                filed.setdefault(collection, []).append(action.key)
    known = state.folders()
    for collection, keys in filed.items():
        there = members(service, collection)
        for key in keys:
            if key not in there:
                yield Diagnostic(
                    code="zotero-not-filed",
                    severity="warning",
                    message=f"{key} is not in {folders.path_of(known, collection)!r} any more",
                    origin=Origin(source="zotero"),
                    hint="somebody changed it just now; run it again",
                )


# --- what is tracked ------------------------------------------------------------------------------

Standing = Literal["in step", "edited", "merged", "trashed", "gone", "conflict"]


class Tracked(Struct, frozen=True, kw_only=True):
    """What became of a paper that we brought into the library.

    Attributes:
        key: the item's.
        title: the paper's.
        standing: how it stands.
        created: whether we made the item.
        edited: the fields that a person changed since we wrote them; ``collections`` and ``tags``
            where a person took away what we added.
        link: all that is remembered.
    """

    key: str
    title: str
    standing: Standing
    created: bool
    edited: tuple[str, ...]
    link: Link


def status(state: State) -> list[Tracked]:
    """All that is tracked in a library, as it was when it was last pulled."""
    return [_tracked(state, link) for link in state.links()]


def _tracked(state: State, link: Link) -> Tracked:
    item = state.item(link.key)
    edited: list[str] = []
    standing: Standing
    if item is None:
        standing = "merged" if state.replaced(link.key) else "gone"
    elif item.trashed:
        standing = "trashed"
    else:
        known = state.folders()
        for name, value in link.stored.items():
            now = item.data.get(name)
            if now != value and (now or value):
                edited.append(name)
        ours = [c for c, whose in link.collections.items() if whose != "theirs" and c in known]
        if any(collection not in item.collections for collection in ours):
            edited.append("collections")
        if any(whose == "ours" and tag not in item.tags for tag, whose in link.tags.items()):
            edited.append("tags")
        standing = "conflict" if link.conflicts else "edited" if edited else "in step"
    return Tracked(
        key=link.key,
        title=link.title,
        standing=standing,
        created=link.created,
        edited=tuple(edited),
        link=link,
    )
