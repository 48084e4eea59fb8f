"""Files are written whole or not at all."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from paperexport.errors import PaperExportError
from paperexport.output import write


def test_text_and_bytes_into_new_folders(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b" / "refs.bib"
    write(target, ["Ł\n", b"\xff\r\n", ""])
    assert target.read_bytes() == b"\xc5\x81\n\xff\r\n"
    assert [p.name for p in target.parent.iterdir()] == ["refs.bib"]


def test_an_exception_on_the_way_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "refs.bib"
    target.write_text("old")

    def pieces() -> Iterator[str]:
        yield "new" * 1_000_000
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write(target, pieces())
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["refs.bib"]


def test_rights_are_the_old_ones_or_those_of_any_new_file(tmp_path: Path) -> None:
    target = tmp_path / "refs.bib"
    mask = os.umask(0o027)
    try:
        write(target, ["x"])
        assert target.stat().st_mode & 0o777 == 0o640
        target.chmod(0o600)
        write(target, ["y"])
        assert target.stat().st_mode & 0o777 == 0o600
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(mask)


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    link = tmp_path / "refs.bib"
    link.symlink_to("real/refs.bib")
    write(link, ["x"])
    assert link.is_symlink()
    assert (tmp_path / "real" / "refs.bib").read_text() == "x"


def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "refs.bib"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write(pipe, ["Ł", b"\n"])
        assert os.read(reader, 100) == b"\xc5\x81\n"
    finally:
        os.close(reader)
    assert pipe.is_fifo()
    assert [p.name for p in tmp_path.iterdir()] == ["refs.bib"]


def test_a_stream_goes_on_where_it_is(tmp_path: Path) -> None:
    target = tmp_path / "all.bib"
    target.write_text("old\n")
    with target.open("ab") as stream:
        write(Path(f"/dev/fd/{stream.fileno()}"), ["Ł", b"\n"])
        stream.write(b"more")
    assert target.read_bytes() == b"old\n\xc5\x81\nmore"


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(PaperExportError, match="cannot be written") as caught:
        write(tmp_path / "file" / "refs.bib", ["x"])
    assert caught.value.hint
    with pytest.raises(PaperExportError, match="cannot be written"):
        write(tmp_path, ["x"])
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_read_only_file_stays(tmp_path: Path) -> None:
    target = tmp_path / "refs.bib"
    target.write_text("old")
    target.chmod(0o444)
    with pytest.raises(PaperExportError, match="read-only"):
        write(target, ["new"])
    assert target.read_text() == "old"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs another owner")
def test_the_owner_and_the_group_are_the_old_ones(tmp_path: Path) -> None:
    target = tmp_path / "refs.bib"
    target.write_text("old")
    os.chown(target, 1234, 2345)
    target.chmod(0o2660)
    write(target, ["new"])
    there = target.stat()
    assert (there.st_uid, there.st_gid, there.st_mode & 0o7777) == (1234, 2345, 0o2660)


def test_the_longest_name_that_a_file_may_have(tmp_path: Path) -> None:
    target = tmp_path / ("Ł" * 125 + ".bib")
    write(target, ["x"])
    assert [p.name for p in tmp_path.iterdir()] == [target.name]
