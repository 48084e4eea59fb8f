"""Our own records, as JSON lines."""

import json
from types import MappingProxyType

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from paperexport.formats.jsonl import Jsonl
from paperexport.record import Name, Record
from paperexport.testing.examples import COMPLETE

encode = Jsonl().encode


def test_a_record() -> None:
    assert encode("k", Record(title="Socks", author=(Name(literal="Qwen Team"),))) == (
        '{"schema":1,"key":"k","type":"article","title":"Socks","author":[{"family":"","given":"",'
        '"particle":"","suffix":"","literal":"Qwen Team","orcid":""}]}\n'
    )


def test_nothing_known() -> None:
    assert encode("k", Record()) == '{"schema":1,"key":"k","type":"article"}\n'
    assert encode("k", Record(type="book")) == '{"schema":1,"key":"k","type":"book"}\n'


def test_nothing_is_lost() -> None:
    read = msgspec.json.decode(encode("k", COMPLETE), type=Record)
    assert read == COMPLETE
    assert read.origins == COMPLETE.origins


@given(st.text(), st.text(alphabet=st.characters(codec="utf-8")))
def test_any_text_comes_back(key: str, text: str) -> None:
    line = encode(key, Record(title=text, custom={text: (text,)}))
    assert line.endswith("}\n")
    assert line.count("\n") == 1
    read = msgspec.json.decode(line, type=Record)
    assert (read.title, read.custom) == (text, {text: (text,)})


def test_mappings_are_sorted() -> None:
    one = Record(custom={"b": "1", "a": "2"})
    other = Record(custom=MappingProxyType({"a": "2", "b": "1"}))
    assert encode("k", one) == encode("k", other)


def test_text_that_utf8_cannot_hold() -> None:
    line = encode("k", Record(type="book", title="a\ud800b", custom={"\udfff": ("\ud800",)}))
    assert json.loads(line) == {
        "schema": 1,
        "key": "k",
        "type": "book",
        "title": "a\ufffdb",
        "custom": {"\ufffd": ["\ufffd"]},
    }
