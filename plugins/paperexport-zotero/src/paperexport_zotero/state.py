"""What is remembered between runs, in SQLite: the library's index, our links, the journal.

No API key is ever written here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from paperexport_zotero import identity
from paperexport_zotero._core import PaperExportError, StateLocked, StateTooNew
from paperexport_zotero.items import NOT_PAPERS, Folder, Json, Link, Stored

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE library (
        id INTEGER PRIMARY KEY, server TEXT NOT NULL, path TEXT NOT NULL,
        version INTEGER NOT NULL DEFAULT 0, UNIQUE (server, path));
    CREATE TABLE item (
        library INTEGER NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL, data BLOB NOT NULL,
        PRIMARY KEY (library, key)) WITHOUT ROWID;
    CREATE TABLE known (
        library INTEGER NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL,
        PRIMARY KEY (library, name, key)) WITHOUT ROWID;
    CREATE INDEX known_key ON known (library, key);
    CREATE TABLE replaced (
        library INTEGER NOT NULL, key TEXT NOT NULL, by TEXT NOT NULL,
        PRIMARY KEY (library, key)) WITHOUT ROWID;
    CREATE TABLE folder (
        library INTEGER NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL, name TEXT NOT NULL,
        parent TEXT NOT NULL, deleted INTEGER NOT NULL,
        PRIMARY KEY (library, key)) WITHOUT ROWID;
    CREATE TABLE erased (
        library INTEGER NOT NULL, key TEXT NOT NULL, PRIMARY KEY (library, key)) WITHOUT ROWID;
    CREATE TABLE link (
        library INTEGER NOT NULL, key TEXT NOT NULL, data BLOB NOT NULL,
        PRIMARY KEY (library, key)) WITHOUT ROWID;
    CREATE TABLE alias (
        library INTEGER NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL,
        PRIMARY KEY (library, name, key)) WITHOUT ROWID;
    CREATE TABLE target (
        library INTEGER NOT NULL, path TEXT NOT NULL, key TEXT NOT NULL,
        PRIMARY KEY (library, path)) WITHOUT ROWID;
    CREATE TABLE pending (
        library INTEGER NOT NULL, number INTEGER PRIMARY KEY, key TEXT NOT NULL,
        data BLOB NOT NULL);
    """,
)
"""Each brings a state one version further; a released one is never changed."""

_encode = msgspec.json.encode


class Pending(Struct, kw_only=True):
    """A write that was reserved and not yet settled.

    Attributes:
        kind: ``item``, ``folder`` or ``attachment``.
        key: the object's.
        version: the version that the object had; 0 where it is new.
        sent: what is sent.
        before: what the fields that are sent were.
        link: what we are to remember once it is done.
        path: of a folder, the path that asked for it.
        token: of the request that it goes with.
        at: when it was reserved, in seconds since 1970.
        since: the version that the library must have for the request to be begun; 0: any.
        moved_from: the item that was merged into this one, if we knew that one.
    """

    kind: str
    key: str
    version: int = 0
    sent: Json = {}
    before: Json = {}
    link: Link | None = None
    path: str = ""
    token: str = ""
    at: float = 0.0
    since: int = 0
    moved_from: str = ""


class State:
    """One library's part of the state file; what planning reads (:class:`~.items.View`).

    Args:
        path: the SQLite file; its folder is made.
        server: which server's versions these are.
        library: ``users/1``.

    Raises:
        StateLocked: another run holds the state.
        StateTooNew: the file was written by a newer version.
        PaperExportError: the file is no state.
    """

    def __init__(self, path: Path, server: str, library: str, *, wait: float = 2.0) -> None:
        self.path = path
        self._folders: dict[str, Folder] | None = None
        self._open = ExitStack()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = self._connected(f"{path}.lock", wait)
            self._db = self._connected(path, 30)
            self._locked(path)
            self._migrated(path)
            self._db.execute(
                "INSERT OR IGNORE INTO library (server, path) VALUES (?, ?)", (server, library)
            )
            self.id: int = self._db.execute(
                "SELECT id FROM library WHERE server = ? AND path = ?", (server, library)
            ).fetchone()[0]
        except (OSError, sqlite3.Error) as error:
            self.close()
            raise self._unusable(error) from error
        except BaseException:
            self.close()
            raise

    def _connected(self, path: Path | str, wait: float) -> sqlite3.Connection:
        return self._open.enter_context(
            closing(sqlite3.connect(path, isolation_level=None, timeout=wait))
        )

    def _unusable(self, error: Exception) -> PaperExportError:
        return PaperExportError(
            f"{self.path} cannot be used: {error}",
            hint="see that there is room and that it may be written; if it is broken, move "
            f"{self.path.name}* away",
        )

    def _locked(self, path: Path) -> None:
        """One run at a time; the lock goes with the process, however that ends."""
        try:
            self._lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            raise StateLocked(
                f"another run holds {path}", hint="wait until it has ended"
            ) from error

    def _migrated(self, path: Path) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        found = self._db.execute("PRAGMA user_version").fetchone()[0]
        if found > len(MIGRATIONS):
            raise StateTooNew(f"{path} was written by a newer paperexport-zotero", hint="update it")
        for number in range(found, len(MIGRATIONS)):
            self._db.executescript(
                f"BEGIN;{MIGRATIONS[number]};PRAGMA user_version = {number + 1};COMMIT"
            )

    def close(self) -> None:
        """Close the file and let others in."""
        self._open.close()

    def __enter__(self) -> State:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _where: object) -> None:
        self.close()
        if isinstance(error, sqlite3.Error):
            raise self._unusable(error) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._folders = None
            if self._db.in_transaction:  # a full disk ends it
                self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _one(self, sql: str, *values: object) -> Any:
        return self._db.execute(sql, (self.id, *values)).fetchone()

    def _all(self, sql: str, *values: object) -> list[Any]:
        return self._db.execute(sql, (self.id, *values)).fetchall()

    # -- the index

    @property
    def version(self) -> int:
        """The version of the library up to which the index is complete."""
        return int(self._one("SELECT version FROM library WHERE id = ?")[0])

    @version.setter
    def version(self, version: int) -> None:
        self._db.execute("UPDATE library SET version = ? WHERE id = ?", (version, self.id))

    def versions(self, keys: Iterable[str]) -> dict[str, int]:
        """Of some items that we hold, the versions."""
        found = {}
        for key in keys:
            row = self._one("SELECT version FROM item WHERE library = ? AND key = ?", key)
            if row:
                found[key] = int(row[0])
        return found

    def keys(self) -> set[str]:
        """The keys of all items that we hold."""
        return {row[0] for row in self._all("SELECT key FROM item WHERE library = ?")}

    def keep_item(self, data: Mapping[str, Any], version: int) -> None:
        """Hold an item as it is now, and by what it is known."""
        key = str(data["key"])
        link = self.link(key)
        if link is not None and link.note(data):
            self.keep_link(link)
        self._db.execute("DELETE FROM known WHERE library = ? AND key = ?", (self.id, key))
        if data.get("itemType") in NOT_PAPERS:
            data = {"key": key, "itemType": data["itemType"]}
        else:
            record, names = identity.of_item(data)
            names = (*names, identity.bare(record)) if record.title else names
            self._db.executemany(
                "INSERT OR IGNORE INTO known VALUES (?, ?, ?)",
                [(self.id, name, key) for name in names],
            )
            for gone in _replaces(data):
                self._db.execute(
                    "INSERT OR REPLACE INTO replaced VALUES (?, ?, ?)", (self.id, gone, key)
                )
        self._db.execute(
            "INSERT OR REPLACE INTO item VALUES (?, ?, ?, ?)",
            (self.id, key, version, _encode(data)),
        )
        self._db.execute("DELETE FROM erased WHERE library = ? AND key = ?", (self.id, key))

    def drop(self, keys: Iterable[str]) -> None:
        """Some objects were erased for good."""
        for key in keys:
            self._db.execute("DELETE FROM item WHERE library = ? AND key = ?", (self.id, key))
            self._db.execute("DELETE FROM known WHERE library = ? AND key = ?", (self.id, key))
            self._db.execute("INSERT OR IGNORE INTO erased VALUES (?, ?)", (self.id, key))

    def keep_folders(
        self,
        folders: Iterable[Folder],
        *,
        only: Iterable[str] | None = None,
        gone: Iterable[str] = (),
    ) -> None:
        """Hold collections as they are now; of those not in ``only`` none is left.

        Args:
            folders: those that changed.
            only: the keys of all that there are.
            gone: the keys of such as were erased, held or not.
        """
        self._folders = None
        for f in folders:
            self._db.execute(
                "INSERT OR REPLACE INTO folder VALUES (?, ?, ?, ?, ?, ?)",
                (self.id, f.key, f.version, f.name, f.parent, f.deleted),
            )
            self._db.execute("DELETE FROM erased WHERE library = ? AND key = ?", (self.id, f.key))
        if only is not None:
            left = set(only)
            lost = (set(self.folders()) | set(gone)) - left
            self._folders = None
            for key in lost:
                self._db.execute("DELETE FROM folder WHERE library = ? AND key = ?", (self.id, key))
                self._db.execute("INSERT OR IGNORE INTO erased VALUES (?, ?)", (self.id, key))

    # -- what planning asks

    def item(self, key: str) -> Stored | None:
        """An item, trashed ones too."""
        row = self._one("SELECT version, data FROM item WHERE library = ? AND key = ?", key)
        if row is None:
            return None
        data = msgspec.json.decode(row[1])
        if data.get("collections"):
            folders = self.folders()
            # Erasing a collection leaves the versions of its items alone: they are not sent again.
            data["collections"] = [c for c in data["collections"] if c in folders]
        return Stored(key, row[0], data)

    def items(self) -> Iterator[Stored]:
        """All items."""
        for key in sorted(self.keys()):
            if (found := self.item(key)) is not None:
                yield found

    def known(self, names: Iterable[str]) -> list[str]:
        """The keys of the items that are known by one of these names, in the names' order."""
        found: dict[str, None] = {}
        for name in names:
            sql = "SELECT key FROM known WHERE library = ? AND name = ? ORDER BY key"
            found |= dict.fromkeys(row[0] for row in self._all(sql, name))
        return list(found)

    def link(self, key: str) -> Link | None:
        """What we remember of an item."""
        row = self._one("SELECT data FROM link WHERE library = ? AND key = ?", key)
        return msgspec.json.decode(row[0], type=Link) if row else None

    def links(self) -> Iterator[Link]:
        """All that we remember."""
        for row in self._all("SELECT data FROM link WHERE library = ? ORDER BY key"):
            yield msgspec.json.decode(row[0], type=Link)

    def linked(self, names: Iterable[str]) -> list[Link]:
        """What we remember of a paper, by one of its names, in the names' order."""
        keys: dict[str, None] = {}
        for name in names:
            sql = "SELECT key FROM alias WHERE library = ? AND name = ? ORDER BY key"
            keys |= dict.fromkeys(row[0] for row in self._all(sql, name))
        return [link for key in keys if (link := self.link(key)) is not None]

    def replaced(self, key: str) -> str:
        """The item that an item was merged into, or an empty string."""
        row = self._one("SELECT by FROM replaced WHERE library = ? AND key = ?", key)
        return str(row[0]) if row else ""

    def erased(self, key: str) -> bool:
        """Whether an object of that key was erased for good."""
        return self._one("SELECT 1 FROM erased WHERE library = ? AND key = ?", key) is not None

    def folders(self) -> Mapping[str, Folder]:
        """All collections."""
        if self._folders is None:
            sql = "SELECT key, version, name, parent, deleted FROM folder WHERE library = ?"
            self._folders = {
                key: Folder(key, version, name, parent, bool(deleted))
                for key, version, name, parent, deleted in self._all(sql)
            }
        return self._folders

    def target(self, path: str) -> str:
        """The collection that a path meant when it was last used, or an empty string."""
        row = self._one("SELECT key FROM target WHERE library = ? AND path = ?", path)
        return str(row[0]) if row else ""

    # -- what we remember

    def keep_link(self, link: Link) -> None:
        """Remember an item of ours."""
        self._db.execute(
            "INSERT OR REPLACE INTO link VALUES (?, ?, ?)", (self.id, link.key, _encode(link))
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO alias VALUES (?, ?, ?)",
            [(self.id, name, link.key) for name in link.names],
        )

    def move_link(self, old: str, link: Link) -> None:
        """Remember under another item what was remembered of one that was merged into it."""
        self._db.execute("DELETE FROM link WHERE library = ? AND key = ?", (self.id, old))
        self._db.execute("DELETE FROM alias WHERE library = ? AND key = ?", (self.id, old))
        self.keep_link(link)

    def keep_target(self, path: str, key: str) -> None:
        """Remember which collection a path means."""
        self._db.execute("INSERT OR REPLACE INTO target VALUES (?, ?, ?)", (self.id, path, key))

    # -- the journal

    def reserve(self, writes: Sequence[Pending]) -> None:
        """Write down what is about to be sent."""
        with self.transaction():
            self._db.executemany(
                "INSERT INTO pending (library, key, data) VALUES (?, ?, ?)",
                [(self.id, one.key, _encode(one)) for one in writes],
            )

    def pending(self) -> list[Pending]:
        """What was sent and not settled, in order."""
        sql = "SELECT data FROM pending WHERE library = ? ORDER BY number"
        return [msgspec.json.decode(row[0], type=Pending) for row in self._all(sql)]

    def forget(self, writes: Iterable[Pending]) -> None:
        """Some writes are settled, one way or the other."""
        self._db.executemany(
            "DELETE FROM pending WHERE library = ? AND key = ?",
            [(self.id, one.key) for one in writes],
        )


def _replaces(data: Mapping[str, Any]) -> list[str]:
    """The keys of the items that were merged into an item (``dc:replaces``)."""
    said = (data.get("relations") or {}).get("dc:replaces") or []
    uris = [said] if isinstance(said, str) else said
    return [str(uri).rpartition("/")[2] for uri in uris]
