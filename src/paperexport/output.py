"""Files are written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from paperexport.errors import PaperExportError

__all__ = ["alone", "write"]

_STREAM = re.compile(r"/dev/(?:fd/(\d+)|(stdout|stderr))")
"""A name of a stream that is open already."""


@contextlib.contextmanager
def alone(path: Path, *, wait: bool = True) -> Iterator[None]:
    """See to it that no other process of ours is about to replace a file, too.

    The folder is locked, not the file, which a rename replaces. Where a system cannot lock a folder
    (Windows, some network drives), nothing is locked.

    Args:
        path: the file.
        wait: whether to wait for the other; who takes long does not want that.

    Raises:
        PaperExportError: another one is, and is not waited for.
    """
    folder = -1
    try:
        with contextlib.suppress(ImportError, OSError):
            import fcntl

            folder = os.open(Path(os.path.realpath(path)).parent, os.O_RDONLY)
            try:
                fcntl.flock(folder, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise PaperExportError(
                    f"{path}: another run is writing it", hint="wait until that is done"
                ) from error
        yield
    finally:
        if folder >= 0:
            os.close(folder)


def write(path: Path, chunks: Iterable[str | bytes], *, like: Path | None = None) -> None:
    """Write a file: a temporary one in the same folder, fsync, rename.

    Args:
        path: the file; what a symbolic link points to is replaced, not the link, and the new file
            has the rights of the old one, and its owner and group where that is allowed; another
            hard link keeps the old file. A device or a pipe (``/dev/stdout``) is written to as it
            is.
        chunks: its content, text as UTF-8; drawn one by one, so that memory stays flat. An
            exception while drawing leaves the old file as it was.
        like: a file whose rights a new one has, as a backup has those of what it keeps.

    Raises:
        PaperExportError: it cannot be written, or is read-only.
    """
    if (stream := _STREAM.fullmatch(str(path))) is not None:
        # To open it by its name would cut off what stands before it in a file (`>> all.bib`).
        _into(path, int(stream[1] or ("stdout", "stderr").index(stream[2]) + 1), chunks)
        return
    if path.exists() and not path.is_file() and not path.is_dir():
        _into(path, path, chunks)
        return
    target = Path(os.path.realpath(path))
    _writable(path, target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # Not the whole name: a long one would be too long with more behind it.
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}.", dir=target.parent)
    except OSError as error:
        raise _failed(path, error) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb", buffering=1 << 20) as file:
            file.writelines(_bytes(chunks))
            file.flush()
            os.fsync(file.fileno())
        _as_before(temporary, target if like is None or target.exists() else like)
        temporary.replace(target)
        with contextlib.suppress(OSError):  # some systems cannot sync a folder
            folder = os.open(target.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
    except OSError as error:
        raise _failed(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def _into(path: Path, target: Path | int, chunks: Iterable[str | bytes]) -> None:
    """A rename would put a file in the place of a device, for everybody."""
    try:
        with open(target, "wb", closefd=not isinstance(target, int)) as special:
            special.writelines(_bytes(chunks))
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _failed(path, error) from error


def _bytes(chunks: Iterable[str | bytes]) -> Iterable[bytes]:
    return (chunk.encode("utf-8") if isinstance(chunk, str) else chunk for chunk in chunks)


def _writable(path: Path, target: Path) -> None:
    """A rename asks nobody whether the old file may be changed; so we do."""
    try:
        mode = target.stat().st_mode
    except OSError:
        return
    if not mode & 0o222 or not os.access(target, os.W_OK):
        raise PaperExportError(
            f"{path}: is read-only; nothing was written",
            hint="choose another place, or make it writable",
        )


def _as_before(temporary: Path, target: Path) -> None:
    """Give it the old file's rights: mkstemp makes files that nobody else can read."""
    if not target.exists():
        temporary.chmod(0o666 & ~_umask())
        return
    old = target.stat()
    if hasattr(os, "chown"):
        # The group first: who may not give a file away may still leave it to those who share it.
        for owner in ((-1, old.st_gid), (old.st_uid, -1)):
            with contextlib.suppress(OSError):
                os.chown(temporary, *owner)
    temporary.chmod(old.st_mode & 0o7777)  # after chown, which takes some rights away


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _failed(path: Path, error: OSError) -> PaperExportError:
    return PaperExportError(
        f"{path}: cannot be written: {error.strerror or error}",
        hint="choose another place, or make room and check its rights",
    )
