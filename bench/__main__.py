"""Run the benches that are named, or all of them."""

import sys

from bench import index, matching, merging, processes, reading, ris, speed, zotero

BENCHES = {
    "speed": speed.main,
    "reading": reading.main,
    "ris": ris.main,
    "merging": merging.main,
    "processes": processes.main,
    "matching": matching.main,
    "index": index.main,
    "zotero": zotero.main,
}

for name in sys.argv[1:] or BENCHES:
    print(f"\n## {name}\n", flush=True)
    BENCHES[name]()
