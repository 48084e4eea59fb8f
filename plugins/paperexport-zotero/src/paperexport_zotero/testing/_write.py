"""What the server checks before it stores an item or a collection, in its own words."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from paperexport_zotero import _schema, schema
from paperexport_zotero.testing._library import (
    ALPHABET,
    Collection,
    Item,
    Json,
    Library,
    Problem,
    now,
)

KEY = re.compile(f"[{ALPHABET}]{{8}}")
ALL_FIELDS = {f for kind in schema.ITEM_TYPES for f in schema.fields(kind)}
BASE_FIELDS = {
    f.partition("<")[2] for said in _schema.FIELDS.values() for f in said.split() if "<" in f
}
_FIELD_CASES = {name.lower(): name for name in ALL_FIELDS | BASE_FIELDS}
TYPES = {kind.lower(): kind for kind in schema.ITEM_TYPES}
CREATORS = {c for kind in schema.ITEM_TYPES for c in schema.creators(kind)} | {"author"}
SPECIAL = frozenset(
    "key version itemType creators tags collections relations deleted parentItem note "
    "inPublications dateAdded dateModified linkMode contentType charset filename md5 mtime path "
    "annotationType".split()
)
LINK_MODES = ("imported_file", "imported_url", "linked_file", "linked_url", "embedded_image")
PREDICATES = ("dc:relation", "dc:replaces", "owl:sameAs", "mendeleyDB:documentUUID",
              "mendeleyDB:remoteDocumentUUID", "mendeleyDB:fileHash",
              "mendeleyDB:relatedDocumentUUID", "mendeleyDB:relatedRemoteDocumentUUID",
              "mendeleyDB:relatedFileHash")  # fmt: skip
WHITE = " \t\n\r\0\x0b"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_DOUBLE = re.compile(r"\d{4}-\d\d-\d\d (?=.*[A-Za-z])(?!\d\d:)")
_DATETIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d):(\d\d)(Z|[+-]\d\d:?\d\d)?)?")


def text(value: Any) -> str:
    """A JSON value as PHP makes a string of it, trimmed."""
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    if isinstance(value, float) or (isinstance(value, int) and abs(value) >= 1 << 63):
        return f"{value:.14G}"
    return _CONTROL.sub("", str(value)).strip(WHITE)


def check_key(data: Json, kind: str) -> str:
    """The key of an object in a POST, or an empty string."""
    key = data.get("key")
    if key is None:
        if data.get("version") is not None:
            raise Problem(400, f"'version' is valid only if {kind} key is provided")
        return ""
    if not isinstance(key, str):
        raise Problem(400, "'key' must be a string")
    if not KEY.fullmatch(key):
        raise Problem(400, f"'{key}' is not a valid {kind} key")
    return key


def expected(data: Json) -> Any:
    """The version that an object says it is based on; None where it says none."""
    version = data.get("version")
    if version is None or (isinstance(version, int) and not isinstance(version, bool)):
        return version
    if isinstance(version, float):
        return version
    if isinstance(version, str) and re.fullmatch(r"-?\d+", version):
        return int(version)
    raise Problem(400, "'version' must be an integer")


# --- items ----------------------------------------------------------------------------------------


def _spelt(name: str) -> str:
    """A field's name in whatever case, as the schema spells it."""
    return _FIELD_CASES.get(name.lower(), name)


class ItemWrite:
    """One item being made or changed.

    Args:
        library: where.
        data: what was sent.
        item: what is there, or None.
        key: the key that it is to have.
        put: whether what is absent is reset.
    """

    def __init__(
        self, library: Library, data: Json, item: Item | None, key: str, *, put: bool = False
    ) -> None:
        self.library = library
        self.data = data
        self.old = item
        self.put = put
        self.key = key
        self.new: Item

    def checked(self) -> None:
        """Raise what the server finds in the object alone."""
        data, old = self.data, self.old
        self.data = data = {_spelt(name): value for name, value in data.items()}
        kind = data.get("itemType")
        if kind is None and (old is None or self.put):
            raise Problem(400, "'itemType' property not provided")
        if kind is not None and not isinstance(kind, str):
            raise Problem(400, "'itemType' must be a string")
        if kind == "":
            raise Problem(400, "'itemType' cannot be empty")
        if kind is not None and kind.lower() not in TYPES:
            raise Problem(400, f"'{kind}' is not a valid itemType")
        self.type = TYPES[kind.lower()] if kind is not None else old.item_type if old else ""
        if self.put and old:
            parent = data.get("parentItem")
            for name in ("tags", "collections", "relations"):
                if name not in data and not (name == "collections" and parent):
                    raise Problem(400, f"'{name}' property not provided")
        mode = data.get("linkMode")
        if self.type == "attachment" and old is None:
            if mode is None:
                raise Problem(400, "'linkMode' property not provided")
            if mode not in LINK_MODES:
                raise Problem(400, f"'{mode}' is not a valid linkMode")
        for name, value in self.data.items():
            self._property(name, value)

    def _property(self, name: str, value: Any) -> None:
        kind = self.type
        match name:
            case "key" | "version" | "itemType" | "deleted" | "inPublications":
                pass
            case "creators":
                self._creators(value)
            case "tags":
                self._tags(value)
            case "collections":
                if not isinstance(value, list):
                    raise Problem(400, "'collections' property must be an array")
                if self.data.get("parentItem") and value:
                    raise Problem(400, "Child items cannot be assigned to collections")
                for key in value:
                    if not (isinstance(key, str) and KEY.fullmatch(key)):
                        raise Problem(400, f"'{text(key)}' is not a valid collection key")
            case "relations":
                self._relations(value)
            case "parentItem":
                if value and not (isinstance(value, str) and KEY.fullmatch(value)):
                    raise Problem(400, "'parentItem' must be a valid item key or false")
                if value and kind not in ("note", "attachment", "annotation"):
                    raise Problem(400, "Child item must be note, attachment, or annotation")
            case "note":
                if kind not in ("note", "attachment"):
                    raise Problem(
                        400, "'note' property is valid only for note and attachment items"
                    )
            case "dateAdded" | "dateModified":
                if not _moment(value):
                    raise Problem(
                        400,
                        f"'{name}' must be in ISO 8601 or UTC 'YYYY-MM-DD hh:mm:ss' format"
                        f" ({text(value)})",
                    )
            case "accessDate":
                self._field(name, value)
                if value != "" and not (value == "CURRENT_TIMESTAMP" or _access_date(value)):
                    raise Problem(
                        400,
                        "'accessDate' must be in ISO 8601 or UTC 'YYYY-MM-DD[ hh:mm:ss]' format or"
                        f" 'CURRENT_TIMESTAMP' ({'' if value is None else value})",
                    )
            case "linkMode" | "contentType" | "charset" | "filename" | "md5" | "mtime" | "path":
                self._attachment(name, value)
            case _:
                self._field(name, value)

    def _attachment(self, name: str, value: Any) -> None:
        if self.type != "attachment":
            raise Problem(400, f"'{name}' is valid only for attachment items")
        mode: str = self.data.get("linkMode") or (
            self.old.attachment.get("linkMode", "") if self.old else ""
        )
        if name == "linkMode" and self.old and value != self.old.attachment.get("linkMode"):
            raise Problem(400, "Cannot change attachment linkMode")
        if name in ("filename", "md5", "mtime") and mode.startswith("linked"):
            raise Problem(
                400, f"'{name}' is valid only for imported and embedded-image attachments"
            )
        if name == "path" and mode != "linked_file":
            raise Problem(400, "'path' is valid only for linked file attachment items")
        if name == "linkMode" and mode == "linked_file" and self.library.kind == "group":
            raise Problem(400, "Linked files can only be added to user libraries")

    def _field(self, name: str, value: Any) -> None:
        if name not in ALL_FIELDS and name not in BASE_FIELDS:
            raise Problem(400, f"Invalid property '{name}'")
        if name not in schema.fields(self.type) and value != "":
            raise Problem(400, f"'{name}' is not a valid field for type '{self.type}'")
        if isinstance(value, list):
            raise Problem(400, f"Unexpected array for property '{name}'")
        if isinstance(value, dict):
            raise Problem(500, "")

    def _creators(self, value: Any) -> None:
        if not isinstance(value, list):
            raise Problem(400, "'creators' property must be an array")
        if value and self.type in ("note", "attachment"):
            raise Problem(400, f"'creators' is not a valid field for type '{self.type}'")
        nameless = [c for c in value if isinstance(c, dict) and not _named(c)]
        for creator in value:
            if not isinstance(creator, dict):
                raise Problem(400, "creator object must contain 'creatorType'")
            known = set(creator) <= {"creatorType", "firstName", "lastName", "name"}
            if (
                self.old is None
                and len(value) == 1
                and nameless
                and "creatorType" in creator
                and known
            ):
                continue
            self._creator(creator)

    def _creator(self, creator: Json) -> None:
        for name in creator:
            if name not in ("creatorType", "firstName", "lastName", "name"):
                raise Problem(400, f"Invalid creator property '{name}'")
        creator = {name: said for name, said in creator.items() if said is not None}
        for name, other in (("firstName", "lastName"), ("lastName", "firstName")):
            if name in creator and "name" in creator:
                raise Problem(400, f"'{name}' and 'name' creator fields are mutually exclusive")
            if other in creator and name not in creator and "name" not in creator:
                raise Problem(400, f"'{name}' creator field must be set if '{other}' is set")
        kind = creator.get("creatorType")
        if kind is None:
            raise Problem(400, "creator object must contain 'creatorType'")
        if not _named(creator):
            raise Problem(400, "creator object must contain 'firstName'/'lastName' or 'name'")
        if kind not in CREATORS:
            raise Problem(400, f"'{kind}' is not a valid creator type")
        if kind != "author" and kind not in schema.creators(self.type):
            raise Problem(400, f"'{kind}' is not a valid creator type for item type '{self.type}'")

    def _tags(self, value: Any) -> None:
        if not isinstance(value, list):
            raise Problem(400, "'tags' property must be an array")
        for tag in value:
            if not isinstance(tag, dict):
                raise Problem(400, "Tag must be an object")
            for name, said in tag.items():
                if name not in ("tag", "type"):
                    raise Problem(400, f"Invalid tag property '{name}'")
                if name == "tag" and not isinstance(said, str | int | float):
                    raise Problem(400, "Invalid tag name")

    def _relations(self, value: Any) -> None:
        if value == [] or value is None:
            return
        if not isinstance(value, dict):
            raise Problem(400, "'relations' property must be an object")
        for predicate, targets in value.items():
            if predicate not in PREDICATES:
                raise Problem(400, f"Unsupported predicate '{predicate}'")
            for target in targets if isinstance(targets, list) else [targets]:
                if not isinstance(target, str):
                    raise Problem(400, f"'{predicate}' values must be strings")
                if predicate.startswith(("dc:", "owl:")) and not re.fullmatch(
                    r"http://zotero\.org/(users|groups)/\d+/items/[A-Z0-9]{8}", target
                ):
                    raise Problem(
                        400,
                        f"'{predicate}' values currently must be Zotero item URIs",
                    )

    # -- storing

    def stored(self) -> bool:
        """Store it; whether anything changed.

        Raises:
            Problem: what only storing finds: a missing parent, a text that is too long.
        """
        library, data, old = self.library, self.data, self.old
        new = Item(
            key=self.key,
            version=library.version,
            item_type=self.type,
            added=now(),
            serial=old.serial if old else library.next_serial(),
        )
        if old:
            new.fields = {
                name: value
                for name, value in _moved(old, self.type).items()
                if name in schema.fields(self.type)
            }
            new.creators = [_cast(c, old.item_type, self.type) for c in old.creators]
            new.tags = list(old.tags)
            new.collections, new.relations = list(old.collections), dict(old.relations)
            new.note, new.attachment = old.note, dict(old.attachment)
            new.added, new.modified = old.added, old.modified
            if not self.put:
                new.parent, new.deleted, new.published = old.parent, old.deleted, old.published
        self.new = new
        self._fill()
        self._limits()
        self._attach()
        new.added = _moment(data.get("dateAdded")) or new.added
        changed = (
            old is None
            or _content(new) != _content(old)
            or new.added != old.added
            or (_moment(data.get("dateModified")) or old.modified) != old.modified
        )
        if changed:
            content = old is None or _content(new, whole=False) != _content(old, whole=False)
            if said := _moment(data.get("dateModified")):
                new.modified = said
            elif content:
                new.modified = now()
            library.items[self.key] = new
            library.erased = [e for e in library.erased if e[:2] != ("items", self.key)]
            self._relate()
        return changed

    def _fill(self) -> None:
        new, data = self.new, self.data
        for name, value in data.items():
            if name in SPECIAL or name not in schema.fields(new.item_type):
                continue
            said = text(value)
            if name == "accessDate" and said:
                said = now() if said == "CURRENT_TIMESTAMP" else _access_date(said)
            if name == schema.own(new.item_type, "date") and (double := _DOUBLE.match(said)):
                said = said[double.end() :]
            if said:
                new.fields[name] = said
            else:
                new.fields.pop(name, None)
        if "creators" in data:
            new.creators = [
                {k: text(v) for k, v in c.items()} for c in data["creators"] if _named(c)
            ]
        if "tags" in data:
            tags = ((text(tag.get("tag")), int(tag.get("type") or 0)) for tag in data["tags"])
            new.tags = list(dict.fromkeys(tag for tag in tags if tag[0]))
        if "collections" in data:
            new.collections = list(dict.fromkeys(data["collections"]))
        if "relations" in data:
            new.relations = {
                predicate: list(targets) if isinstance(targets, list) else [targets]
                for predicate, targets in (data["relations"] or {}).items()
                if targets != []
            }
        if "deleted" in data:
            new.deleted = bool(data["deleted"])
        if "inPublications" in data:
            new.published = bool(data["inPublications"])
        if "parentItem" in data:
            new.parent = data["parentItem"] or ""
        if "note" in data:
            new.note = text(data["note"]) if isinstance(data["note"], str) else ""
        for name in ("linkMode", "contentType", "charset", "filename", "md5", "mtime", "path"):
            if name in data:
                new.attachment[name] = text(data[name])

    def _limits(self) -> None:
        new = self.new
        for name, said in new.fields.items():
            if len(said.encode()) > 65_535:
                label, short = _schema.FIELD_LABELS.get(name, name), said[:50] + "…"
                raise Problem(
                    413,
                    f"{label} field value '{short}' too long for item '1/{self.key}'",
                    {"field": label, "value": short},
                )
        for creator in new.creators:
            for part in ("lastName", "firstName", "name"):
                if len(creator.get(part, "")) > 255:
                    short = creator[part][:50] + "…"
                    raise Problem(
                        413,
                        f"The creator name ‘{short}…’ is too long to sync. Shorten the name and "
                        "sync again.\n\nIf you receive this message repeatedly for items saved "
                        "from a particular site, you can report this issue in the Zotero Forums.",
                        {"field": "creator", "value": short},
                    )
        for tag, _ in new.tags:
            if len(tag) > 255:
                raise Problem(413, f"Tag '{tag[:50]}…' too long", {"tag": tag})
        if len(new.note) > 500_000:
            raise Problem(413, f"Note '{new.note[:79]}...' too long")

    def _attach(self) -> None:
        new, library = self.new, self.library
        if new.parent and (self.old is None or new.parent != self.old.parent):
            parent = library.items.get(new.parent)
            if parent is None:
                raise Problem(
                    409, f"Parent item {new.parent} not found", {"parentItem": new.parent}
                )
            if parent.item_type in ("note", "attachment"):
                raise Problem(
                    409, "Parent item cannot be a note or attachment", {"parentItem": new.parent}
                )
        if new.parent and "parentItem" in self.data:
            new.collections = []
        for key in new.collections:
            if key not in library.collections:
                raise Problem(409, f"Collection {key} not found", {"collection": key})

    def _relate(self) -> None:
        """``dc:relation`` goes both ways, and bumps the other side."""
        library, me = self.library, f"http://zotero.org/{self.library.path}/items/{self.key}"
        before = set(self.old.relations.get("dc:relation", ())) if self.old else set()
        after = set(self.new.relations.get("dc:relation", ()))
        prefix = f"http://zotero.org/{library.path}/items/"
        for uri in before ^ after:
            other = library.items.get(uri.removeprefix(prefix)) if uri.startswith(prefix) else None
            if other is None:
                continue
            there = [u for u in other.relations.get("dc:relation", ()) if u != me]
            if uri in after:
                there.append(me)
                other.version = library.version
            relations = {k: v for k, v in other.relations.items() if k != "dc:relation"}
            other.relations = relations | ({"dc:relation": there} if there else {})


def _moved(old: Item, kind: str) -> dict[str, str]:
    """The fields of an item under another type: base fields go along."""
    if old.item_type == kind:
        return dict(old.fields)
    base = {}
    for said in _schema.FIELDS[old.item_type].split():
        name, _, root = said.partition("<")
        if name in old.fields:
            base[schema.own(kind, root or name) or name] = old.fields[name]
    return base


def _cast(creator: Json, before: str, after: str) -> Json:
    """A creator under another item type; who has no place there has contributed."""
    if before == after or creator["creatorType"] in schema.creators(after):
        return creator
    return {**creator, "creatorType": "contributor"}


def _named(creator: Json) -> bool:
    return any(text(creator.get(part)) for part in ("firstName", "lastName", "name"))


def _content(item: Item, *, whole: bool = True) -> tuple[Any, ...]:
    """What counts as a change; without ``whole``, what moves dateModified."""
    said: tuple[Any, ...] = (
        item.item_type,
        item.fields,
        item.creators,
        list(item.tags),
        item.note,
        item.attachment,
        item.parent,
        item.deleted,
        item.published,
    )
    if not whole:
        return said
    relations = {k: sorted(v) for k, v in item.relations.items()}
    return (*said, sorted(item.collections), relations)


def _moment(value: Any) -> str:
    """A full date and time as it is stored, or an empty string."""
    found = _DATETIME.fullmatch(str(value)) if isinstance(value, str) else None
    if not found or not found[4] or not _real(found):
        return ""
    zone = found[7] or "Z"
    moment = datetime.fromisoformat(f"{value[:10]}T{value[11:19]}{zone}")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _access_date(value: Any) -> str:
    """A date, with or without its time, as it is stored, or an empty string."""
    found = _DATETIME.fullmatch(value) if isinstance(value, str) else None
    if not found or not _real(found):
        return ""
    if not found[4]:
        return str(value)[:10]
    if "T" in value and not found[7]:
        return ""
    return _moment(value)


def _real(found: re.Match[str]) -> bool:
    month, day = int(found[2]), int(found[3])
    clock = [int(found[i] or 0) for i in (4, 5, 6)]
    return 1 <= month <= 12 and 1 <= day <= 31 and clock[0] < 24 and clock[1] < 60 and clock[2] < 60


# --- collections ----------------------------------------------------------------------------------


def write_collection(
    library: Library, data: Json, old: Collection | None, key: str, *, put: bool = False
) -> bool:
    """Check and store a collection; whether anything changed."""
    for given in data:
        if given not in ("key", "version", "name", "parentCollection", "relations", "deleted"):
            raise Problem(400, f"Invalid property '{given}'")
    name = data.get("name")
    if name is None and (old is None or put):
        raise Problem(400, "'name' property not provided")
    if name is not None and not isinstance(name, str):
        raise Problem(400, "'name' must be a string")
    if name == "":
        raise Problem(400, "Collection name cannot be empty")
    called = text(name) if name is not None else old.name if old else ""
    if len(called) > 255:
        raise Problem(
            413, f"Collection name '{called[:50]}…' too long", {"value": f"{called[:50]}…"}
        )
    parent = old.parent if old and not put else ""
    if "parentCollection" in data:
        said = data["parentCollection"]
        shown = "boolean" if said is True else said
        if said and not (isinstance(said, str) and KEY.fullmatch(said)):
            raise Problem(400, f"'parentCollection' must be a collection key or FALSE ({shown})")
        parent = said or ""
    if parent and parent not in library.collections:
        raise Problem(409, f"Parent collection {parent} not found", {"collection": parent})
    if "deleted" in data and not isinstance(data["deleted"], int):
        raise Problem(500, "")
    deleted = bool(data["deleted"]) if "deleted" in data else bool(old and old.deleted and not put)
    if old and (old.name, old.parent, old.deleted) == (called, parent, deleted):
        return False
    library.collections[key] = Collection(
        key=key,
        version=library.version,
        name=called,
        parent=parent,
        deleted=deleted,
        serial=old.serial if old else library.next_serial(),
    )
    library.erased = [e for e in library.erased if e[:2] != ("collections", key)]
    return True
