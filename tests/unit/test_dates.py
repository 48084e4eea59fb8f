"""Dates, as far as they are known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperexport import dates
from paperexport.record import PartialDate


def day(
    year: int, month: int | None = None, of: int | None = None, **more: PartialDate
) -> PartialDate:
    return PartialDate(year=year, month=month, day=of, **more)


KNOWN = [
    ("2024", day(2024)),
    ("2024-05", day(2024, 5)),
    ("2024-05-07", day(2024, 5, 7)),
    ("2024/5/7", day(2024, 5, 7)),
    ("20240507", day(2024, 5, 7)),
    ("2024-05-07T23:59:59.000Z", day(2024, 5, 7)),
    ("2024-05-07 10:00:00+02:00", day(2024, 5, 7)),
    ("2024-05-00", day(2024, 5)),
    ("2024-00-00", day(2024)),
    ("2024-02-29", day(2024, 2, 29)),
    ("-0044-03-15", day(-44, 3, 15)),
    ("2024?", day(2024)),
    ("2024-22", day(2024)),
    ("2024-25", None),
    ("2024-05/", day(2024, 5)),
    ("2024/..", day(2024)),
    ("2024-03/04", None),
    ("2024-04-02/2024-04-05", day(2024, 4, 2, end=day(2024, 4, 5))),
    ("2019-2021", day(2019, end=day(2021))),
    ("2019--2021", day(2019, end=day(2021))),
    ("Tue, 07 May 2024 00:00:00 GMT", day(2024, 5, 7)),
    ("7 May 2024", day(2024, 5, 7)),
    ("7th of May 2024", None),
    ("7-May-2024", day(2024, 5, 7)),
    ("May 2024", day(2024, 5)),
    ("Sept. 2024", day(2024, 9)),
    ("May, 2024", day(2024, 5)),
    ("2024 May 7", day(2024, 5, 7)),
    ("2024 May", day(2024, 5)),
    ("Oct 7, 2024", day(2024, 10, 7)),
    ("October 7th, 2024", day(2024, 10, 7)),
    ("Oct 7 2024", day(2024, 10, 7)),
    ("Summer 2024", day(2024)),
    ("03/04/2024", day(2024)),
    ("13/04/2024", day(2024, 4, 13)),
    ("04/13/2024", day(2024, 4, 13)),
    # No year, or no such day: nothing is known, and nothing is filled in.
    ("", None),
    ("Oct 1", None),
    ("May", None),
    ("Week 40", None),
    ("Febtober 2024", None),
    ("2023-02-29", None),
    ("2024-13-01", None),
    ("2024-04-31", None),
    ("31 April 2024", None),
    ("99/99/2024", None),
    ("forthcoming", None),
    ("in press", None),
    ("12", None),
    ("2021-2019", None),
    ("2024-00-07", None),
    ("2024-05-07 or later", None),
    ("x" * 100, None),
]


@pytest.mark.parametrize(("said", "known"), KNOWN, ids=[k[:30] or "empty" for k, _ in KNOWN])
def test_a_date(said: str, known: PartialDate | None) -> None:
    assert dates.parse(said) == known


@given(
    st.integers(1000, 2999).flatmap(
        lambda year: st.one_of(
            st.just(day(year)),
            st.integers(1, 12).map(lambda month: day(year, month)),
            st.tuples(st.integers(1, 12), st.integers(1, 28)).map(lambda md: day(year, *md)),
        )
    )
)
def test_what_a_date_prints_is_read_back(date: PartialDate) -> None:
    assert dates.parse(str(date)) == date


@given(st.text(max_size=90))
def test_any_text_is_a_date_or_none(said: str) -> None:
    found = dates.parse(said)
    assert found is None or isinstance(found.year, int)
