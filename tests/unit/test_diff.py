"""A unified diff that takes no longer than its files are long."""

import difflib
import time

from hypothesis import given
from hypothesis import strategies as st

from paperexport.cli import _diff

_lines = st.lists(st.sampled_from(("a\n", "b\n", "}\n", "\n")), max_size=60)


def patched(one: list[str], diff: list[str]) -> list[str]:
    """What `patch` makes of the lines, as far as each line that is taken stands there."""
    done: list[str] = []
    at = 0
    for line in diff[2:]:
        if line.startswith("@@"):
            start, _, length = line.split()[1][1:].partition(",")
            begin = int(start) - (length != "0")
            assert begin >= at
            done += one[at:begin]
            at = begin
        elif line[0] == "+":
            done.append(line[1:])
        else:
            assert one[at] == line[1:]
            at += 1
            if line[0] == " ":
                done.append(line[1:])
    return done + one[at:]


@given(_lines, _lines)
def test_the_other_file_is_made_of_the_one(one: list[str], other: list[str]) -> None:
    diff = list(_diff.unified(one, other, "a", "b"))
    assert bool(diff) == (one != other)
    assert patched(one, diff) == other


@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from("+-="), _lines), max_size=5))
def test_so_it_is_from_afar(changes: list[tuple[int, str, list[str]]]) -> None:
    one = [f"line {number % 50}\n" for number in range(400)]
    other = list(one)
    for at, what, lines in changes:
        other[at : at + (len(lines) if what != "+" else 0)] = lines if what != "-" else []
    assert patched(one, list(_diff.unified(one, other, "a", "b"))) == other


def test_it_reads_as_that_of_difflib() -> None:
    one = [f"{number}\n" for number in range(200)]
    other = [*one[:3], "new\n", *one[3:100], "changed\n", *one[101:150], *one[152:], "last\n"]
    expected = list(difflib.unified_diff(one, other, "a", "b"))
    assert list(_diff.unified(one, other, "a", "b")) == expected
    assert list(_diff.unified([], other, "a", "b")) == list(
        difflib.unified_diff([], other, "a", "b")
    )


def test_lines_that_come_again_and_again() -> None:
    one = [f"  volume = {{{n % 97}}},\n" if n % 5 else f"@misc{{k{n},\n" for n in range(200_000)]
    other = list(one)
    for number in range(1_000, 200_000, 20_000):
        other[number] = "  pages = {1}\n"
    start = time.process_time()
    diff = list(_diff.unified(one, [*other, "@misc{new}\n"], "a", "b"))
    assert time.process_time() - start < 5
    assert sum(line.startswith("+") for line in diff) == 12
