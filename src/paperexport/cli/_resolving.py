"""What the commands share that ask services: options, progress, and the review file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
from msgspec import Struct

from paperexport.cli import _common

if TYPE_CHECKING:
    from paperexport.diagnostics import Diagnostic
    from paperexport.normalization import Normalized
    from paperexport.pipeline import Reading
    from paperexport.plugins import Registry
    from paperexport.resolution import Outcome
    from paperexport.services import Services
    from paperexport.settings import Settings


class Asking(Struct, frozen=True, kw_only=True):
    """How services are asked, as the options say it."""

    offline: bool = False
    prefer: Literal["published", "preprint", "both"] = "published"
    services: str | None = None
    accept: Literal["sure", "probable"] = "sure"
    review: Path | None = None

    @property
    def names(self) -> list[str] | None:
        """The services that were named."""
        if self.services is None:
            return None
        return [name.strip() for name in self.services.split(",") if name.strip()]


def options(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--offline --prefer --services --accept --review``."""
    given = (
        click.option("--offline", is_flag=True, help="Ask nobody: use the cache and the index."),
        click.option(
            "--prefer",
            type=click.Choice(["published", "preprint", "both"]),
            default="published",
            show_default=True,
            help="Which version of a paper is cited; `both` gives two entries.",
        ),
        click.option("--services", metavar="NAME,…", shell_complete=_common.names("resolvers"),
                     help="Who is asked: resolvers of `paperexport plugins` (default: all that "
                     "can answer)."),
        click.option(
            "--accept",
            type=click.Choice(["sure", "probable"]),
            default="sure",
            show_default=True,
            help="Which matches by title are taken without asking.",
        ),
        click.option(
            "--review",
            metavar="FILE",
            type=click.Path(dir_okay=False, path_type=Path),
            help="Where doubtful matches are listed; yes and no in it are remembered.",
        ),
    )  # fmt: skip
    for option in reversed(given):
        function = option(function)
    return function


def asking(values: dict[str, Any]) -> Asking:
    """Take the options out of a command's arguments."""
    return Asking(**{name: values.pop(name) for name in Asking.__struct_fields__})


def connect(plugins: Registry, settings: Settings, how: Asking) -> Services:
    """The services of this run."""
    from paperexport import services

    return services.connect(plugins, settings, names=how.names, offline=how.offline)


def read_all(
    names: Iterable[str],
    source: str | None,
    plugins: Registry,
    duplicates: str,
    services: Callable[[], Services],
) -> Reading:
    """All inputs, paths and names, one after the other."""
    from paperexport import pipeline, places
    from paperexport.entry import Entry
    from paperexport.normalization import normalize

    def found() -> Iterator[Normalized | Diagnostic]:
        for name in names:
            before, colon, rest = name.partition(":")
            if colon and not source and before in plugins.schemes:
                entries = plugins.schemes[before].read(rest, _common.settings())
            elif not source and (place := places.of(name)) is not None:
                run = services()
                entries = places.read(place, run.resolvers, run.client)
            else:
                _missing(name)
                yield from pipeline.read(name, source_name=source, registry=plugins)
                continue
            for one in entries:
                yield normalize(one) if isinstance(one, Entry) else one

    return pipeline.gather(found(), duplicates=duplicates)


def _missing(name: str) -> None:
    """Say which package reads a name, where it is none of a file."""
    from paperexport.errors import UsageError

    if name.startswith("zotero:") and not Path(name).exists():
        raise UsageError(
            f"{name!r}: no plugin here reads Zotero", hint="install paperexport-zotero"
        )


def resolved(
    reading: Reading, services: Services, how: Asking
) -> tuple[Reading, list[Outcome], list[Diagnostic]]:
    """The records completed, what became of each, and what a person should know."""
    from paperexport import pipeline, resolution

    answers, problems = _answers(how.review)
    with progress() as told:
        outcomes, failures = resolution.resolve(
            reading.records,
            list(services.resolvers.values()),
            services.client,
            prefer=how.prefer,
            accept=how.accept,
            answers=answers,
            progress=told,
        )
    if how.review is not None:
        _ask(how.review, outcomes, answers)
    records = []
    keys = []
    kept = []
    for outcome, key, problem in zip(outcomes, reading.keys, reading.problems, strict=True):
        for number, record in enumerate(outcome.records):
            records.append(record)
            keys.append(key if not number else "")
            kept.append((*problem, *outcome.diagnostics) if not number else ())
    diagnostics = [*problems, *failures, *(d for o in outcomes for d in o.diagnostics)]
    whole = pipeline.Reading(
        records=tuple(records),
        keys=tuple(keys),
        problems=tuple(kept),
        diagnostics=(*reading.diagnostics, *diagnostics),
    )
    return whole, outcomes, diagnostics


def _answers(path: Path | None) -> tuple[Mapping[tuple[str, str], bool], list[Diagnostic]]:
    from paperexport import review
    from paperexport.errors import SourceError

    if path is None or not path.exists():
        return {}, []
    try:
        return review.read(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: cannot be read: {error}") from error


def _ask(path: Path, outcomes: list[Outcome], answers: Mapping[tuple[str, str], bool]) -> None:
    from paperexport import output, resolution, review

    questions = list(resolution.questions(outcomes))
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    if questions or answers or before:
        output.write(path, [review.write(questions, answers, review.notes(before))])
    if questions:
        papers = len({question.wanted.title for question in questions})
        wait = _common.counted(papers, "paper waits", "papers wait")
        _common.note(f"{wait} for your yes or no in {path}")


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on a terminal; nothing anywhere else."""
    if not _common.terminal(sys.stderr):
        yield lambda _stage, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        tasks: dict[str, Any] = {}

        def told(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield told
