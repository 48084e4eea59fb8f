"""``paperexport cache``."""

from __future__ import annotations

import click

from paperexport.cli import _common, _tables


@click.group("cache", short_help="The answers of services that are kept.")
def command() -> None:
    """The answers of services that are kept, so that nobody is asked twice."""


@command.command("info")
def info() -> None:
    """How many answers of each service are kept, and where."""
    from paperexport.http import Cache

    path = _common.settings().cache
    with Cache(path) as cache:
        rows = [{"service": name, "answers": str(count)} for name, count in cache.info().items()]
    _tables.show(rows, ("service", "answers"), as_json=False)
    click.echo(str(path))


@command.command("clear")
def clear() -> None:
    """Forget all answers."""
    from paperexport.http import Cache

    with Cache(_common.settings().cache) as cache:
        count = cache.clear()
    click.echo(f"{count} answers forgotten")
