"""Files are written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from paperexport.errors import PaperExportError

__all__ = ["write"]


def write(path: Path, chunks: Iterable[str | bytes]) -> None:
    """Write a file: a temporary one in the same folder, fsync, rename.

    Args:
        path: the file; what a symbolic link points to is replaced, not the link. A device or a
            pipe (``/dev/stdout``) is written to as it is.
        chunks: its content, text as UTF-8; drawn one by one, so that memory stays flat. An
            exception while drawing leaves the old file as it was.

    Raises:
        PaperExportError: it cannot be written, or is read-only.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        _into(path, chunks)
        return
    target = Path(os.path.realpath(path))
    _writable(path, target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise _failed(path, error) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb", buffering=1 << 20) as file:
            file.writelines(_bytes(chunks))
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes files that nobody else can read; this one takes the old one's rights.
        mode = target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask()
        temporary.chmod(mode)
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


def _into(path: Path, chunks: Iterable[str | bytes]) -> None:
    """A rename would put a file in the place of a device, for everybody."""
    try:
        with path.open("wb") as special:
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


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _failed(path: Path, error: OSError) -> PaperExportError:
    return PaperExportError(
        f"{path}: cannot be written: {error.strerror or error}",
        hint="choose another place, or make room and check its rights",
    )
