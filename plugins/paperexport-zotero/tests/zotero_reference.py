"""docs/zotero-reference.md, made from what the commands say of themselves.

``PYTHONPATH=tests python plugins/paperexport-zotero/tests/zotero_reference.py`` writes it anew.
"""

from paperexport_zotero.commands import group

from docs import pages, reference

PAGE = pages.ROOT / "docs" / "zotero-reference.md"
HEAD = """\
# Commands of the Zotero plugin

`paperexport zotero COMMAND`. Exit codes are those of [all commands](reference.md#commands); `push`
also exits with 1 when Zotero does not take one of the papers, although the others were written.
Standard output carries results alone; `--json` gives one object a line.

How they go together: [Keep a Zotero collection in step](zotero.md).
"""


def text() -> str:
    """The whole page."""
    parts = [HEAD]
    for name, command in sorted(group.commands.items()):
        said = reference.help_of(command, f"zotero {name}")
        parts.append(f"## `paperexport zotero {name}`\n\n```\n{said}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
