"""Profiles as in the main project: the same few examples every day, many with ``long``."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "quick",
    max_examples=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "long", max_examples=5000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture
def beside() -> Callable[[str], Path]:
    """Real inputs that nobody in this project wrote, where they lie in ``../shared/data``."""

    def path(name: str) -> Path:
        found = Path(__file__).resolve().parents[4] / "shared" / "data" / name
        if not found.exists():
            pytest.skip(f"{name}: real inputs are not beside this clone (../shared/data)")
        return found

    return path
