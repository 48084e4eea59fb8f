"""Zotero: what a push costs in requests, CPU and memory, and what the same push costs again.

The loopback server of the plugin runs in a process of its own, and each push in another one, so
that the memory is the client's alone. `made` are papers that we make; the two others are real
inputs, where they lie beside this checkout. Needs `paperexport-zotero`.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paperexport_zotero.items import Wanted

REAL = Path(__file__).resolve().parents[2] / "shared" / "data"
PAGE = REAL / "hf-text" / "program-synthesis-search.txt"
DAYS = REAL / "hf-api-daily"
SIZES = (500, 1_000, 2_000, 5_000, 10_000)


def papers(what: str) -> list[Wanted]:
    """The papers of a push, and the collections that they go into."""
    from paperexport_zotero.items import Wanted

    from paperexport import Eprint, Name, PartialDate, Record, gather, read

    if what == "page":
        found = gather(read(PAGE)).bibliography()
        return [
            Wanted(record=record, key=key, collections=("Reading/Program synthesis",))
            for key, record in found.items()
        ]
    if what == "days":
        return [
            Wanted(record=record, key=key, collections=(f"Daily/{path.stem}",))
            for path in sorted(DAYS.glob("*.json"))
            for key, record in gather(read(path)).bibliography().items()
        ]
    return [
        Wanted(
            record=Record(
                type="article",
                title=f"On the folding of sock number {n}",
                author=(Name(family=f"Weaver{n % 97}", given="Ada"), Name(family="Loom")),
                issued=PartialDate(year=2024, month=1 + n % 12),
                eprint=Eprint(archive="arxiv", id=f"2401.{n:05}", primary_class="cs.LG"),
                abstract=f"We fold {n}, twice." + " Then we measure what is left of it." * 30,
                keywords=("socks", f"drawer {n % 10}"),
            ),
            key=f"weaver{n}",
            collections=(f"Drawers/{n % 4}",),
        )
        for n in range(int(what))
    ]


def serve() -> None:
    """The server, until its input is closed; says where it is."""
    from paperexport_zotero.testing import ZoteroServer

    with ZoteroServer() as server:
        print(server.url, flush=True)
        sys.stdin.read()


@contextmanager
def served() -> Iterator[str]:
    """The address of a server in another process."""
    command = [sys.executable, "-m", "bench.zotero", "serve"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        yield process.stdout.readline().strip()
        process.stdin.close()


def push(what: str, url: str, file: str) -> dict[str, float]:
    """One push in this process: papers, requests, CPU seconds, MB before and at most."""
    from paperexport_zotero import sync
    from paperexport_zotero._core import Secret
    from paperexport_zotero.service import connect
    from paperexport_zotero.state import State

    wanted = papers(what)
    with (
        connect("users/1", key=Secret("full"), url=url) as service,
        State(Path(file), service.server, service.path) as state,
    ):
        service.get("/items/top", {"limit": 1})  # the client and its libraries are there by now
        service.requests = 0
        before, start = _peak(), time.process_time()
        done = sync.push(service, state, wanted)
        seconds = time.process_time() - start
        assert done is not None
        return {
            "papers": len(wanted),
            "requests": service.requests,
            "seconds": seconds,
            "before": before,
            "most": _peak(),
            "made": done.written.created,
            "folders": done.written.folders,
            "empty": done.plan.empty,
        }


def _peak() -> float:
    """The most memory that this process has ever held, in MB."""
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held / (1e6 if sys.platform == "darwin" else 1e3)


def twice(what: str) -> list[dict[str, float]]:
    """The same push two times into a library that was empty."""
    with served() as url, tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bench.zotero", what, url, f"{folder}/state.sqlite"]
        return [
            json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
            for _ in range(2)
        ]


def main() -> None:
    """Print the table."""
    print(
        "| papers | items made | collections | requests | 1.1 × papers / 50 | CPU seconds "
        "| MB before, at most | again: requests | CPU seconds | nothing to do |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |"
    )
    real = {"page": PAGE, "days": DAYS}
    for what in [*(name for name, path in real.items() if path.exists()), *map(str, SIZES)]:
        first, again = twice(what)
        name = {"page": "a search page", "days": "daily lists"}.get(what, "made")
        print(
            f"| {name}, {first['papers']:,} | {first['made']:,} | {first['folders']} "
            f"| {first['requests']} | {1.1 * first['papers'] / 50:.0f} | {first['seconds']:.1f} "
            f"| {first['before']:.0f}, {first['most']:.0f} | {again['requests']} "
            f"| {again['seconds']:.1f} | {'yes' if again['empty'] else 'NO'} |",
            flush=True,
        )


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        serve()
    else:
        print(json.dumps(push(*sys.argv[1:])))
