"""The fake server against what the real one answered, exchange by exchange."""

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given
from paperexport_zotero import schema
from paperexport_zotero.mapping import to_item
from paperexport_zotero.testing import ApiKey, Group, Request, User, ZoteroServer

from paperexport import Record
from paperexport.testing import COMPLETE, TYPES, any_records

KNOWN = {
    ("templates", 24): "labels in German: the fake carries only the English ones",
    ("dates", 2): "the year 99 is kept as it was typed, where the real server adds 1999-00-00",
}
"""Exchange → why the fake differs."""


def oracle() -> ZoteroServer:
    """A server with the users, groups and keys of the recording."""

    def key(secret: str, **rights: Any) -> ApiKey:
        return ApiKey(secret=secret, **rights)

    def group(number: int, name: str, members: tuple[int, ...], **more: Any) -> Group:
        return Group(number=number, name=name, members=members, owner=2, version=2, **more)

    return ZoteroServer(
        users=[User(number=1), User(number=2, name="other", display="Other")],
        groups=[
            group(71, "Oracle rw", (1, 2), file_editing="none"),
            group(72, "Oracle ro", (1, 2), file_editing="none", editing="admins"),
            group(73, "Oracle none", (2,)),
            group(74, "Oracle pub", (2,), public=True),
        ],
        keys=[
            key("fullkey"),
            key("readonly", write=False, groups={}),
            key("nonotes", notes=False, groups={}),
            key("readonlynonotes", notes=False, write=False, groups={}),
            key("grouponly", library=False),
            key("groupread", library=False, groups={"all": False}),
            key("nothing", library=False, groups={}),
            key("grouprw", groups={"71": True}),
            key("other", user=2),
        ],
    )


def test_it_answers_as_the_real_server_did(beside: Callable[[str], Path]) -> None:
    folder = beside("zotero/recorded")
    spec = importlib.util.spec_from_file_location("replay", folder / "replay.py")
    assert spec
    assert spec.loader
    replay = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(replay)
    said: list[str] = []
    with oracle() as server:

        def reset(_replayer: object) -> None:
            for library in server.libraries.values():
                library.items.clear()
                library.collections.clear()
                library.erased.clear()

        def control(name: str) -> bool:
            server.limiter = name == "limiter-on"
            return True

        names = "readonly nonotes readonly_nonotes grouponly groupread nothing grouprw other"
        keys = {name: name.replace("_", "") for name in names.split()}
        fixtures = {"keys": keys, "groups": {"rw": 71, "ro": 72, "none": 73, "pub": 74}}
        replayer = replay.Replayer(
            server.url, "fullkey", fixtures, reset=reset, control=control, out=said.append
        )
        result = replayer.run(folder / "exchanges.jsonl")
    assert result["skipped"] == []
    assert result["exchanges"] == 921
    failed = [line for line in said if line.startswith("FAIL")]
    words = [line.split() for line in failed]
    differing = {(w[1], int(w[3])) for w in words}
    assert differing == set(KNOWN), "\n".join(said)


def post(server: ZoteroServer, path: str, objects: list[Any]) -> Any:
    reply = server.answer(
        Request("POST", path, [], {"zotero-api-key": "full"}, json.dumps(objects).encode())
    )
    assert reply.status == 200, reply.body
    return json.loads(reply.body)


@given(any_records())
def test_each_item_is_taken(record: Record) -> None:
    server = ZoteroServer()
    data = to_item(record, "key").data
    report = post(server, "/users/1/items", [data])
    assert report["failed"] == {}
    stored = report["successful"]["0"]["data"]
    assert {name: stored[name] for name in data if name != "tags"} == {
        name: value for name, value in data.items() if name != "tags"
    }


KINDS = [kind for kind in schema.ITEM_TYPES if kind not in ("note", "attachment", "annotation")]


@given(any_records(), st.sampled_from(KINDS), st.booleans())
def test_each_item_is_taken_as_whatever_type_it_is_there(
    record: Record, kind: str, native: bool
) -> None:
    """What is found is filled under its own type, be that a film."""
    data = to_item(record, "key", item_type=kind, native_key=native).data
    assert post(ZoteroServer(), "/users/1/items", [data])["failed"] == {}


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_record_is_taken_as_each_type(kind: str) -> None:
    data = to_item(COMPLETE, "key", item_type=kind).data
    server = ZoteroServer()
    report = post(server, "/users/1/items", [data])
    assert report["failed"] == {}
    stored = report["successful"]["0"]["data"]
    assert {name: stored[name] for name in data if name != "tags"} == {
        name: value for name, value in data.items() if name != "tags"
    }


def test_each_type_is_taken() -> None:
    objects = [to_item(COMPLETE.replace(type=kind), "k").data for kind in TYPES]
    assert post(ZoteroServer(), "/users/1/items", objects)["failed"] == {}


def test_the_validator_is_strict() -> None:
    report = post(ZoteroServer(), "/users/1/items", [{"itemType": "preprint", "publisher": "x"}])
    assert report["failed"]["0"]["code"] == 400
