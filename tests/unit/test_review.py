"""The review file: what is asked, and what a person answers, whatever they do to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperexport import review, text
from paperexport.record import Name, Origin, PartialDate, Record


def question(
    title: str = "Neural Sock Folding", identifier: str = "arxiv:2401.00001"
) -> review.Question:
    return review.Question(
        wanted=Record(title=title),
        found=Origin(source="daily-papers-text", locator="page.txt", line=17),
        identifier=identifier,
        candidate=Record(
            title="Folding Socks with Neural Networks",
            author=tuple(Name(given=f"G{n}", family=f"F{n}") for n in range(7)),
            issued=PartialDate(year=2024, month=1),
        ),
        verdict="probable: retitled",
    )


PAGE = """
paper: Neural Sock Folding
  found: page.txt:17
  candidate: arxiv:2401.00001
    title: Folding Socks with Neural Networks
    author: G0 F0, G1 F1, G2 F2, G3 F3, G4 F4 and 2 more
    issued: 2024-01
    verdict: probable: retitled
    answer:
"""


def test_what_is_asked() -> None:
    assert review.write([question()], {}) == review.HEAD + "\n" + PAGE.lstrip("\n").replace(
        "answer:", "answer:"
    )
    assert review.read(review.HEAD + PAGE) == ({}, [])


@pytest.mark.parametrize(
    ("said", "answer"),
    [("yes", True), ("YES", True), ("y", True), ("no", False), ("  No  ", False), ("n", False)],
)
def test_answers(said: str, answer: bool) -> None:
    page = PAGE.replace("answer:", f"answer: {said}")
    key = ("neuralsockfolding", "arxiv:2401.00001")
    assert review.read(page) == ({key: answer}, [])
    assert review.read(page.replace("\n", "\r\n"))[0] == {key: answer}
    assert review.read(page.replace("  ", "\t"))[0] == {key: answer}


def test_an_answer_that_is_none_is_told_with_its_line() -> None:
    answers, (problem,) = review.read(PAGE.replace("answer:", "answer: perhaps"), "r.txt")
    assert answers == {}
    assert (problem.code, str(problem.origin)) == ("review-answer", "r.txt:9")
    assert "'perhaps'" in problem.message


def test_lines_of_a_person_are_passed_over() -> None:
    page = PAGE.replace("  found", "# paper: Another\n  found").replace("answer:", "answer: no")
    assert list(review.read(page)[0]) == [("neuralsockfolding", "arxiv:2401.00001")]


def test_answers_stay_when_nothing_is_asked() -> None:
    answers = {("neuralsockfolding", "arxiv:1"): True, ("kites", "doi:10.1/x"): False}
    page = review.write([question()], answers)
    assert review.read(page)[0] == answers
    assert review.write([question()], review.read(page)[0]) == page


def test_lines_of_a_person_stay_where_they_are() -> None:
    mine = "# Ask Ada about this one."
    page = review.write([question(), question("Kites", "doi:10.1/x")], {})
    lines = page.splitlines()
    for at in range(3, len(lines) + 1):
        edited = "\n".join([*lines[:at], mine, *lines[at:]]) + "\n"
        again = review.write(
            [question(), question("Kites", "doi:10.1/x")], {}, review.notes(edited)
        )
        assert again.count(mine) == 1
        assert abs(again.splitlines().index(mine) - at) < 7
        assert again.replace(mine + "\n", "") == page
        twice = review.write([question()], {}, review.notes(again))
        assert mine in review.write([], {}, review.notes(twice))


def test_one_question_is_asked_once() -> None:
    page = review.write([question(), question(), question(identifier="doi:10.1/x")], {})
    assert page.count("paper:") == 1
    assert page.count("candidate:") == 2


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8"), max_size=40).filter(text.fold),
            st.from_regex(r"\A(arxiv|doi|title):[^\s]{1,20}\Z"),
            st.booleans(),
        )
    )
)
def test_whatever_was_answered_is_read_again(given: list[tuple[str, str, bool]]) -> None:
    answers = {(text.fold(title), identifier): answer for title, identifier, answer in given}
    questions = [question(title, identifier) for title, identifier, _ in given]
    assert review.read(review.write(questions, answers)) == (answers, [])
    assert review.read(review.write([], answers)) == (answers, [])


@given(st.text())
def test_nothing_in_it_stops_the_reading(page: str) -> None:
    review.read(page)
