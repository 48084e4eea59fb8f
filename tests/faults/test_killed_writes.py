"""A run that is killed while it writes leaves the old file or the new one, whole."""

import subprocess
import sys
from pathlib import Path

import pytest

OLD = "% old\n@misc{a, title={Old}}\n"
# Every call that reaches the disk, from the temporary file to the sync of its folder, dies in turn.
KILLER = """
import os, sys, tempfile
from pathlib import Path
from paperexport import output
left = int(sys.argv[2])
def deadly(function):
    def call(*arguments, **options):
        global left
        left -= 1
        if left == 0:
            os._exit(9)
        return function(*arguments, **options)
    return call
for module, name in ((tempfile, "mkstemp"), (os, "fsync"), (os, "fdopen"), (os, "open")):
    setattr(module, name, deadly(getattr(module, name)))
for name in ("chmod", "replace", "unlink", "stat"):
    setattr(Path, name, deadly(getattr(Path, name)))
def pieces():
    global left
    for number in range(300):
        left -= 1
        if left == 0:
            os._exit(9)
        yield f"@misc{{n{number}, title={{{'x' * 20000}}}}}\\n"
output.write(Path(sys.argv[1]), pieces())
"""
WHOLE = "".join(f"@misc{{n{n}, title={{{'x' * 20000}}}}}\n" for n in range(300))


@pytest.mark.parametrize("moment", [1, 2, 3, 4, 10, 150, 303, 304, 305, 306, 307, 308, 309, 310])
def test_the_old_file_or_the_new_one(moment: int, tmp_path: Path) -> None:
    target = tmp_path / "refs.bib"
    target.write_text(OLD)
    done = subprocess.run([sys.executable, "-c", KILLER, target, str(moment)], check=False)
    assert done.returncode in (0, 9)
    assert target.read_text() in (OLD, WHOLE)
    if done.returncode == 0:
        assert target.read_text() == WHOLE
        assert [path.name for path in tmp_path.iterdir()] == ["refs.bib"]


def test_most_moments_are_before_the_end(tmp_path: Path) -> None:
    target = tmp_path / "refs.bib"
    target.write_text(OLD)
    subprocess.run([sys.executable, "-c", KILLER, target, "150"], check=False)
    assert target.read_text() == OLD
