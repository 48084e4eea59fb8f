"""CSL-JSON whose items are not what they should be."""

import json

import pytest

from paperexport import Diagnostic, Normalized, read


@pytest.mark.parametrize(
    "item",
    [
        {"custom": {"eprint": {"id": "x"}}},
        {"custom": {"eprint": {"archive": 1, "id": "x"}}},
        {"author": ["A"]},
        {"author": [{"family": ["x"]}], "issued": {"date-parts": [["x"]]}},
        {"issued": {"date-parts": [[{}]]}},
        "no object",
        None,
        3,
    ],
)
def test_a_bad_item_costs_itself_alone(item: object) -> None:
    data = json.dumps([{"id": "a", "title": "One"}, item, {"id": "b", "title": "Two"}]).encode()
    found = list(read(data, source_name="csljson"))
    titles = [one.record.title for one in found if isinstance(one, Normalized)]
    assert titles == ["One", "Two"]
    assert [one.code for one in found if isinstance(one, Diagnostic)] == ["line-unread"]
