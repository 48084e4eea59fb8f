"""Exports into one hand-kept .bib file, and a person who works on it in between.

Whatever the order: what a person typed, took out or deleted stays so, no paper is there twice, none
is missing, and a second run has nothing to do.
"""

import copy
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from paperexport import output
from paperexport.bibdocument import Block, Document
from paperexport.bibmerge import Merged, merge
from paperexport.cli import _bib
from paperexport.plugins import Registry
from paperexport.record import Eprint, Name, PartialDate, Record

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
HEAD = """\
% by hand
@string{alps = "Advances in Laundry"}

@article{turing1950, author={Turing, A. M.}, title = {Computing} , year=1950, journal = alps}
"""
EMMY = (Name(family="Noether", given="Emmy"),)
NOTES = Record(
    type="article-journal",
    title="New Notes",
    author=EMMY,
    issued=PartialDate(year=1921, month=3),
    container_title="Annalen",
)
BY_IDENTIFIER = {
    "doi": NOTES.replace(title="Invariant Sums", doi="10.1000/s"),
    "arxiv": NOTES.replace(
        type="article", title="Sorting Socks", container_title="",
        eprint=Eprint(archive="arxiv", id="2401.09042"),
    ),
}  # fmt: skip
BY_EVIDENCE = {
    "notes": NOTES,
    "book": NOTES.replace(type="book", title="Handbook", author=(), editor=EMMY, publisher="S"),
    "undated": NOTES.replace(type="report", title="Undated Report", issued=None),
}
EDITORIALS = {
    f"editorial{year}": NOTES.replace(
        title="Editorial", issued=PartialDate(year=year), volume=f"{year - 1900}"
    )
    for year in (1919, 1920)
}
BARE = {
    "bare": Record(type="article", title="Only a Title", abstract="And an abstract."),
    "page": Record(type="webpage", title="A Page", url="https://example.org/a"),
}
WORKS = BY_IDENTIFIER | BY_EVIDENCE | EDITORIALS | BARE
EXPORTER = Registry(entry_points=False).exporter("bibtex")


class KilledError(BaseException):
    """The process ends here."""


class World:
    """The file, and what it must hold.

    Attributes:
        live: key → the work that its entry is of, or None for a person's own.
        ours: works that we have written an entry of, or a field.
        whole: keys of entries that we added.
        typed: ``(key, text)`` of a person.
        taken: ``(key, field)`` that a person took out; no field where the year was changed.
        gone: keys of entries that a person has deleted.
        past: the file as it was, with all of the above.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "refs.bib"
        self.file = folder / "state.json"
        self.path.write_text(HEAD)
        self.live: dict[str, str | None] = {"turing1950": None}
        self.ours: set[str] = set()
        self.whole: set[str] = set()
        self.typed: set[tuple[str, str]] = set()
        self.taken: set[tuple[str, str]] = set()
        self.past: list[tuple[str, tuple[object, ...]]] = []
        self.gone: set[str] = set()
        self.count = 0

    # -- what we do --

    def export(self, names: list[str], *, again: bool, better: bool, killed: str = "") -> None:
        """Export some papers, and once more; the second time there is nothing to do."""
        self.remember()
        records = [self.record(name, better=better) for name in names]
        pairs = [(name, record) for name, record in zip(names, records, strict=True)]
        old = _bib.document(self.path, create=True)
        if not old.text.strip():
            self.ours.clear()
        merged = self.merged(old, pairs, killed, again=again)
        if killed == "before":
            assert _bib.document(self.path, create=True).text == old.text
            return
        self.compare(old, merged, dict(pairs), again=again)
        new = _bib.document(self.path, create=True)
        second = self.merged(new, pairs, again=False)
        assert self.path.read_bytes() == new.bytes()
        assert {change.action for change in second.changes} <= {"leave", "conflict"}

    def record(self, name: str, *, better: bool) -> Record:
        record = WORKS[name]
        if better:
            record = record.replace(language="de", publisher_place="Göttingen")
            if record.container_title:
                record = record.replace(container_title="Mathematische Annalen")
        return record

    def merged(
        self, old: Document, pairs: list[tuple[str, Record]], killed: str = "", *, again: bool
    ) -> Merged:
        known = _bib.recall(self.file, old)
        merged = merge(old, pairs, EXPORTER, memory=known.entries, again=again)
        write, remember = output.write, _bib._remember

        def killed_before(path: Path, chunks: list[bytes]) -> None:
            if path == self.path:
                raise KilledError
            write(path, chunks)

        def killed_behind(*arguments: object, done: bool = False) -> None:
            if done:
                raise KilledError
            remember(*arguments)

        at = {"before": (output, "write", killed_before),
              "behind": (_bib, "_remember", killed_behind),
              "": (_bib, "_remember", remember)}[killed]  # fmt: skip
        with patch.object(*at), suppress(KilledError):
            _bib.put(old, merged, self.file, known, dry_run=False, diff=False, backup=False)
        return merged

    def compare(
        self, old: Document, merged: Merged, given: dict[str, Record], *, again: bool
    ) -> None:
        """What was done is what was to be done, and no more."""
        there = set(self.live.values())
        wanted = {n for n in given if n not in there and (again or n not in self.ours)}
        left = {n for n in given if n not in there and not again and n in self.ours}
        added = {}
        for change in merged.changes:
            if (change.action, change.field) == ("add", "@entry"):
                (name,) = (
                    n for n, r in given.items() if EXPORTER.encode(change.key, r) == change.new
                )
                assert name not in added.values(), f"{name} twice"
                assert change.key not in self.live
                added[change.key] = name
            elif change.action in ("add", "improve"):
                name = self.live[change.key]
                assert name in given, f"{change.key} is not of what was exported"
                self.ours.add(name)
        assert set(added.values()) == wanted
        assert sum(change.action == "leave" for change in merged.changes) == len(left)
        assert sum(d.code == "entry-left" for d in merged.diagnostics) == len(left)
        self.live |= added
        self.whole |= added.keys()
        self.ours |= set(added.values())
        new = Document(merged.data)
        blocks = {block.key: block for block in new.entries}
        assert blocks.keys() == self.live.keys()
        assert len(new.entries) == len(self.live)
        for key, typed in self.typed:
            assert typed in new.text[blocks[key].start : blocks[key].end]
        for key, field in self.taken:
            assert blocks[key].field(field) is None
        rest = [old.text[b.start : b.end] for b in old.blocks if b.key not in merged.touched]
        assert [piece for piece in rest if piece.strip() and piece not in new.text] == []

    # -- what a person does --

    def remember(self) -> None:
        if self.path.exists():
            state = (self.live, self.ours, self.whole, self.typed, self.taken)
            self.past.append((self.path.read_text(), copy.deepcopy(state)))

    def blocks(self) -> dict[str, Block]:
        self.document = _bib.document(self.path, create=True)
        return {block.key: block for block in self.document.entries}

    def replace(self, key: str, change: object) -> None:
        """Put something else in the place of an entry."""
        block = self.blocks()[key]
        text = self.document.text
        entry = change(text[block.start : block.end])
        self.path.write_text(text[: block.start] + entry + text[block.end :])

    def new_key(self) -> str:
        self.count += 1
        return f"mine{self.count}"

    def forget(self, key: str) -> None:
        del self.live[key]
        self.gone.add(key)
        self.whole.discard(key)
        self.typed = {(k, said) for k, said in self.typed if k != key}
        self.taken = {(k, field) for k, field in self.taken if k != key}

    def delete(self, key: str, how: str) -> None:
        put = {
            "deleted": lambda entry: "",
            "commented": lambda entry: "@comment" + entry[entry.index("{") :],
            "line by line": lambda entry: "".join(f"% {line}\n" for line in entry.splitlines()),
        }
        self.replace(key, put[how])
        if how == "deleted":
            self.path.write_text(re.sub(r"\n{3,}\Z", "\n", self.path.read_text()))
        self.forget(key)

    def rename(self, key: str) -> None:
        new = self.new_key()
        self.replace(key, lambda entry: entry.replace(f"{{{key},", f"{{{new},", 1))
        self.live[new] = self.live.pop(key)
        if key in self.whole:
            self.whole = self.whole - {key} | {new}
        self.typed = {(new if k == key else k, said) for k, said in self.typed}
        self.taken = {(new if k == key else k, field) for k, field in self.taken}

    def redate(self, key: str) -> None:
        self.replace(key, lambda entry: re.sub(r"\b19(\d\d)\b", r"20\1", entry, count=1))

    def take_out(self, key: str, field: str) -> None:
        if self.blocks()[key].field(field) is None:
            return
        self.replace(key, lambda entry: re.sub(rf"\n *{field} *= .*", "", entry))
        if self.blocks()[key].field(field) is None:
            self.taken.add((key, field))

    def note(self, key: str) -> None:
        said = f"note = {{seen {self.new_key()}}}"
        self.replace(key, lambda entry: entry.replace(",", f", {said},", 1))
        self.typed.add((key, said))

    def own(self, name: str) -> None:
        """Type an entry of a paper, or of something else."""
        key, record = self.new_key(), WORKS[name]
        role = "author" if record.author else "editor"
        year = f", year={record.issued.year}" if record.issued else ""
        said = f"title={{{record.title}}}, {role}={{Noether, E.}}{year}"
        self.path.write_text(self.path.read_text() + f"\n@{'article'}{{{key}, {said}}}\n")
        self.live[key] = name
        self.typed.add((key, said))


def steps(world: World, draw: st.DataObject) -> Iterator[str]:
    """What may happen next."""
    yield from ("export", "export", "export", "better", "again", "killed before", "killed behind")
    yield from ("own", "put back")
    if any(world.live.values()):
        yield from ("delete", "delete", "rename", "redate", "both", "take out", "note", "top")
    if world.gone - world.live.keys():
        yield "reuse"


@settings(max_examples=3_000 if LONG else 60)
@given(st.data())
def test_what_a_person_did_stays_done(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        for _ in range(data.draw(st.integers(1, 12))):
            step(world, data)


def step(world: World, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(list(steps(world, data))))
    names = st.lists(st.sampled_from(sorted(WORKS)), min_size=1, max_size=5, unique=True)
    if kind in ("export", "better", "again"):
        world.export(data.draw(names), again=kind == "again", better=kind == "better")
        return
    if kind.startswith("killed"):
        world.export(data.draw(names), again=False, better=False, killed=kind[7:])
        return
    world.remember()
    keys = sorted(key for key, name in world.live.items() if name)
    if kind == "own":
        free = sorted(set(BY_IDENTIFIER | BY_EVIDENCE | EDITORIALS) - set(world.live.values()))
        if free:
            world.own(data.draw(st.sampled_from(free)))
    elif kind == "put back":
        text, state = data.draw(st.sampled_from(world.past))
        ours = world.ours
        world.path.write_text(text)
        world.live, _, world.whole, world.typed, world.taken = copy.deepcopy(state)
        world.ours = ours
    elif kind == "reuse":
        key = data.draw(st.sampled_from(sorted(world.gone - world.live.keys())))
        said = f"title={{On Groups {world.new_key()}}}, author={{Abel, N.}}, year=1826"
        world.path.write_text(world.path.read_text() + f"\n@article{{{key}, {said}}}\n")
        world.live[key] = None
        world.typed.add((key, said))
    else:
        key = data.draw(st.sampled_from(keys))
        name = world.live[key]
        if kind == "delete":
            world.delete(key, data.draw(st.sampled_from(("deleted", "commented", "line by line"))))
        elif kind == "rename":
            world.rename(key)
        elif kind in ("redate", "both") and key in world.whole and name not in EDITORIALS:
            # Without an identifier it is known by all else, as we wrote it.
            if name in BY_IDENTIFIER or key not in {k for k, _ in world.taken}:
                world.redate(key)
                world.taken.add((key, ""))
                if kind == "both":
                    world.rename(key)
        elif kind == "take out" and (name in BY_IDENTIFIER or (key, "") not in world.taken):
            world.take_out(key, data.draw(st.sampled_from(("journal", "month", "publisher"))))
        elif kind == "note":
            world.note(key)
        elif kind == "top":
            block = world.blocks()[key]
            said = world.document.text
            entry = said[block.start : block.end]
            world.path.write_text(entry + "\n" + said[: block.start] + said[block.end :])


def test_a_run_that_is_killed_behind_a_rename(tmp_path: Path) -> None:
    """What that run knew under the new key alone is known under the old one still."""
    world = World(tmp_path)
    world.export(["arxiv"], again=False, better=False)
    world.rename("arxiv")
    world.export(["arxiv", "bare"], again=False, better=False, killed="before")
    world.delete("mine1", "commented")
    world.export(["arxiv"], again=False, better=False)
