"""Keys and contact are in no output, no error, no file; whatever goes wrong, and however loud."""

import subprocess
from pathlib import Path

import pytest

from loopback import COMMAND, Paper, environment, preprint, publication
from paperexport.testing.services import SERVICES, Fault, ServiceServer

CONTACT = "canary.contact@example.org"
KEYS = {name: f"CANARY{name.upper()}KEY0123456789" for name in SERVICES}
KEYED = ("huggingface", "openalex", "semanticscholar")
"""Who takes a key: the others are sent none, and cannot repeat it."""
TITLE = "Notes from Drawer Number 7"
ABSTRACT = (
    "Drawer 7 was opened every morning by people who each took one sock and left a note; we read "
    "the notes and find that colour is named before length, length before owner, pattern never."
)
ONE = preprint(7, TITLE, ABSTRACT)
PAPERS = [Paper(preprint=ONE, published=publication(ONE))]
ECHO = "key {key} of " + CONTACT + " is not valid here"

FAULTS = {
    "none": None,
    "an error that repeats the key": Fault(status=403, body="echo"),
    "an answer that repeats the key": Fault(body="echo"),
    "busy": Fault(status=429, headers={"Retry-After": "3600"}),
    "refused": Fault(refuse=True),
    "half": Fault(cut=True, status=500),
}


RUNS = [
    *((name, ["resolve", "-v"]) for name in FAULTS),
    *((name, ["explain", "--json"]) for name in ("none", "an error that repeats the key")),
    ("none", ["explain"]),
    ("an answer that repeats the key", ["export", "--resolve"]),
]


@pytest.mark.parametrize(
    ("name", "command"), RUNS, ids=[f"{' '.join(command)}, {name}" for name, command in RUNS]
)
def test_no_canary_is_heard(name: str, command: list[str], tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(f"{TITLE}\n\n{ABSTRACT}\n", encoding="utf-8")
    fault = FAULTS[name]
    keys = {f"PAPEREXPORT_{n.upper()}_KEY": key for n, key in KEYS.items()}
    with ServiceServer(PAPERS) as server:
        if fault:
            server.always = {
                n: Fault(
                    status=fault.status,
                    headers=fault.headers,
                    body=ECHO.format(key=key if n in KEYED else "") if fault.body else "",
                    refuse=fault.refuse,
                    cut=fault.cut,
                )
                for n, key in KEYS.items()
            }

        done = subprocess.run(
            [*COMMAND, command[0], str(page), *command[1:], "--from", "daily-papers-text",
             "--report", str(tmp_path / "report"), "--review", str(tmp_path / "review.txt")],
            env=environment(tmp_path, server, PAPEREXPORT_CONTACT=CONTACT, **keys),
            capture_output=True, timeout=120, check=False,
        )  # fmt: skip
        sent = server.count()
    assert sent > 0, done.stderr.decode()[-2000:]
    heard = {"stdout": done.stdout, "stderr": done.stderr}
    heard |= {str(p): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    for where, said in heard.items():
        for secret in (*KEYS.values(), CONTACT):
            assert secret.encode() not in said, where
    assert b"Traceback" not in done.stderr
