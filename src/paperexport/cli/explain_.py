"""``paperexport explain``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from paperexport.cli import _common, _resolving, _tables
from paperexport.cli.export_ import lazily
from paperexport.record import Eprint

if TYPE_CHECKING:
    from paperexport.record import Record
    from paperexport.resolution import Outcome


@click.command("explain", short_help="Say where each value of a record comes from.")
@_common.inputs()
@_resolving.options
@_common.reading_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object a record, for programs.")
def command(inputs: tuple[str, ...], as_json: bool, **values: Any) -> int:
    """For each selected paper of INPUT: each value, who said it and when; the candidates.

    Nothing is written but the answers that services give to the cache.
    """
    from paperexport.select import select as chosen

    how = _resolving.asking(values)
    plugins = _common.registry()
    settings = _common.settings()
    services = lazily(plugins, settings, how)
    try:
        reading = _resolving.read_all(
            inputs, values["source"], plugins, values["duplicates"], services
        )
        before = reading.bibliography()
        numbers = chosen(before, values["select"], values["exclude"])
        picked = reading.only(numbers)
        _, outcomes, diagnostics = _resolving.resolved(picked, services(), how)
    finally:
        services.close()
    for outcome in outcomes:
        if as_json:
            _print_json(outcome)
        else:
            _print(outcome)
    return _common.told(
        [*plugins.diagnostics, *reading.diagnostics, *diagnostics],
        verbose=values["verbose"],
        report=values["report"],
        strict=values["strict"],
    )


def _rows(record: Record) -> list[dict[str, str]]:
    rows = []
    for field in record.__struct_fields__:
        value = getattr(record, field)
        if field == "origins" or value in (None, "", (), {}):
            continue
        origin = record.origins.get(field)
        rows.append(
            {
                "field": field,
                "value": _value(value),
                "said by": str(origin.source) if origin else "",
                "trust": str(origin.trust) if origin else "",
                "where": str(origin) if origin else "",
                "when": origin.retrieved if origin else "",
            }
        )
    return rows


def _value(value: Any) -> str:
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    if isinstance(value, dict):
        return "; ".join(f"{name}={said}" for name, said in value.items())
    if isinstance(value, Eprint):
        version = f"v{value.version}" if value.version else ""
        primary = f" [{value.primary_class}]" if value.primary_class else ""
        return f"{value.archive}:{value.id}{version}{primary}"
    return str(value)


def _print(outcome: Outcome) -> None:
    click.echo(f"{outcome.wanted.title or outcome.wanted.doi or '(no title)'}")
    click.echo(f"verdict: {outcome.verdict}: {outcome.reason}")
    for record in outcome.records:
        columns = ("field", "value", "said by", "trust", "when")
        _tables.show(_rows(record), columns, as_json=False)
    if outcome.candidates:
        click.echo("candidates")
        rows = [
            {
                "score": f"{candidate.judgement.evidence.score:.2f}",
                "identifier": candidate.identifier,
                "title": candidate.record.title,
                "services": ", ".join(candidate.services),
                "verdict": f"{candidate.judgement.verdict}: {candidate.judgement.reason}",
            }
            for candidate in outcome.candidates
        ]
        columns = ("score", "identifier", "title", "services", "verdict")
        _tables.show(rows, columns, as_json=False)
    click.echo()


def _print_json(outcome: Outcome) -> None:
    import msgspec

    encode = msgspec.json.Encoder(enc_hook=dict).encode
    line = {
        "title": outcome.wanted.title,
        "verdict": outcome.verdict,
        "reason": outcome.reason,
        "records": [_rows(record) for record in outcome.records],
        "candidates": [
            {
                "identifier": candidate.identifier,
                "title": candidate.record.title,
                "services": candidate.services,
                "verdict": candidate.judgement.verdict,
                "reason": candidate.judgement.reason,
                "evidence": candidate.judgement.evidence,
            }
            for candidate in outcome.candidates
        ],
    }
    sys.stdout.buffer.write(encode(line) + b"\n")
    sys.stdout.flush()
