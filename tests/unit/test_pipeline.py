"""The line, driven."""

import gzip
import io
from pathlib import Path
from types import SimpleNamespace

import pytest

from paperexport import Diagnostic, Eprint, Normalized, Reading, Record, gather
from paperexport.errors import SourceError, UsageError
from paperexport.hookspecs import HEAD
from paperexport.pipeline import export, exported, keyed, read, recognise, taken_from
from paperexport.plugins import Registry

REGISTRY = Registry(entry_points=False)
LINES = (
    b'{"schema":1,"title":"One","doi":"10.1000/1","citation_key":"first"}\n'
    b'{"schema":1,"title":"Two","author":[{"literal":"Team"}]}\n'
    b"broken\n"
    b'{"schema":1,"title":"One, Longer","doi":"10.1000/1","abstract":"All of it."}\n'
)


class Slow(io.RawIOBase):
    """A stream that gives a few bytes at a time, as a pipe may."""

    def __init__(self, data: bytes, step: int = 1) -> None:
        self.rest = io.BytesIO(data)
        self.step = step

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]  # any buffer
        piece = self.rest.read(min(self.step, len(buffer)))
        buffer[: len(piece)] = piece
        return len(piece)


def titles(found: object) -> list[str]:
    return [one.record.title for one in found if isinstance(one, Normalized)]  # type: ignore[attr-defined]  # an iterable


def test_paths_bytes_and_streams_are_read_alike(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    path.write_bytes(LINES)
    expected = ["One", "Two", "One, Longer"]
    for source in (path, str(path), LINES, io.BytesIO(LINES), Slow(LINES)):
        assert titles(read(source, registry=REGISTRY)) == expected  # type: ignore[arg-type]  # RawIOBase
    (found,) = {o.record.origins["title"].locator for o in read(path, registry=REGISTRY)
                if isinstance(o, Normalized)}  # fmt: skip
    assert found == str(path)


def test_what_is_longer_than_its_head_is_read_whole(tmp_path: Path) -> None:
    data = b"".join(
        b'{"schema":1,"title":"%d","doi":"10.1000/%d"}\n' % (n, n) for n in range(30_000)
    )
    assert len(data) > HEAD
    path = tmp_path / "papers.jsonl"
    path.write_bytes(data)
    later = io.BytesIO(b"before" + data)
    later.seek(len(b"before"))
    pipe = io.BufferedReader(Slow(data, HEAD // 3))  # type: ignore[arg-type]  # RawIOBase
    for source in (path, data, later, pipe):
        found = titles(read(source, registry=REGISTRY))  # type: ignore[arg-type]  # as above
        assert found == [str(n) for n in range(30_000)]


def test_what_is_read_again_becomes_one() -> None:
    reading = gather(read(LINES, registry=REGISTRY))
    assert [r.title for r in reading.records] == ["One, Longer", "Two"]
    assert reading.records[0].abstract == "All of it."
    assert len(reading.keys) == len(reading.problems) == 2
    assert {"duplicate", "line-unread"} <= {d.code for d in reading.diagnostics}
    kept = gather(read(LINES, registry=REGISTRY), duplicates="keep")
    assert len(kept.records) == 3
    with pytest.raises(UsageError):
        gather([], duplicates="other")


def test_some_of_a_reading() -> None:
    mine, other, page = (Diagnostic(code=c, severity="warning", message=c) for c in "abc")
    reading = Reading(
        records=(Record(title="A"), Record(title="B")),
        keys=("a", "b"),
        problems=((mine,), (other,)),
        diagnostics=(page, mine, other),
    )
    some = reading.only([1])
    assert [r.title for r in some.records] == ["B"]
    assert some.keys == ("b",)
    assert some.diagnostics == (page, other)


@pytest.mark.parametrize(
    ("data", "said"), [(b"", "is empty"), (b" \n", "is empty"), (b"\x01\x02", "no source")]
)
def test_inputs_that_nobody_takes(data: bytes, said: str) -> None:
    with pytest.raises(SourceError, match=said) as caught:
        list(read(data, registry=REGISTRY))
    assert caught.value.hint


def test_what_several_take_must_be_named() -> None:
    data = b"@misc{a, title={x}}\n"

    two = SimpleNamespace(sources=dict.fromkeys("xy", REGISTRY.source("bibtex")))
    with pytest.raises(SourceError, match="fits 2 sources"):
        recognise(data, "x.bib", two)  # type: ignore[arg-type]  # as much of a registry
    assert recognise(data, "x", REGISTRY).name == "bibtex"


def test_csl_json_of_a_publication_with_an_eprint_and_no_doi_is_no_digest() -> None:
    record = Record(type="article-journal", eprint=Eprint(archive="arxiv", id="1501.00000"))
    text = export({"key1": record}, "csljson", registry=REGISTRY)
    assert recognise(text.encode(), "-", REGISTRY).name == "csljson"


def test_a_page_without_papers_says_so() -> None:
    (told,) = read(b"% no entry\n", source_name="bibtex", registry=REGISTRY)
    assert isinstance(told, Diagnostic)
    assert told.code == "nothing-found"


def test_a_file_is_framed_pieces(tmp_path: Path) -> None:
    papers = {"a": Record(title="A"), "b": Record(title="B")}
    exporter = REGISTRY.exporter("csljson")
    pieces = list(exported(papers, exporter))
    assert len(pieces) == 4
    text = export(papers, "csljson", registry=REGISTRY)
    assert text == "".join(pieces)
    assert export(papers, exporter, to=tmp_path / "x.json") == ""
    assert (tmp_path / "x.json").read_text() == text
    assert list(exported([], exporter)) == [exporter.frame.head, exporter.frame.tail]
    assert keyed(papers) is papers
    assert list(keyed([Record(title="Socks")])) == ["Socks"] or len(keyed([Record()])) == 1


def test_keys_of_an_earlier_run(tmp_path: Path) -> None:
    path = tmp_path / "refs.bib"
    path.write_text("@misc{mine, title={One}, doi={10.1000/1}}\n@misc{other, title={Two}}\n")
    taken = taken_from(path, REGISTRY)
    assert taken["doi:10.1000/1"] == taken["title:one"] == "mine"
    assert taken["title:two"] == "other"
    path.write_bytes(b"\x00")
    assert taken_from(path, REGISTRY) == {}
    assert taken_from(tmp_path / "none.bib", REGISTRY) == {}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7\nhttps://arxiv.org/abs/", "is a PDF"),
        (gzip.compress(b"@misc{a, title = {A}}"), "is compressed (gzip)"),
        (b"PK\x03\x04\x14\0\0\0refs.bib", "is a zip archive"),
        (b"{\\rtf1 Attention}", "is rich text"),
        (b"\x89PNG\r\n\x1a\n", "is a picture"),
        ("TY  - BOOK\nTI  - A\nER  - ".encode("utf-16-le"), "is UTF-16 without"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_what_is_no_text_is_called_what_it_is(data: bytes, said: str) -> None:
    with pytest.raises(SourceError) as caught:
        list(read(data, locator="x"))
    assert caught.value.message.startswith(f"x: {said}")
    assert caught.value.hint


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_our_own_lines_as_any_shell_keeps_them(encoding: str) -> None:
    lines = export([Record(title="Größe"), Record(title="中")], "jsonl")
    data = lines.replace("\n", "\r\n").encode(encoding)
    reading = gather(read(data))
    assert [record.title for record in reading.records] == ["Größe", "中"]
    assert reading.diagnostics == ()
