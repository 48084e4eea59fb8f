"""The real programs that read our files, where they are."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

REQUIRED = os.environ.get("PAPEREXPORT_READERS") == "required"
"""Whether a missing program fails the test instead of skipping it."""


def missing(what: str) -> None:
    """Skip the test, or fail it where every reader must be present."""
    if REQUIRED:
        pytest.fail(f"{what} is missing, and PAPEREXPORT_READERS=required")
    pytest.skip(f"{what} is not installed")


def program(name: str) -> str:
    """The path of a program."""
    path = shutil.which(name)
    if path is None:
        missing(name)
    assert path is not None
    return path


def node_modules() -> Path:
    """The folder that ``npm install`` of package.json filled."""
    folder = Path(os.environ.get("PAPEREXPORT_NODE_MODULES", "")) / "node_modules"
    if not (folder / "@citation-js" / "core").is_dir():
        missing("@citation-js/core (npm install beside tests/readers/package.json)")
    return folder


def run(*command: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program to its end; its output as text, whatever its exit code."""
    return subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=300,
        check=False,
    )
