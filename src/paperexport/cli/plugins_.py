"""``paperexport plugins``."""

from __future__ import annotations

import click

from paperexport.cli import _common, _tables


@click.command("plugins", short_help="The plugins that are installed.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")
def command(as_json: bool) -> None:
    """The plugins in this environment, and what each gives."""
    from paperexport._version import __version__

    plugins = _common.registry()
    rows = [
        {
            "name": name,
            "version": version or __version__,
            **{
                kind: sorted(n for (k, n), owner in plugins.origins.items()
                             if k == kind and owner == name)
                for kind in ("sources", "resolvers", "exporters", "schemes", "commands")
            },
        }
        for name, version in sorted(plugins.plugins.items())
    ]  # fmt: skip
    columns = ("name", "version", "sources", "resolvers", "exporters", "schemes", "commands")
    _tables.show(rows, columns, as_json=as_json)
    _common.told(plugins.diagnostics, verbose=True, report=None, strict=False)
