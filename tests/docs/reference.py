"""docs/reference.md, made from what the code says of itself."""

from __future__ import annotations

import importlib
import inspect
import re

import click

from paperexport import bibcheck, record
from paperexport.cli._main import COMMANDS
from paperexport.diagnostics import CODES
from paperexport.plugins import Registry, option_texts

SETTINGS = """\
## Settings

Defaults, then the file `settings.toml` in the user's configuration folder (`PAPEREXPORT_SETTINGS` names
another), then the environment, then the command line.

| in the file | in the environment | what it is |
| --- | --- | --- |
| `contact` | `PAPEREXPORT_CONTACT` | an address for the User-Agent, as the services ask for |
| `cache` | `PAPEREXPORT_CACHE` | the file that keeps the services' answers |
| `index` | `PAPEREXPORT_INDEX` | the file of the local index |
| `state` | `PAPEREXPORT_STATE` | the folder of what is remembered between runs |
| `keys` | `PAPEREXPORT_KEYS` | the pattern of citation keys |
| `services` | `PAPEREXPORT_<NAME>_URL`, `…_KEY`, `…_INTERVAL` | `[services.NAME]` with `url`, `key` and `interval` (seconds between two requests) |
| `formats` | | `[formats.NAME]` with options, as `-O` gives them |

Keys of services never appear in a message, a log, a cache or a report.
"""

TAIL = """\
## Exceptions

What stops a run. All are `paperexport.PaperExportError`, with `message`, `hint` and `exit_code`.

```
PaperExportError
├── UsageError            exit 2   the command, or the arguments of a function, were wrong
├── SettingsError         exit 2   a setting has a value that cannot be used
├── PluginError           exit 3   a plugin is broken, missing, or clashes with another
├── SourceError           exit 3   an input cannot be read at all
├── RemoteError           exit 3   a service could not be asked
│   ├── Unreachable, RateLimited (retry_after), Refused (status)
└── SyncError             exit 3   a library could not be brought in step
    ├── Conflict, StateLocked, StateTooNew
```

## Hooks

A plugin is a module that an entry point of the group `paperexport` names, with any of these functions,
marked with `paperexport.hookimpl`:

| hook | gives |
| --- | --- |
| `paperexport_sources()` | `paperexport.Source` instances |
| `paperexport_resolvers()` | `paperexport.Resolver` instances |
| `paperexport_exporters()` | `paperexport.Exporter` instances |
| `paperexport_schemes()` | `paperexport.Scheme` instances; `NAME:rest` is an INPUT then |
| `paperexport_commands()` | `click.Command` instances, which become `paperexport NAME` |
"""


FIELD = re.compile(r"^    (?P<names>[a-z_, ]+): (?P<what>.*)$")


def text() -> str:
    """The whole page."""
    registry = Registry(entry_points=False)
    parts = ["# Reference\n", _commands(), _sources(registry), _formats(registry), _record()]
    return "\n".join([*parts, SETTINGS, _diagnostics(), TAIL]).rstrip() + "\n"


def _commands() -> str:
    lines = [
        "## Commands\n",
        "Exit codes: 0 done; 1 done with problems under `--strict`, or with a key missing under",
        "`--check`; 2 the command was wrong; 3 it could not go on; 130 interrupted (143 by SIGTERM).",
        "Standard output carries results alone.\n",
        "A file is written whole or not at all. One that is replaced keeps its rights, and its owner and",
        "group where that is allowed; a symbolic link stays one; another hard link keeps the old file.\n",
    ]
    for name in sorted(COMMANDS):
        module = importlib.import_module(f"paperexport.cli.{name.replace('-', '_')}_")
        lines += [f"### `paperexport {name}`\n", "```", help_of(module.command, name), "```\n"]
        if isinstance(module.command, click.Group):
            for sub in sorted(module.command.commands):
                full = f"{name} {sub}"
                lines += [f"#### `paperexport {full}`\n", "```"]
                lines += [help_of(module.command.commands[sub], full), "```\n"]
    return "\n".join(lines)


def help_of(command: click.Command, name: str) -> str:
    """What ``--help`` says, on lines of 96 characters."""
    context = click.Context(
        command,
        info_name=f"paperexport {name}",
        max_content_width=96,
        terminal_width=96,
        help_option_names=["-h", "--help"],
    )
    return command.get_help(context)


def _sources(registry: Registry) -> str:
    lines = [
        "## Sources\n",
        "An input is recognised by its content; `--from` names its source.\n",
        "| source | reads |\n| --- | --- |",
    ]
    lines += [f"| `{n}` | {s.summary} |" for n, s in sorted(registry.sources.items())]
    return "\n".join([*lines, ""])


def _formats(registry: Registry) -> str:
    lines = [
        "## Formats\n",
        "| format | file | is | options (`*` is the default) |\n| --- | --- | --- | --- |",
    ]
    for name, exporter in sorted(registry.exporters.items()):
        options = ", ".join(
            f"`{option}`: {said.replace('|', ' or ')}"
            for option, said in option_texts(exporter).items()
        )
        lines.append(f"| `{name}` | `{exporter.suffix}` | {exporter.summary} | {options} |")
    lines += [
        "",
        '`jsonl` is lossless: one JSON object a line, `{"schema": 1, "key": …}` and every field of',
        "the record that is not empty.\n",
    ]
    return "\n".join(lines)


def _record() -> str:
    rows: list[list[str]] = []
    waiting = ""
    attributes = (inspect.getdoc(record.Record) or "").split("Attributes:\n")[1]
    for line in attributes.splitlines():
        joined = f"    {waiting} {line.strip()}" if waiting else line
        if found := FIELD.match(joined):
            rows.append([found["names"], found["what"]])
            waiting = ""
        elif re.fullmatch(r"    [a-z_, ]+,", joined):
            waiting = joined.strip()
        elif rows:
            rows[-1][1] += " " + line.strip()
    lines = [
        "## Record\n",
        "A paper in citation terms, in the vocabulary of CSL 1.0.2 with `_` for `-`. Text is plain",
        "Unicode, inline maths stays as `$…$`.\n",
        "| field | what it is |\n| --- | --- |",
    ]
    for names, what in rows:
        named = ", ".join(f"`{name.strip()}`" for name in names.split(",") if name.strip())
        lines.append(f"| {named} | {what.replace('``', '`').replace('|', 'or').strip()} |")
    return "\n".join([*lines, ""])


def _diagnostics() -> str:
    lines = [
        "## Diagnostics\n",
        "What is wrong with one entry, as `page.html:17: warning[code]: …`; the others go through.\n",
        "| code | meaning |\n| --- | --- |",
    ]
    lines += [f"| `{code}` | {said} |" for code, said in CODES.items()]
    lines += ["\nBesides, `paperexport check` tells:\n", "| code | meaning |\n| --- | --- |"]
    lines += [f"| `{code}` | {said} |" for code, said in bibcheck.CODES.items()]
    return "\n".join([*lines, ""])
