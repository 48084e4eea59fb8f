"""What README and docs/ say is run: commands with their output, Python blocks, links, tables."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from docs import reference
from paperexport.plugins import Registry, option_texts
from paperexport.settings import _File

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(?P<kind>console|python)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)\)")


def blocks(page: Path, kind: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return [match["body"] for match in BLOCK.finditer(text) if match["kind"] == kind]


def with_blocks(kind: str) -> list[Path]:
    return [page for page in PAGES if blocks(page, kind)]


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


@pytest.mark.parametrize("page", with_blocks("console"), ids=lambda page: page.name)
def test_commands_do_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "100",
        "HOME": str(tmp_path / "home"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
    }
    for block in blocks(page, "console"):
        for command, shown in commands(block):
            done = subprocess.run(
                ["bash", "-c", command], cwd=tmp_path, env=environment, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False,
            )  # fmt: skip
            assert fits(shown, done.stdout), f"$ {command}\n{done.stdout}"


@pytest.mark.parametrize("page", with_blocks("python"), ids=lambda page: page.name)
def test_python_blocks_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "page"}
    for block in blocks(page, "python"):
        exec(compile(block, str(page), "exec"), names)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for match in LINK.finditer(re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)):
        target, _, anchor = match["target"].partition("#")
        if "://" in target:
            continue
        found = page if not target else (page.parent / target)
        assert found.exists(), f"{page.name}: {match['target']}"
        if anchor and found.suffix == ".md":
            heads = re.findall(r"^#+ (.+)$", found.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
            assert anchor in slugs, f"{page.name}: {match['target']}"


def formats_table() -> str:
    """README's table of formats, from the formats themselves."""
    lines = ["| format | file | what it cannot say | options |", "| --- | --- | --- | --- |"]
    exporters = Registry(entry_points=False).exporters
    for name, exporter in sorted(exporters.items()):
        omits = "; ".join(f"`{field}`: {why}" for field, why in exporter.omits.items()) or "nothing"
        options = ", ".join(f"`{o}`" for o in option_texts(exporter)) or ""
        lines.append(f"| `{name}` | `{exporter.suffix}` | {omits} | {options} |")
    return "\n".join(lines)


def test_the_table_of_formats_is_what_they_say() -> None:
    assert formats_table() in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_reference_is_what_the_code_says(request: pytest.FixtureRequest) -> None:
    page = ROOT / "docs" / "reference.md"
    if request.config.getoption("--accept"):
        page.write_text(reference.text(), encoding="utf-8")
    assert page.read_text(encoding="utf-8") == reference.text()
    for setting in _File.__struct_fields__:
        assert f"`{setting}`" in reference.SETTINGS


def test_ci_runs_the_line_that_readme_shows() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^python3 -m venv .*tox.*$", readme, re.MULTILINE)
    assert len(lines) == 1
    assert "README.md" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
