"""``paperexport plugins``."""

from __future__ import annotations

import click

from paperexport.cli import _common, _tables


@click.command("plugins", short_help="The plugins that are installed.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")
def command(as_json: bool) -> None:
    """The plugins in this environment, and what each gives."""
    from paperexport._version import __version__
    from paperexport.plugins import KINDS

    plugins = _common.registry()
    rows = [
        {
            "name": name,
            "version": version or __version__,
            **{
                kind: sorted(n for (k, n), owner in plugins.origins.items()
                             if k == kind and owner == name)
                for kind in KINDS
            },
        }
        for name, version in sorted(plugins.plugins.items())
    ]  # fmt: skip
    if as_json:
        _tables.show(rows, (), as_json=True)
    else:
        # One row a kind: seven columns do not fit a terminal.
        given = [(row, kind) for row in rows for kind in KINDS if row[kind]]
        kinds = [{**row, "gives": kind, "names": row[kind]} for row, kind in given]
        empty = [row for row in rows if not any(row[kind] for kind in KINDS)]
        kinds += [{**row, "gives": "nothing", "names": ""} for row in empty]
        _tables.show(kinds, ("name", "version", "gives", "names"), as_json=False)
    _common.told(plugins.diagnostics, verbose=True, report=None, strict=False)
