"""What the commands share that write into a hand-kept .bib file."""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from paperexport.cli import _common
from paperexport.errors import PaperExportError, SourceError

if TYPE_CHECKING:
    from paperexport.bibdocument import Document
    from paperexport.bibmerge import Memory, Merged

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def document(path: Path, *, create: bool = False) -> Document:
    """The file, read; an empty one where it may be made and is not there."""
    from paperexport.bibdocument import Document

    return Document(_read(path, create=create), str(path))


def _read(path: Path, *, create: bool) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        if create:
            return b""
        raise SourceError(f"{path}: there is no such file", hint="is the path right?") from error
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror or error}") from error


def memory_file(state: Path, path: Path) -> Path:
    """Where it is remembered what was written into a file."""
    name = hashlib.blake2b(str(path.resolve()).encode(), digest_size=12).hexdigest()
    return state / "bib" / f"{name}.json"


def recall(file: Path) -> Memory:
    """What was written last time; nothing where nothing is remembered."""
    import msgspec

    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, dict[str, str]])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError) as error:
        raise PaperExportError(
            f"{file}: what was written last time cannot be read: {error}",
            hint="remove it: then only empty fields are filled",
        ) from error


def write(
    old: Document,
    new: bytes,
    touched: tuple[str, ...],
    *,
    dry_run: bool,
    diff: bool,
    backup: bool,
) -> bool:
    """Show the difference, or check the new file and put it in place.

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
    before = _read(path, create=True)
    if not old.says(before):
        raise PaperExportError(
            f"{path}: somebody else changed it in the meantime; nothing was written",
            hint="run again: what was asked is remembered",
        )
    if backup and path.exists():
        output.write(path.with_name(f"{path.name}.bak"), [before])
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
    lines = _diff.unified(one, two, f"a/{name}" if before else "/dev/null", f"b/{name}")
    said = "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )
    if _common.terminal(sys.stdout):
        click.echo(said, nl=False)
    else:  # for a program: the bytes of the file
        sys.stdout.buffer.write(said.encode(encoding, "replace"))
        sys.stdout.flush()


def remember(file: Path, merged: Merged, path: Path) -> None:
    """Keep what was written into a file, for the next time."""
    import msgspec

    from paperexport import output

    try:
        output.write(file, [msgspec.json.encode(merged.memory, order="deterministic")])
    except PaperExportError as error:
        raise PaperExportError(
            f"{path} was written, but that cannot be remembered: {error.message}",
            hint="the next run will take what was written for yours, and leave it",
        ) from error


def told(merged: Merged, path: Path, *, wrote: bool, dry_run: bool = False) -> None:
    """One line for a person; for a program too where that is all that a run does."""
    from paperexport.bibmerge import summary

    if dry_run:
        click.echo(f"{path}: {summary(merged.changes)} (not written)")
        return
    _common.note(f"{path}: {summary(merged.changes)}" + ("" if wrote else " (not written)"))
