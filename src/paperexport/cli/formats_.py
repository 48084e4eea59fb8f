"""``paperexport formats``."""

from __future__ import annotations

import click

from paperexport.cli import _common, _tables


@click.command("formats", short_help="The formats that can be written.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")
def command(as_json: bool) -> None:
    """The formats that `export -t` takes, what each leaves out, and its options."""
    from paperexport.plugins import option_texts

    plugins = _common.registry()
    rows = [
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
    _tables.show(rows, ("name", "suffix", "plugin", "summary", "options"), as_json=as_json)
    _common.told(plugins.diagnostics, verbose=True, report=None, strict=False)
