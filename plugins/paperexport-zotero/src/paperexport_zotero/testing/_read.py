"""What the server answers when it is asked: objects as JSON, lists with their links."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from urllib.parse import quote, quote_plus

from paperexport_zotero import _schema, schema
from paperexport_zotero.testing._library import Collection, Item, Json, Library, Problem

WWW = "https://www.zotero.org"
FORMATS = ("atom", "bib", "csljson", "json", "keys", "versions")
SORTS = tuple(
    "dateAdded dateModified title creator itemType date publisher publicationTitle "
    "journalAbbreviation language accessDate libraryCatalog callNumber rights addedBy numItems "
    "itemKeyList".split()
)
DESCENDING = ("dateAdded", "dateModified", "date", "numItems")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")


class Asked:
    """The parameters of a request for a list.

    Args:
        pairs: name and value, as in the query string.

    Raises:
        Problem: a value that the server does not take.
    """

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self.pairs = pairs
        self.values: dict[str, list[str]] = {}
        for name, value in pairs:
            self.values.setdefault(name, []).append(value)
        self.format = self.get("format") or "json"
        if self.format not in FORMATS:
            raise Problem(400, f"Invalid 'format' value '{self.format}'", bare=True)
        for part in self.get("include").split(","):
            if part not in ("", "data", "bib", "citation", "csljson", "bibtex", "biblatex", "ris"):
                raise Problem(400, f"Invalid 'include' value '{part}'", bare=True)
        self.sort = self.get("sort") or "dateModified"
        self.order = self.get("order")
        direction = self.get("direction")
        if self.sort in ("asc", "desc") and self.order:
            self.sort, direction = self.order, self.sort
        if self.sort not in SORTS:
            raise Problem(400, f"Invalid 'sort' value '{self.sort}'", bare=True)
        if direction not in ("", "asc", "desc"):
            raise Problem(400, f"Invalid 'direction' value '{direction}'", bare=True)
        natural = "desc" if self.sort in DESCENDING else "asc"
        self.direction = direction or natural
        self.plain_direction = self.direction == natural
        if self.get("qmode") not in ("", "titleCreatorYear", "everything"):
            raise Problem(400, f"Invalid 'qmode' value '{self.get('qmode')}'", bare=True)
        since = self.get("since")
        if since and not re.fullmatch(r"-?\d+", since):
            raise Problem(400, "Invalid value for 'since' parameter", bare=True)
        self.since = max(0, int(since)) if since else 0
        said = self.values.get("limit", [])
        number = 1 if len(said) > 1 else _number(self.get("limit"))
        self.paged = self.format not in ("keys", "versions")
        self.limit_said = max(0, number)
        if self.paged:
            self.limit = min(self.limit_said or 25, 100)
        else:
            self.limit = self.limit_said
        self.start = _number(self.get("start"))
        if self.paged and re.search("[23456789A-NP-Z]{8}", self.get("itemKey")):
            self.limit, self.limit_said = 100, 0

    def get(self, name: str) -> str:
        """The last value of a parameter, or an empty string."""
        return self.values.get(name, [""])[-1]

    def link(self, path: str, start: int) -> str:
        """The path and query of another page of this list."""
        said: dict[str, list[str]] = {}
        if self.format != "json":
            said["format"] = [self.format]
        if self.limit_said:
            said["limit"] = [str(self.limit if self.paged else self.limit_said)]
        for name in (
            "q",
            "since",
            "includeTrashed",
            "itemKey",
            "collectionKey",
            "itemType",
            "qmode",
        ):
            if self.get(name):
                said[name] = [self.get(name)]
        if self.values.get("tag"):
            said["tag"] = self.values["tag"]
        if self.get("sort") and self.sort != "dateModified":
            said["sort"] = [self.sort]
        if not self.plain_direction:
            said["direction"] = [self.direction]
        if start > 0:
            said["start"] = [str(start)]
        query = "&".join(
            f"{name}={quote(value, safe='')}" for name in sorted(said) for value in said[name]
        )
        return f"{path}?{query}" if query else path


def _number(said: str) -> int:
    found = re.match(r"-?\d+", said)
    return int(found[0]) if found else 0


def links(asked: Asked, base: str, path: str, total: int) -> str:
    """The ``Link`` header."""
    out: list[tuple[str, str]] = []
    limit, start = asked.limit, asked.start
    if limit:
        if start:
            out.append(("first", base + asked.link(path, 0)))
            out.append(("prev", base + asked.link(path, max(0, start - limit))))
        if start + limit < total:
            out.append(("next", base + asked.link(path, start + limit)))
        last = total - limit if start >= total else (total - 1) // limit * limit
        if last != start and total and (start or total > limit):
            out.append(("last", base + asked.link(path, last)))
    out.append(("alternate", WWW + path))
    return ", ".join(f'<{url}>; rel="{rel}"' for rel, url in out)


# --- objects --------------------------------------------------------------------------------------


class Views:
    """Objects of a library, as the server shows them.

    Args:
        library: the library.
        base: the server's address.
        owner: the user's name in addresses.
        notes: whether the key may see notes.
        people: user → as a group's items name who made them.
    """

    def __init__(
        self,
        library: Library,
        base: str,
        owner: str,
        *,
        notes: bool = True,
        people: Mapping[int, Json] = {},
    ) -> None:
        self.people = people
        self.library = library
        self.base = base
        self.owner = owner
        self.notes = notes

    @property
    def home(self) -> str:
        """The library's web page."""
        if self.library.kind == "user":
            return f"{WWW}/{self.owner}"
        return f"{WWW}/groups/{self.library.number}"

    def envelope(self, key: str, version: int, kind: str, meta: Json, data: Json) -> Json:
        """What stands around each object."""
        library = self.library
        return {
            "key": key,
            "version": version,
            "library": {
                "type": library.kind,
                "id": library.number,
                "name": library.name,
                "links": {"alternate": {"href": self.home, "type": "text/html"}},
            },
            "links": {
                "self": {
                    "href": f"{self.base}/{library.path}/{kind}/{key}",
                    "type": "application/json",
                },
                "alternate": {"href": f"{self.home}/{kind}/{key}", "type": "text/html"},
            },
            "meta": meta,
            "data": data,
        }

    def item(self, item: Item) -> Json:
        """One item."""
        found = self.envelope(item.key, item.version, "items", self.meta(item), item_data(item))
        if item.parent:
            found["links"]["up"] = {
                "href": f"{self.base}/{self.library.path}/items/{item.parent}",
                "type": "application/json",
            }
        return found

    def meta(self, item: Item) -> Json:
        """What the server makes of an item."""
        meta: Json = {}
        if item.author:
            meta["createdByUser"] = self.people[item.author]
        if summary := creator_summary(item):
            meta["creatorSummary"] = summary
        if parsed := parsed_date(item.fields.get(schema.own(item.item_type, "date"), "")):
            meta["parsedDate"] = parsed
        if item.item_type != "attachment":
            kids = self.library.children(item.key)
            meta["numChildren"] = sum(
                1 for k in kids if not k.deleted and (self.notes or k.item_type != "note")
            )
        return meta

    def collection(self, found: Collection) -> Json:
        """One collection."""
        library = self.library
        data: Json = {
            "key": found.key,
            "version": found.version,
            "name": found.name,
            "parentCollection": found.parent or False,
            "relations": {},
        }
        if found.deleted:
            data["deleted"] = True
        meta = {
            "numCollections": sum(
                1 for c in library.collections.values() if c.parent == found.key and not c.deleted
            ),
            "numItems": sum(
                1
                for item in library.items.values()
                if found.key in item.collections and not item.deleted
            ),
        }
        out = self.envelope(found.key, found.version, "collections", meta, data)
        if found.parent:
            out["links"]["up"] = {
                "href": f"{self.base}/{library.path}/collections/{found.parent}",
                "type": "application/json",
            }
        return out

    def tag(self, name: str, kind: int, count: int) -> Json:
        """One tag."""
        path = f"{self.library.path}/tags/{quote_plus(name)}"
        return {
            "tag": name,
            "links": {
                "self": {"href": f"{self.base}/{path}", "type": "application/json"},
                "alternate": {"href": f"http://zotero.org/{path}", "type": "text/html"},
            },
            "meta": {"type": kind, "numItems": count},
        }


def item_data(item: Item) -> Json:
    """The ``data`` of an item: all fields of its type, the empty ones too."""
    data: Json = {"key": item.key, "version": item.version}
    if item.parent:
        data["parentItem"] = item.parent
    data["itemType"] = item.item_type
    if item.item_type == "attachment":
        data["linkMode"] = item.attachment.get("linkMode", "")
    if item.item_type == "note":
        data["note"] = item.note
    else:
        for name in schema.fields(item.item_type):
            data[name] = item.fields.get(name, "")
            if name == "title" and item.item_type != "attachment":
                data["creators"] = item.creators
        if item.item_type != "attachment":
            data["creators"] = [dict(c) for c in item.creators]
    if item.item_type == "attachment":
        data["note"] = item.note
        for name in ("contentType", "charset"):
            data[name] = item.attachment.get(name, "")
    data["tags"] = [
        {"tag": name} | ({"type": kind} if kind else {}) for name, kind in sorted(item.tags)
    ]
    if not item.parent:
        data["collections"] = list(item.collections)
    data["relations"] = {
        predicate: targets[0] if len(targets) == 1 else list(targets)
        for predicate, targets in item.relations.items()
    }
    if item.published:
        data["inPublications"] = True
    data["dateAdded"], data["dateModified"] = item.added, item.modified or item.added
    if item.deleted:
        data["deleted"] = 1
    return data


def creator_summary(item: Item) -> str:
    """``A``, ``A and B`` or ``A et al.``: of the authors, else the editors, else the others."""
    first = schema.creators(item.item_type)[:1]
    for kinds in ((*first, "author"), ("editor",), ("contributor",)):
        names = [
            c.get("name") or c.get("lastName", "")
            for c in item.creators
            if c["creatorType"] in kinds
        ]
        names = [n for n in names if n]
        if names:
            if len(names) > 2:
                return f"{names[0]} et al."
            return " and ".join(names)
    return ""


_MONTHS = {name: number for number, name in enumerate(
    "jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}  # fmt: skip


def parsed_date(said: str) -> str:
    """``2024-01-02`` of a date as it was typed, or less, or nothing."""
    if re.match(r"0\d{3}\b", said):
        return ""
    if found := re.match(r"(\d{4})([-/])(\d\d?)(?:\2(\d\d?))?(?!\d)", said):
        return _parts(found[1], found[3], found[4] or "")
    if found := re.match(r"(\d\d?)/(\d\d?)/(\d{4})(?!\d)", said):
        return _parts(found[3], found[1], found[2])
    if found := re.match(r"(\d\d?)\.(\d\d?)\.(\d{4})(?!\d)", said):
        return _parts(found[3], found[1], found[2])
    year = _YEAR.search(said)
    if not year:
        return ""
    month = next((n for name, n in _MONTHS.items() if name in said.lower()), 0)
    if not month:
        return year[0]
    day = re.search(r"(?<!\d)(\d{1,2})(?!\d)", said)
    return f"{year[0]}-{month:02d}" + (f"-{int(day[0]):02d}" if day else "")


def _parts(year: str, month: str, day: str) -> str:
    if not 1 <= int(month) <= 12:
        return year
    return f"{year}-{int(month):02d}" + (f"-{int(day):02d}" if day and int(day) else "")


# --- lists ----------------------------------------------------------------------------------------


def filtered(items: Iterable[Item], asked: Asked) -> list[Item]:
    """The items that are asked for, in order."""
    found = list(items)
    if keys := asked.get("itemKey"):
        valid = [k for k in keys.split(",") if re.fullmatch(r"[23456789A-NP-Z]{8}", k)]
        if valid:
            found = [item for item in found if item.key in valid]
    if asked.since:
        found = [item for item in found if item.version > asked.since]
    for said in asked.values.get("itemType", []):
        minus = said.startswith("-")
        kinds = {k.strip() for k in said.removeprefix("-").split("||")}
        found = [item for item in found if (item.item_type in kinds) != minus]
    for said in asked.values.get("tag", []):
        if said:
            minus = said.startswith("-")
            wanted = {t.strip().casefold() for t in said.removeprefix("-").split("||")}
            found = [
                item
                for item in found
                if bool(wanted & {t.casefold() for t, _ in item.tags}) != minus
            ]
    if said := asked.get("q"):
        terms = [a or b for a, b in re.findall(r'"([^"]*)"|(\S+)', said)]
        found = [item for item in found if all(_mentions(item, fold(t)) for t in terms)]
    return ordered(found, asked)


def _mentions(item: Item, term: str) -> bool:
    said = [
        title(item),
        *(part for c in item.creators for k, part in c.items() if k != "creatorType"),
    ]
    year = _YEAR.search(item.fields.get(schema.own(item.item_type, "date"), ""))
    if item.item_type == "note":
        said.append(re.sub("<[^>]*>", "", item.note))
    return (
        term in ("%", "_") or any(term in fold(s) for s in said) or bool(year and term in year[0])
    )


def title(item: Item) -> str:
    """What an item is called in lists."""
    if item.item_type == "note":
        return re.sub("<[^>]*>", "", item.note).strip()[:80]
    return item.fields.get(schema.own(item.item_type, "title"), "")


def fold(said: str) -> str:
    """As MySQL compares: without case and accents."""
    flat = unicodedata.normalize("NFD", said.casefold())
    return "".join(c for c in flat if not unicodedata.combining(c))


def ordered(items: list[Item], asked: Asked) -> list[Item]:
    """The items by the field that they are to be sorted by."""

    def field(item: Item) -> str:
        own = schema.own(item.item_type, asked.sort)
        return fold(item.fields.get(own, ""))

    keys: dict[str, Callable[[Item], str]] = {
        "title": lambda item: _collated(title(item).lstrip("\"'“‘")),
        "creator": lambda item: fold(creator_summary(item)) or "\U0010ffff",
        "itemType": lambda item: _schema.TYPE_LABELS.get(item.item_type, "").casefold(),
        "date": lambda item: parsed_date(item.fields.get(schema.own(item.item_type, "date"), "")),
        "dateAdded": lambda item: item.added,
        "dateModified": lambda item: item.modified or item.added,
    }
    if asked.sort == "addedBy":
        return sorted(items, key=lambda item: (keys["dateModified"](item), item.version))[::-1]
    key = keys.get(asked.sort, field)
    down = asked.direction == "desc"
    return sorted(items, key=lambda item: (key(item), item.version), reverse=down)


def _collated(said: str) -> str:
    """Punctuation before digits before letters."""
    return "".join(("2" if c.isalpha() else "1" if c.isdigit() else "0") + c for c in fold(said))
