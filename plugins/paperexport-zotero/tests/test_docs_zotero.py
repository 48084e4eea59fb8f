"""What the pages say of Zotero is run, from top to bottom, against a loopback Zotero."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import paperexport_zotero
import pytest
import zotero_reference
from paperexport_zotero import access
from paperexport_zotero.commands import group
from paperexport_zotero.testing import Group, LocalZotero, ZoteroServer, _write

from docs import pages
from paperexport.cli import _main
from paperexport.diagnostics import CODES

README = Path(__file__).parents[1] / "README.md"
PAGES = [
    page
    for page in (*pages.PAGES, README)
    if any(pages.blocks(page, f"{kind} zotero") for kind in ("console", "python"))
]


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ZoteroServer]:
    """Somebody with a key, a group and a running Zotero, in a folder that has the examples."""
    shutil.copytree(pages.ROOT / "examples", tmp_path / "examples")
    with ZoteroServer(groups=[Group(number=5, name="Lab")]) as server, LocalZotero() as local:
        (tmp_path / "key.txt").write_text("full\n")
        kept = tmp_path / "config" / "paperexport" / "zotero-keys.json"
        kept.parent.mkdir(parents=True)
        kept.write_text(json.dumps({server.url: "full"}))
        for name, value in {
            **pages.environment(tmp_path),
            "PAPEREXPORT_ZOTERO_URL": server.url,
            "PAPEREXPORT_ZOTERO_LOCAL_URL": local.url,
        }.items():
            monkeypatch.setenv(name, value)
        for name in [n for n in os.environ if n.endswith(("ZOTERO_KEY", "ZOTERO_API_KEY"))]:
            monkeypatch.delenv(name)
        monkeypatch.chdir(tmp_path)
        # Everything is added in one second, so that it is listed in one order.
        monkeypatch.setattr(_write, "now", lambda: "2025-10-01T12:00:00Z")
        yield server


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.name}")
def test_the_page_does_what_it_shows(
    page: Path, tmp_path: Path, reader: ZoteroServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: dict[str, object] = {"__name__": "page", "zotero": reader}
    for says, block in pages.fences(page):
        if says == "console zotero":
            pages.typed(block, tmp_path, os.environ)
        elif says == "python zotero":
            with monkeypatch.context() as patch:
                patch.setenv("ZOTERO_API_KEY", "full")
                patch.setattr(access, "WEB", reader.url)
                pages.run(block, page, names)


def test_the_readme_leads_somewhere() -> None:
    assert not pages.dead_links(README)


def test_the_reference_is_what_the_commands_say() -> None:
    assert zotero_reference.PAGE.read_text(encoding="utf-8") == zotero_reference.text()


def test_each_code_is_told_of() -> None:
    codes: set[str] = set()
    for path in Path(paperexport_zotero.__file__).parent.glob("*.py"):
        codes |= set(re.findall(r'code="([a-z-]+)"', path.read_text(encoding="utf-8")))
    assert len(codes) > 4
    assert {c for c in codes - CODES.keys() if f"| `{c}` |" not in zotero_reference.TAIL} == set()


@pytest.mark.usefixtures("reader")
def test_what_json_gives_is_told(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    papers = ("examples/latex-project/refs.bib", "--collection", "In")
    told = {
        row.split("|")[1].strip(" `").split("`")[0]: set(re.findall(r"`(\w+)`", row))
        for row in zotero_reference.TAIL.replace("\n| |", "").splitlines()
        if row.startswith("| `")
    }
    for name, arguments in {
        "plan": papers, "push": (*papers, "-y"), "status": (), "libraries": (),
        "collections": (), "doctor": (),
    }.items():  # fmt: skip
        assert _main.run(["zotero", name, *arguments, "--json"]) == 0
        rows = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
        assert rows
        row = told["plan" if name == "push" else name]
        assert {key for one in rows for key in one} - row == set()


def test_each_option_says_what_it_does() -> None:
    for command in group.commands.values():
        assert command.help
        for parameter in command.params:
            assert isinstance(parameter, click.Argument) or getattr(parameter, "help", "")


def test_the_howto_names_each_command() -> None:
    howto = (pages.ROOT / "docs" / "zotero.md").read_text(encoding="utf-8")
    missing = [name for name in group.commands if f"paperexport zotero {name}" not in howto]
    assert not missing


def test_the_guarantees_name_tests_that_are_there() -> None:
    page = pages.ROOT / "docs" / "zotero-guarantees.md"
    named = re.findall(r"`(test_\w+)\.py(?:::(\w+))?`", page.read_text(encoding="utf-8"))
    assert named
    for module, test in named:
        text = (Path(__file__).parent / f"{module}.py").read_text(encoding="utf-8")
        assert f"def {test}" in text
