"""Every exception that paperexport raises on purpose, in one tree.

::

    PaperExportError
    ├── UsageError            exit 2   the command, or the arguments of a function, were wrong
    ├── SettingsError         exit 2   a setting has a value that cannot be used
    ├── PluginError           exit 3   a plugin is broken, missing, or clashes with another
    ├── SourceError           exit 3   an input cannot be read at all
    ├── RemoteError           exit 3   a service could not be asked
    │   ├── Unreachable                no answer
    │   ├── RateLimited                it asks to wait; ``retry_after`` seconds
    │   └── Refused                    it answered with an error; ``status``
    └── SyncError             exit 3   a library could not be brought in step
        ├── Conflict                   both sides changed one thing
        ├── StateLocked                another run holds the state
        └── StateTooNew                the state was written by a newer version

What is wrong with *one entry* is not an exception but a :class:`~paperexport.Diagnostic`.
Any other exception is a bug in paperexport, and is left to show itself.
"""

from typing import ClassVar


class PaperExportError(Exception):
    """The root: a message for a person, and what to do about it.

    Args:
        message: what is wrong, in one sentence.
        hint: what the reader can do, or an empty string.
    """

    exit_code: ClassVar[int] = 3

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(PaperExportError):
    """The command, or the arguments of a function, were wrong."""

    exit_code = 2


class SettingsError(PaperExportError):
    """A setting has a value that cannot be used."""

    exit_code = 2


class PluginError(PaperExportError):
    """A plugin is broken, missing, or clashes with another."""


class SourceError(PaperExportError):
    """An input cannot be read at all."""


class RemoteError(PaperExportError):
    """A service could not be asked."""


class Unreachable(RemoteError):  # noqa: N818 - the name says the state, as in the tree above
    """A service gave no answer: refused, timed out, cut off."""


class RateLimited(RemoteError):  # noqa: N818
    """A service asks to wait.

    Args:
        message: what is wrong.
        hint: what to do.
        retry_after: seconds to wait, or None where the service did not say.
    """

    def __init__(self, message: str, *, hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class Refused(RemoteError):  # noqa: N818
    """A service answered with an error.

    Args:
        message: what is wrong.
        hint: what to do.
        status: the HTTP status code.
    """

    def __init__(self, message: str, *, hint: str = "", status: int) -> None:
        super().__init__(message, hint=hint)
        self.status = status


class SyncError(PaperExportError):
    """A library could not be brought in step."""


class Conflict(SyncError):  # noqa: N818
    """Both sides changed one thing differently."""


class StateLocked(SyncError):  # noqa: N818
    """Another run holds the state."""


class StateTooNew(SyncError):  # noqa: N818
    """The state was written by a newer version of paperexport."""
