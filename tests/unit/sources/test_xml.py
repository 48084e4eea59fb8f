"""XML of strangers."""

import contextlib

import pytest

from paperexport.errors import SourceError
from paperexport.record import Origin
from paperexport.sources import _xml


def names(data: bytes) -> list[str]:
    return [_xml.local(element) for element in _xml.xml(data, "x").iter()]


@pytest.mark.parametrize(
    "data",
    [b"<a><b>x</b></a>", b"\xef\xbb\xbf <a><b>x</b></a>", b"<a><b>x & y</b></a>", b"<a><b>x",
     b"<a><b>&nbsp;</b></a>", b"<a><b>\xff</b></a>", "<a><b>ü</b></a>".encode("utf-16")],
)  # fmt: skip
def test_what_can_be_read_is_read(data: bytes) -> None:
    assert names(data) == ["a", "b"]


def test_bytes_that_are_no_characters_do_not_reach_names() -> None:
    for position in range(3, 40):
        data = bytearray(b"<rss><channel><item><title>x</title></item></channel></rss>")
        data[position:position] = b"\xff\xfe"
        with contextlib.suppress(SourceError):  # it is no XML any more
            names(bytes(data))


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "entities"), (b"<a>" * 3000, "500 elements"),
     (b"", "no XML"), (b"plain", "no XML")],
)  # fmt: skip
def test_what_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        _xml.xml(data, "x")


def test_latin_1_stays_readable_when_it_is_damaged() -> None:
    data = b'<?xml version="1.0" encoding="iso-8859-1"?><a><b>caf\xe9 & more</b></a>'
    root = _xml.xml(data, "x")
    assert "café" in _xml.text_in(root)


def test_html_of_any_kind() -> None:
    root = _xml.html_root(b"<p>one<p>two", Origin(locator="x"))
    assert [p.text for p in root.iter("p")] == ["one", "two"]
