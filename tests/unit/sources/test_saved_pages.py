"""Pages that a browser saved: as one file, and hostile ones."""

import html
import json
import time

import pytest

from paperexport import Normalized, SourceError, read

PAPER = {"id": "2401.00001", "title": "Sorting Socks", "publishedAt": "2024-01-16T23:00:00.000Z"}
PROPS = html.escape(json.dumps({"dailyPapers": [{"paper": PAPER}]}))
PAGE = f'<html><body><div data-target="DailyPapers" data-props="{PROPS}"></div></body></html>'
CHROME = """\
From: <Saved by Blink>
Snapshot-Content-Location: https://huggingface.co/papers
Subject: Daily Papers - Hugging Face
MIME-Version: 1.0
Content-Type: multipart/related;
\ttype="text/html";
\tboundary="----Boundary--x"


------Boundary--x
Content-Type: text/html
Content-Transfer-Encoding: quoted-printable
Content-Location: https://huggingface.co/papers

{page}
------Boundary--x
Content-Type: text/css

{{}}
------Boundary--x--
"""


def titles(data: str) -> list[str]:
    return [one.record.title for one in read(data.encode()) if isinstance(one, Normalized)]


def test_a_page_that_was_saved_as_one_file() -> None:
    page = PAGE.replace("=", "=3D").replace("Sorting", "Sort=\ning")
    assert titles(CHROME.format(page=page)) == ["Sorting Socks"]


@pytest.mark.parametrize(
    "page",
    [
        f"<div data-props='{PROPS}' class='x' data-target='DailyPapers'></div>",
        '<div data-target="DailyPapers"></div>' + PAGE,
        PAGE.replace('data-props="', 'data-props = "'),
    ],
)
def test_where_the_data_stand(page: str) -> None:
    assert titles(page) == ["Sorting Socks"]


@pytest.mark.parametrize(
    "piece",
    ['data-target="DailyPapers" ', '<a data-target="DailyPapers" ', "<a data-props='x",
     "<a data-target='Papers' data-props=\"x "],
)  # fmt: skip
def test_hostile_pages_are_read_in_linear_time(piece: str) -> None:
    start = time.process_time()
    with pytest.raises(SourceError):
        list(read(f"<html><div {piece * 100_000}".encode(), source_name="daily-papers-html"))
    assert time.process_time() - start < 10


def test_rich_text_in_itself_is_read_in_linear_time() -> None:
    item = {"id": "a", "type": "book", "title": "<i>" * 50_000 + "</i>" * 50_000}
    start = time.process_time()
    list(read(json.dumps([item]).encode()))
    assert time.process_time() - start < 5
