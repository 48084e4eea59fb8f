"""A .bib file to CSL-JSON by whole processes: CPU seconds and peak memory, beside two others.

The files are those of `bench.reading`. A process's CPU seconds (user and system) and its peak
memory are those that the kernel counted for it and its children, start included.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.reading import papers

SIZES = (1_000, 10_000)
TRIES = 3
_CITATION_JS = (
    "const load=require('module').createRequire(process.argv[1]+'/node_modules/x.js');"
    "const fs=require('fs');const {Cite}=load('@citation-js/core');"
    "load('@citation-js/plugin-bibtex');"
    "const cite=new Cite(fs.readFileSync(process.argv[2],'utf8'));"
    "fs.writeFileSync(process.argv[3],JSON.stringify(cite.format('data',{format:'object'})))"
)


def commands(given: Path, made: Path) -> dict[str, Sequence[str]]:
    """What is run, by name."""
    program = str(Path(sys.executable).parent / "paperexport")
    modules = os.environ["PAPEREXPORT_NODE_MODULES"]
    return {
        "paperexport": [program, "export", str(given), "-t", "csljson", "-o", str(made)],
        "citation-js": ["node", "-e", _CITATION_JS, modules, str(given), str(made)],
        "pandoc": ["pandoc", "-f", "bibtex", "-t", "csljson", str(given), "-o", str(made)],
    }


def run(command: Sequence[str]) -> tuple[float, float]:
    """CPU seconds and peak MB of a process and its children."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{command[0]} failed")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    """Print the table."""
    print("| process | records | CPU s | records/s | peak MB | ours is × | of its memory |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as name:
        for count in SIZES:
            given, made = Path(name) / "in.bib", Path(name) / "out.json"
            given.write_text("\n".join(paper.bib for paper in papers(count)))
            ours = (0.0, 0.0)
            for what, command in commands(given, made).items():
                tries = []
                for _ in range(1 if what == "pandoc" and count > SIZES[0] else TRIES):
                    # An old file would be read by ours: its keys are kept.
                    made.unlink(missing_ok=True)
                    tries.append(run(command))
                    written = len(json.loads(made.read_bytes()))
                    assert written == count, f"{what} wrote {written} records"
                seconds, peak = min(tries)
                ours = ours if any(ours) else (seconds, peak)
                print(
                    f"| {what} | {count:,} | {seconds:.2f} | {count / seconds:,.0f} | {peak:.0f} "
                    f"| {seconds / ours[0]:.1f} | {ours[1] / peak:.2f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
