"""What README and docs/ say is run: commands with their output, Python blocks, links, tables."""

import re
import shutil
from pathlib import Path

import pytest

from docs import reference
from docs.pages import PAGES, ROOT, blocks, dead_links, environment, fences, run, typed
from paperexport.plugins import Registry, option_texts
from paperexport.record import Record
from paperexport.settings import _File

LINKED = [
    page
    for folder in (".", "docs", "docs/decisions", "bench", "examples", "examples/*", "plugins/*")
    for page in sorted(ROOT.glob(f"{folder}/*.md" if folder != "." else "*.md"))
]
KINDS = {"", "latex", "toml", "console", "python", "console zotero", "python zotero"}
"""What the fence of a block may say; the last two are run by the Zotero plugin's tests."""


def with_blocks(kind: str) -> list[Path]:
    return [page for page in PAGES if blocks(page, kind)]


@pytest.mark.parametrize("page", with_blocks("console"), ids=lambda page: page.name)
def test_commands_do_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    for block in blocks(page, "console"):
        typed(block, tmp_path, environment(tmp_path))


@pytest.mark.parametrize("page", with_blocks("python"), ids=lambda page: page.name)
def test_python_blocks_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "page"}
    for block in blocks(page, "python"):
        run(block, page, names)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_block_is_passed_over(page: Path) -> None:
    assert {says for says, _ in fences(page)} <= KINDS


@pytest.mark.parametrize("page", LINKED, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    assert not dead_links(page)


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
    fields = {name for row in re.findall(r"(?m)^\| (`.*?`) \| ", reference.text())
              for name in re.findall(r"\w+", row)}  # fmt: skip
    assert fields >= set(Record.__struct_fields__)
    for setting in _File.__struct_fields__:
        assert f"`{setting}`" in reference.SETTINGS


def test_the_plugin_that_is_shown_is_the_one_in_examples() -> None:
    page = ROOT / "docs" / "write-an-exporter.md"
    sample = ROOT / "examples" / "paperexport-cite-arxiv"
    module = (sample / "paperexport_cite_arxiv.py").read_text(encoding="utf-8")
    project = (sample / "pyproject.toml").read_text(encoding="utf-8")
    assert [text for says, text in fences(page) if says == "toml"] == [project]
    first, _, hook = blocks(page, "python")
    assert first.strip() in module
    assert hook.strip() in module


def test_ci_runs_the_line_that_readme_shows() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^python3 -m venv .*tox.*$", readme, re.MULTILINE)
    assert len(lines) == 1
    assert "README.md" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
