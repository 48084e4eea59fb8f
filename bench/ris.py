"""RIS, read and written, beside rispy: records a second.

The records of `bench.speed`, as the text that we write of them. Both read that text, ours as bytes;
rispy writes the dictionaries that it read from it, which hold every tag that we write. Each
measurement is a process of its own that holds nothing but what is read or written, its garbage
collected before; the two of a pair come after each other, seven times.

The authors of those records are six, and half of them no plain ``Last, First``. In the row of
other names no two are the same, and nine of ten are plain.
"""

from __future__ import annotations

import gc
import io
import json
import string
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median

from msgspec import structs

from bench.speed import entries
from paperexport.entry import Entry
from paperexport.formats.ris import Ris as Exporter
from paperexport.normalization import normalize
from paperexport.pipeline import exported
from paperexport.record import Name, Record
from paperexport.sources.ris import Ris as Source

SIZES = (1_000, 10_000)
RUNS = 7
NOETHER = Name(family="Noether", given="Emmy")


def prepared(what: str, count: int) -> Callable[[], object]:
    """One thing to do, and all that it needs."""
    import rispy

    records = {f"key{n}": normalize(e).record for n, e in enumerate(entries(count))}  # type: ignore[arg-type]
    if what.endswith("other names"):
        records = {key: others(record, n) for n, (key, record) in enumerate(records.items())}
    if what == "write":
        return lambda: "".join(exported(records, Exporter()))
    text = "".join(exported(records, Exporter()))
    if what == "rispy dumps":
        # Its default separates records by its own running number and an empty line; so it stays.
        given = rispy.loads(text)
        return lambda: rispy.dumps(given)
    if what.startswith("rispy loads"):
        return lambda: rispy.loads(text)
    data = text.encode()
    if what.startswith("read to entries"):
        return lambda: list(Source().read(io.BytesIO(data), "-"))
    return lambda: [
        normalize(found).record
        for found in Source().read(io.BytesIO(data), "-")
        if isinstance(found, Entry)
    ]


def others(record: Record, number: int) -> Record:
    """The record with authors whom no other record has."""
    return record.replace(
        author=tuple(renamed(name, 5 * number + at) for at, name in enumerate(record.author))
    )


def renamed(name: Name, number: int) -> Name:
    """A plain name, or one of ten of the kind that it was: a number is in it, in letters."""
    word = f"{number:06}".translate(str.maketrans(string.digits, string.ascii_lowercase[:10]))
    if number % 10:
        return structs.replace(NOETHER, family=f"Noether{word}")
    if name.literal:
        return structs.replace(name, literal=f"Qwen{word} Team")
    return structs.replace(name, family=f"{name.family}{word}")


def job(what: str, count: int) -> tuple[float, int]:
    """The CPU seconds of one thing, and how many records or characters came of it."""
    prepared(what, 3)()  # what is imported or compiled late
    do = prepared(what, count)
    gc.collect()
    start = time.process_time()
    made = do()
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
        "| job | records | ours, records/s | rispy 0.10 | ×, median | ×, from … to |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: |"
    )
    for ours, theirs in (
        ("read to entries", "rispy loads"),
        ("read to entries, other names", "rispy loads, other names"),
        ("read to records", "rispy loads"),
        ("write", "rispy dumps"),
    ):
        for count in SIZES:
            pairs = [(measured(ours, count), measured(theirs, count)) for _ in range(RUNS)]
            ratios = sorted(rispys / mine for mine, rispys in pairs)
            rates = [count / median(seconds) for seconds in zip(*pairs, strict=True)]
            print(
                f"| {ours} | {count:,} | {rates[0]:,.0f} | {rates[1]:,.0f} | "
                f"{median(ratios):.2f} | {ratios[0]:.2f} … {ratios[-1]:.2f} |",
                flush=True,
            )


if __name__ == "__main__":
    print(json.dumps(job(sys.argv[1], int(sys.argv[2]))))
