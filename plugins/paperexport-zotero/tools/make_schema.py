"""Rewrite ``_schema.py`` from Zotero's schema (api.zotero.org/schema): facts only, no prose.

python tools/make_schema.py zotero-schema.json
"""

import json
import sys
from pathlib import Path
from pprint import pformat

TARGET = Path(__file__).resolve().parents[1] / "src" / "paperexport_zotero" / "_schema.py"
HEAD = '''"""Item types, their fields and creators, by Zotero's schema. From make_schema.py.

``title<nameOfAct`` is written ``nameOfAct<title``: the type's own name of a base field.
"""

# fmt: off
'''


def main(path: str) -> None:
    """Write the table."""
    schema = json.loads(Path(path).read_text(encoding="utf-8"))
    english = schema["locales"]["en-US"]
    fields, creators, types, labels = {}, {}, {}, set()
    for kind in schema["itemTypes"]:
        name = kind["itemType"]
        fields[name] = " ".join(
            f["field"] + (f"<{f['baseField']}" if "baseField" in f else "") for f in kind["fields"]
        )
        labels.update(f["field"] for f in kind["fields"])
        labels.update(f["baseField"] for f in kind["fields"] if "baseField" in f)
        ordered = sorted(kind["creatorTypes"], key=lambda c: not c.get("primary"))
        creators[name] = " ".join(c["creatorType"] for c in ordered)
        types[name] = english["itemTypes"][name]
    csl = {item: kind for kind, items in schema["csl"]["types"].items() for item in items}
    parts = [
        f"VERSION = {schema['version']}",
        f"FIELDS: dict[str, str] = {pformat(fields, width=98, sort_dicts=True)}",
        f"CREATORS: dict[str, str] = {pformat(creators, width=98, sort_dicts=True)}",
        f"CSL: dict[str, str] = {pformat(csl, width=98, sort_dicts=True)}",
        f"TYPE_LABELS: dict[str, str] = {pformat(types, width=98)}",
        "FIELD_LABELS: dict[str, str] = "
        + pformat({f: english["fields"][f] for f in sorted(labels)}, width=98),
        "CREATOR_LABELS: dict[str, str] = "
        + pformat(dict(sorted(english["creatorTypes"].items())), width=98),
    ]
    TARGET.write_text(HEAD + "\n".join(parts) + "\n", encoding="utf-8")


main(*sys.argv[1:])
