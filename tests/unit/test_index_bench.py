"""The bench of the index runs, and its figures mean what they say."""

import importlib.util
import sys
from pathlib import Path


def test_the_bench_of_the_index_in_small(tmp_path: Path) -> None:
    path = Path(__file__).parents[2] / "bench" / "index.py"
    spec = importlib.util.spec_from_file_location("bench_index", path)
    assert spec is not None
    assert spec.loader is not None
    bench = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = bench
    spec.loader.exec_module(bench)
    assert list(bench.titles(50)) == list(bench.titles(50))
    vars(bench).update(LOOKUPS=100, SCANS=10)
    result = bench.run(2000, tmp_path)
    assert result.papers == 2000
    found = {name: timing.found for name, timing in result.timings.items()}
    assert found["exact"] == found["miss"] == found["miss, rapidfuzz scan"] == 1
    assert found["fuzzy hit"] >= 0.95
    assert found["miss, FTS5 bm25"] < 1
    assert all(0 < t.median <= t.p99 for t in result.timings.values())
    assert len(list(bench.lines(result))) == 2 + len(result.timings)
