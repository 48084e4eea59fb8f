"""The papers of the reading bench: what their names and titles say is what we read."""

import importlib.util
import sys
from pathlib import Path


def test_every_name_and_title_of_the_bench_comes_out_right() -> None:
    path = Path(__file__).parents[2] / "bench" / "reading.py"
    spec = importlib.util.spec_from_file_location("bench_reading", path)
    assert spec is not None
    assert spec.loader is not None
    bench = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = bench
    spec.loader.exec_module(bench)
    assert list(bench.papers(20)) == list(bench.papers(20))
    assert bench.right("ours") == (509, 509, 100, 100)
    names, of_names, titles, of_titles = bench.right("ours", 1000)
    assert (names, titles) == (of_names, of_titles)
