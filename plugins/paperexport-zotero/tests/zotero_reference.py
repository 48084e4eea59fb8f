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
Standard output carries results alone.

How they go together: [Keep a Zotero collection in step](zotero.md).
"""
TAIL = """\
## What `--json` gives

One object a line, and nothing else on standard output.

| of | an object for each | with |
| --- | --- | --- |
| `plan`, `push` | collection that is made | `do` (`new collection`), `key`, `path`, `refused` |
| | paper | `do` (`create`, `adopt`, `improve`, `file`, `unfile`, `nothing`, `conflict`, `leave`), `key`, `title`, `reason`, `changes` and `before` (property → value), `conflicts` (field → `ours`, `theirs`), `refused` |
| | link that is attached | `do` (`attach`), `key`, `parent`, `url`, `refused` |
| `status` | paper | `standing` (`in step`, `edited`, `merged`, `trashed`, `gone`, `conflict`), `title`, `edited` (the fields), `key`, `created` (whether a push made it), `collections` (where a push filed it) |
| `resolve-conflicts` | field in conflict | `key`, `title`, `field`, `ours`, `theirs` |
| `libraries` | library | `library` (as `--library` takes it), `name`, `write`, `why` (not) |
| `collections` | collection | `collection`, `papers`, `key`, `path` |
| `doctor` | way to Zotero | `way`, `works`, `found`, `do` |

`push` gives the plan that was agreed to; `refused` is true where Zotero did not take an object.

## Diagnostics

Beside [those of every command](reference.md#diagnostics):

| code | meaning |
| --- | --- |
| `zotero-conflict` | You and the source both changed a field; what is there is kept. |
| `zotero-left` | A paper is left alone: in the trash, erased, or without a title yet. |
| `zotero-not-filed` | What was just filed is not where it was filed: somebody moved it meanwhile. |
| `zotero-refused` | Zotero does not take an item, whatever is done; the others were written. |
| `zotero-too-long` | A value is longer than Zotero takes; it was cut, or left out. |
"""  # noqa: E501


def text() -> str:
    """The whole page."""
    parts = [HEAD]
    for name, command in sorted(group.commands.items()):
        said = reference.help_of(command, f"zotero {name}")
        parts.append(f"## `paperexport zotero {name}`\n\n```\n{said}\n```\n")
    return "\n".join([*parts, TAIL])


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
