"""The blocks of a page that are run, and what running them means; for the plugins' pages too.

A block whose fence says ``console zotero`` needs that plugin: it is run by the plugin's tests, and
by them alone.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(?P<says>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)\)")


def fences(page: Path) -> list[tuple[str, str]]:
    """``(what the fence says, what is in it)`` of all blocks, in order."""
    return [(m["says"], m["body"]) for m in FENCE.finditer(page.read_text(encoding="utf-8"))]


def blocks(page: Path, kind: str) -> list[str]:
    """The blocks whose fences say just that."""
    return [body for says, body in fences(page) if says == kind]


def commands(block: str) -> list[tuple[str, str]]:
    """``(command, the output that the page shows)``."""
    found: list[tuple[str, str]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], ""))
        elif found[-1][0].endswith("\\"):
            found[-1] = (f"{found[-1][0][:-1]}{line.strip()}", "")
        else:
            found[-1] = (found[-1][0], found[-1][1] + line.rstrip() + "\n")
    return found


def fits(shown: str, said: str) -> bool:
    """Whether an output is what a page shows; ``…`` stands for anything."""
    pattern = ".*?".join(map(re.escape, shown.strip("\n").split("…")))
    said = "\n".join(line.rstrip() for line in said.splitlines())
    return re.fullmatch(pattern, said.strip("\n"), re.DOTALL) is not None


def environment(folder: Path) -> dict[str, str]:
    """Of a reader whose home is in a folder, and whose terminal has 100 columns."""
    return {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "100",
        "HOME": str(folder / "home"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_CONFIG_HOME": str(folder / "config"),
    }


def typed(block: str, folder: Path, environment: Mapping[str, str]) -> None:
    """Run a block's commands in a folder; each says what the page shows."""
    for command, shown in commands(block):
        done = subprocess.run(
            ["bash", "-c", command], cwd=folder, env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False,
        )  # fmt: skip
        assert fits(shown, done.stdout), f"$ {command}\n{done.stdout}"


def run(block: str, page: Path, names: dict[str, object]) -> None:
    """Run a Python block; what it names, the next one knows."""
    exec(compile(block, str(page), "exec"), names)


def dead_links(page: Path) -> list[str]:
    """The links of a page to a file or a heading that is not there."""
    dead = []
    for match in LINK.finditer(FENCE.sub("", page.read_text(encoding="utf-8"))):
        target, _, anchor = match["target"].partition("#")
        if "://" in target:
            continue
        found = page if not target else (page.parent / target)
        slugs = set()
        if found.exists() and found.suffix == ".md":
            heads = re.findall(r"^#+ (.+)$", found.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
        if not found.exists() or (anchor and found.suffix == ".md" and anchor not in slugs):
            dead.append(match["target"])
    return dead
