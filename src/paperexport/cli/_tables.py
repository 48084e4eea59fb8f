"""Rows for a person or for a program."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click

from paperexport.cli import _common

RATIOS = {
    "title": 6,
    "summary": 4,
    "options (* is the default)": 4,
    "names": 8,
    "date": 1,
    "suffix": 1,
    "version": 1,
    "gives": 1,
}
"""Column → its share of a terminal's width; 2 where it is not listed."""
NARROW = 60
"""The least width of a table: in less, columns vanish, or a word has one letter a line."""


def show(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool) -> None:
    """Print rows: as JSON lines whole, or some columns of them as a table.

    Args:
        rows: each a mapping of plain values.
        columns: those that a person sees.
        as_json: whether a program reads it.
    """
    if as_json:
        import msgspec

        for row in rows:
            sys.stdout.buffer.write(msgspec.json.encode(row) + b"\n")
        sys.stdout.flush()
        return
    cells = [[_said(row[column]) for column in columns] for row in rows]
    # A terminal's lines are kept to; in a pipe nothing is cut off.
    fits = _common.terminal(sys.stdout) or "COLUMNS" in os.environ
    drawn = _fitting(columns, cells) if fits else _whole(columns, cells)
    # Not rich's own output: it would end the run where who reads it has enough.
    click.echo("\n".join(line.rstrip() for line in drawn), nl=False)


def _fitting(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a table for a terminal; a cell may take several."""
    from shutil import get_terminal_size

    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for number, column in enumerate(columns):
        narrow = number == 0
        table.add_column(
            column,
            no_wrap=narrow,
            overflow="fold",
            ratio=None if narrow else RATIOS.get(column, 2),
            justify="right" if column == "#" else "left",
        )
    for row in cells:
        table.add_row(*map(Text, row))  # as text, not as rich's markup: a title may hold brackets
    # Not rich's own width: it takes COLUMNS=0 for one.
    console = Console(width=max(get_terminal_size().columns, NARROW), highlight=False)
    with console.capture() as drawn:
        console.print(table)
    return drawn.get().split("\n")


def _whole(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> list[str]:
    """One line for each row, however long; rich, which breaks lines, takes far longer."""
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(columns, *cells, strict=True)]

    def line(row: Sequence[str]) -> str:
        gaps = [" " * (width - cell_len(cell)) for width, cell in zip(widths, row, strict=True)]
        first = gaps[0] + row[0] if columns[0] == "#" else row[0] + gaps[0]
        return "   ".join([first, *(c + g for c, g in zip(row[1:], gaps[1:], strict=True))])

    rule = "─" * (sum(widths) + 3 * (len(widths) - 1))
    return [line(columns), rule, *map(line, cells), ""]


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name}={said}" for name, said in value.items())
    return value if isinstance(value, str) else ", ".join(map(str, value))
