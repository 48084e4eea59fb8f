"""Settings of the whole test run.

``HYPOTHESIS_PROFILE`` chooses how many examples the properties draw: ``quick`` (the default, for
every day), ``long`` (hours of drawing in minutes of machine time, for a release).
"""

import os

import pytest
from hypothesis import HealthCheck, settings

# Deadlines are off in both: a test may run beside others on a busy machine, and time is never
# what it proves.
# The everyday run draws the same examples each time: it tells of a change, not of luck.
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


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--accept``: rewrite the case files to what the code says now."""
    parser.addoption("--accept", action="store_true", help="rewrite tests/cases/*.md")
