"""Imports point down one list of layers, also those inside functions."""

import ast
from pathlib import Path

import pytest

import paperexport

ROOT = Path(paperexport.__file__).parent
LAYERS: list[set[str]] = [
    {"_version", "_regex", "errors", "record", "entry", "diagnostics"},
    {"_latex_tables", "latex", "_html", "text"},
    {"names", "identifiers", "dates", "hookspecs", "bibdocument", "bibedit",
     "output"},
    {"normalization", "dedupe", "merge", "citekeys", "bibliography", "select", "match"},
    {"formats", "sources", "http", "index", "review", "texproject"},
    {"resolvers", "snapshots", "plugins", "settings", "bibfind", "bibcheck",
     "bibverify"},
    {"bibmerge", "places", "services", "resolution", "pipeline"},
    {"cli", "testing"},
    {"__main__"},
]  # fmt: skip
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
# Two that stand beside each other and need one another: the index is a resolver like any other,
# and what it is built from is what OpenAlex answers.
SAME = {("resolvers", "snapshots"), ("snapshots", "resolvers")}
MODULES = sorted(path for path in ROOT.rglob("*.py") if path.name != "__init__.py"
                 or path.parent != ROOT)  # fmt: skip


def top(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported(tree: ast.AST) -> set[str]:
    """What a module imports of ours, but for what is for type checkers alone."""
    found: set[str] = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("paperexport"):
            parts = str(node.module).split(".")
            names = [parts[1]] if len(parts) > 1 else [alias.name for alias in node.names]
            found.update(names)
        elif isinstance(node, ast.Import):
            found.update(
                alias.name.split(".")[1]
                for alias in node.names
                if alias.name.startswith("paperexport.")
            )
        else:
            found |= imported(node)
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path: Path) -> None:
    mine = top(path)
    assert mine in LEVEL, f"{mine} belongs to a layer"
    for other in imported(ast.parse(path.read_text(encoding="utf-8"))):
        if other == mine or (mine, other) in SAME:
            continue
        assert other in LEVEL, f"{mine} imports {other}, which is in no layer"
        assert LEVEL[other] <= LEVEL[mine], f"{mine} imports {other}"


def test_every_layer_exists() -> None:
    there = {top(path) for path in MODULES}
    assert set(LEVEL) == there
