"""``paperexport check``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from paperexport.cli import _bib, _common


@click.command("check", short_help="Find what is doubtful in a .bib file.")
@click.argument("bib", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--tex",
    "main",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A .tex, .aux or .bcf file: entries that it does not cite are told.",
)
@click.option("--fix", is_flag=True, help="Repair what can be repaired without a person.")
@click.option("--diff", is_flag=True, help="Show what --fix would change; write nothing.")
@click.option("--backup", is_flag=True, help="Keep the old file as NAME.bib.bak.")
@click.option("--strict", is_flag=True, help="Exit with 1 when something is doubtful.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")
def command(
    bib: Path, main: Path | None, fix: bool, diff: bool, backup: bool, strict: bool, as_json: bool
) -> int:
    """Duplicates, broken identifiers, missing fields and other doubts in BIB."""
    from paperexport import bibcheck, texproject

    document = _bib.document(bib)
    if main is not None and not (project := texproject.read(main)).everything:
        cited = {project.key(citation.key) for citation in project.citations}
        findings = bibcheck.check(document, cited, project.key)
    else:
        findings = bibcheck.check(document)
    doubtful = any(finding.severity != "info" for finding in findings)
    if fix or diff:
        edits = bibcheck.fix(document, findings)
        touched = tuple(f.key for f in findings if f.fix is not None)
        new = edits.apply() if edits else document.bytes()
        wrote = _bib.write(document, new, touched, dry_run=not fix, diff=diff, backup=backup)
        if wrote:
            _common.note(f"{bib}: {_common.counted(len(touched), 'field')} repaired")
        if diff:
            return 1 if strict and doubtful else 0
        findings = [f for f in findings if f.fix is None]
        doubtful = any(finding.severity != "info" for finding in findings)
    if as_json:
        for finding in findings:
            sys.stdout.buffer.write(_common.json_line(finding))
        sys.stdout.flush()
    else:
        for finding in findings:
            what = f"{finding.key}: " if finding.key else ""
            repair = " (--fix repairs it)" if finding.fix is not None else ""
            click.echo(
                f"{bib}:{finding.line}: {finding.severity}[{finding.code}]: {what}"
                f"{finding.message}{repair}"
            )
    return 1 if strict and doubtful else 0
