"""The sample plugin, installed as a stranger's would be: the command line knows it."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

# The tox environment `sample` installs it, and says so: there a missing plugin is a failure.
pytestmark = pytest.mark.skipif(
    find_spec("paperexport_cite_arxiv") is None and "PAPEREXPORT_SAMPLE" not in os.environ,
    reason="the sample plugin is not installed here",
)

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(*arguments: str) -> str:
    program = Path(sys.executable).parent / "paperexport"
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=True)
    return done.stdout


def test_plugins_lists_it() -> None:
    rows = [json.loads(line) for line in run("plugins", "--json").splitlines()]
    mine = [row for row in rows if row["name"] == "cite-arxiv"]
    assert [row["exporters"] for row in mine] == [["cite-arxiv"]]


def test_its_format_is_written() -> None:
    text = run("export", str(EXAMPLES / "identifiers.txt"), "-t", "cite-arxiv", "--select", "1")
    assert text.startswith("{{cite arXiv |")
    assert "|eprint=1706.03762 " in text


def test_its_suffix_tells_the_format(tmp_path: Path) -> None:
    target = tmp_path / "papers.wiki"
    run("export", str(EXAMPLES / "identifiers.txt"), "-o", str(target))
    assert target.read_text(encoding="utf-8").count("{{cite arXiv") == 5
