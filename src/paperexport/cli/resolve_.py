"""``paperexport resolve``."""

from __future__ import annotations

from typing import Any

import click

from paperexport.cli import _common, _resolving, export_


@click.command("resolve", short_help="Complete records from arXiv, Crossref, DBLP and others.")
@_common.inputs()
@export_.output_options
@_resolving.options
@_common.reading_options
def command(**values: Any) -> int:
    """Complete the papers in INPUT and write them; jsonl unless -t or -o say otherwise.

    INPUT may be a name too: hf:2025-10-01, hf:week/2025-W40, hf:trending, hf:search/WORDS, an
    address, arxiv:ID, doi:ID. A paper that nobody is sure of stays as it is, and is told.
    """
    if not values["formats"] and values["output"] is None:
        values["formats"] = ("jsonl",)
    return export_.run(resolve=True, **values)
