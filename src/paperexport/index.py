"""A local index of papers: look-up by identifier, by title, and by a title that is nearly right.

One SQLite file, built once from a snapshot (:mod:`paperexport.snapshots`) and read by every run
that resolves. Measured against tantivy, a bm25 query and a scan in docs/decisions/0005.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from paperexport import output, text
from paperexport.errors import PaperExportError

T = TypeVar("T")
SCHEMA = 1
BATCH = 5000
LONG = 600
"""A paper of more bytes than this is deflated."""
COMMON = 200
"""A word in more titles than this is counted; all rarer ones are taken as this rare."""
WANTED = 300
"""How many candidates are compared with a title at most, in each of two rounds."""
FEW = 200.0
"""About how many titles two words may share by chance to be asked for together."""
LIKE = 0.8
"""A candidate less like the title than this is not given."""
CERTAIN = 0.93
"""A candidate as like as this ends the search after the first round."""

MAGIC = b"SQLite format 3\x00"
"""What a database of SQLite begins with (sqlite.org/fileformat, 1.3)."""
WORD = re.compile(r"[^\W_]+")
TABLES = """
CREATE TABLE paper (id INTEGER PRIMARY KEY, title INTEGER NOT NULL, fields BLOB NOT NULL);
CREATE TABLE identifier (hash INTEGER NOT NULL, paper INTEGER NOT NULL, PRIMARY KEY (hash, paper))
    WITHOUT ROWID;
CREATE VIRTUAL TABLE word USING fts5(title, content='', detail='none', columnsize=0,
    tokenize='ascii');
CREATE TABLE common (word TEXT PRIMARY KEY, titles INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE snapshot (name TEXT NOT NULL, papers INTEGER NOT NULL);
"""


class Hit(Struct, frozen=True, gc=False):
    """A paper of the index.

    Attributes:
        fields: as in :attr:`paperexport.Entry.fields`.
        likeness: of its title to the one that was asked for, 0 to 1.
    """

    fields: Mapping[str, Any]
    likeness: float = 1.0


class _Titled(Struct, frozen=True, gc=False):
    """What a candidate is compared by."""

    title: str = ""


TITLED = msgspec.msgpack.Decoder(_Titled)
FIELDS = msgspec.msgpack.Decoder(dict[str, Any])


class Index:
    """The index, open for reading.

    Args:
        path: the file that :func:`build` made.

    Raises:
        PaperExportError: there is no such file, it is no index, or a newer one; the methods raise
            it where it is damaged.
    """

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise PaperExportError(
                f"there is no index at {path}", hint="make one: paperexport index build SNAPSHOT"
            )
        self.path = path
        try:
            self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        except sqlite3.Error as error:
            raise PaperExportError(f"{path} cannot be opened: {error}") from error
        try:
            version = self._all("PRAGMA user_version")[0][0]
            if version != SCHEMA:
                raise PaperExportError(
                    f"{path} is of another version of the index ({version}; this reads {SCHEMA})",
                    hint="build it again",
                )
            self._all("PRAGMA mmap_size = 1000000000")
            self._common: dict[str, int] = dict(self._all("SELECT word, titles FROM common"))
            rows = self._all("SELECT max(id) FROM paper")
        except PaperExportError:
            self._db.close()
            raise
        self.papers: int = rows[0][0] or 0

    def _all(self, statement: str, values: tuple[object, ...] = ()) -> list[Any]:
        try:
            return self._db.execute(statement, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise PaperExportError(
                f"{self.path} is no index, or is damaged: {error}", hint="build it again"
            ) from error

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def snapshots(self) -> list[tuple[str, int]]:
        """What it was built from: name and number of papers."""
        return self._all("SELECT name, papers FROM snapshot")

    def by_identifier(self, identifier: str) -> Hit | None:
        """The paper of an identifier such as ``arxiv:2401.09042``, or None."""
        rows = self._all(
            "SELECT fields FROM identifier JOIN paper ON id = paper WHERE hash = ?",
            (_hash(identifier.lower()),),
        )
        for (blob,) in rows:
            fields = _unpack(blob)
            if identifier.lower() in identifiers(fields):
                return Hit(fields)
        return None

    def by_title(self, title: str) -> list[Hit]:
        """The papers of exactly this title, but for case, accents, spaces and punctuation."""
        folded = text.fold(title)
        rows = self._all("SELECT fields FROM paper WHERE title = ?", (_hash(folded),))
        hits = [Hit(_unpack(blob)) for (blob,) in rows] if folded else []
        return [hit for hit in hits if text.fold(str(hit.fields.get("title", ""))) == folded]

    def like_title(self, title: str, limit: int = 5) -> list[Hit]:
        """The papers whose titles are most like this one, best first.

        Titles that share several of its rarest words are compared letter by letter, so that the
        time does not grow with how common its words are.
        """
        folded = text.fold(title)
        # Of two words as rare as each other the longer one says more.
        words = sorted(_words(title), key=lambda word: (self._count(word), -len(word), word))
        found: dict[int, tuple[float, bytes]] = {}
        for groups in self._rounds(words):
            for paper, blob in self._candidates(groups):
                if paper not in found:
                    found[paper] = (_likeness(folded, _title(blob)), blob)
            if any(likeness >= CERTAIN for likeness, _ in found.values()):
                break
        best = sorted(found.items(), key=lambda item: (-item[1][0], item[0]))[:limit]
        return [Hit(_unpack(blob), likeness) for _, (likeness, blob) in best if likeness >= LIKE]

    def _count(self, word: str) -> int:
        return self._common.get(word, min(COMMON, self.papers))

    def _rounds(self, words: Sequence[str]) -> Iterator[list[tuple[str, ...]]]:
        """Groups of words that a like title is expected to share: few and cheap ones first."""
        if len(words) < 2:
            yield [tuple(words)] if words else []
            return

        def by_chance(group: Sequence[str]) -> float:
            expected = float(self.papers or 1)
            for word in group:
                expected *= self._count(word) / (self.papers or 1)
            return expected

        pairs: list[tuple[str, ...]] = sorted(combinations(words[:6], 2), key=by_chance)
        triples: list[tuple[str, ...]] = sorted(combinations(words[:8], 3), key=by_chance)
        first = [pair for pair in pairs if by_chance(pair) <= FEW][:6]
        if len(first) < 4:
            first += triples[:6]
        yield first
        rest = [g for g in (*pairs, *triples) if g not in first and by_chance(g) <= 4 * FEW]
        yield rest[:14] or triples[6:14]

    def _candidates(self, groups: list[tuple[str, ...]]) -> Iterator[tuple[int, bytes]]:
        if not groups:
            return
        query = " OR ".join(
            "(" + " AND ".join(f'"{word}"' for word in group) + ")" for group in groups
        )
        yield from self._all(
            "SELECT id, fields FROM paper WHERE id IN"
            " (SELECT rowid FROM word WHERE word MATCH ? LIMIT ?)",
            (query, WANTED),
        )


def build(path: Path, papers: Iterable[tuple[str, Mapping[str, Any]]]) -> int:
    """Write an index, whole or not at all; how many papers it holds.

    Args:
        path: the file; one that is there is replaced.
        papers: ``(snapshot, fields)`` for each paper; read once, and not kept.

    Raises:
        PaperExportError: the file cannot be written, is of another kind, or another run is
            writing it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not _replaceable(path):
            raise PaperExportError(
                f"{path} is no index, and is not replaced by one",
                hint="set PAPEREXPORT_INDEX to another file",
            )
    except OSError as error:
        raise _unwritable(path, error) from error
    with output.alone(path, wait=False):
        return _build(path, papers)


def _build(path: Path, papers: Iterable[tuple[str, Mapping[str, Any]]]) -> int:
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.unlink(missing_ok=True)
        db = sqlite3.connect(fresh, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise _unwritable(path, error) from error
    try:
        # A half-built file is thrown away, so nothing of it need survive a crash.
        db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + TABLES + "BEGIN")
        total = _fill(db, papers)
        db.execute("CREATE INDEX title ON paper (title)")
        db.execute("INSERT INTO word (word) VALUES ('optimize')")
        db.execute(f"PRAGMA user_version = {SCHEMA:d}")
        db.execute("COMMIT")
        db.close()
        _sync(fresh)
        fresh.replace(path)
    except sqlite3.Error as error:
        raise _unwritable(path, error) from error
    finally:
        db.close()
        fresh.unlink(missing_ok=True)
    return total


def _replaceable(path: Path) -> bool:
    """Whether a file is a database or empty; a bibliography under that name is a slip."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) in {MAGIC, b""}


def _unwritable(path: Path, error: Exception) -> PaperExportError:
    return PaperExportError(
        f"{path}: the index cannot be written: {getattr(error, 'strerror', None) or error}",
        hint="make room and check its rights, or name another file by PAPEREXPORT_INDEX",
    )


def _fill(db: sqlite3.Connection, papers: Iterable[tuple[str, Mapping[str, Any]]]) -> int:
    counts: Counter[str] = Counter()
    snapshots: Counter[str] = Counter()
    rows: list[tuple[int, int, bytes]] = []
    ids: list[tuple[int, int]] = []
    texts: list[tuple[int, str]] = []

    def flush() -> None:
        db.executemany("INSERT INTO paper VALUES (?, ?, ?)", rows)
        db.executemany("INSERT OR IGNORE INTO identifier VALUES (?, ?)", ids)
        db.executemany("INSERT INTO word (rowid, title) VALUES (?, ?)", texts)
        for batch in (rows, ids, texts):
            batch.clear()

    number = 0
    for snapshot, fields in papers:
        title = str(fields.get("title", ""))
        if not title:
            continue
        number += 1
        snapshots[snapshot] += 1
        words = _words(title)
        counts.update(words)
        rows.append((number, _hash(text.fold(title)), _pack(fields)))
        ids.extend((_hash(identifier), number) for identifier in identifiers(fields))
        texts.append((number, " ".join(words)))
        if len(rows) >= BATCH:
            flush()
    flush()
    db.executemany(
        "INSERT INTO common VALUES (?, ?)", ((w, n) for w, n in counts.items() if n > COMMON)
    )
    db.executemany("INSERT INTO snapshot VALUES (?, ?)", sorted(snapshots.items()))
    return number


def identifiers(fields: Mapping[str, Any]) -> set[str]:
    """``scheme:value`` of a paper's fields, in lower case."""
    found = {str(value).lower() for value in fields.get("other_ids", ())}
    for scheme in ("doi", "arxiv", "pmid"):
        if value := fields.get(scheme):
            found.add(f"{scheme}:{str(value).lower()}")
    return found


def _pack(fields: Mapping[str, Any]) -> bytes:
    """MessagePack, deflated where it is long; no map begins with the byte that zlib begins with."""
    blob = msgspec.msgpack.encode(dict(fields))
    return zlib.compress(blob, 1) if len(blob) > LONG else blob


def _plain(blob: bytes) -> bytes:
    return zlib.decompress(blob) if blob.startswith(b"\x78") else blob


def _decoded(decoder: msgspec.msgpack.Decoder[T], blob: bytes) -> T:
    try:
        return decoder.decode(_plain(blob))
    except (zlib.error, TypeError, AttributeError, msgspec.DecodeError) as error:
        raise PaperExportError(
            f"a paper of the index is damaged: {error}", hint="build it again"
        ) from error


def _unpack(blob: bytes) -> dict[str, Any]:
    return _decoded(FIELDS, blob)


def _title(blob: bytes) -> str:
    """The title alone: of hundreds of candidates only a few are unpacked whole."""
    return _decoded(TITLED, blob).title


def _words(title: str) -> set[str]:
    """Its words, without case and accents, as the index's own tokenizer leaves them."""
    plain = unicodedata.normalize("NFKD", title.casefold())
    return set(WORD.findall("".join(c for c in plain if not unicodedata.combining(c))))


def _likeness(folded: str, title: str) -> float:
    from rapidfuzz.distance import Indel  # imported late: only a search needs it

    return float(Indel.normalized_similarity(folded, text.fold(title), score_cutoff=LIKE - 0.01))


def _hash(said: str) -> int:
    """64 bits of it, signed as SQLite's integers are."""
    digest = hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _sync(path: Path) -> None:
    import os

    with path.open("rb") as file:
        os.fsync(file.fileno())
