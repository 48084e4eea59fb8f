"""``paperexport sources``."""

from __future__ import annotations

import click

from paperexport.cli import _common, _tables


@click.command("sources", short_help="The kinds of pages and files that can be read.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")
def command(as_json: bool) -> None:
    """The sources that `--from` names, and with a colon the names that plugins take as INPUT."""
    plugins = _common.registry()
    rows = [
        {
            "name": name,
            "plugin": plugins.origins["sources", name],
            "summary": source.summary,
            "trust": source.trust,
        }
        for name, source in sorted(plugins.sources.items())
    ] + [
        {
            "name": f"{name}:",
            "plugin": plugins.origins["schemes", name],
            "summary": scheme.summary,
            "trust": "",
        }
        for name, scheme in sorted(plugins.schemes.items())
    ]
    _tables.show(rows, ("name", "plugin", "summary"), as_json=as_json)
    _common.told(plugins.diagnostics, verbose=True, report=None, strict=False)
