"""``paperexport formats``."""

from __future__ import annotations

from typing import Any

import click

from paperexport.cli import _common, _tables


@click.command("formats", short_help="The formats that can be written.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")
def command(as_json: bool) -> None:
    """The formats that `export -t` takes and their options; with --json, what each leaves out."""
    from paperexport.plugins import option_texts

    plugins = _common.registry()
    rows: list[dict[str, Any]] = [
        {
            "name": name,
            "suffix": exporter.suffix,
            "media_type": exporter.media_type,
            "plugin": plugins.origins["exporters", name],
            "summary": exporter.summary,
            "omits": dict(exporter.omits),
            "options": option_texts(exporter),
        }
        for name, exporter in sorted(plugins.exporters.items())
    ]
    if not as_json:
        for row in rows:
            # With spaces, so that a line can end between two of them.
            said = {n: text.replace("|", " or ") for n, text in row["options"].items()}
            row["options (* is the default)"] = said
    columns = ("name", "suffix", "summary", "options (* is the default)")
    _tables.show(rows, columns, as_json=as_json)
    _common.told(plugins.diagnostics, verbose=True, report=None, strict=False)
