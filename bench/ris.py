"""RIS, read and written, beside rispy: records a second.

The records of `bench.speed`, as the text that we write of them. Both read that text; rispy writes
the dictionaries that it read from it, which hold every tag that we write. Each measurement is a
process of its own, the two of a pair after each other, the best of five.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from collections.abc import Callable

from bench.speed import entries

SIZES = (1_000, 10_000)


def job(what: str, count: int) -> tuple[float, int]:
    """The CPU seconds of one thing, and how many records or characters came of it."""
    import rispy

    from paperexport.entry import Entry
    from paperexport.formats.ris import Ris as Exporter
    from paperexport.normalization import normalize
    from paperexport.pipeline import exported
    from paperexport.sources.ris import Ris as Source

    records = {f"key{n}": normalize(e).record for n, e in enumerate(entries(count))}  # type: ignore[arg-type]
    text = "".join(exported(records, Exporter()))
    data = text.encode()
    read = Source().read
    jobs: dict[str, Callable[[], object]] = {
        "write": lambda: "".join(exported(records, Exporter())),
        "read to entries": lambda: list(read(io.BytesIO(data), "-")),
        "read to records": lambda: [
            normalize(found).record
            for found in read(io.BytesIO(data), "-")
            if isinstance(found, Entry)
        ],
        "rispy loads": lambda: rispy.loads(text),
    }
    if what == "rispy dumps":
        # Its default separates records by its own running number and an empty line; so it stays.
        given = rispy.loads(text)
        jobs[what] = lambda: rispy.dumps(given)
    start = time.process_time()
    made = jobs[what]()
    spent = time.process_time() - start
    return spent, len(made)  # type: ignore[arg-type]


def measured(what: str, count: int) -> float:
    """The CPU seconds of a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.ris", what, str(count)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(json.loads(done.stdout)[0])


def main() -> None:
    """Print the table."""
    print(
        "| job | records | ours, records/s | rispy 0.10 | × |\n| --- | ---: | ---: | ---: | ---: |"
    )
    for ours, theirs in (
        ("read to entries", "rispy loads"),
        ("read to records", "rispy loads"),
        ("write", "rispy dumps"),
    ):
        for count in SIZES:
            best = [1e9, 1e9]
            for _ in range(5):
                best = [min(best[0], measured(ours, count)), min(best[1], measured(theirs, count))]
            rates = [count / seconds for seconds in best]
            print(
                f"| {ours} | {count:,} | {rates[0]:,.0f} | {rates[1]:,.0f} | "
                f"{rates[0] / rates[1]:.2f} |",
                flush=True,
            )


if __name__ == "__main__":
    print(json.dumps(job(sys.argv[1], int(sys.argv[2]))))
