"""``export --into`` that is killed at any call that changes the disk: the old file or the new one.

The calls are not named here: Python tells of each (PEP 578), but for writing and syncing itself,
which are counted where files are opened for it. The next run ends what the killed one began.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

DRIVER = """
import io, json, os, sys
from pathlib import Path
from paperexport.cli import main
import msgspec, bibtexparser, paperexport.bibmerge, paperexport.bibverify, paperexport.output

folder, last = Path(sys.argv[1]), int(sys.argv[2])
CHANGES = {"os.rename", "os.remove", "os.chmod", "os.mkdir", "os.truncate", "os.link"}
left = -1

def count():
    global left
    left -= 1
    if left == 0:
        os._exit(9)

def hook(event, arguments):
    if event in CHANGES or (event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR)):
        count()

class Raw(io.FileIO):
    def write(self, data):
        count()
        half = super().write(bytes(data)[: len(data) // 2 + 1])  # a write may be cut
        count()
        return half

real_fsync = os.fsync
def fsync(handle):
    count()
    real_fsync(handle)

def run(moment):
    global left
    left = moment
    os.chdir(folder)
    os.fsync = fsync
    os.fdopen = lambda handle, mode, buffering: io.BufferedWriter(Raw(handle, mode), buffering)
    sys.addaudithook(hook)
    sys.argv = ["paperexport", "export", "in.jsonl", "--into", "refs.bib", "--backup"]
    sys.stderr = open(os.devnull, "w")
    sys.exit(main())

outcomes = []
for moment in range(1, last):
    for path in folder.rglob("*"):
        if path.is_file() and path.name != "in.jsonl":
            path.unlink()
    (folder / "refs.bib").write_bytes(b"% old\\n")
    for again in (moment, -1):
        if (child := os.fork()) == 0:
            try:
                run(again)
            except SystemExit as end:
                os._exit(end.code or 0)
            os._exit(1)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        outcomes.append([code, (folder / "refs.bib").read_text()])
    outcomes[-1].append(sorted(p.name for p in folder.iterdir() if p.is_file()))
    if outcomes[-2][0] == 0:
        break
print(json.dumps(outcomes))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_at_every_call(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text(json.dumps({"schema": 1, "title": "New", "key": "x"}) + "\n")
    home = str(tmp_path / "home")
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, tmp_path, "200"], capture_output=True, check=True,
        timeout=120,
        env={**os.environ, "HOME": home, "XDG_CACHE_HOME": home, "XDG_CONFIG_HOME": home,
             "XDG_STATE_HOME": home},
    )  # fmt: skip
    outcomes = json.loads(done.stdout)
    killed, ended = outcomes[:-2:2], outcomes[1::2]
    assert len(killed) > 20
    assert {code for code, _ in killed} == {9}
    assert outcomes[-2][0] == 0
    texts = [text for _, text in killed]
    new = outcomes[-2][1]
    assert new.startswith("% old\n\n@misc{")
    assert set(texts) == {"% old\n", new}
    assert texts == sorted(texts, key=len)  # and never back again
    assert [(code, text) for code, text, _ in ended] == [(0, new)] * len(ended)
