"""Values in a file: as a dict would have it, in memory and out of it."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given
from paperexport_zotero import spool
from paperexport_zotero.items import Link
from paperexport_zotero.plan import Action

KEYS = st.sampled_from("ABCDE")
STEPS = st.lists(st.tuples(st.sampled_from(["put", "drop", "change"]), KEYS, st.text(max_size=40)))


@pytest.mark.parametrize("in_memory", [1, 20, 1_000_000])
@given(steps=STEPS)
def test_keeps_what_a_dict_keeps(in_memory: int, steps: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spool, "IN_MEMORY", in_memory)
        kept: spool.Spool[Action] = spool.Spool(Action)
    wanted: dict[str, Action] = {}
    for what, key, title in steps:
        if what == "put":
            for held in (kept, wanted):
                held[key] = Action(kind="create", key=key, title=title, link=Link(key=key))
        elif what == "drop":
            assert kept.pop(key, None) == wanted.pop(key, None)
        elif key in wanted:
            for held in (kept, wanted):
                action = held[key]
                action.changes = {"title": title, "collections": [key]}
                held[key] = action
        assert list(kept.values()) == list(wanted.values())
        assert list(kept) == list(wanted)
        assert len(kept) == len(wanted)


def test_what_is_taken_out_is_a_copy() -> None:
    kept: spool.Spool[Action] = spool.Spool(Action)
    kept["A"] = Action(kind="create", key="A", title="Socks")
    kept["A"].title = "Gloves"
    assert kept["A"].title == "Socks"
