"""What the commands share that write into a hand-kept .bib file."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec
from msgspec import Struct

from paperexport.cli import _common
from paperexport.errors import PaperExportError, SourceError

if TYPE_CHECKING:
    from paperexport.bibdocument import Document
    from paperexport.bibmerge import Merged

_UNDO = 20
"""Writes that can be undone, and be forgotten then, at most."""

_FOREIGN = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<[!?a-z]|\{|\[\s*[{\[]|TY  -)", re.IGNORECASE)
"""How a file begins that somebody calls .bib, and that is something else."""

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def document(path: Path, *, create: bool = False) -> Document:
    """The file, read; an empty one where it may be made and is not there."""
    from paperexport.bibdocument import Document

    read = Document(_read(path, create=create), str(path))
    if not read.entries and _FOREIGN.match(read.bytes()):
        raise SourceError(
            f"{path}: is HTML, JSON or RIS, and no .bib file",
            hint=f"paperexport export {path.name} -t bibtex makes one, where it holds papers",
        )
    return read


def _read(path: Path, *, create: bool) -> bytes:
    if create and path.exists() and not path.is_file():
        raise SourceError(f"{path}: is no file that can be kept", hint="-o writes to a pipe")
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        if create:
            return b""
        raise SourceError(f"{path}: there is no such file", hint="is the path right?") from error
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror or error}") from error
    if b"\0" in data:
        raise SourceError(
            f"{path}: is UTF-16, or no text at all", hint="save it as UTF-8, as BibTeX reads it"
        )
    return data


def memory_file(state: Path, path: Path) -> Path:
    """Where it is remembered what was written into a file."""
    import hashlib

    name = hashlib.blake2b(os.fsencode(path.resolve()), digest_size=12).hexdigest()
    return state / "bib" / f"{name}.json"


class _Undo(Struct, frozen=True):
    """How to forget one write: what the file was before it, and what was remembered then."""

    before: str
    entries: dict[str, dict[str, str] | None]


class Remembered(Struct, frozen=True):
    """What was written into a file.

    Attributes:
        entries: what the next merge goes by.
        undo: the last writes, the oldest first.
    """

    entries: dict[str, dict[str, str]] = {}
    undo: list[_Undo] = []


def recall(file: Path, document: Document) -> Remembered:
    """What was written last time; nothing where nothing is remembered.

    A file that somebody has put back to what it was (``git checkout``, a backup) was never
    written into: else all that was added would count as taken out.
    """
    try:
        kept = msgspec.json.decode(file.read_bytes(), type=Remembered)
    except FileNotFoundError:
        return Remembered()
    except (OSError, msgspec.DecodeError) as error:
        raise PaperExportError(
            f"{file}: what was written last time cannot be read: {error}",
            hint="remove it: then only empty fields are filled",
        ) from error
    now = _digest(document)
    entries = dict(kept.entries)
    for number in reversed(range(len(kept.undo))):
        step = kept.undo[number]
        entries.update({key: said for key, said in step.entries.items() if said is not None})
        for key in [key for key, said in step.entries.items() if said is None]:
            entries.pop(key, None)
        if step.before == now:
            return Remembered(entries, kept.undo[:number])
    return kept


def _digest(document: Document) -> str:
    import hashlib

    return hashlib.blake2b(document.bytes(), digest_size=12).hexdigest()


def put(
    old: Document,
    merged: Merged,
    file: Path,
    known: Remembered,
    *,
    dry_run: bool,
    diff: bool,
    backup: bool,
) -> bool:
    """As :func:`write`, and what is written is remembered first, for the next run.

    Args:
        old: the file as it was read.
        merged: what is to stand there.
        file: where that is remembered.
        known: what was remembered before.
        dry_run: as :func:`write` takes it.
        diff: as well.
        backup: as well.

    Returns:
        whether it was written.
    """
    return write(
        old,
        merged.data,
        merged.touched,
        dry_run=dry_run,
        diff=diff,
        backup=backup,
        first=lambda: remember(file, known, merged, old),
    )


def write(
    old: Document,
    new: bytes,
    touched: tuple[str, ...],
    *,
    dry_run: bool,
    diff: bool,
    backup: bool,
    first: Callable[[], None] = lambda: None,
) -> bool:
    """Show the difference, or check the new file and put it in place.

    Args:
        old: the file as it was read.
        new: what is to stand there.
        touched: the keys of the entries that differ.
        dry_run: write nothing.
        diff: show the difference, and write nothing.
        backup: keep the old file beside the new one.
        first: done before anything is written.

    Returns:
        whether it was written.
    """
    from paperexport import output
    from paperexport.bibverify import verify

    path = Path(old.locator)
    if diff:
        show_difference(old.bytes(), new, old)
    if old.says(new):
        return False
    verify(old, new, touched)
    if diff or dry_run:
        return False
    with output.alone(path):
        before = _read(path, create=True)
        if not old.says(before):
            raise PaperExportError(
                f"{path}: somebody else changed it in the meantime; nothing was written",
                hint="run again: what was asked is remembered",
            )
        first()
        if backup and path.exists():
            output.write(path.with_name(f"{path.name}.bak"), [before], like=path)
        output.write(path, [new])
    return True


def show_difference(before: bytes, after: bytes, old: Document) -> None:
    """A unified diff on standard output."""
    from paperexport.cli import _diff

    encoding = old.encoding
    # Lines end where `patch` and `git apply` see an end, and nowhere else.
    one = _LINE.findall(before.decode(encoding))
    two = _LINE.findall(after.decode(encoding))
    name = old.locator.lstrip("/")
    name += "\t" if " " in name else ""  # as git has it; else `patch` takes the first word
    lines = _diff.unified(one, two, f"a/{name}" if before else "/dev/null", f"b/{name}")
    said = "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )
    if _common.terminal(sys.stdout):
        click.echo(said, nl=False)
    else:  # for a program: the bytes of the file
        sys.stdout.buffer.write(said.encode(encoding, "replace"))
        sys.stdout.flush()


def remember(file: Path, known: Remembered, merged: Merged, document: Document) -> None:
    """Keep what is written into a file, for the next time.

    Before it is written: who is killed in between has a file that was put back.
    """
    from paperexport import output

    old, new = known.entries, merged.memory
    changed = {key: old.get(key) for key in {*old, *new} if old.get(key) != new.get(key)}
    undo = [*known.undo, _Undo(_digest(document), changed)][-_UNDO:]
    said = msgspec.json.encode(Remembered(new, undo), order="deterministic")
    try:
        output.write(file, [said])
    except PaperExportError as error:
        raise PaperExportError(
            f"{document.locator}: nothing was written, as that could not be remembered: "
            f"{error.message}",
            hint="make it writable, or give another folder by the setting `state`",
        ) from error


def told(merged: Merged, path: Path, *, wrote: bool, dry_run: bool = False) -> None:
    """One line for a person; for a program too where that is all that a run does."""
    from paperexport.bibmerge import summary

    if dry_run:
        click.echo(f"{path}: {summary(merged.changes)} (not written)")
        return
    _common.note(f"{path}: {summary(merged.changes)}" + ("" if wrote else " (not written)"))
