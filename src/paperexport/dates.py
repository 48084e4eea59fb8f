"""Dates as pages print them, as far as they are known; nothing is ever filled in."""

from __future__ import annotations

import calendar
import re
from functools import lru_cache

from paperexport._regex import late
from paperexport.record import PartialDate

__all__ = ["in_order", "known", "parse"]

_MONTHS = {
    name.lower(): number
    for number in range(1, 13)
    for name in (calendar.month_name[number], calendar.month_abbr[number])
} | {"sept": 9}
_MONTH = r"(?P<month>[A-Za-z]{3,9})\.?"
_YEAR = r"(?P<year>[12]\d{3})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_ISO = late(
    r"(?P<year>-?\d{4})(?:(?P<sign>[-/.])(?P<month>\d{1,2})(?:(?P=sign)(?P<day>\d{1,2}))?)?[?~%]?"
    r"(?:[T\s]\d{1,2}:\d{2}.*)?",
    re.DOTALL,
)
_COMPACT = late(r"(?P<year>[12]\d{3})(?P<month>\d{2})(?P<day>\d{2})")
_WEEKDAY = r"(?:[A-Za-z]{3,9}\.?,?\s+)?"
_TIME = r"(?:[,\s]+\d{1,2}:\d{2}.*)?"
_WORDS = (
    re.compile(rf"{_WEEKDAY}{_DAY}[\s.-]+{_MONTH}[\s,.-]+{_YEAR}{_TIME}", re.DOTALL),
    re.compile(rf"{_MONTH}\s+{_DAY},?\s+{_YEAR}{_TIME}", re.DOTALL),
    re.compile(rf"{_YEAR}[\s,-]+{_MONTH}(?:[\s,-]+{_DAY})?"),
    re.compile(rf"{_MONTH}[\s,.-]+{_YEAR}"),
)
_NUMBERS = late(r"(\d{1,2})[/.](\d{1,2})[/.]([12]\d{3})")
_SEASON = late(rf"(?:spring|summer|autumn|fall|winter)[\s,/]*{_YEAR}", re.IGNORECASE)
_RANGE = late(r"(.{4,30}?)\s*(?:/|--|–|—)\s*(.{4,30})", re.DOTALL)
_YEARS = late(r"([12]\d{3})-([12]\d{3})")
_SEASONS = range(21, 25)
"""EDTF's spring to winter, in the place of a month."""
_OPEN = late(r"(?P<start>[^/]+)/(?:\.\.)?")


@lru_cache(maxsize=4096)  # the dates of one page are few
def parse(text: str) -> PartialDate | None:
    """The date that a whole text spells.

    ISO 8601 with or without a time of day, EDTF level 0 with intervals (``2024-04-02/2024-04-05``),
    RFC 2822 (``Tue, 07 May 2024 …``), English words (``May 2024``, ``Oct 7, 2024``).

    Args:
        text: the date as printed.

    Returns:
        what is known of it: a season leaves its year, and so does ``03/04/2024``, which may be
        March or April; a range that has no end (``2024/..``) leaves its start. None where no year
        is named (``Oct 1``) or there is no such day.
    """
    said = text.strip().strip(",;.")
    if not 4 <= len(said) <= 80:
        return None
    if (one := _single(said)) is not None:
        return one
    if open_range := _OPEN.fullmatch(text.strip()):
        return _single(open_range["start"])
    found = _YEARS.fullmatch(said) or _RANGE.fullmatch(said)
    if not found:
        return None
    start, end = _single(found[1]), _single(found[2])
    if start is None or end is None or not in_order(start, end):
        return None
    return PartialDate(year=start.year, month=start.month, day=start.day, end=end)


def in_order(start: PartialDate, end: PartialDate) -> bool:
    """Whether a range may begin with the one and end with the other."""
    return _key(start) <= _key(end)


def known(year: int, month: int, day: int) -> PartialDate:
    """A date of three numbers, 0 where one is not known, as far as there is such a month and day.

    A month that is none is a season, or nothing; a day without a month says nothing.
    """
    if not 1 <= month <= 12:
        return PartialDate(year=year)
    return _checked(year, month, day) or PartialDate(year=year, month=month)


def _key(date: PartialDate) -> tuple[int, int, int]:
    return date.year, date.month or 0, date.day or 0


def _single(text: str) -> PartialDate | None:
    text = text.strip()
    if found := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        return _checked(int(found["year"]), _number(found["month"]), _number(found["day"]))
    for pattern in _WORDS:
        if found := pattern.fullmatch(text):
            month = _MONTHS.get(found["month"].lower())
            if month is None:
                continue
            day = found["day"] if "day" in pattern.groupindex else None
            return _checked(int(found["year"]), month, _number(day))
    if found := _NUMBERS.fullmatch(text):
        first, second, year = map(int, found.groups())
        if first > 12 >= second:
            return _checked(year, second, first)
        if second > 12 >= first:
            return _checked(year, first, second)
        return PartialDate(year=year) if first <= 12 else None
    if found := _SEASON.fullmatch(text):
        return PartialDate(year=int(found["year"]))
    return None


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _checked(year: int, month: int | None, day: int | None) -> PartialDate | None:
    """The date, if there is such a day. Zero means unknown (``2024-05-00``)."""
    month, day = month or None, day or None
    if month in _SEASONS and day is None:
        month = None
    if month is None:
        return PartialDate(year=year) if day is None else None
    if month > 12 or (day or 1) > calendar.monthrange(max(1, abs(year)), month)[1]:
        return None
    return PartialDate(year=year, month=month, day=day)
