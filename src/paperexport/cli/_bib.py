"""What the commands share that write into a hand-kept .bib file."""

from __future__ import annotations

import contextlib
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

_BLANK = "\ufeff \t\r\n"
_NAMED = 5
"""Entries that were left out, and are named in one line, at most."""
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
    """One write: what the file was before it, what was remembered then, whether it was done."""

    before: str
    entries: dict[str, dict[str, str] | None]
    done: bool = False


class Remembered(Struct, frozen=True):
    """What was written into a file.

    Attributes:
        entries: what the next merge goes by.
        undo: the last writes, the oldest first.
    """

    entries: dict[str, dict[str, str]] = {}
    undo: list[_Undo] = []


def recall(file: Path, document: Document) -> Remembered:
    """What was written last time; nothing where nothing is remembered, or the file is blank.

    Into a file that somebody has put back to what it was (``git checkout``, a backup) no field
    was ever written: else all that was filled in would count as taken out. An entry that is gone
    is not forgotten: one that is deleted by hand leaves the very same bytes.
    """
    try:
        kept = msgspec.json.decode(file.read_bytes(), type=Remembered)
    except FileNotFoundError:
        return Remembered()
    except (OSError, msgspec.DecodeError) as error:
        raise PaperExportError(
            f"{file}: what was written last time cannot be read: {error}",
            hint="remove it: then only empty fields are filled, and what you deleted may come back",
        ) from error
    if not document.text.strip(_BLANK):
        return Remembered()  # begun anew
    now = _digest(document)
    there = {block.key for block in document.entries}
    entries = dict(kept.entries)
    for number in reversed(range(len(kept.undo))):
        step = kept.undo[number]
        for key, said in step.entries.items():
            if said is not None:
                entries[key] = said
            elif key in there or not step.done:
                entries.pop(key, None)
        if step.before == now:
            return Remembered(entries, kept.undo[:number])
    if kept.undo and not kept.undo[-1].done:
        kept = _ended(kept, document)
        with contextlib.suppress(PaperExportError):  # the next run finds the same
            _keep(file, kept)
    return kept


def _ended(kept: Remembered, document: Document) -> Remembered:
    """The same where the last run was killed: what is not there may never have been written.

    Nor may a field that is not there in an entry that was: it was not taken out.
    """
    *undo, last = kept.undo
    there = {block.key: block for block in reversed(document.entries)}
    entries = dict(kept.entries)
    for key, before in last.entries.items():
        new = entries.get(key, {})
        changed = [item for item in new.items() if item not in (before or {}).items()]
        values = document.values(there[key]) if key in there else {}
        added = before is None and "@type" in new and key.rstrip("\n") in there
        if not added and not all(item in values.items() for item in changed if item[0][0] != "@"):
            entries.pop(key, None)
    # Under its old key, too: what that run knew under the key that a person had given it.
    for key, before in last.entries.items():
        if before is not None:
            entries.setdefault(key, before)
    return Remembered(entries, [*undo, msgspec.structs.replace(last, done=True)])


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

    Before it is written: who is killed in between has a file that was put back. And behind it:
    only what was there for sure can have been deleted.

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
    wrote = write(
        old,
        merged.data,
        merged.touched,
        dry_run=dry_run,
        diff=diff,
        backup=backup,
        first=lambda: _remember(file, known, merged, old),
    )
    if wrote:
        with contextlib.suppress(PaperExportError):  # then it counts as killed just before
            _remember(file, known, merged, old, done=True)
    return wrote


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


def _keep(file: Path, known: Remembered) -> None:
    from paperexport import output

    output.write(file, [msgspec.json.encode(known)])  # in order: the oldest is forgotten first


def _remember(
    file: Path, known: Remembered, merged: Merged, document: Document, *, done: bool = False
) -> None:
    """Keep what is written into a file, for the next time."""
    old, new = known.entries, merged.memory
    changed = {key: old.get(key) for key in {*old, *new} if old.get(key) != new.get(key)}
    undo = [*known.undo, _Undo(_digest(document), changed, done)][-_UNDO:]
    try:
        _keep(file, Remembered(new, undo))
    except PaperExportError as error:
        raise PaperExportError(
            f"{document.locator}: nothing was written, as that could not be remembered: "
            f"{error.message}",
            hint="make it writable, or give another folder by the setting `state`",
        ) from error


def told(merged: Merged, path: Path, *, wrote: bool, dry_run: bool = False) -> None:
    """One line for a person; for a program too where that is all that a run does.

    What is left out is told to both.
    """
    from paperexport.bibmerge import AGAIN, summary

    said = f"{path}: {summary(merged.changes)}"
    if dry_run:
        click.echo(f"{said} (not written)")
    else:
        _common.note(said + ("" if wrote else " (not written)"))
    left = list(dict.fromkeys(c.key for c in merged.changes if c.action == "leave"))
    if left:
        more = f" and {len(left) - _NAMED} more (-v tells)" if len(left) > _NAMED else ""
        names = ", ".join(left[:_NAMED]) + more
        click.echo(f"{path}: left out, as gone from it: {names}; {AGAIN}", err=True)
