"""The line, driven: bytes → entries → records → a bibliography → bytes.

Everything here is for Python users too, and none of it imports click.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from msgspec import Struct

from paperexport import citekeys, dedupe, output
from paperexport.bibliography import Bibliography
from paperexport.diagnostics import Diagnostic
from paperexport.entry import Entry
from paperexport.errors import PluginError, SourceError, UsageError
from paperexport.hookspecs import HEAD, Exporter, Source
from paperexport.merge import merge
from paperexport.normalization import Normalized, lacks, normalize
from paperexport.plugins import Registry, blame
from paperexport.record import Origin, Record
from paperexport.sources._text import no_text

__all__ = ["Reading", "export", "exported", "gather", "keyed", "read", "recognise"]

Input = str | Path | bytes | BinaryIO


class Reading(Struct, frozen=True, kw_only=True):
    """What was read, in order.

    Attributes:
        records: one for each paper.
        keys: the citation key that the input gave each of them, or ``""``.
        problems: for each of them, what could not be read.
        diagnostics: all that a person should know, ``problems`` included.
    """

    records: tuple[Record, ...]
    keys: tuple[str, ...]
    problems: tuple[tuple[Diagnostic, ...], ...]
    diagnostics: tuple[Diagnostic, ...] = ()

    def only(self, numbers: Sequence[int]) -> Reading:
        """The records at some indices, and all that is told of them or of the page."""
        mine = {d for number in numbers for d in self.problems[number]}
        others = {d for problems in self.problems for d in problems} - mine
        return Reading(
            records=tuple(self.records[number] for number in numbers),
            keys=tuple(self.keys[number] for number in numbers),
            problems=tuple(self.problems[number] for number in numbers),
            diagnostics=tuple(d for d in self.diagnostics if d not in others),
        )

    def bibliography(
        self, *, pattern: str | None = None, taken: Mapping[str, str] | None = None
    ) -> Bibliography:
        """The records under citation keys (:meth:`Bibliography.of`)."""
        return Bibliography.of(self.records, pattern=pattern, given=self.keys, taken=taken)


def recognise(head: bytes, locator: str, registry: Registry) -> Source:
    """The one source that takes an input.

    Args:
        head: its first bytes, at most :data:`~paperexport.hookspecs.HEAD`.
        locator: where it came from.
        registry: the sources that there are.

    Raises:
        SourceError: none takes it, or several do; the hint lists which.
    """
    found = [s for s in registry.sources.values() if _recognised(s, head, locator, registry)]
    if len(found) == 1:
        return found[0]
    if not head.strip():
        raise SourceError(f"{locator}: the input is empty", hint="was the page copied or saved?")
    if found:
        raise SourceError(
            f"{locator}: fits {len(found)} sources: {', '.join(sorted(s.name for s in found))}",
            hint="name the right one with --from",
        )
    if kind := no_text(head):
        what, hint = kind
        raise SourceError(f"{locator}: is {what}", hint=hint)
    raise SourceError(
        f"{locator}: no source recognises this input",
        hint=f"name one with --from: {', '.join(sorted(registry.sources))}",
    )


def _recognised(source: Source, head: bytes, locator: str, registry: Registry) -> bool:
    """Whether a source takes an input; a plugin's that fails does not, and costs nobody else."""
    try:
        return source.recognises(head, locator)
    except Exception as error:
        try:
            blame(source, "looking at an input", error)
        except PluginError as broken:
            registry.diagnostics.append(
                Diagnostic(
                    code="plugin-broken",
                    severity="warning",
                    message=broken.message,
                    origin=Origin(source="plugins"),
                    hint=broken.hint,
                )
            )
            return False
        raise


def read(
    source: Input,
    *,
    source_name: str | None = None,
    locator: str | None = None,
    registry: Registry | None = None,
) -> Iterator[Normalized | Diagnostic]:
    """Read one input: each paper as a record, and a diagnostic for what could not be read.

    Args:
        source: a path (``-`` for standard input), bytes, or an open binary file.
        source_name: the source that reads it (``daily-papers-text`` …); told by content if None.
        locator: what messages call the input; the path if None.
        registry: the plugins; those that are installed if None.

    Raises:
        SourceError: the input cannot be read at all.
        UsageError: there is no such source.
    """
    registry = registry or Registry()
    if isinstance(source, bytes):
        yield from _read(io.BytesIO(source), source_name, locator or "-", registry)
    elif isinstance(source, str | Path):
        path = str(source)
        if path == "-":
            yield from _read(sys.stdin.buffer, source_name, locator or path, registry)
            return
        try:
            stream = Path(path).open("rb")  # noqa: SIM115 - closed below
        except OSError as error:
            folder = isinstance(error, IsADirectoryError)
            raise SourceError(
                f"{path}: cannot be read: {error.strerror or error}",
                hint="give the files that are in it" if folder else "is the path right?",
            ) from error
        # A name of a file may be no text, and a locator is written as JSON.
        named = locator or os.fsencode(path).decode("utf-8", "replace")
        with stream:
            yield from _read(stream, source_name, named, registry)
    else:
        yield from _read(source, source_name, locator or "-", registry)


def _read(
    stream: BinaryIO, source_name: str | None, locator: str, registry: Registry
) -> Iterator[Normalized | Diagnostic]:
    head = _head(stream, locator)
    source = registry.source(source_name) if source_name else recognise(head, locator, registry)
    whole: BinaryIO = io.BytesIO(head)
    if len(head) == HEAD:
        if stream.seekable():
            stream.seek(-HEAD, io.SEEK_CUR)
            whole = stream
        else:
            whole = io.BufferedReader(_Rejoined(head, stream), HEAD)
    count = 0
    for batch in _batches(source, whole, locator):
        for found in batch:
            if isinstance(found, Entry):
                count += 1
                yield normalize(found)
            elif isinstance(found, Diagnostic):
                yield found
            else:
                raise PluginError(
                    f"the source {source.name!r} gives a {type(found).__name__}",
                    hint="a source gives instances of paperexport.Entry and Diagnostic",
                )
    if not count:
        yield Diagnostic(
            code="nothing-found",
            severity="warning",
            message=f"no paper was found by the source {source.name}",
            origin=Origin(source=source.name, locator=locator),
            hint="try another with --from",
        )


def _batches(
    source: Source, stream: BinaryIO, locator: str, size: int = 256
) -> Iterator[list[Entry | Diagnostic]]:
    """What a source finds, some at a time.

    Reading some entries and then normalizing them takes a seventh less than doing both by turns,
    as the processor finds its code in its cache. What was found before a source fails is not lost.
    """
    batch: list[Entry | Diagnostic] = []
    try:
        for one in source.read(stream, locator):
            batch.append(one)
            if len(batch) == size:
                yield batch
                batch = []
    except Exception as error:
        yield batch
        blame(source, f"reading {locator}", error)
        raise
    yield batch


def _head(stream: BinaryIO, locator: str) -> bytes:
    """The first bytes, :data:`HEAD` of them unless there are fewer."""
    parts: list[bytes] = []
    left = HEAD
    try:
        while left and (part := stream.read(left)):
            parts.append(part)
            left -= len(part)
    except OSError as error:
        raise SourceError(f"{locator}: cannot be read: {error.strerror or error}") from error
    return b"".join(parts)


class _Rejoined(io.RawIOBase):
    """A stream whose head was read, from its first byte: standard input cannot be rewound."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = io.BytesIO(head)
        self._rest = rest

    def readable(self) -> bool:
        """As of any binary file that is read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """As of any binary file."""
        chunk = self._head.read(len(buffer)) or self._rest.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)


def gather(found: Iterable[Normalized | Diagnostic], *, duplicates: str = "merge") -> Reading:
    """Put records together that tell of one paper.

    Args:
        found: what :func:`read` gave, of one input or of several after each other.
        duplicates: ``merge`` makes one record of several, ``keep`` leaves them.

    Returns:
        the records in the order of their first mention, with the diagnostics of all.

    Raises:
        UsageError: ``duplicates`` is neither.
    """
    if duplicates not in ("merge", "keep"):
        raise UsageError(f"duplicates are {duplicates!r}", hint="merge or keep")
    # What is wanted of each, so that what its page said can go.
    records: list[Record] = []
    given: list[str] = []
    told: list[tuple[Diagnostic, ...]] = []
    origins: list[Origin] = []
    diagnostics: list[Diagnostic] = []
    for one in found:
        if isinstance(one, Diagnostic):
            diagnostics.append(one)
            continue
        records.append(one.record)
        given.append(one.key)
        told.append(one.diagnostics)
        origins.append(one.entry.origin)
        diagnostics.extend(one.diagnostics)
    if duplicates == "keep":
        clusters = [[number] for number in range(len(records))]
    else:
        clusters = dedupe.clusters(records)
    merged: list[Record] = []
    keys: list[str] = []
    problems: list[tuple[Diagnostic, ...]] = []
    for cluster in clusters:
        problems.append(tuple(d for number in cluster for d in told[number]))
        merged.append(merge([records[number] for number in cluster]))
        keys.append(next((given[number] for number in cluster if given[number]), ""))
        for number in cluster[1:]:
            first = cluster[0]
            diagnostics.append(
                Diagnostic(
                    code="duplicate",
                    severity="info",
                    message=f"{records[first].title[:60]!r} is there again, first in "
                    f"{origins[first]}; one record was made of both",
                    origin=origins[number],
                )
            )
    return Reading(
        records=tuple(merged),
        keys=tuple(keys),
        problems=tuple(problems),
        diagnostics=tuple(diagnostics),
    )


def incomplete(records: Iterable[Record]) -> Iterator[Diagnostic]:
    """What a citation needs and each record lacks, as diagnostics."""
    for record in records:
        origin = next(iter(record.origins.values()), Origin())
        if said := lacks(record, origin):
            yield said


def rekeyed(
    given: Sequence[str], bibliography: Bibliography, taken: Mapping[str, str]
) -> Iterator[Diagnostic]:
    """The keys that the input gave and that are others now: who cites them must know.

    Args:
        given: a key for each record, or an empty string.
        bibliography: the same records, in the same order.
        taken: keys of earlier runs (:func:`taken_from`), which was told then.
    """
    known = set(taken.values())
    for said, (key, record) in zip(given, bibliography.items(), strict=True):
        if said and said != key and key not in known:
            yield Diagnostic(
                code="key-changed",
                severity="warning",
                message=f"the key {said!r} became {key!r}",
                field="citation_key",
                origin=next(iter(record.origins.values()), Origin()),
                hint="another paper has it, or LaTeX cannot cite it",
            )


def keyed(
    records: Mapping[str, Record] | Iterable[Record],
) -> Mapping[str, Record]:
    """Records under citation keys: as they are where they have some, else new ones."""
    return records if isinstance(records, Mapping) else Bibliography.of(records)


def exported(records: Mapping[str, Record] | Iterable[Record], exporter: Exporter) -> Iterator[str]:
    """The pieces of a file, one for each record, so that memory stays flat.

    Args:
        records: key → record, or records, which get keys.
        exporter: the format, its options set.
    """
    frame = exporter.frame
    if frame.head:
        yield frame.head
    separator = ""
    for key, record in keyed(records).items():
        try:
            text = separator + exporter.encode(key, record)
        except Exception as error:
            blame(exporter, f"writing {key!r}", error)
            raise
        yield text
        separator = frame.separator
    if frame.tail:
        yield frame.tail


def export(
    records: Mapping[str, Record] | Iterable[Record],
    format: str | Exporter,  # noqa: A002 - the word that users know
    *,
    to: str | Path | None = None,
    options: Mapping[str, str] | None = None,
    registry: Registry | None = None,
) -> str:
    """Write records in a format.

    Args:
        records: key → record (a :class:`~paperexport.Bibliography`), or records, which get keys.
        format: the name of a format, or an exporter.
        to: a file to write, whole or not at all; None returns the text alone.
        options: option → value, as text, for a format given by name.
        registry: the plugins; those that are installed if None.

    Returns:
        the text; an empty string where it was written to a file.

    Raises:
        UsageError: there is no such format or option.
        PaperExportError: the file cannot be written.
    """
    if isinstance(format, str):
        format = (registry or Registry()).exporter(format, options)  # noqa: A001 - as above
    pieces = exported(records, format)
    if to is None:
        return "".join(pieces)
    output.write(Path(to), pieces)
    return ""


def taken_from(path: Path, registry: Registry) -> dict[str, str]:
    """The keys in a file that an earlier run wrote, by what each paper is known by.

    A file that is not there, or that no source reads, gives none: keys are then made anew.
    """
    taken: dict[str, str] = {}
    try:
        for found in read(path, registry=registry):
            if isinstance(found, Normalized) and found.key:
                for name in citekeys.identity(found.record):
                    taken.setdefault(name, found.key)
    except SourceError:
        return taken
    return taken
