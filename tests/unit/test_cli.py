"""The command line, as it is called."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
PAGE = str(EXAMPLES / "program-synthesis-search.txt")
IDS = str(EXAMPLES / "identifiers.txt")


@pytest.fixture
def run(tmp_path: Path):
    def call(
        *arguments: object, stdin: bytes = b"", **environment: str
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-c", "from paperexport.cli import main; main()",
             *map(str, arguments)],
            input=stdin, cwd=tmp_path, capture_output=True, timeout=120, check=False,
            env={**os.environ, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path),
                 "XDG_CONFIG_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path),
                 "PYTHONIOENCODING": "utf-8", **environment},
        )  # fmt: skip

    return call


def test_list_json(run) -> None:
    done = run("list", IDS, "--json")
    assert done.returncode == 0
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["n"] for row in rows] == [1, 2, 3, 4, 5]
    first = rows[0]
    assert first["eprint"] == {
        "archive": "arxiv", "id": "1706.03762", "version": 7, "primary_class": "cs.CL",
    }  # fmt: skip
    assert {
        "n", "key", "title", "author", "issued", "doi", "eprint", "url", "code_url", "abstract",
        "source", "line", "missing", "diagnostics",
    } <= set(first)  # fmt: skip
    assert first["line"] == 2
    assert first["source"] == "identifiers"
    assert first["missing"] == ["title", "author", "issued"]
    assert done.stderr == b""


def test_names_are_objects(run) -> None:
    page = (
        b'{"id": "2401.09042", "title": "T", "authors": [{"name": "Ada van Love"}],'
        b' "publishedAt": "2024-01-16T00:00:00.000Z"}'
    )
    row = json.loads(run("list", "-", "--json", stdin=page).stdout)
    assert row["author"][0]["family"] == "Love"
    assert row["author"][0]["particle"] == "van"
    assert row["issued"] == {"year": 2024, "month": 1, "day": 16, "end": None}


def test_export_to_standard_output_is_alone(run) -> None:
    done = run("export", PAGE, "--select", "1", "-t", "ris")
    assert done.stdout.startswith(b"TY  - RPRT\r\n")
    assert done.stdout.endswith(b"ER  - \r\n")
    assert b"fields-missing" in done.stderr


def test_out_dir_names_files_by_format(run, tmp_path: Path) -> None:
    formats = ["bibtex", "biblatex", "csljson", "ris", "jsonl"]
    done = run("export", PAGE, *(x for f in formats for x in ("-t", f)), "--out-dir", "out")
    assert done.returncode == 0
    assert done.stdout == b""
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "biblatex.bib", "bibtex.bib", "csljson.json", "jsonl.jsonl", "ris.ris",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("suffix", "start"),
    [("bib", b"@misc{"), ("json", b"[\n{"), ("ris", b"TY  - "), ("jsonl", b'{"schema":1,')],
)
def test_the_suffix_tells_the_format(run, tmp_path: Path, suffix: str, start: bytes) -> None:
    target = tmp_path / f"refs.{suffix}"
    assert run("export", PAGE, "-o", target).returncode == 0
    assert target.read_bytes().startswith(start)
    again = run("list", target, "--json")
    assert len(again.stdout.splitlines()) == 8


def test_selections(run) -> None:
    def numbers(*arguments: str) -> list[int]:
        rows = run("list", IDS, "--json", *arguments).stdout.splitlines()
        return [json.loads(row)["n"] for row in rows]

    assert numbers("--select", "1,3-4") == [1, 3, 4]
    assert numbers("--select", "arXiv:2401.09042v3", "--select", "5") == [3, 5]
    assert numbers("--select", "doi~nature", "--exclude", "1") == [4]
    assert numbers("--exclude", "2-") == [1]
    assert numbers("--select", "doi:10.1038/nature14539") == [4]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("list", "no-such-file"), 3, b"no-such-file: cannot be read"),
        (("list", "-"), 3, b"the input is empty"),
        (("list", "."), 3, b"give the files that are in it"),
        (("list", IDS, "--from", "nope"), 2, b"there is no source 'nope'"),
        (("list", IDS, "--select", "9"), 2, b"numbered 1 to 5"),
        (("list", IDS, "--select", "nobody"), 2, b"nothing is selected"),
        (("list", IDS, "--select", "title~("), 2, b"no regular expression"),
        (("export", IDS, "-t", "nope"), 2, b"known: biblatex, bibtex"),
        (("export", IDS, "-t", "ris", "-t", "bibtex"), 2, b"--out-dir"),
        (("export", IDS, "-o", "x.nope"), 2, b"no format has the suffix"),
        (("export", IDS, "-O", "colour=red"), 2, b"has no option 'colour'"),
        (("export", IDS, "-O", "preprint=red"), 2, b"preprint"),
        (("export", IDS, "--keys", "auth("), 2, b"key pattern"),
        (("exprt",), 2, b"Did you mean 'export'?"),
        (("zotero", "push"), 2, b"Install paperexport-zotero"),
        (("export",), 2, b"Missing argument"),
        (("export", IDS, "--strict"), 1, b"fields-missing"),
        (("list", PAGE), 0, b""),
    ],
    ids=lambda value: " ".join(map(str, value))[-40:] if isinstance(value, tuple) else "",
)
def test_exit_codes_and_messages(run, arguments, code: int, said: bytes) -> None:
    done = run(*arguments)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments", [("--version",), ("--help",), ("list", IDS), ("export", IDS)], ids=" ".join
)
def test_a_reader_that_has_enough_and_a_disk_that_is_full(arguments: tuple[str, ...]) -> None:
    command = [sys.executable, "-c", "from paperexport.cli import main; main()", *arguments]
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(writer)
    assert (done.returncode, b"Error" in done.stderr) == (0, False), done.stderr
    if not Path("/dev/full").is_char_device():
        return
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode == 3
    assert done.stderr.startswith(b"error: standard output cannot be written")


def test_nothing_is_written_by_a_dry_run_or_a_diff(run, tmp_path: Path) -> None:
    assert b"would write 8 papers" in run("export", PAGE, "-o", "x.bib", "--dry-run").stdout
    assert b"+@misc{" in run("export", PAGE, "-o", "x.bib", "--diff").stdout
    assert not (tmp_path / "x.bib").exists()


def test_problems_of_one_kind_are_one_line(run, tmp_path: Path) -> None:
    done = run("export", PAGE, "-o", "x.bib", "--report", "report.jsonl")
    assert len(done.stderr.splitlines()) == 1
    assert b"[8 of this kind" in done.stderr
    assert len(run("export", PAGE, "-o", "x.bib", "-v").stderr.splitlines()) == 8
    rows = [json.loads(row) for row in (tmp_path / "report.jsonl").read_text().splitlines()]
    assert {row["code"] for row in rows} == {"fields-missing"}
    assert rows[0]["origin"]["line"] == 13


def test_keys_stay_when_papers_are_added(run, tmp_path: Path) -> None:
    first = (
        '{"schema":1,"title":"Zebra one","author":[{"family":"A","given":"B"}],'
        '"issued":{"year":2024}}\n'
    )
    second = first.replace("Zebra one", "Zebra and another").replace("2024}", '2024,"month":1}')
    (tmp_path / "in.jsonl").write_text(first)
    run("export", "in.jsonl", "-o", "refs.bib")
    key = (tmp_path / "refs.bib").read_text().split("{", 1)[1].split(",")[0]
    (tmp_path / "in.jsonl").write_text(second + first)
    run("export", "in.jsonl", "-o", "refs.bib")
    keys = [line.split("{")[1].strip(",") for line in
            (tmp_path / "refs.bib").read_text().splitlines() if line.startswith("@")]  # fmt: skip
    assert keys[1] == key
    assert keys[0] != key


def test_a_key_that_becomes_another_is_told(run) -> None:
    """Two papers come under one key, or it is one that LaTeX cannot cite; told once."""
    page = (
        b"@misc{k,title={Socks of the north},url={https://a.b/1}}\n"
        b"@misc{k,title={Gloves of the south},url={https://a.b/2}}\n"
        b"@misc{a_b:c,title={Hats of the east},url={https://a.b/3}}\n"
    )
    done = run("export", "-", "-t", "csljson", "-v", stdin=page)
    told = [line for line in done.stderr.decode().splitlines() if "key-changed" in line]
    keys = [item["id"] for item in json.loads(done.stdout)]
    assert keys[0] == "k"
    assert keys[2] == "a_b:c"
    assert [line.split(":")[1] for line in told] == ["2"]
    assert f"the key 'k' became {keys[1]!r}" in told[0]
    safe = "@misc{é k,title={Socks}}".encode()
    again = ("export", "-", "-o", "refs.bib", "-v")
    assert b"became 'ek'" in run(*again, stdin=safe).stderr
    assert b"became" not in run(*again, stdin=safe).stderr


def test_into_and_its_memory(run, tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text("% mine\n@misc{a, title={T}}\n")
    assert run("export", IDS, "--into", "refs.bib").returncode == 0
    after = (tmp_path / "refs.bib").read_text()
    assert after.startswith("% mine\n@misc{a, title={T}}\n")
    assert after.count("@misc{") == 6
    assert run("export", IDS, "--into", "refs.bib", "--diff").stdout == b""


def test_completion_and_tables(run) -> None:
    assert b"_PAPEREXPORT_COMPLETE" in run("completion", "bash").stdout
    for command in ("formats", "sources", "plugins"):
        rows = [json.loads(line) for line in run(command, "--json").stdout.splitlines()]
        assert rows
        assert run(command).returncode == 0
    assert run("--version").stdout.startswith(b"paperexport ")
    plugins = run("plugins").stdout.decode()
    assert re.search(r"(?m)^paperexport +\S+ +exporters +biblatex, bibtex, csljson", plugins)
    assert not re.search(r"(?m) $", plugins)


def test_no_word_is_broken_in_a_terminal_of_80_columns(run, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    plugins, formats = run("plugins").stdout.decode(), run("formats").stdout.decode()
    assert {"daily-papers-html", "semanticscholar"} <= set(re.findall(r"[\w-]+", plugins))
    assert {"unpublished", "techreport", "MANSCPT"} <= set(re.findall(r"\w+", formats))
    assert max(map(len, (plugins + formats).splitlines())) <= 80


def test_an_eprint_is_explained_as_it_is_cited(run) -> None:
    said = run("explain", IDS, "--select", "1", "--offline").stdout.decode()
    assert re.search(r"(?m)^eprint +arxiv:1706\.03762v7 \[cs\.CL\] +identifiers", said)


NAMED = b"@misc{a, title = {Gr\xc3\xb6\xc3\x9fe \xe2\x80\x94 \xe4\xb8\xad}}\n"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
@pytest.mark.parametrize(
    "arguments",
    [("list", "a.bib"), ("export", "a.bib", "--diff"), ("check", "a.bib")],
    ids=" ".join,
)
def test_a_terminal_that_has_not_all_letters(
    run, tmp_path: Path, encoding: str, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "a.bib").write_bytes(NAMED)
    done = run(*arguments, PYTHONIOENCODING=encoding)
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False), done.stderr


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize(
    "arguments",
    [
        ("list", "a.bib"),
        ("list", "a.bib", "--json"),
        ("list", "-"),
        ("export", "a.bib", "-o", "out.bib"),
        ("--version",),
    ],
    ids=" ".join,
)
def test_a_stream_that_is_closed(tmp_path: Path, number: int, arguments: tuple[str, ...]) -> None:
    (tmp_path / "a.bib").write_bytes(NAMED)
    code = f"import os, sys; os.close({number}); os.execv(sys.executable, sys.argv[1:])"
    main = "from paperexport.cli import main; main()"
    command = [sys.executable, "-c", code, sys.executable, "-c", main, *arguments]
    done = subprocess.run(
        command, cwd=tmp_path, input=NAMED, capture_output=True, timeout=60, check=False
    )
    unheard = number == 1 and "-o" not in arguments
    unread = number == 0 and "-" in arguments
    assert done.returncode == 3 if unheard or unread else done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
    assert (b"error: " in done.stderr) == (unheard or unread)


def export_that(tmp_path: Path, encode: str, *more: str) -> subprocess.CompletedProcess[bytes]:
    """An export, where encoding a record does something else."""
    (tmp_path / "a.bib").write_bytes(NAMED)
    code = f"""if True:
        import errno, os, sys
        from paperexport.formats import bibtex
        def deny():
            raise PermissionError(errno.EACCES, "Permission denied", "/x")
        bibtex.BibTeX.encode = lambda *_: {encode}
        from paperexport.cli import main
        main()
    """
    return subprocess.run(
        [sys.executable, "-c", code, "export", "a.bib", *more],
        cwd=tmp_path, capture_output=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_leaves_nothing_half_written(tmp_path: Path, name: str) -> None:
    number = getattr(signal, name)
    done = export_that(tmp_path, f"os.kill(os.getpid(), {number:d}) or 'x'", "-o", "out.bib")
    assert done.returncode == 128 + number, done.stderr
    assert b"Traceback" not in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["a.bib"]


def test_too_little_memory_is_told(tmp_path: Path) -> None:
    done = export_that(tmp_path, "bytearray(1 << 62)", "-o", "out.bib")
    assert done.returncode == 3
    assert done.stderr.startswith(b"error: there is not enough memory")
    assert [file.name for file in tmp_path.iterdir()] == ["a.bib"]


@pytest.mark.parametrize("columns", ["0", "1", "20", "-5", "x", "500"])
def test_a_table_is_legible_in_any_width(run, columns: str) -> None:
    done = run("list", IDS, "--select", "2", COLUMNS=columns)
    head, _, row, *_ = done.stdout.decode().splitlines()
    assert head.split() == ["#", "title", "author", "date", "identifier", "missing"]
    assert row.split()[:3] == ["2", "(no", "title)"]


@pytest.mark.parametrize("option", ["--backup", "--fields-keep=title", "--on-conflict=update"])
def test_what_is_for_merging_is_not_ignored(run, tmp_path: Path, option: str) -> None:
    (tmp_path / "refs.bib").write_text("kept by hand")
    done = run("export", IDS, "-o", "refs.bib", option)
    assert (done.returncode, b"is for --into" in done.stderr) == (2, True)
    assert (tmp_path / "refs.bib").read_text() == "kept by hand"


def test_what_was_looked_up_is_not_said_to_be_looked_up(run) -> None:
    done = run("resolve", PAGE, "--offline", "--select", "2")
    assert b"no identifier" in done.stderr
    assert b"--resolve" not in done.stderr


@pytest.mark.parametrize("option", ["--into", "--report"])
def test_a_file_that_is_none(run, tmp_path: Path, option: str) -> None:
    done = run("export", IDS, option, "-")
    assert (done.returncode, b"a file is wanted" in done.stderr) == (2, True)
    assert not (tmp_path / "-").exists()


def test_a_folder_that_belongs_to_somebody_else_is_told(tmp_path: Path) -> None:
    done = export_that(tmp_path, "deny()")
    assert done.returncode == 3
    assert done.stderr.startswith(b"error: /x: Permission denied")


def test_it_runs_as_a_module() -> None:
    command = [sys.executable, "-m", "paperexport", "formats", "--json"]
    done = subprocess.run(command, capture_output=True, timeout=60, check=True)
    assert b'"name":"bibtex"' in done.stdout


def test_a_table_in_a_pipe_has_a_line_for_each_row() -> None:
    from paperexport.cli import _tables

    long = "a" * 3000
    assert _tables._whole(("#", "title", "date"), [["1", "中[/b]", "2001"], ["10", long, ""]]) == [
        " #   title" + " " * 2998 + "date",
        "─" * 3012,
        " 1   中[/b]" + " " * 2997 + "2001",
        "10   " + long + "       ",
        "",
    ]
