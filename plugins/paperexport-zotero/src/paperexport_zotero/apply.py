"""A plan put into effect, so that no moment of failure makes a duplicate or loses an edit.

Each request is written into the journal before it is sent, with a token, and struck out when its
report has been read, object by object: an answer of 200 may tell that all of them failed. Where
no answer came, the library is read again and asked whether it has done the write of that token.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import msgspec
from msgspec import Struct

from paperexport_zotero._core import Diagnostic, Origin, RateLimited, Refused, SyncError
from paperexport_zotero.items import Json, Link, Stored
from paperexport_zotero.library import folder_of
from paperexport_zotero.plan import Action, Plan
from paperexport_zotero.service import MOST, Busy, Failed, Lost, Report, Service, Stale, Unsent
from paperexport_zotero.state import Pending, State

REMEMBERED = 11 * 3600.0
"""Seconds for which the server surely knows a token; it says twelve hours."""
PATHS = {"folder": "/collections", "item": "/items", "attachment": "/items"}
ANY = 1_000_000_000
"""A version that no library has reached: it stands for whatever version an object has."""
MOVED_ON = frozenset((404, 409, 412))
"""What an object fails with when the library is no longer what the plan took it for."""

Progress = Callable[[int, int], None]


class Written(Struct):
    """What came of a plan.

    Attributes:
        folders: how many collections were made.
        created: how many items were made.
        changed: how many items were changed.
        attached: how many attachments were made.
        refused: the keys of what the server does not take, whatever is done.
        problems: the same for a person.
        again: whether something had moved on meanwhile, and must be planned anew.
    """

    folders: int = 0
    created: int = 0
    changed: int = 0
    attached: int = 0
    refused: set[str] = set()
    problems: list[Diagnostic] = []
    again: bool = False

    @property
    def count(self) -> int:
        """How many objects were written."""
        return self.folders + self.created + self.changed + self.attached

    @property
    def said(self) -> str:
        """What was written, for a person; empty where nothing was."""
        numbers = (
            (self.folders, "collection made", "collections made"),
            (self.created, "item made", "items made"),
            (self.changed, "item changed", "items changed"),
            (self.attached, "link attached", "links attached"),
        )
        return ", ".join(f"{n} {one if n == 1 else many}" for n, one, many in numbers if n)

    def add(self, other: Written) -> None:
        """Count another one's to this one."""
        for name in ("folders", "created", "changed", "attached"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.refused |= other.refused
        self.problems += other.problems
        self.again = other.again


def apply(
    service: Service,
    state: State,
    plan: Plan,
    *,
    progress: Progress | None = None,
    written: Written | None = None,
) -> Written:
    """Write what a plan says.

    Args:
        service: the library.
        state: our memory, brought up to date just before the plan was made.
        plan: what is to be done.
        progress: told how many objects of how many are written.
        written: where it is counted, also when it ends halfway.

    Raises:
        Stale: the library has changed since it was read; pull and plan again.
        Lost: nobody knows what came of the last request; pull and settle.
        RemoteError: Zotero could not be asked; nothing is half-done but what is in the journal.
    """
    return _Applying(service, state, plan, progress, written or Written()).done()


class _Applying:
    def __init__(
        self,
        service: Service,
        state: State,
        plan: Plan,
        progress: Progress | None,
        written: Written,
    ) -> None:
        self.service = service
        self.state = state
        self.plan = plan
        self.progress = progress or (lambda _done, _total: None)
        self.total = len(plan.folders) + plan.writes + len(plan.attachments)
        self.sent = 0
        self.written = written

    def done(self) -> Written:
        plan, state = self.plan, self.state
        with state.transaction():
            for action in plan.actions:
                if not action.changes and action.link is not None:
                    _remember(state, action.link, action.moved_from)
        self._send(
            Pending(
                kind="folder",
                key=new.key,
                sent={"name": new.name, "parentCollection": new.parent or False},
                path=new.path,
            )
            for new in plan.folders
        )
        if self.written.again or self.written.refused:
            return self.written  # what is to be filed there would be refused too
        with state.transaction():
            for place in plan.places:
                for path, key in place.steps.items():
                    if place.key and state.target(path) != key:
                        state.keep_target(path, key)
        self._send(_pending(action) for action in plan.actions if action.changes)
        if not self.written.again:
            self._send(
                Pending(kind="attachment", key=one.key, sent=one.data, path=one.parent)
                for one in plan.attachments
                if one.parent not in self.written.refused
            )
        return self.written

    def _send(self, writes: Iterable[Pending]) -> None:
        for batch in _batches(writes, spare=not self.service.local):
            token = secrets.token_hex(16)
            now = time.time()
            # A running Zotero compares the versions of the objects, and for those it must be asked.
            since = None if self.service.local else self.state.version
            for one in batch:
                one.token, one.at, one.since = token, now, since or 0
            self._post(batch, token, since)
            self.sent += len(batch)
            self.progress(self.sent, self.total)

    def _post(self, batch: Sequence[Pending], token: str, since: int | None) -> None:
        state, service = self.state, self.service
        state.reserve(batch)
        objects: list[Json] = [
            {"key": one.key, "version": one.version, **one.sent} for one in batch
        ]
        if since is not None and (there := next((one.key for one in batch if one.version), "")):
            # The token is not remembered where the last object fails, though others are written:
            # so the last is one that does nothing, of whatever version, and does not fail.
            objects.append({"key": there, "version": ANY})
        try:
            answer = service.post(PATHS[batch[0].kind], objects, token=token, since=since)
        except Stale:
            # Nothing was done; unless something in between sent it twice, and this is the answer
            # to the second.
            if not service.was_done(PATHS[batch[0].kind], token):
                state.forget(batch)
            raise
        except Busy:
            raise
        except (Unsent, Refused, RateLimited):
            state.forget(batch)  # nothing was done
            raise
        report = answer.json(Report)
        with state.transaction():
            for number, one in enumerate(batch):
                self._reported(one, str(number), report)
            if since is not None and _alone(report, since, answer.version):
                state.version = answer.version
        if state.pending():
            raise Lost("Zotero's report leaves objects out", hint="run the command again")

    def _reported(self, one: Pending, number: str, report: Report) -> None:
        """Settle one object by what is reported of it."""
        state, written = self.state, self.written
        if (found := report.successful.get(number)) is not None:
            _settle(state, one, dict(found.data), found.version)
            if one.kind == "folder":
                written.folders += 1
            elif one.kind == "attachment":
                written.attached += 1
            elif one.version:
                written.changed += 1
            else:
                written.created += 1
        elif number in report.unchanged:
            item = state.item(one.key)
            _settle(state, one, item.data if item else one.sent, item.version if item else 0)
        elif (failed := report.failed.get(number)) is not None:
            if one.kind == "attachment" and failed.code == 412:
                _settle(state, one, one.sent, 0)  # it is there
            elif failed.code in MOVED_ON:
                state.forget([one])
                written.again = True
            else:
                state.forget([one])
                written.refused.add(one.key)
                written.problems.append(_refusal(one, failed))


def _alone(report: Report, since: int, version: int) -> bool:
    """Whether nobody else has written while a POST was served, whose objects are done one by one.

    Each that was written, or found unchanged, has counted the library's version up by one. What is
    beyond that is somebody else's, and has yet to be read.
    """
    counted = {one.version for one in report.successful.values()}
    return version - since <= len(counted) + len(report.unchanged)


def _batches(writes: Iterable[Pending], *, spare: bool) -> Iterator[list[Pending]]:
    """As many as one request takes; with ``spare``, one less where one of them is an update."""
    batch: list[Pending] = []
    for one in writes:
        updates = spare and any(other.version for other in (one, *batch))
        if len(batch) >= MOST - updates:
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch


def _pending(action: Action) -> Pending:
    return Pending(
        kind="item",
        key=action.key,
        version=action.version,
        sent=action.changes,
        before=action.before,
        link=action.link,
        moved_from=action.moved_from,
    )


def _refusal(one: Pending, failed: Failed) -> Diagnostic:
    what = one.path if one.kind == "folder" else one.link.title if one.link else one.key
    return Diagnostic(
        code="zotero-refused",
        severity="error",
        message=f"Zotero does not take {what!r}: {failed.code} {failed.message}",
        origin=Origin(source="zotero"),
        hint="the others were written",
    )


def _settle(state: State, one: Pending, data: Json, version: int) -> None:
    """One write was done: remember what the server made of it, and strike it out."""
    if one.kind == "folder":
        state.keep_folders([folder_of(data, version)])
        state.keep_target(one.path, one.key)
    elif one.kind == "attachment":
        parent = state.link(one.path)
        if parent is not None:
            parent.attached = one.key
            state.keep_link(parent)
    else:
        state.keep_item(data, version)
        _linked(state, one, data)
    state.forget([one])


def _linked(state: State, one: Pending, stored: Json) -> None:
    """Remember what we wrote, and how it is stored: what later comparisons start from."""
    link = one.link
    assert link is not None
    for name, value in link.sent.items():
        if name in one.sent or name not in link.stored:
            found = stored.get(name, value)
            # Mostly just as it was sent: one text, and not two of each paper in memory.
            link.stored[name] = value if found == value else found
    _remember(state, link, one.moved_from)


def _remember(state: State, link: Link, moved_from: str) -> None:
    if moved_from:
        state.move_link(moved_from, link)
    elif state.link(link.key) != link:
        state.keep_link(link)


# --- after a failure ------------------------------------------------------------------------------


def settle(service: Service, state: State, *, now: Callable[[], float] = time.time) -> None:
    """Find out what came of the writes that no answer was read to; the library was just pulled.

    The server is asked by the token of each. When that is too old, a write counts as done wherever
    it may have been: what a person has changed since then is never changed back.

    Raises:
        RemoteError: Zotero could not be asked.
    """
    for token, group in groupby(state.pending(), key=lambda one: one.token):
        batch = list(group)
        old = now() - batch[0].at > REMEMBERED
        done = not old and service.was_done(PATHS[batch[0].kind], token)
        # The token of a POST that broke off is not remembered; but what is there just as it was
        # sent tells that it was begun.
        signs = {
            number: item.version
            for number, one in enumerate(batch)
            if one.kind == "item"
            and (item := state.item(one.key))
            and _moved(item, one)
            and _says(item, one)
        }
        with state.transaction():
            for number, one in enumerate(batch):
                begun = old or _begun(one, number, state.item(one.key), signs)
                _guess(state, one, done=done, begun=begun, old=old, local=service.local)


def _begun(one: Pending, number: int, item: Stored | None, signs: Mapping[int, int]) -> bool:
    """Whether a POST that broke off may have written an object before a person changed it.

    It was begun at a version of the library that is known, and each object that it writes counts
    that up by one, in their order. So what was changed first of all since then, or before an object
    that stands ahead of it in the request, was changed without us.

    Args:
        one: the object.
        number: its place in the request.
        item: what is there.
        signs: place → version of those that are there just as they were sent.
    """
    if item is None or not one.since or number in signs:
        return bool(signs)
    late = item.version > one.since + 1
    return late and any(number < sign or item.version > signs[sign] for sign in signs)


def _guess(state: State, one: Pending, *, done: bool, begun: bool, old: bool, local: bool) -> None:
    if one.kind == "folder":
        if one.key in state.folders():
            state.keep_target(one.path, one.key)
        elif (done and local) or state.erased(one.key):
            state.keep_target(one.path, one.key)  # made, and deleted by a person
        state.forget([one])
        return
    if one.kind == "attachment":
        parent = state.link(one.path)
        if (done or old or state.erased(one.key)) and parent is not None:
            parent.attached = one.key
            state.keep_link(parent)
        state.forget([one])
        return
    item = state.item(one.key)
    if item is None:
        # Done and not there, it was erased since; a running Zotero does not tell what was. Else it
        # is one that failed while others of its request were written.
        # What was there before and was not written to, is erased without us.
        sent = done or begun or not one.version
        written = (state.erased(one.key) and sent) or (done and local)
    elif _moved(item, one):
        written = done or begun
    else:
        written = done and _says(item, one)
    if written:
        # As it was sent: what differs from that now was changed by a person since.
        _linked(state, one, one.sent)
    state.forget([one])


def _moved(item: Stored | None, one: Pending) -> bool:
    """Whether an item has changed since it was sent."""
    return item is not None and item.version != one.version


def _says(item: Stored | None, one: Pending) -> bool:
    """Whether an item is just as it was sent."""
    return item is not None and all(
        _same(name, item.data.get(name), value) for name, value in one.sent.items()
    )


def _same(name: str, now: Any, sent: Any) -> bool:
    if name == "collections":
        return set(now or ()) == set(sent)
    if name == "tags":
        return {t["tag"] for t in now or ()} == {t["tag"] for t in sent}
    return bool(now == sent or (not now and not sent))


# --- what a person decides ------------------------------------------------------------------------


def decide(state: State, key: str, field: str, *, ours: bool) -> None:
    """Settle a conflict: with ``ours`` the next push writes our value, else theirs stays.

    Args:
        state: our memory.
        key: the item's.
        field: the field.
        ours: who wins.

    Raises:
        SyncError: there is no such conflict.
    """
    link = state.link(key)
    conflict = link.conflicts.get(field) if link else None
    if link is None or conflict is None:
        raise SyncError(f"{key}: {field} is in no conflict", hint="`paperexport zotero status`")
    if ours:
        link.stored[field] = conflict["now"]
    else:
        link.sent[field] = conflict["want"]
    del link.conflicts[field]
    with state.transaction():
        state.keep_link(msgspec.convert(msgspec.to_builtins(link), Link))
