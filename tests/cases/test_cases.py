"""Every known oddity: an entry, its record and each format's text, side by side, with prose.

Each ``*.md`` beside this file is one case. ``pytest tests/cases --accept`` rewrites the blocks to
what the code says now; read the difference before committing it.
"""

import json
import re
from pathlib import Path

import msgspec
import pytest

from paperexport.bibliography import Bibliography
from paperexport.entry import Entry
from paperexport.normalization import normalize
from paperexport.pipeline import export
from paperexport.plugins import Registry
from paperexport.record import Origin

BLOCK = re.compile(
    r"^```(?P<info>[a-z]+(?: [a-z]+)?)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL
)
CASES = sorted(Path(__file__).parent.glob("*.md"))


def expected(entry: dict[str, object]) -> dict[str, str]:
    """Block → what the code says, for the entry of one case."""
    fields = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in dict(entry["fields"]).items()
    }
    found = Entry(
        fields=fields, markup=tuple(entry.get("markup", ["tex"])), origin=Origin(source="case")
    )
    done = normalize(found)
    record = json.loads(msgspec.json.encode(done.record))
    record.pop("origins", None)
    texts = {"json record": json.dumps(record, ensure_ascii=False, indent=2)}
    texts["text diagnostics"] = "\n".join(
        f"{d.severity}[{d.code}]: {d.message}" for d in done.diagnostics
    )
    bibliography = Bibliography.of([done.record])
    registry = Registry(entry_points=False)
    for name in ("bibtex", "biblatex", "csljson", "ris"):
        written = export(bibliography, registry.exporter(name))
        texts[name] = written.replace("\r\n", "\n").strip("\n")
    return texts


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_case(case: Path, request: pytest.FixtureRequest) -> None:
    page = case.read_text(encoding="utf-8")
    blocks = {match["info"]: match["body"] for match in BLOCK.finditer(page)}
    texts = expected(json.loads(blocks.pop("json entry")))

    def renew(match: re.Match[str]) -> str:
        said = texts.get(match["info"])
        if said is None:
            return match[0]
        body = f"{said}\n" if said else ""
        return f"```{match['info']}\n{body}```"

    renewed = BLOCK.sub(renew, page)
    if request.config.getoption("--accept"):
        case.write_text(renewed, encoding="utf-8")
    assert blocks, "a case shows at least one text"
    assert set(blocks) <= set(texts), f"no such block: {set(blocks) - set(texts)}"
    assert page == renewed or request.config.getoption("--accept")


def test_there_are_cases() -> None:
    assert len(CASES) > 10
