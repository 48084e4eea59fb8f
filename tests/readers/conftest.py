"""Every test of this folder is marked ``readers``, and is given the same bibliographies."""

from pathlib import Path

import pytest

from readers.papers import OWN, Bibliography, daily

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.readers)


@pytest.fixture(params=["own", "daily"])
def papers(request: pytest.FixtureRequest) -> Bibliography:
    """Records of ours, then all those of the recorded answers of Daily Papers."""
    return OWN if request.param == "own" else daily()
