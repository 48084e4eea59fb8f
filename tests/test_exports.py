"""The public names: pinned, importable, documented."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import paperexport

NAMES = """
Bibliography Conflict Diagnostic Entry Eprint Exporter Frame Name Normalized Origin Outcome
PaperExportError PartialDate PluginError Query RateLimited Reading Record Refused Registry
RemoteError Resolver Scheme Services Settings SettingsError Source SourceError StateLocked
StateTooNew SyncError Unreachable UsageError all_but connect entry_of export gather hookimpl
normalize read resolve
""".split()
ROOT = Path(paperexport.__file__).parent


def test_the_names_are_these() -> None:
    assert paperexport.__all__ == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_is_there_and_documented(name: str) -> None:
    thing = getattr(paperexport, name)
    assert not isinstance(thing, type(sys)), f"{name} is a module"
    if callable(thing) and name != "hookimpl":
        assert thing.__doc__


def test_there_is_no_other() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = paperexport.no_such_name


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_what_is_public_is_documented(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name


def test_the_library_reads_no_environment_and_no_home() -> None:
    allowed = {ROOT / "cli"}
    for path in ROOT.rglob("*.py"):
        if any(path.is_relative_to(folder) for folder in allowed):
            continue
        text = path.read_text(encoding="utf-8")
        for word in ("os.environ", "getenv", "Path.home", "platformdirs"):
            assert word not in text, f"{path.name}: {word}"


def test_importing_it_is_light() -> None:
    code = (
        "import sys, paperexport, paperexport.pipeline; "
        "print([m for m in ('httpx', 'lxml', 'bibtexparser', 'rich', 'click', 'rapidfuzz') "
        "if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
