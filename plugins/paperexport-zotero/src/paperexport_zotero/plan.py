"""What is to be done: wanted × what we last wrote × what is there now. Pure.

A field that nobody touched since we wrote it is improved; one that somebody changed stays; where
both changed, a person must say. A collection or tag that we added and somebody took away stays
away. What somebody threw away is left alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, MutableMapping, Sequence, Set
from typing import Any, Literal

from msgspec import Struct

from paperexport_zotero import extra, folders, identity, mapping, schema
from paperexport_zotero._core import TRUST, Diagnostic, Origin, Record, UsageError, strip_rich
from paperexport_zotero.folders import NewFolder, Place
from paperexport_zotero.items import NOT_FIELDS, Json, Link, Stored, View, Wanted

Kind = Literal["create", "adopt", "improve", "file", "unfile", "nothing", "conflict", "leave"]
AGAIN = "--again brings it back"
GENERATIONS = 1000
"""How many keys are made of one name before we give up."""
PAST = 8
"""How many values of a field that we wrote before are remembered."""


class Action(Struct, kw_only=True):
    """What is to be done about one paper.

    Attributes:
        kind: the foremost of what is done.
        key: the item's; chosen already where it is to be made.
        title: the paper's.
        version: of the item that this was planned against; 0 where it is to be made.
        changes: the properties that are sent; nothing is sent where there are none.
        before: what they were.
        link: what is remembered once it is done.
        moved_from: the key of the item that was merged into this one, if we knew that one.
        reason: why, for a person.
        hint: what a person can do about it.
        problems: what did not fit.
    """

    kind: Kind
    key: str
    title: str
    version: int = 0
    changes: Json = {}
    before: Json = {}
    link: Link | None = None
    moved_from: str = ""
    reason: str = ""
    hint: str = ""
    problems: tuple[Diagnostic, ...] = ()

    def told(self) -> Iterator[Diagnostic]:
        """What a person should know of it."""
        origin = Origin(source="zotero")
        yield from self.problems
        if self.kind == "leave":
            yield Diagnostic(
                code="zotero-left",
                severity="info" if self.hint == AGAIN else "warning",
                message=f"{self.title[:60]!r} is left alone: {self.reason}",
                origin=origin,
                hint=self.hint,
            )
        for field in self.link.conflicts if self.link else ():
            yield Diagnostic(
                code="zotero-conflict",
                severity="warning",
                message=f"{self.title[:60]!r}: both changed {field}; what is there is kept",
                field=field,
                origin=origin,
                hint="`paperexport zotero resolve-conflicts`",
            )


class Attachment(Struct, frozen=True):
    """A link to be put under an item, under a key that is already chosen."""

    key: str
    parent: str
    data: Json


class Plan(Struct, kw_only=True):
    """Everything that is to be done.

    Attributes:
        folders: the collections that are to be made, parents first.
        actions: one for each paper, in the order wanted; read anew each time they are gone through.
        writes: how many of them change an item.
        diagnostics: what a person should know of them: what does not fit, is left alone, or in
            conflict.
        places: what the paths mean.
        attachments: the links that are to be made, once their items are there.
    """

    folders: tuple[NewFolder, ...] = ()
    actions: Collection[Action] = ()
    writes: int = 0
    diagnostics: tuple[Diagnostic, ...] = ()
    places: tuple[Place, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing is to be written into the library."""
        return not (self.folders or self.attachments or self.writes)

    def count(self) -> dict[str, int]:
        """Kind → how many."""
        found: dict[str, int] = {}
        for action in self.actions:
            found[action.kind] = found.get(action.kind, 0) + 1
        return found


def plan(
    view: View,
    wanted: Sequence[Wanted],
    *,
    library: str,
    native_key: bool = True,
    again: bool = False,
    mirror: bool = False,
    attach: bool = False,
    without: Set[str] = frozenset(),
    actions: MutableMapping[str, Action] | None = None,
) -> Plan:
    """What is to be done so that the library holds what is wanted.

    Args:
        view: the library and our memory.
        wanted: the papers.
        library: the library's path, such as ``users/1``.
        native_key: whether the server's schema has ``citationKey``.
        again: bring back what somebody threw away.
        mirror: take out of the collections what we filed there and is no longer wanted.
        attach: put a link to the PDF under the items that we made.
        without: the keys of items and attachments that are left out.
        actions: where the actions are kept, by the item's key; in memory where it is None.

    Raises:
        SyncError: two collections of one name lie at one level.
        UsageError: a path is none, or a tag is too long.
    """
    kept = {} if actions is None else actions
    planning = _Planning(view, library, native_key, again, attach, kept)
    return planning.done(wanted, mirror=mirror, without=without)


class _Planning:
    def __init__(
        self,
        view: View,
        library: str,
        native_key: bool,
        again: bool,
        attach: bool,
        actions: MutableMapping[str, Action],
    ) -> None:
        self.view = view
        self.library = library
        self.native_key = native_key
        self.again = again
        self.attach = attach
        self.attachments: dict[str, Attachment] = {}
        self.moved = ""
        self.filed: dict[str, set[str]] = {}
        self.places: dict[str, Place] = {}
        self.made: dict[str, NewFolder] = {}
        self.actions = actions
        self.claimed: dict[str, str] = {}
        self.titled: dict[str, list[tuple[str, Record]]] = {}

    def done(self, wanted: Sequence[Wanted], *, mirror: bool, without: Set[str]) -> Plan:
        for one in wanted:
            for path in one.collections:
                self._place(path)
            for tag in one.tags:
                mapping.text(tag)
            if long := next((t for t in one.tags if len(t) > mapping.TAG_CHARACTERS), ""):
                raise UsageError(
                    f"a tag has at most {mapping.TAG_CHARACTERS} characters: {long[:40]!r}…"
                )
        for one in wanted:
            self._one(one)
        if mirror:
            self._unfile()
        for key in without:
            self.actions.pop(key, None)
        writes, told = 0, []
        for action in self.actions.values():
            writes += bool(action.changes)
            told += action.told()
        links = self.attachments.values()
        return Plan(
            folders=tuple(self.made.values()),
            actions=self.actions.values(),
            writes=writes,
            diagnostics=tuple(told),
            places=tuple(self.places.values()),
            attachments=tuple(one for one in links if not {one.key, one.parent} & without),
        )

    def _place(self, path: str) -> None:
        if path in self.places:
            return
        found = folders.place(self.view, self.library, path, self.made, again=self.again)
        self.places[path] = found
        self.made |= {new.path: new for new in found.new}

    def _one(self, wanted: Wanted) -> None:
        record = wanted.record
        names = identity.remembered_by(record)
        places = [self.places[path] for path in wanted.collections]
        closed = [place for place in places if not place.key]
        known = (mapping.clean(record.title), *identity.identifiers(record), record.url)
        title = next(filter(None, known), "(without a title)")
        if places and len(closed) == len(places):
            self._leave(f"?{len(self.actions)}", title, closed[0].problem)
            return
        into = [place.key for place in places if place.key]
        item, gone = self._itself(record)
        if item is not None:
            self._update(wanted, item, self.view.link(item.key), into, names, title)
            return
        if not record.title:
            names = identity.identifiers(record)  # it is told by nothing else
        link, lost = self._remembered(record, names)
        if link is not None:
            item = self.view.item(link.key)
            assert item is not None
            self._update(wanted, item, link, into, names, title)
            return
        item, others = self._there(record, names)
        gone = lost.key if lost else gone
        if gone and (item is None or item.trashed):
            if not self.again:
                self._leave(gone, title, self._why(gone))
                return
            item = self.view.item(gone) or item
        item = item or (self._made_before(record) if names else None)
        if item is None and not record.title:
            why = "it has no title yet"
            self._leave(f"?{len(self.actions)}", title, why, "--resolve completes it")
        elif item is None:
            self._create(wanted, into, names, title)
        elif item.trashed and not self.again:
            self._leave(item.key, title, "it is in the trash")
        else:
            # What we remember of it, it may not be found by: its names were few then.
            known = self.view.link(item.key)
            self._update(wanted, item, known, into, names, title, others=others)

    def _leave(self, key: str, title: str, reason: str, hint: str = AGAIN) -> None:
        left = Action(kind="leave", key=key, title=title, reason=reason, hint=hint)
        self.actions.setdefault(key, left)

    def _why(self, key: str) -> str:
        return "it is in the trash" if self.view.item(key) else "it was erased in Zotero"

    # -- which item

    def _itself(self, record: Record) -> tuple[Stored | None, str]:
        """The item that a record was read from; or the key of one that somebody threw away.

        Of several, as of two that were read as one paper, that which we remember.
        """
        gone = ""
        keys = mapping.read_from(record, self.library)
        for key in sorted(keys, key=lambda key: self.view.link(key) is None):
            item = self.view.item(key)
            if item is None or item.trashed:
                item = self.view.item(self._survivor(key)) or item
            if item is not None and not item.trashed:
                return item, ""
            if item is not None or self.view.erased(key):
                gone = gone or key
        return None, gone

    def _remembered(self, record: Record, names: Sequence[str]) -> tuple[Link | None, Link | None]:
        """The link of a paper whose item is there; or one whose item somebody threw away."""
        gone: Link | None = None
        for link in self.view.linked(names):
            item = self.view.item(link.key)
            if not self._of(record, names, link, item):
                continue
            if item is not None and not item.trashed:
                return link, None
            if survivor := self._survivor(link.key):
                self.moved = link.key
                return _moved_to(survivor, link, self.view.link(survivor)), None
            gone = gone or link
        return None, gone

    def _of(self, record: Record, names: Sequence[str], link: Link, item: Stored | None) -> bool:
        """Whether what we remember is of a paper, and not of another one of its title."""
        if any(name in link.names for name in names if not name.startswith("title:")):
            return True
        dated = str(link.sent.get("date") or (item.data.get("date") if item else "") or "")
        theirs = mapping.dated(dated)
        ours = record.issued
        return identity.compatible(
            names, link.names, ours.year if ours else 0, theirs.year if theirs else 0
        )

    def _survivor(self, key: str) -> str:
        """The item that an item was merged into, if that is there."""
        seen = {key}
        while (key := self.view.replaced(key)) and key not in seen:
            seen.add(key)
            item = self.view.item(key)
            if item is not None and not item.trashed:
                return key
        return ""

    def _made_before(self, record: Record) -> Stored | None:
        """The item that we made of a paper, in a run that this state does not remember."""
        main = identity.main_name(record)
        for generation in range(GENERATIONS):
            key = identity.key_of(self.library, main, generation)
            found = self.view.item(self._survivor(key) or key)
            if found is None or not main.startswith("title:"):
                return found
            if identity.alike(record, identity.of_item(found.data)[0]):
                return found  # else another one of its title, which was made before it
        return None

    def _there(self, record: Record, names: Sequence[str]) -> tuple[Stored | None, int]:
        """The item that a paper is already in the library as, and how many more there are."""
        found: dict[str, Stored] = {}
        for key in self.view.known(names):
            item = self.view.item(key)
            if item is None:
                continue
            there, known = identity.of_item(item.data)
            same = set(identity.identifiers(record)) & set(known)
            if same or identity.alike(record, there):
                found[key] = item
        if not found:
            found = self._by_title(record)
        # What is not in the trash first, then what has an identifier in common (the order of
        # names), then what has been there longest.
        best = sorted(found.values(), key=lambda item: item.trashed)
        return (best[0], sum(not item.trashed for item in best[1:])) if best else (None, 0)

    def _by_title(self, record: Record) -> dict[str, Stored]:
        """The one item of that title, where one side has neither authors nor identifiers."""
        found: dict[str, Stored] = {}
        for key in self.view.known([identity.bare(record)]):
            item = self.view.item(key)
            if item and identity.told_by_title(record, identity.of_item(item.data)[0]):
                found[key] = item
        return found if len(found) == 1 else {}

    # -- what is done with it

    def _create(
        self, wanted: Wanted, into: Sequence[str], names: tuple[str, ...], title: str
    ) -> None:
        main = identity.main_name(wanted.record)
        key = self._claimed(wanted.record, names)
        for generation in range(GENERATIONS):
            if key:
                break
            chosen = identity.key_of(self.library, main, generation)
            if self.view.erased(chosen):
                if not self.again:
                    self._leave(chosen, title, "it was erased in Zotero")
                    return
            elif self.view.item(chosen) is None and chosen not in self.actions:
                key = chosen
        mapped = mapping.to_item(wanted.record, wanted.key, native_key=self.native_key)
        if key in self.actions:
            self._again_in_one_plan(self.actions[key], wanted, into, mapped.data)
            return
        for name in names:
            if name.startswith("title:"):
                self.titled.setdefault(name, []).append((key, wanted.record))
            else:
                self.claimed[name] = key
        changes: Json = dict(mapped.data)
        tags = _tags(mapped.data, wanted.tags)
        if tags:
            changes["tags"] = tags
        if into:
            changes["collections"] = list(dict.fromkeys(into))
        link = Link(
            key=key,
            title=title,
            names=names,
            created=True,
            rank=rank(wanted.record),
            sent={k: v for k, v in mapped.data.items() if k != "tags"},
            tags={tag["tag"]: "ours" for tag in tags},
            collections=dict.fromkeys(into, "ours"),
        )
        self.actions[key] = Action(
            kind="create",
            key=key,
            title=title,
            changes=changes,
            link=link,
            problems=mapped.problems,
        )
        self._attach(link, wanted.record)

    def _claimed(self, record: Record, names: Sequence[str]) -> str:
        """The key that this plan makes the same paper under already, or an empty string."""
        for name in names:
            if name in self.claimed:
                return self.claimed[name]
            for key, other in self.titled.get(name, ()):
                if identity.alike(record, other):
                    return key
        return ""

    def _attach(self, link: Link, record: Record) -> None:
        """A link to the PDF, once, under an item that we made."""
        key = identity.key_of(self.library, f"attachment:{link.key}")
        known = link.attached or self.view.erased(key) or key in self.attachments
        if self.attach and link.created and record.pdf_url and not known:
            self.attachments[key] = Attachment(
                key,
                link.key,
                {
                    "itemType": "attachment",
                    "linkMode": "linked_url",
                    "parentItem": link.key,
                    "title": "PDF",
                    "url": mapping.clean(record.pdf_url),
                    "contentType": "application/pdf",
                    "tags": [],
                    "relations": {},
                },
            )

    def _again_in_one_plan(
        self, action: Action, wanted: Wanted, into: Sequence[str], data: Json
    ) -> None:
        """The same paper once more: into its other collections, with its other tags."""
        link = action.link
        if link is None or action.kind == "leave":
            return
        there = self.view.item(action.key)
        held = list(action.changes.get("collections") or (there.collections if there else ()))
        for key in into:
            if key not in link.collections:
                link.collections[key] = "theirs" if key in held else "ours"
                if key not in held:
                    held.append(key)
                    action.changes["collections"] = held
        now = (there.data.get("tags") or []) if there else []
        tags = list(action.changes.get("tags") or now)
        for tag in _tags(data if action.kind == "create" else {}, wanted.tags):
            if tag["tag"] not in link.tags:
                present = any(t["tag"] == tag["tag"] for t in tags)
                link.tags[tag["tag"]] = "theirs" if present else "ours"
                if not present:
                    tags.append(tag)
                    action.changes["tags"] = tags
        for name in action.changes.keys() & {"collections", "tags"} if there else ():
            action.before.setdefault(name, there.data.get(name))
        more = identity.remembered_by(wanted.record)
        link.names = tuple(dict.fromkeys((*link.names, *more)))
        if action.changes and action.kind == "nothing":
            action.kind = "file"
        self.actions[action.key] = action

    def _update(
        self,
        wanted: Wanted,
        item: Stored,
        link: Link | None,
        into: Sequence[str],
        names: tuple[str, ...],
        title: str,
        *,
        others: int = 0,
    ) -> None:
        self.filed.setdefault(item.key, set()).update(into)
        moved, self.moved = self.moved if link else "", ""
        if item.key in self.actions:
            action = self.actions[item.key]
            if moved and link and action.link:
                action.link = _moved_to(item.key, link, action.link)
                action.moved_from = action.moved_from or moved
                self.actions[action.key] = action
            self._again_in_one_plan(action, wanted, into, {})
            return
        if not wanted.record.title:
            title = (link.title if link else "") or identity.of_item(item.data)[0].title or title
        adopted = link is None
        known = link.copy() if link else Link(key=item.key, created=False)
        known.title = title
        known.names = tuple(dict.fromkeys((*known.names, *names)))
        work = _Update(self.library, item, known, wanted, self.native_key)
        if item.trashed:
            work.changes["deleted"] = 0  # asked for again
        work.fields()
        filed = work.collections(into)
        work.tags()
        kind: Kind = "nothing"
        if known.conflicts:
            kind = "conflict"
        if filed:
            kind = "file"
        if set(work.changes) - {"collections"}:
            kind = "improve"
        if adopted:
            kind = "adopt"
        reason = f"there {_are(others)} of it" if others else ""
        self.actions[item.key] = Action(
            kind=kind,
            key=item.key,
            title=title,
            version=item.version,
            changes=work.changes,
            before={name: item.data.get(name) for name in work.changes},
            link=known,
            moved_from=moved,
            reason=reason,
            problems=work.problems,
        )
        self._attach(known, wanted.record)

    def _unfile(self) -> None:
        """Take out what we filed and nobody wants there any longer."""
        targets = {place.key for place in self.places.values() if place.key}
        for link in self.view.links():
            item = self.view.item(link.key)
            if item is None or item.trashed:
                continue
            action = self.actions.get(link.key)
            wanted = self.filed.get(link.key, set())
            after = action.link if action and action.link else link.copy()
            held: list[str] = list(item.collections)
            if action is not None:
                held = list(action.changes.get("collections", held))
            out = {
                key
                for key in targets - wanted
                if key in held and after.collections.get(key) == "ours"
            }
            if not out:
                continue
            for key in out:
                del after.collections[key]
            left = [key for key in held if key not in out]
            if action is None or action.link is None:
                action = Action(
                    kind="unfile",
                    key=link.key,
                    title=link.title,
                    version=item.version,
                    link=after,
                )
            elif action.kind == "nothing":
                action.kind = "unfile"
            action.changes["collections"] = left
            action.before["collections"] = list(item.collections)
            self.actions[action.key] = action


class _Update:
    """An item that is there, compared with what is wanted of it."""

    def __init__(
        self, library: str, item: Stored, link: Link, wanted: Wanted, native_key: bool
    ) -> None:
        self.item = item
        self.now = item.data
        self.itself = item.key in mapping.read_from(wanted.record, library)
        self.link = link
        self.wanted = wanted
        self.native_key = native_key
        self.changes: Json = {}
        self.problems: tuple[Diagnostic, ...] = ()
        # An item is no witness of itself: others are to go on improving what it says.
        self.rank = rank(wanted.record, but=mapping.address(library, item.key))
        self.trusted = self.rank <= link.rank

    def fields(self) -> None:
        """Field by field, and the item type before them."""
        record, link, now = self.wanted.record, self.link, self.now
        kind = str(now.get("itemType"))
        best = mapping.type_of(record)
        if best != kind and self._may_become(best):
            self.changes["itemType"] = kind = best
        mapped = mapping.to_item(
            record, self.wanted.key, item_type=kind, native_key=self.native_key
        )
        self.problems = mapped.problems
        want = {k: v for k, v in mapped.data.items() if k not in ("itemType", "tags")}
        if kind != best and "extra" in want:
            # Cited by that line, it would be of our type in spite of all.
            want["extra"] = extra.without(want["extra"], "type")
        if self.itself and "itemType" not in self.changes:
            said = mapping.to_item(identity.of_item(now)[0], item_type=kind).data
            want = {k: v for k, v in want.items() if said.get(k) != v}  # nothing new
        link.conflicts = {}
        link.note(now)
        retyped = "itemType" in self.changes
        if retyped:
            self._retype(kind, want)
        for name, value in want.items():
            if name == "extra":
                self._extra(str(value))
            elif name == "citationKey":
                self._citation_key(str(value))
            elif not retyped:
                self._field(name, value)
        if self.trusted:
            link.rank = min(link.rank, self.rank)

    def _may_become(self, best: str) -> bool:
        """Whether an item may change its type: nobody touched it, nor what would be lost."""
        link, now = self.link, self.now
        if not (link.created and self.trusted and self.wanted.record.title):
            return False
        if now.get("itemType") != link.stored.get("itemType"):
            return False
        if link.sent.get("itemType") == best or identity.digest(best) in link.past.get(
            "itemType", ()
        ):
            return False
        touched = [
            name
            for name in (now.keys() | link.stored.keys()) - NOT_FIELDS - {"extra", "citationKey"}
            if (now.get(name) or "") != link.stored.get(name, "")
        ]
        return not touched and (now.get("creators") or []) == link.stored.get("creators", [])

    def _retype(self, kind: str, want: Json) -> None:
        """All fields anew under another type; what moved there by itself and is not wanted, out."""
        link = self.link
        before = str(self.now["itemType"])
        for name in schema.fields(before):
            if self.now.get(name) and name not in ("extra", "citationKey"):
                place = name if name in schema.fields(kind) else _moved(before, name, kind)
                if place and place not in want:
                    self.changes[place] = ""
        for name in want:
            if name not in ("extra", "citationKey"):
                self.changes[name] = want[name]
        self._past("itemType", before)
        kept: Json = {k: v for k, v in link.sent.items() if k in ("extra", "citationKey")}
        stored: Json = {k: v for k, v in link.stored.items() if k in kept}
        link.sent = {**kept, "itemType": kind, **{k: v for k, v in want.items() if k not in kept}}
        link.sent.pop("extra", None)
        if "extra" in kept:
            link.sent["extra"] = kept["extra"]
        link.stored = stored

    def _field(self, name: str, want: Any) -> None:
        link, now = self.link, self.now.get(name) or ([] if name == "creators" else "")
        if name not in link.sent:
            if name not in link.theirs:
                self._write(name, want)
            return
        same = (now, link.sent[name], strip_rich(now) if isinstance(now, str) else now)
        if want in same or identity.digest(want) in link.past.get(name, ()):
            return
        if now == link.stored.get(name):
            if self.trusted:
                self._write(name, want)
            return
        if self.trusted:
            link.conflicts[name] = {"want": want, "now": now}

    def _write(self, name: str, value: Any) -> None:
        if name in self.link.sent:
            self._past(name, self.link.sent[name])
        self.changes[name] = value
        self.link.sent[name] = value

    def _past(self, name: str, value: Any) -> None:
        past = [p for p in self.link.past.get(name, []) if p != identity.digest(value)]
        self.link.past[name] = [*past, identity.digest(value)][-PAST:]

    def _citation_key(self, want: str) -> None:
        """Only where there never was one: keys are cited, and do not move."""
        now, sent = (extra.read(str(e.get("extra") or ""))[0] for e in (self.now, self.link.sent))
        if (
            not self.now.get("citationKey")
            and "citation_key" not in now.keys() | sent.keys()
            and "citationKey" not in self.link.sent
        ):
            self._write("citationKey", want)

    def _extra(self, want: str) -> None:
        link, now = self.link, str(self.now.get("extra") or "")
        if not link.created:
            # Into somebody's item only the line that it is found by, and only where there is none.
            lines = [line for line in want.split("\n") if extra.label_of(line) == "arxiv"]
            want = "\n".join(lines)
            if not want or "extra" in link.sent or now:
                return
        base = str(link.sent.get("extra") or "")
        want = extra.keyed_as(base, want)
        if want == base or identity.digest(want) in link.past.get("extra", ()):
            return
        if not self.trusted:
            return
        merged = extra.merged(base, now, want)
        if len(merged.encode()) > mapping.FIELD_BYTES:
            return  # theirs and ours have no room together
        if base:
            self._past("extra", base)
        link.sent["extra"] = want
        if merged != now:
            self.changes["extra"] = merged

    def collections(self, into: Sequence[str]) -> bool:
        """Each collection by itself; whether the item is to be filed anywhere."""
        held = list(self.item.collections)
        for key in into:
            if key in held:
                self.link.collections.setdefault(key, "theirs")
            elif key not in self.link.collections:
                self.link.collections[key] = "ours"
                held.append(key)
        if held != list(self.item.collections):
            self.changes["collections"] = held
        return "collections" in self.changes

    def tags(self) -> None:
        """Each tag by itself."""
        link, present = self.link, self.item.tags
        automatic = link.created or not present
        asked = mapping.to_item(self.wanted.record).data if automatic else {}
        tags = [dict(tag) for tag in self.now.get("tags") or ()]
        before = len(tags)
        for tag in _tags(asked, self.wanted.tags):
            name = tag["tag"]
            if name in present:
                link.tags.setdefault(name, "theirs")
            elif name not in link.tags:
                link.tags[name] = "ours"
                tags.append(tag)
        if len(tags) != before:
            self.changes["tags"] = tags


def rank(record: Record, *, but: str = "") -> int:
    """How far whoever tells of a record is believed at best, one left out; 0 is best."""
    origins = (origin for origin in record.origins.values() if not but or origin.locator != but)
    found = [TRUST.index(origin.trust) for origin in origins]
    return min(found, default=len(TRUST))


def _tags(data: Mapping[str, Any], asked: Sequence[str]) -> list[Json]:
    """The tags of an item: its keywords as automatic ones, what was asked for as manual ones."""
    tags: dict[str, Json] = {str(tag["tag"]): dict(tag) for tag in data.get("tags") or ()}
    for name in asked:
        if said := mapping.clean(name):
            tags[said] = {"tag": said}
    return list(tags.values())


def _moved_to(key: str, link: Link, known: Link | None) -> Link:
    """What is remembered of an item that another one was merged into.

    Its fields are as they were remembered, if they were; else nothing there is ours. What was
    taken out of a collection, or off a tag, stays so under either.
    """
    moved = known.copy() if known else link.copy()
    if known is None:
        moved.key, moved.created, moved.attached = key, False, ""
        moved.sent, moved.stored, moved.past, moved.conflicts = {}, {}, {}, {}
    moved.names = tuple(dict.fromkeys((*moved.names, *link.names)))
    moved.collections = {**link.collections, **moved.collections}
    moved.tags = {**link.tags, **moved.tags}
    return moved


def _moved(before: str, name: str, after: str) -> str:
    """Where a field's value goes by itself when the item type changes."""
    base = next((b for b in _BASES if schema.own(before, b) == name), "")
    return schema.own(after, base) if base else ""


_BASES = ("publicationTitle", "publisher", "number", "type", "volume", "pages", "place", "medium",
          "authority", "status", "title", "date", "originalDate")  # fmt: skip


def _are(count: int) -> str:
    return "is one more item" if count == 1 else f"are {count} more items"
