"""``paperexport sources``."""

from __future__ import annotations

import click

from paperexport.cli import _common, _tables


@click.command("sources", short_help="The kinds of pages and files that can be read.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")
def command(as_json: bool) -> None:
    """The sources that `--from` names."""
    plugins = _common.registry()
    rows = [
        {
            "name": name,
            "plugin": plugins.origins["sources", name],
            "summary": source.summary,
            "trust": source.trust,
        }
        for name, source in sorted(plugins.sources.items())
    ]
    _tables.show(rows, ("name", "plugin", "summary"), as_json=as_json)
    _common.told(plugins.diagnostics, verbose=True, report=None, strict=False)
