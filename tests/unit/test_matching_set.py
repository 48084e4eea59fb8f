"""The set of papers with truth known: no wrong one attached, all straight ones, most retitled."""

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from paperexport.testing.services import Paper

QUICK = os.environ.get("HYPOTHESIS_PROFILE", "quick") == "quick"


@pytest.fixture(scope="module")
def matching() -> ModuleType:
    path = Path(__file__).parents[2] / "bench" / "matching.py"
    spec = importlib.util.spec_from_file_location("bench_matching", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_set_is_always_the_same_and_two_in_five_are_awkward(matching: ModuleType) -> None:
    one, other = matching.cases(), matching.cases()
    assert one == other
    assert len(one) >= 300
    awkward = [case for case in one if case.kind in matching.AWKWARD]
    assert len(awkward) / len(one) == 0.4
    assert {case.kind for case in one} == {*matching.AWKWARD, *matching.STRAIGHT}


ALL = ("arxiv", "crossref", "datacite", "dblp", "huggingface", "openalex", "openreview",
       "semanticscholar")  # fmt: skip
RUNS = [
    pytest.param("sure", "published", (), id="all services"),
    pytest.param("probable", "both", (), id="probable taken, both versions"),
    pytest.param("probable", "published", [s for s in ALL if s != "arxiv"], id="without arXiv"),
    pytest.param("probable", "published", ["semanticscholar", "dblp"], id="two weak services"),
]


@pytest.mark.parametrize(("accept", "prefer", "services"), RUNS)
def test_no_wrong_paper_is_attached(
    matching: ModuleType, accept: str, prefer: str, services: list[str]
) -> None:
    cases = matching.cases(100 if QUICK else matching.SIZE)
    outcomes = matching.run(cases, accept=accept, prefer=prefer, services=services)
    score = matching.score(cases, outcomes)
    assert score.wrong == []
    if not services:
        assert score.share(score.sure, matching.STRAIGHT) == 1
        assert score.share(score.probable, matching.RETITLED) >= 0.95
    withdrawn = [o for c, o in zip(cases, outcomes, strict=True) if c.kind == "withdrawn"]
    if not services:
        assert {o.records[0].status for o in withdrawn} == {"withdrawn"}
        rejected = [o for c, o in zip(cases, outcomes, strict=True) if c.kind == "rejected"]
        assert {o.records[0].container_title for o in rejected} == {""}


def test_the_score_sees_a_wrong_paper(matching: ModuleType) -> None:
    cases = matching.cases(40)
    outcomes = matching.run(cases, services=["arxiv"])
    turned = [*outcomes[1:], outcomes[0]]
    assert len(matching.score(cases, turned).wrong) > 40


def test_the_score_sees_a_mixture_of_versions(matching: ModuleType) -> None:
    (case,) = [c for c in matching.cases(40) if c.kind == "listed and published"][:1]
    assert isinstance(case.truth, Paper)
    (outcome,) = matching.run([case])
    assert matching.score([case], [outcome]).wrong == []
    (record,) = outcome.records
    for field, value in {"page": "1-2", "container_title": "Elsewhere", "title": "Other"}.items():
        mixed = type(outcome)(
            wanted=outcome.wanted, records=(record.replace(**{field: value}),),
            verdict="sure", reason="",
        )  # fmt: skip
        assert len(matching.score([case], [mixed]).wrong) == 1
