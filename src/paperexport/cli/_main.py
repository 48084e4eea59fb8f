"""The group of commands, loaded one by one, and the one ``except``."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from paperexport._version import __version__
from paperexport.errors import PaperExportError

COMMANDS = {
    "cache": "The answers of services that are kept.",
    "check": "Find what is doubtful in a .bib file.",
    "completion": "Print the completion script of a shell.",
    "explain": "Say where each value of a record comes from.",
    "export": "Write citations of the papers in a page or file.",
    "formats": "The formats that can be written.",
    "index": "A local index of papers, asked before any service.",
    "list": "Show the papers in a page or file.",
    "plugins": "The plugins that are installed.",
    "resolve": "Complete records from arXiv, Crossref, DBLP and others.",
    "sources": "The kinds of pages and files that can be read.",
    "tex": "Compare a LaTeX project with its .bib file.",
    "update": "Find what became of the preprints in a .bib file.",
}
"""Built-in command → its line in ``--help``; each is imported when it is called."""

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF})
"""What a stream says that takes no more. A file of ours says it by its name (``output.py``)."""
FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
"""What a file says that somebody else has a say in; not a bug."""


class Lazy(click.Group):
    """Commands that are imported when they are called; plugins add theirs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        """All commands, sorted."""
        return sorted({*COMMANDS, *self._plugins()})

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's
        cmd_name: str,
    ) -> click.Command | None:
        """One command, imported now."""
        if cmd_name in COMMANDS:
            module = import_module(f"paperexport.cli.{cmd_name.replace('-', '_')}_")
            command: click.Command = module.command
            return command
        return self._plugins().get(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Click's, with the likely command in the message where there is no such one."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.list_commands(ctx), 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            if args[0] == "zotero":
                hint = " Install paperexport-zotero for it."
            raise click.UsageError(f"{error.message}{hint}", ctx) from error

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's
        formatter: click.HelpFormatter,
    ) -> None:
        """The lines of ``--help``, without importing a command of ours for each."""
        plugins = self._plugins()
        rows = {**COMMANDS, **{n: c.get_short_help_str() for n, c in plugins.items()}}
        with formatter.section("Commands"):
            formatter.write_dl(sorted(rows.items()))

    @staticmethod
    def _plugins() -> dict[str, click.Command]:
        from importlib import metadata

        from paperexport.hookspecs import PROJECT

        if not metadata.entry_points(group=PROJECT):
            return {}
        from paperexport.plugins import Registry

        return dict(Registry(builtin=False, commands=COMMANDS).commands)


@click.group(
    cls=Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Shell completion: `paperexport completion --help`.",
)
@click.version_option(__version__, prog_name="paperexport", message="%(prog)s %(version)s")
def group() -> None:
    """From pages that list papers to correct citations.

    What is not known is reported, never invented.
    """


def run(arguments: Sequence[str]) -> int:
    """Run one command.

    Returns:
        0 done; 1 done with problems under ``--strict`` or ``--check``; 2 the command was wrong;
        3 it could not go on; 130 interrupted (143 and 129 where a signal ended it).
    """
    stdout = sys.stdout
    try:
        code = group.main(args=list(arguments), prog_name="paperexport", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except PaperExportError as error:
        _say(error)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return 130
    except MemoryError:
        _say(PaperExportError("there is not enough memory", hint="give fewer inputs at once"))
        return 3
    except SystemExit:
        # Who reads our output has enough (`| head`): click has changed the stream, and exits.
        if sys.stdout is stdout:
            raise
        return 0
    except OSError as error:
        if error.filename is not None and error.errno in {*FULL, *FORBIDDEN}:
            what = f"{os.fsdecode(error.filename)}: {error.strerror}"
            _say(PaperExportError(what, hint="make room and check its rights"))
            return 3
        if error.filename is not None or error.errno not in FULL:
            raise
        # What waits in its buffer would be tried again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _say(PaperExportError(f"standard output cannot be written: {error.strerror}"))
        return 3
    return code if isinstance(code, int) else 0


def _say(error: PaperExportError) -> None:
    click.echo(f"error: {error.message}", err=True)
    if error.hint:
        click.echo(f"hint: {error.hint}", err=True)
